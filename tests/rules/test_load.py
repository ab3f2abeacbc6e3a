from __future__ import annotations

import pickle
from datetime import date, datetime, time
from typing import ClassVar

import pytest
from attrs import field, frozen

from checkout_core.money import Money
from checkout_core.rules import Calculator, Explained, Rule
from checkout_core.rules.availability import (
    PAYMENT_RULES,
    SHIPPING_RULES,
    AndRule,
    AnyRule,
    AttributeRule,
    BasketAmountRule,
    BasketWeightRule,
    CategoryRule,
    CityRule,
    CountryRule,
    CurrencyRule,
    DataSourceRule,
    DateRangeRule,
    DistrictRule,
    ItemCountRule,
    ItemLengthRule,
    ItemWeightRule,
    MembersRule,
    NotRule,
    OrderHistoryRule,
    OrRule,
    PostalCodeRule,
    ProductRule,
    SegmentRule,
    TimeWindowRule,
    TotalRule,
    TownshipRule,
    WeekdayRule,
)
from checkout_core.rules.calculators import (
    CALCULATORS,
    DataSources,
    Fixed,
    Free,
    FreeFrom,
    PriceTier,
    PriceTiers,
    QuantityTiers,
    Remote,
    Tier,
    WeightTiers,
)
from checkout_core.rules.load import Mistakes, load, load_all
from checkout_core.rules.three_d import (
    THREE_D_RULES,
    AmountLimit,
    IsFirstOrder,
    MasterpassAmountLimit,
    OnlyGuestUser,
    PaymentCurrency,
    PosSlugs,
    TrialLimit,
    TrialLimitPerRemoteAddr,
    TrialLimitPerUserEmail,
)
from checkout_core.shop import Misconfigured

TEN, TWENTY = Money("10.00", "TRY"), Money("20.00", "TRY")
ANY = {"slug": "any-rule"}

