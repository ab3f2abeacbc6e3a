"""A store that ends with its process: for tests, notebooks and the first hour."""

from __future__ import annotations

from datetime import datetime
from heapq import nsmallest
from threading import Lock

from attrs import frozen

from ._store import Saved, Stored, StoreUnavailable, microseconds


@frozen
class _Row:
    version: int
    head: bytes
    basket: tuple[str, bytes] | None
    due_at: int | None


class MemoryStore:
    """A `Store` in a dict.  Threads may share it; processes do not."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._lock = Lock()
        self._closed = False

    def get(self, key: str, known_basket: str | None = None, /) -> Stored | None:
        """As Store.get."""
        self._must_be_open()
        row = self._rows.get(key)
        if row is None:
            return None
        name, basket = row.basket or (None, None)
        return Stored(row.head, None if name == known_basket else basket, row.version)

    def save(
        self, key: str, expected: int, head: bytes, basket: tuple[str, bytes] | None, due_at: datetime | None, /
    ) -> Saved:
        """As Store.save; never UNKNOWN."""
        due = None if due_at is None else microseconds(due_at)
        with self._lock:
            self._must_be_open()
            row = self._rows.get(key)
            if (row.version if row else 0) != expected:
                return Saved.LOST
            self._rows[key] = _Row(expected + 1, head, basket or (row.basket if row else None), due)
            return Saved.WON

    def due(self, now: datetime, limit: int, /) -> tuple[str, ...]:
        """As Store.due."""
        until = microseconds(now)
        with self._lock:
            self._must_be_open()
            rows = [(row.due_at, key) for key, row in self._rows.items() if row.due_at is not None]
        return tuple(key for _, key in nsmallest(limit, (row for row in rows if row[0] <= until)))

    def close(self) -> None:
        """As Store.close; what it held is gone."""
        with self._lock:
            self._closed = True
            self._rows.clear()

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed")
