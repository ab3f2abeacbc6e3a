"""What a shop file says of loyalty, and the books of it: what orders have spent is off the balance, once for each.

books = LoyaltyBooks(loyalty_of(file, ...), "demo.loyalty.sqlite")
books.order_placed(number, order)
books.list_loyalty_accounts("ada", "TRY")
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Final

from attrs import evolve, field, frozen

from ..effects import LoyaltyAccount, LoyaltyCard
from ..forms import masked
from ..money import Money
from ..order import PreOrder
from ..pricing import account_usages
from ..shop import Misconfigured
from ..stores import StoreUnavailable
from ._files import Foreign, prepare
from ._goods import price_of
from ._promotions import account_of
from ._rows import Row

IN_MEMORY: Final = ":memory:"
PATIENCE: Final = 30.0  # seconds to wait for another process's transaction, which takes milliseconds
APPLICATION: Final = 0x436B4C79  # "CkLy" in the file's header
TABLE: Final = (
    "CREATE TABLE spent (number TEXT NOT NULL, account TEXT NOT NULL, subject TEXT NOT NULL, currency TEXT NOT NULL,"
    " minor INTEGER NOT NULL, PRIMARY KEY (number, account, subject)) WITHOUT ROWID"
)
SCHEMA: Final = (
    TABLE,
    "CREATE INDEX spent_by_account ON spent (account, subject, currency)",
    f"PRAGMA application_id = {APPLICATION}",
)
SPEND: Final = (
    "INSERT INTO spent (number, account, subject, currency, minor) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
SPENT: Final = "SELECT coalesce(sum(minor), 0) FROM spent WHERE account = ? AND subject = ? AND currency = ?"


@frozen
class Loyalty:
    """What there was before anybody bought here."""

    accounts: Mapping[str, tuple[LoyaltyAccount, ...]] = field(factory=dict, hash=False)  # by account, as debited
    cards: Mapping[str, LoyaltyCard] = field(factory=dict, hash=False)


def loyalty_of(file: Row, currency: str, accounts: Collection[str]) -> Loyalty:
    """`accounts`: of all customers."""
    money: dict[str, list[LoyaltyAccount]] = {}
    seen: set[tuple[str, int | None]] = set()
    for row in file.rows("loyalty_accounts"):
        account, label_id = account_of(row, accounts), row.whole_or_none("label_id")
        label = row.text("label") if label_id is not None else row.text_or_none("label") or ""
        made = LoyaltyAccount(label_id, label, price_of(row, "balance", currency), row.whole("priority", absent=0))
        active = row.flag("active", absent=True)
        row.done()
        if (account, label_id) in seen:
            row.refuse("label_id", f"an earlier row is {account}'s of this label")
        seen.add((account, label_id))
        if active and row.sound:
            money.setdefault(account, []).append(made)
    cards: dict[str, LoyaltyCard] = {}
    for row in file.rows("loyalty_cards"):
        account = account_of(row, accounts)
        card = LoyaltyCard(row.text("card_number"), price_of(row, "points", currency))
        active = row.flag("active", absent=True)
        row.done()
        if account in cards:
            row.refuse("account", f"{account!r} has a card in an earlier row")
        elif active and row.sound:
            cards[account] = card
    ordered = {account: tuple(sorted(own, key=lambda each: each.priority)) for account, own in money.items()}
    return Loyalty(ordered, cards)


class LoyaltyBooks:
    """A LoyaltyPort that debits.  Threads may share one, processes the file at `path`; without one it is in memory.

    Raises Misconfigured where the file cannot be one, or is another program's.
    """

    def __init__(self, loyalty: Loyalty, path: str | Path = IN_MEMORY) -> None:
        self._loyalty, self._path, self._lock = loyalty, path, RLock()
        if path != IN_MEMORY:
            try:
                _ = self._db
            except (sqlite3.DatabaseError, Foreign) as wrong:
                raise Misconfigured(f"{path} cannot keep what was spent of loyalty money: {wrong}") from None

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        """As OrdersPort: what this order spends is debited, however often it is told.

        Raises StoreUnavailable where nothing was debited.
        """
        account, card, points = order.buyer.account, order.loyalty.card, order.totals.loyalty_card
        spends = [(_of_label(usage.label_id), usage.amount) for usage in account_usages(order)]
        if card is not None and points:
            spends.append((_of_card(card.card_number), points))
        if account is None or not spends:
            return
        with self._books() as db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(SPEND, ((number, account, what, money.currency, money.minor) for what, money in spends))

    def list_loyalty_accounts(self, account: str, currency: str, /) -> tuple[LoyaltyAccount, ...]:
        """As LoyaltyPort."""
        own = self._loyalty.accounts.get(account, ())
        return tuple(
            evolve(each, balance=self._left(account, _of_label(each.label_id), each.balance))
            for each in own if each.balance.currency == currency
        )  # fmt: skip

    def find_loyalty_card(self, account: str, currency: str, /) -> LoyaltyCard | None:
        """As LoyaltyPort."""
        card = self._loyalty.cards.get(account)
        if card is None or card.points.currency != currency:
            return None
        return evolve(card, points=self._left(account, _of_card(card.card_number), card.points))

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            if "_db" in self.__dict__:
                self._db.close()

    def _left(self, account: str, subject: str, before: Money) -> Money:
        with self._books() as db:
            (spent,) = db.execute(SPENT, (account, subject, before.currency)).fetchone()
        return Money.of(max(0, before.minor - int(spent)), before.currency)

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, on the disk when the block is left."""
        try:
            with self._lock, self._db:
                yield self._db
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(f"{error}; nothing was debited") from error

    @cached_property
    def _db(self) -> sqlite3.Connection:
        """Opened when it is needed: most shops in memory never spend any."""
        db = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, db.close)
        db.execute("PRAGMA synchronous = FULL")
        with db:
            db.execute("BEGIN IMMEDIATE")
            prepare(db, APPLICATION, SCHEMA)
        return db


def _of_label(label_id: int | None) -> str:
    return f"label|{'' if label_id is None else label_id}"


def _of_card(number: str) -> str:
    return f"card|{masked(number)}"  # as an order keeps it
