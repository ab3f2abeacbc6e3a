"""One of the shop's processes: it serves whichever of its buyers clicks next, until it is killed.

python -m tests.kill.client NAME LIFE

Buyers are few at a time, so two processes often have the same one at hand: that is the double click.
"""

from __future__ import annotations

import random
import sys
from contextlib import suppress

from checkout_core.sandbox import magic
from checkout_core.sandbox.world import card_form
from checkout_core.service import Conflict, NotThere
from checkout_core.stores import StoreUnavailable

from .stage import Host, Stage

AT_ONCE = 4  # buyers who are about
YEAR = 2031
CARDS = {  # by their BIN: how often each is tried
    "542119": {
        magic.APPROVED: 8, magic.TIMEOUT_TAKEN: 4, magic.TIMEOUT_NOT_TAKEN: 2, magic.DECLINED: 2,
        magic.TIMEOUT_TAKEN_LATE: 3, magic.DUPLICATE_NUMBER: 1, magic.GARBAGE: 1,
    },
    "542120": {
        magic.THREE_D: 6, magic.THREE_D_ABANDONED: 1, magic.THREE_D_FAILED: 1, magic.THREE_D_TIMEOUT_TAKEN: 2,
        magic.THREE_D_TIMEOUT_NOT_TAKEN: 1, magic.THREE_D_INSUFFICIENT_FUNDS: 1,
    },
}  # fmt: skip
PAYS, COMES_BACK, ENDS = "CreditCardConfirmationPage", "CreditCardThreeDSecurePage", "ThankYouPage"


class Client:
    """A process, and the buyers in front of it."""

    def __init__(self, stage: Stage, name: str, life: str) -> None:
        self.stage = stage
        self.name = name
        self.host = Host(stage, name)
        self.dice = random.Random(f"{stage.seed}|{name}|{life}")

    def serves(self) -> None:
        """One buyer, one click."""
        keys = self.host.tables.about(AT_ONCE)
        key = self.dice.choice(keys) if keys else None
        if key is None:
            return
        with suppress(Conflict, StoreUnavailable):  # nothing was done, and the buyer clicks again
            self.clicks(key)

    def clicks(self, key: str) -> None:
        try:
            step = self.host.service.get(key)
        except NotThere:
            self.begins(key)
            return
        if step.page == ENDS:
            self.is_through(key)
        elif step.errors:
            self.is_locked(key)
        elif step.pre_order.attempts and step.pre_order.attempts[-1].state == "awaiting" and self.one_in(2):
            self.returns(key, step.pre_order)
        else:
            self.goes_on(key, step)

    def begins(self, key: str) -> None:
        self.host.key = key
        order = self.host.checkout.start(self.host.read_basket(key, "")).pre_order
        self.host.service.save(order)

    def is_through(self, key: str) -> None:
        """Clicks once more, goes back in vain, or goes."""
        if self.one_in(2):
            self.host.tables.leaves(key)
        elif self.one_in(2):
            self.posts(key, PAYS, card_form(magic.APPROVED, YEAR))
        else:
            self.posts(key, "PaymentOptionSelectionPage", {"payment_option": 31})

    def is_locked(self, key: str) -> None:
        """Clicks all the same; one in many gives up and never looks again."""
        if self.one_in(30):
            self.host.tables.leaves(key)
        elif self.one_in(2):
            self.posts(key, PAYS, card_form(magic.APPROVED, YEAR))
        elif self.one_in(3):
            self.edits(key)

    def returns(self, key: str, order) -> None:
        """From the bank's page, sometimes twice."""
        ticket = self.host.bank.ticket(order.attempts[-1].number)
        returned = None if ticket is None else self.host.bank.comes_back(ticket)
        if returned is not None:
            for _ in range(self.dice.choice((1, 1, 2))):
                self.posts(key, COMES_BACK, returned)

    def goes_on(self, key: str, step) -> None:
        """To the next page; or back, or to the basket, or away."""
        if self.one_in(14):
            self.edits(key)
        if self.one_in(40):
            self.host.tables.leaves(key)
        page = step.page
        if page in {PAYS, COMES_BACK} and self.one_in(4):
            page = self.dice.choice(("ShippingOptionSelectionPage", "BinNumberPage", "InstallmentSelectionPage"))
        if page == COMES_BACK:
            page = PAYS
        body = self.says(page, step.pre_order)
        step = self.posts(key, page, body)
        if page == PAYS and step.errors == {"non_field_errors": ("out_of_stock",)}:
            self.edits(key, mugs=0)
        if page == PAYS and self.one_in(3):
            self.posts(key, page, body)

    def says(self, page: str, order):
        """What this buyer says on that page."""
        if page == PAYS:
            cards = CARDS[order.payment.bin_number]
            return card_form(self.dice.choices(list(cards), list(cards.values()))[0], YEAR)
        return {
            "IndexPage": {"user_email": f"{order.key}@example.org"},
            "AddressSelectionPage": {"shipping_address": 11, "billing_address": 12},
            "ShippingOptionSelectionPage": {"shipping_option": self.dice.choice((21, 22))},
            "PaymentOptionSelectionPage": {"payment_option": 31},
            "BinNumberPage": {"bin_number": self.dice.choice(("542119", "542119", "542120"))},
            "InstallmentSelectionPage": {"installment": self.dice.choice((1, 3, 6))},
        }[page]

    def edits(self, key: str, mugs: int | None = None) -> None:
        """Another basket than before; perhaps in the middle of a payment."""
        mugs = self.dice.choice((0, 1, 2)) if mugs is None else mugs
        self.host.tables.edits(key, mugs, self.dice.choice((1, 2)))

    def posts(self, key: str, page: str, body):
        step = self.host.service.post(key, page, body)
        self.stage.ticked(self.name)
        return step

    def one_in(self, n: int) -> bool:
        return self.dice.randrange(n) == 0


def main(name: str, life: str) -> None:
    stage = Stage.of_environment()
    client = Client(stage, name, life)
    while True:
        client.serves()


if __name__ == "__main__":
    main(*sys.argv[1:])
