"""LoyaltyMoneyPage and GiftCardPaymentPage: where nothing is left to pay; and the options that lead there."""

from __future__ import annotations

import pytest

from checkout_core import Basket, Invalid, Money, Place, Settings, evolve
from checkout_core.effects import Deferred
from checkout_core.order import (
    AccountUsage,
    Chosen,
    Discount,
    Discounts,
    GiftCardPayment,
    GiftCards,
    Loyalty,
    LoyaltyMoney,
    PayOnDelivery,
    Reservation,
)
from checkout_core.pages.payment_choice import PaymentOptionSelectionPage
from checkout_core.pages.tenders import CoveredContext, GiftCardPaymentPage, LoyaltyMoneyPage
from checkout_core.rules.quotes import explain_option
from checkout_core.shop import PaymentChoice, PaymentOption

from .kit import CARD, NOW, SHOP, WAYS, ZERO, answer, closed_by, holds, lira, order, shows, visit

OWED = lira("125.00")
GIFT_CARD = PaymentOption(81, "Gift cards", "gift-cards", "gift_card")
LOYALTY = PaymentOption(82, "Loyalty money", "loyalty-money", "loyalty_money")
TENDERS = evolve(SHOP, payment_options=(CARD, GIFT_CARD, LOYALTY))
BY_GIFT_CARD = GiftCardPayment(Chosen(81, "Gift cards", "gift-cards", "gift_card"))
BY_LOYALTY = LoyaltyMoney(Chosen(82, "Loyalty money", "loyalty-money", "loyalty_money"))
ON = Settings(loyalty_money_enabled=True)


def cards(*amounts):
    return GiftCards(
        tuple(Reservation(n, f"t-{n}", f"000{n}", lira(a), lira(a), NOW) for n, a in enumerate(amounts, 1))
    )


def money(amount):
    return Loyalty((AccountUsage(1, "Returns", lira(amount)),))


def at(settings=ON, **parts):
    ways = {**WAYS, "gift_card": GiftCardPayment, "loyalty_money": LoyaltyMoney}
    return evolve(visit(order(**parts), shop=TENDERS, settings=settings), ways=ways)


def listed(where):
    """What is offered, and what is not with the reason."""
    shown = shows(PaymentOptionSelectionPage, where)
    refused = {each.slug: each.error_code for each in shown.unavailable_options}
    return [each.slug for each in shown.payment_options], refused


# Which options there are


@pytest.mark.parametrize(
    ("parts", "offered", "refused"),
    [
        ({}, [], {"gift-cards": "gift_card_required", "loyalty-money": "loyalty_money_required"}),
        (
            {"gift_cards": cards("124.99")},
            [],
            {"gift-cards": "amount_left_to_pay", "loyalty-money": "loyalty_money_required"},
        ),
        ({"gift_cards": cards("125.00")}, ["gift-cards"], {"loyalty-money": "loyalty_money_required"}),
        ({"gift_cards": cards("100.00", "25.00")}, ["gift-cards"], {"loyalty-money": "loyalty_money_required"}),
        (
            {"loyalty": money("124.99")},
            [],
            {"gift-cards": "gift_card_required", "loyalty-money": "amount_left_to_pay"},
        ),
        ({"loyalty": money("125.00")}, ["loyalty-money"], {"gift-cards": "gift_card_required"}),
        (
            {"loyalty": money("100.00"), "gift_cards": cards("25.00")},
            ["gift-cards"],
            {"loyalty-money": "loyalty_money_required"},
        ),
        (  # loyalty money covers all: the card is reserved, and has nothing to pay
            {"loyalty": money("125.00"), "gift_cards": cards("25.00")},
            ["loyalty-money"],
            {"gift-cards": "gift_card_required"},
        ),
    ],
)
def test_an_option_is_there_where_its_tender_pays_and_nothing_is_left(parts, offered, refused):
    assert listed(at(**parts)) == (["card", *offered], refused)


def test_loyalty_money_that_is_switched_off_pays_no_order():
    where = at(Settings(), loyalty=money("125.00"))
    assert listed(where)[1]["loyalty-money"] == "loyalty_money_disabled"


def test_an_order_that_is_free_anyway_is_paid_by_neither():
    off = Discounts((Discount(1, "All of it", lira("95.10"), lira("29.90")),))
    free = at(discounts=off, gift_cards=cards("10.00"), loyalty=money("10.00"))
    assert (free.order.totals.total, free.order.totals.payable) == (ZERO, ZERO)
    assert listed(free)[0] == ["card"]
    assert closed_by(GiftCardPaymentPage, free.at(free.order.put(BY_GIFT_CARD))) == ("gift_card_required",)
    assert closed_by(LoyaltyMoneyPage, free.at(free.order.put(BY_LOYALTY))) == ("loyalty_money_required",)


