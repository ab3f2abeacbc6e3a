"""The bank's own pages: a session on which the buyer pays, and 3-D Secure that takes the money by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from checkout_core.effects import Cancelled, Captured, Declined, HandedOut, NotFound, Replayed, UnderReview, Unknown
from checkout_core.money import Money
from checkout_core.sandbox import NATIVE, NO_KEYS, ORDER_NUMBER, Bank, magic

from .payments import AMOUNT, card, order, outcome, returned

PROVIDER = evolve(NATIVE, last_call="provider")
PAID = Captured("B000001", AMOUNT, 3)
QUARTER = timedelta(minutes=15)


def session(bank, of=None):
    bank.start_session(of or order())
    return bank.ticket()


class Clock:
    def __init__(self):
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


# ---------------------------------------------------------------- a session


def test_a_session_is_a_page_and_takes_nothing_until_the_buyer_pays_there():
    bank = Bank()
    handed = bank.start_session(order())
    assert isinstance(handed, HandedOut)
    assert set(handed.given) == {"url", "session"} <= bank.capabilities.handed
    assert (bank.captures, bank.sends, bank.inquire("N1")) == (0, 1, NotFound())
    row = bank.pays(bank.ticket())
    assert (row.reference, row.amount, row.last_four, row.state) == ("B000001", AMOUNT, "0009", "captured")
    assert (bank.captures, bank.inquire("N1")) == (1, (PAID,))


def test_a_session_is_paid_once():
    bank = Bank()
    ticket = session(bank)
    assert [row and row.reference for row in (bank.pays(ticket), bank.pays(ticket))] == ["B000001", None]
    assert bank.captures == 1


@pytest.mark.parametrize(
    ("number", "taken", "found"),
    [
        (magic.APPROVED, 1, (PAID,)),
        (magic.THREE_D, 1, (PAID,)),
        (magic.TIMEOUT_TAKEN, 1, (PAID,)),
        (magic.UNDER_REVIEW, 1, (UnderReview("B000001"),)),
        (magic.PARTIAL, 1, (Captured("B000001", Money("65.62", "TRY"), 3),)),
        (magic.INSUFFICIENT_FUNDS, 0, Declined("insufficient_funds")),
        (magic.THREE_D_FAILED, 0, Declined("three_d_failed")),
        ("4929123412341232", 0, Declined("test_mode_live_card")),
        (magic.TIMEOUT_NOT_TAKEN, 0, NotFound()),
        (magic.THREE_D_ABANDONED, 0, NotFound()),
        (magic.GARBAGE, 0, NotFound()),
    ],
)
def test_what_a_card_does_it_does_on_the_page_too(number, taken, found):
    bank = Bank()
    bank.pays(session(bank), number)
    assert (bank.captures, bank.inquire("N1")) == (taken, found)


def test_the_browser_comes_back_with_the_session_and_a_claim():
    bank = Bank()
    ticket = session(bank)
    assert bank.leaves(ticket) == {"session": ticket.md, "success": "false"}
    assert bank.captures == 0
    assert bank.comes_back(ticket) == bank.leaves(ticket) == {
        "session": ticket.md, "success": "true", "installment_count": "3", "interest_fee": "0.00",
        "transaction_id": "B000001",
    }  # fmt: skip
    assert bank.captures == 1


@pytest.mark.parametrize("number", [magic.TIMEOUT_TAKEN, magic.TIMEOUT_TAKEN_LATE, magic.THREE_D_ABANDONED])
def test_a_buyer_may_pay_and_not_come_back(number):
    bank = Bank()
    assert bank.comes_back(session(bank), number) is None


def test_a_decline_ends_the_session():
    bank = Bank()
    ticket = session(bank)
    bank.pays(ticket, magic.DO_NOT_HONOR)
    assert bank.pays(ticket) is None
    assert bank.captures == 0


def test_the_same_key_gets_the_same_session():
    bank = Bank()
    assert bank.start_session(order()) == bank.start_session(order())
    assert bank.start_session(order(installments=6)) == Unknown("key_conflict")
    assert bank.start_three_d(order(), card(magic.THREE_D)) == Unknown("key_conflict")


@pytest.mark.parametrize(("kind", "sessions"), [(NO_KEYS, 2), (ORDER_NUMBER, 2)])
def test_without_keys_every_request_makes_a_session(kind, sessions):
    bank = Bank(capabilities=kind)
    assert len({bank.start_session(order()).given["session"] for _ in range(2)}) == sessions


def test_a_number_that_has_taken_money_gets_no_session_where_numbers_are_unique():
    bank = Bank(capabilities=ORDER_NUMBER)
    bank.sale(order(), card())
    assert bank.start_session(order()) == Unknown("duplicate_number")


def test_a_bank_without_sessions_says_so():
    bank = Bank(capabilities=evolve(NATIVE, kinds=frozenset({"sale"})))
    assert bank.start_session(order()) == Unknown("no_session")
    assert (bank.ticket(), bank.sends) == (None, 1)


# ---------------------------------------------------------------- closed


def test_a_closed_session_takes_no_money():
    bank = Bank()
    ticket = session(bank)
    assert [bank.cancel_session(order()) for _ in range(2)] == [Cancelled()] * 2
    assert bank.pays(ticket) is None
    assert (bank.captures, bank.inquire("N1")) == (0, Cancelled())
    assert (bank.start_session(order()), bank.sale(order(), card())) == (Replayed(), Replayed())


def test_a_session_that_was_paid_is_not_closed():
    bank = Bank()
    bank.pays(session(bank))
    assert bank.cancel_session(order()) == Unknown("paid")
    assert bank.inquire("N1") == (PAID,)


def test_a_session_that_was_declined_is_closed_already():
    bank = Bank()
    bank.pays(session(bank), magic.DECLINED)
    assert bank.cancel_session(order()) == Cancelled()
    assert bank.inquire("N1") == Declined("declined")


def test_what_the_bank_has_not_heard_of_cannot_be_closed():
    bank = Bank()
    session(bank)
    assert bank.cancel_session(order("N2")) == Unknown("no_such_session")
    assert bank.cancel_session(order(amount=Money("1.00", "TRY"))) == Unknown("no_such_session")
    assert bank.ticket().state == "open"


def test_every_session_of_a_payment_is_closed_at_once():
    bank = Bank(capabilities=NO_KEYS)
    first, second = session(bank), session(bank)
    bank.cancel_session(order())
    assert (bank.pays(first), bank.pays(second)) == (None, None)


def test_a_bank_that_cannot_close_says_so_and_leaves_the_page_open():
    bank = Bank(capabilities=evolve(NATIVE, cancel=False))
    ticket = session(bank)
    assert bank.cancel_session(order()) == Unknown("no_cancel")
    assert bank.pays(ticket) is not None


def test_a_closed_three_d_takes_no_money_by_the_last_call():
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.cancel_session(order()) == Cancelled()
    assert bank.finish_three_d(order(), returned(bank), None) == Declined("three_d_abandoned")
    assert bank.captures == 0


@pytest.mark.parametrize("kind", [NATIVE, PROVIDER], ids=["shop", "provider"])
def test_what_was_handed_out_is_over_after_its_time(kind):
    clock = Clock()
    bank = Bank(capabilities=kind, clock=clock)
    bank.start_session(order("N1"))
    bank.start_three_d(order("N2"), card(magic.THREE_D))
    clock.now += QUARTER
    assert bank.inquire("N1") == bank.inquire("N2") == NotFound()
    clock.now += timedelta(seconds=1)
    assert (bank.pays(bank.ticket("N1")), bank.inquire("N1")) == (None, Cancelled())
    assert bank.inquire("N2") == Cancelled()
    late = bank.finish_three_d(order("N2"), returned(bank, "N2"), None)
    assert late == (Declined("three_d_abandoned") if kind is NATIVE else Unknown("not_paid"))
    assert bank.captures == 0


# ---------------------------------------------------------------- 3-D Secure that takes the money by itself


def test_the_issuers_page_has_taken_the_money_before_anybody_asks():
    bank = Bank(capabilities=PROVIDER)
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.captures == 0
    back = returned(bank)
    assert bank.captures == 1
    assert [bank.finish_three_d(order(), back, None) for _ in range(2)] == [PAID] * 2
    assert bank.captures == 1


def test_a_buyer_who_has_paid_and_is_lost_has_paid():
    bank = Bank(capabilities=PROVIDER)
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.pays(bank.ticket()).reference == "B000001"
    assert bank.inquire("N1") == (PAID,)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (magic.THREE_D_FAILED, Declined("three_d_failed")),
        (magic.THREE_D_INSUFFICIENT_FUNDS, Declined("insufficient_funds")),
        (magic.THREE_D_TIMEOUT_TAKEN, PAID),
        (magic.THREE_D_TIMEOUT_NOT_TAKEN, Unknown("not_paid")),
        (magic.THREE_D_ABANDONED, Unknown("not_paid")),
    ],
)
def test_the_last_call_only_tells(number, told):
    bank = Bank(capabilities=PROVIDER)
    bank.start_three_d(order(), card(number))
    bank.comes_back(bank.ticket())
    before = bank.rows(), bank.refusals()
    assert bank.finish_three_d(order(), {"md": bank.ticket().md}, None) == told
    assert (bank.rows(), bank.refusals()) == before


@pytest.mark.parametrize("claims", [{}, {"md": "guessed"}, {"md": "", "success": "true", "mdStatus": "1"}])
def test_a_forged_return_neither_takes_the_money_nor_the_buyers_chance_to_pay(claims):
    bank = Bank(capabilities=PROVIDER)
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.finish_three_d(order(), claims, None) == Unknown("callback_rejected")
    assert bank.captures == 0
    assert bank.finish_three_d(order(), returned(bank), None) == PAID


def test_a_return_tells_nothing_of_another_payment():
    bank = Bank(capabilities=PROVIDER)
    bank.start_three_d(order("N1"), card(magic.THREE_D))
    bank.start_three_d(order("N2"), card(magic.THREE_D))
    assert bank.finish_three_d(order("N2"), returned(bank, "N1"), None) == Unknown("callback_rejected")


def test_a_buyer_who_goes_through_a_page_that_takes_no_money_has_not_paid():
    bank = Bank()
    bank.start_three_d(order(), card(magic.THREE_D))
    assert bank.pays(bank.ticket()) is None
    assert bank.captures == 0


def test_a_session_is_no_three_d():
    bank = Bank()
    ticket = session(bank)
    assert bank.finish_three_d(order(), {"md": ticket.md}, None) == Unknown("not_paid")
    assert (bank.rows(), bank.refusals()) == ((), ())


@pytest.mark.parametrize("given", [None, card(magic.APPROVED)])
def test_a_bank_that_needs_the_card_twice_takes_nothing_without_the_same_one(given):
    bank = Bank(capabilities=evolve(NATIVE, card_twice=True))
    bank.start_three_d(order(), card(magic.THREE_D))
    assert outcome(bank.finish_three_d, order(), returned(bank), given) == Unknown("card_needed")
    assert (bank.captures, bank.calls()[-1].method) == (0, "finish_three_d")
    assert bank.finish_three_d(order(), returned(bank), card(magic.THREE_D)) == PAID
