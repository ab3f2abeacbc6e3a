"""What bankd hears and says: each request read strictly, each answer written in full; and the postman's rounds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from queue import Empty

import pytest
from attrs import evolve

from checkout_core.effects import (
    Authorised,
    Cancelled,
    Captured,
    Declined,
    HandedOut,
    Replayed,
    Reversed,
    Settled,
    UnderReview,
    Unknown,
)
from checkout_core.sandbox import NATIVE, Bank, magic
from checkout_core.sandbox._postman import Postman
from checkout_core.sandbox._wire import FIELDS, METHODS, heard, said
from checkout_core.shop import Misconfigured

from .payments import AMOUNT, card, order
from .processes import listening

PAYMENT = {"number": "N1", "key": "k1", "minor": 13125, "currency": "TRY", "installments": 3}
CARD = {"number": magic.APPROVED, "holder": "Ada Lovelace", "month": 12, "year": 2029, "cvv": "123"}
GIVING_BACK = {"reference": "B000001", "key": "v"}
SOUND = {
    "sale": PAYMENT | {"card": CARD}, "start_three_d": PAYMENT | {"card": CARD},
    "finish_three_d": PAYMENT | {"returned": {"md": "x"}, "card": None}, "start_session": PAYMENT,
    "cancel_session": PAYMENT, "inquire": {"number": "N1"}, "void": GIVING_BACK,
    "refund": GIVING_BACK | {"minor": 13125, "currency": "TRY"}, "pays": {"ticket": "t", "card_number": magic.APPROVED},
    "faults": {"unreachable": [], "answers_lost": [], "garbled": [], "late": []},
    "ask_plans": {"minor": 13125, "currency": "TRY"}, "ask_campaigns": {"card_number": magic.CAMPAIGN},
    "ask_rewards": {"card": CARD, "currency": "TRY"},
    "ask_reference": {
        "number": "N1", "minor": 13125, "currency": "TRY", "iban": "TR330006100519786457841326",
        "email": "ada@example.org", "addresses": ["Çiçek 1"], "site": "https://shop.example",
    },
}  # fmt: skip
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ask(bank, method, told):
    return heard(method, json.dumps(told).encode())(bank)


@pytest.mark.parametrize("method", FIELDS)
def test_a_sound_request_is_answered(method):
    assert ask(Bank(), method, SOUND[method])


@pytest.mark.parametrize("method", FIELDS)
def test_a_request_with_a_field_too_many_too_few_or_of_another_type_reaches_no_bank(method):
    sound = SOUND[method]
    wrong = [sound | {"note": "hello"}]
    wrong += [{other: value for other, value in sound.items() if other != name} for name in sound]
    wrong += [
        sound | {name: other}
        for name in sound
        for other in (1.5, True, {"a": 1}, ["x"], "é", "", -1)
        if (name, other) not in [("addresses", ["x"]), ("site", "")]
    ]
    for told in wrong:
        with pytest.raises(ValueError, match=r"format|fields|card|list|texts|float|whole|currency|ISO"):
            heard(method, json.dumps(told).encode())


@pytest.mark.parametrize("wrong", [{"cvv": "12"}, {"month": 0}, {"year": 29}, {"number": "4 2"}, {"holder": ""}])
@pytest.mark.parametrize("method", ["sale", "start_three_d"])
def test_a_card_that_is_none_reaches_no_bank(method, wrong):
    with pytest.raises(ValueError, match="format"):
        heard(method, json.dumps(PAYMENT | {"card": CARD | wrong}).encode())
    with pytest.raises(ValueError, match="card is missing"):
        heard(method, json.dumps(PAYMENT | {"card": None}).encode())


def test_a_card_without_its_security_code_is_one():
    assert ask(Bank(), "sale", PAYMENT | {"card": CARD | {"cvv": None}})["result"] == "captured"


def test_faults_are_of_the_gateways_methods():
    bank = Bank()
    assert METHODS.isdisjoint({"pays", "faults"})
    ask(bank, "faults", SOUND["faults"] | {"late": ["sale"]})
    assert (bank.late, bank.unreachable) == ({"sale"}, frozenset())
    with pytest.raises(ValueError, match="list of methods"):
        heard("faults", json.dumps(SOUND["faults"] | {"late": ["pays"]}).encode())


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Captured("B1", AMOUNT, 3), {"result": "captured", "reference": "B1", "minor": 13125, "currency": "TRY",
                                     "installments": 3}),
        (Authorised("B1"), {"result": "authorised", "reference": "B1"}),
        (UnderReview("B1"), {"result": "review", "reference": "B1"}),
        (Declined("lost_card"), {"result": "declined", "code": "lost_card"}),
        (HandedOut({"md": "m"}), {"result": "handed_out", "given": {"md": "m"}}),
        (Unknown("paid"), {"result": "unknown", "reason": "paid"}),
        (Replayed(), {"result": "replayed"}), (Cancelled(), {"result": "cancelled"}),
        (Reversed("B1"), {"result": "reversed"}), (Settled("B1"), {"result": "settled"}),
    ],
    ids=lambda answer: type(answer).__name__,
)  # fmt: skip
def test_each_outcome_is_said_in_full(answer, told):
    assert said(answer) == told


def test_an_answer_says_what_it_is_about_and_nothing_of_the_card():
    bank = Bank()
    told = ask(bank, "sale", SOUND["sale"])
    assert {"number": "N1", "key": "k1"}.items() <= told.items()
    assert ask(bank, "void", GIVING_BACK) == GIVING_BACK | {"result": "reversed"}
    written = json.dumps([told, ask(bank, "inquire", {"number": "N1"})])
    for secret in (magic.APPROVED, magic.APPROVED[-4:], "Lovelace", "123,"):
        assert secret not in written.replace("13125,", "")


def test_a_bank_without_inquiry_says_that_it_cannot_tell():
    bank = Bank(capabilities=evolve(NATIVE, inquiry=False))
    assert ask(bank, "inquire", {"number": "N1"})["closed"] is None


# ---------------------------------------------------------------- the postman


def bank_with_messages(number=1):
    clock = [NOON]
    bank = Bank(clock=lambda: clock[0])
    for n in range(number):
        bank.sale(order(f"N{n}"), card())
    return bank, clock


def test_a_message_is_tried_again_later_each_time_and_not_after_it_was_taken():
    bank, clock = bank_with_messages()
    tries = []
    with listening(500, 503, 404) as (hook, heard_by):
        postman = Postman(bank, hook, timedelta(seconds=1))
        for _ in range(20):
            postman.goes()
            while True:
                try:
                    tries.append((round((clock[0] - NOON).total_seconds()), heard_by.get_nowait()[0]))
                except Empty:
                    break
            clock[0] += timedelta(seconds=1)
    assert tries == [(0, 500), (1, 503), (3, 404), (7, 200)]
    assert [(notice.tries, notice.delivered) for notice in bank.notices()] == [(4, True)]


def test_it_never_waits_for_longer_than_a_minute():
    bank, clock = bank_with_messages()
    postman = Postman(bank, "http://127.0.0.1:1/", timedelta(seconds=1))
    for _ in range(40):
        assert postman.goes() == 0
        clock[0] += timedelta(minutes=1)
    assert bank.notices()[0].tries == 40


def test_a_round_is_cut_short_when_the_bank_is_to_end():
    bank, _ = bank_with_messages(3)
    with listening() as (hook, heard_by):
        postman = Postman(bank, hook)
        assert (postman.goes(lambda: not heard_by.empty()), postman.goes(), postman.goes()) == (1, 2, 0)


@pytest.mark.parametrize(
    "hook", ["", "ftp://127.0.0.1/", "127.0.0.1:80", "http://a@127.0.0.1/", "http://[::1", "http:///x"]
)
def test_what_is_no_address_to_post_to_is_refused(hook):
    with pytest.raises(Misconfigured, match="address"):
        Postman(Bank(), hook)
