"""Gift cards that the buyer wants to pay with.  Never their codes: a service knows a card by its token."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..money import Money
from .challenges import Challenge


@frozen(slots=False)
class Reservation:
    """So much of one gift card; it is held while the order is paid for, and no sooner."""

    pk: int  # among the reservations of this checkout
    token: str  # what its service calls the card; the same for every spelling of its code
    masked: str  # the last four characters of its code, for the buyer to tell it by
    amount: Money
    balance: Money  # as the service said
    asked_at: datetime  # when that was; it is believed for balance_cache_ttl


@frozen(slots=False)
class Applying:
    """A card whose owner is yet to be proved, by a code that went to their phone."""

    token: str
    masked: str
    balance: Money
    asked_at: datetime
    challenge: Challenge
    amount: Money | None = None  # that was asked for with the code; None: as much as the order takes


@frozen(slots=False)
class GiftCards:
    """In the order in which they are charged; `pricing` says how much of them the order can take."""

    reservations: tuple[Reservation, ...] = ()
    applying: Applying | None = None
