"""Goods that go in several parcels: an option for each supplier, or for each group of like goods."""

from __future__ import annotations

import json

import pytest
from attrs import frozen

from checkout_core import Basket, Invalid, Line, Settings, evolve
from checkout_core.order import Buyer, Delivery, GroupChoice, Shipping
from checkout_core.page import Caller
from checkout_core.pages.shipping_groups import (
    AttributeBasedShippingOptionSelectionPage,
    DataSourceShippingOptionSelectionPage,
)  # fmt: skip
from checkout_core.pricing import totals
from checkout_core.rules import NotPriced
from checkout_core.rules.availability import CountryRule
from checkout_core.rules.buyers import SegmentRule
from checkout_core.rules.calculators import Fixed, FreeFrom
from checkout_core.settings import AttributeKeyRule, GroupingRule
from checkout_core.shop import AttributeBasedShippingOption, DataSource, DataSourceShippingOption
from checkout_core.wire import context_json

from .kit import (
    ABROAD,
    EMPTIED,
    HOME,
    OFFICE,
    SHOP,
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

SOURCES, VALUES = DataSourceShippingOptionSelectionPage, AttributeBasedShippingOptionSelectionPage
BOTH = pytest.mark.parametrize("page", [SOURCES, VALUES], ids=["sources", "values"])
FIELD = {SOURCES: "data_source_shipping_options", VALUES: "attribute_based_shipping_options"}
NONE = {
    SOURCES: "no_data_source_shipping_option_available",
    VALUES: "no_attribute_based_shipping_option_available",
}  # fmt: skip

# Vendor A sells shoes and a ball, Vendor B a shirt.  Abroad goods are grouped by brand, at home by category.

LINES = (
    Line(1001, "shoe", "Shoe", 1, lira("50.00"), 900, attributes={"category": "shoes", "brand": "Nike"}, data_source=1),
    Line(1003, "ball", "Ball", 1, lira("20.00"), 400, attributes={"category": "toys"}, data_source=1),
    Line(
        2001, "shirt", "Shirt", 2, lira("30.00"), 200, attributes={"category": "shoes", "brand": "Nike"}, data_source=2
    ),
)
BASKET = Basket.of("b-1", "d-1", LINES, "TRY")
AT_HOME, AWAY = CountryRule(frozenset({1})), CountryRule(frozenset({2}))


def of_source(pk, source, name, amount, *rules):
    return DataSourceShippingOption(pk, name, source, Fixed(lira(amount)), rules, "in a day")


def of_values(pk, value, name, amount, *rules, default=False):
    return AttributeBasedShippingOption(pk, name, Fixed(lira(amount)), value, default, rules)


A_STANDARD, A_EXPRESS = of_source(10, 1, "Standard", "5.00"), of_source(11, 1, "Express", "15.00")
B_STANDARD, B_ECONOMY = of_source(20, 2, "Standard", "7.00"), of_source(21, 2, "Economy", "3.00")
SHOES, TOYS = of_values(100, "shoes", "Standard", "5.99"), of_values(200, "toys", "Economy", "3.99")
NIKE, REST = of_values(300, "Nike", "Sports", "1.00"), of_values(400, None, "Post", "2.00", default=True)

A, B = (1001, 1003), (2001,)
CHOSEN_OF_A = GroupChoice("1", 10, "Standard", lira("5.00"), A, "in a day")
CHOSEN_OF_B = GroupChoice("2", 21, "Economy", lira("3.00"), B, "in a day")
OF_SHOES = GroupChoice("shoes", 100, "Standard", lira("5.99"), (1001, 2001))
OF_TOYS = GroupChoice("toys", 200, "Economy", lira("3.99"), (1003,))
CHOSEN = {
    SOURCES: Shipping(by_data_source=(CHOSEN_OF_A, CHOSEN_OF_B)),
    VALUES: Shipping(by_attribute=(OF_SHOES, OF_TOYS)),
}  # fmt: skip
BODY = {SOURCES: "[10, 21]", VALUES: '{"shoes": 100, "toys": 200}'}

KEYS = (
    AttributeKeyRule(("brand",), GroupingRule("country-rule", {"countries": [2]}), 1),
    AttributeKeyRule(("category",), GroupingRule("any-rule"), 9),
)


def group_shop(*, sources=(A_STANDARD, A_EXPRESS, B_STANDARD, B_ECONOMY), values=(SHOES, TOYS, NIKE, REST)):
    return evolve(
        SHOP, data_sources=(DataSource(1, "Vendor A"), DataSource(2, "Vendor B")),
        data_source_shipping_options=sources, attribute_based_shipping_options=values,
    )  # fmt: skip


def asked_on(page, keys=KEYS):
    return Settings(
        checkout_shipping_option_selection_page=page if isinstance(page, str) else page.__name__,
        attribute_keys_for_attribute_based_shipping_option=keys,
    )


def grouped(**parts):
    return order(**{"basket": BASKET, "shipping": Shipping(), **parts})


def at(page, of=None, keys=KEYS, caller=None, **tables):
    here = visit(of or grouped(), shop=group_shop(**tables), settings=asked_on(page, keys))
    return here if caller is None else evolve(here, caller=caller)


def post(page, body, here):
    return answer(page, {FIELD[page]: body}, here)


def refused(page, body, here):
    with pytest.raises(Invalid) as why:
        post(page, body, here)
    assert why.value.kept is None
    ((field, codes),) = why.value.codes.items()
    assert field == FIELD[page]
    return codes


def is_done(page, of):
    return page().done(of.shipping, at(page, of))


def prices(page, here):
    """Of each group, the options that are shown, by key."""
    listed = getattr(shows(page, here), FIELD[page])
    groups = listed.items() if page is VALUES else [(each.group, each) for each in listed]
    return {name: {o.pk: str(o.shipping_amount) for o in getattr(each, FIELD[page])} for name, each in groups}


# Who may be here


@BOTH
@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (grouped(), ()),
        (grouped(delivery=Delivery(TO_THE_DOOR)), ("address_required",)),
        (evolve(EMPTIED, shipping=Shipping()), ("basket_empty",)),
        (grouped(buyer=Buyer()), ("user_email_required",)),
    ],
    ids=["ready", "no address", "no goods", "nobody"],
)
def test_the_page_wants_goods_and_an_address(page, of, codes):
    assert closed_by(page, at(page, of)) == codes


