"""Killed with SIGKILL at every boundary of the card flow, started again: one order, one capture, goods sold once."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from checkout_core.sandbox.magic import APPROVED, THREE_D, TIMEOUT_TAKEN
from tests.zygote import Ended, Zygote

ROOT = Path(__file__).parents[2]
TOTAL = 13125
RESTARTED = 3600  # seconds later


@pytest.fixture(scope="module")
def buyer() -> Callable[[Path, str, int, int], Ended]:
    with Zygote([sys.executable, "-m", "tests.crash.buyer"], cwd=ROOT) as zygote:
        yield lambda folder, *more: zygote.asks(*map(str, (folder / "shop.sqlite", folder / "bank.sqlite", *more)))


def finished(run: Ended) -> dict[str, object]:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("card", [APPROVED, THREE_D])
def test_whenever_the_process_dies_the_next_one_ends_with_one_order_and_one_capture(card, buyer, tmp_path):
    die_at, killed = 0, True
    while killed:
        die_at += 1
        folder = tmp_path / str(die_at)
        folder.mkdir()
        first = buyer(folder, card, 0, die_at)
        killed = first.returncode == -signal.SIGKILL
        end = finished(buyer(folder, card, RESTARTED, 0) if killed else first)
        assert end["rows"] == [[end["number"], TOTAL, "captured"]], f"killed at boundary {die_at}"
        assert end["total"] == TOTAL
        assert end["left"] == {"mug": 4, "t-shirt": 4}, f"killed at boundary {die_at}"
    assert die_at > 16, "eight pages, and as many saves"


@pytest.mark.parametrize("card", [TIMEOUT_TAKEN])
def test_an_answer_that_is_lost_and_then_the_process_too_is_still_one_order(card, buyer, tmp_path):
    for die_at in range(16, 24):
        folder = tmp_path / str(die_at)
        folder.mkdir()
        first = buyer(folder, card, 0, die_at)
        end = finished(buyer(folder, card, RESTARTED, 0) if first.returncode else first)
        assert end["rows"] == [[end["number"], TOTAL, "captured"]]
        assert end["left"] == {"mug": 4, "t-shirt": 4}
