"""No schedule of a small race takes money twice, or without an order, whatever the gateway promises.

Here a request may be left in its middle once, and the longest races are left out; `nox -s simulate` has the bounds of
`scenarios` only.
"""

from __future__ import annotations

import attrs
import pytest

from checkout_core.testing import explore

from .scenarios import KINDS, races

WHOLE = "two clicks", "the last mug", "a return and an edit"  # so small that nothing need be left out
LONG = "paid on the bank's page, and by card", "two clicks and two workers"
ONCE = ("two clicks on a bad line",)  # where the gateway promises the least
BOUNDED = [
    (kind, name) for kind in KINDS for name in races(kind)
    if name not in (*WHOLE, *LONG) and (name not in ONCE or kind == "no_keys")
]  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("kind", KINDS)
def test_no_schedule_at_all_breaks_an_invariant(kind, name):
    explored = explore(races(kind)[name])
    assert explored.whole
    assert explored.schedules > 400


@pytest.mark.parametrize(("kind", "name"), BOUNDED)
def test_no_schedule_with_one_switch_breaks_an_invariant(kind, name):
    explored = explore(attrs.evolve(races(kind)[name], switches=1))
    assert explored.whole
    assert explored.schedules > 20


def test_where_nothing_fences_two_payments_of_a_suspended_machine_are_two_for_a_while():
    assert explore(races("no_keys")["two clicks, one suspended"]).reversed > 0
    assert explore(races("native")["two clicks, one suspended"]).reversed == 0
