"""What may be relied on where there is only so much of something, whoever keeps it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from checkout_core.effects import Item, Refused
from checkout_core.stores import MemoryHolds, StoreUnavailable

from .racing import at_once

MUG, SHIRT, COUPON = Item("stock", "MUG", 1), Item("stock", "SHIRT", 1), Item("coupon", "TEN", 1)


def mugs(quantity):
    return (Item("stock", "MUG", quantity),)


@pytest.fixture
def one_mug(holds):
    holds.put("stock", "MUG", 1)
    return holds


@pytest.fixture
def till(clock):
    """Half an hour from now."""
    return clock.at(30)


def lost(holds, op):
    with pytest.raises(Refused) as refused:
        holds.commit_hold(op)
    return refused.value.code == "hold_lost"


# how many there are


def test_what_was_put_is_free(holds):
    holds.put("stock", "MUG", 3)
    assert (holds.left("stock", "MUG"), holds.left("coupon", "MUG")) == (3, None)
    holds.put("stock", "MUG", 2)
    assert holds.left("stock", "MUG") == 2


def test_there_cannot_be_less_than_nothing(holds):
    with pytest.raises(ValueError, match="there cannot be -1"):
        holds.put("stock", "MUG", -1)
    assert holds.left("stock", "MUG") is None


def test_held_ones_are_among_those_that_are_put_and_committed_ones_are_not(holds, till):
    holds.put("stock", "MUG", 5)
    holds.take_hold("sold", "a", mugs(2), till)
    holds.commit_hold("sold")
    holds.take_hold("held", "b", mugs(1), till)
    holds.put("stock", "MUG", 5)
    assert holds.left("stock", "MUG") == 4


def test_fewer_than_are_held_leave_nothing_free_and_are_nobodys_debt(holds, till):
    holds.put("stock", "MUG", 3)
    holds.take_hold("op", "a", mugs(3), till)
    holds.put("stock", "MUG", 1)
    assert holds.left("stock", "MUG") == 0
    assert holds.take_hold("other", "b", mugs(1), till) == mugs(1)
    holds.commit_hold("op")
    assert holds.left("stock", "MUG") == 0
    holds.put("stock", "MUG", 2)
    assert holds.left("stock", "MUG") == 2


def test_what_nobody_ever_put_is_not_counted(holds, till):
    assert holds.take_hold("op", "a", mugs(1000), till) == ()
    assert holds.take_hold("other", "b", mugs(1000), till) == ()
    assert holds.left("stock", "MUG") is None
    holds.commit_hold("op")
    assert holds.left("stock", "MUG") is None


def test_but_it_is_known_by_its_op(holds, till):
    holds.take_hold("op", "a", mugs(2), till)
    holds.put("stock", "MUG", 3)
    assert holds.left("stock", "MUG") == 1
    holds.release_hold("op")
    assert holds.left("stock", "MUG") == 3
    assert lost(holds, "op")


# taking


def test_the_last_one_goes_to_one(one_mug, till):
    assert one_mug.take_hold("op", "a", (MUG,), till) == ()
    assert one_mug.take_hold("other", "b", (MUG,), till) == (MUG,)
    assert one_mug.left("stock", "MUG") == 0


def test_what_is_lacking_is_told_and_nothing_is_kept(holds, till):
    for kind, subject, quantity in (("stock", "MUG", 1), ("stock", "SHIRT", 5), ("coupon", "TEN", 0)):
        holds.put(kind, subject, quantity)
    asked = (Item("stock", "SHIRT", 5), Item("stock", "MUG", 2), COUPON)
    assert set(holds.take_hold("op", "a", asked, till)) == set(asked[1:])
    assert (holds.left("stock", "MUG"), holds.left("stock", "SHIRT")) == (1, 5)
    assert lost(holds, "op")


def test_an_op_that_lacked_something_may_ask_again(one_mug, till):
    one_mug.take_hold("op", "a", (MUG,), till)
    assert one_mug.take_hold("other", "b", (MUG,), till) == (MUG,)
    one_mug.release_hold("op")
    assert one_mug.take_hold("other", "b", (MUG,), till) == ()


def test_a_subject_that_is_named_twice_is_held_twice(holds, till):
    holds.put("stock", "MUG", 1)
    assert holds.take_hold("op", "a", (MUG, MUG), till) == mugs(2)
    holds.put("stock", "MUG", 2)
    assert holds.take_hold("op", "a", (MUG, MUG), till) == ()
    assert holds.left("stock", "MUG") == 0


def test_subjects_of_different_kinds_are_different(holds, till):
    holds.put("stock", "X", 1)
    holds.put("coupon", "X", 1)
    assert holds.take_hold("op", "a", (Item("stock", "X", 1),), till) == ()
    assert (holds.left("stock", "X"), holds.left("coupon", "X")) == (0, 1)


def test_an_op_of_no_items_lacks_nothing(holds, till):
    assert holds.take_hold("op", "a", (), till) == ()
    holds.commit_hold("op")


@pytest.mark.parametrize("quantity", [0, -1])
def test_less_than_one_cannot_be_held(one_mug, till, quantity):
    with pytest.raises(ValueError, match="ask for one or more"):
        one_mug.take_hold("op", "a", (Item("stock", "MUG", quantity),), till)
    assert one_mug.left("stock", "MUG") == 1


def test_a_moment_without_a_time_zone_holds_nothing(one_mug):
    with pytest.raises(ValueError, match="time zone"):
        one_mug.take_hold("op", "a", (MUG,), datetime(2026, 11, 21))  # noqa: DTZ001  # that is the point
    assert one_mug.left("stock", "MUG") == 1


# the same op again


def test_the_same_op_again_is_the_same_hold(holds, till):
    holds.put("stock", "MUG", 3)
    assert [holds.take_hold("op", "a", mugs(2), till) for _ in range(3)] == [()] * 3
    assert holds.left("stock", "MUG") == 1


def test_the_order_of_its_items_does_not_matter(holds, till):
    assert holds.take_hold("op", "a", (MUG, COUPON), till) == ()
    assert holds.take_hold("op", "a", (COUPON, MUG), till) == ()


@pytest.mark.parametrize(("later", "counts"), [(60, 60), (10, 30)])
def test_said_again_it_is_kept_until_the_later_moment(one_mug, clock, till, later, counts):
    one_mug.take_hold("op", "a", (MUG,), till)
    one_mug.take_hold("op", "a", (MUG,), clock.at(later))
    clock.passes(minutes=counts, microseconds=-1)
    assert one_mug.left("stock", "MUG") == 0
    clock.passes(microseconds=1)
    assert one_mug.left("stock", "MUG") == 1


@pytest.mark.parametrize("end", [lambda _: None, lambda h: h.commit_hold("op"), lambda h: h.release_hold("op")])
@pytest.mark.parametrize(
    ("owner", "items"), [("a", mugs(2)), ("a", (SHIRT,)), ("a", (MUG, SHIRT)), ("a", ()), ("b", mugs(1))]
)
def test_an_op_is_not_said_again_for_anything_else(holds, till, end, owner, items):
    holds.put("stock", "MUG", 5)
    holds.take_hold("op", "a", mugs(1), till)
    end(holds)
    before = holds.left("stock", "MUG")
    with pytest.raises(ValueError, match="'op' was taken for other items"):
        holds.take_hold("op", owner, items, till)
    assert holds.left("stock", "MUG") == before


# a newer op of the same owner


def test_nobody_stands_in_their_own_way(one_mug, till):
    one_mug.take_hold("old", "a", (MUG,), till)
    assert one_mug.take_hold("new", "a", (MUG,), till) == ()
    assert one_mug.take_hold("other", "b", (MUG,), till) == (MUG,)
    assert lost(one_mug, "old")
    one_mug.commit_hold("new")


def test_the_older_op_is_let_go_with_all_it_held(holds, till):
    for subject in ("MUG", "SHIRT"):
        holds.put("stock", subject, 1)
    holds.take_hold("old", "a", (MUG, SHIRT), till)
    assert holds.take_hold("new", "a", (MUG,), till) == ()
    assert (holds.left("stock", "MUG"), holds.left("stock", "SHIRT")) == (0, 1)
    assert holds.take_hold("old", "a", (MUG, SHIRT), till) == (MUG, SHIRT)


def test_also_of_what_nobody_counts(holds, till):
    holds.take_hold("old", "a", (MUG,), till)
    holds.take_hold("new", "a", (MUG,), till)
    assert lost(holds, "old")


def test_an_older_op_that_holds_other_subjects_stays(holds, till):
    holds.put("stock", "MUG", 1)
    holds.take_hold("old", "a", (MUG,), till)
    assert holds.take_hold("new", "a", (SHIRT,), till) == ()
    assert holds.left("stock", "MUG") == 0
    holds.commit_hold("old")


def test_an_older_op_stays_where_the_newer_lacks_something(holds, till):
    holds.put("stock", "MUG", 1)
    holds.put("stock", "SHIRT", 0)
    holds.take_hold("old", "a", (MUG,), till)
    assert holds.take_hold("new", "a", (MUG, SHIRT), till) == (SHIRT,)
    assert holds.left("stock", "MUG") == 0
    holds.commit_hold("old")


def test_what_is_committed_is_not_taken_over(one_mug, till):
    one_mug.take_hold("old", "a", (MUG,), till)
    one_mug.commit_hold("old")
    assert one_mug.take_hold("new", "a", (MUG,), till) == (MUG,)


# what has expired


def test_expired_units_are_free_and_go_to_whoever_needs_them(one_mug, clock, till):
    one_mug.take_hold("old", "a", (MUG,), till)
    clock.passes(minutes=30, microseconds=-1)
    assert one_mug.take_hold("new", "b", (MUG,), clock.at(30)) == (MUG,)
    clock.passes(microseconds=1)
    assert one_mug.left("stock", "MUG") == 1
    assert one_mug.take_hold("new", "b", (MUG,), clock.at(30)) == ()
    assert lost(one_mug, "old")
    assert one_mug.take_hold("old", "a", (MUG,), clock.at(60)) == (MUG,)


def test_an_expired_hold_that_nobody_needed_is_still_committed(one_mug, clock, till):
    one_mug.take_hold("op", "a", (MUG,), till)
    clock.passes(days=1)
    one_mug.commit_hold("op")
    assert one_mug.left("stock", "MUG") == 0


def test_or_taken_again(one_mug, clock, till):
    one_mug.take_hold("op", "a", (MUG,), till)
    clock.passes(days=1)
    assert one_mug.take_hold("op", "a", (MUG,), clock.at(30)) == ()
    assert one_mug.take_hold("other", "b", (MUG,), clock.at(30)) == (MUG,)


def test_the_longest_expired_gives_way_and_no_more_than_it_takes(holds, clock):
    holds.put("stock", "MUG", 3)
    for op, minutes in (("second", 2), ("first", 1), ("third", 3)):
        holds.take_hold(op, op, (MUG,), clock.at(minutes))
    clock.passes(days=1)
    holds.take_hold("new", "d", (MUG,), clock.at(30))
    assert lost(holds, "first")
    holds.commit_hold("second")
    holds.commit_hold("third")


def test_the_expired_stay_where_units_are_free_without_them(holds, clock):
    holds.put("stock", "MUG", 2)
    holds.take_hold("old", "a", (MUG,), clock.at(1))
    clock.passes(days=1)
    holds.take_hold("new", "b", (MUG,), clock.at(30))
    holds.commit_hold("old")


def test_the_expired_stay_where_something_else_is_lacking(holds, clock):
    holds.put("stock", "MUG", 1)
    holds.put("stock", "SHIRT", 0)
    holds.take_hold("old", "a", (MUG,), clock.at(1))
    clock.passes(days=1)
    assert holds.take_hold("new", "b", (MUG, SHIRT), clock.at(30)) == (SHIRT,)
    holds.commit_hold("old")


# the end of a hold


def test_what_is_committed_is_gone_for_good_and_once(holds, till):
    holds.put("stock", "MUG", 5)
    holds.take_hold("op", "a", mugs(2), till)
    for _ in range(3):
        holds.commit_hold("op")
    assert holds.left("stock", "MUG") == 3


def test_a_committed_op_lacks_nothing_and_its_release_changes_nothing(one_mug, till):
    one_mug.take_hold("op", "a", (MUG,), till)
    one_mug.commit_hold("op")
    one_mug.release_hold("op")
    assert one_mug.take_hold("op", "a", (MUG,), till) == ()
    one_mug.commit_hold("op")
    assert one_mug.left("stock", "MUG") == 0


def test_what_is_released_is_free_once(holds, till):
    holds.put("stock", "MUG", 5)
    holds.take_hold("op", "a", mugs(2), till)
    holds.take_hold("other", "b", mugs(2), till)
    for _ in range(3):
        holds.release_hold("op")
    assert holds.left("stock", "MUG") == 3


def test_a_released_op_is_lost(one_mug, till):
    one_mug.take_hold("op", "a", (MUG,), till)
    one_mug.release_hold("op")
    assert lost(one_mug, "op")
    assert one_mug.take_hold("op", "a", (MUG,), till) == (MUG,)
    assert one_mug.left("stock", "MUG") == 1


def test_an_op_that_nobody_took_is_not_committed_and_may_be_taken_yet(one_mug, till):
    assert lost(one_mug, "op")
    assert one_mug.take_hold("op", "a", (MUG,), till) == ()


def test_an_op_that_was_released_before_it_was_taken_came_late(one_mug, till):
    one_mug.release_hold("op")
    one_mug.release_hold("op")
    assert one_mug.take_hold("op", "a", (MUG,), till) == (MUG,)
    assert one_mug.take_hold("op", "a", (MUG,), till) == (MUG,)
    assert one_mug.left("stock", "MUG") == 1
    assert lost(one_mug, "op")


# all at once


def test_of_all_who_want_the_last_one_one_gets_it(holds, till):
    for n in range(20):
        holds.put("stock", f"{n}", 1)
        item = (Item("stock", f"{n}", 1),)
        jobs = [lambda n=n, k=k, item=item: holds.take_hold(f"{n}|{k}", f"{k}", item, till) for k in range(4)]
        assert Counter(at_once(jobs)) == {(): 1, item: 3}
        assert holds.left("stock", f"{n}") == 0


def test_threads_that_take_commit_and_release_make_nothing_and_lose_nothing(holds, till):
    holds.put("stock", "MUG", 30)
    sold = []

    def shops(who):
        for n in range(12):
            op = f"{who}|{n}"
            if not holds.take_hold(op, who, mugs(1 + n % 3), till):
                if n % 2:
                    holds.release_hold(op)
                else:
                    holds.commit_hold(op)
                    sold.append(1 + n % 3)

    assert at_once([lambda who=who: shops(who) for who in "abcd"]) == [None] * 4
    assert sold
    assert holds.left("stock", "MUG") + sum(sold) == 30


def test_one_of_a_commit_and_a_release_counts(holds, till):
    for n in range(20):
        holds.put("stock", f"{n}", 1)
        holds.take_hold(f"{n}", "a", (Item("stock", f"{n}", 1),), till)
        told = at_once([lambda n=n: holds.commit_hold(f"{n}"), lambda n=n: holds.release_hold(f"{n}")])
        refused = any(isinstance(answer, Refused) for answer in told)
        assert holds.left("stock", f"{n}") == (1 if refused else 0)


# as many as whoever asks says: the places of a slot


def place(most=1, subject="NOON"):
    return (Item("slot", subject, 1, most),)


def test_the_last_place_goes_to_one(holds, till):
    assert holds.take_hold("op", "a", place(2), till) == ()
    assert holds.take_hold("other", "b", place(2), till) == ()
    assert holds.take_hold("third", "c", place(2), till) == place(2)
    assert holds.count_taken("slot", ("NOON",), "c") == (2,)


def test_what_was_committed_is_among_those_that_there_are(holds, till):
    for op in ("first", "second"):
        assert holds.take_hold(op, op, place(2), till) == ()
        holds.commit_hold(op)
        holds.commit_hold(op)
    assert holds.take_hold("third", "first", place(2), till) == place(2)
    assert holds.take_hold("third", "first", place(3), till) == ()


def test_what_was_released_is_free(holds, till):
    holds.take_hold("op", "a", place(), till)
    holds.release_hold("op")
    assert holds.count_taken("slot", ("NOON",), "b") == (0,)
    assert holds.take_hold("other", "b", place(), till) == ()


def test_who_asks_says_how_many_there_are_now(holds, till):
    for n in range(3):
        holds.take_hold(f"{n}", f"{n}", place(3), till)
    assert holds.take_hold("late", "late", place(2), till) == place(2)
    assert holds.take_hold("late", "late", place(4), till) == ()
    assert holds.take_hold("late", "late", place(1), till) == ()  # the same hold, told of once more


def test_whoever_asks_is_believed_before_what_was_put(holds, till):
    holds.put("slot", "NOON", 0)
    assert holds.take_hold("op", "a", place(1), till) == ()
    assert holds.take_hold("other", "b", (Item("slot", "NOON", 1),), till) == (Item("slot", "NOON", 1),)


def test_nobody_stands_in_their_own_way_to_the_last_place(holds, till):
    holds.take_hold("old", "a", place(), till)
    assert holds.count_taken("slot", ("NOON",), "a") == (0,)
    assert holds.take_hold("new", "a", place(), till) == ()
    assert holds.take_hold("other", "b", place(), till) == place()


def test_an_expired_place_is_free_and_still_committed_where_nobody_needed_it(holds, clock, till):
    for op, most in (("needed", 2), ("left", 2)):
        holds.take_hold(op, op, place(most), clock.at(1 if op == "needed" else 2))
    clock.passes(minutes=2, microseconds=-1)
    assert holds.count_taken("slot", ("NOON",), "c") == (1,)
    clock.passes(microseconds=1)
    assert holds.count_taken("slot", ("NOON",), "c") == (0,)
    assert holds.take_hold("new", "c", place(2), till) == ()
    assert lost(holds, "needed")
    holds.commit_hold("left")
    assert holds.count_taken("slot", ("NOON",), "d") == (2,)


def test_each_subject_is_counted_in_the_order_asked_and_of_its_kind(holds, till):
    holds.take_hold("op", "a", (*place(5, "EVE"), Item("stock", "NOON", 4)), till)
    holds.take_hold("more", "b", place(5, "EVE"), till)
    assert holds.count_taken("slot", ("NOON", "EVE", "NOON"), "c") == (0, 2, 0)
    assert holds.count_taken("slot", ("EVE",), "a") == (1,)
    assert holds.count_taken("stock", ("NOON",), "c") == (4,)
    assert holds.count_taken("slot", (), "c") == ()


def test_a_full_slot_keeps_none_of_the_goods(one_mug, till):
    one_mug.take_hold("op", "a", place(), till)
    assert one_mug.take_hold("other", "b", (MUG, *place()), till) == place()
    assert one_mug.left("stock", "MUG") == 1


def test_of_a_subject_named_twice_the_fewer_count(holds, till):
    twice = place(1) + place(5)
    assert holds.take_hold("op", "a", twice, till) == (Item("slot", "NOON", 2, 1),)
    assert holds.take_hold("op", "a", (*place(5), Item("slot", "NOON", 1)), till) == ()


def test_of_all_who_want_the_last_place_one_gets_it(holds, till):
    for n in range(20):
        wanted = place(1, f"{n}")
        jobs = [lambda n=n, k=k, item=wanted: holds.take_hold(f"{n}|{k}", f"{k}", item, till) for k in range(4)]
        assert Counter(at_once(jobs)) == {(): 1, wanted: 3}


# how often somebody may


HOUR = timedelta(hours=1)


def test_the_window_slides(holds, clock):
    told = []
    for minutes in (0, 20, 20, 10, 10, 20):  # at 0, 20, 40, 50, 60, 80
        clock.passes(minutes=minutes)
        told.append(holds.spend("ada", 2, HOUR))
    assert told == [True, True, False, False, True, True]


def test_a_microsecond_decides_what_the_window_sees(holds, clock):
    assert holds.spend("ada", 1, HOUR)
    clock.passes(hours=1, microseconds=-1)
    assert not holds.spend("ada", 1, HOUR)
    clock.passes(microseconds=1)
    assert holds.spend("ada", 1, HOUR)


def test_a_no_is_not_counted(holds, clock):
    assert holds.spend("ada", 1, HOUR)
    for _ in range(5):
        clock.passes(minutes=11)
        assert not holds.spend("ada", 1, HOUR)
    clock.passes(minutes=5)
    assert holds.spend("ada", 1, HOUR)


def test_subjects_do_not_count_for_each_other(holds):
    assert holds.spend("ada", 1, HOUR)
    assert holds.spend("bob", 1, HOUR)
    assert not holds.spend("ada", 1, HOUR)


def test_what_was_done_is_counted_by_subject_within_the_window_and_asking_counts_nothing(holds, clock):
    assert holds.count_spent("ada", HOUR) == 0
    for _ in range(3):
        holds.spend("ada", 2, HOUR)  # the third is a no
    holds.spend("bob", 2, HOUR)
    assert [holds.count_spent(who, HOUR) for who in ("ada", "ada", "bob", "eve")] == [2, 2, 1, 0]
    clock.passes(minutes=40)
    assert (holds.count_spent("ada", HOUR), holds.count_spent("ada", timedelta(minutes=40))) == (2, 0)
    clock.passes(minutes=20)
    assert holds.count_spent("ada", HOUR) == 0


def test_nothing_may_be_done_no_times(holds):
    assert not holds.spend("ada", 0, HOUR)


def test_a_window_that_has_become_shorter_is_the_one_that_counts(holds, clock):
    assert holds.spend("ada", 1, HOUR)
    clock.passes(minutes=10)
    assert not holds.spend("ada", 1, HOUR)
    assert holds.spend("ada", 1, timedelta(minutes=10))


def test_in_memory_too_what_no_window_sees_is_forgotten_whosoever_it_was(clock):
    holds = MemoryHolds(clock)
    for n in range(5):
        holds.spend(f"{n}", 9, HOUR)
    clock.passes(hours=1)
    holds.spend("another", 0, HOUR)
    assert holds._spent == []


def test_of_all_who_spend_at_once_so_many_may(holds):
    for n in range(10):
        assert Counter(at_once([lambda n=n: holds.spend(f"{n}", 3, HOUR)] * 5)) == {True: 3, False: 2}


# the end


def test_closed_holds_say_so_and_may_be_closed_again(holds, till):
    holds.close()
    holds.close()
    for call in (
        lambda: holds.put("stock", "MUG", 1),
        lambda: holds.left("stock", "MUG"),
        lambda: holds.take_hold("op", "a", (MUG,), till),
        lambda: holds.commit_hold("op"),
        lambda: holds.release_hold("op"),
        lambda: holds.spend("ada", 1, HOUR),
    ):
        with pytest.raises(StoreUnavailable, match="closed"):
            call()


# as much as the shop's own books say: loyalty money


def money(quantity, left=100, subject="ADA"):
    return (Item("loyalty_money", subject, quantity, left, booked=True),)


def test_of_what_is_booked_the_books_say_what_is_left_and_others_keep_of_it(holds, till):
    assert holds.take_hold("op", "a", money(60), till) == ()
    assert holds.take_hold("other", "b", money(41), till) == money(41)
    assert holds.take_hold("other", "b", money(40), till) == ()


def test_what_is_committed_is_off_the_books_and_counts_no_more(holds, till):
    holds.take_hold("op", "a", money(60), till)
    holds.commit_hold("op")
    assert holds.take_hold("other", "b", money(41, left=40), till) == money(41, left=40)
    assert holds.take_hold("other", "b", money(40, left=40), till) == ()


def test_said_again_with_what_is_left_now_it_is_counted_again(holds, till):
    """Two fit when they were granted; the books know of a third since."""
    holds.take_hold("op", "a", money(60), till)
    holds.take_hold("other", "b", money(40), till)
    assert holds.take_hold("other", "b", money(40, left=99), till) == money(40, left=99)
    assert holds.take_hold("other", "b", money(40, left=100), till) == ()
    holds.release_hold("op")
    assert holds.take_hold("other", "b", money(40, left=40), till) == ()


def test_what_is_lacking_then_is_told_and_nothing_changes(holds, clock, till):
    holds.put("stock", "MUG", 1)
    both = (MUG, *money(40))
    holds.take_hold("op", "a", both, till)
    assert holds.take_hold("op", "a", (MUG, *money(40, left=39)), clock.at(60)) == money(40, left=39)
    clock.passes(minutes=30, microseconds=-1)
    assert holds.left("stock", "MUG") == 0
    clock.passes(microseconds=1)
    assert holds.left("stock", "MUG") == 1
    holds.commit_hold("op")


def test_counted_again_what_has_expired_gives_way(holds, clock, till):
    holds.take_hold("old", "a", money(60), clock.at(1))
    holds.take_hold("op", "b", money(40), till)
    clock.passes(minutes=2)
    assert holds.take_hold("op", "b", money(40, left=40), till) == ()
    assert lost(holds, "old")


def test_where_nobody_says_what_is_left_what_is_held_stays_and_nothing_new_is_kept(holds, clock, till):
    assert holds.take_hold("new", "b", money(1, left=None), till) == money(1, left=None)
    holds.take_hold("op", "a", money(60), till)
    assert holds.take_hold("op", "a", money(60, left=None), clock.at(60)) == ()
    clock.passes(minutes=31)
    assert holds.take_hold("other", "b", money(41), clock.at(90)) == money(41)


def test_what_is_booked_and_named_twice_is_held_twice(holds, till):
    twice = (*money(30, left=50), *money(30, left=50))
    assert holds.take_hold("op", "a", twice, till) == money(60, left=50)
    assert holds.take_hold("op", "a", (*money(30), *money(30)), till) == ()
    holds.commit_hold("op")
    assert holds.take_hold("other", "b", money(100), till) == ()
