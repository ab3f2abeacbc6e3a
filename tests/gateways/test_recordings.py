"""An adapter that is too sure of what it heard is caught, with the reply that misled it."""

from __future__ import annotations

import hmac
import json
from urllib.parse import parse_qsl

import pytest
from attrs import evolve

from checkout_core.effects import Callback, Captured, Declined, NotFound, Order, Rejected, Unknown, Verified
from checkout_core.sandbox import Bank
from checkout_core.testing.gateways import (
    Careless,
    Recording,
    Reply,
    check,
    check_message,
    fields_of,
    judge,
    messages,
    replies,
)

from .accounts import AMOUNT

PAID = Captured("A1", AMOUNT, 3)
TOLD = {"code": "00", "ref": "A1", "number": "N1", "minor": 13125}
DECLINES = {"51": "insufficient_funds"}


def careful(reply):
    """How it is done."""
    if (reply.status, reply.content_type) != (200, "application/json"):
        raise ValueError
    told = fields_of(reply.body)
    if told.get("number") != "N1":
        return Unknown("the answer to another request")
    if told.get("code") in DECLINES:
        return Declined(DECLINES[told["code"]])
    amount = told.get("minor")
    sound = told.get("code") == "00" and type(amount) is int and amount == 13125
    reference = told.get("ref")
    return Captured(reference, AMOUNT, 3) if sound and isinstance(reference, str) and reference else Unknown("?")


def recorded(ask, told=TOLD, expected=PAID, **given):
    recording = Recording(
        "sale", ask, Reply(json.dumps(told).encode()), expected, frozenset({"number", "minor"} & told.keys()),
        frozenset({"code"}), frozenset(DECLINES.values()),
    )  # fmt: skip
    return evolve(recording, **given)


def test_a_careful_adapter_passes():
    assert check(recorded(careful)) > 300
    assert check(recorded(careful, {"code": "51", "number": "N1"}, Declined("insufficient_funds"))) > 200


def any_status(reply):
    return careful(evolve(reply, status=200))


def any_kind(reply):
    return careful(evolve(reply, content_type="application/json"))


def any_request(reply):
    return careful(evolve(reply, body=json.dumps({**fields_of(reply.body), "number": "N1"}).encode()))


def no_code_is_fine(reply):
    return careful(evolve(reply, body=json.dumps({"code": "00", **fields_of(reply.body)}).encode()))


def floats_are_fine(reply):
    told = json.loads(reply.body)
    minor = told.get("minor")
    told["minor"] = int(minor) if isinstance(minor, float | str) else minor
    return careful(evolve(reply, body=json.dumps(told).encode()))


def the_last_of_two_fields(reply):
    return careful(evolve(reply, body=json.dumps(json.loads(reply.body)).encode()))


def all_else_is_declined(reply):
    answer = careful(reply)
    return answer if answer == PAID else Declined("insufficient_funds")


def raised_is_declined(reply):
    try:
        return careful(reply)
    except ValueError:
        return Declined("insufficient_funds")


def their_codes_are_ours(reply):
    told = fields_of(reply.body)
    return careful(reply) if told.get("code") == "00" or told.get("number") != "N1" else Declined(str(told.get("code")))


def no_reference_is_fine(reply):
    told = fields_of(reply.body)
    whole = careful(evolve(reply, body=json.dumps({**told, "ref": "A1"}).encode()))
    return evolve(whole, reference=told["ref"] or "") if whole == PAID else whole