@BOTH
@pytest.mark.parametrize(
    "named",
    [
        "ShippingOptionSelectionPage", "DataSourceShippingOptionSelectionPage",
        "AttributeBasedShippingOptionSelectionPage", "RemoteShippingOptionSelectionPage",
    ],
)  # fmt: skip
def test_the_setting_picks_the_page_that_asks_for_the_shipping_options(page, named):
    here = visit(grouped(), shop=group_shop(), settings=asked_on(named))
    assert closed_by(page, here) == (() if named == page.__name__ else ("another_shipping_page",))


# What is shown


def test_each_supplier_has_its_own_options_and_they_are_listed_with_their_prices():
    assert context_json(shows(SOURCES, at(SOURCES))) == {
        "data_source_shipping_options": [
            {
                "group": "1",
                "pk": 1,
                "name": "Vendor A",
                "product_ids": [1001, 1003],
                "data_source_shipping_options": [
                    {
                        "pk": 10, "name": "Standard", "data_source": 1, "description": "in a day",
                        "shipping_amount": "5.00",
                    },
                    {
                        "pk": 11, "name": "Express", "data_source": 1, "description": "in a day",
                        "shipping_amount": "15.00",
                    },
                ],
            },
            {
                "group": "2",
                "pk": 2,
                "name": "Vendor B",
                "product_ids": [2001],
                "data_source_shipping_options": [
                    {
                        "pk": 20, "name": "Standard", "data_source": 2, "description": "in a day",
                        "shipping_amount": "7.00",
                    },
                    {
                        "pk": 21, "name": "Economy", "data_source": 2, "description": "in a day",
                        "shipping_amount": "3.00",
                    },
                ],
            },
        ],
        "notice": None,
        "notice_code": None,
    }  # fmt: skip


