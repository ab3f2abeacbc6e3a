"""A page on paper: what it shows in short, what was posted, what was refused, what it all costs."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import cast

import attrs

from ..atlas import Row
from ..engine import Step
from ..money import Money
from ..order import Address, Totals
from ..page import Codes
from ..shop import BankAccount
from ..texts import text_of
from ._fields import choices, fields_of, lists_of, shown
from ._paper import Paper, amount


def show_page(paper: Paper, row: Row, context: object) -> None:
    """Its name, its first sentence, and its context: values in a line, lists as tables."""
    paper.heading(row.name, (inspect.getdoc(row.type) or "").partition("\n")[0])
    chosen_from = {plural for field in fields_of(row.form) for plural in lists_of(field.name)}
    found = [(name, value) for name, value in _values(context) if value != () or name in chosen_from]
    plain = [f"{name} {_short(value)}" for name, value in found if not _is_list(value)]
    if plain:
        paper.line("shows", ", ".join(plain))
    for name, value in found:
        if _is_list(value):
            paper.line("lists", name)
            paper.rows(("pk", "name", "price", ""), map(_listed, cast("tuple[object, ...]", value)))


def _is_list(value: object) -> bool:
    """Of things to choose from, and not empty."""
    return isinstance(value, tuple) and bool(value) and all(attrs.has(type(item)) for item in value)


def _values(shown: object) -> list[tuple[str, object]]:
    """What there is to say; nothing is not."""
    if isinstance(shown, Mapping):
        found = [(str(name), value) for name, value in shown.items()]
    else:
        names = [a.name for a in attrs.fields(cast("type[attrs.AttrsInstance]", type(shown)))]
        found = [(name, getattr(shown, name)) for name in names]
    return [(name, value) for name, value in found if value is not None and value != ""]


def _short(value: object) -> str:
    """On one line; an object by its name."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Money():
            return amount(value)
        case BankAccount():
            return f"{value.bank.name}, {value.iban}"
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(getattr(value, "name", value))


def _listed(item: object) -> tuple[object, object, object, object]:
    """Of an item of a list: its pk, name, price, and what else helps to choose."""
    prices = [value for _, value in _values(item) if isinstance(value, Money)]
    return getattr(item, "pk", None), _named(item), prices[0] if prices else None, _about(item, prices)


def _named(item: object) -> str:
    """What people call it."""
    names = (getattr(item, name, None) for name in ("name", "label", "title", "holder_name"))
    return str(next((name for name in names if name), ""))


def _about(item: object, prices: list[Money]) -> str:
    if isinstance(item, Address):
        return address(item)
    if isinstance(item, BankAccount):
        return f"{item.bank.name}, {item.iban}"
    if code := getattr(item, "error_code", None):
        return text_of(str(code))
    count = getattr(item, "installment_count", 1)
    if count > 1 and prices:
        return f"{count} x {amount(prices[-1])}"
    return str(getattr(item, "description", None) or "")


def address(a: Address | None) -> str:
    """On one line."""
    if a is None:
        return ""
    place = [part.name for part in (a.district, a.township, a.city) if part]
    return ", ".join((f"{a.first_name} {a.last_name}", a.line, *([a.postcode] if a.postcode else []), *place))


def show_posted(paper: Paper, row: Row, body: Mapping[str, object], context: object = None) -> None:
    """The answer, secrets masked; what was chosen by its name where `context` lists it."""
    fields, said = fields_of(row.form), []
    for name, value in body.items():
        chosen = next((item for item in choices(name, context) if str(item.pk) == str(value)), None)
        said.append(f"{name} {shown(fields, name, value)}{f' ({_named(chosen)})' if chosen else ''}")
    paper.line("posted", f"to {row.name}: {', '.join(said) or 'nothing to fill in'}", "cyan")


def show_errors(paper: Paper, errors: Codes) -> None:
    """What is wrong, by field, and what to do about it."""
    for field, codes in errors.items():
        for code in codes:
            where = "" if field == "non_field_errors" else f"{field}: "
            paper.line("refused", f"{where}{text_of(code, field=field)} ({code})", "red")


def show_totals(paper: Paper, totals: Totals, before: Totals | None) -> None:
    """What it costs, where that has changed."""
    if totals != before:
        paper.line("total", sum_of(totals), "green")


def sum_of(totals: Totals) -> str:
    """`lines 95.10 + shipping 29.90 + interest 6.25 = 131.25 TRY`."""
    return (
        f"lines {totals.lines} + shipping {totals.shipping} + interest {totals.interest}"
        f" = {totals.total} {totals.total.currency}"
    )


def context_of(step: Step, name: str) -> object:
    """What the page of that name shows, where the step shows it."""
    return step.context if step.page == name else None
