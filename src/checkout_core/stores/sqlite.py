"""A store in one SQLite file: for a till, a small shop, several workers of one machine."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import TypeVar

from ._store import Saved, Stored, StoreUnavailable, microseconds

T = TypeVar("T")

APPLICATION = 0x436B4F74  # "CkOt" in the file's header: ours, not another program's
SCHEMA = 1
TABLES = (
    # the basket by itself: writing a head does not touch its pages, leaving it out does not read them
    "CREATE TABLE basket (key TEXT PRIMARY KEY, name TEXT NOT NULL, lines BLOB NOT NULL)",
    "CREATE TABLE checkout (key TEXT PRIMARY KEY, version INTEGER NOT NULL, due_at INTEGER, head BLOB NOT NULL)",
    "CREATE INDEX checkout_due ON checkout (due_at, key) WHERE due_at IS NOT NULL",  # microseconds since 1970, UTC
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {SCHEMA}",
)
GET = (
    "SELECT head, CASE WHEN name IS ? THEN NULL ELSE lines END, version"
    " FROM checkout LEFT JOIN basket USING (key) WHERE key = ?"
)
FIRST = "INSERT INTO checkout (head, due_at, key, version) VALUES (?, ?, ?, ? + 1) ON CONFLICT DO NOTHING"
NEXT = "UPDATE checkout SET head = ?, due_at = ?, version = version + 1 WHERE key = ? AND version = ?"
BASKET = "INSERT OR REPLACE INTO basket (key, name, lines) VALUES (?, ?, ?)"
WHOSE = (
    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
    " FROM pragma_application_id, pragma_user_version"
)
DUE = "SELECT key FROM checkout WHERE due_at <= ? ORDER BY due_at, key LIMIT ?"


class NotAStore(ValueError):
    """The file is another program's."""


class StoreTooNew(ValueError):
    """A later release has changed the tables.  The file was left as it is."""


class _CommitFailed(Exception):
    """It may be on the disk, or not."""


class SqliteStore:
    """A `Store` in the file at `path`, made if it is not there.  Threads may share it, processes may share the file.

    A save that has WON is on the disk before anybody hears of it (WAL,
    synchronous=FULL): a power cut must not lose the intent of a payment.  Writers
    wait for each other up to `patience`, then raise StoreUnavailable; readers
    wait for nobody.  Not on a network file system: WAL does not work there.

    Raises NotAStore, StoreTooNew, and StoreUnavailable where there can be no such file.
    """

    def __init__(self, path: str | os.PathLike[str], *, patience: timedelta = timedelta(seconds=5)) -> None:
        self._path = os.fspath(path)
        if self._path in {"", ":memory:"}:
            raise NotAStore("no two connections would see the same tables; use MemoryStore, or a file")
        self._patience = patience
        self._process = os.getpid()
        self._idle: list[sqlite3.Connection] = []
        self._inherited: list[sqlite3.Connection] = []
        self._closed = False
        self._with(lambda db: _prepare(db, patience))

    def get(self, key: str, known_basket: str | None = None, /) -> Stored | None:
        """As Store.get: one SELECT."""

        def read(db: sqlite3.Connection) -> Stored | None:
            row = db.execute(GET, (known_basket, key)).fetchone()
            return None if row is None else Stored(*row)

        return self._with(read)

    def save(
        self, key: str, expected: int, head: bytes, basket: tuple[str, bytes] | None, due_at: datetime | None, /
    ) -> Saved:
        """As Store.save: one transaction.  UNKNOWN where its COMMIT failed."""
        due = None if due_at is None else microseconds(due_at)

        def write(db: sqlite3.Connection) -> Saved:
            db.execute("BEGIN IMMEDIATE")
            if not db.execute(NEXT if expected else FIRST, (head, due, key, expected)).rowcount:
                db.execute("ROLLBACK")
                return Saved.LOST
            if basket is not None:
                db.execute(BASKET, (key, *basket))
            try:
                db.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                raise _CommitFailed from error
            return Saved.WON

        try:
            return self._with(write)
        except _CommitFailed:
            return Saved.UNKNOWN

    def due(self, now: datetime, limit: int, /) -> tuple[str, ...]:
        """As Store.due."""
        until = microseconds(now)
        return self._with(lambda db: tuple(key for (key,) in db.execute(DUE, (until, limit))))

    def close(self) -> None:
        """As Store.close; a connection in use is closed when it is given back."""
        self._closed = True
        while (db := self._idle_connection()) is not None:
            db.close()

    def _with(self, use: Callable[[sqlite3.Connection], T]) -> T:
        """What `use` makes of a connection that nobody else uses meanwhile; one that failed is not used again."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        db = None
        try:
            db = self._idle_connection()
            if db is None:
                db = sqlite3.connect(
                    self._path, timeout=self._patience.total_seconds(), isolation_level=None, check_same_thread=False
                )
                db.execute("PRAGMA synchronous = FULL")
                db.execute("PRAGMA fullfsync = ON")  # on macOS a plain fsync does not reach the disk
            answer = use(db)
        except BaseException as error:
            if db is not None:
                db.close()  # with whatever was begun on it
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
                raise NotAStore("the file is no SQLite database") from error
            if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:  # not our mistakes
                raise StoreUnavailable(f"{error}; nothing was saved") from error
            raise
        self._idle.append(db)
        if self._closed:
            self.close()
        return answer

    def _idle_connection(self) -> sqlite3.Connection | None:
        if self._process != os.getpid():  # a connection does not outlive a fork, not even to be closed
            self._inherited += self._idle
            self._process, self._idle = os.getpid(), []
        try:
            return self._idle.pop()
        except IndexError:
            return None


def _prepare(db: sqlite3.Connection, patience: timedelta) -> None:
    """The tables, if the file is new; nothing is changed in one that is not ours."""
    new = _is_new(db)
    mode = _write_ahead(db, monotonic() + patience.total_seconds())
    if mode != "wal":
        raise StoreUnavailable(f"the file cannot be written ahead, its journal stays {mode}; put it on a local disk")
    if new:
        db.execute("BEGIN IMMEDIATE")
        if _is_new(db):  # nobody else made them meanwhile
            for statement in TABLES:
                db.execute(statement)
        db.execute("COMMIT")


def _write_ahead(db: sqlite3.Connection, deadline: float) -> object:
    """The journal mode, which is to be WAL.  Of those who open a new file together one sets it."""
    while True:
        try:
            return db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as busy:
            if busy.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.005)  # this statement alone does not wait for others by itself


def _is_new(db: sqlite3.Connection) -> bool:
    application, schema, tables = map(int, db.execute(WHOSE).fetchone())
    if application != APPLICATION and (application, schema, tables) != (0, 0, 0):
        raise NotAStore("the file is another program's; give the store a file of its own")
    if schema > SCHEMA:
        raise StoreTooNew(f"the tables are of version {schema}, this release knows {SCHEMA}; nothing was changed")
    return tables == 0
