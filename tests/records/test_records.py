"""A record comes back as it was written, or not at all."""

from __future__ import annotations

import json
import traceback
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checkout_core import Money, evolve
from checkout_core.money import total
from checkout_core.order import State
from checkout_core.records import Record, RecordBroken, RecordTooNew, Upgrade
from checkout_core.testing.strategies import attempts, pre_orders, records

from .checkouts import CHECKOUTS, GiftWrap, a_codec, opened

CODEC = a_codec(kept=0)  # reads every byte, every time
PLACED = CHECKOUTS["placed"]
HEAD, BASKET = CODEC.dumps(PLACED), CODEC.dump_basket(PLACED.pre_order)[1]
texts = st.text(max_size=5)
wraps = st.builds(GiftWrap, texts, st.lists(texts, max_size=2).map(tuple))
hosts = st.lists(wraps, max_size=1).map(tuple)
refused = pytest.raises((RecordBroken, RecordTooNew))


def again(record: Record) -> Record:
    return CODEC.loads(CODEC.dumps(record), CODEC.dump_basket(record.pre_order)[1])


def changed(data: bytes, **members: object) -> bytes:
    """With those members of the JSON object, at paths like `attempts__0__n`; None takes one out."""
    raw = json.loads(data)
    for path, value in members.items():
        *where, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        target = raw
        for step in where:
            target = target[step]
        if value is None:
            del target[last]
        else:
            target[last] = value
    return json.dumps(raw).encode()


# what is drawn comes back


@given(records(pre_orders(more=hosts)))
def test_a_record_comes_back_equal(record):
    assert again(record) == record


@pytest.mark.parametrize("state", get_args(State))
def test_an_attempt_in_that_state_comes_back_equal(state):
    @settings(max_examples=25)
    @given(attempts("TRY", (state,)))
    def holds(attempt):
        record = Record(evolve(CHECKOUTS["open"].pre_order, attempts=(attempt,)))
        assert again(record) == record

    holds()


@given(pre_orders())
def test_what_is_drawn_hangs_together(order):
    receipts = [a for a in order.attempts if a.state in {"captured", "deferred"}]
    assert [a.n for a in order.attempts] == [*range(1, len(order.attempts) + 1)]
    assert receipts == ([order.attempts[-1]] if order.placed else [])
    for a in receipts:
        assert (order.placed.number, order.placed.digest) == (a.number, a.seal.digest)
        assert order.placed.receipt == (a.receipt.why if a.receipt else a.captures[0].reference)
        assert order.placed.status == (a.receipt.status if a.receipt else 400)
    for a in order.attempts:
        assert (a.receipt is not None) is (a.kind == "deferred")
        assert a.gateway == "" or a.receipt is None
        assert bool(a.captures) is (a.state in {"captured", "parked", "unplaced", "reversing", "reversed"})
        assert {row.reversal for row in a.captures} <= {"reversing": {"due", "refund"}, "reversed": {"done"}}.get(
            a.state, {None}
        )
    totals = order.totals
    goods, sent = totals.lines - totals.discounts, totals.shipping - totals.shipping_discount
    assert totals.total == goods + sent + totals.bags + totals.gift_box + totals.interest
    assert min(goods.minor, sent.minor, totals.payable.minor) >= 0
    if order.placed:
        assert (order.placed.total, order.placed.plan.amount) == (totals.total, totals.payable)
        assert order.placed.plan in receipts[0].seal.plans
    for line, bought in enumerate(order.basket.lines):
        shares = [share.amount for each in order.discounts.applied for share in each.lines if share.line == line]
        assert total(shares, totals.total.currency) <= bought.amount
    for each in order.discounts.applied:
        assert each.amount == total((share.amount for share in each.lines), totals.total.currency)


@given(st.text(st.characters(), max_size=4).filter(lambda text: text != ""))
@example("\ud800")  # half a character, as a client may send one
@example("\x00\u2028\x7f\U0001f600")
def test_any_text_comes_back(text):
    record = Record(evolve(CHECKOUTS["open"].pre_order, number=text))
    assert CODEC.dumps(record).isascii()
    assert again(record) == record


def test_a_currency_that_iso_4217_has_dropped_since_is_still_read():
    order = CHECKOUTS["open"].pre_order
    gone = Money.of(5, "XXA")
    record = Record(evolve(order, totals=evolve(order.totals, total=gone)))
    assert again(record) == record


