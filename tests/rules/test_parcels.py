"""The worked parcels of parcels.toml: options, prices and reasons are those worked out by hand."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from checkout_core.config import load_settings
from checkout_core.driver import run
from checkout_core.effects import AskShippingPrice, Unavailable
from checkout_core.money import Money
from checkout_core.order import Address, Basket, Buyer, Delivery, Line, PreOrder, Shipping, ShippingChoice, Totals
from checkout_core.page import Caller, Visit
from checkout_core.rules.availability import SHIPPING_RULES
from checkout_core.rules.calculators import CALCULATORS
from checkout_core.rules.grouping import attribute_groups, data_source_groups
from checkout_core.rules.load import load, load_all
from checkout_core.rules.quotes import quotes, shipping_offers
from checkout_core.shop import (
    AttributeBasedShippingOption,
    City,
    Country,
    DataSourceShippingOption,
    District,
    ShippingOption,
    Shop,
    Township,
)

FILE = tomllib.loads(Path(__file__).with_name("parcels.toml").read_text("utf-8"))
CURRENCY = FILE["currency"]
PARCELS = [pytest.param(written, id=written["name"]) for written in FILE["parcels"]]


def money(written):
    amount, currency = written.split()
    return Money(amount, currency)


def told(amount):
    return f"{amount} {amount.currency}"


def options(table, kind):
    """The options of a table, with rules and calculators as an admin writes them."""
    return tuple(
        kind(
            pk=pk,
            calculator=load(CALCULATORS, row["calculator"], table),
            rules=load_all(SHIPPING_RULES, row.get("rules", []), table),
            **{name: value for name, value in row.items() if name not in {"calculator", "rules"}},
            **({"name": row["slug"]} if kind is ShippingOption else {}),
        )
        for pk, row in enumerate(FILE[table], start=1)
    )


SHOP = Shop(
    "1",
    delivery_options=(),
    shipping_options=options("shipping_options", ShippingOption),
    payment_options=(),
    data_source_shipping_options=options("data_source_shipping_options", DataSourceShippingOption),
    attribute_based_shipping_options=options("attribute_based_shipping_options", AttributeBasedShippingOption),
)
SETTINGS = load_settings(
    {
        "TIME_ZONE": FILE["time_zone"],
        "ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION": FILE["attribute_keys"],
    }
)


def line_of(written):
    goods = dict(FILE["goods"][written["goods"]])
    price = money(written.get("price", goods.pop("price")))
    goods.pop("price", None)
    goods["categories"] = tuple(goods["categories"])
    return Line(sku=written["goods"], name=written["goods"], quantity=written["quantity"], unit_price=price, **goods)


def address_of(written):
    country, city = written["country"], written["city"]
    township, district = written.get("township"), written.get("district")
    return Address(
        pk=1,
        title="Home",
        first_name="Ada",
        last_name="Lovelace",
        phone_number="+905321234567",
        country=Country(country, f"country {country}", "TR"),
        city=City(city, f"city {city}", country),
        line="1 Street",
        township=Township(township, f"township {township}", city) if township else None,
        district=District(district, f"district {district}", city, township) if district else None,
        postcode=written.get("postcode"),
    )


def standing_of(written):
    option = next(option for option in SHOP.shipping_options if option.slug == written["slug"])
    return ShippingChoice(option.pk, option.name, option.slug, money(written["amount"]))


def visit_of(written):
    basket = Basket.of("basket", "digest", tuple(map(line_of, written["lines"])), CURRENCY)
    caller = Caller(**written.get("caller", {}))
    order = PreOrder(
        "key",
        basket,
        Totals(basket.amount, Money.zero(CURRENCY), Money.zero(CURRENCY), basket.amount),
        buyer=Buyer(account=caller.account),
        delivery=Delivery(shipping_address=address_of(written["to"]) if "to" in written else None),
        shipping=Shipping(standing_of(written["standing"]) if "standing" in written else None),
    )
    return Visit(order, SHOP, SETTINGS, datetime.fromisoformat(written["now"]), caller, {})


def played(steps, written):
    """What comes of it where the services answer as the parcel says."""

    def answer(effect):
        assert isinstance(effect, AskShippingPrice)
        said = written.get("remote", {}).get(effect.service)
        return Unavailable("down") if said is None else money(said)

    return run(steps, answer)


@pytest.mark.parametrize("written", PARCELS)
def test_a_parcel_is_offered_what_was_worked_out_by_hand(written):
    offered, refused = played(shipping_offers(visit_of(written)), written)

    assert {choice.slug: told(choice.shipping_amount) for choice in offered} == written["offered"]
    assert {each.option.slug: each.code for each in refused} == written["refused"]


@pytest.mark.parametrize("written", PARCELS)
def test_offers_come_in_the_order_of_the_table(written):
    offered = played(quotes(visit_of(written)), written)

    slugs = [row["slug"] for row in FILE["shipping_options"]]
    assert [choice.slug for choice in offered] == [slug for slug in slugs if slug in written["offered"]]


def in_groups(groups, names):
    return {
        group.name: {
            "products": list(group.product_ids),
            "offered": {names[choice.pk]: told(choice.shipping_amount) for choice in group.offered},
        }
        for group in groups
    }


@pytest.mark.parametrize("written", [each for each in PARCELS if "by_data_source" in each.values[0]])
def test_each_supplier_sends_its_goods_as_was_worked_out_by_hand(written):
    groups = played(data_source_groups(visit_of(written)), written)

    names = {option.pk: option.name for option in SHOP.data_source_shipping_options}
    assert in_groups(groups, names) == written["by_data_source"]


@pytest.mark.parametrize("written", [each for each in PARCELS if "by_attribute" in each.values[0]])
def test_goods_with_the_same_attributes_are_sent_as_was_worked_out_by_hand(written):
    groups = played(attribute_groups(visit_of(written)), written)

    names = {option.pk: option.shipping_option_name for option in SHOP.attribute_based_shipping_options}
    assert in_groups(groups, names) == written["by_attribute"]


def test_twelve_parcels_show_every_option_offered_and_refused():
    slugs = {row["slug"] for row in FILE["shipping_options"]}

    assert len(PARCELS) == 12
    assert {slug for written in FILE["parcels"] for slug in written["offered"]} == slugs
    assert {slug for written in FILE["parcels"] for slug in written["refused"]} == slugs
    assert all(written["offered"].keys() | written["refused"].keys() == slugs for written in FILE["parcels"])


def slugs_in(written):
    """Slugs of rules, also of those inside others."""
    for rule in written:
        yield rule["slug"]
        yield from slugs_in([*rule.get("children", ()), *([rule["child"]] if "child" in rule else [])])


def test_the_file_writes_nearly_every_rule_and_calculator():
    rules = {slug for row in FILE["shipping_options"] for slug in slugs_in(row["rules"])}
    calculators = {row["calculator"]["slug"] for row in FILE["shipping_options"]}

    assert SHIPPING_RULES.keys() - rules == {"any-rule", "currency-rule", "product-rule"}
    assert calculators == CALCULATORS.keys()
