"""A placed order tells each piece, what is off it, what went with the goods, and sums that agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checkout_core.money import Money
from checkout_core.order import (
    AccountUsage,
    Bags,
    CardPoints,
    Discount,
    Discounts,
    Extras,
    GiftBox,
    LineShare,
    Loyalty,
    Placed,
    Plan,
    Sample,
)  # fmt: skip
from checkout_core.pricing import totals
from checkout_core.testing import strategies as drawn
from checkout_core.wire import order_json
from checkout_core.wire._rows import _split

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BESIDE = {"loyalty_money", "payable_amount", "bags", "bags_fee", "shipping_discounts", "loyalty_card_amount"}


def lira(amount):
    return Money(amount, "TRY")


def placed(order, **changes):
    order = evolve(order, **changes)
    sums = totals(order, "up")
    block = Placed("N1", sums.total, sums, Plan(3, sums.payable), "r1", 400, NOW, "digest")
    return order_json(evolve(order, totals=sums, number="N1", placed=block))


TEN = Discount(
    7, "Ten off", lira("10.01"), lira("0.00"), (LineShare(0, lira("4.00")), LineShare(1, lira("6.01"))), code="WELCOME"
)
CHEAP = Discount(8, "Cheap shipping", lira("0.00"), lira("2.50"), coupon="101")
OFFERED = Discounts((TEN, CHEAP))


def test_what_does_not_divide_over_the_pieces_of_a_line_is_off_the_last(make):
    order = placed(make.order(), discounts=OFFERED)

    assert [row["product"]["sku"] for row in order["orderitem_set"]] == ["mug", "sticker", "sticker"]
    assert [row["discount_amount"] for row in order["orderitem_set"]] == ["4.00", "3.00", "3.01"]
    assert [row["price"] for row in order["orderitem_set"]] == ["35.10", "9.69", "9.69"]


def test_the_order_says_what_it_would_have_cost_and_what_was_off_the_goods(make):
    order = placed(make.order(), discounts=OFFERED)

    assert (order["discount_amount"], order["shipping_amount"]) == ("10.01", "6.00")
    interest = order["installment_interest_amount"]
    assert lira(order["amount"]) == lira("50.47") + lira(interest)
    assert lira(order["amount_without_discount"]) - lira(order["amount"]) == lira("10.01")
    assert order["shipping_discounts"] == [{"description": "Cheap shipping", "discount": "2.50"}]


def test_each_offer_on_the_goods_is_an_item_with_how_it_was_come_by(make):
    gifts = Discount(9, "Yours", lira("0.10"), lira("0.00"), (LineShare(0, lira("0.10")),), coupon="102")
    always = evolve(gifts, offer=10, name="Always", coupon=None)
    items = placed(make.order(), discounts=Discounts((TEN, CHEAP, gifts, always)))["discountitem_set"]

    assert [(each["pk"], each["promotion"], each["name"], each["amount"]) for each in items] == [
        (1, 7, "Ten off", "10.01"), (2, 9, "Yours", "0.10"), (3, 10, "Always", "0.10"),
    ]  # fmt: skip
    assert [(each["code"], each["offer_type"]) for each in items] == [
        ("WELCOME", "voucher"), ("102", "coupon"), (None, "automatic"),
    ]  # fmt: skip
    assert items[0].keys() == {
        "pk", "name", "amount", "cancel_amount", "code", "offer_type", "session_offer_type", "promotion", "order",
        "created_date", "modified_date",
    }  # fmt: skip
    assert {(each["cancel_amount"], each["created_date"]) for each in items} == {("0.00", NOW.isoformat())}


def test_samples_box_and_bags_are_rows_of_their_own(make):
    extras = Extras(
        "Please ring.", (), None, (Sample(1005, "SMP", "Scent"),), (), GiftBox(lira("5.00"), "For you", sku="BOX"),
        Bags(1007, "BAG", "Bag", lira("0.25"), 2), '{"floor": 3}',
    )  # fmt: skip
    order = placed(make.order(), extras=extras)

    assert [(row["id"], row["product"]["sku"], row["price"]) for row in order["orderitem_set"][3:]] == [
        (4, "SMP", "0.00"), (5, "BOX", "5.00"), (6, "BAG", "0.25"), (7, "BAG", "0.25"),
    ]  # fmt: skip
    assert (order["has_gift_box"], order["gift_box_note"]) == (True, "For you")
    assert (order["extra_field"], order["bags_fee"]) == ({"floor": 3}, "0.50")


def test_a_box_that_is_no_product_and_costs_nothing_is_no_row(make):
    order = placed(make.order(), extras=Extras(gift_box=GiftBox(lira("0.00"))))

    assert (order["has_gift_box"], order["gift_box_note"], len(order["orderitem_set"])) == (True, None, 3)


def test_what_points_and_loyalty_money_paid_is_told_and_what_is_left_to_the_way_to_pay(make):
    loyalty = Loyalty((AccountUsage(1, "Gifts", lira("20.00")),), CardPoints("C-1", lira("10.00"), lira("0.01")))
    order = placed(make.order(), loyalty=loyalty)

    assert (order["loyalty_money"], order["loyalty_card_amount"]) == ("20.00", "10.00")
    assert lira(order["amount"]) - lira(order["payable_amount"]) == lira("30.00")


def test_an_order_without_any_of_it_has_no_member_for_it(make):
    order = placed(make.order())

    assert not order.keys() & BESIDE
    assert (order["discountitem_set"], order["discount_amount"], order["has_gift_box"]) == ([], "0.00", False)
    assert order["amount"] == order["amount_without_discount"]
    assert not any("discount_amount" in row for row in order["orderitem_set"])


@given(st.integers(0, 1000), st.integers(1, 12), st.data())
@example(100, 3, None)
def test_no_piece_is_cheaper_than_nothing_and_no_unit_is_lost(price, count, data):
    off = 299 if data is None else data.draw(st.integers(0, price * count))
    shares = [each.minor for each in _split(Money.of(off, "TRY"), Money.of(price, "TRY"), count)]

    assert (sum(shares), len(shares)) == (off, count)
    assert min(shares) >= 0
    assert max(shares) <= price
    assert shares == sorted(shares), "what does not divide is on the last"


@pytest.mark.parametrize(("off", "shares"), [("0.10", [3, 3, 4]), ("2.99", [99, 100, 100]), ("3.00", [100, 100, 100])])
def test_the_last_piece_takes_what_does_not_divide_as_far_as_its_price_goes(off, shares):
    assert [each.minor for each in _split(lira(off), lira("1.00"), 3)] == shares


@settings(max_examples=50)
@given(drawn.pre_orders())
def test_rows_and_sums_of_any_order_agree_with_its_totals(order):
    if order.placed is None:
        sums = order.totals
        block = Placed("N1", sums.total, sums, Plan(1, sums.payable), "r1", 400, NOW, "digest")
        order = evolve(order, placed=block)
    said, sums, currency = order_json(order), order.placed.totals, order.basket.currency

    def minor(text):
        return Money(text, currency).minor

    rows = said["orderitem_set"]
    off = sum(minor(row.get("discount_amount", "0")) for row in rows)
    goods = sum(minor(row["price"]) for row in rows)
    assert minor(said["amount"]) == sums.total.minor
    assert goods == (sums.lines + sums.bags + sums.gift_box).minor
    assert off == sums.discounts.minor == minor(said["discount_amount"])
    assert sum(minor(each["amount"]) for each in said["discountitem_set"]) == off
    assert goods - off + minor(said["shipping_amount"]) + minor(said["installment_interest_amount"]) == sums.total.minor
    assert minor(said.get("payable_amount", said["amount"])) == order.placed.plan.amount.minor
    assert minor(said["amount_without_discount"]) - off == sums.total.minor
    assert [row["id"] for row in rows] == [*range(1, len(rows) + 1)]