WRITTEN = [  # table, as written, what it is
    (PAYMENT_RULES, ANY, AnyRule()),
    (PAYMENT_RULES, {"slug": "and-rule", "children": [ANY, ANY]}, AndRule((AnyRule(), AnyRule()))),
    (PAYMENT_RULES, {"slug": "or-rule", "children": [ANY]}, OrRule((AnyRule(),))),
    (PAYMENT_RULES, {"slug": "not-rule", "child": ANY}, NotRule(AnyRule())),
    (
        PAYMENT_RULES,
        {"slug": "country-rule", "countries": [1, 2], "exclude": False},
        CountryRule(frozenset({1, 2})),
    ),
    (PAYMENT_RULES, {"slug": "city-rule", "cities": [5], "exclude": True}, CityRule(frozenset({5}), exclude=True)),
    (PAYMENT_RULES, {"slug": "township-rule", "townships": [5]}, TownshipRule(frozenset({5}))),
    (PAYMENT_RULES, {"slug": "district-rule", "districts": [5]}, DistrictRule(frozenset({5}))),
    (
        PAYMENT_RULES,
        {"slug": "postal-code-rule", "postal_codes": ["SW1A 1AA"]},
        PostalCodeRule(frozenset({"sw1a1aa"})),
    ),
    (PAYMENT_RULES, {"slug": "basket-amount-rule", "at_least": "10.00 TRY"}, BasketAmountRule(at_least=TEN)),
    (
        PAYMENT_RULES,
        {"slug": "basket-amount-rule", "at_least": "10 TRY", "at_most": None},
        BasketAmountRule(at_least=TEN),
    ),
    (
        PAYMENT_RULES,
        {"slug": "total-rule", "at_least": "10.00 TRY", "at_most": "20.00 TRY"},
        TotalRule(TEN, TWENTY),
    ),
    (PAYMENT_RULES, {"slug": "item-count-rule", "at_most": 3}, ItemCountRule(at_most=3)),
    (PAYMENT_RULES, {"slug": "basket-weight-rule", "at_most": 30_000}, BasketWeightRule(at_most=30_000)),
    (PAYMENT_RULES, {"slug": "item-weight-rule", "at_most": 30_000}, ItemWeightRule(30_000)),
    (PAYMENT_RULES, {"slug": "members-rule"}, MembersRule()),
    (PAYMENT_RULES, {"slug": "members-rule", "members": False}, MembersRule(members=False)),
    (PAYMENT_RULES, {"slug": "currency-rule", "currencies": ["TRY"]}, CurrencyRule(frozenset({"TRY"}))),
    (PAYMENT_RULES, {"slug": "item-length-rule", "at_most": 1200}, ItemLengthRule(1200)),
    (
        PAYMENT_RULES,
        {"slug": "product-rule", "products": [1001], "exclude": True},
        ProductRule(frozenset({1001}), exclude=True),
    ),
    (
        PAYMENT_RULES,
        {"slug": "attribute-rule", "key": "hazard", "values": ["battery"], "all_lines": False, "exclude": True},
        AttributeRule("hazard", frozenset({"battery"}), exclude=True),
    ),
    (
        PAYMENT_RULES,
        {"slug": "category-rule", "categories": [7, 8], "all_lines": True},
        CategoryRule(frozenset({7, 8}), all_lines=True),
    ),
    (PAYMENT_RULES, {"slug": "data-source-rule", "data_sources": [1]}, DataSourceRule(frozenset({1}))),
    (PAYMENT_RULES, {"slug": "segment-rule", "segments": ["gold"]}, SegmentRule(frozenset({"gold"}))),
    (PAYMENT_RULES, {"slug": "order-history-rule", "at_most": 0}, OrderHistoryRule(at_most=0)),
    (PAYMENT_RULES, {"slug": "weekday-rule", "weekdays": [0, 6]}, WeekdayRule(frozenset({0, 6}))),
    (
        PAYMENT_RULES,
        {"slug": "time-window-rule", "start": "22:00", "end": "02:30"},
        TimeWindowRule(time(22), time(2, 30)),
    ),
    (PAYMENT_RULES, {"slug": "date-range-rule", "first": "2026-12-01"}, DateRangeRule(first=date(2026, 12, 1))),
    (
        PAYMENT_RULES,
        {"slug": "date-range-rule", "first": None, "last": "2028-02-29"},
        DateRangeRule(last=date(2028, 2, 29)),
    ),
    (CALCULATORS, {"slug": "free"}, Free()),
    (CALCULATORS, {"slug": "fixed", "amount": "10.00 TRY"}, Fixed(TEN)),
    (CALCULATORS, {"slug": "free-from", "amount": "10.00 TRY", "free_from": "20.00 TRY"}, FreeFrom(TEN, TWENTY)),
    (
        CALCULATORS,
        {"slug": "weight-tiers", "tiers": [{"at_least": 0, "amount": "10.00 TRY"}]},
        WeightTiers((Tier(0, TEN),)),
    ),
    (
        CALCULATORS,
        {"slug": "price-tiers", "tiers": [{"at_least": "0.00 TRY", "amount": "10.00 TRY"}]},
        PriceTiers((PriceTier(Money("0", "TRY"), TEN),)),
    ),
    (
        CALCULATORS,
        {"slug": "quantity-tiers", "tiers": [{"at_least": 0, "amount": "10 TRY"}, {"at_least": 3, "amount": "20 TRY"}]},
        QuantityTiers((Tier(0, TEN), Tier(3, TWENTY))),
    ),
    (CALCULATORS, {"slug": "remote", "service": "courier"}, Remote("courier")),
    (
        CALCULATORS,
        {"slug": "data-source", "amounts": {"1": "20.00 TRY"}, "otherwise": "10.00 TRY"},
        DataSources({1: TWENTY}, TEN),
    ),
    (THREE_D_RULES, {"slug": "amount_limit", "limit": "10.00 TRY"}, AmountLimit(TEN)),
    (THREE_D_RULES, {"slug": "masterpass_amount_limit", "limit": "10.00 TRY"}, MasterpassAmountLimit(TEN)),
    (THREE_D_RULES, {"slug": "only_guest_user"}, OnlyGuestUser()),
    (THREE_D_RULES, {"slug": "is_first_order"}, IsFirstOrder()),
    (THREE_D_RULES, {"slug": "payment_currency", "currencies": ["EUR"]}, PaymentCurrency(frozenset({"EUR"}))),
    (THREE_D_RULES, {"slug": "check_pos_slug_three_d_only", "pos_slugs": ["a"]}, PosSlugs(frozenset({"a"}))),
    (THREE_D_RULES, {"slug": "trial_limit", "trial_limit": 3}, TrialLimit(3)),
    (THREE_D_RULES, {"slug": "trial_limit_per_user_email", "trial_limit": 3}, TrialLimitPerUserEmail(3)),
    (THREE_D_RULES, {"slug": "trial_limit_per_remote_addr", "trial_limit": 3}, TrialLimitPerRemoteAddr(3)),
]


