from __future__ import annotations

import pytest
from attrs import evolve

from checkout_core.engine import Step
from checkout_core.money import Money
from checkout_core.order import (
    Basket,
    Buyer,
    Chosen,
    Delivery,
    Extras,
    FundsTransfer,
    Line,
    PreOrder,
    Shipping,
    Totals,
)
from checkout_core.page import EMPTY
from checkout_core.settings import Settings
from checkout_core.wire import pre_order_json

# The published schema; those a storefront always dereferences first
ALWAYS = {
    "basket", "delivery_option", "shipping_address", "billing_address", "shipping_option", "payment_option",
    "installment", "shipping_amount", "total_amount", "unpaid_amount",
}  # fmt: skip
SCHEMA = ALWAYS | {
    "billing_and_shipping_same", "notifications", "loyalty_money", "currency_type_label", "redirect_to_three_d",
    "retail_store", "payment_choice", "phone_number", "gift_box", "delivery_range", "user_phone_number",
    "total_amount_with_interest", "is_guest", "is_post_order", "is_redirected", "notes", "card_info", "campaigns",
    "selected_campaign", "rewards", "selected_rewards", "number", "voucher_code", "user_email",
}  # fmt: skip


def told(order, **settings):
    return pre_order_json(order, settings=Settings(**settings))


@pytest.fixture
def new():
    """A guest who has said nothing yet."""
    basket = Basket.of("basket-1", "digest", (Line(1, "mug", "Mug", 1, Money("35.10", "TRY")),), "TRY")
    nothing = Money.zero("TRY")
    return PreOrder("key", basket, Totals(basket.amount, nothing, nothing, basket.amount))


def test_a_new_order_and_a_whole_one_have_the_keys_of_the_schema(make, new):
    assert told(new).keys() == told(make.order()).keys() == SCHEMA


def test_what_was_not_given_is_null(new):
    given = {name: value for name, value in told(new).items() if value is not None}

    assert given.keys() == {
        "basket", "total_amount", "unpaid_amount", "total_amount_with_interest", "loyalty_money",
        "currency_type_label", "is_guest", "is_post_order", "is_redirected",
    }  # fmt: skip


def test_the_total_is_goods_and_shipping_and_interest_comes_on_top(make):
    pre_order = told(make.order())

    assert (pre_order["shipping_amount"], pre_order["loyalty_money"]) == ("8.50", "0.00")
    assert (pre_order["total_amount"], pre_order["unpaid_amount"]) == ("62.98", "62.98")
    assert pre_order["total_amount_with_interest"] == "64.40"


def test_the_chosen_plan_costs_what_it_was_listed_with(make):
    walk = make.Walk().goes("card, 3 instalments", "5421190000000009")
    listed = [
        plan
        for answer in walk.answers
        for page in answer["context_list"]
        for plan in page["page_context"].get("installments", ())
        if plan["pk"] == walk.order.payment.installment.pk
    ]

    assert listed
    assert [plan for plan in listed if plan != walk.answers[-1]["pre_order"]["installment"]] == []


def test_the_monthly_share_is_rounded_as_the_shop_says(make):
    assert told(make.order())["installment"] == {
        "pk": 43, "installment_count": 3, "label": "3 instalments",
        "price_with_accrued_interest": "64.40", "monthly_price_with_accrued_interest": "21.47",
        "interest_rate": "0.022500",
    }  # fmt: skip
    cheaper = evolve(make.order().totals, total=make.lira("64.36"))

    assert told(make.order(totals=cheaper))["installment"]["monthly_price_with_accrued_interest"] == "21.46"
    rounded = told(make.order(totals=cheaper), interest_rounding="half_up")["installment"]
    assert rounded["monthly_price_with_accrued_interest"] == "21.45"


def test_a_plan_of_no_parts_is_shown_as_paid_at_once(make):
    order = make.order()
    none = evolve(order.payment, installment=evolve(order.payment.installment, installment_count=0))

    assert told(evolve(order, payment=none))["installment"]["monthly_price_with_accrued_interest"] == "64.40"


