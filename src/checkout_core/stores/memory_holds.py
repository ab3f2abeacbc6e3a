"""Stock, coupons and limits that end with their process: the holds and limits ports of tests and notebooks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

from attrs import evolve, frozen

from ..effects import Item, Refused
from ._holds import Held, asked_for, checked, counted_again, digest_of, digest_of_subject, other_items, room
from ._store import MICROSECOND, StoreUnavailable, microseconds


@frozen
class _Op:
    state: Literal["held", "committed", "released"]
    asked: str | None = None  # a digest; None where it was released before it was taken
    owner: str = ""
    until: int = 0
    items: tuple[Item, ...] = ()  # that it keeps now


class MemoryHolds:
    """A HoldsPort, a SlotsPort and a LimitsPort in a few dicts.  Threads may share it; processes do not.

    `clock` says what has expired.  How many there are is told by `put`, or by
    whoever asks (`Item.most`); of what nobody ever put or counts, as many are held
    as are asked for.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._there: dict[tuple[str, str], int] = {}
        self._gone: Counter[tuple[str, str]] = Counter()  # committed
        self._ops: dict[str, _Op] = {}
        self._held: defaultdict[tuple[str, str], dict[str, Held]] = defaultdict(dict)  # by subject, then by op
        self._spent: list[tuple[str, int, int]] = []
        self._lock = Lock()
        self._closed = False

    def put(self, kind: str, subject: str, quantity: int) -> None:
        """So many there are from now on, held ones among them, committed ones not.

        Fewer than are held leave nothing free.  Raises ValueError for less than none.
        """
        with self._lock:
            self._must_be_open()
            self._there[kind, subject] = checked(quantity)

    def left(self, kind: str, subject: str) -> int | None:
        """How many are free now; None of what nobody ever put."""
        with self._lock:
            self._must_be_open()
            there, now = self._there.get((kind, subject)), microseconds(self._clock())
            if there is None:
                return None
            return max(0, there - sum(h.quantity for h in self._held[kind, subject].values() if h.until > now))

    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]:
        """As TakeHold; an op that is committed lacks nothing.

        What has expired, and what an older op of the same owner holds of the same
        subjects, is let go where it is needed, the whole op at once.  Raises
        ValueError for an op that was taken for other items or another owner, a
        quantity that is not positive, and a moment without a time zone.
        """
        wanted, end = asked_for(items), microseconds(until)
        asked = digest_of(owner, wanted)
        with self._lock:
            self._must_be_open()
            known = self._ops.get(op)
            if known is not None:
                if known.asked not in {None, asked}:
                    raise other_items(op)
                if known.state != "held":
                    return wanted if known.state == "released" else ()
                end = max(known.until, end)
            of = wanted if known is None else counted_again(wanted)
            there = {item: self._there_are(item) for item in of}
            rivals = {item: [h for h in self._held[item.kind, item.subject].values() if h.op != op] for item in of}
            lacking, gone = room(of, there, rivals, owner, microseconds(self._clock()))
            if not lacking:
                for other in gone:
                    self._let_go(other, self._ops[other], "released")
                self._keep(op, _Op("held", asked, owner, end, wanted))
            return lacking

    def commit_hold(self, op: str, /) -> None:
        """As CommitHold; an expired hold too, if nobody needed its units.  Said again, nothing happens.

        Raises Refused("hold_lost") for an op that was let go or never taken.
        """
        with self._lock:
            self._must_be_open()
            known = self._ops.get(op)
            if known is None or known.state == "released":
                raise Refused("hold_lost")
            for item in known.items:
                subject = item.kind, item.subject
                self._gone[subject] += item.quantity
                if subject in self._there:
                    self._there[subject] = max(0, self._there[subject] - item.quantity)
            self._let_go(op, known, "committed")

    def release_hold(self, op: str, /) -> None:
        """As ReleaseHold; an op nobody has taken yet lacks everything from now on."""
        with self._lock:
            self._must_be_open()
            known = self._ops.get(op, _Op("released"))
            if known.state != "committed":
                self._let_go(op, known, "released")

    def count_taken(self, kind: str, subjects: tuple[str, ...], owner: str, /) -> tuple[int, ...]:
        """As CountTaken: what was committed ever, and what others hold that has not expired."""
        with self._lock:
            self._must_be_open()
            now = microseconds(self._clock())
            return tuple(self._taken((kind, subject), owner, now) for subject in subjects)

    def spend(self, subject: str, most: int, window: timedelta, /) -> bool:
        """As Spend: the window slides, a no is not counted, and what no window sees is forgotten."""
        digest = digest_of_subject(subject)
        with self._lock:
            self._must_be_open()
            now, span = microseconds(self._clock()), window // MICROSECOND
            self._spent = [row for row in self._spent if row[2] > now]
            may = sum(whose == digest and at > now - span for whose, at, _ in self._spent) < most
            if may:
                self._spent.append((digest, now, now + span))
            return may

    def count_spent(self, subject: str, window: timedelta, /) -> int:
        """As CountSpent."""
        digest = digest_of_subject(subject)
        with self._lock:
            self._must_be_open()
            since = microseconds(self._clock()) - window // MICROSECOND
            return sum(whose == digest and at > since for whose, at, _ in self._spent)

    def close(self) -> None:
        """Closed, it raises StoreUnavailable."""
        with self._lock:
            self._closed = True

    def _there_are(self, item: Item) -> int | None:
        """Held ones among them; None where nobody counts."""
        subject = item.kind, item.subject
        if item.booked:
            return item.most or 0
        return self._there.get(subject) if item.most is None else item.most - self._gone[subject]

    def _taken(self, subject: tuple[str, str], owner: str, now: int) -> int:
        held = self._held.get(subject, {}).values()
        return self._gone[subject] + sum(h.quantity for h in held if h.owner != owner and h.until > now)

    def _keep(self, op: str, hold: _Op) -> None:
        self._ops[op] = hold
        for item in hold.items:
            self._held[item.kind, item.subject][op] = Held(op, hold.owner, item.quantity, hold.until)

    def _let_go(self, op: str, hold: _Op, state: Literal["committed", "released"]) -> None:
        self._ops[op] = evolve(hold, state=state, items=())
        for item in hold.items:
            del self._held[item.kind, item.subject][op]

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the holds are closed")
