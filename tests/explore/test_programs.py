"""A program that dies anywhere, and again while it is looked after, comes to the same good end."""

from __future__ import annotations

import pytest

from checkout_core.testing import explore

from .scenarios import KINDS, programs


@pytest.mark.parametrize("name", programs("native", 2))
@pytest.mark.parametrize("kind", KINDS)
def test_no_two_crashes_break_an_invariant(kind, name):
    one, two = (explore(programs(kind, crashes)[name]) for crashes in (1, 2))
    assert one.whole
    assert two.whole
    assert two.schedules > one.schedules > 3
