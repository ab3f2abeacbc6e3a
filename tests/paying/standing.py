"""An order whose first attempt is in each of the states there are, every one reached as it is in life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import attrs

from checkout_core import Money, PreOrder, Visit
from checkout_core.effects import (
    Authorised,
    Cancelled,
    Capabilities,
    Captured,
    CardSecrets,
    Declined,
    HandedOut,
    NotFound,
    NotSent,
    Outcome,
    Replayed,
    Reversed,
    Secret,
    Secured,
    UnderReview,
    Unknown,
)
from checkout_core.order import Deferred
from checkout_core.paying import apply_outcome, prepare
from checkout_core.paying._steps import left_behind

from .orders import BANK, NOW, at, ready

TOTAL = Money("131.25", "TRY")
PAID = Captured("r1", TOTAL, 3)
WRONG = Captured("r1", Money("1.00", "TRY"), 3)
LATE = NOW + timedelta(hours=1)  # nothing that was sent can still take effect
LATER = LATE + timedelta(hours=1)
HOSTED = attrs.evolve(BANK, last_call="provider", kinds=frozenset({"sale", "three_d", "session"}))
CARD = CardSecrets(Secret("5421190000000009"), "Ada", 12, 2031, Secret("123"))
HANDED = HandedOut({"md": "m"})


def holds(order: PreOrder, now=NOW, bank: Capabilities = BANK) -> Visit:
    """A visit of a shop that keeps goods for whoever is paying."""
    return attrs.evolve(at(order, now, bank), has=frozenset({"holds"}))


def begun(order: PreOrder | None = None, kind: str = "sale", bank: Capabilities = BANK, now=NOW) -> PreOrder:
    """With one more attempt, whose goods are about to be kept."""
    order = order or ready()
    return prepare(holds(order, now, bank), order, kind)[0]


def after(order: PreOrder, *outcomes: Outcome, n: int = 1, now=NOW) -> PreOrder:
    """The order that has heard all of that about one attempt."""
    for outcome in outcomes:
        order, _ = apply_outcome(order, n, outcome, now)
    return order


def at_the_bank(kind: str = "three_d", bank: Capabilities = BANK) -> PreOrder:
    """The buyer was sent to the issuer, or to the provider's page."""
    return after(begun(kind=kind, bank=bank), Secured(), HANDED)


def parked() -> PreOrder:
    """Money came for a way to pay the buyer had left, while another one is moving."""
    second = begun(at_the_bank(), now=NOW)
    return after(after(second, Secured(), n=2), PAID)


def not_executed() -> PreOrder:
    """Twice the ledger knew nothing of it; the goods were let go."""
    return after(after(after(begun(), Secured()), NotFound(), now=LATE), NotFound(), now=LATER)


def deferred() -> PreOrder:
    """About to be placed on a receipt that no bank gives."""
    order = ready()
    return prepare(holds(order), order, "deferred", receipt=Deferred("funds_transfer", 300))[0]


def everywhere() -> Mapping[str, PreOrder]:
    """By state; one that waits for the buyer is told apart by who makes the last call."""
    intent, hosted = after(begun(), Secured()), at_the_bank("session", HOSTED)
    return {
        "preparing": begun(),
        "preparing, deferred": deferred(),
        "intent": intent,
        "awaiting, our call": at_the_bank(),
        "awaiting, theirs": hosted,
        "authorised": after(intent, Authorised("r1")),
        "review": after(intent, UnderReview("r1")),
        "unknown": after(intent, Unknown("timeout")),
        "parked": parked(),
        "unplaced": after(not_executed(), PAID, now=LATER),
        "captured": after(intent, PAID),
        "deferred": after(deferred(), Secured()),
        "declined": after(intent, Declined("expired_card")),
        "not_executed": not_executed(),
        "cancelled": after(hosted, Cancelled()),
        "abandoned": after(intent, NotSent()),
        "superseded": left_behind(holds(hosted, bank=HOSTED), hosted)[0],
        "replayed": after(intent, Replayed()),
        "reversing": after(intent, WRONG),
        "reversed": after(intent, WRONG, Reversed("r1")),
    }
