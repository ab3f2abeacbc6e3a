"""A program that dies anywhere, and again while it is looked after, comes to the same good end."""

from __future__ import annotations

import pytest

from checkout_core.testing import explore

from .scenarios import KINDS, programs


@pytest.mark.parametrize("name", programs("native", 2))
@pytest.mark.parametrize("kind", KINDS)
def test_no_two_crashes_break_an_invariant(kind, name):
    explored = explore(programs(kind, 2)[name])  # two at most: schedules of one and of none are among them
    assert explored.whole
    assert explored.schedules > 3
