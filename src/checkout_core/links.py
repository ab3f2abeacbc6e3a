"""Signed links: the address of an order page, which nobody can guess, and which ends by itself.

    links = Links(keyring, clock, ttl=timedelta(days=7))
    links.sign_link("5F2C0E41A9B37D60")      # 'IjVGMkMwRTQxQTlCMzdENjAi:1tVq2c:kYxW...'
    links.number_of(token)                   # None for whatever was not signed here, or not lately

As Django signs: the order number as JSON in base64, the second it was signed in base 62, the signature, joined by ":".
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from .keyring import Keyring

PURPOSE: Final = "completed"  # among all that the keyring's keys are for
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKEN: Final = re.compile(r"([A-Za-z0-9_-]{1,200}):([A-Za-z0-9]{1,10}):([A-Za-z0-9_-]{43})")
SKEW: Final = 60  # seconds that another worker's clock may be ahead
NUMBER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


@frozen(kw_only=True)
class Links:
    """A SignerPort without any state: all workers that share the keyring are one.  Keys may be changed meanwhile."""

    keyring: Keyring
    clock: Callable[[], datetime]  # aware
    ttl: timedelta = timedelta(days=7)  # an order page has a name and an address on it

    def sign_link(self, number: str, /) -> str:
        """The token: one path segment."""
        payload, at = _base64(json.dumps(number).encode()), _base62(int(self.clock().timestamp()))
        return f"{payload}:{at}:{_base64(self.keyring.mac(PURPOSE, payload, at))}"

    def number_of(self, token: str) -> str | None:
        """The order number of a token that was made here at most `ttl` ago; None for all else, whatever is wrong."""
        found = TOKEN.fullmatch(token)
        if found is None:
            return None
        payload, at, signature = found.groups()
        right = [hmac.compare_digest(signature, _base64(mac)) for mac in self.keyring.macs(PURPOSE, payload, at)]
        age = self.clock().timestamp() - _number(at)
        if not any(right) or not -SKEW <= age < self.ttl.total_seconds():
            return None
        try:
            number = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (binascii.Error, ValueError):
            return None
        return number if isinstance(number, str) and NUMBER.fullmatch(number) else None


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _base62(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return text or "0"


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number * len(DIGITS) + DIGITS.index(letter)
    return number
