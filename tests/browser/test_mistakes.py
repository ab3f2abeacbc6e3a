"""What a person sees who has left something out or typed it wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE
from .keyboard import FOCUSED
from .visitor import CARD

WRONG = "5421190000000000"  # fails Luhn


def complaint(guest, text):
    return guest.page.get_by_role("alert").get_by_role("link", name=re.compile(text))


def says_beside(guest, label, text):
    """That the field is marked, and what is said of it with it."""
    field = guest.page.get_by_label(label)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(text))


@pytest.mark.parametrize("like", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_empty_form_says_what_is_missing_above_and_beside_the_field(enters, like, request):
    guest = enters(f"empty-{request.node.callspec.id}", **like)
    guest.fills_a_basket()
    guest.presses("Continue")
    guest.sees("Contact")
    guest.looks("contact-refused")
    expect(guest.page).to_have_title(re.compile("^Please check:"))
    says_beside(guest, "E-mail address", "required")
    complaint(guest, "E-mail address").click()
    assert guest.page.get_by_label("E-mail address").evaluate(FOCUSED)
    guest.types("E-mail address", "ada at example")
    guest.presses("Continue")
    says_beside(guest, "E-mail address", "valid e-mail address")
    expect(guest.page.get_by_label("E-mail address")).to_have_value("ada at example")


def test_a_wrong_card_keeps_what_was_typed_but_its_number_and_its_security_code(enters, shop):
    guest = enters("wrong-card")
    guest.comes_to_pay(CARD, "At once")
    guest.types("Card number", WRONG)
    guest.presses("Place the order")
    guest.sees("Pay by card")
    guest.looks("refused")
    says_beside(guest, "Card number", "check its digits")
    for label, kept in {
        "Card number": "", "Security code": "", "Name on the card": "Ada Lovelace", "Expiry month": "12",
        "Expiry year": "2031",
    }.items():  # fmt: skip
        expect(guest.page.get_by_label(label, exact=True)).to_have_value(kept)
    expect(guest.page.get_by_role("checkbox", name="I have read")).to_be_checked()
    complaint(guest, "Card number").focus()
    guest.page.keyboard.press("Enter")
    assert guest.page.get_by_label("Card number").evaluate(FOCUSED)
    guest.types("Card number", CARD)
    guest.types("Security code", "123")
    guest.presses("Place the order")
    guest.sees("Your order")
    assert shop.payments(guest.number) == [("captured", 9500, 1)]


def test_an_empty_card_is_refused_field_by_field(enters):
    guest = enters("empty-card")
    guest.fills_a_basket()
    guest.says_where_to()
    guest.takes_a_card()
    guest.presses("Place the order")
    guest.sees("Pay by card")
    guest.looks("refused")
    expect(guest.page.get_by_role("alert").get_by_role("link")).to_have_count(6)
    for label in ("Card number", "Name on the card", "Expiry month", "Expiry year", "Security code", "I have read"):
        says_beside(guest, label, r"\w")


def test_a_new_address_says_by_field_what_is_missing(enters):
    guest = enters("empty-address")
    guest.fills_a_basket()
    guest.opens("address/new/")
    guest.presses("Keep this address")
    guest.sees("A new address")
    guest.looks("refused")
    guest.faults = [fault for fault in guest.faults if "400 (BAD REQUEST)" not in fault]  # how the shop refuses
    says_beside(guest, "First name", r"\w")