@pytest.mark.parametrize(
    ("adapter", "why"),
    [
        (any_status, "status or content type"), (any_kind, "status or content type"),
        (any_request, "number is not what was asked for"), (no_code_is_fine, "code is missing"),
        (floats_are_fine, "cannot be read|minor is not what was asked for"),
        (the_last_of_two_fields, "cannot be read"), (all_else_is_declined, "."), (raised_is_declined, "status"),
        (their_codes_are_ours, "on no list"), (no_reference_is_fine, "reference are others"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)  # fmt: skip
def test_a_careless_adapter_is_caught(adapter, why):
    with pytest.raises(Careless, match=why):
        check(recorded(adapter))


def test_a_decline_that_the_provider_did_not_say_is_caught():
    told = evolve(recorded(careful).reply, body=json.dumps({**TOLD, "code": "05"}).encode())
    with pytest.raises(Careless, match="provider said Captured"):
        judge(recorded(lambda _: Declined("insufficient_funds")), told)


def test_an_adapter_that_does_not_understand_its_own_recording_is_caught():
    with pytest.raises(Careless, match="the recorded answer is"):
        check(recorded(lambda _: Unknown("?")))


def test_what_a_ledger_says_are_facts_whatever_they_are():
    told = {"number": "N1", "rows": [], "code": "00"}
    check(recorded(lambda reply: NotFound() if careful_rows(reply) else Unknown("?"), told, NotFound()))


def careful_rows(reply):
    if (reply.status, reply.content_type) != (200, "application/json"):
        return False
    told = fields_of(reply.body)
    return told.get("number") == "N1" and isinstance(told.get("code"), str) and told["code"] != ""


def test_a_body_that_is_no_json_is_read_as_its_adapter_reads_it():
    def form(body):
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def ask(reply):
        if (reply.status, reply.content_type) != (200, "application/json"):
            raise ValueError
        told = form(reply.body)
        sound = (told.get("code"), told.get("number"), told.get("minor")) == ("00", "N1", "13125")
        return PAID if sound else Unknown("?")

    recording = recorded(ask, read=form, reply=Reply(b"code=00&number=N1&minor=13125"))
    assert check(recording) > 100
    with pytest.raises(Careless):
        check(evolve(recording, ask=lambda reply: PAID if b"code=00" in reply.body else Unknown("?")))


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', b'{"a": 1.0}', b'{"a": NaN}', b"[1]", b"[" * 100_000, b"\xff"])
def test_what_can_be_read_in_two_ways_is_not_read(body):
    with pytest.raises(ValueError, match=r"."):
        fields_of(body)


def test_a_reply_that_misled_is_shown_and_not_all_of_a_long_one():
    long = [reply for reply in replies(recorded(careful)) if len(reply.body) > 100_000]
    with pytest.raises(Careless) as caught:
        judge(recorded(lambda _: PAID), long[0])
    assert len(str(caught.value)) < 2000


# ---------------------------------------------------------------- messages

SECRET = b"a secret of the bank's"
BODY = b'{"number": "N1", "id": "M1", "state": "captured"}'
MESSAGE = Callback(BODY, {"x-signature": hmac.new(SECRET, BODY, "sha256").hexdigest()})


def verified(callback):
    told = json.loads(callback.body)
    return Verified(told["number"], told["id"])


def signed(callback):
    wanted = hmac.new(SECRET, callback.body, "sha256").hexdigest()
    given = callback.headers.get("x-signature", "")
    if callback.query or not hmac.compare_digest(wanted.encode(), given.encode()):
        return Rejected("wrong signature")
    return verified(callback)


def test_a_careful_verify_passes():
    assert check_message(signed, MESSAGE, signature="x-signature") > 300


@pytest.mark.parametrize(
    ("verify", "why"),
    [
        (lambda _: Rejected("no"), "a genuine message was"),
        (lambda callback: signed(callback) if callback.body == BODY else verified(callback), "came out of verify"),
        (lambda callback: verified(callback) if callback == MESSAGE or callback.body == BODY else Rejected("no"),
         "was made of"),
        (lambda callback: signed(evolve(callback, query=())), "was made of"),
        (lambda callback: signed(evolve(callback, headers={
            name: value.strip().lower() for name, value in callback.headers.items()})), "was made of"),
    ],
    ids=["rejects all", "raises", "looks at no signature", "ignores parameters", "mends signatures"],
)  # fmt: skip
def test_a_careless_verify_is_caught(verify, why):
    with pytest.raises(Careless, match=why):
        check_message(verify, MESSAGE, signature="x-signature")


def test_with_a_partial_signature_a_message_may_say_something_else_of_its_number_only():
    bank = Bank(capabilities=evolve(Bank().capabilities, callback="partial"))
    bank.start_session(Order("bank", "N1", "K1", AMOUNT, 3))
    bank.pays(bank.ticket())
    (message,) = bank.messages()
    check_message(bank.verify, message, signature="x-bank-signature", coverage="partial")
    with pytest.raises(Careless):
        check_message(bank.verify, message, signature="x-bank-signature")
    assert len(list(messages(message, "x-bank-signature"))) > 500
