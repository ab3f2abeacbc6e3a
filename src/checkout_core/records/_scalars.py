"""Values without parts as JSON: never coerced, always spelt the same way.

A subclass of str, int or datetime may be written (a host's safe string, a
frozen clock's now); what is read back is plain, and equals it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar

from ..money import Money

T = TypeVar("T")
AMOUNT = re.compile(r"(0|-?[1-9][0-9]*) ([A-Z]{3})")
AMOUNTS_KEPT = 4096  # an amount stands several times in every record, and in the next


def wrong(kind: type[object], value: object) -> TypeError:
    """What to raise for a value of another class; it is not quoted."""
    return TypeError(f"{kind.__qualname__} is wanted, not {type(value).__qualname__}")


def exactly(value: object, kind: type[T]) -> T:
    """`value`, if that is its class.  Raises TypeError."""
    if value.__class__ is kind:
        return value
    raise wrong(kind, value)


def write_text(value: object) -> str:
    if value.__class__ is str or isinstance(value, str):
        return value
    raise wrong(str, value)


def read_text(raw: object, _: object) -> str:
    if raw.__class__ is str:  # not `exactly`: most of a record is text, and a call costs as much as the rest
        return raw
    raise wrong(str, raw)


def write_int(value: object) -> int:
    if value.__class__ is int or (isinstance(value, int) and value.__class__ is not bool):
        return value
    raise wrong(int, value)


def read_int(raw: object, _: object) -> int:
    if raw.__class__ is int:
        return raw
    raise wrong(int, raw)


def boolean(value: object, _: object = None) -> bool:
    return exactly(value, bool)


def write_money(value: object) -> str:
    if value.__class__ is not Money:
        raise wrong(Money, value)
    return f"{value.minor} {value.currency}"


@lru_cache(AMOUNTS_KEPT)
def read_money(raw: str, _: object) -> Money:
    match = AMOUNT.fullmatch(raw)
    if match is None:  # a code that ISO 4217 has dropped since is still read
        raise ValueError("no amount in minor units")
    return Money.of(int(match[1]), match[2])


def write_datetime(value: object) -> str:
    if not isinstance(value, datetime):
        raise wrong(datetime, value)
    if value.utcoffset() is None:
        raise ValueError("a datetime without a time zone is no point in time")
    return value.isoformat()


def read_datetime(raw: str, _: object) -> datetime:
    moment = datetime.fromisoformat(raw)
    if moment.utcoffset() is None or moment.isoformat() != raw:  # it takes more spellings with every Python
        raise ValueError("no point in time")
    return moment


def write_date(value: object) -> str:
    return exactly(value, date).isoformat()


def read_date(raw: str, _: object) -> date:
    day = date.fromisoformat(raw)
    if day.isoformat() != raw:
        raise ValueError("no date")
    return day


def write_time(value: object) -> str:
    return exactly(value, time).isoformat()


def read_time(raw: str, _: object) -> time:
    moment = time.fromisoformat(raw)
    if moment.isoformat() != raw:
        raise ValueError("no time of day")
    return moment
