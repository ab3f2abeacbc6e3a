"""JSON that can be read in one way only: no field twice, no float, no long number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, Literal

DIGITS: Final = 16  # of a whole number, more than any amount of ours has


class NotStrict(ValueError):
    """It is not written as we write."""


def strict_object(body: bytes, encoding: Literal["ascii", "utf-8"] = "ascii") -> Mapping[str, object]:
    """The object.  Raises NotStrict, which does not quote what it read, for everything else."""
    try:
        told = json.loads(
            body.decode(encoding), object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused,
            parse_int=_whole,
        )  # fmt: skip
    except NotStrict:
        raise
    except (ValueError, RecursionError):
        raise NotStrict(f"no JSON in {encoding.upper()}") from None
    if not isinstance(told, dict):
        raise NotStrict("no object")
    return told


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("a field twice")
    return found


def _refused(text: str) -> object:
    raise NotStrict("a number that is no whole one")


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise NotStrict("a number that is too long")
    return int(text)
