"""Goods in groups: by supplier, by attributes; what each group is offered, and what of a choice still holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import GUEST, Basket, Line, Money, Settings, Shop, Visit, evolve
from checkout_core.config import load_settings
from checkout_core.driver import run
from checkout_core.order import Address, Delivery, GroupChoice, PreOrder, Shipping, Totals
from checkout_core.pricing import totals
from checkout_core.rules import Explained, NotPriced
from checkout_core.rules.availability import ADDRESS_RULES, BasketWeightRule, CountryRule
from checkout_core.rules.calculators import Fixed, Free, QuantityTiers, Tier
from checkout_core.rules.grouping import (
    attribute_groups,
    attribute_keys,
    attribute_names,
    data_source_groups,
    explain_groups,
    mistakes,
    name_of_values,
    source_names,
    still_chosen,
)  # fmt: skip
from checkout_core.settings import AttributeKeyRule, GroupingRule
from checkout_core.shop import (
    AttributeBasedShippingOption,
    City,
    Country,
    DataSourceShippingOption,
    District,
    Misconfigured,
    Township,
)  # fmt: skip

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SETTING = "ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION"


def lira(amount):
    return Money(amount, "TRY")


def line(pk, source=None, quantity=1, weight=100, **attributes):
    return Line(pk, f"p-{pk}", f"P {pk}", quantity, lira("10.00"), weight, attributes=attributes, data_source=source)


def home(country=1, city=34, township=5, district=6, postcode="34 710"):
    places = Country(country, "Land", "TR"), City(city, "City", country), "1 Street"
    return Address(
        11, "Home", "Ada", "Lovelace", "+905321234567", *places, Township(township, "T", city),
        District(district, "D", city, township), postcode,
    )  # fmt: skip


def keyed(*rows):
    """Settings that group by these attributes, of (keys, rule, sort_order)."""
    rules = [AttributeKeyRule(keys, GroupingRule(slug, kwargs), n) for keys, (slug, kwargs), n in rows]
    return Settings(attribute_keys_for_attribute_based_shipping_option=tuple(rules))


ANY = ("any-rule", {})
BY_BRAND = keyed((("brand",), ANY, 1))


def at(*lines, to=None, sources=(), attributes=(), given=BY_BRAND, currency="TRY", caller=GUEST):
    zero = Money.zero(currency)
    basket = Basket.of("b-1", "d-1", lines, currency)
    order = PreOrder("co-1", basket, Totals(zero, zero, zero, zero), delivery=Delivery(None, to or home()))
    tables = {"data_source_shipping_options": sources, "attribute_based_shipping_options": attributes}
    return Visit(order, Shop("1", (), (), (), **tables), given, NOW, caller)


def asked(groups):
    def perform(effect):
        raise AssertionError(f"asked {effect!r}")

    return run(groups, perform)


def by_source(visit):
    return asked(data_source_groups(visit))


def by_attribute(visit):
    return asked(attribute_groups(visit))


def lines_of(groups):
    return {group.name: [each.pk for each in group.parcel.basket.lines] for group in groups}


def offers(groups):
    return {group.name: [(c.pk, str(c.shipping_amount)) for c in group.offered] for group in groups}


FREE = Free()


def of_source(pk, source, calculator=FREE, *rules):
    return DataSourceShippingOption(pk, f"S {pk}", source, calculator, rules, "in a day")


def of_values(pk, value, calculator=FREE, *rules, default=False):
    return AttributeBasedShippingOption(pk, f"A {pk}", calculator, value, default, rules)


# Which attributes


EXAMPLE = keyed(  # written in another order than it is read in
    (("supplier",), ANY, 99),
    (("brand", "category"), ("city-rule", {"cities": [5]}), 2),
    (("warehouse_location",), ("country-rule", {"countries": [1, 2], "exclude": False}), 1),
)


@pytest.mark.parametrize(
    ("to", "keys"),
    [
        (home(country=1, city=5), ("warehouse_location",)),
        (home(country=2), ("warehouse_location",)),
        (home(country=3, city=5), ("brand", "category")),
        (home(country=3, city=6), ("supplier",)),
    ],
)
def test_the_first_rule_that_takes_the_address_in_ascending_sort_order_says_which_attributes_group(to, keys):
    assert attribute_keys(at(line(1), to=to, given=EXAMPLE)) == keys


def test_of_two_rules_of_one_sort_order_the_one_written_first_decides():
    assert attribute_keys(at(line(1), given=keyed((("a",), ANY, 1), (("b",), ANY, 1)))) == ("a",)


NEVER = {"slug": "not-rule", "child": {"slug": "any-rule"}}


@pytest.mark.parametrize(
    ("slug", "taking", "refusing"),
    [
        ("country-rule", {"countries": [1]}, {"countries": [1], "exclude": True}),
        ("city-rule", {"cities": [34]}, {"cities": [35]}),
        ("township-rule", {"townships": [5]}, {"townships": [6]}),
        ("district-rule", {"districts": [6]}, {"districts": [7]}),
        ("postal-code-rule", {"postal_codes": ["34710"]}, {"postal_codes": ["34711"]}),
        ("not-rule", {"child": NEVER}, {"child": {"slug": "any-rule"}}),
        ("and-rule", {"children": [{"slug": "any-rule"}]}, {"children": [{"slug": "any-rule"}, NEVER]}),
        ("or-rule", {"children": [NEVER, {"slug": "any-rule"}]}, {"children": [NEVER]}),
        ("any-rule", {}, None),
    ],
)
def test_every_documented_rule_over_the_address_may_be_written(slug, taking, refusing):
    assert attribute_keys(at(line(1), given=keyed((("brand",), (slug, taking), 1)))) == ("brand",)
    if refusing is not None:
        assert attribute_keys(at(line(1), given=keyed((("brand",), (slug, refusing), 1)))) == ()
    assert len(ADDRESS_RULES) == 9


def nots(count):
    """ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION as an admin writes it: not, not, not, always."""
    rule = {"slug": "any-rule"}
    for _ in range(count):
        rule = {"slug": "not-rule", "child": rule}
    return [{"group_attribute_key": "brand", "rule": rule, "sort_order": 1}]


def test_a_rule_of_the_setting_may_lie_deep_and_one_too_deep_for_a_setting_is_refused_when_it_is_loaded():
    name = "ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION"

    assert attribute_keys(at(line(1), given=load_settings({name: nots(100)}))) == ("brand",)
    with pytest.raises(Misconfigured, match="lies too deep"):
        load_settings({name: nots(3000)})


@pytest.mark.parametrize("given", [Settings(), keyed((("brand",), ("city-rule", {"cities": [7]}), 1))])
def test_where_no_rule_takes_the_address_all_goods_are_one_group_and_the_default_option_is_for_it(given):
    options = of_values(1, "Nike"), of_values(2, None, default=True)
    (group,) = by_attribute(at(line(1, brand="Nike"), line(2), given=given, attributes=options))
    assert (group.name, group.keys, group.product_ids) == ("None", (), (1, 2))
    assert [choice.pk for choice in group.offered] == [2]


# What a group is called


@pytest.mark.parametrize(
    ("attributes", "keys", "name"),
    [
        ({"warehouse_location": "istanbul"}, ("warehouse_location",), "istanbul"),
        ({}, ("warehouse_location",), "None"),
        ({"brand": "Nike", "category": "shoes"}, ("brand", "category"), "Nike;shoes"),
        ({"brand": "Nike"}, ("brand", "category"), "Nike;None"),
        ({"category": "shoes", "colour": "red"}, ("brand", "category"), "None;shoes"),
        ({"brand": ""}, ("brand",), "None"),
    ],
)
def test_a_group_is_called_by_its_values_and_none_where_one_is_missing(attributes, keys, name):
    assert name_of_values(attributes, keys) == name


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ({"brand": "None"}, {}, {"None;None", r"\None;None"}),
        ({"brand": "a;b", "category": "c"}, {"brand": "a", "category": "b;c"}, {r"a\;b;c", r"a;b\;c"}),
        ({"brand": "a\\", "category": "b"}, {"brand": r"a\;b"}, {"a\\\\;b", r"a\\\;b;None"}),
        ({"brand": r"\None"}, {"brand": "None"}, {r"\\None;None", r"\None;None"}),
    ],
)
def test_a_value_that_looks_like_a_name_makes_no_two_groups_one(one, other, names):
    assert {name_of_values(each, ("brand", "category")) for each in (one, other)} == names


def test_a_name_is_at_most_256_characters_and_two_long_ones_stay_apart():
    long = [name_of_values({"brand": "x" * 300 + end}, ("brand",)) for end in ("a", "b", "\ud800")]
    assert len(set(long)) == 3
    assert {len(name) for name in long} == {256}
    assert name_of_values({"brand": "x" * 256}, ("brand",)) == "x" * 256


values = st.none() | st.text(alphabet="aN\\;one", max_size=4) | st.sampled_from(["None", r"\None", "None;None", ""])
pairs = st.tuples(values, values)


@settings(max_examples=300)
@given(pairs, pairs)
def test_two_groups_have_one_name_only_where_their_values_are_the_same(one, other):
    names = [
        name_of_values({k: v for k, v in zip("ab", each, strict=True) if v is not None}, ("a", "b"))
        for each in (one, other)
    ]
    assert (names[0] == names[1]) is ([v or None for v in one] == [v or None for v in other])


# What is in it, and what it costs


def test_goods_are_grouped_by_their_supplier_and_those_of_nobody_come_last():
    visit = at(line(4), line(3, 10), line(2, 9), line(1, 10))
    assert list(lines_of(by_source(visit)).items()) == [("9", [2]), ("10", [3, 1]), ("None", [4])]
    assert source_names(visit) == {"9", "10", "None"}


def test_goods_with_the_same_value_are_one_group():
    visit = at(line(1, brand="Nike"), line(2), line(3, brand="Adidas"), line(4, brand="Nike"))
    assert lines_of(by_attribute(visit)) == {"Adidas": [3], "Nike": [1, 4], "None": [2]}
    assert attribute_names(visit) == {"Adidas", "Nike", "None"}


def test_a_group_is_offered_the_options_of_its_supplier_and_those_of_nobody_are_for_goods_of_nobody():
    options = of_source(1, 9), of_source(2, 10), of_source(3, 9), of_source(4, None)
    assert offers(by_source(at(line(1, 9), line(2), sources=options))) == {
        "9": [(1, "0.00"), (3, "0.00")],
        "None": [(4, "0.00")],
    }


def test_a_group_is_offered_its_own_options_and_the_default_ones_only_where_it_has_none():
    options = of_values(1, "Nike"), of_values(2, None, default=True), of_values(3, "Nike"), of_values(4, "Puma")
    visit = at(line(1, brand="Nike"), line(2, brand="Adidas"), line(3), attributes=options)
    assert offers(by_attribute(visit)) == {
        "Adidas": [(2, "0.00")], "Nike": [(1, "0.00"), (3, "0.00")], "None": [(2, "0.00")],
    }  # fmt: skip


def test_an_option_of_a_group_that_is_not_offered_brings_no_default_one_back():
    options = of_values(1, "frozen", Free(), CountryRule(frozenset({2}))), of_values(2, None, default=True)
    visit = at(line(1, brand="frozen"), line(2), attributes=options)
    assert offers(by_attribute(visit)) == {"None": [(2, "0.00")], "frozen": []}


BY_PIECES = QuantityTiers((Tier(0, lira("5.00")), Tier(3, lira("9.00"))))


def test_rules_and_calculator_look_at_the_goods_of_the_group_alone():
    light = BasketWeightRule(at_most=250)
    options = (of_source(1, 9, BY_PIECES), of_source(2, 9, Free(), light), of_source(3, 10, BY_PIECES, light))
    visit = at(line(1, 9, 2), line(2, 10, 1), line(3, 9, 1), sources=options)
    assert offers(by_source(visit)) == {"9": [(1, "9.00")], "10": [(3, "5.00")]}


def test_the_parcel_of_a_group_has_a_name_of_its_own_whatever_makes_the_group():
    visit = at(line(1, 9, brand="9"), line(2, 10, brand="10"))
    names = [group.parcel.basket.name for group in (*by_source(visit), *by_attribute(visit))]
    assert len({*names, visit.order.basket.name}) == 5


@frozen
class Silent:
    """A host's own calculator, whose service does not answer."""

    last_known: bool = False

    async def price(self, parcel, /):
        raise NotPriced(last_known=self.last_known)


