"""ShippingOptionSelectionPage: how the parcel is sent, and what that costs."""

from __future__ import annotations

import pytest
from attrs import define, frozen

from checkout_core import Basket, Invalid, Money, Settings, evolve
from checkout_core.effects import FindCard
from checkout_core.forms import Pk
from checkout_core.order import Buyer, Delivery, Shipping, ShippingChoice
from checkout_core.pages.shipping import ShippingOptionForm, ShippingOptionSelectionPage
from checkout_core.rules import Parcel
from checkout_core.rules.availability import BasketAmountRule, BasketWeightRule, CountryRule, MembersRule
from checkout_core.rules.calculators import (
    Fixed,
    Free,
    FreeFrom,
    PriceTier,
    PriceTiers,
    QuantityTiers,
    Tier,
    WeightTiers,
)  # fmt: skip
from checkout_core.shop import ShippingOption

from .kit import (
    ABROAD,
    BASKET,
    EMPTIED,
    EXPRESS,
    HOME,
    MUG,
    OFFICE,
    SHIRT,
    SHOP,
    STANDARD,
    STANDARD_CHOSEN,
    TO_THE_DOOR,
    answer,
    answers_itself,
    closed_by,
    holds,
    lira,
    order,
    shows,
    visit,
)  # fmt: skip

PAGE = ShippingOptionSelectionPage
NOT_ASKED_YET = order(shipping=Shipping())
EXPRESS_CHOSEN = ShippingChoice(22, "Express", "express", lira("49.90"))
AT_HOME = CountryRule(frozenset({1}))


def shop(*options):
    return evolve(SHOP, shipping_options=options)


def option(calculator, *rules):
    return ShippingOption(23, "Ours", "ours", calculator, rules, "ours.png", "in a day")


def offered(at):
    return [(each.pk, str(each.shipping_amount)) for each in shows(PAGE, at).shipping_options]


def test_the_options_for_the_address_are_offered_with_their_prices():
    assert shows(PAGE, visit(NOT_ASKED_YET)).shipping_options == (STANDARD_CHOSEN, EXPRESS_CHOSEN)


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (NOT_ASKED_YET, ()),
        (order(delivery=Delivery(TO_THE_DOOR)), ("address_required",)),
        (order(delivery=Delivery(TO_THE_DOOR, None, HOME)), ("address_required",)),
        (EMPTIED, ("basket_empty",)),
        (order(buyer=Buyer()), ("user_email_required",)),
    ],
)
def test_the_page_wants_goods_and_an_address(at, codes):
    assert closed_by(PAGE, visit(at)) == codes


@pytest.mark.parametrize(
    ("named", "codes"),
    [
        ("ShippingOptionSelectionPage", ()),
        ("DataSourceShippingOptionSelectionPage", ("another_shipping_page",)),
        ("AttributeBasedShippingOptionSelectionPage", ("another_shipping_page",)),
        ("RemoteShippingOptionSelectionPage", ("another_shipping_page",)),
    ],
)
def test_the_setting_picks_the_page_that_asks_for_the_shipping_option(named, codes):
    settings = Settings(checkout_shipping_option_selection_page=named)
    assert closed_by(PAGE, visit(NOT_ASKED_YET, settings=settings)) == codes
    assert Settings().checkout_shipping_option_selection_page == "ShippingOptionSelectionPage"


LIGHT, CHEAP = BasketWeightRule(at_most=600), BasketAmountRule(at_most=lira("95.10"))
MEMBER = Buyer("7", "grace@example.org")


@pytest.mark.parametrize(
    ("rules", "at", "listed"),
    [
        ((), NOT_ASKED_YET, True),
        ((AT_HOME,), NOT_ASKED_YET, True),
        ((AT_HOME,), order(shipping=Shipping(), delivery=Delivery(TO_THE_DOOR, ABROAD, HOME)), False),
        ((LIGHT, CHEAP), NOT_ASKED_YET, True),
        ((LIGHT, CHEAP), order(shipping=Shipping(), basket=Basket.of("b", "d", (MUG, MUG), "TRY")), False),
        ((LIGHT, CHEAP), order(shipping=Shipping(), basket=Basket.of("b", "d", (SHIRT, SHIRT), "TRY")), False),
        ((MembersRule(),), NOT_ASKED_YET, False),
        ((MembersRule(),), order(shipping=Shipping(), buyer=MEMBER), True),
    ],
)
def test_an_option_is_offered_where_all_its_rules_let_basket_address_and_buyer_through(rules, at, listed):
    there = offered(visit(at, shop=shop(option(Free(), *rules))))
    assert there == ([(23, "0.00")] if listed else [])


def _by_price(next_tier):
    return PriceTiers((PriceTier(lira("0"), lira("30.00")), PriceTier(lira(next_tier), lira("5.00"))))


CALCULATORS = {
    "free": (Free(), "0.00"),
    "fixed": (Fixed(lira("39.90")), "39.90"),
    "free from its amount on": (FreeFrom(lira("39.90"), lira("95.10")), "0.00"),
    "not yet free": (FreeFrom(lira("39.90"), lira("95.11")), "39.90"),
    "by weight, next tier reached": (WeightTiers((Tier(0, lira("10.00")), Tier(600, lira("20.00")))), "20.00"),
    "by weight, next tier not reached": (WeightTiers((Tier(0, lira("10.00")), Tier(601, lira("20.00")))), "10.00"),
    "by price, next tier reached": (_by_price("95.10"), "5.00"),
    "by price, next tier not reached": (_by_price("95.11"), "30.00"),
    "by quantity, next tier reached": (QuantityTiers((Tier(0, lira("8.00")), Tier(2, lira("9.00")))), "9.00"),
    "by quantity, next tier not reached": (QuantityTiers((Tier(0, lira("8.00")), Tier(3, lira("9.00")))), "8.00"),
}


