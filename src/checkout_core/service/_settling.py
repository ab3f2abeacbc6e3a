"""What an operator says of an order that waits for its money: the transfer came, or the shop waits no longer.

operator = Settling(service.requests)
service.run(operator.confirming(number, Money("125.00", "TRY"), "ada", "statement of 3 March"))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import frozen

from ..money import Money
from ..order import PreOrder, evolve
from ..page import Visit
from ..paying import Told, again_key, given_up, to_pay_again, transferred, waits_for_money
from ..records import Record
from ..shop import Misconfigured
from ._looks import Looks
from ._outbox import deliver
from ._session import Conflict, NotThere, NumberTaken

TRIES: Final = 5  # after a conflict


class Impossible(ValueError):
    """What an operator asks for cannot be; the text says why, and nothing was changed."""


@frozen
class Awaited:
    """An order that waited for its money, and how it stands."""

    number: str
    owed: Money
    paid: bool
    receipt: str | None  # what paid it: a reference in a ledger, or funds_transfer
    given_up: bool
    why_not: str | None  # the transfer that was told of has not paid it


class Settling(Looks):
    """Coroutines of effects; what they change is one compare-and-set on the record that decides who pays."""

    async def confirming(self, name: str, amount: Money, operator: str, reason: str) -> Awaited:
        """A transfer of that amount came for that order number or key.

        The order is paid where it is the very amount and nobody has paid; anything else is noted, and changes nothing.
        Raises NotThere, Conflict, and Impossible where no order waits, or a payment is moving.
        """

        def told(visit: Visit, stood: PreOrder) -> Told:
            return transferred(visit, stood, amount, operator, reason)

        return await self._settled(name, operator, reason, told)

    async def refusing(self, name: str, operator: str, reason: str) -> Awaited:
        """The shop waits no longer for the money of that order.

        Raises NotThere, Conflict, and Impossible where no order waits, it is paid, or a payment is moving.
        """
        return await self._settled(name, operator, reason, lambda visit, _: given_up(visit, operator, reason))

    async def awaited(self, name: str) -> Awaited:
        """How that order stands.  Raises NotThere, and Impossible where it never waited for money."""
        stood = await self._stood(name)
        try:
            order = await self._tasks.session(again_key(stood)).load()
        except NotThere:
            order = to_pay_again(stood)
        return _awaited(stood, order, order)

    async def _stood(self, name: str) -> PreOrder:
        order = await self._tasks.session(await self.key_of(name)).load()
        if order.again is not None:  # a payment of it was named
            order = await self._tasks.session(order.again.key).load()
        if not waits_for_money(order):
            raise Impossible(f"{name} is no order that waits for money")
        return order

    async def _settled(self, name: str, operator: str, reason: str, tell: Callable[[Visit, PreOrder], Told]) -> Awaited:
        if not operator.strip() or not reason.strip():
            raise Impossible("say who decides it, and why: it is kept with the order")
        if "settlements" not in self._checkout.has:
            raise Misconfigured("give Ports(settlements=...), which is told that an order is paid or given up")
        stood, passed_over = await self._stood(name), 0
        for _ in range(TRIES):
            session = self._tasks.session(again_key(stood), passed_over)
            try:
                before = await session.load()
            except NotThere:
                before = evolve(to_pay_again(stood), passed_over=passed_over)
                session.record = Record(before)
            try:
                order, events = tell(self._checkout.visit(before), stood)
            except ValueError as wrong:
                raise Impossible(str(wrong)) from None
            session.events = list(events)
            try:
                await session.save(order)
            except NumberTaken:
                passed_over += 1
            except Conflict:
                continue
            else:
                await deliver(session)
                return _awaited(stood, before, order)
        raise Conflict(name)


def _awaited(stood: PreOrder, before: PreOrder, order: PreOrder) -> Awaited:
    block, again = stood.placed, order.again
    if block is None or again is None:
        raise ValueError("no order waits for money here")
    new = again.transfers[-1] if order is not before and before.again != again and again.transfers else None
    return Awaited(
        block.number, block.plan.amount, order.placed is not None, order.placed.receipt if order.placed else None,
        again.given_up is not None, new.why_not if new else None,
    )  # fmt: skip
