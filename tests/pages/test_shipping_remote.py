"""RemoteShippingOptionSelectionPage: options a service offers, of those the shop has."""

from __future__ import annotations

import pytest

from checkout_core import Invalid, Money, Settings, evolve
from checkout_core.effects import AskShippingOptions, AskShippingPrice, RemoteShippingOption, Unavailable
from checkout_core.forms import Pk
from checkout_core.order import Buyer, Delivery, Parcel, Shipping, ShippingChoice
from checkout_core.pages.shipping import RemoteShippingOptionSelectionPage, ShippingOptionForm, UnavailableShipping
from checkout_core.rules.availability import BasketAmountRule, MembersRule
from checkout_core.rules.calculators import Remote
from checkout_core.settings import RemoteService
from checkout_core.shop import Misconfigured, ShippingOption

from .kit import (
    BASKET,
    EMPTIED,
    EXPRESS,
    HOME,
    OFFICE,
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

PAGE = RemoteShippingOptionSelectionPage
NAME = "RemoteShippingOptionSelectionPage"
CARRIER, OTHER_CARRIER = RemoteService("https://carrier.test/options"), RemoteService("https://other.test/options")
SETTINGS = Settings(checkout_shipping_option_selection_page=NAME, remote_shipping_option_provider=CARRIER)
PARCEL = Parcel(BASKET, HOME)
ASKED = AskShippingOptions(CARRIER, PARCEL)
DOWN = Unavailable("TimeoutError")
EXPRESS_CHOSEN = ShippingChoice(22, "Express", "express", lira("49.90"))


def at(chosen=None, options=(STANDARD, EXPRESS), **settings):
    said = evolve_settings(settings)
    return visit(order(shipping=Shipping(chosen)), shop=evolve(SHOP, shipping_options=options), settings=said)


def evolve_settings(changes):
    return Settings(
        **{
            "checkout_shipping_option_selection_page": NAME,
            "remote_shipping_option_provider": CARRIER,
            **changes,
        }
    )


def said(*options):
    return ASKED, tuple(RemoteShippingOption(*option) for option in options)


@pytest.mark.parametrize(
    ("named", "codes"),
    [
        (NAME, ()),
        ("ShippingOptionSelectionPage", ("another_shipping_page",)),
        ("DataSourceShippingOptionSelectionPage", ("another_shipping_page",)),
        ("AttributeBasedShippingOptionSelectionPage", ("another_shipping_page",)),
    ],
)
def test_the_setting_picks_the_page_that_asks_a_service(named, codes):
    assert closed_by(PAGE, at(checkout_shipping_option_selection_page=named)) == codes


@pytest.mark.parametrize(
    ("before", "codes"),
    [
        (order(shipping=Shipping()), ()),
        (order(delivery=Delivery(TO_THE_DOOR)), ("address_required",)),
        (EMPTIED, ("basket_empty",)),
        (order(buyer=Buyer()), ("user_email_required",)),
    ],
)
def test_the_page_wants_goods_and_an_address(before, codes):
    assert closed_by(PAGE, visit(before, settings=SETTINGS)) == codes


@pytest.mark.parametrize("provider", [CARRIER, OTHER_CARRIER])
def test_the_provider_of_the_setting_is_asked_with_basket_and_address_of_now(provider):
    before = visit(
        order(shipping=Shipping(), delivery=Delivery(TO_THE_DOOR, OFFICE, HOME)),
        settings=evolve_settings({"remote_shipping_option_provider": provider}),
    )
    asked = AskShippingOptions(provider, Parcel(BASKET, OFFICE))
    assert shows(PAGE, before, (asked, (RemoteShippingOption("standard"),))).shipping_options == (STANDARD_CHOSEN,)


def test_without_a_provider_the_shop_is_told():
    with pytest.raises(Misconfigured, match="needs REMOTE_SHIPPING_OPTION_PROVIDER"):
        shows(PAGE, at(remote_shipping_option_provider=None))


def test_options_are_those_of_the_service_that_the_shop_has_too_at_the_price_of_the_service():
    shown = shows(PAGE, at(), said(("rocket", lira("1.00")), ("express", lira("55.00"))))
    assert shown.shipping_options == (evolve(EXPRESS_CHOSEN, shipping_amount=lira("55.00")),)
    assert shown.unavailable_options == ()


@pytest.mark.parametrize(("amount", "price"), [(None, "49.90"), (lira("0"), "0"), (lira("12.34"), "12.34")])
def test_a_price_the_service_does_not_know_is_that_of_the_shop(amount, price):
    shown = shows(PAGE, at(), said(("express", amount)))
    assert [str(each.shipping_amount) for each in shown.shipping_options] == [str(lira(price))]


def test_a_price_neither_knows_may_be_known_by_another_service():
    option = ShippingOption(25, "Courier", "courier", Remote("courier"))
    asked = AskShippingPrice("courier", PARCEL), lira("44.50")
    shown = shows(PAGE, at(options=(option,)), said(("courier",)), asked)
    assert [str(each.shipping_amount) for each in shown.shipping_options] == ["44.50"]


@pytest.mark.parametrize("amount", [lira("-0.01"), Money("5.00", "EUR")])
def test_an_amount_that_is_no_price_makes_the_option_unavailable_with_a_reason(amount):
    shown = shows(PAGE, at(), said(("standard", None), ("express", amount)))
    assert shown.shipping_options == (STANDARD_CHOSEN,)
    assert shown.unavailable_options == (UnavailableShipping(22, "Express", "express", "shipping_price_unavailable"),)
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": 22}, at(), said(("standard", None), ("express", amount)))
    assert refused.value.codes == {"shipping_option": ("shipping_price_unavailable",)}


def test_the_rules_of_the_shop_hold_as_well():
    options = (evolve(STANDARD, rules=(MembersRule(),)), evolve(EXPRESS, rules=(BasketAmountRule(lira("1.00")),)))
    shown = shows(PAGE, at(options=options), said(("standard",), ("express",)))
    assert shown.shipping_options == (EXPRESS_CHOSEN,)
    assert [each.error_code for each in shown.unavailable_options] == ["members_only"]
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": 21}, at(options=options), said(("standard",), ("express",)))
    assert refused.value.codes == {"shipping_option": ("invalid",)}


def test_the_chosen_option_is_kept_with_the_price_of_the_service():
    chosen = answer(PAGE, {"shipping_option": "22"}, at(STANDARD_CHOSEN), said(("express", lira("55.00"))))
    assert chosen == Shipping(evolve(EXPRESS_CHOSEN, shipping_amount=lira("55.00")))


def test_what_an_option_asks_for_is_asked_here_too():
    options = (evolve(EXPRESS, required_fields=("floor",)),)
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": 22}, at(options=options), said(("express",)))
    assert refused.value.codes == {"floor": ("required",)}
    chosen = answer(PAGE, {"shipping_option": 22, "floor": "3"}, at(options=options), said(("express",)))
    assert chosen.option.given == {"floor": "3"}


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"shipping_option": "express"}, "invalid"), ({"shipping_option": 0}, "invalid")],
)
def test_what_is_no_key_is_refused_before_anybody_is_asked(body, code):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body, at())
    assert refused.value.codes == {"shipping_option": (code,)}


