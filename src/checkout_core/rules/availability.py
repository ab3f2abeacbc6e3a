"""Rules that hold rules, the tables of all rules by slug, and why a tree of them refuses.

    OrRule((MembersRule(), NotRule(CountryRule(frozenset({1})))))

A host's own rule is any frozen class with `code`, `applies` and `explain`; `SHIPPING_RULES | {"vip-rule": VipOnly}`
lets an admin write it, alone and inside other rules.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, Final, TypeAlias, TypeVar, cast

from attrs import field, frozen

from ..order import Parcel
from ..page import Visit
from . import Explained, Rule
from ._parameters import some
from .buyers import MembersRule, OrderHistoryRule, SegmentRule
from .goods import (
    BasketAmountRule,
    BasketWeightRule,
    CurrencyRule,
    ItemCountRule,
    ItemLengthRule,
    ItemWeightRule,
    TotalRule,
)
from .places import CityRule, CountryRule, DistrictRule, PostalCodeRule, TownshipRule
from .products import AttributeRule, CategoryRule, DataSourceRule, ProductRule
from .times import DateRangeRule, TimeWindowRule, WeekdayRule

__all__ = [
    "ADDRESS_RULES", "OFFER_RULES", "PAYMENT_RULES", "SHIPPING_RULES", "AndRule", "AnyRule", "AttributeRule",
    "BasketAmountRule", "BasketWeightRule", "CategoryRule", "CityRule", "CountryRule", "CurrencyRule", "DataSourceRule",
    "DateRangeRule", "DistrictRule", "ItemCountRule", "ItemLengthRule", "ItemWeightRule", "MembersRule", "NotRule",
    "OrRule", "OrderHistoryRule", "PostalCodeRule", "ProductRule", "SegmentRule", "TimeWindowRule", "TotalRule",
    "TownshipRule", "WeekdayRule", "refusal",
]  # fmt: skip

T = TypeVar("T")

NOT_AVAILABLE = "not_available"  # refused, and no single fact is missing


@frozen
class AnyRule:
    """Always."""

    code: ClassVar[str] = NOT_AVAILABLE

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return True

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return Explained("always", holds=True)


@frozen
class AndRule:
    """Where every child applies."""

    children: tuple[Rule, ...] = field(validator=some)

    code: ClassVar[str] = NOT_AVAILABLE

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return refusal(self, visit, parcel) is None

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return _unrolled(_explaining(self, visit, parcel))


@frozen
class OrRule:
    """Where at least one child applies."""

    children: tuple[Rule, ...] = field(validator=some)

    code: ClassVar[str] = NOT_AVAILABLE

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return refusal(self, visit, parcel) is None

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return _unrolled(_explaining(self, visit, parcel))


@frozen
class NotRule:
    """Where the child does not apply."""

    child: Rule

    code: ClassVar[str] = NOT_AVAILABLE  # the child's own code says the contrary

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return refusal(self, visit, parcel) is None

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return _unrolled(_explaining(self, visit, parcel))


# Trees are as deep as they were written, and Python's own stack ends after a thousand calls, of which who asks has used
# some: inside a rule nothing is called, it is handed to `_unrolled`.

Compound: TypeAlias = AndRule | OrRule | NotRule
COMPOUND: Final = (AndRule, OrRule, NotRule)
Steps: TypeAlias = Generator["Steps[T]", T, T]


def _unrolled(steps: Steps[T]) -> T:
    """What `steps` return, who yield the steps whose answer they want."""
    begun = [steps]
    answer: Any = None
    while begun:
        try:
            inner = begun[-1].send(answer)
        except StopIteration as end:
            begun.pop()
            answer = end.value
        else:
            begun.append(inner)
            answer = None
    return cast("T", answer)


def refusal(rule: Rule, visit: Visit, parcel: Parcel) -> str | None:
    """Why `rule` refuses, as an error code; None where it applies.

    And-rules and or-rules answer with the code of their first child that refuses, so an admin orders children as a
    buyer should hear of them.
    """
    if isinstance(rule, COMPOUND):
        return _unrolled(_refusing(rule, visit, parcel))
    return None if rule.applies(visit, parcel) else rule.code


def _refusing(rule: Compound, visit: Visit, parcel: Parcel) -> Steps[str | None]:
    first = None
    for child in _inside(rule):
        if isinstance(child, COMPOUND):
            code = yield _refusing(child, visit, parcel)
        else:
            code = None if child.applies(visit, parcel) else child.code
        if isinstance(rule, AndRule):
            if code is not None:
                return code
        elif code is None:
            return rule.code if isinstance(rule, NotRule) else None
        elif first is None:
            first = code
    return first if isinstance(rule, OrRule) else None


def _explaining(rule: Compound, visit: Visit, parcel: Parcel) -> Steps[Explained]:
    inside: list[Explained] = []
    for child in _inside(rule):
        if isinstance(child, COMPOUND):
            inside.append((yield _explaining(child, visit, parcel)))
        else:
            inside.append(child.explain(visit, parcel))
    if isinstance(rule, AndRule):
        return Explained("all of", all(child.holds for child in inside), tuple(inside))
    if isinstance(rule, OrRule):
        return Explained("at least one of", any(child.holds for child in inside), tuple(inside))
    return Explained("not", not inside[0].holds, tuple(inside))


def _inside(rule: Compound) -> tuple[Rule, ...]:
    return (rule.child,) if isinstance(rule, NotRule) else rule.children


ADDRESS_RULES: dict[str, type[Rule]] = {  # for grouping, where an address is all there is to look at
    "any-rule": AnyRule,
    "and-rule": AndRule,
    "or-rule": OrRule,
    "not-rule": NotRule,
    "country-rule": CountryRule,
    "city-rule": CityRule,
    "township-rule": TownshipRule,
    "district-rule": DistrictRule,
    "postal-code-rule": PostalCodeRule,
}
SHIPPING_RULES: dict[str, type[Rule]] = ADDRESS_RULES | {
    "basket-amount-rule": BasketAmountRule,
    "item-count-rule": ItemCountRule,
    "basket-weight-rule": BasketWeightRule,
    "item-weight-rule": ItemWeightRule,
    "item-length-rule": ItemLengthRule,
    "product-rule": ProductRule,
    "attribute-rule": AttributeRule,
    "category-rule": CategoryRule,
    "data-source-rule": DataSourceRule,
    "members-rule": MembersRule,
    "segment-rule": SegmentRule,
    "order-history-rule": OrderHistoryRule,
    "currency-rule": CurrencyRule,
    "weekday-rule": WeekdayRule,
    "time-window-rule": TimeWindowRule,
    "date-range-rule": DateRangeRule,
}
OFFER_RULES: dict[str, type[Rule]] = {**SHIPPING_RULES}  # all but the total, which the offer itself would change
PAYMENT_RULES: dict[str, type[Rule]] = SHIPPING_RULES | {"total-rule": TotalRule}
