"""Several keys in one field: a JSON array, a field that is there several times, or one value.

    [101, 102]      ["101", "102"]      "[101, 102]"      "101"      101      []      ""

A form without script cannot post an empty list, and leaves out a field that nobody ticked.  So blank text is no key
but a place kept: `name=` alone is the empty list, and beside others it says nothing.  A field that is not there at all
is missing, as everywhere.
"""

from __future__ import annotations

from typing import Final

from ..settings import Settings
from ._json import value_of
from ._shapes import BIGGEST, INVALID, TOO_LONG, whole

MOST: Final = 100  # as many as anybody ticks

_pk: Final = whole(r"[1-9][0-9]{0,18}", 1, BIGGEST)


def pks(raw: object, settings: Settings) -> object:
    """The keys as a tuple, each once, in the order they were given; the empty one for an empty list, or blank text."""
    if isinstance(raw, str) and raw.lstrip().startswith("["):  # an array that a form field carries
        try:
            raw = value_of(raw)
        except (ValueError, RecursionError):
            return INVALID
    listed = raw if isinstance(raw, list | tuple) else (raw,)
    if len(listed) > MOST:
        return TOO_LONG
    found: dict[int, None] = {}
    for each in listed:
        if isinstance(each, str) and not each.strip():
            continue
        pk = _pk(each, settings)
        if not isinstance(pk, int):
            return INVALID
        found[pk] = None
    return tuple(found)
