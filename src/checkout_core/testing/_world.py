"""Everything around the service, in memory and under one clock: a shop, a bank, a store, the shop's own tables.

    world = World(NO_KEYS)
    checkout = Checkout(world.ports)      # once; `reset` begins a new day in the same world
    world.bank.captures, world.orders, world.told

The bank's ledger is the truth.  Nothing here knows of schedules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

from attrs import evolve, frozen

from ..effects import Capabilities, Gateway, GiftCard, Item, LoyaltyAccount, LoyaltyCard, Refused, Secret
from ..order import Basket, PreOrder
from ..ports import Ports
from ..sandbox import Bank, Sandbox
from ..sandbox.world import NOON
from ..settings import Settings
from ..stores import HoldsByKind, MemoryHolds, MemoryStore
from ._purse import GIFT_CARD, MONEY, POINTS, TENDERS, Purse, Quiet, Thing


@frozen
class Told:
    """A message that was delivered."""

    port: str
    about: str  # a template, or a topic
    number: str

    @property
    def says_placed(self) -> bool:
        """That an order stands."""
        return self.about in {"order_placed", "order.placed"}

    @property
    def says_paid(self) -> bool:
        """That the money of one came which stood without."""
        return self.about in {"order_paid", "order.paid"}


class World:
    """One object is the ports of orders, holds, mail, hooks and alerts; `reset` empties all of them."""

    def __init__(
        self, able: Capabilities, there: Mapping[Thing, int] | None = None, settings: Settings | None = None
    ) -> None:
        """`there`: of what there is only so much; without it nothing is held."""
        self.able = able
        self.there = there or {}
        self.now = NOON
        self.shop = Sandbox(seed=1, bank=Bank(capabilities=able), now=lambda: self.now)
        self.settings = settings or evolve(self.shop.settings, answer_wait=timedelta(0))  # else every race has a pause
        self.reset({})

    def reset(self, baskets: Mapping[str, Basket]) -> None:
        """A new day: nothing was bought, nothing is stored."""
        tokens = count(1)
        self.now = NOON
        self.refuses = False  # the shop's tables take no order
        self.bank = Bank(capabilities=self.able, clock=self.clock, token=lambda: f"{next(tokens):032x}")
        self.store = MemoryStore()
        self.purse = Purse(self.there, self.clock)
        self.counted = MemoryHolds(self.clock)
        self.holds: MemoryHolds | HoldsByKind = self.counted
        if self.has(GIFT_CARD):
            self.holds = HoldsByKind(self.counted, gift_card=self.purse)
        for (kind, subject), quantity in self.there.items():
            if kind not in TENDERS:
                self.counted.put(kind, subject, quantity)
        self.shop.baskets = dict(baskets)
        self.orders: dict[str, PreOrder] = {}  # the shop's table, by number
        self.rewritten: list[str] = []  # numbers that were told again with another order
        self.paid: dict[str, PreOrder] = {}  # of orders that stood without money, by number: what paid them
        self.given_up: dict[str, str] = {}  # and why the shop waits for no money any more
        self.told: dict[str, Told] = {}  # by id: who consumes it knows repeats by that
        self.deliveries: Counter[str] = Counter()  # by id
        self.alarms: list[tuple[str, str]] = []
        self.taken: dict[str, tuple[Item, ...]] = {}  # by op: what is held, as far as we were told
        self.owners: dict[str, str] = {}
        self.committed: set[str] = set()  # ops; taken again, they hold nothing
        self.sold: Counter[Thing] = Counter()
        self.lost: list[tuple[str, datetime]] = []  # ops that could not be committed
        self.hold_calls: list[tuple[str, str, Quiet | None]] = []
        self.saved: Counter[tuple[str, str, str]] = Counter()  # cards, by account, gateway and token

    def has(self, *kinds: str) -> bool:
        """There is something of these kinds."""
        return any(kind in kinds for kind, _ in self.there)

    def clock(self) -> datetime:
        """What it shows."""
        return self.now

    def seconds(self) -> float:
        """What a clock shows that is never set."""
        return self.now.timestamp()

    @property
    def ports(self) -> Ports:
        """What a composition is made of; a host replaces what is its own."""
        mine = Ports(
            shop=lambda: self.shop.shop, clock=self.clock, key=self.shop.token, settings=lambda: self.settings,
            basket=self.shop, buyers=self.shop, cards=self.shop, orders=self,
            gateways={"bank": cast("Gateway", Line(self))}, mail=self, hooks=self, alerts=self, saved_cards=self,
            settlements=self,
        )  # fmt: skip
        mine = evolve(mine, holds=self, slots=self) if self.there else mine
        if self.has(GIFT_CARD):
            mine = evolve(mine, gift_cards=self, challenges=self.shop.challenges, sms=self.shop.inbox)
        return evolve(mine, loyalty=self) if self.has(MONEY, POINTS) else mine

    # Ports of the shop's own

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        """Insert or update by number."""
        if self.refuses:
            raise Refused("blocked_customer")
        self.purse.books.order_placed(number, order)
        before = self.orders.get(number)
        if before is not None and before.placed != order.placed:
            self.rewritten.append(number)
        self.orders[number] = order
        self.deliveries[f"order|{number}"] += 1

    def order_paid(self, number: str, order: PreOrder, /) -> None:
        """Update by number."""
        before = self.paid.get(number)
        if before is not None and before.placed != order.placed:
            self.rewritten.append(number)
        self.paid[number] = order
        self.deliveries[f"paid|{number}"] += 1

    def order_refused(self, number: str, why: str, /) -> None:
        """Update by number."""
        self.given_up[number] = why
        self.deliveries[f"given up|{number}"] += 1

    def send_mail(self, template: str, number: str, message: str, _: PreOrder, /) -> None:
        self._hears(message, Told("mail", template, number))

    def post_hook(self, topic: str, number: str, message: str, _: PreOrder, /) -> None:
        self._hears(message, Told("hook", topic, number))

    def on_attention(self, number: str, why: str, /) -> None:
        self.alarms.append((number, why))

    def _hears(self, message: str, told: Told) -> None:
        self.told.setdefault(message, told)
        self.deliveries[message] += 1

    def save_card(self, account: str, gateway: str, token: str, _: str, __: str, ___: str, /) -> None:
        """Insert or update by token."""
        self.saved[account, gateway, token] += 1

    # Ports of services: the books are others every day

    def find_gift_card(self, code: Secret, currency: str, /) -> GiftCard | None:
        return self.purse.cards.find_gift_card(code, currency)

    def ask_gift_card(self, token: str, currency: str, /) -> GiftCard | None:
        return self.purse.cards.ask_gift_card(token, currency)

    def list_loyalty_accounts(self, account: str, currency: str, /) -> tuple[LoyaltyAccount, ...]:
        return self.purse.books.list_loyalty_accounts(account, currency)

    def find_loyalty_card(self, account: str, currency: str, /) -> LoyaltyCard | None:
        return self.purse.books.find_loyalty_card(account, currency)

    # Holds, counted a second time

    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]:
        self.hold_calls.append(("take", op, self.purse.silent))
        lacking = self.holds.take_hold(op, owner, items, until)
        if not lacking and op not in self.committed:  # a newer one of the same owner takes over
            self.taken = {
                other: kept for other, kept in self.taken.items() if other == op or owner != self.owners[other]
            }
            self.taken[op], self.owners[op] = items, owner
        return lacking

    def commit_hold(self, op: str, /) -> None:
        self.hold_calls.append(("commit", op, self.purse.silent))
        try:
            self.holds.commit_hold(op)
        except Refused:
            self.lost.append((op, self.now))
            raise
        self.committed.add(op)
        self.sold.update({(i.kind, i.subject): i.quantity for i in self.taken.pop(op, ())})

    def release_hold(self, op: str, /) -> None:
        self.hold_calls.append(("release", op, self.purse.silent))
        self.holds.release_hold(op)
        self.taken.pop(op, None)

    def count_taken(self, kind: str, subjects: tuple[str, ...], owner: str, /) -> tuple[int, ...]:
        return self.counted.count_taken(kind, subjects, owner)

    # What a schedule compares

    def left(self) -> dict[Thing, int]:
        """How many of each are free; of tenders the purse knows."""
        return {thing: self.counted.left(*thing) or 0 for thing in self.there if thing[0] not in TENDERS}

    def mark(self) -> tuple[object, ...]:
        """All of it that the future depends on; the bank's books apart."""
        stored = tuple(self.store.get(key) for key in self.store.keys("", 1000))
        return (
            self.now, stored, self.store.parked(1000), tuple(self.hold_calls), tuple(sorted(self.deliveries.items())),
            tuple(self.alarms), tuple(sorted(self.saved.items())),
            tuple(sorted((key, b.digest) for key, b in self.shop.baskets.items())),
        )  # fmt: skip

    def books(self) -> tuple[object, ...]:
        """All that the bank remembers, but for who asked."""
        with self.bank.desk() as desk:
            return desk.book.rows(), desk.book.tickets(), len(desk.book.notices()), desk.book.references()


class Line:
    """The gateway of a composition: whichever bank the world has today."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def capabilities(self) -> Capabilities:
        return self._world.able

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return lambda *given: getattr(self._world.bank, method)(*given)  # noqa: PLW0108  # found once, asked for ever
