"""Taking money: what is sent to a gateway, and what may come of it.

An outcome says what we know, not what we hope: whatever is no complete answer
is `Unknown`, and only a code on the gateway's own list is `Declined`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, Protocol, TypeAlias

from attrs import field, frozen
from attrs.validators import deep_iterable, deep_mapping, instance_of, matches_re, optional

from ..money import Money
from ..order import Deferred, Plan, PreOrder, Reward
from ._kinds import Effect, Query, Secret, Transfer

__all__ = [
    "Apply", "Authorised", "Back", "Browser", "Callback", "CancelSession", "Cancelled", "Capabilities", "Captured",
    "CardSecrets", "Checkpoint", "Declined", "Deferred", "Details", "FinishThreeD", "Gateway", "HandedOut", "Inquire",
    "NotFound", "NotHeld", "NotSent", "Order", "Outcome", "Refund", "Rejected", "Replayed", "Reversed", "Row", "Sale",
    "Secured", "Settled", "StartSession", "StartThreeD", "UnderReview", "Unknown", "Verified", "Verify", "Void",
]  # fmt: skip


@frozen
class Capabilities:
    """What a gateway promises.  The promise made to the shop follows from it."""

    max_in_flight: timedelta  # the longest a request that was sent may still take effect
    idempotency: Literal["native", "order_number", "none"] = "none"
    inquiry: bool = True
    lag: timedelta = timedelta(0)  # how much later than the money its inquiry may show it
    void: bool = True
    refund: bool = False
    kinds: frozenset[str] = frozenset({"sale", "three_d"})
    last_call: Literal["shop", "provider"] = "shop"  # who ends 3-D Secure; a session's page may always take money
    cancel: bool = False  # what was handed out can be closed
    session_ttl: timedelta = timedelta(minutes=15)  # how long what was handed out can be used
    callback: Literal["full", "partial", "none"] = "none"  # how much of its messages their signature covers
    card_twice: bool = False  # the last call of 3-D Secure needs the card again
    handed: frozenset[str] = frozenset(
        {"md", "url", "form", "session", "html", "iframe"}
    )  # fields of HandedOut that may be kept
    signed_return: bool = False  # a browser brings a signed message back; `verify` takes its fields as the query
    number_max: int = 20  # characters of an order number
    number_digits: bool = False  # digits only
    key_max: int = 36  # characters of a key
    sandbox: bool = False  # moves no real money


@frozen
class Browser:
    """What the buyer's browser says of itself; against fraud, and for the provider's page.  All of it is claims."""

    ip: str | None = None
    accept: str | None = None  # header
    user_agent: str | None = None  # header
    java_enabled: str | None = None
    language: str | None = None
    color_depth: str | None = None
    screen_height: str | None = None
    screen_width: str | None = None
    time_zone: str | None = None  # minutes
    client_time: str | None = None
    client_type: str | None = None


@frozen
class Back:
    """Where the provider's page sends the buyer's browser."""

    success: str = field(repr=False)  # an address; it has a token in it
    failure: str = field(repr=False)


@frozen
class Details:
    """What the first call of a payment tells beside the payment itself."""

    plans: tuple[Plan, ...] = ()  # all that may be paid, where the buyer chooses at the provider's
    campaign: str | None = None  # its code
    save_card: bool = False  # the buyer wants to find this card again: the capture brings its token
    back: Back | None = None  # from a page of the provider's
    browser: Browser = Browser()
    email: str | None = None


@frozen
class Order:
    """Which payment a transfer belongs to."""

    gateway: str
    number: str
    key: str
    amount: Money  # altogether, rewards among it
    installments: int
    rewards: tuple[Reward, ...] = ()  # of the card, that pay a part of the amount
    details: Details = field(default=Details(), repr=False)  # of a first call


@frozen
class CardSecrets:
    number: Secret
    holder: str = field(repr=False)
    month: int = field(repr=False)
    year: int = field(repr=False)
    cvv: Secret | None  # leaves with the first send; None where the card was kept for a second one


# Outcomes.  What a gateway makes of a wrong type is refused while it is still the gateway's answer: it becomes Unknown


@frozen
class Captured:
    """A row of the ledger: so much was taken."""

    reference: str = field(validator=instance_of(str))
    amount: Money = field(validator=instance_of(Money))  # altogether, rewards among it
    installments: int = field(default=1, validator=instance_of(int))
    rewards: tuple[Reward, ...] = field(default=(), validator=deep_iterable(instance_of(Reward), instance_of(tuple)))
    card_token: str | None = field(default=None, validator=optional(instance_of(str)))  # where it was asked for


@frozen
class Authorised:
    """A row of the ledger: so much is kept for us, and not taken yet."""

    reference: str = field(validator=instance_of(str))


@frozen
class UnderReview:
    """A row of the ledger: taken, and looked at for fraud; it may still go back."""

    reference: str = field(validator=instance_of(str))


Row: TypeAlias = Captured | Authorised | UnderReview


@frozen
class Declined:
    """Definitely not taken; `code` is one of our list."""

    code: str = field(validator=matches_re(r"[a-z0-9_]{1,40}"))


@frozen
class Replayed:
    """The key was used before, and its first request has ended without money: it can never take any.

    A key may be used again with another one only.
    """


@frozen
class HandedOut:
    """The buyer goes on at the provider's.  `given` draws the way there and knows the return; no card field in it."""

    given: Mapping[str, str] = field(validator=deep_mapping(instance_of(str), instance_of(str)))


