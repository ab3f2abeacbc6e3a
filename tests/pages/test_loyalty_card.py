"""LoyaltyCardPage: how many points pay."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import Invalid, Money, Settings, evolve
from checkout_core.effects import FindLoyaltyCard, LoyaltyCard, Unavailable
from checkout_core.order import AccountUsage, Buyer, CardPoints, Discount, Discounts, LineShare, Loyalty
from checkout_core.pages.loyalty import LoyaltyCardContext, LoyaltyCardPage
from checkout_core.settings import CustomerLoyaltyCardService

from .kit import BY_CARD, EMPTIED, ZERO, answer, closed_by, holds, lira, order, shows, visit

PAGE, FIELD = LoyaltyCardPage, "selected_loyalty_amount"
ADA = Buyer("ada", "ada@example.org")
CARD = LoyaltyCard("LC-77", lira("200.00"))
CENT, CAP = lira("0.01"), lira("95.09")  # the goods are 95.10
DOWN = Unavailable("TimeoutError")


def points(amount, least="0.01", number="LC-77"):
    return CardPoints(number, lira(amount), lira(least))


def at(chosen=None, settings=None, has=("loyalty", "holds"), **parts):
    came = order(**{"buyer": ADA, "loyalty": Loyalty(card=chosen), **parts})
    return evolve(visit(came, settings=settings or Settings()), has=frozenset(has))


def asked(card=CARD):
    return FindLoyaltyCard("ada", "TRY"), card


def select(amount):
    return {FIELD: amount}


def refused(amount, where, *script):
    with pytest.raises(Invalid) as caught:
        answer(PAGE, select(amount), where, *script)
    return dict(caught.value.codes)


def least(amount):
    return Settings(minimum_order_amount=amount)


def redeems_from(amount):
    return Settings(customer_loyalty_card_service=CustomerLoyaltyCardService(minimum_basket_amount_for_redeem=amount))


# shown to everybody


def test_the_page_is_open_to_everybody():
    assert closed_by(PAGE, at()) == closed_by(PAGE, at(buyer=Buyer())) == ()


def test_the_points_are_shown_and_what_of_them_the_order_may_take():
    shown = shows(PAGE, at(points("5.00")), asked())
    assert shown == LoyaltyCardContext("LC-77", lira("200.00"), CAP, lira("5.00"))
    few = shows(PAGE, at(), asked(LoyaltyCard("LC-77", lira("3.00"))))
    assert few == LoyaltyCardContext("LC-77", lira("3.00"), lira("3.00"), ZERO)


NOTHING = LoyaltyCardContext(None, ZERO, ZERO, ZERO)


@pytest.mark.parametrize(
    ("where", "script"),
    [
        (at(), [asked(None)]),
        (at(buyer=Buyer(email="a@example.org")), []),
        (at(has=("holds",)), []),
        (at(has=("loyalty",)), []),
        (at(), [asked(LoyaltyCard("LC-77", Money("9.00", "EUR")))]),
    ],
)
def test_without_a_card_it_shows_nothing_and_a_submit_is_refused(where, script):
    assert shows(PAGE, where, *script) == NOTHING
    for amount in ("1.00", "0"):
        assert refused(amount, where, *script) == {"non_field_errors": ("loyalty_card_required",)}


# the cap


@pytest.mark.parametrize(
    ("minimum", "cap"),
    [
        (None, "95.09"),
        (lira("40.00"), "55.10"),
        (lira("95.10"), "0.00"),
        (lira("400.00"), "0.00"),
        (Money("40.00", "EUR"), "95.09"),  # says nothing about liras
    ],
)
def test_points_leave_the_minimum_order_amount_to_be_paid_otherwise(minimum, cap):
    """AMT-11"""
    where, cap = at(settings=least(minimum)), lira(cap)
    assert shows(PAGE, where, asked()).loyalty_amount == cap
    over = cap + CENT
    assert refused(str(over), where, asked()) == {FIELD: ("above_cap",)}
    if cap:
        chosen = answer(PAGE, select(str(cap)), where, asked()).card
        assert chosen == CardPoints("LC-77", cap, where.settings.minimum_order("TRY"))


def test_what_was_selected_before_does_not_count_against_the_cap():
    assert answer(PAGE, select("95.09"), at(points("50.00")), asked()).card.amount == CAP


def test_goods_count_after_their_discounts():
    """LOY-04"""
    off = Discount(1, "Ten", lira("10.10"), ZERO, (LineShare(0, lira("10.10")),))
    where = at(discounts=Discounts((off,)))
    assert shows(PAGE, where, asked()).loyalty_amount == lira("84.99")
    assert refused("85.00", where, asked()) == {FIELD: ("above_cap",)}


def test_a_discount_that_comes_later_takes_back_points_above_the_cap():
    """LOY-04"""
    off = Discount(1, "Ten", lira("10.10"), ZERO, (LineShare(0, lira("10.10")),))
    assert at(points("95.09"), discounts=Discounts((off,))).order.totals.loyalty_card == lira("84.99")


def test_more_than_there_is_on_the_card_is_refused():
    few = LoyaltyCard("LC-77", lira("3.00"))
    assert refused("3.01", at(), asked(few)) == {FIELD: ("above_balance",)}
    assert answer(PAGE, select("3.00"), at(), asked(few)).card == points("3.00")


# from which basket on


@pytest.mark.parametrize(
    ("amount", "fits"),
    [(None, True), (lira("95.10"), True), (lira("95.11"), False), (Money("900.00", "EUR"), True)],
)
def test_a_basket_that_is_too_small_redeems_nothing(amount, fits):
    where = at(settings=redeems_from(amount))
    shown = shows(PAGE, where, asked())
    assert (shown.loyalty_total_amount, bool(shown.loyalty_amount)) == (lira("200.00"), fits)
    if fits:
        assert answer(PAGE, select("1"), where, asked()).card == points("1.00")
    else:
        assert refused("1", where, asked()) == {FIELD: ("basket_below_minimum",)}
    assert holds(PAGE, at(points("1.00"), settings=redeems_from(amount)), asked()) is fits


def test_an_empty_basket_takes_no_points():
    assert shows(PAGE, at(basket=EMPTIED.basket), asked()).loyalty_amount == ZERO


# the answer


@pytest.mark.parametrize("amount", ["5.00", "5", 5, Decimal("5.00")])
def test_the_points_are_kept_with_the_card_and_the_minimum_of_the_day(amount):
    chosen = answer(PAGE, select(amount), at(settings=least(lira("2.00"))), asked()).card
    assert chosen == points("5.00", "2.00")


@pytest.mark.parametrize("amount", ["0", 0, "0.00"])
def test_nothing_takes_them_back_and_nobody_is_asked(amount):
    assert answer(PAGE, select(amount), at(points("5.00"))).card is None


def test_the_amount_is_required():
    for body in ({}, {FIELD: None}, {FIELD: ""}):
        with pytest.raises(Invalid) as caught:
            answer(PAGE, body, at())
        assert dict(caught.value.codes) == {FIELD: ("required",)}


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e3", 1.5, True, "1.001", "1234567890123", "٣", [5]])
def test_what_is_no_amount_is_refused(amount):
    assert refused(amount, at()) == {FIELD: ("invalid",)}


def test_loyalty_money_stays_and_so_does_the_way_to_pay():
    money = (AccountUsage(1, "Returns", lira("5.00")),)
    where = at(loyalty=Loyalty(money), payment=BY_CARD)
    assert answer(PAGE, select("5.00"), where, asked()) == Loyalty(money, points("5.00"))
    assert PAGE.resets == ()


def test_going_back_clears_the_selected_points():
    undone = PAGE().undo(at(points("5.00")).order)
    assert undone.loyalty == Loyalty()


# nobody answers, or another card


def test_without_an_answer_points_stay_and_others_are_refused():
    where = at(points("5.00"))
    assert holds(PAGE, where, asked(DOWN))
    assert shows(PAGE, where, asked(DOWN)) == LoyaltyCardContext("LC-77", ZERO, ZERO, lira("5.00"))
    assert refused("6.00", where, asked(DOWN)) == {"non_field_errors": ("loyalty_unavailable",)}
    assert answer(PAGE, select("0"), where).card is None


@pytest.mark.parametrize(
    ("chosen", "card", "good"),
    [
        (points("5.00"), CARD, True),
        (points("5.00"), LoyaltyCard("LC-77", lira("5.00")), True),
        (points("5.00"), LoyaltyCard("LC-77", lira("4.99")), False),
        (points("150.00"), LoyaltyCard("LC-77", CAP), True),  # the order takes no more than its cap
        (points("5.00"), LoyaltyCard("LC-78", lira("9.00")), False),
        (points("5.00"), None, False),
    ],
)
def test_points_are_good_while_they_are_on_that_card(chosen, card, good):
    assert holds(PAGE, at(chosen), asked(card)) is good


def test_points_that_were_capped_by_another_minimum_are_asked_for_again():
    """AMT-11"""
    assert not holds(PAGE, at(points("5.00"), settings=least(lira("1.00"))), asked())
    assert holds(PAGE, at(points("5.00", "1.00"), settings=least(lira("1.00"))), asked())


# a number that could be of a bank card


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("5421190000000009", "************0009"),
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("5421190000000008", "5421190000000008"),  # no check digit: no bank card's
        ("LC-0042", "LC-0042"),
    ],
)
def test_a_number_that_could_be_of_a_bank_card_is_neither_kept_nor_shown(number, kept):
    card = LoyaltyCard(number, lira("200.00"))
    assert answer(PAGE, select("5.00"), at(), asked(card)).card.card_number == kept
    assert shows(PAGE, at(points("5.00", number=kept)), asked(card)).card_number == kept
    assert holds(PAGE, at(points("5.00", number=kept)), asked(card))


@settings(max_examples=100)
@given(
    minimum=st.none() | st.integers(0, 12_000), there=st.integers(0, 12_000), wanted=st.integers(1, 12_000),
    off=st.integers(0, 9510),
)  # fmt: skip
def test_what_is_taken_leaves_the_minimum_and_is_there(minimum, there, wanted, off):
    """AMT-11: taken at once, or left of what was chosen before a discount came."""
    settings = least(None if minimum is None else Money.of(minimum, "TRY"))
    discount = Discount(1, "Off", Money.of(off, "TRY"), ZERO, (LineShare(0, Money.of(off, "TRY")),))
    discounts = Discounts((discount,)) if off else Discounts()
    where = at(settings=settings, discounts=discounts)
    cap = max(9510 - off - (1 if minimum is None else minimum), 0)
    card = LoyaltyCard("LC-77", Money.of(there, "TRY"))
    fits = wanted <= min(cap, there)
    try:
        chosen = answer(PAGE, select(str(Money.of(wanted, "TRY"))), where, asked(card)).card
    except Invalid:
        assert not fits
        return
    assert fits
    taken = at(chosen, settings=settings, discounts=discounts).order.totals
    assert taken.loyalty_card.minor == wanted
    assert (taken.lines - taken.discounts - taken.loyalty_card).minor >= min(minimum or 0, 9510 - off)
