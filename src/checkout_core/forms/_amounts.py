"""Amounts of money as buyers write them, and how much to take of which account.

    50      "50.00"      [{"label_id": 1, "amount": "25.00"}, {"label_id": null, "amount": "10.00"}]

What comes out is text still: only a page knows in which currency, and `Money` refuses what that currency has not.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Final, TypeAlias

from ..settings import Settings
from ._shapes import BIGGEST, INVALID, INVALID_JSON, TOO_LONG, Bad

Usages: TypeAlias = tuple[tuple[int | None, str], ...]

MOST_DIGITS: Final = 12
MOST_USAGES: Final = 300
_LONGEST_TEXT: Final = 65_536  # characters: as many as a request has bytes
_AMOUNT: Final = re.compile(r"[0-9]+(?:\.[0-9]{1,4})?").fullmatch  # no currency has more decimals (ISO 4217)


def amount(raw: object, _: Settings) -> object:
    """The decimal text of a number that is not below nothing: of at most 12 digits, without an exponent."""
    text = _written(raw)
    if not _AMOUNT(text) or len(text.replace(".", "")) > MOST_DIGITS:
        return INVALID
    return text


def _written(raw: object) -> str:
    """Text as it is, a whole number or a Decimal as its digits; empty for all else, a float above all."""
    if isinstance(raw, Decimal):
        return str(raw)  # with an exponent where it was written with one
    if type(raw) is int:
        return str(raw) if 0 <= raw <= BIGGEST else ""
    return raw.strip() if isinstance(raw, str) else ""


def account_usages(raw: object, settings: Settings) -> object:
    """Pairs of a label's key, None for the money without one, and the amount: of JSON, or of its text."""
    if isinstance(raw, str):
        if len(raw) > _LONGEST_TEXT:
            return TOO_LONG
        try:
            raw = json.loads(raw, object_pairs_hook=_once, parse_float=str, parse_constant=_refused)
        except (ValueError, RecursionError):
            return INVALID_JSON
    if not isinstance(raw, list | tuple):
        return INVALID
    if len(raw) > MOST_USAGES:
        return TOO_LONG
    pairs = tuple(_usage(entry, settings) for entry in raw)
    return INVALID if any(pair is None for pair in pairs) else pairs


def _usage(entry: object, settings: Settings) -> tuple[int | None, str] | None:
    if not isinstance(entry, dict) or not {"label_id", "amount"} <= entry.keys():
        return None
    label, told = entry["label_id"], amount(entry["amount"], settings)
    known = label is None or (type(label) is int and 1 <= label <= BIGGEST)
    return (label, str(told)) if known and not isinstance(told, Bad) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _refused(text: str) -> object:
    raise ValueError(f"{text} is no number")
