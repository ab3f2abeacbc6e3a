"""How often a checkout, and an address, may try to pay: who tests stolen cards tries often."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Checkout, CheckoutService
from checkout_core.page import Caller
from checkout_core.sandbox.magic import APPROVED, DECLINED
from checkout_core.stores import MemoryHolds

from .host import Host

TOO_MANY = {"non_field_errors": ("too_many_attempts",)}
PAYS = "CreditCardConfirmationPage"


class Capped(Host):
    """A host that counts: three tries a checkout, five an address and hour."""

    def __init__(self):
        super().__init__()
        self.shop.settings = attrs.evolve(
            self.shop.settings, attempts_per_checkout=3, attempts_per_client=5, attempts_window=timedelta(hours=1)
        )
        self.checkout = Checkout(attrs.evolve(self.checkout.ports, limits=MemoryHolds(self.shop.now)))
        self.service = CheckoutService(self.checkout, self.store)

    def tries(self, key, card=DECLINED, **caller):
        form = dict(self.shop.answers("card", card))[PAYS]
        return self.service.post(key, PAYS, form, Caller(**caller))


@pytest.fixture
def host():
    return Capped()


def test_a_checkout_has_so_many_tries_and_the_next_one_sends_nothing(host):
    key = host.paid(DECLINED)
    host.tries(key), host.tries(key)
    assert host.tries(key, APPROVED).errors == TOO_MANY
    assert host.shop.bank.sends == 3
    assert host.states(key) == ["declined"] * 3


def test_a_checkout_that_tried_too_often_can_still_be_paid_by_transfer(host):
    key = host.paid(DECLINED)
    host.tries(key), host.tries(key), host.tries(key)
    for page, body in host.shop.answers("transfer", order=host.order(key)):
        host.service.post(key, page, body)
    assert host.order(key).placed.status == 300


def test_an_address_has_so_many_tries_in_the_window_over_all_checkouts(host):
    keys = [host.paid(DECLINED) for _ in range(6)]
    told = [host.tries(key, ip="198.51.100.7").errors for key in keys]
    assert told.count(TOO_MANY) == 1
    assert host.tries(keys[0], APPROVED, ip="198.51.100.8").page == "ThankYouPage"
    host.shop.passes(hours=1, seconds=1)
    assert host.tries(keys[1], APPROVED, ip="198.51.100.7").page == "ThankYouPage"


def test_the_till_of_a_store_is_not_counted(host):
    keys = [host.paid(DECLINED) for _ in range(7)]
    told = [host.tries(key, ip="198.51.100.7", client="instore").errors for key in keys]
    assert TOO_MANY not in told


def test_a_form_with_a_mistake_is_no_try(host):
    key = host.paid(DECLINED)
    for _ in range(9):
        host.service.post(key, PAYS, {"card_number": "1"}, Caller(ip="198.51.100.7"))
    host.tries(key, ip="198.51.100.7")
    assert host.states(key) == ["declined"] * 2


def test_without_a_limits_port_no_address_is_counted():
    plain = Host()
    keys = [plain.paid(DECLINED) for _ in range(3)]
    plain.shop.settings = attrs.evolve(plain.shop.settings, attempts_per_client=1)
    form = dict(plain.shop.answers("card", DECLINED))[PAYS]
    told = [plain.service.post(key, PAYS, form, Caller(ip="198.51.100.7")).errors for key in keys]
    assert TOO_MANY not in told
