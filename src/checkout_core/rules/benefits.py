"""What an offer gives, as an admin writes it.

    Percentage(200_000, Target(categories=frozenset({70})), most=Money("150.00", "TRY"))
    BuyXGetY(buy=2, get=1)      # of each three pieces the cheapest one is given

Each takes from what the offers before it left.  A discount is computed on its goods as a whole, rounded half up, and
shared over their lines by what remains of them, so no unit is lost, and it is the same however the goods are split.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from attrs import field, frozen

from ..money import MILLION, Money
from ..order import Basket, LineShare
from ..shop import Misconfigured
from . import Benefit, Given, Goods, Remaining
from ._parameters import Rate, above_zero, each_once, listed, one_or_more, part_of_it, percent, some, told

NOTHING: Final = Given()


@frozen
class Target:
    """Goods that are one of these products, in one of these categories or below, or of one of these data sources.

    Empty: all goods.  `exclude`: all goods but those.
    """

    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    data_sources: frozenset[int] = frozenset()
    exclude: bool = False

    def __attrs_post_init__(self) -> None:
        if self.exclude and not self._narrow:
            raise Misconfigured("exclude wants products, categories or data_sources; without them nothing is left")

    @property
    def _narrow(self) -> bool:
        return bool(self.products or self.categories or self.data_sources)

    def places(self, goods: Goods) -> Sequence[int]:
        """Where they are in the basket."""
        if not self._narrow:
            return goods.places
        named: set[int] = set()
        for keys, by_key in (
            (self.products, goods.by_product),
            (self.categories, goods.by_category),
            (self.data_sources, goods.by_data_source),
        ):
            for key in by_key.keys() & keys:
                named |= by_key[key]
        if self.exclude:
            return tuple(place for place in goods.places if place not in named)
        return goods.ordered(named)

    def says(self) -> str:
        """`goods of product 1, 2 or category 70`."""
        if not self._narrow:
            return "all goods"
        kinds = (("product", self.products), ("category", self.categories), ("data source", self.data_sources))
        named = " or ".join(f"{kind} {listed(keys)}" for kind, keys in kinds if keys)
        return f"all goods but {named}" if self.exclude else f"goods of {named}"


ALL: Final = Target()


@frozen
class Percentage:
    """`rate` off the target; no more than `most`, which is of one currency and gives nothing in another."""

    rate: Rate = field(validator=part_of_it)
    target: Target = ALL
    most: Money | None = field(default=None, validator=above_zero)

    def gives(self, basket: Basket, left: Remaining, /) -> Given:
        if self.most is not None and self.most.currency != basket.currency:
            return NOTHING
        parts = _remaining(self.target, left)
        off = _whole(parts, basket).share(self.rate, "half_up")
        return _shared(off if self.most is None else min(off, self.most), parts)

    def says(self) -> str:
        cap = "" if self.most is None else f", at most {told(self.most)}"
        return f"{percent(self.rate)} off {self.target.says()}{cap}"


@frozen
class FixedAmount:
    """`amount` off the target altogether, or all that remains of it where that is less."""

    amount: Money = field(validator=above_zero)
    target: Target = ALL

    def gives(self, basket: Basket, left: Remaining, /) -> Given:
        if self.amount.currency != basket.currency:
            return NOTHING
        parts = _remaining(self.target, left)
        return _shared(min(self.amount, _whole(parts, basket)), parts)

    def says(self) -> str:
        return f"{told(self.amount)} off {self.target.says()}"


@frozen
class FreeShipping:
    """Sending costs nothing, or `most` less."""

    most: Money | None = field(default=None, validator=above_zero)

    def gives(self, basket: Basket, left: Remaining, /) -> Given:
        if self.most is None:
            return Given(shipping=left.shipping)
        return Given(shipping=min(self.most, left.shipping)) if self.most.currency == basket.currency else NOTHING

    def says(self) -> str:
        return "free shipping" if self.most is None else f"up to {told(self.most)} off shipping"


@frozen
class BuyXGetY:
    """Of each `buy` + `get` pieces of the target `get` are given, at `rate` off; not more than so many `times`.

    With a `gift`, what is given is of that: for each `buy` pieces of the target `get` of the gift.  A piece is bought
    or given, never both, and only whole sets count.
    The cheapest pieces are given: of all there are, by what a piece costs after the offers before this one.
    """

    buy: int = field(validator=one_or_more)
    get: int = field(validator=one_or_more)
    rate: Rate = field(default=MILLION, validator=part_of_it)
    target: Target = ALL
    times: int | None = field(default=None, validator=one_or_more)
    gift: Target | None = None

    def gives(self, basket: Basket, left: Remaining, /) -> Given:
        bought = _pieces(self.target, basket, left)
        gifts = bought if self.gift is None else _pieces(self.gift, basket, left)
        both, these, those = (sum(each.values()) for each in (bought | gifts, bought, gifts))
        most = min(both // (self.buy + self.get), these // self.buy, those // self.get)
        times = most if self.times is None else min(most, self.times)
        pieces, spare = self.get * times, these - self.buy * times  # to give; of the target, not wanted as bought
        # a millionth of a unit more or less makes no piece the cheapest; of equal ones the places' own order decides
        cheapest = sorted(gifts, key=lambda n: left.lines[n].minor * MILLION // gifts[n])
        parts: list[Part] = []
        for n in cheapest:
            given = min(pieces, gifts[n], spare if n in bought else pieces)
            if given:
                parts.append((n, left.lines[n].allocate((given, gifts[n] - given))[0].minor))
                pieces -= given
                spare -= given if n in bought else 0
        return _shared(_whole(parts, basket).share(self.rate, "half_up"), parts)

    def says(self) -> str:
        given = "free" if self.rate == MILLION else f"at {percent(self.rate)} off"
        limit = "" if self.times is None else f", at most {self.times} times"
        if self.gift is None:
            return f"of {self.buy + self.get} pieces the cheapest {self.get} {given}, of {self.target.says()}{limit}"
        bought = f"for each {self.buy} of {self.target.says()}"
        return f"{bought} the cheapest {self.get} {given}, of {self.gift.says()}{limit}"


@frozen
class SampleProducts:
    """The buyer may take `allowed_quantity` of these products for nothing, with any goods of the target."""

    products: tuple[int, ...] = field(validator=[some, each_once])
    allowed_quantity: int = field(default=1, validator=one_or_more)
    target: Target = ALL

    def gives(self, basket: Basket, left: Remaining, /) -> Given:
        if not self.target.places(left.goods):
            return NOTHING
        return Given(samples=self.products, allowed_quantity=self.allowed_quantity)

    def says(self) -> str:
        return f"{self.allowed_quantity} of the samples {listed(self.products)}, with {self.target.says()}"


Part: TypeAlias = tuple[int, int]  # a line by its place, and so many minor units of it


def _pieces(target: Target, basket: Basket, left: Remaining) -> dict[int, int]:
    """How many pieces of the target stand on which lines."""
    lines = basket.lines
    priced = (n for n in target.places(left.goods) if lines[n].quantity > 0 and left.lines[n].minor >= 0)
    return {n: lines[n].quantity for n in priced}


def _remaining(target: Target, left: Remaining) -> list[Part]:
    """What remains of the target."""
    lines = left.lines
    return [(n, lines[n].minor) for n in target.places(left.goods) if lines[n].minor > 0]


def _whole(parts: Iterable[Part], basket: Basket) -> Money:
    return Money.of(sum(units for _, units in parts), basket.currency)


def _shared(off: Money, parts: Sequence[Part]) -> Given:
    """`off`, no more than all of the parts, shared out by them; a part never gives more than there is of it."""
    if not off:
        return NOTHING
    shares = off.allocate([units for _, units in parts])
    return Given(tuple(LineShare(n, share) for (n, _), share in zip(parts, shares, strict=True) if share))


BENEFITS: dict[str, type[Benefit]] = {
    "percentage": Percentage,
    "fixed-amount": FixedAmount,
    "free-shipping": FreeShipping,
    "buy-x-get-y": BuyXGetY,
    "sample-products": SampleProducts,
}
