"""A card payment through the service: each outcome, what it locks, what the buyer is told, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import evolve
from checkout_core.effects import OrderPlaced, Unknown
from checkout_core.order import Basket, Line
from checkout_core.rules.calculators import Fixed

from .money_kit import DRIVERS, Buyer, loses_the_answer, loses_the_request, said
from .pages.card_kit import (
    AT_ONCE,
    BIN,
    CONFIRMATION,
    IN_FLIGHT,
    IN_THREE,
    INSTALLMENTS,
    MD,
    PAYING,
    THREE_D,
    World,
    chosen,
    declines,
)
from .pages.kit import CARD, lira

READY = chosen(IN_THREE)
TOTAL = lira("131.25")
SECOND = timedelta(seconds=1)
FIRST_LOOK = timedelta(seconds=10)  # five to send, five more
RETURN = {"md": MD, "success": "true"}
PENDING, IN_PROGRESS = {"non_field_errors": ("payment_pending",)}, {"non_field_errors": ("payment_in_progress",)}


@pytest.fixture(params=DRIVERS)
def drive(request):
    return DRIVERS[request.param]


@pytest.fixture
def buyer(drive):
    return Buyer(drive, READY)


# Taken


def test_money_that_was_taken_is_an_order_and_the_shop_is_told_once(buyer):
    step = buyer.posts()
    assert (step.page, step.errors) == ("ThankYouPage", {})
    placed = buyer.order.placed
    assert (placed.total, placed.plan.installments, placed.receipt, placed.status) == (TOTAL, 3, "r1", 400)
    ((method, sent),) = buyer.world.bank.calls
    assert (method, sent.number, sent.amount, sent.installments) == ("sale", placed.number, TOTAL, 3)
    assert [number for number, _ in buyer.world.placed] == [placed.number]
    assert buyer.world.placed[0][1] == buyer.order
    assert (buyer.record.outbox, buyer.record.due_at) == ((), None)
    buyer.is_recovered()
    assert (len(buyer.world.placed), buyer.world.bank.asked, buyer.world.bank.net) == (1, [], 1)


def test_a_step_says_what_left_with_it(buyer):
    buyer.world.bank.will.append(declines("do_not_honor"))
    assert buyer.posts().events == ()
    step = buyer.posts()
    assert step.events == (OrderPlaced(step.pre_order.placed.number),)
    assert buyer.looks().events == ()


def test_the_double_click_meets_the_order(buyer):
    first = buyer.posts()
    again = buyer.posts()
    assert (again.page, again.pre_order, again.errors) == ("ThankYouPage", first.pre_order, {})
    assert buyer.another().post(buyer.key, CONFIRMATION, PAYING).page == "ThankYouPage"
    assert (buyer.sent, buyer.world.bank.net, len(buyer.world.placed)) == (["sale"], 1, 1)


def test_nothing_that_is_posted_after_the_order_changes_it(buyer):
    before = buyer.posts().pre_order
    for page, body in ((BIN, {"bin_number": "411111"}), ("OrderNotePage", {"notes": "late"}), (THREE_D, RETURN)):
        step = buyer.posts(page, body)
        assert (step.page, step.pre_order) == ("ThankYouPage", before)
    assert buyer.order == before


def test_a_total_of_nothing_is_an_order_without_a_call(drive):
    world = World()
    world.basket = Basket.of("b-1", "d-0", (Line(1, "mug", "Mug", 1, lira("0.00")),), "TRY")
    world.shop = evolve(
        world.shop, shipping_options=tuple(evolve(o, calculator=Fixed(lira("0"))) for o in world.shop.shipping_options)
    )
    buyer = Buyer(drive, READY, world)
    assert buyer.looks().pre_order.totals.total == lira("0")
    buyer.posts("PaymentOptionSelectionPage", {"payment_option": CARD.pk})
    buyer.posts(BIN, {"bin_number": "542119"})
    buyer.posts(INSTALLMENTS, {"installment": AT_ONCE.pk})
    step = buyer.posts()
    assert (step.page, step.events) == ("ThankYouPage", (OrderPlaced(step.pre_order.placed.number),))
    placed = step.pre_order.placed
    assert (placed.receipt, placed.status, placed.total, step.pre_order.attempts) == ("free", 400, lira("0"), ())
    assert (buyer.sent, len(buyer.world.placed)) == ([], 1)


# Declined


def test_a_decline_is_told_until_the_next_attempt_and_all_answers_stand(buyer):
    buyer.world.bank.will.append(declines("insufficient_funds"))
    step = buyer.posts()
    assert (step.page, step.errors) == (CONFIRMATION, said("insufficient_funds"))
    assert step.context.notice == "insufficient_funds"
    after = step.pre_order
    assert (after.payment, after.totals, after.placed) == (READY.payment, READY.totals, None), "the mask went with it"
    for looked in (buyer.looks(), buyer.looks(CONFIRMATION), buyer.another().get(buyer.key)):
        assert (looked.page, looked.errors, looked.context.notice) == (CONFIRMATION, {}, "insufficient_funds")
    refused = buyer.posts(body={**PAYING, "card_cvv": "1"})
    assert (refused.errors, refused.context.notice) == ({"card_cvv": ("invalid",)}, "insufficient_funds")
    assert buyer.posts().page == "ThankYouPage"


def test_a_number_with_a_definite_end_is_never_sent_again(buyer):
    buyer.world.bank.will += [declines("do_not_honor"), declines("expired_card")]
    for _ in range(3):
        buyer.posts()
    sent = [order for _, order in buyer.world.bank.calls]
    assert len({order.number for order in sent}) == len({order.key for order in sent}) == 3
    assert buyer.order.placed.number == sent[-1].number
    assert buyer.states == ["declined", "declined", "captured"]


# Unknown


@pytest.fixture(params=["taken", "not taken", "garbage", "said so"])
def unanswered(request, buyer):
    """A buyer whose bank gave no answer."""
    bank = buyer.world.bank
    if request.param == "taken":
        loses_the_answer(bank)
    else:
        bank.will.append(
            {"not taken": TimeoutError(), "garbage": ValueError("<html>"), "said so": Unknown("x")}[request.param]
        )
    assert buyer.posts().errors == PENDING
    return buyer


def test_without_an_answer_the_buyer_waits_and_is_not_told_that_it_failed(unanswered):
    buyer = unanswered
    assert (buyer.states, buyer.order.placed) == (["unknown"], None)
    for looked in (buyer.looks(), buyer.looks(CONFIRMATION)):
        assert (looked.page, looked.errors, looked.context.notice) == (CONFIRMATION, IN_PROGRESS, "payment_pending")


POSTS = [
    ("IndexPage", {"user_email": "eve@example.org"}), ("DeliveryOptionSelectionPage", {"delivery_option": 2}),
    ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 11}), ("AddressClearPage", {}),
    ("ShippingOptionSelectionPage", {"shipping_option": 22}), ("PaymentOptionSelectionPage", {"payment_option": 32}),
    (BIN, {"bin_number": "411111"}), (INSTALLMENTS, {"installment": AT_ONCE.pk}), (CONFIRMATION, PAYING),
    (THREE_D, RETURN), ("OrderNotePage", {"notes": "?"}), (CONFIRMATION, {}),
]  # fmt: skip


@pytest.mark.parametrize(("page", "body"), POSTS)
def test_while_money_may_be_moving_nothing_is_answered_and_nothing_is_sent(buyer, page, body):
    loses_the_answer(buyer.world.bank)
    buyer.posts()
    stored = buyer.store.get(buyer.key)
    step = buyer.posts(page, body)
    assert (step.page, step.errors, step.pre_order) == (CONFIRMATION, IN_PROGRESS, buyer.order)
    assert (buyer.store.get(buyer.key), buyer.sent) == (stored, ["sale"])
    assert not hasattr(step.context, "redirect_url")


@pytest.mark.parametrize(
    "page", [None, "IndexPage", BIN, INSTALLMENTS, CONFIRMATION, THREE_D, "ThankYouPage", "NoPage"]
)
def test_looking_sends_nothing_and_saves_nothing(buyer, page):
    stored = buyer.store.get(buyer.key)
    buyer.looks(page)
    assert (buyer.store.get(buyer.key), buyer.sent, buyer.world.bank.asked) == (stored, [], [])
    loses_the_answer(buyer.world.bank)
    buyer.posts()
    stored = buyer.store.get(buyer.key)
    buyer.looks(page)
    assert (buyer.store.get(buyer.key), buyer.sent, buyer.world.bank.asked) == (stored, ["sale"], [])


def test_money_of_a_lost_answer_is_found_and_becomes_the_order_without_the_buyer(buyer):
    loses_the_answer(buyer.world.bank)
    number = buyer.posts().pre_order.number
    buyer.world.passes(FIRST_LOOK - SECOND)
    assert (buyer.service.recover_once(), buyer.world.bank.asked) == (0, [])
    buyer.world.passes(SECOND)
    assert (buyer.service.recover_once(), buyer.world.bank.asked) == (1, [number])
    assert (buyer.order.placed.number, buyer.order.placed.receipt, buyer.states) == (number, "r1", ["captured"])
    assert buyer.record.outbox == ()
    assert [told for told, _ in buyer.world.placed] == [number]
    assert (buyer.looks().page, buyer.sent) == ("ThankYouPage", ["sale"])
    assert (buyer.service.recover_once(), buyer.service.relay_once()) == (0, 0)


def test_money_that_was_never_taken_is_believed_the_second_time_and_sent_again_under_the_same_number(buyer):
    loses_the_request(buyer.world.bank)
    buyer.posts()
    buyer.is_recovered()
    assert buyer.looks().errors == IN_PROGRESS
    buyer.world.passes(IN_FLIGHT - SECOND)
    buyer.service.recover_once()
    assert buyer.states == ["unknown"]
    buyer.world.passes(SECOND)
    buyer.service.recover_once()
    looked = buyer.looks()
    assert (buyer.states, looked.errors, looked.context.notice) == (["not_executed"], {}, "not_executed")
    assert buyer.posts().page == "ThankYouPage"
    (_, first), (_, second) = buyer.world.bank.calls
    assert (first, buyer.world.bank.net) == (second, 1)


def test_a_plan_chosen_otherwise_after_that_is_sent_under_another_number(buyer):
    loses_the_request(buyer.world.bank)
    buyer.posts()
    for _ in range(2):
        buyer.is_recovered()
    buyer.posts(INSTALLMENTS, {"installment": AT_ONCE.pk})
    buyer.posts()
    (_, first), (_, second) = buyer.world.bank.calls
    assert (first.number != second.number, first.key != second.key) == (True, True)
    assert buyer.order.placed.total == lira("125.00")


def test_a_ledger_that_lags_behind_is_asked_again_before_anybody_pays_twice(buyer):
    loses_the_request(buyer.world.bank)
    buyer.posts()
    buyer.is_recovered()
    assert buyer.posts().errors == IN_PROGRESS
    ((_, order),) = buyer.world.bank.calls
    buyer.world.bank.take(order)  # seen only now
    buyer.is_recovered()
    assert (buyer.looks().page, buyer.world.bank.net, buyer.sent) == ("ThankYouPage", 1, ["sale"])


def test_a_bank_that_answers_no_inquiry_leaves_everything_as_it_is(buyer):
    loses_the_answer(buyer.world.bank)
    buyer.posts()
    buyer.world.bank.dead = True
    for _ in range(2):
        buyer.is_recovered()
    assert (buyer.states, buyer.looks().errors) == (["unknown"], IN_PROGRESS)
    buyer.world.bank.dead = False
    buyer.is_recovered()
    assert buyer.states == ["captured"]


@pytest.mark.parametrize("rubbish", [None, "approved", True, ()], ids=repr)
def test_an_answer_that_is_no_outcome_is_no_answer(buyer, rubbish):
    buyer.world.bank.will.append(lambda _: rubbish)
    step = buyer.posts()
    assert (step.errors, buyer.states) == (PENDING, ["unknown"])


def test_the_order_is_what_was_sealed_whatever_happens_to_the_basket_meanwhile(buyer):
    loses_the_answer(buyer.world.bank)
    buyer.posts()
    buyer.world.basket = Basket.of("b-1", "d-7", (Line(9, "gold", "Gold", 1, lira("9999.00")),), "TRY")
    assert buyer.looks().pre_order.totals == READY.totals
    buyer.is_recovered()
    assert (buyer.order.placed.total, buyer.order.basket, buyer.world.bank.net) == (TOTAL, READY.basket, 1)
