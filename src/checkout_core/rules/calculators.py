"""What sending a parcel costs, as an admin writes it.

    WeightTiers((Tier(0, Money("39.90", "TRY")), Tier(5000, Money("79.90", "TRY"))))

A calculator charges in one currency; asked for a basket in another it raises Misconfigured, since nothing here
converts.  A currency-rule on the option keeps such baskets away from it.
"""

from __future__ import annotations

from itertools import pairwise

from attrs import frozen

from ..money import Money
from ..order import Parcel
from ..shop import Misconfigured
from . import Calculator
from ._parameters import not_negative, one_currency, units


def _charged(amount: Money, parcel: Parcel) -> Money:
    """`amount`, in the currency of the basket."""
    if amount.currency != parcel.basket.currency:
        raise Misconfigured(f"priced in {amount.currency}, and the basket is in {parcel.basket.currency}")
    return amount


@frozen
class Free:
    """Nothing, in any currency."""

    async def price(self, parcel: Parcel, /) -> Money:
        return Money.zero(parcel.basket.currency)


@frozen
class Fixed:
    """Always the same."""

    amount: Money

    def __attrs_post_init__(self) -> None:
        not_negative(self.amount)

    async def price(self, parcel: Parcel, /) -> Money:
        return _charged(self.amount, parcel)


@frozen
class FreeFrom:
    """`amount`; nothing for lines that come to `free_from` or more."""

    amount: Money
    free_from: Money

    def __attrs_post_init__(self) -> None:
        one_currency(self.amount, self.free_from)
        not_negative(self.amount, self.free_from)

    async def price(self, parcel: Parcel, /) -> Money:
        amount = _charged(self.amount, parcel)
        return Money.zero(amount.currency) if parcel.basket.amount >= self.free_from else amount


@frozen
class Tier:
    """`amount` from `at_least` on, up to where the next tier begins."""

    at_least: int  # grams or pieces
    amount: Money


@frozen
class PriceTier:
    """`amount` from lines of `at_least` on, up to where the next tier begins."""

    at_least: Money
    amount: Money


def _sound(tiers: tuple[Tier | PriceTier, ...]) -> None:
    """Raises Misconfigured where some parcel would find no tier, or two."""
    starts = [units(tier.at_least) for tier in tiers]
    if starts[:1] != [0]:
        raise Misconfigured("the first tier wants to begin at zero; a rule keeps parcels away that are too small")
    if any(low >= high for low, high in pairwise(starts)):
        raise Misconfigured("tiers want to begin one above the other")
    one_currency(*(tier.amount for tier in tiers), *(tier.at_least for tier in tiers))
    not_negative(*(tier.amount for tier in tiers))


def _reached(tiers: tuple[Tier | PriceTier, ...], value: int) -> Money:
    """The amount of the highest tier that begins at or below `value`."""
    return next(tier.amount for tier in reversed(tiers) if units(tier.at_least) <= value)


@frozen
class WeightTiers:
    """By the weight of the parcel, in grams."""

    tiers: tuple[Tier, ...]

    def __attrs_post_init__(self) -> None:
        _sound(self.tiers)

    async def price(self, parcel: Parcel, /) -> Money:
        return _charged(_reached(self.tiers, parcel.basket.weight), parcel)


@frozen
class PriceTiers:
    """By what the lines of the parcel cost."""

    tiers: tuple[PriceTier, ...]

    def __attrs_post_init__(self) -> None:
        _sound(self.tiers)

    async def price(self, parcel: Parcel, /) -> Money:
        return _charged(_reached(self.tiers, parcel.basket.amount.minor), parcel)


@frozen
class QuantityTiers:
    """By the number of pieces in the parcel."""

    tiers: tuple[Tier, ...]

    def __attrs_post_init__(self) -> None:
        _sound(self.tiers)

    async def price(self, parcel: Parcel, /) -> Money:
        return _charged(_reached(self.tiers, parcel.basket.quantity), parcel)


CALCULATORS: dict[str, type[Calculator]] = {
    "free": Free,
    "fixed": Fixed,
    "free-from": FreeFrom,
    "weight-tiers": WeightTiers,
    "price-tiers": PriceTiers,
    "quantity-tiers": QuantityTiers,
}
