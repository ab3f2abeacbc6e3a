from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import get_origin
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from checkout_core.effects import Secret
from checkout_core.forms import (
    CODES,
    PARSERS,
    Agreement,
    Bad,
    BinNumber,
    BrowserText,
    CardHolder,
    CardMonth,
    CardName,
    CardNumber,
    CardYear,
    ClientTime,
    Cvv,
    Flag,
    GroupOptions,
    JsonText,
    Notes,
    Phone,
    Pk,
    Pks,
    ReturnField,
    SourceOptions,
)
from checkout_core.settings import Settings

SHOP = Settings()
VISA, MASTERCARD, AMEX, TROY = "4111111111111111", "5421190000000009", "378282246310005", "9792030394440796"
LONG_VISA, JCB = "4000000000000000006", "3530111333300000"
NO_TEXT = [b"1", 1.0, float("nan"), ["1"], ("1",), {"1": "1"}, {"1"}, object(), int, 10**30, -(10**30)]
ZEROS = {"arabic": 0x660, "persian": 0x6F0, "devanagari": 0x966, "fullwidth": 0xFF10, "bold": 0x1D7CE}
SCRIPTS = {name: {48 + n: zero + n for n in range(10)} for name, zero in ZEROS.items()}


def table(names, rows):
    """Rows of a table test, named by the beginnings of their texts."""
    return pytest.mark.parametrize(names, rows, ids=lambda cell: ascii(cell)[:24] if isinstance(cell, str) else None)


def parsed(kind, raw, shop=SHOP):
    """The value, or the code of what is wrong with it after an exclamation mark."""
    value = PARSERS[kind](raw, shop)
    return f"!{value.code}" if isinstance(value, Bad) else value


# Yes and no


class Word(StrEnum):
    ON = "on"


YES = [True, 1, "1", "true", "True", "on", " on ", Word.ON]
NO = [False, 0, "0", "false", "False", "off", "\toff\n"]
NEITHER = [2, -1, 1.0, 0.0, "yes", "no", "2", "01", "ON", "", "null", [], [True], {}, b"1", None]


@table("raw", YES)
def test_yes_is_written_in_these_ways(raw):
    assert parsed(Flag, raw) is True
    assert parsed(Agreement, raw) is True


@table("raw", NO)
def test_no_is_written_in_these_ways_and_is_no_agreement(raw):
    assert parsed(Flag, raw) is False
    assert parsed(Agreement, raw) == "!required"


@table("raw", NEITHER)
def test_what_is_neither_yes_nor_no_is_refused(raw):
    assert parsed(Flag, raw) == "!invalid"
    assert parsed(Agreement, raw) == "!required"


# Numbers, and text made of digits

NUMBERS = [
    (Pk, 1, 1), (Pk, "1", 1), (Pk, " 42 ", 42), (Pk, 2**63 - 1, 2**63 - 1), (Pk, str(2**63 - 1), 2**63 - 1),
    (CardMonth, "1", 1), (CardMonth, "01", 1), (CardMonth, "12", 12), (CardMonth, " 09 ", 9), (CardMonth, 12, 12),
    (CardYear, "2029", 2029), (CardYear, 2029, 2029), (CardYear, " 2000 ", 2000), (CardYear, "2099", 2099),
    (BinNumber, "542119", "542119"), (BinNumber, "54211900", "54211900"), (BinNumber, " 000000 ", "000000"),
    (Cvv, "123", Secret("123")), (Cvv, "0123", Secret("0123")), (Cvv, " 007 ", Secret("007")),
]  # fmt: skip
NO_NUMBERS = [
    *(
        (Pk, raw)
        for raw in (0, -1, 2**63, True, False, 1.0, float("inf"), "0", "-1", "+1", "01", "1.0", "1e3", "1_000")
    ),
    *((Pk, raw) for raw in ("0x1", str(2**63), "9" * 5000, "\u00b2", "1 2", "1\x002", "one", "", {"pk": 1})),
    *((CardMonth, raw) for raw in ("0", "00", "13", "001", "1.0", "Jan", "-1", "", 0, 13, -1, True, 1.0)),
    *((CardYear, raw) for raw in ("29", "1999", "2100", "02029", "20 29", "", 29, 1999, 2100, True, 2029.0)),
    *((BinNumber, raw) for raw in ("54211", "5421190", "542119000", "54 2119", "GPAY00", "54211\u00b2", "", 542119)),
    *((Cvv, raw) for raw in ("12", "12345", "12a", "1 23", "-12", "12\u00b2", "", 123, True)),
]


