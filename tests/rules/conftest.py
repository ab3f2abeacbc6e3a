from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from checkout_core.money import Money
from checkout_core.order import Address, Basket, Buyer, Delivery, Line, PreOrder, Totals
from checkout_core.page import GUEST, Visit
from checkout_core.rules import Parcel
from checkout_core.settings import Settings
from checkout_core.shop import City, Country, District, Shop, Township

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def address(country=1, city=10, township=None, district=None, postcode=None):
    return Address(
        pk=1,
        title="Home",
        first_name="Ada",
        last_name="Lovelace",
        phone_number="+905321234567",
        country=Country(country, f"country {country}", "TR"),
        city=City(city, f"city {city}", country),
        line="1 Street",
        township=None if township is None else Township(township, f"township {township}", city),
        district=None if district is None else District(district, f"district {district}", city, township or 0),
        postcode=postcode,
    )


def line(price, quantity=1, weight=0):
    return Line(pk=1, sku="1", name="thing", quantity=quantity, unit_price=price, weight=weight)


def visit(  # noqa: PLR0913  # a test names the two or three it is about
    *lines,
    to=None,
    currency="TRY",
    account=None,
    shipping=0,
    interest=0,
    payment=None,
    attempts=(),
    settings=None,
    shipping_options=(),
    payment_options=(),
):
    """`shipping` and `interest` in minor units."""
    basket = Basket.of("basket", "digest", lines, currency)
    totals = Totals(
        lines=basket.amount,
        shipping=Money.of(shipping, currency),
        interest=Money.of(interest, currency),
        total=Money.of(basket.amount.minor + shipping + interest, currency),
    )
    order = PreOrder(
        "key",
        basket,
        totals,
        buyer=Buyer(account=account),
        delivery=Delivery(shipping_address=to),
        payment=payment,
        attempts=attempts,
    )
    shop = Shop("1", delivery_options=(), shipping_options=shipping_options, payment_options=payment_options)
    return Visit(order, shop, settings or Settings(), NOON, GUEST, {})


def parcel(of):
    """All of a visit's basket, to its shipping address."""
    return Parcel(of.order.basket, of.order.delivery.shipping_address)


@pytest.fixture(scope="session")
def make():
    return SimpleNamespace(address=address, line=line, visit=visit, parcel=parcel)
