"""The floor's shop, and what its buyer types: plain dicts, as they would come from a table and from a request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, TypeAlias

Row: TypeAlias = dict[str, Any]

NIL, CENT, MOST = Decimal("0.00"), Decimal("0.01"), Decimal("1000000.00")


def _address(pk: int, title: str) -> Row:
    return {
        "pk": pk, "title": title, "first_name": "Grace", "last_name": "Hopper", "phone_number": "05557654321",
        "country": "TR", "city": "Istanbul", "township": "Sariyer", "district": "Bebek", "line": "7 Sample Road, Flat",
        "postcode": "34342", "identity_number": "10000000146", "company": None, "tax_no": None,
    }  # fmt: skip


def _ships(pk: int, name: str, countries: str, price: str, most: str, least: Decimal, free: Decimal | None) -> Row:
    return {
        "pk": pk, "name": name, "countries": frozenset(countries.split()), "price": Decimal(price), "free_from": free,
        "min_amount": least, "max_amount": MOST, "max_weight": Decimal(most),
    }  # fmt: skip


def _pays(pk: int, name: str, kind: str, currencies: str, *, guests: bool = True) -> Row:
    return {
        "pk": pk, "name": name, "kind": kind, "currencies": frozenset(currencies.split()), "guests": guests,
        "min_amount": Decimal("1.00"), "max_amount": MOST * 10,
    }  # fmt: skip


def _card(pk: int, bank: str, scheme: str, *, three_d: bool) -> Row:
    return {"pk": pk, "type": scheme, "bank": bank, "category": "credit", "three_d": three_d}


SHOP: Final[Row] = {
    "delivery_options": {
        1: {"pk": 1, "name": "Bring it to me", "kind": "customer"},
        2: {"pk": 2, "name": "I fetch it", "kind": "store"},
    },
    "addresses": {11: _address(11, "Flat"), 12: _address(12, "Office")},
    "identity_number_required_amount": Decimal("5000.00"),
    "shipping_options": [
        _ships(21, "Parcel", "TR GB", "29.90", "100000", NIL, MOST / 2),
        _ships(22, "Overnight", "TR", "59.90", "50000", Decimal("10.00"), None),
        _ships(23, "Air", "DE", "199.00", "20", NIL, None),
    ],
    "payment_options": [
        _pays(31, "Card", "credit_card", "TRY GBP"),
        _pays(32, "Cash at the door", "pay_on_delivery", "TRY"),
        _pays(33, "A card we keep", "saved_card", "TRY", guests=False),
    ],
    "bins": {f"5421{n:02d}": _card(100 + n, f"Bank {n}", "MasterCard", three_d=False) for n in range(100)},
    "default_card": _card(99, "Other", "Other", three_d=True),
    "installments": [
        {"pk": pk, "count": n, "rate": Decimal(rate)}
        for pk, n, rate in ((41, 1, "0"), (42, 3, "2.25"), (43, 6, "4.50"), (44, 9, "7.75"))
    ],
    "three_d_enabled": True, "three_d_amount": MOST * 10, "three_d_guests": False, "three_d_first_order": False,
    "three_d_currencies": frozenset({"USD"}), "three_d_failed_attempts": 3,
}  # fmt: skip
FORMS: Final[dict[str, Row]] = {
    "email": {"user_email": "grace@example.com", "phone_number": "05557654321"},
    "delivery": {"delivery_option": 1},
    "address": {"shipping_address": 11, "billing_address": 12},
    "shipping": {"shipping_option": 21},
    "payment": {"payment_option": 31},
    "bin": {"bin_number": "542119"},
    "installment": {"installment": 42},
    "card": {
        "card_number": "5421 1900 0000 0009", "card_holder": "Grace Hopper", "card_month": "12", "card_year": "2029",
        "card_cvv": "123", "agreement": True,
    },
}  # fmt: skip
