"""Money that goes back: void before it is cleared, refund after, each key effective once, lost answers or not."""

from __future__ import annotations

import pytest
from attrs import evolve

from checkout_core.effects import Authorised, Captured, Declined, NotFound, Reversed, Settled, Unknown
from checkout_core.money import Money
from checkout_core.sandbox import NATIVE, Bank, BankTimeout, magic

from .payments import AMOUNT, card, order, outcome


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


def test_what_is_cleared_is_too_late_to_void_and_takes_a_refund():
    bank = Bank()
    bank.sale(order(), card())
    assert bank.clear("B000001").cleared
    assert [bank.void("B000001", "v") for _ in range(2)] == [Settled("B000001")] * 2
    assert bank.captures == 1
    assert [bank.refund("B000001", AMOUNT, "r") for _ in range(2)] == [Reversed("B000001")] * 2
    assert (bank.captures, [row.state for row in bank.rows()], bank.inquire("N1")) == (0, ["refunded"], NotFound())


def test_a_bank_may_clear_whatever_it_takes_at_once():
    bank = Bank(clears=True)
    bank.sale(order(), card())
    assert bank.void("B000001", "v") == Settled("B000001")


def test_what_went_back_is_reversed_however_it_is_asked_for():
    bank = Bank()
    bank.sale(order(), card())
    bank.void("B000001", "v")
    assert bank.refund("B000001", AMOUNT, "r") == Reversed("B000001")
    assert [row.state for row in bank.rows()] == ["voided"]
    bank.sale(order("N2"), card())
    bank.clear("B000002")
    bank.refund("B000002", AMOUNT, "r2")
    assert bank.void("B000002", "v2") == Reversed("B000002")


def test_a_refund_is_of_the_whole_row_and_of_cleared_money():
    bank = Bank()
    bank.sale(order(), card())
    assert bank.refund("B000001", AMOUNT, "r") == Unknown("not_cleared")
    bank.clear("B000001")
    for amount in (Money("131.24", "TRY"), Money("262.50", "TRY"), Money("131.25", "EUR")):
        assert bank.refund("B000001", amount, "r") == Unknown("amount_mismatch")
    assert bank.captures == 1


def test_a_bank_without_void_refunds_what_is_not_cleared():
    bank = Bank(capabilities=evolve(NATIVE, void=False))
    bank.sale(order(), card())
    assert bank.refund("B000001", AMOUNT, "r") == Reversed("B000001")
    assert bank.captures == 0


def test_a_bank_without_refund_gives_nothing_back_that_is_cleared():
    bank = Bank(capabilities=evolve(NATIVE, refund=False), clears=True)
    bank.sale(order(), card())
    assert bank.refund("B000001", AMOUNT, "r") == Unknown("no_refund")
    assert bank.captures == 1


def test_a_key_that_gave_one_row_back_gives_no_other_back_by_void_or_refund():
    bank = Bank(clears=True)
    bank.sale(order("N1"), card())
    bank.sale(order("N2"), card())
    bank.refund("B000001", AMOUNT, "k")
    assert bank.refund("B000002", AMOUNT, "k") == Unknown("key_conflict")
    assert bank.void("B000002", "k") == Unknown("key_conflict")
    assert bank.captures == 1


@pytest.mark.parametrize("method", ["void", "refund"])
def test_a_lost_answer_does_not_keep_the_money(method):
    bank = Bank(clears=method == "refund")
    bank.sale(order(), card())
    given = ("B000001", "k") if method == "void" else ("B000001", AMOUNT, "k")
    bank.answers_lost = {method}
    with pytest.raises(BankTimeout):
        getattr(bank, method)(*given)
    assert bank.captures == 0
    bank.answers_lost = frozenset()
    assert getattr(bank, method)(*given) == Reversed("B000001")
    assert [row.state for row in bank.rows()] == ["voided" if method == "void" else "refunded"]


def test_money_that_is_kept_can_be_let_go_and_is_then_not_taken():
    bank = Bank()
    assert bank.sale(order(), card(magic.AUTHORISED)) == Authorised("B000001")
    assert bank.void("B000001", "v") == Reversed("B000001")
    with pytest.raises(LookupError, match="authorised"):
        bank.settle("B000001")
    assert (bank.captures, bank.inquire("N1")) == (0, NotFound())


def test_what_was_taken_by_mistake_goes_back_as_it_was_taken():
    bank = Bank(clears=True)
    bank.sale(order(), card(magic.OVERCHARGED))
    assert bank.refund("B000001", AMOUNT, "r") == Unknown("amount_mismatch")
    assert bank.refund("B000001", Money("132.25", "TRY"), "r") == Reversed("B000001")


def test_the_row_that_stands_beside_one_that_went_back_is_the_one_an_inquiry_tells():
    bank = Bank(capabilities=evolve(NATIVE, idempotency="none"))
    bank.sale(order(), card())
    bank.sale(order(), card())
    bank.void("B000001", "v")
    assert bank.inquire("N1") == (Captured("B000002", AMOUNT, 3),)


def test_the_operator_touches_no_row_that_is_not_there_or_was_declined():
    bank = Bank()
    outcome(bank.sale, order(), card(magic.DECLINED))
    assert bank.inquire("N1") == Declined("declined")
    for act in (bank.clear, bank.settle, bank.accepts, bank.refuses):
        for reference in ("B000001", "B000009"):
            with pytest.raises(LookupError, match=reference):
                act(reference)
