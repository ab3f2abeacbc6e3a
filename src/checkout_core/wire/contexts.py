"""What a page shows, as JSON: a frozen class becomes an object, and its fields have the seeds' names.

    context_json(BankAccountContext((account,)))     # {"bank_accounts": [{"pk": 1, "bank": {...}, "iban": ...}]}

Money becomes a decimal string with the decimals of its currency, a moment ISO 8601.  A code gets its text beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from functools import cache, partial
from math import isfinite
from types import NoneType
from typing import Any, Final, TypeAlias, cast

import attrs

from ..forms import read_back
from ..money import Money
from ..order import Address, Attempt, DeliveryRange, GroupChoice, PreOrder, ShippingChoice
from ..shop import DeliveryOption, RetailStore
from ..texts import ENGLISH, label_of, text_of

Json: TypeAlias = "JsonObject | list[Json] | str | int | float | None"  # a bool is an int
JsonObject: TypeAlias = "dict[str, Json]"
Way: TypeAlias = Callable[[Any, str], Json]  # of a value and a locale
Said: TypeAlias = tuple[tuple[str, str, str, Callable[[str, str], str]], ...]

# A field that holds a code or several, the key that code has on the wire, and the key of its text
SAID: Final[Said] = (
    ("payment_type", "payment_type", "payment_type_label", label_of),
    ("error_code", "error_code", "error_message", text_of),
    ("notice", "notice_code", "notice", text_of),
    ("installment_messages", "installment_messages", "installment_messages", text_of),  # codes, and words of the shop
)

# What the schema has of a class, and no page of the standard map asks for
ADDED: Final[Mapping[type[object], JsonObject]] = {
    Address: {"notes": None, "e_bill_taxpayer": False, "extra_field": None},
}
HIDDEN: Final[Mapping[type[object], frozenset[str]]] = {  # what it has not
    DeliveryOption: frozenset({"slot_group"}),
    DeliveryRange: frozenset({"group", "quota"}),
    GroupChoice: frozenset({"outdated"}),
    ShippingChoice: frozenset({"required_fields", "given", "outdated"}),
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


def kept_json(text: str) -> Json:
    """JSON that was kept as text, as a value; the text itself where it has a number that JSON cannot carry on."""
    return cast("Json", read_back(text))


def _shown(value: Any, locale: str) -> Json:  # noqa: ANN401  # of a host's context
    way = _way(type(value))  # type: ignore[arg-type]  # every class is hashable
    shown: Json = value if way is None else way(value, locale)
    return shown


def _number(value: float, locale: str) -> Json:
    if not isfinite(value):  # JSON has no NaN
        raise TypeError("float has no form in JSON")
    return value


def _money(value: Money, locale: str) -> Json:
    return str(value)


def _moment(value: date | time, locale: str) -> Json:
    return value.isoformat()


def _list(value: Iterable[object], locale: str) -> Json:
    return [_shown(item, locale) for item in value]


def _mapping(value: Mapping[object, object], locale: str) -> Json:
    return {str(key): _shown(item, locale) for key, item in value.items()}


def _nobodys(value: object, locale: str) -> Json:
    raise TypeError(f"{type(value).__name__} is not shown; a context names what of it is")


def _object(names: tuple[str, ...], said: Said, added: JsonObject, value: object, locale: str) -> Json:
    shown = {name: _shown(getattr(value, name), locale) for name in names}
    for field, key, beside, say in said:
        code = shown[field]
        shown[key] = code
        shown[beside] = _in_words(code, say, locale)
    if isinstance(value, ShippingChoice):
        shown["kwargs"] = {"required_fields": list(value.required_fields)} if value.required_fields else {}
    return shown | added


def _in_words(code: Json, say: Callable[[str, str], str], locale: str) -> Json:
    if isinstance(code, list):
        return [_in_words(each, say, locale) for each in code]
    return say(code, locale) if isinstance(code, str) else None


def _store(store: RetailStore, locale: str) -> Json:
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


WAYS: Final[tuple[tuple[tuple[type[Any], ...], Way | None], ...]] = (
    ((NoneType, str, int), None),  # as they are
    ((float,), _number),  # a latitude
    ((Money,), _money),
    ((date, time), _moment),  # a datetime is a date
    ((tuple, list), _list),
    ((Mapping,), _mapping),
    ((PreOrder, Attempt), _nobodys),
    ((RetailStore,), _store),
)


@cache  # one entry a class: lists of cities and stores have thousands of values of a few classes
def _way(kind: type[Any]) -> Way | None:
    """How values of that class are shown; None: as they are.  Raises TypeError for what has no form in JSON."""
    for kinds, way in WAYS:
        if issubclass(kind, kinds):
            return way
    if not attrs.has(kind):
        raise TypeError(f"{kind.__name__} has no form in JSON")
    has, hidden = [a.name for a in attrs.fields(kind)], HIDDEN.get(kind, frozenset())
    names = tuple(name for name in has if name not in hidden)
    return partial(_object, names, tuple(each for each in SAID if each[0] in names), ADDED.get(kind, {}))
