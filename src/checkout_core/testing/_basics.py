"""Texts, keys, numbers, moments and amounts that Hypothesis draws the parts of a checkout from.

What depends on a currency is made once for each: to look into a strategy costs Hypothesis more than to draw from it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..money import Money

CURRENCIES = ("TRY", "EUR", "JPY", "KWD")  # of 2, 0 and 3 decimals

texts = st.text(max_size=12)  # any Unicode, empty too
pks = st.integers(1, 2**40)
counts = st.integers(1, 12)
rates = st.integers(0, 1_000_000)  # millionths
maybe_texts = st.none() | texts
some_texts = st.lists(texts, max_size=2).map(tuple)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC) | offsets)  # noqa: DTZ001  # hypothesis adds the zone
maybe_moments = st.none() | moments


@cache
def amounts(currency: str) -> SearchStrategy[Money]:
    """From nothing up to a hundred million minor units."""
    return up_to(Money.of(10**8, currency))


def up_to(most: Money, least: int = 0) -> SearchStrategy[Money]:
    """No less than so many minor units, and no more than `most`."""
    return st.integers(least, most.minor).map(lambda minor: Money.of(minor, most.currency))
