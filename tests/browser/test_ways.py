"""Guests of the shop with every way to pay: at the door with a code, on pages of a bank's, with a gift card, and again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE
from .shop import Shop
from .visitor import CARD, HOME, PLACES

LIKE = {"desktop": DESKTOP, "phone": PHONE}
CODE = re.compile(r"\b[0-9]{6}\b")
TOTAL = "121.49 TL"


@pytest.fixture(scope="module")
def grand_bazaar(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("grand-bazaar"), "--shop", "grand_bazaar")
    yield shop
    shop.close()


@pytest.fixture
def chooses(enters, grand_bazaar):
    """A guest with a mug and a T-shirt, and an address, who has chosen that way to pay."""

    def chooses(name, option, *first, **like):
        guest = enters(name, at=grand_bazaar, **like)
        guest.fills_a_basket("Mug", "T-shirt")
        guest.types("E-mail address", "ada@example.org")
        guest.presses("Continue")
        guest.sees("Delivery")
        guest.page.get_by_role("radio").first.check()
        guest.presses("Continue")
        guest.follows("Add an address")
        for label, text in HOME.items():
            guest.types(label, text)
        for label, place in PLACES.items():
            guest.page.get_by_label(label).select_option(place)
        guest.presses("Keep this address")
        guest.presses("Continue")
        guest.sees("Shipping")
        guest.chooses("Standard")
        guest.presses("Continue")
        for does in first:
            guest.sees("Way to pay")
            does(guest)
        guest.sees("Way to pay")
        guest.page.get_by_role("radio", name=option, exact=True).check()
        guest.presses("Continue")
        return guest

    return chooses


def code_on_the_phone(guest):
    """Read where it came, in a window of its own."""
    phone = guest.context.new_page()
    phone.goto(guest.shop.texts)
    code = CODE.search(phone.get_by_role("main").inner_text())[0]
    phone.close()
    return code


def agrees(guest):
    guest.page.get_by_role("checkbox", name="I have read").check()
    guest.presses("Place the order")


def has_ordered(guest, total=TOTAL):
    guest.sees("Your order")
    guest.looks("order")
    expect(guest.page.get_by_role("main")).to_contain_text(total)
    return guest.number


def pays_there(guest, installments):
    """At the bank's page, and comes back; the order has the bank's price for so many."""
    plan = guest.page.get_by_role("radio", name=f"In {installments} instalments")
    amount = re.search(r"[0-9]+\.[0-9]{2}", plan.locator("..").inner_text())[0]
    plan.check()
    guest.types("Card number", CARD)
    guest.presses("Pay")
    guest.page.wait_for_url(f"{guest.shop.url}**")
    has_ordered(guest, f"{amount} TL")
    expect(guest.page.get_by_role("main")).to_contain_text(f"Instalments\n{installments}", use_inner_text=True)


@pytest.mark.parametrize("name", LIKE)
def test_a_guest_verifies_a_phone_and_pays_at_the_door(chooses, name):
    guest = chooses(f"door-{name}", "At the door, phone verified", **LIKE[name])
    guest.sees("Your phone")
    guest.looks("your-phone")
    guest.types("Phone number", "05551112233")
    guest.presses("Continue")
    guest.sees("Code from your phone")
    guest.looks("code")
    guest.types("Code", "12345")
    guest.presses("Continue")
    guest.looks("no-code")
    expect(guest.page.get_by_role("alert")).to_be_visible()
    guest.types("Code", code_on_the_phone(guest))
    guest.presses("Continue")
    guest.sees("Pay at the door")
    guest.looks("at-the-door")
    agrees(guest)
    assert guest.shop.payments(has_ordered(guest)) == []


@pytest.mark.parametrize("name", LIKE)
def test_a_guest_pays_on_a_page_of_the_banks_in_its_instalments(chooses, name):
    guest = chooses(f"hosted-{name}", "At the bank's page", **LIKE[name])
    guest.sees("Pay on another page")
    guest.looks("pay-on-another-page")
    agrees(guest)
    guest.page.wait_for_url("**/pay?session=**")
    guest.looks("the-banks-page")
    pays_there(guest, 3)


def test_a_guest_pays_with_garanti_pay(chooses):
    guest = chooses("gpay", "Garanti Pay")
    guest.sees("Garanti Pay")
    guest.looks("garanti-pay")
    guest.presses("Continue")
    guest.sees("Pay with Garanti Pay")
    guest.looks("begins")
    guest.presses("Place the order")
    guest.page.wait_for_url(re.compile("/gpay"))
    guest.looks("garantis-page")
    pays_there(guest, 6)


def test_a_gift_card_with_a_code_pays_a_part_and_a_card_the_rest(chooses):
    def adds(guest):
        guest.follows("Gift cards")
        guest.sees("Gift cards")
        guest.looks("gift-cards")
        guest.types("Code", "PHONE-0003")
        guest.presses("Continue")
        guest.sees("Code for your gift card")
        guest.looks("code-for-it")
        guest.types("Code", code_on_the_phone(guest))
        guest.types("How much", "50.00")
        guest.presses("Continue")
        guest.sees("Way to pay")
        guest.looks("reserved")
        guest.follows("Gift cards")
        guest.looks("gift-cards-with-one")
        guest.follows("Back to the checkout")

    guest = chooses("gift-card", "Credit card", adds)
    guest.names_a_card(CARD, "3 instalments")
    guest.fills_the_card(CARD)
    guest.presses("Place the order")
    has_ordered(guest, "-50.00 TL")


def test_an_order_by_transfer_is_paid_by_card_after_all(chooses):
    guest = chooses("again", "Bank transfer")
    guest.sees("Bank account")
    guest.presses("Continue")
    guest.sees("Bank transfer")
    agrees(guest)
    waiting = has_ordered(guest)
    guest.presses("Pay now")
    guest.sees("Way to pay")
    guest.looks("pays-again")
    guest.chooses("Credit card")
    guest.presses("Continue")
    guest.names_a_card(CARD, "3 instalments")
    guest.fills_the_card(CARD)
    guest.presses("Place the order")
    assert has_ordered(guest, "TL") == waiting


@pytest.mark.parametrize("way", ["its-button", "the-browser"])
def test_who_leaves_the_banks_page_is_back_where_they_pay_and_pays_by_card(chooses, way):
    guest = chooses(f"left-by-{way}", "At the bank's page")
    guest.sees("Pay on another page")
    agrees(guest)
    guest.page.wait_for_url("**/pay?session=**")
    if way == "its-button":
        guest.presses("Cancel")
    else:
        guest.page.go_back()
    guest.sees("Pay on another page")
    guest.looks("back-in-the-shop")
    guest.follows("Way to pay")
    guest.chooses("Credit card")
    guest.presses("Continue")
    guest.names_a_card(CARD, "3 instalments")
    guest.fills_the_card(CARD)
    guest.presses("Place the order")
    has_ordered(guest, "TL")
