"""What the service asks of its own surroundings, as effects: the store, the clock, the ports that are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from attrs import frozen

from ..effects import Effect, Event, FinishThreeD, Sale, Secret, StartSession, StartThreeD
from ..order import PreOrder
from ..stores import Parked, Saved, Store, Stored

R_co = TypeVar("R_co", covariant=True)


class OfStore(Effect[R_co]):
    """Answered by the store."""

    __slots__ = ()

    def on(self, store: Store) -> R_co:
        """The store's answer."""
        raise NotImplementedError


@frozen
class Load(OfStore[Stored | None]):
    """A read of the store."""

    key: str
    known_basket: str | None

    def on(self, store: Store) -> Stored | None:
        return store.get(self.key, self.known_basket)


@frozen
class Save(OfStore[Saved]):
    """A compare-and-set of the store: one winner of version `expected`; `names` are found again as this checkout's."""

    key: str
    expected: int
    head: bytes
    basket: tuple[str, bytes] | None
    due_at: datetime | None
    names: tuple[str, ...] = ()

    def on(self, store: Store) -> Saved:
        return store.save(self.key, self.expected, self.head, self.basket, self.due_at, self.names)


@frozen
class Remove(OfStore[Saved]):
    """A checkout is forgotten, if its version is still `expected`."""

    key: str
    expected: int

    def on(self, store: Store) -> Saved:
        return store.remove(self.key, self.expected)


@frozen
class Find(OfStore[str | None]):
    """The checkout of that number."""

    name: str

    def on(self, store: Store) -> str | None:
        return store.find(self.name)


@frozen
class Due(OfStore[tuple[str, ...]]):
    """Checkouts that somebody must look at, the longest due first."""

    now: datetime
    limit: int

    def on(self, store: Store) -> tuple[str, ...]:
        return store.due(self.now, self.limit)


@frozen
class Keys(OfStore[tuple[str, ...]]):
    """Checkouts behind that key, in their order."""

    after: str
    limit: int

    def on(self, store: Store) -> tuple[str, ...]:
        return store.keys(self.after, self.limit)


@frozen
class Park(OfStore[None]):
    """A message about a number that nobody knows, kept."""

    name: str
    id: str
    at: datetime

    def on(self, store: Store) -> None:
        store.park(self.name, self.id, self.at)


@frozen
class ListParked(OfStore[tuple[Parked, ...]]):
    """Messages that belong to nobody yet, the oldest first."""

    limit: int
    after: Parked | None = None

    def on(self, store: Store) -> tuple[Parked, ...]:
        return store.parked(self.limit, self.after)


@frozen
class Unpark(OfStore[bool]):
    """A message that has found its checkout, or is given up."""

    name: str
    id: str

    def on(self, store: Store) -> bool:
        return store.unpark(self.name, self.id)


@frozen
class Send(Effect[Any]):
    """A transfer that is in time; where it waits for a thread until the monotonic clock is past `until`, NotSent."""

    transfer: Sale | StartThreeD | FinishThreeD | StartSession
    until: float


@frozen
class Tell(Effect[None]):
    """An event, delivered to its port under the id of its message; with the code that its text wants."""

    event: Event
    id: str
    order: PreOrder
    code: Secret | None = None


@frozen
class Pause(Effect[None]):
    """So many seconds go by."""

    seconds: float
