"""What the holds of every store have in common: what an op asks for, and who gives way to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from attrs import evolve, frozen

from ..effects import Item


@frozen
class Held:
    """So many of a subject, kept by an op."""

    op: str
    owner: str
    quantity: int
    until: int  # microseconds since 1970


def asked_for(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items in their order, one a subject.  Raises ValueError for a quantity that is not positive."""
    wanted: dict[tuple[str, str], Item] = {}
    for item in items:
        if item.quantity < 1:
            raise ValueError(f"{item.quantity} of {item.kind} {item.subject!r} cannot be held; ask for one or more")
        subject = item.kind, item.subject
        wanted[subject] = _both(wanted[subject], item) if subject in wanted else item
    return tuple(wanted[subject] for subject in sorted(wanted))


def _both(one: Item, other: Item) -> Item:
    """As much of it as both say; where they disagree on how many there are, the fewer."""
    told = [item.most for item in (one, other) if item.most is not None]
    return evolve(one, quantity=one.quantity + other.quantity, most=min(told, default=None))


def counted_again(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Of what an op holds already, what its books may say something else of by now."""
    return tuple(item for item in items if item.booked and item.most is not None)


def digest_of(owner: str, items: tuple[Item, ...]) -> str:
    """Equal for the same request of the same owner, and for no other; how many there are is no request."""
    asked = [owner, *((item.kind, item.subject, item.quantity) for item in items)]
    return sha256(json.dumps(asked).encode()).hexdigest()


def other_items(op: str) -> ValueError:
    """What to raise where an op is said again with a different request."""
    return ValueError(f"hold {op!r} was taken for other items, or another owner; give each request an op of its own")


def room(
    wanted: tuple[Item, ...],
    there: Mapping[Item, int | None],
    rivals: Mapping[Item, Iterable[Held]],
    owner: str,
    now: int,
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """What is lacking, and the ops that are let go if nothing is.

    `there` is how many there are, held ones among them, None where nobody counts;
    `rivals` are the ops that hold some.  Those of the same owner give way, and
    the expired ones: the longest expired first, and no more than it takes.
    """
    gone = {held.op: None for item in wanted for held in rivals[item] if held.owner == owner}
    lacking = []
    for item in wanted:
        most = there[item]
        if most is None:
            continue
        standing = [held for held in rivals[item] if held.op not in gone]
        lack = item.quantity + sum(held.quantity for held in standing) - most
        for held in sorted(standing, key=lambda held: (held.until, held.op)):
            if lack <= 0 or held.until > now:
                break
            gone[held.op] = None
            lack -= held.quantity
        if lack > 0:
            lacking.append(item)
    return tuple(lacking), tuple(gone)


def digest_of_subject(subject: str) -> str:
    """What is stored of a subject that is counted: an address is personal data."""
    return sha256(subject.encode()).hexdigest()


def checked(quantity: int) -> int:
    """The quantity.  Raises ValueError where there can be no such number of anything."""
    if quantity < 0:
        raise ValueError(f"there cannot be {quantity} of anything; put 0 or more")
    return quantity