@table(("kind", "raw", "value"), NUMBERS)
def test_a_number_is_an_integer_or_its_digits(kind, raw, value):
    assert parsed(kind, raw) == value
    assert type(parsed(kind, raw)) is kind.__supertype__ or kind is Cvv


@table(("kind", "raw"), NO_NUMBERS)
def test_what_is_no_such_number_is_refused(kind, raw):
    assert parsed(kind, raw) == "!invalid"


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(
    ("kind", "raw"),
    [(Pk, "12"), (CardMonth, "12"), (CardYear, "2029"), (BinNumber, "542119"), (Cvv, "123"), (CardNumber, VISA),
    (Flag, "1"),
     (Phone, "05321234567"), (Phone, "+905321234567"), (ClientTime, "2026-11-21T10:00+00:00"), (CardHolder, "12")],
)  # fmt: skip
def test_digits_of_other_scripts_are_no_digits(kind, raw, script):
    assert parsed(kind, raw.translate(SCRIPTS[script])) == "!invalid"
    assert parsed(kind, raw[:-1] + raw[-1:].translate(SCRIPTS[script])) == "!invalid"


# Cards


@table("number", [VISA, MASTERCARD, AMEX, TROY, LONG_VISA, JCB])
@pytest.mark.parametrize(
    "typed", [str, " {} ".format, " ".join, "-".join, "\u00a0".join, lambda n: f"{n[:4]} {n[4:]}\n"]
)
def test_a_card_number_is_a_secret_without_what_stands_between_its_digits(number, typed):
    assert parsed(CardNumber, typed(number)) == Secret(number)


@table("raw", ["5421190000000004", "5421 1900 0000 0004", "378282246310006", "4000000000000000007"])
def test_a_mistyped_digit_shows_in_the_checksum(raw):
    assert parsed(CardNumber, raw) == "!checksum"


NO_CARDS = [
    "", "4111", VISA + "1", VISA[:-1], "0" * 16, "0000 0000 0000 0000", AMEX + "1", "5" * 19, VISA + "2",
    "4222222222222",
    "4111.1111.1111.1111", "x" * 16, VISA[:-1] + "\u00b2", " ".join(VISA) * 9, "<secret>",
    int(VISA), float(VISA), VISA.encode(), [VISA], True, Secret(VISA),
]  # fmt: skip


@table("raw", NO_CARDS)
def test_what_cannot_be_a_card_number_is_refused_whatever_its_checksum(raw):
    assert parsed(CardNumber, raw) == "!invalid"


@given(st.from_regex(r"[2-9][0-9]{15}", fullmatch=True).filter(lambda n: n[:2] not in ("34", "37")))
def test_the_checksum_is_the_one_of_python_stdnum(number):
    assert (parsed(CardNumber, number) == Secret(number)) is luhn.is_valid(number)
    whole = number[:-1] + luhn.calc_check_digit(number[:-1])
    assert parsed(CardNumber, whole) == Secret(whole)


HOLDERS = [
    ("JOHN DOE", "JOHN DOE"), ("  Ada   Lovelace ", "Ada Lovelace"), ("Plato", "Plato"), ("Li", "Li"),
    ("A" * 64, "A" * 64),
    ("ŞÜKRÜ ÇAĞLAR I\u011eDIR İPEK", "ŞÜKRÜ ÇAĞLAR IĞDIR İPEK"), ("I\u015f\u0131k", "I\u015f\u0131k"),
    (normalize("NFD", "İpek Öğüt"), "İpek Öğüt"), ("\u0410\u0434\u0430 \u041b", "\u0410\u0434\u0430 \u041b"),
    ("Ada\u00a0Lovelace", "Ada Lovelace"),
]  # fmt: skip
NO_HOLDERS = [
    "", "A", "J0HN DOE", "O'BRIEN", "ANNE-MARIE", "MR. DOE", "Ada_Lovelace", VISA, "Ada 2", "Ada \u00b2",
    "Ada\x00Lovelace",
    "Ada \ud800", "Ada 😀", "\u0301", "<b>", 1, True, ["Ada Lovelace"], b"Ada Lovelace",
]  # fmt: skip


