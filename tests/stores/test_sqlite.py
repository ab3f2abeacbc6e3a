"""The SQLite file: several processes, crashes, full disks, other people's files."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from checkout_core import Basket, Line, Money, PreOrder
from checkout_core.order import Totals
from checkout_core.records import Codec, Record
from checkout_core.stores import NotAStore, Saved, SqliteStore, Stored, StoreTooNew, StoreUnavailable

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASKET = ("b|1", b"[1]")
WRITER = Path(__file__).with_name("writer.py")
posix = pytest.mark.skipif(sys.platform == "win32", reason="kills, forks and limits as POSIX has them")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkouts.sqlite"


@pytest.fixture
def store(path):
    with closing(SqliteStore(path)) as opened:
        yield opened


def running(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, WRITER, *map(str, arguments)], stdout=subprocess.PIPE, text=True)


def told_by(*arguments: object) -> str:
    with running(*arguments) as process:
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return told


# several processes


def test_no_increment_of_any_process_is_lost(store, path):
    store.save("a", 0, b"0", BASKET, None)
    processes = [running("counting", path, 200) for _ in range(4)]
    for process in processes:
        process.communicate(timeout=120)
    assert [process.returncode for process in processes] == [0] * 4
    assert store.get("a") == Stored(b"800", b"[1]", 801)


def test_processes_that_find_no_file_make_it_together(path):
    processes = [running("counting", path, 0) for _ in range(6)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * 6
    with closing(SqliteStore(path)) as store:
        assert store.save("a", 0, b"", BASKET, None) is Saved.WON


def test_who_opens_a_file_waits_for_whoever_is_about_to_set_its_journal(store, path):
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            SqliteStore(path, patience=timedelta(milliseconds=20))
        opening = Thread(target=lambda: SqliteStore(path).close())
        opening.start()
        opening.join(0.05)
        assert opening.is_alive()
        other.execute("COMMIT")
    opening.join()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_one_process_saved_another_reads(store, path):
    store.save("a", 0, b"1", BASKET, NOW)
    with closing(SqliteStore(path)) as other:
        assert other.get("a") == Stored(b"1", b"[1]", 1)
        assert other.save("a", 1, b"2", None, NOW) is Saved.WON
        assert other.due(NOW, 9) == ("a",)
    assert store.save("a", 1, b"x", None, None) is Saved.LOST


def test_a_closed_file_is_opened_again_with_all_it_held(path):
    with closing(SqliteStore(path)) as store:
        store.save("a", 0, b"1", BASKET, NOW)
    with closing(SqliteStore(str(path))) as store:
        assert store.get("a") == Stored(b"1", b"[1]", 1)
        assert store.due(NOW, 9) == ("a",)


@posix
def test_a_forked_worker_opens_connections_of_its_own(path):
    assert told_by("forked", path) == "0 2\n"


# crashes


@posix
def test_a_killed_writer_leaves_every_save_it_was_told_of_and_no_half_one(path):
    last = 0
    for saves in (1, 7, 20, 3):
        with running("for_ever", path) as process:
            told = [int(process.stdout.readline()) for _ in range(saves)]
            process.send_signal(signal.SIGKILL)
            told += [int(line) for line in process.stdout.read().split()]
        assert told == list(range(last + 1, last + 1 + len(told)))
        with closing(SqliteStore(path)) as store:
            stored = store.get("a")
            assert told[-1] <= stored.version <= told[-1] + 1
            assert stored.head == b"%d" % stored.version
            assert stored.basket == stored.head * 5000
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        last = stored.version


def test_a_save_is_on_the_disk_before_anybody_hears_of_it(store):
    # no test can cut the power; the two settings that SQLite documents as proof against it can be read
    store.get("a")
    (db,) = store._idle
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


@posix
def test_a_commit_that_fails_is_unknown_and_the_store_goes_on(path):
    full, version, again, basket = told_by("on_a_full_disk", path).split()
    assert full == "UNKNOWN"
    assert (version, again, basket) in {("1", "WON", "[3]"), ("2", "WON", "[3]")}


def test_a_writer_that_waits_too_long_is_told_that_nothing_was_saved(store, path):
    store.save("a", 0, b"1", BASKET, None)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(SqliteStore(path, patience=timedelta(milliseconds=20))) as hasty:
            with pytest.raises(StoreUnavailable, match="database is locked; nothing was saved"):
                hasty.save("a", 1, b"2", None, None)
            assert hasty.get("a") == Stored(b"1", b"[1]", 1)  # a reader waits for nobody
            other.execute("ROLLBACK")
            assert hasty.save("a", 1, b"2", None, None) is Saved.WON


@pytest.mark.parametrize(
    ("basket", "error"), [(("b|2", b"2" * 1_000_000), StoreUnavailable), ((None, b"[2]"), sqlite3.IntegrityError)]
)
def test_a_save_that_fails_half_way_saves_nothing_and_holds_no_lock(store, path, basket, error):
    store.save("a", 0, b"1", BASKET, None)
    (db,) = store._idle
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(error):
        store.save("a", 1, b"2", basket, None)
    with closing(SqliteStore(path, patience=timedelta())) as other:
        assert other.get("a") == Stored(b"1", b"[1]", 1)
        assert other.save("a", 1, b"2", None, None) is Saved.WON
    assert store.save("a", 2, b"3", None, None) is Saved.WON


# what it costs


def statements_of(store, call):
    """What was asked of SQLite meanwhile."""
    (db,) = store._idle
    asked = []
    db.set_trace_callback(asked.append)
    call()
    db.set_trace_callback(None)
    return [statement.split()[0] for statement in asked]


ZERO = Money.zero("TRY")


def checkout_of(lines: int) -> Record:
    rows = tuple(Line(n, f"SKU-{n}", f"Product {n}", 1, ZERO) for n in range(lines))
    basket = Basket("b", f"of {lines:04d}", "TRY", rows, ZERO)
    return Record(PreOrder("co-1", basket, Totals(ZERO, ZERO, ZERO, ZERO)))


def stepping(store, codec, record):
    known = codec.known("co-1")
    stored = store.get("co-1", known.basket)
    loaded = codec.loads(stored.head, stored.basket, known)
    store.save("co-1", stored.version, codec.dumps(record), None, None)
    return loaded


@pytest.mark.parametrize("lines", [1, 1000])
def test_a_step_is_one_read_and_one_transaction_whatever_the_basket(store, lines):
    codec, record = Codec(()), checkout_of(lines)
    store.save("co-1", 0, codec.dumps(record), codec.dump_basket(record.pre_order), None)
    assert statements_of(store, lambda: stepping(store, codec, record)) == ["SELECT", "BEGIN", "UPDATE", "COMMIT"]
    with_basket = statements_of(store, lambda: store.save("co-1", 2, b"", codec.dump_basket(record.pre_order), None))
    assert with_basket == ["BEGIN", "UPDATE", "INSERT", "COMMIT"]
    assert statements_of(store, lambda: store.save("co-1", 1, b"", None, None)) == ["BEGIN", "UPDATE", "ROLLBACK"]
    assert statements_of(store, lambda: store.due(NOW, 5)) == ["SELECT"]


def test_a_step_that_leaves_the_basket_alone_writes_no_more_at_a_thousand_lines(path):
    grown = {}
    for lines in (1, 1000):
        file = path.with_name(f"{lines}.sqlite")
        codec, record = Codec(()), checkout_of(lines)
        with closing(SqliteStore(file)) as store:
            store.save("co-1", 0, codec.dumps(record), codec.dump_basket(record.pre_order), None)
            journal = file.with_name(f"{file.name}-wal")
            before = journal.stat().st_size
            stepping(store, codec, record)
            grown[lines] = journal.stat().st_size - before
    assert grown[1] == grown[1000] > 0


def test_what_is_due_is_found_by_its_index(store):
    (db,) = store._idle
    (plan,) = db.execute(
        "EXPLAIN QUERY PLAN SELECT key FROM checkout WHERE due_at <= 5 ORDER BY due_at, key LIMIT 3"
    ).fetchall()
    assert "COVERING INDEX checkout_due" in plan[3]


def test_connections_are_used_again(store):
    for version in range(5):
        store.save("a", version, b"", BASKET, None)
        store.get("a")
    assert len(store._idle) == 1


# files that are not ours


def test_tables_of_a_later_release_are_refused_by_name_and_left_alone(store, path):
    store.save("a", 0, b"1", BASKET, None)
    store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="version 2, this release knows 1"):
        SqliteStore(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "theirs", ["CREATE TABLE users (name)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
)
def test_the_file_of_another_program_is_refused_and_left_alone(path, theirs):
    with closing(sqlite3.connect(path)) as db:
        db.execute(theirs)
        db.commit()
    before = path.read_bytes()
    with pytest.raises(NotAStore, match="another program's"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    path.write_text("minutes of a meeting, and long enough to be no header of a database " * 20)
    with pytest.raises(NotAStore, match="no SQLite database"):
        SqliteStore(path)
    assert path.read_text().startswith("minutes")


@pytest.mark.parametrize("memory", [":memory:", ""])
def test_a_database_that_only_one_connection_sees_is_refused(memory):
    with pytest.raises(NotAStore, match="use MemoryStore"):
        SqliteStore(memory)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(StoreUnavailable, match="unable to open"):
        SqliteStore(tmp_path / "nowhere" / "checkouts.sqlite")
