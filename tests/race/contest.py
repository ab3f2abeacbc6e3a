"""So many rounds between two processes, and the books of shop and bank after them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from attrs import frozen

from .stage import MUGS, STORIES, Host

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b")
PATIENCE = 60  # seconds for all to end
FULL = {"non_field_errors": ["slot_full"]}


@frozen
class Report:
    """What the rounds came to."""

    rounds: int
    won: dict[str, int]  # by process
    at_the_hold: int  # losers whose hold was refused: both had found the place free
    before: int  # losers who were turned away before that
    by_card: int  # captures
    seconds: float

    def __str__(self) -> str:
        won = ", ".join(f"{name} {count}" for name, count in self.won.items())
        return (
            f"{self.rounds} rounds, {sum(self.won.values())} winners ({won}), {self.at_the_hold + self.before} losers: "
            f"{self.at_the_hold} at the hold, {self.before} before; {self.by_card} captures; {self.seconds:.1f} s"
        )


def run(folder: str, rounds: int) -> Report:
    """The report.  Raises AssertionError for a round without one winner, and for books that do not agree."""
    host, began = Host(folder), time.monotonic()
    host.holds.put("stock", "mug", MUGS)
    won, lost = dict.fromkeys(NAMES, 0), {True: 0, False: 0}
    subjects: list[tuple[str, int]] = []
    processes = [_process(folder, name) for name in NAMES]
    try:
        for n in range(rounds):
            host.turns(n)
            host.fills(n)
            subjects.append((host.slot.subject, host.slot.quota))
            for process in processes:
                _say(process, str(n))
            for process in processes:
                assert _heard(process) == "ready"
            for process in processes if n % 2 else reversed(processes):
                _say(process, "pay")
            told = [_heard(process) for process in processes]
            winner, loser = told if told[0]["placed"] else reversed(told)
            assert winner["placed"], f"round {n}: nobody got the place, {told}"
            assert not loser["placed"], f"round {n}: the last place was sold twice, {told}"
            assert (winner["page"], winner["errors"]) == ("ThankYouPage", {}), f"round {n}: {winner}"
            assert (loser["page"], loser["errors"]) == ("SlotSelectionPage", FULL), f"round {n}: {loser}"
            assert not loser["slot"], f"round {n}: {loser}"
            assert loser["stood"] or not loser["attempts"], f"round {n}: {loser}"
            won[NAMES[told.index(winner)]] += 1
            lost[bool(loser["attempts"])] += 1
    finally:
        ends = [_ended(process) for process in processes]
    assert ends == [0, 0]
    return Report(rounds, won, lost[True], lost[False], _reconciled(host, subjects), time.monotonic() - began)


def _reconciled(host: Host, subjects: list[tuple[str, int]]) -> int:
    """How many captures there are: one for each order by card; every slot is full, and no more than that."""
    host.service.recover_once()
    host.service.relay_once()
    taken = host.holds.count_taken("slot", tuple(subject for subject, _ in subjects), "nobody")
    assert taken == tuple(quota for _, quota in subjects)
    assert host.holds.left("stock", "mug") == MUGS - len(subjects)
    rows = host.bank.rows()
    cards = sum(STORIES[n % len(STORIES)] == "card" for n in range(len(subjects)))
    assert len(rows) == cards
    assert {row.state for row in rows} <= {"captured"}
    return len(rows)


def _process(folder: str, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.race.buyer", folder, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, cwd=ROOT,
    )  # fmt: skip


def _say(process: subprocess.Popen[str], line: str) -> None:
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]):
    line = process.stdout.readline()
    assert line, "a process has ended before its time"
    return json.loads(line)


def _ended(process: subprocess.Popen[str]) -> int:
    process.stdin.close()
    process.stdout.close()
    try:
        return process.wait(PATIENCE)
    finally:
        process.kill()
