"""What each benefit gives on a few lines, what an admin may write of it, and how it is told."""

from __future__ import annotations

import pytest

from checkout_core.money import Money
from checkout_core.order import Basket, LineShare
from checkout_core.rules import Given, Remaining
from checkout_core.rules.availability import OFFER_RULES, PAYMENT_RULES, SHIPPING_RULES
from checkout_core.rules.benefits import (
    ALL,
    BENEFITS,
    BuyXGetY,
    FixedAmount,
    FreeShipping,
    Percentage,
    SampleProducts,
    Target,
)
from checkout_core.rules.load import Mistakes, load
from checkout_core.shop import Misconfigured

from .kit import line, lira

EUR = Money("10.00", "EUR")
MUGS = line(1, lira("120.00"), 2, categories=(10,), data_source=1)
LAMP = line(2, lira("480.00"), categories=(70, 71), data_source=2)
BOOK = line(6, lira("89.50"))
PENS = line(7, lira("0.05"), 3)

WRITTEN = [
    ({"slug": "percentage", "rate": "12.5 %"}, Percentage(125_000)),
    (
        {"slug": "percentage", "rate": "100 %", "target": {"products": [1]}, "most": "5.00 TRY"},
        Percentage(1_000_000, Target(products=frozenset({1})), lira("5.00")),
    ),
    ({"slug": "fixed-amount", "amount": "5.00 TRY"}, FixedAmount(lira("5.00"))),
    (
        {"slug": "fixed-amount", "amount": "5 TRY", "target": {"data_sources": [3], "exclude": True}},
        FixedAmount(lira("5.00"), Target(data_sources=frozenset({3}), exclude=True)),
    ),
    ({"slug": "free-shipping"}, FreeShipping()),
    ({"slug": "free-shipping", "most": "20.00 TRY"}, FreeShipping(lira("20.00"))),
    ({"slug": "buy-x-get-y", "buy": 2, "get": 1}, BuyXGetY(2, 1)),
    (
        {"slug": "buy-x-get-y", "buy": 1, "get": 1, "rate": "0.0001 %", "target": {"categories": [7]}, "times": 3},
        BuyXGetY(1, 1, 1, Target(categories=frozenset({7})), 3),
    ),
    (
        {"slug": "buy-x-get-y", "buy": 1, "get": 1, "target": {"products": [2]}, "gift": {"products": [1]}},
        BuyXGetY(1, 1, target=Target(frozenset({2})), gift=Target(frozenset({1}))),
    ),
    ({"slug": "sample-products", "products": [9, 8]}, SampleProducts((9, 8))),
    (
        {"slug": "sample-products", "products": [9, 8], "allowed_quantity": 2, "target": {"products": [1]}},
        SampleProducts((9, 8), 2, Target(products=frozenset({1}))),
    ),
]

