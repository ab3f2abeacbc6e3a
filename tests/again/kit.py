"""A shop whose buyers order by transfer, and what it is told when such an order is paid or given up."""

from __future__ import annotations

import attrs

from checkout_core import Caller, Checkout, CheckoutService
from checkout_core.page import GUEST
from checkout_core.paying import again_key
from checkout_core.ports import MISSING
from checkout_core.sandbox import Bank, Sandbox
from checkout_core.sandbox.magic import APPROVED
from checkout_core.sandbox.presets import NATIVE
from checkout_core.service import Operator
from checkout_core.stores import MemoryHolds, MemoryStore

CONFIRMATION = "CreditCardConfirmationPage"


class Ears:
    """What the shop is told; what is in `never` it refuses for good."""

    def __init__(self):
        self.told, self.never = [], {}

    def order_placed(self, number, order, /):
        self._heard("placed", number)

    def order_paid(self, number, order, /):
        self._heard("paid", number)
        assert order.placed.status == 400

    def order_refused(self, number, why, /):
        self._heard("refused", number)

    def send_mail(self, template, number, message, order, /):
        self._heard(template, number)

    def post_hook(self, topic, number, id, order, /):  # noqa: A002  # the port's
        self._heard(topic, number)

    def on_attention(self, number, why, /):
        self._heard("attention", why)

    def _heard(self, *what):
        if what[0] in self.never:
            raise self.never[what[0]]
        self.told.append(what)


class Shop:
    """With a service and an operator; goods are held, so an order that is paid again must not hold them twice."""

    def __init__(self, store=None, able=NATIVE, mugs=1):
        self.sandbox = Sandbox(seed=1)
        self.sandbox.bank = Bank(token=self.sandbox.token, clock=self.sandbox.now, capabilities=able)
        self.sandbox.banks["bank"] = self.sandbox.bank
        self.ears = Ears()
        self.holds = MemoryHolds(self.sandbox.now)
        self.holds.put("stock", "mug", mugs)
        ports = attrs.evolve(
            self.sandbox.ports, orders=self.ears, mail=self.ears, hooks=self.ears, alerts=self.ears,
            settlements=self.ears, holds=self.holds, loyalty=MISSING, limits=MISSING, challenges=MISSING, keyring=None,
        )  # fmt: skip
        self.checkout = Checkout(ports)
        self.store = store or MemoryStore()
        self.service = CheckoutService(self.checkout, self.store)
        self.operator = Operator(self.service.requests)

    @property
    def bank(self):
        return self.sandbox.bank

    def caller(self, account: str | None = None) -> Caller:
        return GUEST if account is None else self.sandbox.caller(account)

    def orders(self, account=None) -> str:
        """The key of a checkout whose order stands and waits for a transfer."""
        caller, token = self.caller(account), self.sandbox.token()
        start = self.checkout.start(self.sandbox.basket("mug", key=f"basket-{token}"), caller)
        key = self.service.save(start.pre_order)
        if account is None:
            self.service.post(key, "IndexPage", {"user_email": "ada@example.org"}, caller)
        for page, body in self.sandbox.answers("transfer", APPROVED, self.order(key)):
            step = self.service.post(key, page, body, caller)
        assert step.pre_order.placed.status == 300, step.errors
        self.ears.told.clear()
        return key

    def order(self, key):
        stored = self.store.get(key, None)
        return None if stored is None else self.checkout.codec.loads(stored.head, stored.basket).pre_order

    def payer(self, key):
        """The checkout that pays that order."""
        return self.order(again_key(self.order(key)))

    def begins(self, key, account=None) -> str:
        """The key of the checkout that pays it."""
        return self.service.pay_again(key, self.caller(account)).pre_order.key

    def up_to_the_card(self, key, card=APPROVED, account=None):
        """The last post of paying that order by card, not sent yet."""
        again, caller = self.begins(key, account), self.caller(account)
        for page, body in self.sandbox.answers("card", card, self.order(again)):
            if page in {"PaymentOptionSelectionPage", "BinNumberPage", "InstallmentSelectionPage"}:
                step = self.service.post(again, page, body, caller)
                assert step.ok, (page, step.errors)
            if page == CONFIRMATION:
                return again, page, body, caller
        raise AssertionError("no card is asked for")

    def pays(self, key, card=APPROVED, account=None):
        again, page, body, caller = self.up_to_the_card(key, card, account)
        return self.service.post(again, page, body, caller)

    def ask(self, steps):
        return self.service.run(steps)

    def confirms(self, key, amount=None):
        if amount is None:
            amount = self.ask(self.operator.awaited(key)).owed
        return self.ask(self.operator.confirming(key, amount, "grace", "bank statement"))

    def refuses(self, key):
        return self.ask(self.operator.refusing(key, "grace", "three days without money"))

    def passes(self, **time):
        self.sandbox.passes(**time)
        self.service.recover_once()
        self.service.relay_once()

    @property
    def taken(self):
        """How often money was taken and stands."""
        return sum(row.state == "captured" for row in self.bank.rows())

    @property
    def told(self):
        """What of orders the shop was told: `paid` and `refused`."""
        return [what for what, _ in self.ears.told if what in {"paid", "refused", "placed"}]
