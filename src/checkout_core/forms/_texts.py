"""Free text: what people write, and what machines hand over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from unicodedata import normalize

from ..effects import Secret
from ..settings import Settings
from ._cards import holds_card
from ._shapes import BIGGEST, CARD_NUMBER, INVALID, TOO_LONG, Bad, Parser

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # surrogates: no UTF-8 has them
_BREAKS: Final = dict.fromkeys(b"\t\n\r")
_COMPOSED: Final = 4  # the most characters that NFC makes one of
_LONGEST_HOLDER: Final = 64
_LONGEST_OF_BROWSER: Final = 2048  # of browserUserAgent and browserAcceptHeader, EMV 3-D Secure 2.2
_LONGEST_RETURNED: Final = 4096
_APART: Final = re.compile("[\\s\u2010-\u2015-]+")  # blanks, hyphens and dashes
_CARD_CODE: Final = re.compile("[A-Z0-9]{8,64}")
_COUNT: Final = re.compile("[0-9]{1,3}")
_MOST_PARTS: Final = 120
_LONGEST_COUNTS: Final = 64
_MOST_RETURNED: Final = 100  # fields
_LONGEST_NAME: Final = 128


def _composed(raw: object, most: int) -> str | Bad:
    """The text without blanks around it, in NFC, of at most so many characters; its lines end with a newline."""
    if not isinstance(raw, str):
        return INVALID
    text = raw.strip().replace("\r\n", "\n")
    if len(text) > most * _COMPOSED or len(text := normalize("NFC", text)) > most:
        return TOO_LONG
    return text or INVALID


def prose(most: int, *, lines: bool = False) -> Parser:
    """Reads what people write, up to `most` characters in one line or several; no card number may be in it."""

    def parse(raw: object, _: Settings) -> object:
        text = _composed(raw, most)
        if isinstance(text, Bad):
            return text
        if _CONTROL.search(text.replace("\n", "") if lines else text):
            return INVALID
        return CARD_NUMBER if holds_card(text) else text

    return parse


_key: Final = prose(64)


def key(raw: object, settings: Settings) -> object:
    """What a thing is called by, which storefronts send as text or as a whole number."""
    return _key(str(raw) if type(raw) is int and 0 <= raw <= BIGGEST else raw, settings)


def gift_card_code(raw: object, _: Settings) -> object:
    """The code of a gift card in its one spelling: as it is printed or typed, it is the same card."""
    if type(raw) is int and 0 <= raw <= BIGGEST:
        raw = str(raw)
    if not isinstance(raw, str) or len(raw) > _LONGEST_HOLDER * 2:
        return INVALID
    plain = _APART.sub("", raw).upper()
    return Secret(plain) if _CARD_CODE.fullmatch(plain) else INVALID


def counts(raw: object, _: Settings) -> object:
    """Counts of instalments, in their order, apart by colons."""
    if not isinstance(raw, str):
        return INVALID
    if len(raw) > _LONGEST_COUNTS:
        return TOO_LONG
    told = raw.strip().split(":")
    if not all(_COUNT.fullmatch(each) for each in told):
        return INVALID
    found = tuple(map(int, told))
    return found if max(found) <= _MOST_PARTS else INVALID


def card_holder(raw: object, _: Settings) -> object:
    """Letters and single spaces, as the documents ask: who is O'Brien writes OBRIEN.  One word will do."""
    text = _composed(raw, _LONGEST_HOLDER)
    if isinstance(text, Bad):
        return text
    words = text.split()
    return " ".join(words) if len(text) > 1 and "".join(words).isalpha() else INVALID


def _as_written(raw: object) -> str:
    """The text itself, or how JSON writes true, false and integers; empty for all else."""
    if isinstance(raw, str):
        return str(raw)
    if type(raw) is bool:
        return "true" if raw else "false"
    return str(raw) if type(raw) is int and abs(raw) <= BIGGEST else ""


def browser_text(raw: object, _: Settings) -> object:
    """What a browser tells of itself, printable."""
    text = _as_written(raw).strip()
    if len(text) > _LONGEST_OF_BROWSER:
        return TOO_LONG
    return text if text and text.isprintable() else INVALID


def return_field(raw: object, _: Settings) -> object:
    """What a bank sends through the browser, to the letter: it may be signed."""
    text = _as_written(raw)
    if len(text) > _LONGEST_RETURNED:
        return TOO_LONG
    return text if text and not _CONTROL.search(text.translate(_BREAKS)) else INVALID


def all_returned(body: Mapping[str, object], settings: Settings) -> Mapping[str, str] | Bad:
    """Every field that a provider's page sends through the browser, each once, to the letter, in their order.

    Blank ones too, for they may be signed; null is none.
    """
    if len(body) > _MOST_RETURNED:
        return TOO_LONG
    found: dict[str, str] = {}
    for name, raw in body.items():
        value = "" if raw == "" else return_field(raw, settings)
        if raw is None:
            continue
        if isinstance(value, Bad) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            return INVALID
        found[name] = str(value)
    return found
