"""Short histories of a store: drawn, performed with their moments, and checked by trying every order."""

from __future__ import annotations

from random import Random
from time import monotonic_ns

from attrs import frozen

from checkout_core.stores import Saved

CLIENTS, CALLS = 3, 5


@frozen
class Call:
    """What was asked, between which moments, and the answer."""

    began: int  # nanoseconds, of a clock that all processes of the machine share
    ended: int
    what: str  # save, get, find
    given: tuple
    told: object


def plans(seed):
    """For each client its calls; keys and names are of this seed only.

    Versions are guesses: several expect the same one.
    """
    draw = Random(seed)
    keys, names = [f"{seed}|k", f"{seed}|l"], [f"{seed}|n", f"{seed}|m"]

    def call(who, n):
        what = draw.choice(["save", "save", "get", "find"])
        if what == "save":
            bound = tuple(draw.sample(names, draw.choice([0, 0, 1, 2])))
            return what, (draw.choice(keys), draw.choice([0, 0, 1, 2]), f"{who}.{n}", bound)
        return what, (draw.choice(keys if what == "get" else names),)

    return [[call(who, n) for n in range(CALLS)] for who in range(CLIENTS)]


def performed(store, plan):
    """The calls as they went."""

    def asked(what, given):
        if what == "save":
            key, expected, head, names = given
            return store.save(key, expected, head.encode(), None, None, names).name
        if what == "find":
            return store.find(*given)
        stored = store.get(*given)
        return stored and [stored.head.decode(), stored.version]

    history = []
    for what, given in plan:
        began = monotonic_ns()
        told = asked(what, given)
        history.append(Call(began, monotonic_ns(), what, given, told))
    return history


def linearizable(history):
    """Is there an order, in which no call comes before one that was answered before it began, that gives these answers?

    `seen` keeps what has led nowhere: the calls that are left, and the state they would find.
    """
    seen = set()

    def explained(left, rows, names):
        if not left:
            return True
        state = frozenset(left), tuple(sorted(rows.items())), tuple(sorted(names.items()))
        if state in seen:
            return False
        seen.add(state)
        first_end = min(history[i].ended for i in left)
        for i in left:
            call = history[i]
            if call.began > first_end:
                continue
            told, rows_then, names_then = _told(call, rows, names)
            if told == call.told and explained([j for j in left if j != i], rows_then, names_then):
                return True
        return False

    return explained(list(range(len(history))), {}, {})


def _told(call, rows, names):
    """The answer in that state, and the state that follows."""
    if call.what == "find":
        return names.get(call.given[0]), rows, names
    key = call.given[0]
    head, version = rows.get(key, (None, 0))
    if call.what == "get":
        return [head, version] if version else None, rows, names
    _, expected, new, wanted = call.given
    if version != expected:
        return Saved.LOST.name, rows, names
    if any(names.get(name, key) != key for name in wanted):
        return Saved.TAKEN.name, rows, names
    return Saved.WON.name, {**rows, key: (new, version + 1)}, {**names, **dict.fromkeys(wanted, key)}
