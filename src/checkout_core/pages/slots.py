"""When it comes, or when it is collected.

    SlotSelection            instead of a shipping option, where delivery is scheduled
    ReservationSelection     behind the shipping option, where a store lets buyers say when they come

Both fill the same delivery range, of which there is only so much: it is held while the buyer pays.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from attrs import field, frozen

from ..effects import CountTaken
from ..forms import ClientTime, Flag
from ..order import DeliveryRange, Extras, PreOrder, Schedule, Shipping, ShippingChoice, evolve, ref
from ..page import Check, Invalid, Page, Visit, emptied
from ..rules.quotes import shipping_offers
from ..rules.slots import slots_of
from ._checks import address_chosen, basket_not_empty, buyer_may_buy, buyer_named, by_slots, delivery_chosen, to_a_store
from .bags import bags_for

our = ref(Schedule)
their = ref(Extras)
IN_GROUPS = frozenset({"DataSourceShippingOptionSelectionPage", "AttributeBasedShippingOptionSelectionPage"})


def _scheduled(_: Schedule, visit: Visit) -> bool:
    return by_slots(visit)


def _not_scheduled(_: Schedule, visit: Visit) -> bool:
    return not by_slots(visit)


def _reserves(_: Schedule, visit: Visit) -> bool:
    store = visit.order.delivery.retail_store
    return store is not None and store.slot_group is not None


scheduled = Check("not_scheduled", _scheduled, "the delivery option is by slots")
not_scheduled = Check("scheduled", _not_scheduled, "the delivery option is not by slots; those are chosen before")
store_reserves = Check(
    "retail_store_not_available", _reserves, "the store that was chosen lets buyers reserve", "RetailStoreSelectionPage"
)
_addressed = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen


@frozen
class SlotForm:
    lower: ClientTime
    upper: ClientTime


@frozen
class ReservationForm:
    skip_reservation: Flag = field(default=Flag(False))  # noqa: FBT003  # the field names it
    lower: ClientTime | None = None
    upper: ClientTime | None = None


@frozen(slots=False)
class OfferedSlot:
    lower: datetime
    upper: datetime
    is_available: bool
    remaining: int  # orders that still fit in, this one among them


@frozen(slots=False)
class SlotDay:
    date: date  # on which they begin, at the shop
    slots: tuple[OfferedSlot, ...]


@frozen(slots=False)
class SlotContext:
    slots: tuple[SlotDay, ...]


async def _room(slots: tuple[DeliveryRange, ...], visit: Visit) -> tuple[int, ...]:
    """How many more orders fit in each; what is kept for this one takes no room."""
    if not slots:
        return ()
    taken = await CountTaken("slot", tuple(slot.subject for slot in slots), visit.order.key)
    return tuple(max(0, slot.quota - gone) for slot, gone in zip(slots, taken, strict=True))


async def _by_days(own: Schedule, visit: Visit) -> SlotContext:
    """What is offered, and with it the slot that was chosen; full, if it is not offered any more."""
    offered = slots_of(visit)
    shown = [
        OfferedSlot(slot.lower, slot.upper, left > 0, left)
        for slot, left in zip(offered, await _room(offered, visit), strict=True)
    ]
    standing = own.delivery_range
    if standing is not None and standing.subject not in {slot.subject for slot in offered}:
        shown.append(OfferedSlot(standing.lower, standing.upper, is_available=False, remaining=0))
        shown.sort(key=lambda slot: (slot.lower, slot.upper))
    days = groupby(shown, lambda slot: slot.lower.date())
    return SlotContext(tuple(SlotDay(day, tuple(slots)) for day, slots in days))


async def _stands(own: Schedule, visit: Visit) -> bool:
    """The slot is offered as it was, and not full; where none was chosen, nothing can be wrong with it."""
    slot = own.delivery_range
    return slot is None or (slot in slots_of(visit) and await _room((slot,), visit) != (0,))


async def _chosen(lower: datetime, upper: datetime, visit: Visit) -> DeliveryRange:
    """The slot with those bounds, whatever offset they are written with.

    Raises Invalid for what is none, and for one that is full.
    """
    offered = slots_of(visit)
    found = next((slot for slot in offered if (slot.lower, slot.upper) == (lower, upper)), None)
    if found is None:
        begins = any(slot.lower == lower for slot in offered)
        raise Invalid(**{"upper" if begins else "lower": "invalid"})
    if await _room((found,), visit) == (0,):
        raise Invalid(lower="slot_full")
    return found


async def _first_option(visit: Visit) -> ShippingChoice:
    """Raises Invalid where none is offered, or nobody can say now which."""
    offered, refused = await shipping_offers(visit)
    if offered:
        return offered[0]
    for option in refused:
        if option.unanswered:
            raise Invalid(non_field_errors=option.code)
    raise Invalid(non_field_errors="no_shipping_option_available")


async def _with_bags(visit: Visit) -> Extras:
    """With the bags that the shop puts in unasked; not over those that the buyer has chosen, nor where it has none."""
    extras, conf = visit.order.extras, visit.settings.delivery_bags_conf
    if extras.bags is not None or not conf.is_active or not conf.auto_run:
        return extras
    return evolve(extras, bags=await bags_for(visit, with_slot=True))


class SlotSelectionPage(Page[Schedule, SlotForm]):
    """Choose among the slots of the delivery option, or of the store; the first way to send it comes with the slot.

    Where the shop sends groups of goods, each its own way, those are asked for behind it.  The way to pay is dropped
    where another shipping option stood, or another price.  A shop may have its bags go with the slot.
    """

    requires = *_addressed, scheduled
    sets = our.delivery_range, ref(Shipping).option, their.bags
    resets = ("PaymentOptionSelectionPage",)

    async def still_valid(self, own: Schedule, visit: Visit) -> bool:
        return await _stands(own, visit)

    async def context(self, own: Schedule, visit: Visit) -> SlotContext:
        return await _by_days(own, visit)

    async def process(self, own: Schedule, form: SlotForm, visit: Visit) -> PreOrder:
        slot = await _chosen(form.lower, form.upper, visit)
        order = visit.order.put(evolve(own, delivery_range=slot)).put(await _with_bags(visit))
        if visit.settings.checkout_shipping_option_selection_page in IN_GROUPS:
            return order
        return order.put(Shipping(await _first_option(visit)))

    def undo(self, order: PreOrder) -> PreOrder:
        """Bags that the buyer has chosen on their own page stay."""
        bags, fields = order.extras.bags, (our.delivery_range, ref(Shipping).option)
        for f in (*fields, their.bags) if bags is not None and bags.with_slot else fields:
            order = emptied(order, f)  # type: ignore[arg-type]  # ref() is typed as an instance
        return order

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """A slot that is taken back takes its shipping option with it; what the next one brings is compared then."""
        stood, stands = before.shipping.choices, after.shipping.choices
        return bool(stood) and bool(stands) and stood != stands


class ReservationSelectionPage(Page[Schedule, ReservationForm]):
    """Choose when to come to the store, or leave it open."""

    requires = *_addressed, to_a_store, store_reserves, not_scheduled
    sets = our.delivery_range, our.skip_reservation

    async def still_valid(self, own: Schedule, visit: Visit) -> bool:
        return await _stands(own, visit)

    async def context(self, own: Schedule, visit: Visit) -> SlotContext:
        return await _by_days(own, visit)

    async def process(self, own: Schedule, form: ReservationForm, visit: Visit) -> Schedule:
        if form.skip_reservation:
            return Schedule(None, skip_reservation=True)
        lower, upper = form.lower, form.upper
        if lower is None or upper is None:
            raise Invalid(**{name: "required" for name, at in (("lower", lower), ("upper", upper)) if at is None})
        return Schedule(await _chosen(lower, upper, visit), skip_reservation=False)

    def done(self, own: Schedule, visit: Visit) -> bool:
        """Not to have skipped it is no answer: the slot may have been taken back on the other page."""
        return own.delivery_range is not None or own.skip_reservation is True
