"""The service for threads."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, TypeVar

from ..checkout import Checkout, PageName
from ..driver import Steps, run
from ..effects import Callback, Effect
from ..engine import Step
from ..order import PreOrder
from ..page import GUEST, Caller
from ..stores import Store
from ._effects import OfStore, Pause, Send, Tell
from ._requests import Requests
from ._tasks import Received

T = TypeVar("T")


class CheckoutService:
    """Keeps checkouts in a store, and saves before it sends.  One object serves all threads."""

    def __init__(
        self,
        checkout: Checkout,
        store: Store,
        *,
        monotonic: Callable[[], float] = monotonic,
        sleep: Callable[[float], None] = sleep,
    ) -> None:
        """Raises Misconfigured where a port is async."""
        checkout.must_be_sync()
        self.checkout = checkout
        self.store = store
        self.requests = Requests(checkout, monotonic)
        self._sleep = sleep

    def save(self, order: PreOrder) -> str:
        """The key of a checkout that is kept from now on."""
        return self.run(self.requests.saving(order))

    def open(self, checkout: str | None, caller: Caller = GUEST) -> Step | None:
        """Where a session's buyer stands: in the checkout it remembers, or in a new one of `caller.basket`.

        None where there is nothing to buy.
        """
        take = self.requests.viewing
        return self.run(self.requests.entering(checkout, caller, lambda key: take(key, None, caller)))

    def get(self, key: str, page: PageName | None = None, caller: Caller = GUEST) -> Step:
        """Where the buyer stands; with `page`, that page if they may be there.

        Raises NotThere, and RecordTooNew or RecordBroken for what cannot be read.
        """
        return self.run(self.requests.viewing(key, page, caller))

    def post(self, key: str, page: PageName, body: object, caller: Caller = GUEST, *, token: str | None = None) -> Step:
        """Where the buyer stands after posting `body`; with a step token, the same answer to the same post.

        Raises as `get`, and Conflict.
        """
        return self.run(self.requests.posting(key, page, body, caller, token))

    def pay_again(self, name: str, caller: Caller = GUEST) -> Step:
        """Where the buyer stands in paying an order that stands without money, by its number or its checkout's key.

        A number alone opens an account's own orders, and no guest's.  Raises NotThere for another buyer's and for none
        alike, and Misconfigured where no settlements port is told.
        """
        return self.run(self.requests.paying_again(name, caller))

    def receive(self, gateway: str, callback: Callback) -> Received:
        """What became of a provider's message; whatever it is, it is stored, and the provider may be answered."""
        return self.run(self.requests.receiving(gateway, callback))

    def recover_once(self, limit: int = 100) -> int:
        """Ask the ledgers about every payment that is due; how many checkouts were looked at."""
        return self.run(self.requests.recovering_all(limit))

    def sweep_once(self, limit: int = 100) -> int:
        """Ask the ledgers about every number of the next checkouts; how many, 0 when all were swept."""
        return self.run(self.requests.sweeping(limit))

    def sweep(self, key: str) -> None:
        """Ask the ledgers about every number of that checkout, and give back what is left over."""
        self.run(self.requests.recovering(key, sweep=True))

    def relay_once(self, limit: int = 100) -> int:
        """Deliver what is due in outboxes; how many checkouts were looked at."""
        return self.run(self.requests.each_due(limit, self.requests.relaying))

    def perform(self, effect: Effect[Any]) -> Any:
        """The answer to one effect: of the store, of a port."""
        match effect:
            case OfStore():
                return effect.on(self.store)
            case Send(transfer, _):
                return self.checkout.answers.perform(transfer)
            case Tell(event, id, order, code):
                method, given = self.checkout.answers.telling(event, id, order, code)
                return method(*given)
            case Pause(seconds):
                return self._sleep(seconds)
            case _:
                return self.checkout.answers.perform(effect)

    def run(self, steps: Steps[T]) -> T:
        """What such a coroutine returns, with the store and the ports answering it."""
        return run(steps, self.perform)
