"""What the bank writes down: entries, tickets, requests, calls, and what it has to tell."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from ..effects import Details, Order
from ..money import Money
from ..order import Plan, Reward
from .magic import Fate

RowState: TypeAlias = Literal["captured", "authorised", "review", "voided", "refunded", "declined"]
TicketKind: TypeAlias = Literal["three_d", "session"]
TicketState: TypeAlias = Literal["open", "used", "closed"]
Said: TypeAlias = Literal["confirmed", "refused", "left"]
Style: TypeAlias = Literal["hosted", "posted", "iframe", "html", "garanti"]
"""What a session's page is like: comes back by a redirect, or by a form, or is shown in a frame, or is given as HTML;
or it is Garanti Pay's, to which a signed form is posted."""
ReferenceState: TypeAlias = Literal["open", "void", "paid"]
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
    rewards: tuple[Reward, ...] = ()  # of the card, that paid a part of the amount
    asked_rewards: tuple[Reward, ...] = ()
    card_token: str | None = field(default=None, repr=False)  # where the buyer wants to find the card again

    def is_for(self, order: Order) -> bool:
        """It came of this request, whatever was taken."""
        told = (self.number, self.key, self.asked, self.amount.currency, self.installments, self.asked_rewards)
        return told == (
            order.number, order.key, order.amount.minor, order.amount.currency, order.installments, order.rewards,
        )  # fmt: skip


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
    rewards: tuple[Reward, ...] = ()
    details: Details = field(default=Details(), repr=False)  # of the call it was given out for
    style: Style = "hosted"  # of a session

    @property
    def plans(self) -> tuple[Plan, ...]:
        """All that may be paid on its page."""
        return self.details.plans or (Plan(self.installments, self.amount, self.rewards),)

    @property
    def used(self) -> bool:
        """It takes no more money, since it has."""
        return self.state == "used"

    @property
    def order(self) -> Order:
        """The payment it was given out for."""
        return Order("", self.number, self.key, self.amount, self.installments, self.rewards, self.details)

    def is_for(self, order: Order) -> bool:
        """It was given out for this payment, amount and plan."""
        given = (self.number, self.key, self.amount, self.installments, self.rewards)
        return given == (order.number, order.key, order.amount, order.installments, order.rewards)


@frozen
class Going:
    """A request that may move money, as the bank reads it; `pays` is the buyer's, on the bank's own page."""

    method: Literal["sale", "start_three_d", "finish_three_d", "start_session", "pays"]
    order: Order
    last_four: str
    fate: Fate
    md: str = ""
    style: Style = "hosted"  # of the page that a session gets


@frozen
class Reference:
    """What a buyer puts on a transfer, and what it was asked for."""

    code: str
    number: str
    amount: Money
    iban: str
    email: str | None
    addresses: tuple[str, ...]
    site: str
    state: ReferenceState
    received: Money | None = None


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
    rewards: tuple[Reward, ...] = ()
    card_token: str | None = field(default=None, repr=False)
