"""Money on its way: totals, the seal, attempts, and the placed order.

`Totals` is written by pricing only, the rest by paying only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from attrs import field, frozen

from ..money import Money

State = Literal[
    "intent",  # saved; nobody knows yet whether it was sent
    "awaiting",  # a form was handed out; the buyer may come back, or never
    "unknown",  # sent, and no definite answer
    "parked",  # captured; judged when another attempt that is moving has ended
    "captured",  # the receipt of the placed order
    "declined",
    "not_executed",  # twice not found in the ledger; its number is not retired
    "abandoned",  # the buyer chose again before the last call, which is then never made
    "replayed",  # its answer told of money that another attempt accounts for
    "reversing",  # money that may not stand
    "reversed",
]


@frozen(slots=False)
class Totals:
    """total == lines + shipping + interest."""

    lines: Money
    shipping: Money
    interest: Money
    total: Money


@frozen(slots=False)
class Plan:
    """One way to take the money: in so many parts, so much altogether."""

    installments: int
    amount: Money


@frozen(slots=False)
class Seal:
    """What an attempt is for: a digest of all the order will say, and every plan that was offered for it."""

    digest: str
    plans: tuple[Plan, ...]


@frozen(slots=False)
class Capture:
    """A row of the provider's ledger that we know of, accounted once, for ever."""

    reference: str
    amount: Money
    installments: int
    reversal: Literal["due", "done"] | None = None


@frozen(slots=False)
class Attempt:
    """One try to take money."""

    n: int  # 1, 2, ...
    number: str
    key: str  # idempotency key
    gateway: str
    kind: Literal["sale", "three_d"]
    seal: Seal
    state: State
    since: datetime
    send_by: datetime  # past it nothing is sent any more
    settled_by: datetime  # past it nothing that was sent can still take effect
    due_at: datetime | None = None  # when somebody must look
    handed: Mapping[str, str] = field(factory=dict)  # what the provider gave for later; no card field
    code: str | None = None  # why it was declined
    missed_at: datetime | None = None  # first time its ledger did not know it, after `settled_by`
    captures: tuple[Capture, ...] = ()


@frozen(slots=False)
class Placed:
    """The order, once there is a receipt for it.  Never changes; the PreOrder around it does not either."""

    number: str
    total: Money
    totals: Totals
    plan: Plan
    receipt: str  # reference in the ledger, or why none is needed
    status: Literal[300, 400]  # payment_waiting, approved
    at: datetime
    digest: str  # of the seal
