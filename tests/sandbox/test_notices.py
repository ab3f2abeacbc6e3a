"""The bank's messages: what is one of its own, and everything that is not, however nearly."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from checkout_core.effects import Authorised, Callback, Cancelled, Captured, Declined, Rejected, UnderReview, Verified
from checkout_core.sandbox import NATIVE, Bank, RemoteBank, magic
from checkout_core.sandbox._notices import SIGNATURE, TOLERANCE
from checkout_core.shop import Misconfigured
from checkout_core.testing.gateways import check_message

from .payments import AMOUNT, card, order

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FULL, PARTIAL, NONE = NATIVE, evolve(NATIVE, callback="partial"), evolve(NATIVE, callback="none")
EVERY_COVERAGE = pytest.mark.parametrize("able", [FULL, PARTIAL, NONE], ids=lambda able: able.callback)


def bank(able=FULL, *, secrets=("a secret",), now=NOON):
    return Bank(capabilities=able, secrets=secrets, clock=lambda: now)


def paid(able=FULL, number="N1", **given):
    shop = bank(able, **given)
    shop.sale(order(number), card())
    return shop.messages()[-1]


def signed(told, secret="a secret", covered=None):
    """A message by somebody who knows the secret, and writes what they like."""
    body = told if isinstance(told, bytes) else json.dumps(told, separators=(",", ":")).encode()
    mac = hmac.new(secret.encode(), body if covered is None else covered, hashlib.sha256).hexdigest()
    return Callback(body, {SIGNATURE: mac})


def changed(message, **fields):
    return evolve(message, body=json.dumps(json.loads(message.body) | fields, separators=(",", ":")).encode())


# ---------------------------------------------------------------- what is told


def test_everything_that_becomes_of_a_payment_is_told_once():
    shop = bank()
    shop.sale(order("N1"), card())
    shop.sale(order("N2"), card(magic.AUTHORISED))
    shop.settle("B000002")
    shop.sale(order("N3"), card(magic.UNDER_REVIEW))
    shop.refuses("B000003")
    shop.sale(order("N4"), card(magic.UNDER_REVIEW))
    shop.accepts("B000004")
    shop.sale(order("N5"), card(magic.LOST_CARD))
    shop.start_session(order("N6"))
    for _ in range(2):
        shop.cancel_session(order("N6"))
        shop.void("B000001", "v")
        shop.sale(order("N1"), card())
    told = [shop.verify(message) for message in shop.messages()]
    assert [(said.number, said.outcome) for said in told] == [
        ("N1", Captured("B000001", AMOUNT, 3)),
        ("N2", Authorised("B000002")),
        ("N2", Captured("B000002", AMOUNT, 3)),
        ("N3", UnderReview("B000003")),
        ("N3", Declined("declined")),
        ("N4", UnderReview("B000004")),
        ("N4", Captured("B000004", AMOUNT, 3)),
        ("N5", Declined("lost_card")),
        ("N6", Cancelled()),
        ("N1", None),  # given back: a reason to ask
    ]
    assert len({said.id for said in told}) == len(told)


def test_a_message_that_is_sent_again_is_known_by_its_id():
    times = iter([NOON, NOON, NOON + timedelta(hours=1)])
    shop = bank()
    shop.sale(order(), card())
    shop.clock = times.__next__
    (first,), (again,) = shop.messages(), shop.messages()
    assert shop.verify is not None
    assert json.loads(first.body)["id"] == json.loads(again.body)["id"] == "M000001"


def test_messages_can_be_had_by_number():
    shop = bank()
    shop.sale(order("N1"), card())
    shop.sale(order("N2"), card())
    assert [json.loads(message.body)["number"] for message in shop.messages("N2")] == ["N2"]


def test_a_message_has_nothing_of_the_card():
    shop = bank()
    shop.sale(order(), card())
    (message,) = shop.messages()
    assert magic.APPROVED[-4:].encode() not in message.body
    assert b"Ada" not in message.body


@EVERY_COVERAGE
def test_the_gateway_over_http_takes_the_same_messages(able):
    remote = RemoteBank("http://127.0.0.1:1", able, secrets=("a secret",), clock=lambda: NOON)
    assert remote.verify(paid(able)) == bank(able).verify(paid(able)) != Rejected("no signature")


# ---------------------------------------------------------------- covered or not


@pytest.mark.parametrize("able", [FULL, PARTIAL], ids=lambda able: able.callback)
def test_no_changed_byte_of_a_signed_message_passes_for_it(able):
    tried = check_message(bank(able).verify, paid(able), signature=SIGNATURE, coverage=able.callback)
    assert tried > 500


def test_a_partial_signature_leaves_open_what_is_said_and_the_capability_says_so():
    lie = changed(paid(PARTIAL), minor=1)
    assert bank(PARTIAL).capabilities.callback == "partial"
    told = bank(PARTIAL).verify(lie)
    assert (told.number, told.outcome.amount.minor) == ("N1", 1)
    assert isinstance(bank(FULL).verify(changed(paid(FULL), minor=1)), Rejected)


@pytest.mark.parametrize("fields", [{"number": "N2"}, {"id": "M000002"}, {"at": int(NOON.timestamp()) + 1}])
def test_a_partial_signature_covers_number_id_and_time(fields):
    assert bank(PARTIAL).verify(changed(paid(PARTIAL), **fields)) == Rejected("wrong signature")


def test_a_partial_signature_is_not_taken_for_a_full_one():
    assert isinstance(bank(FULL).verify(paid(PARTIAL)), Rejected)
    assert isinstance(bank(PARTIAL).verify(paid(FULL)), Rejected)


def test_an_unsigned_message_says_only_that_there_is_something_to_ask():
    message = paid(NONE)
    assert SIGNATURE not in message.headers
    assert bank(NONE).verify(message) == Verified("N1", "M000001", None)
    assert isinstance(bank(NONE).verify(evolve(message, body=b"{}")), Rejected)


@given(st.text("NM0123456789", min_size=1, max_size=6), st.text("NM0123456789", min_size=1, max_size=6))
def test_no_character_moves_from_one_field_to_the_next(number, tail):
    """`M000001` + `2500` and `M00000125` + `00` are two messages; the joined text of the one is not the other's."""
    at = int(NOON.timestamp())
    honest = f"M000001\n{number}{tail}\n{at}".encode()
    for ident, moved in ((f"M000001{number}", tail), ("M000001", number + tail + "0"), ("M000001", number)):
        told = {"id": ident, "number": moved, "at": at, "state": "cancelled"}
        assert isinstance(bank(PARTIAL).verify(signed(told, covered=honest)), Rejected)
    same = {"id": "M000001", "number": number + tail, "at": at, "state": "cancelled"}
    assert bank(PARTIAL).verify(signed(same, covered=honest)) == Verified(number + tail, "M000001", Cancelled())


