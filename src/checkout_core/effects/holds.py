"""What there is only so much of, kept while the buyer pays: stock, coupons, slots, loyalty money.

Held before the provider hears of a payment; committed when the order stands, released when it does not.  Both of the
latter leave with the save that decides them, and again until the port answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from attrs import frozen

from ._kinds import Event, Hold, Query


@frozen
class Item:
    """So much of something of which there is only so much."""

    kind: str  # "stock", "coupon", "slot", "loyalty_money", "loyalty_card", "gift_card"
    subject: str  # a sku, a use, a slot, an account, a card
    quantity: int  # pieces, uses, orders, minor units
    most: int | None = None  # there are, gone ones among them, where the shop's tables say it; None: the port knows
    booked: bool = False  # the shop's own books take off what is gone: `most` is what they say is left.  None: unknown


@frozen
class TakeHold(Hold[tuple[Item, ...]]):
    """What is lacking: nothing where all items are kept for `owner` until then, and where something is, none is kept.

    Said again of the same `op`, it answers as before, and `until` may move on.  Of one owner, one op holds a subject:
    a newer one takes over what an older one held, so nobody stands in their own way.  An op that was released before
    it was ever taken lacks everything: its request was late.

    What is `booked` is counted anew each time its `most` is said, for the books may have moved; what is lacking then
    is told, and nothing changes.  Where nobody says it, what is held stays held, and nothing new of it is kept.
    """

    op: str
    owner: str  # key of the checkout
    items: tuple[Item, ...]
    until: datetime


@frozen
class CommitHold(Event):
    """What is held by that op is gone for good.  Raises Refused where it is no longer held."""

    op: str

    after_order: ClassVar[bool] = True
    for_ever: ClassVar[bool] = True
    optional: ClassVar[bool] = True


@frozen
class ReleaseHold(Event):
    """What is held by that op is free again; nothing happens where it was, or was committed."""

    op: str

    for_ever: ClassVar[bool] = True
    optional: ClassVar[bool] = True


class HoldsPort(Protocol):
    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]: ...
    def commit_hold(self, op: str, /) -> None: ...
    def release_hold(self, op: str, /) -> None: ...


@frozen
class Spend(Hold[bool]):
    """May `subject` do this once more, having done it less than `most` times within the `window`?  Counts it if so."""

    subject: str
    most: int
    window: timedelta


@frozen
class CountSpent(Query[int]):
    """How often `subject` has done it within the `window`, as far as it was counted."""

    subject: str
    window: timedelta


class LimitsPort(Protocol):
    def spend(self, subject: str, most: int, window: timedelta, /) -> bool: ...
    def count_spent(self, subject: str, window: timedelta, /) -> int: ...
