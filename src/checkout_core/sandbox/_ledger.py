"""The bank's own books, in SQLite: the truth, whoever heard of it.

What is committed survives `kill -9`.  Several processes may open one file, each with a Ledger of its own, and threads
may share one.  A card number never comes near this module.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Literal, cast

from attrs import frozen

from ..effects import Order
from ..money import Money
from ..shop import Misconfigured
from .magic import End, Fate, Proof

PATIENCE = 30.0  # seconds to wait for another process's transaction, which takes milliseconds

APPLICATION = 0x436B426B  # "CkBk" in the file's header: a ledger, not a store or another program's
CALLS = "CREATE TABLE calls (seq INTEGER PRIMARY KEY, method TEXT NOT NULL, number TEXT NOT NULL, key TEXT NOT NULL)"
ENTRIES = """
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, number TEXT NOT NULL, key TEXT NOT NULL,
  minor INTEGER NOT NULL, currency TEXT NOT NULL, installments INTEGER NOT NULL, last_four TEXT NOT NULL,
  state TEXT NOT NULL, code TEXT, void_key TEXT, unseen INTEGER NOT NULL)
"""
TICKETS = """
CREATE TABLE tickets (
  seq INTEGER PRIMARY KEY, md TEXT NOT NULL UNIQUE, number TEXT NOT NULL, key TEXT NOT NULL,
  minor INTEGER NOT NULL, currency TEXT NOT NULL, installments INTEGER NOT NULL, last_four TEXT NOT NULL,
  says TEXT NOT NULL, end TEXT NOT NULL, code TEXT, proof TEXT, used INTEGER NOT NULL)
"""
SCHEMA = (
    CALLS,
    ENTRIES,
    "CREATE INDEX entries_by_number ON entries (number)",
    "CREATE INDEX entries_by_key ON entries (key)",
    TICKETS,
    f"PRAGMA application_id = {APPLICATION}",
)


@frozen
class LedgerRow:
    """What came of a request: money that was taken, and perhaps given back; or a refusal."""

    reference: str
    number: str
    key: str
    amount: Money
    installments: int
    last_four: str
    state: Literal["captured", "voided", "declined"]
    code: str | None = None  # why it was declined


@frozen
class Ticket:
    """A buyer who was sent to prove who they are.  `fate` is decided: what the card's number would say is forgotten."""

    md: str
    number: str
    key: str
    amount: Money
    installments: int
    last_four: str
    fate: Fate
    used: bool

    def is_for(self, order: Order) -> bool:
        """It was given out for this payment, amount and plan."""
        given = (self.number, self.key, self.amount, self.installments)
        return given == (order.number, order.key, order.amount, order.installments)


@frozen
class Call:
    """A request somebody sent, whatever became of it."""

    method: str
    number: str  # of a void, the reference
    key: str  # empty for an inquiry


ROW = "SELECT reference, number, key, minor, currency, installments, last_four, state, code FROM entries"
TICKET = "SELECT md, number, key, minor, currency, installments, last_four, says, end, code, proof, used FROM tickets"


class Book:
    """The ledger, open for one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def rows(self, where: str = "1", *given: object) -> tuple[LedgerRow, ...]:
        """The entries for which that SQL condition, one of ours, holds; in their order."""
        found = self._db.execute(f"{ROW} WHERE {where} ORDER BY seq", given)
        return tuple(
            LedgerRow(reference, number, key, Money.of(minor, currency), installments, last_four, state, code)
            for reference, number, key, minor, currency, installments, last_four, state, code in found
        )

    def enter(self, order: Order, last_four: str, code: str | None, unseen: int) -> LedgerRow:
        """A new entry: declined where there is a code, captured otherwise."""
        (count,) = self._db.execute("SELECT count(*) FROM entries").fetchone()
        reference = f"B{count + 1:06d}"
        state: Literal["captured", "declined"] = "declined" if code else "captured"
        amount, installments = order.amount, order.installments
        self._db.execute(
            "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
            (
                reference, order.number, order.key, amount.minor, amount.currency, installments, last_four,
                state, code, unseen,
            ),
        )  # fmt: skip
        return LedgerRow(reference, order.number, order.key, amount, installments, last_four, state, code)

    def visible(self, number: str) -> tuple[LedgerRow, ...]:
        """The entries an inquiry sees.  Those it does not see yet are seen one inquiry sooner from now on."""
        seen = self.rows("number = ? AND unseen = 0", number)
        self._db.execute("UPDATE entries SET unseen = unseen - 1 WHERE number = ? AND unseen > 0", (number,))
        return seen

    def voided_with(self, key: str) -> str | None:
        """The reference that was given back under that key."""
        found = self._db.execute("SELECT reference FROM entries WHERE void_key = ?", (key,)).fetchone()
        return found[0] if found else None

    def void(self, reference: str, key: str) -> bool:
        """That row is given back, now or before; False where there is no money under that reference."""
        changed = self._db.execute(
            "UPDATE entries SET state = 'voided', void_key = coalesce(void_key, ?) "
            "WHERE reference = ? AND state IN ('captured', 'voided')",
            (key, reference),
        )
        return changed.rowcount == 1

    def hand_out(self, md: str, order: Order, last_four: str, fate: Fate) -> None:
        """A new ticket."""
        amount = order.amount
        self._db.execute(
            "INSERT INTO tickets VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                md, order.number, order.key, amount.minor, amount.currency, order.installments, last_four,
                fate.says, fate.end, fate.code, fate.proof,
            ),
        )  # fmt: skip

    def ticket(self, where: str = "1", *given: object) -> Ticket | None:
        """The newest ticket for which that SQL condition holds."""
        found = self._db.execute(f"{TICKET} WHERE {where} ORDER BY seq DESC LIMIT 1", given).fetchone()
        if found is None:
            return None
        md, number, key, minor, currency, installments, last_four, says, end, code, proof, used = found
        fate = Fate(says, cast("End", end), code, cast("Proof | None", proof))
        return Ticket(md, number, key, Money.of(minor, currency), installments, last_four, fate, bool(used))

    def use(self, md: str) -> None:
        """That ticket takes no more money."""
        self._db.execute("UPDATE tickets SET used = 1 WHERE md = ?", (md,))

    def note(self, call: Call) -> None:
        """Somebody called."""
        self._db.execute("INSERT INTO calls VALUES (NULL, ?, ?, ?)", (call.method, call.number, call.key))

    def calls(self) -> tuple[Call, ...]:
        """All there were, in their order."""
        return tuple(Call(*found) for found in self._db.execute("SELECT method, number, key FROM calls ORDER BY seq"))


class Ledger:
    """Opens the file, and makes it if need be; `:memory:` lives as long as this object.

    Raises Misconfigured where the file cannot be one, or is another program's.
    """

    def __init__(self, path: str | Path) -> None:
        self._lock = RLock()
        try:
            self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            with self.book():
                self._prepare()
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
        except (sqlite3.DatabaseError, _Foreign) as wrong:
            raise Misconfigured(f"{path} is no ledger of the sandbox's bank: {wrong}") from None

    @contextmanager
    def book(self) -> Iterator[Book]:
        """All of it or nothing, one at a time over all threads and processes; on disk when the block is left."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield Book(self._db)

    def _prepare(self) -> None:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        if application == APPLICATION:
            return
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application or tables:
            raise _Foreign("it is another program's")
        for statement in SCHEMA:
            self._db.execute(statement)


class _Foreign(Exception):
    """Not ours to write into."""
