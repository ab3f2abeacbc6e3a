"""Goods sent in groups, from page to page: what is asked again where basket or address change, and what is not."""

from __future__ import annotations

import pytest

from checkout_core import Basket, Line, Settings, evolve
from checkout_core.rules.calculators import Fixed, QuantityTiers, Tier
from checkout_core.settings import AttributeKeyRule, GroupingRule
from checkout_core.shop import AttributeBasedShippingOption, DataSource, DataSourceShippingOption

from .world import BY_TRANSFER, SHOP, World, closed, lira

SOURCES, VALUES = "DataSourceShippingOptionSelectionPage", "AttributeBasedShippingOptionSelectionPage"
FIELD = {SOURCES: "data_source_shipping_options", VALUES: "attribute_based_shipping_options"}
BODY = {SOURCES: "[51, 52]", VALUES: '{"cups": 61, "clothes": 62}'}
BOTH = pytest.mark.parametrize("page", [SOURCES, VALUES])

MUG = Line(1, "mug", "Mug", 1, lira("35.10"), 400, attributes={"kind": "cups", "brand": "Nike"}, data_source=7)
SHIRT = Line(2, "shirt", "Shirt", 1, lira("60.00"), 200, attributes={"kind": "clothes"}, data_source=8)
CAP = Line(3, "cap", "Cap", 1, lira("20.00"), 100, attributes={"kind": "clothes"}, data_source=8)
BY_PIECES = QuantityTiers((Tier(0, lira("5.00")), Tier(2, lira("9.00"))))
KEYS = (
    AttributeKeyRule(("brand",), GroupingRule("country-rule", {"countries": [2]}), 1),
    AttributeKeyRule(("kind",), GroupingRule("any-rule"), 2),
)
TABLES = {
    "data_sources": (DataSource(7, "Potter"), DataSource(8, "Tailor")),
    "data_source_shipping_options": (
        DataSourceShippingOption(51, "Post", 7, BY_PIECES),
        DataSourceShippingOption(52, "Post", 8, Fixed(lira("3.00"))),
    ),
    "attribute_based_shipping_options": (
        AttributeBasedShippingOption(61, "Post", BY_PIECES, "cups"),
        AttributeBasedShippingOption(62, "Post", Fixed(lira("3.00")), "clothes"),
        AttributeBasedShippingOption(63, "Post", Fixed(lira("1.00")), is_default=True),
    ),
}


def bought(*lines):
    return Basket.of("b-1", "|".join(f"{line.quantity} {line.sku}" for line in lines), lines, "TRY")


def shop_that_asks_on(page):
    settings = Settings(
        checkout_shipping_option_selection_page=page, attribute_keys_for_attribute_based_shipping_option=KEYS
    )
    world = World(evolve(SHOP, **TABLES), settings)
    world.basket = bought(MUG, SHIRT)
    return world


def way(page):
    """To the transfer, with the goods in groups."""
    return tuple(
        (page, {FIELD[page]: BODY[page]}) if name.startswith("Shipping") else (name, b) for name, b in BY_TRANSFER
    )


@BOTH
def test_the_page_follows_the_address_and_the_way_to_pay_follows_it(page, walks):
    buyer = walks(shop_that_asks_on(page))
    order = buyer.at(page, way(page))
    assert buyer.view(order).page == page
    step = buyer.submit(order, page, {FIELD[page]: BODY[page]})
    assert (step.page, step.errors) == ("PaymentOptionSelectionPage", {})
    assert step.pre_order.totals.shipping == lira("8.00")
    assert buyer.view(step.pre_order).pre_order is step.pre_order


