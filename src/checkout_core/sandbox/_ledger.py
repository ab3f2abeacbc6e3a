"""The bank's own books, in SQLite: the truth, whoever heard of it.

What is committed survives `kill -9`.  Several processes may open one file, each with a Ledger of its own, and threads
may share one.  A card number never comes near this module.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from time import monotonic

from ..shop import Misconfigured
from ..stores._sqlite_file import write_ahead
from ._book import Book
from ._files import Foreign, prepare

PATIENCE = 30.0  # seconds to wait for another process's transaction, which takes milliseconds

APPLICATION = 0x436B426B  # "CkBk" in the file's header: a ledger, not a store or another program's
VERSION = 5
PAYMENT = """
  number TEXT NOT NULL, key TEXT NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL,
  installments INTEGER NOT NULL, last_four TEXT NOT NULL"""
FATE = "says TEXT NOT NULL, end TEXT NOT NULL, code TEXT, proof TEXT"
BESIDE = "rewards TEXT NOT NULL, details TEXT NOT NULL, style TEXT NOT NULL"  # JSON, JSON, and of a session's page
ENTRIES = f"""
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, {PAYMENT},
  state TEXT NOT NULL, code TEXT, cleared INTEGER NOT NULL, asked INTEGER NOT NULL, back_key TEXT,
  rewards TEXT NOT NULL, asked_rewards TEXT NOT NULL, card_token TEXT, at INTEGER NOT NULL)
"""
TICKETS = f"""
CREATE TABLE tickets (
  seq INTEGER PRIMARY KEY, md TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, {PAYMENT},
  {FATE}, {BESIDE}, until INTEGER NOT NULL, state TEXT NOT NULL, reference TEXT, said TEXT)
"""
ON_THE_WAY = f"""
CREATE TABLE on_the_way (
  seq INTEGER PRIMARY KEY, method TEXT NOT NULL, md TEXT NOT NULL, {PAYMENT}, {FATE}, {BESIDE},
  due INTEGER NOT NULL)
"""
NOTICES = """
CREATE TABLE notices (
  seq INTEGER PRIMARY KEY, number TEXT NOT NULL, state TEXT NOT NULL, reference TEXT NOT NULL,
  minor INTEGER NOT NULL, currency TEXT NOT NULL, installments INTEGER NOT NULL, code TEXT NOT NULL,
  due INTEGER NOT NULL, tries INTEGER NOT NULL, delivered INTEGER NOT NULL, rewards TEXT NOT NULL, card_token TEXT)
"""
CARDS = "CREATE TABLE cards (last_four TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE)"
CODES = """
CREATE TABLE codes (
  seq INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, number TEXT NOT NULL, minor INTEGER NOT NULL,
  currency TEXT NOT NULL, iban TEXT NOT NULL, email TEXT, addresses TEXT NOT NULL, site TEXT NOT NULL,
  state TEXT NOT NULL, received INTEGER)
"""
SCHEMA = (
    "CREATE TABLE calls (seq INTEGER PRIMARY KEY, method TEXT NOT NULL, number TEXT NOT NULL, key TEXT NOT NULL)",
    ENTRIES,
    "CREATE INDEX entries_by_number ON entries (number)",
    "CREATE INDEX entries_by_key ON entries (key)",
    TICKETS,
    "CREATE INDEX tickets_by_number ON tickets (number)",
    "CREATE INDEX tickets_by_key ON tickets (key)",
    ON_THE_WAY,
    NOTICES,
    CARDS,
    CODES,
    "CREATE INDEX codes_by_number ON codes (number)",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


class Ledger:
    """Opens the file, and makes it if need be; `:memory:` lives as long as this object.

    Raises Misconfigured where the file cannot be one, is another program's, or another release's.
    """

    def __init__(self, path: str | Path) -> None:
        self._lock = RLock()
        try:
            self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA fullfsync = ON")  # on macOS a plain fsync does not reach the disk
            if path == ":memory:" and hasattr(self._db, "deserialize"):  # not in every build of SQLite
                self._db.deserialize(_blank())
            with self.book():
                prepare(self._db, APPLICATION, SCHEMA, VERSION)
            write_ahead(self._db, monotonic() + PATIENCE)
        except (sqlite3.DatabaseError, Foreign) as wrong:
            raise Misconfigured(f"{path} is no ledger of the sandbox's bank: {wrong}") from None

    @contextmanager
    def book(self) -> Iterator[Book]:
        """All of it or nothing, one at a time over all threads and processes; on disk when the block is left."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield Book(self._db)


@cache
def _blank() -> bytes:
    """A ledger nobody has written into: to copy it takes a hundredth of the time that its tables take."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in SCHEMA:
            db.execute(statement)
        return db.serialize()
