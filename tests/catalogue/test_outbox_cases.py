"""What leaves after the save: once for whoever knows repeats, in its order, whoever dies and whatever is down."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import Checkout, CheckoutService
from checkout_core.effects import Refused
from checkout_core.order import FundsTransfer
from checkout_core.sandbox.magic import APPROVED, DECLINED, TIMEOUT_TAKEN
from checkout_core.service._outbox import TRIES
from checkout_core.service._session import LEASE
from checkout_core.stores import MemoryHolds

from ..service.host import Host
from .kit import CONFIRMATION, Dies, at_the_card, comes_to_rest, dying, form, impatient, restarted


class Consumers:
    """Ports that know repeats: what took effect, by id; `away` names who does not answer."""

    def __init__(self):
        self.effects, self.deliveries, self.away, self.meanwhile = {}, [], set(), {}

    def order_placed(self, number, order, /):
        self._hears("order_placed", f"order {number}", number, order)

    def send_mail(self, template, number, message, order, /):
        self._hears("send_mail", message, template, number)

    def post_hook(self, topic, number, message, order, /):
        self._hears("post_hook", message, topic, number)

    def on_attention(self, number, why, /):
        self._hears("on_attention", f"alarm {number} {why}", why)

    def _hears(self, port, message, *about):
        happens = self.meanwhile.pop(port, None)
        if happens is not None:
            happens()
        if port in self.away:
            raise ConnectionError("nobody answers")
        self.deliveries.append((port, message))
        self.effects.setdefault(message, (port, *about))

    def heard(self, port):
        return [about for message, (of, *about) in self.effects.items() if of == port]


class Telling(Host):
    """A shop with every port that is told, and three mugs."""

    def __init__(self):
        super().__init__()
        self.told = Consumers()
        self.holds = MemoryHolds(self.shop.now)
        self.holds.put("stock", "mug", 3)
        self.checkout = Checkout(
            attrs.evolve(
                self.shop.ports, orders=self.told, mail=self.told, hooks=self.told, alerts=self.told, holds=self.holds
            )
        )
        self.service = CheckoutService(self.checkout, self.store)
        impatient(self)

    def relays(self, **passes):
        self.shop.passes(**passes)
        self.service.relay_once()


# One mail


WAYS = ("message", "recover", "sweep", "click", "look", "relay")


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WAYS), max_size=12), st.sampled_from([APPROVED, TIMEOUT_TAKEN]), st.booleans())
def test_however_often_and_whichever_way_a_payment_is_heard_of_one_mail_leaves(ways, card, away):
    host = Telling()
    host.told.away = {"send_mail"} if away else set()
    key = at_the_card(host)
    host.posts(key, CONFIRMATION, form(host, card))
    for way in ways:
        match way:
            case "message":
                for message in host.shop.bank.messages():
                    host.service.receive("bank", message)
            case "recover":
                host.recovers(minutes=1)
            case "sweep":
                host.service.sweep(key)
            case "click":
                host.posts(key, CONFIRMATION, form(host, card))
            case "look":
                host.service.get(key)
            case "relay":
                host.relays(seconds=61)
    host.told.away = set()
    comes_to_rest(host)
    number = host.order(key).placed.number
    assert host.told.heard("send_mail") == [["order_placed", number]]
    assert host.told.heard("post_hook") == [["order.placed", number]]
    assert [number for number, _ in host.told.heard("order_placed")] == [number]
    assert (host.shop.bank.captures, host.holds.left("stock", "mug"), host.record(key).outbox) == (1, 2, ())


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it"])
def test_whenever_a_process_dies_everything_is_told_later_without_any_request_and_takes_effect_once(after):
    died, at = True, 0
    while died:
        at, died = at + 1, False
        host = Telling()
        key = at_the_card(host)
        dying(host, at, after=after)
        try:
            host.posts(key, CONFIRMATION, form(host, APPROVED))
        except Dies:
            died = True
        restarted(host)
        comes_to_rest(host)
        order = host.order(key)
        placed = [order.placed.number] if order.placed is not None else []
        assert host.shop.bank.captures == len(placed), f"died at boundary {at}"
        assert host.told.heard("send_mail") == [["order_placed", number] for number in placed], f"died at boundary {at}"
        assert [number for number, _ in host.told.heard("order_placed")] == placed
        assert (host.record(key).outbox, host.holds.left("stock", "mug")) == ((), 3 - len(placed))
    assert at > 8, "two saves and a hold, a send, a save, four messages and a save"


# Two who deliver


@pytest.mark.parametrize("port", ["order_placed", "send_mail", "post_hook"])
def test_who_is_slower_than_its_lease_cannot_mark_what_another_has_delivered(port):
    host = Telling()
    host.told.away = {"order_placed"}
    key = at_the_card(host)
    host.posts(key, CONFIRMATION, form(host, APPROVED))
    host.told.away = set()
    another = CheckoutService(host.checkout, host.store)

    def is_slow():
        host.shop.passes(seconds=LEASE.total_seconds() + 1)
        another.relay_once()

    host.told.meanwhile[port] = is_slow
    host.relays(seconds=6)
    comes_to_rest(host)
    assert host.record(key).outbox == ()
    assert [each[0] for each in host.told.effects.values()].count(port) == 1
    assert sum(of == port for of, _ in host.told.deliveries) in {1, 2}, "the other may have begun before it was over"


def test_while_one_delivers_another_who_looks_delivers_nothing_of_it():
    host = Telling()
    host.told.meanwhile["send_mail"] = CheckoutService(host.checkout, host.store).relay_once
    host.posts(at_the_card(host), CONFIRMATION, form(host, APPROVED))
    assert [of for of, _ in host.told.deliveries] == ["order_placed", "send_mail", "post_hook"]


# What does not get through


def test_a_mail_that_never_gets_through_is_put_off_longer_and_longer_and_then_given_up():
    host = Telling()
    host.told.away = {"send_mail"}
    key = at_the_card(host)
    host.posts(key, CONFIRMATION, form(host, APPROVED))
    assert (len(host.told.heard("order_placed")), len(host.told.heard("post_hook"))) == (1, 1), "the others went"
    assert host.holds.left("stock", "mug") == 2
    waits = []
    for _ in range(TRIES):
        (message,) = host.record(key).outbox
        if message.dead is not None:
            break
        waits.append(message.due_at - host.shop.now())
        host.relays(seconds=waits[-1].total_seconds())
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    (message,) = host.record(key).outbox
    assert (message.dead, host.record(key).due_at) == (f"not delivered in {TRIES} tries", None)


def test_an_order_that_cannot_be_told_is_never_given_up_calls_a_person_and_all_else_waits_for_it():
    host = Telling()
    host.told.away = {"order_placed"}
    key = at_the_card(host)
    host.posts(key, CONFIRMATION, form(host, APPROVED))
    for _ in range(2 * TRIES):
        host.relays(hours=1)
        assert (host.told.heard("send_mail"), host.told.heard("post_hook")) == ([], [])
    assert host.told.heard("on_attention") == [["message_not_delivered"]]
    assert all(message.dead is None for message in host.record(key).outbox)
    host.told.away = set()
    host.relays(hours=1)
    host.relays(minutes=2)
    assert [of for of, _ in host.told.deliveries] == ["on_attention", "order_placed", "send_mail", "post_hook"]
    assert host.record(key).outbox == ()


def test_a_mail_that_is_refused_for_good_is_not_tried_again():
    host = Telling()

    def refuses():
        raise Refused("no_such_mailbox")

    host.told.meanwhile["send_mail"] = refuses
    key = at_the_card(host)
    host.posts(key, CONFIRMATION, form(host, APPROVED))
    comes_to_rest(host)
    (message,) = host.record(key).outbox
    assert (message.dead, host.told.heard("send_mail")) == ("refused: no_such_mailbox", [])
    assert len(host.told.heard("order_placed")) == len(host.told.heard("post_hook")) == 1


# What is in it


@pytest.mark.parametrize("story", ["card", "transfer"])
@pytest.mark.parametrize("card", [APPROVED, DECLINED, TIMEOUT_TAKEN])
def test_the_outbox_holds_numbers_and_names_of_templates_and_nothing_of_a_person_or_a_card(story, card):
    host = Telling()
    host.told.away = {"order_placed", "send_mail", "post_hook"}
    key = host.begun()
    for page, body in host.shop.answers(story, *((card,) if story == "card" else ()), order=host.order(key)):
        host.posts(key, page, body)
    host.recovers(minutes=1)
    order = host.order(key)
    head = json.loads(host.store.get(key, None).head)
    outbox = json.dumps(head.get("outbox", []), ensure_ascii=False)
    assert ("order_placed" in outbox) == (order.placed is not None)
    home = order.delivery.shipping_address
    private = [
        order.buyer.email, home.first_name, home.last_name, home.line, home.phone_number, home.city.name,
        card, card[:6], card[-4:], "Ada",
    ]  # fmt: skip
    if isinstance(order.payment, FundsTransfer):
        private.append(order.payment.bank_account.iban)
    assert [text for text in private if text in outbox] == []
