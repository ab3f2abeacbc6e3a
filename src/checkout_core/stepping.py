"""What happens around a step: its effects answered, equal questions asked once, events kept for the save.

Coroutines of effects themselves, so that both drivers, the service and the
explorer run the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .effects import Apply, Capabilities, Checkpoint, Effect, Emit, Event, Query
from .engine import Forget, Placing
from .order import PreOrder
from .paying import apply_outcome
from .shop import Misconfigured


class Stepping:
    """One step.  Subclasses say what a checkpoint and an outcome do."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._asked: dict[Effect[Any], Any] = {}

    async def answer(self, effect: Effect[Any]) -> Any:
        """The answer to an effect of the engine; what the world must answer goes further out."""
        if isinstance(effect, Query):
            if effect not in self._asked:
                self._asked[effect] = await effect
            return self._asked[effect]
        match effect:
            case Emit(event):
                self.events.append(event)
                return None
            case Forget():
                self.events.clear()
                return None
            case Placing(order, told):
                self.events.extend(told)
                return order
            case Checkpoint(order):
                return await self.checkpoint(order)
            case Apply():
                return await self.apply(effect)
            case _:
                return await self.send(effect)

    async def checkpoint(self, order: PreOrder) -> PreOrder:
        """Saved, before anybody hears of it."""
        raise NotImplementedError

    async def apply(self, effect: Apply) -> PreOrder:
        """The latest PreOrder with that outcome in it, saved."""
        raise NotImplementedError

    async def send(self, effect: Effect[Any]) -> Any:
        """A transfer, sent."""
        return await effect


class Alone(Stepping):
    """A step without a service: nothing is saved, so only play money may move."""

    def __init__(self, gateways: Mapping[str, Capabilities], clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._gateways = gateways
        self._clock = clock
        self._order: PreOrder

    async def checkpoint(self, order: PreOrder) -> PreOrder:
        """Raises Misconfigured where real money would move."""
        if not self._gateways[order.attempts[-1].gateway].sandbox:
            raise Misconfigured("real money needs a CheckoutService: it saves before it sends")
        self._order = order
        return order

    async def apply(self, effect: Apply) -> PreOrder:
        order, told = apply_outcome(self._order, effect.attempt, effect.outcome, self._clock())
        self.events.extend(told)
        self._order = order
        return order
