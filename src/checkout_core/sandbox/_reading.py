"""Values of a request to the bank, each in its format.  All raise NotStrict, which does not quote what it read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..effects import CardSecrets, Secret
from ..integrations._strict import NotStrict
from ..money import Money, minor_digits
from ._papers import Style

CARD: Final = ("number", "holder", "month", "year", "cvv")
TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"[A-Za-z0-9-]{1,36}"), "key": re.compile(r"[ -~]{1,64}"),
    "reference": re.compile(r"B[0-9]{6,12}"), "currency": re.compile(r"[A-Z]{3}"),
    "ticket": re.compile(r"[A-Za-z0-9_-]{1,64}"), "card_number": re.compile(r"[0-9]{12,19}"),
    "iban": re.compile(r"[A-Z0-9 ]{5,42}"), "site": re.compile(r"[!-~]{0,300}"),
    "email": re.compile(r"[^\x00-\x20\ud800-\udfff]{3,254}"), "cvv": re.compile(r"[0-9]{3,4}"),
    "holder": re.compile(r".{1,100}"),
}  # fmt: skip
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "minor": (1, 10**15), "installments": (1, 99), "month": (1, 12), "year": (2000, 2999)
}  # fmt: skip
LINE: Final = re.compile(r"[^\x00-\x1f\ud800-\udfff]{0,500}")
MOST_LINES: Final = 4
STYLES: Final[Mapping[str, Style]] = {
    "hosted": "hosted", "posted": "posted", "iframe": "iframe", "html": "html", "garanti": "garanti"
}  # fmt: skip


def card_of(told: object) -> CardSecrets:
    if not isinstance(told, dict) or told.keys() != set(CARD):
        raise NotStrict(f"a card has the fields {', '.join(CARD)}")
    number = text({"card_number": told["number"]}, "card_number")
    cvv = None if told["cvv"] is None else Secret(text(told, "cvv"))
    return CardSecrets(Secret(number), text(told, "holder"), whole(told, "month"), whole(told, "year"), cvv)


def money(told: Mapping[str, object]) -> Money:
    currency = text(told, "currency")
    minor_digits(currency)
    return Money.of(whole(told, "minor"), currency)


def text(told: Mapping[str, object], name: str) -> str:
    value = told[name]
    if not isinstance(value, str) or not TEXTS[name].fullmatch(value):
        raise NotStrict(f"{name} is not in its format")
    return value


def texts(told: object) -> Mapping[str, str]:
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise NotStrict("returned has texts only")
    return told


def whole(told: Mapping[str, object], name: str) -> int:
    value, (least, most) = told[name], NUMBERS[name]
    if type(value) is not int or not least <= value <= most:
        raise NotStrict(f"{name} is not in its format")
    return value


def style_of(told: Mapping[str, object]) -> Style | None:
    """What the page of a session is to be like; None where nobody has said."""
    if "style" not in told:
        return None
    style = STYLES.get(str(told["style"]))
    if style is None:
        raise NotStrict(f"a style is one of {', '.join(STYLES)}, in this format")
    return style


def lines(told: object) -> tuple[str, ...]:
    """A few, such as addresses."""
    if not isinstance(told, list) or len(told) > MOST_LINES:
        raise NotStrict("addresses are no list of a few")
    if not all(isinstance(line, str) and LINE.fullmatch(line) for line in told):
        raise NotStrict("an address is not in its format")
    return tuple(told)
