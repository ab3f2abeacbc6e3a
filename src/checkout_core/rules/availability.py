"""Rules that hold rules, the tables of all rules by slug, and why a tree of them refuses.

    OrRule((MembersRule(), NotRule(CountryRule(frozenset({1})))))

A host's own rule is any frozen class with `code`, `applies` and `explain`; `SHIPPING_RULES | {"vip-rule": VipOnly}`
lets an admin write it, alone and inside other rules.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from ..order import Parcel
from ..page import Visit
from . import Explained, Rule
from ._parameters import some
from .goods import (
    BasketAmountRule,
    BasketWeightRule,
    CurrencyRule,
    ItemCountRule,
    ItemWeightRule,
    MembersRule,
    TotalRule,
)
from .places import CityRule, CountryRule, DistrictRule, PostalCodeRule, TownshipRule

__all__ = [
    "PAYMENT_RULES", "SHIPPING_RULES", "AndRule", "AnyRule", "BasketAmountRule", "BasketWeightRule", "CityRule",
    "CountryRule", "CurrencyRule", "DistrictRule", "ItemCountRule", "ItemWeightRule", "MembersRule", "NotRule",
    "OrRule", "PostalCodeRule", "TotalRule", "TownshipRule", "refusal",
]  # fmt: skip

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
        for child in self.children:  # noqa: SIM110  # all() makes a generator, and every step asks this of every option
            if not child.applies(visit, parcel):
                return False
        return True

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        inside = tuple(child.explain(visit, parcel) for child in self.children)
        return Explained("all of", all(child.holds for child in inside), inside)


@frozen
class OrRule:
    """Where at least one child applies."""

    children: tuple[Rule, ...] = field(validator=some)

    code: ClassVar[str] = NOT_AVAILABLE

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        for child in self.children:  # noqa: SIM110  # as in AndRule
            if child.applies(visit, parcel):
                return True
        return False

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        inside = tuple(child.explain(visit, parcel) for child in self.children)
        return Explained("at least one of", any(child.holds for child in inside), inside)


@frozen
class NotRule:
    """Where the child does not apply."""

    child: Rule

    code: ClassVar[str] = NOT_AVAILABLE  # the child's own code says the contrary

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return not self.child.applies(visit, parcel)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        inside = self.child.explain(visit, parcel)
        return Explained("not", not inside.holds, (inside,))


def refusal(rule: Rule, visit: Visit, parcel: Parcel) -> str | None:
    """Why `rule` refuses, as an error code; None where it applies.

    And-rules and or-rules answer with the code of their first child that refuses, so an admin orders children as a
    buyer should hear of them.
    """
    if rule.applies(visit, parcel):
        return None
    while isinstance(rule, AndRule | OrRule):
        rule = next(child for child in rule.children if not child.applies(visit, parcel))
    return rule.code


SHIPPING_RULES: dict[str, type[Rule]] = {
    "any-rule": AnyRule,
    "and-rule": AndRule,
    "or-rule": OrRule,
    "not-rule": NotRule,
    "country-rule": CountryRule,
    "city-rule": CityRule,
    "township-rule": TownshipRule,
    "district-rule": DistrictRule,
    "postal-code-rule": PostalCodeRule,
    "basket-amount-rule": BasketAmountRule,
    "item-count-rule": ItemCountRule,
    "basket-weight-rule": BasketWeightRule,
    "item-weight-rule": ItemWeightRule,
    "members-rule": MembersRule,
    "currency-rule": CurrencyRule,
}
PAYMENT_RULES: dict[str, type[Rule]] = SHIPPING_RULES | {"total-rule": TotalRule}
