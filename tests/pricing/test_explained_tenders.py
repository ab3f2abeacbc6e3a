"""How the totals of an order are explained that loyalty money and two gift cards pay a part of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checkout_core.explained import explain_totals
from checkout_core.order import AccountUsage, GiftCards, Loyalty, Reservation, evolve
from checkout_core.pricing import gift_card_usages, totals

from .kit import line, lira, order_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def paid_by(money, *cards):
    """Goods of 100.00, sent for 10.00."""
    rows = enumerate(map(lira, cards), 1)
    reserved = tuple(Reservation(n, f"t-{n}", f"000{n}", amount, lira("500.00"), NOW) for n, amount in rows)
    order = order_of([line(1, lira("60.00")), line(2, lira("40.00"))], shipping=lira("10.00"))
    accounts = (AccountUsage(1, "Returns", lira(money)),) if money else ()
    order = evolve(order, loyalty=Loyalty(accounts), gift_cards=GiftCards(reserved))
    return evolve(order, totals=totals(order, "up"))


@pytest.mark.parametrize(
    ("money", "cards", "used"),
    [
        ("30.00", ("20.00", "10.00"), ("20.00", "10.00")),
        ("30.00", ("50.00", "50.00"), ("50.00", "30.00")),  # the last one pays less
        ("30.00", ("80.00", "50.00"), ("80.00",)),
        ("110.00", ("20.00", "10.00"), ()),
        (None, ("60.00", "50.00"), ("60.00", "50.00")),
    ],
)
def test_each_card_is_told_with_what_it_pays_and_the_rest_is_to_pay(money, cards, used):
    order = paid_by(money, *cards)
    told = [-each.money for _, each in explain_totals(order).walk() if each.key == "gift_card"]
    assert told == [lira(each) for each in used]
    assert [each.amount for each in gift_card_usages(order)] == [lira(each) for each in used]
    paid = sum(each.minor for each in map(lira, used)) + order.totals.loyalty_money.minor
    assert order.totals.payable.minor == 11000 - paid
