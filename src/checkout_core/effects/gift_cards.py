"""What is asked of the service that keeps gift cards.

Money of a card is held as everything else is: the item is of the kind `gift_card`, its subject the card's token, its
quantity minor units; `HoldsByKind` sends such items to the service, in whose ledger the hold stands.
"""

from __future__ import annotations

from typing import Protocol

from attrs import field, frozen

from ..money import Money
from ._kinds import RemoteQuery, Secret, Unavailable


@frozen
class GiftCard:
    """A card that may be paid with."""

    token: str  # what the service calls it: the same for every spelling of its code, and nobody can pay by knowing it
    masked: str  # the last four characters of its code
    balance: Money  # without what is held
    phone: str | None = None  # E.164; a code goes there first, and None asks for no proof


@frozen
class FindGiftCard(RemoteQuery["GiftCard | None"]):
    """The card of that code in that currency; None for one that is unknown, used up, over or somebody else's alike."""

    code: Secret = field(hash=False)
    currency: str


@frozen
class AskGiftCard(RemoteQuery["GiftCard | None"]):
    """The card of that token, as it is now; None where it is none to pay with any more."""

    token: str
    currency: str


class GiftCardsPort(Protocol):
    def find_gift_card(self, code: Secret, currency: str, /) -> GiftCard | Unavailable | None: ...
    def ask_gift_card(self, token: str, currency: str, /) -> GiftCard | Unavailable | None: ...
