"""Every schedule of a race, each that can be told apart once.

    print(explore(Scenario("two clicks", race=(pays(), pays()), able=NO_KEYS, crashes=1)))

Depth first.  A coroutine cannot be copied, so every new decision is played from the start; and where a schedule comes
to what another had come to (the same world, and requests that were told the same), its futures are known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import frozen

from ._always import ALWAYS
from ._finally import rest
from ._replay import Failed, Path, shrunk
from ._run import Run
from ._scenario import Scenario
from ._stage import Stage
from ._watch import GIVEN_BACK, Broken, Watch, ask, silent

Progress: TypeAlias = Callable[[int, int], None]  # runs so far, and how many are known to be left
END: Final = 0  # instead of a state
TELLS: Final = 1000  # runs between two calls of progress


@frozen
class Explored:
    """What was looked at."""

    name: str
    schedules: int  # ways from the first event to the last
    states: int  # that can be told apart
    endings: int  # of the world; each was brought to rest
    runs: int  # from the start
    reversed: int  # endings in which money was given back
    whole: bool  # every schedule; else only as many runs as were allowed

    def __str__(self) -> str:
        some = "" if self.whole else " (not all)"
        return (
            f"{self.name}: {self.schedules:,} schedules{some}, {self.states:,} states, {self.endings:,} endings, "
            f"{self.reversed:,} of them with a reversal"
        )


def explore(
    scenario: Scenario, *, progress: Progress | None = None, most: int | None = None, shrink: bool = True
) -> Explored:
    """How much there was, all of it sound; `most` runs at most.

    Raises Failed with a schedule that breaks an invariant, made small, as a test to paste.
    """
    with silent():
        return _Search(scenario, progress, most, shrink=shrink).through()


class _Search:
    def __init__(self, scenario: Scenario, progress: Progress | None, most: int | None, *, shrink: bool) -> None:
        self.scenario = scenario
        self.stage = Stage(scenario)
        self.progress = progress
        self.most = most
        self.shrink = shrink
        self.next: dict[int, list[int]] = {}  # the states that follow a state, an END among them
        self.left: list[tuple[Path, int]] = [((), END)]  # decisions nobody has taken, and the states they are taken in
        self.endings: set[int] = set()
        self.first = END
        self.runs = self.reversed = 0

    def through(self) -> Explored:
        while self.left and (self.most is None or self.runs < self.most):
            self.runs += 1
            if self.progress is not None and self.runs % TELLS == 0:
                self.progress(self.runs, len(self.left))
            path, state = self.left.pop()
            self._takes(path, state)
        return Explored(
            self.scenario.name, _ways(self.next, self.first), len(self.next), len(self.endings), self.runs,
            self.reversed, not self.left,
        )  # fmt: skip

    def _takes(self, path: Path, state: int) -> None:
        """The path as it was, its last event for the first time, and on to where all is known."""
        run = Run(self.stage)
        watch = Watch(run)
        for event in path[:-1]:
            run.do(event)
            watch.look()
        watch.seen()
        try:
            while True:
                if path:
                    run.do(path[-1])
                    watch.look()
                    ask(watch, ALWAYS)
                at = END if run.over else run.mark()
                if path:
                    self.next[state].append(at)
                else:
                    self.first = at
                if run.over:
                    self._ended(run, watch)
                    return
                if at in self.next:
                    return
                event, *others = run.options()
                self.next[at] = []
                self.left += [((*path, other), at) for other in reversed(others)]
                path, state = (*path, event), at
        except Broken as broken:
            small = shrunk(self.stage, self.scenario, path, broken.invariant) if self.shrink else path
            raise Failed(self.scenario, small, broken) from None

    def _ended(self, run: Run, watch: Watch) -> None:
        mark = run.world_mark()
        if mark in self.endings:
            return
        self.endings.add(mark)
        rest(run, watch)
        self.reversed += any(row.state in GIVEN_BACK for row in run.world.bank.rows())


def _ways(following: dict[int, list[int]], first: int) -> int:
    """How many ways lead from the first state to an end.  None leads back: requests remember."""
    ways = {END: 1}
    left = [first]
    while left:
        unknown = [state for state in following[left[-1]] if state not in ways]
        if unknown:
            left += unknown
        else:
            state = left.pop()
            ways[state] = sum(ways[after] for after in following[state])
    return ways[first]