def test_an_option_that_has_no_price_now_is_not_offered_and_its_reason_is_kept():
    options = of_source(1, 9, Silent()), of_source(2, 9), of_source(3, 9, Silent(), CountryRule(frozenset({2})))
    (group,) = by_source(at(line(1, 9), sources=options))
    assert offers([group]) == {"9": [(2, "0.00")]}
    assert {pk: why.code for pk, why in group.unpriced.items()} == {1: "shipping_price_unavailable"}


def test_an_option_in_another_currency_than_the_basket_is_the_shops_mistake_and_is_named():
    options = (of_source(7, 9, Fixed(Money("1.00", "EUR"))),)
    with pytest.raises(Misconfigured, match=r"shipping option 7 \(S 7\) of group '9'.*EUR.*TRY"):
        by_source(at(line(1, 9), sources=options))


# What still holds


def choice(group, pk, amount="0.00", products=(1,), name=None):
    return GroupChoice(group, pk, name or f"S {pk}", lira(amount), products, "in a day")


NINE, TEN = choice("9", 1, products=(1, 3)), choice("10", 2, products=(2,))
SEVEN = Fixed(lira("7.00"))
TWO_SUPPLIERS = line(1, 9), line(2, 10), line(3, 9)


def held(standing, *lines, sources, currency="TRY"):
    return still_chosen(standing, by_source(at(*lines, sources=sources, currency=currency)))


