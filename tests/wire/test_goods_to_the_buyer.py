"""Stores, slots, groups of goods and prices asked for elsewhere, as a storefront is told of them."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from checkout_core.money import Money
from checkout_core.order import Basket, DeliveryRange, GroupChoice, Line, Schedule, Shipping, ShippingChoice, Totals
from checkout_core.settings import Settings
from checkout_core.shop import City, Country, District, RetailStore, Township
from checkout_core.wire import context_json, pre_order_json

BESIKTAS = RetailStore(
    7, "Beşiktaş", "1 Market Street", Country(1, "Türkiye", "TR"), City(34, "İstanbul", 1),
    Township(3402, "Beşiktaş", 34), District(340201, "Levent", 34, 3402), "34330", "+902120000000", slot_group=1,
)  # fmt: skip
MORNING = DeliveryRange(
    datetime.fromisoformat("2026-12-01T10:00:00+03:00"), datetime.fromisoformat("2026-12-01T14:00:00+03:00"), 1, 5
)
COURIER = GroupChoice("2", 21, "Courier", Money("5.99", "TRY"), (1001,), "Before noon")
FREIGHT = GroupChoice("3", 31, "Freight", Money("15.00", "TRY"), (1002,))


def told(order):
    return pre_order_json(order, settings=Settings())


def test_a_store_has_its_places_inside_places_and_nothing_of_its_slots():
    assert context_json(BESIKTAS) == {
        "pk": 7,
        "name": "Beşiktaş",
        "township": {"pk": 3402, "name": "Beşiktaş", "city": {"pk": 34, "name": "İstanbul", "country": 1}},
        "district": {"pk": 340201, "name": "Levent", "city": 34, "township": 3402},
        "address": "1 Market Street",
    }


def test_a_store_without_township_and_district_says_null():
    shown = context_json(evolve(BESIKTAS, township=None, district=None))

    assert (shown["township"], shown["district"]) == (None, None)


def test_the_store_and_the_slot_that_were_chosen_are_told(make):
    order = make.order()
    order = evolve(order, delivery=evolve(order.delivery, retail_store=BESIKTAS), schedule=Schedule(MORNING))

    assert told(order)["retail_store"] == context_json(BESIKTAS)
    assert told(order)["delivery_range"] == {"lower": "2026-12-01T10:00:00+03:00", "upper": "2026-12-01T14:00:00+03:00"}


def test_groups_of_goods_are_told_each_with_its_option_and_one_stands_for_all(make):
    order = evolve(make.order(), shipping=Shipping(by_data_source=(COURIER, FREIGHT)))
    order = evolve(order, totals=evolve(order.totals, shipping=Money("20.99", "TRY")))

    assert told(order)["data_source_shipping_options"] == [context_json(COURIER), context_json(FREIGHT)]
    assert told(order)["shipping_amount"] == "20.99"
    assert told(order)["shipping_option"] == {
        "pk": None, "name": "Courier; Freight", "slug": None, "shipping_amount": "20.99", "logo": None,
        "description": None, "kwargs": {},
    }  # fmt: skip


def test_goods_that_are_not_sent_in_groups_are_told_without_them(make):
    grouped = {"data_source_shipping_options", "attribute_based_shipping_options"}

    assert not grouped & told(make.order()).keys()
    assert told(evolve(make.order(), shipping=Shipping(by_attribute=(COURIER,)))).keys() & grouped == {
        "attribute_based_shipping_options"
    }


def test_a_shipping_option_says_which_fields_it_wants_and_never_what_was_filled_in():
    option = ShippingChoice(
        1, "Courier", "courier", Money("5.00", "TRY"), required_fields=("floor",), given={"floor": "3"}
    )

    assert context_json(option) == {
        "pk": 1, "name": "Courier", "slug": "courier", "shipping_amount": "5.00", "logo": None, "description": None,
        "kwargs": {"required_fields": ["floor"]},
    }  # fmt: skip


def test_a_line_tells_its_attributes_its_data_source_and_the_price_that_was_asked_for(make):
    line = Line(1, "sofa", "Sofa", 2, Money("100.00", "TRY"), attributes={"has_remote_price": "true"}, data_source=3)
    basket = Basket.of("basket-1", "digest", (line,), "TRY").with_prices({1: Money("90.00", "TRY")})
    zero = Money.zero("TRY")
    order = evolve(make.order(), basket=basket, totals=Totals(basket.amount, zero, zero, basket.amount))

    (item,) = told(order)["basket"]["basketitem_set"]
    assert (item["unit_price"], item["total_amount"]) == ("90.00", "180.00")
    assert item["product"]["attributes"] == {"has_remote_price": "true"}
    assert item["product"]["data_source"] == 3
