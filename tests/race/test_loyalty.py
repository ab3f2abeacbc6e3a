"""LOY-02: two processes and one balance: it is spent once, and who is too late is charged nothing."""

from __future__ import annotations

from .loyalty import run

ROUNDS = 20


def test_two_processes_spend_one_balance_once(tmp_path):
    report = run(str(tmp_path), ROUNDS)
    assert sum(report.won.values()) + report.nobody == ROUNDS
    assert (report.over_used, report.charged) == (0, 0)
