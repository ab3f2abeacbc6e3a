"""A buyer whose checkout is kept by a service, driven by threads or by an event loop; and stores that do not behave."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from checkout_core import AsyncCheckoutService, Checkout, CheckoutService, MemoryStore, PreOrder, Step, evolve
from checkout_core.records import Record
from checkout_core.stores import Saved, Store, StoreUnavailable

from .pages.card_kit import CONFIRMATION, IN_FLIGHT, PAYING, World

HORIZON = IN_FLIGHT + timedelta(seconds=5)  # of the bank, and what the shop gives itself to send


class OnALoop:
    """AsyncCheckoutService with the methods of CheckoutService, each on an event loop of its own."""

    def __init__(
        self, checkout: Checkout, store: Store, *, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        async def asleep(seconds: float) -> None:
            sleep(seconds)

        self.service = AsyncCheckoutService(checkout, store, monotonic=monotonic, sleep=asleep)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.service, name)

        def call(*given: object) -> object:
            async def whole() -> object:
                return await method(*given)

            return asyncio.run(whole())

        return call


Driver = Callable[..., CheckoutService]
DRIVERS: Mapping[str, Driver] = {"threads": CheckoutService, "loop": OnALoop}


class Buyer:
    """One checkout at a service."""

    def __init__(self, drive: Driver, of: PreOrder, world: World | None = None, store: Store | None = None) -> None:
        self.world = world or World()
        self.store = store or MemoryStore()
        self.drive = drive
        self.service = self.another()
        self.key = self.service.save(of)

    def another(self) -> CheckoutService:
        """A service of another process: it remembers nothing."""
        return self.drive(
            self.world.checkout, self.store, monotonic=lambda: self.world.monotonic, sleep=self.world.sleeps
        )

    def posts(self, page: str = CONFIRMATION, body: object = None) -> Step:
        return self.service.post(self.key, page, PAYING if body is None else body)

    def looks(self, page: str | None = None) -> Step:
        return self.service.get(self.key, page)

    @property
    def record(self) -> Record:
        """What is stored, read by somebody who remembers nothing."""
        stored = self.store.get(self.key, None)
        return self.world.checkout.codec.loads(stored.head, stored.basket)

    @property
    def order(self) -> PreOrder:
        return self.record.pre_order

    @property
    def states(self) -> list[str]:
        return [attempt.state for attempt in self.order.attempts]

    @property
    def sent(self) -> list[str]:
        """The transfers the bank heard of."""
        return [method for method, _ in self.world.bank.calls]

    def is_touched(self) -> None:
        """Somebody else saves the checkout as it is."""
        stored, record = self.store.get(self.key, None), self.record
        head = self.world.checkout.codec.dumps(evolve(record, write_id="somebody else"))
        store = self.store.store if isinstance(self.store, Watched) else self.store
        assert store.save(self.key, stored.version, head, None, record.due_at) is Saved.WON

    def is_recovered(self) -> None:
        """Time goes by, and somebody looks after what is due."""
        self.world.passes(HORIZON)
        self.service.recover_once()
        self.service.relay_once()


def unavailable() -> None:
    """What a store says that is away."""
    raise StoreUnavailable("the disk is full")


class Watched:
    """A store whose saves a test may disturb: `before` and `after` them something happens, and answers get lost."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or MemoryStore()
        self.heads: list[bytes] = []  # of all saves that were tried
        self.baskets: list[bytes] = []
        self.before: deque[Callable[[], object] | None] = deque()  # one a save
        self.after: deque[Callable[[], object] | None] = deque()
        self.answers: deque[str | None] = deque()  # one a save: "applied" and "lost" answer UNKNOWN

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return getattr(self.store, name)

    def save(
        self,
        key: str,
        expected: int,
        head: bytes,
        basket: tuple[str, bytes] | None,
        due_at: datetime | None,
        names: tuple[str, ...] = (),
        /,
    ) -> Saved:
        self.heads.append(head)
        if basket is not None:
            self.baskets.append(basket[1])
        before, after = (each.popleft() if each else None for each in (self.before, self.after))
        answer = self.answers.popleft() if self.answers else None
        if before is not None:
            before()
        saved = Saved.UNKNOWN if answer == "lost" else self.store.save(key, expected, head, basket, due_at, names)
        if after is not None:
            after()
        return Saved.UNKNOWN if answer == "applied" else saved


def said(code):
    """The errors of a step that an outcome ended."""
    return {"non_field_errors": (code,)}


def loses_the_answer(bank):
    """The money is taken, and no answer comes."""

    def answer(order):
        bank.take(order)
        raise TimeoutError

    bank.will.append(answer)


def loses_the_request(bank):
    """Nothing is taken, and no answer comes."""
    bank.will.append(TimeoutError())
