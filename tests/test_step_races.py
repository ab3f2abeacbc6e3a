"""A card payment through the service when two come at once, a sender sleeps, or the store does not say what it did."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from checkout_core import AsyncCheckoutService, CheckoutService
from checkout_core.service import Conflict, NotThere
from checkout_core.stores import StoreUnavailable

from .money_kit import DRIVERS, Buyer, Watched, unavailable
from .pages.card_kit import (
    BIN,
    CAREFUL,
    CAREFUL_PAYING,
    CONFIRMATION,
    IN_THREE,
    INSTALLMENTS,
    MD,
    PAYING,
    THREE_D,
    chosen,
)

READY = chosen(IN_THREE)
CAREFUL_READY = chosen(CAREFUL.installments[0], "542120")
RETURN = {"md": MD, "success": "true"}
IN_PROGRESS = {"non_field_errors": ("payment_in_progress",)}


@pytest.fixture(params=DRIVERS)
def drive(request):
    return DRIVERS[request.param]


@pytest.fixture
def store():
    return Watched()


@pytest.fixture
def buyer(drive, store):
    return Buyer(drive, READY, store=store)


# Two at once


def test_the_second_click_while_the_first_is_on_its_way_sends_nothing(buyer):
    met = []
    buyer.world.bank.meanwhile.append(lambda: met.append(buyer.posts()))
    assert buyer.posts().page == "ThankYouPage"
    (second,) = met
    assert (second.page, second.errors, second.context.notice) == (CONFIRMATION, IN_PROGRESS, "payment_pending")
    assert (buyer.sent, buyer.world.bank.net, len(buyer.world.placed)) == (["sale"], 1, 1)


def test_another_way_to_pay_in_another_tab_waits_for_the_card(buyer):
    met = []
    buyer.world.bank.meanwhile.append(
        lambda: met.append(buyer.posts("PaymentOptionSelectionPage", {"payment_option": 32}))
    )
    assert buyer.posts().page == "ThankYouPage"
    assert (met[0].errors, met[0].pre_order.payment.option.pk) == (IN_PROGRESS, 31)


def test_two_clicks_that_read_the_same_record_send_once(buyer, store):
    met = []
    store.before.append(lambda: met.append(buyer.another().post(buyer.key, CONFIRMATION, PAYING)))
    assert (buyer.posts().page, met[0].page) == ("ThankYouPage", "ThankYouPage")
    assert (buyer.sent, buyer.world.bank.net, len(buyer.world.placed)) == (["sale"], 1, 1)


def test_two_returns_that_read_the_same_record_ask_the_bank_once(drive, store):
    buyer = Buyer(drive, CAREFUL_READY, store=store)
    buyer.posts(body=CAREFUL_PAYING)
    met = []
    store.before.append(lambda: met.append(buyer.another().post(buyer.key, THREE_D, RETURN)))
    assert (buyer.posts(THREE_D, RETURN).page, met[0].page) == ("ThankYouPage", "ThankYouPage")
    assert buyer.sent == ["start_three_d", "finish_three_d"]


def test_a_second_return_while_the_last_call_is_on_its_way_waits(drive):
    buyer = Buyer(drive, CAREFUL_READY)
    buyer.posts(body=CAREFUL_PAYING)
    met = []
    buyer.world.bank.meanwhile.append(lambda: met.append(buyer.posts(THREE_D, RETURN)))
    assert buyer.posts(THREE_D, RETURN).page == "ThankYouPage"
    assert (met[0].page, met[0].errors) == (CONFIRMATION, IN_PROGRESS)
    assert buyer.sent == ["start_three_d", "finish_three_d"]


@pytest.mark.parametrize("n", range(5))
def test_threads_that_pay_at_the_same_moment_take_the_money_once(n):
    buyer = Buyer(CheckoutService, READY)
    ready = threading.Barrier(4)

    def pays():
        ready.wait()
        return buyer.another().post(buyer.key, CONFIRMATION, PAYING)

    with ThreadPoolExecutor(4) as pool:
        steps = [each.result() for each in [pool.submit(pays) for _ in range(4)]]
    assert {step.page for step in steps} <= {"ThankYouPage", CONFIRMATION}
    assert all(step.errors == IN_PROGRESS for step in steps if step.page == CONFIRMATION)
    assert (buyer.sent, buyer.world.bank.net, len({number for number, _ in buyer.world.placed})) == (["sale"], 1, 1)


def test_tasks_of_one_loop_that_pay_at_the_same_moment_take_the_money_once():
    buyer = Buyer(CheckoutService, READY)

    async def all_pay():
        service = AsyncCheckoutService(buyer.world.checkout, buyer.store)
        return await asyncio.gather(*(service.post(buyer.key, CONFIRMATION, PAYING) for _ in range(4)))

    steps = asyncio.run(all_pay())
    assert all(step.page == "ThankYouPage" or step.errors == IN_PROGRESS for step in steps)
    assert (buyer.sent, buyer.world.bank.net) == (["sale"], 1)


# Conflicts


def test_somebody_elses_save_before_the_checkpoint_is_read_again_and_the_money_is_taken_once(buyer, store):
    store.before.append(buyer.is_touched)
    assert (buyer.posts().page, buyer.sent, len(buyer.order.attempts)) == ("ThankYouPage", ["sale"], 1)


def test_an_edit_that_wins_against_the_checkpoint_is_what_is_paid_or_refused(buyer, store):
    store.before.append(lambda: buyer.another().post(buyer.key, BIN, {"bin_number": "411111"}))
    step = buyer.posts()
    assert (step.page, step.errors, buyer.sent) == (INSTALLMENTS, {"non_field_errors": ("page_not_available",)}, [])


def test_an_outcome_is_never_lost_to_somebody_elses_saves(buyer, store):
    store.before += [None, *[buyer.is_touched] * 20]
    assert (buyer.posts().page, buyer.sent, buyer.world.bank.net) == ("ThankYouPage", ["sale"], 1)


def test_a_request_that_loses_again_and_again_gives_up_and_has_sent_nothing(buyer, store):
    store.before += [buyer.is_touched] * 5
    with pytest.raises(Conflict):
        buyer.posts()
    assert (buyer.sent, buyer.order.attempts) == ([], ())
    assert buyer.posts().page == "ThankYouPage"


def test_two_who_recover_at_once_find_the_money_once_and_give_it_back_once(buyer, store):
    bank = buyer.world.bank

    def loses(order):
        bank.take(order)
        bank.take(order)
        raise TimeoutError

    bank.will.append(loses)
    buyer.posts()
    buyer.world.passes(timedelta(minutes=2))
    store.before.append(buyer.another().recover_once)
    buyer.service.recover_once()
    assert (buyer.order.placed.receipt, buyer.states, bank.net) == ("r1", ["captured"], 1)
    assert {reference for reference, _ in bank.voided} == {"r2"}
    assert len({key for _, key in bank.voided}) == 1
    buyer.service.relay_once()
    assert len(buyer.world.placed) == 1


def test_a_checkout_nobody_saved_is_not_there(buyer):
    with pytest.raises(NotThere):
        buyer.service.post("co-404", CONFIRMATION, PAYING)
    with pytest.raises(NotThere):
        buyer.service.get("co-404")
    with pytest.raises(Conflict):
        buyer.service.save(READY)


# A store that does not say what it did


@pytest.mark.parametrize("save", [0, 1, 2], ids=["checkpoint", "outcome", "outbox"])
@pytest.mark.parametrize("answer", ["applied", "lost"])
def test_a_save_without_an_answer_is_looked_up_and_made_once(buyer, store, save, answer):
    store.answers += [*[None] * save, answer]
    before = store.get(buyer.key).version
    assert buyer.posts().page == "ThankYouPage"
    assert (buyer.sent, buyer.world.bank.net, len(buyer.world.placed)) == (["sale"], 1, 1)
    assert (store.get(buyer.key).version, buyer.record.outbox) == (before + 3, ())


@pytest.mark.parametrize("answer", ["applied", "lost"])
def test_a_first_save_without_an_answer_is_looked_up_too(drive, store, answer):
    store.answers.append(answer)
    buyer = Buyer(drive, READY, store=store)
    assert (store.get(buyer.key).version, buyer.order) == (1, READY)


@pytest.mark.parametrize("answer", ["applied", "lost"])
def test_a_checkpoint_of_which_nobody_knows_whether_it_was_saved_sends_nothing(buyer, store, answer):
    """Somebody else saved before it could be looked up."""
    store.answers.append(answer)
    store.after.append(buyer.is_touched)
    step = buyer.posts()
    if answer == "applied":
        assert (step.errors, buyer.sent, buyer.states) == (IN_PROGRESS, [], ["intent"])
        for _ in range(2):
            buyer.is_recovered()
        assert buyer.states == ["not_executed"]
        step = buyer.posts()
    assert (step.page, buyer.sent, buyer.world.bank.net) == ("ThankYouPage", ["sale"], 1)


def test_an_outcome_that_was_saved_without_an_answer_and_saved_over_stands(buyer, store):
    store.answers += [None, "applied"]
    store.after += [None, buyer.is_touched]
    assert (buyer.posts().page, buyer.sent) == ("ThankYouPage", ["sale"])
    buyer.service.relay_once()
    assert {number for number, _ in buyer.world.placed} == {buyer.order.placed.number}


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_checkpoint_that_cannot_be_saved_sends_nothing(buyer, store, where):
    getattr(store, where).append(unavailable)
    with pytest.raises(StoreUnavailable):
        buyer.posts()
    assert buyer.sent == []
    for _ in range(2):
        buyer.is_recovered()
    assert (buyer.posts().page, buyer.world.bank.net) == ("ThankYouPage", 1)


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_outcome_that_cannot_be_saved_is_found_in_the_ledger(buyer, store, where):
    getattr(store, where).extend([None, unavailable])
    with pytest.raises(StoreUnavailable):
        buyer.posts()
    assert (buyer.sent, buyer.world.bank.net) == (["sale"], 1)
    buyer.is_recovered()
    assert (buyer.looks().page, buyer.sent, buyer.world.bank.net, len(buyer.world.placed)) == (
        "ThankYouPage",
        ["sale"],
        1,
        1,
    )


def test_a_store_that_answers_no_save_counts_as_down_and_nothing_is_sent(buyer, store):
    store.answers += ["lost"] * 50
    with pytest.raises(StoreUnavailable):
        buyer.posts()
    assert (buyer.sent, buyer.order) == ([], READY)
