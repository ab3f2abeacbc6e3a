"""What is bought, and what of it is sent together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen

from ..money import Money
from ._values import evolve

if TYPE_CHECKING:
    from .parts import Address


@frozen(slots=False)
class Line:
    """A product and how many of it."""

    pk: int  # of the product
    sku: str
    name: str
    quantity: int
    unit_price: Money
    weight: int = 0  # grams, of one
    tax_rate: int = 0  # millionths, included in the price
    absolute_url: str = ""
    image: str | None = None
    length: int = 0  # millimetres, of the longest side of one
    attributes: Mapping[str, str] = field(factory=dict, hash=False)  # of the product, by key
    categories: tuple[int, ...] = ()  # it is in, and those above them
    data_source: int | None = None  # who supplies it: a vendor, a warehouse
    listed_price: Money | None = None  # what the basket says, where `unit_price` was asked for elsewhere

    @property
    def amount(self) -> Money:
        """All of them together."""
        return self.unit_price * self.quantity


def _listed(line: Line) -> Money:
    return line.unit_price if line.listed_price is None else line.listed_price  # nothing is a price


@frozen(slots=False)
class Basket:
    """The lines and their sums.  `digest` is the host's: another digest, other lines."""

    key: str
    digest: str
    currency: str
    lines: tuple[Line, ...]
    amount: Money
    weight: int = 0  # grams
    quantity: int = 0
    priced: str | None = None  # digest of the prices that were asked for elsewhere; None: they are the host's
    marks: tuple[str, ...] = ()  # attributes that are the text `true` of some line: no step looks through all lines

    @classmethod
    def of(cls, key: str, digest: str, lines: tuple[Line, ...], currency: str, priced: str | None = None) -> Basket:
        """The basket with its sums.  Raises CurrencyMixed where a line is priced in another currency."""
        amount = Money.zero(currency)
        weight = quantity = 0
        marks: set[str] = set()
        for line in lines:
            amount = amount + line.amount
            weight += line.weight * line.quantity
            quantity += line.quantity
            marks.update(key for key, text in line.attributes.items() if text == "true")
        return cls(key, digest, currency, lines, amount, weight, quantity, priced, tuple(sorted(marks)))

    @property
    def name(self) -> str:
        """Of these very lines: another basket, other lines or other prices have another one."""
        return f"{self.key}|{self.digest}" if self.priced is None else f"{self.key}|{self.digest}|{self.priced}"

    def with_prices(self, prices: Mapping[int, Money]) -> Basket:
        """The same goods at these prices a piece, by product; what each line was listed at is kept.

        Raises CurrencyMixed for a price in another currency.
        """
        lines = tuple(
            evolve(line, unit_price=prices[line.pk], listed_price=_listed(line)) if line.pk in prices else line
            for line in self.lines
        )
        said = sorted((pk, price.minor) for pk, price in prices.items())
        return Basket.of(
            self.key, self.digest, lines, self.currency, hashlib.sha256(repr(said).encode()).hexdigest()[:16]
        )

    def as_listed(self) -> Basket:
        """The same goods at the host's own prices."""
        if self.priced is None:
            return self
        lines = tuple(
            line if line.listed_price is None else evolve(line, unit_price=line.listed_price, listed_price=None)
            for line in self.lines
        )
        return Basket.of(self.key, self.digest, lines, self.currency)

    def part(self, name: str, lines: tuple[Line, ...]) -> Basket:
        """Some of the lines, as a basket with sums of its own."""
        return Basket.of(self.key, f"{self.digest}|{name}", lines, self.currency, self.priced)


@frozen(slots=False)
class Parcel:
    """What is sent together, and where to.  Compared by the name of the basket, so a thousand lines cost nothing."""

    basket: Basket = field(eq=lambda basket: basket.name)
    to: Address | None

    @cached_property
    def heaviest(self) -> int:
        """Grams of the heaviest single piece."""
        return max((line.weight for line in self.basket.lines), default=0)

    @cached_property
    def longest(self) -> int:
        """Millimetres of the longest single piece."""
        return max((line.length for line in self.basket.lines), default=0)

    @cached_property
    def products(self) -> frozenset[int]:
        """Of which products there are lines."""
        return frozenset([line.pk for line in self.basket.lines])

    @cached_property
    def data_sources(self) -> frozenset[int | None]:
        """Who supplies the lines; None for a line of nobody's."""
        return frozenset([line.data_source for line in self.basket.lines])

    @cached_property
    def categories(self) -> frozenset[int]:
        """All that any line is in."""
        return frozenset().union(*self.category_sets)

    @cached_property
    def category_sets(self) -> frozenset[tuple[int, ...]]:
        """What each line is in; lines of the same ones count once."""
        return frozenset([line.categories for line in self.basket.lines])

    def values_of(self, attribute: str) -> frozenset[str | None]:
        """What the lines have of that attribute; None for a line without it."""
        found = self._values.get(attribute)
        if found is None:
            found = frozenset([line.attributes.get(attribute) for line in self.basket.lines])
            self._values[attribute] = found
        return found

    @cached_property
    def _values(self) -> dict[str, frozenset[str | None]]:
        return {}
