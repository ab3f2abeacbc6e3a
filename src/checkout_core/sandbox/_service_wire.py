"""What a remote service hears and says, in JSON: the other side of `integrations.HttpQuotes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ..driver import run
from ..effects import RemoteShippingOption
from ..integrations._strict import NotStrict, strict_object
from ..money import Money
from ..order import Basket, Line, Parcel
from ..shop import DeliveryOption, District, PickupLocation, Township
from ._truth import Truth

PRICES: Final = "prices"
CARRIERS: Final = "carriers"
SHIPPING: Final = "shipping_options"
DELIVERY: Final = "delivery_options"
PICKUP: Final = "pickup_locations"
OF_PARCEL: Final = {"currency", "basket", "shipping_address"}
OF_BASKET: Final = {"amount", "weight", "quantity", "items"}
OF_ITEM: Final = {
    "product", "sku", "quantity", "unit_price", "weight", "length", "attributes", "categories", "data_source",
}  # fmt: skip


@frozen
class Question:
    """What is asked of a service."""

    service: str
    about: str  # of a parcel how many pieces; the pickup point
    parcel: Parcel | None = None  # without its address
    products: tuple[int, ...] = ()  # to be priced
    carrier: str = ""


def question_of(service: str, carrier: str, body: bytes, currency: str) -> Question:
    """Raises NotStrict for what is not as agreed."""
    told = strict_object(body)
    if service == PICKUP:
        remote_id = told.get("remote_id")
        if told.keys() != {"remote_id"} or not isinstance(remote_id, str):
            raise NotStrict("wants a remote_id")
        return Question(service, remote_id)
    if told.keys() != OF_PARCEL | ({"products"} if service == PRICES else set()):
        raise NotStrict(f"wants {', '.join(sorted(OF_PARCEL))}, and of prices products")
    if told["currency"] != currency:
        raise NotStrict(f"all prices here are in {currency}")
    parcel = Parcel(_basket(told["basket"], currency), None)
    products = told.get("products", [])
    if not isinstance(products, list) or not all(type(pk) is int for pk in products):
        raise NotStrict("products are whole numbers")
    return Question(service, f"{parcel.basket.quantity} pieces", parcel, tuple(products), carrier)


def said(question: Question, truth: Truth, currency: str) -> dict[str, object]:
    """The sound answer.  Raises KeyError for a carrier there is none of."""
    match question.service:
        case "prices":
            known = {str(pk): str(truth.prices[pk]) for pk in question.products if pk in truth.prices}
            return {"currency": currency, "prices": known}
        case "carriers":
            assert question.parcel is not None  # noqa: S101  # only a pickup point has none
            price = run(truth.carriers[question.carrier].price(question.parcel), _nobody)
            return {"currency": currency, "amount": str(price)}
        case "shipping_options":
            return {"currency": currency, SHIPPING: [_shipping(option) for option in truth.shipping_options]}
        case "delivery_options":
            return {DELIVERY: [_delivery(option) for option in truth.delivery_options]}
        case _:
            found = (each for each in truth.pickup_locations if each.remote_id == question.about)
            return {"pickup_location": next((_pickup(each) for each in found), None)}


def _nobody(effect: object) -> object:
    """A carrier's calculator asks no other service: a shop file that says so is refused."""
    raise AssertionError(type(effect).__name__)


def _basket(told: object, currency: str) -> Basket:
    if not isinstance(told, dict) or told.keys() != OF_BASKET or not isinstance(told["items"], list):
        raise NotStrict(f"a basket has the fields {', '.join(sorted(OF_BASKET))}")
    basket = Basket.of("", "", tuple(_line(item, currency) for item in told["items"]), currency)
    if (str(basket.amount), basket.weight, basket.quantity) != (told["amount"], told["weight"], told["quantity"]):
        raise NotStrict("the sums of the basket are not those of its items")
    return basket


def _line(told: object, currency: str) -> Line:
    if not isinstance(told, dict) or told.keys() != OF_ITEM:
        raise NotStrict(f"an item has the fields {', '.join(sorted(OF_ITEM))}")
    numbers = [told[name] for name in ("product", "quantity", "weight", "length")]
    price, sku = told["unit_price"], told["sku"]
    if not all(type(number) is int for number in numbers) or not isinstance(price, str) or not isinstance(sku, str):
        raise NotStrict("an item is not in its format")
    pk, quantity, weight, length = numbers
    try:
        return Line(pk, sku, sku, quantity, Money(price, currency), weight, length=length)
    except ValueError:
        raise NotStrict("unit_price is no amount") from None


def _shipping(option: RemoteShippingOption) -> dict[str, object]:
    return {"slug": option.slug, "amount": None if option.amount is None else str(option.amount)}


def _delivery(option: DeliveryOption) -> dict[str, object]:
    return {
        "pk": option.pk, "slug": option.slug, "name": option.name, "delivery_option_type": option.delivery_option_type,
        "sort_order": option.sort_order, "slot_group": option.slot_group,
    }  # fmt: skip


def _pickup(location: PickupLocation) -> dict[str, object]:
    country, city = location.country, location.city
    return {
        "remote_id": location.remote_id, "name": location.name, "address": location.address,
        "country": {"pk": country.pk, "name": country.name, "code": country.code},
        "city": {"pk": city.pk, "name": city.name}, "township": _place(location.township),
        "district": _place(location.district), "postcode": location.postcode,
        "phone_number": location.phone_number or None,
    }  # fmt: skip


def _place(place: Township | District | None) -> Mapping[str, object] | None:
    return None if place is None else {"pk": place.pk, "name": place.name}
