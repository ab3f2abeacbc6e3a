"""Laws that hold of every tree of rules: drawn trees, drawn visits."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.money import Money
from checkout_core.rules.availability import (
    PAYMENT_RULES,
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
from checkout_core.rules.load import Mistakes, load

unhurried = settings(deadline=None)  # machines are shared, and the first tree loaded compiles a converter

SLUGS = {kind: slug for slug, kind in PAYMENT_RULES.items()}

# Few values, so that rules and visits often meet
KEYS = st.integers(1, 3)
NUMBERS = st.integers(0, 6)
CURRENCIES = st.sampled_from(["TRY", "EUR", "JPY"])
POSTCODES = st.sampled_from(["1 a", "1A", "2-b", "34000"])


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
LEAVES = (
    st.just(AnyRule())
    | PLACES
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
    lines = st.builds(make.line, NUMBERS.map(lambda minor: Money.of(minor, currency)), st.integers(1, 3), NUMBERS)
    optional = st.none() | KEYS
    to = st.builds(make.address, KEYS, KEYS, optional, optional, st.none() | POSTCODES)
    return make.visit(
        *draw(st.lists(lines, max_size=3)),
        to=draw(st.none() | to),
        currency=currency,
        account=draw(st.none() | st.just("7")),
        shipping=draw(NUMBERS),
        interest=draw(NUMBERS),
    )


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
@given(rule=PLACES, data=st.data())
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


def written(rule):
    """As an admin writes it."""

    def plain(value):
        if type(value) in SLUGS:
            return written(value)
        if isinstance(value, Money):
            return f"{value} {value.currency}"
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
