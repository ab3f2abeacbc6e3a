"""The transactions of an order under the documented identifiers: a view of its attempts, stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from ..money import Money
from ..order import Attempt, GarantiPay, PreOrder

RETURNED = 8  # characters of the digest that tells a return without money from another


@frozen
class Transaction:
    """What happened once, as an operator of the documented system knows it."""

    id: str  # REDIRECT_GPAY_<number>, GPAY_<number>_<suffix>, 3D_RETURN_<number>_<suffix>
    type: Literal["redirect", "return_back"]
    succeeded: bool  # its money stands; of a redirect never: it has moved none
    three_d_secure: bool
    amount: Money  # with interest


def transactions(order: PreOrder) -> tuple[Transaction, ...]:
    """Of each attempt that handed the buyer on: the way there, and what came of it, in the order of the attempts.

    An attempt of a provider's page is Garanti Pay's where the order is paid so through the same gateway.
    """
    return tuple(
        each for a in order.attempts if a.kind in {"three_d", "session"} and a.handed for each in _of(order, a)
    )


def _of(order: PreOrder, a: Attempt) -> Iterator[Transaction]:
    three_d, name = a.kind == "three_d", _name(order, a)
    planned = a.seal.plans[0].amount
    if not three_d:
        yield Transaction(
            f"REDIRECT_{name}{a.number}", "redirect", succeeded=False, three_d_secure=False, amount=planned
        )
    back = "3D_RETURN_" if three_d else name or "RETURN_"
    for row in a.captures:
        stands = a.state == "captured" and row.reversal is None
        yield Transaction(f"{back}{a.number}_{row.reference}", "return_back", stands, three_d, row.amount)
    if not a.captures and a.returned is not None:
        yield Transaction(
            f"{back}{a.number}_{a.returned[:RETURNED]}",
            "return_back",
            succeeded=False,
            three_d_secure=three_d,
            amount=planned,
        )


def _name(order: PreOrder, a: Attempt) -> str:
    payment = order.payment
    return "GPAY_" if isinstance(payment, GarantiPay) and payment.option.gateway == a.gateway else ""
