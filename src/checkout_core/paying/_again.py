"""An order that stands without money, paid after all, or given up: pure, on the one record that decides it.

placed, 300 -> a card or another way to pay      OrderPaid
            -> the transfer came                 OrderPaid
            -> the shop waits no longer          OrderRefused
"""

from __future__ import annotations

from ..effects import OrderRefused
from ..money import Money
from ..order import Again, Deferred, GivenUp, Placed, PreOrder, Transferred, evolve
from ..page import Visit
from ._facts import MOVING
from ._outcomes import Told, placed, totals_at
from ._seals import KEY, derived, numbered, seal
from ._steps import left_behind

WAITING = 300  # a status: the order stands, its money has not come
TRANSFER = Deferred("funds_transfer", 400)


def again_key(order: PreOrder) -> str:
    """The key of the one checkout that pays that order: whoever begins it meets all others there."""
    return derived(f"{order.key}|again", KEY)


def waits_for_money(order: PreOrder) -> bool:
    """It stands, and no money has come with it."""
    return order.placed is not None and order.placed.status == WAITING and order.again is None


def to_pay_again(order: PreOrder) -> PreOrder:
    """The checkout that pays that order: all it says as it was placed, and no way to pay chosen.

    Raises ValueError for one that does not wait for money.
    """
    if order.placed is None or not waits_for_money(order):
        raise ValueError("there is no order here that waits for money")
    return evolve(
        order, key=again_key(order), totals=order.placed.totals, payment=None, attempts=(), number=None, placed=None,
        passed_over=0, again=Again(order.placed.number, order.key),
    )  # fmt: skip


def transferred(visit: Visit, stood: PreOrder, amount: Money, operator: str, reason: str) -> Told:
    """The checkout of `visit` after money of that amount was found on the shop's account.

    It pays the order that `stood` where it is the very amount, and nobody has paid or is paying; whatever else it is,
    it is noted.  Raises ValueError while a payment is moving: what it comes to is not known yet.
    """
    order, again = visit.order, _again(visit.order)
    if any(a.state in MOVING for a in order.attempts):
        raise ValueError("a payment of this order is moving: wait for its end")
    why = _why_not(order, stood, amount)
    told = Transferred(amount, operator, reason, visit.now, why)
    order = evolve(order, again=evolve(again, transfers=(*again.transfers, told)))
    if why is not None or stood.placed is None:
        return order, ()
    order, left = left_behind(visit, evolve(order, payment=stood.payment, totals=stood.placed.totals, number=None))
    sealed = seal(order)
    plan = sealed.plans[0]
    totals = totals_at(order, plan)
    block = Placed(
        numbered(order, sealed), totals.total, totals, plan, TRANSFER.why, TRANSFER.status, visit.now, sealed.digest,
        stood.placed.agreed,
    )  # fmt: skip
    order, events = placed(order, block)
    return order, (*left, *events)


def _why_not(order: PreOrder, stood: PreOrder, amount: Money) -> str | None:
    """Why that money does not pay the order."""
    owed = stood.placed.plan.amount if stood.placed is not None else amount
    if order.placed is not None:
        return "paid_already"
    if _again(order).given_up is not None:
        return "given_up"
    if amount.currency != owed.currency:
        return "other_currency"
    if amount != owed:
        return "too_little" if amount < owed else "too_much"
    return None


def given_up(visit: Visit, operator: str, reason: str) -> Told:
    """The checkout of `visit` after the shop no longer waits: nothing pays the order any more.

    Raises ValueError where it is paid or given up already, and while a payment is moving.
    """
    order, again = visit.order, _again(visit.order)
    if order.placed is not None:
        raise ValueError("the order is paid")
    if again.given_up is not None:
        raise ValueError("the order is given up already")
    if any(a.state in MOVING for a in order.attempts):
        raise ValueError("a payment of this order is moving: wait for its end")
    order, left = left_behind(visit, order)
    order = evolve(order, again=evolve(again, given_up=GivenUp(operator, reason, visit.now)))
    return order, (*left, OrderRefused(again.number, reason))


def closed(order: PreOrder) -> bool:
    """The shop has given the order up, which this checkout was to pay."""
    return order.again is not None and order.again.given_up is not None


def _again(order: PreOrder) -> Again:
    if order.again is None:
        raise ValueError("this checkout pays no order that stands")
    return order.again