@frozen
class Unknown:
    """No definite answer.  `reason` is for people."""

    reason: str


@frozen
class NotSent:
    """Nothing left this process, and nothing will."""


@frozen
class NotFound:
    """The ledger knows no such number."""


@frozen
class Cancelled:
    """What was handed out is closed: nobody can pay with it any more."""


@frozen
class Reversed:
    """The row of that reference was given back."""

    reference: str = field(validator=instance_of(str))


@frozen
class Settled:
    """Too late to void the row of that reference: it takes a refund."""

    reference: str = field(validator=instance_of(str))


@frozen
class Secured:
    """All that the attempt needs is held."""


@frozen
class NotHeld:
    """Something the attempt needs cannot be held; `code` says what is lacking."""

    code: str


Outcome: TypeAlias = (
    Captured | Authorised | UnderReview | Declined | Replayed | HandedOut | Unknown | NotSent | NotFound | Cancelled
    | Reversed | Settled | Secured | NotHeld
)  # fmt: skip


# What is sent


@frozen
class Sale(Transfer["Row | Declined | Replayed | Unknown | NotSent"]):
    """Take the money now."""

    order: Order
    card: CardSecrets


@frozen
class StartThreeD(Transfer["HandedOut | Declined | Replayed | Unknown | NotSent"]):
    """Ask the issuer for a way to let the buyer prove who they are."""

    order: Order
    card: CardSecrets


@frozen
class FinishThreeD(Transfer["Row | Declined | Unknown | NotSent"]):
    """Take the money the buyer has just proved to be theirs.

    `returned` is what their browser brought back: claims, of which the gateway believes what it can verify.
    `card` is there for a gateway that needs it twice.
    """

    order: Order
    returned: Mapping[str, str] = field(repr=False)
    card: CardSecrets | None


@frozen
class StartSession(Transfer["HandedOut | Declined | Replayed | Unknown | NotSent"]):
    """Ask for a page of the provider's on which the buyer pays."""

    order: Order


@frozen
class CancelSession(Transfer["Cancelled | Unknown"]):
    """Close what was handed out; where somebody may still pay with it the answer is Unknown."""

    order: Order


@frozen
class Void(Transfer["Reversed | Settled | Unknown"]):
    """Give a row of the ledger back before it is cleared."""

    gateway: str
    reference: str
    key: str


@frozen
class Refund(Transfer["Reversed | Unknown"]):
    """Give a row of the ledger back after it was cleared."""

    gateway: str
    reference: str
    amount: Money
    key: str


@frozen
class Inquire(Query["tuple[Row, ...] | Declined | Cancelled | NotFound | Unknown"]):
    """What the ledger says of a number: every row that stands, or why there is none."""

    gateway: str
    number: str


# What comes by itself


@frozen
class Callback:
    """A message as it came in, unread: what is signed are its bytes."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False, hash=False)  # names in lower case
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # in their order, repeated ones too


@frozen
class Verified:
    """A message that is the provider's, about that number; `id` is its own, the same when it comes again.

    `outcome` is what it says.  It is believed where the signature covers all of it, and else only a reason to ask.
    """

    number: str = field(validator=instance_of(str))
    id: str = field(validator=instance_of(str))
    outcome: Row | Declined | Cancelled | None = None


@frozen
class Rejected:
    """Not the provider's, or not as it was sent.  `reason` is for people."""

    reason: str


@frozen
class Verify(Query["Verified | Rejected"]):
    """Whose message it is, and what it says."""

    gateway: str
    callback: Callback


class Gateway(Protocol):
    """A provider.  Methods may be sync or async; one that raises has answered `Unknown`, `verify` `Rejected`."""

    @property
    def capabilities(self) -> Capabilities: ...
    def sale(self, order: Order, card: CardSecrets, /) -> Row | Declined | Replayed | Unknown: ...
    def start_three_d(self, order: Order, card: CardSecrets, /) -> HandedOut | Declined | Replayed | Unknown: ...
    def finish_three_d(
        self, order: Order, returned: Mapping[str, str], card: CardSecrets | None, /
    ) -> Row | Declined | Unknown: ...
    def start_session(self, order: Order, /) -> HandedOut | Declined | Replayed | Unknown: ...
    def cancel_session(self, order: Order, /) -> Cancelled | Unknown: ...
    def inquire(self, number: str, /) -> tuple[Row, ...] | Declined | Cancelled | NotFound | Unknown: ...
    def void(self, reference: str, key: str, /) -> Reversed | Settled | Unknown: ...
    def refund(self, reference: str, amount: Money, key: str, /) -> Reversed | Unknown: ...
    def verify(self, callback: Callback, /) -> Verified | Rejected: ...


# What the layer around the engine answers itself


@frozen
class Checkpoint(Effect[PreOrder]):
    """Saved before anybody hears of it."""

    order: PreOrder


@frozen
class Apply(Effect[PreOrder]):
    """The latest record with the outcome of that attempt applied, saved."""

    attempt: int
    outcome: Outcome