def test_goods_nobody_supplies_are_a_group_of_their_own():
    alone = grouped(basket=Basket.of("b", "d", (evolve(LINES[0], data_source=None), LINES[2]), "TRY"))
    here = at(SOURCES, alone, sources=(B_ECONOMY, of_source(30, None, "Ours", "4.00")))
    (_, ours) = shows(SOURCES, here).data_source_shipping_options
    assert (ours.group, ours.pk, ours.name, ours.product_ids) == ("None", None, None, (1001,))
    assert [(each.pk, each.data_source) for each in ours.data_source_shipping_options] == [(30, None)]
    assert [c.group for c in post(SOURCES, [21, 30], here).by_data_source] == ["2", "None"]


def test_options_are_listed_by_the_group_of_goods_with_its_products_and_what_groups_them():
    assert context_json(shows(VALUES, at(VALUES))) == {
        "attribute_based_shipping_options": {
            "shoes": {
                "attribute_based_shipping_options": [
                    {"pk": 100, "shipping_option_name": "Standard", "shipping_amount": "5.99"},
                ],
                "product_ids": [1001, 2001],
                "attribute_key": ["category"],
            },
            "toys": {
                "attribute_based_shipping_options": [
                    {"pk": 200, "shipping_option_name": "Economy", "shipping_amount": "3.99"},
                ],
                "product_ids": [1003],
                "attribute_key": ["category"],
            },
        },
        "notice": None,
        "notice_code": None,
    }  # fmt: skip


def test_goods_without_the_attribute_are_shown_under_none_with_the_default_option():
    assert prices(VALUES, at(VALUES, grouped(delivery=Delivery(TO_THE_DOOR, ABROAD, HOME)))) == {
        "Nike": {300: "1.00"},
        "None": {400: "2.00"},
    }


@pytest.mark.parametrize(
    ("keys", "groups"),
    [
        ((), {"None": {400: "2.00"}}),
        (KEYS[1:], {"shoes": {100: "5.99"}, "toys": {200: "3.99"}}),
        (
            (AttributeKeyRule(("brand", "category"), GroupingRule("any-rule"), 1),),
            {"Nike;shoes": {400: "2.00"}, "None;toys": {400: "2.00"}},
        ),
    ],
)
def test_the_setting_says_by_which_attributes_the_goods_are_grouped(keys, groups):
    assert prices(VALUES, at(VALUES, keys=keys)) == groups


@BOTH
@pytest.mark.parametrize(("segment", "there"), [("gold", True), ("silver", False), (None, False)])
def test_which_options_there_are_may_depend_on_the_segment_of_the_buyer(page, segment, there):
    gold = SegmentRule(frozenset({"gold"}))
    sources = A_STANDARD, of_source(12, 1, "Courier", "1.00", gold), B_ECONOMY
    values = SHOES, of_values(101, "shoes", "Courier", "1.00", gold), TOYS
    here = at(page, caller=Caller(segment=segment), sources=sources, values=values)
    courier, other = (12, 21) if page is SOURCES else (101, 200)
    assert any(courier in listed for listed in prices(page, here).values()) is there
    body = [courier, other] if page is SOURCES else {"shoes": courier, "toys": other}
    if there:
        assert courier in [choice.pk for choice in post(page, body, here).choices]
    else:
        assert refused(page, body, here) == ("invalid",)


def test_a_price_follows_from_the_goods_of_its_group():
    by_amount = DataSourceShippingOption(12, "Post", 1, FreeFrom(lira("9.00"), lira("70.00")))
    also_of_b = DataSourceShippingOption(22, "Post", 2, FreeFrom(lira("9.00"), lira("70.00")))
    here = at(SOURCES, sources=(by_amount, also_of_b))  # 70.00 of A, 60.00 of B
    assert prices(SOURCES, here) == {"1": {12: "0.00"}, "2": {22: "9.00"}}


# What is taken


@pytest.mark.parametrize(
    "body",
    ["[10, 21]", [10, 21], "[21, 10]", ["10", "21"], {"1": "10", "2": "21"}, '{"2": 21, "1": 10}'],
    ids=repr,
)
def test_one_option_of_each_supplier_is_taken_and_shipping_is_their_sum(body):
    chosen = post(SOURCES, body, at(SOURCES))
    assert chosen == CHOSEN[SOURCES]
    assert totals(grouped(shipping=chosen), "up").shipping == lira("8.00")


