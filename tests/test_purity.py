"""Below the service nothing reads a clock, draws a random number or opens anything."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import checkout_core

ROOT = Path(checkout_core.__file__).parent
IMPURE = {
    "asyncio", "http", "httpx", "logging", "multiprocessing", "os", "queue", "random", "requests",
    "secrets", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
ABOVE = {"service", "stores", "integrations", "http", "flask", "shopfront", "cli", "sandbox", "testing"}
PURE = sorted(p for p in ROOT.rglob("*.py") if p.relative_to(ROOT).parts[0] not in ABOVE)


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", PURE, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_below_the_service_can_reach_the_world(path):
    tree = ast.parse(path.read_text())
    assert not imported(tree) & IMPURE
    attributes = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"}


def test_the_pure_part_is_most_of_the_library():
    pure = {str(p.relative_to(ROOT)) for p in PURE}
    assert {"engine.py", "paying/_steps.py", "paying/_outcomes.py", "pages/credit_card.py", "keyring.py"} <= pure


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_source_file_is_longer_than_a_story(path):
    assert len(path.read_text().splitlines()) <= 400
