"""The largest shop on a SQLite file, and buyers of it who have come as far as choosing how to pay."""

from __future__ import annotations

from itertools import takewhile

import attrs

from checkout_core import Checkout, CheckoutService
from checkout_core.challenges import Challenges
from checkout_core.page import Caller
from checkout_core.sandbox import GRAND_BAZAAR, Sandbox
from checkout_core.stores import SqliteHolds, SqliteStore
from checkout_core.wire import step_json

AT_THE_DOOR, IN_CASH, VERIFIED, BY_CARD = 41, 42, 43, 31
PHONE, OTHER_PHONE = "+905321234567", "+905329876543"
PAYING, CHOICE, END = "PaymentOptionSelectionPage", "PayOnDeliveryPaymentChoicePage", "PayOnDeliveryPage"
SEND, VERIFY = "SendSmsPage", "VerifySmsPage"
ADA = Caller(session="a", ip="192.0.2.1")


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


class Counted(Challenges):
    """As those of the library; notes what was compared."""

    def __init__(self, compared, **given):
        super().__init__(**given)
        object.__setattr__(self, "compared", compared)

    def _about(self, challenge):
        self.compared.append(challenge)
        return Challenges._about(challenge)


class Shop:
    def __init__(self, folder):
        self.sandbox = Sandbox(GRAND_BAZAAR, seed=1)
        path = folder / "checkouts.sqlite"
        self.store, self.holds = SqliteStore(path), SqliteHolds(path, self.sandbox.now)
        self.compared = []
        self.begun = 0
        self.opens(self.sandbox.inbox)

    def opens(self, sms):
        """The shop is there, and `sms` sends its texts."""
        self.challenges = Counted(
            self.compared, keyring=self.sandbox.keyring, clock=self.sandbox.now, nonce=self.sandbox.token,
            limits=self.holds,
        )  # fmt: skip
        ports = attrs.evolve(self.sandbox.ports, challenges=self.challenges, limits=self.holds, sms=sms)
        self.checkout = Checkout(ports)
        self.service = CheckoutService(self.checkout, self.store)

    def close(self):
        self.store.close()
        self.holds.close()

    def buyer(self, option, caller=ADA):
        """The key of a checkout of somebody who has chosen that way to pay, and the step it led to."""
        self.begun += 1
        order = self.checkout.start(self.sandbox.basket("mug", key=f"basket-{self.begun}")).pre_order
        key = self.service.save(order)
        self.service.post(key, "IndexPage", {"user_email": "ada@example.org", "phone_number": "05321112233"}, caller)
        trunk = takewhile(lambda each: each[0] != PAYING, self.sandbox.answers("transfer", order=self.order(key)))
        for page, body in trunk:
            self.service.post(key, page, body, caller).raise_for_errors()
        return key, self.service.post(key, PAYING, {"payment_option": option}, caller)

    def posts(self, key, page, caller=ADA, /, **body):
        return self.service.post(key, page, body, caller)

    def sends(self, key, phone=PHONE, caller=ADA):
        return self.posts(key, SEND, caller, phone_number=phone)

    def says(self, key, code, caller=ADA):
        return self.posts(key, VERIFY, caller, verify_code=code)

    def order(self, key):
        return self.checkout.codec.loads(*self.stored(key)).pre_order

    def stored(self, key):
        found = self.store.get(key, None)
        return found.head, found.basket

    @property
    def texts(self):
        return self.sandbox.inbox.of("sms")

    @property
    def code(self):
        """Of the last text."""
        return self.texts[-1].says.removeprefix("Your code is ").removesuffix(".")

    def json(self, step):
        return step_json(step, settings=self.sandbox.settings)
