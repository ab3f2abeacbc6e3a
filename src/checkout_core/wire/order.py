"""A placed order as the seeds' JSON: what the page behind a signed address shows of it.

A row of `orderitem_set` is one unit: storefronts count rows to know quantities.  Samples, the gift box and bags are
rows too.  What this library does not know, such as a cargo company, is null.  Whoever adds up finds

    all rows' price - discount_amount + shipping_amount + installment_interest_amount == amount

for `discount_amount` is what offers took off the goods, the sum of `discountitem_set` and of the rows' own
`discount_amount`; `shipping_amount` is what was charged.  Loyalty money and points paid a part of `amount`.
"""

from __future__ import annotations

from typing import Final

from ..order import CreditCard, FundsTransfer, Payment, Placed, PreOrder
from ..pages._cards import fraction
from ..shop import Installment
from ..texts import ENGLISH, label_of
from ._rows import currency_json, discount_items, rows
from .basket import basket_json
from .contexts import JsonObject, context_json
from .pre_order import beside_json, shipping_json

STATUSES: Final = {300: "Payment waiting", 400: "Approved"}

# What the schema has, null where nothing below says otherwise: a warehouse, an accountant, a carrier know it later
UNKNOWN_YET: Final = (
    "bank", "cancel_status", "checkout_provider", "delivery_range", "discount_refund_amount", "e_archive_url",
    "gift_box_note", "invoice_date", "invoice_number", "refund_amount", "segment", "shipping_company",
    "shipping_refund_amount", "shipping_tax_rate", "shipping_tracking_url", "tracking_number", "tracking_url", "user",
)  # fmt: skip


def order_json(order: PreOrder, *, locale: str = ENGLISH, payable: bool = False) -> JsonObject:
    """The order; `payable`: its buyer may pay it now.  Raises ValueError for a checkout that has none."""
    placed = order.placed
    if placed is None:
        raise ValueError("there is no order yet")
    at, totals, delivery, extras = placed.at.isoformat(), placed.totals, order.delivery, order.extras
    box = extras.gift_box
    return {
        **dict.fromkeys(UNKNOWN_YET),
        "id": placed.id,
        "number": placed.number,
        "status": {"value": str(placed.status), "label": STATUSES[placed.status]},
        "currency": currency_json(placed),
        "created_date": at,
        "modified_date": at,
        "amount": str(placed.total),
        "amount_without_discount": str(placed.total + totals.discounts),
        "discount_amount": str(totals.discounts),
        "shipping_amount": str(totals.shipping - totals.shipping_discount),
        "installment_interest_amount": str(totals.interest),
        "installment_count": placed.plan.installments,
        "orderitem_set": rows(order, placed),
        "discountitem_set": discount_items(order, placed),
        "basket": basket_json(order.basket, order.discounts),
        "shipping_address": context_json(delivery.shipping_address, locale) if delivery.shipping_address else None,
        "billing_address": context_json(delivery.billing_address, locale) if delivery.billing_address else None,
        "delivery_range": context_json(slot, locale) if (slot := order.schedule.delivery_range) else None,
        "shipping_option": _shipping(order, locale),
        "shipping_option_slug": order.shipping.option.slug if order.shipping.option else None,
        **_payment(order, locale),
        "user_email": order.buyer.email,
        "notes": extras.notes,
        "client_type": "default",
        "language_code": locale.lower(),
        "remote_addr": None,  # of the buyer's browser: it is not kept
        "is_cancelled": False,
        "is_cancellable": False,  # the host decides that, on its own pages
        "is_refundable": False,
        "is_payable": payable,
        "has_gift_box": box is not None,
        "gift_box_note": box.note if box else None,
        "extra_field": {},
        **beside_json(order),
        **_paid(placed),
    }


def _paid(placed: Placed) -> JsonObject:
    """What the way to pay took, or is to take, where loyalty money, points or gift cards paid a part."""
    totals = placed.totals
    if totals.payable == totals.total:
        return {}
    return {"loyalty_money": str(totals.loyalty_money), "payable_amount": str(totals.payable)}


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
        **_reference(payment),
        "bin_number": card.bin_number if card is not None else None,
        "card": {"pk": card.card.pk, "name": card.card.name, "slug": card.card.slug} if card and card.card else None,
        "installment": _plan(card.installment, locale) if card and card.installment else None,
    }


def _reference(payment: Payment | None) -> JsonObject:
    """What the buyer puts on the transfer, where the gateway has a code for it."""
    code = payment.reference_code if isinstance(payment, FundsTransfer) else None
    return {"reference_code": code} if code else {}


def _plan(plan: Installment, locale: str) -> JsonObject:
    return context_json(plan, locale) | {"interest_rate": fraction(plan.interest_rate)}
