"""A table whose names and times stay whole, so that they can be copied, however narrow the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.table import Table

from ..money import Money
from ._paper import Paper, said

WHOLE: Final = frozenset({"id", "number", "kept", "message", "amount", "begun", "due", "came", "possible", "reference"})


def table(paper: Paper, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The rows under their titles; a column in which nothing stands is left out, and no rows are no table."""
    cells = list(rows)
    kept = [n for n in range(len(titles)) if any(row[n] not in {None, ""} for row in cells)]
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for n in kept:
        amounts = any(isinstance(row[n], Money) for row in cells)
        drawn.add_column(said(titles[n]), justify="right" if amounts else "left", no_wrap=titles[n] in WHOLE)
    for row in cells:
        drawn.add_row(*(said(row[n]) for n in kept))
    if kept:
        paper.drawn(drawn)
