"""`explain --totals`: what is to be paid, down to the lines, each amount with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from ..explained import Amount, Code, Value
from ..explained import told as in_words
from ..money import Money
from ..texts import text_of
from ._paper import Paper, amount


def show_totals(paper: Paper, tree: Amount) -> None:
    """The tree as a table; what stands further to the right is a part of what stands above it."""
    paper.rows(("what", "amount", "why"), _rows(tree))


def _rows(tree: Amount) -> Iterator[tuple[object, ...]]:
    for depth, each in tree.walk():
        yield f"{'  ' * depth}{each.name}", each.money, in_words(each.reasons, _written)
        for note in each.notes:
            yield "", None, f"({note.told(_written)})"


def _written(value: Value) -> str:
    if isinstance(value, Money):
        return amount(value)
    return text_of(value.code) if isinstance(value, Code) else str(value)
