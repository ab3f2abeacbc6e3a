"""An option for each of several groups, as JSON text, as JSON, or as a plain form posts them.

    [10, 21]      {"electronics": 100, "clothing": 200}      "[10, 21]"      {"1": "10", "2": ""}

What comes out is one shape: pairs of the group, None where only the option was named, and the option's key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Final, TypeAlias

from ..settings import Settings
from ._shapes import BIGGEST, INVALID, REQUIRED, TOO_LONG, Bad, whole

Pairs: TypeAlias = tuple[tuple[str | None, int], ...]

LONGEST_NAME: Final = 256  # characters of a group's name
MOST_GROUPS: Final = 300
_LONGEST_TEXT: Final = 65_536  # characters: as many as a request has bytes

_pk: Final = whole(r"[1-9][0-9]{0,18}", 1, BIGGEST)


def source_options(raw: object, settings: Settings) -> object:
    """Pairs, of a list of keys, of an object from group to key, or of one key: how a form posts a list of one."""
    told = _told(raw)
    if isinstance(told, Bad):
        return told
    return _pairs(told if isinstance(told, Mapping | list | tuple) else [told], settings)


def group_options(raw: object, settings: Settings) -> object:
    """Pairs, of an object from group to key; the same option may serve several groups, so the group must be named."""
    told = _told(raw)
    if isinstance(told, Bad):
        return told
    return _pairs(told, settings) if isinstance(told, Mapping) else INVALID


def _told(raw: object) -> object:
    """What was posted, its text read as JSON in which no group is twice."""
    if not isinstance(raw, str):
        return raw
    if len(raw) > _LONGEST_TEXT:
        return TOO_LONG
    try:
        return json.loads(raw, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return INVALID


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _pairs(told: Mapping[object, object] | list[object] | tuple[object, ...], settings: Settings) -> Pairs | Bad:
    """What is blank or null was not given; nothing given at all is missing."""
    if len(told) > MOST_GROUPS:
        return TOO_LONG
    names: Iterable[object] = told if isinstance(told, Mapping) else repeat("")
    keys = told.values() if isinstance(told, Mapping) else told
    pairs: list[tuple[str | None, int]] = []
    for name, key in zip(names, keys, strict=False):
        if key is None or (isinstance(key, str) and not key.strip()):
            continue
        pk = _pk(key, settings)
        if not isinstance(pk, int) or not isinstance(name, str):
            return INVALID
        if len(name) > LONGEST_NAME:
            return TOO_LONG
        pairs.append((str(name) if isinstance(told, Mapping) else None, pk))
    return tuple(pairs) or REQUIRED
