"""What the shop keeps: baskets, addresses, which orders it was told of.  One SQLite file, and three ports on it.

    shelf = Shelf("demo.shop.sqlite", sandbox.file)
    ports = attrs.evolve(sandbox.ports, basket=shelf, buyers=shelf, orders=shelf)

Everything belongs to an owner: an account, or the visit of a guest.  Threads may share a Shelf, processes the file.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final, TypeAlias

import cattrs

from ..order import Address, Basket, PreOrder
from ..sandbox._files import Foreign, prepare
from ..sandbox.shopfile import ShopFile
from ..shop import Misconfigured
from ..stores import StoreUnavailable
from ..stores._sqlite_file import write_ahead

Owner: TypeAlias = str

PATIENCE: Final = 30.0  # seconds to wait for another transaction, which takes milliseconds
FIRST_PK: Final = 1_000_000  # of new addresses, above all that a shop file has
KEY_BYTES: Final = 16
APPLICATION: Final = 0x436B5368  # "CkSh" in the file's header
VERSION: Final = 1
LINE: Final = """
CREATE TABLE line (
  seq INTEGER PRIMARY KEY, basket TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, UNIQUE (basket, sku))
"""
ADDRESS: Final = """
CREATE TABLE address (
  owner TEXT NOT NULL, pk INTEGER NOT NULL,
  body TEXT, -- NULL: taken away, also where it stands in the shop file
  changed INTEGER NOT NULL, PRIMARY KEY (owner, pk)) WITHOUT ROWID
"""
SCHEMA: Final = (
    "CREATE TABLE basket (key TEXT PRIMARY KEY, owner TEXT NOT NULL, status TEXT NOT NULL, merged_into TEXT)",
    "CREATE UNIQUE INDEX basket_of ON basket (owner) WHERE status = 'active'",  # one an owner, whoever comes at once
    LINE,
    ADDRESS,
    "CREATE INDEX address_pk ON address (pk)",
    "CREATE INDEX address_changed ON address (changed)",
    "CREATE TABLE checkout (key TEXT PRIMARY KEY, owner TEXT NOT NULL, begun INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX checkout_of ON checkout (owner, begun)",
    "CREATE INDEX checkout_begun ON checkout (begun)",
    "CREATE TABLE placed (number TEXT PRIMARY KEY, basket TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE noted (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)
LINES: Final = "SELECT sku, quantity FROM line WHERE basket = ? ORDER BY seq"
ACTIVE: Final = "SELECT key FROM basket WHERE owner = ? AND status = 'active'"
SET: Final = (
    "INSERT INTO line (basket, sku, quantity) VALUES (?, ?, ?)"
    " ON CONFLICT (basket, sku) DO UPDATE SET quantity = excluded.quantity"
)
SAVE: Final = (
    "INSERT INTO address (owner, pk, body, changed)"
    " VALUES (?, ?, ?, (SELECT coalesce(max(changed), 0) + 1 FROM address))"
    " ON CONFLICT (owner, pk) DO UPDATE SET body = excluded.body, changed = excluded.changed"
)
BEGUN: Final = (
    "INSERT INTO checkout (key, owner, begun) VALUES (?, ?, (SELECT coalesce(max(begun), 0) + 1 FROM checkout))"
    " ON CONFLICT (key) DO UPDATE SET owner = excluded.owner"
)


class TooMany(ValueError):
    """There are not so many; `left` says how many there are."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


def of_account(account: str) -> Owner:
    """The owner who has logged in."""
    return f"account:{account}"


def is_account(owner: Owner) -> bool:
    """Rather than a guest's visit."""
    return owner.startswith("account:")


def of_visit(visit: str) -> Owner:
    """The owner who is a guest; `visit` is known to that browser's session only."""
    return f"visit:{visit}"


