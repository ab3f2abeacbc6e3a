"""What can be read off the attempts of an order: who is locked, what is due, what the buyer is told."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from ..effects import Cancelled, Declined, Outcome
from ..order import Attempt, Capture, PreOrder, State
from ..page import Codes

MOVING: frozenset[State] = frozenset(
    {"preparing", "intent", "authorised", "review", "unknown", "unplaced"}
)  # money may be on its way: the buyer is locked
ASKABLE: frozenset[State] = frozenset(
    {"intent", "awaiting", "authorised", "review", "unknown", "superseded", "not_executed"}
)  # what the ledger says of it may end it
DEFINITE: frozenset[State] = frozenset(
    {"captured", "deferred", "declined", "cancelled", "abandoned", "replayed", "reversing", "reversed"}
)  # not_executed and superseded are none: a sender that was paused, or a buyer, may still come
WATCHED: frozenset[State] = frozenset({"not_executed", "superseded"})  # over for the buyer, not for the ledger

SILENT: frozenset[State] = frozenset({"intent", "unknown"})  # no answer came, or whoever waited for it is gone
BY_HAND = "operator-"  # then a key: another attempt's, where the money was credited to the open one on its number
KEPT = frozenset({"asked", "held"})  # states of a hold that still takes something away from others


def locks(a: Attempt, now: datetime) -> bool:
    """Its money may be moving, and has not been silent for longer than a buyer has to wait."""
    if a.state not in MOVING:
        return False
    return a.state not in SILENT or a.locks_until is None or now < a.locks_until


def moving(order: PreOrder, now: datetime) -> Attempt | None:
    """The attempt that locks the buyer."""
    if not order.attempts:
        return None
    return next((a for a in order.attempts if locks(a, now)), None)


def awaiting(order: PreOrder) -> Attempt | None:
    """The attempt that waits for the buyer to come back from the provider; it locks nobody."""
    return next((a for a in order.attempts if a.state == "awaiting"), None) if order.attempts else None


def ambiguous(order: PreOrder, a: Attempt, outcome: Outcome) -> bool:
    """One request on its number has ended without money, and there were several: it may have been another attempt's."""
    shared = any(b is not a and (b.gateway, b.number) == (a.gateway, a.number) for b in order.attempts)
    return shared and isinstance(outcome, Declined | Cancelled)


def of_another(order: PreOrder, a: Attempt, outcome: Outcome, now: datetime) -> bool:
    """What the ledger says of its number may be said of another, while what was sent for `a` may take effect."""
    return ambiguous(order, a, outcome) and now < a.settled_by


def by_hand(a: Attempt) -> str:
    """The reference of money that an operator told of: the ledger calls it something else."""
    return f"{BY_HAND}{a.key}"


def in_ledger(row: Capture) -> str | None:
    """What the ledger calls that money; None where only an operator has seen it."""
    return row.known_as or (None if row.reference.startswith(BY_HAND) else row.reference)


def owed(a: Attempt) -> bool:
    """Money of it is still to be given back."""
    return any(row.reversal in {"due", "refund"} for row in a.captures)


def due_at(order: PreOrder) -> datetime | None:
    """When somebody must look at the money of this checkout; None where none is on its way."""
    if not order.attempts:
        return None
    return min((a.due_at for a in order.attempts if a.due_at is not None), default=None)


def is_over(order: PreOrder) -> bool:
    """No money of this checkout can move any more, nothing is held, and nobody is asked to look."""
    return all(
        a.due_at is None and a.attention is None and (a.hold is None or a.hold.state not in KEPT)
        for a in order.attempts
    )


def verdict(order: PreOrder, n: int) -> Codes:
    """What the buyer is told of attempt `n`, as errors of the step; nothing where it went well or on."""
    a = order.attempts[n - 1]
    match a.state:
        case "declined" | "cancelled":
            code = a.code or a.state
        case "abandoned":
            code = a.code or "price_changed"
        case "preparing" | "intent" | "unknown" | "authorised" | "review" | "parked" | "unplaced" | "superseded":
            code = "payment_pending"
        case "not_executed":
            code = "not_executed"
        case "reversing" | "reversed":
            code = "payment_reversed"
        case "awaiting" | "captured" | "deferred" | "replayed":
            return {}
        case _:
            assert_never(a.state)
    return {"non_field_errors": (code,)}
