"""A pytest that has collected every test which finds planted bugs; a copy of it runs those of one bug.

python -m tests.mutants.nursery FOLDER       # and then, line by line, a test and a mutant of `planted` by its number
"""

from __future__ import annotations

import sys
from functools import partial

import pytest

from tests.zygote import answering, serve

from .planted import MUTANTS
from .planting import changed, plant

PLAIN = ("-qq", "-x", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutants")


class Nursery:
    """The plugin."""

    def __init__(self) -> None:
        self.answers = answering()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running them all.  Raises Interrupted where not all of them can be imported."""
        if session.testsfailed:
            raise session.Interrupted("a test that finds bugs cannot be imported")
        serve(partial(runs, session), self.answers)
        return True


def runs(session: pytest.Session, test: str, n: str = "") -> int:
    """That test with that mutant in the package, or with none; of several, until one is red.  As pytest ends."""
    if n:
        plant(changed(MUTANTS[int(n)]))
    items = [item for item in session.items if is_of(item.nodeid, test)]
    assert items, f"{test} is not among those that find a bug"
    for item, after in zip(items, (*items[1:], None), strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if session.testsfailed:
            break
    session._setupstate.teardown_exact(None)  # as pytest does when a session ends
    return pytest.ExitCode.TESTS_FAILED if session.testsfailed else pytest.ExitCode.OK


def is_of(test: str, name: str) -> bool:
    """Whether that test is the one of that name, or in the class, the file or the folder."""
    return test == name or test.startswith((f"{name}::", f"{name}/", f"{name}["))


if __name__ == "__main__":
    tests = sorted({mutant.caught_by for mutant in MUTANTS})
    sys.exit(pytest.main([*PLAIN, f"--basetemp={sys.argv[1]}", *tests], plugins=[Nursery()]))
