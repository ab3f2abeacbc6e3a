"""Each planted bug is found, and named: the explorer is tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.explored import MUTANTS

PLANT = Path(__file__).with_name("plant.py")


@pytest.mark.parametrize("n", range(len(MUTANTS)), ids=[mutant.says for mutant in MUTANTS])
def test_a_planted_bug_breaks_its_invariant(n):
    run = subprocess.run([sys.executable, str(PLANT), str(n)], capture_output=True, text=True, check=False, timeout=200)
    assert (run.stdout.strip(), run.stderr[-2000:]) == (MUTANTS[n].breaks, "")
