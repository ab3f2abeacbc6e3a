"""A store that ends with its process: for tests, notebooks and the first hour."""

from __future__ import annotations

from datetime import datetime
from heapq import nsmallest
from threading import Lock

from attrs import frozen

from ._store import Parked, Saved, Stored, StoreUnavailable, microseconds, moment_of


@frozen
class _Row:
    version: int
    head: bytes
    basket: tuple[str, bytes] | None
    due_at: int | None


class MemoryStore:
    """A `Store` in a few dicts.  Threads may share it; processes do not.  Nothing is UNKNOWN, no answer is lost."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._names: dict[str, str] = {}
        self._parked: dict[tuple[str, str], int] = {}
        self._safe: dict[str, tuple[bytes, int]] = {}
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
        self,
        key: str,
        expected: int,
        head: bytes,
        basket: tuple[str, bytes] | None,
        due_at: datetime | None,
        names: tuple[str, ...] = (),
        /,
    ) -> Saved:
        """As Store.save."""
        due = None if due_at is None else microseconds(due_at)
        with self._lock:
            self._must_be_open()
            row = self._rows.get(key)
            if (row.version if row else 0) != expected:
                return Saved.LOST
            if any(self._names.get(name, key) != key for name in names):
                return Saved.TAKEN
            self._names.update(dict.fromkeys(names, key))
            self._rows[key] = _Row(expected + 1, head, basket or (row.basket if row else None), due)
            return Saved.WON

    def find(self, name: str, /) -> str | None:
        """As Store.find."""
        with self._lock:
            self._must_be_open()
            return self._names.get(name)

    def due(self, now: datetime, limit: int, /) -> tuple[str, ...]:
        """As Store.due."""
        until = microseconds(now)
        with self._lock:
            self._must_be_open()
            rows = [(row.due_at, key) for key, row in self._rows.items() if row.due_at is not None]
        return tuple(key for _, key in nsmallest(limit, (row for row in rows if row[0] <= until)))

    def keys(self, after: str, limit: int, /) -> tuple[str, ...]:
        """As Store.keys."""
        with self._lock:
            self._must_be_open()
            return tuple(nsmallest(limit, (key for key in self._rows if key > after)))

    def remove(self, key: str, expected: int, /) -> Saved:
        """As Store.remove."""
        with self._lock:
            self._must_be_open()
            row = self._rows.get(key)
            if row is None or row.version != expected:
                return Saved.LOST
            del self._rows[key]
            self._names = {name: whose for name, whose in self._names.items() if whose != key}
            return Saved.WON

    def park(self, name: str, id: str, at: datetime, /) -> None:  # noqa: A002  # as Store.park
        """As Store.park, but on no disk."""
        came = microseconds(at)
        with self._lock:
            self._must_be_open()
            self._parked.setdefault((name, id), came)

    def parked(self, limit: int, after: Parked | None = None, /) -> tuple[Parked, ...]:
        """As Store.parked."""
        last = None if after is None else (microseconds(after.at), after.name, after.id)
        with self._lock:
            self._must_be_open()
            kept = ((at, *message) for message, at in self._parked.items())
            rows = nsmallest(limit, (row for row in kept if last is None or row > last))
        return tuple(Parked(name, id, moment_of(at)) for at, name, id in rows)  # noqa: A001  # as Store.park

    def unpark(self, name: str, id: str, /) -> bool:  # noqa: A002  # as Store.park
        """As Store.unpark."""
        with self._lock:
            self._must_be_open()
            return self._parked.pop((name, id), None) is not None

    def keep(self, handle: str, sealed: bytes, until: datetime, now: datetime | None = None, /) -> None:
        """As Store.keep."""
        kept, since = (sealed, microseconds(until)), None if now is None else microseconds(now)
        with self._lock:
            self._must_be_open()
            if since is not None:
                self._forget(since)
            self._safe[handle] = kept

    def take(self, handle: str, now: datetime, /) -> bytes | None:
        """As Store.take."""
        since = microseconds(now)
        with self._lock:
            self._must_be_open()
            self._forget(since)
            sealed, _ = self._safe.pop(handle, (None, 0))
            return sealed

    def close(self) -> None:
        """As Store.close; what it held is gone."""
        with self._lock:
            self._closed = True
            for held in (self._rows, self._names, self._parked, self._safe):
                held.clear()

    def _forget(self, now: int) -> None:
        self._safe = {handle: kept for handle, kept in self._safe.items() if kept[1] > now}

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed")
