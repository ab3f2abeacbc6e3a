"""Two processes and the last of something: one order, the other buyer is told so and is charged nothing."""

from __future__ import annotations

import pytest

from .contest import run
from .contests import CONTESTS

ROUNDS = 30


@pytest.mark.parametrize("name", CONTESTS)
def test_two_processes_sell_the_last_one_once(name, tmp_path):
    report = run(CONTESTS[name], str(tmp_path), ROUNDS)
    assert sum(report.won.values()) == ROUNDS
    assert report.at_the_hold + report.before == ROUNDS
    assert report.by_card == ROUNDS // 2
