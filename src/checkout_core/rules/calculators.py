"""What sending a parcel costs, as an admin writes it.

    WeightTiers((Tier(0, Money("39.90", "TRY")), Tier(5000, Money("79.90", "TRY"))))

A calculator charges in one currency; asked for a basket in another it raises Misconfigured, since nothing here
converts.  A currency-rule on the option keeps such baskets away from it.  None guesses: what a service does not tell
is NotPriced, unless the shop says what to charge then.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal, TypeAlias, TypeGuard

from attrs import field, frozen

from ..effects import AskShippingPrice
from ..money import Money, total
from ..order import Parcel
from ..shop import Misconfigured
from . import Calculator, NotPriced
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


Otherwise: TypeAlias = Literal["unavailable", "last-known", "flat"]


@frozen
class Remote:
    """What a service says.

    Where it gives no price of nothing or more in the currency of the basket, `otherwise`: the option is unavailable,
    or costs whoever has chosen it what it did ("last-known"), or costs everybody `flat`.
    """

    service: str
    otherwise: Otherwise = "unavailable"
    flat: Money | None = None

    def __attrs_post_init__(self) -> None:
        if not self.service:
            raise Misconfigured("service wants a name")
        if (self.flat is not None) != (self.otherwise == "flat"):
            raise Misconfigured('flat is the amount of otherwise "flat", and of nothing else')
        not_negative(self.flat)

    async def price(self, parcel: Parcel, /) -> Money:
        said = await AskShippingPrice(self.service, parcel)
        if usable(said, parcel):
            return said
        if self.flat is not None:
            return _charged(self.flat, parcel)
        raise NotPriced(last_known=self.otherwise == "last-known")


def usable(said: object, parcel: Parcel) -> TypeGuard[Money]:
    """Whether what a service said is a price of that parcel: money, not below zero, in the currency of its basket."""
    return isinstance(said, Money) and said.minor >= 0 and said.currency == parcel.basket.currency


@frozen
class DataSources:
    """The sum over the sources of the goods: each sends a parcel of its own, of one piece or many.

    `amounts` by data source; `otherwise` for every one that is not there, and once for all goods without one.  A rule
    keeps goods away that are not sent this way.
    """

    amounts: Mapping[int, Money] = field(hash=False)
    otherwise: Money

    def __attrs_post_init__(self) -> None:
        one_currency(*self.amounts.values(), self.otherwise)
        not_negative(*self.amounts.values(), self.otherwise)

    async def price(self, parcel: Parcel, /) -> Money:
        sources = {line.data_source for line in parcel.basket.lines}
        return total((_charged(self._of(source), parcel) for source in sources), parcel.basket.currency)

    def _of(self, source: int | None) -> Money:
        return self.otherwise if source is None else self.amounts.get(source, self.otherwise)


CALCULATORS: dict[str, type[Calculator]] = {
    "free": Free,
    "fixed": Fixed,
    "free-from": FreeFrom,
    "weight-tiers": WeightTiers,
    "price-tiers": PriceTiers,
    "quantity-tiers": QuantityTiers,
    "remote": Remote,
    "data-source": DataSources,
}
