"""Offers beside each other: whose turn it is, who stands aside, what is near, and why one takes nothing off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import frozen

from checkout_core.order import Basket, LineShare, NotApplied, SampleOffer, Upsell, Use
from checkout_core.page import Caller
from checkout_core.rules import Given, Remaining
from checkout_core.rules.applicator import Candidate, applies, why_not
from checkout_core.rules.availability import AndRule, AnyRule, BasketAmountRule, MembersRule, NotRule, OrRule
from checkout_core.rules.benefits import BuyXGetY, FixedAmount, FreeShipping, Percentage, SampleProducts, Target

from .kit import NOON, applied, line, lira, offer, order_of, shares_by_line, visit_of

SECOND = timedelta(seconds=1)
HUNDRED = order_of([line(1, lira("100.00"))], shipping=lira("10.00"))
TENTH, FIFTH = Percentage(100_000), Percentage(200_000)
NOTHING = FixedAmount(lira("5.00"), Target(products=frozenset({99})))
FROM_200 = BasketAmountRule(at_least=lira("200.00"))


@frozen
class Fixture:
    """A host's own benefit, which gives what it was told, too much as well."""

    given: Given

    def gives(self, basket: Basket, left: Remaining, /) -> Given:
        return self.given

    def says(self) -> str:
        return "a gift"


def turns(order):
    return [each.offer for each in order.discounts.applied]


def refused(order):
    return {each.code: each.why for each in order.discounts.refused}


# Turns


def test_the_highest_priority_comes_first_and_of_equal_ones_the_lowest_key():
    offers = [offer(3, TENTH), offer(2, TENTH, priority=-1), offer(1, TENTH), offer(4, TENTH, priority=1)]
    assert turns(applied(HUNDRED, *offers)) == turns(applied(HUNDRED, *offers[::-1])) == [4, 1, 3, 2]


def test_each_takes_from_what_the_ones_before_it_left():
    order = applied(HUNDRED, offer(1, TENTH), offer(2, FIFTH))
    assert [str(each.amount) for each in order.discounts.applied] == ["10.00", "18.00"]


def test_a_discount_says_what_it_came_by_and_what_it_gives():
    use = Use("code|TEN", 1)
    (made,) = applied(HUNDRED, Candidate(offer(7, TENTH), "c-7", "TEN", (use,))).discounts.applied
    assert (made.offer, made.name, made.coupon, made.code, made.uses) == (7, "offer 7", "c-7", "TEN", (use,))
    assert made.says == "10 % off all goods"


def test_nothing_is_applied_after_the_last():
    order = applied(HUNDRED, offer(1, TENTH, last=True), offer(2, FIFTH), offer(3, SampleProducts((9,))))
    assert turns(order) == [1]
    assert order.discounts.samples == ()


def test_a_last_one_that_gives_nothing_ends_nothing():
    assert turns(applied(HUNDRED, offer(1, NOTHING, last=True), offer(2, FIFTH))) == [2]
    assert turns(applied(HUNDRED, offer(1, TENTH, FROM_200, last=True), offer(2, FIFTH))) == [2]


def test_samples_that_are_last_end_it():
    order = applied(HUNDRED, offer(1, SampleProducts((9,)), last=True), offer(2, FIFTH))
    assert (turns(order), order.discounts.samples) == ([], (SampleOffer(1, (9,), 1),))


# Alone


@pytest.mark.parametrize(
    ("benefit", "taken"),
    [
        (FixedAmount(lira("19.99")), [1, 2]),
        (FixedAmount(lira("20.00")), [1, 2]),  # as much as the others: they are taken
        (FixedAmount(lira("20.01")), [3]),
    ],
    ids=["less", "as much", "more"],
)
def test_one_alone_is_taken_where_it_gives_more_than_all_the_others(benefit, taken):
    others = offer(1, TENTH), offer(2, FreeShipping())  # 10.00 off the goods, 10.00 off sending
    assert turns(applied(HUNDRED, *others, offer(3, benefit, alone=True, priority=9))) == taken