@pytest.mark.parametrize(("table", "written", "rule"), WRITTEN)
def test_what_was_written_is_the_rule(table, written, rule):
    assert load(table, written) == rule


@pytest.mark.parametrize("table", [PAYMENT_RULES, CALCULATORS, THREE_D_RULES])
def test_every_slug_of_a_table_is_written_above(table):
    assert table.keys() == {written["slug"] for other, written, _ in WRITTEN if other is table}


def test_shipping_options_are_written_the_same_way():
    for slug, rule in SHIPPING_RULES.items():
        assert PAYMENT_RULES[slug] is rule


def test_a_name_for_people_may_stand_at_any_rule():
    child = {"slug": "any-rule", "name": "Always"}
    written = {"slug": "not-rule", "name": "Never", "child": child}

    assert load(SHIPPING_RULES, written) == NotRule(AnyRule())


def mistakes(table, written, at=""):
    with pytest.raises(Mistakes) as refused:
        load(table, written, at)
    return refused.value.mistakes


WRONG = [  # table, as written, where, what
    (SHIPPING_RULES, [], "", "wants an object, not a list"),
    (SHIPPING_RULES, None, "", "wants an object, not null"),
    (SHIPPING_RULES, "any-rule", "", "wants an object, not text"),
    (SHIPPING_RULES, {}, "slug", "is missing"),
    (SHIPPING_RULES, {"slug": None}, "slug", "wants text, not null"),
    (SHIPPING_RULES, {"slug": ["any-rule"]}, "slug", "wants text, not a list"),
    (SHIPPING_RULES, {"slug": "contry-rule"}, "slug", "no such slug; did you mean country-rule or city-rule?"),
    (
        SHIPPING_RULES,
        {"slug": "weight-rule"},
        "slug",
        "no such slug; did you mean item-weight-rule or basket-weight-rule?",
    ),
    (
        CALCULATORS,
        {"slug": "???"},
        "slug",
        f"no such slug; there are {', '.join(CALCULATORS)}",
    ),
    (SHIPPING_RULES, {"slug": "any-rule", "exclude": False}, "exclude", "no such field; there are none"),
    (
        SHIPPING_RULES,
        {"slug": "country-rule", "countries": [1], "excluded": True},
        "excluded",
        "no such field; did you mean exclude?",
    ),
    (SHIPPING_RULES, {"slug": "country-rule"}, "countries", "is missing"),
    (SHIPPING_RULES, {"slug": "country-rule", "countries": []}, "", "countries wants at least one"),
    (SHIPPING_RULES, {"slug": "country-rule", "countries": 1}, "countries", "wants a list, not a whole number"),
    (SHIPPING_RULES, {"slug": "country-rule", "countries": "12"}, "countries", "wants a list, not text"),
    (SHIPPING_RULES, {"slug": "country-rule", "countries": {"1": 2}}, "countries", "wants a list, not an object"),
    (
        SHIPPING_RULES,
        {"slug": "country-rule", "countries": [1, "2"]},
        "countries[1]",
        "wants a whole number, not text",
    ),
    (
        SHIPPING_RULES,
        {"slug": "country-rule", "countries": [True]},
        "countries[0]",
        "wants a whole number, not true or false",
    ),
    (
        SHIPPING_RULES,
        {"slug": "country-rule", "countries": [1.0]},
        "countries[0]",
        "wants a whole number, not a fraction",
    ),
    (
        SHIPPING_RULES,
        {"slug": "country-rule", "countries": [1], "exclude": 1},
        "exclude",
        "wants true or false, not a whole number",
    ),
    (
        SHIPPING_RULES,
        {"slug": "country-rule", "countries": [1], "exclude": None},
        "exclude",
        "wants true or false, not null",
    ),
    (
        SHIPPING_RULES,
        {"slug": "postal-code-rule", "postal_codes": [34000]},
        "postal_codes[0]",
        "wants text, not a whole number",
    ),
    (SHIPPING_RULES, {"slug": "not-rule"}, "child", "is missing"),
    (SHIPPING_RULES, {"slug": "not-rule", "child": [ANY]}, "child", "wants an object, not a list"),
    (SHIPPING_RULES, {"slug": "and-rule", "children": ANY}, "children", "wants a list, not an object"),
    (SHIPPING_RULES, {"slug": "currency-rule", "currencies": ["TL"]}, "", "'TL' is no ISO 4217 code"),
    (
        SHIPPING_RULES,
        {"slug": "basket-amount-rule", "at_least": 10},
        "at_least",
        'wants an amount as text, "10.00 TRY", not a whole number',
    ),
    (
        SHIPPING_RULES,
        {"slug": "basket-amount-rule", "at_least": "10.00"},
        "at_least",
        "'10.00' is no amount such as \"10.00 TRY\"",
    ),
    (
        SHIPPING_RULES,
        {"slug": "basket-amount-rule", "at_least": "10.001 TRY"},
        "at_least",
        "10.001 TRY is no whole number of minor units",
    ),
    (CALCULATORS, {"slug": "fixed", "amount": "1 TRL"}, "amount", "'TRL' is no ISO 4217 code"),
    (CALCULATORS, {"slug": "weight-tiers", "tiers": ["0"]}, "tiers[0]", "wants an object, not text"),
    (CALCULATORS, {"slug": "weight-tiers", "tiers": [{"at_least": 0}]}, "tiers[0].amount", "is missing"),
    (
        CALCULATORS,
        {"slug": "weight-tiers", "tiers": [{"at_least": 0, "amount": "1 TRY", "slug": "free"}]},
        "tiers[0].slug",
        "no such field; there are at_least, amount",
    ),
    (
        CALCULATORS,
        {"slug": "price-tiers", "tiers": [{"at_least": 0, "amount": "1 TRY"}]},
        "tiers[0].at_least",
        'wants an amount as text, "10.00 TRY", not a whole number',
    ),
    (THREE_D_RULES, {"slug": "trial_limit", "trial_limit": 0}, "", "trial_limit wants 1 or more; 0 would fire always"),
]


