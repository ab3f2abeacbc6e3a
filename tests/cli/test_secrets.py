"""The canary: no card number, no CVV in anything the command line prints or writes."""

from __future__ import annotations

import re

import pytest

from checkout_core.cli._fields import shown
from checkout_core.forms.drawn import fields_of
from checkout_core.pages.beside import OrderNoteForm
from checkout_core.pages.credit_card import CardForm
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, THREE_D, TIMEOUT_TAKEN

from .kit import TO_PAYMENT, by_card, card

CVV = re.compile(r"(?<![\w-])739(?![\w-])", re.ASCII)  # by itself: keys and digests may hold these digits
MISTYPED = "5421190000000010"


def written(folder):
    """Every byte of every file the command has left, its journals too."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


def as_text(number):
    return number


def spaced(number):
    return " ".join(number[n : n + 4] for n in range(0, len(number), 4))


def sings(seen, number):
    """The card number or the CVV is in there, however a line was broken."""
    return number in re.sub(r"[\s-]", "", seen) or CVV.search(seen) is not None


@pytest.mark.parametrize("number", [APPROVED, THREE_D, INSUFFICIENT_FUNDS, TIMEOUT_TAKEN, MISTYPED])
@pytest.mark.parametrize("posed_as", [as_text, spaced, int])
def test_no_card_number_and_no_cvv_is_printed_or_written(cli, script, tmp_path, number, posed_as):
    folder = tmp_path / "kept"
    folder.mkdir()
    body = {**card(number), "card_number": posed_as(number)}
    path = script(*TO_PAYMENT, *by_card(number)[:-1], ("CreditCardConfirmationPage", body))
    told = cli("walk", "--explain", "--db", folder / "shop.sqlite", "--script", path)

    assert "card_cvv ****" in told.out
    assert not sings(told.out + told.err, number)
    assert not sings(written(folder).decode("latin-1"), number)
    assert {each.name for each in folder.iterdir()} >= {"shop.sqlite", "shop.bank.sqlite"}


@pytest.mark.parametrize(
    "leak", [f"card_number {APPROVED}", f"card_number {spaced(APPROVED)}", '"cvv":"739"', "cvv 739\n"]
)
def test_the_canary_sings(leak):
    assert sings(leak, APPROVED)


def test_typed_secrets_are_not_shown_either(cli, tmp_path):
    to_the_card = ("ada@example.org", "", "11", "11", "21", "31", THREE_D[:6], "1")
    the_card = (THREE_D, "Ada Lovelace", "12", "2099", "739", "y", "", "", "", "y")
    told = cli("walk", "--db", tmp_path / "shop.sqlite", typed="\n".join((*to_the_card, *the_card, "")))

    assert told.code == 0
    assert not sings(told.out + told.err, THREE_D)
    assert not sings(written(tmp_path).decode("latin-1"), THREE_D)


@pytest.mark.parametrize("text", [APPROVED, f"card {APPROVED}", "5421 1900 0000 0009", "5421-1900-0000-0009", MISTYPED])
def test_a_card_number_in_a_field_for_something_else_is_masked(cli, script, text):
    told = cli("walk", "--script", script(("OrderNotePage", {"notes": text})))

    assert "notes ****" in told.out or "notes card ****" in told.out
    assert text not in told.out


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (APPROVED, "542119******0009"),
        ("378282246310005", "378282******0005"),
        ("5421 1900 0000 0009", "542119******0009"),
        ("54211900000", "****"),
        ("54211900000000091234", "****"),
        (True, "****"),
        ("", "****"),
    ],
)
def test_of_a_card_number_six_digits_and_four_are_shown_or_none(value, seen):
    assert shown(fields_of(CardForm), "card_number", value) == seen


@pytest.mark.parametrize("value", ["739", "1234", "7", 739, ""])
def test_of_a_cvv_nothing_is_shown(value):
    assert shown(fields_of(CardForm), "card_cvv", value) == "****"


def test_of_a_field_the_page_does_not_have_nothing_is_shown():
    assert shown(fields_of(OrderNoteForm), "cvv", "739") == "**** (no such field)"


def test_every_secret_of_a_card_form_is_known_as_one():
    assert [field.name for field in fields_of(CardForm) if field.secret] == ["card_number", "card_cvv"]
