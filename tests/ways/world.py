"""A shop that is killed and started again, with peers that outlive it; and the books of all of them."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
from collections import Counter
from contextlib import closing, suppress
from json import loads
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Self

from checkout_core import Checkout, SqliteStore
from checkout_core.sandbox import Ledger, Sandbox, load_shop
from checkout_core.stores import SqliteHolds
from tests.zygote import Ended, Zygote

from .peers import GIFT_CARDS, PEERS
from .served import CALLS, DATABASE, PID, SHOP

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds for what takes milliseconds
MOST = 10_000  # checkouts
LOYALTY = "shop.loyalty.sqlite"
PLENTY = 1_000_000  # pieces of what the shop counts: many buyers come


class World:
    """The shop in one folder; `url` is where it is, from when it is started on.  Ends with the block."""

    def __init__(self, zygote: Zygote, port: int, folder: Path) -> None:
        self.zygote, self.port, self.folder = zygote, port, folder
        self.url = f"http://127.0.0.1:{port}/"
        self.file = load_shop(SHOP)
        self.running: Thread | None = None
        self.ended: Ended | None = None
        (folder / PEERS).mkdir(parents=True)
        self.store = SqliteStore(folder / DATABASE)
        self.codec = Checkout(Sandbox(self.file).ports).codec
        self.stock = SqliteHolds(folder / DATABASE, Sandbox(self.file).now)
        for item in self.file.limited:
            self.stock.put(item.kind, item.subject, PLENTY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stops()
        for note in (self.folder / PEERS).iterdir():
            with suppress(ProcessLookupError):
                os.kill(loads(note.read_text())["pid"], signal.SIGTERM)
        self.stock.close()
        self.store.close()

    # The process

    def starts(self, die_at: int | str = 0, ahead: int = 0) -> None:
        """It is open.  Raises AssertionError where it does not."""
        self.ended = None
        (self.folder / CALLS).write_text("")
        (self.folder / PID).unlink(missing_ok=True)
        words = str(self.folder), str(self.port), str(die_at), str(ahead)

        def lives() -> None:
            self.ended = self.zygote.asks(*words)

        self.running = Thread(target=lives)
        self.running.start()
        until(lambda: self._pid() or not self.lives, "a shop")
        assert self.ended is None or self.ended.returncode == -signal.SIGKILL, self.ended.stderr

    def died(self) -> str:
        """After which call; raises AssertionError where the process ended in another way, or goes on."""
        self.running.join(PATIENCE)
        assert self.ended is not None, "it lives"
        assert self.ended.returncode == -signal.SIGKILL, self.ended.stderr
        return self.calls()[-1]

    @property
    def lives(self) -> bool:
        """Nobody has heard that it ended."""
        return self.running is not None and self.running.is_alive()

    def stops(self) -> None:
        """All is over: it is killed as at any other time."""
        if self.lives:
            with suppress(ProcessLookupError):
                os.kill(int(self._pid()), signal.SIGKILL)
            self.running.join(PATIENCE)

    def _pid(self) -> str:
        path = self.folder / PID
        return path.read_text() if path.exists() else ""

    def calls(self) -> list[str]:
        """What the last process has called, in its order."""
        return (self.folder / CALLS).read_text().split()

    # The books

    def checkouts(self):
        """The records of all, by key."""
        found = {}
        for key in self.store.keys("", MOST):
            stored = self.store.get(key, None)
            found[key] = self.codec.loads(stored.head, stored.basket)
        return found

    def at_the_banks(self):
        """All rows of their ledgers."""
        rows = []
        for path in self._ledgers():
            with Ledger(path).book() as book:
                rows += book.rows()
        return tuple(rows)

    def unheard(self) -> int:
        """Messages of the banks that the shop has not taken yet."""
        return sum(
            len(self._told("SELECT seq FROM notices WHERE NOT delivered", each.name)) for each in self._ledgers()
        )

    def _ledgers(self):
        names = {"bank", *(option.gateway for option in self.file.shop.payment_options if option.gateway)}
        paths = (self.folder / f"shop.{name}.sqlite" for name in sorted(names))
        return [path for path in paths if path.exists()]

    def held(self) -> set[tuple[str, str, str, int]]:
        """What is held for somebody: by which op, of which kind, what, how much."""
        return set(self._told("SELECT op, kind, subject, quantity FROM held", DATABASE))

    def sold(self) -> Counter[str]:
        """Of each sku that is counted."""
        there = {item.subject: self.stock.left(item.kind, item.subject) for item in self.file.limited}
        return Counter({sku: PLENTY - left for sku, left in there.items()})

    def spent(self) -> Counter[str]:
        """Loyalty money in minor units, by order number."""
        if not (self.folder / LOYALTY).exists():
            return Counter()
        return Counter(dict(self._told("SELECT number, sum(minor) FROM spent GROUP BY number", LOYALTY)))

    def charged(self) -> int:
        """All gift cards together, in minor units.  Raises AssertionError where something is held of one."""
        if not (self.folder / GIFT_CARDS).exists():
            return 0
        held = self._told("SELECT op, subject, quantity FROM held", GIFT_CARDS)
        assert not held, f"still held of gift cards: {held}"
        ((minor,),) = self._told("SELECT coalesce(sum(quantity), 0) FROM gone WHERE kind = 'gift_card'", GIFT_CARDS)
        return minor

    def submitted(self) -> Counter[str]:
        """How many orders the shop's own tables have under each number."""
        return Counter(number for (number,) in self._told("SELECT number FROM placed", "shop.shop.sqlite"))

    def _told(self, sql: str, name: str):
        with closing(sqlite3.connect(self.folder / name)) as db:
            return db.execute(sql).fetchall()


def until(found, what: str):
    """What it finds, once it finds anything.  Raises AssertionError after PATIENCE."""
    over = monotonic() + PATIENCE
    while not (it := found()):
        assert monotonic() < over, f"there is never {what}"
        sleep(0.01)
    return it


class Street:
    """The zygote that all shops are copied from, and the port they are found at.  Ends with the block."""

    def __init__(self) -> None:
        self.place = socket.socket()  # bound and not listening: the port is nobody else's while the shop is dead
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.place.bind(("127.0.0.1", 0))

    def __enter__(self) -> Self:
        self.zygote = Zygote([sys.executable, "-m", "tests.ways.served"], cwd=ROOT)
        return self

    def __exit__(self, *_: object) -> None:
        self.zygote.__exit__()
        self.place.close()

    def shop(self, folder: Path) -> World:
        """A new one; one after another."""
        return World(self.zygote, self.place.getsockname()[1], folder)
