"""Each planted bug turns a test red: the tests are tested."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import checkout_core

from .planted import MUTANTS, Mutant

SOURCE = Path(checkout_core.__file__).parent
ROOT = Path(__file__).parents[2]
RED = 1  # what pytest ends with when tests failed; anything else is a mistake of ours


@pytest.fixture
def planted(tmp_path):
    """A copy of the package with the bug in it; the folder to import it from."""

    def plant(mutant: Mutant) -> Path:
        copy = tmp_path / "checkout_core"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / mutant.file
        source = file.read_text()
        assert source.count(mutant.text) == 1, (
            f"stale: {mutant.file} has {mutant.text!r} {source.count(mutant.text)} times"
        )
        file.write_text(source.replace(mutant.text, mutant.instead))
        return tmp_path

    return plant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.says)
def test_a_planted_bug_turns_its_test_red(mutant, planted):
    environment = {**os.environ, "PYTHONPATH": str(planted(mutant)), "PYTHONDONTWRITEBYTECODE": "1"}
    plain = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutants")
    command = [sys.executable, "-m", "pytest", *plain, mutant.caught_by]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=200)
    assert run.returncode == RED, run.stdout[-2000:]
