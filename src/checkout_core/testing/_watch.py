"""What invariants look at: a run, what was stored before its last event, and what is stored now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from ..order import PreOrder
from ..records import Record
from ..sandbox import LedgerRow
from ._run import Run
from ._task import Asked, Heard

TAKEN = frozenset({"captured", "review", "authorised"})
GIVEN_BACK = frozenset({"voided", "refunded"})


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, says: str) -> None:
        super().__init__(f"{invariant}: {says}")
        self.invariant = invariant
        self.says = says


class Watch:
    """Looks after every event."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.before: Mapping[str, Record] = {}
        self.now: Mapping[str, Record] = run.records()
        self._asked = self._heard = 0  # of that was seen

    def look(self) -> None:
        """The last event becomes the one that invariants see."""
        self.before, self.now = self.now, self.run.records()
        self.run.shown |= {(key, record.pre_order.totals.payable) for key, record in self.before.items()}

    def changed(self) -> Iterator[tuple[PreOrder, PreOrder]]:
        """Checkouts that were saved by the last event, before and after."""
        for key, record in self.now.items():
            before = self.before.get(key, record)
            if before is not record:
                yield before.pre_order, record.pre_order

    def orders(self) -> Iterator[PreOrder]:
        """All checkouts as they are stored now."""
        return (record.pre_order for record in self.now.values())

    def asked(self) -> tuple[Asked, ...]:
        """Payments that a request was about to send after the last event."""
        return tuple(self.run.sent[self._asked :])

    def heard(self) -> tuple[Heard, ...]:
        """What was asked of the ledger in the last event."""
        return tuple(self.run.heard[self._heard :])

    def seen(self) -> None:
        """All that was asked until now is no news any more."""
        self._asked, self._heard = len(self.run.sent), len(self.run.heard)

    def standing(self, order: PreOrder | None = None) -> list[LedgerRow]:
        """Money that was taken and not given back: the ledger's word for it; under that order's numbers, if given."""
        rows = [row for row in self.run.world.bank.rows() if row.state in TAKEN]
        if order is None:
            return rows
        numbers = {a.number for a in order.attempts}
        return [row for row in rows if row.number in numbers]


def as_asked(row: LedgerRow) -> bool:
    """The bank took what it was told to take, in the way it was told to."""
    return (row.amount.minor, row.rewards) == (row.asked, row.asked_rewards)


Invariant: TypeAlias = Callable[[Watch], "str | None"]  # a sentence, where it does not hold


def ask(watch: Watch, invariants: Mapping[str, Invariant]) -> None:
    """Raises Broken for the first that does not hold."""
    for name, holds in invariants.items():
        says = holds(watch)
        if says is not None:
            raise Broken(name, says)
    watch.seen()


@contextmanager
def silent() -> Iterator[None]:
    """The service logs what goes wrong; here that happens ten thousand times."""
    log = logging.getLogger("checkout_core")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
