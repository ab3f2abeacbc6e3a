"""Which slots a group offers from a moment on: when an order is delivered, or collected.

    offered(group, "Europe/Istanbul", now)     # (DeliveryRange(lower, upper, group, quota), ...), the soonest first

A slot is told by the clock at the shop.  Where clocks are put forward, a time that does not exist is as much later;
where they are put back, a slot begins at the first of two equal times and ends at the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from dateutil.tz import resolve_imaginary

from ..order import Delivery, DeliveryRange
from ..page import Visit
from ..shop import Slot, SlotGroup
from .times import zone_called

DAY = timedelta(days=1)


def slots_of(visit: Visit) -> tuple[DeliveryRange, ...]:
    """The slots this buyer may choose among; none where nothing is scheduled, or the group is switched off."""
    pk = group_of(visit.order.delivery)
    for group in visit.shop.slot_groups:
        if group.pk == pk:
            return offered(group, visit.settings.time_zone, visit.now)
    return ()


def group_of(delivery: Delivery) -> int | None:
    """Whose slots: of the store where the goods are collected, if it has some, else of the delivery option."""
    option, store = delivery.option, delivery.retail_store
    if option is None:
        return None
    if option.delivery_option_type == "retail_store" and store is not None and store.slot_group is not None:
        return store.slot_group
    return option.slot_group


def offered(group: SlotGroup, time_zone: str, now: datetime) -> tuple[DeliveryRange, ...]:
    """The slots of today and the days after it, as many days as the group says; by their beginning.

    One is offered up to so many minutes before its end, that moment included.  Of two with the same hours the first in
    the group counts.  Moments have the offset that the clock at the shop has then.  `time_zone` is that of a group
    without one.  Raises Misconfigured for a time zone that does not exist.
    """
    zone = zone_called(group.time_zone or time_zone)
    today = now.astimezone(zone).date()
    found: dict[str, DeliveryRange] = {}
    for n in range(-1, group.days):  # one that began yesterday may end today
        day = today + n * DAY
        for slot in _of_day(group, day):
            lower, upper = hours(slot, day, zone)
            if lower < upper and now <= upper - timedelta(minutes=slot.disable_minutes):
                made = DeliveryRange(lower, upper, group.pk, slot.quota)
                found.setdefault(made.subject, made)
    return tuple(sorted(found.values(), key=lambda made: (made.lower, made.upper)))


def _of_day(group: SlotGroup, day: date) -> Iterator[Slot]:
    """The slots that begin on it."""
    closed = {passive.slot for passive in group.passive if passive.first <= day <= passive.last}
    if None not in closed:
        for slot in group.slots:
            if day.weekday() in slot.weekdays and slot.pk not in closed:
                yield slot


def hours(slot: Slot, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when to when it is on that day; an end that is not behind the start is the next day's.

    A change of clocks may leave nothing of it: then the end is not behind the start.
    """
    last = day if slot.start < slot.end else day + DAY
    return _moment(day, slot.start, zone, fold=0), _moment(last, slot.end, zone, fold=1)


def _moment(day: date, at: time, zone: tzinfo, *, fold: int) -> datetime:
    """With an offset instead of a zone: Python compares two moments of one zone by what clocks show."""
    shown = resolve_imaginary(datetime.combine(day, at, zone).replace(fold=fold))
    return shown.replace(tzinfo=timezone(shown.utcoffset() or timedelta(0)), fold=0)
