"""Times ways in turns, round by round, and prints the ratio of two of them beside its goal."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import thread_time_ns
from typing import TypeAlias

Way: TypeAlias = Callable[[], object]
Samples: TypeAlias = Mapping[str, list[int]]  # of each way, a round's picoseconds for one call

MOST_CALLS = 1_000_000


def spent(way: Way, calls: int) -> int:
    """Nanoseconds of so many calls."""
    start = thread_time_ns()
    for _ in range(calls):
        way()
    return thread_time_ns() - start


def calls_in(way: Way, nanoseconds: int) -> int:
    """How many calls take about that long."""
    calls = 1
    while (took := spent(way, calls)) < nanoseconds // 4 and calls < MOST_CALLS:
        calls *= 4
    return max(1, calls * nanoseconds // max(took, 1))


class Bench:
    """Times and prints: a title, then a row a ratio."""

    def __init__(self, rounds: int, milliseconds: int) -> None:
        self.rounds = rounds
        self.nanoseconds = milliseconds * 1_000_000
        self.above = 0

    def turns(self, what: str, ways: Mapping[str, Way]) -> Samples:
        """The ways one after the other, round by round; another one begins each time."""
        calls = {name: calls_in(way, self.nanoseconds) for name, way in ways.items()}
        samples: dict[str, list[int]] = {name: [] for name in ways}
        names = list(ways)
        for nth in range(1, self.rounds + 1):
            progress(f"{what}: round {nth} of {self.rounds}", first=nth == 1)
            gc.collect()
            names = names[1:] + names[:1]
            spent(ways[names[0]], calls[names[0]])  # whoever runs first after a collection is slower: not counted
            for name in names:
                samples[name].append(spent(ways[name], calls[name]) * 1000 // calls[name])
        progress("")
        return samples

    def row(self, what: str, samples: Samples, over: str, under: str, goal: float | None = None) -> None:
        """A ratio, beside its goal where it has one, and the quartiles it lies between."""
        ratios = sorted(a / b for a, b in zip(samples[over], samples[under], strict=True))
        ratio, last = median(ratios), len(ratios) - 1
        low, high = ratios[round(last * 0.25)], ratios[round(last * 0.75)]
        above = goal is not None and ratio > goal
        self.above += above
        verdict = "" if goal is None else f"{goal:>6g}{'  above' if above else ''}"
        print(f"  {what:<46}{ratio:>8.2f}  {f'{low:.2f} to {high:.2f}':<16}{verdict}".rstrip(), flush=True)


def progress(text: str, *, first: bool = True) -> None:
    """On a terminal a line that the next one replaces; elsewhere only the `first` of its kind."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif first and text:
        print(text.partition(":")[0], file=sys.stderr, flush=True)
