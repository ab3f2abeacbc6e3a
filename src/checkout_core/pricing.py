"""What the order costs: an ordered tuple of pure steps over what the PreOrder keeps by value.

Recalculating changes nothing: no step looks at the shop, at the clock, or at
what an earlier calculation left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .money import Money, Rounding, total
from .order import Payment, PreOrder, Totals
from .shop import Installment

PricingStep: TypeAlias = Callable[[PreOrder, Money, Rounding], Money]  # order, the sum so far, how interest rounds


def lines(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """The goods."""
    return order.basket.amount


def shipping(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """Sending them, at the price that was shown."""
    return total((choice.shipping_amount for choice in order.shipping.choices), so_far.currency)


def interest(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """For paying in parts, on everything before it.

    Rounded up to the minor unit unless the shop says otherwise: published plans
    show 19.49 at 1 % as 0.20 and at 5 % as 0.98.
    """
    chosen = plan_chosen(order.payment)
    return so_far.share(chosen.interest_rate, rounding) if chosen else Money.zero(so_far.currency)


PRICING: tuple[PricingStep, ...] = (lines, shipping, interest)  # each named like its field of Totals


def plan_chosen(payment: Payment | None) -> Installment | None:
    """The instalments the buyer chose, where the way to pay has any."""
    return getattr(payment, "installment", None)


def totals(order: PreOrder, rounding: Rounding) -> Totals:
    """All steps, and their sum."""
    so_far = Money.zero(order.basket.currency)
    amounts: dict[str, Money] = {}
    for step in PRICING:
        amount = amounts[step.__name__] = step(order, so_far, rounding)
        so_far = so_far + amount
    return Totals(**amounts, total=so_far)


def unmoved(order: PreOrder, before: PreOrder) -> bool:
    """Nothing that any step reads has changed since `before`."""
    return (
        order.basket is before.basket
        and order.shipping is before.shipping
        and (order.payment is before.payment or plan_chosen(order.payment) is plan_chosen(before.payment))
    )


def unpaid(order: PreOrder) -> Money:
    """What is left to pay, before interest: what plans are computed on."""
    return order.totals.total - order.totals.interest


def with_interest(amount: Money, chosen: Installment, rounding: Rounding) -> Money:
    """What `amount` comes to altogether in those instalments."""
    return amount + amount.share(chosen.interest_rate, rounding)