@pytest.mark.parametrize("body", ['{"shoes": 100, "toys": 200}', {"toys": 200, "shoes": "100"}], ids=repr)
def test_one_option_of_each_group_is_taken_and_shipping_is_their_sum(body):
    chosen = post(VALUES, body, at(VALUES))
    assert chosen == CHOSEN[VALUES]
    assert totals(grouped(shipping=chosen), "up").shipping == lira("9.98")


def test_a_group_of_several_attributes_is_named_by_their_values_and_a_default_option_may_serve_several():
    keys = (AttributeKeyRule(("brand", "category"), GroupingRule("any-rule"), 1),)
    chosen = post(VALUES, json.dumps({"Nike;shoes": 400, "None;toys": 400}), at(VALUES, keys=keys))
    assert [(c.group, c.pk, c.product_ids) for c in chosen.by_attribute] == [
        ("Nike;shoes", 400, (1001, 2001)), ("None;toys", 400, (1003,)),
    ]  # fmt: skip


@BOTH
def test_what_was_chosen_for_the_whole_basket_or_on_the_other_page_is_replaced(page):
    other = CHOSEN[VALUES if page is SOURCES else SOURCES]
    both = evolve(other, option=STANDARD_CHOSEN)
    assert post(page, BODY[page], at(page, grouped(shipping=both))) == CHOSEN[page]
    assert is_done(page, grouped(shipping=both)) is False


@BOTH
def test_prices_are_worked_out_again_when_the_options_are_chosen(page):
    dearer = {
        "sources": (of_source(10, 1, "Standard", "9.00"), B_ECONOMY),
        "values": (of_values(100, "shoes", "Standard", "9.00"), TOYS),
    }
    here = at(page, grouped(shipping=CHOSEN[page]), **dearer)
    assert [str(choice.shipping_amount) for choice in post(page, BODY[page], here).choices] == [
        "9.00", str(CHOSEN[page].choices[1].shipping_amount),
    ]  # fmt: skip


MISSING, TWICE, UNKNOWN = ("required",), ("chosen_twice",), ("invalid",)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (None, MISSING),
        ("", MISSING),
        ("[]", MISSING),
        ([10], MISSING),
        ({"1": 10}, MISSING),
        ({"1": 10, "2": ""}, MISSING),
        ([10, 11], TWICE),
        ([10, 11, 21], TWICE),
        ([10, 10, 21], TWICE),
        ([10, 21, 99], UNKNOWN),
        ([10, 99], UNKNOWN),
        ([10, 30], UNKNOWN),
        ({"1": 21, "2": 10}, UNKNOWN),
        ({"1": 10, "2": 21, "3": 30}, UNKNOWN),
        ([10, 100], UNKNOWN),
        ("Standard", UNKNOWN),
    ],
    ids=repr,
)
def test_anything_but_exactly_one_option_of_each_supplier_is_refused(body, codes):
    third = of_source(30, 3, "Of a supplier of nothing in the basket", "1.00")
    here = at(SOURCES, sources=(A_STANDARD, A_EXPRESS, B_STANDARD, B_ECONOMY, third))
    assert refused(SOURCES, body, here) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (None, MISSING),
        ("{}", MISSING),
        ({"shoes": 100}, MISSING),
        ({"shoes": 100, "toys": None}, MISSING),
        ({"shoes": 200, "toys": 100}, UNKNOWN),
        ({"shoes": 100, "toys": 400}, UNKNOWN),
        ({"shoes": 100, "toys": 200, "hats": 400}, UNKNOWN),
        ({"Shoes": 100, "toys": 200}, UNKNOWN),
        ({"shoes": 10, "toys": 200}, UNKNOWN),
        ('{"shoes": 100, "shoes": 100, "toys": 200}', UNKNOWN),
        ([100, 200], UNKNOWN),
    ],
    ids=repr,
)
def test_anything_but_exactly_one_option_of_each_group_is_refused(body, codes):
    assert refused(VALUES, body, at(VALUES)) == codes


