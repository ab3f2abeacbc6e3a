"""The outbox: in which order, again when, by whom, until when; and a queue that nothing at its head can stop."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Checkout, CheckoutService
from checkout_core.effects import Refused, SendSms
from checkout_core.records import Message
from checkout_core.service._outbox import LOST
from checkout_core.service._session import LEASE
from checkout_core.stores import MemoryHolds, StoreUnavailable

from .host import Ears, Host

HOUR = 3600
AFTER = ["send_mail", "post_hook", "commit_hold"]


class Listening(Ears):
    """Keeps the ids, too, and lets something happen while it is told."""

    def __init__(self):
        super().__init__()
        self.ids, self.posted, self.meanwhile = [], [], {}

    def send_mail(self, template, number, message, order):
        self.ids.append(message)
        super().send_mail(template, number, message, order)

    def post_hook(self, topic, number, message, order):
        self.posted.append(message)
        self._heard("post_hook", topic)

    def commit_hold(self, op):
        self._heard("commit_hold", op)

    def release_hold(self, op):
        self._heard("release_hold", op)

    def _heard(self, *what):
        happens = self.meanwhile.pop(what[0], None)
        if happens is not None:
            happens()
        super()._heard(*what)

    def names(self):
        return [what[0] for what in self.told]


class Telling(Host):
    """A host with every port that is told; its holds are real, and what is said to them is noted."""

    def __init__(self, **ports):
        super().__init__()
        self.ears = Listening()
        self.holds = MemoryHolds(self.shop.now)
        self.holds.put("stock", "mug", 1000)
        told = {"orders": self.ears, "mail": self.ears, "sms": self.ears, "hooks": self.ears}
        told |= {"alerts": self.ears, "holds": self}
        self.checkout = Checkout(attrs.evolve(self.shop.ports, **(told | ports)))
        self.service = CheckoutService(self.checkout, self.store)

    def take_hold(self, *given):
        return self.holds.take_hold(*given)

    def commit_hold(self, op):
        self.ears.commit_hold(op)
        self.holds.commit_hold(op)

    def release_hold(self, op):
        self.ears.release_hold(op)
        self.holds.release_hold(op)

    def relays(self, **passes):
        self.shop.passes(**passes)
        return self.service.relay_once()

    def waits(self, key, tries):
        """Seconds between so many tries of the one message, none of which gets through."""
        waits = []
        for _ in range(tries):
            (due,) = {m.due_at for m in self.record(key).outbox if m.tries}
            waits.append((due - self.shop.now()).total_seconds())
            self.relays(seconds=waits[-1])
        return waits


@pytest.fixture
def host():
    return Telling()


# Order


def test_the_order_row_is_told_before_all_else(host):
    host.paid()
    assert host.ears.names() == ["order_placed", *AFTER]


def test_what_depends_on_the_order_waits_for_it_and_leaves_in_the_same_round(host):
    host.ears.away = {"order_placed"}
    key = host.paid()
    assert host.ears.names() == []
    assert {m.due_at for m in host.record(key).outbox} == {host.shop.now() + timedelta(seconds=5)}

    host.ears.away = set()
    host.relays(seconds=5)
    assert host.ears.names() == ["order_placed", *AFTER]
    assert host.record(key).outbox == ()


def test_what_waits_for_the_order_loses_no_try(host):
    host.ears.away = {"order_placed"}
    key = host.paid()
    host.waits(key, 5)
    assert [m.tries for m in host.record(key).outbox] == [6, 0, 0, 0]


@pytest.mark.parametrize("away", AFTER)
def test_none_of_the_others_waits_for_one_that_fails(host, away):
    host.ears.away = {away}
    host.paid()
    assert host.ears.names() == ["order_placed", *(name for name in AFTER if name != away)]


# Again


@pytest.mark.parametrize("port", ["order_placed", "send_mail", "post_hook", "commit_hold"])
def test_it_is_tried_again_after_5_30_300_1800_seconds_then_every_hour(host, port):
    host.ears.away = {port}
    assert host.waits(host.paid(), 8) == [5, 30, 300, 1800, HOUR, HOUR, HOUR, HOUR]


def test_before_its_time_nobody_is_asked(host):
    host.ears.away = {"send_mail"}
    host.paid()
    assert host.relays(seconds=4) == 0
    assert len(host.ears.ids) == 1


def test_a_second_relay_does_nothing_while_the_first_is_at_it(host):
    another = CheckoutService(host.checkout, host.store)
    host.ears.away = {"send_mail"}
    key = host.paid()
    host.ears.away, looked = set(), []
    host.ears.meanwhile["send_mail"] = lambda: looked.append(another.relay_once())
    host.relays(seconds=5)
    assert (looked, len(host.ears.ids)) == ([0], 2)  # one that failed, one that got through
    assert host.record(key).outbox == ()


def test_nor_does_one_that_comes_because_something_else_is_due(host):
    another = CheckoutService(host.checkout, host.store)
    key = host.begun()
    host.ears.meanwhile["send_mail"] = lambda: another.run(another.requests.relaying(key))
    for page, body in host.shop.answers("card", order=host.order(key)):
        host.posts(key, page, body)
    assert host.ears.names() == ["order_placed", *AFTER]


def test_whoever_is_slower_than_the_lease_is_overtaken_under_the_same_id(host):
    another = CheckoutService(host.checkout, host.store)

    def overtaken():
        host.shop.passes(seconds=LEASE.total_seconds())
        assert another.relay_once() == 1

    host.ears.meanwhile["send_mail"] = overtaken
    key = host.paid()
    assert (len(host.ears.ids), len(set(host.ears.ids))) == (2, 1)
    assert host.record(key).outbox == ()


@pytest.mark.parametrize("port", ["order_placed", "send_mail", "post_hook", "commit_hold"])
def test_what_was_told_and_not_struck_off_is_told_again_after_the_lease_under_the_same_id(host, port):
    save = host.store.save

    def away(*given):
        raise StoreUnavailable("the disk is away")

    host.ears.meanwhile[port] = lambda: setattr(host.store, "save", away)
    key = host.paid()
    host.store.save = save
    assert (host.ears.names(), len(host.record(key).outbox)) == (["order_placed", *AFTER], 4)
    host.relays(seconds=LEASE.total_seconds() - 1)
    assert host.ears.names() == ["order_placed", *AFTER]

    host.relays(seconds=1)
    assert (host.ears.names(), host.record(key).outbox) == (2 * ["order_placed", *AFTER], ())
    assert [(len(ids), len(set(ids))) for ids in (host.ears.ids, host.ears.posted)] == [(2, 1), (2, 1)]
    assert (host.shop.bank.captures, host.holds.left("stock", "mug")) == (1, 999)  # a commit is heard once


def _text(host, **stands):
    """The key of a checkout with a text to a phone in its outbox."""
    key = host.begun()
    due_at = host.shop.now()
    message = Message(f"{key}-1-1", SendSms("+905321234567", "Hello"), due_at=due_at, **stands)
    host.writes(key, outbox=(message,), due_at=due_at)
    return key


def test_a_text_that_somebody_died_at_never_leaves_again(host):
    key = _text(host, claim="whoever died")
    host.relays(days=1)
    (message,) = host.record(key).outbox
    assert (host.ears.names(), message.dead) == ([], LOST)


def test_a_text_that_failed_never_leaves_again(host):
    host.ears.away = {"send_sms"}
    key = _text(host)
    host.relays()
    host.ears.away = set()
    host.relays(days=1)
    (message,) = host.record(key).outbox
    assert (host.ears.names(), message.dead) == ([], "not delivered; the buyer may ask again")


# Given up, or never


def test_a_mail_is_given_up_after_twenty_tries(host):
    host.ears.away = {"send_mail"}
    key = host.paid()
    host.waits(key, 19)
    (message,) = host.record(key).outbox
    assert (message.tries, message.dead, message.due_at) == (20, "not delivered in 20 tries", None)
    host.relays(days=30)
    assert (len(host.ears.ids), host.record(key).due_at) == (20, None)
    assert "on_attention" not in host.ears.names()


@pytest.mark.parametrize("port", ["order_placed", "commit_hold"])
def test_what_is_never_given_up_calls_a_person_once_and_goes_on(host, port):
    host.ears.away = {port}
    key = host.paid()
    host.waits(key, 18)
    assert "on_attention" not in host.ears.names()
    assert set(host.waits(key, 6)) == {HOUR}
    assert host.ears.told.count(("on_attention", "message_not_delivered")) == 1

    host.ears.away = set()
    host.relays(hours=1)
    assert (host.ears.names().count(port), host.record(key).outbox) == (1, ())


def test_a_release_is_never_given_up_either(host):
    host.ears.away, host.ears.never = {"release_hold"}, {"order_placed": Refused("blocked_customer")}
    key = host.paid()
    for _ in range(24):
        host.recovers(hours=1)
    assert host.ears.told.count(("on_attention", "message_not_delivered")) == 1
    host.ears.away = set()
    host.relays(hours=1)
    assert (host.ears.names().count("release_hold"), host.record(key).outbox) == (1, ())


# Refused


def test_a_mail_that_is_refused_is_dead_at_once(host):
    host.ears.never = {"send_mail": Refused("no_such_mailbox")}
    (message,) = host.record(host.paid()).outbox
    assert (message.tries, message.dead) == (1, "refused: no_such_mailbox")


def test_goods_that_are_gone_when_they_are_committed_call_a_person_at_once_and_the_order_stands(host):
    host.ears.never = {"commit_hold": Refused("hold_lost")}
    key = host.paid()
    (message,) = host.record(key).outbox
    assert (message.tries, message.dead) == (1, "refused: hold_lost")
    assert host.order(key).placed is not None
    host.relays(days=1)
    assert host.ears.told.count(("on_attention", "hold_lost")) == 1


def test_an_order_that_the_shop_refuses_is_withdrawn_and_only_what_undoes_it_leaves(host):
    host.ears.never = {"order_placed": Refused("blocked_customer")}
    key = host.paid()
    assert (host.order(key).placed, host.states(key)) == (None, ["reversing"])
    assert host.ears.names() == ["release_hold"]

    host.recovers(minutes=1)
    order = host.order(key)
    assert host.states(key) == ["reversed"]
    assert (order.attempts[0].code, order.attempts[0].captures[0].why) == ("blocked_customer", "blocked_customer")
    assert (host.shop.bank.captures, host.holds.left("stock", "mug"), host.record(key).outbox) == (0, 1000, ())
    assert ("send_mail", "order_placed") not in host.ears.told
    assert ("post_hook", "order.placed") not in host.ears.told
    assert "commit_hold" not in host.ears.names()
    assert ("send_mail", "payment_reversed") in host.ears.told


# Only what somebody listens to


def test_only_what_the_host_has_ports_for_is_kept():
    host = Host()  # no hooks, and nobody who holds
    bare = attrs.evolve(
        host.shop.ports, orders=host.ears, **dict.fromkeys(("mail", "hooks", "alerts", "holds", "loyalty"), _missing())
    )
    host.checkout = Checkout(bare)
    host.service = CheckoutService(host.checkout, host.store)
    host.ears.away = {"order_placed"}
    key = host.paid()
    assert [type(m.event).__name__ for m in host.record(key).outbox] == ["OrderPlaced"]


def _missing():
    return attrs.fields_dict(type(Host().shop.ports))["mail"].default


# The queue


def _waiting(host, count):
    """Keys of so many checkouts whose order the shop was not told of, the longest due first."""
    host.ears.away = {"order_placed"}
    keys = []
    for _ in range(count):
        keys.append(host.paid())
        host.shop.passes(seconds=1)
    host.ears.away = set()
    host.shop.passes(minutes=1)
    return keys


def _stumbles(host, over):
    """The relay meets something nobody thought of, at each of those."""
    relaying = host.service.requests.relaying

    async def stumbling(key):
        if key in over:
            raise ArithmeticError(key)
        await relaying(key)

    return lambda: host.service.run(host.service.requests.each_due(100, stumbling))


def test_a_hundred_and_one_that_always_fail_do_not_stop_the_one_behind_them(host):
    *bad, good = _waiting(host, 102)
    heads = {key: host.store.get(key, None).head for key in bad}
    relay = _stumbles(host, set(bad))
    assert relay() == 100
    assert "order_placed" not in host.ears.names()
    assert relay() == 2
    assert host.record(good).outbox == ()
    assert {key: host.store.get(key, None).head for key in bad} == heads  # to the byte

    host.shop.passes(seconds=59)
    assert set(host.store.due(host.shop.now(), 1000)) == {bad[100]}  # there was nobody behind it
    host.shop.passes(seconds=1)
    assert set(host.store.due(host.shop.now(), 1000)) == set(bad)


def test_where_nobody_waits_behind_it_what_fails_stays_due(host):
    (key,) = _waiting(host, 1)
    before = host.store.get(key, None)
    assert (_stumbles(host, {key})(), host.store.get(key, None)) == (1, before)
    host.relays()
    assert host.record(key).outbox == ()


def test_a_store_that_goes_away_does_not_end_the_round(host):
    keys = _waiting(host, 3)
    save, looked = host.store.save, []

    def away(*given):
        raise StoreUnavailable("the disk is away")

    async def failing(key):
        looked.append(key)
        raise ArithmeticError(key)

    host.store.save = away
    assert host.service.run(host.service.requests.each_due(3, failing)) == 3
    host.store.save = save
    assert looked == keys
    assert set(host.store.due(host.shop.now(), 10)) == set(keys)