def test_the_basket_names_its_lines_and_their_sums(make):
    basket = told(make.order())["basket"]

    assert (basket["pk"], basket["total_quantity"]) == (77, 3)
    assert (basket["total_product_amount"], basket["total_discount_amount"]) == ("54.48", "0.00")
    assert (basket["total_amount"], basket["discounts"], basket["upsell_messages"]) == ("54.48", [], [])
    item = basket["basketitem_set"][0]
    product = item.pop("product")
    assert item.items() >= {
        "quantity": 1, "unit_price": "35.10", "total_amount": "35.10", "tax_rate": "20.00", "image": "/mug.jpg",
        "currency_type": "try", "currency_type_label": "TL",
    }.items()  # fmt: skip
    images, attributes = product.pop("productimage_set"), product.pop("attributes")
    assert (images, attributes) == ([{"image": "/mug.jpg"}], {})
    assert [product[name] for name in ("pk", "name", "sku", "absolute_url")] == [1001, "Mug", "mug", "/mug/"]
    assert [product[name] for name in ("price", "retail_price", "currency_type")] == ["35.10", "35.10", "try"]
    assert basket["basketitem_set"][1]["product"]["productimage_set"] == []
    assert (basket["basketitem_set"][1]["quantity"], basket["basketitem_set"][1]["total_amount"]) == (2, "19.38")


@pytest.mark.parametrize(
    ("rate", "percent"), [(0, "0.00"), (200_000, "20.00"), (88_750, "8.875"), (1, "0.0001"), (1_000_000, "100.00")]
)
def test_a_tax_rate_is_percent_with_two_decimals_or_as_many_as_it_has(make, rate, percent):
    line = evolve(make.order().basket.lines[0], tax_rate=rate)
    basket = Basket.of("77", "digest", (line,), "TRY")

    assert told(make.order(basket=basket))["basket"]["basketitem_set"][0]["tax_rate"] == percent


@pytest.mark.parametrize("key", ["basket-1", "", "0", "007", "\u0667", "7" * 5000, "77\n", "-7"])
def test_a_basket_key_that_is_no_number_stays_with_us(make, key):
    basket = Basket.of(key, "digest", make.order().basket.lines, "TRY")

    assert told(make.order(basket=basket))["basket"]["pk"] is None


@pytest.mark.parametrize(("currency", "label"), [("TRY", "TL"), ("EUR", "EUR"), ("JPY", "JPY")])
def test_currencies_go_by_a_label_and_in_lower_case_by_their_code(currency, label):
    basket = Basket.of("1", "d", (Line(1, "a", "A", 1, Money.of(100, currency)),), currency)
    nothing = Money.zero(currency)
    pre_order = told(PreOrder("key", basket, Totals(basket.amount, nothing, nothing, basket.amount)))

    assert pre_order["currency_type_label"] == label
    item = pre_order["basket"]["basketitem_set"][0]
    assert (item["currency_type"], item["currency_type_label"]) == (currency.lower(), label)


def test_yen_have_no_decimals_and_dinars_three():
    def total(amount):
        basket = Basket.of("1", "d", (), amount.currency)
        nothing = Money.zero(amount.currency)
        return told(PreOrder("key", basket, Totals(amount, nothing, nothing, amount)))["total_amount"]

    assert (total(Money("1250", "JPY")), total(Money("1.250", "KWD"))) == ("1250", "1.250")


def test_an_address_has_its_places_inside(make):
    address = told(make.order())["shipping_address"]

    assert address["country"] == {"pk": 1, "name": "Türkiye", "code": "TR"}
    assert address["city"] == {"pk": 34, "name": "İstanbul", "country": 1}
    assert address["township"] == {"pk": 3402, "name": "Beşiktaş", "city": 34}
    assert address["district"] == {"pk": 340201, "name": "Levent", "city": 34, "township": 3402}
    assert (address["pk"], address["primary"], address["is_corporate"]) == (5, True, False)


