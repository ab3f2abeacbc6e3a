"""Laws of offers and totals, on baskets and offers that nobody thought of, in currencies of 0, 2 and 3 decimals."""

from __future__ import annotations

import decimal
from collections import Counter
from decimal import localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.money import Money, minor_digits, total
from checkout_core.order import Basket, evolve
from checkout_core.pricing import account_usages, goods_owed, points_cap, totals, unpaid
from checkout_core.rules.applicator import Candidate
from checkout_core.rules.availability import BasketAmountRule, ItemCountRule
from checkout_core.rules.benefits import (
    ALL,
    BuyXGetY,
    FixedAmount,
    FreeShipping,
    Percentage,
    SampleProducts,
    Target,
)

from .kit import applied, bags, line, lira, offer, order_of, priced, shares_by_line, with_more

CURRENCIES = ("JPY", "TRY", "KWD")
RATES = st.integers(1, 1_000_000)
UNITS = st.integers(0, 3000) | st.integers(0, 10)
KEYS = st.frozensets(st.integers(1, 4), max_size=2)
SOME_GOODS = st.builds(Target, KEYS, KEYS, KEYS) | st.builds(
    Target, st.frozensets(st.integers(1, 4), min_size=1, max_size=2), exclude=st.just(value=True)
)

few = settings(max_examples=40)


def amounts(currency, least=0):
    return UNITS.map(lambda units: Money.of(max(units, least), currency))


def lines(currency, prices=None):
    return st.builds(
        line, st.integers(1, 4), prices or amounts(currency), st.integers(1, 4),
        categories=st.lists(st.integers(1, 4), max_size=2, unique=True).map(tuple),
        data_source=st.none() | st.integers(1, 4),
    )  # fmt: skip


def off_goods(currency, targets):
    """Benefits without a threshold: more goods, and they take no less and no more than their share."""
    return st.builds(Percentage, RATES, targets, st.none() | amounts(currency, 1)) | st.builds(
        FixedAmount, amounts(currency, 1), targets
    )


def benefits(currency, targets=SOME_GOODS):
    return (
        off_goods(currency, targets)
        | st.builds(FreeShipping, st.none() | amounts(currency, 1))
        | st.builds(
            BuyXGetY,
            st.integers(1, 3),
            st.integers(1, 2),
            RATES,
            targets,
            st.none() | st.integers(1, 2),
            st.none() | targets,
        )
        | st.builds(SampleProducts, st.just((91, 92)), st.integers(1, 2), targets)
    )


def rules(currency):
    return st.lists(
        st.builds(BasketAmountRule, amounts(currency)) | st.builds(ItemCountRule, st.integers(0, 6)), max_size=1
    )


@st.composite
def offers(draw, benefit, rule=None, *, most=4):
    """Several offers, each of another key."""
    made = []
    for n in range(draw(st.integers(0, most))):
        switches = {"alone": draw(st.booleans()), "last": draw(st.booleans())} if rule is not None else {}
        more = {"priority": draw(st.integers(-1, 1)), **switches}
        made.append(offer(n, draw(benefit), *(draw(rule) if rule is not None else ()), **more))
    return tuple(made)


@st.composite
def orders(draw, currency=None):
    """An order with anything beside its goods, before any offer."""
    currency = currency or draw(st.sampled_from(CURRENCIES))
    amount = amounts(currency)
    more = with_more(
        draw(st.none() | amount),
        draw(
            st.none()
            | st.builds(bags, amount, quantity=st.none() | st.integers(0, 4), min_quantity=st.integers(0, 2))
            | st.builds(bags, amount, per_amount=amounts(currency, 1), min_quantity=st.integers(0, 2))
        ),
        draw(st.none() | st.tuples(amount, amount)),
        draw(st.lists(st.tuples(st.none() | st.integers(1, 3), st.just("label"), amount), max_size=2)),
    )
    chosen = draw(st.none() | st.integers(0, 100_000))
    bought = draw(st.lists(lines(currency), min_size=0, max_size=5))
    return order_of(bought, currency, shipping=draw(st.none() | amount), interest=chosen, **more)


@st.composite
def bargains(draw):
    """An order, and offers of every kind for it."""
    order = draw(orders())
    currency = order.basket.currency
    return order, draw(offers(benefits(currency), rules(currency)))


def with_line(order, added):
    basket = order.basket
    return priced(evolve(order, basket=Basket.of("basket", "more", (*basket.lines, added), basket.currency)))


def taken(order):
    return {each.offer: each.amount.minor for each in order.discounts.applied}


# Nothing is negative, nothing is lost