MISTAKEN = [
    ({"slug": "percentage"}, "rate", "is missing"),
    ({"slug": "percentage", "rate": 100_000}, "rate", 'wants percent as text, "2.25 %", not a whole number'),
    ({"slug": "percentage", "rate": "10"}, "rate", "'10' is no rate such as \"5 %\" or \"2.25 %\""),
    ({"slug": "percentage", "rate": "-5 %"}, "rate", "'-5 %' is no rate such as \"5 %\" or \"2.25 %\""),
    ({"slug": "percentage", "rate": "0 %"}, "", "rate wants more than 0 % and at most 100 %, not 0 %"),
    ({"slug": "percentage", "rate": "100.01 %"}, "", "rate wants more than 0 % and at most 100 %, not 100.01 %"),
    ({"slug": "percentage", "rate": "5 %", "most": "0.00 TRY"}, "", "most wants more than 0.00 TRY"),
    ({"slug": "fixed-amount", "amount": "0 TRY"}, "", "amount wants more than 0.00 TRY"),
    ({"slug": "fixed-amount", "amount": 5}, "amount", 'wants an amount as text, "10.00 TRY", not a whole number'),
    ({"slug": "free-shipping", "most": "0 TRY"}, "", "most wants more than 0.00 TRY"),
    ({"slug": "buy-x-get-y", "buy": 0, "get": 1}, "", "buy wants at least 1, not 0"),
    ({"slug": "buy-x-get-y", "buy": 1, "get": 0}, "", "get wants at least 1, not 0"),
    ({"slug": "buy-x-get-y", "buy": 1, "get": 1, "times": 0}, "", "times wants at least 1, not 0"),
    ({"slug": "buy-x-get-y", "buy": True, "get": 1}, "buy", "wants a whole number, not true or false"),
    ({"slug": "buy-x-get-y", "buy": 1, "get": 1, "rate": "0 %"}, "",
     "rate wants more than 0 % and at most 100 %, not 0 %"),
    ({"slug": "sample-products", "products": []}, "", "products wants at least one"),
    ({"slug": "sample-products", "products": [1, 1]}, "", "products wants each of them once"),
    ({"slug": "sample-products", "products": [1], "allowed_quantity": 0}, "",
     "allowed_quantity wants at least 1, not 0"),
    ({"slug": "percentage", "rate": "5 %", "target": {"exclude": True}}, "target",
     "exclude wants products, categories or data_sources; without them nothing is left"),
    ({"slug": "percentage", "rate": "5 %", "target": {"product": [1]}}, "target.product",
     "no such field; did you mean products?"),
    ({"slug": "percentage", "rate": "5 %", "target": {"products": ["1"]}}, "target.products[0]",
     "wants a whole number, not text"),
]  # fmt: skip

SAYS = [
    (Percentage(125_000), "12.5 % off all goods"),
    (Percentage(100_000, most=lira("50.00")), "10 % off all goods, at most 50.00 TRY"),
    (Percentage(1, Target(frozenset({2, 1}), frozenset({70}))), "0.0001 % off goods of product 1, 2 or category 70"),
    (
        FixedAmount(lira("5.00"), Target(data_sources=frozenset({3}), exclude=True)),
        "5.00 TRY off all goods but data source 3",
    ),
    (FreeShipping(), "free shipping"),
    (FreeShipping(lira("20.00")), "up to 20.00 TRY off shipping"),
    (BuyXGetY(2, 1), "of 3 pieces the cheapest 1 free, of all goods"),
    (BuyXGetY(1, 1, 500_000, times=2), "of 2 pieces the cheapest 1 at 50 % off, of all goods, at most 2 times"),
    (
        BuyXGetY(1, 2, target=Target(frozenset({2})), times=1, gift=Target(frozenset({1}))),
        "for each 1 of goods of product 2 the cheapest 2 free, of goods of product 1, at most 1 times",
    ),
    (SampleProducts((9, 8), 2), "2 of the samples 8, 9, with all goods"),
]


def given(benefit, *lines, currency="TRY", shipping=None, taken=()):
    """What it gives on those lines, of which so many minor units were taken before."""
    basket = Basket.of("basket", "digest", lines, currency)
    left = Remaining.of(basket, Money.zero(currency) if shipping is None else shipping)
    remaining = [Money.of(each.minor - off, currency) for each, off in zip(left.lines, taken, strict=False)]
    remaining += left.lines[len(remaining) :]
    return benefit.gives(basket, Remaining(tuple(remaining), left.shipping, left.goods))


def off(benefit, *lines, **more):
    """What it takes off each line, by its place."""
    return {share.line: str(share.amount) for share in given(benefit, *lines, **more).lines}


# Which goods


@pytest.mark.parametrize(
    ("target", "places"),
    [
        (ALL, {0, 1, 2}),
        (Target(products=frozenset({1, 99})), {0}),
        (Target(categories=frozenset({71})), {1}),
        (Target(categories=frozenset({70, 10})), {0, 1}),
        (Target(data_sources=frozenset({2})), {1}),
        (Target(products=frozenset({6}), categories=frozenset({10})), {0, 2}),
        (Target(data_sources=frozenset({1, 2}), exclude=True), {2}),
        (Target(products=frozenset({99})), set()),
        (Target(products=frozenset({99}), exclude=True), {0, 1, 2}),
    ],
    ids=str,
)
def test_a_target_finds_its_goods(target, places):
    assert set(off(Percentage(100_000, target), MUGS, LAMP, BOOK)) == places


