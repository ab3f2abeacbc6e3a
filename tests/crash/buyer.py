"""A buyer in a process of its own, who goes on from wherever the last process died.

    python -m tests.crash.buyer         # and then, line by line: DATABASE LEDGER CARD SECONDS DIE_AT

DIE_AT: the process kills itself with SIGKILL when it has passed that many
boundaries (a write to the store, a call of the bank, goods held or sold, an order told, a page posted);
0: never.  SECONDS: how far its clock is ahead.  Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import attrs

from checkout_core import Checkout, CheckoutService, SqliteStore, Step, evolve
from checkout_core.effects import Inquire, TakeHold, Void
from checkout_core.sandbox import Bank, Sandbox
from checkout_core.sandbox.shopfile import DEFAULT, load_shop
from checkout_core.sandbox.world import card_form
from checkout_core.service import NotThere, Save, Send, Tell
from checkout_core.stores import SqliteHolds

from ..zygote import serve

HORIZON = timedelta(seconds=2)  # the bank's
PARTS = 3
KEY = "checkout-1"
GOODS, PIECES = ("mug", "t-shirt"), 5


class Mortal(CheckoutService):
    """A service whose process dies at a boundary, after it took effect."""

    left = 0

    def perform(self, effect):
        answer = super().perform(effect)
        if isinstance(effect, Save | Send | Inquire | Void | TakeHold | Tell):
            self.boundary()
        return answer

    def boundary(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Buyer:
    """Answers the page that is shown, and comes back from the bank when it waits."""

    def __init__(self, database: str, ledger: str, card: str, ahead: float, die_at: int) -> None:
        self.ahead = timedelta(seconds=ahead)
        self.card = card
        self.bank = Bank(ledger, max_in_flight=HORIZON)
        file = load_shop(DEFAULT)
        settings = evolve(file.settings, send_budget=timedelta(seconds=1))
        self.shop = Sandbox(file, settings=settings, bank=self.bank, now=lambda: datetime.now(UTC) + self.ahead)
        self.shop.basket(*GOODS)
        self.goods = SqliteHolds(database, self.shop.now)
        for sku in GOODS:
            if self.goods.left("stock", sku) is None:
                self.goods.put("stock", sku, PIECES)
        self.checkout = Checkout(attrs.evolve(self.shop.ports, key=lambda: KEY, holds=self.goods))
        self.service = Mortal(self.checkout, SqliteStore(database))
        self.service.left = die_at

    def body(self, page: str) -> Mapping[str, object]:
        """What this buyer says on that page."""
        return {
            "IndexPage": {"user_email": "ada@example.org"},
            "AddressSelectionPage": {"shipping_address": 11, "billing_address": 12},
            "ShippingOptionSelectionPage": {"shipping_option": 21},
            "PaymentOptionSelectionPage": {"payment_option": 31},
            "BinNumberPage": {"bin_number": self.card[:6]},
            "InstallmentSelectionPage": {"installment": PARTS},
            "CreditCardConfirmationPage": card_form(self.card, 2031),
        }[page]

    def shops(self) -> Step:
        """Until the order stands."""
        try:
            self.service.get(KEY)
        except NotThere:
            self.service.save(self.checkout.start(self.shop.baskets["basket-1"]).pre_order)
        while True:
            self.service.recover_once()
            self.service.relay_once()
            step = self.service.get(KEY)
            if step.page == "ThankYouPage":
                return step
            attempts = step.pre_order.attempts
            if step.errors:  # money is moving: time must pass, and the ledger be asked
                self.ahead += HORIZON
            elif attempts and attempts[-1].state == "awaiting":
                returned = self.bank.comes_back(self.bank.ticket(attempts[-1].number))
                self.service.post(KEY, "CreditCardThreeDSecurePage", returned)
            else:
                self.service.post(KEY, step.page, self.body(step.page))
            self.service.boundary()


def main(database: str, ledger: str, card: str, ahead: str, die_at: str) -> None:
    buyer = Buyer(database, ledger, card, float(ahead), int(die_at))
    order = buyer.shops().pre_order
    buyer.service.relay_once()
    left = {sku: buyer.goods.left("stock", sku) for sku in GOODS}
    rows = [(row.number, row.amount.minor, row.state) for row in buyer.bank.rows()]
    told = {"number": order.placed.number, "total": order.placed.total.minor, "rows": rows, "left": left}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    serve(main)
