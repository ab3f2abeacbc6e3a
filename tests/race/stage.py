"""What both processes share: one shop on one SQLite file, one bank, a clock that shows another day each round.

Every round is about the one slot of its day.  All its places but one are gone before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from checkout_core import Checkout, CheckoutService, PreOrder, SqliteStore, evolve
from checkout_core.effects import Item
from checkout_core.rules.slots import offered
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.bank import Bank
from checkout_core.shop import DeliveryOption, Slot, SlotGroup
from checkout_core.stores import SqliteHolds

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENING = Slot(1, tuple(range(7)), time(18), time(20), quota=1)
SCHEDULED = DeliveryOption(1, "scheduled", "When I am there", slot_group=1)
PAYS = ("CreditCardConfirmationPage", "FundsTransferPage")
STORIES = ("card", "transfer")  # by turns
QUOTAS = (1, 1, 3)  # by turns
MUGS = 1_000_000


class Host:
    """The shop, as each process has it."""

    def __init__(self, folder: str) -> None:
        self.now = NOON
        self.holds = SqliteHolds(Path(folder, "shop.sqlite"), self.clock)
        self.bank = Bank(Path(folder, "bank.sqlite"), clock=self.clock)
        self.sandbox = Sandbox(bank=self.bank, stock=self.holds, now=self.clock)
        self.checkout = Checkout(self.sandbox.ports)
        self.service = CheckoutService(self.checkout, SqliteStore(Path(folder, "shop.sqlite")))

    def clock(self) -> datetime:
        return self.now

    def turns(self, n: int) -> None:
        """To the day of that round, and to the only slot on it."""
        self.now = NOON + n * timedelta(days=1)
        group = SlotGroup(1, "At home", (evening(n),), days=1)
        self.sandbox.shop = evolve(self.sandbox.shop, delivery_options=(SCHEDULED,), slot_groups=(group,))

    def fills(self, n: int) -> None:
        """Sells all places of that round's slot but one."""
        slot = self.slot
        for place in range(slot.quota - 1):
            op = f"{n}|{place}"
            assert self.holds.take_hold(op, op, (Item("slot", slot.subject, 1, slot.quota),), self.now) == ()
            self.holds.commit_hold(op)

    @property
    def slot(self):
        """The slot of this round."""
        (slot,) = offered(self.sandbox.shop.slot_groups[0], "UTC", self.now)
        return slot

    def comes(self, name: str, n: int) -> tuple[PreOrder, str, Mapping[str, object]]:
        """A buyer of that round in front of the page that pays; what is posted there."""
        order = self.checkout.start(self.sandbox.basket("mug", key=f"{name}-{n}")).pre_order
        order = self.checkout.submit(order, "IndexPage", {"user_email": f"{name}-{n}@example.org"}).pre_order
        for page, body in self.answers(n):
            if page in PAYS:
                return order, page, body
            order = self.checkout.submit(order, page, body).raise_for_errors().pre_order
        raise AssertionError("nobody pays")

    def answers(self, n: int) -> Iterator[tuple[str, Mapping[str, object]]]:
        return self.sandbox.answers(STORIES[n % len(STORIES)])


def evening(n: int) -> Slot:
    return Slot(EVENING.pk, EVENING.weekdays, EVENING.start, EVENING.end, QUOTAS[n % len(QUOTAS)])
