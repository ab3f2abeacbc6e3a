"""Which plans of a card are offered for this order: instalment filters.

    CategoryInstallmentFilter(max_count=3, categories=frozenset({70}), message="Phones: at most 3 instalments")

A filter that is about this order takes away the plans of more than `max_count` parts.  Filters are read one after
another, and one that is about this order and `final` is the last.  A single payment is never taken away: whether a card
may pay at all the rules of its payment option say.  The table has the names of the shop's setting INSTALLMENT_FILTERS.
"""

from __future__ import annotations

from typing import Final, Protocol

from attrs import field, frozen

from ..money import Money
from ..order import Line
from ..page import Visit
from ..shop import Card, Installment
from . import Explained
from ._parameters import among, between, bounds, inside, known_currencies, listed, one_or_more, some, told

LIMITED: Final = "installments_limited"  # the code of what is told where the shop has no words of its own


class InstallmentFilter(Protocol):
    """Is it about this order?  Pure, and a value; the card is None where a provider's page asks for it.

    `says` is what it asks for, and what was found.
    """

    @property
    def max_count(self) -> int: ...
    @property
    def message(self) -> str | None: ...
    @property
    def final(self) -> bool: ...
    def applies(self, card: Card | None, visit: Visit, /) -> bool: ...
    def says(self, card: Card | None, visit: Visit, /) -> str: ...


@frozen
class Narrowed:
    """What is left of the plans, and what the buyer is told: words of the shop, or codes of `texts`."""

    plans: tuple[Installment, ...]
    messages: tuple[str, ...] = ()


def narrowed(card: Card | None, plans: tuple[Installment, ...], visit: Visit) -> Narrowed:
    """What the filters of the shop leave of the plans; whoever takes one away says so, each message once."""
    left, messages = plans, dict[str, None]()
    for each in visit.settings.installment_filters:
        if not each.applies(card, visit):
            continue
        most = max(1, each.max_count)  # of a host's own filter, too
        kept = tuple(plan for plan in left if plan.installment_count <= most)
        if kept != left:
            code = each.message or LIMITED
            messages[code] = None
        left = kept
        if each.final:
            break
    return Narrowed(left, tuple(messages))


def explained(card: Card | None, visit: Visit) -> tuple[Explained, ...]:
    """Every filter of the shop, whether it is about this order or not; also those behind a final one."""
    return tuple(
        Explained(
            f"at most {each.max_count} instalments{', and no other filter,' if each.final else ''} where"
            f" {each.says(card, visit)}",
            each.applies(card, visit),
        )
        for each in visit.settings.installment_filters
    )


# Goods


@frozen
class CategoryInstallmentFilter:
    """Goods of these categories, or of ones below, are in the basket."""

    max_count: int = field(validator=one_or_more)
    categories: frozenset[int] = field(validator=some)
    message: str | None = None
    final: bool = False

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return any(not self.categories.isdisjoint(line.categories) for line in visit.order.basket.lines)

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"category of a line {among(self.categories, exclude=False)}; here {_categories(visit)}"


@frozen
class CategorySpecialInstallmentFilter:
    """Goods of these categories are in the basket of which one piece costs as much as that; both ends inclusive.

    A price in another currency than the bounds is outside them.
    """

    max_count: int = field(validator=one_or_more)
    categories: frozenset[int] = field(validator=some)
    at_least: Money | None = None
    at_most: Money | None = None
    message: str | None = None
    final: bool = False

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return _priced(self, visit)

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return _asked(self, visit)


@frozen
class Has:
    """Goods whose attribute of that key has one of these values, to the letter."""

    key: str
    values: frozenset[str] = field(validator=some)

    def on(self, line: Line) -> bool:
        """Whether that line is of such goods."""
        return line.attributes.get(self.key) in self.values

    def says(self) -> str:
        """`colour one of blue, red`."""
        return f"{self.key} {among(self.values, exclude=False)}"


@frozen
class ProductInstallmentFilter:
    """A product in the basket has all of these attributes."""

    max_count: int = field(validator=one_or_more)
    attributes: tuple[Has, ...] = field(validator=some)
    message: str | None = None
    final: bool = False

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return any(all(each.on(line) for each in self.attributes) for line in visit.order.basket.lines)

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"of one line {' and '.join(each.says() for each in self.attributes)}"


@frozen
class AttributeFilter:
    """Some product in the basket has that attribute, with one of these values."""

    max_count: int = field(validator=one_or_more)
    key: str
    values: frozenset[str] = field(validator=some)
    message: str | None = None
    final: bool = False

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        asked = Has(self.key, self.values)
        return any(asked.on(line) for line in visit.order.basket.lines)

    def says(self, card: Card | None, visit: Visit, /) -> str:
        found = {line.attributes.get(self.key) or "none" for line in visit.order.basket.lines}
        return f"attribute {self.key} of a line {among(self.values, exclude=False)}; here {listed(found)}"


# Cards of companies


