"""The code of a transfer, wherever the buyer reads it, and wherever the shop matches it."""

from __future__ import annotations

from checkout_core import evolve
from checkout_core.http._telling import of_the_order
from checkout_core.integrations import LETTERS
from checkout_core.wire import order_json

from .kit import Shop


def test_mail_page_and_order_name_the_code_as_the_reference():
    shop = Shop()
    order = shop.order(shop.orders())
    number = order.placed.number
    assert "reference_code" not in order_json(order)
    told = evolve(order, payment=evolve(order.payment, reference_code="REF-17"))
    assert order_json(told)["reference_code"] == "REF-17"
    assert ("Reference", "REF-17") in of_the_order(told, told.placed, "en")["transfer"]
    assert "Reference: REF-17" in LETTERS["order_placed"](told, number, "The Shop")[1]


def test_the_mail_of_a_paid_order_names_the_order_and_not_the_payment():
    shop = Shop()
    key = shop.orders()
    shop.pays(key)
    number = shop.order(key).placed.number
    subject, text = LETTERS["order_paid"](shop.payer(key), number, "The Shop")
    assert number in subject
    assert "65.00 TRY" in text
