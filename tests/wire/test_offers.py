"""What offers take off, what goes with the goods and what points and loyalty money pay, as a storefront is told."""

from __future__ import annotations

import json

import pytest
from attrs import evolve
from hypothesis import given, settings

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
    NotApplied,
    Sample,
    Shipping,
    Upsell,
)
from checkout_core.pricing import totals
from checkout_core.settings import Settings
from checkout_core.testing import strategies as drawn
from checkout_core.wire import basket_json, json_text, pre_order_json
from checkout_core.wire.contexts import kept_json

ITEM = {"discount_amount", "total_amount"}
BESIDE = {
    "coupons", "sample_products", "unwanted_sample_products", "extra_field", "bags", "bags_fee", "shipping_discounts",
    "loyalty_card_amount", "loyalty_account_usages",
}  # fmt: skip


def lira(amount):
    return Money(amount, "TRY")


TEN = Discount(7, "Ten off", lira("10.00"), lira("0.00"), (LineShare(0, lira("4.00")), LineShare(1, lira("6.00"))))
MUGS = Discount(8, "Cheap mugs", lira("1.10"), lira("2.50"), (LineShare(0, lira("1.10")),), coupon="101")
NEAR = Upsell(9, "Only 45.52 TL to go", lira("100.00"), lira("54.48"))
BOX = GiftBox(lira("5.00"), "Happy birthday", gift_video=True, sku="BOX")
BAGS = Bags(1007, "BAG", "Bag", lira("0.25"), None, 1, lira("20.00"))


def priced(order, **changes):
    order = evolve(order, **changes)
    return evolve(order, totals=totals(order, "up"))


def told(order):
    return pre_order_json(order, settings=Settings())


@pytest.fixture
def plain(make):
    """Goods of 54.48, shipping of 8.50, interest on top."""
    return priced(make.order())


@pytest.fixture
def promoted(plain):
    return priced(plain, discounts=Discounts((TEN, MUGS), upsells=(NEAR,), refused=(NotApplied("102", "used"),)))


def test_the_basket_names_each_discount_and_comes_to_what_is_left(promoted):
    basket = told(promoted)["basket"]

    assert basket["discounts"] == [
        {"description": "Ten off", "discount": "10.00"}, {"description": "Cheap mugs", "discount": "1.10"},
    ]  # fmt: skip
    sums = [basket[name] for name in ("total_product_amount", "total_discount_amount", "total_amount")]
    assert sums == ["54.48", "11.10", "43.38"]


def test_a_line_says_what_is_off_it_and_keeps_its_price(promoted):
    mug, sticker = told(promoted)["basket"]["basketitem_set"]

    assert (mug["unit_price"], mug["discount_amount"], mug["total_amount"]) == ("35.10", "5.10", "30.00")
    assert (sticker["unit_price"], sticker["discount_amount"], sticker["total_amount"]) == ("9.69", "6.00", "13.38")
    assert mug["product"]["price"] == "35.10"


def test_a_line_that_nothing_is_off_says_nothing_of_discounts(plain):
    _, sticker = told(priced(plain, discounts=Discounts((MUGS,))))["basket"]["basketitem_set"]

    assert "discount_amount" not in sticker
    assert sticker["total_amount"] == "19.38"


def test_an_offer_that_is_near_is_told_in_words_and_in_numbers(promoted, plain):
    basket = told(promoted)["basket"]

    assert basket["upsell_messages"] == ["Only 45.52 TL to go"]
    assert basket["upsell_details"] == [
        {
            "message": "Only 45.52 TL to go",
            "params": {"partial_percentage": 54, "required": "100.00", "partial": "54.48", "remaining": "45.52"},
        }
    ]
    assert "upsell_details" not in told(plain)["basket"]


def test_an_offer_that_wants_nothing_is_there_altogether(plain):
    near = evolve(NEAR, required=lira("0.00"), partial=lira("0.00"))
    (details,) = basket_json(plain.basket, Discounts(upsells=(near,)))["upsell_details"]

    assert details["params"]["partial_percentage"] == 100


