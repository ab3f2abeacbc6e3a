"""Each planted bug is found, and named: the explorer is tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.explored import MUTANTS
from tests.mutants.planting import RunsAtImport, changed
from tests.zygote import Ended, Zygote

PLANT = Path(__file__).with_name("plant.py")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def planter():
    with Zygote([sys.executable, PLANT], cwd=ROOT) as zygote:
        yield zygote


def anew(n: int) -> Ended:
    """By a process of its own, at a package that is imported with the bug in it."""
    run = subprocess.run([sys.executable, PLANT, str(n)], capture_output=True, text=True, check=False, timeout=200)
    return Ended(run.returncode, run.stdout, run.stderr)


@pytest.mark.parametrize("n", range(len(MUTANTS)), ids=[mutant.says for mutant in MUTANTS])
def test_a_planted_bug_breaks_its_invariant(n, planter):
    try:
        changed(MUTANTS[n])
    except RunsAtImport:
        run = anew(n)
    else:
        run = planter.asks(str(n))
    assert (run.stdout.strip(), run.stderr[-2000:]) == (MUTANTS[n].breaks, "")
