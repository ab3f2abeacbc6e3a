"""The canary: no card number, no CVV in anything the command line prints or writes."""

from __future__ import annotations

import pytest

from checkout_core.cli._fields import fields_of, shown
from checkout_core.pages.beside import OrderNoteForm
from checkout_core.pages.credit_card import CardForm
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, THREE_D, TIMEOUT_TAKEN

from .kit import TO_PAYMENT, by_card, card

CVV = "739"
MISTYPED = "5421190000000010"


def written(folder):
    """Every byte of every file the command has left, its journals too."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("number", [APPROVED, THREE_D, INSUFFICIENT_FUNDS, TIMEOUT_TAKEN, MISTYPED])
@pytest.mark.parametrize("posed_as", ["text", "spaced", "number"])
def test_no_card_number_and_no_cvv_is_printed_or_written(cli, script, tmp_path, number, posed_as):
    folder = tmp_path / "kept"
    folder.mkdir()
    body = card(number)
    body["card_number"] = {
        "text": number,
        "spaced": " ".join(number[n : n + 4] for n in range(0, 16, 4)),
        "number": int(number),
    }[posed_as]
    path = script(*TO_PAYMENT, *by_card(number)[:-1], ("CreditCardConfirmationPage", body))
    told = cli("walk", "--explain", "--db", folder / "shop.sqlite", "--script", path)

    for seen in (told.out + told.err, written(folder).decode("latin-1")):
        assert number not in seen.replace(" ", "").replace("-", "")
        assert f"card_cvv {CVV}" not in seen
        assert CVV not in seen.replace(told.key, "").replace(number[:6], "") or seen.startswith("SQLite")
    assert "card_cvv ****" in told.out


def test_the_canary_would_sing():
    assert APPROVED in f"to CreditCardConfirmationPage: card_number {APPROVED}"


def test_typed_secrets_are_not_shown_either(cli, tmp_path):
    lines = (
        "ada@example.org",
        "",
        "11",
        "11",
        "21",
        "31",
        THREE_D[:6],
        "1",
        THREE_D,
        "Ada",
        "12",
        "2099",
        CVV,
        "y",
        "",
        "",
        "",
        "y",
    )
    told = cli("walk", "--db", tmp_path / "shop.sqlite", typed="\n".join((*lines, "")))

    assert told.code == 0
    assert THREE_D not in told.out + told.err
    assert f"{CVV}\n" not in told.out
    assert THREE_D.encode() not in written(tmp_path)


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
