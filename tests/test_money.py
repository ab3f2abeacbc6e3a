"""Money loses no unit, mixes no currency and never guesses."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal, getcontext, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import Money
from checkout_core.money import CurrencyMixed, minor_digits, total

minors = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(["TRY", "EUR", "JPY", "KWD"])


@given(minors, currencies)
def test_an_amount_is_read_as_it_is_written(minor, currency):
    amount = Money.of(minor, currency)
    assert Money(str(amount), currency) == amount
    assert Decimal(str(amount)) == Decimal(minor).scaleb(-minor_digits(currency))


@pytest.mark.parametrize(
    "bad", ["NaN", "Infinity", "1.005", "x", "", "1e-9", "1e2", "1_0", " 1", "+1", "\u0661", "\uff11", "1" * 19]
)
def test_what_is_no_whole_number_of_minor_units_is_refused(bad):
    with pytest.raises(ValueError, match=r"amount|minor units"):
        Money(bad, "TRY")


@pytest.mark.parametrize("code", ["XXX", "tr", "", "XAU"])
def test_a_currency_that_nobody_counts_in_is_refused(code):
    with pytest.raises(ValueError, match=r"ISO 4217|minor unit"):
        Money("1", code)


def test_a_currency_that_is_no_more_still_reads_in_old_orders():
    assert str(Money("1.50", "BGN")) == "1.50"


@given(minors, st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any))
def test_allocating_loses_no_unit_and_gives_none_to_who_weighs_nothing(minor, weights):
    shares = Money.of(minor, "TRY").allocate(weights)
    assert total(shares, "TRY").minor == minor
    exact = [Decimal(minor) * w / sum(weights) for w in weights]
    assert all(abs(s.minor - e) < 1 for s, e in zip(shares, exact, strict=True))
    assert all(s.minor == 0 for s, w in zip(shares, weights, strict=True) if w == 0)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 2]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="cannot allocate"):
        Money("1.00", "TRY").allocate(weights)


@given(st.integers(0, 10**12), st.integers(0, 10**6))
def test_a_share_is_rounded_as_asked(minor, rate):
    amount, exact = Money.of(minor, "TRY"), Decimal(minor) * rate / 1_000_000
    assert 0 <= amount.share(rate, "up").minor - exact < 1
    assert abs(amount.share(rate, "half_up").minor - exact) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("amount", "rate", "count", "interest", "monthly"),
    [("19.49", 10_000, 2, "0.20", "9.85"), ("19.49", 50_000, 3, "0.98", "6.83")],
)
def test_interest_and_monthly_share_are_those_of_published_plans(amount, rate, count, interest, monthly):
    base = Money(amount, "EUR")
    assert str(base.share(rate, "up")) == interest
    assert str((base + base.share(rate, "up")).part(count, "up")) == monthly


@given(minors, st.integers(1, 36))
def test_parts_but_the_last_are_equal_and_the_last_takes_the_rest(minor, count):
    amount = Money.of(minor, "TRY")
    part = amount.part(count, "up")
    last = amount - part * (count - 1)
    assert part * (count - 1) + last == amount
    assert 0 <= (part - last).minor < count


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b])
def test_currencies_do_not_mix(mix):
    with pytest.raises(CurrencyMixed):
        mix(Money("1", "TRY"), Money("1", "EUR"))


@pytest.mark.parametrize("times", [1.5, True, Decimal(2), "2"])
def test_money_is_multiplied_by_whole_numbers_only(times):
    with pytest.raises(TypeError):
        Money("1", "TRY") * times


def test_money_does_not_change():
    amount = Money("1.00", "TRY")
    with pytest.raises(AttributeError):
        amount.minor = 2
    assert copy.deepcopy(amount) == amount == pickle.loads(pickle.dumps(amount))


def test_the_decimal_context_of_the_host_changes_nothing():
    with localcontext() as context:
        context.prec = 3
        assert Money("123456.78", "TRY").minor == 12_345_678
    assert getcontext().prec != 3
