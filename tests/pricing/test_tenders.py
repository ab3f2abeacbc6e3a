"""What pays, what goes with the goods, points, loyalty money, bags and box, and what is left for the way to pay."""

from __future__ import annotations

import pytest

from checkout_core.money import Money
from checkout_core.order import Line, evolve
from checkout_core.pricing import (
    NAMES,
    PLAIN,
    PRICING,
    TENDERS,
    account_usages,
    bag_count,
    carried,
    goods_owed,
    points_cap,
    totals,
    unmoved,
    unpaid,
)
from checkout_core.rules.benefits import FixedAmount, FreeShipping, Percentage

from .kit import applied, bags, line, lira, offer, order_of, priced, with_more

HUNDRED = [line(1, lira("60.00")), line(2, lira("40.00"))]
HALF = offer(1, Percentage(500_000))
NOTHING = lira("0")


def paying(*, shipping=None, interest=None, **more):
    return order_of(HUNDRED, shipping=shipping, interest=interest, **with_more(**more))


# Points


def test_points_pay_what_was_asked_for():
    order = paying(points=(lira("30.00"), lira("0.01")), shipping=lira("10.00"))
    assert (order.totals.total, order.totals.payable) == (lira("110.00"), lira("80.00"))


@pytest.mark.parametrize(
    ("points", "least", "paid"),
    [
        ("99.99", "0.01", "99.99"),
        ("100.00", "0.01", "99.99"),  # AMT-11: so much of the goods stays to be paid otherwise
        ("50.00", "50.00", "50.00"),
        ("50.01", "50.00", "50.00"),
        ("10.00", "100.01", "0.00"),  # the goods come to less than the least
    ],
)
def test_points_leave_the_least_an_order_comes_to(points, least, paid):
    order = paying(points=(lira(points), lira(least)), shipping=lira("10.00"))
    assert order.totals.loyalty_card == lira(paid)


def test_points_pay_for_goods_and_neither_for_sending_nor_for_the_box():
    order = paying(points=(lira("500.00"), NOTHING), shipping=lira("10.00"), box=lira("5.00"))
    assert (order.totals.loyalty_card, order.totals.payable) == (lira("100.00"), lira("15.00"))


def test_a_discount_that_comes_later_lowers_what_points_may_pay():  # LOY-04
    before = paying(points=(lira("80.00"), lira("10.00")))
    after = applied(before, HALF)
    assert (before.totals.loyalty_card, after.totals.loyalty_card) == (lira("80.00"), lira("40.00"))
    assert points_cap(after, lira("10.00")) == lira("40.00")
    assert applied(after).totals == before.totals  # what was asked for is not forgotten


# Loyalty money

ACCOUNTS = [(1, "Gifts", lira("70.00")), (None, "", lira("50.00"))]


def test_loyalty_money_pays_all_of_the_order_and_no_more():
    order = paying(accounts=ACCOUNTS, shipping=lira("10.00"))
    assert (order.totals.loyalty_money, order.totals.payable) == (lira("110.00"), NOTHING)
    assert [(usage.label_id, usage.amount) for usage in account_usages(order)] == [
        (1, lira("70.00")),
        (None, lira("40.00")),
    ]


def test_an_account_of_which_nothing_is_taken_is_not_debited():
    order = applied(paying(accounts=ACCOUNTS), HALF)
    assert [(usage.label_id, usage.amount) for usage in account_usages(order)] == [(1, lira("50.00"))]
    assert sum((usage.amount for usage in account_usages(order)), NOTHING) == order.totals.loyalty_money


def test_loyalty_money_comes_after_points_and_before_interest():
    order = paying(points=(lira("60.00"), NOTHING), accounts=[(1, "Gifts", lira("20.00"))], interest=50_000)
    assert (order.totals.loyalty_card, order.totals.loyalty_money) == (lira("60.00"), lira("20.00"))
    assert order.totals.interest == lira("1.00")  # 5 % of 20.00
    assert (order.totals.total, order.totals.payable) == (lira("101.00"), lira("21.00"))
    assert unpaid(order) == lira("20.00")


def test_where_tenders_pay_everything_there_is_no_interest():
    order = paying(accounts=ACCOUNTS, interest=50_000)
    assert (order.totals.interest, order.totals.payable) == (NOTHING, NOTHING)


# Bags and the box


@pytest.mark.parametrize(
    ("amount", "least", "count"), [("100.00", 0, 1), ("100.01", 0, 2), ("0.01", 0, 1), ("0.01", 3, 3), ("300.01", 3, 4)]
)
def test_there_is_a_bag_for_each_started_amount_and_never_fewer_than_the_least(amount, least, count):
    chosen = bags(lira("0.25"), per_amount=lira("100.00"), min_quantity=least)
    order = order_of([line(1, lira(amount))], **with_more(chosen_bags=chosen))
    assert (bag_count(order), order.totals.bags) == (count, lira("0.25") * count)


