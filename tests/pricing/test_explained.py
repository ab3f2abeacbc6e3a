"""Totals that explain themselves: each amount is the sum of its parts, and says why it is so much."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from checkout_core.explained import NAMES, explain_totals
from checkout_core.money import Money
from checkout_core.order import (
    Discount,
    Discounts,
    Extras,
    GroupChoice,
    LineShare,
    NotApplied,
    Placed,
    Plan,
    Sample,
    Shipping,
    Upsell,
    evolve,
)  # fmt: skip
from checkout_core.pricing import totals
from checkout_core.rules.benefits import Percentage
from checkout_core.testing import strategies as any_

from .kit import NOON, applied, bags, line, lira, offer, order_of, priced, with_more


def found(order, key):
    """The amounts of that key, from the root down."""
    return [each for _, each in explain_totals(order).walk() if each.key == key]


def told(order, key):
    """Of each such amount: what it comes to, and why."""
    return [(str(each.money), each.reason) for each in found(order, key)]


def notes(order, key):
    return [note.told() for each in found(order, key) for note in each.notes]


def lines(*prices):
    return [line(n, lira(price)) for n, price in enumerate(prices, 1)]


def discount(off, shares=(), *, shipping="0", name="Autumn sale", **more):
    return Discount(7, name, lira(off), lira(shipping), tuple(LineShare(n, lira(part)) for n, part in shares), **more)


def discounted(order, *each, **more):
    return priced(evolve(order, discounts=Discounts(each, **more)))


# Laws


@settings(max_examples=80, deadline=None)
@given(any_.pre_orders())
def test_every_amount_is_the_sum_of_its_parts_and_the_root_is_what_is_to_be_paid(order):
    tree = explain_totals(order)
    sums = order.placed.totals if order.placed else order.totals
    by_key = {each.key: each for _, each in tree.walk() if each.key in NAMES}

    assert (tree.key, tree.money) == ("payable", sums.payable)
    for _, each in tree.walk():
        if each.parts:
            assert sum((part.money for part in each.parts), Money.zero(each.money.currency)) == each.money
    for key, sign in {
        "total": 1, "lines": 1, "discounts": -1, "shipping": 1, "shipping_discount": -1, "bags": 1, "gift_box": 1,
        "interest": 1, "loyalty_card": -1, "loyalty_money": -1,
    }.items():  # fmt: skip
        amount = getattr(sums, key) * sign
        assert (by_key[key].money if key in by_key else amount * 0) == amount


@settings(max_examples=60, deadline=None)
@given(any_.pre_orders())
def test_whatever_the_engine_priced_is_accounted_for_to_the_last_unit(order):
    assert found(order, "rest") == []
    assert [each for _, each in explain_totals(order).walk() if "not accounted for" in each.reason] == []


# The goods, and what is off


def test_a_line_says_how_many_there_are_and_what_one_costs():
    order = order_of([line(1, lira("35.10"), 2), line(2, lira("60"))])

    assert told(order, "line") == [("70.20", "2 x 35.10"), ("60.00", "1 x 60.00")]
    assert told(order, "lines") == [("130.20", "pieces: 3")]


def test_a_line_priced_elsewhere_says_what_it_was_listed_at():
    order = order_of(lines("35.10"))
    order = priced(evolve(order, basket=order.basket.with_prices({1: lira("36.50")})))

    assert told(order, "line") == [("36.50", "1 x 36.50, listed at 35.10")]


def test_a_sample_is_a_line_of_nothing():
    order = order_of(lines("35.10"), extras=Extras(sample_products=(Sample(5, "tea", "Tea"),)))

    assert [(each.name, str(each.money), each.reason) for each in found(order, "sample")] == [
        ("Tea", "0.00", "a sample")
    ]


def test_a_discount_says_what_it_gives_and_which_code_it_came_by_and_what_falls_on_which_line():
    order = applied(order_of(lines("100", "50")), offer(1, Percentage(100_000)))
    (only,) = order.discounts.applied
    by_code = discounted(order, evolve(only, code="WELCOME"), discount("5", [(0, "5")], coupon="501", name="Coupon"))

    assert told(order, "discount") == [("-15.00", only.says)]
    assert only.says.startswith("10 % off")
    assert told(by_code, "discount") == [("-15.00", f"{only.says}, voucher WELCOME"), ("-5.00", "coupon 501")]
    assert told(order, "share") == [("-10.00", "of 100.00"), ("-5.00", "of 50.00")]
    assert notes(order, "line") == ["10.00 of it is taken off: offer 1", "5.00 of it is taken off: offer 1"]


def test_a_discount_above_the_goods_says_that_they_cost_no_less_than_nothing():
    order = discounted(order_of(lines("10")), discount("12", [(0, "12")]))
    (rest,) = found(order, "rest")

    assert order.totals.total == lira("0")
    assert told(order, "discounts") == [("-10.00", "")]
    assert (str(rest.money), rest.reason) == ("2.00", "no more than the goods cost")


def test_a_share_of_a_line_that_is_no_longer_there_is_of_no_line_in_particular():
    """An engine that is down leaves the discounts of another basket standing."""
    order = discounted(order_of(lines("10")), discount("5", [(0, "3"), (4, "2"), (-1, "0")]))

    assert told(order, "share") == [("-3.00", "of 10.00")]
    assert told(order, "rest") == [("-2.00", "of no line in particular")]


def test_what_takes_nothing_off_and_what_is_near_are_notes_and_no_amounts():
    near = Upsell(9, "Only 20.00 TRY more", lira("120"), lira("100"))
    order = discounted(order_of(lines("100")), refused=(NotApplied("OLD", "offer_expired"),), upsells=(near,))

    assert told(order, "discounts") == [("0.00", "")]
    assert notes(order, "discounts") == ["OLD takes nothing off: offer_expired", "not yet: Only 20.00 TRY more"]


def test_an_order_that_is_placed_has_no_use_for_an_offer_that_is_near():
    near = Upsell(9, "Only 20.00 TRY more", lira("120"), lira("100"))
    order = discounted(order_of(lines("100")), upsells=(near,))
    block = Placed("N1", lira("100"), order.totals, Plan(1, lira("100")), "ref", 400, NOON, "digest")

    assert told(evolve(order, placed=block), "discounts") == []


@pytest.mark.parametrize(("status", "name"), [(300, "To pay"), (400, "Paid")])
def test_a_placed_order_tells_what_was_paid_by_the_plan_that_was_paid(status, name):
    order = order_of(lines("100"), interest=50_000)
    sums = evolve(order.totals, interest=lira("9"), total=lira("109"))
    block = Placed("N1", sums.total, sums, Plan(6, sums.total), "ref", status, NOON, "digest")
    order = evolve(order, placed=block)

    assert explain_totals(order).name == name
    assert told(order, "payable") == [("109.00", "in 6 instalments")]
    assert told(order, "interest") == [("9.00", "as it was asked for with the payment")]


# Sending them


def test_shipping_is_as_quoted_for_the_option_by_its_name():
    order = order_of(lines("100"), shipping=lira("29.90"))

    assert told(order, "shipping") == [("29.90", "as quoted for Standard")]
    assert told(order_of(lines("100"), shipping=lira("0")), "shipping") == [("0.00", "as quoted for Standard")]
    assert told(order_of(lines("100")), "shipping") == []


def test_each_parcel_says_what_is_in_it():
    groups = GroupChoice("1", 31, "Van", lira("10"), (1,)), GroupChoice("2", 32, "Bike", lira("5"), (2,), outdated=True)
    order = priced(evolve(order_of(lines("100", "50")), shipping=Shipping(None, groups)))

    assert told(order, "shipping") == [("15.00", "")]
    assert told(order, "parcel") == [
        ("10.00", "as quoted for Van, with goods"),
        (
            "5.00",
            "as quoted for Bike, with goods, of other goods or another address, for nobody tells the price of now",
        ),
    ]


def test_shipping_that_is_free_says_by_which_offer():
    order = discounted(
        order_of(lines("100"), shipping=lira("29.90")), discount("0", shipping="35", says="free shipping")
    )

    assert told(order, "shipping_discount") == [("-29.90", "")]
    assert told(order, "discount") == [("-35.00", "free shipping")]
    assert told(order, "rest") == [("5.10", "no more than shipping costs")]


# What goes with them


@pytest.mark.parametrize(
    ("more", "cost", "why"),
    [
        ({"per_amount": lira("100")}, "0.75", "3 x 0.25, Bag, one for each started 100.00"),
        ({"per_amount": lira("100"), "min_quantity": 3}, "0.75", "3 x 0.25, Bag, one for each started 100.00"),
        ({"per_amount": lira("100"), "min_quantity": 4}, "1.00", "4 x 0.25, Bag, the fewest there may be"),
        ({"per_amount": lira("100"), "without": "bagless"}, "0.25",
         "1 x 0.25, Bag, one for each started 100.00 of the 50.00 that need bags"),
        ({"quantity": 2}, "0.50", "2 x 0.25, Bag, as chosen"),
        ({"quantity": 2, "min_quantity": 2}, "0.50", "2 x 0.25, Bag, as chosen"),
        ({"quantity": 1, "min_quantity": 2}, "0.50", "2 x 0.25, Bag, the fewest there may be"),
    ],
)  # fmt: skip
def test_bags_say_how_many_and_why_so_many(more, cost, why):
    dear = evolve(line(1, lira("200.00")), attributes={"bagless": "true"})
    order = order_of([dear, line(2, lira("50"))], **with_more(chosen_bags=bags(lira("0.25"), **more)))

    assert told(order, "bags") == [(cost, why)]


def test_a_box_is_one_at_its_price():
    assert told(order_of(lines("10"), **with_more(box=lira("5"))), "gift_box") == [("5.00", "1 x 5.00")]
    assert told(order_of(lines("10"), **with_more(box=lira("0"))), "gift_box") == [("0.00", "1 x 0.00")]


# Interest


@pytest.mark.parametrize(
    ("price", "rate", "rounding", "interest", "why"),
    [
        ("125.00", 22_500, "up", "2.82", "2.25 % on 125.00, rounded up"),
        ("125.00", 50_000, "up", "6.25", "5 % on 125.00"),
        ("125.00", 50_000, "half_up", "6.25", "5 % on 125.00"),
        ("19.49", 10_000, "half_up", "0.19", "1 % on 19.49, rounded to the nearest"),
        ("19.49", 10_000, "up", "0.20", "1 % on 19.49, rounded up"),
        ("100.00", 1_250, "up", "0.13", "0.125 % on 100.00, rounded up"),
    ],
)
def test_interest_says_its_rate_what_it_is_on_and_how_it_was_rounded(price, rate, rounding, interest, why):
    order = order_of(lines(price), interest=rate)
    order = evolve(order, totals=totals(order, rounding))

    assert told(order, "interest") == [(interest, why)]
    assert explain_totals(order).reason == "in 3 instalments"


def test_interest_is_on_what_points_and_loyalty_money_leave():
    order = order_of(lines("100"), interest=50_000, **with_more(accounts=((1, "Gift", lira("40")),)))

    assert told(order, "interest") == [("3.00", "5 % on 60.00")]
    assert told(order, "payable") == [("63.00", "what is left of the total, in 3 instalments")]


def test_the_interest_of_a_plan_chosen_at_the_provider_s_is_not_said_to_be_of_the_rate_that_was_shown():
    order = order_of(lines("100"), interest=50_000)
    sums = order.totals
    order = evolve(order, totals=evolve(sums, interest=lira("7"), total=sums.total + lira("2")))

    assert told(order, "interest") == [("7.00", "as it was asked for with the payment")]


# What pays


def test_points_that_are_capped_say_what_was_asked_for_and_what_stays_to_pay():
    taken = order_of(lines("30"), **with_more(points=(lira("10"), lira("0.01"))))
    order = order_of(lines("30"), **with_more(points=(lira("50"), lira("0.01"))))

    assert told(taken, "loyalty_card") == [("-10.00", "")]
    assert told(order, "loyalty_card") == [
        ("-29.99", "50.00 were asked for, capped so that 0.01 of the goods stays to pay")
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "why"), [("4000111122223333", "of the card ending in 3333"), ("LC-2001", "")])
def test_of_a_card_s_number_the_last_digits_are_told_where_enough_stays_hidden(number, why):
    order = order_of(lines("30"), **with_more(points=(lira("10"), lira("0.01"))))
    order = evolve(order, loyalty=evolve(order.loyalty, card=evolve(order.loyalty.card, card_number=number)))

    assert told(order, "loyalty_card") == [("-10.00", why)]
    assert number not in str(explain_totals(order))


def test_loyalty_money_is_told_by_account_and_says_where_less_is_taken_than_was_asked_for():
    accounts = ((1, "Gift", lira("20")), (None, "Money", lira("0")), (2, "Back", lira("30")), (3, "Late", lira("1")))
    order = order_of(lines("35"), **with_more(accounts=accounts))

    assert told(order, "loyalty_money") == [("-35.00", "51.00 were asked for, no more than is owed")]
    assert [(each.name, str(each.money), each.reason) for each in found(order, "account")] == [
        ("Gift", "-20.00", ""), ("Back", "-15.00", "30.00 were asked for")
    ]  # fmt: skip
    assert told(order, "payable") == [("0.00", "nothing is left")]


def test_of_an_order_that_nothing_else_pays_for_the_total_is_what_is_to_be_paid():
    tree = explain_totals(order_of(lines("10")))

    assert (tree.reason, [part.key for part in tree.parts]) == ("", ["total"])
    assert [part.key for part in tree.parts[0].parts] == ["lines"]


# An amount that nothing tells of


@pytest.mark.parametrize("key", ["bags", "gift_box", "loyalty_card", "loyalty_money", "shipping", "shipping_discount",
                                 "discounts"])  # fmt: skip
def test_what_nothing_in_the_order_tells_of_is_said_to_be_unaccounted_for(key):
    order = order_of(lines("10"))
    order = evolve(order, totals=evolve(order.totals, **{key: lira("1")}))

    assert "not accounted for" in [each.reason for _, each in explain_totals(order).walk()]
