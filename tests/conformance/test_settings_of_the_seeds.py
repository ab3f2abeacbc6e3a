"""Each setting of the pages before the payment is tested with at least two values, field by field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

import attrs
import pytest

from checkout_core.settings import Settings

from .test_bullets import HERE, ROOT, collected

SEEDS: dict[str, dict[str, object]] = tomllib.loads((HERE / "settings_of_the_seeds.toml").read_text("utf-8"))
GOODS = {"02", "03", "04", "05", "06", "07", "08", "09", "10", "44", "55", "56", "79"}  # seed files, by their numbers
OFFERS = {"35", "36", "37", "38", "47", "48", "51", "53", "54"}
FACTS = {"BASKET_ITEM_REMOTE_PRICE_CLIENT_CONF"}  # of the step for remote prices, though no seed names it
OURS = [
    name for name, said in SEEDS.items()
    if name in FACTS or any(str(seed).removeprefix("pages/")[:2] in GOODS | OFFERS for seed in said["seeds"])
]  # fmt: skip
NAMES_ONLY = {"klass"}  # a host's port may choose by it; nothing of ours reads it


def values_of(name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """By field, each value that is tested and the test; of a setting without fields the field is empty."""
    said = SEEDS[name]["tested"]
    assert isinstance(said, dict)
    default = getattr(Settings(), name.lower())
    if attrs.has(type(default)):
        yield from said.items()
    else:
        yield "", said


def test_the_settings_are_those_the_documents_of_the_pages_name() -> None:
    assert [name for name, said in SEEDS.items() if "tested" in said] == OURS


@pytest.fixture(scope="module")
def nodes() -> set[str]:
    """All tests there are: to read them takes a second."""
    return collected(ROOT / "tests")


@pytest.mark.parametrize("name", OURS)
def test_each_field_of_a_setting_is_tested_with_two_values_by_tests_that_are_there(name: str, nodes: set[str]) -> None:
    default = getattr(Settings(), name.lower())
    fields = {a.name for a in attrs.fields(type(default))} if attrs.has(type(default)) else {""}
    found = dict(values_of(name))
    assert found.keys() == fields - NAMES_ONLY
    for field, values in found.items():
        assert len(values) > 1, field
        assert set(values.values()) <= nodes, field
