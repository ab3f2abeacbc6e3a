"""Goods and payments: let go too early, taken again when money comes, given up with the money where they are gone."""

from __future__ import annotations

import attrs

from checkout_core import Pay, Settings
from checkout_core.effects import Inquire, Item, NotHeld, Reversed, Sale, TakeHold, Unknown, Void
from checkout_core.paying import items, pay, recover

from .desk import Desk
from .orders import BANK, ready
from .standing import CARD, LATER, PAID, after, holds, not_executed


def late_money():
    """Found not executed, its goods let go; and captured after all."""
    return after(not_executed(), PAID, now=LATER)


def test_money_that_comes_late_takes_the_goods_again_and_places_the_order():
    late = Desk({TakeHold: ()}, LATER)
    done = late.does(recover(holds(late_money(), LATER)), late_money())
    assert (done.placed.receipt, late.kinds) == ("r1", ["TakeHold"])
    assert done.attempts[0].hold.state == "committed"


def test_goods_that_are_gone_by_then_send_the_money_back():
    late = Desk({TakeHold: (Item("stock", "mug", 1),)}, LATER)
    bank = attrs.evolve(BANK, void=False)
    done = late.does(recover(holds(late_money(), LATER, bank)), late_money())
    a = done.attempts[0]
    assert (done.placed, a.state, a.captures[0].why) == (None, "reversing", "not_held")


def test_where_nobody_says_whether_they_are_there_the_money_waits_and_they_are_asked_for_again():
    late = Desk({TakeHold: TimeoutError()}, LATER)
    done = late.does(recover(holds(late_money(), LATER)), late_money())
    assert done.attempts[0].state == "unplaced"
    assert done.attempts[0].due_at > LATER
    assert done.attempts[0].hold.state == "asked"


def under_way():
    """No answer came, and it is time to ask."""
    desk = Desk({TakeHold: (), Sale: Unknown("timeout")})
    order = desk.does(pay(holds(ready()), Pay(ready().payment, "sale", CARD)), ready())
    return order, order.attempts[0].due_at


def test_goods_of_a_payment_under_way_are_kept_on_while_the_ledger_says_nothing():
    order, now = under_way()
    desk = Desk({Inquire: Unknown("down"), TakeHold: ()}, now)
    done = desk.does(recover(holds(order, now)), order)
    assert desk.asked[-1] == TakeHold(order.attempts[0].hold.op, "co-1", items(order), now + Settings().hold_ttl)
    assert done.attempts[0].hold.state == "held"


def test_goods_that_were_lost_meanwhile_are_no_longer_counted_on_and_the_payment_goes_on():
    order, now = under_way()
    desk = Desk({Inquire: Unknown("down"), TakeHold: (Item("stock", "mug", 1),)}, now)
    done = desk.does(recover(holds(order, now)), order)
    assert (done.attempts[0].state, done.attempts[0].hold.state) == ("unknown", "released")
    assert after(done, PAID, now=LATER).attempts[0].state == "unplaced", "if money comes, they are asked for again"


def without_goods():
    """Under way, and its goods were lost."""
    order, now = under_way()
    lost = after(order, NotHeld("not_available_now"), now=now)
    assert lost.attempts[0].hold.state == "released"
    return lost, now


def test_money_that_is_found_takes_them_again_and_places_the_order_in_the_same_look():
    order, now = without_goods()
    desk = Desk({Inquire: (PAID,), TakeHold: ()}, now)
    done = desk.does(recover(holds(order, now)), order)
    assert (done.placed.receipt, desk.kinds) == ("r1", ["Inquire", "TakeHold"])
    assert desk.asked[1].op != order.attempts[0].hold.op


def test_money_that_is_found_for_goods_that_are_gone_is_given_back_in_the_same_look():
    order, now = without_goods()
    desk = Desk({Inquire: (PAID,), TakeHold: (Item("stock", "mug", 1),), Void: Reversed("r1")}, now)
    done = desk.does(recover(holds(order, now)), order)
    assert (done.placed, done.attempts[0].state) == (None, "reversed")
    assert desk.kinds == ["Inquire", "TakeHold", "Void"]
