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


class AnswerLost(StoreUnavailable):
    """It may have been saved, or not: the disk did not say.  The same call may be made again.

    Of `unpark` and `take`, which have one winner, the winner may be nobody then.
    """


class Saved(Enum):
    """What became of a save."""

    WON = "won"
    LOST = "lost"  # the stored version is another one: nothing was saved
    TAKEN = "taken"  # a name is another checkout's: nothing was saved
    UNKNOWN = "unknown"  # the answer was lost: read again, and look for the own `write_id`


@frozen
class Stored:
    """What is stored of a checkout.  `basket` is None where it is the one that is known, or none was ever saved."""

    head: bytes
    basket: bytes | None
    version: int  # 1, 2, ...: of the saves that won


@frozen
class Parked:
    """A message that came for a name nobody had yet."""

    name: str
    id: str
    at: datetime  # UTC


class Store(Protocol):
    """Compare-and-set by key.  Called from several threads; no checkout is dropped by itself, ever.

    What raises StoreUnavailable has changed nothing; where that cannot be known,
    `save` and `remove` answer UNKNOWN and all others raise AnswerLost.  A moment
    without a time zone is a ValueError, and changes nothing.
    """

    def get(self, key: str, known_basket: str | None = None, /) -> Stored | None:
        """Head and basket of the same save; None for a key that was never saved.

        The basket is left out where its name is `known_basket`.
        """

    def save(
        self,
        key: str,
        expected: int,
        head: bytes,
        basket: tuple[str, bytes] | None,
        due_at: datetime | None,
        names: tuple[str, ...] = (),
        /,
    ) -> Saved:
        """Head, basket, due_at and names, all or nothing, if the stored version is `expected` (0: none is stored).

        Of all who expect a version one has WON.  `basket` is its name and its
        bytes; None leaves the stored one.  `names`, such as order numbers, are
        bound to the key for as long as it is stored; TAKEN where one is bound to
        another key, unless the version is LOST too.
        """

    def find(self, name: str, /) -> str | None:
        """The key that name is bound to."""

    def due(self, now: datetime, limit: int, /) -> tuple[str, ...]:
        """Keys whose `due_at` is not after `now`, the longest due first."""

    def keys(self, after: str, limit: int, /) -> tuple[str, ...]:
        """The next keys greater than `after`, in the order of their code points; "" begins.

        A slow look at everything, for what a list of work may have lost.
        """

    def remove(self, key: str, expected: int, /) -> Saved:
        """The checkout is gone with its basket and its names, if the stored version is `expected`.

        LOST where it is another one, or none.
        """

    def park(self, name: str, id: str, at: datetime, /) -> None:  # noqa: A002  # what it is
        """That message is kept, on the disk before this returns; the same name and id again is the first one."""

    def parked(self, limit: int, after: Parked | None = None, /) -> tuple[Parked, ...]:
        """The messages that are kept, the oldest first; of the same moment by name and id.  `after` that one only."""

    def unpark(self, name: str, id: str, /) -> bool:  # noqa: A002  # as park
        """That message is kept no longer.  True for exactly one of all who ask."""

    def keep(self, handle: str, sealed: bytes, until: datetime, now: datetime | None = None, /) -> None:
        """Those bytes lie under that handle until then, or until they are taken; later bytes replace them.

        What had expired by `now` is deleted, whosoever it was.
        """

    def take(self, handle: str, now: datetime, /) -> bytes | None:
        """What was kept, for exactly one of all who ask; None once it was taken, and from `until` on.

        What has expired is deleted, whosoever it was.
        """

    def close(self) -> None:
        """Give back what is open.  A closed store raises StoreUnavailable."""


def microseconds(moment: datetime) -> int:
    """Since 1970, exact: how a store orders moments of different time zones.  Raises ValueError without a time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone cannot be compared; use an aware datetime")
    return (moment - EPOCH) // MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """The moment so long after 1970, in UTC."""
    return EPOCH + microseconds * MICROSECOND
