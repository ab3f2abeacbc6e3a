"""Which goods: rules about what the lines of the parcel are.

    AttributeRule("hazard", frozenset({"battery"}), exclude=True)      # nothing with a battery in it

One line is enough; with `all_lines` every line has to be such a one.  `exclude` makes a rule its exact opposite: no
line is, or with `all_lines` not all are.  All lines of an empty parcel are whatever one likes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from attrs import field, frozen

from ..order import Parcel
from ..page import Visit
from . import Explained
from ._parameters import among, listed, some


@frozen
class ProductRule:
    """Goods that are one of these products."""

    products: frozenset[int] = field(validator=some)
    all_lines: bool = False
    exclude: bool = False

    code: ClassVar[str] = "product_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        found = parcel.products
        held = found <= self.products if self.all_lines else not found.isdisjoint(self.products)
        return held is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = _asked("product", self.products, all_lines=self.all_lines, exclude=self.exclude)
        return Explained(f"{says}; here {_found(parcel.products)}", self.applies(visit, parcel))


@frozen
class AttributeRule:
    """Goods whose attribute of that key has one of these values, to the letter; goods without it have none."""

    key: str
    values: frozenset[str] = field(validator=some)
    all_lines: bool = False
    exclude: bool = False

    code: ClassVar[str] = "attribute_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        found = parcel.values_of(self.key)
        held = found <= self.values if self.all_lines else not found.isdisjoint(self.values)
        return held is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = _asked(f"attribute {self.key}", self.values, all_lines=self.all_lines, exclude=self.exclude)
        return Explained(f"{says}; here {_found(parcel.values_of(self.key))}", self.applies(visit, parcel))


@frozen
class CategoryRule:
    """Goods in one of these categories, or in one below."""

    categories: frozenset[int] = field(validator=some)
    all_lines: bool = False
    exclude: bool = False

    code: ClassVar[str] = "category_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        held = self._hold_all(parcel) if self.all_lines else not parcel.categories.isdisjoint(self.categories)
        return held is not self.exclude

    def _hold_all(self, parcel: Parcel) -> bool:
        for of_line in parcel.category_sets:  # noqa: SIM110  # all() makes a generator; baskets have a thousand lines
            if self.categories.isdisjoint(of_line):
                return False
        return True

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = _asked("category", self.categories, all_lines=self.all_lines, exclude=self.exclude)
        bare: frozenset[None] = frozenset({None} if () in parcel.category_sets else ())
        return Explained(f"{says}; here {_found(parcel.categories | bare)}", self.applies(visit, parcel))


@frozen
class DataSourceRule:
    """Goods supplied by one of these data sources; goods of no data source are of none of them."""

    data_sources: frozenset[int] = field(validator=some)
    all_lines: bool = False
    exclude: bool = False

    code: ClassVar[str] = "data_source_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        found = parcel.data_sources
        held = found <= self.data_sources if self.all_lines else not found.isdisjoint(self.data_sources)
        return held is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = _asked("data source", self.data_sources, all_lines=self.all_lines, exclude=self.exclude)
        return Explained(f"{says}; here {_found(parcel.data_sources)}", self.applies(visit, parcel))


def _asked(what: str, keys: Iterable[int] | Iterable[str], *, all_lines: bool, exclude: bool) -> str:
    """`data source of all lines one of 1, 2`."""
    if all_lines:
        return f"{what} of {'not ' if exclude else ''}all lines {among(keys, exclude=False)}"
    return f"{what} of {'no' if exclude else 'a'} line {among(keys, exclude=False)}"


def _found(keys: Iterable[int | None] | Iterable[str | None]) -> str:
    """`1, 2, none`: what the lines have, each once."""
    known = [key for key in keys if key is not None]
    return ", ".join(filter(None, (listed(known), "none" if None in keys else "")))  # type: ignore[arg-type]