def test_what_it_costs_to_pay_at_the_door_does_not_hide_an_option_that_costs_nothing():
    choice = PaymentChoice("cash", "Cash", lira("10.00"))
    at_the_door = PayOnDelivery(Chosen(83, "At the door", "door", "pay_on_delivery"), choice)
    there = at(payment=at_the_door, gift_cards=cards("125.00"))
    assert there.order.totals.payable == lira("10.00")
    assert "gift-cards" in listed(there)[0]


def test_choosing_and_asking_why_follow_the_same_rules():
    covered = at(gift_cards=cards("125.00"))
    chosen = answer(PaymentOptionSelectionPage, {"payment_option": 81}, covered)
    assert chosen.payment == BY_GIFT_CARD
    with pytest.raises(Invalid):
        answer(PaymentOptionSelectionPage, {"payment_option": 81}, at(gift_cards=cards("124.99")))
    why = explain_option(GIFT_CARD, at(gift_cards=cards("124.99")))
    assert [(each.says, each.holds) for each in why.inside] == [
        ("a gift card pays", True), ("nothing is left to pay", False),
    ]  # fmt: skip


def test_another_way_to_pay_keeps_the_cards_that_are_reserved():
    before = at(gift_cards=cards("100.00"))
    assert answer(PaymentOptionSelectionPage, {"payment_option": 31}, before).gift_cards == cards("100.00")


def test_an_option_that_no_longer_covers_the_order_is_chosen_no_more():
    assert holds(PaymentOptionSelectionPage, at(payment=BY_GIFT_CARD, gift_cards=cards("125.00")))
    assert not holds(PaymentOptionSelectionPage, at(payment=BY_GIFT_CARD, gift_cards=cards("124.99")))


# The pages


PAGES = [
    (GiftCardPaymentPage, {"payment": BY_GIFT_CARD, "gift_cards": cards("125.00")}, "gift_card"),
    (LoyaltyMoneyPage, {"payment": BY_LOYALTY, "loyalty": money("125.00")}, "loyalty_money"),
]


@pytest.mark.parametrize(("page", "parts", "why"), PAGES)
def test_agreed_the_order_is_placed_on_what_covers_it_and_nobody_else_is_asked(page, parts, why):
    there = at(**parts)
    assert closed_by(page, there) == ()
    placed = answer(page, {"agreement": True}, there)
    assert placed == Place(evolve(parts["payment"], agreed=True), Deferred(why, 400))


@pytest.mark.parametrize(("page", "parts", "why"), PAGES)
@pytest.mark.parametrize("agreement", [False, "off", None, "perhaps", 7])
def test_without_the_agreement_nothing_is_placed(page, parts, why, agreement):
    with pytest.raises(Invalid) as caught:
        answer(page, {"agreement": agreement}, at(**parts))
    assert set(caught.value.codes) == {"agreement"}


@pytest.mark.parametrize(("page", "parts", "why"), PAGES)
def test_the_page_tells_what_pays_how_much(page, parts, why):
    by_card = why == "gift_card"
    assert shows(page, at(**parts)) == CoveredContext(OWED, ZERO if by_card else OWED, OWED if by_card else ZERO)


@pytest.mark.parametrize(("page", "parts", "why"), PAGES)
def test_with_a_part_left_to_pay_the_page_is_closed(page, parts, why):
    less = {**parts, **({"gift_cards": cards("124.99")} if why == "gift_card" else {"loyalty": money("124.99")})}
    assert closed_by(page, at(**less)) == ("amount_left_to_pay",)


@pytest.mark.parametrize(("page", "parts", "why"), PAGES)
def test_an_order_so_large_that_it_needs_an_identity_number_is_refused_without(page, parts, why):
    strict = Settings(loyalty_money_enabled=True, identity_number_required_amount=lira("124.99"))
    with pytest.raises(Invalid) as caught:
        answer(page, {"agreement": True}, at(strict, **parts))
    assert caught.value.codes == {"non_field_errors": ("identity_number_required",)}
    other = Settings(loyalty_money_enabled=True, identity_number_required_amount=Money("1.00", "EUR"))
    assert isinstance(answer(page, {"agreement": True}, at(other, **parts)), Place)


def test_loyalty_money_that_was_switched_off_meanwhile_closes_its_page():
    assert closed_by(LoyaltyMoneyPage, at(Settings(), **PAGES[1][1])) == ("loyalty_money_disabled",)
    assert closed_by(LoyaltyMoneyPage, at(gift_cards=cards("125.00"))) == ("other_payment",)


def test_only_loyalty_money_pays_an_order_again():
    assert (LoyaltyMoneyPage.post_order, GiftCardPaymentPage.post_order) == (True, False)


def test_an_empty_basket_is_paid_by_nobody():
    empty = at(basket=Basket.of("b-1", "d-0", (), "TRY"), payment=BY_LOYALTY, loyalty=money("29.90"))
    assert "basket_empty" in closed_by(LoyaltyMoneyPage, empty)