class Shelf:
    """The file at `path`, made if it is not there.

    `guest_addresses`: guests may pick from the shop file's, as on the command line; otherwise they begin with none.

    Raises Misconfigured for a file that is another program's, or another release's.
    All raise StoreUnavailable where the file cannot be read or written; then nothing was changed.
    """

    def __init__(self, path: str | os.PathLike[str], file: ShopFile, *, guest_addresses: bool = False) -> None:
        self._path = os.fspath(path)
        self._file = file
        self._for_guests = file.guest_addresses if guest_addresses else ()
        self._idle: list[sqlite3.Connection] = []
        try:
            with self._change() as db:
                prepare(db, APPLICATION, SCHEMA, VERSION)
            with self._connection() as db:
                write_ahead(db, monotonic() + PATIENCE)
        except (sqlite3.DatabaseError, StoreUnavailable, Foreign) as wrong:
            raise Misconfigured(f"{self._path} cannot keep the shop's baskets: {wrong}") from None

    # The ports

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        """As BasketPort; one that is emptied, submitted or unknown is an empty basket."""
        with self._connection() as db:
            basket = self._basket(db, key)
        return None if basket.digest == known_digest else basket

    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]:
        """As BuyersPort: a guest's are those of the visit in which that checkout was begun."""
        if account is not None:
            return self.addresses(of_account(account))
        with self._connection() as db:
            row = db.execute("SELECT owner FROM checkout WHERE key = ?", (key,)).fetchone()
        return self.addresses(row[0]) if row and not is_account(row[0]) else self._for_guests

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        """As OrdersPort: the basket is submitted; what was put into it since begins the next one."""
        with self._change() as db:
            if not db.execute(
                "INSERT INTO placed (number, basket) VALUES (?, ?) ON CONFLICT DO NOTHING", (number, order.basket.key)
            ).rowcount:
                return
            found = db.execute(
                "SELECT key, owner, status, merged_into FROM basket WHERE key = ?", (order.basket.key,)
            ).fetchone()
            while found is not None and found[2] == "merged":  # its buyer has logged in meanwhile
                found = db.execute(
                    "SELECT key, owner, status, merged_into FROM basket WHERE key = ?", (found[3],)
                ).fetchone()
            if found is None or found[2] != "active":
                return
            key, owner = str(found[0]), str(found[1])
            rest = _lines(db, key)
            for line in order.basket.lines:
                rest[line.sku] = rest.get(line.sku, 0) - line.quantity
            db.execute("UPDATE basket SET status = 'submitted' WHERE key = ?", (key,))
            if any(quantity > 0 for quantity in rest.values()):
                following = _begun(db, owner)
                db.executemany(SET, ((following, sku, quantity) for sku, quantity in rest.items() if quantity > 0))

    # Baskets

    def key_of(self, owner: Owner) -> str | None:
        """The key of that owner's basket; None where nothing was put into one yet."""
        with self._connection() as db:
            row = db.execute(ACTIVE, (owner,)).fetchone()
        return str(row[0]) if row else None

    def basket(self, owner: Owner | None) -> Basket:
        """That owner's, with its sums; an empty one where there is none."""
        with self._connection() as db:
            row = db.execute(ACTIVE, (owner,)).fetchone()
            return self._basket(db, row[0] if row else "")

    def put(self, owner: Owner, sku: str, quantity: int, left: int, *, more: bool = False) -> None:
        """So many of it in the basket, or so many `more`; 0 takes it out.

        Raises TooMany above `left`, and KeyError for what nobody sells.
        """
        if sku not in self._file.products:
            raise KeyError(sku)
        with self._change() as db:
            row = db.execute(ACTIVE, (owner,)).fetchone()
            key = str(row[0]) if row else _begun(db, owner)
            wanted = quantity + (_lines(db, key).get(sku, 0) if more else 0)
            if wanted > left:
                raise TooMany(left)
            if wanted:
                db.execute(SET, (key, sku, wanted))
            else:
                db.execute("DELETE FROM line WHERE basket = ? AND sku = ?", (key, sku))

    def empty(self, owner: Owner) -> None:
        """Nothing in the basket any more."""
        with self._change() as db:
            db.execute(f"DELETE FROM line WHERE basket = ({ACTIVE})", (owner,))  # noqa: S608  # a constant of ours

    def hand_over(self, guest: Owner, owner: Owner, left: Callable[[str], int]) -> None:
        """The guest's basket is the account's; where that has one, the lines go there, as far as `left(sku)` goes."""
        with self._change() as db:
            old = db.execute(ACTIVE, (guest,)).fetchone()
            if old is None:
                return
            own = db.execute(ACTIVE, (owner,)).fetchone()
            if own is None:
                db.execute("UPDATE basket SET owner = ? WHERE key = ?", (owner, old[0]))
                return
            there = _lines(db, own[0])
            for sku, quantity in _lines(db, old[0]).items():
                has = there.get(sku, 0)
                if wanted := max(has, min(has + quantity, left(sku))):
                    db.execute(SET, (own[0], sku, wanted))
            db.execute("UPDATE basket SET status = 'merged', merged_into = ? WHERE key = ?", (own[0], old[0]))

    def _basket(self, db: sqlite3.Connection, key: str) -> Basket:
        row = db.execute("SELECT 1 FROM basket WHERE key = ? AND status = 'active'", (key,)).fetchone()
        sold = self._file.products
        found = _lines(db, key) if row else {}
        return self._file.basket(key, {sku: quantity for sku, quantity in found.items() if sku in sold})

    # Addresses

    def addresses(self, owner: Owner | None) -> tuple[Address, ...]:
        """The primary one first, then the last changed."""
        given = {address.pk: address for address in self._given(owner or "")}
        with self._connection() as db:
            rows = db.execute("SELECT pk, body FROM address WHERE owner = ? ORDER BY changed DESC", (owner,)).fetchall()
        own = {pk: None if body is None else cattrs.structure(json.loads(body), Address) for pk, body in rows}
        listed = (own | {pk: address for pk, address in given.items() if pk not in own}).values()
        return tuple(sorted((address for address in listed if address), key=lambda address: not address.primary))

    def _given(self, owner: Owner) -> tuple[Address, ...]:
        """What the shop file gives them."""
        if not is_account(owner):
            return self._for_guests
        customer = self._file.customers.get(owner.partition(":")[2])
        return customer.addresses if customer else ()

    def save_address(self, owner: Owner, address: Address) -> Address:
        """Kept, in the place of the one of its pk; with a pk of its own where it has none."""
        with self._change() as db:
            if address.pk is None:
                (last,) = db.execute("SELECT coalesce(max(pk), 0) FROM address").fetchone()
                address = cattrs.structure({**cattrs.unstructure(address), "pk": max(last + 1, FIRST_PK)}, Address)
            db.execute(SAVE, (owner, address.pk, json.dumps(cattrs.unstructure(address))))
        return address

    def remove_address(self, owner: Owner, pk: int) -> None:
        """Listed no more; its pk is never given again."""
        with self._change() as db:
            db.execute(SAVE, (owner, pk, None))

    # Checkouts

    def begun(self, checkout: str, owner: Owner) -> None:
        """That checkout is that owner's from now on."""
        with self._change() as db:
            db.execute(BEGUN, (checkout, owner))

    def placed_by(self, owner: Owner) -> int:
        """How many orders that owner has placed here."""
        with self._connection() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM placed JOIN basket ON basket.key = placed.basket WHERE basket.owner = ?", (owner,)
            ).fetchone()
        return int(count)

    def checkout_of(self, owner: Owner) -> str | None:
        """The last one that owner has begun, in whichever browser; None where there was none."""
        with self._connection() as db:
            row = db.execute("SELECT key FROM checkout WHERE owner = ? ORDER BY begun DESC", (owner,)).fetchone()
        return str(row[0]) if row else None

    # What else outlives the process

    def noted(self, name: str) -> str | None:
        """What was noted under that name."""
        with self._connection() as db:
            row = db.execute("SELECT value FROM noted WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def note(self, name: str, value: str) -> None:
        """To be known after a restart."""
        with self._change() as db:
            db.execute("INSERT OR REPLACE INTO noted (name, value) VALUES (?, ?)", (name, value))

    # The file

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """One that nobody else uses meanwhile; one that failed is not used again."""
        db: sqlite3.Connection | None = None
        try:
            db = self._taken() or self._opened()
            yield db
        except BaseException as error:
            if db is not None:
                db.close()
            if isinstance(error, sqlite3.OperationalError):
                raise StoreUnavailable(f"{error}; nothing was saved") from error
            raise
        self._idle.append(db)

    def _taken(self) -> sqlite3.Connection | None:
        """One that lies idle; another thread may be taking the last one."""
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA synchronous = FULL")
        return db

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, on the disk when the block is left."""
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    def close(self) -> None:
        """Give the connections back."""
        while self._idle:
            self._idle.pop().close()


def _lines(db: sqlite3.Connection, key: str) -> dict[str, int]:
    return {str(sku): int(quantity) for sku, quantity in db.execute(LINES, (key,))}


def _begun(db: sqlite3.Connection, owner: Owner) -> str:
    """The key of a new basket, which nobody can guess."""
    key = secrets.token_urlsafe(KEY_BYTES)
    db.execute("INSERT INTO basket (key, owner, status) VALUES (?, ?, 'active')", (key, owner))
    return key
