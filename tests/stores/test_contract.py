"""What a service may rely on, whichever store it was given."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkout_core.stores import MemoryStore, Parked, Saved, Stored, StoreUnavailable

from .racing import at_once

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASKET = ("b|1", b"[1]")


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


# names


def test_a_name_is_found_from_the_save_on_that_bound_it(store):
    assert store.find("one") is None
    store.save("a", 0, b"1", BASKET, None, ("one", "two"))
    store.save("a", 1, b"2", None, None)
    assert store.find("one") == store.find("two") == "a"
    assert store.find("three") is None


def test_a_name_may_be_bound_to_its_key_again(store):
    store.save("a", 0, b"1", BASKET, None, ("one", "one"))
    assert store.save("a", 1, b"2", None, None, ("two", "one")) is Saved.WON
    assert store.find("one") == store.find("two") == "a"


@pytest.mark.parametrize("names", [("one",), ("new", "one"), ("one", "new")])
@pytest.mark.parametrize("version", [0, 1])
def test_a_name_of_another_key_saves_nothing_at_all(store, names, version):
    store.save("a", 0, b"a", BASKET, None, ("one",))
    if version:
        store.save("b", 0, b"b", BASKET, NOW, ("its",))
    before = store.get("b")
    assert store.save("b", version, b"x", ("b|2", b"[2]"), NOW + timedelta(hours=1), names) is Saved.TAKEN
    assert store.get("b") == before
    assert (store.find("one"), store.find("new")) == ("a", None)
    assert store.due(NOW + timedelta(days=1), 9) == (("b",) if version else ())


def test_a_lost_version_is_told_before_a_taken_name(store):
    store.save("a", 0, b"a", BASKET, None, ("one",))
    assert store.save("b", 1, b"x", BASKET, None, ("one",)) is Saved.LOST


def test_who_has_lost_has_bound_no_name(store):
    store.save("a", 0, b"a", BASKET, None)
    assert store.save("a", 0, b"x", None, None, ("one",)) is Saved.LOST
    assert store.find("one") is None


def test_of_all_keys_that_want_a_name_one_gets_it(store):
    for n in range(20):
        jobs = [lambda key=f"{n}|{k}", n=n: store.save(key, 0, key.encode(), None, None, (f"{n}",)) for k in range(4)]
        assert Counter(at_once(jobs)) == {Saved.WON: 1, Saved.TAKEN: 3}
        stored = [key for k in range(4) if store.get(key := f"{n}|{k}")]
        assert stored == [store.find(f"{n}")]


# everything, and its end


def test_all_keys_are_listed_in_pages(store):
    names = ["b", "B", "a", "aa", "ä", "\U0001f6d2", "\uffff", "0"]
    for key in names:
        store.save(key, 0, b"", None, NOW)
    pages = [store.keys("", 3)]
    while pages[-1] and len(pages) < len(names):
        pages.append(store.keys(pages[-1][-1], 3))
    assert [key for page in pages for key in page] == sorted(names)
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert store.keys("", 0) == ()


def test_what_is_removed_is_gone_with_its_basket_and_its_names(store):
    store.save("a", 0, b"1", BASKET, NOW, ("one", "two"))
    store.save("b", 0, b"1", ("b|2", b"[2]"), NOW, ("three",))
    assert store.remove("a", 1) is Saved.WON
    assert store.get("a") is store.find("one") is store.find("two") is None
    assert store.keys("", 9) == store.due(NOW, 9) == ("b",)
    assert (store.get("b"), store.find("three")) == (Stored(b"1", b"[2]", 1), "b")


def test_a_removed_key_and_its_names_are_as_if_they_had_never_been(store):
    store.save("a", 0, b"1", BASKET, NOW, ("one",))
    store.remove("a", 1)
    assert store.save("b", 0, b"1", None, None, ("one",)) is Saved.WON
    assert store.save("a", 0, b"2", None, None) is Saved.WON
    assert store.get("a") == Stored(b"2", None, 1)


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_who_expects_another_version_removes_nothing(store, expected):
    store.save("a", 0, b"1", BASKET, NOW, ("one",))
    store.save("a", 1, b"2", None, NOW)
    assert store.remove("a", expected) is Saved.LOST
    assert (store.get("a"), store.find("one"), store.due(NOW, 9)) == (Stored(b"2", b"[1]", 2), "a", ("a",))


@pytest.mark.parametrize("expected", [0, 1])
def test_what_is_not_there_cannot_be_removed(store, expected):
    assert store.remove("a", expected) is Saved.LOST


def test_of_a_save_and_a_removal_of_one_version_one_wins(store):
    for n in range(20):
        key = f"{n}"
        store.save(key, 0, b"1", BASKET, None, (key,))
        jobs = [lambda k=key: store.remove(k, 1), lambda k=key: store.save(k, 1, b"2", None, None)] * 2
        assert Counter(at_once(jobs)) == {Saved.WON: 1, Saved.LOST: 3}
        assert (store.get(key), store.find(key)) in {(None, None), (Stored(b"2", b"[1]", 2), key)}


# messages that belong to nobody yet


def test_parked_messages_come_oldest_first(store):
    east = timezone(timedelta(hours=14))
    store.park("n1", "m1", NOW)
    store.park("n2", "m1", (NOW - timedelta(minutes=1)).astimezone(east))
    store.park("n1", "m0", NOW)
    expected = (Parked("n2", "m1", NOW - timedelta(minutes=1)), Parked("n1", "m0", NOW), Parked("n1", "m1", NOW))
    assert store.parked(9) == expected
    assert store.parked(2) == expected[:2]
    assert store.parked(0) == ()
    for n in range(4):
        assert store.parked(1, (None, *expected)[n]) == expected[n : n + 1]
    assert store.parked(9, expected[0]) == expected[1:]
    assert [message.at.utcoffset() for message in store.parked(9)] == [timedelta()] * 3


def test_a_message_that_is_parked_again_is_the_first_one(store):
    store.park("n", "m", NOW)
    store.park("n", "m", NOW + timedelta(hours=1))
    assert store.parked(9) == (Parked("n", "m", NOW),)


def test_a_message_is_unparked_once(store):
    store.park("n", "m", NOW)
    store.park("n", "other", NOW)
    assert [store.unpark("n", "m"), store.unpark("n", "m"), store.unpark("nobody", "m")] == [True, False, False]
    assert store.parked(9) == (Parked("n", "other", NOW),)
    store.park("n", "m", NOW)
    assert store.unpark("n", "m")


def test_of_all_who_unpark_a_message_one_is_told_so(store):
    for n in range(20):
        store.park("n", f"{n}", NOW)
        assert Counter(at_once([lambda n=n: store.unpark("n", f"{n}")] * 4)) == {True: 1, False: 3}


# what is kept for minutes


SOON = NOW + timedelta(minutes=10)
MICROSECOND = timedelta(microseconds=1)


def test_what_is_kept_is_taken_once(store):
    store.keep("h", b"\x00sealed", SOON)
    store.keep("other", b"2", SOON)
    assert store.take("nobody", NOW) is None
    assert [store.take("h", NOW), store.take("h", NOW), store.take("other", NOW)] == [b"\x00sealed", None, b"2"]


def test_what_is_kept_again_is_the_last_one(store):
    store.keep("h", b"1", NOW)
    store.keep("h", b"2", SOON)
    assert store.take("h", NOW) == b"2"


def test_nothing_is_taken_from_its_end_on(store):
    for handle in ("before", "at"):
        store.keep(handle, b"1", SOON.astimezone(timezone(timedelta(hours=3))))
    assert store.take("before", SOON - MICROSECOND) == b"1"
    assert store.take("at", SOON) is None
    assert store.take("at", NOW) is None  # it is not only hidden


def test_what_has_expired_is_deleted_when_anything_is_taken(store):
    store.keep("old", b"1", SOON)
    store.keep("new", b"2", SOON + MICROSECOND)
    store.take("nobody", SOON)
    assert (store.take("old", NOW), store.take("new", NOW)) == (None, b"2")


def test_what_has_expired_is_deleted_when_anything_is_kept(store):
    store.keep("old", b"1", SOON)
    store.keep("new", b"2", SOON + MICROSECOND)
    store.keep("other", b"3", SOON + timedelta(hours=1), SOON)
    assert (store.take("old", NOW), store.take("new", NOW), store.take("other", NOW)) == (None, b"2", b"3")


def test_of_all_who_take_one_gets_it(store):
    for n in range(20):
        store.keep(f"{n}", b"sealed", SOON)
        assert Counter(at_once([lambda n=n: store.take(f"{n}", NOW)] * 4)) == {b"sealed": 1, None: 3}


def test_no_moment_without_a_time_zone_is_kept(store):
    naive = datetime(2026, 11, 21)  # noqa: DTZ001  # that is the point
    for call in (
        lambda: store.park("n", "m", naive),
        lambda: store.keep("h", b"", naive),
        lambda: store.keep("h", b"", SOON, naive),
        lambda: store.take("h", naive),
    ):
        with pytest.raises(ValueError, match="time zone"):
            call()
    assert store.parked(9) == ()
    assert store.take("h", NOW) is None


# the end


def test_a_closed_store_says_so_and_may_be_closed_again(store):
    store.save("a", 0, b"", BASKET, NOW)
    store.close()
    store.close()
    for call in (
        lambda: store.get("a"),
        lambda: store.save("a", 1, b"", None, None),
        lambda: store.find("n"),
        lambda: store.due(NOW, 9),
        lambda: store.keys("", 9),
        lambda: store.remove("a", 1),
        lambda: store.park("n", "m", NOW),
        lambda: store.parked(9),
        lambda: store.unpark("n", "m"),
        lambda: store.keep("h", b"", NOW),
        lambda: store.take("h", NOW),
    ):
        with pytest.raises(StoreUnavailable, match="closed"):
            call()


def test_two_memory_stores_know_nothing_of_each_other():
    one, other = MemoryStore(), MemoryStore()
    one.save("a", 0, b"", BASKET, None)
    assert other.get("a") is None
