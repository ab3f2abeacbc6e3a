"""Gift cards of the sandbox: what a shop file says of them, and the books of the service that keeps them.

    books = GiftCardBooks(file.gift_cards, SqliteHolds("gift-cards.sqlite", clock), clock)
    card = books.find_gift_card(Secret("PLENTY-0001"), "TRY")
    books.take_hold(op, owner, (Item("gift_card", card.token, 2500),), until)

What is held, charged and let go is in the ledger, by op; a balance follows from it.  In the ledger a card has the name
that its code makes with a key, so nobody reads a code there.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from attrs import evolve, frozen

from ..effects import GiftCard, Item, Secret
from ..forms import PARSERS, Bad, GiftCardCode, Phone
from ..money import Money
from ..settings import Settings
from ..stores import MemoryHolds, SqliteHolds
from ._rows import Row, unique

KIND: Final = "gift_card"
KEY: Final = b"the sandbox's own: its cards are in the shop file"
TOKEN: Final = 24  # hexadecimal digits
SHOWN: Final = 4  # characters of a code


@frozen
class SoldCard:
    """A card as it was sold."""

    code: Secret  # in its one spelling
    amount: Money
    phone: str | None = None  # E.164
    expires_at: datetime | None = None  # from then on nobody pays with it; aware


def gift_cards_of(file: Row, settings: Settings) -> tuple[SoldCard, ...]:
    """The rows of `gift_cards` that are active."""
    found: list[SoldCard] = []
    rows = file.rows("gift_cards")
    unique(rows, "code")
    for row in rows:
        code, phone = row.text("code"), row.text_or_none("phone")
        plain = PARSERS[GiftCardCode](code, settings)
        if row.sound and isinstance(plain, Bad):
            row.refuse("code", "wants 8 to 64 letters and digits")
        called = None if phone is None else PARSERS[Phone](phone, settings)
        if isinstance(called, Bad):
            row.refuse("phone", f"{phone!r} is no phone number")
        card = row.money("balance"), row.moment("expires_at"), row.flag("active", absent=True)
        row.done()
        if row.sound and card[2] and isinstance(plain, Secret):
            found.append(SoldCard(plain, card[0], None if called is None else str(called), card[1]))
    return tuple(found)


class GiftCardBooks:
    """A GiftCardsPort and a HoldsPort.  Threads may share one, processes the file of its ledger.

    `key`: codes cannot be read off tokens without it, and all who share a ledger have the same.
    """

    def __init__(
        self,
        cards: tuple[SoldCard, ...],
        ledger: MemoryHolds | SqliteHolds,
        clock: Callable[[], datetime],
        *,
        key: bytes = KEY,
    ) -> None:
        self._key, self._ledger, self._clock = key, ledger, clock
        self._cards: Mapping[str, SoldCard] = {self._token(card.code): card for card in cards}

    def find_gift_card(self, code: Secret, currency: str, /) -> GiftCard | None:
        """As FindGiftCard, in any spelling; a card with nothing left is none to add."""
        plain = PARSERS[GiftCardCode](code.reveal(), Settings())
        card = self.ask_gift_card(self._token(plain), currency) if isinstance(plain, Secret) else None
        return card if card is not None and card.balance else None

    def ask_gift_card(self, token: str, currency: str, /) -> GiftCard | None:
        """As AskGiftCard."""
        card = self._cards.get(token)
        if card is None or card.amount.currency != currency or self._over(card):
            return None
        return GiftCard(token, card.code.reveal()[-SHOWN:], self.left(token), card.phone)

    def left(self, token: str) -> Money:
        """What is neither charged nor held.  Raises KeyError for a card nobody sold."""
        card = self._cards[token]
        (taken,) = self._ledger.count_taken(KIND, (token,), "")
        return Money.of(max(0, card.amount.minor - taken), card.amount.currency)

    def token(self, code: str) -> str:
        """What the card of that code is called."""
        plain = PARSERS[GiftCardCode](code, Settings())
        return self._token(plain) if isinstance(plain, Secret) else ""

    # What is held

    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]:
        """As TakeHold.  Of a card that is over, or of none, there is nothing to be had by a new op.

        What an op has is its own until then, or until it is committed, though the card be over by that time.
        """
        return self._ledger.take_hold(op, owner, tuple(evolve(item, most=self._worth(item)) for item in items), until)

    def commit_hold(self, op: str, /) -> None:
        """As CommitHold: the cards are charged."""
        self._ledger.commit_hold(op)

    def release_hold(self, op: str, /) -> None:
        """As ReleaseHold."""
        self._ledger.release_hold(op)

    def close(self) -> None:
        """Give the ledger's file back."""
        if isinstance(self._ledger, SqliteHolds):
            self._ledger.close()

    def _worth(self, item: Item) -> int:
        card = self._cards.get(item.subject)
        return 0 if card is None or item.kind != KIND or self._over(card) else card.amount.minor

    def _over(self, card: SoldCard) -> bool:
        return card.expires_at is not None and self._clock() >= card.expires_at

    def _token(self, code: Secret) -> str:
        return hmac.new(self._key, code.reveal().encode(), sha256).hexdigest()[:TOKEN]
