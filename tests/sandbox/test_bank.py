"""The sandbox's bank: what each magic card does, and what a ledger is the truth of."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from attrs import evolve

from checkout_core.effects import (
    Captured,
    CardSecrets,
    Declined,
    HandedOut,
    NotFound,
    Order,
    Reversed,
    Secret,
    Unknown,
)
from checkout_core.money import Money
from checkout_core.sandbox import NATIVE, NO_KEYS, ORDER_NUMBER, Bank, BankGarbage, BankTimeout, magic
from checkout_core.shop import Misconfigured

AMOUNT = Money("131.25", "TRY")
EVERY_KIND = pytest.mark.parametrize("kind", [NATIVE, ORDER_NUMBER, NO_KEYS], ids=lambda kind: kind.idempotency)
AT_ONCE = {number: fate for number, fate in magic.MAGIC.items() if fate.proof is None}
PROVEN = {number: fate for number, fate in magic.MAGIC.items() if fate.proof is not None}


def order(number="N1", key=None, amount=AMOUNT, installments=3):
    return Order("bank", number, key or f"key of {number}", amount, installments)


def card(number=magic.APPROVED):
    return CardSecrets(Secret(number), "Ada Lovelace", 12, 2029, Secret("123"))


def returned(bank, number="N1"):
    return bank.comes_back(bank.ticket(number))


def outcome(call, *given):
    """What the driver would make of it."""
    try:
        return call(*given)
    except (BankTimeout, BankGarbage) as failed:
        return Unknown(type(failed).__name__)


# ---------------------------------------------------------------- magic cards, without 3-D Secure


def test_an_approved_card_is_taken_at_once_and_in_full():
    bank = Bank()
    answer = bank.sale(order(), card())
    assert answer == Captured(answer.reference, AMOUNT, 3)
    (row,) = bank.rows()
    assert (row.reference, row.number, row.key, row.amount) == (answer.reference, "N1", "key of N1", AMOUNT)
    assert (row.installments, row.state, row.last_four) == (3, "captured", "0009")


@pytest.mark.parametrize("number", AT_ONCE)
def test_each_magic_card_does_what_it_says(number):
    bank, fate = Bank(), AT_ONCE[number]
    answer = outcome(bank.sale, order(), card(number))
    expected, taken = {
        "approved": (Captured("B000001", AMOUNT, 3), 1),
        "declined": (Declined(fate.code), 0),
        "answer_lost": (Unknown("BankTimeout"), 1),
        "request_lost": (Unknown("BankTimeout"), 0),
        "duplicate_number": (Unknown("duplicate_number"), 1),
        "garbage": (Unknown("BankGarbage"), 0),
    }[fate.end]
    assert (answer, bank.captures, bank.sends) == (expected, taken, 1)


@pytest.mark.parametrize("number", AT_ONCE)
def test_an_inquiry_knows_what_the_answer_did_not_tell(number):
    bank, fate = Bank(), AT_ONCE[number]
    outcome(bank.sale, order(), card(number))
    found = bank.inquire("N1")
    if bank.captures:
        assert found == (Captured("B000001", AMOUNT, 3),)
    else:
        assert found == (Declined(fate.code) if fate.code else NotFound())


def test_there_is_a_card_for_each_reason_to_decline():
    codes = {fate.code for fate in magic.MAGIC.values() if fate.end == "declined"}
    assert codes >= {
        "insufficient_funds", "do_not_honor", "expired_card", "incorrect_cvc", "lost_card", "stolen_card",
        "limit_exceeded", "not_permitted", "declined",
    }  # fmt: skip


@pytest.mark.parametrize("send", [Bank.sale, Bank.start_three_d])
def test_a_card_that_may_be_somebodys_is_never_charged(send):
    bank = Bank()
    assert send(bank, order(), card("5555555555554444")) == Declined("test_mode_live_card")
    assert bank.inquire("N1") == Declined("test_mode_live_card")
    assert bank.captures == 0


# ---------------------------------------------------------------- magic cards, with 3-D Secure


@pytest.mark.parametrize("number", PROVEN)
def test_an_issuer_that_insists_on_three_d_takes_nothing_without(number):
    bank = Bank()
    assert bank.sale(order(), card(number)) == Declined("three_d_required")
    assert bank.captures == 0


def test_a_buyer_who_passes_has_paid():
    bank = Bank()
    handed = bank.start_three_d(order(), card(magic.THREE_D))
    assert isinstance(handed, HandedOut)
    assert bank.captures == 0
    assert bank.finish_three_d(order(), returned(bank)) == Captured("B000001", AMOUNT, 3)
    assert bank.captures == 1


def test_a_card_that_need_not_be_proven_can_be():
    bank = Bank()
    bank.start_three_d(order(), card(magic.INSUFFICIENT_FUNDS))
    assert bank.finish_three_d(order(), returned(bank)) == Declined("insufficient_funds")


def test_a_buyer_who_fails_is_declined_whatever_the_browser_claims():
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D_FAILED))
    claims = returned(bank)
    assert claims["success"] == "false"
    believed = claims | {"success": "true", "mdStatus": "1", "three_d_secure": "true"}
    assert bank.finish_three_d(order(), believed) == Declined("three_d_failed")
    assert (bank.captures, bank.inquire("N1")) == (0, Declined("three_d_failed"))


def test_a_buyer_who_passed_has_paid_whatever_the_browser_claims():
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D))
    doubted = returned(bank) | {"success": "false", "mdStatus": "0"}
    assert bank.finish_three_d(order(), doubted) == Captured("B000001", AMOUNT, 3)


def test_a_buyer_who_abandons_does_not_come_back_and_cannot_be_charged():
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D_ABANDONED))
    assert returned(bank) is None
    assert bank.inquire("N1") == NotFound()
    assert bank.finish_three_d(order(), {"md": bank.ticket().md}) == Declined("three_d_abandoned")


@pytest.mark.parametrize(
    ("number", "taken", "found"),
    [
        (magic.THREE_D_TIMEOUT_TAKEN, 1, (Captured("B000001", AMOUNT, 3),)),
        (magic.THREE_D_TIMEOUT_NOT_TAKEN, 0, NotFound()),
    ],
)
def test_the_last_call_of_three_d_can_get_lost_like_a_sale(number, taken, found):
    bank = Bank()
    bank.start_three_d(order(), card(number))
    with pytest.raises(BankTimeout):
        bank.finish_three_d(order(), returned(bank))
    assert (bank.captures, bank.inquire("N1")) == (taken, found)


def test_three_d_that_is_down_hands_nothing_out():
    bank = Bank()
    with pytest.raises(BankTimeout):
        bank.start_three_d(order(), card(magic.THREE_D_DOWN))
    assert (bank.ticket(), bank.inquire("N1"), bank.sends) == (None, NotFound(), 1)


@pytest.mark.parametrize(
    "other",
    [
        order("N2"),
        order(key="another key"),
        order(amount=Money("1.00", "TRY")),
        order(installments=6),
    ],
)
def test_a_ticket_pays_only_for_what_it_was_given_out_for(other):
    bank = Bank(capabilities=NO_KEYS)
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.finish_three_d(other, returned(bank)) == Declined("callback_rejected")
    assert bank.captures == 0


@pytest.mark.parametrize("claims", [{}, {"md": "guessed"}, {"success": "true"}])
def test_a_return_without_the_ticket_takes_nothing(claims):
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.finish_three_d(order(), claims) == Declined("callback_rejected")
    assert bank.captures == 0


@EVERY_KIND
def test_a_ticket_is_good_for_one_capture(kind):
    bank = Bank(capabilities=kind)
    bank.start_three_d(order(), card(magic.THREE_D))
    first = bank.finish_three_d(order(), returned(bank))
    again = bank.finish_three_d(order(), returned(bank))
    assert again == {
        "native": first,
        "order_number": Unknown("duplicate_number"),
        "none": Unknown("ticket_used"),
    }[kind.idempotency]
    assert bank.captures == 1


def test_tickets_cannot_be_guessed_and_no_two_are_the_same():
    bank = Bank(capabilities=NO_KEYS)
    mds = {bank.start_three_d(order(f"N{n}"), card(magic.THREE_D)).given["md"] for n in range(20)}
    assert len(mds) == 20
    assert min(map(len, mds)) == 32  # 128 bits in hexadecimal


# ---------------------------------------------------------------- sent twice


@EVERY_KIND
def test_the_same_request_again_takes_what_the_gateway_promised(kind):
    bank = Bank(capabilities=kind)
    first = bank.sale(order(), card())
    again = bank.sale(order(), card())
    assert (again, bank.captures) == {
        "native": (first, 1),
        "order_number": (Unknown("duplicate_number"), 1),
        "none": (Captured("B000002", AMOUNT, 3), 2),
    }[kind.idempotency]


def test_a_key_replays_the_answer_that_got_lost():
    bank = Bank()
    outcome(bank.sale, order(), card(magic.TIMEOUT_TAKEN))
    assert bank.sale(order(), card(magic.TIMEOUT_TAKEN)) == Captured("B000001", AMOUNT, 3)
    assert (bank.captures, bank.sends) == (1, 2)


def test_a_key_replays_a_decline_to_whoever_sends_it():
    bank = Bank()
    bank.sale(order(), card(magic.INSUFFICIENT_FUNDS))
    assert bank.sale(order(), card(magic.APPROVED)) == Declined("insufficient_funds")
    assert bank.captures == 0


@pytest.mark.parametrize("changed", [{"amount": Money("1.00", "TRY")}, {"installments": 1}, {"number": "N2"}])
def test_a_key_is_for_one_request(changed):
    bank = Bank()
    bank.sale(order(key="k"), card())
    assert bank.sale(evolve(order(key="k"), **changed), card()) == Unknown("key_conflict")
    assert bank.captures == 1


def test_a_started_three_d_is_handed_out_again_under_the_same_key():
    bank = Bank()
    first = bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.start_three_d(order(), card(magic.THREE_D)) == first
    assert bank.start_three_d(order(installments=6), card(magic.THREE_D)) == Unknown("key_conflict")


def test_a_number_that_was_declined_may_be_used_again_where_numbers_are_unique():
    bank = Bank(capabilities=ORDER_NUMBER)
    bank.sale(order(), card(magic.DO_NOT_HONOR))
    assert isinstance(bank.sale(order(), card()), Captured)


def test_an_inquiry_tells_of_every_row_that_stands():
    bank = Bank(capabilities=NO_KEYS)
    bank.sale(order(), card())
    bank.sale(order(), card())
    assert [row.reference for row in bank.inquire("N1")] == ["B000001", "B000002"]


def test_an_inquiry_may_lag_behind_the_ledger():
    bank = Bank(lag=2)
    bank.sale(order(), card())
    assert [bank.inquire("N1") for _ in range(3)] == [NotFound(), NotFound(), (Captured("B000001", AMOUNT, 3),)]


@pytest.mark.parametrize("kind", [evolve(NATIVE, inquiry=False), evolve(NATIVE, void=False)])
def test_a_bank_does_not_answer_what_it_does_not_offer(kind):
    bank = Bank(capabilities=kind)
    bank.sale(order(), card())
    assert isinstance(bank.inquire("N1"), tuple) is kind.inquiry
    assert isinstance(bank.void("B000001", "v"), Reversed) is kind.void
    assert bank.captures == (0 if kind.void else 1)


# ---------------------------------------------------------------- given back


def test_money_is_given_back_once_however_often_it_is_asked_for():
    bank = Bank()
    bank.sale(order(), card())
    assert [bank.void("B000001", "v1") for _ in range(2)] == [Reversed("B000001")] * 2
    assert bank.void("B000001", "another key") == Reversed("B000001")
    assert (bank.captures, [row.state for row in bank.rows()], bank.inquire("N1")) == (0, ["voided"], NotFound())


def test_a_void_key_is_for_one_reference():
    bank = Bank()
    bank.sale(order("N1"), card())
    bank.sale(order("N2"), card())
    bank.void("B000001", "v")
    assert bank.void("B000002", "v") == Unknown("key_conflict")
    assert bank.captures == 1


def test_what_was_never_taken_cannot_be_given_back():
    bank = Bank()
    bank.sale(order(), card(magic.DECLINED))
    (refused,) = bank.refusals()
    assert bank.void("B999999", "v") == Unknown("no_such_reference")
    assert bank.void(refused.reference, "v") == Unknown("no_such_reference")


# ---------------------------------------------------------------- the ledger


def test_calls_are_kept_in_their_order_also_those_that_did_not_arrive():
    bank = Bank()
    outcome(bank.sale, order("N1"), card(magic.TIMEOUT_NOT_TAKEN))
    bank.inquire("N1")
    bank.sale(order("N2"), card())
    bank.void("B000001", "v")
    assert [(call.method, call.number, call.key) for call in bank.calls()] == [
        ("sale", "N1", "key of N1"),
        ("inquire", "N1", ""),
        ("sale", "N2", "key of N2"),
        ("void", "B000001", "v"),
    ]
    assert bank.sends == 2


@pytest.mark.parametrize("method", ["sale", "start_three_d", "finish_three_d", "inquire", "void"])
def test_any_method_can_be_made_unreachable_and_then_changes_nothing(method):
    bank = Bank(capabilities=NO_KEYS)
    bank.sale(order("N0"), card())
    bank.start_three_d(order(), card(magic.THREE_D))
    before = bank.rows(), bank.ticket()
    bank.unreachable = {method}
    given = {
        "sale": (order(), card()),
        "start_three_d": (order(), card()),
        "finish_three_d": (order(), returned(bank)),
        "inquire": ("N0",),
        "void": ("B000001", "v"),
    }[method]
    with pytest.raises(BankTimeout):
        getattr(bank, method)(*given)
    assert (bank.rows(), bank.ticket()) == before
    bank.unreachable = frozenset()
    assert not isinstance(getattr(bank, method)(*given), Unknown)


def test_a_ledger_survives_the_process_that_wrote_it(tmp_path):
    first = Bank(tmp_path / "bank.sqlite")
    first.sale(order("N1"), card())
    first.sale(order("N2"), card(magic.LOST_CARD))
    first.start_three_d(order("N3"), card(magic.THREE_D))
    told = first.rows(), first.refusals(), first.calls(), first.ticket()
    del first
    again = Bank(tmp_path / "bank.sqlite")
    assert (again.rows(), again.refusals(), again.calls(), again.ticket()) == told
    assert again.sale(order("N1"), card()) == Captured("B000001", AMOUNT, 3)
    assert again.finish_three_d(order("N3"), returned(again, "N3")) == Captured("B000003", AMOUNT, 3)


PROLOGUE = """
import os, signal, sys
from checkout_core.effects import CardSecrets, Order, Secret
from checkout_core.money import Money
from checkout_core.sandbox import NATIVE, NO_KEYS, ORDER_NUMBER, Bank, magic