@few
@given(bargains())
def test_nothing_is_negative_and_no_line_costs_less_than_nothing(bargain):  # AMT-04, AMT-07
    order, offered = bargain
    now = applied(order, *offered)
    amounts_of = [value for value in now.totals.__dict__.values() if isinstance(value, Money)]
    assert all(amount.minor >= 0 for amount in (*amounts_of, now.totals.payable, unpaid(now), goods_owed(now)))
    for off, bought in zip(
        shares_by_line(now.discounts, len(now.basket.lines), now.basket.currency), now.basket.lines, strict=True
    ):
        assert 0 <= off.minor <= bought.amount.minor


@few
@given(bargains())
def test_shares_of_lines_are_the_discount_and_discounts_the_total_of_them(bargain):  # AMT-04
    order, offered = bargain
    now = applied(order, *offered)
    currency = order.basket.currency
    for each in now.discounts.applied:
        assert total((share.amount for share in each.lines), currency) == each.amount
        assert all(share.amount.minor > 0 for share in each.lines)
        assert [share.line for share in each.lines] == sorted({share.line for share in each.lines})
    by_line = shares_by_line(now.discounts, len(now.basket.lines), currency)
    assert total(by_line, currency) == now.totals.discounts
    assert total((each.shipping for each in now.discounts.applied), currency) == now.totals.shipping_discount


@few
@given(bargains())
def test_totals_are_their_parts_and_tenders_pay_all_of_them(bargain):
    order, offered = bargain
    now = applied(order, *offered)
    t = now.totals
    assert t.total == t.lines - t.discounts + t.shipping - t.shipping_discount + t.bags + t.gift_box + t.interest
    assert t.loyalty_card + t.loyalty_money + t.payable == t.total
    assert total((usage.amount for usage in account_usages(now)), t.total.currency) == t.loyalty_money
    assert minor_digits(t.total.currency) in {0, 2, 3}


# The order of things decides nothing


@few
@given(bargains(), st.randoms(use_true_random=False))
def test_the_order_of_the_table_changes_nothing(bargain, random):
    order, offered = bargain
    shuffled = list(offered)
    random.shuffle(shuffled)
    assert applied(order, *shuffled) == applied(order, *offered)


@few
@given(orders(), st.data())
def test_the_order_of_equal_offers_changes_no_total(order, data):
    benefit = data.draw(benefits(order.basket.currency))
    first, second = offer(1, benefit), offer(2, benefit)
    one, other = applied(order, first, second), applied(order, evolve(first, pk=2), evolve(second, pk=1))
    assert one == evolve(other, discounts=one.discounts)
    assert [(d.amount, d.shipping, d.lines) for d in one.discounts.applied] == [
        (d.amount, d.shipping, d.lines) for d in other.discounts.applied
    ]


