"""What an operator may look at: lists over all checkouts, and one checkout in full.

Lists are slow looks at every record.  One that cannot be read is logged, and does not stand in the way of the rest.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Final

from ..order import State
from ..records import Record, RecordBroken, RecordTooNew
from ._cases import (
    AttemptRow,
    Case,
    Counters,
    MessageRow,
    ParkedRow,
    attempt_rows,
    case_of,
    is_open,
    message_rows,
)
from ._effects import Find, Keys, ListParked, Load
from ._session import NotThere, names_of
from ._tasks import Tasks

PAGE: Final = 100  # checkouts a read of the list
MOST: Final = 1000  # parked messages that are listed
log = logging.getLogger("checkout_core")


class Looks:
    """Coroutines of effects over all that is stored; they change nothing."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._checkout = tasks.checkout

    async def listing(self, *, open: bool = False, attention: bool = False) -> tuple[AttemptRow, ...]:  # noqa: A002  # what they are
        """Every try to take money, the oldest first; those that are not over, those that wait for a person."""
        rows: list[AttemptRow] = []

        def look(record: Record) -> None:
            order = record.pre_order
            wanted = {a.n for a in order.attempts if (is_open(a) or not open) and (a.attention or not attention)}
            rows.extend(row for row in attempt_rows(order) if row.n in wanted)

        await self._each(look)
        return tuple(sorted(rows, key=lambda row: (row.since, row.key, row.n)))

    async def counters(self) -> Counters:
        """How much there is of everything."""
        total: Counter[str] = Counter()
        states: Counter[State] = Counter()

        def look(record: Record) -> None:
            total["checkouts"] += 1
            states.update(a.state for a in record.pre_order.attempts)
            total["attention"] += sum(a.attention is not None for a in record.pre_order.attempts)
            total.update("waiting" if m.dead is None else "dead" for m in record.outbox)

        unread = await self._each(look)
        attention, waiting, dead = (total[name] for name in ("attention", "waiting", "dead"))
        return Counters(total["checkouts"], dict(states), attention, waiting, dead, unread)

    async def showing(self, name: str) -> Case:
        """The checkout of that order number or key.  Raises NotThere."""
        key = await self.key_of(name)
        stored = await Load(key, None)
        if stored is None:
            raise NotThere(name)
        record = self._checkout.codec.loads(stored.head, stored.basket)
        return case_of(record, stored.version, self._checkout.ports.clock())

    async def key_of(self, name: str) -> str:
        """The key of the checkout of that order number; a key is its own.  Raises NotThere."""
        found = await Find(name)
        if found is not None:
            return found
        if await Load(name, None) is None:
            raise NotThere(name)
        return name

    async def names(self) -> tuple[str, ...]:
        """Every order number there is; of a checkout without one its key."""
        names: list[str] = []
        await self._each(lambda record: names.extend(names_of(record.pre_order) or (record.pre_order.key,)))
        return tuple(names)

    async def messages(self, *, dead: bool = False) -> tuple[MessageRow, ...]:
        """All that is in outboxes, or only what was given up."""
        rows: list[MessageRow] = []
        now = self._checkout.ports.clock()
        await self._each(lambda record: rows.extend(message_rows(record, now)))
        return tuple(row for row in rows if row.state == "dead" or not dead)

    async def message(self, id: str) -> MessageRow:  # noqa: A002  # what it is
        """The message of that id.  Raises NotThere: it was delivered, or there never was one."""
        case = await self.showing(key_in(id))
        found = next((row for row in case.messages if row.id == id), None)
        if found is None:
            raise NotThere(id)
        return found

    async def parked(self, limit: int = MOST) -> tuple[ParkedRow, ...]:
        """Providers' messages about numbers that nobody knows, the oldest first."""
        now = self._checkout.ports.clock()
        rows: list[ParkedRow] = []
        for each in await ListParked(limit):
            gateway, _, number = each.name.partition("|")
            rows.append(ParkedRow(gateway, number, each.id, each.at, now - each.at))
        return tuple(rows)

    async def _each(self, look: Callable[[Record], None]) -> tuple[str, ...]:
        """Shows every record to `look`; the keys of those that cannot be read."""
        unread: list[str] = []
        after = ""
        while keys := await Keys(after, PAGE):
            for key in keys:
                record = (await self._read(key, unread))[0]
                if record is not None:
                    look(record)
            after = keys[-1]
        return tuple(unread)

    async def _read(self, key: str, unread: list[str]) -> tuple[Record | None, int]:
        """The record and its version; None where it is gone, or among the `unread`."""
        stored = await Load(key, None)
        if stored is None:
            return None, 0
        try:
            return self._checkout.codec.loads(stored.head, stored.basket), stored.version
        except (RecordTooNew, RecordBroken) as wrong:
            log.warning("%s is passed over: %s", key, wrong)
            unread.append(key)
            return None, 0


def key_in(id: str) -> str:  # noqa: A002  # what it is
    """The key of the checkout that a message is of: an id is the key, the version of the save, which of its events."""
    return id.rsplit("-", 2)[0]
