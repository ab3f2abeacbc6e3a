"""Offers applied to an order: pure, by priority, each to what the ones before it left.

Nothing is taken twice: a line, or shipping, never costs less than nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from ..money import Money, total
from ..order import Discount, Discounts, LineShare, SampleOffer, Use
from ..page import Visit
from ..shop import Offer
from . import Given, Remaining, parcel_of


@frozen
class Candidate:
    """An offer that may be used, and what it came by."""

    offer: Offer
    coupon: str | None = None
    code: str | None = None
    uses: tuple[Use, ...] = ()


def applies(offer: Offer, visit: Visit) -> bool:
    """Its dates are now, and all of its rules hold."""
    if offer.starts_at is not None and visit.now < offer.starts_at:
        return False
    if offer.ends_at is not None and visit.now >= offer.ends_at:
        return False
    parcel = parcel_of(visit.order)
    return all(rule.applies(visit, parcel) for rule in offer.rules)


def apply(candidates: Iterable[Candidate], visit: Visit) -> Discounts:
    """What those offers take off the order together."""
    order = visit.order
    sent = total((choice.shipping_amount for choice in order.shipping.choices), order.basket.currency)
    left = Remaining(tuple(line.amount for line in order.basket.lines), sent)
    applied: list[Discount] = []
    samples: list[SampleOffer] = []
    for each in sorted(candidates, key=lambda each: (-each.offer.priority, each.offer.pk)):
        if not applies(each.offer, visit):
            continue
        given = each.offer.benefit.gives(order.basket, left)
        if given.samples:
            samples.append(SampleOffer(each.offer.pk, given.samples, given.allowed_quantity))
        if given.lines or given.shipping:
            applied.append(_discount(each, given, order.basket.currency))
            left = _after(left, given)
    return Discounts(tuple(applied), tuple(samples))


def _discount(by: Candidate, given: Given, currency: str) -> Discount:
    nothing = Money.zero(currency)
    off = total((share.amount for share in given.lines), currency)
    return Discount(
        by.offer.pk, by.offer.name, off, given.shipping or nothing, given.lines, by.coupon, by.code, by.uses
    )  # fmt: skip


def _after(left: Remaining, given: Given) -> Remaining:
    lines = list(left.lines)
    for share in given.lines:
        lines[share.line] = lines[share.line] - share.amount
    return Remaining(tuple(lines), left.shipping - given.shipping if given.shipping else left.shipping)


def shares_by_line(discounts: Discounts, count: int, currency: str) -> tuple[Money, ...]:
    """What is off each of `count` lines altogether, by its place in the basket."""
    off = [Money.zero(currency)] * count
    for share in (share for each in discounts.applied for share in each.lines):
        off[share.line] = off[share.line] + share.amount
    return tuple(off)


__all__ = ["Candidate", "LineShare", "applies", "apply", "shares_by_line"]
