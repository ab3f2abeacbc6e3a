"""Records of every released schema still mean what they meant."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from checkout_core.effects import PORTS, Event
from checkout_core.order import (
    AccountUsage,
    Again,
    Applying,
    Attempt,
    Bags,
    Campaign,
    Capture,
    CardPoints,
    CardToSave,
    Challenge,
    Deferred,
    Discount,
    Discounts,
    Extras,
    FundsTransfer,
    GiftBox,
    GiftCards,
    GivenUp,
    Holding,
    LineShare,
    Loyalty,
    PayOnDelivery,
    Plan,
    PreOrder,
    Redirection,
    Reservation,
    Resolved,
    Reward,
    Totals,
    Transferred,
    Use,
    ref,
)
from checkout_core.records import SCHEMA, Answer, Message, Record, Shown

from .checkouts import CHECKOUTS, a_codec
from .write_fixtures import stored

HERE = Path(__file__).parent
FIXTURES = sorted(HERE.glob("v*/*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_record_of_a_released_schema_loads_to_the_same_values(path):
    parts = json.loads(path.read_text(encoding="utf-8"))
    head, basket = json.dumps(parts["head"]).encode(), json.dumps(parts["basket"]).encode()
    assert a_codec().loads(head, basket) == CHECKOUTS[path.stem]


@pytest.mark.parametrize("name", CHECKOUTS)
def test_what_is_written_today_is_what_the_fixtures_of_its_schema_hold(name):
    # else a worker that still runs the release before would refuse it: raise SCHEMA with an Upgrade
    assert stored(name) == json.loads((HERE / f"v{SCHEMA}" / f"{name}.json").read_text(encoding="utf-8"))


def test_every_schema_up_to_this_one_has_its_fixtures():
    schemas = range(1, SCHEMA + 1)
    assert sorted({path.parent.name for path in FIXTURES}) == sorted(f"v{schema}" for schema in schemas)
    for schema in schemas:
        assert {path.stem for path in (HERE / f"v{schema}").iterdir()} >= {"open", "placed", "unknown"}


def test_every_message_that_a_checkout_may_keep_is_in_a_fixture():
    kept = {type(message.event) for record in CHECKOUTS.values() for message in record.outbox}
    assert kept == {each for _, effects in PORTS.values() for each in effects if issubclass(each, Event)}


PAYING = (
    Record, Message, Answer, Shown, PreOrder, Extras, Attempt, Capture, Holding, Deferred, Resolved, Challenge,
    Discounts, Discount, LineShare, Use, GiftBox, Bags, Loyalty, AccountUsage, CardPoints, GiftCards, Reservation,
    Applying, Plan, Reward, CardToSave, Campaign, Again, Transferred, GivenUp, FundsTransfer, PayOnDelivery,
    Redirection,
)  # fmt: skip


def parts_of(value):
    """The value, and all that is in it."""
    if isinstance(value, tuple):
        for each in value:
            yield from parts_of(each)
    elif attrs.has(type(value)):
        yield value
        yield from parts_of(tuple(getattr(value, field.name) for field in attrs.fields(type(value))))


def differs(part, field):
    """Whether the field is written: it has no default, or another value."""
    return field.default is attrs.NOTHING or getattr(part, field.name) != vars(ref(type(part)))[field.name].empty


def test_every_field_of_what_money_depends_on_is_written_in_a_fixture():
    parts = [part for part in parts_of(tuple(CHECKOUTS.values())) if isinstance(part, PAYING)]
    written = {(type(part), f.name) for part in parts for f in attrs.fields(type(part)) if differs(part, f)}
    assert [(cls, f.name) for cls in PAYING for f in attrs.fields(cls) if (cls, f.name) not in written] == []


def test_every_sum_is_above_nothing_in_a_fixture():
    found = [CHECKOUTS[name].pre_order.totals for name in ("promoted", "at_the_door")]
    assert [field.name for field in attrs.fields(Totals) if not any(getattr(each, field.name) for each in found)] == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_totals_of_a_record_have_every_sum_in_the_currency_of_the_order(path):
    """Those of an old record nothing for what there was not then; written again they are left out."""
    parts = json.loads(path.read_text(encoding="utf-8"))
    head, basket = json.dumps(parts["head"]).encode(), json.dumps(parts["basket"]).encode()
    totals = a_codec().loads(head, basket).pre_order.totals
    assert {getattr(totals, field.name).currency for field in attrs.fields(Totals)} == {totals.total.currency}
    written = set(parts["head"]["totals"])
    assert {field.name for field in attrs.fields(Totals) if getattr(totals, field.name)} <= written
    assert written <= {"lines", "shipping", "interest", "total"} or path.stem in {"promoted", "at_the_door"}
