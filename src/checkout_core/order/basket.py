"""What is bought."""

from __future__ import annotations

from attrs import frozen

from ..money import Money


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

    @property
    def amount(self) -> Money:
        """All of them together."""
        return self.unit_price * self.quantity


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

    @classmethod
    def of(cls, key: str, digest: str, lines: tuple[Line, ...], currency: str) -> Basket:
        """The basket with its sums.  Raises CurrencyMixed where a line is priced in another currency."""
        amount = Money.zero(currency)
        weight = quantity = 0
        for line in lines:
            amount = amount + line.amount
            weight += line.weight * line.quantity
            quantity += line.quantity
        return cls(key, digest, currency, lines, amount, weight, quantity)