@BOTH
def test_an_option_that_was_shown_is_refused_where_the_address_changed_and_its_rules_fail(page):
    tables = {
        "sources": (of_source(10, 1, "Standard", "5.00", AT_HOME), A_EXPRESS, B_ECONOMY),
        "values": (of_values(100, "shoes", "Standard", "5.99", AT_HOME), SHOES_BY_AIR, TOYS),
    }
    here = at(page, keys=KEYS[1:], **tables)
    assert post(page, BODY[page], here) == CHOSEN[page]
    later = here.at(grouped(delivery=Delivery(TO_THE_DOOR, ABROAD, HOME)))
    assert refused(page, BODY[page], later) == ("invalid",)
    now = "[11, 21]" if page is SOURCES else '{"shoes": 102, "toys": 200}'
    assert len(post(page, now, later).choices) == 2


SHOES_BY_AIR = of_values(102, "shoes", "By air", "20.00")


def test_where_the_address_changed_the_groups_and_options_are_worked_out_again():
    later = at(VALUES, grouped(delivery=Delivery(TO_THE_DOOR, ABROAD, HOME), shipping=CHOSEN[VALUES]))
    assert prices(VALUES, later) == {"Nike": {300: "1.00"}, "None": {400: "2.00"}}
    assert refused(VALUES, BODY[VALUES], later) == ("invalid",)
    assert post(VALUES, {"Nike": 300, "None": 400}, later).by_attribute[0].product_ids == (1001, 2001)
    assert holds(VALUES, later) is False
    assert is_done(VALUES, later.order) is False


# Where nothing can be chosen


@BOTH
@pytest.mark.parametrize("left", ["one group", "none"])
def test_where_a_group_has_no_option_the_page_says_so_and_takes_nothing(page, left):
    sources, values = ((A_STANDARD,), (SHOES,)) if left == "one group" else ((), ())
    here = at(page, sources=sources, values=values)
    assert shows(page, here).notice == NONE[page]
    assert context_json(shows(page, here))["notice"].startswith(("A supplier", "Some of your goods"))
    assert refused(page, BODY[page], here) == (NONE[page],)


@BOTH
def test_options_for_another_address_are_no_options(page):
    sources = of_source(10, 1, "Abroad", "1.00", AWAY), of_source(21, 2, "Abroad", "1.00", AWAY)
    here = at(page, sources=sources, values=(of_values(100, None, "Abroad", "1.00", AWAY, default=True),))
    assert shows(page, here).notice == NONE[page]
    assert refused(page, BODY[page], here) == (NONE[page],)


@frozen
class Silent:
    """A host's own calculator, whose service does not answer."""

    last_known: bool = False

    async def price(self, parcel, /):
        raise NotPriced(last_known=self.last_known)


NOW_SILENT = ("shipping_price_unavailable",)


def silent(page, *, last_known=False):
    """The tables, with the first group's chosen option at a service that does not answer."""
    calculator = Silent(last_known)
    if page is SOURCES:
        return {"sources": (evolve(A_STANDARD, calculator=calculator), B_STANDARD, B_ECONOMY)}
    return {"values": (evolve(SHOES, calculator=calculator), TOYS)}


@BOTH
def test_an_option_without_a_price_now_is_not_offered_and_a_group_that_has_no_other_waits(page):
    here = at(page, **silent(page))
    assert {name: list(listed) for name, listed in prices(page, here).items()} == (
        {"1": [], "2": [20, 21]} if page is SOURCES else {"shoes": [], "toys": [200]}
    )
    assert (shows(page, here).notice,) == NOW_SILENT
    assert refused(page, BODY[page], here) == NOW_SILENT


@BOTH
def test_a_standing_choice_outlives_a_service_that_does_not_answer(page):
    here = at(page, grouped(shipping=CHOSEN[page]), **silent(page))
    assert holds(page, here) is True
    assert is_done(page, here.order) is True
    assert shows(page, here).notice is None
    assert CHOSEN[page].choices[0].pk in next(iter(prices(page, here).values()))


@BOTH
@pytest.mark.parametrize("last_known", [True, False])
def test_the_price_last_known_will_do_for_the_standing_choice_where_the_shop_says_so(page, last_known):
    here = at(page, grouped(shipping=CHOSEN[page]), **silent(page, last_known=last_known))
    if last_known:
        assert post(page, BODY[page], here) == CHOSEN[page]
        assert refused(page, BODY[page], here.at(grouped())) == NOW_SILENT
    else:
        assert refused(page, BODY[page], here) == NOW_SILENT


