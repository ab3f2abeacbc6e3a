"""Laws that hold of every tree of rules: drawn trees, drawn visits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import ClassVar

import attrs
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.money import Money
from checkout_core.order import evolve
from checkout_core.page import Caller
from checkout_core.rules.availability import (
    PAYMENT_RULES,
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
    refusal,
)
from checkout_core.rules.load import Mistakes, load
from checkout_core.settings import Settings

unhurried = settings(deadline=None)  # machines are shared, and the first tree loaded compiles a converter

SLUGS = {kind: slug for slug, kind in PAYMENT_RULES.items()}

# Few values, so that rules and visits often meet
KEYS = st.integers(1, 3)
NUMBERS = st.integers(0, 6)
CURRENCIES = st.sampled_from(["TRY", "EUR", "JPY"])
POSTCODES = st.sampled_from(["1 a", "1A", "2-b", "34000"])
WORDS = st.sampled_from(["a", "b", "c"])
DAYS = st.dates(date(2026, 3, 28), date(2026, 3, 31))
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
NOWS = st.builds(
    datetime.combine,
    DAYS,
    TIMES,
    st.integers(-11, 11).map(lambda hours: timezone(timedelta(hours=hours))),
)


def ranges(kind, numbers):
    low = st.builds(kind, at_least=numbers)
    high = st.builds(kind, at_most=numbers)
    both = st.tuples(numbers, numbers).map(sorted).map(lambda ends: kind(*ends))
    return low | high | both


def money_ranges(kind):
    return CURRENCIES.flatmap(lambda currency: ranges(kind, NUMBERS.map(lambda minor: Money.of(minor, currency))))


def places(kind, keys=KEYS):
    return st.builds(kind, st.frozensets(keys, min_size=1, max_size=2), exclude=st.booleans())


PLACES = (
    places(CountryRule)
    | places(CityRule)
    | places(TownshipRule)
    | places(DistrictRule)
    | places(PostalCodeRule, POSTCODES)
)
OF_LINES = (
    st.builds(AttributeRule, WORDS, st.frozensets(WORDS, min_size=1), st.booleans(), st.booleans())
    | st.builds(CategoryRule, st.frozensets(KEYS, min_size=1), st.booleans(), st.booleans())
    | st.builds(DataSourceRule, st.frozensets(KEYS, min_size=1), st.booleans(), st.booleans())
    | st.builds(ProductRule, st.frozensets(KEYS, min_size=1), st.booleans(), st.booleans())
)
OF_TIME = (
    st.builds(WeekdayRule, st.frozensets(st.integers(0, 6), min_size=1))
    | st.lists(TIMES, min_size=2, max_size=2, unique=True).map(lambda ends: TimeWindowRule(*ends))
    | st.lists(DAYS, min_size=2, max_size=2).map(sorted).map(lambda ends: DateRangeRule(*ends))
    | st.builds(DateRangeRule, first=DAYS)
    | st.builds(DateRangeRule, last=DAYS)
)
EXCLUDING = PLACES | OF_LINES | st.builds(SegmentRule, st.frozensets(WORDS, min_size=1), st.booleans())
LEAVES = (
    st.just(AnyRule())
    | EXCLUDING
    | OF_TIME
    | ranges(OrderHistoryRule, NUMBERS)
    | st.builds(ItemLengthRule, NUMBERS)
    | money_ranges(BasketAmountRule)
    | money_ranges(TotalRule)
    | ranges(ItemCountRule, NUMBERS)
    | ranges(BasketWeightRule, NUMBERS)
    | st.builds(ItemWeightRule, NUMBERS)
    | st.builds(MembersRule, st.booleans())
    | st.builds(CurrencyRule, st.frozensets(CURRENCIES, min_size=1, max_size=2))
)


def compounds(trees):
    children = st.lists(trees, min_size=1, max_size=3).map(tuple)
    return st.builds(AndRule, children) | st.builds(OrRule, children) | st.builds(NotRule, trees)


TREES = st.recursive(LEAVES, compounds, max_leaves=12)


@st.composite
def visits(draw, make):
    currency = draw(CURRENCIES)
    plain = st.builds(make.line, NUMBERS.map(lambda minor: Money.of(minor, currency)), st.integers(1, 3), NUMBERS)
    lines = st.builds(
        evolve,
        plain,
        pk=KEYS,
        length=NUMBERS,
        attributes=st.dictionaries(WORDS, WORDS, max_size=2),
        categories=st.lists(KEYS, max_size=2, unique=True).map(tuple),
        data_source=st.none() | KEYS,
    )
    optional = st.none() | KEYS
    to = st.builds(make.address, KEYS, KEYS, optional, optional, st.none() | POSTCODES)
    visit = make.visit(
        *draw(st.lists(lines, max_size=3)),
        to=draw(st.none() | to),
        currency=currency,
        account=draw(st.none() | st.just("7")),
        shipping=draw(NUMBERS),
        interest=draw(NUMBERS),
        settings=Settings(time_zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "Europe/Istanbul"]))),
    )
    caller = Caller(segment=draw(st.none() | WORDS), orders=draw(st.none() | NUMBERS))
    return evolve(visit, now=draw(NOWS), caller=caller)


@pytest.fixture(scope="session")
def meet(make):
    """A drawn visit, and its parcel."""

    def draw(data):
        visit = data.draw(visits(make))
        return visit, make.parcel(visit)

    return draw


@unhurried
@given(tree=TREES, data=st.data())
def test_a_not_rule_inverts(meet, tree, data):
    visit, parcel = meet(data)

    assert NotRule(tree).applies(visit, parcel) is not tree.applies(visit, parcel)
    assert NotRule(NotRule(tree)).applies(visit, parcel) is tree.applies(visit, parcel)


@unhurried
@given(trees=st.lists(TREES, min_size=1, max_size=4).map(tuple), data=st.data())
def test_and_wants_all_or_wants_one_and_they_mirror_each_other(meet, trees, data):
    visit, parcel = meet(data)
    each = [tree.applies(visit, parcel) for tree in trees]

    assert AndRule(trees).applies(visit, parcel) is all(each)
    assert OrRule(trees).applies(visit, parcel) is any(each)
    nots = tuple(NotRule(tree) for tree in trees)
    assert NotRule(AndRule(trees)).applies(visit, parcel) is OrRule(nots).applies(visit, parcel)


@unhurried
@given(rule=EXCLUDING, data=st.data())
def test_exclude_is_the_exact_opposite(meet, rule, data):
    visit, parcel = meet(data)
    opposite = attrs.evolve(rule, exclude=not rule.exclude)

    assert opposite.applies(visit, parcel) is not rule.applies(visit, parcel)


def inside(rule):
    """The rules in a rule."""
    match rule:
        case AndRule(children) | OrRule(children):
            return children
        case NotRule(child):
            return (child,)
    return ()


def nodes(rule):
    yield rule
    for child in inside(rule):
        yield from nodes(child)


def agrees(explained, rule, visit, parcel):
    return (
        explained.holds is rule.applies(visit, parcel)
        and len(explained.inside) == len(inside(rule))
        and all(agrees(*pair, visit, parcel) for pair in zip(explained.inside, inside(rule), strict=True))
    )


@unhurried
@given(tree=TREES, data=st.data())
def test_an_explanation_holds_where_the_rule_applies_at_every_node(meet, tree, data):
    visit, parcel = meet(data)

    assert agrees(tree.explain(visit, parcel), tree, visit, parcel)


@unhurried
@given(tree=TREES, data=st.data())
def test_a_refusal_is_the_code_of_a_rule_that_refuses_in_the_tree(meet, tree, data):
    visit, parcel = meet(data)
    code = refusal(tree, visit, parcel)

    assert (code is None) is tree.applies(visit, parcel)
    if code is not None:
        assert code in {node.code for node in nodes(tree) if not node.applies(visit, parcel)}


DEEP = 20_000  # Python calls no deeper than a thousand


def buried(rule, wrap):
    for n in range(DEEP):
        rule = wrap(n, rule)
    return rule


def depth_of(explained):
    depth = 0
    while explained.inside:
        explained = explained.inside[-1]
        depth += 1
    return depth


@pytest.mark.parametrize("members", [True, False])
@pytest.mark.parametrize(
    ("wrap", "code"),
    [
        (lambda _, rule: NotRule(rule), "not_available"),  # an even number of them
        (lambda _, rule: AndRule((AnyRule(), rule)), "members_only"),
        (lambda _, rule: OrRule((NotRule(AnyRule()), rule)), "not_available"),
        (lambda n, rule: OrRule((rule, NotRule(AnyRule()))) if n % 2 else AndRule((rule,)), "members_only"),
    ],
)
def test_a_tree_is_judged_and_explained_however_deep_it_is(make, members, wrap, code):
    visit = make.visit(account="7" if members else None)
    parcel = make.parcel(visit)
    tree = buried(MembersRule(), wrap)

    assert tree.applies(visit, parcel) is members
    assert refusal(tree, visit, parcel) == (None if members else code)
    assert tree.explain(visit, parcel).holds is members


def test_an_explanation_is_as_deep_as_the_tree(make):
    visit = make.visit()

    assert depth_of(buried(AnyRule(), lambda _, rule: NotRule(rule)).explain(visit, make.parcel(visit))) == DEEP


@frozen
class Counted:
    """A host's own rule, which knows how often it was asked."""

    asked: list
    code: ClassVar[str] = "counted"

    def applies(self, visit, parcel, /):
        self.asked.append(self)
        return False


