"""A placed order as the seeds' JSON: what the page behind a signed address shows of it.

A row of `orderitem_set` is one unit: storefronts count rows to know quantities.  What this library does not know, such
as a cargo company, is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Final

from ..money import Money
from ..order import CreditCard, Line, Placed, PreOrder
from ..pages._cards import fraction
from ..shop import Installment
from ..texts import ENGLISH, label_of
from .contexts import JsonObject, context_json
from .pre_order import basket_json, label_of_currency, percent, shipping_json

STATUSES: Final = {300: "Payment waiting", 400: "Approved"}

# What the schema has, null where nothing below says otherwise: a warehouse, an accountant, a carrier know it later
UNKNOWN_YET: Final = (
    "bank", "cancel_status", "checkout_provider", "delivery_range", "discount_refund_amount", "e_archive_url",
    "gift_box_note", "invoice_date", "invoice_number", "refund_amount", "segment", "shipping_company",
    "shipping_refund_amount", "shipping_tax_rate", "shipping_tracking_url", "tracking_number", "tracking_url", "user",
)  # fmt: skip
UNKNOWN_OF_AN_ITEM: Final = (
    "active_cancellation_request", "datasource", "datasource_detailed", "estimated_delivery_date",
    "extra_product_price", "extra_product_stock", "invoice_date", "invoice_number", "parent", "shipping_company",
    "shipping_tracking_url", "tracking_number", "tracking_url",
)  # fmt: skip


def order_json(order: PreOrder, *, locale: str = ENGLISH) -> JsonObject:
    """The order.  Raises ValueError for a checkout that has none."""
    placed = order.placed
    if placed is None:
        raise ValueError("there is no order yet")
    at, zero, delivery = placed.at.isoformat(), str(Money.zero(placed.total.currency)), order.delivery
    return {
        **dict.fromkeys(UNKNOWN_YET),
        "id": placed.id,
        "number": placed.number,
        "status": {"value": str(placed.status), "label": STATUSES[placed.status]},
        "currency": _currency(placed),
        "created_date": at,
        "modified_date": at,
        "amount": str(placed.total),
        "amount_without_discount": str(placed.total),
        "discount_amount": zero,
        "shipping_amount": str(placed.totals.shipping),
        "installment_interest_amount": str(placed.totals.interest),
        "installment_count": placed.plan.installments,
        "orderitem_set": [_item(n, line, placed) for n, line in enumerate(_units(order), start=1)],
        "discountitem_set": [],
        "basket": basket_json(order.basket),
        "shipping_address": context_json(delivery.shipping_address, locale) if delivery.shipping_address else None,
        "billing_address": context_json(delivery.billing_address, locale) if delivery.billing_address else None,
        "delivery_range": context_json(slot, locale) if (slot := order.schedule.delivery_range) else None,
        "shipping_option": _shipping(order, locale),
        "shipping_option_slug": order.shipping.option.slug if order.shipping.option else None,
        **_payment(order, locale),
        "user_email": order.buyer.email,
        "notes": order.extras.notes,
        "client_type": "default",
        "language_code": locale.lower(),
        "remote_addr": None,  # of the buyer's browser: it is not kept
        "is_cancelled": False,
        "is_cancellable": False,  # the host decides that, on its own pages
        "is_refundable": False,
        "is_payable": False,
        "has_gift_box": False,
        "extra_field": {},
    }


def _currency(placed: Placed) -> JsonObject:
    currency = placed.total.currency
    return {"value": currency.lower(), "label": label_of_currency(currency)}


def _shipping(order: PreOrder, locale: str) -> JsonObject | None:
    told = shipping_json(order, locale)
    return None if told is None else {name: told[name] for name in ("pk", "name", "slug", "logo")}


def _payment(order: PreOrder, locale: str) -> JsonObject:
    payment = order.payment
    card = payment if isinstance(payment, CreditCard) else None
    option: JsonObject | None = None
    if payment is not None:
        chosen = payment.option
        option = {
            "pk": chosen.pk, "name": chosen.name, "slug": chosen.slug, "payment_type": chosen.payment_type,
            "payment_type_label": label_of(chosen.payment_type, locale),
        }  # fmt: skip
    return {
        "payment_option": option,
        "payment_option_slug": payment.option.slug if payment is not None else None,
        "bin_number": card.bin_number if card is not None else None,
        "card": {"pk": card.card.pk, "name": card.card.name, "slug": card.card.slug} if card and card.card else None,
        "installment": _plan(card.installment, locale) if card and card.installment else None,
    }


def _plan(plan: Installment, locale: str) -> JsonObject:
    return context_json(plan, locale) | {"interest_rate": fraction(plan.interest_rate)}


def _units(order: PreOrder) -> Iterator[Line]:
    for line in order.basket.lines:
        yield from repeat(line, line.quantity)


def _item(n: int, line: Line, placed: Placed) -> JsonObject:
    price = str(line.unit_price)
    return {
        **dict.fromkeys(UNKNOWN_OF_AN_ITEM),
        "id": n,  # among the order's own
        "status": str(placed.status),
        "price_currency": _currency(placed),
        "product": {
            "pk": line.pk,
            "sku": line.sku,
            "base_code": line.sku,
            "name": line.name,
            "image": line.image,
            "absolute_url": line.absolute_url,
            "attributes": dict(line.attributes),
            "attributes_kwargs": {},
            "extra_attributes": {},
            "form_schema": None,
            "data_source": line.data_source,
        },
        "price": price,
        "retail_price": price,
        "tax_rate": percent(line.tax_rate),
        "image": line.image,
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
