"""What a page shows, as JSON: a frozen class becomes an object, and its fields have the seeds' names.

    context_json(BankAccountContext((account,)))     # {"bank_accounts": [{"pk": 1, "bank": {...}, "iban": ...}]}

Money becomes a decimal string with the decimals of its currency, a moment ISO 8601.  A code gets its text beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache
from math import isfinite
from typing import Any, Final, TypeAlias

import attrs

from ..money import Money
from ..order import Address, Attempt, DeliveryRange, PreOrder, ShippingChoice
from ..shop import DeliveryOption, RetailStore
from ..texts import ENGLISH, label_of, text_of

Json: TypeAlias = "JsonObject | list[Json] | str | int | float | None"  # a bool is an int
JsonObject: TypeAlias = "dict[str, Json]"

# A field that holds a code, the key that code has on the wire, and the key of its text
SAID: Final[tuple[tuple[str, str, str, Callable[[str, str], str]], ...]] = (
    ("payment_type", "payment_type", "payment_type_label", label_of),
    ("error_code", "error_code", "error_message", text_of),
    ("notice", "notice_code", "notice", text_of),
)

# What the schema has of a class, and no page of the standard map asks for
ADDED: Final[Mapping[type[object], JsonObject]] = {
    Address: {"notes": None, "e_bill_taxpayer": False, "extra_field": None},
}
HIDDEN: Final[Mapping[type[object], frozenset[str]]] = {  # what it has not
    DeliveryOption: frozenset({"slot_group"}),
    DeliveryRange: frozenset({"group", "quota"}),
    ShippingChoice: frozenset({"required_fields", "given"}),
}


def context_json(context: object, locale: str = ENGLISH) -> JsonObject:
    """The context of a page, `{}` where it shows nothing.

    Raises TypeError for what is neither a frozen class nor a mapping, for what has no form in JSON, such as a Secret,
    and for a PreOrder or an Attempt: their keys and what a bank handed out are nobody's to see.
    """
    shown = _shown(context, locale)
    if not isinstance(shown, dict):
        raise TypeError(f"a context is a frozen class or a mapping, not {type(context).__name__}")
    return shown


def _shown(value: object, locale: str) -> Json:
    shown: Json
    match value:
        case None | str() | int():
            shown = value
        case float() if isfinite(value):  # a latitude; JSON has no NaN
            shown = value
        case Money():
            shown = str(value)
        case date() | time():  # a datetime is a date
            shown = value.isoformat()
        case tuple() | list():
            shown = [_shown(item, locale) for item in value]
        case Mapping():
            shown = {str(key): _shown(item, locale) for key, item in value.items()}
        case PreOrder() | Attempt():
            raise TypeError(f"{type(value).__name__} is not shown; a context names what of it is")
        case RetailStore():
            shown = _store(value)
        case _ if attrs.has(type(value)):
            shown = _object(value, locale)
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
    return shown


def _object(value: object, locale: str) -> JsonObject:
    shown = {name: _shown(getattr(value, name), locale) for name in _names(type(value))}  # type: ignore[arg-type]  # every class is hashable
    for field, key, beside, say in SAID:
        if field in shown:
            code = shown[field]
            shown[key] = code
            shown[beside] = say(code, locale) if isinstance(code, str) else None
    if isinstance(value, ShippingChoice):
        shown["kwargs"] = {"required_fields": list(value.required_fields)} if value.required_fields else {}
    return shown | ADDED.get(type(value), {})


def _store(store: RetailStore) -> JsonObject:
    """Places inside places: only of a store the schema has them so."""
    city: JsonObject = {"pk": store.city.pk, "name": store.city.name, "country": store.country.pk}
    township, district = store.township, store.district
    return {
        "pk": store.pk,
        "name": store.name,
        "township": {"pk": township.pk, "name": township.name, "city": city} if township else None,
        "district": (
            {"pk": district.pk, "name": district.name, "city": district.city, "township": district.township}
            if district else None
        ),
        "address": store.address,
    }  # fmt: skip


@cache  # one entry a class
def _names(kind: type[Any]) -> tuple[str, ...]:
    hidden = HIDDEN.get(kind, frozenset())
    return tuple(a.name for a in attrs.fields(kind) if a.name not in hidden)
