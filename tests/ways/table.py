"""The ways to pay that are walked, one entry each.

    Way("card", "credit_card", {"BinNumberPage": {...}, ...})

An answer is what is posted to a page, a function that makes it, or Follow: what is done at the provider's page.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from checkout_core.sandbox.magic import APPROVED, THREE_D
from checkout_core.sandbox.world import card_form
from tests.shopfront.served import listed

from .buyer import Answer, Follow, Way
from .peers import texts

YEAR = 2031


def _plan(count: int):
    def answer(_, step):
        return {
            "installment": next(
                each["pk"] for each in listed(step, "installments") if each["installment_count"] == count
            )
        }

    return answer


def by_card(number: str, parts: int = 1) -> dict[str, Answer]:
    """The pages of a card, from its first digits on."""
    return {
        "BinNumberPage": {"bin_number": number[:6]},
        "InstallmentSelectionPage": _plan(parts),
        "CreditCardConfirmationPage": {**card_form(number, YEAR), "use_three_d": "0"},
        "CreditCardThreeDSecurePage": Follow("confirm"),
    }


def _account(_, step):
    return {"bank_account": listed(step, "bank_accounts")[0]["pk"]}


def _code(buyer, _):
    """What the phone says; another one is asked for where nothing has come, as the shop had died before it went."""
    told = texts(buyer.folder, f"+90{buyer.phone[1:]}")
    return {"verify_code": re.search("[0-9]{6}", told[0])[0]} if told else ("SendSmsPage", _phone(buyer, _))


def _phone(buyer, _):
    return {"phone_number": buyer.phone}


AT_THE_DOOR: dict[str, Answer] = {
    "PayOnDeliveryPaymentChoicePage": {"payment_choice": "cash"},
    "SendSmsPage": _phone,
    "VerifySmsPage": _code,
    "PayOnDeliveryPage": {"agreement": "true"},
}


def _money(amount: str | None) -> tuple[str, Callable[..., bool], Answer]:
    """So much loyalty money, or all that is owed."""

    def asked(_, step):
        return {"loyalty_amount_to_use": amount or step["pre_order"]["unpaid_amount"]}

    return "LoyaltyMoneyUsagePage", lambda step: float(step["pre_order"]["loyalty_money"]) > 0, asked


def _gift_card(amount: str | None) -> tuple[str, Callable[..., bool], Answer]:
    """So much of a card, or all that is owed."""
    fields = {"code": "PLENTY-0001"} | ({"amount": amount} if amount else {})
    return "GiftCardPage", lambda step: float(step["pre_order"].get("gift_card_amount") or 0) > 0, fields


WAYS = (
    Way("card", "credit_card", by_card(APPROVED, 3)),
    Way("card, 3-D Secure", "credit_card", by_card(THREE_D)),
    Way(
        "funds transfer",
        "funds_transfer",
        {"FundsTransferChoicePage": _account, "FundsTransferPage": {"agreement": "true"}},
        takings=0,
    ),
    Way(
        "redirection",
        "redirection",
        {
            "RedirectionPaymentSelectedPage": {"agreement": "true"},
            "RedirectionPageCompletePage": Follow("pay", {"card_number": APPROVED}),
        },
    ),
    Way(
        "gpay",
        "gpay",
        {
            "GPaySelectionPage": {},
            "GPayRedirectPage": {},
            "GPayCompletePage": Follow("pay", {"card_number": APPROVED}),
        },
    ),
    Way("pay on delivery", "pay_on_delivery", AT_THE_DOOR, option="at-the-door", takings=0),
    Way("pay on delivery, SMS", "pay_on_delivery", AT_THE_DOOR, option="at-the-door-verified", takings=0),
    Way(
        "gift card and card", "credit_card", by_card(APPROVED, 3), (_gift_card("20.00"),),
        tenders=frozenset({"gift_cards"}),
    ),
    Way(
        "gift card", "gift_card", {"GiftCardPaymentPage": {"agreement": "true"}}, (_gift_card(None),),
        takings=0, tenders=frozenset({"gift_cards"}),
    ),
    Way(
        "loyalty money and card", "credit_card", by_card(APPROVED, 3), (_money("20.00"),),
        account="ada", tenders=frozenset({"loyalty_money"}),
    ),
    Way(
        "loyalty money", "loyalty_money", {"LoyaltyMoneyPage": {"agreement": "true"}}, (_money(None),),
        account="ada", takings=0, tenders=frozenset({"loyalty_money"}),
    ),
)  # fmt: skip
