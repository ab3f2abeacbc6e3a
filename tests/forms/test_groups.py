"""An option for each of several groups: SourceOptions and GroupOptions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.forms import PARSERS, Bad, GroupOptions, SourceOptions
from checkout_core.settings import Settings

KINDS = [SourceOptions, GroupOptions]
BOTH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def parsed(kind, raw):
    """The pairs, or the code of what is wrong after an exclamation mark."""
    value = PARSERS[kind](raw, Settings())
    return f"!{value.code}" if isinstance(value, Bad) else value


TWO = ((None, 10), (None, 21))


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        ("[10, 21]", TWO),
        (" [10,21]\n", TWO),
        ([10, 21], TWO),
        ((10, 21), TWO),
        (["10", "21"], TWO),
        ('["10", " 21 "]', TWO),
        (["", "10", "21"], TWO),
        ("10", ((None, 10),)),
        (10, ((None, 10),)),
        ([10, 10], ((None, 10), (None, 10))),
        ('{"1": 10, "None": 21}', (("1", 10), ("None", 21))),
        ({"1": "10", "2": ""}, (("1", 10),)),
    ],
)
def test_an_option_of_each_source_is_a_json_list_text_or_not_or_an_object_by_source(raw, pairs):
    assert parsed(SourceOptions, raw) == pairs


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        ('{"electronics": 100, "clothing": 200}', (("electronics", 100), ("clothing", 200))),
        ({"electronics": 100, "clothing": "200"}, (("electronics", 100), ("clothing", 200))),
        ({"Nike;None": 7, "Adidas;shoes": 7}, (("Nike;None", 7), ("Adidas;shoes", 7))),
        ('{" \\u00fc\\\\;": 7}', ((" ü\\;", 7),)),
        ({"": 7}, (("", 7),)),
        ({"a": 7, "b": None, "c": " "}, (("a", 7),)),
    ],
)
def test_an_option_of_each_group_is_a_json_object_text_or_not_and_names_are_taken_to_the_letter(raw, pairs):
    assert parsed(GroupOptions, raw) == pairs


@pytest.mark.parametrize("raw", ["[]", "{}", [], {}, [""], {"a": None}, "[null]"])
def test_nothing_chosen_at_all_is_missing(raw):
    assert parsed(SourceOptions, raw) == "!required"


@pytest.mark.parametrize("raw", ["{}", {}, {"a": ""}, '{"a": null}'])
def test_an_object_with_nothing_chosen_is_missing(raw):
    assert parsed(GroupOptions, raw) == "!required"


WRONG = [
    "[10.0]", [10.0], "[1e1]", "[NaN]", "[true]", [True], "[-1]", "[0]", [2**63], "[[10]]", [[10]], [{"pk": 10}],
    "[10", "10, 21", "ten", "[10] [21]", "nul", "true", '{"a": 1.5}', '{"a": 10, "a": 11}', '{"a": 10, "a": 10}',
    '{"a": {"pk": 10}}', {"a": [10, 11]}, {1: 10}, {None: 10}, b"[10]", 1.0, "[" * 60_000,
    f"[{'9' * 5000}]", '{"a": "x"}',
]  # fmt: skip


@BOTH
@pytest.mark.parametrize("raw", WRONG, ids=lambda raw: repr(raw)[:24])
def test_a_fraction_a_group_twice_and_what_is_no_key_are_refused(kind, raw):
    assert parsed(kind, raw) == "!invalid"


@pytest.mark.parametrize("raw", ["[10]", [10], "10", 10, ["a", 10], '["a", 10]'])
def test_who_chooses_for_groups_names_them(raw):
    assert parsed(GroupOptions, raw) == "!invalid"


@BOTH
def test_three_hundred_groups_of_256_characters_are_the_most(kind):
    name = "x" * 256
    assert parsed(kind, {name: 1}) == ((name, 1),)
    assert parsed(kind, {name + "x": 1}) == "!too_long"
    many = {str(n): n for n in range(1, 301)}
    assert len(parsed(kind, json.dumps(many))) == 300
    assert parsed(kind, {**many, "301": 301}) == "!too_long"
    assert parsed(kind, " " * 65_536 + '{"a": 1}') == "!too_long"
    assert parsed(SourceOptions, list(range(1, 302))) == "!too_long"


pks = st.integers(1, 2**63 - 1)


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=30), pks, min_size=1, max_size=6))
def test_json_and_its_text_are_read_alike(chosen):
    pairs = tuple(chosen.items())
    assert parsed(GroupOptions, chosen) == parsed(GroupOptions, json.dumps(chosen)) == pairs
    assert parsed(SourceOptions, list(chosen.values())) == tuple((None, pk) for pk in chosen.values())
