from __future__ import annotations

import pytest

from checkout_core.money import Money
from checkout_core.rules import Explained
from checkout_core.rules.availability import (
    PAYMENT_RULES,
    SHIPPING_RULES,
    AndRule,
    AnyRule,
    BasketAmountRule,
    BasketWeightRule,
    CityRule,
    CountryRule,
    CurrencyRule,
    DistrictRule,
    ItemCountRule,
    ItemWeightRule,
    MembersRule,
    NotRule,
    OrRule,
    PostalCodeRule,
    TotalRule,
    TownshipRule,
    refusal,
)
from checkout_core.shop import Misconfigured

TEN, TWENTY = Money("10.00", "TRY"), Money("20.00", "TRY")
ELSEWHERE = CountryRule(frozenset({9}))  # no test sends anything there


def lira(amount):
    return Money(amount, "TRY")


PLACES = [  # rule, address (None: there is none), whether it applies
    (CountryRule(frozenset({1, 2})), {"country": 2}, True),
    (CountryRule(frozenset({1, 2})), {"country": 3}, False),
    (CountryRule(frozenset({1, 2})), None, False),
    (CountryRule(frozenset({1, 2}), exclude=True), {"country": 2}, False),
    (CountryRule(frozenset({1, 2}), exclude=True), {"country": 3}, True),
    (CountryRule(frozenset({1, 2}), exclude=True), None, True),
    (CityRule(frozenset({10})), {"city": 10}, True),
    (CityRule(frozenset({10})), {"country": 10, "city": 11}, False),
    (CityRule(frozenset({10}), exclude=True), {"city": 11}, True),
    (TownshipRule(frozenset({100})), {"township": 100}, True),
    (TownshipRule(frozenset({100})), {"township": 101}, False),
    (TownshipRule(frozenset({100})), {"township": None}, False),
    (TownshipRule(frozenset({100}), exclude=True), {"township": None}, True),
    (DistrictRule(frozenset({7})), {"district": 7}, True),
    (DistrictRule(frozenset({7})), {"township": 7, "district": 8}, False),
    (DistrictRule(frozenset({7}), exclude=True), {"district": 7}, False),
    (PostalCodeRule(frozenset({"34000"})), {"postcode": "34000"}, True),
    (PostalCodeRule(frozenset({"34000"})), {"postcode": "34001"}, False),
    (PostalCodeRule(frozenset({"34000"})), {"postcode": "3400"}, False),
    (PostalCodeRule(frozenset({"SW1A 1AA"})), {"postcode": "sw1a1aa"}, True),
    (PostalCodeRule(frozenset({"00950"})), {"postcode": "00-950 "}, True),
    (PostalCodeRule(frozenset({"34000"}), exclude=True), {"postcode": None}, True),
]


@pytest.mark.parametrize(("rule", "to", "applies"), PLACES)
def test_places_are_compared_by_their_own_key(make, rule, to, applies):
    visit = make.visit(to=None if to is None else make.address(**to))

    assert rule.applies(visit, make.parcel(visit)) is applies


GOODS = [  # rule, lines (price, quantity, grams of one), whether it applies
    (BasketAmountRule(at_least=TEN), [("9.99", 1, 0)], False),
    (BasketAmountRule(at_least=TEN), [("5.00", 2, 0)], True),
    (BasketAmountRule(at_most=TEN), [("10.00", 1, 0)], True),
    (BasketAmountRule(at_most=TEN), [("10.01", 1, 0)], False),
    (BasketAmountRule(TEN, TWENTY), [("20.00", 1, 0)], True),
    (BasketAmountRule(TEN, TWENTY), [("20.00", 1, 0), ("0.01", 1, 0)], False),
    (BasketAmountRule(at_least=Money("10.00", "EUR")), [("10.00", 1, 0)], False),
    (BasketAmountRule(at_most=Money("10.00", "EUR")), [("10.00", 1, 0)], False),
    (ItemCountRule(at_least=3), [("1.00", 1, 0), ("1.00", 2, 0)], True),
    (ItemCountRule(at_least=4), [("1.00", 1, 0), ("1.00", 2, 0)], False),
    (ItemCountRule(at_most=3), [("1.00", 3, 0)], True),
    (ItemCountRule(at_most=2), [("1.00", 3, 0)], False),
    (BasketWeightRule(at_most=1000), [("1.00", 2, 500)], True),
    (BasketWeightRule(at_most=999), [("1.00", 2, 500)], False),
    (BasketWeightRule(at_least=1000), [("1.00", 2, 500)], True),
    (BasketWeightRule(at_least=1001), [("1.00", 2, 500)], False),
    (ItemWeightRule(500), [("1.00", 9, 500), ("1.00", 1, 499)], True),
    (ItemWeightRule(500), [("1.00", 1, 499), ("1.00", 1, 501)], False),
    (ItemWeightRule(0), [], True),
]