# ---------------------------------------------------------------- not as the bank writes, although well signed

GOOD = {
    "id": "M000001", "number": "N1", "at": int(NOON.timestamp()), "state": "captured", "reference": "B000001",
    "minor": 13125, "currency": "TRY", "installments": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"minor": 131.25}, {"minor": "13125"}, {"minor": True}, {"minor": 0}, {"minor": -13125}, {"minor": 10**16},
        {"minor": 10**30}, {"installments": 0}, {"installments": 100}, {"currency": "try"}, {"currency": "XXX"},
        {"currency": "ZZZ"}, {"currency": "TRY\n"}, {"number": ""}, {"number": "N1\n"}, {"number": "N 1"},
        {"number": "Ｎ1"}, {"number": ["N1"]}, {"number": None}, {"id": "1"}, {"id": "M٠٠٠٠٠١"}, {"reference": "B1"},  # noqa: RUF001  # digits and letters that only look like ours
        {"at": "1"}, {"at": 1}, {"state": "paid"}, {"state": None}, {"state": ["captured"]}, {"state": "declined"},
        {"hashParams": "number:at"}, {"code": "declined"}, {"extra": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_field_that_is_unknown_or_not_in_its_format_is_refused_although_it_is_signed(fields):
    assert bank().verify(signed(GOOD)) == Verified("N1", "M000001", Captured("B000001", AMOUNT, 3))
    assert isinstance(bank().verify(signed(GOOD | fields)), Rejected)


@pytest.mark.parametrize("name", GOOD)
def test_a_message_that_lacks_a_field_is_none(name):
    rest = {other: value for other, value in GOOD.items() if other != name}
    assert isinstance(bank().verify(signed(rest)), Rejected)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(GOOD)[:-1].encode() + b', "minor": 1}', json.dumps(GOOD)[:-1].encode() + b', "minor": 13125}',
        json.dumps(GOOD).replace("13125", "13125.0").encode(), json.dumps(GOOD).replace("13125", "1.3125e4").encode(),
        json.dumps(GOOD).replace("13125", "NaN").encode(), json.dumps(GOOD).replace("N1", "Ñ1").encode(),
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), json.dumps([GOOD]).encode(), b"", b"null", b"[" * 4000,
        b"x" * 10**6, b"number=N1&state=captured",
    ],
    ids=lambda body: repr(body[:40]),
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused_although_it_is_signed(body):
    assert isinstance(bank().verify(signed(body)), Rejected)


