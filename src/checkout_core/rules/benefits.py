"""What an offer gives, as an admin writes it.

Percentage(100_000)                            # a tenth off all goods
"""

from __future__ import annotations

from attrs import frozen

from ..order import Basket, LineShare
from . import Benefit, Given, Remaining


@frozen
class Percentage:
    """So many millionths off each of the goods, rounded to the nearest minor unit."""

    rate: int

    def gives(self, basket: Basket, left: Remaining, /) -> Given:
        off = (left.share(self.rate, "half_up") for left in left.lines)
        return Given(tuple(LineShare(n, amount) for n, amount in enumerate(off) if amount))

    def says(self) -> str:
        return f"{self.rate / 10_000:g} % off"


BENEFITS: dict[str, type[Benefit]] = {"percentage": Percentage}
