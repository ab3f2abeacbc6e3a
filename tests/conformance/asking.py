"""Ask the rule what a statement of the table is about."""

from __future__ import annotations

from checkout_core.atlas import Row

from .documents import PAGES, Statement
from .facts import UNLESS, facts
from .scene import Scene, scene_of


def before(name: str, *phrases: str, upto: str | None = None) -> Scene:
    """A world in which that page, and the one it leads to, can be reached, and the phrases hold."""
    scene = scene_of(name)
    needed = [s.says for page in (name, upto) if page for s in PAGES[page].columns["requires"] if s.decided is None]
    shown = [UNLESS[s.says] for s in PAGES[name].columns["skip"]]
    for phrase in (*needed, *shown, *phrases):
        for fact in facts(phrase):
            fact.given(scene)
    return scene


def follow(said: Statement, *, undoing: bool = True) -> tuple[Scene, Row]:
    """The page that is shown after that one was posted, where the statement's condition holds.

    `undoing`: the answers that belong to an attempt go when it ended declined, cancelled or abandoned.
    """
    phrases = (said.says, said.given) if said.given else (said.says,)
    scene = before(said.page, *phrases, upto=said.shown)
    scene.undoing = undoing
    row = scene.stand_at(said.page)
    assert scene.open(row), f"{said.page} is closed"
    return scene, scene.post(row)


def way_back(said: Statement) -> list[str]:
    """Where one may come back to: on the route the nearest page that is open, beside it those that lead here."""
    scene = before(said.page, said.says)
    row = scene.stand_at(said.page)
    if row.beside:
        return [name for name, other in scene.map.rows.items() if other.type.next_page == row.name]
    passed = [r.name for r in scene.map.before(row, scene.order) if scene.open(r) and not scene.skipped(r)]
    return passed[-1:]
