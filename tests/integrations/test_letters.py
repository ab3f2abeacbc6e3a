"""What the core's mails say."""

from __future__ import annotations

import pytest

from checkout_core.effects import Refused
from checkout_core.integrations import LETTERS
from checkout_core.order import Capture, evolve
from checkout_core.stores import MemoryStore

from .kit import Till

WHY = "changed"


def _order(story="card"):
    till = Till(MemoryStore())
    return till.order(till.paid(story))


def _text(template, order, number=None):
    return LETTERS[template](order, number or order.number, "The Shop")


def test_an_order_is_told_with_what_was_bought_and_what_it_costs():
    order = _order()
    subject, text = _text("order_placed", order)
    (line,) = order.basket.lines
    assert subject == f"Your order {order.number} at The Shop"
    assert f"2 x {line.name}: {line.amount} TRY\n" in text
    assert f"Shipping: {order.totals.shipping} TRY\n" in text
    assert f"Total: {order.placed.total} TRY\n" in text
    assert [word for word in ("IBAN", "arrived", "transfer") if word in text] == []


def test_an_order_to_be_paid_by_transfer_says_where_to_and_how_much():
    order = _order("transfer")
    _, text = _text("order_placed", order)
    account = order.payment.bank_account
    assert order.placed.status == 300
    assert f"Please transfer: {order.placed.total} TRY\n" in text
    assert f"To: {account.holder_name}, {account.bank.name}\n" in text
    (iban,) = (line.removeprefix("IBAN: ") for line in text.splitlines() if line.startswith("IBAN: "))
    assert iban.replace(" ", "") == account.iban.replace(" ", "")
    assert iban.startswith(f"{account.iban[:4]} ")
    assert f"Reference: {order.number}\n" in text


def test_an_order_that_waits_for_its_money_without_an_account_names_none():
    order = _order("transfer")
    _, text = _text("order_placed", order.put(evolve(order.payment, bank_account=None)))
    assert "Your order is sent when your money has arrived." in text
    assert "IBAN" not in text


def _given_back(order, *, stands, reversal="done"):
    (a,) = order.attempts
    rows = tuple(
        Capture(reference, order.placed.total, 1, how, WHY) for reference, how in (("B1", reversal), ("B2", None))
    )
    return evolve(order, attempts=(evolve(a, captures=rows),), placed=order.placed if stands else None)


def test_money_that_went_back_is_told_with_its_sum():
    order = _order()
    subject, text = _text("payment_reversed", _given_back(order, stands=False))
    assert subject == "Your money is on its way back from The Shop"
    assert f"{order.placed.total} TRY of payment {order.number} at The Shop" in text
    assert "No order was placed." in text


def test_beside_an_order_that_stands_that_is_said():
    order = _order()
    _, text = _text("payment_reversed", _given_back(order, stands=True))
    assert f"Your order {order.number} stands" in text


def test_nobody_is_told_of_money_that_is_still_to_go_back():
    with pytest.raises(Refused, match="nothing_reversed"):
        _text("payment_reversed", _given_back(_order(), stands=True, reversal="refund"))


def test_nobody_is_thanked_for_an_order_that_does_not_stand():
    with pytest.raises(Refused, match="no_order"):
        _text("order_placed", evolve(_order(), placed=None))
