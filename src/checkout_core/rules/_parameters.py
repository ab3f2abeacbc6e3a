"""Parameters that make sense, and the words they are explained with.

All checks raise Misconfigured, when a rule is made: what nothing or everything fulfils is a slip of the admin's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, Any, TypeAlias

from attrs import Attribute

from ..money import MILLION, Money, minor_digits, per_cent
from ..shop import Misconfigured

Rate: TypeAlias = Annotated[int, "millionths"]  # an admin writes "2.25 %"


def some(rule: object, parameter: Attribute[Any], given: Collection[object]) -> None:
    """A validator: at least one.  `any-rule` says always, and `not-rule` of it never."""
    if not given:
        raise Misconfigured(f"{parameter.name} wants at least one")


def known_currencies(rule: object, parameter: Attribute[frozenset[str]], given: Iterable[str]) -> None:
    """A validator: ISO 4217 codes of currencies that can be counted in."""
    for currency in sorted(given):
        try:
            minor_digits(currency)
        except ValueError as unknown:
            raise Misconfigured(str(unknown)) from None


def weekdays(rule: object, parameter: Attribute[frozenset[int]], given: Iterable[int]) -> None:
    """A validator: days of the week."""
    for day in sorted(given):
        if not 0 <= day <= 6:  # noqa: PLR2004  # a week has seven days
            raise Misconfigured(f"{parameter.name} wants days from 0, Monday, to 6, Sunday; not {day}")


def one_currency(*amounts: Money | int | None) -> None:
    """Amounts that can be compared; None and plain numbers have no currency."""
    currencies = sorted({amount.currency for amount in amounts if isinstance(amount, Money)})
    if len(currencies) > 1:
        raise Misconfigured(f"amounts want one currency, not {' and '.join(currencies)}")


def not_negative(*amounts: Money | int | None) -> None:
    """Nothing below zero."""
    if any(amount is not None and units(amount) < 0 for amount in amounts):
        raise Misconfigured("wants nothing below zero")


def bounds(at_least: Money | int | None, at_most: Money | int | None) -> None:
    """A range with an end, in which something lies."""
    if at_least is None and at_most is None:
        raise Misconfigured("wants at_least, at_most or both")
    one_currency(at_least, at_most)
    not_negative(at_least, at_most)
    if at_least is not None and at_most is not None and units(at_least) > units(at_most):
        raise Misconfigured(f"at_least, {told(at_least)}, is above at_most, {told(at_most)}")


def part_of_it(benefit: object, parameter: Attribute[int], given: int) -> None:
    """A validator: a rate above zero, and no more than all."""
    if not 0 < given <= MILLION:
        raise Misconfigured(f"{parameter.name} wants more than 0 % and at most 100 %, not {percent(given)}")


def each_once(benefit: object, parameter: Attribute[Any], given: Collection[object]) -> None:
    """A validator: nothing twice."""
    if len(set(given)) < len(given):
        raise Misconfigured(f"{parameter.name} wants each of them once")


def one_or_more(benefit: object, parameter: Attribute[Any], given: int | None) -> None:
    """A validator: at least one, where it is given."""
    if given is not None and given < 1:
        raise Misconfigured(f"{parameter.name} wants at least 1, not {given}")


def above_zero(benefit: object, parameter: Attribute[Any], given: Money | None) -> None:
    """A validator: an amount above zero, where it is given."""
    if given is not None and given.minor <= 0:
        raise Misconfigured(f"{parameter.name} wants more than {told(Money.zero(given.currency))}")


def units(amount: Money | int) -> int:
    """The bare number: minor units of money."""
    return amount.minor if isinstance(amount, Money) else amount


def told(amount: Money | int) -> str:
    """`10.00 TRY`: as an admin writes it."""
    return f"{amount} {amount.currency}" if isinstance(amount, Money) else str(amount)


def percent(rate: int) -> str:
    """`2.25 %`: as an admin writes it."""
    return f"{per_cent(rate)} %"


def counted(number: int, at_least: int | None, at_most: int | None) -> bool:
    """Whether the number is within the bounds, both inclusive."""
    return (at_least is None or number >= at_least) and (at_most is None or number <= at_most)


def inside(amount: Money, at_least: Money | None, at_most: Money | None) -> bool:
    """Whether the amount is within the bounds, both inclusive; in another currency it never is."""
    if at_least is not None and (at_least.currency != amount.currency or amount.minor < at_least.minor):
        return False
    return at_most is None or (at_most.currency == amount.currency and amount.minor <= at_most.minor)


def among(keys: Iterable[int] | Iterable[str], *, exclude: bool) -> str:
    """`one of 1, 2`, or `none of 1, 2`."""
    return f"{'none' if exclude else 'one'} of {listed(keys)}"


def listed(keys: Iterable[str] | Iterable[int]) -> str:
    """`1, 2, 10`: sorted, so that an explanation is the same in every process."""
    return ", ".join(map(str, sorted(keys)))


def between(at_least: Money | int | None, at_most: Money | int | None) -> str:
    """`at least 1, at most 3`."""
    ends = (("at least", at_least), ("at most", at_most))
    return ", ".join(f"{words} {told(end)}" for words, end in ends if end is not None)
