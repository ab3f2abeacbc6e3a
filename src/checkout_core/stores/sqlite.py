"""A store in one SQLite file: for a till, a small shop, several workers of one machine."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime, timedelta

from ._sqlite_file import PATIENCE, SqliteFile
from ._store import AnswerLost, Parked, Saved, Stored, microseconds, moment_of

GET = (
    "SELECT head, CASE WHEN name IS ? THEN NULL ELSE lines END, version"
    " FROM checkout LEFT JOIN basket USING (key) WHERE key = ?"
)
FIRST = "INSERT INTO checkout (head, due_at, key, version) VALUES (?, ?, ?, ? + 1) ON CONFLICT DO NOTHING"
NEXT = "UPDATE checkout SET head = ?, due_at = ?, version = version + 1 WHERE key = ? AND version = ?"
BASKET = "INSERT OR REPLACE INTO basket (key, name, lines) VALUES (?, ?, ?)"
NAME = (  # no row where it is another key's
    "INSERT INTO name (name, key) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET key = key WHERE key = excluded.key"
)
FIND = "SELECT key FROM name WHERE name = ?"
DUE = "SELECT key FROM checkout WHERE due_at <= ? ORDER BY due_at, key LIMIT ?"
KEYS = "SELECT key FROM checkout WHERE key > ? ORDER BY key LIMIT ?"
REMOVE = "DELETE FROM checkout WHERE key = ? AND version = ?"
ITS_OTHERS = ("DELETE FROM basket WHERE key = ?", "DELETE FROM name WHERE key = ?")
PARK = "INSERT INTO parked (name, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
PARKED = "SELECT name, id, at FROM parked WHERE (at, name, id) > (?, ?, ?) ORDER BY at, name, id LIMIT ?"
FIRST_PARKED = (-(2**63), "", "")  # before any moment there is
UNPARK = "DELETE FROM parked WHERE name = ? AND id = ?"
FORGET = "DELETE FROM safe WHERE until <= ?"
KEEP = "INSERT OR REPLACE INTO safe (handle, sealed, until) VALUES (?, ?, ?)"
KEPT = "SELECT sealed FROM safe WHERE handle = ?"
TAKE = "DELETE FROM safe WHERE handle = ?"


class SqliteStore:
    """A `Store` in the file at `path`, made if it is not there.  Threads may share it, processes may share the file.

    A save that has WON is on the disk before anybody hears of it (WAL,
    synchronous=FULL): a power cut must not lose the intent of a payment.  Writers
    wait for each other up to `patience`, then raise StoreUnavailable; readers
    wait for nobody.  Not on a network file system: WAL does not work there.
    SqliteHolds may have the same file.

    Raises NotAStore, StoreTooNew, and StoreUnavailable where there can be no such file.
    """

    def __init__(self, path: str | os.PathLike[str], *, patience: timedelta = PATIENCE) -> None:
        self._file = SqliteFile(path, patience)

    def get(self, key: str, known_basket: str | None = None, /) -> Stored | None:
        """As Store.get: one SELECT."""

        def read(db: sqlite3.Connection) -> Stored | None:
            row = db.execute(GET, (known_basket, key)).fetchone()
            return None if row is None else Stored(*row)

        return self._file.read(read)

    def save(
        self,
        key: str,
        expected: int,
        head: bytes,
        basket: tuple[str, bytes] | None,
        due_at: datetime | None,
        names: tuple[str, ...] = (),
        /,
    ) -> Saved:
        """As Store.save: one transaction, with a statement more for the basket and for each name."""
        due = None if due_at is None else microseconds(due_at)

        def write(db: sqlite3.Connection) -> Saved:
            if not db.execute(NEXT if expected else FIRST, (head, due, key, expected)).rowcount:
                db.execute("ROLLBACK")
                return Saved.LOST
            if basket is not None:
                db.execute(BASKET, (key, *basket))
            for name in names:
                if not db.execute(NAME, (name, key)).rowcount:
                    db.execute("ROLLBACK")
                    return Saved.TAKEN
            return Saved.WON

        try:
            return self._file.change(write)
        except AnswerLost:
            return Saved.UNKNOWN

    def find(self, name: str, /) -> str | None:
        """As Store.find: one SELECT."""

        def read(db: sqlite3.Connection) -> str | None:
            row = db.execute(FIND, (name,)).fetchone()
            return None if row is None else str(row[0])

        return self._file.read(read)

    def due(self, now: datetime, limit: int, /) -> tuple[str, ...]:
        """As Store.due."""
        until = microseconds(now)
        return self._file.read(lambda db: tuple(key for (key,) in db.execute(DUE, (until, limit))))

    def keys(self, after: str, limit: int, /) -> tuple[str, ...]:
        """As Store.keys."""
        return self._file.read(lambda db: tuple(key for (key,) in db.execute(KEYS, (after, limit))))

    def remove(self, key: str, expected: int, /) -> Saved:
        """As Store.remove: one transaction."""

        def write(db: sqlite3.Connection) -> Saved:
            if not db.execute(REMOVE, (key, expected)).rowcount:
                db.execute("ROLLBACK")
                return Saved.LOST
            for statement in ITS_OTHERS:
                db.execute(statement, (key,))
            return Saved.WON

        try:
            return self._file.change(write)
        except AnswerLost:
            return Saved.UNKNOWN

    def park(self, name: str, id: str, at: datetime, /) -> None:  # noqa: A002  # as Store.park
        """As Store.park."""
        came = microseconds(at)
        self._file.change(lambda db: db.execute(PARK, (name, id, came)).rowcount)

    def parked(self, limit: int, after: Parked | None = None, /) -> tuple[Parked, ...]:
        """As Store.parked."""
        last = FIRST_PARKED if after is None else (microseconds(after.at), after.name, after.id)

        def read(db: sqlite3.Connection) -> tuple[Parked, ...]:
            return tuple(Parked(name, id, moment_of(at)) for name, id, at in db.execute(PARKED, (*last, limit)))  # noqa: A001  # as Store.park

        return self._file.read(read)

    def unpark(self, name: str, id: str, /) -> bool:  # noqa: A002  # as Store.park
        """As Store.unpark."""
        return self._file.change(lambda db: db.execute(UNPARK, (name, id)).rowcount == 1)

    def keep(self, handle: str, sealed: bytes, until: datetime, now: datetime | None = None, /) -> None:
        """As Store.keep."""
        end, since = microseconds(until), None if now is None else microseconds(now)

        def write(db: sqlite3.Connection) -> None:
            db.execute(FORGET, (since,))  # NULL is later than nothing
            db.execute(KEEP, (handle, sealed, end))

        self._file.change(write)

    def take(self, handle: str, now: datetime, /) -> bytes | None:
        """As Store.take."""
        since = microseconds(now)

        def write(db: sqlite3.Connection) -> bytes | None:
            db.execute(FORGET, (since,))
            row = db.execute(KEPT, (handle,)).fetchone()
            db.execute(TAKE, (handle,))
            return None if row is None else bytes(row[0])

        return self._file.change(write)

    def close(self) -> None:
        """As Store.close; a connection in use is closed when it is given back."""
        self._file.close()
