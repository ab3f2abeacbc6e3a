"""Slots: which are offered from a moment on, by the clock at the shop, whatever that clock does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import evolve
from checkout_core.order import Delivery
from checkout_core.rules.slots import group_of, hours, offered, slots_of
from checkout_core.shop import DeliveryOption, Misconfigured, PassiveRange, RetailStore, Slot, SlotGroup

EVERY_DAY = tuple(range(7))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday
MORNING = Slot(1, EVERY_DAY, time(10), time(12), quota=5, disable_minutes=15)
EVENING = Slot(2, EVERY_DAY, time(18), time(20), quota=3)


def changed(slot, **changes):
    return Slot(**{
        "pk": slot.pk, "weekdays": slot.weekdays, "start": slot.start, "end": slot.end, "quota": slot.quota,
        "disable_minutes": slot.disable_minutes, **changes,
    })  # fmt: skip


def group(*slots, passive=(), days=1, zone="UTC"):
    return SlotGroup(1, "Ours", slots, passive, days, zone)


def of(here, now=NOON, zone="UTC"):
    """What is offered, as the clock at the shop shows it."""
    return [f"{r.lower:%d %H:%M%z}-{r.upper:%H:%M%z}" for r in offered(here, zone, now)]


def at(day, hour, minute=0, zone="UTC"):
    return datetime(2026, 11, day, hour, minute, tzinfo=tz.gettz(zone))


def test_the_slots_of_the_weekday_are_offered_with_their_quota_by_their_beginning():
    here = group(EVENING, changed(MORNING, weekdays=(6,)), days=3)
    assert of(here) == ["21 18:00+0000-20:00+0000", "22 10:00+0000-12:00+0000", "22 18:00+0000-20:00+0000",
                        "23 18:00+0000-20:00+0000"]  # fmt: skip
    assert [(r.group, r.quota) for r in offered(here, "UTC", NOON)] == [(1, 3), (1, 5), (1, 3), (1, 3)]


@pytest.mark.parametrize(("days", "count"), [(1, 1), (2, 2), (14, 14)])
def test_as_many_days_are_offered_as_the_group_says_today_among_them(days, count):
    assert len(of(group(EVENING, days=days))) == count


def test_a_slot_that_ends_at_12_with_15_minutes_is_gone_after_a_quarter_to_12():
    here, before = group(MORNING), timedelta(microseconds=1)
    last = at(21, 11, 45)
    assert of(here, last - before) == of(here, last) == ["21 10:00+0000-12:00+0000"]
    assert of(here, last + before) == []


def test_a_slot_that_has_begun_is_offered_until_then():
    assert of(group(MORNING), at(21, 11)) == ["21 10:00+0000-12:00+0000"]


@pytest.mark.parametrize(
    ("passive", "left"),
    [
        ((), "21 m, 21 e, 22 m, 22 e, 23 m, 23 e"),
        ((PassiveRange(date(2026, 11, 22), date(2026, 11, 22)),), "21 m, 21 e, 23 m, 23 e"),
        ((PassiveRange(date(2026, 11, 1), date(2026, 11, 22)),), "23 m, 23 e"),
        ((PassiveRange(date(2026, 11, 21), date(2026, 11, 22), slot=1),), "21 e, 22 e, 23 m, 23 e"),
        ((PassiveRange(date(2026, 11, 24), date(2026, 11, 30)),), "21 m, 21 e, 22 m, 22 e, 23 m, 23 e"),
        (
            (
                PassiveRange(date(2026, 11, 21), date(2026, 11, 21), slot=1),
                PassiveRange(date(2026, 11, 21), date(2026, 11, 22), slot=2),
            ),
            "22 m, 23 m, 23 e",
        ),
    ],
)
def test_no_slot_is_offered_on_the_days_it_is_closed(passive, left):
    shown = offered(group(MORNING, EVENING, passive=passive, days=3), "UTC", at(21, 8))
    assert ", ".join(f"{r.lower:%d} {'m' if r.lower.hour == 10 else 'e'}" for r in shown) == left


def test_days_are_those_of_the_shop_not_of_greenwich():
    """Half past one in the night to Sunday at the shop, and still Saturday in Greenwich."""
    sunday = changed(EVENING, weekdays=(6,))
    now = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    assert of(group(sunday, zone="Europe/Istanbul"), now) == ["22 18:00+0300-20:00+0300"]
    assert of(group(sunday), now) == []


def test_a_group_without_a_clock_of_its_own_has_the_shops():
    now = at(21, 8, zone="Asia/Tokyo")
    assert of(group(EVENING, zone=None), now, "Asia/Tokyo") == ["21 18:00+0900-20:00+0900"]
    assert of(group(EVENING, zone="UTC"), NOON, "Asia/Tokyo") == ["21 18:00+0000-20:00+0000"]


def test_a_clock_that_nobody_knows_is_a_mistake_of_the_shop():
    with pytest.raises(Misconfigured, match="there is no time zone 'Europe/Atlantis'"):
        of(group(EVENING, zone="Europe/Atlantis"))


def test_an_end_that_is_not_behind_the_start_is_the_next_days():
    night = Slot(3, EVERY_DAY, time(22), time(2), 1, disable_minutes=30)
    assert of(group(night)) == ["21 22:00+0000-02:00+0000"]
    assert of(group(night), at(22, 1, 30)) == ["21 22:00+0000-02:00+0000", "22 22:00+0000-02:00+0000"]
    assert of(group(night), at(22, 1, 31)) == ["22 22:00+0000-02:00+0000"]


def test_of_two_slots_with_the_same_hours_the_first_counts():
    twin = changed(MORNING, pk=9, quota=100)
    assert [r.quota for r in offered(group(MORNING, twin, days=2), "UTC", NOON)] == [5]


# When clocks change: in Berlin 2 to 3 o'clock is left out on 28 March 2027, and comes twice on 25 October 2026


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("01:00", "02:00", "01:00+0100-03:00+0200"),  # an hour, all the same
        ("02:00", "03:00", None),  # nothing is left of it
        ("02:30", "03:00", None),
        ("02:15", "02:45", "03:15+0200-03:45+0200"),
        ("02:30", "05:00", "03:30+0200-05:00+0200"),
        ("03:00", "05:00", "03:00+0200-05:00+0200"),
    ],
)
def test_a_time_that_the_clocks_leave_out_is_as_much_later(start, end, shown):
    slot = Slot(1, EVERY_DAY, time.fromisoformat(start), time.fromisoformat(end), 1)
    told = of(group(slot, zone="Europe/Berlin"), datetime(2027, 3, 27, 23, 30, tzinfo=UTC))
    assert told == ([] if shown is None else [f"28 {shown}"])


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("01:00", "02:00", "01:00+0200-02:00+0100"),
        ("02:00", "03:00", "02:00+0200-03:00+0100"),
        ("02:30", "02:45", "02:30+0200-02:45+0100"),
        ("03:00", "04:00", "03:00+0100-04:00+0100"),
    ],
)
def test_of_a_time_that_comes_twice_the_first_begins_a_slot_and_the_second_ends_it(start, end, shown):
    slot = Slot(1, EVERY_DAY, time.fromisoformat(start), time.fromisoformat(end), 1)
    assert of(group(slot, zone="Europe/Berlin"), datetime(2026, 10, 24, 22, 30, tzinfo=UTC)) == [f"25 {shown}"]


def test_minutes_before_the_end_are_minutes_that_pass():
    """At 2:50 for the first time there are 70 minutes left of a slot until 3, at 2:50 for the second time 10."""
    slot = Slot(1, EVERY_DAY, time(1), time(3), 1, disable_minutes=15)
    first = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    here = group(slot, zone="Europe/Berlin")
    assert (of(here, first), of(here, first + timedelta(hours=1))) == (["25 01:00+0200-03:00+0100"], [])


# Whose slots

DOOR = DeliveryOption(1, "door", "To the door")
SCHEDULED = DeliveryOption(2, "hours", "At your hour", slot_group=7)
COLLECT = DeliveryOption(3, "collect", "Collect", "retail_store")
COLLECT_SCHEDULED = DeliveryOption(4, "collect-hours", "Collect at your hour", "retail_store", slot_group=7)


def store(make, slot_group):
    place = make.address()
    return RetailStore(1, "Ours", "1 Street", place.country, place.city, slot_group=slot_group)


@pytest.mark.parametrize(
    ("option", "stores", "pk"),
    [
        (None, None, None), (DOOR, None, None), (SCHEDULED, None, 7), (SCHEDULED, 8, 7), (DOOR, 8, None),
        (COLLECT, None, None), (COLLECT, 8, 8), (COLLECT_SCHEDULED, None, 7), (COLLECT_SCHEDULED, 8, 8),
    ],
)  # fmt: skip
@pytest.mark.parametrize("chosen", [True, False])
def test_the_slots_are_the_stores_where_goods_are_collected_or_else_the_options(make, option, stores, pk, chosen):
    delivery = Delivery(option, retail_store=store(make, stores) if chosen else None)
    left = getattr(option, "slot_group", None)
    assert group_of(delivery) == (pk if chosen else left)


def test_a_group_that_is_switched_off_offers_nothing(make):
    visit = make.visit()
    visit = visit.at(evolve(visit.order, delivery=Delivery(SCHEDULED)))
    there = with_groups(visit, SlotGroup(7, "Seven", (EVENING,), (), 1), SlotGroup(8, "Eight", (MORNING,), (), 30))
    assert [r.group for r in slots_of(there)] == [7]
    assert slots_of(with_groups(visit, SlotGroup(8, "Eight", (EVENING,)))) == ()


def with_groups(visit, *groups):
    return evolve(visit, shop=evolve(visit.shop, slot_groups=groups))


# The law


ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Africa/Casablanca", "Asia/Tehran", "Europe/Istanbul",
    "Australia/Lord_Howe",
)  # fmt: skip
CHANGES = [  # of some clock among them, and days without any
    datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 2, 15, 2, tzinfo=UTC), datetime(2026, 3, 22, 2, tzinfo=UTC),
    datetime(2022, 3, 21, 20, 30, tzinfo=UTC), datetime(2022, 9, 21, 19, 30, tzinfo=UTC),
    datetime(2016, 3, 27, 1, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
]  # fmt: skip
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def groups(draw, today):
    slots = draw(st.lists(
        st.builds(
            Slot, st.just(0), st.sets(st.integers(0, 6), min_size=1).map(tuple), clocks | st.just(time(2, 30)), clocks,
            st.integers(1, 9), st.integers(0, 300),
        ), max_size=5,
    ))  # fmt: skip
    slots = tuple(changed(slot, pk=n) for n, slot in enumerate(slots))
    passive = draw(st.lists(
        st.builds(
            lambda after, long, slot: PassiveRange(today + after * DAY, today + (after + long) * DAY, slot),
            st.integers(-2, 4), st.integers(0, 2), st.none() | st.integers(0, 4),
        ), max_size=2,
    ))  # fmt: skip
    return group(*slots, passive=tuple(passive), days=draw(st.integers(1, 5)), zone=draw(st.sampled_from(ZONES)))


DAY = timedelta(days=1)


@settings(max_examples=250)
@given(data=st.data())
def test_what_is_offered_is_what_the_group_says_without_what_is_over_closed_or_swallowed_by_a_change(data):
    now = data.draw(st.sampled_from(CHANGES)) + timedelta(minutes=data.draw(st.integers(-3 * 24 * 60, 24 * 60)))
    here = data.draw(groups(now.date()))
    zone = tz.gettz(here.time_zone)
    shown = offered(here, "UTC", now)
    assert all(r.lower < r.upper and r.lower.utcoffset() is not None for r in shown)
    assert len({r.subject for r in shown}) == len(shown)
    assert list(shown) == sorted(shown, key=lambda r: (r.lower, r.upper))
    found, today = [], now.astimezone(zone).date()
    for day in (today + n * DAY for n in range(-1, here.days)):
        for slot in here.slots:
            shut = any(p.first <= day <= p.last and p.slot in {None, slot.pk} for p in here.passive)
            lower, upper = hours(slot, day, zone)
            over = now > upper - timedelta(minutes=slot.disable_minutes)
            if day.weekday() in slot.weekdays and not shut and not over and lower < upper:
                found.append((lower, upper))
    assert Counter({(r.lower, r.upper): 1 for r in shown}) == Counter(set(found))


@settings(max_examples=300)
@given(st.sampled_from(ZONES), st.sampled_from(CHANGES), st.integers(-1, 1), clocks, clocks)
def test_the_hours_of_a_slot_are_shown_by_the_clock_at_the_shop(zone, change, days, start, end):
    """Through the zone a bound shows what the group says, or as much later as clocks skip; of two, the outer."""
    here = tz.gettz(zone)
    day = change.astimezone(here).date() + days * DAY
    lower, upper = hours(Slot(1, EVERY_DAY, start, end, 1), day, here)
    last = day if start < end else day + DAY
    for bound, wanted, fold in ((lower, datetime.combine(day, start), 0), (upper, datetime.combine(last, end), 1)):
        clock = bound.astimezone(here)
        assert clock.utcoffset() == bound.utcoffset()
        if tz.datetime_exists(wanted, here):
            assert clock.replace(tzinfo=None) == wanted
            assert bound.utcoffset() == wanted.replace(tzinfo=here, fold=fold).utcoffset()
        else:
            assert timedelta(0) < clock.replace(tzinfo=None) - wanted <= timedelta(hours=1)
