"""What an operator asks of the service and tells it: coroutines of effects, for either driver.

    operator = Operator(service.requests)
    rows = service.run(operator.listing(attention=True))        # `await` it where the service is async

What changes a checkout is one compare-and-set, as everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from attrs import frozen

from ..atlas import after_an_end
from ..money import Money
from ..order import Attempt, PreOrder, State, evolve
from ..paying import Told, owed, resolved
from ..records import Record
from ..stores import Saved, StoreUnavailable
from ._cases import MessageRow, amount_of, being_delivered, message_row, reasons, until
from ._effects import Keys, ListParked, Load, Remove, Unpark
from ._looks import PAGE, key_in
from ._outbox import deliver
from ._session import ANSWERS_LOST, LEASE, NotThere
from ._settling import Impossible, Settling

Said = Literal["captured", "reversed"]
Fate = Literal["removed", "payment", "message", "changed"]


@frozen
class Outlook:
    """What a resolution does to the order."""

    n: int
    number: str
    amount: Money | None
    was: State
    becomes: State
    places: bool  # the order stands by it
    owes: bool  # money of it is to be given back


@frozen
class Kept:
    """A checkout that is not removed yet; `until` is when it can be, None where a person must see to it first."""

    key: str
    number: str | None
    why: tuple[str, ...]
    until: datetime | None


@frozen
class Pruned:
    """What a clearing out did."""

    removed: int
    kept: Mapping[Fate, int]  # and why: changed since, a payment, a message
    parked: int  # messages about numbers nobody knew, given up
    unread: tuple[str, ...]  # keys of records that cannot be read, and are left alone


@frozen
class Forgotten:
    """What is left of a buyer.  Where something is kept, the same call goes on later."""

    removed: int
    kept: tuple[Kept, ...]
    unread: tuple[str, ...]  # keys of records that cannot be read: they may be the buyer's


class Operator(Settling):
    """Made of the core of a service, sync or async: `Operator(service.requests)`."""

    # Deciding

    async def outlook(self, name: str, said: Said, n: int | None = None) -> Outlook:
        """What `resolving` would do now.  Nothing is changed; raises as it does."""
        order = await self._tasks.session(await self.key_of(name)).load()
        return self._resolved(order, name, said, n, "", "")[0]

    async def resolving(self, name: str, said: Said, operator: str, reason: str, n: int | None = None) -> Outlook:
        """The payment of that order number is as the operator found it to be at the bank.

        `n` says which, where several could be meant.  Raises NotThere, Impossible and Conflict.
        """
        if not operator.strip() or not reason.strip():
            raise Impossible("say who resolves it, and why: it is kept with the payment")
        session = self._tasks.session(await self.key_of(name))
        order = await session.load()
        outlook, (new, told) = self._resolved(order, name, said, n, operator, reason)
        session.events = list(told)
        await session.save(after_an_end(self._checkout.map, order, new))
        await deliver(session)
        return outlook

    def _resolved(
        self, order: PreOrder, name: str, said: Said, n: int | None, operator: str, reason: str
    ) -> tuple[Outlook, Told]:
        now = self._checkout.ports.clock()
        if n is not None and not 0 < n <= len(order.attempts):
            raise Impossible(f"there is no attempt {n}; there are {len(order.attempts)}")
        meant = [a for a in order.attempts if (a.n == n if n is not None else name in {a.number, order.key})]
        if not meant:
            raise Impossible(f"nobody has tried to pay {name} yet")
        possible: list[tuple[Attempt, Told]] = []
        why = ""
        for a in meant:
            try:
                possible.append((a, resolved(order, a.n, said, operator, reason, now)))
            except ValueError as refused:
                why = str(refused)
        if not possible:
            raise Impossible(why)
        if len(possible) > 1:
            listed = " or ".join(str(a.n) for a, _ in possible)
            raise Impossible(f"attempt {listed} of {name} may be meant: say which")
        was, (new, told) = possible[0]
        becomes = new.attempts[was.n - 1]
        places = order.placed is None and new.placed is not None
        outlook = Outlook(was.n, was.number, amount_of(becomes), was.state, becomes.state, places, owed(becomes))
        return outlook, (new, told)

    async def retry(self, id: str) -> MessageRow | None:  # noqa: A002  # what it is
        """Deliver that message now, dead or not; None where it was delivered, else how it stands.

        Raises NotThere, Impossible for one that must not leave again or is on its way, and Conflict.
        """
        now = self._checkout.ports.clock()
        session = self._tasks.session(await self.key_of(key_in(id)))
        await session.load()
        record = session.record
        message = next((m for m in record.outbox if m.id == id), None)
        if message is None:
            raise NotThere(id)
        if message.event.urgent:
            raise Impossible(f"{id} is never sent again, it may have arrived: the buyer asks for a new one on the page")
        if being_delivered(message, now):
            raise Impossible(f"somebody delivers {id} right now; look again after {message.due_at:%H:%M:%S} UTC")
        again = evolve(message, claim=session.id, due_at=now + LEASE, tries=0, dead=None)
        await session.write(evolve(record, outbox=tuple(again if m is message else m for m in record.outbox)))
        await deliver(session)
        left = next((m for m in session.record.outbox if m.id == id), None)
        return None if left is None else message_row(session.key, left, self._checkout.ports.clock())

    # Clearing out

    async def pruning(self, before: datetime | None = None) -> Pruned:
        """Remove checkouts not changed since, whose payments are over and whose messages are delivered or given up.

        `before` is by default as long ago as the setting `records_kept` says.  Parked messages from before then go too.
        """
        if before is None:
            before = self._checkout.ports.clock() - self._checkout.ports.settings().records_kept
        kept: Counter[Fate] = Counter()
        unread: list[str] = []
        after = ""
        while keys := await Keys(after, PAGE):
            for key in keys:
                record, version = await self._read(key, unread)
                if record is not None:
                    kept[await self._pruned(key, record, version, before)] += 1
            after = keys[-1]
        removed = kept.pop("removed", 0)
        return Pruned(removed, dict(kept), await self._unparked(before), tuple(unread))

    async def _pruned(self, key: str, record: Record, version: int, before: datetime) -> Fate:
        if record.saved_at is None or record.saved_at >= before:
            return "changed"
        why = reasons(record, self._checkout.ports.clock())
        if why:
            return why[0].kind
        if await self._still_decides(record.pre_order):
            return "changed"
        return "removed" if await self._removed(key, version) else "changed"

    async def _unparked(self, before: datetime) -> int:
        given_up = 0
        while True:
            old = [each for each in await ListParked(PAGE) if each.at < before]
            for each in old:
                given_up += await Unpark(each.name, each.id)
            if len(old) < PAGE:
                return given_up

    async def forgetting(self, buyer: str) -> Forgotten:
        """Remove the checkouts of that account or e-mail.

        One with a payment that is not over, or with a message that is not
        delivered, is kept whole and named.  Each is removed by itself, so
        what was cut short goes on when it is called again.
        """
        removed, kept, unread = 0, list[Kept](), list[str]()
        after, last = "", list[str]()
        while keys := await Keys(after, PAGE):
            for key in keys:
                removed += await self._forgotten(key, buyer, kept, unread, last)
            after = keys[-1]
        for key in last:
            removed += await self._forgotten(key, buyer, kept, unread, None)
        return Forgotten(removed, tuple(kept), tuple(unread))

    async def _forgotten(
        self, key: str, buyer: str, kept: list[Kept], unread: list[str], last: list[str] | None
    ) -> bool:
        """Whether it was theirs and is gone; what pays an order that is still there is left for the `last`."""
        record, version = await self._read(key, unread)
        if record is None or not is_of(record.pre_order, buyer):
            return False
        now, number = self._checkout.ports.clock(), record.pre_order.number
        why = reasons(record, now)
        if why:
            kept.append(Kept(key, number, tuple(reason.says for reason in why), until(why)))
        elif await self._still_decides(record.pre_order):
            if last is None:
                kept.append(Kept(key, number, ("the order that it pays is kept",), now))
            else:
                last.append(key)
        elif await self._removed(key, version):
            return True
        else:
            kept.append(Kept(key, number, ("somebody has just changed it",), now))
        return False

    async def _still_decides(self, order: PreOrder) -> bool:
        """It says whether an order is paid that is there: without it, that could be paid once more."""
        return order.again is not None and await Load(order.again.key, None) is not None

    async def _removed(self, key: str, version: int) -> bool:
        """It is gone; False where somebody has changed it."""
        for _ in range(ANSWERS_LOST):
            saved = await Remove(key, version)
            if saved is not Saved.UNKNOWN:
                return saved is Saved.WON
            if await Load(key, None) is None:
                return True
        raise StoreUnavailable("the store does not say what it removed")


def is_of(order: PreOrder, buyer: str) -> bool:
    """Theirs, by account or by e-mail; in an e-mail capitals do not count."""
    email = order.buyer.email or ""
    return buyer == order.buyer.account or (bool(email) and buyer.casefold() == email.casefold())
