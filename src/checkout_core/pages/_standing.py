"""Lists that never lose what was chosen: a storefront that misses it there chooses again by itself, for ever."""

from __future__ import annotations

from typing import Protocol, TypeVar


class Listed(Protocol):
    @property
    def pk(self) -> int: ...


ListedT = TypeVar("ListedT", bound=Listed)


def with_standing(standing: ListedT | None, offered: tuple[ListedT, ...]) -> tuple[ListedT, ...]:
    """What is offered, and in front of it what was chosen and is not offered any more, as it was when it was chosen."""
    if standing is None or standing in offered:
        return offered
    return standing, *(each for each in offered if each.pk != standing.pk)
