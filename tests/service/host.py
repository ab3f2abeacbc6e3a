"""A shop with a service and an operator: either driver, either store, ports that can be away."""

from __future__ import annotations

import asyncio

import attrs

from checkout_core import AsyncCheckoutService, Checkout, CheckoutService, evolve
from checkout_core.ports import MISSING
from checkout_core.sandbox import Bank, Sandbox
from checkout_core.sandbox.magic import APPROVED, TIMEOUT_TAKEN
from checkout_core.sandbox.presets import NATIVE
from checkout_core.service._operator import Operator
from checkout_core.stores import MemoryStore, Saved, SqliteStore

HOSTS = {
    "threads, memory": (CheckoutService, lambda _: MemoryStore()),
    "threads, SQLite": (CheckoutService, lambda folder: SqliteStore(folder / "checkouts.sqlite")),
    "loop, memory": (AsyncCheckoutService, lambda _: MemoryStore()),
}


class Ears:
    """What a shop is told.  `away` names what does not answer, `never` what refuses for good."""

    def __init__(self):
        self.told, self.away, self.never = [], set(), {}

    def order_placed(self, number, order):
        self._heard("order_placed", number)

    def send_mail(self, template, number, message, order):
        self._heard("send_mail", template)

    def send_sms(self, phone, text, message):
        self._heard("send_sms", phone)

    def on_attention(self, number, why):
        self._heard("on_attention", why)

    def _heard(self, *what):
        if what[0] in self.never:
            raise self.never[what[0]]
        if what[0] in self.away:
            raise ConnectionError("nobody answers")
        self.told.append(what)


class Host:
    """`ask` runs a coroutine of the operator's, by whichever driver it is."""

    def __init__(self, service=CheckoutService, store=None, able=NATIVE):
        self.shop = Sandbox(seed=1)
        self.shop.bank = Bank(token=self.shop.token, clock=self.shop.now, capabilities=able)
        self.shop.banks["bank"] = self.shop.bank
        self.ears = Ears()
        ports = attrs.evolve(
            self.shop.ports, orders=self.ears, mail=self.ears, sms=self.ears, alerts=self.ears,
            hooks=MISSING, holds=MISSING, loyalty=MISSING, limits=MISSING, challenges=MISSING, keyring=None,
        )  # fmt: skip
        self.store = store or MemoryStore()
        self.checkout = Checkout(ports)
        self.service = service(self.checkout, self.store)
        self.operator = Operator(self.service.requests)

    def ask(self, steps):
        if isinstance(self.service, CheckoutService):
            return self.service.run(steps)

        async def whole():
            return await self.service.run(steps)

        return asyncio.run(whole())

    def begun(self, *skus, email="ada@example.org", account=None):
        """The key of a checkout whose buyer has said who they are."""
        key = self.shop.token()
        caller = {} if account is None else {"caller": self.shop.caller(account)}
        order = self.checkout.start(self.shop.basket(*(skus or ("mug",)), key=f"basket-{key}"), **caller).pre_order
        self.ask(self.service.requests.saving(order))
        if account is None:
            self.posts(order.key, "IndexPage", {"user_email": email})
        return order.key

    def paid(self, card=APPROVED, *, again=None, **begun):
        """The key of a checkout that was paid with that card, or whose buyer tries it once more."""
        key = again or self.begun(**begun)
        account = self.order(key).buyer.account
        answers = self.shop.answers("card", card, self.order(key))
        for page, body in answers:
            if again is None or page == "CreditCardConfirmationPage":
                self.posts(key, page, body, account)
        return key

    def posts(self, key, page, body, account=None):
        caller = (self.shop.caller(account),) if account else ()
        if isinstance(self.service, CheckoutService):
            return self.service.post(key, page, body, *caller)

        async def whole():
            return await self.service.post(key, page, body, *caller)

        return asyncio.run(whole())

    def recovers(self, **passes):
        """So much later everything due is looked after."""
        self.shop.passes(**passes)
        self.ask(self.service.requests.recovering_all(100))
        self.ask(self.service.requests.each_due(100, self.service.requests.relaying))

    def record(self, key):
        stored = self.store.get(key, None)
        return None if stored is None else self.checkout.codec.loads(stored.head, stored.basket)

    def order(self, key):
        return self.record(key).pre_order

    def states(self, key):
        return [a.state for a in self.order(key).attempts]

    def writes(self, key, **changes):
        """The record as somebody else would have left it."""
        record, stored = evolve(self.record(key), **changes), self.store.get(key, None)
        head = self.checkout.codec.dumps(record)
        assert self.store.save(key, stored.version, head, None, record.due_at) is Saved.WON

    def breaks(self, key):
        """The record cannot be read any more."""
        stored = self.store.get(key, None)
        assert self.store.save(key, stored.version, b'{"schema":1,"broken', None, None) is Saved.WON


def waiting_for_a_person(host, **begun):
    """A payment without an answer, whose ledger has been silent for days."""
    key = host.paid(TIMEOUT_TAKEN, **begun)
    host.shop.bank.unreachable = {"inquire"}
    host.recovers(days=3)
    return key
