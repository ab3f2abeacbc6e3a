"""ShippingOptionSelectionPage: what an option asks for beside its choice, and what is told of options that are not."""

from __future__ import annotations

import pytest

from checkout_core import Invalid, Settings, evolve
from checkout_core.effects import AskShippingPrice, Unavailable
from checkout_core.forms import Pk, read
from checkout_core.order import Delivery, Parcel, Shipping, ShippingChoice
from checkout_core.pages.shipping import (
    ShippingOptionForm,
    ShippingOptionSelectionPage,
    UnavailableShipping,
)  # fmt: skip
from checkout_core.rules.availability import (
    AnyRule,
    BasketAmountRule,
    CountryRule,
    CurrencyRule,
    MembersRule,
    NotRule,
)  # fmt: skip
from checkout_core.rules.calculators import Fixed, Free, Remote
from checkout_core.shop import ShippingOption

from .kit import (
    BASKET,
    HOME,
    OFFICE,
    SHOP,
    STANDARD,
    STANDARD_CHOSEN,
    TO_THE_DOOR,
    answer,
    answers_itself,
    holds,
    lira,
    order,
    shows,
    visit,
)  # fmt: skip

PAGE = ShippingOptionSelectionPage
NOT_ASKED_YET = order(shipping=Shipping())
DATED = ShippingOption(
    24, "On a day", "dated", Fixed(lira("19.90")), required_fields=("delivery_date", "time_slot")
)  # fmt: skip
SAID = {"delivery_date": "2026-12-24", "time_slot": "before lunch"}
DATED_CHOSEN = ShippingChoice(24, "On a day", "dated", lira("19.90"), None, None, DATED.required_fields, SAID)
COURIER = ShippingOption(25, "Courier", "courier", Remote("courier"))
COURIER_CHOSEN = ShippingChoice(25, "Courier", "courier", lira("44.50"))
ASKED = AskShippingPrice("courier", Parcel(BASKET, HOME))
DOWN = Unavailable("TimeoutError")


def before(*options, chosen=None, **more):
    return visit(order(shipping=Shipping(chosen)), shop=evolve(SHOP, shipping_options=options), **more)


# What an option asks for


def test_what_the_option_asks_for_is_kept_with_the_choice():
    chosen = answer(PAGE, {"shipping_option": 24, **SAID}, before(DATED))
    assert chosen == Shipping(DATED_CHOSEN)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {"delivery_date": ("required",), "time_slot": ("required",)}),
        ({"delivery_date": "today"}, {"time_slot": ("required",)}),
        ({"delivery_date": " ", "time_slot": None}, {"delivery_date": ("required",), "time_slot": ("required",)}),
        (SAID | {"time_slot": "x" * 256}, {"time_slot": ("too_long",)}),
        (SAID | {"time_slot": "5421 1900 0000 0009"}, {"time_slot": ("card_number",)}),
        (SAID | {"time_slot": "one\ntwo"}, {"time_slot": ("invalid",)}),
        (SAID | {"time_slot": ["one"]}, {"time_slot": ("invalid",)}),
        (SAID | {"delivery_date": 20261224}, {"delivery_date": ("invalid",)}),
    ],
)
def test_what_is_missing_or_no_text_is_refused_by_its_name(body, codes):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": 24, **body}, before(DATED))
    assert refused.value.codes == codes


def test_what_the_option_does_not_ask_for_never_reaches_the_order():
    body = {"shipping_option": 24, **SAID, "note": "hello", "card_number": "5421190000000009", "given": {"a": "b"}}
    assert answer(PAGE, body, before(DATED)) == Shipping(DATED_CHOSEN)
    assert answer(PAGE, body | {"shipping_option": 21}, before(STANDARD, DATED)) == Shipping(STANDARD_CHOSEN)


def test_a_form_does_not_print_what_else_was_posted():
    form = read(ShippingOptionForm, {"shipping_option": 24, "card_number": "5421190000000009"}, Settings())
    assert "5421190000000009" not in repr(form)


def test_the_longest_text_is_kept_whole():
    said = SAID | {"time_slot": "ü" * 255}
    assert answer(PAGE, {"shipping_option": 24, **said}, before(DATED)).option.given == said


@pytest.mark.parametrize(
    ("now", "good"),
    [
        (DATED, True),
        (evolve(DATED, required_fields=("delivery_date",)), False),  # what is kept is not what is asked for
        (evolve(DATED, required_fields=(*DATED.required_fields, "floor")), False),
        (evolve(DATED, calculator=Free()), False),
    ],
)
def test_a_choice_is_good_while_the_option_asks_for_what_was_given(now, good):
    assert holds(PAGE, before(now, chosen=DATED_CHOSEN)) is good


