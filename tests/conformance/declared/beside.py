"""Beside the flow: what may be said at any time, and blocks nothing.

CouponSelection, VoucherCode, DeliveryBags, OrderSelection -> Empty
GiftBoxIndex -> GiftBox
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.money import Money
from checkout_core.order import ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import basket_not_empty, buyer_named


@frozen(slots=False)
class Coupons:
    coupon: int | None = None  # pk of one of the buyer's
    voucher_code: str | None = None


@frozen(slots=False)
class GiftBox:
    note: str | None = None
    gift_video: bool = False
    gift_video_notification_sent: bool = False


@frozen(slots=False)
class Gift:
    box: GiftBox | None = None


@frozen(slots=False)
class Bags:
    sku: str | None = None
    quantity: int = 0
    fee: Money | None = None


@frozen(slots=False)
class ExtraField:
    extra_field: str | None = None  # JSON, bounded in size and depth


def _gift_box_active(_: object, visit: Visit) -> bool:
    return visit.settings.gift_box_configurations.is_active


def _bags_active(_: object, visit: Visit) -> bool:
    return visit.settings.delivery_bags_conf.is_active


gift_box_active = Check("gift_box_off", _gift_box_active, "the shop has gift boxes")
bags_active = Check("delivery_bags_off", _bags_active, "the shop sells bags with the delivery")


class CouponSelectionPage(Page[Coupons, Empty]):
    """One of the buyer's coupons."""

    sets = (ref(Coupons).coupon,)


class VoucherCodePage(Page[Coupons, Empty]):
    """A code from a leaflet."""

    sets = (ref(Coupons).voucher_code,)


class GiftBoxPage(Page[Gift, Empty]):
    """A box, and what to write on it; an empty answer is a box too."""

    requires = gift_box_active, buyer_named
    sets = (ref(Gift).box,)


class GiftBoxIndexPage(Page[Gift, Empty]):
    """Takes the box back when it is submitted; looking at it takes nothing."""

    requires = gift_box_active, buyer_named
    sets = (ref(Gift).box,)
    next_page = "GiftBoxPage"


class DeliveryBagsPage(Page[Bags, Empty]):
    """How many bags."""

    requires = basket_not_empty, bags_active
    sets = ref(Bags).sku, ref(Bags).quantity, ref(Bags).fee


class OrderSelectionPage(Page[ExtraField, Empty]):
    """What else the shop wants to know with the order."""

    sets = (ref(ExtraField).extra_field,)