# How much


def test_a_percentage_is_rounded_half_up_as_a_whole():
    assert off(Percentage(100_000), PENS) == {0: "0.02"}  # a tenth of 0.15
    assert off(Percentage(100_000), line(7, lira("0.05")), line(8, lira("0.05")), line(9, lira("0.04"))) == {0: "0.01"}


def test_a_percentage_is_of_what_remains():
    assert off(Percentage(500_000), MUGS, BOOK, taken=(20000, 8950)) == {0: "20.00"}


def test_a_cap_is_the_most_a_percentage_takes():
    assert off(Percentage(500_000, most=lira("100.00")), LAMP) == {0: "100.00"}
    assert off(Percentage(500_000, most=lira("300.00")), LAMP) == {0: "240.00"}


def test_a_fixed_amount_takes_no_more_than_remains():
    assert off(FixedAmount(lira("100.00")), BOOK, PENS) == {0: "89.50", 1: "0.15"}
    assert off(FixedAmount(lira("100.00")), BOOK, PENS, taken=(8950, 10)) == {1: "0.05"}
    assert off(FixedAmount(lira("100.00")), BOOK, taken=(8950,)) == {}


@pytest.mark.parametrize(
    "benefit", [FixedAmount(EUR), FreeShipping(EUR), Percentage(100_000, most=EUR)], ids=lambda each: each.says()
)
def test_an_amount_in_another_currency_takes_nothing_off(benefit):
    assert given(benefit, MUGS, shipping=lira("29.90")) == Given()


def test_free_shipping_takes_no_more_than_sending_costs():
    assert given(FreeShipping(lira("20.00")), BOOK, shipping=lira("12.50")).shipping == lira("12.50")
    assert given(FreeShipping(lira("20.00")), BOOK, shipping=lira("32.50")).shipping == lira("20.00")
    assert given(FreeShipping(), BOOK, shipping=lira("32.50")).shipping == lira("32.50")


def test_what_is_given_is_the_cheapest_across_lines():
    assert off(BuyXGetY(2, 1), MUGS, LAMP, BOOK) == {2: "89.50"}
    assert off(BuyXGetY(1, 1), MUGS, LAMP, BOOK) == {2: "89.50", 0: "120.00"}


def test_what_is_cheap_is_what_a_piece_costs_after_the_offers_before():
    assert off(BuyXGetY(1, 1, times=1), LAMP, BOOK, taken=(47000, 0)) == {0: "10.00"}


def test_too_few_pieces_give_none():
    assert off(BuyXGetY(3, 1), MUGS, BOOK) == {}
    assert off(BuyXGetY(2, 1), MUGS, BOOK) == {1: "89.50"}


def test_pieces_are_given_so_many_times_and_no_more():
    assert off(BuyXGetY(1, 1), line(7, lira("1.00"), 7)) == {0: "3.00"}
    assert off(BuyXGetY(1, 1, times=2), line(7, lira("1.00"), 7)) == {0: "2.00"}


def test_pieces_at_a_part_of_their_price_take_it_off_their_own_lines():
    assert off(BuyXGetY(1, 1, 500_000), MUGS, LAMP, BOOK) == {2: "44.75", 0: "60.00"}


@pytest.mark.parametrize(
    ("benefit", "lamps", "mugs", "gives"),
    [
        ((1, 1), 1, 2, {1: "120.00"}),
        ((1, 1), 3, 2, {1: "240.00"}),
        ((1, 1), 0, 2, {}),
        ((1, 1), 1, 0, {}),
        ((2, 1), 3, 2, {1: "120.00"}),
        ((1, 2), 2, 3, {1: "240.00"}),  # a second whole set would be four mugs
        ((1, 2), 3, 1, {}),
    ],
)
def test_a_gift_is_of_other_goods_than_those_that_are_bought(benefit, lamps, mugs, gives):
    gift = BuyXGetY(*benefit, target=Target(frozenset({2})), gift=Target(frozenset({1})))
    assert off(gift, line(2, lira("480.00"), lamps), line(1, lira("120.00"), mugs)) == gives


