"""A card payment through the service: another price than the shown one, money that goes back, the way over the bank."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import evolve
from checkout_core.order import Basket, Line
from checkout_core.rules.calculators import Fixed

from .money_kit import DRIVERS, Buyer, loses_the_answer, loses_the_request, said
from .pages.card_kit import (
    AT_ONCE,
    CAREFUL,
    CAREFUL_PAYING,
    CONFIRMATION,
    GOLD,
    IN_THREE,
    INSTALLMENTS,
    MD,
    THREE_D,
    chosen,
    declines,
)
from .pages.kit import NOW, lira

READY = chosen(IN_THREE)
CAREFUL_READY = chosen(CAREFUL.installments[0], "542120")
RETURN = {"md": MD, "success": "true"}
PENDING = {"non_field_errors": ("payment_pending",)}


@pytest.fixture(params=DRIVERS)
def drive(request):
    return DRIVERS[request.param]


@pytest.fixture
def buyer(drive):
    return Buyer(drive, READY)


# Another price


def test_goods_that_changed_since_they_were_shown_are_not_paid(buyer):
    buyer.world.basket = Basket.of("b-1", "d-7", (Line(1, "mug", "Mug", 1, lira("35.11")),), "TRY")
    step = buyer.posts()
    assert (step.errors, buyer.sent, buyer.order.attempts) == (said("price_changed"), [], ())
    assert step.pre_order.totals.lines == lira("35.11")
    assert buyer.order == step.pre_order
    total = step.pre_order.totals.total
    assert buyer.looks().context.total_amount == total
    assert (buyer.posts().page, buyer.order.placed.total) == ("ThankYouPage", total)


def test_a_plan_that_was_withdrawn_since_it_was_chosen_is_not_paid(buyer):
    buyer.world.cards["542119"] = evolve(GOLD, installments=(AT_ONCE,))
    step = buyer.posts()
    assert (step.page, step.errors, buyer.sent) == (INSTALLMENTS, said("price_changed"), [])
    assert (step.pre_order.payment.installment, step.pre_order.totals.total) == (None, lira("125.00"))
    buyer.posts(INSTALLMENTS, {"installment": AT_ONCE.pk})
    assert (buyer.posts().page, buyer.order.placed.total) == ("ThankYouPage", lira("125.00"))


def test_a_plan_that_got_dearer_since_it_was_chosen_is_not_paid(buyer):
    buyer.world.cards["542119"] = evolve(GOLD, installments=(AT_ONCE, evolve(IN_THREE, interest_rate=60_000)))
    assert (buyer.posts().errors, buyer.sent) == (said("price_changed"), [])


def test_shipping_that_got_dearer_since_it_was_chosen_is_not_paid(buyer):
    options = buyer.world.shop.shipping_options
    dearer = tuple(evolve(option, calculator=Fixed(lira("39.90"))) for option in options)
    buyer.world.shop = evolve(buyer.world.shop, shipping_options=dearer)
    step = buyer.posts()
    assert (bool(step.errors), buyer.sent, buyer.order.placed) == (True, [], None)


# Given back


@pytest.mark.parametrize("amount", ["131.24", "131.26", "0.01"])
def test_money_of_another_amount_goes_back_and_an_honest_retry_ends_with_an_order(buyer, amount):
    bank = buyer.world.bank
    bank.will.append(lambda order: bank.take(order, lira(amount)))
    step = buyer.posts()
    assert (step.page, step.errors, step.context.notice) == (CONFIRMATION, said("payment_reversed"), "payment_reversed")
    assert (buyer.states, buyer.order.placed, bank.net) == (["reversing"], None, 1)
    assert buyer.service.recover_once() == 1
    assert (buyer.states, bank.net, [reference for reference, _ in bank.voided]) == (["reversed"], 0, ["r1"])
    assert buyer.looks().context.notice == "payment_reversed"
    assert buyer.posts().page == "ThankYouPage"
    numbers = [order.number for _, order in bank.calls]
    assert (len(set(numbers)), bank.net, buyer.world.placed[0][0]) == (2, 1, numbers[1])


def test_a_void_without_an_answer_is_asked_for_again_under_the_same_key(buyer):
    bank = buyer.world.bank
    bank.will.append(lambda order: bank.take(order, lira("1.00")))
    bank.dead = True
    buyer.posts()
    for _ in range(2):
        buyer.service.recover_once()
        buyer.world.passes(timedelta(minutes=2))
    assert (buyer.states, bank.net) == (["reversing"], 1)
    bank.dead = False
    buyer.service.recover_once()
    # while the ledger did not answer, nothing was asked for a second time
    assert (buyer.states, bank.net, len(set(bank.voided)), len(bank.voided)) == (["reversed"], 0, 1, 2)
    assert buyer.service.recover_once() == 0


def test_a_sweep_finds_what_was_taken_twice_and_gives_it_back(buyer):
    bank = buyer.world.bank
    buyer.posts()
    bank.take(bank.calls[0][1])  # the network sent it twice
    assert (buyer.service.recover_once(), bank.net) == (0, 2)
    buyer.service.sweep(buyer.key)
    assert (bank.net, [reference for reference, _ in bank.voided]) == (1, ["r2"])
    assert (buyer.order.placed.receipt, buyer.states, len(buyer.world.placed)) == ("r1", ["captured"], 1)


def test_money_of_an_earlier_number_that_shows_up_after_the_order_goes_back(buyer):
    bank = buyer.world.bank
    bank.will.append(declines("do_not_honor"))
    buyer.posts()
    buyer.posts()
    placed = buyer.order.placed
    bank.take(bank.calls[0][1])  # declined, they said
    buyer.service.sweep(buyer.key)
    assert (buyer.order.placed, bank.net, buyer.states) == (placed, 1, ["reversed", "captured"])


def test_money_of_a_declined_attempt_that_shows_up_before_any_other_is_the_order(buyer):
    bank = buyer.world.bank
    bank.will.append(declines("do_not_honor"))
    buyer.posts()
    bank.take(bank.calls[0][1])
    buyer.service.sweep(buyer.key)
    assert (buyer.order.placed.receipt, bank.net, buyer.looks().page) == ("r1", 1, "ThankYouPage")


# 3-D Secure


def test_a_buyer_proves_who_they_are_over_two_requests_of_two_processes(drive):
    buyer = Buyer(drive, CAREFUL_READY)
    step = buyer.posts(body=CAREFUL_PAYING)
    assert (step.page, step.context.redirect_url, buyer.states) == (THREE_D, "/orders/redirect-three-d/", ["awaiting"])
    assert (buyer.looks().page, buyer.looks(THREE_D).page) == (CONFIRMATION, THREE_D)
    assert buyer.record.due_at == NOW + timedelta(minutes=15, seconds=5), "who never comes back is not waited for"
    returned = buyer.another().post(buyer.key, THREE_D, RETURN)
    assert (returned.page, buyer.sent, buyer.world.bank.net) == ("ThankYouPage", ["start_three_d", "finish_three_d"], 1)
    assert buyer.posts(THREE_D, RETURN).page == "ThankYouPage"
    assert len(buyer.sent) == 2


@pytest.mark.parametrize("taken", [True, False])
def test_a_last_call_without_an_answer_is_settled_by_the_ledger(drive, taken):
    buyer = Buyer(drive, CAREFUL_READY)
    buyer.posts(body=CAREFUL_PAYING)
    buyer.world.passes(timedelta(minutes=14))  # at the bank
    (loses_the_answer if taken else loses_the_request)(buyer.world.bank)
    step = buyer.posts(THREE_D, RETURN)
    assert (step.page, step.errors, buyer.states) == (CONFIRMATION, PENDING, ["unknown"])
    assert buyer.service.recover_once() == 0, "the horizon counts from the last call"
    buyer.is_recovered()
    buyer.is_recovered()
    assert buyer.states == ["captured" if taken else "not_executed"]
    assert buyer.sent == ["start_three_d", "finish_three_d"]


def test_a_start_without_an_answer_takes_no_money_and_ends(drive):
    buyer = Buyer(drive, CAREFUL_READY)
    loses_the_request(buyer.world.bank)
    assert buyer.posts(body=CAREFUL_PAYING).errors == PENDING
    buyer.is_recovered()
    buyer.is_recovered()
    assert (buyer.states, buyer.world.bank.net) == (["not_executed"], 0)
    assert buyer.posts(body=CAREFUL_PAYING).page == THREE_D
    assert buyer.posts(THREE_D, RETURN | {"md": "md-2"}).page == "ThankYouPage"
