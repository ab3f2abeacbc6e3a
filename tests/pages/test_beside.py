"""OrderNotePage beside the flow, and the two ends: ThankYouPage and EmptyPage."""

from __future__ import annotations

import pytest

from checkout_core import EMPTY, STANDARD, Invalid, Settings, evolve
from checkout_core.order import Deferred, Extras
from checkout_core.page import Place
from checkout_core.pages.beside import EmptyPage, OrderNotePage, ThankYouContext, ThankYouPage
from checkout_core.paying import place
from checkout_core.testing import play

from .kit import BY_TRANSFER, EMPTIED, OURS, answer, closed_by, lira, order, shows, visit

NOTED = order(extras=Extras("Ring twice"))
TRANSFERRED = evolve(BY_TRANSFER, bank_account=OURS)
(PLACED, _), _ = play(
    place(visit(order(payment=TRANSFERRED)), Place(evolve(TRANSFERRED, agreed=True), Deferred("funds_transfer", 300)))
)


@pytest.mark.parametrize("at", [order(), NOTED])
def test_the_note_that_is_kept_is_shown(at):
    assert shows(OrderNotePage, visit(at)).notes == at.extras.notes


@pytest.mark.parametrize("at", [order(), NOTED])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Please leave at the door.", "Please leave at the door."),
        ("  two\r\nlines ", "two\nlines"),
        ("ş" * 320, "ş" * 320),
    ],
)
def test_a_note_is_added_or_changed(at, text, kept):
    assert answer(OrderNotePage, {"notes": text}, visit(at)) == Extras(kept)


@pytest.mark.parametrize("body", [{}, {"notes": None}, {"notes": ""}, {"notes": " \n "}])
def test_no_note_takes_the_one_kept_back(body):
    assert answer(OrderNotePage, body, visit(NOTED)) == Extras()


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("x" * 321, "too_long"),
        (12, "invalid"),
        (["Ring twice"], "invalid"),
        ("bell\x07", "invalid"),
        ("My card is 5421 1900 0000 0009", "card_number"),
    ],
)
def test_a_note_is_a_text_of_320_characters_without_a_card_number(note, code):
    with pytest.raises(Invalid) as refused:
        answer(OrderNotePage, {"notes": note}, visit(NOTED))
    assert refused.value.codes == {"notes": (code,)}


def test_a_note_wants_goods_and_is_never_in_the_way():
    assert closed_by(OrderNotePage, visit(EMPTIED)) == ("basket_empty",)
    assert closed_by(OrderNotePage, visit(NOTED, settings=Settings(can_guest_purchase=False))) == ()
    assert OrderNotePage in STANDARD.beside
    assert OrderNotePage.skip_if == ()


def test_undone_the_note_is_gone():
    assert OrderNotePage().undo(NOTED) == order()


def test_the_placed_order_is_shown_as_it_was_placed():
    edited = evolve(PLACED, totals=evolve(PLACED.totals, total=lira("1.00")))
    context = ThankYouContext(
        None, PLACED.placed.id, new_user=False, token=None, campaigns=(), number=PLACED.placed.number, status=300,
        total_amount=lira("125.00"), user_email="ada@example.org",
    )  # fmt: skip
    assert shows(ThankYouPage, visit(PLACED)) == context
    assert shows(ThankYouPage, visit(edited)) == context


def test_nobody_is_thanked_before_the_order_is_placed():
    assert closed_by(ThankYouPage, visit()) == ("order_not_placed",)
    assert closed_by(ThankYouPage, visit(PLACED)) == ()
    assert shows(ThankYouPage, visit()) == EMPTY


def test_the_empty_page_shows_nothing_and_is_where_pages_beside_the_flow_lead():
    assert shows(EmptyPage, visit()) == EMPTY
    assert STANDARD.nowhere is EmptyPage
    assert STANDARD.end is ThankYouPage
