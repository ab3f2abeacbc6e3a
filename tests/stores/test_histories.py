"""STO-01: whatever runs at the same time, the answers are those of some order, one call after the other.

Each client notes when a call began and when it was answered, on the clock all processes of a machine share; then every
order that agrees with these moments is tried (Wing and Gong, Testing and Verifying Concurrent Objects, 1993).
"""

from __future__ import annotations

import json

import pytest

from checkout_core.stores import Saved

from .histories import Call, linearizable, performed, plans
from .processes import running, told_by_all
from .racing import at_once

WON, LOST, TAKEN = Saved.WON.name, Saved.LOST.name, Saved.TAKEN.name


def test_threads_leave_histories_that_some_order_explains(store):
    for seed in range(40):
        jobs = [lambda plan=plan: performed(store, plan) for plan in plans(seed)]
        history = [call for calls in at_once(jobs) for call in calls]
        assert linearizable(history), history


def test_processes_leave_histories_that_some_order_explains(tmp_path):
    processes = [running("playing", tmp_path / "checkouts.sqlite", who) for who in range(3)]
    for seed in range(40):
        for process in processes:
            process.stdin.write(f"{seed}\n")
            process.stdin.flush()
        told = [json.loads(process.stdout.readline()) for process in processes]
        history = [Call(*call) for calls in told for call in calls]
        assert linearizable(history), history
    told_by_all(processes)


# the checker itself


SAVE, GET, FIND = "save", "get", "find"


@pytest.mark.parametrize(
    "history",
    [
        # two winners of one version
        [Call(0, 3, SAVE, ("k", 0, "x", ()), WON), Call(1, 2, SAVE, ("k", 0, "y", ()), WON)],
        # a save that was answered and is not seen
        [Call(0, 1, SAVE, ("k", 0, "x", ()), WON), Call(2, 3, GET, ("k",), None)],
        # a read that goes back in time
        [
            Call(0, 9, SAVE, ("k", 0, "x", ()), WON),
            Call(1, 2, GET, ("k",), ["x", 1]),
            Call(3, 4, GET, ("k",), None),
        ],
        # the loser's head
        [
            Call(0, 1, SAVE, ("k", 0, "x", ()), WON),
            Call(2, 3, SAVE, ("k", 0, "y", ()), LOST),
            Call(4, 5, GET, ("k",), ["y", 1]),
        ],
        # a loser where nobody else wrote
        [Call(0, 1, SAVE, ("k", 0, "x", ()), LOST)],
        # a name without its save, a name of two keys, a name that was taken by nobody
        [Call(0, 5, SAVE, ("k", 0, "x", ("n",)), WON), Call(1, 2, FIND, ("n",), "k"), Call(3, 4, GET, ("k",), None)],
        [Call(0, 1, SAVE, ("k", 0, "x", ("n",)), WON), Call(2, 3, SAVE, ("l", 0, "y", ("n",)), WON)],
        [Call(0, 1, SAVE, ("k", 0, "x", ("n",)), TAKEN)],
    ],
)
def test_a_history_that_no_order_explains_is_recognised(history):
    assert not linearizable(history)


def test_calls_at_the_same_time_may_have_come_in_any_order():
    first, second = Call(0, 9, SAVE, ("k", 0, "x", ("n",)), WON), Call(0, 9, SAVE, ("k", 0, "y", ()), LOST)
    for reads in (Call(1, 2, GET, ("k",), None), Call(1, 2, GET, ("k",), ["x", 1]), Call(1, 2, FIND, ("n",), "k")):
        assert linearizable([first, second, reads])
        assert linearizable([reads, second, first])
