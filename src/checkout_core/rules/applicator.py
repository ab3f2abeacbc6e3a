"""Offers applied to an order: pure, by priority, each to what the ones before it left.

    why_not(offer, visit) -> apply(candidates, visit) -> Discounts

Nothing is taken twice: a line, or shipping, never costs less than nothing.  Dates and rules look at the goods as they
are listed, before any discount, so no offer decides on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from string import Template
from typing import Final

from attrs import evolve, field, frozen

from ..money import Money, total
from ..order import Basket, Discount, Discounts, LineShare, NotApplied, Parcel, SampleOffer, Upsell, Use
from ..page import Visit
from ..shop import Offer
from . import Given, Remaining, Rule, parcel_of
from ._parameters import told
from .availability import AndRule, BasketAmountRule, refusal

NOT_STARTED: Final = "offer_not_started"
EXPIRED: Final = "offer_expired"
GIVES_NOTHING: Final = "offer_gives_nothing"
STANDS_ASIDE: Final = "offer_stands_aside"
PER_CENT: Final = 100


@frozen
class Candidate:
    """An offer that may be used, and what it came by."""

    offer: Offer
    coupon: str | None = None
    code: str | None = None
    uses: tuple[Use, ...] = ()

    @property
    def asked_as(self) -> str | None:
        """What the buyer asked for it by; None where it applies by itself."""
        return self.coupon or self.code


def why_not(offer: Offer, visit: Visit, parcel: Parcel | None = None) -> str | None:
    """Why it does not apply now, as an error code: its dates, else the first of its rules that refuses.

    None where it applies.  `parcel`: all that is bought, where the caller asks for many offers and has it already.
    """
    dated = _not_now(offer, visit.now)
    if dated is not None:
        return dated
    bought = parcel_of(visit.order) if parcel is None else parcel
    return next((code for rule in offer.rules if (code := refusal(rule, visit, bought)) is not None), None)


def _not_now(offer: Offer, now: datetime) -> str | None:
    if offer.starts_at is not None and now < offer.starts_at:
        return NOT_STARTED
    return EXPIRED if offer.ends_at is not None and now >= offer.ends_at else None


def applies(offer: Offer, visit: Visit, parcel: Parcel | None = None) -> bool:
    """Its dates are now, and all of its rules hold."""
    return why_not(offer, visit, parcel) is None


def apply(candidates: Iterable[Candidate], visit: Visit) -> Discounts:
    """What those offers take off the order together; which are near, and why what the buyer asked for gives nothing.

    The highest priority comes first, of equal ones the lowest key, in whichever order they are handed in.  An offer
    that is `alone` is taken instead of the others where it takes more off than all of them.
    """
    order, parcel = visit.order, parcel_of(visit.order)
    sent = total((choice.shipping_amount for choice in order.shipping.choices), order.basket.currency)
    left = Remaining.of(order.basket, sent)
    usable: list[Candidate] = []
    upsells: list[Upsell] = []
    refused: list[NotApplied] = []
    for each in sorted(candidates, key=_turn):
        code = why_not(each.offer, visit, parcel)
        if code is None:
            usable.append(each)
            continue
        if each.asked_as is not None:
            refused.append(NotApplied(each.asked_as, code))
        near = _upsell(each.offer, visit, parcel)
        if near is not None:
            upsells.append(near)
    sides = [[each for each in usable if not each.offer.alone], *([each] for each in usable if each.offer.alone)]
    tried = [_in_turn(side, order.basket, left) for side in sides]
    best = max(tried, key=lambda one: (one.worth, one.gives))  # of equal ones the first
    silent = [each for one in tried for each in one.nothing]
    refused += (
        NotApplied(each.asked_as, GIVES_NOTHING if _among(each, silent) else STANDS_ASIDE)
        for each in usable
        if each.asked_as is not None and not _among(each, best.given)
    )
    return Discounts(tuple(best.applied), tuple(best.samples), tuple(upsells), tuple(refused))


def _among(one: Candidate, those: Iterable[Candidate]) -> bool:
    return any(one is each for each in those)


def _turn(each: Candidate) -> tuple[int, int, str, str]:
    return -each.offer.priority, each.offer.pk, each.coupon or "", each.code or ""


# Offers beside each other


@frozen
class _Together:
    """What some offers give that stand beside each other."""

    worth: int = 0  # minor units off the goods and off shipping
    applied: list[Discount] = field(factory=list)
    samples: list[SampleOffer] = field(factory=list)
    given: list[Candidate] = field(factory=list)
    nothing: list[Candidate] = field(factory=list)  # had their turn, and nothing to give

    @property
    def gives(self) -> bool:
        return bool(self.applied or self.samples)


def _in_turn(candidates: Sequence[Candidate], basket: Basket, left: Remaining) -> _Together:
    """One after the other, up to one that is `last` and gives something."""
    made, worth = _Together(), 0
    for each in candidates:
        given, left = _taken(each.offer.benefit.gives(basket, left), left)
        if given.samples:
            made.samples.append(SampleOffer(each.offer.pk, given.samples, given.allowed_quantity))
        off = bool(given.lines or given.shipping)
        if off or (given.samples and (each.uses or each.asked_as)):  # a use of samples is a use, too
            discount = _discount(each, given, basket.currency)
            made.applied.append(discount)
            worth += discount.amount.minor + discount.shipping.minor
        if not off and not given.samples:
            made.nothing.append(each)
            continue
        made.given.append(each)
        if each.offer.last:
            break
    return evolve(made, worth=worth)


def _taken(given: Given, left: Remaining) -> tuple[Given, Remaining]:
    """What is taken of that, and what is left then: a host's own benefit may give too much, and a line has no more."""
    if not given.lines and not given.shipping:
        return given, left
    lines, shares = list(left.lines), []
    for share in sorted(given.lines, key=lambda share: share.line):
        amount = min(share.amount, lines[share.line])
        if amount.minor > 0:
            lines[share.line] = lines[share.line] - amount
            shares.append(share if amount is share.amount else LineShare(share.line, amount))
    shipping = None
    if given.shipping is not None:
        shipping = max(min(given.shipping, left.shipping), Money.zero(left.shipping.currency))
    rest = left.shipping if shipping is None else left.shipping - shipping
    return evolve(given, lines=tuple(shares), shipping=shipping), evolve(left, lines=tuple(lines), shipping=rest)


