"""Long races by chance, every one of them reproducible from its seed.

    swarm(scenario, range(1000))

`scenario.race` is a menu here: each seed draws from it who comes, how often, and which kinds of faults there are.
Switching some kinds off lets the others meet that would otherwise drown in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Final

from attrs import evolve, frozen

from ._always import ALWAYS
from ._finally import rest
from ._replay import Failed, Path, shrunk
from ._run import Run
from ._scenario import Scenario
from ._stage import Stage
from ._task import Event
from ._watch import GIVEN_BACK, Broken, Watch, ask, silent

LEAST: Final = 3  # acts of a race
MOST: Final = 12
RESTLESS: Final = (0.05, 0.3, 0.7)  # how often a race leaves a request in its middle
FAULTY: Final = (0.05, 0.2, 0.5)  # how often something goes wrong where it may


@frozen
class Swarmed:
    """What was looked at."""

    name: str
    seeds: int
    faults: int  # that happened, in all races
    placed: int  # orders, when all had come to rest the first time
    reversed: int  # races in which money was given back

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.seeds:,} seeds, {self.faults:,} faults, {self.placed:,} orders, "
            f"{self.reversed:,} races with a reversal"
        )


def drawn(scenario: Scenario, seed: int) -> Scenario:
    """The race of that seed: acts from the menu, and the faults that are switched on."""
    chance = Random(f"{seed}|race")  # noqa: S311  # no secret: it has to be the same again
    acts = chance.choices(scenario.race, k=chance.randint(LEAST, MOST))

    def some(most: int) -> int:
        return chance.randint(1, most) if most and chance.random() < 0.5 else 0  # noqa: PLR2004  # on or off

    return evolve(
        scenario, name=f"{scenario.name}, seed {seed}", race=tuple(acts), crashes=some(scenario.crashes),
        losses=some(scenario.losses), lates=some(scenario.lates),
    )  # fmt: skip


def swarm(scenario: Scenario, seeds: Iterable[int], *, progress: Callable[[int], None] | None = None) -> Swarmed:
    """How much there was, all of it sound.

    Raises Failed with the first race that breaks an invariant, made small, as a test to paste.
    """
    stage = Stage(scenario)
    ran = faults = placed = reversed_ = 0
    with silent():
        for seed in seeds:
            run = raced(stage, drawn(scenario, seed), seed)
            ran, faults, placed = ran + 1, faults + run.faults, placed + len(run.world.orders)
            reversed_ += any(row.state in GIVEN_BACK for row in run.world.bank.rows())
            if progress is not None:
                progress(seed)
    return Swarmed(scenario.name, ran, faults, placed, reversed_)


def raced(stage: Stage, scenario: Scenario, seed: int) -> Run:
    """The run of that seed, all of it at rest.  Raises Failed."""
    chance = Random(f"{seed}|schedule")  # noqa: S311  # as in drawn
    restless, faulty = chance.choice(RESTLESS), chance.choice(FAULTY)
    run = Run(stage, scenario)
    watch = Watch(run)
    path: Path = ()
    try:
        while not run.over:
            event = _chosen(run.options(), chance, restless, faulty)
            path = (*path, event)
            run.do(event)
            watch.look()
            ask(watch, ALWAYS)
        rest(run, watch)
    except Broken as broken:
        raise Failed(scenario, shrunk(stage, scenario, path, broken.invariant), broken, seed) from None
    return run


def _chosen(options: list[Event], chance: Random, restless: float, faulty: float) -> Event:
    """The first is the request that is in the middle of something, or the one that is next."""
    goes = [event for event in options if event.what in {"go", "arrive"}]
    faults = [event for event in options if event.what not in {"go", "arrive"}]
    if faults and chance.random() < faulty:
        return chance.choice(faults)
    return chance.choice(goes) if chance.random() < restless or goes[0].what == "arrive" else goes[0]
