"""The PreOrder: everything known about one checkout, one frozen value made of parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from attrs import field, frozen

from ._values import evolve
from .again import Again
from .attempts import Attempt, Placed, Totals
from .basket import Basket
from .extras import Extras
from .gift_cards import GiftCards
from .loyalty import Loyalty
from .offers import Discounts
from .parts import Buyer, Delivery, Schedule, Shipping
from .payments import Payment


@frozen(slots=False)
class PreOrder:
    key: str
    basket: Basket
    totals: Totals
    buyer: Buyer = field(factory=Buyer)
    delivery: Delivery = field(factory=Delivery)
    shipping: Shipping = field(factory=Shipping)
    payment: Payment | None = None
    extras: Extras = field(factory=Extras)
    more: tuple[object, ...] = ()  # parts of the host's own pages, one of a class
    attempts: tuple[Attempt, ...] = ()
    number: str | None = None  # once the buyer or a provider was told it
    placed: Placed | None = None
    passed_over: int = 0  # numbers that turned out to be another checkout's
    schedule: Schedule = field(factory=Schedule)
    discounts: Discounts = field(factory=Discounts)
    loyalty: Loyalty = field(factory=Loyalty)
    gift_cards: GiftCards = field(factory=GiftCards)
    again: Again | None = None  # it pays an order that stands

    @property
    def order_number(self) -> str | None:
        """Of the order that stands, or is being paid: what the buyer knows it by; None while there is none."""
        if self.again is not None:
            return self.again.number
        return self.placed.number if self.placed is not None else None

    def put(self, part: object) -> PreOrder:
        """With that part in place of the one of its class; a PreOrder replaces the whole."""
        kind = part.__class__
        place = PLACES.get(kind)
        if place is not None:
            change: dict[str, Any] = {place: part}
            return evolve(self, **change)
        if isinstance(part, PreOrder):
            return part
        if isinstance(part, Payment):
            return evolve(self, payment=part)
        return evolve(self, more=(*(p for p in self.more if p.__class__ is not kind), part))


PLACES: Mapping[type[object], str] = {
    Basket: "basket", Buyer: "buyer", Delivery: "delivery", Shipping: "shipping", Schedule: "schedule",
    Extras: "extras", Discounts: "discounts", Loyalty: "loyalty", GiftCards: "gift_cards",
}  # fmt: skip


def finder(part: type[Any]) -> Callable[[PreOrder], Any]:
    """How to find the part of that class in a PreOrder; None where the buyer pays another way.

    A host's own part that nobody has written yet is an empty one.
    """
    if part is PreOrder:
        return lambda order: order
    if part in PLACES:
        return attrgetter(PLACES[part])
    if issubclass(part, Payment):
        return lambda order: order.payment if order.payment.__class__ is part else None
    empty = part()
    return lambda order: next((p for p in order.more if p.__class__ is part), empty)
