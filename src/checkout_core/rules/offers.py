"""Which offers this buyer may use now, and what they take off: asked again only where something has moved.

    now = await discounted(visit)               # the same object where nothing has
    now = await discounted(visit, sure=True)    # before a payment: what others have used up meanwhile is counted again

Nothing is asked for a shop without offers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final
from unicodedata import normalize

import attrs

from ..effects import AskDiscounts, CountTaken, Coupon, FindVoucher, ListCoupons, Unavailable
from ..order import Buyer, Discounts, NotApplied, Parcel, PreOrder, Use, evolve
from ..page import Visit
from ..shop import Offer, OfferType
from . import parcel_of
from .applicator import Candidate, applies, apply, conjuncts, why_not

NOTHING: Final = Discounts()
OF_COUPONS: frozenset[OfferType] = frozenset({"coupon", "bulk_coupon"})
NO_COUPON: Final = "coupon_invalid"
NO_VOUCHER: Final = "voucher_invalid"
USED_UP: Final = "coupon_used_up"
NOBODY: Final = "buyer_unknown"
ONCE: Final = "offer_applied_once"


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
    now = evolve(await _asked(visit, basis) if asks else await _reckoned(visit), basis=basis)
    return order.discounts if now == order.discounts else now


def basis_of(visit: Visit) -> str:
    """Digest of all that discounts are made from, but for what others use up; the same in every process."""
    order, caller, extras, buyer = visit.order, visit.caller, visit.order.extras, visit.order.buyer
    parcel = parcel_of(order)
    said = (
        visit.shop.version, order.basket.name, order.basket.currency, buyer.account, buyer.email, buyer.phone,
        caller.segment, caller.orders, extras.coupons, extras.voucher_code,
        tuple((choice.pk, choice.shipping_amount.minor) for choice in order.shipping.choices),
        tuple(_holds(offer, visit, parcel) for offer in visit.shop.offers),
        _sent(order) if "promotions" in visit.has else None,
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _holds(offer: Offer, visit: Visit, parcel: Parcel) -> tuple[object, ...]:
    """What of the offer holds now, or why not; each rule by itself where the buyer is told that it is near."""
    each = (rule.applies(visit, parcel) for rule in conjuncts(offer.rules)) if offer.upsell is not None else ()
    return offer.pk, why_not(offer, visit, parcel), *each


def _sent(order: PreOrder) -> tuple[object, ...]:
    """What the host's own engine may look at besides."""
    delivery, to, payment = order.delivery, order.delivery.shipping_address, order.payment
    return (
        delivery.option and delivery.option.pk, to and (to.pk, to.country.pk, to.city.pk, to.postcode),
        payment and payment.option.pk,
    )  # fmt: skip


# The host's own engine


async def _asked(visit: Visit, basis: str) -> Discounts:
    """What it says; where it says nothing, what stands of the same goods, by coupons that are still wanted.

    What was neither applied nor refused is refused: an engine may pass over a code it does not know.
    """
    order = visit.order
    told = await AskDiscounts(basis, order)
    if isinstance(told, Unavailable):
        return _still(order)
    heard = {each.coupon or plain(each.code or "") for each in told.applied}
    heard |= {each.code for each in told.refused} | {plain(each.code) for each in told.refused}
    unheard = [NotApplied(pk, NO_COUPON) for pk in order.extras.coupons if pk not in heard]
    code = order.extras.voucher_code
    if code is not None and plain(code) not in heard:
        unheard.append(NotApplied(code, NO_VOUCHER))
    return evolve(told, refused=(*told.refused, *unheard))


def _still(order: PreOrder) -> Discounts:
    """What stands, but for what the buyer has taken back, and for what no longer fits the goods."""
    wanted, code, lines = order.extras.coupons, order.extras.voucher_code, order.basket.lines
    applied = tuple(
        each for each in order.discounts.applied
        if (each.coupon is None or each.coupon in wanted)
        and (each.coupon is not None or each.code is None or (code is not None and plain(code) == plain(each.code)))
        and all(share.line < len(lines) and share.amount <= lines[share.line].amount for share in each.lines)
    )  # fmt: skip
    return evolve(order.discounts, applied=applied)


# The shop's own offers


async def _reckoned(visit: Visit) -> Discounts:
    """What they take off, those that are used up or nobody's left out."""
    found, refused = await _candidates(visit)
    usable, more = await _with_uses(found, visit)
    now = apply(usable, visit)
    return evolve(now, refused=(*refused, *more, *now.refused))


