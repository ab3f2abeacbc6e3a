"""Taking money: what is sent to a gateway, and what may come of it.

An outcome says what we know, not what we hope: whatever is no complete answer
is `Unknown`, and only a code on the gateway's own list is `Declined`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, Protocol, TypeAlias

from attrs import field, frozen
from attrs.validators import deep_mapping, instance_of

from ..money import Money
from ..order import PreOrder
from ._kinds import Effect, Query, Secret, Transfer


@frozen
class Capabilities:
    """What a gateway promises.  The promise made to the shop follows from it."""

    max_in_flight: timedelta  # the longest a request that was sent may still take effect
    idempotency: Literal["native", "order_number", "none"] = "none"
    inquiry: bool = True
    void: bool = True
    kinds: frozenset[str] = frozenset({"sale", "three_d"})
    sandbox: bool = False  # moves no real money


@frozen
class Order:
    """Which payment a transfer belongs to."""

    gateway: str
    number: str
    key: str
    amount: Money
    installments: int


@frozen
class CardSecrets:
    number: Secret
    holder: str = field(repr=False)
    month: int = field(repr=False)
    year: int = field(repr=False)
    cvv: Secret


# Outcomes.  What a gateway makes of a wrong type is refused while it is still the gateway's answer: it becomes Unknown


@frozen
class Captured:
    """A row of the ledger: so much was taken."""

    reference: str = field(validator=instance_of(str))
    amount: Money = field(validator=instance_of(Money))
    installments: int = field(default=1, validator=instance_of(int))


@frozen
class Declined:
    """Definitely not taken; `code` is one of our list."""

    code: str = field(validator=instance_of(str))


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
class Reversed:
    """The row of that reference was given back."""

    reference: str = field(validator=instance_of(str))


Outcome: TypeAlias = Captured | Declined | HandedOut | Unknown | NotSent | NotFound | Reversed


@frozen
class Deferred:
    """A receipt that needs no provider: the money comes later, or there is none to come.

    `status` is the order's: 300 payment_waiting, 400 approved.
    """

    why: Literal["funds_transfer", "free"]
    status: Literal[300, 400]


# What is sent


@frozen
class Sale(Transfer["Captured | Declined | Unknown | NotSent"]):
    """Take the money now."""

    order: Order
    card: CardSecrets


@frozen
class StartThreeD(Transfer["HandedOut | Declined | Unknown | NotSent"]):
    """Ask the issuer for a way to let the buyer prove who they are."""

    order: Order
    card: CardSecrets


@frozen
class FinishThreeD(Transfer["Captured | Declined | Unknown | NotSent"]):
    """Take the money the buyer has just proved to be theirs.

    `returned` is what their browser brought back: claims, of which the gateway believes what it can verify.
    """

    order: Order
    returned: Mapping[str, str] = field(repr=False)


@frozen
class Void(Transfer["Reversed | Unknown"]):
    """Give a row of the ledger back."""

    gateway: str
    reference: str
    key: str


@frozen
class Inquire(Query["tuple[Captured, ...] | Declined | NotFound | Unknown"]):
    """What the ledger says of a number: every row that stands, or why there is none."""

    gateway: str
    number: str


class Gateway(Protocol):
    """A provider.  Methods may be sync or async; one that raises has answered `Unknown`."""

    @property
    def capabilities(self) -> Capabilities: ...
    def sale(self, order: Order, card: CardSecrets, /) -> Captured | Declined | Unknown: ...
    def start_three_d(self, order: Order, card: CardSecrets, /) -> HandedOut | Declined | Unknown: ...
    def finish_three_d(self, order: Order, returned: Mapping[str, str], /) -> Captured | Declined | Unknown: ...
    def inquire(self, number: str, /) -> tuple[Captured, ...] | Declined | NotFound | Unknown: ...
    def void(self, reference: str, key: str, /) -> Reversed | Unknown: ...


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
