"""The computed rule leads where the documents say: every transition, way back, skip, done and undo of map.toml.

Written pages are the real ones, the others are declared without `process`.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from checkout_core.atlas import Row
from checkout_core.composition import _of_the_map
from checkout_core.page import Page
from checkout_core.standard import STANDARD

from .declared.flow import PROVIDER, WHOLE
from .documents import PAGES, Statement, statements
from .facts import FACTS, UNLESS, facts
from .fields import FIELDS, LATER, emptied, filled, stands_in
from .scene import MAPS, Scene, scene_of, value_of

ROWS = {name: row for each in MAPS.values() for name, row in each.rows.items()}
LEADS_ON = {
    "CampaignListPage": "CampaignSelectionPage",
    "GiftBoxIndexPage": "GiftBoxPage",
    "MasterpassRestRewardListPage": "MasterpassRestRewardSelectionPage",
    "RewardListPage": "RewardSelectionPage",
}
OWN_DONE = {"CampaignSelectionPage", "SendSmsPage"}
OWN_UNDO = {"CreditCardConfirmationPage", "GPayRedirectPage", "MobilExpressTryPaymentPage"}


def each(*columns: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("said", statements(*columns), ids=str)


def asked(name: str) -> tuple[Statement, ...]:
    """What the page asks for; what was decided otherwise is not asked."""
    return tuple(s for s in PAGES[name].columns["requires"] if s.decided is None)


def before(name: str, *phrases: str, upto: str | None = None) -> Scene:
    """A world in which that page, and the one it leads to, can be reached, and the phrases hold."""
    scene = scene_of(name)
    needed = [s.says for page in (name, upto) if page is not None for s in asked(page)]
    shown = [UNLESS[s.says] for s in PAGES[name].columns["skip"]]
    for phrase in (*needed, *shown, *phrases):
        for fact in facts(phrase):
            fact.given(scene)
    return scene


def nearest(scene: Scene, row: Row) -> list[str]:
    """The pages one may come back to: on the route the nearest that is open, beside it those that lead here."""
    if row.beside:
        return [name for name, other in scene.map.rows.items() if other.type.next_page == row.name]
    passed = [r.name for r in scene.map.before(row, scene.order) if scene.open(r) and not scene.skipped(r)]
    return passed[-1:]


@each("next")
def test_the_rule_leads_to_the_documented_page(said: Statement) -> None:
    phrases = (said.says, said.given) if said.given else (said.says,)
    scene = before(said.page, *phrases, upto=said.shown)
    row = scene.stand_at(said.page)
    assert scene.open(row)
    shown = scene.post(row)
    assert shown.name == said.shown
    assert scene.open(shown)


@each("previous")
def test_the_way_back_is_the_nearest_page_that_is_open(said: Statement) -> None:
    scene = before(said.page, said.says)
    assert nearest(scene, scene.stand_at(said.page)) == [said.shown]


@pytest.mark.parametrize("name", ["IndexPage", "DeliveryOptionSelectionPage"])
def test_without_an_address_the_slot_page_waits_for_one(name: str) -> None:
    scene = before(name, "scheduled delivery is active")
    scene.post(scene.stand_at(name))
    assert scene.shown().name == "AddressSelectionPage"
    assert scene.post(scene.shown()).name == "SlotSelectionPage"


@each("requires")
def test_a_page_is_closed_to_whoever_lacks_what_it_asks_for(said: Statement) -> None:
    scene = before(said.page)
    row = scene.stand_at(said.page)
    assert scene.open(row)
    for fact in facts(said.says):
        assert fact.false is not None, f"{said.says!r} has no opposite"
        fact.false(scene)
    assert scene.open(row) is (said.decided is not None)


@each("skip")
def test_a_page_without_an_answer_to_give_is_skipped(said: Statement) -> None:
    if said.says == "an existing order is being paid":
        assert not ROWS[said.page].type.post_order
        return
    shown = before(said.page)
    assert not shown.skipped(shown.stand_at(said.page))
    scene = before(said.page, said.says)
    row = scene.stand_at(said.page)
    assert scene.skipped(row) is (said.decided is None)
    assert scene.shown() is not row


@each("done")
def test_a_page_whose_answer_is_there_is_not_asked_again(said: Statement) -> None:
    unanswered = before(said.page)
    row = unanswered.stand_at(said.page)
    assert not row.page.done(row.part(unanswered.order), unanswered.visit())
    assert row.beside or unanswered.shown() is row
    scene = before(said.page, said.says)
    scene.stand_at(said.page)
    for fact in facts(said.says):
        fact.true(scene)
    if row.beside:
        assert row.page.done(row.part(scene.order), scene.visit()) is (said.decided is None)
        assert scene.open(row), "a page beside the flow can always be posted again"
    else:
        assert scene.shown() is not row


@each("undo")
def test_undoing_a_page_takes_back_what_is_listed(said: Statement) -> None:
    scene = before(said.page)
    row = scene.stand_at(said.page)
    scene.answer(row)
    if said.says == "nothing":
        assert (row.page.undo(scene.order) == scene.order) is (said.decided is None)
        return
    listed = filled(scene, FIELDS[said.says])
    undone = row.page.undo(scene.order)
    if said.decided is None:
        assert listed
        assert not [f for f in listed if not emptied(undone, f)]
    else:
        assert [value_of(undone, f) for f in listed] == [value_of(scene.order, f) for f in listed]
        assert undone.attempts == scene.order.attempts


@each("resets")
def test_another_answer_voids_what_is_listed(said: Statement) -> None:
    says, _, condition = said.says.partition(" if ")
    if said.issue or said.decided or condition not in ("", "the unpaid amount changed", LATER[0]):
        pytest.skip("decided otherwise, of another issue, or for process() to do")
    scene = before(said.page)
    row = scene.stand_at(said.page)
    if says in LATER:
        way = scene.map.flow.payments[PAGES[said.page].flow].pages
        names = [page.__name__ for page in way]
        later = [ROWS[name] for name in names[names.index(said.page) + 1 :]]
        for other in later:
            scene.fill(other)
        after = scene.visit().at(row.voided(scene.order))
        assert [r.name for r in later if r.page.done(r.part(after.order), after)] == []
        return
    listed = filled(scene, FIELDS[says])
    after = row.voided(scene.order)
    assert [f for f in listed if not (emptied(after, f) or stands_in(row, f))] == []
