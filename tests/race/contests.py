"""What is raced for: the last place of a slot, the last use of a voucher."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from checkout_core import PreOrder, Shop, evolve
from checkout_core.effects import Item
from checkout_core.rules.benefits import Percentage
from checkout_core.rules.slots import offered
from checkout_core.shop import DeliveryOption, Offer, Slot, SlotGroup

from .stage import MOSTS, PAYS, Contest

SCHEDULED = DeliveryOption(1, "scheduled", "When I am there", slot_group=1)
EVENING = Slot(1, tuple(range(7)), time(18), time(20), quota=1)
FULL = {"non_field_errors": ["slot_full"]}
DEARER = ({"non_field_errors": ["price_changed"]}, {"non_field_errors": ["coupon_used_up", "price_changed"]})


def _most(n: int) -> int:
    return MOSTS[n % len(MOSTS)]


def _nothing_more(_: int) -> tuple[()]:
    return ()


def _with_a_slot(shop: Shop, n: int) -> Shop:
    """The only slot of the only day."""
    group = SlotGroup(1, "At home", (evolve(EVENING, quota=_most(n)),), days=1)
    return evolve(shop, delivery_options=(SCHEDULED,), slot_groups=(group,))


def _place(shop: Shop, _: int, now: datetime) -> Item:
    (slot,) = offered(shop.slot_groups[0], "UTC", now)
    return Item("slot", slot.subject, 1, slot.quota)


def _has_a_slot(order: PreOrder) -> bool:
    return order.schedule.delivery_range is not None


def _chooses_again(told: Mapping[str, object]) -> bool:
    return (told["page"], told["errors"], told["has"]) == ("SlotSelectionPage", FULL, False)


def _with_a_voucher(shop: Shop, n: int) -> Shop:
    """A tenth off, for so many."""
    offer = Offer(n + 1, "A tenth off", Percentage(100_000), offer_type="voucher", code=f"LAST{n}", uses=_most(n))
    return evolve(shop, offers=(offer,), version=f"{shop.version}|{n}")


def _use(shop: Shop, n: int, _: datetime) -> Item:
    return Item("coupon", f"offer|{n + 1}", 1, _most(n))


def _knows_the_code(n: int) -> tuple[tuple[str, Mapping[str, object]], ...]:
    return (("VoucherCodePage", {"voucher_code": f" last{n} "}),)


def _has_a_discount(order: PreOrder) -> bool:
    return bool(order.discounts.applied)


def _pays_the_whole(told: Mapping[str, object]) -> bool:
    return told["page"] in PAYS and told["errors"] in DEARER and not told["has"]


CONTESTS = {
    each.name: each
    for each in (
        Contest("slot", _with_a_slot, _place, _nothing_more, _has_a_slot, _chooses_again),
        Contest("coupon", _with_a_voucher, _use, _knows_the_code, _has_a_discount, _pays_the_whole),
    )
}