@table(("raw", "holder"), HOLDERS)
def test_a_holder_is_letters_and_single_spaces(raw, holder):
    assert parsed(CardHolder, raw) == holder


@table("raw", NO_HOLDERS)
def test_what_is_no_name_on_a_card_is_refused(raw):
    assert parsed(CardHolder, raw) == "!invalid"


def test_a_holder_of_more_than_64_characters_is_too_long():
    assert parsed(CardHolder, "A" * 65) == "!too_long"


# Moments


@table(
    "raw",
    ["2026-11-21T10:00:00Z", "2026-11-21T10:00Z", "2026-11-21T13:00:00.000+03:00", " 2026-11-21T05:30:00.0-0430 "],
)
def test_a_moment_knows_its_offset(raw):
    assert parsed(ClientTime, raw) == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_a_moment_keeps_the_offset_it_was_written_with():
    assert parsed(ClientTime, "2026-11-21T13:00:00+03:00").tzinfo == timezone(timedelta(hours=3))


NO_MOMENTS = [
    "2026-11-21T10:00:00", "2026-11-21", "10:00Z", "2026-13-21T10:00Z", "2026-02-30T10:00Z", "2026-11-21T25:00Z",
    "0001-01-01T00:00+14:00", "2026-11-21T10:00+99:00", "2026-11-21 10:00Z", "20261121T1000Z",
    "2026-11-21T10:00:00Z\x00",
    "now", "", 1763719200, 1763719200.0, True, datetime(2026, 11, 21, tzinfo=UTC),
]  # fmt: skip


@table("raw", NO_MOMENTS)
def test_a_moment_without_offset_or_in_another_spelling_is_refused(raw):
    assert parsed(ClientTime, raw) == "!invalid"


# Free text

NOTES = [
    (" Please leave at the door. ", "Please leave at the door."), ("one\r\ntwo\n\nthree", "one\ntwo\n\nthree"),
    (normalize("NFD", "İşçi ğüşöç"), "İşçi ğüşöç"), ("👩\u200d👧 <b>=cmd</b>", "👩\u200d👧 <b>=cmd</b>"),
    ("x" * 320, "x" * 320),
    (normalize("NFD", "\u1f82" * 320), "\u1f82" * 320), ("\r\n".join("x" * 160), "\n".join("x" * 160)),
]  # fmt: skip


@table(("raw", "note"), NOTES)
def test_a_note_is_kept_as_it_was_written(raw, note):
    assert parsed(Notes, raw) == note


@table("raw", ["x" * 321, "é" * 321, "x" * 1_000_000, normalize("NFD", "é" * 321), "\u0958" * 161])
def test_a_note_of_more_than_320_characters_is_too_long(raw):
    assert parsed(Notes, raw) == "!too_long"


@table("raw", ["a\x00b", "a\x1bb", "a\tb", "a\rb", "a\x7fb", "a\x85b", "a\ud800b", "", 1, True, ["a"], b"a"])
def test_a_note_with_control_characters_or_of_another_kind_is_refused(raw):
    assert parsed(Notes, raw) == "!invalid"


@table(("raw", "name"), [("My Visa Card", "My Visa Card"), (" Kart 1 ", "Kart 1"), ("x" * 64, "x" * 64)])
def test_a_card_is_called_what_the_buyer_likes(raw, name):
    assert parsed(CardName, raw) == name


@table(
    ("raw", "code"),
    [("x" * 65, "!too_long"), ("a\nb", "!invalid"), ("a\r\nb", "!invalid"), ("", "!invalid"), (1, "!invalid")],
)
def test_the_name_of_a_card_is_one_short_line(raw, code):
    assert parsed(CardName, raw) == code


