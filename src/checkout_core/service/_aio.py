"""The service for event loops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar

from ..checkout import Checkout, PageName
from ..driver import Steps, arun
from ..effects import Callback, Effect, NotSent
from ..engine import Step
from ..order import PreOrder
from ..page import GUEST, Caller
from ..stores import Store
from ._effects import OfStore, Pause, Send, Tell
from ._requests import Requests
from ._tasks import Received

T = TypeVar("T")


class AsyncCheckoutService:
    """As CheckoutService, awaited.  Async ports run on the loop, sync ports and the store in worker threads.

    A request that is cancelled goes on to its end by itself: between the
    checkpoint and the outcome there is nobody else who could save what happened.
    """

    def __init__(
        self,
        checkout: Checkout,
        store: Store,
        *,
        monotonic: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.checkout = checkout
        self.store = store
        self.requests = Requests(checkout, monotonic)
        self._monotonic = monotonic
        self._sleep = sleep
        self._going: set[asyncio.Task[Any]] = set()  # a loop keeps only weak references

    async def save(self, order: PreOrder) -> str:
        """The key of a checkout that is kept from now on."""
        return await self.run(self.requests.saving(order))

    async def open(self, checkout: str | None, caller: Caller = GUEST) -> Step | None:
        """Where a session's buyer stands, as CheckoutService.open; None where there is nothing to buy."""
        take = self.requests.viewing
        return await self.run(self.requests.entering(checkout, caller, lambda key: take(key, None, caller)))

    async def get(self, key: str, page: PageName | None = None, caller: Caller = GUEST) -> Step:
        """Where the buyer stands; raises as CheckoutService.get."""
        return await self.run(self.requests.viewing(key, page, caller))

    async def post(
        self, key: str, page: PageName, body: object, caller: Caller = GUEST, *, token: str | None = None
    ) -> Step:
        """Where the buyer stands after posting `body`; as CheckoutService.post."""
        return await self.run(self.requests.posting(key, page, body, caller, token))

    async def pay_again(self, name: str, caller: Caller = GUEST) -> Step:
        """Where the buyer stands in paying an order that stands without money; as CheckoutService.pay_again."""
        return await self.run(self.requests.paying_again(name, caller))

    async def receive(self, gateway: str, callback: Callback) -> Received:
        """What became of a provider's message; whatever it is, it is stored, and the provider may be answered."""
        return await self.run(self.requests.receiving(gateway, callback))

    async def recover_once(self, limit: int = 100) -> int:
        """Ask the ledgers about every payment that is due; how many checkouts were looked at."""
        return await self.run(self.requests.recovering_all(limit))

    async def sweep_once(self, limit: int = 100) -> int:
        """Ask the ledgers about every number of the next checkouts; how many, 0 when all were swept."""
        return await self.run(self.requests.sweeping(limit))

    async def sweep(self, key: str) -> None:
        """Ask the ledgers about every number of that checkout, and give back what is left over."""
        await self.run(self.requests.recovering(key, sweep=True))

    async def relay_once(self, limit: int = 100) -> int:
        """Deliver what is due in outboxes; how many checkouts were looked at."""
        return await self.run(self.requests.each_due(limit, self.requests.relaying))

    async def perform(self, effect: Effect[Any]) -> Any:
        """The answer to one effect: of the store, of a port."""
        match effect:
            case OfStore():
                return await asyncio.to_thread(effect.on, self.store)
            case Send(transfer, until):
                return await self.checkout.answers.aperform(transfer, self._in_time(until))
            case Tell(event, id, order, code):
                return await self._call(*self.checkout.answers.telling(event, id, order, code))
            case Pause(seconds):
                return await self._sleep(seconds)
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

    async def run(self, steps: Steps[T]) -> T:
        """What such a coroutine returns, with the store and the ports answering it."""
        task = asyncio.create_task(arun(steps, self.perform))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        return await asyncio.shield(task)
