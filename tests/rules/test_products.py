"""Rules about what the lines are: one line or all of them, and the exact opposite."""

from __future__ import annotations

import attrs
import pytest

from checkout_core.money import Money
from checkout_core.order import evolve
from checkout_core.rules import Explained
from checkout_core.rules.availability import (
    AttributeRule,
    CategoryRule,
    DataSourceRule,
    ItemLengthRule,
    ProductRule,
    refusal,
)
from checkout_core.shop import Misconfigured

TEN = Money("10.00", "TRY")
A, AB = frozenset({"a"}), frozenset({"a", "b"})
ONE, BOTH = frozenset({1}), frozenset({1, 2})


@pytest.fixture
def of_lines(make):
    """A visit whose lines have these fields each."""

    def made(*fields):
        return make.visit(*(evolve(make.line(TEN), **each) for each in fields))

    return made


def attributes(*texts):
    """Lines with that size each; None: without one."""
    return [{"attributes": {} if text is None else {"size": text}} for text in texts]


def categories(*sets):
    return [{"categories": each} for each in sets]


def sources(*pks):
    return [{"data_source": pk} for pk in pks]


def products(*pks):
    return [{"pk": each} for each in pks]


LINES = [  # rule, lines, whether one of them is such a one, whether all are
    (ProductRule(ONE), products(1, 1), True, True),
    (ProductRule(ONE), products(2), False, False),
    (ProductRule(ONE), products(2, 1), True, False),
    (ProductRule(BOTH), products(2, 1), True, True),
    (ProductRule(ONE), [], False, True),
    (AttributeRule("size", A), attributes("a"), True, True),
    (AttributeRule("size", A), attributes("b"), False, False),
    (AttributeRule("size", A), attributes("b", "a"), True, False),
    (AttributeRule("size", AB), attributes("b", "a"), True, True),
    (AttributeRule("size", A), attributes(None), False, False),
    (AttributeRule("size", A), attributes("a", None), True, False),
    (AttributeRule("size", A), attributes("A"), False, False),
    (AttributeRule("colour", A), attributes("a"), False, False),
    (AttributeRule("size", A), [], False, True),
    (CategoryRule(ONE), categories((1, 7)), True, True),
    (CategoryRule(ONE), categories((7, 8)), False, False),
    (CategoryRule(ONE), categories((1, 7), (7, 8)), True, False),
    (CategoryRule(BOTH), categories((1, 7), (2, 8)), True, True),
    (CategoryRule(ONE), categories((1,), ()), True, False),
    (CategoryRule(ONE), categories(()), False, False),
    (CategoryRule(ONE), [], False, True),
    (DataSourceRule(ONE), sources(1, 1), True, True),
    (DataSourceRule(ONE), sources(2), False, False),
    (DataSourceRule(ONE), sources(2, 1), True, False),
    (DataSourceRule(BOTH), sources(2, 1), True, True),
    (DataSourceRule(ONE), sources(1, None), True, False),
    (DataSourceRule(ONE), sources(None), False, False),
    (DataSourceRule(ONE), [], False, True),
]


@pytest.mark.parametrize(("rule", "lines", "one", "every"), LINES)
def test_one_line_is_enough_or_every_line_has_to_be_such_a_one(make, of_lines, rule, lines, one, every):
    visit = of_lines(*lines)
    parcel = make.parcel(visit)

    assert rule.applies(visit, parcel) is one
    assert attrs.evolve(rule, all_lines=True).applies(visit, parcel) is every


@pytest.mark.parametrize(("rule", "lines", "one", "every"), LINES)
def test_exclude_is_the_exact_opposite_for_one_line_and_for_all(make, of_lines, rule, lines, one, every):
    visit = of_lines(*lines)
    parcel = make.parcel(visit)
    nots = attrs.evolve(rule, exclude=True)

    assert nots.applies(visit, parcel) is not one
    assert attrs.evolve(nots, all_lines=True).applies(visit, parcel) is not every


@pytest.mark.parametrize(
    ("longest", "applies"), [((1199,), True), ((1200,), True), ((1201,), False), ((10, 1201, 20), False), ((), True)]
)
def test_no_piece_is_longer_however_many_there_are(make, of_lines, longest, applies):
    visit = of_lines(*({"length": length, "quantity": 9} for length in longest))

    assert ItemLengthRule(1200).applies(visit, make.parcel(visit)) is applies


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (ProductRule(ONE), "product_not_served"),
        (AttributeRule("size", A), "attribute_not_served"),
        (CategoryRule(ONE), "category_not_served"),
        (DataSourceRule(ONE), "data_source_not_served"),
        (ItemLengthRule(1), "item_too_long"),
    ],
)
def test_a_refusal_says_what_of_the_goods_is_in_the_way(make, of_lines, rule, code):
    visit = of_lines({"pk": 2, "length": 2})

    assert refusal(rule, visit, make.parcel(visit)) == code


@pytest.mark.parametrize(
    ("rule", "says", "holds"),
    [
        (ProductRule(BOTH, all_lines=True), "product of all lines one of 1, 2; here 8, 9", False),
        (AttributeRule("size", AB), "attribute size of a line one of a, b; here a, none", True),
        (AttributeRule("size", A, exclude=True), "attribute size of no line one of a; here a, none", False),
        (CategoryRule(BOTH, all_lines=True), "category of all lines one of 1, 2; here 1, 10, none", False),
        (
            CategoryRule(BOTH, all_lines=True, exclude=True),
            "category of not all lines one of 1, 2; here 1, 10, none",
            True,
        ),
        (DataSourceRule(ONE), "data source of a line one of 1; here 2, none", False),
        (ItemLengthRule(30), "millimetres a piece at most 30; here up to 31", False),
    ],
)
def test_an_explanation_says_what_is_asked_and_what_the_lines_have(make, of_lines, rule, says, holds):
    visit = of_lines(
        {"pk": 9, "attributes": {"size": "a"}, "categories": (10, 1), "data_source": 2, "length": 31},
        {"pk": 8, "attributes": {}, "categories": (), "data_source": None},
    )

    assert rule.explain(visit, make.parcel(visit)) == Explained(says, holds)


@pytest.mark.parametrize(
    ("make_rule", "says"),
    [
        (lambda: ProductRule(frozenset()), "products wants at least one"),
        (lambda: AttributeRule("size", frozenset()), "values wants at least one"),
        (lambda: CategoryRule(frozenset()), "categories wants at least one"),
        (lambda: DataSourceRule(frozenset()), "data_sources wants at least one"),
        (lambda: ItemLengthRule(-1), "wants nothing below zero"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_when_the_rule_is_made(make_rule, says):
    with pytest.raises(Misconfigured) as refused:
        make_rule()

    assert str(refused.value) == says


def test_a_parcel_of_a_group_is_judged_by_its_own_lines(make, of_lines):
    visit = of_lines(
        {"pk": 1, "data_source": 1, "categories": (1,)}, {"pk": 2, "data_source": 2, "categories": (2,)}
    )  # fmt: skip
    whole = make.parcel(visit)
    group = part_of(whole, visit.order.basket.lines[1:])

    for rule in (DataSourceRule(ONE), CategoryRule(ONE), ProductRule(ONE)):
        assert rule.applies(visit, whole)
        assert not rule.applies(visit, group)


def part_of(parcel, lines):
    return attrs.evolve(parcel, basket=parcel.basket.part("group", lines))
