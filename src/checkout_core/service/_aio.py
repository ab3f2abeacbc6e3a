"""The service for event loops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar

from ..checkout import Checkout, PageName
from ..driver import Steps, arun
from ..effects import Effect, NotSent
from ..engine import Step
from ..order import PreOrder
from ..page import GUEST, Caller
from ..stores import Store
from ._requests import Requests, Tell
from ._session import Load, Save, Send

T = TypeVar("T")


class AsyncCheckoutService:
    """As CheckoutService, awaited.  Async ports run on the loop, sync ports and the store in worker threads.

    A request that is cancelled goes on to its end by itself: between the
    checkpoint and the outcome there is nobody else who could save what happened.
    """

    def __init__(self, checkout: Checkout, store: Store, *, monotonic: Callable[[], float] = monotonic) -> None:
        self.checkout = checkout
        self.store = store
        self.requests = Requests(checkout, monotonic)
        self._monotonic = monotonic
        self._going: set[asyncio.Task[Any]] = set()  # a loop keeps only weak references

    async def save(self, order: PreOrder) -> str:
        """The key of a checkout that is kept from now on."""
        return await self._run(self.requests.saving(order))

    async def get(self, key: str, page: PageName | None = None, caller: Caller = GUEST) -> Step:
        """Where the buyer stands; raises as CheckoutService.get."""
        return await self._run(self.requests.viewing(key, page, caller))

    async def post(self, key: str, page: PageName, body: object, caller: Caller = GUEST) -> Step:
        """Where the buyer stands after posting `body`; raises as CheckoutService.post."""
        return await self._run(self.requests.posting(key, page, body, caller))

    async def recover_once(self, limit: int = 100) -> int:
        """Ask the ledgers about every payment that is due; how many checkouts were looked at."""
        keys = await self._due(limit)
        for key in keys:
            await self._run(self.requests.minding(key, self.requests.recovering))
        return len(keys)

    async def sweep_once(self, key: str) -> None:
        """Ask the ledgers about every number of that checkout, and give back what is left over."""
        await self._run(self.requests.recovering(key, sweep=True))

    async def relay_once(self, limit: int = 100) -> int:
        """Deliver what outboxes hold; how many checkouts were looked at."""
        keys = await self._due(limit)
        for key in keys:
            await self._run(self.requests.minding(key, self.requests.relaying))
        return len(keys)

    async def perform(self, effect: Effect[Any]) -> Any:
        """The answer to one effect: of the store, of a port."""
        match effect:
            case Load(key, known):
                return await asyncio.to_thread(self.store.get, key, known)
            case Save(key, expected, head, basket, due_at):
                return await asyncio.to_thread(self.store.save, key, expected, head, basket, due_at)
            case Send(transfer, until):
                return await self.checkout.answers.aperform(transfer, self._in_time(until))
            case Tell(event, order):
                return await self._call(*self.checkout.answers.telling(event, order))
            case _:
                return await self.checkout.answers.aperform(effect, self._call)

    async def _call(self, method: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        if method in self.checkout.answers.asynchronous:
            return await method(*given)
        return await asyncio.to_thread(method, *given)

    def _in_time(self, until: float) -> Callable[..., Awaitable[Any]]:
        """As `_call`, by a thread that may have been waited for too long."""

        def sent(method: Callable[..., Any], given: tuple[Any, ...]) -> Any:
            return NotSent() if self._monotonic() > until else method(*given)

        async def call(method: Callable[..., Any], given: tuple[Any, ...]) -> Any:
            if method in self.checkout.answers.asynchronous:
                return await method(*given)
            return await asyncio.to_thread(sent, method, given)

        return call

    async def _due(self, limit: int) -> tuple[str, ...]:
        return await asyncio.to_thread(self.store.due, self.checkout.ports.clock(), limit)

    async def _run(self, steps: Steps[T]) -> T:
        task = asyncio.create_task(arun(steps, self.perform))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        return await asyncio.shield(task)
