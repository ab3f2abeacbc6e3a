"""What the bank writes down: entries, tickets, requests, calls, and what it has to tell."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from ..effects import Order
from ..money import Money
from .magic import Fate

RowState: TypeAlias = Literal["captured", "authorised", "review", "voided", "refunded", "declined"]
TicketKind: TypeAlias = Literal["three_d", "session"]
TicketState: TypeAlias = Literal["open", "used", "closed"]
Said: TypeAlias = Literal["confirmed", "refused", "left"]
NoticeState: TypeAlias = Literal["captured", "authorised", "review", "declined", "cancelled", "reversed"]


@frozen
class LedgerRow:
    """What came of a request: money that was taken or kept, and perhaps given back; or a refusal."""

    reference: str
    number: str
    key: str
    amount: Money
    installments: int
    last_four: str
    state: RowState
    code: str | None = None  # why it was declined, or went back by itself
    cleared: bool = False  # too late to void
    asked: int = 0  # minor units; what is taken may be something else

    def is_for(self, order: Order) -> bool:
        """It came of this request, whatever was taken."""
        told = (self.number, self.key, self.asked, self.amount.currency, self.installments)
        return told == (order.number, order.key, order.amount.minor, order.amount.currency, order.installments)


@frozen
class Ticket:
    """A buyer who was sent to prove who they are, or to pay on the bank's page.

    `fate` is decided where a card was given: what the card's number would say is forgotten.
    """

    md: str
    kind: TicketKind
    number: str
    key: str
    amount: Money
    installments: int
    last_four: str
    fate: Fate
    until: int  # microseconds since 1970
    state: TicketState
    reference: str | None = None  # of the entry it was used for
    said: Said | None = None  # by the buyer, at the issuer's page

    @property
    def used(self) -> bool:
        """It takes no more money, since it has."""
        return self.state == "used"

    @property
    def order(self) -> Order:
        """The payment it was given out for."""
        return Order("", self.number, self.key, self.amount, self.installments)

    def is_for(self, order: Order) -> bool:
        """It was given out for this payment, amount and plan."""
        given = (self.number, self.key, self.amount, self.installments)
        return given == (order.number, order.key, order.amount, order.installments)


@frozen
class Going:
    """A request that may move money, as the bank reads it; `pays` is the buyer's, on the bank's own page."""

    method: Literal["sale", "start_three_d", "finish_three_d", "start_session", "pays"]
    order: Order
    last_four: str
    fate: Fate
    md: str = ""


@frozen
class Call:
    """A request somebody sent, whatever became of it."""

    method: str
    number: str  # of a void or refund, the reference
    key: str  # empty for an inquiry


@frozen
class Notice:
    """Something the shop is to be told; the same `id` however often."""

    id: str
    number: str
    state: NoticeState
    reference: str  # empty where there is no row
    amount: Money
    installments: int
    code: str  # empty unless declined
    tries: int = 0
    delivered: bool = False
