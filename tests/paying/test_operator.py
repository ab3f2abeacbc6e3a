"""What people decide: an operator's word about money, and a shop that refuses an order for good."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Money, evolve
from checkout_core.effects import (
    Captured,
    CommitHold,
    Declined,
    Inquire,
    OnAttention,
    OrderPlaced,
    PostHook,
    ReleaseHold,
    Reversed,
    SendMail,
    Unknown,
    Void,
)
from checkout_core.order import Resolved
from checkout_core.paying import due_at, hinted, is_over, recover, resolved, withdrawn
from checkout_core.paying._seals import next_number

from .desk import Desk
from .orders import BANK, NOW, at, ready, tried
from .standing import LATE, LATER, PAID, TOTAL, WRONG, after, deferred, everywhere, holds

WHO = ("ada@example.org", "their statement shows it")
STATES = everywhere()


def said(order, what, now=LATE):
    return resolved(order, 1, what, *WHO, now)


# An operator's word


@pytest.mark.parametrize("name", ["intent", "unknown", "authorised", "review", "awaiting, theirs"])
def test_money_an_operator_has_seen_is_the_order(name):
    order, told = said(STATES[name], "captured")
    a = order.attempts[0]
    assert order.placed.receipt == f"operator-{a.key}"
    assert a.resolved == Resolved("captured", *WHO, LATE)
    assert OrderPlaced(order.placed.number) in told


def test_the_ledger_calls_it_something_else_and_tells_of_no_second_capture():
    order, _ = said(STATES["unknown"], "captured")
    known = after(order, PAID, now=LATER)
    (row,) = known.attempts[0].captures
    assert (row.known_as, row.reversal, known.placed) == ("r1", None, order.placed)
    assert after(known, PAID, now=LATER) == known
    assert len(after(known, Captured("r2", TOTAL, 3), now=LATER).attempts[0].captures) == 2, "that one is another"


@pytest.mark.parametrize("kind", ["sale", "three_d"])
def test_of_two_attempts_on_a_number_the_open_one_is_paid_and_hears_the_ledgers_name_for_it(kind):
    """Whichever an operator spoke of, and though its key is another."""
    order = tried(STATES["not_executed"], kind, now=LATER)
    order, _ = resolved(order, 1, "captured", *WHO, LATER)
    assert [a.state for a in order.attempts] == ["not_executed", "captured"]
    known = after(order, PAID, n=2, now=LATER)
    (row,) = known.attempts[1].captures
    assert (row.known_as, row.reversal, known.placed) == ("r1", None, order.placed)


def test_money_an_operator_says_has_gone_back_is_not_asked_back():
    order, told = said(after(tried(ready()), WRONG), "reversed")
    assert (order.attempts[0].state, is_over(order)) == ("reversed", True)
    number = order.number
    assert told == (SendMail("payment_reversed", number), PostHook("payment.reversed", number))


def test_a_payment_an_operator_says_took_nothing_is_declined():
    order, told = said(STATES["unknown"], "reversed")
    assert (order.attempts[0].state, order.attempts[0].code) == ("declined", "not_taken")
    assert told == (ReleaseHold(order.attempts[0].hold.op),)


def test_nobody_is_asked_to_look_any_more_once_somebody_has():
    order = after(tried(ready()), Unknown("x"))
    order = evolve(order, attempts=(evolve(order.attempts[0], attention="no_answer"),))
    assert not is_over(order)
    for what in ("captured", "reversed"):
        done, _ = said(order, what)
        assert (done.attempts[0].attention, is_over(done)) == (None, True)


@pytest.mark.parametrize(
    ("name", "what"),
    [("captured", "captured"), ("reversing", "captured"), ("declined", "reversed"), ("captured", "reversed"),
     ("deferred", "reversed"), ("deferred", "captured"), ("preparing, deferred", "captured"), ("unknown", "refunded")],
)  # fmt: skip
def test_what_is_known_already_or_makes_no_sense_is_refused(name, what):
    with pytest.raises(ValueError, match="attempt"):
        said(STATES[name], what)


def test_an_attempt_without_a_plan_has_no_money_that_could_be_confirmed():
    desk = Desk({Inquire: [Unknown("x"), (PAID,)], Void: Unknown("down")})
    order = desk.does(recover(at(tried(ready())), sweep=True), tried(ready()))
    assert order.attempts[1].seal.plans == ()
    with pytest.raises(ValueError, match="accounted"):
        resolved(order, 2, "captured", *WHO, LATE)


def test_money_only_an_operator_has_seen_cannot_be_given_back_by_us():
    placed, _ = said(STATES["unknown"], "captured")
    refused, _ = withdrawn(placed, "blocked_customer", LATE)
    desk = Desk({}, LATE)
    done = desk.does(recover(holds(refused, LATE)), refused)
    assert desk.asked == []
    assert desk.told == [OnAttention(done.attempts[0].number, "cannot_give_back")]
    gone = resolved(done, 1, "reversed", *WHO, LATER)[0]
    assert (gone.attempts[0].state, is_over(gone)) == ("reversed", True)


# A hint


@pytest.mark.parametrize("name", ["awaiting, theirs", "unknown", "declined", "abandoned"])
def test_a_hint_makes_an_attempt_due_and_has_its_number_looked_at_for_an_hour(name):
    order = STATES[name]
    soon = hinted(order, 1, LATE)
    assert due_at(soon) == LATE
    assert soon.attempts[0].watch_until == max(order.attempts[0].watch_until, LATE + timedelta(hours=1))
    never = evolve(order, attempts=(evolve(order.attempts[0], watch_until=None),))
    assert hinted(never, 1, LATE).attempts[0].watch_until == LATE + timedelta(hours=1)


# An order the shop will never take


def test_an_order_the_shop_refuses_is_none_and_its_money_and_goods_go_back():
    order, told = withdrawn(STATES["captured"], "blocked_customer", LATE)
    a = order.attempts[0]
    assert (order.placed, a.state, a.code) == (None, "reversing", "blocked_customer")
    assert [(row.reversal, row.why) for row in a.captures] == [("due", "blocked_customer")]
    assert (due_at(order), a.hold.state, told) == (LATE, "released", (ReleaseHold(a.hold.op),))
    assert after(order, PAID, now=LATER) == order, "the same money does not place it again"


def test_a_refused_order_without_a_provider_just_ends():
    order, told = withdrawn(STATES["deferred"], "blocked_customer", LATE)
    a = order.attempts[0]
    assert (order.placed, a.state, a.code, is_over(order)) == (None, "abandoned", "blocked_customer", True)
    assert told == (ReleaseHold(a.hold.op),)


def test_of_an_order_paid_twice_only_what_stood_is_asked_back_anew_and_other_attempts_stay():
    order = after(STATES["declined"], now=LATE)
    order = tried(order, now=LATE)
    order = after(order, PAID, Captured("r2", TOTAL, 3), n=2, now=LATE)
    order, _ = withdrawn(order, "blocked_customer", LATER)
    assert [a.state for a in order.attempts] == ["declined", "reversing"]
    assert [(row.reversal, row.why) for row in order.attempts[1].captures] == [
        ("due", "blocked_customer"), ("due", "paid_twice"),
    ]  # fmt: skip


def test_where_no_order_stands_there_is_nothing_to_refuse():
    for order in (STATES["unknown"], STATES["reversed"]):
        assert withdrawn(order, "blocked_customer", LATE) == (order, ())
    order = STATES["captured"]
    assert CommitHold(order.attempts[0].hold.op) not in withdrawn(order, "x", LATE)[1]


# Money nobody knew of


def test_money_under_the_number_that_would_come_next_is_given_back_and_somebody_is_called():
    """A store that was set back has forgotten who sent it."""
    order = after(tried(ready()), Declined("x"))
    number = next_number(order, BANK)
    rows = (PAID, Captured("r2", Money("5.00", "TRY"), 1))
    desk = Desk({Inquire: [Declined("x"), rows], Void: [Reversed("r1"), Reversed("r2")]})
    done = desk.does(recover(at(order), sweep=True), order)
    found = done.attempts[1]
    assert (found.number, found.state) == (number, "reversed")
    assert OnAttention(number, "unheard_of") in desk.told
    assert desk.kinds == ["Inquire", "Inquire", "Void", "Void"]
    assert [a.state for a in desk.saved[-1].attempts] == ["declined", "reversing"], (
        "saved before anything is asked back"
    )
    assert next_number(done, BANK) != number


@pytest.mark.parametrize("answer", [Unknown("down"), Declined("x"), ()])
def test_where_nothing_was_taken_under_it_nothing_is_done(answer):
    desk = Desk({Inquire: [answer]})
    assert desk.does(recover(at(ready()), sweep=True), ready()) == ready()
    assert desk.told == desk.saved == []


def test_a_gateway_that_cannot_be_asked_is_not_asked():
    desk = Desk({})
    deaf = attrs.evolve(BANK, inquiry=False)
    assert desk.does(recover(at(ready(), NOW, deaf), sweep=True), ready()) == ready()
    assert desk.asked == []


# What ends without anybody


def test_an_attempt_nobody_has_heard_of_is_ended_when_its_time_is_over():
    for order in (STATES["preparing"], deferred()):
        desk = Desk({}, LATE)
        done = desk.does(recover(holds(order, LATE)), order)
        assert (done.attempts[0].state, done.attempts[0].code, desk.asked) == ("abandoned", "not_sent", [])
