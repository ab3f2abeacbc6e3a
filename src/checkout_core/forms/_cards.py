"""Card numbers: where they are asked for, and where they must not be."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import decimal

from ..effects import Secret
from ..settings import Settings
from ._shapes import CHECKSUM, INVALID

_CARD: Final = re.compile(  # 34 and 37, American Express, have 15; Visa, Maestro, UnionPay, Discover, JCB also 19
    r"3[47][0-9]{13}|(?!3[47])[1-9][0-9]{15}|(?:35|4[0-9]|5[0678]|6[0-9])[0-9]{17}"
).fullmatch
_PLAIN: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED: Final = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_TYPED: Final = 64  # most characters of a card number with what stands between its digits
_SHORTEST, _LONGEST = 13, 19  # digits of the numbers of ISO/IEC 7812-1 that were ever on cards


def _luhn(number: str) -> bool:
    """Whether the last of these ASCII digits is their check digit (ISO/IEC 7812-1, annex B)."""
    digits = number.encode()[::-1]
    return (sum(digits[::2].translate(_PLAIN)) + sum(digits[1::2].translate(_DOUBLED))) % 10 == 0


def card_number(raw: object, _: Settings) -> object:
    """The number of a card, without spaces and hyphens, as a Secret."""
    if not isinstance(raw, str) or len(raw) > _TYPED:
        return INVALID
    number = "".join(raw.split()).replace("-", "")
    if not _CARD(number):
        return INVALID
    return Secret(number) if _luhn(number) else CHECKSUM


_RUN: Final = re.compile(r"\d(?:[ \xa0-]?\d){12,}")  # \d, for people type their own digits
_GAP: Final = re.compile(r"[ \xa0-]")
_DIGIT: Final = re.compile(r"\d(?=(?:\D*\d){4})")  # that four others follow


def holds_card(text: str) -> bool:
    """Whether neighbouring groups of digits make up a card number: 13 to 19 digits, Luhn, a first digit cards have."""
    for run in _RUN.findall(text):
        groups = ["".join(str(decimal(digit)) for digit in group) for group in _GAP.split(run)]
        for start in range(len(groups)):
            number = ""
            for group in groups[start:]:
                number += group
                if len(number) > _LONGEST:
                    break
                if len(number) >= _SHORTEST and number[0] in "234569" and _luhn(number):
                    return True
    return False


def masked(text: str) -> str:
    """The text; of one with a card number in it the digits are gone, but for the last four."""
    return _DIGIT.sub("*", text) if holds_card(text) else text
