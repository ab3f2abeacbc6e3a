"""A shop that verifies phones and cannot is told so before the first buyer comes."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import STANDARD, Checkout, Misconfigured, evolve
from checkout_core.ports import MISSING
from checkout_core.sandbox import GRAND_BAZAAR, Sandbox

VERIFIED = "payment option 43 (at-the-door-verified): its phones are verified"


def said(shop, flow=STANDARD, **ports):
    with pytest.raises(Misconfigured) as refused:
        Checkout(attrs.evolve(shop.ports, **ports), flow)
    return str(refused.value).splitlines()


def verified(shop, **config):
    """The only way to pay there."""
    (option,) = (each for each in shop.shop.payment_options if each.pk == 43)
    option = evolve(option, config=evolve(option.config, **config))
    shop.shop = evolve(shop.shop, payment_options=(option,))
    return shop


@pytest.mark.parametrize("port", ["challenges", "sms"])
def test_a_port_that_codes_need_is_missed(port):
    assert f"{VERIFIED}: give Ports({port}=...)" in said(Sandbox(GRAND_BAZAAR), **{port: MISSING})


def test_a_text_without_the_code_is_found():
    assert said(verified(Sandbox(GRAND_BAZAAR), sms_text="Hello.")) == [
        f"{VERIFIED}, and its sms_text has no {{code}} in it"
    ]


def test_who_verifies_no_phone_needs_none_of_it():
    shop = verified(Sandbox(GRAND_BAZAAR), sms_verification=False, sms_text="Hello.")
    ports = attrs.evolve(shop.ports, gift_cards=MISSING, challenges=MISSING, sms=MISSING)
    assert Checkout(ports).flow is STANDARD
