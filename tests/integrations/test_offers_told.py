"""Mails, hooks and terminals tell what offers, gifts, points and loyalty money do to an order; of others not a word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from checkout_core import Money
from checkout_core.cli._order import show_order
from checkout_core.cli._paper import Paper
from checkout_core.integrations import LETTERS
from checkout_core.integrations.hooks import payload
from checkout_core.labels import costs, sum_of
from checkout_core.sandbox import Bank
from tests.records.checkouts import by_transfer, placed, promoted

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NEVER = ("Ten off", "Bags", "ift box", "points", "oyalty", "To pay", "Paid")


def letter(order):
    return LETTERS["order_placed"](order, order.number, "The Shop")[1]


def told(order):
    return payload("order.placed", order.number, "msg_1", order, NOW)


@pytest.fixture
def paper(capsys, monkeypatch):
    """What a terminal prints of an order."""
    monkeypatch.setenv("COLUMNS", "200")

    def printed(order):
        show_order(Paper(), order, Bank())
        return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    return printed


def waiting(order):
    """The same order, to be paid by transfer."""
    return evolve(
        order, payment=by_transfer().payment, placed=evolve(order.placed, status=300, receipt="funds_transfer")
    )


def test_a_letter_says_each_sum_by_name_and_what_was_paid():
    order = promoted()
    sums = order.placed.totals

    assert letter(order).split("\n\n")[1].splitlines() == [
        *(f"{line.quantity} x {line.name}: {line.amount} TRY" for line in order.basket.lines),
        "1 x Scent: a sample",
        "In a gift box",
        "Ten off: -10.00 TRY",
        "Shipping: 29.90 TRY",
        "Free shipping: -29.90 TRY",
        f"Bags: {sums.bags} TRY",
        "Gift box: 5.00 TRY",
        f"Interest: {sums.interest} TRY",
        f"Total: {sums.total} TRY",
        "Loyalty points: -2.00 TRY",
        "Loyalty money: -4.00 TRY",
        f"Paid: {order.placed.plan.amount} TRY",
    ]


def test_what_is_to_be_transferred_is_what_loyalty_money_left():
    order = waiting(promoted())
    text = letter(order)

    assert f"Please transfer: {order.placed.plan.amount} TRY\n" in text
    assert f"To pay: {order.placed.plan.amount} TRY" in text
    assert order.placed.plan.amount == order.placed.total - Money("6.00", "TRY")


def test_an_offer_that_is_called_as_a_sum_of_ours_is_told_all_the_same():
    order = promoted()
    (ten, free) = order.discounts.applied
    called = evolve(order.discounts, applied=(evolve(ten, name="Goods"), free))

    assert "Goods: -10.00 TRY" in letter(evolve(order, discounts=called))


def test_an_order_without_any_of_it_is_told_as_ever(paper):
    order = placed()
    text, sums = letter(order), order.placed.totals

    assert text.split("\n\n")[1].splitlines()[-2:] == ["Shipping: 29.90 TRY", f"Total: {sums.total} TRY"]
    assert [word for word in NEVER if word in text] == []
    assert told(order).keys() == {"id", "type", "at", "number", "total", "currency", "status", "receipt"}
    assert sum_of(sums) == (
        f"lines {sums.lines} + shipping {sums.shipping} + interest {sums.interest} = {sums.total} TRY"
    )
    assert {line.split(" ")[0] for line in paper(order)} & {
        "offer",
        "sample",
        "gift",
        "bags",
        "points",
        "loyalty",
    } == set()


def test_a_hook_says_what_made_it_cheaper_dearer_and_what_was_left_to_pay():
    order = promoted()
    added = told(order).keys() - told(placed()).keys()

    assert {name: told(order)[name] for name in added} == {
        "discounts": [
            {"name": "Ten off", "amount": "10.00", "shipping": "0.00"},
            {"name": "Free shipping", "amount": "0.00", "shipping": "29.90"},
        ],
        "bags": str(order.placed.totals.bags),
        "gift_box": "5.00",
        "loyalty_points": "2.00",
        "loyalty_money": "4.00",
        "payable": str(order.placed.plan.amount),
    }
    assert told(order)["total"] == str(order.placed.total)


def test_a_hook_tells_neither_codes_nor_cards_nor_words_of_the_buyer():
    text = repr(told(promoted()))

    assert [word for word in ("WELCOME", "C-1", "birthday", "floor", "ada@") if word in text] == []


def test_a_hook_about_money_that_went_back_tells_of_that_only():
    order = promoted()
    (a,) = order.attempts
    gone = evolve(order, attempts=(evolve(a, captures=(evolve(a.captures[0], reversal="done"),)),))

    assert payload("payment.reversed", a.number, "msg_1", gone, NOW).keys() == told(placed()).keys()


def test_a_terminal_says_what_went_with_the_goods_and_how_it_was_come_by(paper):
    lines = paper(promoted())

    for line in (
        "offer Ten off, 10.00 TRY off the goods, code WELCOME",
        "offer Free shipping, 29.90 TRY off shipping, coupon 101",
        "sample Scent (SMP-1)",
        'gift box 5.00 TRY, "Happy birthday"',
        'answers {"floor": 3}',
        "points 2.00 TRY",
        "loyalty 3.00 TRY of Gifts",
        "loyalty 1.00 TRY of money without a label",
    ):
        assert line in lines
    (total,) = (line for line in lines if line.startswith("total"))
    assert "points 2.00 and loyalty money 4.00 of it, to pay" in total


def test_the_rows_of_what_it_costs_come_to_the_total_and_then_to_what_is_left():
    order = promoted()
    rows = costs(order, order.placed.totals)
    kinds = [row.kind for row in rows]
    total, payable = kinds.index("total"), kinds.index("payable")

    assert sum(row.amount.minor for row in rows[:total]) == rows[total].amount.minor
    assert (
        rows[total].amount.minor + sum(row.amount.minor for row in rows[total + 1 : payable])
        == rows[payable].amount.minor
    )
    assert rows[payable].amount == order.placed.plan.amount
