"""Run a coroutine of effects: once for threads, once for event loops.

`perform` answers one effect.  What it raises is raised in the coroutine, where
the effect was awaited.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

from .effects import Effect

T = TypeVar("T")
Steps: TypeAlias = Coroutine[Effect[Any], Any, T]


class ForeignAwait(TypeError):
    """Something that is no effect was awaited: an asyncio future, say.  The mistake is in the page or gateway."""

    def __init__(self, yielded: object) -> None:
        super().__init__(f"only effects may be awaited here, not {yielded!r}")


def run(steps: Steps[T], perform: Callable[[Effect[Any]], Any]) -> T:
    """What the coroutine returns.  Raises what it raises, and ForeignAwait."""
    resume: Callable[[Any], object] = steps.send
    value: Any = None
    try:
        while True:
            effect = resume(value)
            try:
                if not isinstance(effect, Effect):
                    raise ForeignAwait(effect)
                resume, value = steps.send, perform(effect)
            except Exception as failed:  # noqa: BLE001  # whatever it is, the coroutine decides
                resume, value = steps.throw, failed
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a StopIteration does not know its type
    finally:
        steps.close()


async def arun(steps: Steps[T], perform: Callable[[Effect[Any]], Awaitable[Any]]) -> T:
    """As `run`, where effects are answered by awaiting.

    Inside another coroutine of effects, `perform` may await effects that go further out.
    """
    resume: Callable[[Any], object] = steps.send
    value: Any = None
    try:
        while True:
            effect = resume(value)
            try:
                if not isinstance(effect, Effect):
                    raise ForeignAwait(effect)
                resume, value = steps.send, await perform(effect)
            except Exception as failed:  # noqa: BLE001  # as in run
                resume, value = steps.throw, failed
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # as in run
    finally:
        steps.close()
