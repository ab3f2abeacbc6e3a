"""The stores and the holds that the contract is held against.  Another one is one more entry."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from checkout_core.stores import MemoryHolds, MemoryStore, SqliteHolds, SqliteStore

STORES = {
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: SqliteStore(folder / "checkouts.sqlite"),
}
HOLDS = {
    "memory": lambda _, clock: MemoryHolds(clock),
    "sqlite": lambda folder, clock: SqliteHolds(folder / "checkouts.sqlite", clock),
}


class Clock:
    """Stands until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self):
        return self.now

    def at(self, minutes):
        return self.now + timedelta(minutes=minutes)

    def passes(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    with closing(STORES[request.param](tmp_path)) as opened:
        yield opened


@pytest.fixture(params=HOLDS)
def holds(request, tmp_path, clock):
    with closing(HOLDS[request.param](tmp_path, clock)) as opened:
        yield opened
