"""Two processes and the last place of a slot: one order, the other buyer chooses again and is charged nothing."""

from __future__ import annotations

from .contest import run

ROUNDS = 40


def test_two_processes_sell_the_last_place_of_a_slot_once(tmp_path):
    report = run(str(tmp_path), ROUNDS)
    assert sum(report.won.values()) == ROUNDS
    assert report.at_the_hold + report.before == ROUNDS
    assert report.by_card == ROUNDS // 2
