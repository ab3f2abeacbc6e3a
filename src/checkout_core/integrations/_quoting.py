"""The JSON of remote services: what they are told, and what is believed of what they say.

A service hears what is in the parcel and which places it goes to: no name, no street, no phone number, no key of ours.
Each `read_...` takes the answer as bytes and raises NotStrict for what is not complete, or not in its format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, get_args

from ..effects import RemoteShippingOption
from ..money import Money
from ..order import Line, Parcel
from ..shop import City, Country, DeliveryKind, DeliveryOption, District, PickupLocation, Township
from ._strict import NotStrict, strict_object

MOST: Final = 200  # options in an answer
BIGGEST: Final = 2**53 - 1  # what every language's JSON can count to
AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,4})?")
TEXT: Final = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
SLUG: Final = re.compile(r"[!-~]{1,100}")
CODE: Final = re.compile(r"[A-Za-z]{2}")

# What is told


def parcel_json(parcel: Parcel, products: tuple[int, ...] = ()) -> bytes:
    """The request about a parcel; `products`: the ones to be priced."""
    basket, to = parcel.basket, parcel.to
    told: dict[str, object] = {
        "currency": basket.currency,
        "basket": {
            "amount": str(basket.amount),
            "weight": basket.weight,
            "quantity": basket.quantity,
            "items": [_item(line) for line in basket.lines],
        },
        "shipping_address": None if to is None else {
            "country": {"pk": to.country.pk, "name": to.country.name, "code": to.country.code},
            "city": {"pk": to.city.pk, "name": to.city.name},
            "township": None if to.township is None else {"pk": to.township.pk, "name": to.township.name},
            "district": None if to.district is None else {"pk": to.district.pk, "name": to.district.name},
            "postcode": to.postcode,
        },
    }  # fmt: skip
    if products:
        told["products"] = list(products)
    return json.dumps(told, separators=(",", ":")).encode()


def _item(line: Line) -> dict[str, object]:
    return {
        "product": line.pk, "sku": line.sku, "quantity": line.quantity, "unit_price": str(line.unit_price),
        "weight": line.weight, "length": line.length, "attributes": dict(line.attributes),
        "categories": list(line.categories), "data_source": line.data_source,
    }  # fmt: skip


def pickup_json(remote_id: str) -> bytes:
    """The request about a pickup point."""
    return json.dumps({"remote_id": remote_id}).encode()


# What is believed


def read_prices(body: bytes, currency: str, products: tuple[int, ...]) -> Mapping[int, Money]:
    """Of each product a price, and of no other."""
    told = _fields(strict_object(body, "utf-8"), "currency", "prices")
    _same(told["currency"], currency)
    prices = told["prices"]
    if not isinstance(prices, dict) or prices.keys() != {str(pk) for pk in products}:
        raise NotStrict("not the prices that were asked for")
    return {pk: _amount(prices[str(pk)], currency) for pk in products}


def read_price(body: bytes, currency: str) -> Money:
    told = _fields(strict_object(body, "utf-8"), "currency", "amount")
    _same(told["currency"], currency)
    return _amount(told["amount"], currency)


def read_shipping_options(body: bytes, currency: str) -> tuple[RemoteShippingOption, ...]:
    """None twice; one without an amount costs what its own calculator says."""
    told = _fields(strict_object(body, "utf-8"), "currency", "shipping_options")
    _same(told["currency"], currency)
    found = []
    for row in _rows(told["shipping_options"]):
        option = _fields(row, "slug", "amount")
        amount = None if option["amount"] is None else _amount(option["amount"], currency)
        found.append(RemoteShippingOption(_text(option, "slug", SLUG), amount))
    if len({option.slug for option in found}) != len(found):
        raise NotStrict("an option twice")
    return tuple(found)


def read_delivery_options(body: bytes) -> tuple[DeliveryOption, ...]:
    """None twice."""
    told = _fields(strict_object(body, "utf-8"), "delivery_options")
    found = []
    for row in _rows(told["delivery_options"]):
        option = _fields(row, "pk", "slug", "name", "delivery_option_type", "sort_order", "slot_group")
        kinds = [kind for kind in get_args(DeliveryKind) if kind == option["delivery_option_type"]]
        if not kinds:
            raise NotStrict("delivery_option_type is none that we know")
        group = None if option["slot_group"] is None else _whole(option, "slot_group", 1)
        pk, slug, name = _whole(option, "pk", 1), _text(option, "slug", SLUG), _text(option, "name")
        found.append(DeliveryOption(pk, slug, name, kinds[0], _whole(option, "sort_order", 0), group))
    if len({option.pk for option in found}) != len(found):
        raise NotStrict("an option twice")
    return tuple(found)


def read_pickup_location(body: bytes, remote_id: str) -> PickupLocation | None:
    """The one that was asked for; None where the service says there is none."""
    told = _fields(strict_object(body, "utf-8"), "pickup_location")["pickup_location"]
    if told is None:
        return None
    row = _fields(
        told, "remote_id", "name", "address", "country", "city", "township", "district", "postcode", "phone_number"
    )
    if row["remote_id"] != remote_id:
        raise NotStrict("another pickup point")
    in_country, in_city = _fields(row["country"], "pk", "name", "code"), _fields(row["city"], "pk", "name")
    country = Country(_whole(in_country, "pk", 1), _text(in_country, "name"), _text(in_country, "code", CODE))
    city = City(_whole(in_city, "pk", 1), _text(in_city, "name"), country.pk)
    township = district = None
    if row["township"] is not None:
        part = _fields(row["township"], "pk", "name")
        township = Township(_whole(part, "pk", 1), _text(part, "name"), city.pk)
    if row["district"] is not None:
        if township is None:
            raise NotStrict("a district without its township")
        part = _fields(row["district"], "pk", "name")
        district = District(_whole(part, "pk", 1), _text(part, "name"), city.pk, township.pk)
    postcode = None if row["postcode"] is None else _text(row, "postcode")
    phone = "" if row["phone_number"] is None else _text(row, "phone_number")
    return PickupLocation(
        remote_id, _text(row, "name"), _text(row, "address"), country, city, township, district, postcode, phone
    )


def _fields(told: object, *names: str) -> Mapping[str, object]:
    if not isinstance(told, dict) or told.keys() != set(names):
        raise NotStrict(f"wants the fields {', '.join(names)} and no others")
    return told


def _rows(told: object) -> list[object]:
    if not isinstance(told, list) or len(told) > MOST:
        raise NotStrict(f"wants a list of at most {MOST}")
    return told


def _same(told: object, currency: str) -> None:
    if told != currency:
        raise NotStrict("another currency")


def _amount(told: object, currency: str) -> Money:
    """Zero is an amount; nothing below it is, for a minus is no digit."""
    if not isinstance(told, str) or not AMOUNT.fullmatch(told):
        raise NotStrict("an amount is not in its format")
    try:
        return Money(told, currency)
    except ValueError:
        raise NotStrict("an amount is no whole number of minor units") from None


def _whole(told: Mapping[str, object], name: str, least: int) -> int:
    value = told[name]
    if type(value) is not int or not least <= value <= BIGGEST:
        raise NotStrict(f"{name} is not in its format")
    return value


def _text(told: Mapping[str, object], name: str, pattern: re.Pattern[str] = TEXT) -> str:
    value = told[name]
    if not isinstance(value, str) or not pattern.fullmatch(value) or not value.strip():
        raise NotStrict(f"{name} is not in its format")
    return value
