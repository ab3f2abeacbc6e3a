"""The rows of a placed order, one a unit, and the offers that made it cheaper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import field, frozen

from ..money import Money
from ..order import Placed, PreOrder
from ..pricing import bag_count
from .basket import label_of_currency, off_each_line, percent
from .contexts import Json, JsonObject

UNKNOWN_OF_AN_ITEM: Final = (
    "active_cancellation_request", "datasource", "datasource_detailed", "estimated_delivery_date",
    "extra_product_price", "extra_product_price_detailed", "extra_product_stock", "extra_product_stock_detailed",
    "invoice_date", "invoice_number", "parent", "shipping_company", "shipping_tracking_url", "tracking_number",
    "tracking_url",
)  # fmt: skip
GIFT_BOX: Final = "Gift box"


@frozen
class Unit:
    """One piece of something that leaves the shop."""

    pk: int | None
    sku: str | None
    name: str
    price: Money
    off: Money | None = None  # of the price
    tax_rate: int | None = None  # millionths; None: only the shop's accountant knows
    image: str | None = None
    absolute_url: str = ""
    attributes: Mapping[str, str] = field(factory=dict)
    data_source: int | None = None


def rows(order: PreOrder, placed: Placed) -> list[Json]:
    """The goods, then samples for nothing, the gift box and the bags."""
    return [_row(n, unit, placed) for n, unit in enumerate((*_goods(order), *_beside(order)), start=1)]


def discount_items(order: PreOrder, placed: Placed) -> list[Json]:
    """The offers that took something off the goods; those that made sending cheaper are `shipping_discounts`."""
    at = placed.at.isoformat()
    return [
        {
            "pk": n,  # among the order's own
            "name": each.name,
            "amount": str(each.amount),
            "cancel_amount": str(Money.zero(placed.total.currency)),
            "code": each.code or each.coupon,
            "offer_type": "coupon" if each.coupon else "voucher" if each.code else "automatic",
            "session_offer_type": None,
            "promotion": each.offer,
            "order": placed.id,
            "created_date": at,
            "modified_date": at,
        }
        for n, each in enumerate((each for each in order.discounts.applied if each.amount), start=1)
    ]  # fmt: skip


def currency_json(placed: Placed) -> JsonObject:
    """Its code in lower case, and what buyers call it."""
    currency = placed.total.currency
    return {"value": currency.lower(), "label": label_of_currency(currency)}


def _goods(order: PreOrder) -> Iterator[Unit]:
    off = off_each_line(order.basket, order.discounts)
    for n, line in enumerate(order.basket.lines):
        shares: tuple[Money | None, ...] = (None,) * line.quantity
        if n in off and line.quantity:
            shares = _split(off[n], line.unit_price, line.quantity)
        for share in shares:
            yield Unit(
                line.pk, line.sku, line.name, line.unit_price, share, line.tax_rate, line.image, line.absolute_url,
                line.attributes, line.data_source,
            )  # fmt: skip


def _split(off: Money, price: Money, count: int) -> tuple[Money, ...]:
    """What is off each piece: equal shares, and what does not divide on the last, as far as its price has room for it.

    Then on the one before it: no row costs less than nothing.
    """
    share, left = divmod(off.minor, count)
    shares = [share] * count
    for n in reversed(range(count)):
        more = min(left, price.minor - share)
        shares[n] += more
        left -= more
    return tuple(Money.of(each, off.currency) for each in shares)


def _beside(order: PreOrder) -> Iterator[Unit]:
    extras, currency = order.extras, order.basket.currency
    for sample in extras.sample_products:
        yield Unit(sample.pk, sample.sku, sample.name, Money.zero(currency))
    box, bags = extras.gift_box, extras.bags
    if box is not None and (box.sku is not None or box.price):
        yield Unit(None, box.sku, GIFT_BOX, box.price)
    if bags is not None:
        for _ in range(bag_count(order)):
            yield Unit(bags.pk, bags.sku, bags.name, bags.price)


def _row(n: int, unit: Unit, placed: Placed) -> JsonObject:
    price, at = str(unit.price), placed.at.isoformat()
    return {
        **dict.fromkeys(UNKNOWN_OF_AN_ITEM),
        "id": n,  # among the order's own
        "order": placed.id,
        "created_date": at,
        "modified_date": at,
        "status": str(placed.status),
        "price_currency": currency_json(placed),
        "product": {
            "pk": unit.pk,
            "sku": unit.sku,
            "base_code": unit.sku,
            "name": unit.name,
            "image": unit.image,
            "absolute_url": unit.absolute_url,
            "attributes": dict(unit.attributes),
            "attributes_kwargs": {},
            "extra_attributes": {},
            "form_schema": None,
            "data_source": unit.data_source,
        },
        "price": price,
        **({} if unit.off is None else {"discount_amount": str(unit.off)}),
        "retail_price": price,
        "tax_rate": None if unit.tax_rate is None else percent(unit.tax_rate),
        "image": unit.image,
        "attributes": {},
        "localized_attributes": {},
        "extra_field": {},
        "is_cancelled": False,
        "is_cancellable": False,
        "is_refundable": False,
        "is_tradable": False,
        "cancellationrequest_set": [],
        "available_easy_return_shipping_companies": [],
    }