@pytest.mark.parametrize(
    ("lines", "sources", "now"),
    [
        (TWO_SUPPLIERS, (of_source(1, 9), of_source(2, 10)), (NINE, TEN)),
        (TWO_SUPPLIERS, (of_source(1, 9, SEVEN), of_source(2, 10)), (choice("9", 1, "7.00", (1, 3)), TEN)),
        (TWO_SUPPLIERS, (of_source(3, 9), of_source(2, 10)), (TEN,)),
        (TWO_SUPPLIERS, (of_source(1, 10), of_source(2, 9)), ()),
        (TWO_SUPPLIERS, (of_source(1, 9, Silent()), of_source(2, 10)), (NINE, TEN)),
        (TWO_SUPPLIERS, (of_source(1, 9, Silent(), CountryRule(frozenset({2}))), of_source(2, 10)), (TEN,)),
        ((*TWO_SUPPLIERS, line(4, 9)), (of_source(1, 9), of_source(2, 10)), (TEN,)),
        ((line(1, 9, 5), line(3, 9), line(2, 10)), (of_source(1, 9), of_source(2, 10)), (NINE, TEN)),
        ((line(2, 10), line(5, 8)), (of_source(1, 9), of_source(2, 10)), (TEN,)),
    ],
    ids=[
        "nothing changed", "dearer", "another option", "of the other supplier", "no price now", "refused by its rules",
        "one more product", "more of the same", "the goods are gone",
    ],
)  # fmt: skip
def test_a_choice_holds_for_the_same_goods_while_its_option_is_offered_and_costs_what_it_costs_now(lines, sources, now):
    assert held((NINE, TEN), *lines, sources=sources) == now


