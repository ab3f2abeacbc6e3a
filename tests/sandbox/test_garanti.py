"""Garanti Pay's signatures: what the bank's key has signed, of fields that we name, and nothing that is nearly so."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from checkout_core.effects import Callback, Captured, Rejected, Verified
from checkout_core.money import Money
from checkout_core.order import Plan
from checkout_core.sandbox import GARANTI, HOSTED, Bank, RemoteBank, magic
from checkout_core.sandbox._garanti import FORM, RETURN
from checkout_core.shop import Misconfigured

from .payments import BACK, PLANS, to_choose

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "the store key"


class Hall:
    """A bank, its clock and one payment."""

    def __init__(self, number="N1", secrets=(SECRET,), **given):
        self.now = NOON
        self.bank = Bank(capabilities=GARANTI, secrets=secrets, clock=lambda: self.now, **given)
        self.form = json.loads(self.bank.start_session(to_choose(number)).given["form"])
        self.ticket = self.bank.ticket()

    def returned(self, card=magic.APPROVED, installments=3):
        return dict(self.bank.comes_back(self.ticket, card, installments=installments))

    def verifies(self, pairs, body=b"", headers=None):
        pairs = pairs.items() if isinstance(pairs, dict) else pairs
        return self.bank.verify(Callback(body, headers or {}, tuple(pairs)))


# ---------------------------------------------------------------- the form


def test_the_form_says_what_is_to_be_paid_and_where_to_go_back():
    hall = Hall()
    told = dict(hall.form)
    assert len(told.pop("hash")) == 128
    assert told == {
        "terminalid": "30691298", "orderid": "N1", "txnamount": "13125", "txncurrencycode": "TRY",
        "txninstallments": "1:13125;3:13322;6:13519", "successurl": BACK.success, "errorurl": BACK.failure,
        "txntimestamp": str(int(NOON.timestamp())), "session": hall.ticket.md,
    }  # fmt: skip
    assert hall.bank.garanti.opens(hall.ticket, hall.form) is None


@pytest.mark.parametrize("name", [*FORM, "hash"])
def test_a_form_that_was_changed_opens_nothing(name):
    hall = Hall()
    text = hall.form[name]
    near = {text[:-1] + ("1" if text[-1] != "1" else "2"), text + "0", "", " ", text + " ", text.upper() + "X"}
    for other in near - {text}:
        assert hall.bank.garanti.opens(hall.ticket, hall.form | {name: other})
    assert hall.bank.garanti.opens(hall.ticket, {of: value for of, value in hall.form.items() if of != name})


def test_the_form_of_another_payment_opens_nothing():
    bank = Bank(capabilities=GARANTI)
    forms = [json.loads(bank.start_session(to_choose(number)).given["form"]) for number in ("N1", "N2")]
    assert bank.garanti.opens(bank.ticket("N1"), forms[1]) == "it is about another payment"


def test_a_form_is_signed_with_the_current_key_and_an_older_one_still_opens():
    old = Hall()
    newer = old.bank.beside(GARANTI, secrets=("a new key", SECRET))
    other = old.bank.beside(GARANTI, secrets=("a new key",))
    assert newer.garanti.opens(old.ticket, old.form) is None
    assert other.garanti.opens(old.ticket, old.form) == "wrong hash"


# ---------------------------------------------------------------- the return


def test_a_genuine_return_is_known_for_whose_it_is_and_claims_no_money():
    hall = Hall()
    back = hall.returned()
    assert back.keys() == {*RETURN, "hash"}
    assert [back[name] for name in ("gpay", "success", "gpinstallment", "orderid", "amount", "currency")] == [
        "true", "true", "3", "N1", "13322", "TRY",
    ]  # fmt: skip
    told = hall.verifies(back)
    assert told == Verified("N1", f"B000001-{hall.ticket.md}")
    assert hall.verifies(back) == told
    assert hall.bank.address(hall.ticket, back) == BACK.success


@pytest.mark.parametrize("card", [magic.DECLINED, magic.THREE_D_FAILED, magic.TIMEOUT_NOT_TAKEN])
def test_a_return_without_payment_is_genuine_too(card):
    hall = Hall()
    back = hall.returned(card)
    assert [back[name] for name in ("success", "gpinstallment", "transactionid", "amount")] == [
        "false", "0", "none", "13125",
    ]  # fmt: skip
    assert hall.verifies(back) == Verified("N1", f"none-{hall.ticket.md}")
    assert hall.bank.address(hall.ticket, back) == BACK.failure


def test_who_cancels_and_then_pays_brings_two_messages():
    hall = Hall()
    first = hall.verifies(dict(hall.bank.leaves(hall.ticket)))
    assert hall.verifies(hall.returned()).id != first.id


@pytest.mark.parametrize("name", [*RETURN, "hash"])
def test_a_return_with_one_field_changed_missing_or_twice_is_nobodys(name):
    hall = Hall()
    back = hall.returned()
    text = back[name]
    for other in (text[:-1] + ("1" if text[-1] != "1" else "2"), text + "0", "", f" {text}", f"{text}\n", text.upper()):
        if other != text:
            assert isinstance(hall.verifies(back | {name: other}), Rejected), other
    assert hall.verifies({of: value for of, value in back.items() if of != name}) == Rejected("a field is missing")
    for twice in ([*back.items(), (name, text)], [(name, "x"), *back.items()]):
        assert hall.verifies(twice) == Rejected("a field twice")


def test_what_else_is_in_the_address_is_not_looked_at():
    hall = Hall()
    back = hall.returned()
    ours = [("page", "GPayCompletePage"), ("return_token", "t"), *back.items(), ("page", "x"), ("NATIONALIDNO", "é")]
    assert isinstance(hall.verifies(ours), Verified)


def test_a_list_of_signed_fields_in_the_message_is_no_list_of_ours():
    """A whole genuine text in one field of a message that names it as all that is signed."""
    hall = Hall()
    back = hall.returned()
    forged = back | {"orderid": "N2", "hashparams": "genuine", "genuine": "".join(back[name] for name in RETURN)}
    assert hall.verifies(forged) == Rejected("wrong hash")
    for params in ("orderid", "", "gpay:success", "hash"):
        assert isinstance(hall.verifies(forged | {"hashparams": params, "hashparamsval": back["orderid"]}), Rejected)


def test_a_genuine_hash_over_the_fields_that_the_message_names_is_none():
    """The bank signed less, for something else; whoever lists that in a message would choose the amount."""
    hall = Hall()
    covered = "".join(f"{len(text)}:{text}" for text in ("return", "N1"))
    less = hmac.new(SECRET.encode(), covered.encode(), hashlib.sha512).hexdigest()
    forged = hall.returned() | {"amount": "1", "hash": less, "hashparams": "orderid", "hashparamsval": "N1"}
    assert hall.verifies(forged) == Rejected("wrong hash")


def test_no_character_moves_from_one_field_to_the_next():
    hall = Hall("N1")
    back = hall.returned(installments=1)
    for first, second in pairwise(RETURN):
        joined = back[first] + back[second]
        for at in range(len(joined) + 1):
            moved = back | {first: joined[:at], second: joined[at:]}
            assert moved == back or isinstance(hall.verifies(moved), Rejected)
    other = Hall("N12").returned(installments=1)
    assert isinstance(hall.verifies(back | {"orderid": "N12"}), Rejected)
    assert isinstance(hall.verifies(other | {"orderid": "N1", "amount": "2" + other["amount"]}), Rejected)


def test_the_forms_hash_is_no_returns():
    hall = Hall()
    assert hall.verifies(hall.returned() | {"hash": hall.form["hash"]}) == Rejected("wrong hash")


@pytest.mark.parametrize("secret", ["", "another key", "none"])
def test_a_hash_by_another_key_is_wrong(secret):
    hall = Hall()
    back = hall.returned()
    covered = "".join(f"{len(text)}:{text}" for text in ("return", *(back[name] for name in RETURN)))
    genuine = hmac.new(SECRET.encode(), covered.encode(), hashlib.sha512).hexdigest()
    assert back["hash"] == genuine
    forged = hmac.new(secret.encode(), covered.encode(), hashlib.sha512).hexdigest()
    assert hall.verifies(back | {"hash": forged}) == Rejected("wrong hash")


@pytest.mark.parametrize("secrets", [(), ("",), (" ",), (None,), ("right", "")])
def test_a_key_that_anybody_would_guess_keeps_the_bank_from_starting(secrets):
    with pytest.raises(Misconfigured):
        Bank(capabilities=GARANTI, secrets=secrets)


def test_a_return_is_good_for_an_hour():
    hall = Hall()
    back = hall.returned()
    for later, good in ((3_600, True), (3_601, False), (-300, True), (-301, False)):
        hall.now = NOON + timedelta(seconds=later)
        assert isinstance(hall.verifies(back), Verified) is good, later


@pytest.mark.parametrize(
    "odd", ["x" * 1_000_000, "ABCDEF", "é" * 128, "\0" * 128, "ａ" * 128, "\ud800" * 128, "f" * 127, "F" * 128]  # noqa: RUF001  # wide
)  # fmt: skip
def test_an_odd_hash_is_rejected_and_breaks_nothing(odd):
    hall = Hall()
    assert hall.verifies(hall.returned() | {"hash": odd}) == Rejected("hash is not in its format")


def test_a_return_is_a_query_and_nothing_beside():
    hall = Hall()
    back = hall.returned()
    assert hall.verifies(back, body=b"{}") == Rejected("a return and a message at once")
    assert isinstance(hall.verifies(back, headers={"x-bank-signature": "0" * 64}), Verified)
    (message,) = hall.bank.messages("N1")
    assert hall.bank.verify(message).outcome == Captured("B000001", Money("133.22", "TRY"), 3)


def test_a_gateway_without_signed_returns_takes_none():
    hall = Hall()
    back = tuple(hall.returned().items())
    for bank in (Bank(capabilities=HOSTED, secrets=(SECRET,)), RemoteBank("http://127.0.0.1:1", HOSTED)):
        assert bank.verify(Callback(b"", query=back)) == Rejected("unknown parameters")


def test_the_gateway_over_http_knows_the_same_returns():
    hall = Hall()
    back = hall.returned()
    there = RemoteBank("http://127.0.0.1:1", GARANTI, secrets=(SECRET,), clock=lambda: NOON)
    assert there.verify(Callback(b"", query=tuple(back.items()))) == hall.verifies(back)
    assert there.verify(Callback(b"", query=tuple((back | {"amount": "1"}).items()))) == Rejected("wrong hash")


@given(st.data())
def test_whatever_is_made_of_a_genuine_return_is_rejected(data):
    hall = GENUINE
    name = data.draw(st.sampled_from(sorted(hall.back)))
    texts = st.text(max_size=6) | st.sampled_from(["true", "false", "1", "3", "N2", "TRY", "none", "B000002"])
    changed = hall.back | {name: data.draw(texts)}
    for _ in range(data.draw(st.integers(0, 2))):
        changed[data.draw(st.sampled_from(sorted(RETURN)))] = data.draw(texts)
    assert changed == hall.back or isinstance(hall.verifies(changed), Rejected)


GENUINE = Hall()
GENUINE.back = GENUINE.returned()


# ---------------------------------------------------------------- dishonesty


def test_a_return_that_was_changed_on_the_way_is_rejected_and_the_ledger_knows():
    hall = Hall()
    back = hall.returned(magic.TAMPERED)
    assert (back["amount"], back["gpinstallment"]) == ("1", "1")
    assert hall.verifies(back) == Rejected("wrong hash")
    assert hall.bank.inquire("N1") == (Captured("B000001", Money("133.22", "TRY"), 3),)


def test_a_page_that_is_not_honest_signs_instalments_nobody_offered():
    hall = Hall()
    back = hall.returned(magic.UNOFFERED)
    assert isinstance(hall.verifies(back), Verified)
    assert back["gpinstallment"] == "7" not in {str(plan.installments) for plan in PLANS}
    assert hall.bank.inquire("N1") == (Captured("B000001", Money("131.25", "TRY"), 7),)


def test_an_order_number_of_any_allowed_form_can_be_signed():
    bank = Bank(capabilities=evolve(GARANTI, number_max=36))
    number = "A-" + "9" * 34
    bank.start_session(to_choose(number, plans=(Plan(1, Money("0.01", "TRY")),)))
    back = bank.comes_back(bank.ticket())
    assert bank.verify(Callback(b"", query=tuple(back.items()))).number == number
