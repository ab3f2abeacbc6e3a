"""The shop's pages and the bank's together: sent off, paid there in a plan, back, and an order as the ledger has it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest

from checkout_core.money import Money
from checkout_core.sandbox import GARANTI, Bank, magic, preset

from ..pages.hosted_kit import COMPLETE, GPAY_COMPLETE, HostedWorld, at_garanti, sent_off

ABLE = preset("native", last_call="provider", kinds={"plans"})
WAYS = pytest.mark.parametrize(("begins", "page"), [(sent_off, COMPLETE), (at_garanti, GPAY_COMPLETE)])


class World(HostedWorld):
    """The kit's shop, with the sandbox's bank behind both ways to pay."""

    def __init__(self):
        super().__init__()
        self.ledger = Bank(capabilities=ABLE, clock=lambda: self.now)
        self.at = {COMPLETE: self.ledger, GPAY_COMPLETE: self.ledger.beside(GARANTI)}

    @property
    def ports(self):
        gateways = {"bank": self.at[COMPLETE], "garanti": self.at[GPAY_COMPLETE]}
        return attrs.evolve(super().ports, gateways=gateways)

    def brings(self, page, returned):
        """What the browser posts there: the fields of the address, and the bank's."""
        address = self.at[page].address(self.ledger.ticket(), returned)
        return {**dict(parse_qsl(urlsplit(address).query)), **returned}


@WAYS
def test_the_plan_that_was_chosen_at_the_bank_is_the_orders(begins, page):
    world = World()
    buyer = begins(world)
    bank, ticket = world.at[page], world.ledger.ticket()
    (plan,) = [plan for plan in ticket.plans if plan.installments == 3]
    step = buyer.posts(page, world.brings(page, bank.comes_back(ticket, installments=3)))
    (row,) = world.ledger.rows()
    placed = step.pre_order.placed
    assert (placed.plan, placed.receipt, placed.total) == (plan, row.reference, row.amount)
    assert (row.installments, row.number) == (3, placed.number)


@WAYS
def test_instalments_nobody_offered_make_no_order_and_the_money_goes_back(begins, page):
    world = World()
    buyer = begins(world)
    step = buyer.posts(page, world.brings(page, world.at[page].comes_back(world.ledger.ticket(), magic.UNOFFERED)))
    assert step.pre_order.placed is None
    buyer.recovers(minutes=30)
    assert [row.state for row in world.ledger.rows()] == ["voided"]


def test_a_garanti_return_that_was_changed_is_refused_and_the_ledger_still_makes_the_order():
    world = World()
    buyer = at_garanti(world)
    bank = world.at[GPAY_COMPLETE]
    forged = world.brings(GPAY_COMPLETE, bank.comes_back(world.ledger.ticket(), magic.TAMPERED, installments=3))
    step = buyer.posts(GPAY_COMPLETE, forged)
    assert step.errors == {"non_field_errors": ("callback_rejected",)}
    assert buyer.recovers(hours=1).placed.plan.installments == 3
    assert world.ledger.captures == 1


def test_a_redirect_that_was_changed_changes_nothing():
    world = World()
    buyer = sent_off(world)
    forged = world.ledger.comes_back(world.ledger.ticket(), magic.TAMPERED, installments=6)
    placed = buyer.posts(COMPLETE, world.brings(COMPLETE, forged)).pre_order.placed
    assert (placed.plan.installments, placed.total) == (6, world.ledger.rows()[0].amount)
    assert placed.total > Money("1.00", placed.total.currency)


@WAYS
def test_who_cancels_at_the_bank_has_no_order_and_may_choose_again(begins, page):
    world = World()
    buyer = begins(world)
    step = buyer.posts(page, world.brings(page, world.at[page].cancels(world.ledger.ticket())))
    assert (step.pre_order.placed, world.ledger.captures) == (None, 0)
    assert step.pre_order.attempts[-1].state == "cancelled"
    assert step.page != page


@WAYS
def test_who_pays_and_never_comes_back_has_an_order(begins, page):
    world = World()
    buyer = begins(world)
    assert world.at[page].comes_back(world.ledger.ticket(), magic.TIMEOUT_TAKEN, installments=3) is None
    assert buyer.recovers(hours=1).placed.plan.installments == 3
