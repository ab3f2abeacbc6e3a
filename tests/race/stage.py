"""What both processes share: one shop on one SQLite file, one bank, a clock that shows another day each round.

Every round is about one thing, which a contest names.  All there is of it but the last is gone before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import frozen

from checkout_core import Checkout, CheckoutService, PreOrder, Shop, SqliteStore
from checkout_core.effects import Item
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.bank import Bank
from checkout_core.stores import SqliteHolds

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAYS = ("CreditCardConfirmationPage", "FundsTransferPage")
STORIES = ("card", "transfer")  # by turns
MOSTS = (1, 1, 3)  # that there are of it, by turns
MUGS = 1_000_000


@frozen
class Contest:
    """What is raced for, how a buyer comes by it, and what becomes of one who is too late."""

    name: str
    shop: Callable[[Shop, int], Shop]  # of that round
    prize: Callable[[Shop, int, datetime], Item]  # what one buyer takes of it, and how much there is
    asks: Callable[[int], tuple[tuple[str, Mapping[str, object]], ...]]  # posted before the addresses
    has: Callable[[PreOrder], bool]  # the order still counts on it
    lost: Callable[[Mapping[str, object]], bool]  # what a loser is told is as it should be


class Host:
    """The shop, as each process has it."""

    def __init__(self, folder: str, contest: Contest) -> None:
        self.contest = contest
        self.now = NOON
        self.holds = SqliteHolds(Path(folder, "shop.sqlite"), self.clock)
        self.bank = Bank(Path(folder, "bank.sqlite"), clock=self.clock)
        self.sandbox = Sandbox(bank=self.bank, stock=self.holds, now=self.clock)
        self.plain = self.sandbox.shop
        self.checkout = Checkout(self.sandbox.ports)
        self.service = CheckoutService(self.checkout, SqliteStore(Path(folder, "shop.sqlite")))

    def clock(self) -> datetime:
        return self.now

    def turns(self, n: int) -> None:
        """To the day of that round, and to what there is on it."""
        self.now = NOON + n * timedelta(days=1)
        self.sandbox.shop = self.contest.shop(self.plain, n)

    def prize(self, n: int) -> Item:
        """What is raced for in this round."""
        return self.contest.prize(self.sandbox.shop, n, self.now)

    def fills(self, n: int) -> None:
        """Takes all there is of that round's prize but what one buyer wants."""
        prize = self.prize(n)
        for place in range(prize.most // prize.quantity - 1):
            op = f"{n}|{place}"
            assert self.holds.take_hold(op, op, (prize,), self.now) == ()
            self.holds.commit_hold(op)

    def comes(self, name: str, n: int) -> tuple[PreOrder, str, Mapping[str, object]]:
        """A buyer of that round in front of the page that pays; what is posted there."""
        order = self.checkout.start(self.sandbox.basket("mug", key=f"{name}-{n}")).pre_order
        order = self.checkout.submit(order, "IndexPage", {"user_email": f"{name}-{n}@example.org"}).pre_order
        for page, body in self.contest.asks(n):
            order = self.checkout.submit(order, page, body).raise_for_errors().pre_order
        for page, body in self.sandbox.answers(STORIES[n % len(STORIES)]):
            if page in PAYS:
                return order, page, body
            order = self.checkout.submit(order, page, body).raise_for_errors().pre_order
        raise AssertionError("nobody pays")
