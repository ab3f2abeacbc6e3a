"""What goes wrong at the bank when a test says so: late requests, lost answers, reviews, an inquiry that lags."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from checkout_core.effects import (
    Authorised,
    Cancelled,
    Captured,
    Declined,
    HandedOut,
    NotFound,
    Replayed,
    UnderReview,
    Unknown,
)
from checkout_core.sandbox import (
    MATRIX,
    NATIVE,
    NO_KEYS,
    ORDER_NUMBER,
    PRESETS,
    Bank,
    BankGarbage,
    BankTimeout,
    magic,
    preset,
)
from checkout_core.shop import Misconfigured

from .payments import AMOUNT, card, order, outcome, returned

PAID = Captured("B000001", AMOUNT, 3)
START = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


# ---------------------------------------------------------------- late


def test_a_late_request_takes_the_money_when_it_arrives():
    bank = Bank()
    assert outcome(bank.sale, order(), card(magic.TIMEOUT_TAKEN_LATE)) == Unknown("BankTimeout")
    assert (bank.captures, bank.inquire("N1")) == (0, NotFound())
    assert (bank.arrives(), bank.captures, bank.inquire("N1")) == (1, 1, (PAID,))
    assert (bank.arrives(), bank.captures) == (0, 1)


def test_a_request_arrives_within_the_time_that_was_promised():
    bank = Bank(clock=lambda: START, late_by=MINUTE / 2)
    outcome(bank.sale, order(), card(magic.TIMEOUT_TAKEN_LATE))
    assert [bank.arrives(START + after) for after in (MINUTE / 3, MINUTE / 2)] == [0, 1]
    with pytest.raises(Misconfigured, match="late_by"):
        Bank(late_by=MINUTE * 2)


def test_what_arrives_when_nobody_looks_has_arrived_in_its_time():
    now = [START]
    bank = Bank(clock=lambda: now[0], lag=MINUTE)
    bank.start_session(order("N2"))
    outcome(bank.sale, order(), card(magic.TIMEOUT_TAKEN_LATE))
    now[0] += MINUTE * 14.5
    bank.pays(bank.ticket("N2"), magic.TIMEOUT_TAKEN_LATE)
    now[0] += MINUTE
    bank.arrives(now[0])
    assert bank.inquire("N1") == (PAID,)
    assert bank.inquire("N2") == Cancelled(), "the page was closed when its payment arrived"


@pytest.mark.parametrize("method", ["sale", "finish_three_d"])
def test_any_request_for_money_can_be_made_late(method):
    bank = Bank()
    bank.start_three_d(order("N1"), card(magic.THREE_D))
    bank.late = {method}
    given = (order("N2"), card()) if method == "sale" else (order("N1"), returned(bank), None)
    with pytest.raises(BankTimeout):
        getattr(bank, method)(*given)
    assert bank.captures == 0
    assert (bank.arrives(), bank.captures) == (1, 1)


@pytest.mark.parametrize("method", ["start_three_d", "start_session"])
def test_a_late_start_hands_out_what_nobody_hears_of(method):
    bank = Bank()
    bank.late = {method}
    given = (order(), card(magic.THREE_D)) if method == "start_three_d" else (order(),)
    assert outcome(getattr(bank, method), *given) == Unknown("BankTimeout")
    assert bank.ticket() is None
    assert (bank.arrives(), bank.ticket().number, bank.captures) == (1, "N1", 0)
    bank.late = frozenset()
    assert getattr(bank, method)(*given).given.keys() >= {"url"}


def test_void_and_refund_are_never_late():
    bank = Bank()
    bank.sale(order(), card())
    bank.late = {"void"}
    bank.void("B000001", "v")
    assert bank.captures == 0


@pytest.mark.parametrize(
    ("kind", "taken"), [(NATIVE, 1), (ORDER_NUMBER, 1), (NO_KEYS, 2)], ids=lambda kind: str(kind)[:5]
)
def test_a_late_request_meets_the_one_that_was_sent_after_it(kind, taken):
    bank = Bank(capabilities=kind)
    outcome(bank.sale, order(), card(magic.TIMEOUT_TAKEN_LATE))
    assert bank.sale(order(), card()) == PAID
    bank.arrives()
    assert bank.captures == taken


def test_a_late_request_survives_the_process_that_sent_it(tmp_path):
    outcome(Bank(tmp_path / "bank.sqlite").sale, order(), card(magic.TIMEOUT_TAKEN_LATE))
    again = Bank(tmp_path / "bank.sqlite")
    assert (again.arrives(), again.captures, again.rows()[0].last_four) == (1, 1, "0181")


def test_a_late_last_call_of_three_d_uses_its_ticket_once():
    bank = Bank(capabilities=NO_KEYS)
    bank.start_three_d(order(), card(magic.THREE_D_TIMEOUT_TAKEN_LATE))
    back = returned(bank)
    for _ in range(2):
        outcome(bank.finish_three_d, order(), back, None)
    assert (bank.arrives(), bank.captures) == (2, 1)


def test_a_buyer_may_have_paid_on_the_banks_page_and_the_bank_hears_of_it_later():
    bank = Bank()
    bank.start_session(order())
    assert bank.pays(bank.ticket(), magic.TIMEOUT_TAKEN_LATE) is None
    assert bank.captures == 0
    assert (bank.arrives(), bank.captures) == (1, 1)


def test_what_arrives_at_a_page_that_was_closed_meanwhile_takes_nothing():
    bank = Bank()
    bank.start_session(order())
    bank.pays(bank.ticket(), magic.TIMEOUT_TAKEN_LATE)
    assert bank.cancel_session(order()) == Cancelled()
    assert (bank.arrives(), bank.captures, bank.inquire("N1")) == (1, 0, Cancelled())


# ---------------------------------------------------------------- lost


@pytest.mark.parametrize("method", ["sale", "start_three_d", "start_session", "inquire", "cancel_session"])
def test_an_answer_can_be_lost_of_a_request_that_took_effect(method):
    bank = Bank()
    given = {
        "sale": (order(), card()), "start_three_d": (order(), card(magic.THREE_D)), "start_session": (order(),),
        "inquire": ("N1",), "cancel_session": (order(),),
    }[method]  # fmt: skip
    bank.answers_lost = {method}
    with pytest.raises(BankTimeout):
        getattr(bank, method)(*given)
    assert bank.captures == (method == "sale")
    assert (bank.ticket() is not None) == method.startswith("start")


@pytest.mark.parametrize("method", ["sale", "void", "inquire"])
def test_an_answer_can_be_garbled_of_a_request_that_took_no_effect(method):
    bank = Bank()
    bank.sale(order("N0"), card())
    bank.garbled = {method}
    given = {"sale": (order(), card()), "void": ("B000001", "v"), "inquire": ("N0",)}[method]
    with pytest.raises(BankGarbage):
        getattr(bank, method)(*given)
    assert bank.captures == 1


# ---------------------------------------------------------------- kept, and looked at


def test_what_is_kept_is_taken_when_the_bank_settles_it():
    bank = Bank()
    assert bank.sale(order(), card(magic.AUTHORISED)) == Authorised("B000001")
    assert (bank.captures, bank.inquire("N1")) == (0, (Authorised("B000001"),))
    assert bank.settle("B000001").state == "captured"
    assert (bank.captures, bank.inquire("N1")) == (1, (PAID,))
    assert bank.sale(order(), card(magic.AUTHORISED)) == PAID


@pytest.mark.parametrize(
    ("decide", "taken", "found"), [(Bank.accepts, 1, (PAID,)), (Bank.refuses, 0, Declined("declined"))]
)
def test_a_review_ends_with_money_that_stands_or_went_back(decide, taken, found):
    bank = Bank()
    assert bank.sale(order(), card(magic.UNDER_REVIEW)) == UnderReview("B000001")
    assert (bank.captures, bank.inquire("N1")) == (1, (UnderReview("B000001"),))
    decide(bank, "B000001")
    assert (bank.captures, bank.inquire("N1")) == (taken, found)
    with pytest.raises(LookupError, match="review"):
        decide(bank, "B000001")


def test_a_review_that_was_refused_had_taken_money_so_its_key_is_not_free():
    bank = Bank()
    bank.sale(order(), card(magic.UNDER_REVIEW))
    bank.refuses("B000001")
    again = bank.sale(order(), card())
    assert not isinstance(again, Replayed)
    assert bank.captures == 0


# ---------------------------------------------------------------- lag


@pytest.mark.parametrize("promise", [{"lag": MINUTE}, {"capabilities": evolve(NATIVE, lag=MINUTE)}])
def test_an_inquiry_lags_as_long_as_the_bank_promises_and_no_longer(promise):
    now = [START]
    bank = Bank(**promise, clock=lambda: now[0])
    assert bank.capabilities.lag == MINUTE
    bank.sale(order("N1"), card())
    bank.sale(order("N2"), card(magic.DECLINED))
    now[0] += MINUTE - timedelta(seconds=1)
    assert bank.inquire("N1") == bank.inquire("N2") == NotFound()
    now[0] += timedelta(seconds=1)
    assert (bank.inquire("N1"), bank.inquire("N2")) == ((PAID,), Declined("declined"))


# ---------------------------------------------------------------- promises


def test_every_preset_can_do_everything_and_they_differ_in_what_is_sent_twice():
    assert {able.idempotency for able in PRESETS.values()} == {"native", "order_number", "none"}
    for able in PRESETS.values():
        assert able.void
        assert able.refund
        assert able.cancel
        assert able.kinds == {"sale", "three_d", "session"}
        assert (able.callback, able.sandbox) == ("full", True)


def test_the_matrix_has_every_combination_once():
    assert len({(able.idempotency, able.callback, able.last_call) for able in MATRIX}) == len(MATRIX) == 18


def test_a_preset_may_promise_something_else():
    able = preset("no_keys", callback="none", last_call="provider", lag=MINUTE, in_flight=MINUTE * 9, gives_back="void")
    assert able == evolve(
        NO_KEYS, callback="none", last_call="provider", lag=MINUTE, max_in_flight=MINUTE * 9, refund=False
    )
    assert not preset("native", gives_back="refund").void
    with pytest.raises(KeyError):
        preset("nobody")


@pytest.mark.parametrize("able", MATRIX, ids=lambda able: f"{able.idempotency}-{able.callback}-{able.last_call}")
def test_whatever_is_promised_a_buyer_who_pays_has_paid_once_and_is_told_so(able):
    bank = Bank(capabilities=able)
    bank.sale(order("N1"), card())
    assert isinstance(bank.start_three_d(order("N2"), card(magic.THREE_D)), HandedOut)
    bank.finish_three_d(order("N2"), returned(bank, "N2"), None)
    bank.start_session(order("N3"))
    bank.comes_back(bank.ticket("N3"))
    assert bank.captures == 3
    for n, message in enumerate(bank.messages(), 1):
        told = bank.verify(message)
        expected = None if able.callback == "none" else Captured(f"B00000{n}", AMOUNT, 3)
        assert (told.number, told.outcome) == (f"N{n}", expected)