def test_a_refusal_asks_each_rule_of_a_deep_tree_once(make):
    visit = make.visit()
    asked = []
    tree = buried(Counted(asked), lambda n, rule: AndRule((rule,)) if n % 2 else OrRule((rule,)))

    assert refusal(tree, visit, make.parcel(visit)) == "counted"
    assert len(asked) == 1


def test_a_rule_behind_the_one_that_decides_is_not_asked(make):
    visit = make.visit()
    asked = []

    assert OrRule((AnyRule(), Counted(asked))).applies(visit, make.parcel(visit))
    assert not AndRule((NotRule(AnyRule()), Counted(asked))).applies(visit, make.parcel(visit))
    assert asked == []


def written(rule):
    """As an admin writes it."""

    def plain(value):
        if type(value) in SLUGS:
            return written(value)
        if isinstance(value, Money):
            return f"{value} {value.currency}"
        if isinstance(value, date | time):
            return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()
        if isinstance(value, tuple | frozenset):
            return [plain(item) for item in value]
        return value

    fields = {a.name: plain(getattr(rule, a.name)) for a in attrs.fields(type(rule))}
    return {"slug": SLUGS[type(rule)], **fields}


@unhurried
@given(tree=TREES)
def test_a_tree_that_was_written_is_loaded_as_it_was(tree):
    assert load(PAYMENT_RULES, written(tree)) == tree