HIDDEN = {
    "bare": str, "spaced": " ".join, "hyphens": "-".join, "hard spaces": "\u00a0".join,
    "with a date": "card {} 12 29".format,
    "after a phone": "05321234567 {}".format, "in a sentence": "no {}, 123".format, "in letters": "x{}x".format,
    "groups": lambda n: f"{n[:4]} {n[4:8]} {n[8:12]} {n[12:]} 12 29 123",
    "fullwidth": lambda n: n.translate(SCRIPTS["fullwidth"]), "arabic": lambda n: n.translate(SCRIPTS["arabic"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", [Notes, CardName])
@table("number", [VISA, MASTERCARD, AMEX, TROY, "4222222222222", LONG_VISA])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_text_with_a_card_number_in_it_is_refused(kind, number, hidden):
    assert parsed(kind, HIDDEN[hidden](number)) == "!card_number"


OTHER_DIGITS = [
    "5421190000000004", "call 0532 123 45 67 or 0533 765 43 21", "05321234567 05337654321", "4.111.111.111.111.111",
    "TR33 0006 1005 1978 6457 8413 26", "TR330006100519786457841326", "12.10.2026 14:30, floor 3 no 45",
    "8690504000016",
    "0000000000000000", "2026-11-21 10:00:00", "order 20261121000042", "flat 12, block 3, 34710", "10000000146",
]  # fmt: skip


@table("raw", OTHER_DIGITS)
def test_other_digits_in_a_note_are_no_card_number(raw):
    assert parsed(Notes, raw) == raw


@table(
    ("raw", "text"),
    [("en-US", "en-US"), (" 24 ", "24"), (1080, "1080"), (-180, "-180"), (True, "true"), (False, "false")],
)
def test_a_browser_tells_of_itself_in_text_or_as_json_writes_it(raw, text):
    assert parsed(BrowserText, raw) == text


@table(
    ("raw", "text"), [(" A+b/= ", " A+b/= "), ("a\r\n\tb", "a\r\n\tb"), (True, "true"), (1, "1"), ("\u00a0", "\u00a0")]
)
def test_what_a_bank_returns_is_kept_to_the_letter(raw, text):
    assert parsed(ReturnField, raw) == text


@pytest.mark.parametrize(("kind", "most"), [(BrowserText, 2048), (ReturnField, 4096)])
def test_what_machines_hand_over_is_bounded(kind, most):
    assert parsed(kind, "x" * most) == "x" * most
    assert parsed(kind, "x" * (most + 1)) == "!too_long"


@pytest.mark.parametrize("kind", [BrowserText, ReturnField])
@table("raw", ["", "a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b"])
def test_what_machines_hand_over_has_no_control_characters(kind, raw):
    assert parsed(kind, raw) == "!invalid"


# All of them

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates()
anything = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
digits = st.text("0123456789 +-\u0663\uff11\u00b2@.a\n", max_size=24)
huge = st.sampled_from(["9", " ", "a", "é", "\u0663", "\ud800", "@", "a.", "+", "1 ", "a@", "\u0301"]).map(
    lambda c: c * 500_000
)


@pytest.mark.parametrize("kind", PARSERS, ids=lambda kind: kind.__name__)
@settings(deadline=None, max_examples=60)
@given(raw=anything | digits | huge)
def test_every_parser_gives_a_bounded_value_or_a_code_for_whatever_there_is(kind, raw):
    value = PARSERS[kind](raw, SHOP)
    if isinstance(value, Bad):
        assert value.code in CODES
    else:
        assert type(value) is (get_origin(kind.__supertype__) or kind.__supertype__)
        assert len(value.reveal() if isinstance(value, Secret) else str(value)) <= 4096


@pytest.mark.parametrize("kind", PARSERS, ids=lambda kind: kind.__name__)
def test_an_integer_too_long_to_be_written_is_refused(kind):
    assert parsed(kind, 10**5000) == ("!required" if kind is Agreement else "!invalid")


SEVERAL = (GroupOptions, JsonText, Pks, SourceOptions)  # which lists and objects are made for


@pytest.mark.parametrize("kind", [kind for kind in PARSERS if kind not in SEVERAL], ids=lambda kind: kind.__name__)
@table("raw", NO_TEXT)
def test_nothing_is_turned_into_what_it_is_not(kind, raw):
    assert parsed(kind, raw) == ("!required" if kind is Agreement else "!invalid")
