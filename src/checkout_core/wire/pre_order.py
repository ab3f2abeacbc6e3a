"""The PreOrder as the seeds' flat JSON.  What is not in here no storefront learns.

Amounts are decimal strings, primary keys numbers; null is what was not given.  `total_amount` is goods and shipping,
`total_amount_with_interest` what is paid in the end, `unpaid_amount` what instalment plans are computed on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..money import Money
from ..order import Basket, CreditCard, GroupChoice, Line, Payment, PreOrder
from ..pages._cards import fraction
from ..pricing import plan_chosen, unpaid
from ..settings import Settings
from ..shop import Card
from ..texts import ENGLISH, label_of
from .contexts import JsonObject, context_json

LABELS: Final[Mapping[str, str]] = {"TRY": "TL"}  # of currencies that buyers do not know by their ISO 4217 code

# What the schema has: null where nothing below says otherwise, and of most no page of the standard map asks
NULL_AT_FIRST: Final[tuple[str, ...]] = (
    "campaigns", "delivery_range", "gift_box", "notifications", "payment_choice", "retail_store", "rewards",
    "selected_campaign", "selected_rewards", "voucher_code",
)  # fmt: skip

# What it has of a line and of its product: of most only the host knows, and tells on its own pages
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


def pre_order_json(order: PreOrder, *, settings: Settings, locale: str = ENGLISH, basket: bool = True) -> JsonObject:
    """All that a storefront may know of the order.

    The settings say how the monthly share of an instalment plan is rounded.
    """
    buyer, delivery, shipping, payment = order.buyer, order.delivery, order.shipping, order.payment
    given = delivery.shipping_address is not None and delivery.billing_address is not None
    return {
        **dict.fromkeys(NULL_AT_FIRST),
        "basket": basket_json(order.basket) if basket else None,
        "delivery_option": _optional(delivery.option, locale),
        "shipping_address": _optional(delivery.shipping_address, locale),
        "billing_address": _optional(delivery.billing_address, locale),
        "billing_and_shipping_same": delivery.billing_and_shipping_same if given else None,
        "shipping_option": shipping_json(order, locale),
        **_groups("data_source_shipping_options", shipping.by_data_source, locale),
        **_groups("attribute_based_shipping_options", shipping.by_attribute, locale),
        "retail_store": _optional(delivery.retail_store, locale),
        "delivery_range": _optional(order.schedule.delivery_range, locale),
        "payment_option": _payment_option(payment, locale),
        "card_info": _card_info(payment, locale),
        "installment": _installment(order, settings),
        "redirect_to_three_d": order.attempts[-1].kind == "three_d" if order.attempts else None,
        "shipping_amount": str(order.totals.shipping) if shipping.choices else None,
        "total_amount": str(order.totals.total - order.totals.interest),
        "loyalty_money": str(order.totals.loyalty_money),
        "unpaid_amount": str(unpaid(order)),
        "total_amount_with_interest": str(order.totals.total),
        "currency_type_label": label_of_currency(order.basket.currency),
        "is_guest": buyer.is_guest,
        "user_email": buyer.email,
        "phone_number": buyer.phone if buyer.is_guest else None,
        "user_phone_number": None if buyer.is_guest else buyer.phone,
        "number": order.number,
        "notes": order.extras.notes,
        "is_post_order": False,  # no page pays an order again
        "is_redirected": False,  # no way to pay sends the buyer to a hosted page; a 3-D form is none
    }


def _optional(part: object, locale: str) -> JsonObject | None:
    return None if part is None else context_json(part, locale)


def shipping_json(order: PreOrder, locale: str) -> JsonObject | None:
    """The option; where each group of goods has its own, one without a key that stands for all of them.

    What looks at the order to see whether it may be paid for wants to find an option.
    """
    shipping = order.shipping
    if shipping.option is not None or not shipping.choices:
        return _optional(shipping.option, locale)
    return {
        "pk": None, "name": shipping.name, "slug": None, "shipping_amount": str(order.totals.shipping), "logo": None,
        "description": None, "kwargs": {},
    }  # fmt: skip


def _groups(name: str, choices: tuple[GroupChoice, ...], locale: str) -> JsonObject:
    """Only there where goods are sent in groups."""
    return {name: [context_json(choice, locale) for choice in choices]} if choices else {}


def label_of_currency(currency: str) -> str:
    """What buyers call it: TL for TRY."""
    return LABELS.get(currency, currency)


# What is bought


def basket_json(basket: Basket) -> JsonObject:
    """What is bought, and its sums."""
    currency = {"currency_type": basket.currency.lower(), "currency_type_label": label_of_currency(basket.currency)}
    return {
        "pk": int(basket.key) if NUMBER.fullmatch(basket.key) else None,  # a key that is no number may open the basket
        "basketitem_set": [_item(line, currency) for line in basket.lines],
        "total_quantity": basket.quantity,
        "total_product_amount": str(basket.amount),
        "total_discount_amount": str(Money.zero(basket.currency)),
        "total_amount": str(basket.amount),
        "discounts": [],
        "upsell_messages": [],
        "created_date": None,
        "modified_date": None,
    }


def _item(line: Line, currency: Mapping[str, str]) -> JsonObject:
    price = str(line.unit_price)
    return {
        "quantity": line.quantity,
        "unit_price": price,
        "total_amount": str(line.amount),
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


def percent(millionths: int) -> str:
    """`"20.00"` for 200 000; more than two decimals only where they say something."""
    whole, rest = divmod(abs(millionths), 10_000)
    decimals = f"{rest:04d}"
    return f"{'-' if millionths < 0 else ''}{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"


# How it is paid


def _payment_option(payment: Payment | None, locale: str) -> JsonObject | None:
    if payment is None:
        return None
    chosen = payment.option
    return {
        "pk": chosen.pk,
        "name": chosen.name,
        "slug": chosen.slug,
        "payment_type": chosen.payment_type,
        "payment_type_label": label_of(chosen.payment_type, locale),
    }


def _card_info(payment: Payment | None, locale: str) -> JsonObject | None:
    """The BIN and the card it stands for; of the number that was typed in, nothing."""
    if not isinstance(payment, CreditCard) or payment.bin_number is None:
        return None
    return {"bin_number": payment.bin_number, "card": _card(payment.card, locale) if payment.card else None}


def _card(card: Card, locale: str) -> JsonObject:
    return {
        "pk": card.pk,
        "name": card.name,
        "slug": card.slug,
        "bank": context_json(card.bank, locale),
        "card_type": context_json(card.card_type, locale),
        "card_payment_type": card.card_payment_type,
    }


def _installment(order: PreOrder, settings: Settings) -> JsonObject | None:
    """The chosen plan at today's total, which is the price it was listed with."""
    chosen = plan_chosen(order.payment)
    if chosen is None:
        return None
    total = order.totals.payable
    months = max(1, chosen.installment_count)  # nothing keeps an admin's table from saying 0
    return {
        "pk": chosen.pk,
        "installment_count": chosen.installment_count,
        "label": chosen.label,
        "price_with_accrued_interest": str(total),
        "monthly_price_with_accrued_interest": str(total.part(months, settings.interest_rounding)),
        "interest_rate": fraction(chosen.interest_rate),
    }
