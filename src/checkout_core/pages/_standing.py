"""Lists that never lose what was chosen: a storefront that misses it there chooses again by itself, for ever."""

from __future__ import annotations

from operator import attrgetter
from typing import TypeVar

T = TypeVar("T")


def with_standing(standing: T | None, offered: tuple[T, ...], known_by: str = "pk") -> tuple[T, ...]:
    """What is offered, and in front of it what was chosen and is not offered any more, as it was when it was chosen.

    `known_by`: the attribute that tells them apart.
    """
    if standing is None or standing in offered:
        return offered
    name = attrgetter(known_by)
    return standing, *(each for each in offered if name(each) != name(standing))
