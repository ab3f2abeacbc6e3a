"""The cards that buyers of the sandbox have saved: a table in memory, to be looked at.

shop.saved_cards.of("ada")      # (SavedCard(gateway="bank", token="...", ...),)
"""

from __future__ import annotations

from threading import Lock

from attrs import field, frozen


@frozen
class SavedCard:
    """A card that may be charged again by its token; of its number there is no more than this."""

    gateway: str  # whose token it is
    token: str = field(repr=False)
    bin_number: str
    last_four: str
    name: str  # the buyer's, for it


class SavedCards:
    """A SavedCardsPort."""

    def __init__(self) -> None:
        self._cards: dict[str, dict[tuple[str, str], SavedCard]] = {}
        self._lock = Lock()

    def save_card(self, account: str, gateway: str, token: str, bin_number: str, last_four: str, name: str, /) -> None:
        """Said again of the same token, it is the same card."""
        with self._lock:
            of = self._cards.setdefault(account, {})
            of[gateway, token] = SavedCard(gateway, token, bin_number, last_four, name)

    def of(self, account: str) -> tuple[SavedCard, ...]:
        """Those of that account, the first one saved first."""
        with self._lock:
            return tuple(self._cards.get(account, {}).values())
