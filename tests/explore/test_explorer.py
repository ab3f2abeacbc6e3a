"""The explorer itself: it leaves nothing out, finds what is wrong, and says it as a test."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import Checkout
from checkout_core.sandbox import preset
from checkout_core.sandbox.magic import INSUFFICIENT_FUNDS
from checkout_core.testing import Broken, Edit, Event, Failed, Passes, Run, Scenario, Stage, explore, pays, replay
from checkout_core.testing._replay import shrunk, spelt, written

from .scenarios import LONG, MUGS

TWO_CLICKS = Scenario("two clicks", (pays(), pays()), able=preset("order_number"))


class Leaky:
    """Holds that are never let go."""

    def __init__(self, holds):
        self.take_hold, self.commit_hold = holds.take_hold, holds.commit_hold

    def release_hold(self, op):
        pass


def leaking(ports):
    return Checkout(attrs.evolve(ports, holds=Leaky(ports.holds)))


LEAK = Scenario("a leak", (pays(INSUFFICIENT_FUNDS), pays()), there=MUGS, compose=leaking, crashes=1)


def every_path(stage):
    """All schedules, one by one, nothing remembered."""
    left = [()]
    while left:
        path = left.pop()
        run = Run(stage)
        for event in path:
            run.do(event)
        if run.over:
            yield run
        left += [(*path, event) for event in run.options()]


@pytest.mark.parametrize("crashes", [0, 1])
def test_what_is_pruned_has_been_seen(crashes):
    """Every schedule is counted, and no ending is missed."""
    scenario = attrs.evolve(TWO_CLICKS, crashes=crashes)
    endings = [run.world_mark() for run in every_path(Stage(scenario))]
    explored = explore(scenario)
    assert (explored.schedules, explored.endings) == (len(endings), len(set(endings)))
    assert explored.runs < len(endings)


def test_requests_that_were_told_the_same_in_the_same_world_have_the_same_future():
    run = Run(Stage(TWO_CLICKS))
    marks = []
    for order in ((0, 1), (1, 0)):
        run = Run(run.stage)
        for who in order:
            run.do(Event("go", who))
        marks.append(run.mark())
    assert marks[0] == marks[1]  # both have read, and nobody has written
    for who in (0, 1):
        run.do(Event("go", who))
    assert run.mark() not in marks


def test_the_same_events_make_the_same_run():
    stage = Stage(TWO_CLICKS)
    events = (Event("go", 0, 3), Event("go", 1, 2), Event("go", 0, 2))
    assert replay(TWO_CLICKS, events, on=stage).world_mark() == replay(TWO_CLICKS, events, on=stage).world_mark()


def test_what_is_found_is_small_and_is_a_test():
    with pytest.raises(Failed) as found:
        explore(LEAK)
    failed = found.value
    assert failed.invariant == "I10"
    assert sum(event.times for event in failed.events) <= 6
    events = "".join(f"        {event},\n" for event in told(failed))
    test = f"def test_a_leak_i10():\n    replay(scenario, (\n{events}    ))\n"
    assert test in str(failed)
    there = {"replay": replay, "Event": Event, "scenario": LEAK}
    exec(test, there)  # it is our own
    with pytest.raises(Broken, match=r"^I10"):
        there["test_a_leak_i10"]()


def told(failed):
    return [f'Event("{e.what}", {e.who}{f", {e.times}" if e.times > 1 else ""})' for e in failed.events]


def test_nothing_can_be_left_out_of_what_is_found():
    with pytest.raises(Failed) as found:
        explore(LEAK)
    stage, path = Stage(LEAK), spelt(found.value.events)
    assert written(path) == found.value.events
    assert shrunk(stage, LEAK, path, "I10") == path


def test_a_bound_of_switches_leaves_schedules_out_and_a_bound_of_runs_says_so():
    every, few = explore(TWO_CLICKS), explore(attrs.evolve(TWO_CLICKS, switches=0))
    assert few.schedules < every.schedules
    assert few.whole
    some = explore(TWO_CLICKS, most=5)
    assert (some.runs, some.whole) == (5, False)
    assert "not all" in str(some)


def test_progress_is_told():
    told = []
    explore(
        Scenario("a", (pays(), pays()), crashes=1, losses=1),
        progress=lambda runs, left: told.append((runs, left > 0)),
        most=1000,
    )
    assert told == [(1000, True)]


def test_a_sender_that_time_passes_over_sends_no_more_unless_its_clock_stood_still():
    for stopped, sends in ((False, 0), (True, 1)):
        run = Run(Stage(Scenario("asleep", (pays(), LONG), stopped=stopped)))
        for event in spelt((Event("go", 0, 2), Event("go", 1), Event("go", 0))):
            run.do(event)
        assert run.world.bank.sends == sends


def test_a_late_payment_arrives_when_it_is_let_or_by_the_banks_promise():
    for events in ((Event("arrive", 0),), (Event("go", 1),)):
        run = Run(Stage(Scenario("late", (pays(), LONG), lates=1)))
        for event in spelt((Event("go", 0, 2), Event("late", 0))):
            run.do(event)
        assert (run.world.bank.sends, len(run.flying)) == (0, 1)
        for event in events:
            run.do(event)
        assert (run.world.bank.captures, len(run.flying)) == (1, 0)


def test_the_basket_is_read_at_an_effect_of_its_own_only_where_somebody_edits():
    for race, first in (((pays(), pays()), "Save"), ((pays(), Edit(("t-shirt",))), "ReadBasket")):
        run = Run(Stage(Scenario("edit", race)))
        run.do(Event("go", 0))
        assert type(run.tasks[0].pending).__name__ == first


def test_time_is_nobodys_but_the_scenarios():
    run = Run(Stage(Scenario("time", (Passes(LONG.time),))))
    began = run.world.now
    run.do(Event("go", 0))
    assert run.world.now == began + LONG.time
