"""A process that writes into a store's file.  Run by the tests: `writer.py what path ...`."""

from __future__ import annotations

import json
import os
import resource
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import astuple
from histories import performed, plans  # beside this file

from checkout_core.effects import Item, Refused
from checkout_core.stores import Saved, SqliteHolds, SqliteStore, StoreUnavailable

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def counting(path: str, times: str) -> None:
    """Add one to the head of "a" so many times, against all others who do."""
    store, left = SqliteStore(path), int(times)
    while left:
        stored = store.get("a", "b|1")
        head = b"%d" % (int(stored.head) + 1)
        left -= store.save("a", stored.version, head, None, None) is Saved.WON


def for_ever(path: str) -> None:
    """Save head and basket of "a" again and again; tell each version that has won."""
    store, version = SqliteStore(path), 0
    stored = store.get("a")
    version = stored.version if stored else 0
    while True:
        version += 1
        text = b"%d" % version
        if store.save("a", version - 1, text, (text.decode(), text * 5000), None) is Saved.WON:
            sys.stdout.write(f"{version}\n")
            sys.stdout.flush()


def on_a_full_disk(path: str) -> None:
    """Save what the disk has no room for, then what it has; tell what became of both."""
    store = SqliteStore(path)
    store.save("a", 0, b"1", ("b|1", b"[1]"), None)
    room = Path(f"{path}-wal").stat().st_size
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
    full = store.save("a", 1, b"2" * 100_000, ("b|2", b"[2]" * 100_000), None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    stored = store.get("a")
    again = store.save("a", stored.version, b"3", ("b|3", b"[3]"), None)
    sys.stdout.write(f"{full.name} {stored.version} {again.name} {store.get('a').basket.decode()}\n")


def all_on_a_full_disk(path: str) -> None:
    """Change everything that can be changed where the disk has no room for anything; tell what became of each."""
    now = NOON
    item, keeps_the_journal = (Item("stock", "MUG", 1),), SqliteStore(path)
    store, holds = SqliteStore(path), SqliteHolds(path, lambda: now)
    store.save("a", 0, b"1", ("b|1", b"[1]"), None)
    store.park("n", "m", now)
    store.keep("h", b"sealed", now + timedelta(minutes=1))
    holds.take_hold("held", "a", item, now)
    keeps_the_journal.get("a")
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    calls = {
        "save": lambda: store.save("a", 1, b"2", None, None, ("n",)),
        "remove": lambda: store.remove("a", 1),
        "park": lambda: store.park("n", "other", now),
        "unpark": lambda: store.unpark("n", "m"),
        "keep": lambda: store.keep("other", b"", now),
        "take": lambda: store.take("h", now),
        "put": lambda: holds.put("stock", "MUG", 9),
        "take_hold": lambda: holds.take_hold("other", "a", item, now),
        "commit_hold": lambda: holds.commit_hold("held"),
    }
    for name, call in calls.items():
        try:
            told = call().name
        except StoreUnavailable as error:
            told = type(error).__name__
        sys.stdout.write(f"{name}={told}\n")


def forked(path: str) -> None:
    """Use a store on both sides of a fork; tell whether the child touched a connection of its parent's."""
    store = SqliteStore(path)
    store.save("a", 0, b"1", ("b|1", b"[1]"), None)
    parents = {id(db) for db in store._file._idle}
    child = os.fork()
    if not child:
        won = store.save("a", 1, b"2", None, None) is Saved.WON
        own = {id(db) for db in store._file._idle}
        os._exit(0 if won and own and not own & parents else 1)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {store.get('a').head.decode()}\n")


def wanting(path: str, who: str) -> None:
    """Of each subject named on a line, ask for one; tell whether it is ours."""
    holds = SqliteHolds(path, lambda: NOON)
    for line in sys.stdin:
        subject = line.strip()
        lacking = holds.take_hold(f"{subject}|{who}", who, (Item("stock", subject, 1),), NOON + timedelta(minutes=1))
        sys.stdout.write("lost\n" if lacking else "won\n")
        sys.stdout.flush()


def shopping(path: str, who: str, times: str) -> None:
    """Take one to three mugs so many times, commit a third, release a third, leave the rest; tell of each commit.

    Holds run out on the way: a minute goes by with each.  The clocks of several
    such processes drift apart, so one may give away what another still wants to
    commit: that commit is refused, and nothing is told of it.
    """
    now = NOON
    holds = SqliteHolds(path, lambda: now)
    for n in range(int(times)):
        now += timedelta(minutes=1)
        op, items = f"{who}|{n}", (Item("stock", "MUG", n % 3 + 1), Item("stock", "BOX", 1))
        if holds.take_hold(op, f"{who}|{n % 5}", items, now + timedelta(minutes=3)):
            continue
        if n % 3 == 0:
            try:
                holds.commit_hold(op)
            except Refused:
                continue
            sys.stdout.write(f"{op}\n")
            sys.stdout.flush()
        elif n % 3 == 1:
            holds.release_hold(op)


def spending(path: str, times: str) -> None:
    """Ask so many times for one of fifty; tell how often the answer was yes."""
    holds = SqliteHolds(path, lambda: NOON)
    told = [holds.spend("ada", 50, timedelta(hours=1)) for _ in range(int(times))]
    sys.stdout.write(f"{sum(told)}\n")


def playing(path: str, who: str) -> None:
    """Of each history whose number is on a line, perform this client's part; tell how it went."""
    store = SqliteStore(path)
    for line in sys.stdin:
        history = performed(store, plans(int(line))[int(who)])
        sys.stdout.write(f"{json.dumps([astuple(call) for call in history])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    WHAT = {
        "counting": counting, "for_ever": for_ever, "on_a_full_disk": on_a_full_disk,
        "all_on_a_full_disk": all_on_a_full_disk, "forked": forked,
        "wanting": wanting, "shopping": shopping, "spending": spending, "playing": playing,
    }  # fmt: skip
    WHAT[sys.argv[1]](*sys.argv[2:])
