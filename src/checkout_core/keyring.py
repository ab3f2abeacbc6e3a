"""Keys of the server's, for what must be recognised later without being stored: step tokens, codes.

    keyring = Keyring((secrets.token_bytes(32),))
    token = keyring.seal_token("step", ("co-1", "7", "BinNumberPage"))
    keyring.open_token(token, "step")           # ('co-1', '7', 'BinNumberPage'); None for anything else

What a token says is no secret.  Nobody without a key makes one, or changes one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Sequence

from attrs import field, frozen

from .shop import Misconfigured

SHORTEST = 16  # bytes
MAC = 16  # bytes of a token's: 128 bits
LONGEST = 2000  # characters of a token
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")


def _sound(keys: Sequence[bytes]) -> tuple[bytes, ...]:
    how = "make one with secrets.token_bytes(32)"
    if not keys:
        raise Misconfigured(f"a keyring needs a key; {how}")
    for key in keys:
        if key.__class__ is not bytes or len(key) < SHORTEST or len(set(key)) == 1 or not key.strip():
            raise Misconfigured(f"a key is at least {SHORTEST} random bytes; {how}")
    return tuple(keys)


@frozen(eq=False)
class Keyring:
    """The first key makes, all of them check: to change keys, put the new one in front, and take the old one out later.

    Raises Misconfigured for no key, and for one that is short or blank.
    """

    _keys: tuple[bytes, ...] = field(converter=_sound, repr=False)

    def mac(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that follow from the parts and nothing else; other purpose, other bytes."""
        return self._macs(purpose, parts)[0]

    def macs(self, purpose: str, *parts: str) -> tuple[bytes, ...]:
        """As `mac`, by each key: what may have been made before keys were changed."""
        return self._macs(purpose, parts)

    def seal_token(self, purpose: str, parts: Sequence[str]) -> str:
        """A URL-safe text that says these parts, readable by everybody, and made by nobody else.

        Raises ValueError for more than a token may be long: it could never be opened.
        """
        payload = _framed(parts)
        token = base64.urlsafe_b64encode(self.mac(purpose, *parts)[:MAC] + payload).decode().rstrip("=")
        if not TOKEN.fullmatch(token):
            raise ValueError(f"a token of {len(token)} characters; at most {LONGEST} are read")
        return token

    def open_token(self, token: str, purpose: str) -> tuple[str, ...] | None:
        """The parts; None for whatever was not made by `seal_token` for that purpose, byte by byte."""
        if not TOKEN.fullmatch(token):
            return None
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            parts = _unframed(raw[MAC:])
        except (binascii.Error, ValueError):
            return None
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:  # one text a token: no spare bits
            return None
        right = (hmac.compare_digest(raw[:MAC], mac[:MAC]) for mac in self._macs(purpose, parts))
        return parts if any([*right]) else None

    def _macs(self, purpose: str, parts: Sequence[str]) -> tuple[bytes, ...]:
        said = _framed((purpose, *parts))
        return tuple(hmac.digest(key, said, "sha256") for key in self._keys)

    def __reduce__(self) -> str:
        raise TypeError("a keyring is never stored")


def _framed(parts: Sequence[str]) -> bytes:
    """Each part behind its length, so that no letter can move from one to the next."""
    raw = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in raw)


def _unframed(payload: bytes) -> tuple[str, ...]:
    """Raises ValueError for what `_framed` did not make."""
    parts, at = [], 0
    while at < len(payload):
        end = at + 4 + int.from_bytes(payload[at : at + 4], "big")
        if end > len(payload) or at + 4 > len(payload):
            raise ValueError("cut off")
        parts.append(payload[at + 4 : end].decode("utf-8", "surrogatepass"))
        at = end
    return tuple(parts)