@frozen
class CommerceCardInstallmentFilter:
    """The card is a company's.  What is said of those stands instead of all that follows."""

    max_count: int = field(validator=one_or_more)
    message: str | None = None
    final: bool = True

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return _of_a_company(card)

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"the card is a company's; here {_whose(card)}"


@frozen
class CategorySpecialInstallmentCommerceCardFilter:
    """As CategorySpecialInstallmentFilter, where the card is a company's."""

    max_count: int = field(validator=one_or_more)
    categories: frozenset[int] = field(validator=some)
    at_least: Money | None = None
    at_most: Money | None = None
    message: str | None = None
    final: bool = True

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return _of_a_company(card) and _priced(self, visit)

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"the card is a company's; here {_whose(card)}; and {_asked(self, visit)}"


# The order, and who buys


@frozen
class BasketAmountInstallmentFilter:
    """The lines cost that much together, before shipping and interest; both ends inclusive.

    An amount in another currency than the bounds is outside them: a shop of several writes one filter for each.
    """

    max_count: int = field(validator=one_or_more)
    at_least: Money | None = None
    at_most: Money | None = None
    message: str | None = None
    final: bool = False

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return inside(visit.order.basket.amount, self.at_least, self.at_most)

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"basket amount {between(self.at_least, self.at_most)}; here {told(visit.order.basket.amount)}"


@frozen
class SegmentInstallmentFilter:
    """The buyer is in one of these segments; with `exclude` in none of them, as is who is in no segment at all."""

    max_count: int = field(validator=one_or_more)
    segments: frozenset[str] = field(validator=some)
    exclude: bool = False
    message: str | None = None
    final: bool = False

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return (visit.caller.segment in self.segments) is not self.exclude

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"segment {among(self.segments, exclude=self.exclude)}; here {visit.caller.segment or 'none'}"


@frozen
class CampaignInstallmentFilter:
    """One of these offers of the shop is applied to the order; with `exclude` none of them is.

    Campaigns of the bank take no plan away: they are chosen after the plan, and choosing a plan lets go of them.
    """

    max_count: int = field(validator=one_or_more)
    offers: frozenset[int] = field(validator=some)
    exclude: bool = False
    message: str | None = None
    final: bool = False

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return self.offers.isdisjoint(_offers(visit)) is self.exclude

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"offers {among(self.offers, exclude=self.exclude)}; here {listed(_offers(visit)) or 'none'}"


@frozen
class CurrencyInstallmentFilter:
    """Bought in one of these currencies, ISO 4217; with `exclude` in any other one."""

    max_count: int = field(validator=one_or_more)
    currencies: frozenset[str] = field(validator=[some, known_currencies])
    exclude: bool = False
    message: str | None = None
    final: bool = False

    def applies(self, card: Card | None, visit: Visit, /) -> bool:
        return (visit.order.basket.currency in self.currencies) is not self.exclude

    def says(self, card: Card | None, visit: Visit, /) -> str:
        return f"currency {among(self.currencies, exclude=self.exclude)}; here {visit.order.basket.currency}"


class _Dear(Protocol):
    @property
    def categories(self) -> frozenset[int]: ...
    @property
    def at_least(self) -> Money | None: ...
    @property
    def at_most(self) -> Money | None: ...


def _priced(of: _Dear, visit: Visit) -> bool:
    return any(
        not of.categories.isdisjoint(line.categories) and inside(line.unit_price, of.at_least, of.at_most)
        for line in visit.order.basket.lines
    )


def _asked(of: _Dear, visit: Visit) -> str:
    price = f"a piece {between(of.at_least, of.at_most)}"
    return f"category of a line {among(of.categories, exclude=False)}, {price}; here {_categories(visit)}"


def _categories(visit: Visit) -> str:
    return listed({key for line in visit.order.basket.lines for key in line.categories}) or "none"


def _of_a_company(card: Card | None) -> bool:
    return card is not None and card.is_commerce_card


def _whose(card: Card | None) -> str:
    if card is None:
        return "unknown"
    return "a company's" if card.is_commerce_card else "a person's"


def _offers(visit: Visit) -> frozenset[int]:
    return frozenset(each.offer for each in visit.order.discounts.applied)


INSTALLMENT_FILTERS: dict[str, type[InstallmentFilter]] = {
    "CategoryInstallmentFilter": CategoryInstallmentFilter,
    "CategorySpecialInstallmentFilter": CategorySpecialInstallmentFilter,
    "CommerceCardInstallmentFilter": CommerceCardInstallmentFilter,
    "CategorySpecialInstallmentCommerceCardFilter": CategorySpecialInstallmentCommerceCardFilter,
    "ProductInstallmentFilter": ProductInstallmentFilter,
    "AttributeFilter": AttributeFilter,
    "BasketAmountInstallmentFilter": BasketAmountInstallmentFilter,
    "SegmentInstallmentFilter": SegmentInstallmentFilter,
    "CampaignInstallmentFilter": CampaignInstallmentFilter,
    "CurrencyInstallmentFilter": CurrencyInstallmentFilter,
}
