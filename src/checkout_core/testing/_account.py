"""A test account at a provider, as the promises of a gateway are asked there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NoReturn

from attrs import evolve, frozen

from ..effects import (
    Callback,
    Cancelled,
    Capabilities,
    Captured,
    CardSecrets,
    Declined,
    Gateway,
    HandedOut,
    NotFound,
    Order,
    Rejected,
    Row,
    Unknown,
    Verified,
)
from ..money import Money


class BrokenPromise(AssertionError):
    """The gateway promises what is not so."""


def must(holds: object, otherwise: str) -> None:
    """Raises BrokenPromise with what was seen, unless that holds."""
    if not holds:
        raise BrokenPromise(otherwise)


def cannot(*_: object) -> NoReturn:
    """What an account that cannot do it does.  Raises NotImplementedError."""
    raise NotImplementedError


@frozen
class Account:
    """The adapter under test, and what its author can do at the provider besides.

    The provider must take `approved` and refuse `declined`, each for `amount` and for `other`.
    """

    gateway: Gateway
    approved: CardSecrets
    declined: CardSecrets
    amount: Money
    other: Money
    new: Callable[[], str]  # digits that no number, key or reference had before; no more than both may have
    installments: int = 1
    waits: Callable[[timedelta], object] = cannot  # that time passes
    pays: Callable[[Mapping[str, str]], Mapping[str, str] | None] = cannot
    """The buyer pays on the page that was handed out, where it takes money; what the browser brings back."""
    clears: Callable[[str], object] = cannot  # the row of that reference is too late to void
    late: Callable[[Order], object] = cannot  # a sale that takes effect as late as may be
    messages: Callable[[str], tuple[Callback, ...]] = cannot  # what the provider has told of that number
    signature: str = ""  # the header it stands in

    @property
    def able(self) -> Capabilities:
        """What is promised."""
        return self.gateway.capabilities

    def can(self, do: str) -> bool:
        """Is it able to do that: one of its fields, or to look into the "ledger"."""
        if do == "ledger":
            return self.able.inquiry and (self.waits is not cannot or not self.able.lag)
        return getattr(self, do) not in {cannot, ""}

    def order(self, number: str = "") -> Order:
        """A new payment, of a new number if none is given."""
        return Order("gateway", number or self.new(), self.new(), self.amount, self.installments)

    def sells(self, order: Order) -> Captured:
        """A sale that must be approved."""
        answer = self.sale(order)
        if not isinstance(answer, Captured):
            raise BrokenPromise(f"a sale with the card that is approved was {answer!r}")
        return answer

    def sale(self, order: Order, card: CardSecrets | None = None) -> object:
        return self._said(self.gateway.sale, order, card or self.approved)

    def starts_three_d(self, order: Order) -> Mapping[str, str]:
        """What was handed out, which must be something, and hold what the return is known by."""
        given = self._handed(self._said(self.gateway.start_three_d, order, self.approved))
        must("md" in given, f"what is handed out has no md, only {', '.join(sorted(given))}")
        return given

    def starts_session(self, order: Order) -> Mapping[str, str]:
        """What was handed out, which must be something."""
        return self._handed(self._said(self.gateway.start_session, order))

    def finishes(self, order: Order, returned: Mapping[str, str] | None, *, card: bool = True) -> object:
        """The last call of 3-D Secure, with the card where it is needed, unless told otherwise."""
        needed = self.approved if self.able.card_twice and card else None
        return self._said(self.gateway.finish_three_d, order, returned or {}, needed)

    def cancels(self, order: Order) -> object:
        return self._said(self.gateway.cancel_session, order)

    def voids(self, reference: str, key: str) -> object:
        return self._said(self.gateway.void, reference, key)

    def refunds(self, reference: str, key: str) -> object:
        return self._said(self.gateway.refund, reference, self.amount, key)

    def verifies(self, message: Callback) -> Verified | Rejected:
        return self.gateway.verify(message)

    def asks(self, number: str) -> object:
        """What an inquiry says now."""
        return self._said(self.gateway.inquire, number)

    def rows(self, number: str) -> tuple[Row, ...]:
        """What the ledger has of that number, looked at when all that was taken must be there."""
        self.passes(self.able.lag)
        found = self.asks(number)
        if isinstance(found, tuple):
            return found
        must(isinstance(found, Declined | Cancelled | NotFound), f"an inquiry was {found!r}")
        return ()

    def passes(self, time: timedelta) -> None:
        """Let that time pass, if there is any."""
        if time:
            self.waits(time)

    def _handed(self, answer: object) -> Mapping[str, str]:
        if not isinstance(answer, HandedOut):
            raise BrokenPromise(f"a start was {answer!r}")
        surplus = ", ".join(sorted(answer.given.keys() - self.able.handed))
        must(not surplus, f"what is handed out has fields that `handed` does not name: {surplus}")
        return answer.given

    @staticmethod
    def _said(method: Callable[..., object], *given: object) -> object:
        try:
            return method(*given)
        except Exception as failed:  # noqa: BLE001  # as the driver takes it
            return Unknown(type(failed).__name__)


def again(order: Order, key: str | None = None, amount: Money | None = None) -> Order:
    """The same payment, of another key or amount if one is given."""
    return evolve(order, key=order.key if key is None else key, amount=order.amount if amount is None else amount)
