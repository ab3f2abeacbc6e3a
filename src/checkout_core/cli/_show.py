"""A page on paper: what it shows in short, what was posted, what was refused, what it all costs."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import cast

from ..atlas import Row
from ..engine import Step
from ..forms.drawn import choices, fields_of, key_of, lists_of
from ..labels import about, is_list, named, prices, short, sum_of, values
from ..order import PreOrder, Totals
from ..page import Codes
from ..texts import text_of
from ._fields import HIDDEN, shown
from ._paper import Paper, amount
from ._parcels import shows


def show_page(paper: Paper, row: Row, context: object, order: PreOrder) -> None:
    """Its name, its first sentence, and its context: values in a line, lists as tables."""
    paper.heading(row.name, (inspect.getdoc(row.type) or "").partition("\n")[0])
    if shows(paper, fields_of(row.form), context, order):
        return
    chosen_from = {plural for field in fields_of(row.form) for plural in lists_of(field.name)}
    found = [(name, value) for name, value in values(context) if value != () or name in chosen_from]
    plain = [f"{name} {short(value, amount)}" for name, value in found if not is_list(value)]
    if plain:
        paper.line("shows", ", ".join(plain))
    for name, value in found:
        if is_list(value):
            paper.line("lists", name)
            paper.rows(("pk", "name", "price", ""), map(_listed, cast("tuple[object, ...]", value)))


def _listed(item: object) -> tuple[object, object, object, object]:
    """Of an item of a list: its pk, name, price, and what else helps to choose."""
    costs = prices(item)
    return getattr(item, "pk", key_of(item) or None), named(item), costs[0] if costs else None, about(item, amount)


def show_posted(paper: Paper, row: Row, body: Mapping[str, object], context: object = None) -> None:
    """The answer, secrets masked; what was chosen by its name where `context` lists it."""
    fields, said = fields_of(row.form), []
    for name, value in body.items():
        chosen = next((item for item in choices(name, context) if key_of(item) == str(value)), None)
        theirs = row.type.returns and not any(name == field.name for field in fields)  # the bank's name for it
        seen = HIDDEN if theirs else shown(fields, name, value)
        said.append(f"{name} {seen}{f' ({named(chosen)})' if chosen else ''}")
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


def context_of(step: Step, name: str) -> object:
    """What the page of that name shows, where the step shows it."""
    return step.context if step.page == name else None