@pytest.mark.parametrize(("table", "written", "where", "what"), WRONG)
def test_a_mistake_says_where_and_what(table, written, where, what):
    assert mistakes(table, written) == ((where, what),)


@pytest.mark.parametrize(
    "text", ["1e3 TRY", "1_0 TRY", "\u0661\u0660 TRY", "NaN TRY", "-1 TRY", "10 try", "10  TRY", "10 TRY\n", ""]
)
def test_an_amount_is_written_in_one_way_only(text):
    (mistake,) = mistakes(CALCULATORS, {"slug": "fixed", "amount": text})

    assert mistake == ("amount", f'{text!r} is no amount such as "10.00 TRY"')


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("26-12-01", "wants a day as text, \"2026-12-01\", not '26-12-01'"),
        ("20261201", "wants a day as text, \"2026-12-01\", not '20261201'"),
        ("2026-W49-2", "wants a day as text, \"2026-12-01\", not '2026-W49-2'"),
        ("2026-12-01T00:00", "wants a day as text, \"2026-12-01\", not '2026-12-01T00:00'"),
        ("2026-12-01\n", "wants a day as text, \"2026-12-01\", not '2026-12-01\\n'"),
        ("\u0662026-12-01", "wants a day as text, \"2026-12-01\", not '\u0662026-12-01'"),
        ("2026-02-29", "day is out of range for month"),
        (20261201, 'wants a day as text, "2026-12-01", not a whole number'),
        (date(2026, 12, 1), 'wants a day as text, "2026-12-01", not date'),
        (datetime(2026, 12, 1), 'wants a day as text, "2026-12-01", not datetime'),  # noqa: DTZ001  # as TOML has it
    ],
)
def test_a_day_is_written_in_one_way_only(text, what):
    assert mistakes(SHIPPING_RULES, {"slug": "date-range-rule", "first": text}) == (("first", what),)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("9:30", "wants a time of day as text, \"09:30\", not '9:30'"),
        ("09:30:00", "wants a time of day as text, \"09:30\", not '09:30:00'"),
        ("09:30Z", "wants a time of day as text, \"09:30\", not '09:30Z'"),
        ("09.30", "wants a time of day as text, \"09:30\", not '09.30'"),
        ("24:00", "hour must be in 0..23"),
        ("12:60", "minute must be in 0..59"),
        (930, 'wants a time of day as text, "09:30", not a whole number'),
        (time(9, 30), 'wants a time of day as text, "09:30", not time'),
        (None, 'wants a time of day as text, "09:30", not null'),
    ],
)
def test_a_time_of_day_is_written_in_one_way_only(text, what):
    assert mistakes(SHIPPING_RULES, {"slug": "time-window-rule", "start": text, "end": "23:00"}) == (("start", what),)