def test_members_of_record_and_pre_order_share_one_object_and_no_name():
    assert not set(vars(PLACED)) & set(vars(PLACED.pre_order))


def test_a_head_holds_no_lines():
    one, many = (CODEC.dumps(Record(opened(lines))) for lines in (1, 1000))
    assert 0 <= len(many) - len(one) < 20  # the sums have more digits


# what is broken is refused by name


@pytest.mark.parametrize("data", [HEAD, BASKET], ids=["head", "basket"])
def test_whatever_is_cut_off_is_missed(data):
    for end in range(len(data)):
        head, basket = (data[:end], BASKET) if data is HEAD else (HEAD, data[:end])
        with pytest.raises(RecordBroken):
            CODEC.loads(head, basket)


@given(st.sampled_from(["head", "basket"]), st.integers(0, len(HEAD) - 1), st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_makes_a_record_that_can_be_kept(where, at, bit):
    data = bytearray(HEAD if where == "head" else BASKET)
    data[at % len(data)] ^= 1 << bit
    try:
        record = CODEC.loads(*((bytes(data), BASKET) if where == "head" else (HEAD, bytes(data))))
    except (RecordBroken, RecordTooNew):
        return
    assert again(record) == record


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.sampled_from(sorted(json.loads(HEAD))), json_values)
def test_any_other_json_in_place_of_a_member_is_refused_or_makes_a_record_that_can_be_kept(name, value):
    raw = {**json.loads(HEAD), name: value}
    try:
        record = CODEC.loads(json.dumps(raw).encode(), BASKET)
    except (RecordBroken, RecordTooNew):
        return
    assert again(record) == record


@given(st.binary(max_size=40) | json_values.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 100_000)
@example(b'{"schema":1,"key":' + b"[" * 100_000)
@example(b'{"schema":' + b"9" * 5000 + b"}")
@example(b'{"schema":1')
@example(b'{"schema":1}')
def test_anything_else_is_no_record(data):
    with refused:
        CODEC.loads(data, BASKET)
    with refused:
        CODEC.loads(HEAD, data)


@pytest.mark.parametrize(
    "members",
    [
        {"attempts__0__n": True},
        {"attempts__0__n": "1"},
        {"attempts__0__n": 1.0},
        {"attempts__0__state": "paid"},
        {"attempts__0__seal__plans": {}},
        {"attempts__0__seal__plans": "ab"},
        {"attempts__0__handed": [["a", "b"]]},
        {"attempts__0__handed": {"a": 1}},
        {"attempts__0__since": "2026-11-21T12:30:15"},
        {"attempts__0__since": "20261121T123015Z"},
        {"attempts__0__since": "2026-11-21"},
        {"attempts__0__since": 1},
        {"attempts__0__since": None},
        {"attempts": {}},
        {"placed__status": "300"},
        {"placed__status": 300.0},
        {"placed__status": 301},
        {"totals__total": "0013 TRY"},
        {"totals__total": "-0 TRY"},
        {"totals__total": " 13 TRY"},
        {"totals__total": "1_3 TRY"},
        {"totals__total": "\u0661\u0663 TRY"},
        {"totals__total": "13 TRY\n"},
        {"totals__total": "13 try"},
        {"totals__total": "13.00 TRY"},
        {"totals__total": 13},
        {"totals__total": ["13", "TRY"]},
        {"totals__total": None},
        {"totals__tip": "13 TRY"},
        {"totals": []},
        {"payment": {}},
        {"payment": {"CreditCard": {}}},
        {"payment": {"Payment": {"option": {"pk": 1, "name": "", "slug": "", "payment_type": ""}}}},
        {"payment": {"Nope": {}}},
        {"payment": {"CreditCard": {}, "FundsTransfer": {}}},
        {"payment__CreditCard__card__three_d": 1},
        {"payment__CreditCard__card__three_d": "true"},
        {"outbox__0__event": {"Event": {}}},
        {"more": [{"GiftWrap": {"paper": "red", "ribbon": True}}]},
        {"more": [{"Shop": {}}]},
        {"key": 5},
        {"key": None},
        {"basket": None},
        {"basket__digest": None},
        {"basket__digest": "another"},
        {"basket__lines": []},
        {"surprise": 1},
        {"schema": 0},
        {"schema": "1"},
        {"schema": True},
        {"schema": None},
    ],
    ids=str,
)
def test_nothing_is_coerced_left_out_or_passed_over(members):
    assert CODEC.loads(changed(HEAD), BASKET) == PLACED  # also as it is laid out by another program
    with pytest.raises(RecordBroken):
        CODEC.loads(changed(HEAD, **members), BASKET)