@pytest.mark.parametrize(("rule", "lines", "applies"), GOODS)
def test_bounds_on_goods_are_inclusive_and_count_all_pieces(make, rule, lines, applies):
    visit = make.visit(*(make.line(lira(price), quantity, weight) for price, quantity, weight in lines))

    assert rule.applies(visit, make.parcel(visit)) is applies


def test_a_rule_judges_the_parcel_and_not_the_whole_order(make):
    visit = make.visit(make.line(lira("50.00"), weight=900), to=make.address(country=1))
    small = make.visit(make.line(lira("5.00"), weight=100), to=make.address(country=2))

    for rule in (BasketAmountRule(at_most=TEN), BasketWeightRule(at_most=500), CountryRule(frozenset({2}))):
        assert not rule.applies(visit, make.parcel(visit))
        assert rule.applies(visit, make.parcel(small))


@pytest.mark.parametrize(
    ("shipping", "interest", "applies"),
    [(0, 0, True), (1000, 0, True), (1001, 0, False), (1000, 1, True), (0, 5000, True)],
)
def test_the_total_is_with_shipping_and_without_interest(make, shipping, interest, applies):
    visit = make.visit(make.line(TEN), shipping=shipping, interest=interest)

    assert TotalRule(at_least=TEN, at_most=TWENTY).applies(visit, make.parcel(visit)) is applies


def test_no_shipping_option_depends_on_the_total_it_is_part_of():
    assert PAYMENT_RULES.keys() - SHIPPING_RULES.keys() == {"total-rule"}
    assert SHIPPING_RULES.keys() <= PAYMENT_RULES.keys()


@pytest.mark.parametrize(
    ("account", "rule", "code"),
    [
        ("7", MembersRule(), None),
        (None, MembersRule(), "members_only"),
        ("7", MembersRule(members=False), "guests_only"),
        (None, MembersRule(members=False), None),
    ],
)
def test_a_member_is_a_buyer_with_an_account(make, account, rule, code):
    visit = make.visit(account=account)

    assert refusal(rule, visit, make.parcel(visit)) == code


def test_a_currency_rule_asks_for_the_currency_of_the_basket(make):
    rule = CurrencyRule(frozenset({"TRY", "EUR"}))
    lira_visit, dollar_visit = make.visit(), make.visit(currency="USD")

    assert refusal(rule, lira_visit, make.parcel(lira_visit)) is None
    assert refusal(rule, dollar_visit, make.parcel(dollar_visit)) == "currency_not_taken"


HEAVY = ItemWeightRule(1)
DEAR = BasketAmountRule(at_most=TEN)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (AnyRule(), None),
        (ELSEWHERE, "country_not_served"),
        (CityRule(frozenset({9})), "city_not_served"),
        (TownshipRule(frozenset({9})), "township_not_served"),
        (DistrictRule(frozenset({9})), "district_not_served"),
        (PostalCodeRule(frozenset({"9"})), "postal_code_not_served"),
        (DEAR, "basket_amount_out_of_range"),
        (TotalRule(at_most=TEN), "total_out_of_range"),
        (ItemCountRule(at_least=9), "item_count_out_of_range"),
        (BasketWeightRule(at_most=9), "weight_out_of_range"),
        (HEAVY, "item_too_heavy"),
        (AndRule((AnyRule(), HEAVY, DEAR)), "item_too_heavy"),
        (AndRule((DEAR, HEAVY)), "basket_amount_out_of_range"),
        (OrRule((HEAVY, DEAR)), "item_too_heavy"),
        (OrRule((HEAVY, AnyRule())), None),
        (AndRule((OrRule((AndRule((AnyRule(), DEAR)), HEAVY)), HEAVY)), "basket_amount_out_of_range"),
        (NotRule(AnyRule()), "not_available"),
        (AndRule((NotRule(NotRule(HEAVY)), DEAR)), "not_available"),
    ],
)
def test_a_refusal_has_the_code_of_the_first_rule_that_refuses(make, rule, code):
    visit = make.visit(make.line(lira("15.00"), weight=500), to=make.address(), account="7")

    assert refusal(rule, visit, make.parcel(visit)) == code


