"""What an outcome does to an order, whoever brings it, in whatever order and however often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import Ask, Misconfigured, Money, PreOrder, evolve
from checkout_core.effects import (
    Captured,
    Declined,
    HandedOut,
    NotFound,
    NotSent,
    OrderPlaced,
    PostHook,
    Reversed,
    SendMail,
    Unknown,
)  # fmt: skip
from checkout_core.order import Basket, Line
from checkout_core.paying import MOVING, WATCHED, apply_outcome, ask, due_at, moving, numbered, seal, verdict
from checkout_core.testing import play

from .orders import IN_FLIGHT, NOW, OPTION, at, handed_out, priced, ready, tried

TOTAL = Money("131.25", "TRY")
PAID = Captured("r1", TOTAL, 3)


def after(order: PreOrder, *outcomes: object, n: int = 1) -> PreOrder:
    for outcome in outcomes:
        order, _ = apply_outcome(order, n, outcome, NOW)
    return order


def test_the_money_that_was_sealed_places_the_order_and_tells_it_once():
    order, told = apply_outcome(tried(ready()), 1, PAID, NOW)
    assert (order.placed.total, order.placed.receipt, order.placed.status) == (TOTAL, "r1", 400)
    number = order.placed.number
    assert told == (OrderPlaced(number), SendMail("order_placed", number), PostHook("order.placed", number))
    assert apply_outcome(order, 1, PAID, NOW) == (order, ())


@pytest.mark.parametrize(
    "wrong",
    [
        Captured("r1", Money("131.24", "TRY"), 3),
        Captured("r1", TOTAL, 6),
        Captured("r1", Money("131.25", "EUR"), 3),
    ],
)
def test_money_that_is_no_plan_of_the_seal_goes_back(wrong):
    order = after(tried(ready()), wrong)
    assert order.placed is None
    attempt = order.attempts[0]
    assert (attempt.state, attempt.captures[0].reversal, attempt.due_at) == ("reversing", "due", NOW)


def test_money_for_an_order_that_was_edited_since_goes_back():
    order = tried(ready())
    other = Basket.of("b", "d2", (Line(1, "mug", "Mug", 2, Money("35.10", "TRY")),), "TRY")
    order = after(priced(evolve(order, basket=other)), PAID)
    assert (order.placed, order.attempts[0].state) == (None, "reversing")


def test_the_seal_covers_what_is_bought_and_not_only_what_it_costs():
    order = tried(ready())
    twin = Basket.of("b", "d2", (Line(3, "cap", "Cap", 1, Money("95.10", "TRY")),), "TRY")
    order = priced(evolve(order, basket=twin))
    assert order.totals == ready().totals
    assert after(order, PAID).placed is None


def test_a_second_capture_goes_back_and_the_first_stands():
    order = after(tried(ready()), PAID, Captured("r2", TOTAL, 3))
    assert order.placed.receipt == "r1"
    assert [row.reversal for row in order.attempts[0].captures] == [None, "due"]
    assert order.attempts[0].state == "captured"
    assert due_at(order) == NOW
    given_back = after(order, Reversed("r2"))
    assert (given_back.attempts[0].state, due_at(given_back)) == ("captured", None)


def test_money_of_an_earlier_attempt_waits_while_another_is_moving():
    order = tried(handed_out(ready()))
    assert [a.state for a in order.attempts] == ["abandoned", "intent"]
    order = after(order, Captured("late", TOTAL, 3))
    assert (order.placed, order.attempts[0].state) == (None, "parked")
    assert order.attempts[0].due_at is not None
    assert after(order, Declined("expired_card"), n=2).placed.receipt == "late"
    taken = after(order, Captured("r2", TOTAL, 3), n=2)
    assert taken.placed.receipt == "r2"
    assert taken.attempts[0].state == "reversing"


def test_a_decline_after_the_money_does_not_step_back():
    assert after(tried(ready()), PAID, Declined("x")).placed.receipt == "r1"


def test_a_number_with_a_definite_end_is_retired():
    declined = after(tried(ready()), Declined("insufficient_funds"))
    assert numbered(declined, seal(declined)) != declined.number
    assert verdict(declined, 1) == {"non_field_errors": ("insufficient_funds",)}


def test_what_was_never_executed_keeps_its_number_and_key_while_the_seal_is_the_same():
    order = tried(ready())
    late = NOW + timedelta(hours=1)
    for _ in range(2):
        order, _ = apply_outcome(order, 1, NotFound(), late)
        late += IN_FLIGHT
    assert order.attempts[0].state == "not_executed"
    again = tried(order)
    assert {a.number for a in again.attempts} == {order.number}
    assert len({a.key for a in again.attempts}) == 1
    edited = priced(evolve(order, payment=evolve(order.payment, installment=None)))
    assert tried(edited).attempts[1].number != order.number


def test_nothing_found_is_believed_twice_apart_and_not_before_the_request_must_have_landed():
    order = tried(ready())
    attempt = order.attempts[0]
    early = after(order, NotFound())
    assert (early.attempts[0].state, early.attempts[0].missed_at) == ("intent", None)
    once, _ = apply_outcome(order, 1, NotFound(), attempt.settled_by)
    assert once.attempts[0].state == "unknown"
    soon, _ = apply_outcome(once, 1, NotFound(), attempt.settled_by + IN_FLIGHT / 2)
    assert soon.attempts[0].state == "unknown"
    twice, _ = apply_outcome(once, 1, NotFound(), attempt.settled_by + IN_FLIGHT)
    assert twice.attempts[0].state == "not_executed"


def test_a_sender_that_came_too_late_ends_its_attempt_for_good():
    order = after(tried(ready()), NotSent())
    assert (order.attempts[0].state, moving(order, NOW)) == ("abandoned", None)
    assert tried(order).attempts[1].number != order.number


def test_an_answer_about_money_another_attempt_accounts_for_ends_the_attempt_and_moves_nothing():
    order = after(tried(handed_out(ready())), Captured("r1", TOTAL, 3))
    order = after(order, Captured("r1", TOTAL, 3), n=2)
    assert [a.state for a in order.attempts] == ["captured", "replayed"]
    assert sum(len(a.captures) for a in order.attempts) == 1


def test_a_decline_after_the_money_is_noted_once_and_changes_nothing_else():
    order = after(tried(ready()), PAID)
    noted, told = apply_outcome(order, 1, Declined("x"), NOW)
    assert (noted.attempts[0].said, told) == (("x after captured",), ())
    assert evolve(noted, attempts=(evolve(noted.attempts[0], said=()),)) == order
    assert apply_outcome(noted, 1, Declined("x"), NOW) == (noted, ())


@pytest.mark.parametrize("outcome", [Unknown("timeout"), NotFound(), NotSent(), HandedOut({})])
def test_what_comes_in_for_an_attempt_that_ended_changes_nothing(outcome):
    order = after(tried(ready()), PAID)
    assert apply_outcome(order, 1, outcome, NOW) == (order, ())


outcomes = st.one_of(
    st.builds(
        Captured, st.sampled_from(["r1", "r2", "r3"]), st.sampled_from([TOTAL, TOTAL + TOTAL]), st.sampled_from([1, 3])
    ),
    st.builds(Declined, st.just("expired_card")),
    st.builds(Unknown, st.just("x")),
    st.just(NotFound()),
    st.just(NotSent()),
    st.just(HandedOut({})),
    st.builds(Reversed, st.sampled_from(["r1", "r2", "r3"])),
)
TWO_TRIES = tried(handed_out(ready()))


@given(st.lists(st.tuples(st.integers(1, 2), outcomes, st.integers(0, 300)), max_size=10))
def test_whatever_arrives_in_whatever_order_keeps_the_laws_of_money(arriving):
    order, told, now = TWO_TRIES, [], NOW
    for n, outcome, seconds in arriving:
        now += timedelta(seconds=seconds)
        before = order
        order, events = apply_outcome(order, n, outcome, now)
        told += events
        assert apply_outcome(order, n, outcome, now) == (order, ()), "said twice, it changes nothing"
        assert before.placed in (None, order.placed), "a placed order never changes"
    assert [type(event) for event in told].count(OrderPlaced) == (order.placed is not None)
    rows = [(a, row) for a in order.attempts for row in a.captures]
    assert len({row.reference for _, row in rows}) == len(rows), "a row is accounted once"
    standing = [row for _, row in rows if order.placed and row.reference == order.placed.receipt]
    assert len(standing) == (order.placed is not None)
    assert all(row.amount == order.placed.total and row.reversal is None for row in standing)
    for a, row in rows:
        judged = row.reversal is not None or row in standing
        assert judged or any(b.state in MOVING for b in order.attempts if b.n != a.n), "nothing is left unjudged"
    for a in order.attempts:
        busy = a.state in MOVING | WATCHED or a.state == "parked" or any(row.reversal == "due" for row in a.captures)
        assert (a.due_at is not None) == busy, "whatever is on its way is looked at, and nothing else"


@pytest.mark.parametrize(
    "option",
    [evolve(OPTION, gateway=None), evolve(OPTION, gateway="elsewhere"), None],
    ids=["none", "unknown", "unchosen"],
)
def test_a_way_to_pay_without_a_gateway_that_can_is_the_shops_mistake_and_nothing_is_prepared(option):
    payment = None if option is None else evolve(ready().payment, option=option)
    with pytest.raises(Misconfigured, match="cannot do a sale"):
        tried(evolve(ready(), payment=payment))


def test_a_return_for_which_nothing_waits_finishes_nothing():
    order = tried(ready())
    assert play(ask(at(order), Ask(order.payment, {"md": "m"}))) == (order, ())