@pytest.mark.parametrize("named", CALCULATORS)
def test_each_calculator_prices_the_option_when_it_is_shown_and_again_when_it_is_chosen(named):
    calculator, price = CALCULATORS[named]
    at = visit(NOT_ASKED_YET, shop=shop(option(calculator)))  # two pieces, 600 grams, 95.10 lira
    assert offered(at) == [(23, price)]
    chosen = answer(PAGE, {"shipping_option": 23}, at)
    assert chosen == Shipping(ShippingChoice(23, "Ours", "ours", lira(price), "ours.png", "in a day"))


@define
class Noting:
    """A host's own calculator; writes down what it is given."""

    given: list[Parcel]

    async def price(self, parcel, /):
        self.given.append(parcel)
        return Money.zero(parcel.basket.currency)


def test_a_calculator_is_given_basket_address_and_currency_as_they_are_now():
    in_euros = Basket.of("b", "d", (), "EUR")
    noting = Noting([])
    at = visit(order(shipping=Shipping(), delivery=Delivery(TO_THE_DOOR, OFFICE, HOME)), shop=shop(option(noting)))
    shows(PAGE, at)
    answer(PAGE, {"shipping_option": 23}, at.at(evolve(at.order, basket=in_euros)))
    assert noting.given == [Parcel(BASKET, OFFICE), Parcel(in_euros, OFFICE)]


@frozen
class Asking:
    """A host's own calculator, which asks the world."""

    async def price(self, parcel, /):
        await FindCard("540061")  # any question will do
        return lira("7.00")


def test_a_shop_brings_a_calculator_of_its_own():
    at = visit(NOT_ASKED_YET, shop=shop(option(Asking())))
    assert answer(PAGE, {"shipping_option": 23}, at, (FindCard("540061"), None)).option.shipping_amount == lira("7.00")


@pytest.mark.parametrize(
    ("autoselect", "options", "form"),
    [
        (True, (STANDARD,), ShippingOptionForm(Pk(21))),
        (True, (STANDARD, EXPRESS), None),
        (True, (), None),
        (True, (option(Free(), MembersRule()), EXPRESS), ShippingOptionForm(Pk(22))),
        (False, (STANDARD,), None),
    ],
)
def test_the_only_option_offered_is_chosen_without_asking_where_the_shop_says_so(autoselect, options, form):
    settings = Settings(autoselect_shipping=autoselect)
    assert answers_itself(PAGE, visit(NOT_ASKED_YET, shop=shop(*options), settings=settings)) == form


@pytest.mark.parametrize(("pk", "choice"), [(21, STANDARD_CHOSEN), ("22", EXPRESS_CHOSEN)])
def test_the_chosen_option_is_kept_with_the_price_it_was_shown_with(pk, choice):
    assert answer(PAGE, {"shipping_option": pk}, visit(NOT_ASKED_YET)) == Shipping(choice)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"shipping_option": 24}, "invalid"),
        ({"shipping_option": "standard"}, "invalid"),
        ({"shipping_option": [21]}, "invalid"),
        ({"shipping_option": False}, "invalid"),
    ],
)
def test_what_is_no_option_of_the_shop_is_refused(body, code):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body, visit(NOT_ASKED_YET))
    assert refused.value.codes == {"shipping_option": (code,)}


@pytest.mark.parametrize(
    ("rule", "shown", "posted"),
    [
        (
            BasketAmountRule(at_most=lira("95.10")),
            NOT_ASKED_YET,
            {"basket": Basket.of("b", "d", (SHIRT, SHIRT), "TRY")},
        ),
        (AT_HOME, NOT_ASKED_YET, {"delivery": Delivery(TO_THE_DOOR, ABROAD, HOME)}),
    ],
)
def test_an_option_that_was_shown_is_refused_where_basket_or_address_changed_and_its_rules_fail(rule, shown, posted):
    at = visit(shown, shop=shop(option(Free(), rule), EXPRESS))
    assert offered(at) == [(23, "0.00"), (22, "49.90")]
    later = at.at(evolve(shown, **posted))
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": 23}, later)
    assert refused.value.codes == {"shipping_option": ("invalid",)}
    assert offered(later) == [(22, "49.90")]
    assert answer(PAGE, {"shipping_option": 22}, later) == Shipping(EXPRESS_CHOSEN)


DEARER = evolve(STANDARD, calculator=Fixed(lira("35.00")))


@pytest.mark.parametrize(
    ("now", "shown", "good"),
    [
        ((STANDARD, EXPRESS), [(21, "29.90"), (22, "49.90")], True),
        ((EXPRESS,), [(21, "29.90"), (22, "49.90")], False),
        ((EXPRESS, DEARER), [(21, "29.90"), (22, "49.90")], False),
        ((option(Free(), MembersRule()), STANDARD), [(21, "29.90")], True),
    ],
)
def test_the_list_always_holds_the_option_that_was_chosen_at_the_price_it_was_chosen_for(now, shown, good):
    at = visit(order(), shop=shop(*now))
    assert offered(at) == shown
    assert holds(PAGE, at) is good


def test_undone_the_page_owes_nothing_for_shipping():
    assert PAGE().undo(order()).shipping == Shipping()
    assert PAGE.resets == ("PaymentOptionSelectionPage",)
