"""Steps carried out on an order in memory: saved and applied as the service does, the world answering from a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from checkout_core import PreOrder
from checkout_core.driver import Steps, run
from checkout_core.effects import Apply, Checkpoint, Effect, Emit, Event
from checkout_core.paying import apply_outcome

from .orders import NOW

T = TypeVar("T")


class Desk:
    """What was asked of the world, what was saved, what is told."""

    def __init__(self, answers: Mapping[type[Effect[Any]], object], now: datetime = NOW) -> None:
        self.answers = {kind: list(each) if isinstance(each, list) else [each] for kind, each in answers.items()}
        self.now = now
        self.order: PreOrder
        self.asked: list[Effect[Any]] = []
        self.saved: list[PreOrder] = []
        self.told: list[Event] = []

    def does(self, steps: Steps[T], order: PreOrder) -> T:
        """What the steps return.

        An answer that is an exception is raised where it was awaited; one that is a function is called then, and may
        change the order that is stored.
        """
        self.order = order
        return run(steps, self.perform)

    def perform(self, effect: Effect[Any]) -> object:
        match effect:
            case Emit(event):
                self.told.append(event)
                return None
            case Checkpoint(order):
                self.order = order
                self.saved.append(order)
                return order
            case Apply(n, outcome):
                self.order, told = apply_outcome(self.order, n, outcome, self.now)
                self.told += told
                return self.order
            case _:
                self.asked.append(effect)
                answer = self.answers[type(effect)].pop(0)
                answer = answer(self) if callable(answer) else answer
                if isinstance(answer, Exception):
                    raise answer
                return answer

    @property
    def kinds(self) -> list[str]:
        """What was asked of the world, by name, in its order."""
        return [type(effect).__name__ for effect in self.asked]