def test_the_list_has_the_chosen_option_once_and_in_its_place():
    there = shows(PAGE, before(STANDARD, DATED, chosen=DATED_CHOSEN)).shipping_options
    assert there == (STANDARD_CHOSEN, DATED_CHOSEN)


@pytest.mark.parametrize("autoselect", [True, False])
def test_the_only_option_is_not_chosen_without_asking_where_it_asks_for_something(autoselect):
    assert answers_itself(PAGE, before(DATED, settings=Settings(autoselect_shipping=autoselect))) is None


# A service that is asked for the price


@pytest.mark.parametrize(
    ("options", "said", "form"),
    [
        ((COURIER,), lira("44.50"), ShippingOptionForm(Pk(25))),
        ((COURIER, STANDARD), lira("44.50"), None),
        ((COURIER, STANDARD), DOWN, None),  # that it is down leaves the choice to the buyer
        ((COURIER,), DOWN, None),
    ],
)
def test_a_service_that_is_down_chooses_nothing_for_the_buyer(options, said, form):
    at = before(*options, settings=Settings(autoselect_shipping=True))
    assert answers_itself(PAGE, at, (ASKED, said)) == form


def test_the_price_of_the_service_is_stored_with_the_choice():
    assert answer(PAGE, {"shipping_option": 25}, before(COURIER), (ASKED, lira("44.50"))) == Shipping(COURIER_CHOSEN)


@pytest.mark.parametrize("chosen", [None, STANDARD_CHOSEN, COURIER_CHOSEN])
@pytest.mark.parametrize("said", [DOWN, lira("-1.00")], ids=["down", "negative"])
def test_an_option_without_a_price_cannot_be_chosen(chosen, said):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": 25}, before(STANDARD, COURIER, chosen=chosen), (ASKED, said))
    assert refused.value.codes == {"shipping_option": ("shipping_price_unavailable",)}


def test_an_option_without_a_price_is_told_with_the_reason():
    shown = shows(PAGE, before(STANDARD, COURIER), (ASKED, DOWN))
    assert shown.shipping_options == (STANDARD_CHOSEN,)
    assert shown.unavailable_options == (
        UnavailableShipping(25, "Courier", "courier", "shipping_price_unavailable"),
    )  # fmt: skip


def test_the_chosen_option_is_listed_at_its_price_while_its_service_is_down():
    at = before(STANDARD, COURIER, chosen=COURIER_CHOSEN)
    shown = shows(PAGE, at, (ASKED, DOWN))
    assert shown.shipping_options == (COURIER_CHOSEN, STANDARD_CHOSEN)
    assert shown.unavailable_options == ()
    assert holds(PAGE, at, (ASKED, DOWN))


def test_a_chosen_option_whose_price_is_outdated_is_listed_and_its_reason_told():
    outdated = evolve(COURIER_CHOSEN, outdated=True)
    shown = shows(PAGE, before(STANDARD, COURIER, chosen=outdated), (ASKED, DOWN))
    assert shown.shipping_options == (outdated, STANDARD_CHOSEN)
    assert [each.error_code for each in shown.unavailable_options] == ["shipping_price_unavailable"]


@pytest.mark.parametrize(
    ("otherwise", "flat", "price"), [("last-known", None, "44.50"), ("flat", lira("15.00"), "15.00")]
)
def test_the_shop_may_let_the_chosen_option_be_chosen_again_at_the_last_price_or_a_flat_one(otherwise, flat, price):
    option = evolve(COURIER, calculator=Remote("courier", otherwise, flat))
    at = before(option, chosen=COURIER_CHOSEN)
    assert answer(PAGE, {"shipping_option": 25}, at, (ASKED, DOWN)).option.shipping_amount == lira(price)


def test_the_price_is_asked_for_the_address_of_now():
    shown = before(COURIER)
    moved = shown.at(evolve(shown.order, delivery=Delivery(TO_THE_DOOR, OFFICE, HOME)))
    asked = AskShippingPrice("courier", Parcel(BASKET, OFFICE))
    assert answer(PAGE, {"shipping_option": 25}, moved, (asked, lira("50.00"))).option.shipping_amount == lira("50.00")


# Why not


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (BasketAmountRule(at_least=lira("200.00")), "basket_amount_out_of_range"),
        (MembersRule(), "members_only"),
        (CountryRule(frozenset({2})), None),
        (CurrencyRule(frozenset({"EUR"})), None),
        (NotRule(AnyRule()), None),
    ],
)
def test_a_refusal_is_told_where_the_buyer_can_do_something_about_it(rule, told):
    shown = shows(PAGE, before(STANDARD, evolve(COURIER, rules=(rule,))))
    assert shown.shipping_options == (STANDARD_CHOSEN,)
    assert [each.error_code for each in shown.unavailable_options] == ([told] if told else [])
