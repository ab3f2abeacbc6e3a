"""What is printed on: plain text in columns, never read as markup, never able to steer the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ..money import Money

WIDTH = 100  # columns, where no terminal says otherwise


class Paper:
    """Prints to standard output, indented under headings."""

    def __init__(self) -> None:
        known = sys.stdout.isatty() or "COLUMNS" in os.environ
        self.console = Console(width=None if known else WIDTH, highlight=False, markup=False, emoji=False)

    def heading(self, title: str, about: str = "") -> None:
        """A line across, and below it what the title is about."""
        self.console.print()
        self.console.print(Rule(said(title, "bold"), align="left", characters="-"))
        if about:
            self.drawn(said(about, "dim"))

    def line(self, label: str, value: object, style: str = "") -> None:
        """`label  value`."""
        row = Table.grid(padding=(0, 2))
        row.add_column(width=9, no_wrap=True)
        row.add_column(overflow="fold")
        row.add_row(said(label, "dim"), said(value, style))
        self.drawn(row)

    def rows(self, titles: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """A table; Money stands to the right.  Columns in which nothing stands are left out."""
        cells = [list(row) for row in rows]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        kept = [n for n, _ in enumerate(zip(*cells, strict=True)) if any(row[n] not in {None, ""} for row in cells)]
        for n, title in enumerate(titles):
            if n in kept:
                amounts = any(isinstance(row[n], Money) for row in cells)
                table.add_column(said(title), justify="right" if amounts else "left", no_wrap=amounts)
        for row in cells:
            table.add_row(*(said(row[n]) for n in kept))
        self.drawn(table)

    def drawn(self, thing: RenderableType) -> None:
        """Anything else of rich's."""
        self.console.print(Padding(thing, (0, 0, 0, 2), expand=False))


def said(value: object, style: str = "") -> Text:
    """Text as it is to be read; what is no letter, digit, sign or space becomes a question mark."""
    text = amount(value) if isinstance(value, Money) else "" if value is None else str(value)
    return Text("".join(c if c.isprintable() or c == "\n" else "?" for c in text), style)


def amount(money: Money) -> str:
    """`131.25 TRY`."""
    return f"{money} {money.currency}"