def places_of(node, at=""):
    """Every rule of a written tree, with its path, the innermost first."""
    for n, child in enumerate(node.get("children", ())):
        yield from places_of(child, f"{at}{'.' if at else ''}children[{n}]")
    if "child" in node:
        yield from places_of(node["child"], f"{at}{'.' if at else ''}child")
    yield at, node


def unknown_field(node):
    node["colour"] = "red"
    return "colour"


def no_slug(node):
    del node["slug"]
    return "slug"


def unknown_slug(node):
    node["slug"] += "x"
    return "slug"


def wrong_type(node):
    name = next((name for name in node if name != "slug"), None)
    if name is None:
        return unknown_field(node)
    node[name] = 1.5  # no parameter is a fraction
    return name


def missing_field(node):
    name = next((name for name in ("child", "children", "countries", "cities") if name in node), None)
    if name is None:
        return unknown_field(node)
    del node[name]
    return name


SLIPS = st.sampled_from([unknown_field, no_slug, unknown_slug, wrong_type, missing_field])


@unhurried
@given(tree=TREES, data=st.data())
def test_every_mistake_of_a_written_tree_is_listed_and_nothing_else(tree, data):
    tree = written(tree)
    planted = set()
    for at, node in list(places_of(tree)):
        whole = not any(path.startswith(at) for path in planted)  # a slip outside may hide one inside
        if whole and data.draw(st.integers(0, 2)) == 0:
            name = data.draw(SLIPS)(node)
            planted.add(f"{at}.{name}" if at else name)

    if not planted:
        assert load(PAYMENT_RULES, tree)
        return
    with pytest.raises(Mistakes) as refused:
        load(PAYMENT_RULES, tree, "rules[0]")
    assert {where for where, _ in refused.value.mistakes} == {f"rules[0].{path}" for path in planted}
    assert len(refused.value.mistakes) == len(planted)
