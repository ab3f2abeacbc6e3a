"""So many rounds between two processes, and the books of shop and bank after them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from attrs import frozen

from checkout_core.effects import Item

from .stage import MUGS, STORIES, Contest, Host

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b")
PATIENCE = 60  # seconds for all to end


@frozen
class Report:
    """What the rounds came to."""

    contest: str
    rounds: int
    won: dict[str, int]  # by process
    at_the_hold: int  # losers whose hold was refused: both had found the last one free
    before: int  # losers who were turned away before that
    by_card: int  # captures
    seconds: float

    def __str__(self) -> str:
        won = ", ".join(f"{name} {count}" for name, count in self.won.items())
        return (
            f"{self.contest}: {self.rounds} rounds, {sum(self.won.values())} winners ({won}), "
            f"{self.at_the_hold + self.before} losers: {self.at_the_hold} at the hold, {self.before} before; "
            f"{self.by_card} captures; {self.seconds:.1f} s"
        )


def run(contest: Contest, folder: str, rounds: int) -> Report:
    """The report.  Raises AssertionError for a round without one winner, and for books that do not agree."""
    host, began = Host(folder, contest), time.monotonic()
    host.holds.put("stock", "mug", MUGS)
    won, lost = dict.fromkeys(NAMES, 0), {True: 0, False: 0}
    prizes: list[Item] = []
    processes = [_process(contest, folder, name) for name in NAMES]
    try:
        for n in range(rounds):
            host.turns(n)
            host.fills(n)
            prizes.append(host.prize(n))
            for process in processes:
                _say(process, str(n))
            for process in processes:
                assert _heard(process) == "ready"
            for process in processes if n % 2 else reversed(processes):
                _say(process, "pay")
            told = [_heard(process) for process in processes]
            winner, loser = told if told[0]["placed"] else reversed(told)
            assert winner["placed"], f"round {n}: nobody got it, {told}"
            assert not loser["placed"], f"round {n}: the last one was sold twice, {told}"
            assert (winner["page"], winner["errors"]) == ("ThankYouPage", {}), f"round {n}: {winner}"
            assert winner["has"], f"round {n}: {winner}"
            assert contest.lost(loser), f"round {n}: {loser}"
            assert loser["stood"] or not loser["attempts"], f"round {n}: {loser}"
            won[NAMES[told.index(winner)]] += 1
            lost[bool(loser["attempts"])] += 1
    finally:
        ends = [_ended(process) for process in processes]
    assert ends == [0, 0]
    return Report(
        contest.name, rounds, won, lost[True], lost[False], _reconciled(host, prizes), time.monotonic() - began
    )


def _reconciled(host: Host, prizes: list[Item]) -> int:
    """How many captures there are: one for each order by card; all of every prize is gone, and no more than that."""
    host.service.recover_once()
    host.service.relay_once()
    kind, subjects = prizes[0].kind, tuple(prize.subject for prize in prizes)
    assert host.holds.count_taken(kind, subjects, "nobody") == tuple(prize.most for prize in prizes)
    assert host.holds.left("stock", "mug") == MUGS - len(prizes)
    rows = host.bank.rows()
    cards = sum(STORIES[n % len(STORIES)] == "card" for n in range(len(prizes)))
    assert len(rows) == cards
    assert {row.state for row in rows} <= {"captured"}
    return len(rows)


def _process(contest: Contest, folder: str, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.race.buyer", contest.name, folder, name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
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