def test_a_message_has_no_parameters():
    assert bank().verify(evolve(paid(), query=(("number", "N1"),))) == Rejected("unknown parameters")


@given(st.binary(max_size=300), st.text(max_size=100))
def test_nothing_else_is_a_message_and_nothing_raises(body, signature):
    for able in (FULL, PARTIAL, NONE):
        assert isinstance(bank(able).verify(Callback(body, {SIGNATURE: signature})), Rejected)


# ---------------------------------------------------------------- time


@pytest.mark.parametrize("able", [FULL, PARTIAL], ids=lambda able: able.callback)
@pytest.mark.parametrize(("age", "taken"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)])
def test_a_message_is_taken_within_five_minutes_by_the_clock_of_who_hears_it(able, age, taken):
    hearing = bank(able, now=NOON + timedelta(seconds=age))
    assert timedelta(seconds=300) == TOLERANCE
    assert isinstance(hearing.verify(paid(able)), Verified) is taken


def test_the_time_of_a_message_cannot_be_renewed_without_the_secret():
    late = NOON + timedelta(hours=1)
    assert isinstance(bank(now=late).verify(changed(paid(), at=int(late.timestamp()))), Rejected)


# ---------------------------------------------------------------- secrets


def test_an_old_secret_works_until_it_is_taken_out():
    old, new = paid(secrets=("old",)), paid(secrets=("new", "old"))
    assert isinstance(bank(secrets=("new", "old")).verify(old), Verified)
    assert isinstance(bank(secrets=("new",)).verify(old), Rejected)
    assert isinstance(bank(secrets=("new",)).verify(new), Verified)  # the first signs
    assert isinstance(bank(secrets=("old",)).verify(new), Rejected)


@pytest.mark.parametrize(
    "secrets", [(), ("",), ("  ",), ("\n",), (None,), ("good", ""), ("good", None), "a secret", None]
)
@pytest.mark.parametrize("able", [FULL, NONE], ids=lambda able: able.callback)
def test_a_blank_secret_is_refused_before_anything_is_signed(secrets, able):
    with pytest.raises(Misconfigured, match="secret"):
        Bank(capabilities=able, secrets=secrets)
    with pytest.raises(Misconfigured, match="secret"):
        RemoteBank("http://127.0.0.1:1", able, secrets=secrets)


@pytest.mark.parametrize("secret", ["", " ", "another secret", "a secre"])
def test_another_secret_signs_nothing_of_ours(secret):
    assert isinstance(bank().verify(signed(GOOD, secret)), Rejected)
