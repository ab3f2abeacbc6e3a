"""Rules about the day and the hour, on the clock that hangs in the shop."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from checkout_core.order import evolve
from checkout_core.rules import Explained
from checkout_core.rules.availability import DateRangeRule, TimeWindowRule, WeekdayRule, refusal
from checkout_core.settings import Settings
from checkout_core.shop import Misconfigured

MONDAY, SUNDAY = WeekdayRule(frozenset({0})), WeekdayRule(frozenset({6}))
NIGHT, OFFICE = TimeWindowRule(time(22), time(2)), TimeWindowRule(time(9), time(17))
DECEMBER = DateRangeRule(date(2026, 12, 1), date(2026, 12, 31))
BERLIN, NEW_YORK, ISTANBUL, KIRITIMATI = "Europe/Berlin", "America/New_York", "Europe/Istanbul", "Pacific/Kiritimati"


@pytest.fixture
def at(make):
    """A visit at that moment, the shop being there."""

    def made(now, time_zone="UTC"):
        return evolve(make.visit(settings=Settings(time_zone=time_zone)), now=datetime.fromisoformat(now))

    return made


CLOCK = [  # rule, moment, the shop's zone, whether it applies
    (OFFICE, "2026-11-23T08:59:59.999999+00:00", "UTC", False),
    (OFFICE, "2026-11-23T09:00:00+00:00", "UTC", True),
    (OFFICE, "2026-11-23T16:59:59.999999+00:00", "UTC", True),
    (OFFICE, "2026-11-23T17:00:00+00:00", "UTC", False),
    (OFFICE, "2026-11-23T06:00:00+00:00", ISTANBUL, True),
    (OFFICE, "2026-11-23T06:00:00+00:00", BERLIN, False),
    (OFFICE, "2026-11-23T09:00:00+09:00", "UTC", False),  # of a moment, not of how it is written
    (NIGHT, "2026-11-23T21:59:59+00:00", "UTC", False),
    (NIGHT, "2026-11-23T22:00:00+00:00", "UTC", True),
    (NIGHT, "2026-11-24T00:00:00+00:00", "UTC", True),
    (NIGHT, "2026-11-24T01:59:59+00:00", "UTC", True),
    (NIGHT, "2026-11-24T02:00:00+00:00", "UTC", False),
    (NIGHT, "2026-11-24T12:00:00+00:00", "UTC", False),
    (TimeWindowRule(time(18), time(0)), "2026-11-23T23:59:59+00:00", "UTC", True),
    (TimeWindowRule(time(18), time(0)), "2026-11-24T00:00:00+00:00", "UTC", False),
    (MONDAY, "2026-11-22T23:59:59+00:00", "UTC", False),
    (MONDAY, "2026-11-23T00:00:00+00:00", "UTC", True),
    (MONDAY, "2026-11-22T21:00:00+00:00", ISTANBUL, True),
    (MONDAY, "2026-11-23T04:59:59+00:00", NEW_YORK, False),
    (SUNDAY, "2026-11-23T04:59:59+00:00", NEW_YORK, True),
    (WeekdayRule(frozenset({1, 3, 5})), "2026-11-28T12:00:00+00:00", "UTC", True),
    (DECEMBER, "2026-11-30T23:59:59+00:00", "UTC", False),
    (DECEMBER, "2026-12-01T00:00:00+00:00", "UTC", True),
    (DECEMBER, "2026-12-31T23:59:59+00:00", "UTC", True),
    (DECEMBER, "2027-01-01T00:00:00+00:00", "UTC", False),
    (DECEMBER, "2026-11-30T10:00:00+00:00", KIRITIMATI, True),  # fourteen hours ahead
    (DateRangeRule(first=date(2026, 12, 1)), "2030-01-01T00:00:00+00:00", "UTC", True),
    (DateRangeRule(last=date(2026, 12, 1)), "2026-12-01T23:00:00+00:00", "UTC", True),
    (DateRangeRule(last=date(2026, 12, 1)), "2026-12-02T00:00:00+00:00", "UTC", False),
    (DateRangeRule(date(2026, 12, 1), date(2026, 12, 1)), "2026-12-01T12:00:00+00:00", "UTC", True),
]


@pytest.mark.parametrize(("rule", "now", "time_zone", "applies"), CLOCK)
def test_day_and_hour_are_those_of_the_shops_clock(make, at, rule, now, time_zone, applies):
    visit = at(now, time_zone)

    assert rule.applies(visit, make.parcel(visit)) is applies


def shown(rule, at, make, start, minutes, time_zone):
    """At which of so many minutes after `start` the rule applies."""
    moments = [datetime.fromisoformat(start) + timedelta(minutes=n) for n in range(minutes)]
    visits = [evolve(at(start, time_zone), now=moment) for moment in moments]
    return [n for n, visit in enumerate(visits) if rule.applies(visit, make.parcel(visit))]


def test_an_hour_that_the_clocks_leave_out_is_never_shown(make, at):
    """Berlin, 29 March 2026: after 01:59 comes 03:00."""
    lost, around = TimeWindowRule(time(2), time(3)), TimeWindowRule(time(1, 30), time(3, 30))

    assert shown(lost, at, make, "2026-03-29T00:00:00+00:00", 180, BERLIN) == []
    assert shown(around, at, make, "2026-03-29T00:00:00+00:00", 180, BERLIN) == list(range(30, 90))


def test_an_hour_that_the_clocks_repeat_is_within_the_window_both_times(make, at):
    """Berlin, 25 October 2026: after 02:59 comes 02:00."""
    twice = TimeWindowRule(time(2), time(2, 30))

    assert shown(twice, at, make, "2026-10-25T00:00:00+00:00", 180, BERLIN) == [*range(30), *range(60, 90)]


def test_a_day_of_the_change_is_that_day_from_midnight_to_midnight(make, at):
    for day, minutes, start in (
        (date(2026, 3, 29), 23 * 60, "2026-03-28T23:00:00+00:00"),
        (date(2026, 10, 25), 25 * 60, "2026-10-24T22:00:00+00:00"),
    ):
        rule = DateRangeRule(day, day)
        assert shown(rule, at, make, start, 26 * 60, BERLIN) == list(range(minutes))


@pytest.mark.parametrize("time_zone", ["", "Europe/Atlantis", "nowhere"])
def test_a_time_zone_that_does_not_exist_is_the_shops_mistake_and_never_the_machines_zone(make, at, time_zone):
    visit = at("2026-11-23T12:00:00+00:00", time_zone)

    for rule in (MONDAY, OFFICE, DECEMBER):
        with pytest.raises(Misconfigured, match="TIME_ZONE: there is no time zone"):
            rule.applies(visit, make.parcel(visit))


@pytest.mark.parametrize(
    ("rule", "says", "holds", "code"),
    [
        (WeekdayRule(frozenset({6, 1})), "weekday one of Tuesday, Sunday; here Monday", False, "weekday_not_served"),
        (NIGHT, "from 22:00 to 02:00; here 01:30", True, None),
        (OFFICE, "from 09:00 to 17:00; here 01:30", False, "outside_hours"),
        (DECEMBER, "date from 2026-12-01 to 2026-12-31; here 2026-11-23", False, "outside_dates"),
        (DateRangeRule(last=date(2026, 12, 1)), "date to 2026-12-01; here 2026-11-23", True, None),
    ],
)
def test_an_explanation_says_what_is_asked_and_what_the_clock_shows(make, at, rule, says, holds, code):
    visit = at("2026-11-22T22:30:00+00:00", ISTANBUL)

    assert rule.explain(visit, make.parcel(visit)) == Explained(says, holds)
    assert refusal(rule, visit, make.parcel(visit)) == code


@pytest.mark.parametrize(
    ("make_rule", "says"),
    [
        (lambda: WeekdayRule(frozenset()), "weekdays wants at least one"),
        (lambda: WeekdayRule(frozenset({7})), "weekdays wants days from 0, Monday, to 6, Sunday; not 7"),
        (lambda: WeekdayRule(frozenset({-1, 0})), "weekdays wants days from 0, Monday, to 6, Sunday; not -1"),
        (lambda: TimeWindowRule(time(9), time(9)), "start and end want to differ; any-rule says always"),
        (DateRangeRule, "wants first, last or both"),
        (
            lambda: DateRangeRule(date(2026, 12, 2), date(2026, 12, 1)),
            "first, 2026-12-02, is after last, 2026-12-01",
        ),
    ],
)
def test_parameters_that_make_no_sense_are_refused_when_the_rule_is_made(make_rule, says):
    with pytest.raises(Misconfigured) as refused:
        make_rule()

    assert str(refused.value) == says


def test_the_same_moment_is_the_same_hour_however_it_is_written(make, at):
    for now in ("2026-11-23T10:00:00+00:00", "2026-11-23T19:00:00+09:00", "2026-11-23T05:00:00-05:00"):
        visit = at(now, BERLIN)
        assert visit.now.astimezone(UTC).hour == 10
        assert TimeWindowRule(time(11), time(11, 1)).applies(visit, make.parcel(visit))
