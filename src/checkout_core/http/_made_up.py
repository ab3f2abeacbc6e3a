"""How the sums of a page are made up: the tree of totals as the rows of a table, in the order of a receipt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import evolve, frozen

from ..explained import NAMES, Amount, Code, Value, explain_totals, told
from ..labels import price
from ..money import Money
from ..order import PreOrder
from ..texts import text_of, translated


@frozen
class Made:
    """An amount and why it is so much."""

    label: str
    amount: str
    why: str
    notes: tuple[str, ...]
    depth: int  # 0: a step; above it what the step is made of
    total: bool


Group: TypeAlias = tuple[Made, ...]  # a step, and all that it is made of


def made_up(order: PreOrder, locale: str) -> tuple[Group, ...]:
    """Each step with what it is made of, the total after them, then what pays a part, and what is left to pay."""
    if not order.basket.lines:
        return ()
    tree = explain_totals(order)
    whole, *tenders = tree.parts
    alone = (evolve(whole, parts=()), *tenders, evolve(tree, parts=())) if tenders else (
        evolve(whole, reasons=(*whole.reasons, *tree.reasons), parts=()),
    )  # fmt: skip
    return tuple(tuple(_rows(step, locale)) for step in (*whole.parts, *alone))


def _rows(step: Amount, locale: str) -> Iterator[Made]:
    def written(value: Value) -> str:
        if isinstance(value, Money):
            return price(value)
        return text_of(value.code, locale) if isinstance(value, Code) else str(value)

    def words(text: str) -> str:
        return translated(text, locale)

    for depth, each in step.walk():
        yield Made(
            words(each.name) if each.key in NAMES else each.name, price(each.money),
            told(each.reasons, written, words), tuple(note.told(written, words) for note in each.notes),
            depth, each.key in {"total", "payable"},
        )  # fmt: skip
