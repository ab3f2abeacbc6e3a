"""A schedule played again, and made as small as it can be.

    replay(scenario, (Event("go", 0, 3), Event("crash", 0), Event("go", 1, 9)))

Whoever is in the middle of something when the events are over goes on to its end; who has not begun never comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TypeAlias

from ._always import ALWAYS
from ._finally import rest
from ._run import Run
from ._scenario import Scenario
from ._stage import Stage
from ._task import Event
from ._watch import Broken, Watch, ask, silent

Path: TypeAlias = tuple[Event, ...]


class Failed(AssertionError):
    """A schedule that breaks an invariant: which, why, and a test that replays it."""

    def __init__(self, scenario: Scenario, path: Path, broken: Broken, seed: int | None = None) -> None:
        self.scenario = scenario
        self.invariant = broken.invariant
        self.seed = seed
        self.events = written(path)
        super().__init__(f"{scenario.name}: {broken}\n\n{self.test()}")

    def test(self) -> str:
        """To be pasted; `scenario` is the one that was explored."""
        name = "".join(c if c.isalnum() else "_" for c in f"{self.scenario.name} {self.invariant}".lower())
        which = "scenario" if self.seed is None else f"drawn(scenario, {self.seed})"
        events = "".join(f"        {event_text(event)},\n" for event in self.events)
        return f"def test_{name}():\n    replay({which}, (\n{events}    ))\n"


def event_text(event: Event) -> str:
    times = f", {event.times}" if event.times > 1 else ""
    return f'Event("{event.what}", {event.who}{times})'


def replay(scenario: Scenario, events: Iterable[Event], *, on: Stage | None = None) -> Run:
    """The run, all of it at rest.  An event that is not possible where it stands is passed over.  Raises Broken."""
    run = Run(on or Stage(scenario), scenario)
    watch = Watch(run)
    with silent():
        for event in spelt(events):
            if event in run.options():
                _does(run, watch, event)
        for task in run.tasks:
            while task.state == "waiting":
                _does(run, watch, Event("go", task.n))
        rest(run, watch)
    return run


def _does(run: Run, watch: Watch, event: Event) -> None:
    run.do(event)
    watch.look()
    ask(watch, ALWAYS)


def spelt(events: Iterable[Event]) -> Path:
    """One by one."""
    return tuple(Event(event.what, event.who) for event in events for _ in range(event.times))


def written(events: Iterable[Event]) -> Path:
    """Equal ones that follow each other as one."""
    return tuple(Event(event.what, event.who, len(list(same))) for event, same in groupby(events))


def shrunk(stage: Stage, scenario: Scenario, path: Path, invariant: str) -> Path:
    """A schedule that breaks the same invariant, and none of whose parts can be left out.

    The path itself where it does not break it again.
    """

    def breaks(events: Path) -> bool:
        try:
            replay(scenario, events, on=stage)
        except Broken as broken:
            return broken.invariant == invariant
        return False

    if not breaks(path):
        return path
    size, whole = len(path), path
    while size > 0:
        at = 0
        while at < len(path):
            shorter = (*path[:at], *path[at + size :])
            if breaks(shorter):
                path = shorter
            else:
                at += size
        if size > 1 or path == whole:  # once more with single events, until none can be spared
            size //= 2
        whole = path
    return path
