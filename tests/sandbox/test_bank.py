"""The sandbox's bank: what each magic card does, and what is promised of requests that are sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from checkout_core.effects import (
    Authorised,
    Captured,
    Declined,
    HandedOut,
    NotFound,
    Replayed,
    Reversed,
    UnderReview,
    Unknown,
)
from checkout_core.money import Money
from checkout_core.sandbox import NATIVE, NO_KEYS, ORDER_NUMBER, Bank, BankTimeout, magic

from .payments import AMOUNT, card, order, outcome, returned

EVERY_KIND = pytest.mark.parametrize("kind", [NATIVE, ORDER_NUMBER, NO_KEYS], ids=lambda kind: kind.idempotency)
AT_ONCE = {number: fate for number, fate in magic.MAGIC.items() if fate.proof is None}
PROVEN = {number: fate for number, fate in magic.MAGIC.items() if fate.proof is not None}


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
        "declined": (Declined(fate.code or "none"), 0),
        "authorised": (Authorised("B000001"), 0),
        "review": (UnderReview("B000001"), 1),
        "partial": (Captured("B000001", Money("65.62", "TRY"), 3), 1),
        "overcharged": (Captured("B000001", Money("132.25", "TRY"), 3), 1),
        "late": (Unknown("BankTimeout"), 0),
        "answer_lost": (Unknown("BankTimeout"), 1),
        "request_lost": (Unknown("BankTimeout"), 0),
        "duplicate_number": (Unknown("duplicate_number"), 1),
        "garbage": (Unknown("BankGarbage"), 0),
        "fewer_rewards": (Captured("B000001", AMOUNT, 3), 1),
        "unoffered": (Captured("B000001", AMOUNT, 3), 1),
        "tampered": (Captured("B000001", AMOUNT, 3), 1),
    }[fate.end]
    assert (answer, bank.captures, bank.sends) == (expected, taken, 1)


@pytest.mark.parametrize("number", AT_ONCE)
def test_an_inquiry_knows_what_the_answer_did_not_tell(number):
    bank, fate = Bank(), AT_ONCE[number]
    outcome(bank.sale, order(), card(number))
    found = bank.inquire("N1")
    if bank.rows():
        told = bank.sale(order(), card(number)) if fate.end in {"answer_lost", "duplicate_number"} else None
        assert found == (told or Bank().sale(order(), card(number)),)
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
    assert (
        again
        == {
            "native": first,
            "order_number": Unknown("duplicate_number"),
            "none": Unknown("ticket_used"),
        }[kind.idempotency]
    )
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


@pytest.mark.parametrize("again", [{}, {"amount": Money("1.00", "TRY")}, {"number": "N2"}, {"installments": 1}])
def test_a_key_that_was_declined_is_used_up_whatever_is_asked_with_it(again):
    bank = Bank()
    bank.sale(order(key="k"), card(magic.INSUFFICIENT_FUNDS))
    assert bank.sale(evolve(order(key="k"), **again), card(magic.APPROVED)) == Replayed()
    assert bank.start_three_d(evolve(order(key="k"), **again), card(magic.THREE_D)) == Replayed()
    assert bank.start_session(evolve(order(key="k"), **again)) == Replayed()
    assert (bank.captures, bank.ticket()) == (0, None)


def test_a_key_whose_money_went_back_still_answers_what_it_did_then():
    bank = Bank()
    first = bank.sale(order(), card())
    bank.void(first.reference, "v")
    assert bank.sale(order(), card()) == first
    assert bank.sale(order(installments=6), card()) == Unknown("key_conflict")
    assert bank.captures == 0


def test_a_partial_approval_is_replayed_to_the_request_that_asked_for_the_whole():
    bank = Bank()
    first = bank.sale(order(), card(magic.PARTIAL))
    assert bank.sale(order(), card(magic.PARTIAL)) == first
    assert bank.sale(order(amount=first.amount), card(magic.PARTIAL)) == Unknown("key_conflict")
    assert bank.captures == 1


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


def test_a_key_of_a_sale_starts_no_three_d():
    bank = Bank()
    bank.sale(order("N1"), card())
    bank.sale(order("N2"), card(magic.DECLINED))
    assert bank.start_three_d(order("N1"), card(magic.THREE_D)) == Unknown("key_conflict")
    assert bank.start_three_d(order("N2"), card(magic.THREE_D)) == Replayed()
    assert bank.ticket() is None


def test_a_key_of_a_started_three_d_is_no_sales():
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.sale(order(), card()) == Unknown("key_conflict")
    assert bank.start_session(order()) == Unknown("key_conflict")
    assert bank.captures == 0


def test_a_finished_three_d_is_not_started_again_under_its_key():
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D))
    bank.finish_three_d(order(), returned(bank), None)
    assert bank.start_three_d(order(), card(magic.THREE_D)) == Unknown("key_conflict")
    assert bank.captures == 1


def test_a_number_that_was_declined_may_be_used_again_where_numbers_are_unique():
    bank = Bank(capabilities=ORDER_NUMBER)
    bank.sale(order(), card(magic.DO_NOT_HONOR))
    assert isinstance(bank.sale(order(), card()), Captured)


def test_a_number_whose_money_went_back_is_not_used_again_where_numbers_are_unique():
    bank = Bank(capabilities=ORDER_NUMBER)
    bank.void(bank.sale(order(), card()).reference, "v")
    assert bank.sale(order(), card()) == Unknown("duplicate_number")


def test_an_inquiry_tells_of_every_row_that_stands():
    bank = Bank(capabilities=NO_KEYS)
    bank.sale(order(), card())
    bank.sale(order(), card())
    assert [row.reference for row in bank.inquire("N1")] == ["B000001", "B000002"]


@pytest.mark.parametrize("kind", [evolve(NATIVE, inquiry=False), evolve(NATIVE, void=False)])
def test_a_bank_does_not_answer_what_it_does_not_offer(kind):
    bank = Bank(capabilities=kind)
    bank.sale(order(), card())
    assert isinstance(bank.inquire("N1"), tuple) is kind.inquiry
    assert isinstance(bank.void("B000001", "v"), Reversed) is kind.void
    assert bank.captures == (0 if kind.void else 1)


def test_a_bank_moves_no_real_money_and_says_how_long_a_request_may_take():
    assert Bank().capabilities.sandbox
    assert Bank().capabilities.max_in_flight == timedelta(seconds=60)
    assert Bank(max_in_flight=timedelta(seconds=2)).capabilities == evolve(NATIVE, max_in_flight=timedelta(seconds=2))