def test_shipping_is_what_is_charged_and_its_option_what_was_quoted(promoted, plain):
    pre_order = told(promoted)

    assert (pre_order["shipping_amount"], pre_order["shipping_option"]["shipping_amount"]) == ("6.00", "8.50")
    assert pre_order["shipping_discounts"] == [{"description": "Cheap mugs", "discount": "2.50"}]
    assert told(plain)["shipping_amount"] == "8.50"


def test_an_offer_that_makes_only_sending_cheaper_is_no_discount_of_the_basket(plain):
    free = Discount(8, "Free shipping", lira("0.00"), lira("8.50"))
    pre_order = told(priced(plain, discounts=Discounts((free,))))

    assert (pre_order["basket"]["discounts"], pre_order["basket"]["total_discount_amount"]) == ([], "0.00")
    assert pre_order["shipping_discounts"] == [{"description": "Free shipping", "discount": "8.50"}]
    assert (pre_order["shipping_amount"], pre_order["total_amount"]) == ("0.00", "54.48")


def test_a_gift_box_has_the_fields_of_the_schema(plain):
    pre_order = told(priced(plain, extras=Extras(gift_box=BOX)))

    assert pre_order["gift_box"] == {
        "note": "Happy birthday", "gift_video": True, "gift_video_notification_sent": False, "price": "5.00",
    }  # fmt: skip
    assert pre_order["total_amount"] == "67.98"


def test_bags_are_told_with_how_many_there_will_be_and_what_they_cost(plain):
    pre_order = told(priced(plain, extras=Extras(bags=BAGS)))

    assert pre_order["bags"] == [{"pk": 1007, "sku": "BAG", "name": "Bag", "price": "0.25", "quantity": 3}]
    assert (pre_order["bags_fee"], pre_order["total_amount"]) == ("0.75", "63.73")


def test_coupons_code_samples_and_answers_are_told_as_they_were_given(plain):
    extras = Extras(None, ("101", "102"), "welcome", (Sample(1005, "SMP", "Scent"),), extra_field='{"floor": 3}')
    pre_order = told(priced(plain, extras=extras))

    assert (pre_order["coupons"], pre_order["voucher_code"]) == (["101", "102"], "welcome")
    assert pre_order["sample_products"] == [{"pk": 1005, "sku": "SMP", "name": "Scent"}]
    assert pre_order["extra_field"] == {"floor": 3}
    unwanted = told(priced(plain, extras=Extras(unwanted_sample_products=(1005,))))
    assert (unwanted["unwanted_sample_products"], "sample_products" in unwanted) == (True, False)


def test_points_and_loyalty_money_pay_and_instalments_are_computed_on_the_rest(plain):
    loyalty = Loyalty((AccountUsage(1, "Gifts", lira("20.00")), AccountUsage(None, "", lira("5.00"))), CardPoints(
        "C-1", lira("10.00"), lira("0.01")
    ))  # fmt: skip
    pre_order = told(priced(plain, loyalty=loyalty))

    assert (pre_order["loyalty_money"], pre_order["loyalty_card_amount"]) == ("25.00", "10.00")
    assert pre_order["loyalty_account_usages"] == [
        {"label_id": 1, "label": "Gifts", "amount": "20.00"}, {"label_id": None, "label": "", "amount": "5.00"},
    ]  # fmt: skip
    assert (pre_order["total_amount"], pre_order["unpaid_amount"]) == ("62.98", "27.98")
    assert pre_order["installment"]["price_with_accrued_interest"] == "28.61"
    assert pre_order["total_amount_with_interest"] == "63.61"


def test_of_points_and_money_that_the_order_does_not_take_nothing_is_told(plain):
    much = Loyalty((AccountUsage(1, "Gifts", lira("60.00")), AccountUsage(2, "More", lira("60.00"))))
    pre_order = told(priced(plain, loyalty=much))

    assert [each["amount"] for each in pre_order["loyalty_account_usages"]] == ["60.00", "2.98"]
    assert (pre_order["loyalty_money"], pre_order["unpaid_amount"]) == ("62.98", "0.00")


