"""Stock, coupons and limits in one SQLite file: the holds and limits ports of a shop on one machine."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from ..effects import Item, Refused
from ._holds import Held, asked_for, checked, counted_again, digest_of, digest_of_subject, other_items, room
from ._sqlite_file import PATIENCE, SqliteFile
from ._store import MICROSECOND, microseconds

PUT = "INSERT OR REPLACE INTO stock (kind, subject, quantity) VALUES (?, ?, ?)"
LEFT = (
    "SELECT max(0, quantity - (SELECT coalesce(sum(held.quantity), 0) FROM held JOIN hold USING (op)"
    " WHERE held.kind = stock.kind AND held.subject = stock.subject AND until > ?))"
    " FROM stock WHERE kind = ? AND subject = ?"
)
THERE = "SELECT quantity FROM stock WHERE kind = ? AND subject = ?"
GONE = "SELECT quantity FROM gone WHERE kind = ? AND subject = ?"
TAKEN = (
    "SELECT coalesce((SELECT quantity FROM gone WHERE kind = :kind AND subject = :subject), 0)"
    " + coalesce((SELECT sum(quantity) FROM held JOIN hold USING (op)"
    " WHERE kind = :kind AND subject = :subject AND owner != :owner AND until > :now), 0)"
)
KNOWN = "SELECT state, asked FROM hold WHERE op = ?"
RIVALS = "SELECT op, owner, quantity, until FROM held JOIN hold USING (op) WHERE kind = ? AND subject = ? AND op != ?"
LONGER = "UPDATE hold SET until = max(until, ?) WHERE op = ?"
HOLD = "INSERT INTO hold (op, owner, asked, until, state) VALUES (?, ?, ?, ?, 'held')"
HELD = "INSERT INTO held (op, kind, subject, quantity) VALUES (?, ?, ?, ?)"
ENDED = "UPDATE hold SET state = ? WHERE op = ?"
LET_GO = "DELETE FROM held WHERE op = ?"
TOMBSTONE = "INSERT INTO hold (op, state) VALUES (?, 'released')"
SOLD = (
    "UPDATE stock SET quantity = max(0, quantity - (SELECT quantity FROM held WHERE held.kind = stock.kind"
    " AND held.subject = stock.subject AND op = ?))"
    " WHERE (kind, subject) IN (SELECT kind, subject FROM held WHERE op = ?)"
)
COUNTED = (
    "INSERT INTO gone (kind, subject, quantity) SELECT kind, subject, quantity FROM held WHERE op = ?"
    " ON CONFLICT (kind, subject) DO UPDATE SET quantity = quantity + excluded.quantity"
)
FORGET = "DELETE FROM spent WHERE until <= ?"
SPENT = "SELECT count(*) FROM spent WHERE subject = ? AND at > ?"
SPEND = "INSERT INTO spent (subject, at, until) VALUES (?, ?, ?)"


class SqliteHolds:
    """A HoldsPort, a SlotsPort and a LimitsPort in the file at `path`, which may be a SqliteStore's.

    It is made if it is not there.  Threads may share it, processes may share the
    file.  `clock` says what has expired.  How many there are is told by `put`, or
    by whoever asks (`Item.most`); of what nobody ever put or counts, as many are
    held as are asked for.  What was answered is on the disk.

    Raises NotAStore, StoreTooNew, and StoreUnavailable where there can be no such
    file.  Every method raises StoreUnavailable where nothing was changed, and
    AnswerLost where that is not known.  The same call may be made again.
    """

    def __init__(
        self, path: str | os.PathLike[str], clock: Callable[[], datetime], *, patience: timedelta = PATIENCE
    ) -> None:
        self._file = SqliteFile(path, patience)
        self._clock = clock

    def put(self, kind: str, subject: str, quantity: int) -> None:
        """As MemoryHolds.put."""
        row = kind, subject, checked(quantity)
        self._file.change(lambda db: db.execute(PUT, row).rowcount)

    def left(self, kind: str, subject: str) -> int | None:
        """As MemoryHolds.left: one SELECT."""

        def read(db: sqlite3.Connection) -> int | None:
            row = db.execute(LEFT, (microseconds(self._clock()), kind, subject)).fetchone()
            return None if row is None else int(row[0])

        return self._file.read(read)

    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]:
        """As MemoryHolds.take_hold: one transaction."""
        wanted, end = asked_for(items), microseconds(until)
        asked = digest_of(owner, wanted)

        def write(db: sqlite3.Connection) -> tuple[Item, ...]:
            known = db.execute(KNOWN, (op,)).fetchone()
            if known is not None:
                if known[1] not in {None, asked}:
                    raise other_items(op)
                if known[0] != "held":
                    return wanted if known[0] == "released" else ()
            of = wanted if known is None else counted_again(wanted)
            there = {item: _there(db, item) for item in of}
            rivals = {item: [Held(*row) for row in db.execute(RIVALS, (item.kind, item.subject, op))] for item in of}
            lacking, gone = room(of, there, rivals, owner, microseconds(self._clock()))
            if lacking:
                return lacking
            for other in gone:
                _end(db, other, "released")
            if known is None:
                db.execute(HOLD, (op, owner, asked, end))
                db.executemany(HELD, ((op, item.kind, item.subject, item.quantity) for item in wanted))
            else:
                db.execute(LONGER, (end, op))
            return ()

        return self._file.change(write)

    def commit_hold(self, op: str, /) -> None:
        """As MemoryHolds.commit_hold: one transaction."""

        def write(db: sqlite3.Connection) -> bool:
            known = db.execute(KNOWN, (op,)).fetchone()
            if known is None or known[0] == "released":
                return False
            db.execute(SOLD, (op, op))
            db.execute(COUNTED, (op,))
            _end(db, op, "committed")
            return True

        if not self._file.change(write):
            raise Refused("hold_lost")

    def release_hold(self, op: str, /) -> None:
        """As MemoryHolds.release_hold: one transaction."""

        def write(db: sqlite3.Connection) -> None:
            known = db.execute(KNOWN, (op,)).fetchone()
            if known is None:
                db.execute(TOMBSTONE, (op,))
            elif known[0] == "held":
                _end(db, op, "released")

        self._file.change(write)

    def count_taken(self, kind: str, subjects: tuple[str, ...], owner: str, /) -> tuple[int, ...]:
        """As MemoryHolds.count_taken: a SELECT a subject, which waits for nobody."""

        def read(db: sqlite3.Connection) -> tuple[int, ...]:
            asked = {"kind": kind, "owner": owner, "now": microseconds(self._clock())}
            rows = (db.execute(TAKEN, {**asked, "subject": subject}).fetchone() for subject in subjects)
            return tuple(int(taken) for (taken,) in rows)

        return self._file.read(read)

    def spend(self, subject: str, most: int, window: timedelta, /) -> bool:
        """As MemoryHolds.spend: one transaction."""
        digest, span = digest_of_subject(subject), window // MICROSECOND

        def write(db: sqlite3.Connection) -> bool:
            now = microseconds(self._clock())
            db.execute(FORGET, (now,))
            (spent,) = db.execute(SPENT, (digest, now - span)).fetchone()
            if spent >= most:
                return False
            db.execute(SPEND, (digest, now, now + span))
            return True

        return self._file.change(write)

    def count_spent(self, subject: str, window: timedelta, /) -> int:
        """As CountSpent: a SELECT, which waits for nobody."""
        digest, span = digest_of_subject(subject), window // MICROSECOND

        def read(db: sqlite3.Connection) -> int:
            (spent,) = db.execute(SPENT, (digest, microseconds(self._clock()) - span)).fetchone()
            return int(spent)

        return self._file.read(read)

    def close(self) -> None:
        """Give the connections back.  Closed, it raises StoreUnavailable."""
        self._file.close()


def _there(db: sqlite3.Connection, item: Item) -> int | None:
    """How many there are, held ones among them; None where nobody counts."""
    if item.booked:
        return item.most or 0
    row = db.execute(THERE if item.most is None else GONE, (item.kind, item.subject)).fetchone()
    told = None if row is None else int(row[0])
    return told if item.most is None else item.most - (told or 0)


def _end(db: sqlite3.Connection, op: str, state: str) -> None:
    db.execute(ENDED, (state, op))
    db.execute(LET_GO, (op,))
