"""Each planted bug turns a test red: the tests are tested."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.zygote import Zygote

from .nursery import PLAIN
from .planted import MUTANTS, Mutant
from .planting import SOURCE, RunsAtImport, changed, texts

ROOT = Path(__file__).parents[2]
GREEN, RED = 0, 1  # what pytest ends with; anything else is a mistake of ours


@pytest.fixture(scope="module")
def nursery(tmp_path_factory):
    command = [sys.executable, "-m", "tests.mutants.nursery", tmp_path_factory.mktemp("nursery")]
    with Zygote(command, cwd=ROOT) as zygote:
        yield zygote


@pytest.fixture
def anew(tmp_path):
    """The exit code of a pytest of its own, at a copy of the package with the bug in it."""

    def runs(mutant: Mutant) -> tuple[int, str]:
        copy = tmp_path / "checkout_core"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        _, planted = texts(mutant)
        (copy / mutant.file).write_text(planted, encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", *PLAIN, mutant.caught_by]
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=200
        )
        return run.returncode, run.stdout

    return runs


@pytest.mark.parametrize("n", range(len(MUTANTS)), ids=[mutant.says for mutant in MUTANTS])
def test_a_planted_bug_turns_its_test_red(n, nursery, anew):
    mutant = MUTANTS[n]
    try:
        changed(mutant)
    except RunsAtImport:
        code, wrote = anew(mutant)
    else:
        ended = nursery.asks(mutant.caught_by, str(n))
        code, wrote = ended.returncode, ended.stdout + ended.stderr
    assert code == RED, wrote[-2000:]


def test_where_no_bug_is_planted_no_test_is_red(nursery):
    assert nursery.asks(MUTANTS[0].caught_by).returncode == GREEN