def test_of_those_alone_the_one_is_taken_that_gives_most_and_of_equal_ones_the_first():
    ten, twenty = FixedAmount(lira("10.00")), FixedAmount(lira("20.00"))
    assert turns(applied(HUNDRED, offer(1, ten, alone=True), offer(2, twenty, alone=True))) == [2]
    assert turns(applied(HUNDRED, offer(2, ten, alone=True), offer(1, ten, alone=True))) == [1]
    assert turns(applied(HUNDRED, offer(2, ten, alone=True, priority=1), offer(1, ten, alone=True))) == [2]


def test_one_alone_that_does_not_apply_keeps_nobody_out():
    assert turns(applied(HUNDRED, offer(1, TENTH), offer(2, FIFTH, FROM_200, alone=True))) == [1]


def test_samples_alone_are_offered_where_nothing_else_is_given():
    alone = offer(1, SampleProducts((9,)), alone=True)
    assert applied(HUNDRED, alone).discounts.samples == (SampleOffer(1, (9,), 1),)
    assert applied(HUNDRED, alone, offer(2, TENTH)).discounts.samples == ()


# Conditions


def test_dates_hold_from_the_first_moment_and_no_longer_at_the_last():
    begins, ends = offer(1, TENTH, starts_at=NOON), offer(2, TENTH, ends_at=NOON)
    assert turns(applied(HUNDRED, begins, ends)) == [1]
    assert turns(applied(HUNDRED, begins, ends, now=NOON - SECOND)) == [2]


def test_rules_look_at_the_goods_before_discounts():
    order = applied(HUNDRED, offer(1, TENTH), offer(2, FIFTH, BasketAmountRule(at_least=lira("100.00"))))
    assert turns(order) == [1, 2]


def test_all_rules_have_to_hold():
    both = offer(1, TENTH, MembersRule(members=False), BasketAmountRule(at_most=lira("99.99")))
    assert not applies(both, visit_of(HUNDRED))
    assert why_not(both, visit_of(HUNDRED)) == "basket_amount_out_of_range"


