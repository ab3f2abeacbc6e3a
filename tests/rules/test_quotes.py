from __future__ import annotations

import pytest
from attrs import frozen

from checkout_core.driver import run
from checkout_core.effects import AskShippingPrice, FindCard, Unavailable
from checkout_core.money import Money
from checkout_core.order import Basket, Delivery, GroupChoice, Shipping, ShippingChoice, evolve
from checkout_core.rules import Explained, NotPriced, parcel_of
from checkout_core.rules.availability import AnyRule, BasketAmountRule, CountryRule, MembersRule
from checkout_core.rules.calculators import Fixed, Free, FreeFrom, Remote
from checkout_core.rules.quotes import (
    Refused,
    explain_option,
    offer_of,
    offered,
    quote_of,
    quotes,
    requoted,
    shipping_offers,
    stands,
)
from checkout_core.shop import Misconfigured, PaymentOption, ShippingOption
from checkout_core.testing import play

TR, DE = CountryRule(frozenset({1})), CountryRule(frozenset({2}))
CHEAP = BasketAmountRule(at_most=Money("100.00", "TRY"))


def lira(amount):
    return Money(amount, "TRY")


@frozen
class Asking:
    """A host's own calculator, which asks the world."""

    async def price(self, parcel, /):
        await FindCard("540061")  # any effect
        return lira("7.00")


STANDARD = ShippingOption(
    3, "Standard", "standard", FreeFrom(lira("39.90"), lira("100.00")), (TR,), "logo.png", "3 days"
)
EXPRESS = ShippingOption(1, "Express", "express", Fixed(lira("79.90")), (TR, CHEAP))
PICKUP = ShippingOption(2, "Pickup", "pickup", Free())
ABROAD = ShippingOption(4, "Abroad", "abroad", Asking(), (DE,))
OPTIONS = STANDARD, EXPRESS, PICKUP, ABROAD


def ask(steps):
    """The answer, and what was asked for it."""
    asked = []
    return run(steps, asked.append), asked


def names(visit):
    return [choice.name for choice in ask(quotes(visit))[0]]


def test_options_whose_rules_all_apply_are_offered_in_the_order_of_the_shop(make):
    thing = make.line(lira("60.00"))

    assert names(make.visit(thing, to=make.address(country=1), shipping_options=OPTIONS)) == [
        "Standard",
        "Express",
        "Pickup",
    ]
    assert names(make.visit(thing, thing, to=make.address(country=1), shipping_options=OPTIONS)) == [
        "Standard",
        "Pickup",
    ]
    assert names(make.visit(thing, to=make.address(country=2), shipping_options=OPTIONS)) == ["Pickup", "Abroad"]
    assert names(make.visit(thing, to=make.address(country=3), shipping_options=(EXPRESS, ABROAD))) == []


def test_a_choice_is_what_is_shown_of_the_option_and_its_price(make):
    visit = make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(STANDARD,))

    assert ask(quotes(visit)) == (
        (ShippingChoice(3, "Standard", "standard", lira("39.90"), "logo.png", "3 days"),),
        [],
    )


def test_an_option_that_is_not_offered_is_not_priced(make):
    at_home, away = (make.visit(to=make.address(country=pk), shipping_options=OPTIONS) for pk in (1, 2))

    assert ask(quotes(at_home))[1] == []
    assert ask(quotes(away))[1] == [FindCard("540061")]


@pytest.mark.parametrize("country", [1, 2, 3])
@pytest.mark.parametrize("amount", ["60.00", "120.00"])
def test_one_quote_is_the_one_among_all(make, country, amount):
    visit = make.visit(make.line(lira(amount)), to=make.address(country=country), shipping_options=OPTIONS)
    choices, refused = ask(shipping_offers(visit))[0]
    among_all = {choice.pk: choice for choice in choices} | {each.option.pk: each for each in refused}

    assert choices == ask(quotes(visit))[0]
    assert sorted(among_all) == [1, 2, 3, 4]
    for pk in (1, 2, 3, 4, 5):
        assert ask(quote_of(visit, pk))[0] == among_all.get(pk)


def test_one_quote_prices_no_other_option(make):
    visit = make.visit(to=make.address(country=2), shipping_options=OPTIONS)

    assert ask(quote_of(visit, 2))[1] == []


@pytest.mark.parametrize("steps", [quotes, lambda visit: quote_of(visit, 1)])
def test_a_price_in_another_currency_names_the_option(make, steps):
    options = (ShippingOption(1, "Express", "express", Fixed(Money("9.00", "EUR"))),)
    visit = make.visit(shipping_options=options)

    with pytest.raises(Misconfigured, match="shipping option 'express': priced in EUR, and the basket is in TRY"):
        ask(steps(visit))