def test_where_all_holds_the_choices_are_the_same_object():
    standing = (TEN, NINE)[::-1]
    assert held(standing, *TWO_SUPPLIERS, sources=(of_source(1, 9), of_source(2, 10))) is standing


def test_a_choice_without_a_price_now_is_not_kept_in_a_currency_the_basket_is_not_in():
    euros = Line(1, "p", "P", 1, Money("1.00", "EUR"), data_source=9)
    assert held((choice("9", 1),), euros, sources=(of_source(1, 9, Silent()),), currency="EUR") == ()


# For whatever is in the basket

baskets = st.lists(
    st.builds(
        lambda source, quantity, brand: (source, quantity, {"brand": brand} if brand is not None else {}),
        st.none() | st.integers(1, 12), st.integers(1, 4), values,
    ),
    min_size=1, max_size=8,
).map(lambda drawn: [line(pk, s, q, **a) for pk, (s, q, a) in enumerate(drawn, 1)])  # fmt: skip
EVERY_SOURCE = tuple(of_source(n, n or None, BY_PIECES) for n in range(13))


@settings(max_examples=60)
@given(baskets, st.randoms(use_true_random=False))
def test_groups_part_the_goods_whatever_their_order_and_shipping_is_the_sum_of_theirs(lines, random):
    mixed = [*lines]
    random.shuffle(mixed)
    tables = {"sources": EVERY_SOURCE, "attributes": (of_values(1, None, BY_PIECES, default=True),)}
    for grouped in (by_source, by_attribute):
        groups, again = grouped(at(*lines, **tables)), grouped(at(*mixed, **tables))
        assert sorted(each.pk for group in groups for each in group.parcel.basket.lines) == [each.pk for each in lines]
        assert [(g.name, g.product_ids, g.offered) for g in groups] == [
            (g.name, g.product_ids, g.offered) for g in again
        ]
        parts = [group.parcel.basket for group in groups]
        assert sum(part.amount.minor for part in parts) == at(*lines).order.basket.amount.minor
        costs = [500 if part.quantity < 3 else 900 for part in parts]
        chosen = tuple(group.offered[0] for group in groups)
        assert [choice.shipping_amount.minor for choice in chosen] == costs
        assert still_chosen(chosen, again) is chosen
        sent = evolve(at(*lines).order, shipping=Shipping(by_attribute=chosen))
        assert totals(sent, "up").shipping.minor == sum(costs)