def test_bags_are_counted_by_the_goods_as_they_are_listed():
    chosen = bags(lira("0.25"), per_amount=lira("60.00"))
    order = paying(chosen_bags=chosen)
    assert bag_count(order) == bag_count(applied(order, HALF)) == 2


def test_goods_that_need_no_bag_are_not_counted():
    sofa = Line(3, "sofa", "Sofa", 1, lira("900.00"), attributes={"bulky": "true"})
    chosen = bags(lira("0.25"), per_amount=lira("50.00"), without="bulky")
    order = order_of([*HUNDRED, sofa], **with_more(chosen_bags=chosen))
    assert (carried(order, chosen), bag_count(order)) == (lira("100.00"), 2)


@pytest.mark.parametrize(("said", "least", "count"), [(5, 2, 5), (1, 2, 2), (None, 2, 2), (0, 0, 0)])
def test_as_many_bags_as_the_buyer_said_and_never_fewer_than_the_least(said, least, count):
    order = paying(chosen_bags=bags(lira("0.25"), quantity=said, min_quantity=least))
    assert bag_count(order) == count


def test_without_bags_there_are_none():
    assert bag_count(paying()) == 0


def test_offers_take_nothing_off_bags_and_box():
    order = applied(
        paying(box=lira("15.00"), chosen_bags=bags(lira("0.25"), quantity=2)), offer(1, Percentage(1_000_000))
    )
    assert (order.totals.gift_box, order.totals.bags, order.totals.total) == (
        lira("15.00"),
        lira("0.50"),
        lira("15.50"),
    )


# The sum


def test_steps_are_named_like_fields_of_totals_and_tenders_are_steps():
    order = paying()
    assert set(order.totals.__dict__) == {*NAMES, "total"}
    assert set(NAMES) > TENDERS
    assert [name for name in NAMES if name not in {step.__name__ for _, step in PLAIN}] == [
        "discounts", "shipping_discount", "payment_fee", "bags", "gift_box", "loyalty_card", "loyalty_money",
        "gift_cards",
    ]  # fmt: skip
    assert [pair for pair in PRICING if pair in PLAIN] == list(PLAIN)


@pytest.mark.parametrize(
    "more",
    [
        {"box": lira("15.00")},
        {"chosen_bags": bags(lira("0.25"), quantity=2)},
        {"points": (lira("5.00"), NOTHING)},
        {"accounts": [(1, "Gifts", lira("5.00"))]},
    ],
    ids=lambda each: next(iter(each)),
)
def test_each_thing_beside_the_goods_is_counted_by_itself(more):
    plain, order = paying(), paying(**more)
    assert order.totals != plain.totals


def test_an_offer_is_counted_by_itself():
    order = order_of(HUNDRED, shipping=lira("10.00"))
    assert applied(order, offer(1, FixedAmount(lira("1.00")))).totals.discounts == lira("1.00")
    assert applied(order, offer(1, FreeShipping(lira("1.00")))).totals.shipping_discount == lira("1.00")


def test_an_order_of_nothing_but_offers_comes_to_nothing():  # AMT-14
    order = applied(
        order_of(HUNDRED, shipping=lira("10.00")), offer(1, FixedAmount(lira("100.00"))), offer(2, FreeShipping())
    )
    assert (order.totals.total, order.totals.payable, goods_owed(order)) == (NOTHING, NOTHING, NOTHING)


def test_discounts_that_stand_of_goods_that_went_take_no_more_than_there_is():  # AMT-07
    order = applied(
        order_of(HUNDRED, shipping=lira("10.00")), offer(1, FixedAmount(lira("90.00"))), offer(2, FreeShipping())
    )
    less = order_of([line(2, lira("40.00"))], shipping=lira("4.00"))
    stale = priced(evolve(less, discounts=order.discounts))
    assert (stale.totals.total, goods_owed(stale)) == (NOTHING, NOTHING)


@pytest.mark.parametrize("name", ["basket", "shipping", "discounts", "extras", "loyalty"])
def test_what_any_step_reads_moves_the_totals(name):
    order = applied(paying(box=lira("5.00"), points=(lira("5.00"), NOTHING), shipping=lira("10.00")), HALF)
    other = evolve(order, **{name: evolve(getattr(order, name))})
    assert unmoved(order, order)
    assert not unmoved(other, order)


def test_interest_rounds_as_the_shop_says():
    order = order_of([line(1, lira("19.49"))], interest=10_000)
    assert (totals(order, "up").interest, totals(order, "half_up").interest) == (lira("0.20"), lira("0.19"))
    assert order.totals.total == Money("19.69", "TRY")
