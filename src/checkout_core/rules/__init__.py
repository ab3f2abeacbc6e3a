"""Admin-written rules and calculators: what they are asked, and what they answer.

Frozen classes whose fields are the parameters, registered in plain dicts by slug:
`SHIPPING_RULES | {"vip-rule": VipOnly}`.
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from ..money import Money
from ..order import Basket, LineShare, Parcel, PreOrder
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


@frozen
class Remaining:
    """What there is to take something off: each line by its place in the basket, and what sending them costs."""

    lines: tuple[Money, ...]
    shipping: Money


@frozen
class Given:
    """What one offer gives: so much off each line, off shipping, and samples to choose among."""

    lines: tuple[LineShare, ...] = ()  # each above zero, and no more than remains of the line
    shipping: Money | None = None  # no more than remains of it
    samples: tuple[int, ...] = ()  # products
    allowed_quantity: int = 0  # of them


class Benefit(Protocol):
    """What does an offer give on these goods?  Pure; gives nothing where it has nothing to give, and never raises."""

    def gives(self, basket: Basket, left: Remaining, /) -> Given: ...
    def says(self) -> str: ...
