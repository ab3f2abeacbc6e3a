"""Free text: what people write, and what machines hand over."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from ..settings import Settings
from ._cards import holds_card
from ._shapes import BIGGEST, CARD_NUMBER, INVALID, TOO_LONG, Bad, Parser

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # surrogates: no UTF-8 has them
_BREAKS: Final = dict.fromkeys(b"\t\n\r")
_COMPOSED: Final = 4  # the most characters that NFC makes one of
_LONGEST_HOLDER: Final = 64
_LONGEST_OF_BROWSER: Final = 2048  # of browserUserAgent and browserAcceptHeader, EMV 3-D Secure 2.2
_LONGEST_RETURNED: Final = 4096


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