def test_an_option_that_was_shown_is_refused_where_the_service_no_longer_offers_it():
    shown = shows(PAGE, at(), said(("standard",), ("express",)))
    assert shown.shipping_options == (STANDARD_CHOSEN, EXPRESS_CHOSEN)
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": 22}, at(), said(("standard",)))
    assert refused.value.codes == {"shipping_option": ("invalid",)}


@pytest.mark.parametrize("pk", [21, 22])
@pytest.mark.parametrize("garbage", [DOWN, ["standard"], ("standard", "express"), None])
def test_a_service_that_is_down_refuses_the_answer_with_a_code_of_its_own(pk, garbage):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"shipping_option": pk}, at(STANDARD_CHOSEN), (ASKED, garbage))
    assert refused.value.codes == {"non_field_errors": ("shipping_options_unavailable",)}


def test_the_chosen_option_is_listed_and_good_while_the_service_is_down():
    shown = shows(PAGE, at(STANDARD_CHOSEN), (ASKED, DOWN))
    assert shown.shipping_options == (STANDARD_CHOSEN,)
    assert [(each.pk, each.error_code) for each in shown.unavailable_options] == [(22, "shipping_options_unavailable")]
    assert holds(PAGE, at(STANDARD_CHOSEN), (ASKED, DOWN))


@pytest.mark.parametrize(
    ("options", "good"),
    [((("standard",),), True), ((("standard", lira("30.00")),), False), ((("express",),), False), ((), False)],
)
def test_the_chosen_option_is_good_while_the_service_offers_it_for_that_price(options, good):
    assert holds(PAGE, at(STANDARD_CHOSEN), said(*options)) is good


@pytest.mark.parametrize(
    ("autoselect", "options", "form"),
    [
        (True, (("express",), ("rocket",)), ShippingOptionForm(Pk(22))),
        (True, (("express",), ("standard",)), None),
        (True, (("express",), ("standard", lira("-1.00"))), None),
        (True, (), None),
    ],
)
def test_the_only_option_of_the_service_is_chosen_without_asking_where_the_shop_says_so(autoselect, options, form):
    assert answers_itself(PAGE, at(autoselect_shipping=autoselect), said(*options)) == form


def test_nothing_is_chosen_where_the_shop_does_not_say_so_or_the_service_says_nothing():
    assert answers_itself(PAGE, at(autoselect_shipping=False)) is None
    assert answers_itself(PAGE, at(autoselect_shipping=True), (ASKED, DOWN)) is None


def test_undone_the_page_owes_nothing_for_shipping_and_takes_the_way_to_pay_along():
    assert PAGE().undo(order()).shipping == Shipping()
    assert PAGE.resets == ("PaymentOptionSelectionPage",)
