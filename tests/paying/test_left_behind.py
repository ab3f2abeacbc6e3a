"""Payments the buyer has moved on from: back from the issuer's page, then another way; and money that comes late."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import attrs
import pytest

from checkout_core import Ask, Money, Place, evolve
from checkout_core.effects import (
    Cancelled,
    CancelSession,
    Captured,
    Declined,
    FinishThreeD,
    Inquire,
    NotFound,
    NotSent,
    OrderPlaced,
    ReleaseHold,
    Reversed,
    Secured,
    TakeHold,
    Unknown,
    Void,
)
from checkout_core.order import Chosen, Deferred, FundsTransfer, Plan
from checkout_core.paying import ask, due_at, is_over, moving, place, recover
from checkout_core.paying._steps import left_behind, order_of

from .desk import Desk
from .orders import BANK, NOW, THREE_PARTS, at, priced
from .standing import HOSTED, LATE, LATER, PAID, after, at_the_bank, begun, holds

TRANSFER = FundsTransfer(Chosen(32, "Transfer", "transfer", "funds_transfer"))
SIX_PARTS = attrs.evolve(THREE_PARTS, pk=6, installment_count=6)
CANCELS = attrs.evolve(HOSTED, cancel=True)
KINDS = {"our call": ("three_d", BANK), "theirs": ("session", HOSTED)}
LEFT = {"our call": "abandoned", "theirs": "superseded"}


@pytest.fixture(params=sorted(KINDS))
def who(request):
    """Who makes the last call of what was handed out."""
    return request.param


def waiting(who: str):
    """The buyer is at the bank, and the shop keeps the goods for them."""
    return at_the_bank(*KINDS[who])


def by_transfer(order, now=NOW, bank=BANK):
    """The buyer has come back, has chosen to pay by transfer, and has paid so."""
    order = priced(evolve(order, payment=TRANSFER))
    desk = Desk({TakeHold: ()}, now)
    desk.does(place(holds(order, now, bank), Place(TRANSFER, Deferred("funds_transfer", 300))), order)
    return desk


def paying_otherwise(who: str):
    """The buyer has come back, and pays with the same card in six parts; that is moving."""
    order = waiting(who)
    order = priced(evolve(order, payment=evolve(order.payment, installment=SIX_PARTS)))
    return after(begun(order, bank=KINDS[who][1]), Secured(), n=2)


# Back, and another way to pay


def test_what_only_we_could_finish_is_over_and_what_the_provider_can_take_is_watched(who):
    order, told = left_behind(holds(waiting(who), bank=KINDS[who][1]), waiting(who))
    a = order.attempts[0]
    assert a.state == LEFT[who]
    assert told == (ReleaseHold(a.hold.op),), "its goods are free for others"
    assert due_at(order) == {"our call": None, "theirs": NOW}[who]
    assert moving(order, NOW) is None
    assert is_over(order) == (who == "our call")


def test_paying_by_transfer_then_places_the_order_without_asking_the_bank_for_anything(who):
    desk = by_transfer(waiting(who))
    assert [a.state for a in desk.order.attempts] == [LEFT[who], "deferred"]
    assert (desk.order.placed.receipt, desk.order.placed.status) == ("funds_transfer", 300)
    assert desk.kinds == ["TakeHold"]
    assert [event for event in desk.told if isinstance(event, OrderPlaced)] == [OrderPlaced(desk.order.placed.number)]


def test_it_is_saved_before_the_goods_are_asked_for_again(who):
    desk = by_transfer(waiting(who))
    assert [a.state for a in desk.saved[0].attempts] == [LEFT[who], "preparing"]


def test_where_nothing_is_held_a_transfer_needs_no_attempt_and_leaves_the_other_one_behind_too(who):
    order = priced(evolve(waiting(who), payment=TRANSFER))
    desk = Desk({})
    placed, told = desk.does(place(at(order), Place(TRANSFER, Deferred("funds_transfer", 300))), order)
    assert ([a.state for a in placed.attempts], desk.asked, desk.saved) == ([LEFT[who]], [], [])
    assert OrderPlaced(placed.placed.number) in told
    assert placed.placed.number != placed.attempts[0].number


def test_paying_with_another_card_leaves_the_form_of_the_first_behind(who):
    kind, bank = KINDS[who]
    order = begun(waiting(who), kind, bank)
    assert [a.state for a in order.attempts] == [LEFT[who], "preparing"]


def test_one_that_nobody_has_left_stays_as_it_is(who):
    order = after(begun(bank=KINDS[who][1]), Secured(), Unknown("timeout"))
    assert left_behind(holds(order), order) == (order, ())
    declined = after(begun(), Secured(), Declined("x"))
    assert left_behind(holds(declined), declined) == (declined, ())


def test_one_that_was_silent_for_longer_than_a_buyer_has_to_wait_is_watched_from_then_on():
    order = after(begun(), Secured(), Unknown("timeout"))
    until = order.attempts[0].locks_until
    soon = until - timedelta(seconds=1)
    assert left_behind(holds(order, soon), order)[0].attempts[0].state == "unknown"
    left, told = left_behind(holds(order, until), order)
    assert (left.attempts[0].state, left.attempts[0].due_at) == ("superseded", until)
    assert told == (ReleaseHold(order.attempts[0].hold.op),)
    never = evolve(order, attempts=(evolve(order.attempts[0], locks_until=None),))
    assert left_behind(holds(never, LATE), never)[0].attempts[0].state == "unknown"


def test_a_session_is_watched_though_the_gateway_leaves_the_last_call_of_three_d_secure_to_us():
    (a,) = begun(kind="session", bank=attrs.evolve(HOSTED, last_call="shop")).attempts
    assert a.last_call == "provider"
    assert begun(kind="three_d", bank=attrs.evolve(BANK, last_call="shop")).attempts[0].last_call == "shop"


def test_a_last_call_that_was_never_made_leaves_a_page_that_may_have_taken_the_money_watched():
    order = waiting("theirs")
    back = evolve(order, attempts=(evolve(order.attempts[0], state="intent"),))
    left = after(back, NotSent())
    assert (left.attempts[0].state, due_at(left), is_over(left)) == ("superseded", NOW, False)
    assert after(left, PAID, Secured()).placed is not None, "its goods are taken again"


# Money that comes late


def test_money_that_comes_after_another_way_has_paid_goes_back(who):
    order = by_transfer(waiting(who)).order
    late = after(order, PAID, now=LATE)
    a = late.attempts[0]
    assert (a.state, a.captures[0].reversal, a.captures[0].why, a.due_at) == ("reversing", "due", "paid_twice", LATE)
    assert late.placed == order.placed
    assert after(late, Reversed("r1"), now=LATE).attempts[0].state == "reversed"


def test_money_that_comes_while_another_way_is_moving_waits_for_its_end(who):
    order = paying_otherwise(who)
    parked = after(order, PAID, now=LATE)
    assert [a.state for a in parked.attempts] == ["parked", "intent"]
    assert parked.attempts[0].due_at == order.attempts[1].due_at
    assert parked.placed is None
    paid = after(parked, Captured("r2", order.totals.total, 6), n=2, now=LATE)
    assert (paid.placed.receipt, paid.attempts[0].state) == ("r2", "reversing")


def test_money_that_waited_goes_back_when_the_other_way_came_to_nothing_and_the_buyer_had_chosen_another_plan(who):
    declined = after(after(paying_otherwise(who), PAID, now=LATE), Declined("x"), n=2, now=LATE)
    assert (declined.placed, [a.state for a in declined.attempts]) == (None, ["reversing", "declined"])


def test_money_that_waited_becomes_the_order_when_the_buyer_has_gone_back_to_its_plan_and_the_goods_are_still_there(
    who,
):
    parked = after(paying_otherwise(who), PAID, now=LATE)
    again = priced(evolve(parked, payment=evolve(parked.payment, installment=THREE_PARTS)))
    order = after(again, Declined("x"), n=2, now=LATE)
    a = order.attempts[0]
    assert (a.state, a.hold.state, order.placed) == ("unplaced", "asked", None)
    assert a.hold.op != again.attempts[0].hold.op
    assert after(order, Secured(), now=LATE).placed.receipt == "r1"


def test_a_second_session_for_the_same_is_the_same_to_the_provider_and_its_money_is_the_open_ones():
    order = after(begun(waiting("theirs"), "session", HOSTED), Secured(), n=2)
    assert order.attempts[0].number == order.attempts[1].number
    paid = after(order, PAID, n=1, now=LATE)
    assert [a.state for a in paid.attempts] == ["superseded", "captured"]
    assert paid.placed.receipt == "r1"


def test_money_for_what_the_buyer_has_edited_since_goes_back_however_late(who):
    order = left_behind(holds(waiting(who), bank=KINDS[who][1]), waiting(who))[0]
    for edited in (
        priced(evolve(order, payment=evolve(order.payment, installment=SIX_PARTS))),
        priced(evolve(order, payment=TRANSFER)),
        evolve(order, basket=evolve(order.basket, digest="d2")),
    ):
        late = after(edited, PAID, now=LATE)
        assert (late.placed, late.attempts[0].state, late.attempts[0].captures[0].why) == (None, "reversing", "changed")


def test_who_has_gone_back_and_chosen_no_other_plan_yet_gets_the_order_that_was_paid(who):
    order = left_behind(holds(waiting(who), bank=KINDS[who][1]), waiting(who))[0]
    undone = priced(evolve(order, payment=evolve(order.payment, installment=None)))
    assert undone.totals.total < PAID.amount
    done = after(after(undone, PAID, now=LATE), Secured(), now=LATE)
    assert (done.placed.plan, done.placed.total) == (Plan(3, PAID.amount), PAID.amount)
    assert done.placed.totals == order.totals, "the interest of the plan that was paid"


@pytest.mark.parametrize("wrong", [Money("1.00", "TRY"), Money("131.24", "TRY"), Money("131.25", "EUR")], ids=str)
def test_who_has_chosen_no_other_plan_yet_gets_no_order_for_another_amount(who, wrong):
    order = left_behind(holds(waiting(who), bank=KINDS[who][1]), waiting(who))[0]
    undone = priced(evolve(order, payment=evolve(order.payment, installment=None)))
    for paid in (Captured("r1", wrong, 3), Captured("r1", undone.totals.total, 1)):
        late = after(undone, paid, now=LATE)
        assert (late.placed, late.attempts[0].captures[0].why) == (None, "changed")


def test_what_was_left_and_paid_all_the_same_is_found_and_given_back_without_the_buyer():
    order = by_transfer(waiting("theirs"), bank=HOSTED).order
    key = f"{order.attempts[0].key}-r1"
    desk = Desk({Inquire: (PAID,), Void: Reversed("r1")}, LATE)
    done = desk.does(recover(holds(order, LATE, HOSTED)), order)
    assert [a.state for a in done.attempts] == ["reversed", "deferred"]
    assert desk.asked == [Inquire("bank", order.attempts[0].number), Void("bank", "r1", key)]


def test_what_can_be_closed_at_the_provider_is_closed():
    order = by_transfer(waiting("theirs"), bank=CANCELS).order
    desk = Desk({Inquire: NotFound(), CancelSession: Cancelled()}, LATE)
    done = desk.does(recover(holds(order, LATE, CANCELS)), order)
    assert done.attempts[0].state == "cancelled"
    assert desk.asked[-1] == CancelSession(order_of(order.attempts[0]))
    assert is_over(done)


def test_what_cannot_be_closed_is_looked_at_for_a_week_and_less_and_less_often():
    order, now, looks = by_transfer(waiting("theirs"), bank=HOSTED).order, NOW, []
    until = order.attempts[0].watch_until
    assert until == NOW + timedelta(days=7)
    while due_at(order) is not None:
        now = due_at(order)
        looks.append(now)
        order = Desk({Inquire: NotFound()}, now).does(recover(holds(order, now, HOSTED)), order)
    assert order.attempts[0].state == "not_executed"
    assert 5 < len(looks) < 30
    waits = [later - earlier for earlier, later in pairwise(looks[3:])]
    assert waits == sorted(waits)
    assert until <= now


# Coming back from the bank after all


@pytest.fixture
def changed(who):
    """While the buyer was at the bank, somebody put another thing into the basket."""
    order = waiting(who)
    return evolve(order, basket=evolve(order.basket, digest="d2"))


RETURNED = {"md": "m"}


def test_who_comes_back_to_another_basket_is_not_charged_where_the_call_is_ours(changed, who):
    desk = Desk({Inquire: NotFound()}, LATE)
    bank = KINDS[who][1]
    done = desk.does(ask(holds(changed, LATE, bank), Ask(changed.payment, RETURNED)), changed)
    if who == "our call":
        assert (done.attempts[0].state, desk.asked) == ("abandoned", [])
        assert desk.told == [ReleaseHold(changed.attempts[0].hold.op)]
    else:
        assert (done.attempts[0].state, desk.kinds) == ("awaiting", ["Inquire"])


def test_who_comes_back_to_the_same_basket_has_paid_and_the_ledger_says_so(who):
    order = waiting(who)
    desk = Desk({Inquire: (PAID,), FinishThreeD: PAID}, LATER)
    done = desk.does(ask(holds(order, LATER, KINDS[who][1]), Ask(order.payment, RETURNED)), order)
    assert done.placed.receipt == "r1"
    assert desk.kinds == [{"our call": "FinishThreeD", "theirs": "Inquire"}[who]]
    assert [a.state for order in desk.saved for a in order.attempts] == {
        "our call": ["intent"],
        "theirs": ["awaiting"],
    }[who]  # theirs: the digest of what came back


def test_who_comes_back_to_what_was_left_finishes_nothing(who):
    order = by_transfer(waiting(who)).order
    desk = Desk({})
    assert desk.does(ask(holds(order), Ask(order.payment, RETURNED)), order) == order


def test_who_never_comes_back_ends_it_when_the_page_has_closed():
    order = waiting("our call")
    closed = order.attempts[0].open_until
    early = closed - timedelta(seconds=1)
    assert Desk({}, early).does(recover(holds(order, early)), order) == order
    done = Desk({}, closed).does(recover(holds(order, closed)), order)
    assert (done.attempts[0].state, done.attempts[0].code) == ("abandoned", "three_d_abandoned")
    assert is_over(done)
