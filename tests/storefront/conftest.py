"""One shop for all tests, and storefronts that may not have seen a failure of it when a test ends."""

from __future__ import annotations

import pytest

from checkout_core.sandbox.magic import MAGIC

from .client import Storefront
from .serving import served
from .wire import ask


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """Two processes; when they have ended no file of theirs has a card number in it, nor their log a traceback."""
    folder = tmp_path_factory.mktemp("shop")
    with served(folder) as shop:
        yield shop
    with pytest.raises(ConnectionRefusedError):
        ask(shop.bank, "GET", "/", {})
    written = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert b"Traceback" not in written["log"]
    assert not [name for name, held in written.items() for number in MAGIC if number.encode() in held]


@pytest.fixture
def opens(shop):
    """Opens a browser at a storefront of that shop."""
    opened = []

    def opens(**options):
        opened.append(Storefront(shop.address, **options))
        return opened[-1]

    yield opens
    assert [failure for storefront in opened for failure in storefront.failures] == []
