"""What is bought, as the seeds' JSON: lines with what is off each, discounts by name, and their sums.

    basket_json(order.basket, order.discounts)["total_amount"]      # "54.48": the goods after discounts

A line's `unit_price` is what one costs before discounts, its `total_amount` what all of them come to after them, so
lines add up to the basket's `total_amount` and what is off them to `total_discount_amount`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..money import Money, total
from ..order import Basket, Discounts, Line, Upsell
from .contexts import JsonObject

LABELS: Final[Mapping[str, str]] = {"TRY": "TL"}  # of currencies that buyers do not know by their ISO 4217 code

# What the schema has of a line and of its product: of most only the host knows, and tells on its own pages
NOT_KNOWN: Final[JsonObject] = dict.fromkeys((
    "datasource", "datasource_detailed", "extra_product_price_detailed", "extra_product_stock_detailed",
    "shipping_discount",
))  # fmt: skip
OF_A_PRODUCT: Final[JsonObject] = {
    "attribute_set": None, "attributes": {}, "attributes_kwargs": {}, "category": None, "data_source": None,
    "extra_attributes": {}, "form_schema": None, "in_stock": True, "is_ready_to_basket": True, "price_type": "default",
    "product_type": "0", "productvideo_set": [], "stock": None, "unit_type": "qty",
}  # fmt: skip

NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}")
NOTHING_OFF: Final = Discounts()


def basket_json(basket: Basket, discounts: Discounts = NOTHING_OFF) -> JsonObject:
    """What is bought, what the offers take off it, and its sums.

    Offers that only make sending cheaper are not of the basket; `pre_order` tells them.
    """
    currency = {"currency_type": basket.currency.lower(), "currency_type_label": label_of_currency(basket.currency)}
    off = min(total((each.amount for each in discounts.applied), basket.currency), basket.amount)
    by_line = off_each_line(basket, discounts)
    return {
        "pk": int(basket.key) if NUMBER.fullmatch(basket.key) else None,  # a key that is no number may open the basket
        "basketitem_set": [_item(line, currency, by_line.get(n)) for n, line in enumerate(basket.lines)],
        "total_quantity": basket.quantity,
        "total_product_amount": str(basket.amount),
        "total_discount_amount": str(off),
        "total_amount": str(basket.amount - off),
        "discounts": [
            {"description": each.name, "discount": str(each.amount)} for each in discounts.applied if each.amount
        ],
        "upsell_messages": [each.message for each in discounts.upsells],
        **({"upsell_details": [_upsell(each) for each in discounts.upsells]} if discounts.upsells else {}),
        "created_date": None,
        "modified_date": None,
    }


def off_each_line(basket: Basket, discounts: Discounts) -> Mapping[int, Money]:
    """What is off a line altogether, by its place; lines that nothing is off are left out."""
    off: dict[int, Money] = {}
    for share in (share for each in discounts.applied for share in each.lines):
        if share.line < len(basket.lines):  # else a promotion of a basket that is no more
            so_far = off.get(share.line, Money.zero(basket.currency))
            off[share.line] = min(so_far + share.amount, basket.lines[share.line].amount)
    return {line: amount for line, amount in off.items() if amount}


def _upsell(near: Upsell) -> JsonObject:
    """How near: in per cent, rounded down, so that it never says that all of it is there."""
    required = near.required.minor
    return {
        "message": near.message,
        "params": {
            "partial_percentage": near.partial.minor * 100 // required if required else 100,
            "required": str(near.required),
            "partial": str(near.partial),
            "remaining": str(near.remaining),
        },
    }


def _item(line: Line, currency: Mapping[str, str], off: Money | None) -> JsonObject:
    price = str(line.unit_price)
    return {
        "quantity": line.quantity,
        "unit_price": price,
        **({} if off is None else {"discount_amount": str(off)}),
        "total_amount": str(line.amount if off is None else line.amount - off),
        "tax_rate": percent(line.tax_rate),
        "image": line.image,
        **NOT_KNOWN,
        "product": {
            **OF_A_PRODUCT,
            "pk": line.pk,
            "name": line.name,
            "sku": line.sku,
            "base_code": line.sku,
            "absolute_url": line.absolute_url,
            "attributes": dict(line.attributes),
            "data_source": line.data_source,
            "price": price,
            "retail_price": price,
            "productimage_set": [{"image": line.image}] if line.image else [],
            **currency,
        },
        **currency,
    }


def label_of_currency(currency: str) -> str:
    """What buyers call it: TL for TRY."""
    return LABELS.get(currency, currency)


def percent(millionths: int) -> str:
    """`"20.00"` for 200 000; more than two decimals only where they say something."""
    whole, rest = divmod(abs(millionths), 10_000)
    decimals = f"{rest:04d}"
    return f"{'-' if millionths < 0 else ''}{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"