# Rules that cannot be read


@pytest.mark.parametrize(
    ("slug", "kwargs", "at", "says"),
    [
        ("weight-rule", {}, "rule.slug", "no such slug"),
        ("members-rule", {"members": True}, "rule.slug", "no such slug"),
        ("country-rule", {}, "rule.countries", "is missing"),
        ("country-rule", {"countries": [True]}, "rule.countries[0]", "wants a whole number, not true or false"),
        ("and-rule", {"children": [{"slug": "citi-rule"}]}, "rule.children[0].slug", "did you mean city-rule"),
    ],
)
def test_a_rule_that_cannot_be_read_is_told_with_its_place(slug, kwargs, at, says):
    written = keyed((("brand",), ANY, 1), (("brand",), (slug, kwargs), 2))
    ((where, what),) = mistakes(written.attribute_keys_for_attribute_based_shipping_option, SETTING)
    assert where == f"{SETTING}[1].{at}"
    assert says in what


def test_a_rule_that_groups_by_nothing_is_told():
    (told,) = mistakes((AttributeKeyRule((), GroupingRule("any-rule"), 1),), "KEYS")
    assert told == ("KEYS[0].group_attribute_key", "wants at least one")


# Why


def asked_on(page, given=BY_BRAND):
    return evolve(given, checkout_shipping_option_selection_page=page)


LIGHT = BasketWeightRule(at_most=100)


def test_each_supplier_says_which_of_its_options_are_offered_and_why_without_asking_a_price():
    sources = of_source(10, 1, Silent(), LIGHT), of_source(11, 1), of_source(20, 2, FREE, LIGHT), of_source(30, 3)
    goods = line(2, 1, weight=60), line(1, 1, weight=60), line(3, 2)
    here = at(*goods, sources=sources, given=asked_on("DataSourceShippingOptionSelectionPage"))
    heavy, light = "grams altogether at most 100; here 120", "grams altogether at most 100; here 100"
    refused = Explained("S 10 is offered", holds=False, inside=(Explained(heavy, holds=False),))
    offered = Explained("S 20 is offered", holds=True, inside=(Explained(light, holds=True),))
    always = Explained("S 11 is offered", holds=True)
    assert explain_groups(here) == (
        Explained("group 1, of products 1, 2, can be sent", holds=True, inside=(refused, always)),
        Explained("group 2, of products 3, can be sent", holds=True, inside=(offered,)),
    )


@pytest.mark.parametrize(("country", "told"), [(1, [True]), (2, [False, True]), (3, [False, False])])
def test_the_rules_that_group_are_told_up_to_the_one_that_takes_the_address(country, told):
    rules = keyed(
        (("brand",), ("country-rule", {"countries": [1]}), 1),
        (("brand", "size"), ("country-rule", {"countries": [1, 2]}), 2),
    )
    here = at(line(1), to=home(country), given=asked_on("AttributeBasedShippingOptionSelectionPage", rules))
    *keys, group = explain_groups(here)
    assert [each.holds for each in keys] == told
    assert keys[0].says == "goods are grouped by brand"
    assert keys[-1].says == f"goods are grouped by {'brand and size' if country > 1 else 'brand'}"
    assert not group.holds, "the shop has no option"
    assert group.says == f"group {'None;None' if country == 2 else 'None'}, of products 1, can be sent"


def test_where_one_option_is_for_all_goods_there_is_no_group_to_explain():
    assert explain_groups(at(line(1, 1), sources=(of_source(10, 1),))) == ()
