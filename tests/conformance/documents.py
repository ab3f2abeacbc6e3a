"""map.toml as values: what the documents say about each page, and what we decided instead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

TABLE = Path(__file__).with_name("map.toml")
COLUMNS = ("requires", "next", "previous", "skip", "done", "undo", "resets")
KEYS = {"page", "when", "says", "decision", "decided", "given", "issue"}


@frozen
class Statement:
    """One entry of one column of one page."""

    page: str
    column: str
    n: int
    says: str  # a fact or a field; of `next` and `previous`, when
    inferred: bool
    leads_to: str | None = None  # of `next` and `previous`: as documented
    decision: str | None = None  # anchor in docs/decisions.md
    decided: str | None = None  # what we do instead
    given: str | None = None  # what must hold besides
    issue: int | None = None  # that owns it

    @property
    def shown(self) -> str:
        """The page to expect, of `next` and `previous`."""
        return self.decided or self.leads_to or ""

    def __str__(self) -> str:
        return f"{self.page}-{self.column}-{self.n}"


@frozen
class Documented:
    """What is said about a page."""

    name: str
    flow: str  # trunk, beside, provider, or a payment type
    seed: str
    post_order: str  # yes, no, unknown
    alias: str | None  # the page this is another name of
    columns: Mapping[str, tuple[Statement, ...]] = field(repr=False)


def _statement(page: str, column: str, n: int, entry: str | Mapping[str, object], inferred: bool) -> Statement:  # noqa: FBT001
    if isinstance(entry, str):
        return Statement(page, column, n, entry, inferred)
    if unknown := entry.keys() - KEYS:
        raise ValueError(f"{page}.{column}.{n}: {', '.join(sorted(unknown))}")
    rest = {key: entry.get(key) for key in ("decision", "decided", "given", "issue")}
    return Statement(page, column, n, entry.get("when") or entry["says"], inferred, entry.get("page"), **rest)


def load(path: Path = TABLE) -> dict[str, Documented]:
    """Every page of the table, in its order.  Raises ValueError for a key nobody reads, KeyError for one missing."""
    pages = {}
    for name, said in tomllib.loads(path.read_text(encoding="utf-8")).items():
        inferred = set(said.get("inferred", ()))
        columns = {
            column: tuple(
                _statement(name, column, n, e, f"{column}.{n}" in inferred) for n, e in enumerate(said[column])
            )
            for column in COLUMNS
        }
        pages[name] = Documented(name, said["flow"], said["seed"], said["post_order"], said.get("alias"), columns)
    return pages


PAGES = load()


def statements(*columns: str) -> Iterator[Statement]:
    """All of those columns; an alias says what its page says, once."""
    return (s for page in PAGES.values() if page.alias is None for column in columns for s in page.columns[column])
