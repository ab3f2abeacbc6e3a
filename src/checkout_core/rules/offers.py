"""Which offers this buyer may use now, and what they take off: asked again only where something has moved."""

from __future__ import annotations

import hashlib

from ..effects import AskDiscounts, Unavailable
from ..order import Discounts, evolve
from ..page import Visit
from .applicator import Candidate, applies, apply

NOTHING = Discounts()


async def discounted(visit: Visit, *, sure: bool = False) -> Discounts:
    """The discounts as they are now; those that stand where nothing they were made from has moved.

    `sure`: what others may have used up meanwhile is asked again, as before a payment.
    """
    order, extras = visit.order, visit.order.extras
    asks = "promotions" in visit.has
    if not (visit.shop.offers or asks or extras.coupons or extras.voucher_code):
        return order.discounts if order.discounts == NOTHING else NOTHING
    basis = basis_of(visit)
    if basis == order.discounts.basis and not sure:
        return order.discounts
    if asks:
        told = await AskDiscounts(basis, order)
        return order.discounts if isinstance(told, Unavailable) else evolve(told, basis=basis)
    candidates = tuple(Candidate(offer) for offer in visit.shop.offers if offer.offer_type == "automatic")
    now = evolve(apply(candidates, visit), basis=basis)
    return order.discounts if now == order.discounts else now


def basis_of(visit: Visit) -> str:
    """Digest of all that discounts are made from, but for what others use up."""
    order, caller, extras = visit.order, visit.caller, visit.order.extras
    said = (
        visit.shop.version, order.basket.name, order.buyer.account, order.buyer.email, caller.segment, caller.orders,
        extras.coupons, extras.voucher_code,
        tuple((choice.pk, choice.shipping_amount.minor) for choice in order.shipping.choices),
        tuple(offer.pk for offer in visit.shop.offers if applies(offer, visit)),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