@pytest.mark.parametrize(
    ("rule", "says", "holds"),
    [
        (AnyRule(), "always", True),
        (CountryRule(frozenset({10, 9, 1})), "country one of 1, 9, 10; here 1 (country 1)", True),
        (CityRule(frozenset({10}), exclude=True), "city none of 10; here 10 (city 10)", False),
        (TownshipRule(frozenset({5})), "township one of 5; here none", False),
        (DistrictRule(frozenset({5}), exclude=True), "district none of 5; here none", True),
        (PostalCodeRule(frozenset({"sw1a 1aa"})), "postal code one of SW1A1AA; here sw1a 1AA", True),
        (BasketAmountRule(TEN, TWENTY), "basket amount at least 10.00 TRY, at most 20.00 TRY; here 15.00 TRY", True),
        (TotalRule(at_most=TEN), "total at most 10.00 TRY; here 18.00 TRY", False),
        (ItemCountRule(at_least=2), "pieces at least 2; here 1", False),
        (BasketWeightRule(at_most=500), "grams altogether at most 500; here 500", True),
        (ItemWeightRule(499), "grams a piece at most 499; here up to 500", False),
        (MembersRule(), "the buyer is a member; here a guest", False),
        (MembersRule(members=False), "the buyer is a guest; here a guest", True),
        (CurrencyRule(frozenset({"USD", "EUR"})), "currency one of EUR, USD; here TRY", False),
    ],
)
def test_an_explanation_says_what_is_asked_and_what_was_found(make, rule, says, holds):
    to = make.address(postcode="sw1a 1AA")
    visit = make.visit(make.line(lira("15.00"), weight=500), to=to, shipping=300, interest=100)

    assert rule.explain(visit, make.parcel(visit)) == Explained(says, holds)


def test_a_compound_explains_every_child_also_behind_the_one_that_decides(make):
    visit = make.visit()
    rule = NotRule(AndRule((MembersRule(), OrRule((AnyRule(), MembersRule())))))

    member = Explained("the buyer is a member; here a guest", holds=False)
    either = Explained("at least one of", holds=True, inside=(Explained("always", holds=True), member))
    both = Explained("all of", holds=False, inside=(member, either))
    assert rule.explain(visit, make.parcel(visit)) == Explained("not", holds=True, inside=(both,))


@pytest.mark.parametrize(
    ("make_rule", "says"),
    [
        (lambda: CountryRule(frozenset()), "countries wants at least one"),
        (lambda: CityRule(frozenset()), "cities wants at least one"),
        (lambda: TownshipRule(frozenset()), "townships wants at least one"),
        (lambda: DistrictRule(frozenset()), "districts wants at least one"),
        (lambda: PostalCodeRule(frozenset({" ", "-"})), "postal_codes wants at least one"),
        (lambda: AndRule(()), "children wants at least one"),
        (lambda: OrRule(()), "children wants at least one"),
        (lambda: CurrencyRule(frozenset()), "currencies wants at least one"),
        (lambda: CurrencyRule(frozenset({"TL"})), "'TL' is no ISO 4217 code"),
        (BasketAmountRule, "wants at_least, at_most or both"),
        (lambda: BasketAmountRule(TWENTY, TEN), "at_least, 20.00 TRY, is above at_most, 10.00 TRY"),
        (lambda: BasketAmountRule(TEN, Money("20.00", "EUR")), "amounts want one currency, not EUR and TRY"),
        (TotalRule, "wants at_least, at_most or both"),
        (ItemCountRule, "wants at_least, at_most or both"),
        (lambda: ItemCountRule(at_most=-1), "wants nothing below zero"),
        (lambda: BasketWeightRule(at_least=2, at_most=1), "at_least, 2, is above at_most, 1"),
        (lambda: ItemWeightRule(-1), "wants nothing below zero"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_when_the_rule_is_made(make_rule, says):
    with pytest.raises(Misconfigured) as refused:
        make_rule()

    assert str(refused.value) == says
