"""A walk from basket to order, killed or not, and what the books say after it."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from attrs import frozen

from checkout_core.effects import SendSms
from checkout_core.money import total
from checkout_core.sandbox._outcomes import STANDING

from .buyer import PIECES, Buyer, Dead, Way
from .world import World, until

LATER = 90  # seconds: the next process is started when the claims of the dead one are over
SOON = timedelta(minutes=5)


@frozen
class Walk:
    """What came of one."""

    killed_after: str | None  # the call; None where the shop lived
    calls: tuple[str, ...]  # of the first process
    orders: int
    takings: int  # rows that stand at the bank


def walks(world: World, way: Way, die_at: int | str = 0) -> Walk:
    """From basket to order.  Raises AssertionError where any book says another thing than the others."""
    before, buyer = Books(world), Buyer(world.url, way, world.folder)
    try:
        world.starts(die_at)
        killed, calls = _gone(world, buyer, before)
        orders, takings = before.reconciled(way, f"{way.name}, killed after call {die_at}, {killed}")
    finally:
        world.stops()
    return Walk(killed, calls, orders, takings)


def _gone(world: World, buyer: Buyer, before: Books) -> tuple[str | None, tuple[str, ...]]:
    """The whole way: after which call the shop died, and what it had called until then."""
    with suppress(Dead):
        buyer.goes()
        until(lambda: not world.lives or before.settled(), "peace")
    if world.lives and before.settled():
        return None, tuple(world.calls())
    killed, calls = world.died(), tuple(world.calls())
    world.starts(ahead=LATER)
    buyer.goes()
    until(before.settled, f"peace after {killed}")
    return killed, calls


class Books:
    """What they said before a walk, to be compared with what they say now."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known = set(world.store.keys("", 10_000))
        self.rows = {(row.number, row.reference) for row in world.at_the_banks()}
        self.sold = world.sold()
        self.charged, self.held = world.charged(), world.held()

    def new(self):
        """The records of checkouts that were begun since."""
        return [record for key, record in self.world.checkouts().items() if key not in self.known]

    def settled(self) -> bool:
        """Nobody has anything left to do but to watch, now and then, a number that was never sent; an order stands."""
        new, soon = self.new(), datetime.now(UTC) + SOON
        waits = any(record.due_at is not None and record.due_at < soon for record in new)
        return not waits and not self.world.unheard() and any(record.pre_order.placed for record in new)

    def reconciled(self, way: Way, at: str) -> tuple[int, int]:
        """How many orders, how many takings.  Raises AssertionError."""
        placed = [record.pre_order for record in self.new() if record.pre_order.placed]
        assert len(placed) == 1, f"{at}: {len(placed)} orders"
        (order,) = placed
        left = [message.event for record in self.new() for message in record.outbox]
        assert all(isinstance(event, SendSms) for event in left), f"{at}: never told: {left}"  # it may have been read
        numbers = {attempt.number for attempt in order.attempts}
        rows = [row for row in self.world.at_the_banks() if (row.number, row.reference) not in self.rows]
        standing = [row for row in rows if row.state in STANDING]
        assert {row.number for row in rows} <= numbers, f"{at}: the bank has rows of nobody's"
        assert len(standing) == way.takings, f"{at}: taken {[(row.number, row.amount) for row in standing]}"
        owed = order.placed.plan.amount
        if way.takings:
            assert total((row.amount for row in standing), owed.currency) == owed, at
            assert standing[0].number == order.placed.number, at
        totals = order.placed.totals
        tenders = {name: getattr(totals, name) for name in ("loyalty_card", "loyalty_money", "gift_cards")}
        assert total(tenders.values(), owed.currency) + owed == totals.total == order.placed.total, f"{at}: {totals}"
        assert {name for name, amount in tenders.items() if amount} == way.tenders, f"{at}: {totals}"
        assert self.world.spent()[order.placed.number] == totals.loyalty_money.minor, f"{at}: loyalty money"
        assert self.world.charged() - self.charged == totals.gift_cards.minor, f"{at}: gift cards"
        assert self.world.submitted()[order.placed.number] == 1, f"{at}: the shop's tables"
        self._goods(order, at)
        return len(placed), len(standing)

    def _goods(self, order, at: str) -> None:
        assert self.world.held() <= self.held, f"{at}: still held: {self.world.held() - self.held}"
        counted = {item.subject for item in self.world.file.limited}
        bought = Counter({line.sku: line.quantity for line in order.basket.lines if line.sku in counted})
        assert sum(bought.values()) == PIECES, f"{at}: bought {bought}"
        assert self.world.sold() - self.sold == bought, f"{at}: sold {self.world.sold() - self.sold}, bought {bought}"
