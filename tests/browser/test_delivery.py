"""A guest of the department store: a slot at home, a store with a reservation, a locker; vendors, and a price of theirs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE
from .keyboard import Keyboard
from .test_sizes import LARGE, LARGER, SIDEWAYS, TARGETS, is_tight
from .visitor import HOME, PLACES

LIKE = {"desktop": DESKTOP, "phone": PHONE, "dark-phone": PHONE | {"color_scheme": "dark"}}
IDENTITY = "10000000146"  # expensive orders need it
ON_A_DAY = re.compile(r"^\w+day, 20\d\d-\d\d-\d\d \d\d:\d\d to \d\d:\d\d \d+ left$")


@pytest.fixture
def comes(enters, department_store):
    """A guest with a mug and something large in the basket, in front of the page that the delivery leads to."""

    def comes(name, delivery, next_page, *, large="Floor lamp", **like):
        guest = enters(name, at=department_store, **like)
        guest.fills_a_basket("Mug", large)
        guest.types("E-mail address", "ada@example.org")
        guest.presses("Continue")
        guest.sees("Delivery")
        guest.looks("delivery")
        guest.chooses(delivery)
        guest.presses("Continue")
        guest.sees(next_page)
        has_one(guest, next_page)
        return guest

    return comes


def has_one(guest, page):
    """An address, which the guest is led to the form of."""
    shown = page.lower().replace(" ", "-")
    guest.looks(f"{shown}-without-an-address")
    guest.follows("Add an address")
    for label, text in (HOME | {"Turkish identity number": IDENTITY}).items():
        guest.types(label, text)
    for label, place in PLACES.items():
        guest.page.get_by_label(label).select_option(place)
    guest.presses("Keep this address")
    guest.sees(page)
    guest.looks(shown)


def slots(guest):
    return guest.page.get_by_role("button", name=ON_A_DAY)


def pays_by_transfer(guest):
    guest.sees("Way to pay")
    guest.chooses("Bank transfer")
    guest.presses("Continue")
    guest.sees("Bank account")
    guest.presses("Continue")
    guest.sees("Bank transfer")
    guest.page.get_by_role("checkbox", name="I have read").check()
    guest.presses("Place the order")
    guest.sees("Your order")
    guest.looks("order")


@pytest.mark.parametrize("name", LIKE)
def test_a_guest_takes_a_slot_and_a_way_to_send_of_each_vendor(comes, name):
    guest = comes(f"slot-{name}", "To my address, when I am there", "Addresses", large="Wardrobe", **LIKE[name])
    guest.presses("Continue")
    guest.sees("Delivery time")
    guest.looks("slots")
    slots(guest).nth(2).click()
    guest.sees("Shipping")
    guest.looks("of-each-vendor")
    guest.follows("Delivery time")
    guest.looks("slot-stands")
    expect(guest.page.locator("[aria-current=true]")).to_contain_text("Your choice")
    guest.page.locator("[aria-current=true]").click()
    guest.sees("Shipping")
    guest.chooses("Furniture, by carrier")
    guest.presses("Continue")
    pays_by_transfer(guest)
    text = guest.page.get_by_role("main").inner_text()
    assert [
        each for each in ("8925.00 TL", "439.90 TL", "Delivery time", "Furniture, by carrier") if each not in text
    ] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_guest_reserves_a_time_in_a_store_with_keys_alone(comes, scripts):
    guest = comes(f"store-{scripts}", "Collect in store", "Store", java_script_enabled=scripts)
    keys = Keyboard(guest)
    keys.presses("Continue")
    guest.sees("Shipping")
    keys.presses("Continue")
    guest.sees("Time of collection")
    guest.looks("reservation")
    day = guest.page.get_by_role("heading", level=2).first.inner_text()
    keys.presses(f"{day} {slots(guest).first.inner_text()}")
    pays_by_transfer(guest)
    expect(guest.page.get_by_text("Time of collection")).to_be_visible()


def test_a_guest_names_a_locker_and_reads_what_is_wrong_with_another(comes):
    guest = comes("locker", "To a locker", "Pickup point")
    guest.types("Pickup point", "L-999")
    guest.presses("Continue")
    guest.looks("refused")
    expect(guest.page.get_by_label("Pickup point")).to_have_accessible_description(re.compile("no such pickup point"))
    guest.types("Pickup point", "L-101")
    guest.presses("Continue")
    guest.sees("Shipping")
    guest.presses("Continue")
    pays_by_transfer(guest)
    expect(guest.page.get_by_text("Locker at the ferry").first).to_be_visible()


@pytest.mark.parametrize("large", [False, True], ids=["small-screen", "large-letters"])
def test_slots_and_vendors_fit_a_small_screen_and_a_thumb(comes, large):
    narrow = PHONE | {"viewport": {"width": 320, "height": 700}}
    guest = comes(f"narrow-{large}", "To my address, when I am there", "Addresses", **narrow)
    guest.presses("Continue")
    for page, onward in (("Delivery time", slots(guest).first), ("Shipping", None)):
        guest.sees(page)
        if large:
            guest.page.evaluate(LARGER)
        guest.looks(page.lower().replace(" ", "-"))
        targets = guest.page.evaluate(TARGETS)
        assert guest.page.evaluate(SIDEWAYS) == 0
        assert [each["said"] for each in targets if is_tight(each, targets)] == []
        assert [each["said"] for each in targets if each["height"] < LARGE and not each["inText"]] == []
        if onward is not None:
            onward.click()


def test_who_cannot_be_told_a_price_reads_so_and_asks_again(comes, department_store):
    guest = comes("price", re.compile("^To my address$"), "Addresses", large="Wardrobe")
    department_store.fails(prices="down")
    try:
        guest.presses("Continue")
        guest.sees("Prices for your address")
        guest.looks("not-known")
        guest.presses("Ask again")
        guest.looks("refused")
        expect(guest.page.get_by_role("alert")).to_contain_text("not known at the moment")
    finally:
        department_store.fails(prices=None)
    guest.presses("Ask again")
    guest.sees("Shipping")
    guest.looks("known")
    expect(guest.page.get_by_role("link", name="Prices for your address")).to_have_count(0)
