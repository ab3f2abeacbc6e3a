"""Two owners take, commit and release as they like, and time passes: the holds answer as a model of them does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from checkout_core.effects import Item, Refused
from checkout_core.stores import MemoryHolds, SqliteHolds

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
COUNTED, UNCOUNTED = ("MUG", "SHIRT"), "CARD"
SLOT, QUOTA = "SLOT", 2  # of it whoever asks says how many there are
OPS = st.sampled_from(["a1", "a2", "a3", "b1", "b2", "b3"])  # whose it is, and which
WANTED = st.dictionaries(st.sampled_from([*COUNTED, UNCOUNTED, SLOT]), st.integers(1, 2), min_size=1, max_size=2)


class Model:
    """What the docstrings say, by looking through everything each time."""

    def __init__(self):
        self.there, self.ops, self.sold = {}, {}, dict.fromkeys([*COUNTED, SLOT], 0)

    def keepers(self, subject):
        """The ops that hold some of it, the soonest to expire first."""
        found = [op for op, (state, wanted, _) in self.ops.items() if state == "held" and subject in wanted]
        return sorted(found, key=lambda op: (self.ops[op][2], op))

    def held(self, subject, ops):
        return sum(self.ops[op][1][subject] for op in ops)

    def left(self, subject, now):
        running = [op for op in self.keepers(subject) if self.ops[op][2] > now]
        return max(0, self.there[subject] - self.held(subject, running)) if subject in self.there else None

    def take(self, op, wanted, until, now):
        """What is lacking; ValueError for another request than before."""
        state, before, end = self.ops.get(op, (None, wanted, until))
        if before not in (None, wanted):
            raise ValueError
        if state == "held":
            self.ops[op] = state, before, max(end, until)
        if state:
            return set(wanted) if state == "released" else set()
        lacking, gone = set(), {k for subject in wanted for k in self.keepers(subject) if k[0] == op[0]}
        for subject in sorted(wanted):
            while subject in self.there:
                staying = [k for k in self.keepers(subject) if k not in gone]
                if self.held(subject, staying) + wanted[subject] <= self.there[subject]:
                    break
                if not staying or self.ops[staying[0]][2] > now:
                    lacking.add(subject)
                    break
                gone.add(staying[0])
        if not lacking:
            self.ops |= {k: ("released", *self.ops[k][1:]) for k in gone}
            self.ops[op] = "held", wanted, until
        return lacking

    def commit(self, op):
        state, wanted, until = self.ops.get(op, ("released", None, None))
        if state == "held":
            self.ops[op] = "committed", wanted, until
            for subject in self.there.keys() & wanted:
                self.there[subject] = max(0, self.there[subject] - wanted[subject])
                self.sold[subject] += wanted[subject]
        return state != "released"

    def release(self, op):
        state, *rest = self.ops.get(op, ("held", None, None))
        self.ops[op] = ("released" if state == "held" else state), *rest


class Holds(RuleBasedStateMachine):
    """One port and the model, side by side."""

    def made(self):
        raise NotImplementedError

    @initialize(there=st.lists(st.integers(0, 3), min_size=2, max_size=2))
    def opens(self, there):
        self.now, self.model, self.holds = NOON, Model(), self.made()
        self.was_put = dict(zip(COUNTED, there, strict=True))
        for subject, quantity in self.was_put.items():
            self.holds.put("stock", subject, quantity)
        self.model.there = {**self.was_put, SLOT: QUOTA}

    @rule(op=OPS, wanted=WANTED, minutes=st.integers(0, 20))
    def take(self, op, wanted, minutes):
        most = {SLOT: QUOTA}
        items = tuple(Item("stock", subject, quantity, most.get(subject)) for subject, quantity in wanted.items())
        until = self.now + timedelta(minutes=minutes)
        try:
            lacking = self.model.take(op, wanted, until, self.now)
        except ValueError:
            with pytest.raises(ValueError, match="other items"):
                self.holds.take_hold(op, op[0], items, until)
            return
        told = self.holds.take_hold(op, op[0], items, until)
        assert {item.subject for item in told} == lacking
        assert set(told) <= set(items)

    @precondition(lambda self: self.model.ops)
    @rule(data=st.data(), minutes=st.integers(0, 20))
    def take_again(self, data, minutes):
        op = data.draw(st.sampled_from(sorted(self.model.ops)))
        self.take(op, self.model.ops[op][1] or {"MUG": 1}, minutes)

    @rule(op=OPS)
    def commit(self, op):
        if self.model.commit(op):
            self.holds.commit_hold(op)
            return
        with pytest.raises(Refused):
            self.holds.commit_hold(op)

    @rule(op=OPS)
    def release(self, op):
        self.model.release(op)
        self.holds.release_hold(op)

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(subject=st.sampled_from(COUNTED), quantity=st.integers(0, 3))
    def is_counted_anew(self, subject, quantity):
        self.holds.put("stock", subject, quantity)
        self.model.there[subject] = quantity
        self.was_put.pop(subject, None)  # what was sold of it before is not among these

    @invariant()
    def as_the_model_says(self):
        for subject in (*COUNTED, UNCOUNTED):
            assert self.holds.left("stock", subject) == self.model.left(subject, self.now)
        assert self.holds.left("stock", SLOT) is None
        (taken,) = self.holds.count_taken("stock", (SLOT,), "nobody")
        assert QUOTA - taken == self.model.left(SLOT, self.now)

    @invariant()
    def nothing_is_made_and_nothing_lost(self):
        for subject, put in self.was_put.items():
            free, sold = self.holds.left("stock", subject), self.model.sold[subject]
            running = [op for op in self.model.keepers(subject) if self.model.ops[op][2] > self.now]
            assert free + self.model.held(subject, running) + sold == put
            assert min(free, sold) >= 0


class InMemory(Holds):
    def made(self):
        return MemoryHolds(lambda: self.now)


class InSqlite(Holds):
    def made(self):
        self.folder = TemporaryDirectory()
        return SqliteHolds(Path(self.folder.name) / "holds.sqlite", lambda: self.now)

    def teardown(self):
        if hasattr(self, "holds"):
            self.holds.close()
            self.folder.cleanup()


@pytest.mark.parametrize(("machine", "examples"), [(InMemory, 150), (InSqlite, 50)])
def test_holds_do_what_their_model_does(machine, examples):
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None))
