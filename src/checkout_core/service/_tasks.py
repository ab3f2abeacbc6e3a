"""What a service does without a buyer: recover, sweep, relay, hear a provider's messages.

Coroutines of effects, as all of it: the drivers run them, the explorer schedules them.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final, Literal

from attrs import frozen

from ..atlas import after_an_end
from ..checkout import Checkout
from ..driver import Steps, arun
from ..effects import Callback, Event, Rejected, Verified, Verify
from ..order import PreOrder, evolve
from ..paying import ambiguous, apply_outcome, hinted, recover
from ..records import RecordBroken, RecordTooNew
from ..stores import Parked, StoreUnavailable
from ._effects import Due, Find, Keys, ListParked, Load, Park, Save, Unpark
from ._outbox import claim, deliver
from ._session import Conflict, Session

PUT_OFF: Final = timedelta(hours=1)  # of a record that cannot be read
BACK: Final = timedelta(minutes=1)  # to the end of the queue, for what fails at its head
HEARD: Final = 50  # digests of messages that a record remembers
log = logging.getLogger("checkout_core")


@frozen
class Received:
    """What became of a provider's message.  Only of the last kind nothing was kept."""

    code: Literal["accepted", "recorded", "callback_parked", "callback_rejected"]
    key: str | None = None  # of the checkout it is about


class Tasks:
    """The part of the service's core that needs no buyer."""

    def __init__(self, checkout: Checkout, monotonic: Callable[[], float]) -> None:
        self.checkout = checkout
        self.monotonic = monotonic
        self._swept = ""  # the key up to which the last sweep came

    def session(self, key: str, passed_over: int = 0) -> Session:
        """A hold on that checkout, nothing read yet."""
        return Session(self.checkout, key, self.monotonic, passed_over)

    async def each_due(self, limit: int, work: Callable[[str], Steps[None]]) -> int:
        """`work` on every checkout that is due; how many were looked at.

        Where there may be more than that, one that fails goes behind the rest: so many would be all that is ever seen.
        """
        keys = await Due(self.checkout.ports.clock(), limit)
        for key in keys:
            await self.minded(key, work, queued=len(keys) >= limit)
        return len(keys)

    async def minded(self, key: str, work: Callable[[str], Steps[None]], *, queued: bool = False) -> None:
        """`work` on one checkout of many: what fails is logged, and does not stand in the way of the rest.

        `queued`: others wait behind it, so it is due again in a minute.
        """
        try:
            await work(key)
        except Conflict:
            log.info("%s: somebody else is at it", key)
        except (RecordTooNew, RecordBroken):
            log.exception("%s cannot be read; it is looked at again in %s", key, PUT_OFF)
            await self._put_off(key, PUT_OFF)
        except Exception:
            log.exception("%s is not looked after; it stays due", key)
            if queued:
                await self._put_off(key, BACK)

    async def _put_off(self, key: str, by: timedelta) -> None:
        """Due later, and otherwise as it is stored, to the byte; where the store is away it stays due as it was."""
        try:
            stored = await Load(key, None)
            if stored is not None:
                await Save(key, stored.version, stored.head, None, self.checkout.ports.clock() + by)
        except StoreUnavailable:
            log.exception("%s is not put off", key)

    async def recovering(self, key: str, *, sweep: bool = False) -> None:
        """Ask the ledger about what is due; a sweep asks about every number.  Raises Conflict where another does."""
        session = self.session(key)
        order = await session.load()
        await arun(recover(self.checkout.visit(order), sweep=sweep), session.answer)
        await deliver(session)

    async def recovering_all(self, limit: int) -> int:
        """Every payment that is due looked after, and every parked message matched; how many checkouts."""
        await self.matching(limit)
        return await self.each_due(limit, self.recovering)

    async def sweeping(self, limit: int) -> int:
        """So many checkouts more, from the one on where the last sweep stopped; 0 when it is through, and begins anew.

        Slow, and needs no index: it finds what a store that was set back has forgotten.
        """
        keys = await Keys(self._swept, limit)
        for key in keys:
            await self.minded(key, lambda key: self.recovering(key, sweep=True))
        self._swept = keys[-1] if keys else ""
        return len(keys)

    async def relaying(self, key: str) -> None:
        """Deliver what is due in the outbox.  Raises Conflict where another does."""
        session = self.session(key)
        await session.load()
        await claim(session)
        await deliver(session)

    # A provider's messages

    async def receiving(self, gateway: str, callback: Callback) -> Received:
        """What became of the message: it is stored when this returns, so the provider may be answered."""
        if gateway not in self.checkout.gateways:
            return Received("callback_rejected")
        found = await Verify(gateway, callback)
        if isinstance(found, Rejected):
            log.warning("a message for gateway %s is rejected", gateway)  # its reason may quote the message
            return Received("callback_rejected")
        key = await Find(found.number)
        if key is None:
            await Park(f"{gateway}|{found.number}", found.id, self.checkout.ports.clock())
            return Received("callback_parked")
        return await self._hearing(key, gateway, found)

    async def _hearing(self, key: str, gateway: str, message: Verified) -> Received:
        digest = hashlib.sha256(f"{gateway}|{message.number}|{message.id}".encode()).hexdigest()[:32]
        while True:
            session = self.session(key)
            order = await session.load()
            on_it = [a for a in order.attempts if (a.gateway, a.number) == (gateway, message.number)]
            if not on_it:
                return Received("callback_rejected")  # another gateway's number
            if digest in session.record.inbox:
                return Received("recorded", key)
            new, told, sure = self._after(order, on_it[-1].n, message, self.checkout.gateways[gateway].callback)
            session.record = evolve(session.record, inbox=(*session.record.inbox, digest)[-HEARD:])
            session.events = list(told)
            try:
                await session.save(after_an_end(self.checkout.map, order, new))
            except Conflict:
                continue
            if session.record.outbox:
                await deliver(session)
            if not sure:
                await self.minded(key, self.recovering)
            return Received("accepted", key)

    def _after(
        self, order: PreOrder, n: int, message: Verified, covered: Literal["full", "partial", "none"]
    ) -> tuple[PreOrder, tuple[Event, ...], bool]:
        """The order that has heard it; and whether that was enough, or the ledger is to be asked.

        A message tells of one request, the ledger of all on that number: of several, an end is the ledger's to say.
        """
        now, said = self.checkout.ports.clock(), message.outcome
        if covered == "full" and said is not None and not ambiguous(order, order.attempts[n - 1], said):
            return *apply_outcome(order, n, said, now), True
        return hinted(order, n, now), (), False

    async def matching(self, page: int) -> None:
        """Parked messages whose number has become known, heard; all are looked at, so many at once."""
        last: Parked | None = None
        while parked := await ListParked(page, last):
            for last in parked:
                gateway, _, number = last.name.partition("|")
                key = await Find(number)
                if key is not None and gateway in self.checkout.gateways:
                    await self.minded(key, partial(self._matched, gateway, Verified(number, last.id), last))

    async def _matched(self, gateway: str, message: Verified, parked: Parked, key: str) -> None:
        await self._hearing(key, gateway, message)  # told twice, it is heard once
        await Unpark(parked.name, parked.id)
