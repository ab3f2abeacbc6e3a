"""What a store promises.  A store for another database is one more class with these methods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol

from attrs import frozen

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class StoreUnavailable(RuntimeError):
    """The store cannot serve now.  Nothing was saved; the same call may be made again."""


class Saved(Enum):
    """What became of a save."""

    WON = "won"
    LOST = "lost"  # the stored version is another one: nothing was saved
    UNKNOWN = "unknown"  # the answer was lost: read again, and look for the own `write_id`


@frozen
class Stored:
    """What is stored of a checkout.  `basket` is None where it is the one that is known, or none was ever saved."""

    head: bytes
    basket: bytes | None
    version: int  # 1, 2, ...: of the saves that won


class Store(Protocol):
    """Compare-and-set by key.  Called from several threads; nothing is dropped by itself, ever."""

    def get(self, key: str, known_basket: str | None = None, /) -> Stored | None:
        """Head and basket of the same save; None for a key that was never saved.

        The basket is left out where its name is `known_basket`.  Raises StoreUnavailable.
        """

    def save(
        self, key: str, expected: int, head: bytes, basket: tuple[str, bytes] | None, due_at: datetime | None, /
    ) -> Saved:
        """Head, basket and due_at, all or nothing, if the stored version is `expected` (0: none is stored).

        Of all who expect a version one has WON.  `basket` is its name and its
        bytes; None leaves the stored one.  UNKNOWN only where it may have been
        saved; raises StoreUnavailable where it certainly was not, and ValueError
        for a `due_at` without a time zone.
        """

    def due(self, now: datetime, limit: int, /) -> tuple[str, ...]:
        """Keys whose `due_at` is not after `now`, the longest due first.  Raises as `save`."""

    def close(self) -> None:
        """Give back what is open.  A closed store raises StoreUnavailable."""


def microseconds(moment: datetime) -> int:
    """Since 1970, exact: how a store orders moments of different time zones.  Raises ValueError without a time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone cannot be compared; use an aware datetime")
    return (moment - EPOCH) // MICROSECOND
