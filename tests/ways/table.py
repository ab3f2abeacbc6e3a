"""The ways to pay that are walked, one entry each.

    Way("card", "credit_card", {"BinNumberPage": {...}, ...})

An answer is what is posted to a page, a function that makes it, or Follow: what is done at the provider's page.
"""

from __future__ import annotations

from checkout_core.sandbox.magic import APPROVED, THREE_D
from checkout_core.sandbox.world import card_form

from ..shopfront.served import listed
from .buyer import Answer, Follow, Way

YEAR = 2031
BAZAAR = "grand_bazaar.toml"


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
        shop=BAZAAR,
    ),
    Way(
        "gpay",
        "gpay",
        {
            "GPaySelectionPage": {},
            "GPayRedirectPage": {},
            "GPayCompletePage": Follow("pay", {"card_number": APPROVED}),
        },
        shop=BAZAAR,
    ),
)
