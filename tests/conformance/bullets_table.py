"""Prints, page by page, what answers for the documented statements: tests, decisions, or a later issue.

Run it as a script: `python tests/conformance/bullets_table.py`.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

BULLETS = Path(__file__).with_name("bullets.toml")
HEADER = ("page", "bullets", "tests", "decisions", "elsewhere", "pending", "elsewhere by issue")


def load(path: Path = BULLETS) -> list[dict[str, object]]:
    """The bullets in the order of the file, as plain tables."""
    bullets: list[dict[str, object]] = tomllib.loads(path.read_text(encoding="utf-8"))["bullet"]
    return bullets


def row(name: str, bullets: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """One line of the table: the name, how many bullets, and how many each kind of answer covers."""
    kinds: Counter[str] = Counter()
    owners: Counter[int] = Counter()
    for bullet in bullets:
        owner = bullet.get("issue")
        if isinstance(owner, int):
            owners[owner] += 1
            kinds["issue"] += 1
        elif "decision" in bullet:
            kinds["decision"] += 1
        else:
            kinds["pending" if bullet.get("test") == "PENDING" else "test"] += 1
    numbers = (kinds.total(), *(kinds[kind] for kind in ("test", "decision", "issue", "pending")))
    shares = ", ".join(f"#{owner}: {count}" for owner, count in sorted(owners.items()))
    return (name, *map(str, numbers), shares)


def table(bullets: list[dict[str, object]]) -> str:
    """The whole table as text, a line a page and the sum last; columns are two blanks apart."""
    pages = groupby(bullets, key=lambda bullet: str(bullet["page"]))
    rows = [HEADER, *(row(page, group) for page, group in pages), row("all", bullets)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    last = len(HEADER) - 1
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, last) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in rows
    )


if __name__ == "__main__":
    print(table(load()))  # noqa: T201 - a script prints
