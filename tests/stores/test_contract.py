"""What a service may rely on, whichever store it was given."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkout_core.stores import MemoryStore, Saved, Stored, StoreUnavailable

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASKET = ("b|1", b"[1]")


def at_once(jobs):
    """Run them in threads that start together; what each returned, or raised."""
    barrier, answers = Barrier(len(jobs)), []

    def run(job):
        barrier.wait()
        try:
            answers.append(job())
        except Exception as error:  # noqa: BLE001  # an answer as any
            answers.append(error)

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    often, usual = 1e-6, sys.getswitchinterval()  # seconds; threads take turns inside a save too
    sys.setswitchinterval(often)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    return answers


def test_a_key_that_was_never_saved_is_not_there(store):
    assert store.get("nobody") is None


def test_what_was_saved_is_there_with_its_version(store):
    assert store.save("a", 0, b"head", BASKET, None) is Saved.WON
    assert store.get("a") == Stored(b"head", b"[1]", 1)


@given(st.binary(), st.text(), st.binary(), st.text(min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_any_bytes_and_names_are_kept(store, head, name, lines, key):
    version = getattr(store.get(key), "version", 0)
    assert store.save(key, version, head, (name, lines), None) is Saved.WON
    assert store.get(key) == Stored(head, lines, version + 1)
    assert store.get(key, name) == Stored(head, None, version + 1)


def test_versions_count_the_saves_that_won(store):
    for version in range(5):
        assert store.save("a", version, str(version).encode(), BASKET, None) is Saved.WON
        assert store.get("a").version == version + 1


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_who_expects_another_version_has_lost_and_changed_nothing(store, expected):
    store.save("a", 0, b"1", BASKET, None)
    store.save("a", 1, b"2", None, NOW)
    assert store.save("a", expected, b"x", ("b|2", b"[2]"), None) is Saved.LOST
    assert store.get("a") == Stored(b"2", b"[1]", 2)
    assert store.due(NOW, 9) == ("a",)


def test_who_expects_a_version_of_what_is_not_there_has_lost(store):
    assert store.save("a", 1, b"x", BASKET, NOW) is Saved.LOST
    assert store.get("a") is None
    assert store.due(NOW, 9) == ()


def test_checkouts_do_not_touch_each_other(store):
    store.save("a", 0, b"a1", BASKET, NOW)
    store.save("b", 0, b"b1", ("b|2", b"[2]"), None)
    store.save("b", 1, b"b2", None, None)
    assert store.get("a") == Stored(b"a1", b"[1]", 1)
    assert store.get("b") == Stored(b"b2", b"[2]", 2)


# the basket


def test_a_save_without_a_basket_keeps_the_stored_one(store):
    store.save("a", 0, b"1", BASKET, None)
    store.save("a", 1, b"2", None, None)
    assert store.get("a") == Stored(b"2", b"[1]", 2)


def test_a_save_with_a_basket_replaces_it(store):
    store.save("a", 0, b"1", BASKET, None)
    store.save("a", 1, b"2", ("b|2", b"[2]"), None)
    assert store.get("a") == Stored(b"2", b"[2]", 2)


def test_a_basket_is_left_out_only_where_it_is_the_one_that_is_known(store):
    store.save("a", 0, b"1", BASKET, None)
    assert store.get("a", "b|1") == Stored(b"1", None, 1)
    assert store.get("a", "b|2") == store.get("a", "") == store.get("a", None) == Stored(b"1", b"[1]", 1)
    store.save("a", 1, b"2", ("b|2", b"[2]"), None)
    assert store.get("a", "b|1") == Stored(b"2", b"[2]", 2)


def test_a_record_may_have_no_basket(store):
    store.save("a", 0, b"1", None, None)
    assert store.get("a") == store.get("a", "b|1") == Stored(b"1", None, 1)
    store.save("a", 1, b"2", BASKET, None)
    assert store.get("a") == Stored(b"2", b"[1]", 2)


# one winner


def test_of_all_who_expect_a_version_one_wins(store):
    for version in range(20):
        jobs = [lambda n=n, v=version: store.save("a", v, b"%d" % n, (f"b|{n}", b"[%d]" % n), None) for n in range(4)]
        assert Counter(at_once(jobs)) == {Saved.WON: 1, Saved.LOST: 3}
        stored = store.get("a")
        assert stored == Stored(stored.head, b"[%s]" % stored.head, version + 1)


def test_no_increment_of_any_thread_is_lost(store):
    store.save("a", 0, b"0", BASKET, None)

    def increments():
        won = 0
        while won < 50:
            stored = store.get("a", "b|1")
            won += store.save("a", stored.version, b"%d" % (int(stored.head) + 1), None, None) is Saved.WON

    assert at_once([increments] * 4) == [None] * 4
    assert store.get("a") == Stored(b"200", b"[1]", 201)


def test_head_and_basket_are_always_of_one_save(store):
    store.save("a", 0, b"0", ("0", b"0"), None)
    going = [True]

    def writes():
        for n in range(1, 150):
            store.save("a", n, b"%d" % n, (str(n), b"%d" % n), None)
        going.clear()

    def reads():
        while going:
            stored = store.get("a")
            assert stored.head == stored.basket
            assert int(stored.head) == stored.version - 1

    assert at_once([writes, reads, reads]) == [None] * 3


# what is due


def test_what_is_due_comes_longest_due_first(store):
    for minutes in (5, -1, -30, 0, -2):
        store.save(f"{minutes}", 0, b"", BASKET, NOW + timedelta(minutes=minutes))
    store.save("never", 0, b"", BASKET, None)
    assert store.due(NOW, 9) == ("-30", "-2", "-1", "0")
    assert store.due(NOW, 2) == ("-30", "-2")
    assert store.due(NOW, 0) == ()
    assert store.due(NOW - timedelta(days=1), 9) == ()


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 1, 1)))  # noqa: DTZ001  # hypothesis adds the zone
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_a_microsecond_decides(store, moment):
    version = getattr(store.get("a"), "version", 0)
    store.save("a", version, b"", BASKET, moment + timedelta(microseconds=1))
    assert store.due(moment, 9) == ()
    assert store.due(moment + timedelta(microseconds=1), 9) == ("a",)


def test_moments_of_different_time_zones_are_compared_as_moments(store):
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    store.save("second", 0, b"", BASKET, NOW.astimezone(west))
    store.save("first", 0, b"", BASKET, (NOW - timedelta(minutes=1)).astimezone(east))
    assert store.due(NOW.astimezone(east), 9) == ("first", "second")


@pytest.mark.parametrize(
    "moment", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
)
def test_any_moment_can_be_due(store, moment):
    store.save("a", 0, b"", BASKET, moment)
    assert store.due(moment, 9) == ("a",)


def test_the_last_save_says_what_is_due(store):
    store.save("a", 0, b"", BASKET, NOW)
    store.save("a", 1, b"", None, NOW + timedelta(hours=1))
    assert store.due(NOW, 9) == ()
    store.save("a", 2, b"", None, None)
    assert store.due(NOW + timedelta(days=1), 9) == ()


def test_a_moment_without_a_time_zone_is_refused_and_saves_nothing(store):
    naive = datetime(2026, 11, 21)  # noqa: DTZ001  # that is the point
    with pytest.raises(ValueError, match="time zone"):
        store.save("a", 0, b"", BASKET, naive)
    with pytest.raises(ValueError, match="time zone"):
        store.due(naive, 9)
    assert store.get("a") is None


# the end


def test_a_closed_store_says_so_and_may_be_closed_again(store):
    store.save("a", 0, b"", BASKET, NOW)
    store.close()
    store.close()
    for call in (lambda: store.get("a"), lambda: store.save("a", 1, b"", None, None), lambda: store.due(NOW, 9)):
        with pytest.raises(StoreUnavailable, match="closed"):
            call()


def test_two_memory_stores_know_nothing_of_each_other():
    one, other = MemoryStore(), MemoryStore()
    one.save("a", 0, b"", BASKET, None)
    assert other.get("a") is None
