"""Play a page against a script: what it asks, in order, and what it is answered.

    new, events = play(BinNumberPage().process(own, form, visit), (FindCard("542119"), card))

What is asked and not scripted, or scripted and not asked, fails by name.
"""

from __future__ import annotations

from typing import Any, TypeVar

from ..driver import Steps, run
from ..effects import Effect, Emit, Event

T = TypeVar("T")


class Unscripted(AssertionError):
    """The page asked what the script does not answer, or did not ask what it does."""


def play(steps: Steps[T], *script: tuple[Effect[Any], Any]) -> tuple[T, tuple[Event, ...]]:
    """What the coroutine returns, and the events it emitted.

    An answer that is an exception is raised where the effect was awaited.
    Raises Unscripted, and whatever the coroutine raises.
    """
    left = list(script)
    events: list[Event] = []

    def perform(effect: Effect[Any]) -> object:
        if isinstance(effect, Emit):
            events.append(effect.event)
            return None
        if not left or left[0][0] != effect:
            expected = repr(left[0][0]) if left else "nothing"
            raise Unscripted(f"asked {effect!r}, expected {expected}")
        answer = left.pop(0)[1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    result = run(steps, perform)
    if left:
        raise Unscripted(f"never asked {left[0][0]!r}")
    return result, tuple(events)
