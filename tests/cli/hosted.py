"""A host's own service, as `--service` finds it, whose clock and ports a test holds in its hand."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import attrs

from checkout_core import Checkout, CheckoutService, MemoryStore, evolve
from checkout_core.ports import MISSING
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED, TIMEOUT_TAKEN
from checkout_core.stores import Saved

MODULE = "a_hosts_shop"


class Hosted:
    """Its service is `a_hosts_shop:service`; `options` say so to a command."""

    options = ("--service", f"{MODULE}:service")

    def __init__(self, monkeypatch):
        self.shop = Sandbox(seed=1)
        self.told, self.away, self.pauses = [], {}, []
        ports = attrs.evolve(
            self.shop.ports,
            orders=self,
            mail=self,
            sms=self,
            hooks=MISSING,
            alerts=MISSING,
            holds=MISSING,
            loyalty=MISSING,
        )
        self.store = MemoryStore()
        self.service = CheckoutService(Checkout(ports), self.store, sleep=self.sleeps)
        self.module = SimpleNamespace(service=self.service)
        monkeypatch.setitem(sys.modules, MODULE, self.module)

    def order_placed(self, number, order):
        self._hears("order_placed", number)

    def send_mail(self, template, number, message, order):
        self._hears("send_mail", template)

    def send_sms(self, phone, text, message):
        self._hears("send_sms", phone)

    def _hears(self, *what):
        if what[0] in self.away:
            raise self.away[what[0]]
        self.told.append(what)

    def sleeps(self, seconds):
        """Nobody waits; the third pause is interrupted."""
        self.pauses.append(seconds)
        self.shop.passes(seconds=seconds)
        if len(self.pauses) == 3:
            raise KeyboardInterrupt

    def begun(self, email="ada@example.org"):
        """The key of a checkout whose buyer has said who they are."""
        basket = self.shop.basket("mug", key=f"basket-{self.shop.token()}")
        key = self.service.save(self.service.checkout.start(basket).pre_order)
        self.service.post(key, "IndexPage", {"user_email": email})
        return key

    def paid(self, card=APPROVED, **begun):
        """The key of a checkout that was paid with that card."""
        key = self.begun(**begun)
        for page, body in self.shop.answers("card", card, self.order(key)):
            self.service.post(key, page, body)
        return key

    def for_a_person(self):
        """The key of a checkout whose payment the bank has had no word about for days."""
        key = self.paid(TIMEOUT_TAKEN)
        self.shop.bank.unreachable = {"inquire"}
        self.shop.passes(days=3)
        self.service.recover_once()
        return key

    def record(self, key):
        stored = self.store.get(key, None)
        return None if stored is None else self.service.checkout.codec.loads(stored.head, stored.basket)

    def order(self, key):
        return self.record(key).pre_order

    def number(self, key):
        return self.order(key).number

    def writes(self, key, **changes):
        """The record as somebody else would have left it."""
        record, stored = evolve(self.record(key), **changes), self.store.get(key, None)
        head = self.service.checkout.codec.dumps(record)
        assert self.store.save(key, stored.version, head, None, record.due_at) is Saved.WON
