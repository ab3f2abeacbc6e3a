"""What happens around a step: its effects answered, equal questions asked once, events kept for the save.

`Knowing` is what every step needs; `Alone` is a step without a service, and
asks the host's ports itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from .atlas import Map, after_an_end
from .effects import Apply, Capabilities, Checkpoint, Effect, Emit, Event, Hold, Query
from .engine import Forget, Placing
from .order import PreOrder
from .paying import apply_outcome
from .ports import Answers
from .shop import Misconfigured

OUTSIDE: Final = object()  # instead of an answer: somebody must be asked


class Knowing:
    """What one step has been told, and the events that leave with it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._asked: dict[Effect[Any], Any] = {}

    def known(self, effect: Effect[Any]) -> Any:
        """The answer, where nobody has to be asked; else OUTSIDE.

        What was counted before something is kept has another answer after it.
        """
        if isinstance(effect, Query):
            return self._asked.get(effect, OUTSIDE)
        if isinstance(effect, Hold):
            self._asked.clear()
        return self.inside(effect)

    def inside(self, effect: Effect[Any]) -> Any:
        """As `known`, for what is no query."""
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
            case _:
                return OUTSIDE

    def told(self, effect: Effect[Any], answer: Any) -> Any:
        """The answer; an equal question will not be asked again."""
        if isinstance(effect, Query):
            self._asked[effect] = answer
        return answer


class Alone(Knowing):
    """A step without a service: nothing is saved, so only play money may move."""

    def __init__(
        self, flow: Map, answers: Answers, gateways: Mapping[str, Capabilities], clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._flow = flow
        self._answers = answers
        self._gateways = gateways
        self._clock = clock
        self._order: PreOrder

    def perform(self, effect: Effect[Any]) -> Any:
        """The answer to an effect of the engine."""
        answer = self.known(effect)
        return self.told(effect, self._answers.perform(effect)) if answer is OUTSIDE else answer

    async def aperform(self, effect: Effect[Any]) -> Any:
        """As `perform`, with async ports."""
        answer = self.known(effect)
        return self.told(effect, await self._answers.aperform(effect)) if answer is OUTSIDE else answer

    def inside(self, effect: Effect[Any]) -> Any:
        """As for any step.  Raises Misconfigured where real money would move."""
        match effect:
            case Checkpoint(order):
                gateway = order.attempts[-1].gateway  # empty where no provider is asked
                if gateway and not self._gateways[gateway].sandbox:
                    raise Misconfigured("real money needs a CheckoutService: it saves before it sends")
                self._order = order
                return order
            case Apply(n, outcome):
                order, told = apply_outcome(self._order, n, outcome, self._clock())
                self.events.extend(told)
                self._order = after_an_end(self._flow, self._order, order)
                return self._order
            case _:
                return super().inside(effect)
