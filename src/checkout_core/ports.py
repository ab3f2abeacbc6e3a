"""What a host gives: one object a port; and how effects find the method that answers them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from inspect import iscoroutinefunction
from operator import attrgetter
from typing import Any, TypeAlias, cast

import attrs
from attrs import field, frozen

from .effects import (
    GATEWAY,
    PORTS,
    BasketPort,
    BuyersPort,
    Captured,
    CardsPort,
    Declined,
    Effect,
    Event,
    FinishThreeD,
    Gateway,
    HandedOut,
    Inquire,
    NotFound,
    NotSent,
    OrdersPort,
    Reversed,
    Sale,
    StartThreeD,
    Unknown,
    Void,
    method_of,
)  # fmt: skip
from .order import PreOrder
from .settings import Settings
from .shop import Misconfigured, Shop

Asked: TypeAlias = "type[Effect[Any] | Event]"


class Missing:
    """Stands where a host gave no port; says so when somebody asks it."""


MISSING = Missing()

OUTCOMES: Mapping[Asked, tuple[type[object], ...]] = {  # what a gateway may answer; Inquire also a tuple of Captured
    Sale: (Captured, Declined, Unknown, NotSent),
    StartThreeD: (HandedOut, Declined, Unknown, NotSent),
    FinishThreeD: (Captured, Declined, Unknown, NotSent),
    Inquire: (Declined, NotFound, Unknown),
    Void: (Reversed, Unknown),
}


@frozen(kw_only=True)
class Ports:
    """Everything a host answers.  One object may be several ports; methods may be sync or async."""

    shop: Callable[[], Shop]  # the snapshot as it is now
    basket: BasketPort
    orders: OrdersPort
    gateways: Mapping[str, Gateway]  # by the name payment options call them
    clock: Callable[[], datetime]  # aware
    key: Callable[[], str]  # of a new checkout: unguessable
    settings: Callable[[], Settings] = field(default=Settings)
    buyers: BuyersPort = field(default=cast("BuyersPort", MISSING))
    cards: CardsPort = field(default=cast("CardsPort", MISSING))


class Answers:
    """Which method answers which effect, found once.  Raises Misconfigured, with all that is lacking."""

    def __init__(self, ports: Ports) -> None:
        lacking: list[str] = []
        self._ports: dict[Asked, tuple[Callable[..., Any], Callable[[Any], tuple[Any, ...]]]] = {}
        for name, (_, effects) in PORTS.items():
            for effect in cast("tuple[Asked, ...]", effects):
                self._ports[effect] = self._found(getattr(ports, name), name, effect, lacking), _fields_of(effect)
        self._gateways: dict[tuple[str, Asked], Callable[..., Any]] = {}
        for slug, gateway in ports.gateways.items():
            for effect in cast("tuple[Asked, ...]", GATEWAY):
                self._gateways[slug, effect] = self._found(gateway, f"gateways[{slug!r}]", effect, lacking)
        if lacking:
            raise Misconfigured("; ".join(lacking))
        self._transfers = {effect: attrs.fields(cast("Any", effect)) for effect in GATEWAY}
        methods = (*(method for method, _ in self._ports.values()), *self._gateways.values())
        self.asynchronous = frozenset(m for m in methods if iscoroutinefunction(m))

    @staticmethod
    def _found(port: object, name: str, effect: Asked, lacking: list[str]) -> Callable[..., Any]:
        method = method_of(effect)
        if isinstance(port, Missing):

            def missing(*_: object) -> None:
                raise Misconfigured(f"{method} was asked for: give Ports({name}=...) an object that has it")

            return missing
        found = getattr(port, method, None)
        if found is None:
            names = ", ".join(a.name for a in attrs.fields(cast("Any", effect)))
            lacking.append(f"Ports({name}=...): {type(port).__name__} has no {method}({names})")
        return cast("Callable[..., Any]", found)

    def call(self, effect: Effect[Any]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The method that answers it, and its arguments."""
        kind = effect.__class__
        asked = self._ports.get(kind)
        if asked is not None:
            method, arguments = asked
            return method, arguments(effect)
        first, *rest = self._transfers[kind]
        to = getattr(effect, first.name)
        given = [getattr(effect, a.name) for a in rest]
        if isinstance(to, str):
            return self._gateways[to, kind], tuple(given)
        return self._gateways[to.gateway, kind], (to, *given)

    def telling(self, event: Event, order: PreOrder) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The method an event is for, and its arguments."""
        method, arguments = self._ports[event.__class__]
        given = arguments(event)
        return method, (*given, order) if event.with_order else given

    def perform(self, effect: Effect[Any]) -> Any:
        """The answer.  A gateway never raises: what is no answer is Unknown."""
        method, given = self.call(effect)
        if effect.__class__ not in OUTCOMES:
            return method(*given)
        try:
            return _checked(effect, method(*given))
        except Exception as failed:  # noqa: BLE001  # what a gateway raises is no answer
            return _unknown(effect, failed)

    async def aperform(self, effect: Effect[Any], call: Callable[..., Awaitable[Any]] | None = None) -> Any:
        """As `perform`, where some methods are async; `call` may run the others in a thread."""
        method, given = self.call(effect)
        try:
            return _checked(effect, await (call or self.acall)(method, given))
        except Exception as failed:  # noqa: BLE001  # raised again unless a gateway failed
            return _unknown(effect, failed)

    async def acall(self, method: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """What the method answers, awaited where it is async."""
        return await method(*given) if method in self.asynchronous else method(*given)


def _checked(effect: Effect[Any], answer: Any) -> Any:
    """The answer; of a gateway, Unknown for what is no outcome of that effect."""
    outcomes = OUTCOMES.get(effect.__class__)
    if outcomes is None or isinstance(answer, outcomes):
        return answer
    rows = answer if effect.__class__ is Inquire and isinstance(answer, tuple) else (None,)
    return answer if all(isinstance(row, Captured) for row in rows) else Unknown(f"no outcome: {type(answer).__name__}")


def _unknown(effect: Effect[Any], failed: Exception) -> Unknown:
    """A provider's failure says nothing about the money; its text may say too much.  Any other is raised again."""
    if effect.__class__ in GATEWAY:
        return Unknown(type(failed).__name__)
    raise failed


def _fields_of(effect: Asked) -> Callable[[Any], tuple[Any, ...]]:
    names = [a.name for a in attrs.fields(cast("Any", effect))]
    get: Callable[[Any], Any] = attrgetter(*names)
    return get if len(names) > 1 else lambda asked: (get(asked),)
