"""One request's hold on a record: the version it read, and what it has saved."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import frozen

from ..atlas import after_an_end
from ..checkout import Checkout
from ..effects import Apply, Checkpoint, Effect, Event, FinishThreeD, NotSent, Query, Sale, StartThreeD
from ..order import PreOrder, same
from ..paying import apply_outcome, due_at
from ..records import Message, Record
from ..stepping import OUTSIDE, Knowing
from ..stores import Saved, Stored, StoreUnavailable

ANSWERS_LOST = 5  # in a row; then the store counts as down


class Conflict(Exception):
    """Other requests saved first, again and again.  Nothing was sent; the same call may be made again."""


class NotThere(KeyError):
    """The store knows no checkout of that key."""


@frozen
class Load(Effect[Stored | None]):
    """A read of the store."""

    key: str
    known_basket: str | None


@frozen
class Save(Effect[Saved]):
    """A compare-and-set of the store: one winner of version `expected`."""

    key: str
    expected: int
    head: bytes
    basket: tuple[str, bytes] | None
    due_at: datetime | None


@frozen
class Send(Effect[Any]):
    """A transfer, to leave before the own monotonic clock shows `until`; later than that the answer is NotSent."""

    transfer: Sale | StartThreeD | FinishThreeD
    until: float


class Session(Knowing):
    """A step on a stored checkout.  What is to be sent is saved first."""

    def __init__(self, checkout: Checkout, key: str, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self.checkout = checkout
        self.key = key
        self.record: Record  # once loaded, or begun
        self.version = 0
        self.left: list[Event] = []  # all that was saved with this step
        self.paid = False  # a checkpoint was saved: this step is never run again
        self._monotonic = monotonic
        self._read_at = 0.0
        self._budget = checkout.ports.settings().send_budget.total_seconds()

    async def load(self) -> PreOrder:
        """The PreOrder as it is stored now.  Raises NotThere, RecordTooNew, RecordBroken."""
        codec = self.checkout.codec
        known = codec.known(self.key)
        stored = await Load(self.key, known.basket)
        if stored is None:
            raise NotThere(self.key)
        self.record, self.version = codec.loads(stored.head, stored.basket, known), stored.version
        self._read_at = self._monotonic()  # not after `visit.now` is read: `send_by` is reckoned from there
        return self.record.pre_order

    async def save(self, order: PreOrder) -> PreOrder:
        """`order`, saved with the events of this step.  Raises Conflict."""
        sent = tuple(Message(f"{self.key}-{self.version + 1}-{n}", event) for n, event in enumerate(self.events))
        return await self._write(order, self.record.outbox + sent)

    async def delivered(self, message: Message) -> None:
        """Without that message in the outbox.  Raises Conflict."""
        await self._write(self.record.pre_order, tuple(m for m in self.record.outbox if m != message))

    async def _write(self, order: PreOrder, outbox: tuple[Message, ...]) -> PreOrder:
        codec, before = self.checkout.codec, self.record.pre_order.basket
        now = self.checkout.ports.clock()
        at = now if outbox else due_at(order)
        record = Record(order, outbox, at, secrets.token_hex(8))
        kept = self.version > 0 and (order.basket.key, order.basket.digest) == (before.key, before.digest)
        basket = None if kept else codec.dump_basket(order)
        save = Save(self.key, self.version, codec.dumps(record), basket, at)
        for _ in range(ANSWERS_LOST):
            saved = await save
            if saved is Saved.UNKNOWN:
                saved = await self._look_again(record)
            if saved is not Saved.UNKNOWN:
                break
        else:
            raise StoreUnavailable("the store answers no save")
        if saved is Saved.LOST:
            raise Conflict(self.key)
        self.left += self.events
        self.record, self.version, self.events = record, self.version + 1, []
        return order

    async def _look_again(self, record: Record) -> Saved:
        """The store's answer was lost: did it take the record?  UNKNOWN: it did not, and may be asked again."""
        stored = await Load(self.key, None)
        if stored is None:
            return Saved.LOST if self.version else Saved.UNKNOWN
        if stored.version == self.version:
            return Saved.UNKNOWN
        found = self.checkout.codec.loads(stored.head, stored.basket)
        return Saved.WON if found.write_id == record.write_id else Saved.LOST

    # What the engine asks of whoever keeps the record: a coroutine of effects, so that every driver runs the same code

    async def answer(self, effect: Effect[Any]) -> Any:
        """The answer to an effect of the engine; what the world must answer goes further out."""
        answer = self.known(effect)
        if answer is not OUTSIDE:
            return answer
        match effect:
            case Query():
                return self.told(effect, await effect)
            case Checkpoint(order):
                return await self.checkpoint(order)
            case Apply():
                return await self.apply(effect)
            case _:
                return await self.send(effect)

    async def checkpoint(self, order: PreOrder) -> PreOrder:
        """Saved, before anybody hears of it."""
        saved = await self.save(order)
        self.paid = True
        return saved

    async def apply(self, effect: Apply) -> PreOrder:
        """Onto the latest record, again until it is saved: an outcome is never lost to a conflict."""
        order = self.record.pre_order
        while True:
            new, told = apply_outcome(order, effect.attempt, effect.outcome, self.checkout.ports.clock())
            new = after_an_end(self.checkout.map, order, new)
            if same(new, order):
                return order
            self.events: list[Event] = list(told)
            try:
                return await self.save(new)
            except Conflict:
                order = await self.load()

    async def send(self, effect: Effect[Any]) -> Any:
        """A sender that slept past its deadline does not send: the ledger may have been asked meanwhile."""
        if not isinstance(effect, Sale | StartThreeD | FinishThreeD):
            return await effect
        until = self._read_at + self._budget
        return NotSent() if self._monotonic() > until else await Send(effect, until)
