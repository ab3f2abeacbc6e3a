"""Four clients, a keeper and the bank are killed with SIGKILL again and again; every book agrees in the end."""

from __future__ import annotations

import sys

import pytest

from .controller import run
from .stage import Stage

KILLS = 20
BANKS = [
    (7, "native", True),
    (8, "no_keys", False),  # it takes money for every request, and never says so by itself
]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and handed-down sockets as POSIX has them")
@pytest.mark.parametrize(("seed", "preset", "messages"), BANKS)
def test_whoever_is_killed_whenever_orders_captures_and_holds_reconcile_to_the_unit(tmp_path, seed, preset, messages):
    report = run(Stage(str(tmp_path), seed, preset, messages=messages), KILLS)
    assert report.kills >= KILLS
    assert report.orders > 5, report
