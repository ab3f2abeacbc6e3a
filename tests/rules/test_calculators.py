from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.driver import run
from checkout_core.money import Money
from checkout_core.order import Basket
from checkout_core.rules import Parcel
from checkout_core.rules.calculators import (
    Fixed,
    Free,
    FreeFrom,
    PriceTier,
    PriceTiers,
    QuantityTiers,
    Tier,
    WeightTiers,
)
from checkout_core.shop import Misconfigured


def lira(amount):
    return Money(amount, "TRY")


def price(calculator, parcel):
    def nothing(effect):
        raise AssertionError(f"a calculator of the table asked the world: {effect}")

    return run(calculator.price(parcel), nothing)


def parcel(*, amount=0, weight=0, quantity=0, currency="TRY"):
    return Parcel(Basket("key", "digest", currency, (), Money.of(amount, currency), weight, quantity), None)


WEIGHT = WeightTiers((Tier(0, lira("39.90")), Tier(5000, lira("79.90")), Tier(10_000, lira("149.90"))))
AMOUNT = PriceTiers((PriceTier(lira("0"), lira("30.00")), PriceTier(lira("100.00"), lira("10.00"))))
PIECES = QuantityTiers((Tier(0, lira("5.00")), Tier(3, lira("9.00"))))


@pytest.mark.parametrize(
    ("calculator", "sent", "expected"),
    [
        (Free(), parcel(), "0"),
        (Fixed(lira("39.90")), parcel(amount=1_000_000), "39.90"),
        (Fixed(lira("0")), parcel(), "0"),
        (FreeFrom(lira("39.90"), lira("100.00")), parcel(amount=9999), "39.90"),
        (FreeFrom(lira("39.90"), lira("100.00")), parcel(amount=10_000), "0"),
        (WEIGHT, parcel(weight=0), "39.90"),
        (WEIGHT, parcel(weight=4999), "39.90"),
        (WEIGHT, parcel(weight=5000), "79.90"),
        (WEIGHT, parcel(weight=9_999_999), "149.90"),
        (AMOUNT, parcel(amount=9999), "30.00"),
        (AMOUNT, parcel(amount=10_000), "10.00"),
        (PIECES, parcel(quantity=2), "5.00"),
        (PIECES, parcel(quantity=3), "9.00"),
    ],
)
def test_the_price_of_a_parcel(calculator, sent, expected):
    assert price(calculator, sent) == lira(expected)


def test_free_is_free_in_the_currency_of_the_basket():
    assert price(Free(), parcel(currency="JPY")) == Money("0", "JPY")


@pytest.mark.parametrize(
    "calculator", [Fixed(lira("1.00")), FreeFrom(lira("1.00"), lira("1.00")), WEIGHT, AMOUNT, PIECES]
)
def test_a_basket_in_another_currency_is_not_priced(calculator):
    with pytest.raises(Misconfigured, match="priced in TRY, and the basket is in EUR"):
        price(calculator, parcel(amount=10_000, currency="EUR"))


NUMBERS = st.integers(min_value=0, max_value=10_000)


@settings(deadline=None)  # machines are shared
@given(starts=st.sets(NUMBERS.filter(bool), max_size=8), value=NUMBERS, data=st.data())
def test_the_highest_tier_that_begins_at_or_below_the_value_counts(starts, value, data):
    starts = [0, *sorted(starts)]
    costs = {start: Money.of(data.draw(NUMBERS), "TRY") for start in starts}
    tiers = tuple(Tier(start, cost) for start, cost in costs.items())
    by_amount = PriceTiers(tuple(PriceTier(Money.of(start, "TRY"), cost) for start, cost in costs.items()))

    expected = costs[max(start for start in starts if start <= value)]

    assert price(WeightTiers(tiers), parcel(weight=value)) == expected
    assert price(QuantityTiers(tiers), parcel(quantity=value)) == expected
    assert price(by_amount, parcel(amount=value)) == expected


@settings(deadline=None)  # machines are shared
@given(starts=st.sets(NUMBERS.filter(bool), max_size=8), one=NUMBERS, other=NUMBERS)
def test_where_costs_rise_with_the_tiers_more_never_costs_less(starts, one, other):
    tiers = tuple(Tier(start, Money.of(start, "TRY")) for start in [0, *sorted(starts)])
    less, more = sorted((one, other))

    assert price(WeightTiers(tiers), parcel(weight=less)) <= price(WeightTiers(tiers), parcel(weight=more))


@pytest.mark.parametrize("family", [WeightTiers, QuantityTiers])
@pytest.mark.parametrize(
    ("tiers", "says"),
    [
        ((), "the first tier wants to begin at zero"),
        ((Tier(1, lira("1.00")),), "the first tier wants to begin at zero"),
        ((Tier(0, lira("1.00")), Tier(5, lira("2.00")), Tier(5, lira("3.00"))), "one above the other"),
        ((Tier(0, lira("1.00")), Tier(5, lira("2.00")), Tier(4, lira("3.00"))), "one above the other"),
        ((Tier(0, lira("1.00")), Tier(5, Money("2.00", "EUR"))), "one currency, not EUR and TRY"),
        ((Tier(0, lira("-1.00")),), "nothing below zero"),
    ],
)
def test_tiers_leave_no_gap_and_no_doubt(family, tiers, says):
    with pytest.raises(Misconfigured, match=says):
        family(tiers)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: PriceTiers((PriceTier(lira("1.00"), lira("1.00")),)), "begin at zero"),
        (lambda: PriceTiers((PriceTier(Money("0", "EUR"), lira("1.00")),)), "one currency, not EUR and TRY"),
        (lambda: FreeFrom(lira("1.00"), Money("1.00", "EUR")), "one currency, not EUR and TRY"),
        (lambda: FreeFrom(lira("-1.00"), lira("1.00")), "nothing below zero"),
        (lambda: FreeFrom(lira("1.00"), lira("-1.00")), "nothing below zero"),
        (lambda: Fixed(lira("-0.01")), "nothing below zero"),
    ],
)
def test_prices_that_make_no_sense_are_refused_when_they_are_made(make, says):
    with pytest.raises(Misconfigured, match=says):
        make()
