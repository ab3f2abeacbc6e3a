"""A provider's message: verified, bound to its payment, stored, and only then answered."""

from __future__ import annotations

import json

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, evolve
from checkout_core.effects import Callback, Cancelled, Rejected, Verified
from checkout_core.sandbox import Bank
from checkout_core.sandbox.magic import THREE_D, TIMEOUT_TAKEN
from checkout_core.sandbox.presets import preset
from checkout_core.service import Received
from checkout_core.stores import StoreUnavailable

from .host import Host


class Hooked(Host):
    """A host whose bank has told of a payment that nobody has an answer to."""

    def __init__(self, callback="full", **promises):
        super().__init__(able=preset("order_number", callback=callback, **promises))
        self.key = self.paid(TIMEOUT_TAKEN)
        (self.message,) = self.shop.bank.messages()
        self.asked = self.inquiries()

    def inquiries(self):
        return sum(call.method == "inquire" for call in self.shop.bank.calls())

    def hears(self, message=None, gateway="bank"):
        return self.service.receive(gateway, message or self.message)


@pytest.mark.parametrize(("callback", "asks"), [("full", 0), ("partial", 1), ("none", 1)])
def test_a_message_whose_every_word_is_signed_is_believed_and_any_other_is_a_reason_to_ask(callback, asks):
    host = Hooked(callback)
    assert host.hears() == Received("accepted", host.key)
    assert host.states(host.key) == ["captured"]
    assert host.inquiries() - host.asked == asks
    assert host.ears.told[0] == ("order_placed", host.order(host.key).number)


class Closing(Bank):
    """A bank that has closed one of the sessions of a number, and tells of it."""

    def verify(self, callback, /):
        return Verified(callback.body.decode(), "message-1", Cancelled())


def test_an_end_that_may_be_another_requests_on_that_number_is_a_reason_to_ask_however_late():
    host = Hooked()
    order = host.order(host.key)
    first = evolve(order.attempts[0], state="cancelled", due_at=None)
    second = evolve(first, n=2, key="key-2", state="not_executed")
    host.writes(host.key, pre_order=evolve(order, attempts=(first, second)))
    host.shop.passes(hours=1)
    assert host.shop.now() > second.settled_by
    host.shop.bank = Closing(clock=host.shop.now, capabilities=host.shop.bank.capabilities)
    service = CheckoutService(Checkout(host.shop.ports), host.store)
    assert service.receive("bank", Callback(first.number.encode())) == Received("accepted", host.key)
    assert host.states(host.key) == ["cancelled", "not_executed"]
    assert [call.method for call in host.shop.bank.calls()] == ["inquire"]


class Quoting(Bank):
    """A bank's adapter that says what it has refused, as careless ones do."""

    def verify(self, callback, /):
        return Rejected(f"not signed: {callback.body.decode()}")


def test_what_a_rejected_message_says_is_in_no_log(caplog):
    host = Hooked()
    host.shop.bank = Quoting(clock=host.shop.now)
    service = CheckoutService(Checkout(host.shop.ports), host.store)
    assert service.receive("bank", Callback(b'{"cvv": "737"}')).code == "callback_rejected"
    assert ("rejected" in caplog.text, "737" in caplog.text) == (True, False)


def test_a_message_that_comes_twice_is_heard_once():
    host = Hooked()
    told = [host.hears().code for _ in range(3)]
    assert told == ["accepted", "recorded", "recorded"]
    assert len(host.record(host.key).inbox) == 1
    assert [what for what, _ in host.ears.told].count("order_placed") == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda told: told | {"minor": 1},
        lambda told: told | {"number": "AAAABBBBCCCCDDDD"},
        lambda told: told | {"currency": "USD"},
        lambda told: told | {"reference": "another"},
    ],
    ids=["amount", "number", "currency", "reference"],
)
def test_a_word_changed_on_the_way_changes_nothing(forge):
    host = Hooked()
    before = host.record(host.key)
    forged = Callback(json.dumps(forge(json.loads(host.message.body))).encode(), host.message.headers)
    assert host.hears(forged) == Received("callback_rejected")
    assert host.record(host.key) == before