# Why not


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (offer(5, TENTH, MembersRule(), starts_at=NOON + SECOND), "offer_not_started"),
        (offer(5, TENTH, MembersRule(), ends_at=NOON), "offer_expired"),
        (offer(5, TENTH, MembersRule()), "members_only"),
        (offer(5, TENTH, NotRule(AnyRule())), "not_available"),
        (offer(5, TENTH, OrRule((FROM_200, MembersRule()))), "basket_amount_out_of_range"),
        (offer(5, NOTHING, priority=1), "offer_gives_nothing"),
        (offer(5, NOTHING, alone=True), "offer_gives_nothing"),
        (offer(5, TENTH, priority=-1), "offer_stands_aside"),
        (offer(5, FixedAmount(lira("1.00")), alone=True), "offer_stands_aside"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_buyer_is_told_why_what_was_asked_for_takes_nothing_off(asked, why):
    last = offer(1, TENTH, last=True)
    assert refused(applied(HUNDRED, last, Candidate(asked, coupon="c-5", code="X"))) == {"c-5": why}
    assert refused(applied(HUNDRED, last, Candidate(asked, code="X"))) == {"X": why}
    assert refused(applied(HUNDRED, last, asked)) == {}  # nobody asked for it


def test_a_coupon_stands_aside_for_one_alone():
    order = applied(HUNDRED, Candidate(offer(1, TENTH), coupon="c-1"), offer(2, FIFTH, alone=True))
    assert (turns(order), order.discounts.refused) == ([2], (NotApplied("c-1", "offer_stands_aside"),))


def test_what_takes_something_off_is_not_refused():
    assert refused(applied(HUNDRED, Candidate(offer(1, TENTH), coupon="c-1"))) == {}


def test_samples_that_were_asked_for_are_applied_and_take_nothing_off():
    use = Use("code|GIFT", 1)
    order = applied(HUNDRED, Candidate(offer(1, SampleProducts((9,))), code="GIFT", uses=(use,)))
    (made,) = order.discounts.applied
    assert (made.code, made.uses, made.lines, str(made.amount)) == ("GIFT", (use,), (), "0.00")
    assert (refused(order), order.totals.discounts) == ({}, lira("0"))
    assert applied(HUNDRED, offer(1, SampleProducts((9,)))).discounts.applied == ()


# Upsells

TELLS = "$remaining more: $required, $5 off, $$"


def near(*rules, benefit=TENTH, amount="100.00", caller=None, **more):
    """What is told of an offer with those rules, where goods for 100.00 are in the basket."""
    order = order_of([line(1, lira(amount))])
    given = offer(1, benefit, *rules, **{"upsell": TELLS, **more})
    return applied(order, given, **({"caller": caller} if caller else {})).discounts.upsells


def test_an_offer_that_is_near_tells_what_is_missing():
    told = Upsell(1, "100.00 TRY more: 200.00 TRY, $5 off, $", lira("200.00"), lira("100.00"))
    assert near(FROM_200) == (told,)
    assert near(AndRule((AnyRule(), AndRule((FROM_200,)))), AnyRule()) == (told,)
    assert told.remaining == lira("100.00")


@pytest.mark.parametrize(("amount", "percent", "tells"), [("99.99", 50, 0), ("100.00", 50, 1), ("199.99", 100, 0)])
def test_an_offer_is_near_from_so_many_per_cent_on(amount, percent, tells):
    assert len(near(FROM_200, amount=amount, upsell_from=percent)) == tells


@pytest.mark.parametrize(
    ("rules", "more"),
    [
        ((FROM_200,), {"upsell": None}),
        ((FROM_200,), {"offer_type": "voucher"}),
        ((FROM_200,), {"starts_at": NOON + SECOND}),
        ((FROM_200,), {"ends_at": NOON}),
        ((FROM_200, MembersRule()), {}),
        ((FROM_200, BasketAmountRule(at_least=lira("150.00"))), {}),
        ((BasketAmountRule(at_most=lira("50.00")),), {}),
        ((BasketAmountRule(lira("20.00"), lira("50.00")),), {}),
        ((OrRule((FROM_200,)),), {}),
        ((NotRule(BasketAmountRule(at_most=lira("150.00"))),), {}),
        ((), {}),
    ],
    ids=[
        "no text", "a voucher", "not begun", "over", "another rule too", "two amounts", "an end", "above the end",
        "an or-rule", "a not-rule", "it applies",
    ],
)  # fmt: skip
def test_an_offer_that_more_of_it_would_not_bring_tells_nothing(rules, more):
    assert near(*rules, **more) == ()


def test_rules_as_deep_as_they_were_written_are_looked_through():
    deep = FROM_200
    for _ in range(5000):
        deep = AndRule((deep,))
    assert len(near(deep)) == 1


# A host's own benefit


def test_a_benefit_that_gives_too_much_takes_no_line_below_zero():
    greedy = Given((LineShare(0, lira("60.00")), LineShare(0, lira("60.00"))), lira("99.00"))
    order = applied(HUNDRED, offer(1, Fixture(greedy)), offer(2, TENTH))
    assert (turns(order), order.totals.total) == ([1], lira("0"))
    assert shares_by_line(order.discounts, 1, "TRY") == (lira("100.00"),)


def test_a_benefit_that_gives_less_than_nothing_gives_nothing():
    order = applied(HUNDRED, offer(1, Fixture(Given((LineShare(0, lira("-5.00")),), lira("-1.00")))))
    assert (turns(order), order.totals.total) == ([], lira("110.00"))


# Large baskets


def test_a_thousand_lines_are_looked_through_once_for_fifty_offers():
    seen = []

    class Counted(tuple):
        __slots__ = ()

        def __iter__(self):
            seen.append(len(self))
            return super().__iter__()

    lines = Counted(line(n, lira("1.00"), categories=(n % 50,), data_source=n % 7) for n in range(1000))
    order = order_of([line(1, lira("1.00"))])
    basket = Basket("basket", "digest", "TRY", lines, lira("1000.00"), 0, 1000)
    seen.clear()
    offers = [offer(n, Percentage(100_000, Target(categories=frozenset({n})))) for n in range(50)]
    offers += [offer(50 + n, BuyXGetY(3, 1, target=Target(products=frozenset({n})))) for n in range(50)]
    now = applied(order.put(basket), *offers, caller=Caller("7"))
    assert len(turns(now)) == 50
    assert len(seen) < 10
