"""Several attempts on one order number: whose money it is, and whose end."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import evolve
from checkout_core.effects import (
    Cancelled,
    Declined,
    Inquire,
    NotFound,
    Refund,
    Replayed,
    Reversed,
    Settled,
    Unknown,
    Void,
)
from checkout_core.order import Deferred
from checkout_core.paying import due_at, moving, prepare, recover
from checkout_core.paying._facts import of_another
from checkout_core.paying._steps import secured

from .desk import Desk
from .orders import BANK, NOW, at, ready, tried
from .standing import LATE, LATER, PAID, WRONG, after

NATIVE = attrs.evolve(BANK, idempotency="native")
REFUNDS = attrs.evolve(BANK, refund=True)


def sent_again(bank=BANK):
    """The first was never executed, as far as the ledger knew; the second has just been sent under the same key."""
    first = tried(ready(), bank=bank)
    for when in (LATE, LATER):
        first = after(first, NotFound(), now=when)
    return tried(first, bank=bank, now=LATER)


@pytest.mark.parametrize("n", [1, 2])
def test_money_is_the_open_ones_whichever_was_asked_for(n):
    order = after(sent_again(), PAID, n=n, now=LATER)
    assert [(a.state, len(a.captures)) for a in order.attempts] == [("not_executed", 0), ("captured", 1)]


def test_of_two_that_are_open_the_newer_one_has_the_money_and_the_one_it_was_told_of_is_over():
    order = sent_again()
    order = evolve(order, attempts=(evolve(order.attempts[0], state="unknown"), order.attempts[1]))
    order = after(order, PAID, n=1, now=LATER)
    assert [(a.state, a.due_at) for a in order.attempts] == [("replayed", None), ("captured", None)]
    assert order.placed.receipt == "r1"


@pytest.mark.parametrize(
    ("bank", "end", "first"),
    [(NATIVE, Declined("x"), "replayed"), (NATIVE, Cancelled(), "replayed"), (NATIVE, Replayed(), "replayed"),
     (BANK, Declined("x"), "not_executed"), (BANK, Cancelled(), "not_executed"), (BANK, Replayed(), "replayed")],
)  # fmt: skip
def test_where_a_key_is_answered_once_for_all_its_end_is_the_end_of_all_that_was_sent_with_it(bank, end, first):
    order = after(sent_again(bank), end, n=2, now=LATER)
    assert order.attempts[0].state == first
    assert (due_at(order) is None) == (first == "replayed")


@pytest.mark.parametrize("said", [Declined("x"), Cancelled()])
def test_that_nothing_came_of_a_number_may_be_said_of_the_first_while_the_second_is_on_its_way(said):
    order = sent_again()
    second = order.attempts[1]
    assert of_another(order, second, said, LATER)
    assert not of_another(order, second, said, second.settled_by)
    assert not of_another(order, second, PAID, LATER)
    alone = tried(ready())
    assert not of_another(alone, alone.attempts[0], said, NOW)
    early = second.due_at
    assert early < second.settled_by
    desk = Desk({Inquire: said}, early)
    done = desk.does(recover(at(order, early)), order)
    assert done.attempts[1].state == "intent"
    late = Desk({Inquire: said}, second.settled_by)
    assert late.does(recover(at(done, late.now)), done).attempts[1].state in {"declined", "cancelled"}


def test_the_same_reference_at_another_gateway_is_another_row():
    order = after(tried(ready()), PAID)
    other = evolve(order.attempts[0], n=2, gateway="other", captures=(), state="unknown", number="N2")
    order = evolve(order, attempts=(*order.attempts, other))
    order = after(order, PAID, n=2)
    assert [len(a.captures) for a in order.attempts] == [1, 1]
    assert order.attempts[1].captures[0].reversal == "due"


# Giving back, the second time


def test_what_was_too_late_to_void_is_refunded_and_not_voided_again():
    order = after(tried(ready()), WRONG, Settled("r1"), now=LATE)
    key = f"{order.attempts[0].key}-r1"
    desk = Desk({Refund: [Unknown("down")]}, LATE)
    waits = desk.does(recover(at(order, LATE, REFUNDS)), order)
    assert desk.asked == [Refund("bank", "r1", WRONG.amount, f"{key}-refund")]
    again = Desk({Inquire: (WRONG,), Refund: Reversed("r1")}, waits.attempts[0].due_at)
    done = again.does(recover(at(waits, again.now, REFUNDS)), waits)
    assert again.kinds == ["Inquire", "Refund"]
    assert again.asked[1] == desk.asked[0], "under the same key"
    assert done.attempts[0].state == "reversed"


def test_a_void_that_comes_too_late_is_a_refund_in_the_same_run():
    order = after(tried(ready()), WRONG, now=LATE)
    desk = Desk({Void: Settled("r1"), Refund: Reversed("r1")}, LATE)
    assert desk.does(recover(at(order, LATE, REFUNDS)), order).attempts[0].state == "reversed"
    assert desk.kinds == ["Void", "Refund"]


# Nothing at all


def test_an_order_nobody_has_tried_to_pay_is_locked_by_nothing_and_due_never():
    assert (moving(ready(), NOW), due_at(ready())) == (None, None)


def test_what_needs_nothing_to_be_held_is_secured_at_once():
    order, _ = prepare(at(ready()), ready(), "deferred", receipt=Deferred("free", 400))
    assert (order.attempts[0].state, order.attempts[0].hold) == ("preparing", None)
    done = Desk({}).does(secured(at(order), order, 1), order)
    assert (done.placed.receipt, done.placed.status, done.attempts[0].state) == ("free", 400, "deferred")
