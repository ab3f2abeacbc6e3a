"""A process that writes into a store's file.  Run by the tests: `writer.py what path ...`."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from checkout_core.stores import Saved, SqliteStore


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


def forked(path: str) -> None:
    """Use a store on both sides of a fork; tell whether the child touched a connection of its parent's."""
    store = SqliteStore(path)
    store.save("a", 0, b"1", ("b|1", b"[1]"), None)
    parents = {id(db) for db in store._idle}
    child = os.fork()
    if not child:
        won = store.save("a", 1, b"2", None, None) is Saved.WON
        own = {id(db) for db in store._idle}
        os._exit(0 if won and own and not own & parents else 1)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {store.get('a').head.decode()}\n")


if __name__ == "__main__":
    WHAT = {"counting": counting, "for_ever": for_ever, "on_a_full_disk": on_a_full_disk, "forked": forked}
    WHAT[sys.argv[1]](*sys.argv[2:])