@pytest.mark.parametrize(
    ("country", "amount", "codes"),
    [
        (1, "60.00", {4: "country_not_served"}),
        (1, "120.00", {1: "basket_amount_out_of_range", 4: "country_not_served"}),
        (2, "120.00", {3: "country_not_served", 1: "country_not_served"}),
    ],
)
def test_a_refused_shipping_option_has_the_code_of_its_first_rule_that_refuses(make, country, amount, codes):
    visit = make.visit(make.line(lira(amount)), to=make.address(country=country), shipping_options=OPTIONS)

    refused = ask(shipping_offers(visit))[0][1]

    assert {each.option.pk: each.code for each in refused} == codes
    assert not any(each.unanswered for each in refused)


# A service that is asked for the price


@frozen
class Silent:
    """A host's own calculator, which does not know today."""

    last_known: bool = False

    async def price(self, parcel, /):
        raise NotPriced("courier_on_strike", last_known=self.last_known)


COURIER = ShippingOption(5, "Courier", "courier", Remote("courier"), (TR,))


def asked(visit):
    return AskShippingPrice("courier", parcel_of(visit.order))


def test_an_option_without_a_price_is_not_offered_and_not_refused_by_any_rule(make):
    visit = make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(COURIER, PICKUP))

    (choices, refused), _ = play(shipping_offers(visit), (asked(visit), Unavailable("down")))

    assert [choice.pk for choice in choices] == [2]
    assert refused == (Refused(COURIER, "shipping_price_unavailable", unanswered=True),)


def test_a_host_has_calculators_that_do_not_know_and_say_why(make):
    on_strike = ShippingOption(5, "Courier", "courier", Silent())
    visit = make.visit(to=make.address(), shipping_options=(on_strike,))

    assert ask(shipping_offers(visit))[0] == ((), (Refused(on_strike, "courier_on_strike", unanswered=True),))


def standing(visit, amount, **more):
    choice = ShippingChoice(5, "Courier", "courier", amount, **more)
    return visit.at(evolve(visit.order, shipping=Shipping(choice)))


@pytest.mark.parametrize(
    ("chosen", "amount", "offered"),
    [
        (5, lira("72.00"), True),
        (5, Money("7.00", "EUR"), False),
        (2, lira("72.00"), False),
    ],
)
def test_the_last_known_price_is_that_of_the_same_option_in_the_same_currency(make, chosen, amount, offered):
    option = ShippingOption(5, "Courier", "courier", Silent(last_known=True))
    visit = make.visit(to=make.address(), shipping_options=(option,))
    visit = visit.at(evolve(visit.order, shipping=Shipping(ShippingChoice(chosen, "Courier", "courier", amount))))

    choices = ask(quotes(visit))[0]

    assert choices == ((ShippingChoice(5, "Courier", "courier", amount),) if offered else ())


# What was chosen, priced again


MORE = Basket.of("basket", "more", (), "TRY")


def requote(visit, before, *script):
    return play(requoted(visit, before), *script)[0]


def moved_of(make, visit, change):
    if change == "basket":
        return visit.at(evolve(visit.order, basket=MORE))
    to = make.address(city=11) if change == "address" else evolve(visit.order.delivery.shipping_address)
    delivery = evolve(visit.order.delivery, shipping_address=to, billing_address=make.address(city=12))
    return visit.at(evolve(visit.order, delivery=delivery))


@pytest.mark.parametrize("change", ["basket", "address"])
@pytest.mark.parametrize("otherwise", ["unavailable", "last-known"])
def test_a_price_nobody_tells_for_another_parcel_is_outdated_unless_the_shop_takes_the_last_one(
    make, change, otherwise
):
    option = evolve(COURIER, calculator=Remote("courier", otherwise))
    visit = standing(make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(option,)), lira("72.00"))
    after = moved_of(make, visit, change)

    now = requote(after, visit.order, (asked(after), Unavailable("down")))

    assert now.option == evolve(visit.order.shipping.option, outdated=otherwise == "unavailable")
    assert now.outdated is (otherwise == "unavailable")


def test_a_flat_price_is_a_price(make):
    option = evolve(COURIER, calculator=Remote("courier", "flat", lira("15.00")))
    visit = standing(make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(option,)), lira("72.00"))
    after = moved_of(make, visit, "basket")

    now = requote(after, visit.order, (asked(after), Unavailable("down")))

    assert now == Shipping(ShippingChoice(5, "Courier", "courier", lira("15.00")))


@pytest.mark.parametrize("change", ["nothing", "billing address"])
def test_a_price_that_was_told_for_this_very_parcel_stands_while_the_service_is_down(make, change):
    visit = standing(
        make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(COURIER,)), lira("72.00")
    )
    after = visit if change == "nothing" else moved_of(make, visit, change)

    assert requote(after, visit.order, (asked(after), Unavailable("down"))) is visit.order.shipping


def test_an_outdated_price_stays_so_until_somebody_tells_one(make):
    visit = make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(COURIER,))
    visit = standing(visit, lira("72.00"), outdated=True)

    assert requote(visit, visit.order, (asked(visit), Unavailable("down"))) is visit.order.shipping
    told = requote(visit, visit.order, (asked(visit), lira("80.00")))
    assert told == Shipping(ShippingChoice(5, "Courier", "courier", lira("80.00")))


