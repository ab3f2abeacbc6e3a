"""The ledger of the sandbox's bank: the truth, whoever died, raced or heard nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from attrs import evolve

from checkout_core.effects import Captured, CardSecrets, Secret, Unknown
from checkout_core.money import Money
from checkout_core.sandbox import NO_KEYS, Bank, BankTimeout, magic
from checkout_core.shop import Misconfigured

from .payments import AMOUNT, card, order, outcome, returned


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


@pytest.mark.parametrize(
    "method",
    ["sale", "start_three_d", "finish_three_d", "start_session", "cancel_session", "inquire", "void", "refund"],
)
def test_any_method_can_be_made_unreachable_and_then_changes_nothing(method):
    bank = Bank(capabilities=NO_KEYS)
    bank.sale(order("N0"), card())
    bank.start_three_d(order(), card(magic.THREE_D))
    if method == "refund":
        bank.clear("B000001")
    back = returned(bank)
    before = bank.rows(), bank.ticket()
    bank.unreachable = {method}
    given = {
        "sale": (order(), card()),
        "start_three_d": (order(), card()),
        "finish_three_d": (order(), back, None),
        "start_session": (order("N2"),),
        "cancel_session": (order(),),
        "inquire": ("N0",),
        "void": ("B000001", "v"),
        "refund": ("B000001", AMOUNT, "r"),
    }[method]
    with pytest.raises(BankTimeout):
        getattr(bank, method)(*given)
    assert (bank.rows(), bank.ticket()) == before
    assert bank.calls()[-1].method == method
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
TOGETHER = """
import sys
from checkout_core.sandbox import Bank
for line in sys.stdin:
    Bank(line.strip())
    print("open", flush=True)
"""
MANY = (
    PROLOGUE
    + "bank = Bank(sys.argv[1], capabilities=globals()[sys.argv[2]])\nfor n in range(40): bank.sale(order(n), card)"
)


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


def test_processes_that_open_a_new_file_together_all_get_it(tmp_path):
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", TOGETHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]  # fmt: skip
    for n in range(40):
        for opener in openers:
            opener.stdin.write(f"{tmp_path / f'{n}.sqlite'}\n")
            opener.stdin.flush()
        for opener in openers:
            assert opener.stdout.readline() == "open\n", opener.communicate()[1]
    assert [opener.communicate(timeout=60) for opener in openers] == [("", "")] * 6


def test_threads_that_charge_the_same_key_take_it_once():
    bank = Bank()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: bank.sale(order(), card()), range(64)))
    assert set(answers) == {Captured("B000001", AMOUNT, 3)}
    assert (bank.captures, bank.sends) == (1, 64)


def test_no_card_number_and_no_security_code_reaches_the_ledger(tmp_path):
    token = (f"ticket {n}" for n in range(999)).__next__  # random bytes would have the security code now and then
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    bank = Bank(tmp_path / "bank.sqlite", capabilities=NO_KEYS, token=token, clock=lambda: noon)
    secret = CardSecrets(Secret(magic.APPROVED), "Ada Canary", 12, 2029, Secret("7391"))
    stranger = "4929123412341232"
    for n, number in enumerate((*magic.MAGIC, stranger)):
        for send in (bank.sale, bank.start_three_d):
            outcome(send, order(f"N{n}"), evolve(secret, number=Secret(number)))
            if bank.ticket(f"N{n}"):
                outcome(bank.finish_three_d, order(f"N{n}"), {"md": bank.ticket(f"N{n}").md}, evolve(secret))
        bank.start_session(order(f"S{n}"))
        bank.pays(bank.ticket(f"S{n}"), number)
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


def test_a_ledger_of_another_release_is_refused_by_name(tmp_path):
    path = tmp_path / "bank.sqlite"
    Bank(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 1")
    db.close()
    with pytest.raises(Misconfigured, match="another release"):
        Bank(path)


def test_a_bank_told_of_cancelled_sessions_and_of_money_that_went_back_keeps_it_in_the_ledger(tmp_path):
    first = Bank(tmp_path / "bank.sqlite")
    first.void(first.sale(order("N1"), card()).reference, "v")
    first.start_session(order("N2"))
    first.cancel_session(order("N2"))
    again = Bank(tmp_path / "bank.sqlite")
    assert [(notice.number, notice.state) for notice in again.notices()] == [
        ("N1", "captured"), ("N1", "reversed"), ("N2", "cancelled"),
    ]  # fmt: skip