@pytest.mark.parametrize(
    "members", [{"name": "b-7|another"}, {"name": None}, {"lines": None}, {"more": 1}, {"schema": 0}]
)
def test_lines_that_are_not_those_the_head_names_are_refused(members):
    assert CODEC.loads(HEAD, changed(BASKET)) == PLACED
    with pytest.raises(RecordBroken):
        CODEC.loads(HEAD, changed(BASKET, **members))


def test_a_refusal_quotes_nothing_of_the_buyer():
    for broken in (
        changed(HEAD, buyer__email=["ada@canary"]),
        changed(HEAD, totals__total="ada@canary"),
        changed(HEAD, attempts__0__since="ada@canary"),
        changed(HEAD, attempts__0__state="ada@canary"),
        changed(HEAD, **{"ada@canary": 1}),
        changed(HEAD, buyer={"ada@canary": 1}),
        HEAD.replace(b"ada@example.org", b"ada@canary")[:-1],
    ):
        with pytest.raises(RecordBroken) as refusal:
            CODEC.loads(broken, BASKET)
        error = refusal.value
        assert "canary" not in "".join(traceback.format_exception(error))
        assert "canary" not in repr((error, error.__context__, error.__cause__))


def test_a_refusal_says_where():
    with pytest.raises(RecordBroken, match="attempts is not of its schema; it was left as it is") as refusal:
        CODEC.loads(changed(HEAD, attempts__0__n="1"), BASKET)
    assert refusal.value.why == "attempts is not of its schema"


# other schemas


def test_a_record_of_a_later_release_is_refused_by_name():
    with pytest.raises(RecordTooNew, match="schema 2, this release reads up to 1; it was left as it is") as refusal:
        CODEC.loads(changed(HEAD, schema=2, whatever=[]), BASKET)
    assert (refusal.value.schema, refusal.value.reads_up_to) == (2, 1)
    with pytest.raises(RecordTooNew):
        CODEC.loads(HEAD, changed(BASKET, schema=2))


def notes_were_lists(raw):
    raw["extras"] = {"notes": " ".join(raw["extras"]["notes"])}
    return raw


def key_was_number(raw):
    return {"key": f"co-{raw.pop('number_of_checkout')}", **raw}


def skus_were_named_codes(raw):
    return {**raw, "lines": [{"sku": line.pop("code"), **line} for line in raw["lines"]]}


def test_an_old_record_goes_through_each_upgrade_in_turn():
    codec = a_codec(kept=0, upgrades=(Upgrade(head=notes_were_lists), Upgrade(key_was_number, skus_were_named_codes)))
    first = changed(HEAD, extras__notes=["ring", "twice"], number_of_checkout=1, key=None)
    second = changed(HEAD, schema=2, number_of_checkout=1, key=None)
    old_basket = json.loads(BASKET)
    for line in old_basket["lines"]:
        line["code"] = line.pop("sku")
    for head in (first, second, changed(HEAD, schema=3)):
        for basket in (json.dumps(old_basket).encode(), changed(BASKET, schema=3)):
            assert codec.loads(head, basket) == PLACED


def test_a_record_is_written_in_the_newest_schema_and_older_releases_leave_it_alone():
    codec = a_codec(kept=0, upgrades=(Upgrade(), Upgrade()))
    head, basket = codec.dumps(PLACED), codec.dump_basket(PLACED.pre_order)[1]
    assert json.loads(head)["schema"] == json.loads(basket)["schema"] == 3
    for older in (head, BASKET), (HEAD, basket):
        with pytest.raises(RecordTooNew):
            CODEC.loads(*older)


@pytest.mark.parametrize("upgrade", [notes_were_lists, dict.clear, lambda raw: {**raw, "surprise": 1}])
def test_an_upgrade_that_does_not_get_along_with_the_record_makes_it_broken(upgrade):
    codec = a_codec(upgrades=(Upgrade(upgrade),))
    with pytest.raises(RecordBroken):
        codec.loads(changed(HEAD, extras=None), BASKET)
