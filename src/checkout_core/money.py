"""Money: whole minor units of one currency.  Nothing here rounds without saying how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, final

from iso4217 import Currency

Rounding = Literal["up", "half_up"]

AMOUNT = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?").fullmatch  # ASCII; no exponent, no NaN
PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,4}))? %").fullmatch
MILLION = 1_000_000  # rates are millionths, the seeds' "0.022500" is 22 500

RETIRED = {"BGN": 2, "HRK": 2}  # no longer in ISO 4217, still in old orders


class CurrencyMixed(ArithmeticError):
    """Two currencies in one sum."""


@cache  # of a few hundred codes
def minor_digits(currency: str) -> int:
    """How many decimals the currency has (ISO 4217).  Raises ValueError for an unknown code."""
    if currency in RETIRED:
        return RETIRED[currency]
    try:
        digits = Currency(currency).exponent
    except ValueError:
        raise ValueError(f"{currency!r} is no ISO 4217 code") from None
    if digits is None:  # gold, test codes
        raise ValueError(f"{currency} has no minor unit to count in")
    return digits


@final
class Money:
    """`Money("131.25", "TRY")`: an exact amount.  `Money.of(13125, "TRY")` is the same in minor units."""

    __slots__ = ("currency", "minor")
    minor: int
    currency: str

    def __init__(self, amount: str, currency: str) -> None:
        """Raises ValueError for what is no number, or has a fraction the currency lacks."""
        read = AMOUNT(amount)
        if read is None:
            raise ValueError(f"{amount!r} is no amount")
        digits = minor_digits(currency)
        sign, whole, fraction = read.groups(default="")
        if fraction[digits:].strip("0"):
            raise ValueError(f"{amount} {currency} is no whole number of minor units")
        _set_minor(self, int(sign + whole + fraction[:digits].ljust(digits, "0")))
        _set_currency(self, currency)

    @classmethod
    def of(cls, minor: int, currency: str) -> Money:
        """That many minor units.  Raises TypeError for what is no int: a float may be equal to one and is none."""
        if type(minor) is not int:
            raise TypeError(f"money is counted in whole minor units, not in {minor!r}")
        return _money(minor, currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, of that currency."""
        return _money(0, currency)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("money does not change; add, subtract or allocate it")

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrencyMixed(f"{self.currency} with {other.currency}")
        return other.minor

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyMixed(f"{self.currency} with {other.currency}")
        return _money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyMixed(f"{self.currency} with {other.currency}")
        return _money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:  # bool and float would pass otherwise
            raise TypeError(f"money is multiplied by whole numbers, not {times!r}")
        return _money(self.minor * times, self.currency)

    def __neg__(self) -> Money:
        return _money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.minor == other.minor and self.currency == other.currency

    def __hash__(self) -> int:
        return hash((self.minor, self.currency))

    def __reduce__(self) -> tuple[object, ...]:
        return Money.of, (self.minor, self.currency)

    def __repr__(self) -> str:
        return f"Money({str(self)!r}, {self.currency!r})"

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        whole, rest = divmod(abs(self.minor), 10**digits)
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"

    def share(self, rate: int, rounding: Rounding) -> Money:
        """`rate` millionths of it: `share(22_500, "up")` is 2.25 %, rounded up to the minor unit."""
        scaled = self.minor * rate
        if rounding == "up":
            return _money(-(-scaled // MILLION), self.currency)
        return _money((scaled + MILLION // 2) // MILLION, self.currency)

    def part(self, count: int, rounding: Rounding) -> Money:
        """One of `count` equal parts; the last one is what is left of the whole."""
        if rounding == "up":
            return _money(-(-self.minor // count), self.currency)
        return _money((2 * self.minor + count) // (2 * count), self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Split by weights and lose no unit: what does not divide goes, a unit each, to the largest remainders.

        Of equal remainders the greater weight comes first, so the order of the weights decides nothing.
        Raises ValueError for no weights, a negative one, or none above zero.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError(f"cannot allocate by {weights!r}")
        sign = -1 if self.minor < 0 else 1
        shares, remainders = zip(*(divmod(abs(self.minor) * weight, whole) for weight in weights), strict=True)
        left = abs(self.minor) - sum(shares)
        lucky = set(sorted(range(len(weights)), key=lambda n: (-remainders[n], -weights[n]))[:left])
        return tuple(_money(sign * (share + (n in lucky)), self.currency) for n, share in enumerate(shares))


_new = object.__new__
_set_minor = Money.__dict__["minor"].__set__  # what a slot's descriptor does, past our own __setattr__
_set_currency = Money.__dict__["currency"].__set__


def _money(minor: int, currency: str) -> Money:
    new = _new(Money)
    _set_minor(new, minor)
    _set_currency(new, currency)
    return new


def millionths_of(text: str) -> int:
    """22 500 for `2.25 %`.  Raises ValueError for what is written otherwise."""
    match = PERCENT(text)
    if match is None:
        raise ValueError(f'{text!r} is no rate such as "5 %" or "2.25 %"')
    return int(match[1]) * 10_000 + int((match[2] or "").ljust(4, "0"))


def per_cent(millionths: int) -> str:
    """`2.25` for 22 500 of them: as many decimals as it has.  `millionths` is not below zero."""
    whole, rest = divmod(millionths, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Their sum; zero of `currency` when there is none."""
    return sum(amounts, Money.zero(currency))
