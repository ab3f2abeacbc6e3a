"""What a terminal asks beside plain fields: an option for each parcel, when it comes, what an option wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from ..choosing import BY_GROUP, Window, days, goods, parcels, wanted
from ..engine import Step
from ..forms.drawn import FormField
from ..labels import about, named, prices
from ..order import PreOrder
from ..pages.slots import SlotContext
from ..texts import ENGLISH
from ._paper import Paper, amount

Prompt: TypeAlias = Callable[[str, tuple[str, ...]], str]  # an answer that is one of these; of none: any


def free_slots(step: Step) -> tuple[tuple[str, Window], ...]:
    """Day and slot of all that may be chosen, in their order; none where the page does not ask."""
    found = days(step.context, step.pre_order.schedule.delivery_range, ENGLISH)
    return tuple((day.title, window) for day in found for window in day.windows if window.available)


def answered_slot(step: Step, prompt: Prompt) -> Mapping[str, object]:
    """Its bounds, of the number that was typed."""
    free = free_slots(step)
    if not free:
        return {}
    window = free[int(prompt("slot", tuple(map(str, range(1, len(free) + 1))))) - 1][1]
    return {"lower": window.lower, "upper": window.upper}


def answered_parcels(field: FormField, step: Step, prompt: Prompt) -> Mapping[str, object]:
    """The option of each parcel."""
    return {
        group: prompt(f"{field.name} for {title}", tuple(str(option.pk) for option in listed))  # type: ignore[attr-defined]  # of whichever class
        for group, title, listed, _ in parcels(field, step.context, ENGLISH)
    }


def answered_wants(step: Step, given: Mapping[str, object], prompt: Prompt) -> Mapping[str, object]:
    """What the shipping option wants to know that was just chosen."""
    listed = getattr(step.context, "shipping_options", ())
    chosen = next((each.name for each in listed if str(each.pk) == str(given.get("shipping_option"))), None)
    return {name: prompt(name, ()) for name, by in wanted(step.context).items() if chosen in by}


def shows(paper: Paper, fields: tuple[FormField, ...], context: object, order: PreOrder) -> bool:
    """What there is to choose from, where that is neither a value nor a plain list; whether it was put on paper."""
    if isinstance(context, SlotContext):
        step = Step(order, "", context)
        rows = [(n, day, window.label, window.about) for n, (day, window) in enumerate(free_slots(step), 1)]
        paper.line("lists", "slots")
        paper.rows(("no", "day", "time", ""), rows)
        return True
    asks = next((field for field in fields if field.kind in BY_GROUP), None)
    if asks is None:
        return False
    for _, title, listed, products in parcels(asks, context, ENGLISH):
        paper.line("lists", f"{title}: {goods(products, order)}")
        paper.rows(("pk", "name", "price", ""), _options(listed))
    return True


def _options(listed: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    for item in listed:
        yield getattr(item, "pk", None), named(item), next(iter(prices(item)), None), about(item, amount)
