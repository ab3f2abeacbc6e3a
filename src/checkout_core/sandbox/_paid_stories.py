"""What a buyer posts to pay, in whichever way: from the choice of the way to pay to the order, the way back included.

Where a page asks for a code, the buyer's phone has it.  Where a bank has a page of its own, the buyer goes through it
in this process, and the browser brings back what the bank gave it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ..money import total
from ..order import PreOrder
from ..pricing import unpaid
from ..shop import BankAccount, Installment, PaymentOption
from ._stories import Answer
from .bank import Bank
from .gift_cards import SoldCard
from .inbox import Inbox
from .shopfile import ShopFile

STORIES: Final[Mapping[str, str]] = MappingProxyType({
    "credit_card": "card", "funds_transfer": "transfer", "pay_on_delivery": "pay on delivery",
    "redirection": "redirection", "gpay": "gpay", "gift_card": "gift card", "loyalty_money": "loyalty money",
})  # fmt: skip
"""The story of each way to pay."""
IN_PARTS: Final = re.compile(r"(card|redirection|gpay), ([0-9]{1,2}) instal{1,2}ments?")
CHOICE: Final = "PaymentOptionSelectionPage"
PHONE: Final = "05551112233"
CODE: Final = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


def read_story(story: str) -> tuple[str, int | None]:
    """The type of the way to pay, and the instalments it speaks of.  Raises ValueError for what is no story."""
    parts = IN_PARTS.fullmatch(story)
    for kind, name in STORIES.items():
        if name == (parts[1] if parts else story):
            return kind, int(parts[2]) if parts else None
    known = "; ".join((*STORIES.values(), *(f"{name}, 3 instalments" for name in ("card", "redirection", "gpay"))))
    raise ValueError(f"no story {story!r}; there are: {known}")


def who_pays(kind: str, file: ShopFile) -> str | None:
    """The account of a customer who can pay so; None where a guest can.  Raises ValueError where nobody can."""
    if kind != "loyalty_money":
        return None
    theirs = {
        account: total((each.balance for each in accounts if each.balance.currency == file.currency), file.currency)
        for account, accounts in file.loyalty.accounts.items()
    }
    if not theirs:
        raise ValueError("this shop has no customer with loyalty money")
    return max(theirs, key=lambda account: theirs[account])


def code_in(inbox: Inbox) -> str:
    """The code in the newest text that has one.  Raises LookupError where none has come."""
    for text in reversed(inbox.of("sms")):
        found = CODE.search(text.says)
        if found is not None:
            return found[0]
    raise LookupError("no text with a code has come; is the outbox relayed?")


def fullest(cards: tuple[SoldCard, ...], currency: str, now: datetime) -> SoldCard:
    """The card to pay all with: of those that want no code, the one with the most on it.

    Raises ValueError where there is none.
    """
    free = (each for each in cards if each.phone is None and each.amount.currency == currency)
    usable = [each for each in free if each.expires_at is None or now < each.expires_at]
    if not usable:
        raise ValueError("this shop has sold no gift card that pays without a code")
    return max(usable, key=lambda card: card.amount)


def gift_card(code: str, *, asks: bool, inbox: Inbox) -> Iterator[Answer]:
    """The card of that code pays as much as it can.  `asks`: its phone gets a code, which is said."""
    yield "GiftCardPage", {"code": code}
    if asks:
        yield "GiftCardApplyPage", {"otp": code_in(inbox)}


@frozen
class Payer:
    """One buyer who has answered all pages before the choice of the way to pay."""

    option: PaymentOption
    bank: Bank  # of that option
    inbox: Inbox
    accounts: tuple[BankAccount, ...]  # to transfer to, in the shop's currency
    currency: str
    order_number: str | None  # where several buyers pay
    card: str  # its number, also at the bank's page
    plan: Installment | None  # of that card, on the shop's pages
    form: Mapping[str, object]  # of CreditCardConfirmationPage
    parts: int | None  # instalments, at the bank's page
    looks: Callable[[], PreOrder] | None  # the order as it is then, for loyalty money that pays all of it

    def answers(self) -> Iterator[Answer]:
        """From the choice on."""
        if self.looks is not None:
            yield "LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": str(unpaid(self.looks()))}
        yield CHOICE, {"payment_option": self.option.pk}
        match self.option.payment_type:
            case "credit_card":
                yield from self._by_card()
            case "funds_transfer":
                yield from self._by_transfer()
            case "pay_on_delivery":
                yield from self._at_the_door()
            case "redirection":
                yield from self._there_and_back("RedirectionPaymentSelectedPage", {"agreement": True})
            case "gpay":
                yield "GPaySelectionPage", {}
                yield from self._there_and_back("GPayRedirectPage", {})
            case "gift_card":
                yield "GiftCardPaymentPage", {"agreement": True}
            case _:  # loyalty money
                yield "LoyaltyMoneyPage", {"agreement": True}

    def _by_card(self) -> Iterator[Answer]:
        yield "BinNumberPage", {"bin_number": self.card[:6]}
        if self.plan is not None:
            yield "InstallmentSelectionPage", {"installment": self.plan.pk}
        yield from self._there_and_back("CreditCardConfirmationPage", self.form)

    def _by_transfer(self) -> Iterator[Answer]:
        if len(self.accounts) > 1:  # one alone answers itself
            yield "FundsTransferChoicePage", {"bank_account": self.accounts[0].pk}
        yield "FundsTransferPage", {"agreement": True}

    def _at_the_door(self) -> Iterator[Answer]:
        config = self.option.config
        choices = [each for each in config.payment_choices if each.price.currency == self.currency]
        if choices and not (len(choices) == 1 and config.skip_pod_choices):
            yield "PayOnDeliveryPaymentChoicePage", {"payment_choice": choices[0].value}
        if config.sms_verification:
            yield "SendSmsPage", {"phone_number": PHONE}
            yield "VerifySmsPage", {"verify_code": code_in(self.inbox)}
        yield "PayOnDeliveryPage", {"agreement": True}

    def _there_and_back(self, page: str, body: Mapping[str, object]) -> Iterator[Answer]:
        """That page, and the return from the bank's page where it has led there and the buyer comes back."""
        before = self.bank.ticket(self.order_number)
        yield page, body
        ticket = self.bank.ticket(self.order_number)
        if ticket is not None and ticket != before:
            returned = self.bank.brought_back(ticket, self.card, installments=self.parts)
            if returned is not None:
                yield page_back(returned), returned


def page_back(returned: Mapping[str, str]) -> str:
    """The page that such a return is posted to: the address names it, and 3-D Secure has one page."""
    return returned.get("page", "CreditCardThreeDSecurePage")