@BOTH
def test_another_answer_drops_the_way_to_pay_and_the_same_one_does_not(page, walks):
    world = shop_that_asks_on(page)
    name = FIELD[page]
    dear = {"name": "Courier"} if page == SOURCES else {"shipping_option_name": "Courier"}
    options = getattr(world.shop, name)
    world.shop = evolve(world.shop, **{name: (*options, evolve(options[0], pk=70, **dear))})
    buyer = walks(world)
    order = buyer.at("FundsTransferPage", way(page))
    again = buyer.submit(order, page, {name: BODY[page]})
    assert again.pre_order is order
    other = buyer.submit(order, page, {name: BODY[page].replace("51", "70").replace("61", "70")})
    assert (other.page, other.pre_order.payment) == ("PaymentOptionSelectionPage", None)


@BOTH
def test_a_refused_answer_changes_nothing(page, walks):
    buyer = walks(shop_that_asks_on(page))
    order = buyer.at("FundsTransferPage", way(page))
    step = buyer.submit(order, page, {FIELD[page]: "[51, 99]"})
    assert (step.page, step.errors) == (page, {FIELD[page]: ("invalid",)})
    assert step.pre_order is order


@BOTH
def test_more_of_the_same_goods_are_priced_again_and_nothing_is_asked(page, walks):
    world = shop_that_asks_on(page)
    buyer = walks(world)
    order = buyer.at("FundsTransferPage", way(page))
    world.basket = bought(evolve(MUG, quantity=2), SHIRT)
    step = buyer.view(order)
    assert step.page == "FundsTransferPage"
    assert step.pre_order.totals.shipping == lira("12.00")


@BOTH
def test_a_group_whose_goods_changed_is_asked_again_the_other_keeps_its_option_and_nothing_is_paid(page, walks):
    world = shop_that_asks_on(page)
    buyer = walks(world)
    order = buyer.at("FundsTransferPage", way(page))
    world.basket = bought(MUG, SHIRT, CAP)
    step = buyer.view(order)
    assert step.page == page
    assert [choice.pk for choice in step.pre_order.shipping.choices] == [51 if page == SOURCES else 61]
    paid = buyer.submit(order, "FundsTransferPage", {"agreement": "1"})
    assert paid.page == page
    assert paid.pre_order.placed is None
    done = buyer.submit(step.pre_order, page, {FIELD[page]: BODY[page]})
    assert (done.page, done.pre_order.totals.shipping) == ("PaymentOptionSelectionPage", lira("8.00"))


@BOTH
def test_goods_that_are_gone_take_their_option_along_and_the_rest_stands(page, walks):
    world = shop_that_asks_on(page)
    buyer = walks(world)
    order = buyer.at("FundsTransferPage", way(page))
    world.basket = bought(MUG)
    step = buyer.view(order)
    assert step.page != page
    assert step.pre_order.totals.shipping == lira("5.00")


def test_another_address_groups_the_goods_anew_and_asks_again(walks):
    buyer = walks(shop_that_asks_on(VALUES))
    order = buyer.at("FundsTransferPage", way(VALUES))
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 12, "billing_address": 11})
    assert step.page == VALUES
    assert set(step.context.attribute_based_shipping_options) == {"Nike", "None"}
    assert step.pre_order.shipping.choices == ()
    refused = buyer.submit(step.pre_order, VALUES, {FIELD[VALUES]: BODY[VALUES]})
    assert refused.errors == {FIELD[VALUES]: ("invalid",)}
    done = buyer.submit(step.pre_order, VALUES, {FIELD[VALUES]: {"Nike": 63, "None": 63}})
    assert (done.page, done.pre_order.totals.shipping) == ("PaymentOptionSelectionPage", lira("2.00"))


def test_to_another_address_with_the_same_groups_the_options_stand(walks):
    buyer = walks(shop_that_asks_on(SOURCES))
    order = buyer.at("FundsTransferPage", way(SOURCES))
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 12, "billing_address": 11})
    assert (step.page, step.pre_order.shipping) == ("FundsTransferPage", order.shipping)


@BOTH
def test_the_other_pages_for_shipping_are_closed(page, walks):
    buyer = walks(shop_that_asks_on(page))
    order = buyer.at(page, way(page))
    step = buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 21})
    assert (step.page, step.errors) == (page, closed("page_not_available"))