def test_two_addresses_are_the_same_by_their_key_and_nothing_is_said_of_one(make):
    home, work = make.order().delivery.shipping_address, make.order().delivery.billing_address

    def same(*addresses):
        return told(make.order(delivery=Delivery(None, *addresses)))["billing_and_shipping_same"]

    assert (same(home, work), same(home, home), same(home), same(None, work)) == (False, True, None, None)


def test_options_are_told_by_value(make):
    pre_order = told(make.order())

    assert pre_order["delivery_option"] == {
        "pk": 1, "slug": "address", "name": "To my address", "delivery_option_type": "customer", "sort_order": 0,
    }  # fmt: skip
    assert pre_order["shipping_option"] == {
        "pk": 21, "name": "Standard", "slug": "standard", "shipping_amount": "8.50", "logo": None,
        "description": "In two days", "kwargs": {},
    }  # fmt: skip
    assert pre_order["payment_option"] == {
        "pk": 31, "name": "Credit card", "slug": "credit-card", "payment_type": "credit_card",
        "payment_type_label": "Credit Card",
    }  # fmt: skip


def test_a_card_is_its_bin_and_what_that_stands_for(make):
    assert told(make.order())["card_info"] == {
        "bin_number": "54211900",
        "card": {
            "pk": 9, "name": "Example Gold", "slug": "example-gold", "card_payment_type": "credit",
            "bank": {"pk": 1, "name": "Example Bank", "slug": "example-bank", "logo": None},
            "card_type": {"pk": 2, "name": "Visa", "slug": "visa", "logo": None},
        },
    }  # fmt: skip
    unknown = evolve(make.order().payment, card=None)
    assert told(make.order(payment=unknown))["card_info"] == {"bin_number": "54211900", "card": None}


def test_who_does_not_pay_by_card_has_neither_card_nor_instalments(make):
    transfer = FundsTransfer(Chosen(32, "Bank transfer", "funds-transfer", "funds_transfer"))
    pre_order = told(make.order(payment=transfer))

    assert (pre_order["card_info"], pre_order["installment"]) == (None, None)
    assert pre_order["payment_option"]["payment_type_label"] == "Funds Transfer"


def test_a_guest_gave_a_phone_number_and_a_member_has_one(make):
    guest = told(make.order())
    member = told(make.order(buyer=Buyer("7", "m@example.org", "+905551112233")))

    assert (guest["is_guest"], guest["phone_number"], guest["user_phone_number"]) == (True, "+905321234567", None)
    assert (member["is_guest"], member["phone_number"], member["user_phone_number"]) == (False, None, "+905551112233")
    assert (guest["user_email"], member["user_email"]) == ("ada@example.org", "m@example.org")


def test_note_and_number_are_told_once_they_are_there(make):
    assert told(make.order(number="N1"))["number"] == "N1"
    assert (told(make.order())["notes"], told(make.order(extras=Extras()))["notes"]) == ("Please ring.", None)


def test_no_shipping_amount_is_told_before_an_option_is_chosen(make):
    assert told(make.order(shipping=Shipping()))["shipping_amount"] is None


def test_the_newest_attempt_says_whether_the_buyer_goes_by_the_bank(make):
    def decided(card):
        return [answer["pre_order"]["redirect_to_three_d"] for answer in make.Walk().goes("card", card).answers]

    assert (decided("5421200000000006")[0], decided("5421200000000006")[-1]) == (None, True)
    assert decided("5421190000000009")[-1] is False


def test_nothing_is_left_behind_by_another_order(make, new):
    """An answer is made of the step alone: the same step, the same answer."""
    before = make.said(Step(new, "IndexPage", EMPTY))
    make.said(make.step(make.order(), context_list=make.shown()))

    assert make.said(Step(new, "IndexPage", EMPTY)) == before
