"""Whoever refuses at the bank, comes back, or presses twice pays once or not at all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .visitor import CARD


def at_the_bank(guest):
    """The order number there."""
    guest.comes_to_pay()
    guest.presses("Place the order")
    guest.sees("Confirm your payment")
    return guest.page.get_by_text(re.compile(r"^[0-9A-F]{15,}$")).inner_text()


def test_who_refuses_at_the_bank_reads_why_and_pays_by_transfer(enters, shop):
    guest = enters("refused")
    number = at_the_bank(guest)
    guest.presses("Refuse")
    guest.page.wait_for_url(f"{shop.url}**")
    guest.looks("back-in-the-shop")
    expect(guest.page.get_by_role("alert")).to_contain_text(re.compile("bank", re.IGNORECASE))
    guest.follows("Way to pay")
    guest.sees("Way to pay")
    guest.chooses("Bank transfer")
    guest.presses("Continue")
    guest.sees("Bank account")
    guest.looks("bank-account")
    guest.presses("Continue")
    guest.sees("Bank transfer")
    guest.looks("transfer")
    guest.page.get_by_role("checkbox", name="I have read").check()
    guest.presses("Place the order")
    guest.sees("Your order")
    guest.looks("order")
    expect(guest.page.get_by_role("heading", name="Please transfer the money")).to_be_visible()
    assert [state for state, *_ in shop.payments(number)] in ([], ["declined"])


@pytest.mark.parametrize("way", ["its-button", "the-browser"])
def test_who_comes_back_from_the_bank_pays_with_another_card(enters, shop, way):
    guest = enters(f"back-by-{way}")
    first = at_the_bank(guest)
    if way == "its-button":
        guest.presses("Go back to the shop without paying")
    else:
        guest.page.go_back()
    guest.sees("Pay by card")
    guest.looks("back-in-the-shop")
    guest.follows("Your card")
    guest.names_a_card(CARD, "6 instalments")
    guest.fills_the_card(CARD)
    guest.presses("Place the order")
    guest.sees("Your order")
    guest.looks("order")
    assert shop.payments(guest.number)[-1:] == [("captured", 10355, 6)]
    captures = [
        payment for number in {first, guest.number} for payment in shop.payments(number) if payment[0] == "captured"
    ]
    assert len(captures) == 1


def test_a_double_click_on_pay_takes_the_money_once(enters, shop):
    guest = enters("double-click")
    guest.comes_to_pay(CARD, "3 instalments")
    guest.page.get_by_role("button", name="Place the order").dblclick()
    guest.sees("Your order")
    guest.looks("order")
    assert shop.payments(guest.number) == [("captured", 9975, 3)]
