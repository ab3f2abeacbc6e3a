"""An order that stands without money is paid once, or given up, however its buyer and the shop's operators meet.

The longest races are here with fewer switches; `nox -s simulate -- again` has all bounds, and long races.
"""

from __future__ import annotations

import attrs
import pytest

from checkout_core.testing import Event, Run, Stage, explore, swarm

from .again import PAYER, menu_again, programs_again, races_again
from .scenarios import KINDS

SEEDS = range(8)
LONG = (
    "again: two tabs begin", "again: a card, a transfer and a worker",
    "again: a transfer while the buyer is at the bank", "again: no patience while the buyer is at the bank",
)  # fmt: skip
WHOLE = [name for name in races_again("native") if name not in LONG]


@pytest.mark.parametrize("name", WHOLE)
def test_no_schedule_breaks_an_invariant(name):
    explored = explore(races_again("native")[name])
    assert explored.whole
    assert explored.schedules > 400


@pytest.mark.parametrize("name", LONG)
def test_no_schedule_without_a_switch_breaks_an_invariant(name):
    assert explore(attrs.evolve(races_again("native")[name], switches=0)).whole


@pytest.mark.parametrize("name", programs_again("native", 1))
def test_no_crash_of_a_program_breaks_an_invariant(name):
    assert explore(programs_again("native", 1)[name]).whole


@pytest.mark.parametrize("kind", KINDS)
def test_no_seed_breaks_an_invariant(kind):
    assert swarm(menu_again(kind), SEEDS).placed >= len(SEEDS)


def ended(name, *first):
    """That race, in which these have come to their end before the others begin."""
    run = Run(Stage(races_again("native")[name]))
    for who in first:
        while run.tasks[who].goes_on:
            run.do(Event("go", who))
    while not run.over:
        run.do(run.options()[0])
    return run


def payer(run):
    return run.record(run.stage.keys[PAYER]).pre_order


def test_of_a_card_and_a_transfer_the_first_pays_and_money_that_came_besides_is_noted():
    by_card, by_transfer = ended("again: a card and a transfer", 0), ended("again: a card and a transfer", 1)
    assert payer(by_card).again.transfers[0].why_not == "paid_already"
    assert [row.state for row in by_card.world.bank.rows()] == ["captured"]
    assert payer(by_transfer).placed.receipt == "funds_transfer"
    assert by_transfer.world.bank.rows() == ()
    assert by_card.world.paid.keys() == by_transfer.world.paid.keys() == by_card.world.orders.keys()


def test_whoever_gives_an_order_up_first_leaves_nothing_to_pay():
    run = ended("again: a card and no patience", 1)
    assert (payer(run).placed, run.world.bank.rows(), run.world.paid) == (None, (), {})
    assert list(run.world.given_up.values()) == ["three days without money"]
