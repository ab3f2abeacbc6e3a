"""Prints how much of the documented map the computed rule produces, and what had to be said besides.

Run it from the root of the repository: `python -m tests.conformance.map_table`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from checkout_core.page import Page

from .asking import follow, way_back
from .documents import COLUMNS, PAGES, Statement, statements
from .scene import ROWS


def produced(said: Statement, *, undoing: bool = True) -> bool:
    """The rule leads to the page of that entry; `undoing` as in `follow`."""
    try:
        if said.column == "previous":
            return way_back(said) == [said.shown]
        return follow(said, undoing=undoing)[1].name == said.shown
    except AssertionError:  # the page cannot be reached, or is closed
        return False


def counted(title: str, column: str) -> str:
    """How many entries of a column there are, and how many the rule produces."""
    all_of = list(statements(column))
    inferred = sum(s.inferred for s in all_of)
    otherwise = sum(s.decided is not None or s.given is not None for s in all_of)
    return (
        f"{title}: {len(all_of)}, {len(all_of) - inferred} of them said in so many words and {inferred} inferred; "
        f"{sum(map(produced, all_of))} of them by the rule, {otherwise} by a decision that overrides the documents"
    )


def overrides(facet: str, inherited: Callable[..., object]) -> Iterable[str]:
    """Each page that says a facet for itself, and why."""
    own = {name: getattr(row.type, facet) for name, row in ROWS.items() if getattr(row.type, facet) is not inherited}
    yield f"pages with a {facet} of their own: {len(own)}"
    for name, said in own.items():
        yield f"  {name}: {' '.join((said.__doc__ or '').split())}"


def report() -> Iterable[str]:
    """The lines to print."""
    yield f"pages: {len(ROWS)} on the map; {len(PAGES)} in the table, aliases with them"
    yield counted("transitions", "next")
    yield counted("ways back", "previous")
    needing = [said for said in statements("next") if produced(said) and not produced(said, undoing=False)]
    yield f"transitions that need the undo of an attempt that ended: {len(needing)}"
    yield from (f"  {said.page} -> {said.shown}" for said in needing)
    leading = {name: row.type.next_page for name, row in ROWS.items() if row.type.next_page}
    yield f"pages with a next_page: {len(leading)}"
    yield from (f"  {name} -> {other}" for name, other in leading.items())
    yield from overrides("done", Page.done)
    yield from overrides("undo", Page.undo)
    anchors: dict[str, Counter[str]] = {}
    for said in statements(*COLUMNS):
        if said.decision is not None:
            anchors.setdefault(said.decision, Counter())[said.column] += 1
    yield f"decisions the table names: {len(anchors)}"
    for anchor, columns in anchors.items():
        yield f"  {anchor}: {', '.join(f'{column} {times}' for column, times in columns.items())}"
    owned = [said for said in statements(*COLUMNS) if said.issue is not None]
    yield f"statements of other issues: {len(owned)}"
    yield from (f"  {said} ({said.says}): #{said.issue}" for said in owned)


if __name__ == "__main__":
    print(*report(), sep="\n")  # noqa: T201 - a script prints
