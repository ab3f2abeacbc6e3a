"""Pks, Quantity, Sku and JsonText: what goes with the goods, as JSON and as a plain form posts it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.forms import PARSERS, Bad, GiftNote, JsonText, Pks, Quantity, Sku, read_back
from checkout_core.settings import Settings

SHOP = Settings()
NUMBER = 5421190000000009


def parsed(kind, raw):
    """The value, or the code of what is wrong with it after an exclamation mark."""
    value = PARSERS[kind](raw, SHOP)
    return f"!{value.code}" if isinstance(value, Bad) else value


# several keys


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        ([3, 1, 2], (3, 1, 2)),
        ((3, 1), (3, 1)),
        (["3", " 1 "], (3, 1)),
        ([1, "1", 2, 1], (1, 2)),
        ("[3, 1]", (3, 1)),
        ("[]", ()),
        ("7", (7,)),
        (7, (7,)),
        ([], ()),
        ("", ()),
        (" ", ()),
        ([""], ()),
        (["", "7"], (7,)),
        ([2**63 - 1], (2**63 - 1,)),
        (list(range(1, 101)), tuple(range(1, 101))),
    ],
)
def test_keys_are_a_list_a_repeated_field_or_one_alone_and_each_counts_once(raw, keys):
    assert parsed(Pks, raw) == keys


@pytest.mark.parametrize(
    "raw",
    [
        "1,2",
        "[1",
        "[1.0]",
        "[[1]]",
        [None],
        [0],
        [-1],
        [True],
        [1.0],
        [Decimal(1)],
        ["01"],
        [2**63],
        [[1]],
        {"1": 1},
        True,
        1.0,
        b"1",
    ],
    ids=repr,
)
def test_what_is_no_list_of_keys_is_refused(raw):
    assert parsed(Pks, raw) == "!invalid"


def test_a_hundred_keys_are_the_most():
    assert parsed(Pks, list(range(1, 102))) == "!too_long"
    assert parsed(Pks, [""] * 101) == "!too_long"


# a number of pieces, a sku, a note


@pytest.mark.parametrize(("raw", "number"), [(0, 0), ("0", 0), (999, 999), (" 12 ", 12)])
def test_a_quantity_is_small_and_not_negative(raw, number):
    assert parsed(Quantity, raw) == number


@pytest.mark.parametrize("raw", [-1, 1000, "1000", "-1", "+1", "01", "1.0", 1.0, True, "٣", [1], None])
def test_any_other_quantity_is_refused(raw):
    assert parsed(Quantity, raw) == "!invalid"


@pytest.mark.parametrize("raw", ["bag-1", "4006381333931", "Ş / 1", "x" * 255])
def test_a_sku_may_be_any_text_on_one_line(raw):
    assert parsed(Sku, f" {raw} ") == raw


@pytest.mark.parametrize("raw", ["", " ", "a\nb", "a\x00", "\ud800", "x" * 256, 12, None, ["a"]], ids=ascii)
def test_what_is_no_such_text_is_refused(raw):
    assert parsed(Sku, raw) == "!invalid"


def test_a_note_with_a_gift_is_160_characters_in_lines():
    assert parsed(GiftNote, "a\r\nb") == "a\nb"
    assert parsed(GiftNote, "ş" * 160) == "ş" * 160
    assert parsed(GiftNote, "ş" * 161) == "!too_long"
    assert parsed(GiftNote, f"pay with {NUMBER}") == "!card_number"


# any JSON


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"b": 1, "a": "x"}, '{"a":"x","b":1}'),
        (' {"b": 1, "a": "x"}', '{"a":"x","b":1}'),
        ("[1, 2]", "[1,2]"),
        ((1, 2), "[1,2]"),
        ("gift", '"gift"'),
        (' "gift"', '" \\"gift\\""'),
        ("12", '"12"'),
        ("null", '"null"'),
        (12, "12"),
        (True, "true"),
        (0.1, "0.1"),
        (Decimal("0.10"), "0.10"),
        ("[0.10, 1e2, -0]", "[0.10,1E+2,0]"),
        ({"ş": "two\nlines\t"}, '{"ş":"two\\nlines\\t"}'),
        ([None], "[null]"),
    ],
)
def test_a_value_is_kept_in_one_writing_with_the_digits_it_was_sent_with(raw, text):
    assert parsed(JsonText, raw) == text


@pytest.mark.parametrize("raw", ["", "  ", "\n"])
def test_blank_text_is_no_value(raw):
    assert parsed(JsonText, raw) == "!required"


NESTED = [1]
for _ in range(9):
    NESTED = [NESTED]


def test_ten_arrays_in_each_other_are_the_most():
    assert parsed(JsonText, NESTED) == json.dumps(NESTED, separators=(",", ":"))
    assert parsed(JsonText, [NESTED]) == parsed(JsonText, json.dumps([NESTED])) == "!invalid"
    assert parsed(JsonText, {"a": NESTED}) == "!invalid"


def test_eight_kilobytes_are_the_most_in_bytes():
    assert len(parsed(JsonText, "x" * 8190)) == 8192
    assert parsed(JsonText, "x" * 8191) == "!too_long"
    assert parsed(JsonText, "ş" * 4096) == "!too_long"
    assert parsed(JsonText, "[" + " " * 65_536 + "]") == "!too_long"
    assert parsed(JsonText, "[" + " " * 9_000 + "]") == "[]"


@pytest.mark.parametrize(
    "raw",
    [
        "{", "[1", "[NaN]", "[Infinity]", '{"a":1,"a":1}', "[1e400]", "[1e99999999999999999999]", f"[{'9' * 41}]",
        f"[{'9' * 5000}]", "[" * 60_000, "[1] 2", float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"),
        Decimal("1e400"), 10**41, 10**6000, b"x", {1: 2}, {None: 1}, bytearray(b"x"), {1, 2}, "bell\x07", {"\x00": 1},
        "\ud800", ["\x7f"],
    ],
    ids=lambda raw: ascii(raw)[:24] if not isinstance(raw, int) else "long",
)  # fmt: skip
def test_what_readers_of_json_do_not_read_alike_is_refused(raw):
    assert parsed(JsonText, raw) == "!invalid"


@pytest.mark.parametrize(
    "raw", [NUMBER, f"{NUMBER}", "5421 1900 0000 0009", [f"x{NUMBER}"], {f"{NUMBER}": 1}, {"a": {"b": NUMBER}},
            f'{{"a": {NUMBER}}}', '{"a": "5421\\u00a01900 0000 0009"}', Decimal(f"{NUMBER}.5")],
    ids=ascii,
)  # fmt: skip
def test_no_card_number_is_kept_in_a_name_a_text_or_a_number(raw):
    assert parsed(JsonText, raw) == "!card_number"


plain = st.none() | st.booleans() | st.integers(-999_999, 999_999) | st.text('abş"\\{[ \n', max_size=8)
values = st.recursive(plain, lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text("ab", max_size=3), some))


@settings(max_examples=60)
@given(st.dictionaries(st.text("abc", max_size=3), values, max_size=3))
def test_json_and_its_text_are_kept_alike_and_read_back_as_they_were(value):
    text = parsed(JsonText, value)
    if text != "!invalid":  # too deep
        assert text == parsed(JsonText, json.dumps(value)) == parsed(JsonText, text)
        assert read_back(text) == value
