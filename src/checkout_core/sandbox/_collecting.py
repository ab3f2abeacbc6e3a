"""What a shop file says of delivery: options, slots, the shop's own stores, and lockers of somebody else's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, get_args

from attrs import frozen

from ..rules.times import zone_called
from ..shop import DeliveryKind, DeliveryOption, PassiveRange, PickupLocation, RetailStore, Slot, SlotGroup
from ._places import Geography, check_phone, where_of
from ._rows import Row, Table, did_you_mean, unique

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_DAYS: Final = 366


@frozen
class Stores:
    """The shop's own, and what lies there: of each store so many of a sku; of others the shop's one stock counts."""

    active: tuple[RetailStore, ...]
    stock: Mapping[int, Mapping[str, int]]  # by the pk of the store, by sku


def delivery_options_of(file: Row, groups: Table[SlotGroup]) -> tuple[DeliveryOption, ...]:
    """In the order of `sort_order`, then of the file."""
    return delivery_rows(file.rows("delivery_options"), "delivery_options", groups)


def delivery_rows(rows: tuple[Row, ...], name: str, groups: Table[SlotGroup]) -> tuple[DeliveryOption, ...]:
    """The options of those rows, each with a slug of its own."""
    unique(rows, "slug")

    def option(row: Row, pk: int) -> DeliveryOption:
        kind = row.choice("delivery_option_type", get_args(DeliveryKind), "customer")
        group = row.one("slot_group", groups, optional=True)
        return DeliveryOption(
            pk, row.text("slug"), row.text("name"), kind, row.whole("sort_order", absent=0), group.pk if group else None
        )

    found = Table.of(rows, name, option).active
    return tuple(sorted(found, key=lambda each: each.sort_order))


def slot_groups_of(file: Row) -> Table[SlotGroup]:
    def group(row: Row, pk: int) -> SlotGroup:
        slots = Table.of(row.rows("slots"), f"{row.at}.slots", _slot)
        _overlaps(row, slots.active)
        passive = tuple(_passive(each, slots) for each in row.rows("passive"))
        days, zone = row.whole("days", least=1, absent=14), row.text_or_none("time_zone")
        if days > MOST_DAYS:
            row.refuse("days", f"wants {MOST_DAYS} or fewer")
        row.checked("time_zone", zone, zone_called, f"{zone!r} is no time zone (IANA), such as Europe/Istanbul")
        return SlotGroup(pk, row.text("name"), tuple(slots.active), passive, days, zone)

    return Table.of(file.rows("slot_groups"), "slot_groups", group)


def _slot(row: Row, pk: int) -> Slot:
    days = row.texts("weekdays")
    for n, day in enumerate(days):
        if day not in WEEK:
            row.refuse(f"weekdays[{n}]", f"{day!r} is none of {', '.join(WEEK)}{did_you_mean(day, WEEK)}")
        elif day in days[:n]:
            row.refuse(f"weekdays[{n}]", f"{day!r} is there already")
    start, end = row.clock("start"), row.clock("end")
    if row.sound and not days:
        row.refuse("weekdays", "wants at least one; a slot that is closed has active = false")
    if row.sound and end <= start:
        row.refuse("end", "wants to be later than start, on the same day")
    numbers = tuple(n for n, day in enumerate(WEEK) if day in days)
    return Slot(pk, numbers, start, end, row.whole("quota", least=1), row.whole("disable_minutes", absent=0))


def _overlaps(row: Row, slots: Iterable[Slot]) -> None:
    """Refuses two slots that are the same hours of the same day: nobody could say which one is booked."""
    seen: dict[object, int] = {}
    for slot in slots:
        for day in slot.weekdays:
            earlier = seen.setdefault((day, slot.start, slot.end), slot.pk)
            if earlier != slot.pk:
                row.refuse("slots", f"{earlier} and {slot.pk} are the same hours of {WEEK[day]}")


def _passive(row: Row, slots: Table[Slot]) -> PassiveRange:
    first, last = row.day("first"), row.day("last")
    if row.sound and last < first:
        row.refuse("last", "is before first")
    slot = row.one("slot", slots, optional=True)
    row.done()
    return PassiveRange(first, last, slot.pk if slot else None)


def retail_stores_of(file: Row, geography: Geography, groups: Table[SlotGroup], skus: Collection[str]) -> Stores:
    """`skus`: of all products, for what lies in a store."""
    stock: dict[int, Mapping[str, int]] = {}

    def store(row: Row, pk: int) -> RetailStore | None:
        where, group = where_of(row, geography), row.one("slot_group", groups, optional=True)
        name, address, postcode = row.text("name"), row.text("address"), row.text_or_none("postcode")
        phone, collects = row.text_or_none("phone_number"), row.flag("click_and_collect", absent=True)
        stock[pk] = _stock(row, skus)
        if where is None:
            return None
        check_phone(row, "phone_number", phone, where.country)
        return RetailStore(
            pk, name, address, where.country, where.city, where.township, where.district, postcode, phone or "",
            collects, group.pk if group else None,
        )  # fmt: skip

    found = Table.of(file.rows("retail_stores"), "retail_stores", store).active
    return Stores(tuple(found), {each.pk: stock[each.pk] for each in found})


def _stock(row: Row, skus: Collection[str]) -> Mapping[str, int]:
    inside = Row(row.place("stock"), row.table("stock"), row.mistakes)
    for sku in inside.written:
        if sku not in skus:
            inside.refuse(sku, f"nobody sells {sku!r}{did_you_mean(sku, skus)}")
    return {sku: inside.whole(sku) for sku in inside.written if sku in skus}


def pickup_locations_of(file: Row, geography: Geography) -> tuple[PickupLocation, ...]:
    """What the operator of the lockers would say; one that is switched off is not among it."""
    rows = file.rows("pickup_locations")
    unique(rows, "remote_id")
    found = (_pickup_location(row, geography) for row in rows)
    return tuple(location for location in found if location is not None)


def _pickup_location(row: Row, geography: Geography) -> PickupLocation | None:
    where, remote_id = where_of(row, geography), row.text("remote_id")
    name, address = row.text("name"), row.text("address")
    postcode, phone = row.text_or_none("postcode"), row.text_or_none("phone_number")
    active = row.flag("active", absent=True)
    if where is not None:
        check_phone(row, "phone_number", phone, where.country)
    row.done()
    if where is None or not active:
        return None
    return PickupLocation(
        remote_id, name, address, where.country, where.city, where.township, where.district, postcode, phone or ""
    )
