"""Each way to pay, however its requests meet and whichever call of a port fails: money, tenders and cards agree.

Here one request dies or one call fails, at a gateway with native keys; `nox -s simulate -- ways` has the other
gateways, faults together, and long races.
"""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Checkout
from checkout_core.effects import Item
from checkout_core.testing import FINALLY, WAYS, Run, Stage, Way, explore, swarm, with_all_ways
from checkout_core.testing._purse import GIFT_CARD, MONEY, Purse
from checkout_core.testing._watch import Watch
from checkout_core.testing._ways import GIFT_CODE

from .ways import menus_of, programs_of, races_of

SEEDS = 4
KIND = "native"


def named(way, name):
    """The program or race of that way."""
    both = (*programs_of(WAYS[way], KIND, 1), *races_of(WAYS[way], KIND))
    return next(each for each in both if each.name == f"{way}: {name}")


@pytest.mark.parametrize("way", WAYS)
def test_no_crash_of_a_program_breaks_an_invariant(way):
    explored = explore(named(way, "a program"))
    assert explored.whole
    assert explored.schedules > 3


@pytest.mark.parametrize("way", WAYS)
def test_no_call_that_fails_or_whose_answer_is_lost_breaks_an_invariant(way):
    explored = explore(named(way, "a bad line"))
    assert explored.whole
    assert explored.schedules > 10


@pytest.mark.parametrize("way", WAYS)
def test_an_order_that_the_shop_refuses_costs_no_tender_and_saves_no_card(way):
    assert explore(named(way, "refused by the shop")).whole


@pytest.mark.parametrize("way", WAYS)
def test_no_two_clicks_break_an_invariant(way):
    explored = explore(attrs.evolve(named(way, "two clicks"), switches=1))
    assert explored.whole
    assert explored.schedules > 20


@pytest.mark.parametrize("way", [name for name, way in WAYS.items() if way.there])
def test_of_two_checkouts_that_want_the_same_money_no_schedule_gives_it_to_both(way):
    explored = explore(named(way, "one purse"))
    assert explored.whole
    assert explored.schedules > 1000


@pytest.mark.parametrize("way", WAYS)
def test_no_seed_breaks_an_invariant(way):
    first = list(WAYS).index(way) * SEEDS  # another race for each way
    swarmed = swarm(menus_of(KIND)[f"{way}: at length"], range(first, first + SEEDS))
    assert swarmed.placed >= SEEDS


# The invariants of tenders and saved cards can break


def done(way):
    """The program of that way, played to its end without a fault."""
    run = Run(Stage(attrs.evolve(named(way, "a program"), crashes=0)))
    while not run.over:
        run.do(run.options()[0])
    return run


@pytest.mark.parametrize(
    ("way", "thing", "paid"),
    [
        ("gift card, a part", (GIFT_CARD, GIFT_CODE), 1_500),
        ("gift card, all", (GIFT_CARD, GIFT_CODE), 6_500),
        ("loyalty money, a part", (MONEY, "ada"), 1_500),
        ("loyalty money, all", (MONEY, "ada"), 6_500),
    ],
)
def test_what_an_order_says_of_a_tender_is_what_it_lost(way, thing, paid):
    run = done(way)
    assert run.world.purse.lost() == run.world.purse.spent(run.world.orders.values()) == {thing: paid}
    assert FINALLY["I11.tenders"](Watch(run)) is None
    run.world.orders.clear()
    assert "are gone" in FINALLY["I11.tenders"](Watch(run))


def test_a_gift_card_that_stays_held_and_one_that_is_charged_without_an_order_are_found():
    run = done("gift card, a part")
    world, until = run.world, run.world.now + timedelta(days=1)
    world.purse = Purse({(GIFT_CARD, GIFT_CODE): 5_000}, world.clock)
    world.orders.clear()
    token = world.purse.cards.token(GIFT_CODE)
    assert FINALLY["I10"](Watch(run)) is None
    assert world.purse.take_hold("op-1", "somebody", (Item(GIFT_CARD, token, 100),), until) == ()
    assert FINALLY["I10"](Watch(run)) == "hold op-1 was never let go"
    world.purse.commit_hold("op-1")
    assert FINALLY["I10"](Watch(run)) is None
    assert FINALLY["I11.tenders"](Watch(run)) == f"100 of {(GIFT_CARD, GIFT_CODE)} are gone, and orders say 0"


@pytest.mark.parametrize("way", ["card to save", "card to save, 3-D Secure"])
def test_a_card_is_saved_with_its_order_and_one_too_few_or_too_many_is_found(way):
    run = done(way)
    ((saved, times),) = run.world.saved.items()
    assert (saved[:2], times) == (("ada", "bank"), 1)
    assert FINALLY["I26"](Watch(run)) is None
    run.world.saved.clear()
    assert FINALLY["I26"](Watch(run)) == "saved are 0 cards, and 1 orders ask for it"
    run.world.saved.update([saved, (*saved[:2], "another")])
    assert FINALLY["I26"](Watch(run)) == "saved are 2 cards, and 1 orders ask for it"


def test_where_money_is_held_in_two_ledgers_the_second_may_fail_before_and_after_it_has_done_it():
    stage = Stage(named("gift card, a part", "a bad line"))
    seen = set()
    run = Run(stage)
    while not run.over:
        seen |= {event.what for event in run.options()}
        run.do(run.options()[0])
    assert {"half", "torn"} <= seen
    for what, kept in (("half", {}), ("torn", {"there"})):
        run = Run(stage)
        while all(event.what != what for event in run.options()):
            run.do(run.options()[0])
        run.do(next(event for event in run.options() if event.what == what))
        assert bool(run.world.purse.held) is bool(kept)
        assert run.world.taken == {}  # who asked was told of a failure


def test_a_host_puts_its_own_composition_in_the_place_of_the_table_s():
    composed = []

    def mine(ports):
        composed.append(ports)
        return Checkout(with_all_ways(ports))

    way = WAYS["gift card, all"]
    assert isinstance(way, Way)
    assert explore(way.scenario("mine", way.pays, in_order=True, compose=mine)).schedules == 1
    assert composed
