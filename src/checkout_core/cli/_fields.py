"""The fields of a page's form, for people: which there are, what may be chosen, and what of an answer is shown."""

from __future__ import annotations

import re
from collections.abc import Hashable
from types import NoneType, UnionType
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from ..effects import Secret
from ..forms import (
    Bad,
    BinNumber,
    BrowserText,
    CardMonth,
    CardNumber,
    CardYear,
    ClientTime,
    Cvv,
    Email,
    Phone,
    ReturnField,
    plan,
)

BY_MACHINES: Final = (BrowserText, ClientTime, ReturnField)  # nobody types these
HINTS: Final[dict[object, str]] = {
    BinNumber: "the first 6 or 8 digits of the card",
    CardMonth: "1 to 12",
    CardYear: "4 digits",
    Cvv: "3 or 4 digits",
    Email: "name@example.org",
    Phone: "as at home, or +90...",
}
HIDDEN: Final = "****"
CARD: Final = re.compile(r"[0-9]{15,16}|[0-9]{19}")
LONG: Final = re.compile(r"\d(?:[\s-]?\d){12,}")  # 13 digits: no shorter card was ever issued


@frozen
class FormField:
    """One field of a form."""

    name: str  # in the body
    kind: object  # of forms.PARSERS
    optional: bool

    @property
    def secret(self) -> bool:
        """It is read as a Secret."""
        return getattr(self.kind, "__supertype__", None) is Secret


def fields_of(form: type[Any]) -> tuple[FormField, ...]:
    """All of them, in the order of the form."""
    hints = get_type_hints(form)
    rows = zip(attrs.fields(form), plan(cast("Hashable", form)), strict=True)
    return tuple(FormField(name, _kind(hints[a.name]), not isinstance(absent, Bad)) for a, (name, _, absent) in rows)


def _kind(hint: object) -> object:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return next(kind for kind in kinds if kind is not NoneType)


def lists_of(name: str) -> tuple[str, str]:
    """What a list to choose that field from may be called."""
    return f"{name}s", f"{name.rpartition('_')[2]}es"


def choices(name: str, context: object) -> tuple[Any, ...]:
    """What a page lists for that field: `shipping_options` for shipping_option, `addresses` for both addresses."""
    for plural in lists_of(name):
        listed = getattr(context, plural, None)
        if isinstance(listed, tuple):
            return listed
    return ()


def shown(fields: tuple[FormField, ...], name: str, value: object) -> str:
    """What may be seen of an answer: of a card number its ends, of other secrets and of unknown fields nothing."""
    field = next((each for each in fields if each.name == name), None)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if field is None:
        return f"{HIDDEN} (no such field)"
    if not field.secret:
        return LONG.sub(HIDDEN, text)
    digits = "".join(text.split()).replace("-", "")
    ends = field.kind is CardNumber and CARD.fullmatch(digits)
    return f"{digits[:6]}******{digits[-4:]}" if ends else HIDDEN
