"""A card between two calls: encrypted in the store, under a handle nobody can guess, for minutes, taken once.

    vault = CardVault(store, (Fernet.generate_key(),), clock)     # pip install 'checkout-core[vault]'
    ports = Ports(..., vault=vault)

For gateways that want the card again after 3-D Secure (`Capabilities.card_twice`).  Where the bank gives a token for
the second call, no card has to be kept anywhere.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ..effects import CardSecrets, Secret
from ..shop import Misconfigured
from ._store import AnswerLost, Store, microseconds

if TYPE_CHECKING:  # it is an extra: the core imports without it
    from cryptography.fernet import MultiFernet

HANDLE: Final = 32  # bytes
HOW: Final = "make one with cryptography.fernet.Fernet.generate_key()"
log = logging.getLogger("checkout_core")


class CardVault:
    """A VaultPort over a store that all workers share.  The CVV is in it under no circumstances.

    The first key encrypts, all of them decrypt: to change keys, put the new one in
    front, and take the old one out when a session's time has passed.  The keys
    must lie somewhere else than the store's bytes, or they protect nothing.
    """

    def __init__(self, store: Store, keys: Sequence[str | bytes], clock: Callable[[], datetime]) -> None:
        """Raises Misconfigured for no key, and for what is none; ImportError where the extra is not installed."""
        self._store = store
        self._fernet, self._unreadable = _fernet(keys)
        self._clock = clock

    def keep_card(self, card: CardSecrets, until: datetime, /) -> str:
        """As KeepCard.  Raises StoreUnavailable; then nobody has a handle, whatever was kept."""
        handle = secrets.token_urlsafe(HANDLE)
        sealed = self._fernet.encrypt(_written(card, handle, until))
        self._store.keep(handle, sealed, until, self._clock())
        return handle

    def take_card(self, handle: str, /) -> CardSecrets | None:
        """As TakeCard; None, too, for what no key opens, and where the store lost its answer and the card with it.

        Raises StoreUnavailable where the card may still be there.
        """
        now = self._clock()
        try:
            sealed = self._store.take(handle, now)
        except AnswerLost:
            return None
        if sealed is None:
            return None
        try:
            return _read(self._fernet.decrypt(sealed), handle, now)
        except self._unreadable:
            log.warning("a kept card is of a key that this vault does not have; its buyer is asked again")
            return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> str:
        raise TypeError("a vault is never stored")


def _fernet(keys: Sequence[str | bytes]) -> tuple[MultiFernet, type[Exception]]:
    """Who encrypts, and what is raised for bytes that none of the keys has made."""
    try:
        from cryptography.fernet import Fernet, InvalidToken, MultiFernet  # noqa: PLC0415  # an extra
    except ImportError as missing:
        raise ImportError("a vault needs cryptography: pip install 'checkout-core[vault]'") from missing
    if not keys or isinstance(keys, str | bytes):
        raise Misconfigured(f"a vault needs a tuple of keys; {HOW}")
    try:
        return MultiFernet([Fernet(key) for key in keys]), InvalidToken
    except (TypeError, ValueError):
        raise Misconfigured(f"a key of a vault is 32 bytes in URL-safe base64; {HOW}") from None


def _written(card: CardSecrets, handle: str, until: datetime) -> bytes:
    """With its handle and its end: who can write to the store cannot give it another."""
    said = [handle, microseconds(until), card.number.reveal(), card.holder, card.month, card.year]
    return json.dumps(said).encode()


def _read(said: bytes, handle: str, now: datetime) -> CardSecrets | None:
    whose, until, number, holder, month, year = json.loads(said)
    if whose != handle or microseconds(now) >= until:
        return None
    return CardSecrets(Secret(number), holder, month, year, None)
