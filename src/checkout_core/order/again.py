"""An order that stands without money, paid after all: who decides it, and what its operator was told."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..money import Money


@frozen(slots=False)
class Transferred:
    """Money that the shop found on its account, as an operator told of it."""

    amount: Money
    operator: str
    reason: str
    at: datetime
    why_not: str | None = None  # it has not paid the order; None: it has


@frozen(slots=False)
class GivenUp:
    """The shop no longer waits for the money."""

    operator: str
    reason: str
    at: datetime


@frozen(slots=False)
class Again:
    """The order that this checkout pays.

    There is one such checkout an order, so one compare-and-set decides who pays it: a card, a transfer, or nobody.
    """

    number: str  # of the order; payments here have numbers of their own
    key: str  # of the checkout that placed it
    transfers: tuple[Transferred, ...] = ()
    given_up: GivenUp | None = None
