from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.driver import run
from checkout_core.effects import AskShippingPrice, Unavailable
from checkout_core.money import Money
from checkout_core.order import Basket, Line
from checkout_core.rules import NotPriced, Parcel
from checkout_core.rules.calculators import (
    CALCULATORS,
    DataSources,
    Fixed,
    Free,
    FreeFrom,
    PriceTier,
    PriceTiers,
    QuantityTiers,
    Remote,
    Tier,
    WeightTiers,
)
from checkout_core.rules.load import Mistakes, load
from checkout_core.shop import Misconfigured
from checkout_core.testing import play


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


# A service says the price


SENT = parcel(amount=9510)
ASKED = AskShippingPrice("courier", SENT)


def remote(calculator, answer):
    return play(calculator.price(SENT), (ASKED, answer))[0]


@pytest.mark.parametrize("said", ["44.50", "0"])
@pytest.mark.parametrize(
    "calculator", [Remote("courier"), Remote("courier", "last-known"), Remote("courier", "flat", lira("15.00"))]
)
def test_a_remote_price_is_what_the_service_says_of_the_parcel(calculator, said):
    assert remote(calculator, lira(said)) == lira(said)


NO_PRICES = {
    "down": Unavailable("TimeoutError"),
    "below zero": lira("-0.01"),
    "in another currency": Money("9.00", "EUR"),
    "no money at all": 44.5,
}


@pytest.mark.parametrize("no_price", NO_PRICES.values(), ids=NO_PRICES)
@pytest.mark.parametrize(("otherwise", "last_known"), [("unavailable", False), ("last-known", True)])
def test_what_is_no_price_is_never_guessed(no_price, otherwise, last_known):
    with pytest.raises(NotPriced) as unknown:
        remote(Remote("courier", otherwise), no_price)
    assert (unknown.value.code, unknown.value.last_known) == ("shipping_price_unavailable", last_known)


@pytest.mark.parametrize("no_price", NO_PRICES.values(), ids=NO_PRICES)
def test_a_shop_may_say_what_to_charge_where_the_service_says_nothing(no_price):
    assert remote(Remote("courier", "flat", lira("15.00")), no_price) == lira("15.00")


def test_a_flat_amount_in_another_currency_is_not_charged():
    with pytest.raises(Misconfigured, match="priced in EUR, and the basket is in TRY"):
        remote(Remote("courier", "flat", Money("3.00", "EUR")), Unavailable("down"))


# By data source


def of_sources(*sources, currency="TRY"):
    lines = tuple(Line(n, str(n), "thing", 3, Money("1.00", currency), data_source=s) for n, s in enumerate(sources))
    return Parcel(Basket.of("key", "digest", lines, currency), None)


VENDORS = DataSources({1: lira("20.00"), 2: lira("35.00"), 3: lira("0")}, lira("10.00"))


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((1,), "20.00"),
        ((1, 1, 1), "20.00"),
        ((1, 2), "55.00"),
        ((1, 3), "20.00"),
        ((4,), "10.00"),
        ((4, 5), "20.00"),
        ((None,), "10.00"),
        ((None, None, 1), "30.00"),
        ((1, 2, 3, 4, None), "75.00"),
        ((), "0"),
    ],
)
def test_every_source_of_the_goods_sends_one_parcel_of_its_own(sources, expected):
    assert price(VENDORS, of_sources(*sources)) == lira(expected)


@pytest.mark.parametrize("source", [1, 4])
def test_sources_are_not_priced_in_another_currency(source):
    with pytest.raises(Misconfigured, match="priced in TRY, and the basket is in EUR"):
        price(VENDORS, of_sources(source, currency="EUR"))


# As an admin writes them


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ({"slug": "remote", "service": "courier"}, Remote("courier")),
        ({"slug": "remote", "service": "courier", "otherwise": "last-known"}, Remote("courier", "last-known")),
        (
            {"slug": "remote", "service": "courier", "otherwise": "flat", "flat": "15.00 TRY"},
            Remote("courier", "flat", lira("15.00")),
        ),
        (
            {"slug": "data-source", "amounts": {"1": "20.00 TRY", "12": "35.00 TRY"}, "otherwise": "10.00 TRY"},
            DataSources({1: lira("20.00"), 12: lira("35.00")}, lira("10.00")),
        ),
    ],
)
def test_an_admin_writes_who_is_asked_and_what_holds_otherwise(written, made):
    assert load(CALCULATORS, written) == made


@pytest.mark.parametrize(
    ("written", "where", "says"),
    [
        ({"slug": "remote"}, "service", "is missing"),
        ({"slug": "remote", "service": ""}, "", "service wants a name"),
        (
            {"slug": "remote", "service": "x", "otherwise": "guess"},
            "otherwise",
            "wants 'unavailable' or 'last-known' or 'flat', not 'guess'",
        ),
        ({"slug": "remote", "service": "x", "otherwise": ["flat"]}, "otherwise", "not ['flat']"),
        ({"slug": "remote", "service": "x", "otherwise": "flat"}, "", 'flat is the amount of otherwise "flat"'),
        ({"slug": "remote", "service": "x", "flat": "1.00 TRY"}, "", 'flat is the amount of otherwise "flat"'),
        ({"slug": "remote", "service": "x", "otherwise": "flat", "flat": "-1.00 TRY"}, "flat", "is no amount"),
        ({"slug": "data-source", "amounts": {}}, "otherwise", "is missing"),
        ({"slug": "data-source", "amounts": [], "otherwise": "1.00 TRY"}, "amounts", "wants an object, not a list"),
        ({"slug": "data-source", "amounts": {"1": 20}, "otherwise": "1.00 TRY"}, "amounts[1]", "not a whole number"),
        ({"slug": "data-source", "amounts": {"one": "1.00 TRY"}, "otherwise": "1.00 TRY"}, "amounts", "no key"),
        ({"slug": "data-source", "amounts": {"01": "1.00 TRY"}, "otherwise": "1.00 TRY"}, "amounts", "no key"),
        ({"slug": "data-source", "amounts": {"1": "1.00 EUR"}, "otherwise": "1.00 TRY"}, "", "one currency"),
    ],
)
def test_what_an_admin_cannot_mean_is_told_with_its_place(written, where, says):
    with pytest.raises(Mistakes) as wrong:
        load(CALCULATORS, written)
    ((place, what),) = wrong.value.mistakes
    assert place == where
    assert says in what


def test_negative_amounts_are_refused_when_they_are_made():
    with pytest.raises(Misconfigured, match="nothing below zero"):
        Remote("x", "flat", lira("-1.00"))
    with pytest.raises(Misconfigured, match="nothing below zero"):
        DataSources({1: lira("-1.00")}, lira("1.00"))
