"""Every state of an attempt against every outcome: never a step back, and said twice it is said once."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations, product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import Money, PreOrder, Settings, evolve
from checkout_core.effects import (
    Authorised,
    Cancelled,
    Captured,
    CommitHold,
    Declined,
    NotFound,
    NotHeld,
    NotSent,
    OrderPlaced,
    ReleaseHold,
    Replayed,
    Reversed,
    Secured,
    Settled,
    UnderReview,
    Unknown,
)
from checkout_core.order import State
from checkout_core.paying import DEFINITE, MOVING, WATCHED, apply_outcome, due_at, is_over, locks, owed, verdict

from .orders import NOW
from .standing import HANDED, HOSTED, LATER, PAID, TOTAL, after, begun, everywhere

STATES = everywhere()
THEN = LATER + timedelta(hours=9)
SECOND = Captured("r2", TOTAL, 3)
OTHER = Captured("r3", Money("1.00", "TRY"), 3)
HEARD = {
    "the same money": PAID,
    "more money": SECOND,
    "wrong money": OTHER,
    "authorised": Authorised("r1"),
    "review": UnderReview("r1"),
    "declined": Declined("stolen_card"),
    "replayed": Replayed(),
    "cancelled": Cancelled(),
    "handed out": HANDED,
    "unknown": Unknown("down"),
    "not sent": NotSent(),
    "not found": NotFound(),
    "reversed": Reversed("r1"),
    "settled": Settled("r1"),
    "secured": Secured(),
    "not held": NotHeld("out_of_stock"),
}
ENDS = {"declined": "declined", "replayed": "replayed", "cancelled": "cancelled"}
MONEY = {"the same money": "captured", "more money": "captured", "wrong money": "reversing"}
LATE_MONEY = {"the same money": "unplaced", "more money": "unplaced", "wrong money": "reversing"}  # goods are not held
BECOMES = {  # what is not named changes no state
    "preparing": LATE_MONEY | {"secured": "intent", "not held": "abandoned", "not sent": "abandoned"},
    "preparing, deferred": {"secured": "deferred", "not held": "abandoned", "not sent": "abandoned"},
    "intent": MONEY | ENDS | {
        "authorised": "authorised", "review": "review", "handed out": "awaiting", "unknown": "unknown",
        "not sent": "abandoned", "not found": "unknown",
    },
    "awaiting, our call": MONEY | ENDS | {"authorised": "authorised", "review": "review", "not sent": "abandoned"},
    "awaiting, theirs": MONEY | ENDS | {"authorised": "authorised", "review": "review"},
    "authorised": MONEY | ENDS | {"review": "review"},
    "review": MONEY | ENDS,
    "unknown": MONEY | ENDS | {"authorised": "authorised", "review": "review"},
    "parked": {},
    "unplaced": {"secured": "captured", "not held": "reversing"},
    "captured": {},
    "deferred": dict.fromkeys(MONEY, "reversing"),
    "declined": LATE_MONEY,
    "not_executed": LATE_MONEY | ENDS,
    "cancelled": LATE_MONEY,
    "abandoned": LATE_MONEY,
    "superseded": LATE_MONEY | ENDS,
    "replayed": LATE_MONEY,
    "reversing": {"more money": "unplaced", "reversed": "reversed"},
    "reversed": {"more money": "unplaced", "wrong money": "reversing"},
}  # fmt: skip


def applicable(name: str) -> list[str]:
    """Nobody is asked to take the money of a receipt that needs no provider."""
    return [said for said in HEARD if name != "preparing, deferred" or said not in MONEY]


def refs(order: PreOrder) -> dict[str, tuple[Money, str | None]]:
    return {row.reference: (row.amount, row.reversal) for a in order.attempts for row in a.captures}


def test_every_state_there_is_has_been_reached():
    assert {order.attempts[0].state for order in STATES.values()} == set(get_args(State))
    assert all(name.startswith(order.attempts[0].state) for name, order in STATES.items())
    assert set(BECOMES) == set(STATES)


@pytest.mark.parametrize("name", STATES)
def test_what_each_outcome_makes_of_it(name):
    order = STATES[name]
    stays = order.attempts[0].state
    found = {said: after(order, HEARD[said], now=THEN).attempts[0].state for said in applicable(name)}
    assert found == {said: BECOMES[name].get(said, stays) for said in applicable(name)}


@pytest.mark.parametrize("name", STATES)
def test_said_twice_it_is_said_once(name):
    for said in applicable(name):
        once, _ = apply_outcome(STATES[name], 1, HEARD[said], THEN)
        assert apply_outcome(once, 1, HEARD[said], THEN) == (once, ()), said


@pytest.mark.parametrize("name", [name for name, order in STATES.items() if order.attempts[0].state in DEFINITE])
def test_a_definite_end_stays_the_end_unless_money_comes_or_goes_back(name):
    order = STATES[name]
    for said in set(HEARD) - set(MONEY) - {"reversed"}:
        assert after(order, HEARD[said], now=THEN).attempts[0].state == order.attempts[0].state, said
    for said in MONEY:
        assert after(order, HEARD[said], now=THEN).attempts[0].captures, said


@pytest.mark.parametrize("name", STATES)
def test_money_that_was_accounted_never_disappears_and_never_comes_back_from_where_it_went(name):
    order = STATES[name]
    steps = {None: 0, "due": 1, "refund": 2, "done": 3}
    for said in applicable(name):
        now = refs(after(order, HEARD[said], now=THEN))
        for reference, (amount, reversal) in refs(order).items():
            assert now[reference][0] == amount
            assert steps[now[reference][1]] >= steps[reversal]


@pytest.mark.parametrize("name", STATES)
def test_whatever_is_on_its_way_has_a_moment_at_which_somebody_looks_and_what_is_over_has_none(name):
    for said in applicable(name):
        order = after(STATES[name], HEARD[said], now=THEN)
        for a in order.attempts:
            wanted = a.state in MOVING or a.state == "parked" or owed(a)
            allowed = wanted or a.state in WATCHED or a.state == "awaiting"
            assert a.due_at is not None or not wanted, (said, a.state)
            assert a.due_at is None or allowed, (said, a.state)


@pytest.mark.parametrize("name", STATES)
def test_goods_are_let_go_or_sold_when_it_ends_and_never_both(name):
    order = STATES[name]
    hold = order.attempts[0].hold
    for said in applicable(name):
        later, told = apply_outcome(order, 1, HEARD[said], THEN)
        a = later.attempts[0]
        assert not {CommitHold(hold.op), ReleaseHold(hold.op)} <= set(told), said
        assert (CommitHold(a.hold.op) in told) == (a.hold.state == "committed" != hold.state), said
        kept = a.state in MOVING or a.state in {"awaiting", "parked"}
        assert kept or a.hold.state in {"released", "committed"}, "nothing is kept for what is over"
        assert later.placed is None or a.state not in {"captured", "deferred"} or a.hold.state == "committed"


TOLD = {
    "preparing": "payment_pending", "preparing, deferred": "payment_pending", "intent": "payment_pending",
    "awaiting, our call": None, "awaiting, theirs": None, "authorised": "payment_pending",
    "review": "payment_pending", "unknown": "payment_pending", "parked": "payment_pending",
    "unplaced": "payment_pending", "captured": None, "deferred": None, "declined": "expired_card",
    "not_executed": "not_executed", "cancelled": "cancelled", "abandoned": "not_sent",
    "superseded": "payment_pending", "replayed": None, "reversing": "payment_reversed", "reversed": "payment_reversed",
}  # fmt: skip


def test_what_the_buyer_is_told_of_each():
    told = {name: verdict(order, 1).get("non_field_errors", (None,)) for name, order in STATES.items()}
    assert told == {name: (code,) for name, code in TOLD.items()}


def test_only_money_that_may_be_moving_locks_and_what_is_silent_no_longer_than_a_buyer_has_to_wait():
    locking = {name for name, order in STATES.items() if locks(order.attempts[0], NOW)}
    assert locking == {"preparing", "preparing, deferred", "intent", "authorised", "review", "unknown", "unplaced"}
    until = STATES["unknown"].attempts[0].locks_until
    assert until == NOW + Settings().unknown_patience
    for name in ("intent", "unknown"):
        (a,) = STATES[name].attempts
        assert locks(a, until - timedelta(seconds=1))
        assert not locks(a, until)
        assert locks(evolve(a, locks_until=None), THEN), "nobody could give it back, or ask"
    for name in locking - {"intent", "unknown"}:
        assert locks(STATES[name].attempts[0], THEN), name


# In whatever order

LEDGER = ("the same money", "declined", "replayed", "cancelled", "not sent", "not found", "unknown", "handed out",
          "authorised", "review")  # fmt: skip


def heard_to_the_end(order: PreOrder, *said: str) -> PreOrder:
    """All of it heard; goods that are needed after all are there."""
    order = after(order, *(HEARD[each] for each in said), now=THEN)
    return after(order, Secured(), now=THEN) if order.attempts[0].state == "unplaced" else order


@pytest.mark.parametrize("name", ["intent", "awaiting, our call", "awaiting, theirs", "unknown", "authorised", "review",
                                  "superseded", "not_executed"])  # fmt: skip
def test_money_is_the_order_whatever_else_is_said_before_it_or_after_it(name):
    for other in LEDGER[1:]:
        ends = [heard_to_the_end(STATES[name], *said) for said in permutations(("the same money", other))]
        assert {end.placed.receipt for end in ends} == {"r1"}, other
        assert {end.attempts[0].state for end in ends} == {"captured"}, other
        assert ends[0].placed == ends[1].placed, other


@pytest.mark.parametrize("name", ["intent", "awaiting, theirs", "unknown", "superseded"])
def test_of_three_captures_in_any_order_one_stands_and_the_others_go_back(name):
    for rows in permutations((PAID, SECOND, OTHER)):
        order = after(STATES[name], *rows, now=THEN)
        order = after(order, Secured(), now=THEN) if order.attempts[0].state == "unplaced" else order
        assert len(order.attempts[0].captures) == 3
        standing = [reference for reference, (_, reversal) in refs(order).items() if reversal is None]
        assert standing == [order.placed.receipt]
        assert order.placed.total == TOTAL
        assert owed(order.attempts[0])


def test_what_ends_without_money_ends_so_in_any_order():
    without = [said for said in LEDGER if said != "the same money"]
    ended = {"declined", "replayed", "cancelled", "abandoned"}
    for first, second in product(ENDS, without):
        for said in ((first, second), (second, first)):
            order = heard_to_the_end(STATES["unknown"], *said)
            assert order.attempts[0].state in ended, said
            assert (order.placed, is_over(order)) == (None, True), said


said = st.sampled_from(sorted(HEARD))
whenever = st.lists(st.tuples(st.integers(1, 2), said, st.integers(0, 7200)), max_size=12)
FROM = {name: order for name, order in STATES.items() if name != "preparing, deferred"}
FROM["two, one of them left"] = after(begun(STATES["awaiting, theirs"], bank=HOSTED), Secured(), n=2)
FROM["two on one number"] = after(begun(STATES["not_executed"], now=LATER), Secured(), n=2)


@given(st.sampled_from(sorted(FROM)), whenever)
def test_from_any_state_whatever_is_heard_the_order_is_placed_once_and_no_row_is_lost(name, heard):
    order, now, events = FROM[name], THEN, []
    for n, what, seconds in heard:
        now += timedelta(seconds=seconds)
        before = order
        order, told = apply_outcome(order, min(n, len(order.attempts)), HEARD[what], now)
        events += told
        assert before.placed in (None, order.placed)
        assert set(refs(before)) <= set(refs(order))
        assert [(a.n, a.number, a.key, a.seal) for a in order.attempts] == [
            (a.n, a.number, a.key, a.seal) for a in before.attempts
        ]
    began_placed = FROM[name].placed is not None
    assert [type(event) for event in events].count(OrderPlaced) == (order.placed is not None) - began_placed
    told_of_goods = [event for event in events if isinstance(event, CommitHold | ReleaseHold)]
    assert len(told_of_goods) == len(set(told_of_goods)), "each once"
    committed = {event.op for event in told_of_goods if isinstance(event, CommitHold)}
    released = {event.op for event in told_of_goods if isinstance(event, ReleaseHold)}
    assert not committed & released
    if order.placed is not None:
        standing = [row for row, (_, reversal) in refs(order).items() if reversal is None]
        assert standing == ([order.placed.receipt] if order.placed.status == 400 else [])
    assert due_at(order) is not None or all(a.state not in MOVING and not owed(a) for a in order.attempts)
