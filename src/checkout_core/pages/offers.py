"""What the buyer may have something taken off for: coupons of the account, and a code from a leaflet.

CouponSelection, VoucherCode -> Empty      any time, block nothing

What is added is tried on a copy of the order first: what would take nothing off is refused, and why is said.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..effects import Coupon
from ..forms import AddOrRemove, CouponKey, VoucherCode
from ..money import Money, per_cent
from ..order import Discounts, Extras, evolve, ref
from ..page import Invalid, Page, Visit
from ..rules.benefits import BENEFITS, FixedAmount, Percentage
from ..rules.goods import BasketAmountRule
from ..rules.offers import coupons_of, discounted, offer_of, plain
from ..shop import Offer

our = ref(Extras)


@frozen
class CouponForm:
    coupon: CouponKey
    action: AddOrRemove


@frozen
class VoucherForm:
    voucher_code: VoucherCode | None = None


@frozen(slots=False)
class Labelled:
    """One of a few values, and what people call it."""

    value: str
    label: str


@frozen(slots=False)
class CouponCondition:
    """What must be in the basket; only amounts are told."""

    type: str
    value: Money


@frozen(slots=False)
class OfferedCoupon:
    pk: str
    label: str
    offer_type: Labelled | None  # None, as all below, of a coupon whose offer is gone
    is_applied: bool
    percentage: str | None = None  # "12.5"
    amount: Money | None = None
    currency: Labelled | None = None
    benefit_type: Labelled | None = None
    condition: CouponCondition | None = None
    start_datetime: datetime | None = None
    end_datetime: datetime | None = None
    voucher_code: str | None = None  # of a bulk coupon
    error_code: str | None = None  # why one that was added takes nothing off


@frozen(slots=False)
class CouponContext:
    coupons: tuple[OfferedCoupon, ...]


@frozen(slots=False)
class VoucherContext:
    voucher_code: str | None


def _shown(coupon: Coupon, offer: Offer | None, visit: Visit) -> OfferedCoupon:
    now = visit.order.discounts
    is_applied = any(each.coupon == coupon.pk for each in now.applied)
    why = next((each.why for each in now.refused if each.code == coupon.pk), None) if not is_applied else None
    if offer is None:
        return OfferedCoupon(coupon.pk, coupon.code or coupon.pk, None, is_applied, error_code=why)
    benefit, currency = offer.benefit, visit.order.basket.currency
    slug = next((slug for slug, kind in BENEFITS.items() if type(benefit) is kind), "other")
    amounts = (rule.at_least for rule in offer.rules if isinstance(rule, BasketAmountRule))
    least = next((amount for amount in amounts if amount is not None), None)
    return OfferedCoupon(
        coupon.pk, offer.name, Labelled(offer.offer_type, TYPES[offer.offer_type]), is_applied,
        percentage=per_cent(benefit.rate) if isinstance(benefit, Percentage) else None,
        amount=benefit.amount if isinstance(benefit, FixedAmount) else None,
        currency=Labelled(currency.lower(), currency), benefit_type=Labelled(slug, benefit.says()),
        condition=CouponCondition("Amount", least) if least is not None else None,
        start_datetime=offer.starts_at, end_datetime=offer.ends_at, voucher_code=coupon.code, error_code=why,
    )  # fmt: skip


TYPES = {"coupon": "Coupon", "bulk_coupon": "Bulk coupon"}


def _over(offer: Offer, visit: Visit) -> bool:
    return offer.ends_at is not None and visit.now >= offer.ends_at


class CouponSelectionPage(Page[Extras, CouponForm]):
    """Add one of the account's coupons, or take it back; a guest has none."""

    sets = (our.coupons,)

    async def context(self, own: Extras, visit: Visit) -> CouponContext:
        theirs = {coupon.pk: coupon for coupon in await coupons_of(visit)}
        gone = {pk: Coupon(pk, 0) for pk in own.coupons if pk not in theirs}  # 0: of no offer
        shown: list[OfferedCoupon] = []
        for coupon in (*theirs.values(), *gone.values()):
            offer = offer_of(coupon, visit)
            offered = "promotions" in visit.has if offer is None else not _over(offer, visit)
            if offered or coupon.pk in own.coupons:
                shown.append(_shown(coupon, offer, visit))
        return CouponContext(tuple(shown))

    async def process(self, own: Extras, form: CouponForm, visit: Visit) -> Extras:
        without = tuple(pk for pk in own.coupons if pk != form.coupon)
        if form.action == "remove":
            return evolve(own, coupons=without)
        if without != own.coupons:  # it was added before
            return own
        new = evolve(own, coupons=(*own.coupons, form.coupon))
        now = await _tried(new, visit)
        if not any(each.coupon == form.coupon for each in now.applied):
            _refused(now, form.coupon, "coupon", visit)
        return new


class VoucherCodePage(Page[Extras, VoucherForm]):
    """A code from a leaflet; an empty one takes it back."""

    sets = (our.voucher_code,)
    guesses = True

    async def context(self, own: Extras, visit: Visit) -> VoucherContext:
        return VoucherContext(own.voucher_code)

    async def process(self, own: Extras, form: VoucherForm, visit: Visit) -> Extras:
        code = form.voucher_code
        new = evolve(own, voucher_code=code)
        if code is None:
            return new
        now = await _tried(new, visit)
        used = (each.code for each in now.applied if each.coupon is None and each.code is not None)
        if plain(code) not in map(plain, used):
            _refused(now, code, "voucher_code", visit)
        return new


async def _tried(new: Extras, visit: Visit) -> Discounts:
    """What would be taken off."""
    return await discounted(visit.at(evolve(visit.order, extras=new)), sure=True)


def _refused(now: Discounts, name: str, field: str, visit: Visit) -> None:
    """Raises Invalid for what is not applied, unless it gives something else: samples."""
    why = next((each.why for each in now.refused if plain(each.code) == plain(name)), None)
    if why is None and "promotions" in visit.has:
        why = "not_available_now"  # nobody has answered
    if why is not None:
        raise Invalid(**{field: why})
