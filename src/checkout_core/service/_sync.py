"""The service for threads."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from ..checkout import Checkout, PageName
from ..driver import Steps, run
from ..effects import Effect
from ..engine import Step
from ..order import PreOrder
from ..page import GUEST, Caller
from ..stores import Store
from ._requests import Requests, Tell
from ._session import Load, Save, Send

T = TypeVar("T")


class CheckoutService:
    """Keeps checkouts in a store, and saves before it sends.  One object serves all threads."""

    def __init__(self, checkout: Checkout, store: Store, *, monotonic: Callable[[], float] = monotonic) -> None:
        """Raises Misconfigured where a port is async."""
        checkout.must_be_sync()
        self.checkout = checkout
        self.store = store
        self.requests = Requests(checkout, monotonic)

    def save(self, order: PreOrder) -> str:
        """The key of a checkout that is kept from now on."""
        return self._run(self.requests.saving(order))

    def get(self, key: str, page: PageName | None = None, caller: Caller = GUEST) -> Step:
        """Where the buyer stands; with `page`, that page if they may be there.

        Raises NotThere, and RecordTooNew or RecordBroken for what cannot be read.
        """
        return self._run(self.requests.viewing(key, page, caller))

    def post(self, key: str, page: PageName, body: object, caller: Caller = GUEST) -> Step:
        """Where the buyer stands after posting `body`.  Raises as `get`, and Conflict."""
        return self._run(self.requests.posting(key, page, body, caller))

    def recover_once(self, limit: int = 100) -> int:
        """Ask the ledgers about every payment that is due; how many checkouts were looked at."""
        keys = self.store.due(self.checkout.ports.clock(), limit)
        for key in keys:
            self._run(self.requests.minding(key, self.requests.recovering))
        return len(keys)

    def sweep_once(self, key: str) -> None:
        """Ask the ledgers about every number of that checkout, and give back what is left over."""
        self._run(self.requests.recovering(key, sweep=True))

    def relay_once(self, limit: int = 100) -> int:
        """Deliver what outboxes hold; how many checkouts were looked at."""
        keys = self.store.due(self.checkout.ports.clock(), limit)
        for key in keys:
            self._run(self.requests.minding(key, self.requests.relaying))
        return len(keys)

    def perform(self, effect: Effect[Any]) -> Any:
        """The answer to one effect: of the store, of a port."""
        match effect:
            case Load(key, known):
                return self.store.get(key, known)
            case Save(key, expected, head, basket, due_at):
                return self.store.save(key, expected, head, basket, due_at)
            case Send(transfer, _):
                return self.checkout.answers.perform(transfer)
            case Tell(event, order):
                method, given = self.checkout.answers.telling(event, order)
                return method(*given)
            case _:
                return self.checkout.answers.perform(effect)

    def _run(self, steps: Steps[T]) -> T:
        return run(steps, self.perform)
