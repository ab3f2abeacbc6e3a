"""The computed rule leads where the documents say: every transition, way back, skip, done and undo of map.toml.

Written pages are the real ones, the others are declared without `process`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checkout_core import composition
from checkout_core.atlas import Row, current
from checkout_core.flow import Flow
from checkout_core.page import Page
from checkout_core.standard import STANDARD

from .asking import before, follow, way_back
from .declared.flow import PROVIDER, WHOLE
from .documents import COLUMNS, PAGES, Statement, statements
from .facts import FACTS, facts
from .fields import FIELDS, LATER, emptied, filled, value_of, written_by
from .scene import ROWS

LEADS_ON = {
    "CampaignListPage": "CampaignSelectionPage",
    "GiftBoxIndexPage": "GiftBoxPage",
    "MasterpassRestRewardListPage": "MasterpassRestRewardSelectionPage",
    "RewardListPage": "RewardSelectionPage",
}
OWN_DONE = {
    "AddressSelectionPage",
    "AttributeBasedShippingOptionSelectionPage",
    "CampaignSelectionPage",
    "DataSourceShippingOptionSelectionPage",
    "DeliveryOptionSelectionPage",
    "PickupLocationSelectionPage",
    "RemoteDeliveryOptionSelectionPage",
    "ReservationSelectionPage",
    "RetailStoreSelectionPage",
    "SendSmsPage",
    "VerifySmsPage",
}
OWN_UNDO = {
    "CreditCardConfirmationPage",
    "DeliveryOptionSelectionPage",
    "MobilExpressTryPaymentPage",
    "RemoteDeliveryOptionSelectionPage",
    "RemotePriceCalculationPage",
    "SendSmsPage",
    "SlotSelectionPage",
    "VerifySmsPage",
}


def each(*columns: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("said", list(statements(*columns)), ids=str)


@each("next")
def test_the_rule_leads_to_the_documented_page(said: Statement) -> None:
    scene, shown = follow(said)
    assert shown.name == said.shown
    assert scene.open(shown)


@each("previous")
def test_the_way_back_is_the_nearest_page_that_is_open(said: Statement) -> None:
    assert way_back(said) == [said.shown]


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
    listed = filled(scene, said.says)
    undone = row.page.undo(scene.order)
    if said.decided is None:
        assert listed
        assert not [f for f in listed if not emptied(undone, f)]
    else:
        assert [value_of(undone, f) for f in listed] == [value_of(scene.order, f) for f in listed]
        assert undone.attempts == scene.order.attempts


PROCESS = {"clear is true", "payment type is pay_on_delivery", "is_installment_active is off"}  # conditions it looks at
VOIDED = [
    s
    for s in statements("resets")
    if s.decided is None and s.issue is None and s.says.partition(" if ")[2] not in PROCESS
]


@pytest.mark.parametrize("said", VOIDED, ids=str)
def test_another_answer_voids_what_is_listed(said: Statement) -> None:
    scene = before(said.page)
    row = scene.stand_at(said.page)
    if said.says in LATER:
        later = behind(row)
        for other in later:
            scene.fill(other)
        after = scene.visit().at(row.voided(scene.order))
        assert [r.name for r in later if r.page.done(r.part(after.order), after)] == []
    else:
        listed = filled(scene, said.says.partition(" if ")[0])
        after = row.voided(scene.order)
        assert [f for f in listed if not emptied(after, f) and not written_by(row, f)] == []


def behind(row: Row) -> list[Row]:
    """The pages behind that one in its flow."""
    pages = [ROWS[page.__name__] for page in WHOLE.payments[PAGES[row.name].flow].pages]
    return pages[pages.index(row) + 1 :]


HANDING_OUT = [page.__name__ for way in WHOLE.payments.values() for page in way.pages[:-1] if page.pays]


@pytest.mark.parametrize("name", HANDING_OUT)
def test_only_the_step_that_handed_something_out_shows_a_page_behind(name: str) -> None:
    scene = before(name)
    scene.handed = {"result_code": "OTPRequired"}
    row = scene.stand_at(name)
    assert scene.post(row) in behind(row)
    assert current(scene.map, scene.visit()) is row


NEED_UNDO = {"GPayCompletePage": "GPaySelectionPage", "MobilExpressTryPaymentPage": "MobilExpressCardListPage"}


def test_two_ways_to_pay_start_over_because_an_ended_attempt_takes_its_answers_along() -> None:
    failing = [s for s in statements("next") if s.says == "the payment failed"]
    kept = {s.page: s.shown for s in failing if follow(s, undoing=False)[1].name != s.shown}
    assert kept == NEED_UNDO


# The map as a whole


def place_of(name: str) -> str:
    """Where on the map a page stands, in the words of the table."""
    page = ROWS[name].type
    if page in PROVIDER.pages() and page not in WHOLE.pages():
        return "provider"
    if page in (*WHOLE.trunk, WHOLE.end):
        return "trunk"
    return next((kind for kind, way in WHOLE.payments.items() if page in way.pages), "beside")


def test_every_documented_page_is_on_the_map_and_no_other() -> None:
    assert set(ROWS) == {name for name, page in PAGES.items() if page.alias is None}
    assert {page.alias for page in PAGES.values() if page.alias} <= set(ROWS)


@pytest.mark.parametrize("flow", [WHOLE, PROVIDER], ids=["shop", "provider"])
def test_each_page_is_there_once_and_can_be_reached(flow: Flow) -> None:
    assert list(composition._of_the_map(flow)) == []


def test_written_pages_are_the_real_ones() -> None:
    assert {page.__name__ for page in STANDARD.pages()} <= set(ROWS)
    assert [p.__name__ for p in STANDARD.pages() if ROWS[p.__name__].type is not p] == []


def test_every_page_stands_where_it_is_documented() -> None:
    documented = {name: page.flow for name, page in PAGES.items() if page.alias is None}
    assert {name: place_of(name) for name in documented} == documented


def test_a_flow_is_there_for_an_order_paid_again_as_a_whole_or_not_at_all() -> None:
    for kind, way in WHOLE.payments.items():
        said = {PAGES[page.__name__].post_order for page in way.pages}
        assert {page.post_order for page in way.pages} == {said - {"unknown"} == {"yes"}}, kind
    for page in WHOLE.beside:
        assert page.post_order is (PAGES[page.__name__].post_order == "yes"), page.__name__


def test_fewer_than_six_pages_name_the_page_after_them_and_all_stand_beside() -> None:
    leading = {name: row.type.next_page for name, row in ROWS.items() if row.type.next_page}
    assert leading == LEADS_ON
    assert len(leading) < 6
    assert all(ROWS[name].beside for name in leading)


def test_whoever_decides_done_or_undo_for_itself_says_why() -> None:
    assert {name for name, row in ROWS.items() if row.type.done is not Page.done} == OWN_DONE
    assert {name for name, row in ROWS.items() if row.type.undo is not Page.undo} == OWN_UNDO
    assert all(ROWS[name].type.done.__doc__ for name in OWN_DONE)
    assert all(ROWS[name].type.undo.__doc__ for name in OWN_UNDO)


def test_a_way_to_pay_has_one_page_that_pays() -> None:
    counted = {kind: sum(page.pays for page in way.pages) for kind, way in WHOLE.payments.items()}
    assert set(counted.values()) == {1}, counted


def test_an_alias_says_what_its_page_says() -> None:
    for page in PAGES.values():
        if page.alias is not None:
            for column, said in page.columns.items():
                assert [s.says for s in said] == [s.says for s in PAGES[page.alias].columns[column]], (
                    page.name,
                    column,
                )


def test_every_phrase_is_used() -> None:
    said = {part for s in statements(*COLUMNS) for part in (*s.says.split(" and "), s.says, s.given)}
    assert sorted((set(FACTS) | set(FIELDS)) - said - {"always"}) == []


def test_every_decision_is_written_down() -> None:
    written = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text(encoding="utf-8")
    assert (
        sorted({s.decision for s in statements(*COLUMNS) if s.decision and f"{{#{s.decision}}}" not in written}) == []
    )


def test_the_table_prints_what_the_rule_produces() -> None:
    script = [sys.executable, "-m", "tests.conformance.map_table"]
    printed = subprocess.run(script, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout
    assert f"{len(list(statements('next')))} of them by the rule" in printed