def order(n):
    return Order("bank", f"N{n}", f"key of N{n}", Money("131.25", "TRY"), 3)

card = CardSecrets(Secret(magic.APPROVED), "Ada Lovelace", 12, 2029, Secret("123"))
"""
KILLED = PROLOGUE + "Bank(sys.argv[1]).sale(order(1), card); os.kill(os.getpid(), signal.SIGKILL)"
MANY = PROLOGUE + "bank = Bank(sys.argv[1], capabilities=globals()[sys.argv[2]])\nfor n in range(40): bank.sale(order(n), card)"


def test_what_the_bank_answered_is_on_disk_when_the_process_is_killed(tmp_path):
    path = tmp_path / "bank.sqlite"
    killed = subprocess.run([sys.executable, "-c", KILLED, path], check=False, timeout=60)
    assert killed.returncode == -9
    bank = Bank(path)
    assert (bank.captures, bank.sends, bank.inquire("N1")) == (1, 1, (Captured("B000001", AMOUNT, 3),))


@pytest.mark.parametrize(("kind", "taken"), [("NATIVE", 40), ("ORDER_NUMBER", 40), ("NO_KEYS", 120)])
def test_processes_that_charge_the_same_payments_take_them_as_often_as_promised(tmp_path, kind, taken):
    path = tmp_path / "bank.sqlite"
    running = [subprocess.Popen([sys.executable, "-c", MANY, path, kind]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    bank = Bank(path)
    assert (bank.captures, bank.sends) == (taken, 120)
    assert len({row.reference for row in bank.rows()}) == taken


def test_threads_that_charge_the_same_key_take_it_once():
    bank = Bank()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: bank.sale(order(), card()), range(64)))
    assert set(answers) == {Captured("B000001", AMOUNT, 3)}
    assert (bank.captures, bank.sends) == (1, 64)


def test_no_card_number_and_no_security_code_reaches_the_ledger(tmp_path):
    bank = Bank(tmp_path / "bank.sqlite", capabilities=NO_KEYS)
    secret = CardSecrets(Secret(magic.APPROVED), "Ada Canary", 12, 2029, Secret("7391"))
    stranger = "4929123412341232"
    for n, number in enumerate((*magic.MAGIC, stranger)):
        for send in (bank.sale, bank.start_three_d):
            outcome(send, order(f"N{n}"), evolve(secret, number=Secret(number)))
            if bank.ticket(f"N{n}"):
                outcome(bank.finish_three_d, order(f"N{n}"), {"md": bank.ticket(f"N{n}").md})
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"N10" in written  # it is the ledger that is looked at
    for canary in (*magic.MAGIC, stranger, "7391", "Ada Canary"):
        assert canary.encode() not in written
        assert canary[:-4].encode() not in written or len(canary) < 13


def test_money_is_kept_in_whole_minor_units(tmp_path):
    bank = Bank(tmp_path / "bank.sqlite")
    bank.sale(order(amount=Money("90071992547409.93", "TRY")), card())  # a float has no such cents
    (row,) = bank.rows()
    assert row.amount == Money("90071992547409.93", "TRY")
    db = sqlite3.connect(tmp_path / "bank.sqlite")
    assert db.execute("SELECT typeof(minor), minor FROM entries").fetchall() == [("integer", 9007199254740993)]
    db.close()


def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path):
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("not a database, whatever its length may be\n" * 40)
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE theirs (x)")
    db.commit()
    db.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(Misconfigured, match="no ledger"):
            Bank(path)
        assert path.read_bytes() == before
    with pytest.raises(Misconfigured, match="no ledger"):
        Bank(tmp_path / "no" / "such" / "folder.sqlite")


def test_a_bank_moves_no_real_money_and_says_how_long_a_request_may_take():
    assert Bank().capabilities.sandbox
    assert Bank().capabilities.max_in_flight == timedelta(seconds=60)
    assert Bank(max_in_flight=timedelta(seconds=2)).capabilities == evolve(NATIVE, max_in_flight=timedelta(seconds=2))