def test_a_message_for_a_gateway_that_nobody_has_is_rejected():
    host = Hooked()
    assert host.hears(gateway="another") == Received("callback_rejected")


def test_a_genuine_message_of_one_payment_does_not_pay_another():
    host = Hooked()
    other = host.paid(TIMEOUT_TAKEN)
    assert host.hears().key == host.key
    assert host.states(other) == ["unknown"]


def test_a_number_of_another_gateway_is_rejected():
    host = Hooked()
    ports = attrs.evolve(host.checkout.ports, gateways={"bank": host.shop.bank, "other": host.shop.bank})
    host.checkout = type(host.checkout)(ports)
    host.service = type(host.service)(host.checkout, host.store)
    assert host.hears(gateway="other") == Received("callback_rejected")
    assert host.states(host.key) == ["unknown"]


def test_a_message_about_nobody_is_parked_and_matched_once_when_its_number_is_known():
    host = Hooked()
    stored = host.store.get(host.key, None)
    host.store.remove(host.key, stored.version)  # the message was faster than the save
    assert host.hears() == Received("callback_parked")
    assert host.hears() == Received("callback_parked")
    assert len(host.store.parked(10)) == 1

    order = host.checkout.codec.loads(stored.head, stored.basket).pre_order
    host.service.save(order)
    host.shop.bank.unreachable = {"inquire"}  # what it says is not believed, but it is looked at
    host.service.recover_once()
    assert host.store.parked(10) == ()
    assert len(host.record(host.key).inbox) == 1
    host.shop.bank.unreachable = frozenset()
    host.recovers(minutes=2)
    assert host.states(host.key) == ["captured"]


def test_a_parked_message_of_a_record_that_does_not_read_keeps_nobody_else_from_being_looked_after():
    host = Hooked()
    broken = host.paid(TIMEOUT_TAKEN)
    host.store.park(f"bank|{host.order(broken).number}", "M000099", host.shop.now())
    host.breaks(broken)
    host.recovers(minutes=2)
    assert host.states(host.key) == ["captured"]
    assert len(host.store.parked(10)) == 1  # for when it reads again


def test_more_parked_messages_of_nobody_than_one_round_takes_hide_no_later_one():
    host = Hooked("none")
    number = host.order(host.key).number
    for n in range(5):
        host.store.park(f"bank|NOBODY{n}", f"M{n}", host.shop.now())
    host.shop.passes(seconds=1)
    host.store.park(f"bank|{number}", "M000099", host.shop.now())
    host.service.recover_once(limit=2)
    assert [parked.name for parked in host.store.parked(10)] == [f"bank|NOBODY{n}" for n in range(5)]


def test_a_message_that_cannot_be_stored_is_not_answered():
    host = Hooked()
    host.store.close = lambda: None

    class Down:
        def __getattr__(self, name):
            raise StoreUnavailable("the disk is away")

    host.service.store, store = Down(), host.store
    with pytest.raises(StoreUnavailable):
        host.hears()
    host.service.store = store
    assert host.hears().code == "accepted"  # the provider says it again


def test_a_message_is_believed_for_a_payment_of_the_providers_page_before_the_buyer_comes_back():
    host = Host(able=preset("native", last_call="provider"))
    key = host.begun()
    for page, body in host.shop.answers("card", THREE_D, host.order(key)):
        if page == "CreditCardThreeDSecurePage":
            returned = body
            break
        host.service.post(key, page, body)
    assert host.states(key) == ["awaiting"]
    assert host.service.receive("bank", host.shop.bank.messages()[-1]).code == "accepted"
    assert host.states(key) == ["captured"]
    step = host.service.post(key, "CreditCardThreeDSecurePage", returned)
    assert (step.page, host.shop.bank.captures) == ("ThankYouPage", 1)


def test_a_message_of_money_given_back_at_the_bank_does_not_unmake_an_order():
    host = Hooked()
    host.hears()
    (row,) = host.shop.bank.rows()
    host.shop.bank.void(row.reference, "by hand at the bank")
    placed = host.order(host.key).placed
    assert host.hears(host.shop.bank.messages()[-1]).code == "accepted"
    assert host.order(host.key).placed == placed
