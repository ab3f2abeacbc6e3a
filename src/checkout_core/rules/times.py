"""When: rules about the day and the hour, as the shop's clock shows them.

    TimeWindowRule(time(22), time(2))      # at night, over midnight

The clock hangs in settings.time_zone.  It is read as it stands, so an hour that a change of clocks leaves out is never
shown, and one it repeats is within a window both times.
"""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import ClassVar

from attrs import field, frozen
from dateutil import tz

from ..order import Parcel
from ..page import Visit
from ..shop import Misconfigured
from . import Explained
from ._parameters import some, weekdays

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def zone_called(time_zone: str) -> tzinfo:
    """The IANA zone of that name.  Raises Misconfigured where there is none."""
    zone = tz.gettz(time_zone) if time_zone else None  # of an empty name, the zone of the machine
    if zone is None:
        raise Misconfigured(f"TIME_ZONE: there is no time zone {time_zone!r}")
    return zone


@lru_cache(maxsize=64)  # every rule of one visit asks the same
def _shown(now: datetime, time_zone: str) -> datetime:
    return now.astimezone(zone_called(time_zone))


def shop_clock(visit: Visit) -> datetime:
    """What the shop's clock shows.  Raises Misconfigured for a time zone that does not exist."""
    return _shown(visit.now, visit.settings.time_zone)


@frozen
class WeekdayRule:
    """Today is one of these days, 0 for Monday; a day ends at midnight, also for a time window that goes on."""

    weekdays: frozenset[int] = field(validator=[some, weekdays])

    code: ClassVar[str] = "weekday_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return shop_clock(visit).weekday() in self.weekdays

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        wanted = ", ".join(WEEKDAYS[day] for day in sorted(self.weekdays))
        says = f"weekday one of {wanted}; here {WEEKDAYS[shop_clock(visit).weekday()]}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class TimeWindowRule:
    """From `start` on, and before `end`; over midnight where the end is the earlier one.

    An end of 00:00 is the midnight after the start.
    """

    start: time
    end: time

    code: ClassVar[str] = "outside_hours"

    def __attrs_post_init__(self) -> None:
        if self.start == self.end:
            raise Misconfigured("start and end want to differ; any-rule says always")

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        shown = shop_clock(visit).time()
        if self.start < self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"from {self.start:%H:%M} to {self.end:%H:%M}; here {shop_clock(visit):%H:%M}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class DateRangeRule:
    """Today is one of these days, the first and the last among them."""

    first: date | None = None
    last: date | None = None

    code: ClassVar[str] = "outside_dates"

    def __attrs_post_init__(self) -> None:
        if self.first is None and self.last is None:
            raise Misconfigured("wants first, last or both")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise Misconfigured(f"first, {self.first}, is after last, {self.last}")

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        today = shop_clock(visit).date()
        return (self.first is None or self.first <= today) and (self.last is None or today <= self.last)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        ends = (("from", self.first), ("to", self.last))
        range_ = " ".join(f"{words} {day}" for words, day in ends if day is not None)
        return Explained(f"date {range_}; here {shop_clock(visit).date()}", self.applies(visit, parcel))
