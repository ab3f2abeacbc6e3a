"""The shop's own tables, in a file of their own: baskets, who is still about, orders, alarms."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import contextmanager

SCHEMA = """
CREATE TABLE IF NOT EXISTS buyer (key TEXT PRIMARY KEY, mugs INTEGER NOT NULL, shirts INTEGER NOT NULL, left INTEGER);
CREATE TABLE IF NOT EXISTS placed (
  number TEXT PRIMARY KEY, key TEXT NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL,
  installments INTEGER NOT NULL, mugs INTEGER NOT NULL, told INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS alarm (number TEXT NOT NULL, why TEXT NOT NULL);
"""
PLACED = """
INSERT INTO placed (number, key, minor, currency, installments, mugs, told) VALUES (?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (number) DO UPDATE SET told = told + 1
  WHERE (key, minor, currency, installments, mugs)
  = (excluded.key, excluded.minor, excluded.currency, excluded.installments, excluded.mugs)
"""


class Tables:
    """An OrdersPort and an AlertsPort.  Processes and threads may share the file."""

    def __init__(self, path) -> None:
        self._path = path
        with self._db() as db:
            db.executescript(SCHEMA)

    def come(self, buyers: Iterable[tuple[str, int, int]]) -> None:
        """Buyers, each with so many mugs and shirts in the basket."""
        with self._db() as db:
            db.executemany("INSERT INTO buyer VALUES (?, ?, ?, NULL)", buyers)

    def about(self, limit: int) -> list[str]:
        """Who has not left yet, in their order."""
        return [key for (key,) in self._read("SELECT key FROM buyer WHERE left IS NULL ORDER BY rowid LIMIT ?", limit)]

    def leaves(self, key: str) -> None:
        """That buyer looks no more."""
        self._write("UPDATE buyer SET left = 1 WHERE key = ?", key)

    def basket(self, key: str) -> tuple[int, int]:
        """How many mugs, how many shirts."""
        return self._read("SELECT mugs, shirts FROM buyer WHERE key = ?", key)[0]

    def edits(self, key: str, mugs: int, shirts: int) -> None:
        self._write("UPDATE buyer SET mugs = ?, shirts = ? WHERE key = ?", mugs, shirts, key)

    def order_placed(self, number, order, /) -> None:
        """The orders port: the same order again is counted, another one under its number is an error."""
        placed, mugs = order.placed, sum(line.quantity for line in order.basket.lines if line.sku == "mug")
        paid = placed.plan.amount
        row = number, order.key, paid.minor, paid.currency, placed.plan.installments, mugs
        if self._write(PLACED, *row) != 1:
            raise ValueError(f"{number} is told as {row}, and was told as another order")

    def on_attention(self, number, why, /) -> None:
        """The alerts port."""
        self._write("INSERT INTO alarm VALUES (?, ?)", number, why)

    def orders(self) -> list[tuple[str, str, int, str, int, int, int]]:
        """Number, key, minor units, currency, instalments, mugs, how often it was told."""
        return self._read("SELECT * FROM placed ORDER BY rowid")

    def alarms(self) -> list[tuple[str, str]]:
        return self._read("SELECT * FROM alarm")

    def _read(self, sql, *given):
        with self._db() as db:
            return db.execute(sql, given).fetchall()

    def _write(self, sql, *given) -> int:
        with self._db() as db:
            return db.execute(sql, given).rowcount

    @contextmanager
    def _db(self):
        """A transaction; every one has a connection of its own, so none outlives its thread."""
        db = sqlite3.connect(self._path, timeout=30)
        try:
            with db:
                yield db
        finally:
            db.close()
