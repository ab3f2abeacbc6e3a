r"""The codes, and parsers for text of a fixed form, whole numbers, yes and no, moments.

[0-9] throughout: \d takes the digits of every script.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias

from attrs import frozen

from ..settings import Settings

Parser: TypeAlias = Callable[[object, Settings], object]

BIGGEST: Final = 2**63 - 1  # of a primary key in any database


@frozen
class Bad:
    """What a parser answers instead of a value: the code of what is wrong."""

    code: str


REQUIRED: Final = Bad("required")
INVALID: Final = Bad("invalid")
CHECKSUM: Final = Bad("checksum")
TOO_LONG: Final = Bad("too_long")
CARD_NUMBER: Final = Bad("card_number")
INVALID_JSON: Final = Bad("invalid_json")
CODES: Final = frozenset(bad.code for bad in (REQUIRED, INVALID, CHECKSUM, TOO_LONG, CARD_NUMBER, INVALID_JSON))


def shaped(pattern: str, then: Callable[[str], object] = str) -> Parser:
    """Reads text that fits the pattern as a whole, and makes `then` of it."""
    fits = re.compile(pattern).fullmatch

    def parse(raw: object, _: Settings) -> object:
        return then(text) if isinstance(raw, str) and fits(text := raw.strip()) else INVALID

    return parse


def whole(pattern: str, least: int, most: int) -> Parser:
    """Reads an integer, or text that fits the pattern, from `least` to `most`."""
    fits = re.compile(pattern).fullmatch

    def parse(raw: object, _: Settings) -> object:
        number = int(text) if isinstance(raw, str) and fits(text := raw.strip()) else raw
        return number if type(number) is int and least <= number <= most else INVALID  # a bool is no int here

    return parse


_WORDS: Final = {
    "true": True, "True": True, "on": True, "1": True, "false": False, "False": False, "off": False, "0": False,
}  # fmt: skip


def flag(raw: object, _: Settings) -> object:
    """Yes or no."""
    if type(raw) is bool:
        return raw
    if isinstance(raw, str):
        return _WORDS.get(raw.strip(), INVALID)
    return raw == 1 if type(raw) is int and raw in (0, 1) else INVALID


def agreement(raw: object, settings: Settings) -> object:
    """Yes; all else is no agreement."""
    return True if raw is True or flag(raw, settings) is True else REQUIRED


_MOMENT: Final = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
).fullmatch


def moment(raw: object, _: Settings) -> object:
    """An aware datetime with the offset it was written with."""
    if not isinstance(raw, str) or not _MOMENT(text := raw.strip()):
        return INVALID
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # a thirteenth month
        return INVALID
