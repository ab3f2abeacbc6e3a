"""A guest buys with the keys alone, in a browser that runs no script."""

from __future__ import annotations

import re

import pytest

from .keyboard import Keyboard
from .visitor import CARD_3D


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_guest_buys_with_keys_alone_with_scripts_and_without(enters, shop, scripts):
    guest = enters("keyboard" if scripts else "no-script", java_script_enabled=scripts)
    keys = Keyboard(guest)
    guest.opens()
    keys.presses(re.compile("Put into the basket.*Mug"))
    guest.sees("Your basket")
    keys.follows("To the checkout")

    guest.sees("Contact")
    keys.fills("E-mail address", "ada@example.org")
    keys.press("Enter")
    guest.sees("Addresses")
    keys.follows("Add an address")
    guest.sees("A new address")
    for name, text in {
        "What you call it, home for one": "Home", "First name": "Ada", "Last name": "Lovelace",
        "Phone number": "05551112233",
    }.items():  # fmt: skip
        keys.fills(name, text)
    keys.picks("City", "ArrowDown")
    keys.picks("Township", "k")
    keys.picks("District", "m")
    keys.fills("Street, house, door", "12 Example Street")
    guest.looks("address-filled-in")
    keys.press("Enter")

    guest.sees("Addresses")
    keys.presses("Continue")
    guest.sees("Shipping")
    keys.to("radio", "Standard")
    keys.press("ArrowDown")
    keys.presses("Continue")
    guest.sees("Way to pay")
    keys.to("radio", "Credit card")
    keys.presses("Continue")
    guest.sees("Your card")
    keys.fills("First digits of your card", CARD_3D[:6])
    keys.press("Enter")
    guest.sees("Instalments")
    keys.to("radio", "At once")
    keys.press("ArrowDown")
    keys.presses("Continue")

    guest.sees("Pay by card")
    for name, text in {
        "Card number": CARD_3D, "Name on the card": "Ada Lovelace", "Expiry month": "12", "Expiry year": "2031",
        "Security code": "123",
    }.items():  # fmt: skip
        keys.fills(name, text)
    keys.to("checkbox", re.compile("I have read"))
    keys.press("Space")
    guest.looks("filled-in")
    keys.presses(re.compile("Place the order"))
    if not scripts:
        guest.sees("Confirmation by your bank")
        guest.looks("hand-over")
        keys.presses("Continue to your bank")

    guest.sees("Confirm your payment")
    guest.looks("bank")
    keys.presses("Confirm the payment")
    if not scripts:
        guest.sees("Back to the shop")
        guest.looks("back-to-the-shop")
        keys.presses("Back to the shop")
    guest.sees("Your order")
    guest.looks("order")
    assert shop.payments(guest.number) == [("captured", 9975, 3)]
