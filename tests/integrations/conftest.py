"""A store, and a mail server that is open."""

from __future__ import annotations

from contextlib import closing

import pytest

from .kit import Fragile, PostOffice, reserved


@pytest.fixture
def store(tmp_path):
    with closing(Fragile(tmp_path / "checkouts.sqlite")) as opened:
        yield opened


@pytest.fixture
def sock():
    with reserved() as held:
        yield held


@pytest.fixture
def post(sock):
    with PostOffice().open(sock) as office:
        yield office
