"""A buyer's answers as a TOML file, read strictly: the files in `examples` show some."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import click
from attrs import frozen

from ..atlas import Map
from ..forms.drawn import fields_of
from ..sandbox._rows import Row
from ._desk import did_you_mean
from ._fields import HIDDEN, LONG

ThreeD = Literal["passed", "abandoned"]
THREE_D: Final[tuple[ThreeD, ...]] = ("passed", "abandoned")


@frozen
class Script:
    """What is bought, what is posted in which order, and what the buyer does at the bank's page."""

    basket: tuple[str, ...]
    three_d: ThreeD  # whether they come back, from 3-D Secure or from where they pay
    installments: int | None  # the plan they choose there; the first one without it
    answers: tuple[tuple[str, Mapping[str, object]], ...]


def read_script(path: str, pages: Map) -> Script:
    """The script in that file.  Raises ClickException with every mistake; none of them quotes an answer."""
    file = Row("", _parsed(path), [])
    basket, three_d = file.texts("basket"), file.choice("three_d", THREE_D, "passed")
    installments = file.whole("installments", least=1) if "installments" in file.written else None
    answers = tuple(_answer(row, pages) for row in file.rows("answers"))
    file.done()
    if file.mistakes:
        told = LONG.sub(HIDDEN, "\n".join(f"  {where}: {what}" for where, what in file.mistakes))
        raise click.ClickException(f"{path} has mistakes:\n{told}")
    return Script(basket, three_d, installments, answers)


def _answer(row: Row, pages: Map) -> tuple[str, Mapping[str, object]]:
    page, body = row.text("page"), row.table("input")
    row.done()
    if page in pages.rows:
        known = [field.name for field in fields_of(pages.rows[page].form)]
        for name in body:
            if name not in known:
                row.refuse(f"input.{name}", f"{page} has no such field{did_you_mean(name, known)}")
    elif page:
        row.refuse("page", f"there is no page {page!r}{did_you_mean(page, pages.rows)}")
    return page, body


def _parsed(path: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as wrong:
        why = f"cannot be read: {wrong.strerror or type(wrong).__name__}"
    except RecursionError:
        why = "lies too deep inside itself"
    except ValueError as wrong:  # no UTF-8, no TOML, a number too long to read
        why = f"is no TOML text: {wrong}"
    raise click.ClickException(f"{path} {why}")
