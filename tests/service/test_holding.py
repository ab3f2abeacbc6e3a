"""What is sold is there: goods are held before a payment, committed with the order, let go without."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Checkout, CheckoutService
from checkout_core.effects import Item
from checkout_core.sandbox.magic import APPROVED, DECLINED, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN_LATE
from checkout_core.service._effects import Send
from checkout_core.stores import MemoryHolds

from .host import Host

PAYS = "CreditCardConfirmationPage"
OUT = {"non_field_errors": ("out_of_stock",)}


class Holding(Host):
    """A host with three mugs."""

    def __init__(self):
        super().__init__()
        self.holds = MemoryHolds(self.shop.now)
        self.holds.put("stock", "mug", 3)
        self.shop.settings = attrs.evolve(self.shop.settings, answer_wait=timedelta(0))
        self.checkout = Checkout(attrs.evolve(self.checkout.ports, holds=self))
        self.service = CheckoutService(self.checkout, self.store)
        self.down = frozenset()

    @property
    def mugs(self):
        return self.holds.left("stock", "mug")

    # The port, which may be down

    def take_hold(self, *given):
        return self._asked("take_hold", *given)

    def commit_hold(self, *given):
        return self._asked("commit_hold", *given)

    def release_hold(self, *given):
        return self._asked("release_hold", *given)

    def _asked(self, method, *given):
        if method in self.down:
            raise ConnectionError("nobody answers")
        return getattr(self.holds, method)(*given)

    # Who else buys

    def others_take(self, quantity):
        assert self.holds.take_hold(f"theirs-{quantity}", "another", _mugs(quantity), self._long()) == ()

    def others_let_go(self, quantity):
        self.holds.release_hold(f"theirs-{quantity}")

    def _long(self):
        return self.shop.now() + timedelta(days=30)


def _mugs(quantity):
    return (Item("stock", "mug", quantity),)


@pytest.fixture
def host():
    return Holding()


def test_an_order_takes_its_goods_once_its_row_is_there(host):
    key = host.paid()
    assert (host.mugs, host.order(key).attempts[0].hold.state) == (2, "committed")
    assert host.record(key).outbox == ()


def test_a_commit_waits_for_the_order_row(host):
    host.ears.away = {"order_placed"}
    key = host.paid()
    assert (host.mugs, len(host.record(key).outbox)) == (2, 3)  # still held, still to commit
    host.shop.passes(days=2)
    host.others_take(2)
    host.ears.away = set()
    host.recovers(minutes=1)
    assert host.record(key).outbox == ()
    assert host.mugs == 0


def test_what_is_sold_out_is_not_paid(host):
    key = host.begun(*["mug"] * 2)
    host.others_take(2)
    step = _pays(host, key)
    assert step.errors == OUT
    assert host.shop.bank.sends == 0
    assert host.states(key) == ["abandoned"]
    host.others_let_go(2)
    assert _pays(host, key).page == "ThankYouPage"
    assert host.mugs == 1


def _pays(host, key, card=APPROVED):
    step = None
    for page, body in host.shop.answers("card", card, host.order(key)):
        step = host.service.post(key, page, body)
    return step


def test_a_decline_lets_go_at_once(host):
    host.paid(DECLINED)
    assert host.mugs == 3


def test_a_second_card_needs_no_second_mug(host):
    key = host.begun(*["mug"] * 3)
    _pays(host, key, DECLINED)
    assert _pays(host, key).page == "ThankYouPage"
    assert host.mugs == 0


def test_who_died_before_the_goods_were_held_leaves_nothing_behind(host):
    key = _dies(host, host.begun(), "take_hold")
    assert host.states(key) == ["preparing"]
    host.recovers(minutes=1)
    assert (host.states(key), host.mugs) == (["abandoned"], 3)
    assert _pays(host, key).page == "ThankYouPage"


class Died(BaseException):
    """The process is gone."""


def _dies(host, key, where):
    """The key, of a checkout whose process died right before that was done."""
    performs = host.service.perform

    def perform(effect):
        name = type(effect).__name__
        if name == {"take_hold": "TakeHold", "send": Send.__name__}[where]:
            raise Died
        return performs(effect)

    host.service.perform = perform
    with pytest.raises(Died):
        _pays(host, key)
    host.service.perform = performs
    return key


def test_who_died_before_it_sent_keeps_the_goods_until_the_ledger_says_that_nothing_came(host):
    key = _dies(host, host.begun(), "send")
    assert (host.states(key), host.mugs) == (["intent"], 2)
    for _ in range(6):
        host.recovers(minutes=1)
    assert (host.states(key), host.mugs) == (["not_executed"], 3)


def test_a_port_that_does_not_answer_ends_what_nobody_has_heard_of(host):
    host.down = {"take_hold"}
    key = host.begun()
    assert _pays(host, key).errors == {"non_field_errors": ("not_available_now",)}
    assert (host.states(key), host.shop.bank.sends) == (["abandoned"], 0)


def test_a_release_that_fails_is_said_again(host):
    host.down = {"release_hold"}
    key = host.paid(DECLINED)
    assert (host.mugs, len(host.record(key).outbox)) == (2, 1)
    host.down = frozenset()
    host.recovers(minutes=1)
    assert (host.mugs, host.record(key).outbox) == (3, ())


def test_goods_are_kept_for_as_long_as_money_may_come(host):
    host.shop.settings = attrs.evolve(host.shop.settings, hold_ttl=timedelta(hours=1))
    host.shop.bank.unreachable = {"inquire"}
    key = host.paid(TIMEOUT_NOT_TAKEN)
    for _ in range(10):
        host.recovers(minutes=50)
    assert host.order(key).attempts[0].hold.state == "held"
    assert host.mugs == 2


def late(host):
    """The key of a checkout whose money is taken when it was believed that nothing had come."""
    key = host.paid(TIMEOUT_TAKEN_LATE)
    for _ in range(6):
        host.recovers(minutes=1)
    assert (host.states(key), host.mugs) == (["not_executed"], 3)
    assert host.shop.bank.arrives() == 1
    return key


def test_money_that_comes_after_its_goods_were_let_go_holds_them_again(host):
    key = late(host)
    host.service.sweep(key)
    assert (host.states(key), host.mugs) == (["captured"], 2)
    assert host.order(key).placed is not None


def test_money_that_comes_after_its_goods_were_sold_goes_back(host):
    key = late(host)
    host.others_take(3)
    host.service.sweep(key)
    host.recovers(minutes=1)
    assert host.states(key) == ["reversed"]
    assert host.shop.bank.captures == 0
    assert host.order(key).attempts[0].captures[0].why == "not_held"


def test_while_the_port_is_down_such_money_waits_and_locks_the_buyer(host):
    key = late(host)
    host.down = {"take_hold"}
    host.service.sweep(key)
    assert host.states(key) == ["unplaced"]
    assert host.service.get(key).errors == {"non_field_errors": ("payment_in_progress",)}
    host.down = frozenset()
    host.recovers(minutes=1)
    assert host.states(key) == ["captured"]


def test_a_transfer_holds_too_and_is_not_placed_without(host):
    key = host.begun(*["mug"] * 2)
    host.others_take(2)
    assert _transfers(host, key).errors == OUT
    host.others_let_go(2)
    assert _transfers(host, key).page == "ThankYouPage"
    assert host.mugs == 1
    assert host.states(key) == ["abandoned", "deferred"]
    assert [a.hold.state for a in host.order(key).attempts] == ["released", "committed"]


def _transfers(host, key):
    step = None
    for page, body in host.shop.answers("transfer", order=host.order(key)):
        step = host.service.post(key, page, body)
    return step


def test_goods_that_were_sold_to_another_while_the_outbox_waited_call_a_person(host):
    host.ears.away = {"order_placed"}
    key = host.paid()
    host.shop.passes(days=2)
    host.others_take(3)  # the hold had expired: nobody kept it up
    host.ears.away = set()
    host.recovers(minutes=1)
    assert ("on_attention", "hold_lost") in host.ears.told
    assert host.order(key).placed is not None


def test_a_port_that_is_down_does_not_keep_the_ledger_from_being_asked(host):
    host.shop.bank.unreachable = {"inquire"}
    key = host.paid(TIMEOUT_NOT_TAKEN)
    host.down = {"take_hold"}
    host.recovers(minutes=2)
    host.shop.bank.unreachable = frozenset()
    for _ in range(4):
        host.recovers(minutes=2)
    assert (host.states(key), host.mugs) == (["not_executed"], 3)
