"""What belongs to a shipping option beside its price: what it asks for, how it chooses itself, who else sends."""

from __future__ import annotations

import pytest

from checkout_core import Settings, evolve
from checkout_core.order import GroupChoice, Shipping
from checkout_core.rules.calculators import Remote
from checkout_core.shop import DataSource, DataSourceShippingOption, ShippingOption

from .services import BY_SERVICE, Shop, sealed
from .world import BY_TRANSFER, TRUNK, basket, closed, lira, listed

# What was filled in, and what chooses itself


def test_what_an_option_asks_for_is_kept_when_the_basket_changes(walks):
    dated = ShippingOption(21, "Courier", "courier", Remote("courier"), required_fields=("floor",))
    shop = Shop(shipping_options=(dated,))
    buyer = walks(shop)
    order = buyer.at("ShippingOptionSelectionPage")
    refused = buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 21})
    assert (refused.errors, refused.pre_order) == ({"floor": ("required",)}, order)
    order = buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 21, "floor": "3"}).pre_order
    shop.basket, shop.services.price = basket(mugs=2), lira("50.00")
    option = buyer.view(order).pre_order.shipping.option
    assert (option.shipping_amount, option.given) == (lira("50.00"), {"floor": "3"})


@pytest.mark.parametrize("autoselect", [True, False])
@pytest.mark.parametrize("settings", [Settings(), BY_SERVICE], ids=["price of a service", "options of a service"])
def test_the_only_option_is_chosen_and_the_page_passed_over_where_the_shop_says_so(walks, settings, autoselect):
    shop = Shop(settings=settings if settings is BY_SERVICE else None)
    if settings is not BY_SERVICE:
        shop.shop = evolve(shop.shop, shipping_options=shop.shop.shipping_options[:1])
    shop.settings = evolve(settings, autoselect_shipping=autoselect)
    page = settings.checkout_shipping_option_selection_page
    buyer = walks(shop)
    order = buyer.at("AddressSelectionPage")
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
    assert step.page == ("PaymentOptionSelectionPage" if autoselect else page)
    assert listed(step)[0] == page
    assert (step.pre_order.shipping.option is not None) is autoselect


# Each supplier its own way


def by_source(walks, calculator):
    """A shop whose supplier sends at that price, and its buyer with the order before the last page."""
    settings = Settings(checkout_shipping_option_selection_page="DataSourceShippingOptionSelectionPage")
    cargo = DataSourceShippingOption(71, "Cargo", 1, calculator)
    shop = Shop(settings=settings, data_sources=(DataSource(1, "Kale"),), data_source_shipping_options=(cargo,))
    shop.basket = of_source(basket())
    buyer = walks(shop)
    order = buyer.at("ShippingOptionSelectionPage")
    form = {"data_source_shipping_options": {"1": 71}}
    order = buyer.submit(order, "DataSourceShippingOptionSelectionPage", form).raise_for_errors().pre_order
    assert order.shipping == Shipping(by_data_source=(GroupChoice("1", 71, "Cargo", lira("44.50"), (1, 2)),))
    for page, body in BY_TRANSFER[len(TRUNK) : -1]:
        order = buyer.submit(order, page, body).raise_for_errors().pre_order
    return shop, buyer, order


def test_what_each_supplier_asks_is_priced_again_by_the_same_rule(walks):
    shop, buyer, order = by_source(walks, Remote("courier"))
    page, body = BY_TRANSFER[-1]
    shop.basket, shop.services.down = of_source(basket(mugs=2)), True
    step = buyer.submit(buyer.view(order).pre_order, page, body)
    (choice,) = step.pre_order.shipping.by_data_source
    assert (step.errors, choice.outdated) == (closed("shipping_price_unavailable"), True)
    shop.services.down, shop.services.price = False, lira("50.00")
    shown = buyer.view(step.pre_order, page)
    assert shown.pre_order.totals.shipping == lira("50.00")
    assert sealed(buyer.submit(shown.pre_order, page, body).raise_for_errors()) == shown.context.total_amount


def test_the_last_known_price_of_a_supplier_is_paid_where_the_shop_says_so(walks):
    shop, buyer, order = by_source(walks, Remote("courier", "last-known"))
    page, body = BY_TRANSFER[-1]
    shop.basket, shop.services.down = of_source(basket(mugs=2)), True
    shown = buyer.view(order, page)
    assert shown.pre_order.shipping == order.shipping
    assert sealed(buyer.submit(shown.pre_order, page, body).raise_for_errors()) == shown.context.total_amount


def of_source(of):
    return type(of).of(of.key, of.digest, tuple(evolve(line, data_source=1) for line in of.lines), of.currency)
