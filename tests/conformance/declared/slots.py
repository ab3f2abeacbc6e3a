"""When it comes, or when it is collected.

    SlotSelection            instead of a shipping option, where delivery is scheduled
    ReservationSelection     behind shipping and samples, where a store keeps the goods

Both fill the same delivery range; who has one is not asked for another.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from checkout_core.order import Shipping, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import (
    address_chosen,
    basket_not_empty,
    buyer_may_buy,
    buyer_named,
    delivery_chosen,
    shipping_chosen,
)  # fmt: skip


@frozen(slots=False)
class DeliveryRange:
    lower: datetime
    upper: datetime


@frozen(slots=False)
class Schedule:
    """The first two follow the basket and the delivery option, the others are answers."""

    is_active: bool = False  # delivery is by slot
    store_reserves: bool = False  # the store that was chosen can keep the goods
    delivery_range: DeliveryRange | None = None
    skip_reservation: bool = False


def _by_slot(own: Schedule, _: Visit) -> bool:
    return own.is_active


def _store_reserves(own: Schedule, _: Visit) -> bool:
    return own.store_reserves


by_slot = Check("no_scheduled_delivery", _by_slot, "delivery is scheduled")
store_reserves = Check("no_reservation", _store_reserves, "a store can keep the goods")
_addressed = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen


class SlotSelectionPage(Page[Schedule, Empty]):
    """A slot, and with it the first shipping option.  Another answer drops the way to pay."""

    requires = *_addressed, by_slot
    sets = ref(Schedule).delivery_range, ref(Shipping).option
    resets = ("PaymentOptionSelectionPage",)


class ReservationSelectionPage(Page[Schedule, Empty]):
    """When the goods are collected; the buyer may leave it open."""

    requires = *_addressed, shipping_chosen, store_reserves
    sets = ref(Schedule).delivery_range, ref(Schedule).skip_reservation
