"""One request's hold on a record: the version it read, and what it has saved."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from ..atlas import after_an_end
from ..checkout import Checkout
from ..effects import Apply, Checkpoint, Effect, Event, FinishThreeD, NotSent, Query, Sale, StartSession, StartThreeD
from ..order import PreOrder, evolve, same
from ..paying import apply_outcome, due_at
from ..records import Answer, Message, Record, Shown
from ..stepping import OUTSIDE, Knowing
from ..stores import Saved, StoreUnavailable
from ._effects import Load, Save, Send

ANSWERS_LOST: Final = 5  # in a row; then the store counts as down
LEASE: Final = timedelta(seconds=60)  # of who delivers a message: longer than any port may take
KEPT: Final = 20  # answers, digests and totals of one checkout that are remembered


class Conflict(Exception):
    """Other requests saved first, again and again.  Nothing was sent; the same call may be made again."""


class NotThere(KeyError):
    """The store knows no checkout of that key."""


class NumberTaken(Exception):
    """The order number is another checkout's: the next one is to be used."""


class Session(Knowing):
    """A step on a stored checkout.  What is to be sent is saved first."""

    def __init__(self, checkout: Checkout, key: str, monotonic: Callable[[], float], passed_over: int = 0) -> None:
        super().__init__()
        self.checkout = checkout
        self.key = key
        self.id = secrets.token_hex(8)  # of whoever delivers what this session saves
        self.record: Record  # once loaded, or begun
        self.version = self.loaded = 0
        self.left: list[Event] = []  # all that was saved with this step
        self.paid = False  # a checkpoint was saved: this step is never run again
        self._monotonic = monotonic
        self._passed_over = passed_over
        self._read_at = 0.0
        self._budget = checkout.ports.settings().send_budget.total_seconds()

    async def load(self) -> PreOrder:
        """The PreOrder as it is stored now.  Raises NotThere, RecordTooNew, RecordBroken."""
        codec = self.checkout.codec
        known = codec.known(self.key)
        stored = await Load(self.key, known.basket)
        if stored is None:
            raise NotThere(self.key)
        if not self.version:  # not after `visit.now` is read, and not again: `send_by` is reckoned from there
            self._read_at = self._monotonic()
        self.record, self.version = codec.loads(stored.head, stored.basket, known), stored.version
        self.loaded = self.version
        order = self.record.pre_order
        return evolve(order, passed_over=order.passed_over + self._passed_over) if self._passed_over else order

    async def save(self, order: PreOrder) -> PreOrder:
        """`order`, saved with the events of this step, which are this session's to deliver.  Raises Conflict."""
        heard = [event for event in self.events if self.checkout.hears(event)]
        until = self.checkout.ports.clock() + LEASE if heard else None
        more = (Message(f"{self.key}-{self.version + 1}-{n}", event, self.id, until) for n, event in enumerate(heard))
        await self.write(evolve(self.record, pre_order=order, outbox=(*self.record.outbox, *more)))
        self.left += heard
        self.events = []
        return order

    async def write(self, record: Record) -> None:
        """The record, saved over the one that was read.  Raises Conflict, NumberTaken, StoreUnavailable."""
        codec, order, before = self.checkout.codec, record.pre_order, self.record.pre_order
        now = self.checkout.ports.clock()
        looks = [at for at in (due_at(order), *(m.due_at or now for m in record.outbox if m.dead is None)) if at]
        at = min(looks, default=None)
        record = evolve(record, due_at=at, write_id=f"{self.id}-{self.version + 1}", saved_at=now)
        known = self.version > 0
        kept = known and order.basket.name == before.basket.name
        names = () if known and same_names(order, before) else names_of(order)
        save = Save(self.key, self.version, codec.dumps(record), None if kept else codec.dump_basket(order), at, names)
        for _ in range(ANSWERS_LOST):
            saved = await save
            if saved is Saved.UNKNOWN:
                saved = await self._look_again(record)
            if saved is not Saved.UNKNOWN:
                break
        else:
            raise StoreUnavailable("the store answers no save")
        if saved is Saved.TAKEN:
            raise NumberTaken(self.key)
        if saved is Saved.LOST:
            raise Conflict(self.key)
        self.record, self.version = record, self.version + 1

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
                self.events = []  # whoever saved may have told it all
                order = await self.load()

    async def send(self, effect: Effect[Any]) -> Any:
        """A sender that slept past its deadline does not send: the ledger may have been asked meanwhile."""
        if not isinstance(effect, Sale | StartThreeD | FinishThreeD | StartSession):
            return await effect
        until = self._read_at + self._budget
        return NotSent() if self._monotonic() > until else await Send(effect, until)


def names_of(order: PreOrder) -> tuple[str, ...]:
    """What a message may call this checkout: every order number that was shown or sent."""
    numbers = (order.number, *(a.number for a in order.attempts))
    return tuple(dict.fromkeys(number for number in numbers if number))


def same_names(order: PreOrder, before: PreOrder) -> bool:
    """No number was drawn since."""
    return order.number == before.number and len(order.attempts) == len(before.attempts)


def with_answer(record: Record, answer: Answer) -> Record:
    """The record with that answer among the last ones."""
    others = [each for each in record.answers if each.token != answer.token]
    return evolve(record, answers=(*others, answer)[-KEPT:])


def with_shown(record: Record, shown: Shown) -> Record:
    """The record in which that session was shown that total."""
    others = [each for each in record.shown if each.session != shown.session]
    return evolve(record, shown=(*others, shown)[-KEPT:])
