"""One SQLite file and a pool of connections to it: what the store and the holds have in common.

Nobody hears of a change before it is on the disk, and no connection outlives a failure or a fork.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from time import monotonic, sleep
from typing import TypeVar

from ._sqlite_tables import APPLICATION, SCHEMA, TABLES
from ._store import AnswerLost, StoreUnavailable

T = TypeVar("T")

PATIENCE = timedelta(seconds=5)  # a transaction of another process takes milliseconds
WHOSE = (
    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
    " FROM pragma_application_id, pragma_user_version"
)


class NotAStore(ValueError):
    """The file is another program's."""


class StoreTooNew(ValueError):
    """A later release has changed the tables.  The file was left as it is."""


class SqliteFile:
    """The file at `path`, made if it is not there.  Threads may share this object, processes may share the file.

    What was changed is on the disk before anybody hears of it (WAL,
    synchronous=FULL): a power cut must not lose the intent of a payment.  Writers
    wait for each other up to `patience`, then raise StoreUnavailable; readers
    wait for nobody.  Not on a network file system: WAL does not work there.

    Raises NotAStore, StoreTooNew, and StoreUnavailable where there can be no such file.
    """

    def __init__(self, path: str | os.PathLike[str], patience: timedelta = PATIENCE) -> None:
        self._path = os.fspath(path)
        if self._path in {"", ":memory:"}:
            raise NotAStore("no two connections would see the same tables; use MemoryStore, or a file")
        self._patience = patience
        self._process = os.getpid()
        self._idle: list[sqlite3.Connection] = []
        self._inherited: list[sqlite3.Connection] = []
        self._closed = False
        self.read(lambda db: _prepare(db, patience))

    def read(self, use: Callable[[sqlite3.Connection], T]) -> T:
        """What `use` makes of a connection that nobody else uses meanwhile; one that failed is not used again.

        Raises StoreUnavailable.
        """
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

    def change(self, make: Callable[[sqlite3.Connection], T]) -> T:
        """What `make` answers, its changes on the disk, all or nothing; none where it has rolled them back itself.

        Raises AnswerLost where the COMMIT failed, StoreUnavailable where nothing came so far.
        """

        def transaction(db: sqlite3.Connection) -> T:
            db.execute("BEGIN IMMEDIATE")
            answer = make(db)
            if db.in_transaction:
                try:
                    db.execute("COMMIT")
                except sqlite3.DatabaseError as error:
                    raise AnswerLost(f"{error}; it may have been saved") from error
            return answer

        return self.read(transaction)

    def close(self) -> None:
        """Give the connections back; one in use is closed when it is given back."""
        self._closed = True
        while (db := self._idle_connection()) is not None:
            db.close()

    def _idle_connection(self) -> sqlite3.Connection | None:
        if self._process != os.getpid():  # a connection does not outlive a fork, not even to be closed
            self._inherited += self._idle
            self._process, self._idle = os.getpid(), []
        try:
            return self._idle.pop()
        except IndexError:
            return None


def _prepare(db: sqlite3.Connection, patience: timedelta) -> None:
    """The tables of this release, if the file is new or of an older one; nothing is changed in one that is not ours."""
    found = _schema_of(db)
    mode = write_ahead(db, monotonic() + patience.total_seconds())
    if mode != "wal":
        raise StoreUnavailable(f"the file cannot be written ahead, its journal stays {mode}; put it on a local disk")
    if found < SCHEMA:
        db.execute("BEGIN IMMEDIATE")
        for tables in TABLES[_schema_of(db) :]:  # none, where somebody else made them meanwhile
            for statement in tables:
                db.execute(statement)
        db.execute("COMMIT")


def write_ahead(db: sqlite3.Connection, deadline: float) -> object:
    """The journal mode, which is to be WAL.  Of those who open a new file together one sets it."""
    while True:
        try:
            return db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as busy:
            if busy.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.005)  # this statement alone does not wait for others by itself


def _schema_of(db: sqlite3.Connection) -> int:
    """The version of the tables in the file; 0 where it is empty."""
    application, schema, tables = map(int, db.execute(WHOSE).fetchone())
    if application != APPLICATION and (application, schema, tables) != (0, 0, 0):
        raise NotAStore("the file is another program's; give the store a file of its own")
    if schema > SCHEMA:
        raise StoreTooNew(f"the tables are of version {schema}, this release knows {SCHEMA}; nothing was changed")
    return schema
