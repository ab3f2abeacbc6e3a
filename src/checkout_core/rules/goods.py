"""How much: rules about what the goods cost, weigh and measure.

    BasketAmountRule(at_most=Money("500.00", "TRY"))      # cash at the door up to so much

Bounds are inclusive.  An amount in another currency than the bounds is outside them, as nobody can say how it compares;
a shop of several currencies writes an or-rule of one range each.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from ..money import Money
from ..order import Parcel
from ..page import Visit
from . import Explained
from ._parameters import between, bounds, counted, inside, known_currencies, listed, not_negative, some, told


@frozen
class BasketAmountRule:
    """The lines of the parcel cost that much together, before shipping and interest."""

    at_least: Money | None = None
    at_most: Money | None = None

    code: ClassVar[str] = "basket_amount_out_of_range"

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return inside(parcel.basket.amount, self.at_least, self.at_most)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"basket amount {between(self.at_least, self.at_most)}; here {told(parcel.basket.amount)}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class TotalRule:
    """The order comes to that much with shipping, without interest.

    Interest is left out because it follows from the way to pay this decides on: an instalment plan would otherwise
    take away the option it belongs to.  For the same reason no rule of a shipping option asks for the total.
    """

    at_least: Money | None = None
    at_most: Money | None = None

    code: ClassVar[str] = "total_out_of_range"

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        totals = visit.order.totals
        return inside(totals.total - totals.interest, self.at_least, self.at_most)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        totals = visit.order.totals
        says = f"total {between(self.at_least, self.at_most)}; here {told(totals.total - totals.interest)}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class ItemCountRule:
    """So many pieces are in the parcel, the quantities of all lines together."""

    at_least: int | None = None
    at_most: int | None = None

    code: ClassVar[str] = "item_count_out_of_range"

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return counted(parcel.basket.quantity, self.at_least, self.at_most)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"pieces {between(self.at_least, self.at_most)}; here {parcel.basket.quantity}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class BasketWeightRule:
    """The parcel weighs that much altogether, in grams."""

    at_least: int | None = None
    at_most: int | None = None

    code: ClassVar[str] = "weight_out_of_range"

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return counted(parcel.basket.weight, self.at_least, self.at_most)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"grams altogether {between(self.at_least, self.at_most)}; here {parcel.basket.weight}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class ItemWeightRule:
    """No single piece weighs more than that, in grams: what the platform's own documents call WeightRule."""

    at_most: int

    code: ClassVar[str] = "item_too_heavy"

    def __attrs_post_init__(self) -> None:
        not_negative(self.at_most)

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return parcel.heaviest <= self.at_most

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"grams a piece at most {self.at_most}; here up to {parcel.heaviest}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class ItemLengthRule:
    """No single piece is longer than that on its longest side, in millimetres."""

    at_most: int

    code: ClassVar[str] = "item_too_long"

    def __attrs_post_init__(self) -> None:
        not_negative(self.at_most)

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return parcel.longest <= self.at_most

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"millimetres a piece at most {self.at_most}; here up to {parcel.longest}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class CurrencyRule:
    """Bought in one of these currencies, ISO 4217."""

    currencies: frozenset[str] = field(validator=[some, known_currencies])

    code: ClassVar[str] = "currency_not_taken"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return parcel.basket.currency in self.currencies

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"currency one of {listed(self.currencies)}; here {parcel.basket.currency}"
        return Explained(says, self.applies(visit, parcel))
