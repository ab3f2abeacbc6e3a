"""Long races by chance: a few seeds here, more in `nox -s simulate`."""

from __future__ import annotations

import pytest

from checkout_core.testing import Run, Stage, drawn, swarm
from checkout_core.testing._swarm import raced

from .scenarios import KINDS, menus

SEEDS = 12


@pytest.mark.parametrize("name", menus("native"))
@pytest.mark.parametrize("kind", KINDS)
def test_no_seed_breaks_an_invariant(kind, name):
    first = KINDS.index(kind) * SEEDS  # another race for each kind
    swarmed = swarm(menus(kind)[name], range(first, first + SEEDS))
    assert swarmed.seeds == SEEDS
    assert swarmed.placed >= SEEDS


def test_a_seed_is_the_same_race_every_time():
    scenario = menus("native")["buyers"]
    stage = Stage(scenario)
    marks = [raced(stage, drawn(scenario, 7), 7).world_mark() for _ in range(2)]
    assert marks[0] == marks[1]
    assert drawn(scenario, 7) == drawn(scenario, 7) != drawn(scenario, 8)


def test_each_seed_switches_some_faults_off():
    scenario = menus("native")["cards"]
    draws = [drawn(scenario, seed) for seed in range(60)]
    for kind in ("crashes", "losses", "lates"):
        assert {getattr(each, kind) > 0 for each in draws} == {True, False}


def test_another_race_on_the_same_stage_leaves_nothing_behind():
    scenario = menus("no_keys")["cards"]
    stage = Stage(scenario)
    fresh = Run(stage).world_mark()
    raced(stage, drawn(scenario, 3), 3)
    assert Run(stage).world_mark() == fresh
