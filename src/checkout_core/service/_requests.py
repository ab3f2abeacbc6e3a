"""What a service is asked to do, as coroutines of effects: the drivers run them, the explorer schedules them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from attrs import frozen

from ..checkout import Checkout, PageName
from ..driver import Steps, arun
from ..effects import Effect, Event
from ..engine import Step
from ..order import PreOrder, same
from ..page import Caller
from ..paying import recover
from ..records import Record, RecordBroken, RecordTooNew
from ._session import Conflict, Load, Save, Session

TRIES = 5  # after a conflict
PUT_OFF = timedelta(hours=1)  # of a record that cannot be read
log = logging.getLogger("checkout_core")


@frozen
class Tell(Effect[None]):
    """An event, delivered to its port."""

    event: Event
    order: PreOrder


class Requests:
    """The service's core.  Nothing in it knows threads or loops."""

    def __init__(self, checkout: Checkout, monotonic: Callable[[], float]) -> None:
        self._checkout = checkout
        self._monotonic = monotonic

    def _session(self, key: str) -> Session:
        return Session(self._checkout, key, self._monotonic)

    async def saving(self, order: PreOrder) -> str:
        """The key of a checkout that is kept from now on.  Raises Conflict where the key is taken."""
        session = self._session(order.key)
        session.record = Record(order)
        await session.save(order)
        return order.key

    async def viewing(self, key: str, page: PageName | None, caller: Caller) -> Step:
        """Where the buyer stands; what refreshing changed is saved."""
        return await self._stepping(key, lambda order: self._checkout.view_steps(order, page, caller))

    async def posting(self, key: str, page: PageName, body: object, caller: Caller) -> Step:
        """Where the buyer stands after posting `body`."""

        def view(order: PreOrder) -> Steps[Step]:
            return self._checkout.view_steps(order, None, caller)

        return await self._stepping(key, lambda order: self._checkout.submit_steps(order, page, body, caller), view)

    async def _stepping(
        self, key: str, ask: Callable[[PreOrder], Steps[Step]], view: Callable[[PreOrder], Steps[Step]] | None = None
    ) -> Step:
        """Load, step, save.

        A step without a payment has no effect before its save: after a conflict
        it is run again from a fresh load, and nobody notices.  One with a payment
        has saved its outcome; only what to show is computed again.
        """
        left: list[Event] = []
        for _ in range(TRIES):
            session = self._session(key)
            order = await session.load()
            try:
                step = await arun(ask(order), session.answer)
                if session.events or not same(step.pre_order, session.record.pre_order):
                    await session.save(step.pre_order)
            except Conflict:
                left += session.left
                if session.paid and view is not None:
                    ask = view
                continue
            step.events = (*left, *session.left)
            if session.record.outbox:
                await self._deliver(session)
            return step
        raise Conflict(key)

    async def recovering(self, key: str, *, sweep: bool = False) -> None:
        """Ask the ledger about what is due; a sweep asks about every number."""
        session = self._session(key)
        order = await session.load()
        await arun(recover(order, self._checkout.ports.clock(), sweep=sweep), session.answer)

    async def minding(self, key: str, work: Callable[[str], Steps[None]]) -> None:
        """`work` on one checkout of many: what fails is logged, and does not stand in the way of the rest."""
        try:
            await work(key)
        except (RecordTooNew, RecordBroken):
            log.exception("%s cannot be read; it is looked at again in %s", key, PUT_OFF)
            await self._put_off(key)
        except Exception:
            log.exception("%s is not recovered; it stays due", key)

    async def _put_off(self, key: str) -> None:
        """Due later, and otherwise as it is stored, to the byte."""
        stored = await Load(key, None)
        if stored is not None:
            await Save(key, stored.version, stored.head, None, self._checkout.ports.clock() + PUT_OFF)

    async def relaying(self, key: str) -> None:
        """Deliver what is in the outbox."""
        session = self._session(key)
        await session.load()
        await self._deliver(session)

    async def _deliver(self, session: Session) -> None:
        """Each message, then the record without it: at least once, and again after a crash in between."""
        for message in session.record.outbox:
            try:
                await Tell(message.event, session.record.pre_order)
                await session.delivered(message)
            except Conflict:
                return  # whoever saved last has it in the outbox
            except Exception:
                log.exception("%s: %s is not delivered; it stays in the outbox", session.key, message.id)
                return
