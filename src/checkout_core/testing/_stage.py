"""A scenario's world, played to where its race begins: once by the engine, then by its effects alone.

stage = Stage(scenario)
run = Run(stage)          # the race, about to begin; as often as you like, one after another
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeVar

from ..checkout import Checkout
from ..driver import Steps, run
from ..effects import (
    AskGiftCard,
    AskReference,
    AskRewards,
    CountTaken,
    Effect,
    FindGiftCard,
    FindLoyaltyCard,
    Hold,
    Inquire,
    ListLoyaltyAccounts,
    ReadBasket,
    Transfer,
)  # fmt: skip
from ..engine import Step
from ..money import Money
from ..paying import again_key
from ..records import Record
from ..service import CheckoutService, OfStore, Pause, Send, Tell
from ..service._requests import Requests
from ..service._session import Session
from ._scenario import Posted, Scenario
from ._world import World

T = TypeVar("T")

PURSES: Final = (AskGiftCard, AskReference, AskRewards, FindGiftCard, FindLoyaltyCard, ListLoyaltyAccounts)
SHARED: Final = (OfStore, Send, Tell, Pause, Transfer, Hold, CountTaken, Inquire, ReadBasket, *PURSES)
READ: Final = 2000  # records that are kept, at about 20 KB each


class Named(Requests):
    """Requests whose sessions have the same names in every run."""

    def __init__(self, checkout: Checkout, monotonic: Callable[[], float], name: str) -> None:
        super().__init__(checkout, monotonic)
        self._name, self._count = name, 0

    def session(self, key: str, passed_over: int = 0) -> Session:
        session = super().session(key, passed_over)
        self._count += 1
        session.id = f"{self._name}.{self._count}"
        return session


class Stage:
    """The composition and its world.  The first composition of a process takes 20 ms, to set a world back takes 0.2."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.world = World(scenario.able, scenario.there, scenario.settings)
        self.checkout = scenario.compose(self.world.ports)
        self.read = lru_cache(READ)(self._reads)  # most of what a run stores, another has stored before
        self.keys: list[str] = []  # of the checkouts, by buyer
        self.shown: set[tuple[str, Money]] = set()  # totals that a buyer saw, by checkout
        self._played: list[Effect[Any]] = []
        for buyer in range(scenario.buyers):
            self._plays(buyer)
        for buyer in range(scenario.buyers if scenario.owed is not None else 0):
            self._owes(buyer, scenario.owed or ())
        self._baskets = dict(self.world.shop.baskets)

    def service(self) -> CheckoutService:
        """At the world's store and clock."""
        return CheckoutService(self.checkout, self.world.store, monotonic=self.world.seconds)

    def _reads(self, head: bytes, basket: bytes | None) -> Record:
        return self.checkout.codec.loads(head, basket)

    def _plays(self, buyer: int) -> None:
        requests = Named(self.checkout, self.world.seconds, f"before.{buyer}")
        basket = self.world.shop.basket(*self.scenario.skus, key=f"basket-{buyer}")
        key = self._does(requests.saving(self.checkout.start(basket, self.scenario.caller).pre_order))
        self.keys.append(key)
        self._posts(requests, key, self.scenario.before)

    def _owes(self, buyer: int, posted: tuple[Posted, ...]) -> None:
        requests, caller = Named(self.checkout, self.world.seconds, f"owed.{buyer}"), self.scenario.caller
        stood = self.keys[buyer]
        self.keys.append(again_key(self._does(requests.viewing(stood, None, caller)).pre_order))
        if posted:
            self._does(requests.paying_again(stood, caller))
            self._posts(requests, self.keys[-1], posted)

    def _posts(self, requests: Requests, key: str, posted: tuple[Posted, ...]) -> None:
        for page, body in posted:
            step: Step = self._does(requests.posting(key, page, body, self.scenario.caller))
            self.shown.add((key, step.pre_order.totals.payable))

    def _does(self, steps: Steps[T]) -> T:
        """What that returns; what others can see of it is kept, to be done again."""
        service = self.service()

        def perform(effect: Effect[Any]) -> Any:  # noqa: ANN401  # whatever it is answered
            if shared(effect) and not isinstance(effect, Pause):
                self._played.append(effect)
            return service.perform(effect)

        return run(steps, perform)

    def set_back(self) -> None:
        """The world is as it was when the race was about to begin."""
        self.world.reset(self._baskets)
        service = self.service()
        for effect in self._played:
            service.perform(effect)
        if self.scenario.refuses:
            self.world.refuses = True


def shared(effect: Effect[Any]) -> bool:
    """Others can see it, or it sees what others do."""
    return isinstance(effect, SHARED)
