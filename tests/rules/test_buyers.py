"""Rules about the buyer: the segment, and how often they have bought."""

from __future__ import annotations

import pytest

from checkout_core.order import evolve
from checkout_core.page import Caller
from checkout_core.rules import Explained
from checkout_core.rules.availability import OrderHistoryRule, SegmentRule, refusal
from checkout_core.shop import Misconfigured

GOLD = frozenset({"gold", "silver"})


@pytest.fixture
def asked_by(make):
    def made(**caller):
        return evolve(make.visit(account=caller.get("account")), caller=Caller(**caller))

    return made


@pytest.mark.parametrize(("segment", "applies"), [("gold", True), ("silver", True), ("Gold", False), (None, False)])
def test_a_buyer_of_no_segment_is_in_none_of_them(make, asked_by, segment, applies):
    visit = asked_by(segment=segment)

    assert SegmentRule(GOLD).applies(visit, make.parcel(visit)) is applies
    assert SegmentRule(GOLD, exclude=True).applies(visit, make.parcel(visit)) is not applies


@pytest.mark.parametrize(
    ("rule", "orders", "applies"),
    [
        (OrderHistoryRule(at_most=0), 0, True),
        (OrderHistoryRule(at_most=0), 1, False),
        (OrderHistoryRule(at_least=3), 2, False),
        (OrderHistoryRule(at_least=3), 3, True),
        (OrderHistoryRule(1, 2), 2, True),
        (OrderHistoryRule(1, 2), 3, False),
    ],
)
def test_bounds_on_orders_are_inclusive(make, asked_by, rule, orders, applies):
    visit = asked_by(account="7", orders=orders)

    assert rule.applies(visit, make.parcel(visit)) is applies


@pytest.mark.parametrize("account", [None, "7"])
@pytest.mark.parametrize(
    "rule", [OrderHistoryRule(at_most=0), OrderHistoryRule(at_least=0), OrderHistoryRule(at_most=9)]
)
def test_orders_nobody_knows_of_are_outside_all_bounds(make, asked_by, account, rule):
    visit = asked_by(account=account)

    assert refusal(rule, visit, make.parcel(visit)) == "order_history_out_of_range"


def test_a_guest_whom_the_host_knows_is_counted(make, asked_by):
    visit = asked_by(orders=2)

    assert OrderHistoryRule(at_least=2).applies(visit, make.parcel(visit))


@pytest.mark.parametrize(
    ("rule", "caller", "says", "holds"),
    [
        (SegmentRule(GOLD), {"segment": "gold"}, "segment one of gold, silver; here gold", True),
        (SegmentRule(GOLD, exclude=True), {}, "segment none of gold, silver; here none", True),
        (OrderHistoryRule(1, 2), {"orders": 0}, "orders before at least 1, at most 2; here 0", False),
        (OrderHistoryRule(at_most=0), {}, "orders before at most 0; here unknown", False),
    ],
)
def test_an_explanation_says_what_is_asked_and_who_asks(make, asked_by, rule, caller, says, holds):
    visit = asked_by(**caller)

    assert rule.explain(visit, make.parcel(visit)) == Explained(says, holds)


@pytest.mark.parametrize(
    ("make_rule", "says"),
    [
        (lambda: SegmentRule(frozenset()), "segments wants at least one"),
        (OrderHistoryRule, "wants at_least, at_most or both"),
        (lambda: OrderHistoryRule(2, 1), "at_least, 2, is above at_most, 1"),
        (lambda: OrderHistoryRule(at_most=-1), "wants nothing below zero"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_when_the_rule_is_made(make_rule, says):
    with pytest.raises(Misconfigured) as refused:
        make_rule()

    assert str(refused.value) == says
