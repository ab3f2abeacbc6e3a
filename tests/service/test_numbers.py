"""An order number is one checkout's; what a store that was set back has forgotten is found under the next one."""

from __future__ import annotations

import attrs
import pytest

from checkout_core.effects import Captured
from checkout_core.paying import numbered
from checkout_core.sandbox.magic import APPROVED, DECLINED
from checkout_core.stores import MemoryStore, Saved

from .host import Host

PAYS = "CreditCardConfirmationPage"


@pytest.fixture
def host():
    return Host()


def bound_to_another(host, number):
    """That number is another checkout's already."""
    assert host.store.save("another", 0, b"{}", None, None, (number,)) is Saved.WON


def test_a_number_that_is_taken_is_passed_over_and_nothing_was_sent_under_it(host):
    key = host.begun()
    first = numbered(host.order(key))
    bound_to_another(host, first)
    pays(host, key)
    (attempt,) = host.order(key).attempts
    assert attempt.number != first
    assert [call.number for call in host.shop.bank.calls()] == [attempt.number]
    assert host.store.find(attempt.number) == key
    assert host.store.find(first) == "another"


def pays(host, key, card=APPROVED):
    for page, body in host.shop.answers("card", card, host.order(key)):
        host.service.post(key, page, body)


def test_every_number_of_a_checkout_leads_to_it(host):
    key = host.paid(DECLINED)
    host.paid(again=key)
    first, second = host.order(key).attempts
    assert first.number != second.number
    assert [host.store.find(a.number) for a in (first, second)] == [key, key]


def test_a_store_that_was_set_back_finds_the_money_under_the_next_number_and_gives_it_back(host):
    key = host.begun()
    for page, body in host.shop.answers("card", APPROVED, host.order(key)):
        if page == PAYS:
            backup = host.store.get(key, None)
            record = host.record(key)
        host.service.post(key, page, body)
    assert host.shop.bank.captures == 1

    host.store = MemoryStore()
    host.store.save(key, 0, backup.head, (record.pre_order.basket.digest, backup.basket), None)
    host.service = type(host.service)(host.checkout, host.store)
    assert host.service.sweep_once() == 1
    (found,) = host.order(key).attempts
    assert (found.state, found.attention) == ("reversed", None)
    assert host.shop.bank.captures == 0
    assert ("on_attention", "unheard_of") in host.ears.told
    assert host.service.sweep_once() == 0  # through; the next one begins anew


def test_a_sweep_finds_a_second_capture_that_no_message_told_of(host):
    key = host.paid()
    order = host.order(key)
    with host.shop.bank.desk() as desk:  # the bank's own mistake
        (row,) = desk.book.rows()
        desk.book.enter(attrs.evolve(row, reference="", key="its own"), desk.now)
    assert host.shop.bank.captures == 2
    host.service.sweep(key)
    assert host.shop.bank.captures == 1
    assert isinstance(host.shop.bank.inquire(order.number)[0], Captured)
    assert host.order(key).placed == order.placed
