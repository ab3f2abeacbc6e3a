"""Holds in a SQLite file: several processes, kills, what is written of people, what it costs."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from checkout_core.effects import Item, Refused
from checkout_core.stores import SqliteHolds, SqliteStore, StoreTooNew, StoreUnavailable

from .processes import posix, running, told_by_all

MUG = (Item("stock", "MUG", 1),)
HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkouts.sqlite"


@pytest.fixture
def holds(path, clock):
    with closing(SqliteHolds(path, clock)) as opened:
        yield opened


# several processes


def test_of_all_processes_that_want_the_last_one_one_gets_it(holds, path):
    processes = [running("wanting", path, who) for who in "abcd"]
    for n in range(40):
        holds.put("stock", f"{n}", 1)
        for process in processes:
            process.stdin.write(f"{n}\n")
            process.stdin.flush()
        told = [process.stdout.readline() for process in processes]
        assert sorted(told) == ["lost\n"] * 3 + ["won\n"]
        assert holds.left("stock", f"{n}") == 0
    told_by_all(processes)


def committed_of(holds, ops):
    """Those that were committed; everything else is let go."""
    found = []
    for op in ops:
        holds.release_hold(op)
        try:
            holds.commit_hold(op)
        except Refused:
            continue
        found.append(op)
    return found


def sold(ops):
    return sum(int(op.partition("|")[2]) % 3 + 1 for op in ops)


def test_processes_make_nothing_and_lose_nothing(holds, path):
    holds.put("stock", "MUG", 60)
    told = told_by_all([running("shopping", path, who, 60) for who in "abcd"])
    ops = [op for text in told for op in text.split()]
    assert ops
    assert sorted(committed_of(holds, [f"{who}|{n}" for who in "abcd" for n in range(60)])) == sorted(ops)
    assert holds.left("stock", "MUG") == 60 - sold(ops)


@posix
def test_a_killed_process_leaves_every_commit_it_told_of_and_no_half_hold(holds, path):
    for subject in ("MUG", "BOX"):
        holds.put("stock", subject, 100_000)
    told = []
    for who, commits in (("a", 1), ("b", 7), ("c", 20), ("d", 3)):
        with running("shopping", path, who, 50_000) as process:
            told += [process.stdout.readline().strip() for _ in range(commits)]
            process.send_signal(signal.SIGKILL)
            told += process.stdout.read().split()
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            halves = db.execute("SELECT op FROM held GROUP BY op HAVING count(*) != 2").fetchall()
            orphans = db.execute("SELECT op FROM held LEFT JOIN hold USING (op) WHERE state IS NOT 'held'").fetchall()
            committed = [op for (op,) in db.execute("SELECT op FROM hold WHERE state = 'committed'")]
            held = dict(db.execute("SELECT subject, sum(quantity) FROM held GROUP BY subject"))
        assert halves == orphans == []
        assert set(told) <= set(committed)
        assert len(committed) <= len(told) + 1  # it may have died between a commit and its word
        assert holds.left("stock", "MUG") + held.get("MUG", 0) + sold(committed) == 100_000
        assert holds.left("stock", "BOX") + held.get("BOX", 0) + len(committed) == 100_000
        told = committed


def test_processes_spend_no_more_than_there_is_between_them(path):
    assert sum(map(int, told_by_all([running("spending", path, 20) for _ in range(4)]))) == 50


# one file


def test_the_holds_and_the_store_may_have_one_file(holds, path, clock):
    with closing(SqliteStore(path)) as store:
        store.save("a", 0, b"1", None, clock.now, ("number",))
        holds.put("stock", "MUG", 2)
        holds.take_hold("op", "a", MUG, clock.at(1))
        store.remove("a", 1)
    assert holds.left("stock", "MUG") == 1


def test_a_closed_file_is_opened_again_with_all_it_held(path, clock):
    with closing(SqliteHolds(path, clock)) as holds:
        holds.put("stock", "MUG", 2)
        holds.take_hold("op", "a", MUG, clock.at(1))
        holds.release_hold("late")
        holds.spend("ada", 1, HOUR)
    with closing(SqliteHolds(str(path), clock)) as holds:
        assert holds.left("stock", "MUG") == 1
        assert holds.take_hold("late", "a", MUG, clock.at(1)) == MUG
        assert not holds.spend("ada", 1, HOUR)
        holds.commit_hold("op")


def test_who_waits_too_long_is_told_that_nothing_was_saved(holds, path, clock):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(SqliteHolds(path, clock, patience=timedelta(milliseconds=20))) as hasty:
            for call in (
                lambda: hasty.put("stock", "MUG", 1),
                lambda: hasty.take_hold("op", "a", MUG, clock.at(1)),
                lambda: hasty.commit_hold("op"),
                lambda: hasty.release_hold("op"),
                lambda: hasty.spend("ada", 1, HOUR),
            ):
                with pytest.raises(StoreUnavailable, match="locked; nothing was saved"):
                    call()
            assert hasty.left("stock", "MUG") is None  # a reader waits for nobody
    assert holds.take_hold("op", "a", MUG, clock.at(1)) == ()


def test_a_mistake_holds_no_lock(holds, path, clock):
    holds.take_hold("op", "a", MUG, clock.at(1))
    with pytest.raises(ValueError, match="other items"):
        holds.take_hold("op", "b", MUG, clock.at(1))
    with closing(SqliteHolds(path, clock, patience=timedelta())) as other:
        other.put("stock", "MUG", 1)


def test_what_has_expired_is_asked_of_the_clock_when_the_lock_is_ours(path, clock):
    """A request that waited for others must not judge by the moment it came in."""
    order = []

    def reads():
        order.append("clock")
        return clock.now

    with closing(SqliteHolds(path, reads)) as holds:
        (db,) = holds._file._idle
        db.set_trace_callback(lambda statement: order.append(statement.split()[0]))
        holds.take_hold("op", "a", MUG, clock.at(1))
        holds.spend("ada", 1, HOUR)
    told = " ".join(order)
    assert told.count("clock") == 2
    for ours in told.split("BEGIN")[1:]:
        assert "clock" in ours.partition("COMMIT")[0]


ASKED = "a5e6f74390475f47ea893a458287a0b6a46629bb6b3d8dc350c05d6d7e2c89df"  # a mug for "a"
RELEASE_2 = (  # of its tables those of the holds, as that release made them
    (
        "CREATE TABLE stock (kind TEXT, subject TEXT, quantity INTEGER NOT NULL CHECK (quantity >= 0),"
        " PRIMARY KEY (kind, subject)) WITHOUT ROWID"
    ),
    "CREATE TABLE hold (op TEXT PRIMARY KEY, owner TEXT, asked TEXT, until INTEGER, state TEXT NOT NULL)",
    (
        "CREATE TABLE held (kind TEXT, subject TEXT, op TEXT, quantity INTEGER NOT NULL,"
        " PRIMARY KEY (kind, subject, op)) WITHOUT ROWID"
    ),
    "CREATE INDEX held_op ON held (op)",
    "CREATE TABLE spent (subject TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL)",
    "INSERT INTO stock VALUES ('stock', 'MUG', 5)",
    f"INSERT INTO hold VALUES ('op', 'a', '{ASKED}', 1795262460000000, 'held')",
    "INSERT INTO held VALUES ('stock', 'MUG', 'op', 1)",
    "INSERT INTO hold VALUES ('sold', 'b', '', 1795262460000000, 'committed')",
    "PRAGMA application_id = 1131106164",
    "PRAGMA user_version = 2",
)


def test_a_file_of_the_last_release_keeps_what_it_held_and_counts_slots_from_now_on(tmp_path, clock):
    old = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(old)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for statement in RELEASE_2:
            db.execute(statement)
        db.commit()
    place = (Item("slot", "NOON", 1, 1),)
    with closing(SqliteHolds(old, clock)) as holds:
        assert holds.left("stock", "MUG") == 4
        assert holds.take_hold("op", "a", MUG, clock.at(1)) == ()
        holds.commit_hold("op")
        holds.commit_hold("sold")
        assert holds.left("stock", "MUG") == 4
        assert holds.take_hold("new", "c", place, clock.at(1)) == ()
        holds.commit_hold("new")
        assert holds.take_hold("late", "d", place, clock.at(1)) == place
        assert holds.count_taken("slot", ("NOON",), "d") == (1,)


def test_how_many_there_are_is_no_part_of_what_an_op_asks_for(holds, clock):
    assert holds.take_hold("op", "a", (Item("slot", "NOON", 1, 5),), clock.at(1)) == ()
    assert holds.take_hold("op", "a", (Item("slot", "NOON", 1, 1),), clock.at(1)) == ()


def test_a_file_of_a_later_release_is_refused(holds, path, clock):
    holds.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 4")
    with pytest.raises(StoreTooNew, match="version 4"):
        SqliteHolds(path, clock)


# what is written


def test_who_is_counted_stands_nowhere_in_the_file(holds, path, clock):
    for _ in range(3):
        holds.spend("pay|203.0.113.77", 2, HOUR)
    with closing(sqlite3.connect(path)) as db:
        dump = "\n".join(db.iterdump())
        assert db.execute("SELECT DISTINCT length(subject) FROM spent").fetchall() == [(64,)]
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert "203.0.113.77" not in dump
    assert b"203.0.113.77" not in written


def test_what_no_window_sees_is_deleted_whosoever_it_was(holds, path, clock):
    holds.spend("long", 9, 2 * HOUR)
    for n in range(5):
        holds.spend(f"{n}", 9, HOUR)
    clock.passes(hours=1)
    holds.spend("another", 0, HOUR)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM spent").fetchone() == (1,)