def test_what_was_chosen_in_another_currency_is_gone(make):
    visit = make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(COURIER,))
    visit = standing(visit, Money("7.00", "EUR"))

    assert requote(visit, visit.order, (asked(visit), Unavailable("down"))) == Shipping()
    nowhere = visit.at(evolve(visit.order, delivery=Delivery()))
    assert requote(nowhere, visit.order) == Shipping()


def test_without_an_address_nobody_is_asked_and_nothing_changes(make):
    visit = standing(make.visit(make.line(lira("60.00")), shipping_options=(COURIER,)), lira("72.00"))

    assert requote(moved_of(make, visit, "basket"), visit.order) is visit.order.shipping


def test_what_an_option_asks_for_is_kept_when_it_is_priced_again(make):
    option = evolve(COURIER, required_fields=("delivery_date",))
    given = {"delivery_date": "tomorrow", "floor": "3"}
    visit = standing(
        make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(option,)),
        lira("72.00"),
        required_fields=("delivery_date", "floor"),
        given=given,
    )

    now = requote(visit, visit.order, (asked(visit), lira("80.00")))

    assert now.option.shipping_amount == lira("80.00")
    assert (now.option.required_fields, now.option.given) == (("delivery_date",), {"delivery_date": "tomorrow"})


@pytest.mark.parametrize(
    ("said", "rules", "required", "good"),
    [
        (lira("72.00"), (TR,), (), True),
        (lira("72.01"), (TR,), (), False),
        (Unavailable("down"), (TR,), (), True),
        (None, (DE,), (), False),
        (None, (TR,), ("floor",), False),
    ],
)
def test_what_was_chosen_stands_unless_somebody_says_otherwise(make, said, rules, required, good):
    option = evolve(COURIER, rules=rules, required_fields=required)
    visit = make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(option,))
    visit = standing(visit, lira("72.00"), required_fields=required)
    script = ((asked(visit), said),) if said is not None else ()

    assert play(stands(visit.order.shipping.option, visit), *script)[0] is good


def test_a_choice_of_a_page_that_the_shop_no_longer_asks_on_is_not_paid_beside_the_other(make):
    visit = make.visit(make.line(lira("60.00")), to=make.address(), shipping_options=(PICKUP,))
    free = ShippingChoice(2, "Pickup", "pickup", lira("0"))
    both = Shipping(free, by_data_source=(GroupChoice("1", 9, "Cargo", lira("20.00")),))
    visit = visit.at(evolve(visit.order, shipping=both))

    assert requote(visit, visit.order) == Shipping(free)


CARD = PaymentOption(1, "Card", "card", "credit_card", "bank", (AnyRule(),))
DOOR = PaymentOption(2, "At the door", "door", "pay_on_delivery", None, (TR, MembersRule(), CHEAP))
TRANSFER = PaymentOption(3, "Transfer", "transfer", "funds_transfer")


@pytest.mark.parametrize(
    ("country", "account", "amount", "code"),
    [
        (1, "7", "100.00", None),
        (2, "7", "100.00", "country_not_served"),
        (1, None, "100.00", "members_only"),
        (1, "7", "100.01", "basket_amount_out_of_range"),
        (1, None, "100.01", "members_only"),
        (2, None, "100.01", "country_not_served"),
    ],
)
def test_a_refused_payment_option_has_the_code_of_its_first_rule_that_refuses(make, country, account, amount, code):
    visit = make.visit(
        make.line(lira(amount)),
        to=make.address(country=country),
        account=account,
        payment_options=(DOOR, CARD, TRANSFER),
    )

    if code is None:
        assert offered(visit) == ((DOOR, CARD, TRANSFER), ())
    else:
        assert offered(visit) == ((CARD, TRANSFER), (Refused(DOOR, code),))


@pytest.mark.parametrize("country", [1, 2])
@pytest.mark.parametrize("account", [None, "7"])
def test_one_payment_option_is_had_where_it_is_among_all(make, country, account):
    visit = make.visit(to=make.address(country=country), account=account, payment_options=(DOOR, CARD, TRANSFER))
    among_all = {option.pk: option for option in offered(visit)[0]}

    for pk in (1, 2, 3, 4):
        assert offer_of(visit, pk) is among_all.get(pk)


def test_an_option_explains_all_its_rules(make):
    visit = make.visit(make.line(lira("60.00")), to=make.address(country=1), payment_options=(DOOR,))

    explained = explain_option(DOOR, visit)

    assert (explained.says, explained.holds) == ("At the door is offered", False)
    assert explained.inside == tuple(rule.explain(visit, make.parcel(visit)) for rule in DOOR.rules)
    assert [rule.holds for rule in explained.inside] == [True, False, True]
    assert explain_option(PICKUP, visit) == Explained("Pickup is offered", holds=True)