def _discount(by: Candidate, given: Given, currency: str) -> Discount:
    nothing = Money.zero(currency)
    off = total((share.amount for share in given.lines), currency)
    return Discount(
        by.offer.pk, by.offer.name, off, given.shipping or nothing, given.lines, by.coupon, by.code, by.uses,
        by.offer.benefit.says(),
    )  # fmt: skip


# Offers that are near


def _upsell(offer: Offer, visit: Visit, parcel: Parcel) -> Upsell | None:
    """What an automatic offer tells to which nothing is missing but an amount, of which so many per cent are there."""
    if offer.upsell is None or offer.offer_type != "automatic" or _not_now(offer, visit.now):
        return None
    there = parcel.basket.amount
    missed = [rule for rule in conjuncts(offer.rules) if not rule.applies(visit, parcel)]
    if len(missed) != 1 or not isinstance(missed[0], BasketAmountRule):
        return None
    required, most = missed[0].at_least, missed[0].at_most
    if required is None or required.currency != there.currency or (most is not None and there > most):
        return None
    if there.minor * PER_CENT < required.minor * offer.upsell_from:
        return None
    message = Template(offer.upsell).safe_substitute(remaining=told(required - there), required=told(required))
    return Upsell(offer.pk, message, required, there)


def conjuncts(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Rules that all hold where those do, and-rules taken apart, however deep they were written."""
    waiting = list(rules)
    while waiting:
        rule = waiting.pop()
        if isinstance(rule, AndRule):
            waiting += rule.children
        else:
            yield rule
