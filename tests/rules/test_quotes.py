from __future__ import annotations

import pytest
from attrs import frozen

from checkout_core.driver import run
from checkout_core.effects import FindCard
from checkout_core.money import Money
from checkout_core.order import ShippingChoice
from checkout_core.rules import Explained
from checkout_core.rules.availability import AnyRule, BasketAmountRule, CountryRule, MembersRule
from checkout_core.rules.calculators import Fixed, Free, FreeFrom
from checkout_core.rules.quotes import Refused, explain_option, offer_of, offered, quote_of, quotes
from checkout_core.shop import Misconfigured, PaymentOption, ShippingOption

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
    among_all = {choice.pk: choice for choice in ask(quotes(visit))[0]}

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