def test_the_card_of_the_points_is_not_told(plain):
    pre_order = told(priced(plain, loyalty=Loyalty(card=CardPoints("C-4711", lira("1.00"), lira("0.01")))))

    assert "C-4711" not in json_text(pre_order)


def test_an_order_without_any_of_it_has_no_member_for_it(plain):
    pre_order = told(plain)

    assert not pre_order.keys() & BESIDE
    assert (pre_order["gift_box"], pre_order["voucher_code"], pre_order["loyalty_money"]) == (None, None, "0.00")
    assert not any("discount_amount" in item for item in pre_order["basket"]["basketitem_set"])


def test_a_discount_on_a_line_that_is_gone_takes_nothing_off_another(plain):
    """A promotion of a basket that had more lines, while nobody answers what it is now."""
    lost = evolve(TEN, amount=lira("4.00"), lines=(LineShare(5, lira("4.00")),))
    items = basket_json(plain.basket, Discounts((lost,)))["basketitem_set"]

    assert [item["total_amount"] for item in items] == ["35.10", "19.38"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"floor": 3, "ring": [true, null, 1.5]}', {"floor": 3, "ring": [True, None, 1.5]}),
        ('"x"', "x"),
        ("[1e999]", "[1e999]"),
        ("NaN", "NaN"),
        ("no JSON", "no JSON"),
        ("[" * 100_000, "[" * 100_000),
        ("9" * 5000, "9" * 5000),
    ],
    ids=["an object", "a text", "infinity", "not a number", "no JSON", "too deep", "too long"],
)
def test_an_answer_that_json_cannot_carry_on_is_told_as_it_was_written(text, value):
    assert kept_json(text) == value
    assert json.loads(json_text(kept_json(text))) == value


# any order


def minor(text, currency):
    return Money(text, currency).minor


@settings(max_examples=50)
@given(drawn.pre_orders())
def test_a_client_that_adds_up_itself_comes_to_the_total(order):
    pre_order, currency = told(order), order.basket.currency
    basket, box = pre_order["basket"], pre_order["gift_box"]
    parts = [
        basket["total_amount"], pre_order["shipping_amount"] or "0", pre_order.get("bags_fee", "0"),
        box["price"] if box else "0",
    ]  # fmt: skip

    assert sum(minor(part, currency) for part in parts) == minor(pre_order["total_amount"], currency)
    interest = order.totals.interest.minor
    assert (
        minor(pre_order["total_amount_with_interest"], currency)
        == minor(pre_order["total_amount"], currency) + interest
    )
    paid = minor(pre_order["loyalty_money"], currency) + minor(pre_order.get("loyalty_card_amount", "0"), currency)
    assert minor(pre_order["unpaid_amount"], currency) == minor(pre_order["total_amount"], currency) - paid
    usages = pre_order.get("loyalty_account_usages", [])
    assert sum(minor(each["amount"], currency) for each in usages) == minor(pre_order["loyalty_money"], currency)


@settings(max_examples=50)
@given(drawn.pre_orders())
def test_lines_and_discounts_by_name_come_to_the_sums_of_the_basket(order):
    basket, currency = told(order)["basket"], order.basket.currency
    items = basket["basketitem_set"]

    off = minor(basket["total_discount_amount"], currency)
    assert sum(minor(each["discount"], currency) for each in basket["discounts"]) == off
    assert sum(minor(item.get("discount_amount", "0"), currency) for item in items) == off
    assert sum(minor(item["total_amount"], currency) for item in items) == minor(basket["total_amount"], currency)
    assert minor(basket["total_product_amount"], currency) - off == minor(basket["total_amount"], currency)
    for item in items:
        price = minor(item["unit_price"], currency) * item["quantity"]
        assert price - minor(item.get("discount_amount", "0"), currency) == minor(item["total_amount"], currency) >= 0


def test_no_shipping_was_chosen_so_none_is_charged(plain):
    free = Discount(8, "Free shipping", lira("0.00"), lira("8.50"))
    pre_order = told(priced(plain, shipping=Shipping(), discounts=Discounts((free,))))

    assert (pre_order["shipping_amount"], pre_order["total_amount"]) == (None, "54.48")
