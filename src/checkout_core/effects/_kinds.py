"""What may be awaited: effects, by kind.  Nothing here performs anything.

    card = await FindCard(bin)          # mypy knows what comes back

An effect is a value.  Awaiting it hands it to the driver, which asks the host's
port and hands the answer back; so the same page runs in threads, in asyncio, in
a till and in a test.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, Generic, TypeVar, final

from attrs import frozen

R_co = TypeVar("R_co", covariant=True)


class Effect(Generic[R_co]):
    """A question to the world, or an order to it."""

    __slots__ = ()

    def __await__(self) -> Generator[Effect[Any], Any, R_co]:
        answer: R_co = yield self
        return answer


class Query(Effect[R_co]):
    """May be asked again; equal ones are asked once a step."""

    __slots__ = ()


@frozen
class Unavailable:
    """No answer that can be used, of a service the shop does not run; `reason` is for its people."""

    reason: str


class RemoteQuery(Query["R_co | Unavailable"], Generic[R_co]):
    """Asked of a service the shop does not run.  An exception of its port is the answer Unavailable."""

    __slots__ = ()


class Hold(Effect[R_co]):
    """Keeps something of which there is only so much.  Awaited in paying/ only; said again, it is the same hold."""

    __slots__ = ()


class Transfer(Effect[R_co]):
    """Moves money, or lets somebody move it.  Awaited in paying/ only, never sent twice."""

    __slots__ = ()


class Event:
    """Something that must happen after the save; nobody waits for an answer."""

    __slots__ = ()

    with_id: ClassVar[bool] = False  # its port is also given the message's id, by which it knows repeats
    with_order: ClassVar[bool] = False  # its port is also given the PreOrder as saved
    after_order: ClassVar[bool] = False  # waits until the shop's tables know of the order
    urgent: ClassVar[bool] = False  # leaves before the answer or not at all; never again by itself
    for_ever: ClassVar[bool] = False  # never given up
    optional: ClassVar[bool] = False  # does not leave where the host gave no port for it


class Refused(Exception):
    """An event's port will never take it: `raise Refused("blocked_customer")`.

    Of an order that stands, the money goes back.  Any other exception means: not now.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@frozen
class Emit(Effect[None]):
    """Let `event` leave with the save."""

    event: Event


@final
class Secret:
    """A card number, a CVV, a code.  Shows nothing and cannot be stored."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: for the one call that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "<secret>"

    def __reduce__(self) -> str:
        raise TypeError("a secret is never stored")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    __hash__ = None  # type: ignore[assignment]  # a hash of four digits would give them away
