"""The stores that the contract is held against.  Another store is one more entry."""

from __future__ import annotations

from contextlib import closing

import pytest

from checkout_core.stores import MemoryStore, SqliteStore

STORES = {
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: SqliteStore(folder / "checkouts.sqlite"),
}


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    with closing(STORES[request.param](tmp_path)) as opened:
        yield opened