@pytest.mark.parametrize(
    ("lamps", "gives", "beside_a_book"),
    [
        (1, {}, {1: "89.50"}),
        (2, {0: "480.00"}, {1: "89.50"}),
        (3, {0: "480.00"}, {1: "89.50", 0: "480.00"}),
        (4, {0: "960.00"}, {1: "89.50", 0: "480.00"}),
    ],
)
def test_of_goods_that_are_bought_and_given_a_piece_is_one_or_the_other(lamps, gives, beside_a_book):
    gift = BuyXGetY(1, 1, target=Target(frozenset({2})), gift=Target(frozenset({2, 6})))
    assert off(gift, line(2, lira("480.00"), lamps)) == gives
    assert off(gift, line(2, lira("480.00"), lamps), BOOK) == beside_a_book


def test_the_only_piece_that_is_bought_is_not_given_though_it_is_the_cheapest():
    gift = BuyXGetY(1, 1, target=Target(frozenset({2})), gift=Target(frozenset({2, 6})))
    assert off(gift, line(2, lira("10.00")), BOOK) == {1: "89.50"}
    assert off(gift, line(2, lira("10.00"), 2), BOOK) == {0: "10.00"}
    two = BuyXGetY(1, 2, target=Target(frozenset({2, 3})), gift=Target(frozenset({2, 3, 6})))
    assert off(two, line(2, lira("10.00")), line(3, lira("12.00")), BOOK) == {0: "10.00", 2: "89.50"}


def test_samples_come_with_goods_of_the_target_only():
    of_lamps = SampleProducts((9, 8), 2, Target(categories=frozenset({70})))
    assert given(of_lamps, MUGS, LAMP) == Given(samples=(9, 8), allowed_quantity=2)
    assert given(of_lamps, MUGS) == Given()
    assert given(SampleProducts((9,))) == Given()


@pytest.mark.parametrize("benefit", [each for each, _ in SAYS], ids=lambda each: each.says())
def test_an_empty_basket_is_given_nothing(benefit):
    assert not given(benefit).lines
    assert not given(benefit).shipping
    assert not given(benefit).samples


def test_free_goods_and_no_pieces_of_them_give_nothing():
    free = (line(1, lira("0.00"), 3), line(2, lira("5.00"), 0))
    for benefit in (Percentage(1_000_000), FixedAmount(lira("5.00")), BuyXGetY(1, 1)):
        assert given(benefit, *free) == Given()


def test_equal_lines_share_a_unit_however_they_are_sorted():
    first, second = line(1, lira("1.00")), line(2, lira("1.00"))
    cent = FixedAmount(lira("0.01"))
    assert given(cent, first, second).lines == (LineShare(0, lira("0.01")),)
    assert given(cent, second, first).lines == (LineShare(1, lira("0.01")),)


# What an admin writes


@pytest.mark.parametrize(("written", "benefit"), WRITTEN, ids=str)
def test_what_was_written_is_the_benefit(written, benefit):
    assert load(BENEFITS, written) == benefit


def test_every_benefit_is_written_above():
    assert BENEFITS.keys() == {written["slug"] for written, _ in WRITTEN}


@pytest.mark.parametrize(("written", "where", "what"), MISTAKEN)
def test_what_makes_no_sense_is_refused_where_it_is_written(written, where, what):
    with pytest.raises(Mistakes) as refused:
        load(BENEFITS, written)
    assert refused.value.mistakes == ((where, what),)


def test_parameters_are_checked_where_no_file_is_read():
    with pytest.raises(Misconfigured, match="at most 100 %"):
        Percentage(1_000_001)


@pytest.mark.parametrize(("benefit", "says"), SAYS)
def test_a_benefit_says_what_it_gives(benefit, says):
    assert benefit.says() == says


def test_offers_ask_what_shipping_options_ask_and_never_for_the_total():
    assert OFFER_RULES == SHIPPING_RULES
    assert PAYMENT_RULES.keys() - OFFER_RULES.keys() == {"total-rule"}