@BOTH
def test_the_price_last_known_is_that_of_the_option_that_was_chosen_and_of_no_other(page):
    express, by_air = evolve(A_EXPRESS, calculator=Silent(last_known=True)), of_values(102, "shoes", "By air", "1.00")
    tables = {
        "sources": (A_STANDARD, express, B_ECONOMY),
        "values": (SHOES, evolve(by_air, calculator=Silent(last_known=True)), TOYS),
    }
    here = at(page, grouped(shipping=CHOSEN[page]), **tables)
    other = "[11, 21]" if page is SOURCES else '{"shoes": 102, "toys": 200}'
    assert refused(page, other, here) == NOW_SILENT


@BOTH
def test_who_chooses_an_option_without_a_price_now_is_told_so_where_there_are_others(page):
    tables = {
        "sources": (A_STANDARD, evolve(B_ECONOMY, calculator=Silent()), B_STANDARD),
        "values": (SHOES, evolve(TOYS, calculator=Silent()), of_values(201, "toys", "By air", "1.00")),
    }
    here = at(page, **tables)
    assert shows(page, here).notice is None
    assert refused(page, BODY[page], here) == NOW_SILENT


@BOTH
def test_a_price_that_is_out_of_date_says_why_there_is_no_other(page):
    field = "by_data_source" if page is SOURCES else "by_attribute"
    first, second = CHOSEN[page].choices
    moved = Shipping(**{field: (evolve(first, outdated=True), second)})
    here = at(page, grouped(shipping=moved), **silent(page))
    assert (shows(page, here).notice,) == NOW_SILENT
    assert first.pk in next(iter(prices(page, here).values()))
    assert refused(page, BODY[page], here) == NOW_SILENT


# What stands


@BOTH
def test_the_list_always_holds_the_options_that_were_chosen_at_the_price_they_were_chosen_for(page):
    dearer = {"sources": (of_source(10, 1, "Standard", "9.00"), B_STANDARD), "values": (SHOES_BY_AIR, TOYS)}
    here = at(page, grouped(shipping=CHOSEN[page]), **dearer)
    assert prices(page, here) == (
        {"1": {10: "5.00"}, "2": {21: "3.00", 20: "7.00"}} if page is SOURCES
        else {"shoes": {100: "5.99", 102: "20.00"}, "toys": {200: "3.99"}}
    )  # fmt: skip
    assert holds(page, here) is False


@BOTH
def test_an_answer_is_good_while_groups_goods_and_prices_are_those_it_was_given_for(page):
    field = "by_data_source" if page is SOURCES else "by_attribute"
    standing = CHOSEN[page]
    assert holds(page, at(page, grouped(shipping=standing))) is True
    other_goods = evolve(standing.choices[0], product_ids=(1001,))
    for changed in ((other_goods, standing.choices[1]), standing.choices[:1], (*standing.choices, other_goods)):
        assert holds(page, at(page, grouped(shipping=Shipping(**{field: changed})))) is False


@BOTH
def test_the_page_is_done_when_every_group_has_its_option(page):
    field = "by_data_source" if page is SOURCES else "by_attribute"
    standing = CHOSEN[page].choices
    gone = evolve(standing[0], group="9")
    for choices, done in (((), False), (standing[:1], False), ((gone, standing[1]), False), (standing, True)):
        assert is_done(page, grouped(shipping=Shipping(**{field: choices}))) is done


@BOTH
def test_nothing_is_chosen_for_the_buyer(page):
    assert answers_itself(page, at(page, sources=(A_STANDARD, B_STANDARD), values=(REST,))) is None


@BOTH
def test_undone_the_page_owes_nothing_for_shipping(page):
    assert page().undo(grouped(shipping=CHOSEN[page])).shipping == Shipping()
    assert page.resets == ("PaymentOptionSelectionPage",)


@BOTH
def test_to_another_address_with_the_same_options_the_answer_stands(page):
    moved = grouped(shipping=CHOSEN[page], delivery=Delivery(TO_THE_DOOR, OFFICE, HOME))
    assert holds(page, at(page, moved)) is True
