"""A clock that stands, keys, and what a canary looks like wherever it is written by mistake."""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD, NEW = bytes(range(32)), bytes(range(32, 64))


class Clock:
    """Stands until it is moved."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now

    def passes(self, **time):
        self.now += timedelta(**time)


def nonces():
    """A source that never says the same twice, and the same in every run."""
    serial = count(1)
    return lambda: f"nonce-{next(serial):020}"


def disguises(text: str) -> set[str]:
    """How it may be written down by mistake."""
    raw = text.encode()
    groups = [text[n : n + 4] for n in range(0, len(text), 4)]
    return {
        text, text[::-1], raw.hex(), raw.hex().upper(), urllib.parse.quote(text), urllib.parse.quote_plus(text),
        *(gap.join(groups) for gap in (" ", "-", "%20", "+", "\u00a0", "_")), *in_base64(text), repr(list(text)),
    }  # fmt: skip


def in_base64(text: str) -> Iterable[str]:
    """All that any base64 of a text with it in it has in it."""
    for before in range(3):
        raw = b"x" * before + text.encode()
        yield base64.b64encode(raw).decode()[-(-before * 8 // 6) : len(raw) * 8 // 6]


def alone(code: str) -> re.Pattern[str]:
    """That code where it is no part of a longer number or digest."""
    return re.compile(rf"(?<![0-9A-Za-z]){code}(?![0-9A-Za-z])")
