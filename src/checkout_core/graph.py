"""The map as a drawing: Mermaid text, from the same tuples the engine walks."""

from __future__ import annotations

from collections.abc import Iterator

from .flow import AnyPage, Flow


def mermaid(flow: Flow, at: str | None = None) -> str:
    """A flowchart of the pages; the one called `at` stands out.

    Arrows say the order of the route.  A page that is skipped, or answered
    already, is passed through.
    """
    return "\n".join(("flowchart TD", *_lines(flow, at))) + "\n"


def _lines(flow: Flow, at: str | None) -> Iterator[str]:
    end = flow.end.__name__
    yield '    subgraph trunk["every buyer"]'
    yield f"        {_chain(flow.trunk)}"
    yield "    end"
    for kind, way in flow.payments.items():
        yield f'    subgraph {kind}["{kind}"]'
        yield f"        {_chain(way.pages)}"
        yield "    end"
        yield f"    {flow.trunk[-1].__name__} --> {way.pages[0].__name__}"
        ends = (page for page in way.pages if page.pays or page is way.pages[-1])
        yield from (f"    {page.__name__} ==> {end}" for page in ends)
    if flow.beside:
        yield '    subgraph beside["beside, at any time"]'
        yield from (f"        {page.__name__}" for page in flow.beside)
        yield "    end"
        yield from (f"    {page.__name__} -.-> {page.next_page or flow.nowhere.__name__}" for page in flow.beside)
    if at is not None:
        yield f"    style {at} stroke-width:4px"


def _chain(pages: tuple[AnyPage, ...]) -> str:
    return " --> ".join(page.__name__ for page in pages)
