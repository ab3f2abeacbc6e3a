"""PaymentOptionSelectionPage: the way to pay."""

from __future__ import annotations

import pytest

from checkout_core import Invalid, evolve
from checkout_core.order import Buyer, Chosen, CreditCard, Delivery, FundsTransfer, Shipping
from checkout_core.pages.payment_choice import Offered, PaymentOptionSelectionPage, Unavailable
from checkout_core.rules.availability import BasketAmountRule, CountryRule, ItemCountRule, MembersRule, TotalRule
from checkout_core.shop import Card, CardType, Installment, PaymentOption
from checkout_core.texts import text_of
from checkout_core.wire import context_json

from .kit import (
    ABROAD,
    BANK,
    BY_CARD,
    BY_TRANSFER,
    CARD,
    EMPTIED,
    HOME,
    OURS,
    SHOP,
    TO_THE_DOOR,
    TRANSFER,
    answer,
    closed_by,
    holds,
    lira,
    order,
    shows,
    visit,
)  # fmt: skip

PAGE = PaymentOptionSelectionPage
VISA = Card(1, "Bonus", "bonus", BANK, CardType(1, "Visa", "visa"))
CARD_GIVEN = evolve(
    BY_CARD, bin_number="454360", card=VISA, installment=Installment(3, 3, "3", 50_000), mask="454360******0009"
)
OTHER_CARD = PaymentOption(33, "Other card", "other-card", "credit_card", "other-bank")


def shop(*options):
    return evolve(SHOP, payment_options=options)


def restricted(*rules, pk=34):
    return PaymentOption(pk, "Ours", "ours", "funds_transfer", None, rules)


def shown(option):
    return Offered(option.pk, option.name, option.slug, option.payment_type)


def lists(at):
    context = shows(PAGE, at)
    return [each.pk for each in context.payment_options], [
        (each.pk, each.error_code) for each in context.unavailable_options
    ]


def test_the_options_of_the_shop_are_offered_in_its_order():
    assert shows(PAGE, visit()).payment_options == (shown(CARD), shown(TRANSFER))
    assert lists(visit(shop=shop(TRANSFER, CARD))) == ([32, 31], [])


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (order(), ()),
        (order(shipping=Shipping()), ("shipping_option_required",)),
        (order(delivery=Delivery(TO_THE_DOOR)), ("address_required",)),
        (order(buyer=Buyer()), ("user_email_required",)),
        (EMPTIED, ("basket_empty",)),
    ],
)
def test_the_page_wants_goods_and_a_shipping_option(at, codes):
    assert closed_by(PAGE, visit(at)) == codes


LIMITS = [
    (MembersRule(), "members_only", order(buyer=Buyer("7"))),
    (BasketAmountRule(at_least=lira("95.11")), "basket_amount_out_of_range", None),
    (TotalRule(at_most=lira("124.99")), "total_out_of_range", order(shipping=Shipping())),
    (ItemCountRule(at_least=3), "item_count_out_of_range", None),
    (CountryRule(frozenset({2})), "country_not_served", order(delivery=Delivery(TO_THE_DOOR, ABROAD, HOME))),
]


@pytest.mark.parametrize(("rule", "code", "allowed"), LIMITS)
def test_an_option_whose_rules_refuse_basket_buyer_or_amount_comes_apart_with_code_and_message(rule, code, allowed):
    ours = restricted(rule)
    at = visit(shop=shop(CARD, ours))
    context = shows(PAGE, at)
    assert context.payment_options == (shown(CARD),)
    assert context.unavailable_options == (Unavailable(34, "Ours", "ours", "funds_transfer", code),)
    (on_the_wire,) = context_json(context)["unavailable_options"]
    assert (on_the_wire["error_code"], on_the_wire["error_message"]) == (code, text_of(code))
    assert text_of(code) != code
    if allowed is not None:
        assert lists(visit(allowed, shop=shop(CARD, ours))) == ([31, 34], [])


@pytest.mark.parametrize(
    ("pk", "payment"),
    [
        (31, CreditCard(Chosen(31, "Card", "card", "credit_card", "bank"))),
        ("32", FundsTransfer(Chosen(32, "Transfer", "transfer", "funds_transfer"))),
    ],
)
def test_the_chosen_option_is_kept_as_it_was_shown_in_the_part_of_its_way_to_pay(pk, payment):
    assert answer(PAGE, {"payment_option": pk}, visit()) == order(payment=payment)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"payment_option": None}, "required"),
        ({"payment_option": 99}, "invalid"),  # switched off, so the shop has none
        ({"payment_option": "card"}, "invalid"),
        ({"payment_option": 0}, "invalid"),
        ({"payment_option": True}, "invalid"),
    ],
)
def test_what_is_no_active_option_is_refused(body, code):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body, visit())
    assert refused.value.codes == {"payment_option": (code,)}


@pytest.mark.parametrize("rule", [rule for rule, _, _ in LIMITS])
def test_an_option_whose_rules_fail_is_refused(rule):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"payment_option": 34}, visit(shop=shop(CARD, restricted(rule))))
    assert refused.value.codes == {"payment_option": ("invalid",)}


TRANSFER_AGREED = evolve(BY_TRANSFER, bank_account=OURS)


@pytest.mark.parametrize(
    ("before", "pk", "after"),
    [
        (CARD_GIVEN, 32, BY_TRANSFER),
        (TRANSFER_AGREED, 31, BY_CARD),
        (CARD_GIVEN, 33, CreditCard(Chosen(33, "Other card", "other-card", "credit_card", "other-bank"))),
        (CARD_GIVEN, 31, CARD_GIVEN),
        (TRANSFER_AGREED, 32, TRANSFER_AGREED),
    ],
)
def test_another_option_drops_all_that_was_said_about_paying_and_the_same_one_keeps_it(before, pk, after):
    at = visit(order(payment=before), shop=shop(CARD, TRANSFER, OTHER_CARD))
    assert answer(PAGE, {"payment_option": pk}, at) == evolve(at.order, payment=after)


MOVED = evolve(CARD, gateway="other-bank")


@pytest.mark.parametrize(
    ("now", "good"),
    [
        ((CARD, TRANSFER), True),
        ((TRANSFER,), False),
        ((MOVED, TRANSFER), False),
        ((evolve(CARD, rules=(MembersRule(),)),), False),
    ],
)
def test_the_answer_is_good_while_the_shop_offers_that_very_option(now, good):
    assert holds(PAGE, visit(order(payment=CARD_GIVEN), shop=shop(*now))) is good


def test_an_option_that_changed_its_gateway_is_another_option():
    after = answer(PAGE, {"payment_option": 31}, visit(order(payment=CARD_GIVEN), shop=shop(MOVED)))
    assert after.payment == CreditCard(Chosen(31, "Card", "card", "credit_card", "other-bank"))


@pytest.mark.parametrize(
    ("now", "listed"),
    [
        ((CARD, TRANSFER), ([31, 32], [])),
        ((TRANSFER,), ([31, 32], [])),
        ((evolve(CARD, rules=(MembersRule(),)), TRANSFER), ([31, 32], [(31, "members_only")])),
    ],
)
def test_the_list_always_holds_the_option_that_was_chosen(now, listed):
    assert lists(visit(order(payment=CARD_GIVEN), shop=shop(*now))) == listed


def test_undone_the_page_forgets_all_that_was_said_about_paying():
    before = order(payment=CARD_GIVEN)
    assert PAGE().undo(before) == evolve(before, payment=None)