def test_every_mistake_of_a_list_is_told_with_its_path():
    written = [
        {"slug": "and-rule", "children": [ANY, {"slug": "country-rule", "countries": ["1"], "excluded": 1}]},
        ANY,
        {"slug": "not-rule", "child": {"slug": "or-rule", "children": [{"slug": "item-wieght"}, {}]}},
        {"slug": "basket-amount-rule"},
    ]

    with pytest.raises(Mistakes) as refused:
        load_all(SHIPPING_RULES, written, "rules")

    assert str(refused.value).splitlines() == [
        "rules[0].children[1].countries[0]: wants a whole number, not text",
        "rules[0].children[1].excluded: no such field; did you mean exclude?",
        "rules[2].child.children[0].slug: no such slug; did you mean item-weight-rule?",
        "rules[2].child.children[1].slug: is missing",
        "rules[3]: wants at_least, at_most or both",
    ]


def test_a_list_of_rules_is_loaded_in_its_order():
    rules = load_all(SHIPPING_RULES, [{"slug": "members-rule"}, ANY])

    assert rules == (MembersRule(), AnyRule())
    assert load_all(SHIPPING_RULES, []) == ()


def test_a_list_of_rules_is_a_list():
    with pytest.raises(Mistakes, match=r"^rules: wants a list, not an object$"):
        load_all(SHIPPING_RULES, ANY, "rules")


def test_mistakes_are_the_shops_and_survive_a_process():
    with pytest.raises(Misconfigured) as refused:
        load(SHIPPING_RULES, {})

    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.mistakes, str(again)) == (refused.value.mistakes, "slug: is missing")


DEEP = 5000  # Python calls no deeper than a thousand


def test_rules_may_lie_as_deep_as_one_likes():
    written = ANY
    for _ in range(DEEP):
        written = {"slug": "not-rule", "child": {"slug": "and-rule", "children": [written]}}
    rule = load(SHIPPING_RULES, written)

    depth = 0
    while not isinstance(rule, AnyRule):
        rule = rule.children[0] if isinstance(rule, AndRule) else rule.child
        depth += 1
    assert depth == 2 * DEEP


