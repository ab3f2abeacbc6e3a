"""A JSON value of any shape, of which nobody knows more than how large it may be; it is kept as text.

    {"preference": "gift", "weight": 1.10}      "[1, 2]"      "gift"

Text that begins like an object or an array is read as JSON, which is how a form posts them; any other text is a text.
What is kept is one writing of the value: names in order, no blanks, each number with the digits it was sent with.  No
number passes through a float, which would make another one of it; one that readers of JSON cannot hold is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Final

from ..settings import Settings
from ._cards import holds_card
from ._shapes import CARD_NUMBER, INVALID, REQUIRED, TOO_LONG

LONGEST: Final = 8_192  # bytes of what is kept, in UTF-8
DEEPEST: Final = 10  # arrays and objects in each other
_LONGEST_POSTED: Final = 65_536  # characters: as many as a request has bytes
_LONGEST_NUMBER: Final = 40  # characters
_REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # lines and tabs may be in a text


def json_text(raw: object, _: Settings) -> object:
    """The value as canonical JSON text; no card number may be in it.  Blank text is no value."""
    begins = raw.lstrip()[:1] if isinstance(raw, str) else None
    if begins == "":
        return REQUIRED
    if isinstance(raw, str) and len(raw) > _LONGEST_POSTED:
        return TOO_LONG
    try:
        text = canonical(value_of(raw) if isinstance(raw, str) and begins in {"{", "["} else raw)
    except (ValueError, RecursionError):
        return INVALID
    if len(text.encode()) > LONGEST:
        return TOO_LONG
    return CARD_NUMBER if holds_card(text) else text


def value_of(text: str) -> object:
    """The value of that text, fractions in it as Decimals.  Raises ValueError for what is no JSON, or has a name twice.

    RecursionError where arrays are so deep that nobody reads them.
    """
    value: object = json.loads(text, parse_float=_decimal, parse_constant=_refuse, object_pairs_hook=_once)
    return value


def read_back(text: str) -> object:
    """The value of that text to be shown, fractions as floats; the text itself where JSON cannot carry it on."""
    try:
        value: object = json.loads(text, parse_float=_finite, parse_constant=_refuse)
    except (ValueError, RecursionError):  # a host may have kept what no form would take
        return text
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


def canonical(value: object, depth: int = DEEPEST) -> str:
    """How that value is written.  Raises ValueError for what JSON has not, and for what is too deep."""
    match value:
        case None | True | False:
            return json.dumps(value)
        case str() if not _REFUSED.search(value):
            return json.dumps(value, ensure_ascii=False)
        case int() | float() | Decimal():
            return _number(value)
        case Mapping() if depth and all(isinstance(name, str) for name in value):
            members = {canonical(name): canonical(each, depth - 1) for name, each in value.items()}
            return "{" + ",".join(f"{name}:{members[name]}" for name in sorted(members)) + "}"
        case list() | tuple() if depth:
            return "[" + ",".join(canonical(each, depth - 1) for each in value) + "]"
        case _:
            raise ValueError(f"{type(value).__name__} cannot be kept")


def _number(value: float | Decimal) -> str:
    """As it was sent; a float, which a host's own reader may have made, as Python writes it."""
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER * 4:  # to write it takes long
        raise ValueError("no number has so many digits")
    text = str(value)
    if len(text) > _LONGEST_NUMBER or not isfinite(float(text)):
        raise ValueError("no reader of JSON holds this number")
    return text


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that no number has
        raise ValueError(text) from None


def _refuse(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found