async def _candidates(visit: Visit) -> tuple[tuple[Candidate, ...], tuple[NotApplied, ...]]:
    """What is tried: all that applies by itself, the buyer's coupons, the voucher; and what is none of those."""
    found = [Candidate(offer) for offer in visit.shop.offers if offer.offer_type == "automatic"]
    refused: list[NotApplied] = []
    wanted, code = visit.order.extras.coupons, visit.order.extras.voucher_code
    theirs = {coupon.pk: coupon for coupon in await coupons_of(visit)} if wanted else {}
    for pk in wanted:
        coupon = theirs.get(pk)
        offer = offer_of(coupon, visit) if coupon else None
        if coupon is None or offer is None:
            refused.append(NotApplied(pk, NO_COUPON))
        else:
            found.append(Candidate(offer, pk, coupon.code, (Use(f"coupon|{pk}", coupon.uses),)))
    if code is not None:
        voucher = await _voucher(code, visit)
        if voucher is None:
            refused.append(NotApplied(code, NO_VOUCHER))
        else:
            found.append(voucher)
    return tuple(found), tuple(refused)


async def coupons_of(visit: Visit) -> tuple[Coupon, ...]:
    """The coupons of this buyer; a guest has none, nor anybody where no offer is for coupons.

    Where a host's own engine is asked, the offers may be its own.
    """
    account = visit.order.buyer.account
    if account is None or "offers" not in visit.has:
        return ()
    offered = "promotions" in visit.has or any(offer.offer_type in OF_COUPONS for offer in visit.shop.offers)
    return await ListCoupons(account) if offered else ()


def offer_of(coupon: Coupon, visit: Visit) -> Offer | None:
    """The offer of a coupon; None where it is switched off, or is for no coupons."""
    offer = next((offer for offer in visit.shop.offers if offer.pk == coupon.offer), None)
    return offer if offer is not None and offer.offer_type in OF_COUPONS else None


async def _voucher(code: str, visit: Visit) -> Candidate | None:
    """What a code stands for; None where it is nothing."""
    offers = [offer for offer in visit.shop.offers if offer.offer_type == "voucher"]
    for offer in offers:
        if offer.code is not None and plain(offer.code) == plain(code):
            return Candidate(offer, code=offer.code)
    known = [offer for offer in offers if offer.code is None]
    if not known or "offers" not in visit.has:
        return None
    voucher = await FindVoucher(code)
    if voucher is None:
        return None
    uses = (Use(f"code|{plain(voucher.code).upper()}", voucher.uses),) if voucher.uses is not None else ()
    return next((Candidate(offer, None, voucher.code, uses) for offer in known if offer.pk == voucher.offer), None)


def plain(code: str) -> str:
    """A code as it is compared: without case, nor blanks around it."""
    return normalize("NFC", code.strip()).casefold()


# Uses


async def _with_uses(found: Iterable[Candidate], visit: Visit) -> tuple[tuple[Candidate, ...], tuple[NotApplied, ...]]:
    """Those that may be used once more, with the uses that are to be kept; and why the others may not.

    Only what applies now is counted.  An order uses an offer once: of several coupons of one, the first that may be.
    """
    whose = buyer_digest(visit.order.buyer)
    limited = tuple(attrs.evolve(each, uses=(*_uses(each.offer, whose), *each.uses)) for each in found)
    now = (each for each in limited if not _of_nobody(each.offer, whose) and applies(each.offer, visit))
    taken = await _taken(tuple(dict.fromkeys(use.subject for each in now for use in each.uses)), visit)
    usable: dict[int, Candidate] = {}
    refused: list[NotApplied] = []
    for each in limited:
        code = None
        if _of_nobody(each.offer, whose):
            code = NOBODY
        elif any(taken.get(use.subject, 0) >= use.most for use in each.uses):
            code = USED_UP
        elif each.offer.pk in usable:
            code = ONCE
        if code is None:
            usable[each.offer.pk] = each
        elif each.asked_as is not None:
            refused.append(NotApplied(each.asked_as, code))
    return tuple(usable.values()), tuple(refused)


async def _taken(subjects: tuple[str, ...], visit: Visit) -> dict[str, int]:
    """How often each was used, or is kept for somebody else."""
    if not subjects or "slots" not in visit.has:
        return {}
    return dict(zip(subjects, await CountTaken("coupon", subjects, visit.order.key), strict=True))


def _uses(offer: Offer, whose: str | None) -> Iterator[Use]:
    if offer.uses is not None:
        yield Use(f"offer|{offer.pk}", offer.uses)
    if offer.uses_per_buyer is not None:
        yield Use(f"offer|{offer.pk}|{whose}", offer.uses_per_buyer)


def _of_nobody(offer: Offer, whose: str | None) -> bool:
    """Its uses are counted by buyer, and nobody knows who this one is."""
    return offer.uses_per_buyer is not None and whose is None


def buyer_digest(buyer: Buyer) -> str | None:
    """Who a use is counted for: the account, else the e-mail address, else the phone; None of nobody.

    A digest, for what is counted outlives the order, and an address is personal data.
    """
    for kind, text in (("account", buyer.account), ("email", buyer.email), ("phone", buyer.phone)):
        if text and text.strip():
            name = text if kind == "account" else text.strip().casefold()
            return hashlib.sha256(f"{kind}|{name}".encode()).hexdigest()[:32]
    return None
