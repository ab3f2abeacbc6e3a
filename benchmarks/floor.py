"""The floor: a guest's card checkout as one would write it by hand, with nothing that a second shop could use.

Ten functions over one dict (floor_steps, floor_sums).  Each looks whether the buyer may be there, reads the form,
writes the answer, reckons what hangs on it, and says which page is next and what it shows: as much as a step of the
library gives.
`SHOP`, `FORMS` and `new_order` are what any other way starts from, and its total has to be the one returned here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from floor_shop import FORMS as FORMS
from floor_shop import NIL
from floor_shop import SHOP as SHOP
from floor_steps import (
    Answer,
    Form,
    Order,
    address,
    bin_number,
    card,
    delivery,
    email,
    installment,
    payment,
    place,
    shipping,
    three_d,
)  # fmt: skip
from floor_sums import add_up, total

STEPS: Final[tuple[tuple[Callable[[Order, Form], Answer], Form, str], ...]] = (
    (email, FORMS["email"], "DeliveryOptionSelectionPage"),
    (delivery, FORMS["delivery"], "AddressSelectionPage"),
    (address, FORMS["address"], "ShippingOptionSelectionPage"),
    (shipping, FORMS["shipping"], "PaymentOptionSelectionPage"),
    (payment, FORMS["payment"], "BinNumberPage"),
    (bin_number, FORMS["bin"], "InstallmentSelectionPage"),
    (installment, FORMS["installment"], "CreditCardConfirmationPage"),
    (card, FORMS["card"], "ThreeDSecureDecision"),
    (three_d, {}, "PlaceOrder"),
    (place, {}, "ThankYouPage"),
)
AMOUNTS: Final = (
    "interest_rate", "basket_amount", "weight", "discount_amount", "shipping_amount", "interest_amount", "total_amount",
)  # fmt: skip
AMOUNTS_OF_LINE: Final = ("unit_price", "list_price", "tax_rate", "discount", "total", "weight")


def new_order(lines: int) -> Order:
    """A checkout that has just begun, with so many lines in its basket: 41 fields, 12 a line."""
    unit = [Decimal("19.90") + at % 7 for at in range(lines)]
    rows = [
        {
            "pk": at + 1, "sku": f"SKU-{at:06d}", "name": f"Sample product {at}", "quantity": at % 3 + 1,
            "unit_price": price, "list_price": price + 5, "tax_rate": Decimal(20), "discount": NIL,
            "total": price * (at % 3 + 1), "currency": "TRY", "weight": Decimal("0.35"), "data_source": None,
        }
        for at, price in enumerate(unit)
    ]  # fmt: skip
    order: Order = {
        "pk": 1, "token": "0d9b6a4c1f5e4e0d8f6f2b7a3c1e5d90", "version": 1, "channel": "web", "language": "en",
        "created_at": "2026-11-21T09:30:00+00:00", "updated_at": "2026-11-21T09:30:00+00:00", "currency": "TRY",
        "user_id": None, "is_guest": True, "user_email": None, "phone_number": None, "lines": rows,
        "delivery_option": None, "shipping_address": None, "billing_address": None, "shipping_option": None,
        "payment_option": None, "bin_number": None, "card": None, "card_mask": None, "installment": None,
        "installment_count": 1, "interest_rate": Decimal(0), "discount_amount": NIL, "shipping_amount": NIL,
        "agreement": False, "three_d_required": None, "failed_attempts": 0, "order_number": None, "order_note": None,
        "gift_box": False, "coupons": [], "completed": [], "client_ip": "192.0.2.7", "user_agent": "floor",
        "status": "open",
    }  # fmt: skip
    add_up(order)
    total(order)
    return order


def in_place(order: Order) -> Decimal:
    """The total of the placed order; `order` itself stays as it was."""
    order = {**order, "completed": []}
    for step, form, expected in STEPS:
        page, context = step(order, form)
        if page != expected:
            raise AssertionError((step, page, context))
    return _paid(order)


def stored(
    order: Order, dumps: Callable[[Order], str] = json.dumps, loads: Callable[[str], Order] = json.loads
) -> Decimal:
    """As `in_place`, but between two steps the order is JSON text."""
    text = json.dumps(_to_texts({**order, "completed": []}))
    for step, form, expected in STEPS:
        order = _from_texts(json.loads(text))
        page, context = step(order, form)
        if page != expected:
            raise AssertionError((step, page, context))
        text = json.dumps(_to_texts(order))
    return _paid(order)


def _paid(order: Order) -> Decimal:
    paid: Decimal = order["total_amount"]
    return paid


def _to_texts(order: Order) -> Order:
    texts = order.copy()
    for name in AMOUNTS:
        texts[name] = str(texts[name])
    texts["lines"] = rows = []
    for line in order["lines"]:
        row = line.copy()
        for name in AMOUNTS_OF_LINE:
            row[name] = str(row[name])
        rows.append(row)
    if (option := order["shipping_option"]) is not None:
        texts["shipping_option"] = option | {"amount": str(option["amount"])}
    return texts


def _from_texts(order: Order) -> Order:
    for name in AMOUNTS:
        order[name] = Decimal(order[name])
    for row in order["lines"]:
        for name in AMOUNTS_OF_LINE:
            row[name] = Decimal(row[name])
    if (option := order["shipping_option"]) is not None:
        option["amount"] = Decimal(option["amount"])
    return order
