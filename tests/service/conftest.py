"""Each host in turn: threads and an event loop, memory and SQLite."""

from __future__ import annotations

from contextlib import closing

import pytest

from .host import HOSTS, Host


@pytest.fixture(params=HOSTS)
def host(request, tmp_path):
    service, store = HOSTS[request.param]
    with closing(store(tmp_path)) as opened:
        yield Host(service, opened)