def test_a_mistake_deep_inside_is_told_with_its_path_and_no_other_is():
    written = {"slug": "country-rule", "countries": [1, "2"]}
    for _ in range(DEEP):
        written = {"slug": "not-rule", "child": written}
    written["exclude"] = True

    outer, inner = mistakes(SHIPPING_RULES, written, "rules[3]")
    assert outer == ("rules[3].exclude", "no such field; there are child")
    assert inner == ("rules[3]" + ".child" * DEEP + ".countries[1]", "wants a whole number, not text")


def test_reading_leaves_alone_what_was_written():
    written = {"slug": "not-rule", "child": {"slug": "or-rule", "children": [ANY, ANY]}}

    assert load(SHIPPING_RULES, written) == load(SHIPPING_RULES, written)
    assert written == {"slug": "not-rule", "child": {"slug": "or-rule", "children": [ANY, ANY]}}


# What a host brings along


@frozen
class VipOnly:
    name: str
    unless: Rule | None = None

    code: ClassVar[str] = "vip_only"

    def applies(self, visit, parcel, /):
        return self.unless is not None and self.unless.applies(visit, parcel)

    def explain(self, visit, parcel, /):
        return Explained("the buyer is a VIP", self.applies(visit, parcel))


def test_a_hosts_rule_is_written_alone_and_inside_others():
    table = SHIPPING_RULES | {"vip-rule": VipOnly}
    vip = {"slug": "vip-rule", "name": "gold", "unless": {"slug": "members-rule"}}

    assert load(table, vip) == VipOnly("gold", MembersRule())
    assert load(table, {"slug": "not-rule", "child": vip}) == NotRule(VipOnly("gold", MembersRule()))
    assert mistakes(table, {"slug": "vip-rule"}) == (("name", "is missing"),)
    assert mistakes(SHIPPING_RULES, vip)[0][0] == "slug"  # the host's table is a copy


@frozen
class Wrapped:
    """Rules behind a class that is none."""

    rule: Rule


@frozen
class Wrapping:
    wrapped: Wrapped

    code: ClassVar[str] = "wrapped"

    def applies(self, visit, parcel, /):
        return self.wrapped.rule.applies(visit, parcel)

    def explain(self, visit, parcel, /):
        return self.wrapped.rule.explain(visit, parcel)


def test_rules_a_host_hides_in_a_class_of_its_own_may_lie_deep_but_not_too_deep():
    table = SHIPPING_RULES | {"wrapping": Wrapping}
    written = ANY
    for _ in range(20):
        written = {"slug": "wrapping", "wrapped": {"rule": written}}
    assert load(table, written)

    for _ in range(DEEP):
        written = {"slug": "wrapping", "wrapped": {"rule": written}}
    ((where, what),) = mistakes(table, written)
    assert where.startswith("wrapped.rule.wrapped.rule.")
    assert what == "lies too deep inside other rules"


@frozen
class Doubled:
    """A calculator around another."""

    of: Calculator

    async def price(self, parcel, /):
        return await self.of.price(parcel) * 2


def test_a_hosts_calculator_may_hold_another():
    table = CALCULATORS | {"doubled": Doubled}

    assert load(table, {"slug": "doubled", "of": {"slug": "free"}}) == Doubled(Free())
    assert mistakes(table, {"slug": "doubled", "of": {"slug": "any-rule"}})[0][0] == "of.slug"


@frozen
class Broken:
    amount: int = field()

    @amount.validator
    def _check(self, attribute, value):
        raise LookupError(f"a slip of the host's at {value}")


def test_a_slip_in_a_hosts_class_is_not_blamed_on_the_admin():
    with pytest.raises(LookupError, match="a slip of the host's at 1"):
        load({"broken": Broken}, {"slug": "broken", "amount": 1})
