"""Records of every released schema still mean what they meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checkout_core.records import SCHEMA

from .checkouts import CHECKOUTS, a_codec
from .write_fixtures import stored

HERE = Path(__file__).parent
FIXTURES = sorted(HERE.glob("v*/*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_record_of_a_released_schema_loads_to_the_same_values(path):
    parts = json.loads(path.read_text(encoding="utf-8"))
    head, basket = json.dumps(parts["head"]).encode(), json.dumps(parts["basket"]).encode()
    assert a_codec().loads(head, basket) == CHECKOUTS[path.stem]


@pytest.mark.parametrize("name", CHECKOUTS)
def test_what_is_written_today_is_what_the_fixtures_of_its_schema_hold(name):
    # else a worker that still runs the release before would refuse it: raise SCHEMA with an Upgrade
    assert stored(name) == json.loads((HERE / f"v{SCHEMA}" / f"{name}.json").read_text(encoding="utf-8"))


def test_every_schema_up_to_this_one_has_its_fixtures():
    schemas = range(1, SCHEMA + 1)
    assert sorted({path.parent.name for path in FIXTURES}) == sorted(f"v{schema}" for schema in schemas)
    for schema in schemas:
        assert {path.stem for path in (HERE / f"v{schema}").iterdir()} >= {"open", "placed", "unknown"}
