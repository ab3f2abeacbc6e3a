"""Admin-written rules and calculators: what they are asked, and what they answer.

Frozen classes whose fields are the parameters, registered in plain dicts by slug:
`SHIPPING_RULES | {"vip-rule": VipOnly}`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Protocol

from attrs import field, frozen

from ..money import Money
from ..order import Basket, Line, LineShare, Parcel, PreOrder
from ..page import Visit


@frozen
class Explained:
    """A rule as a tree: what it asks, whether that holds, and the same of the rules inside it."""

    says: str
    holds: bool
    inside: tuple[Explained, ...] = ()


class Rule(Protocol):
    """May this be offered?  Pure; `code` is the error code of a refusal."""

    @property
    def code(self) -> str: ...
    def applies(self, visit: Visit, parcel: Parcel, /) -> bool: ...
    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained: ...


def parcel_of(order: PreOrder) -> Parcel:
    """All that is bought, sent to the shipping address."""
    return Parcel(order.basket, order.delivery.shipping_address)


class NotPriced(Exception):  # a fact about the world, not a fault of ours
    """Nobody can tell the price now: the option is not offered meanwhile, with `code` as the reason.

    `last_known`: for the option that was chosen, the price it was last given will do.
    """

    def __init__(self, code: str = "shipping_price_unavailable", *, last_known: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.last_known = last_known


class Calculator(Protocol):
    """What does it cost?  In the currency of the basket.

    Raises NotPriced where nobody can tell now, and Misconfigured where nobody ever can.
    """

    async def price(self, parcel: Parcel, /) -> Money: ...


@frozen(slots=False)
class Goods:
    """The lines of a basket by what they are, found once for all offers: places in the basket, from 0.

    Places come in an order of the lines' own, so what is shared out by them is the same however a basket is sorted.
    """

    lines: tuple[Line, ...]

    @cached_property
    def places(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(sorted(range(len(self.lines)), key=lambda n: _said_of(self.lines[n])))

    @cached_property
    def by_product(self) -> Mapping[int, frozenset[int]]:
        """Of each product."""
        return _gathered((line.pk, n) for n, line in enumerate(self.lines))

    @cached_property
    def by_category(self) -> Mapping[int, frozenset[int]]:
        """Of each category: what is in it, or in one below."""
        return _gathered((category, n) for n, line in enumerate(self.lines) for category in line.categories)

    @cached_property
    def by_data_source(self) -> Mapping[int, frozenset[int]]:
        """Of each data source."""
        return _gathered((line.data_source, n) for n, line in enumerate(self.lines) if line.data_source is not None)

    def ordered(self, places: Collection[int]) -> tuple[int, ...]:
        """Some of them, in that order."""
        return tuple(sorted(places, key=self._ranks.__getitem__))

    @cached_property
    def _ranks(self) -> Mapping[int, int]:
        return {place: rank for rank, place in enumerate(self.places)}


def _said_of(line: Line) -> tuple[object, ...]:
    return (
        line.pk, line.unit_price.minor, line.quantity, line.categories,
        -1 if line.data_source is None else line.data_source, line.sku,
    )  # fmt: skip


def _gathered(found: Iterable[tuple[int, int]]) -> Mapping[int, frozenset[int]]:
    by_key: dict[int, set[int]] = {}
    for key, place in found:
        by_key.setdefault(key, set()).add(place)
    return {key: frozenset(places) for key, places in by_key.items()}


@frozen
class Remaining:
    """What there is to take something off: each line by its place in the basket, and what sending them costs."""

    lines: tuple[Money, ...]
    shipping: Money
    goods: Goods = field(eq=False, repr=False)

    @classmethod
    def of(cls, basket: Basket, shipping: Money) -> Remaining:
        """All of it: nothing was taken off yet."""
        return cls(tuple(line.amount for line in basket.lines), shipping, Goods(basket.lines))


@frozen
class Given:
    """What one offer gives: so much off each line, off shipping, and samples to choose among."""

    lines: tuple[LineShare, ...] = ()  # each above zero, and no more than remains of the line; each line once
    shipping: Money | None = None  # no more than remains of it
    samples: tuple[int, ...] = ()  # products
    allowed_quantity: int = 0  # of them


class Benefit(Protocol):
    """What does an offer give on these goods?  Pure; gives nothing where it has nothing to give, and never raises.

    An amount in another currency than the basket's takes nothing off: nobody can say how it compares.
    """

    def gives(self, basket: Basket, left: Remaining, /) -> Given: ...
    def says(self) -> str: ...
