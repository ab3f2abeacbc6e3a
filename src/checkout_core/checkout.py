"""Checkout: a flow and a host's ports, put together.  Says at once what is missing or contradicts itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from . import atlas, composition, engine
from .atlas import Explained, Map
from .driver import Steps, arun, run
from .effects import PORTS, Effect, Event
from .engine import Step
from .explained import Amount, explain_totals
from .flow import AnyPage, Flow
from .money import Money
from .order import Basket, Buyer, PreOrder, Totals, evolve
from .page import GUEST, Caller, Visit
from .paying import to_pay_again
from .ports import Answers, Missing, Ports
from .pricing import totals
from .records import Codec
from .shop import Misconfigured
from .standard import STANDARD
from .stepping import Alone

PageName = str | AnyPage
EVENTS = tuple(each for _, effects in PORTS.values() for each in effects if issubclass(each, Event))


class Checkout:
    """The engine with a shop's flow and ports.  Keeps nothing between calls.

    Raises Misconfigured with everything that is wrong with the composition.
    Refused input is a Step with errors, never an exception.
    """

    def __init__(self, ports: Ports, flow: Flow = STANDARD) -> None:
        mistakes = list(composition.mistakes(ports, flow))
        try:
            self.answers = Answers(ports)
        except Misconfigured as lacking:
            mistakes.append(str(lacking))
        if mistakes:
            raise Misconfigured("\n".join(mistakes))
        self.ports = ports
        self.flow = flow
        self.map = Map(flow)
        self.has = frozenset(name for name in PORTS if not isinstance(getattr(ports, name), Missing))
        self.gateways = {name: gateway.capabilities for name, gateway in ports.gateways.items()}
        self.ways = {kind: way.part for kind, way in flow.payments.items()}
        self.ways_again = {kind: way.part for kind, way in atlas.again(flow).items()}
        self.codec = Codec((way.part for way in flow.payments.values()), flow.host_parts(), EVENTS)

    def visit(self, order: PreOrder, caller: Caller = GUEST, shown: Money | None = None) -> Visit:
        """What the pages may look at, as of now; `shown` is the total this buyer was last asked to pay."""
        ports, gateways = self.ports, self.gateways
        ways = self.ways if order.again is None else self.ways_again
        return Visit(order, ports.shop(), ports.settings(), ports.clock(), caller, gateways, ways, self.has, shown)

    def hears(self, event: Event) -> bool:
        """Whether there is a port that `event` can be told to, or one whose absence must not pass unnoticed."""
        return not event.optional or self.answers.given(event)

    # As coroutines of effects: for a service, or another driver

    def start_steps(
        self, basket: Basket, caller: Caller = GUEST, key: str | None = None
    ) -> Coroutine[Effect[Any], Any, Step]:
        """A new checkout of that basket, shown; under that key, or one of its own."""
        zero = Money.zero(basket.currency)
        buyer = Buyer(caller.account, caller.email, caller.phone)
        order = PreOrder(key or self.ports.key(), basket, Totals(zero, zero, zero, zero), buyer)
        visit = self.visit(order, caller)
        priced = evolve(order, totals=totals(order, visit.settings.interest_rounding))
        return engine.view(self.map, visit.at(priced))

    def pay_again_steps(self, placed: PreOrder, caller: Caller = GUEST) -> Coroutine[Effect[Any], Any, Step]:
        """A checkout that pays the order which was `placed` and waits for its money, shown.

        Its key follows from that of `placed`, so there is one only.  Raises NotTheirs for another buyer's order, and
        where there is none; ValueError for one that waits for no money; Misconfigured where no port is told.
        """
        if "settlements" not in self.has:
            raise Misconfigured("to pay an order again give Ports(settlements=...), which is told that it is paid")
        if placed.placed is None or placed.buyer.account != caller.account:
            raise engine.NotTheirs(placed.key)
        return engine.view(self.map, self.visit(to_pay_again(placed), caller))

    def submit_steps(
        self, order: PreOrder, page: PageName, body: object, caller: Caller = GUEST, shown: Money | None = None
    ) -> Coroutine[Effect[Any], Any, Step]:
        """The buyer posts `body` to that page; a total other than the one `shown` is not paid."""
        return engine.submit(self.map, self.visit(order, caller, shown), page_name(page), body)

    def view_steps(
        self, order: PreOrder, page: PageName | None = None, caller: Caller = GUEST
    ) -> Coroutine[Effect[Any], Any, Step]:
        """That page if the buyer may be there; else, or without one, the current page."""
        return engine.view(self.map, self.visit(order, caller), None if page is None else page_name(page))

    # Without a service: tests, notebooks, a sandbox

    def start(self, basket: Basket, caller: Caller = GUEST) -> Step:
        """The first page of a new checkout."""
        return self._run(self.start_steps(basket, caller))

    def pay_again(self, placed: PreOrder, caller: Caller = GUEST) -> Step:
        """The first page of a checkout that pays an order which stands without money; raises as `pay_again_steps`."""
        return self._run(self.pay_again_steps(placed, caller))

    def submit(self, order: PreOrder, page: PageName, body: object, caller: Caller = GUEST) -> Step:
        """Where the buyer stands after posting `body`, a mapping or the page's form.

        Raises Misconfigured where real money would move: that needs a CheckoutService.
        """
        return self._run(self.submit_steps(order, page, body, caller))

    def view(self, order: PreOrder, page: PageName | None = None, caller: Caller = GUEST) -> Step:
        """Where the buyer stands."""
        return self._run(self.view_steps(order, page, caller))

    async def astart(self, basket: Basket, caller: Caller = GUEST) -> Step:
        """As `start`, with async ports."""
        return await self._arun(self.start_steps(basket, caller))

    async def apay_again(self, placed: PreOrder, caller: Caller = GUEST) -> Step:
        """As `pay_again`, with async ports."""
        return await self._arun(self.pay_again_steps(placed, caller))

    async def asubmit(self, order: PreOrder, page: PageName, body: object, caller: Caller = GUEST) -> Step:
        """As `submit`, with async ports."""
        return await self._arun(self.submit_steps(order, page, body, caller))

    async def aview(self, order: PreOrder, page: PageName | None = None, caller: Caller = GUEST) -> Step:
        """As `view`, with async ports."""
        return await self._arun(self.view_steps(order, page, caller))

    def explain(self, order: PreOrder, page: PageName, caller: Caller = GUEST) -> tuple[Explained, ...]:
        """Each check of a page: does it hold, and which page would mend it.  Raises KeyError for an unknown page."""
        return atlas.explain(self.map, self.visit(order, caller), page_name(page))

    def explain_totals(self, order: PreOrder) -> Amount:
        """What is to be paid, as a tree down to the lines, each amount with its reason: print it, or show it."""
        return explain_totals(order)

    def _run(self, steps: Steps[Step]) -> Step:
        if self.answers.asynchronous:
            steps.close()  # or Python complains of it behind our own sentence
            self.must_be_sync()
        alone = Alone(self.map, self.answers, self.gateways, self.ports.clock)
        step = run(steps, alone.perform)
        step.events = tuple(alone.events)
        return step

    async def _arun(self, steps: Steps[Step]) -> Step:
        alone = Alone(self.map, self.answers, self.gateways, self.ports.clock)
        step = await arun(steps, alone.aperform)
        step.events = tuple(alone.events)
        return step

    def must_be_sync(self) -> None:
        """Raises Misconfigured where a port is async."""
        if self.answers.asynchronous:
            names = sorted(_name(method) for method in self.answers.asynchronous)
            raise Misconfigured(f"async ports ({', '.join(names)}) need asubmit, aview or AsyncCheckoutService")


def page_name(page: PageName) -> str:
    """Its wire name."""
    return page if isinstance(page, str) else page.__name__


def _name(method: Callable[..., Any]) -> str:
    return getattr(method, "__qualname__", repr(method))