@few
@given(bargains(), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total_and_moves_what_is_off_along(bargain, random):
    order, offered = bargain
    currency, bought = order.basket.currency, list(order.basket.lines)
    now = applied(order, *offered)
    random.shuffle(bought)
    other = applied(priced(evolve(order, basket=Basket.of("basket", "digest", tuple(bought), currency))), *offered)
    assert other.totals == now.totals
    assert by_goods(other) == by_goods(now)


def by_goods(order):
    """How much is off which goods, however they are sorted."""
    off = shares_by_line(order.discounts, len(order.basket.lines), order.basket.currency)
    return Counter((repr(line), amount.minor) for line, amount in zip(order.basket.lines, off, strict=True))


@few
@given(bargains())
def test_applied_and_added_up_again_nothing_changes(bargain):
    order, offered = bargain
    now = applied(order, *offered)
    assert applied(now, *offered) == now
    assert totals(now, "up") == now.totals


@settings(max_examples=20)
@given(
    bargains(),
    st.integers(1, 3),
    st.sampled_from([decimal.ROUND_UP, decimal.ROUND_DOWN, decimal.ROUND_CEILING, decimal.ROUND_HALF_EVEN]),
)
def test_the_decimal_context_of_the_host_changes_nothing(bargain, digits, rounding):  # AMT-15
    order, offered = bargain
    expected = applied(order, *offered)
    with localcontext(prec=digits, rounding=rounding) as context:
        context.traps[decimal.Inexact] = True
        assert applied(order, *offered) == expected


# More goods cost more, unless an offer says otherwise


@settings(max_examples=100)
@given(st.sampled_from(CURRENCIES), st.data())
def test_a_line_more_never_makes_goods_cheaper_under_offers_for_all_goods(currency, data):
    """Percentages, with caps, and fixed amounts, in any number: what they take follows from the sum of the goods."""
    order = order_of(data.draw(st.lists(lines(currency), max_size=5)), currency)
    offered = data.draw(offers(off_goods(currency, st.just(ALL))))
    more = with_line(order, data.draw(lines(currency)))
    assert goods_owed(applied(more, *offered)) >= goods_owed(applied(order, *offered))


@settings(max_examples=100)
@given(st.sampled_from(CURRENCIES), st.data())
def test_a_line_more_never_makes_goods_cheaper_under_one_offer_for_some_goods(currency, data):
    order = order_of(data.draw(st.lists(lines(currency), max_size=5)), currency)
    offered = data.draw(offers(off_goods(currency, SOME_GOODS), most=1))
    more = with_line(order, data.draw(lines(currency)))
    assert goods_owed(applied(more, *offered)) >= goods_owed(applied(order, *offered))


@settings(max_examples=100)
@given(st.sampled_from(CURRENCIES), st.data())
def test_under_offers_for_overlapping_goods_it_is_a_matter_of_less_than_a_unit_a_line_and_offer(currency, data):
    """A unit that does not divide may fall on another line, of which the next offer then takes another part."""
    order = order_of(data.draw(st.lists(lines(currency), max_size=5)), currency)
    offered = data.draw(offers(off_goods(currency, SOME_GOODS)))
    less, more = applied(order, *offered), applied(with_line(order, data.draw(lines(currency))), *offered)
    fallen = goods_owed(less).minor - goods_owed(more).minor
    assert fallen <= max(0, len(offered) - 1) * len(more.basket.lines)


def test_two_kurus_may_fall_by_a_line_that_is_free_in_the_end():
    """A tenth of 0.14 is 0.01, of 0.16 it is 0.02; a tenth of 0.03 nothing, of 0.05 it is 0.01.  No offer is wrong."""
    order = order_of(line(pk, lira(price)) for pk, price in ((1, "0.01"), (2, "0.10"), (3, "0.02"), (4, "0.02")))
    offered = (
        offer(0, Percentage(100_000, Target(frozenset({2, 3, 4, 5})))),
        offer(1, Percentage(100_000, Target(frozenset({1, 3, 5})))),
        offer(2, FixedAmount(lira("0.19"), Target(frozenset({5})))),
    )
    assert goods_owed(applied(order, *offered)) == lira("0.14")
    assert goods_owed(applied(with_line(order, line(5, lira("0.02"))), *offered)) == lira("0.12")


@settings(max_examples=100)
@given(st.sampled_from(CURRENCIES), st.data())
def test_goods_get_cheaper_by_a_line_only_where_an_offer_says_so(currency, data):
    """With thresholds, with pieces given, alone and last: another set of offers applies, or more pieces are given."""
    order = order_of(data.draw(st.lists(lines(currency), max_size=5)), currency, shipping=Money.of(300, currency))
    offered = data.draw(offers(benefits(currency, st.just(ALL)), rules(currency)))
    less, more = applied(order, *offered), applied(with_line(order, data.draw(lines(currency))), *offered)
    if goods_owed(more) < goods_owed(less):
        pieces = {each.pk for each in offered if isinstance(each.benefit, BuyXGetY)}
        gave, gives = taken(less), taken(more)
        assert gave.keys() != gives.keys() or any(gives[pk] != gave[pk] for pk in pieces & gives.keys())


def test_a_threshold_that_is_reached_may_make_goods_cheaper():
    tenth = offer(1, Percentage(500_000), BasketAmountRule(lira("100.00")))
    order = order_of([line(1, lira("99.00"))])
    assert goods_owed(applied(order, tenth)) == lira("99.00")
    assert goods_owed(applied(with_line(order, line(2, lira("1.00"))), tenth)) == lira("50.00")


# Points


@few
@given(bargains(), st.data())
def test_points_stay_below_their_cap_whatever_is_taken_off_later(bargain, data):  # AMT-11, LOY-04
    order, offered = bargain
    currency = order.basket.currency
    asked, least = data.draw(amounts(currency)), data.draw(amounts(currency))
    chosen = priced(evolve(order, loyalty=with_more(points=(asked, least))["loyalty"]))
    for now in (chosen, applied(chosen, *offered)):
        paid = now.totals.loyalty_card
        assert paid <= asked
        assert paid <= points_cap(now, least)
        assert not paid or goods_owed(now) - paid >= least


@few
@given(bargains())
def test_what_was_asked_for_is_had_or_refused_and_never_both(bargain):
    order, offered = bargain
    now = applied(order, *(Candidate(each, code=f"CODE{each.pk}") for each in offered))
    had = [each.code for each in now.discounts.applied]
    refused = [each.code for each in now.discounts.refused]
    assert sorted(had + refused) == sorted(f"CODE{each.pk}" for each in offered)
