"""A session enters its checkout: the one it remembers, or a new one of its basket; never another buyer's."""

from __future__ import annotations

import asyncio

import pytest

from checkout_core import AsyncCheckoutService, Caller, Checkout, CheckoutService, MemoryStore, evolve
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED, TIMEOUT_TAKEN

GUEST = Caller(session="browser-1", basket="basket-1")


class Host:
    """The sandbox's shop with all its ports, and a service for threads."""

    def __init__(self):
        self.shop, self.store = Sandbox(seed=1), MemoryStore()
        self.checkout = Checkout(self.shop.ports)
        self.service = CheckoutService(self.checkout, self.store)


@pytest.fixture
def host():
    return Host()


def named(host, key, caller=GUEST):
    """The key of a checkout in which that guest has a name."""
    host.service.post(key, "IndexPage", {"user_email": "ada@example.org"}, caller)
    return key


def paid(host, key, card=APPROVED, caller=GUEST):
    for page, body in host.shop.answers("card", card):
        host.service.post(key, page, body, caller)
    return key


def entered(host, remembered=None, caller=GUEST):
    return host.service.open(remembered, caller).pre_order


def test_a_session_without_a_checkout_begins_one_of_its_basket(host):
    basket = host.shop.basket("mug")
    order = entered(host)
    assert order.basket == basket
    assert host.service.get(order.key, caller=GUEST).pre_order == order


def test_a_session_goes_on_with_the_checkout_it_remembers(host):
    host.shop.basket("mug")
    key = named(host, entered(host).key)
    assert entered(host, key).key == key
    assert entered(host, key).buyer.email == "ada@example.org"


def test_requests_of_one_session_that_come_at_once_begin_one_checkout(host):
    host.shop.basket("mug")
    assert entered(host).key == entered(host).key


def test_another_session_begins_its_own(host):
    host.shop.basket("mug")
    assert entered(host).key != entered(host, caller=evolve(GUEST, session="browser-2")).key


def test_a_session_without_an_id_begins_a_checkout_each_time(host):
    host.shop.basket("mug")
    nameless = evolve(GUEST, session="")
    assert entered(host, caller=nameless).key != entered(host, caller=nameless).key


@pytest.mark.parametrize("basket", [None, "basket-1"])
def test_where_there_is_nothing_to_buy_nothing_is_begun(host, basket):
    host.shop.basket()
    assert host.service.open(None, evolve(GUEST, basket=basket)) is None
    assert host.store.keys("", 10) == ()


def test_a_checkout_that_was_pruned_is_begun_anew(host):
    host.shop.basket("mug")
    assert entered(host, "gone").key in host.store.keys("", 10)


def test_a_placed_order_is_shown_until_another_basket_is_filled(host):
    host.shop.basket("mug")
    key = paid(host, named(host, entered(host).key))
    host.shop.basket(key="basket-2")
    later = evolve(GUEST, basket="basket-2")
    assert entered(host, key).placed is not None
    assert entered(host, key, later).key == key
    host.shop.basket("poster", key="basket-2")
    assert entered(host, key, later).placed is None
    assert entered(host, key, later).key == entered(host, key, later).key != key


def test_a_basket_under_another_key_is_taken_over_by_the_checkout(host):
    host.shop.basket("mug")
    key = named(host, entered(host).key)
    merged = host.shop.basket("mug", "t-shirt", key="basket-of-ada")
    order = entered(host, key, evolve(GUEST, basket="basket-of-ada"))
    assert (order.key, order.basket, order.buyer.email) == (key, merged, "ada@example.org")


def test_who_logs_in_meanwhile_goes_on_without_anything_of_the_guest(host):
    host.shop.basket("mug")
    key = named(host, entered(host).key)
    member = evolve(host.shop.caller("grace"), session="browser-1", basket="basket-1")
    order = entered(host, key, member)
    assert (order.key, order.buyer.account, order.buyer.email) == (key, "grace", "grace@example.org")


@pytest.mark.parametrize("card", [APPROVED, TIMEOUT_TAKEN])
def test_an_order_that_is_placed_or_being_paid_is_nobody_elses(host, card):
    host.shop.basket("mug")
    key = paid(host, named(host, entered(host).key), card)
    member = evolve(host.shop.caller("grace"), session="browser-1", basket="basket-1")
    order = entered(host, key, member)
    assert order.key != key
    assert "ada" not in repr(order)
    assert entered(host, key).key == key


def test_what_is_another_buyers_is_not_there_for_a_post_either(host):
    host.shop.basket("mug")
    key = paid(host, named(host, entered(host).key))
    with pytest.raises(KeyError):
        host.service.post(key, "OrderNotePage", {"notes": "hello"}, host.shop.caller("grace"))


def test_the_service_for_loops_enters_alike(host):
    host.shop.basket("mug")
    service = AsyncCheckoutService(host.checkout, host.store)
    assert asyncio.run(service.open(None, GUEST)).pre_order.key == entered(host).key


def test_a_checkout_of_yesterday_is_still_the_sessions(host):
    host.shop.basket("mug")
    key = named(host, entered(host).key)
    host.shop.passes(days=1)
    assert CheckoutService(host.checkout, host.store).open(key, GUEST).pre_order.key == key
