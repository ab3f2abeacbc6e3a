"""The SQLite file: several processes, crashes, full disks, other people's files."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from checkout_core import Basket, Line, Money, PreOrder
from checkout_core.order import Totals
from checkout_core.records import Codec, Record
from checkout_core.stores import (
    AnswerLost,
    NotAStore,
    Saved,
    SqliteHolds,
    SqliteStore,
    Stored,
    StoreTooNew,
    StoreUnavailable,
)  # fmt: skip
from checkout_core.stores._sqlite_tables import TABLES

from .processes import posix, running, told_by, told_by_all

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASKET = ("b|1", b"[1]")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkouts.sqlite"


@pytest.fixture
def store(path):
    with closing(SqliteStore(path)) as opened:
        yield opened


# several processes


def test_no_increment_of_any_process_is_lost(store, path):
    store.save("a", 0, b"0", BASKET, None)
    processes = [running("counting", path, 200) for _ in range(4)]
    told_by_all(processes)
    assert store.get("a") == Stored(b"800", b"[1]", 801)


def test_processes_that_find_no_file_make_it_together(path):
    processes = [running("counting", path, 0) for _ in range(6)]
    told_by_all(processes)
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
    (db,) = store._file._idle
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
    (db,) = store._file._idle
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(error):
        store.save("a", 1, b"2", basket, None)
    with closing(SqliteStore(path, patience=timedelta())) as other:
        assert other.get("a") == Stored(b"1", b"[1]", 1)
        assert other.save("a", 1, b"2", None, None) is Saved.WON
    assert store.save("a", 2, b"3", None, None) is Saved.WON


def test_a_name_that_is_taken_leaves_neither_the_save_nor_the_other_names(store, path):
    store.save("a", 0, b"1", BASKET, None, ("one",))
    with closing(SqliteStore(path)) as other:
        assert other.save("b", 0, b"1", BASKET, NOW, ("two", "one")) is Saved.TAKEN
        assert other.save("b", 0, b"1", BASKET, None, ("two",)) is Saved.WON
    assert store.find("two") == "b"


@posix
def test_what_a_failed_commit_may_have_changed_is_said_to_be_unknown(path):
    told = dict(word.split("=") for word in told_by("all_on_a_full_disk", path).split())
    assert told.pop("save") == told.pop("remove") == "UNKNOWN"
    assert told == dict.fromkeys(("park", "unpark", "keep", "take", "take_hold", "commit_hold", "put"), "AnswerLost")


def test_an_answer_that_was_lost_is_a_store_that_cannot_serve():
    assert issubclass(AnswerLost, StoreUnavailable)


# what it costs


def statements_of(store, call):
    """What was asked of SQLite meanwhile."""
    (db,) = store._file._idle
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
    for read in (lambda: store.due(NOW, 5), lambda: store.find("n"), lambda: store.keys("", 5)):
        assert statements_of(store, read) == ["SELECT"]
    named = statements_of(store, lambda: store.save("co-1", 3, b"", None, None, ("n", "m")))
    assert named == ["BEGIN", "UPDATE", "INSERT", "INSERT", "COMMIT"]


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


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("SELECT key FROM checkout WHERE due_at <= 5 ORDER BY due_at, key LIMIT 3", "COVERING INDEX checkout_due"),
        ("SELECT key FROM checkout WHERE key > '' ORDER BY key LIMIT 3", "COVERING INDEX sqlite_autoindex_checkout"),
        (
            "SELECT name, id, at FROM parked WHERE (at, name, id) > (1, '', '') ORDER BY at, name, id LIMIT 3",
            "SEARCH parked USING COVERING INDEX parked_at",
        ),
        ("DELETE FROM name WHERE key = 'a'", "INDEX name_key"),
        ("DELETE FROM safe WHERE until <= 5", "INDEX safe_until"),
        ("DELETE FROM held WHERE op = 'a'", "INDEX held_op"),
        ("DELETE FROM spent WHERE until <= 5", "INDEX spent_until"),
        ("SELECT count(*) FROM spent WHERE subject = 'a' AND at > 5", "INDEX spent_subject"),
    ],
)
def test_nothing_is_looked_for_in_a_whole_table(store, asked, index):
    (db,) = store._file._idle
    (plan,) = db.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()
    assert index in plan[3]


def test_connections_are_used_again(store):
    for version in range(5):
        store.save("a", version, b"", BASKET, None)
        store.get("a")
    assert len(store._file._idle) == 1


# files of an older release


RELEASE_1 = (  # as that release made them
    "CREATE TABLE basket (key TEXT PRIMARY KEY, name TEXT NOT NULL, lines BLOB NOT NULL)",
    "CREATE TABLE checkout (key TEXT PRIMARY KEY, version INTEGER NOT NULL, due_at INTEGER, head BLOB NOT NULL)",
    "CREATE INDEX checkout_due ON checkout (due_at, key) WHERE due_at IS NOT NULL",
    "INSERT INTO checkout VALUES ('a', 7, 1795262400000000, x'31')",
    "INSERT INTO basket VALUES ('a', 'b|1', x'5b315d')",
    "PRAGMA application_id = 1131106164",
    "PRAGMA user_version = 1",
)


@pytest.fixture
def old_path(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for statement in RELEASE_1:
            db.execute(statement)
        db.commit()
    return path


def tables_of(path):
    with closing(sqlite3.connect(path)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        return version, db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_a_file_of_release_1_keeps_what_it_held_and_gets_the_new_tables(old_path, tmp_path):
    with closing(SqliteStore(old_path)) as store:
        assert store.get("a") == Stored(b"1", b"[1]", 7)
        assert store.due(NOW, 9) == ("a",)
        assert store.save("a", 7, b"2", None, None, ("number",)) is Saved.WON
        assert store.find("number") == "a"
    SqliteStore(tmp_path / "new.sqlite").close()
    assert tables_of(old_path) == tables_of(tmp_path / "new.sqlite")


def test_the_holds_may_be_the_first_to_open_a_file_of_release_1(old_path):
    with closing(SqliteHolds(old_path, lambda: NOW)) as holds, closing(SqliteStore(old_path)) as store:
        holds.put("stock", "MUG", 1)
        assert holds.left("stock", "MUG") == 1
        assert store.get("a").version == 7


def test_processes_that_find_a_file_of_release_1_bring_it_up_to_date_together(old_path):
    processes = [running("counting", old_path, 5) for _ in range(6)]
    told_by_all(processes)
    with closing(SqliteStore(old_path)) as store:
        assert store.get("a") == Stored(b"31", b"[1]", 37)


def test_who_finds_an_old_file_waits_for_whoever_is_bringing_it_up_to_date(old_path):
    with closing(sqlite3.connect(old_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for statement in TABLES[1]:
            other.execute(statement)
        failed = []

        def opens():
            try:
                SqliteStore(old_path).close()
            except Exception as error:  # noqa: BLE001  # to be looked at where the test can fail
                failed.append(error)

        opening = Thread(target=opens)
        opening.start()
        opening.join(0.05)
        assert opening.is_alive()
        other.execute("COMMIT")
        opening.join()
    assert failed == []


# files that are not ours


def test_tables_of_a_later_release_are_refused_by_name_and_left_alone(store, path):
    store.save("a", 0, b"1", BASKET, None)
    store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 4")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="version 4, this release knows 3"):
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
