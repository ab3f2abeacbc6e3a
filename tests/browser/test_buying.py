"""A guest buys a mug with a card, three instalments and 3-D Secure, by clicking and typing as people do."""

from __future__ import annotations

import pytest

from .conftest import DESKTOP, PHONE

LIKE = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "dark": DESKTOP | {"color_scheme": "dark"},
    "dark-phone": PHONE | {"color_scheme": "dark"},
}


@pytest.mark.parametrize("name", LIKE)
def test_a_guest_buys_by_clicking_and_the_bank_has_taken_the_money_once(enters, shop, name):
    guest = enters(name, **LIKE[name])
    guest.passes = guest.looks
    guest.comes_to_pay()
    guest.looks("filled-in")
    guest.presses("Place the order")
    guest.sees("Confirm your payment")
    guest.looks("bank")
    guest.presses("Confirm the payment")
    guest.sees("Your order")
    guest.looks("order")
    assert shop.payments(guest.number) == [("captured", 9975, 3)]
