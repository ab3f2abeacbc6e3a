"""What a form asks beside its plain fields: an option for each parcel, what an option wants to know, when it comes.

Without script nobody knows which option is about to be chosen, so what any of them wants is asked, and says for which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

from attrs import frozen

from .forms import GroupOptions, SourceOptions
from .forms.drawn import FormField
from .order import DeliveryRange, GroupChoice, PreOrder, ShippingChoice
from .pages.shipping_groups import AttributeBasedShippingOptionContext, DataSourceShippingOptionContext
from .pages.slots import OfferedSlot, SlotContext
from .texts import field_label, translated

BY_GROUP: Final = (SourceOptions, GroupOptions)  # one answer a group
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OTHER_GOODS: Final = "Other goods"  # of nobody in particular, or without the attribute

Parcel: TypeAlias = "tuple[str, str, tuple[object, ...], tuple[int, ...]]"  # group, title, what to choose from, goods


def parcels(asks: FormField, context: object, locale: str) -> tuple[Parcel, ...]:
    """Each parcel that the page lists an option for."""
    if isinstance(context, DataSourceShippingOptionContext):
        return tuple(
            (each.group, each.name or translated(OTHER_GOODS, locale), each.data_source_shipping_options,
             each.product_ids)
            for each in context.data_source_shipping_options
        )  # fmt: skip
    if isinstance(context, AttributeBasedShippingOptionContext):
        return tuple(
            (group, _of_values(group, each.attribute_key, locale), each.attribute_based_shipping_options,
             each.product_ids)
            for group, each in context.attribute_based_shipping_options.items()
        )  # fmt: skip
    return ()


def _of_values(group: str, keys: tuple[str, ...], locale: str) -> str:
    if not keys or group == "None":
        return translated(OTHER_GOODS, locale)
    return f"{', '.join(field_label(key, locale) for key in keys)}: {group}"


def goods(products: tuple[int, ...], order: PreOrder) -> str:
    """What is in the parcel, on one line."""
    return ", ".join(line.name for line in order.basket.lines if line.pk in products)


def standing_in(group: str, order: PreOrder) -> GroupChoice | None:
    """What was chosen for that group."""
    chosen = (*order.shipping.by_data_source, *order.shipping.by_attribute)
    return next((choice for choice in chosen if choice.group == group), None)


def wanted(context: object) -> Mapping[str, tuple[str, ...]]:
    """What the options a page lists want to know, by name, and which of them want it."""
    found: dict[str, tuple[str, ...]] = {}
    listed: Iterable[object] = getattr(context, "shipping_options", ())
    for option in listed:
        if isinstance(option, ShippingChoice):
            for name in option.required_fields:
                found[name] = (*found.get(name, ()), option.name)
    return found


@frozen
class Window:
    """A slot of a day."""

    lower: str  # as it is posted
    upper: str
    label: str  # 10:00 to 12:00
    about: str  # how many more orders fit in
    available: bool
    chosen: bool


@frozen
class Day:
    """The slots that begin on a day."""

    title: str
    windows: tuple[Window, ...]


def days(context: object, standing: DeliveryRange | None, locale: str) -> tuple[Day, ...]:
    """When it can come, by day, on the clock of the shop; nothing where the page does not ask."""
    if not isinstance(context, SlotContext):
        return ()
    return tuple(Day(_titled(day.date, locale), tuple(_windows(day.slots, standing, locale))) for day in context.slots)


def when(slot: DeliveryRange, locale: str) -> str:
    """Day and time, on one line."""
    return f"{_titled(slot.lower.date(), locale)}, {_times(slot, locale)}"


def _titled(day: date, locale: str) -> str:
    return f"{translated(WEEKDAYS[day.weekday()], locale)}, {day.isoformat()}"


def _windows(slots: tuple[OfferedSlot, ...], standing: DeliveryRange | None, locale: str) -> Iterator[Window]:
    for slot in slots:
        chosen = standing is not None and (slot.lower, slot.upper) == (standing.lower, standing.upper)
        about = f"{slot.remaining} {translated('left', locale)}" if slot.is_available else translated("Full", locale)
        if chosen:
            about = f"{translated('Your choice', locale)}, {about}"
        lower, upper = slot.lower.isoformat(), slot.upper.isoformat()
        yield Window(lower, upper, _times(slot, locale), about, slot.is_available, chosen)


def _times(slot: OfferedSlot | DeliveryRange, locale: str) -> str:
    to = "" if slot.upper.date() == slot.lower.date() else f"{slot.upper.date().isoformat()} "
    return f"{slot.lower:%H:%M} {translated('to', locale)} {to}{slot.upper:%H:%M}"
