"""Where rules are written inside others, so that they can be read from the inside out.

    for place in reversed(places(table, {"": written}, many=False)):
        place.written = Read(rule_of(place.written))

Whoever reads one finds those inside it read already, and calls no deeper for a thousand of them than for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias, cast, get_args, get_origin, get_type_hints

import attrs
from attrs import AttrsInstance, define, frozen

from ..shop import Misconfigured
from . import Calculator, Rule
from .three_d import ThreeDRule

OUT_OF_TABLE = (Rule, Calculator, ThreeDRule)  # a parameter of these types is written like the rule it stands in
Around: TypeAlias = dict[str, object] | list[object]


class Told(Misconfigured):
    """What is wrong was told where it is wrong."""


@frozen
class Read:
    """Stands for a rule that was read already; None where it has mistakes."""

    rule: object

    def again(self) -> object:
        """The rule.  Raises Told where it has mistakes."""
        if self.rule is None:
            raise Told
        return self.rule


@define(eq=False)
class Place:
    """Where a rule is written: in a copy of what stands around it, so that it can be replaced there."""

    around: Around
    key: Any  # of `around`
    step: str  # from the rule around it: `children[1]`
    outer: Place | None = None

    @property
    def written(self) -> object:
        """What stands here now."""
        return self.around[self.key]

    @written.setter
    def written(self, instead: object) -> None:
        self.around[self.key] = instead

    def path(self, at: str, where: str) -> str:
        """From `at` to here, and on to `where`."""
        steps = [where, self.step]
        outer = self.outer
        while outer is not None:
            steps.append(outer.step)
            outer = outer.outer
        dotted = [step if step.startswith("[") else f".{step}" for step in (at, *reversed(steps)) if step]
        return "".join(dotted).removeprefix(".")


def places(table: Mapping[str, type[object]], top: dict[str, object], *, many: bool) -> list[Place]:
    """Those of all rules in `top[""]`, as they were written: a rule, then those inside it.

    `many`: what stands there is a list of rules.  What is no rule at all has no place.
    """
    found: list[Place] = []
    waiting = list(_standing(top, "", many=many))[::-1]
    while waiting:
        place = waiting.pop()
        if isinstance(place.written, Mapping):
            fields: dict[str, object] = {**place.written}
            place.written = fields
            found.append(place)
            slug = fields.get("slug")
            held = _held(table[slug]) if isinstance(slug, str) and slug in table else {}  # type: ignore[arg-type]  # every class is hashable
            inner = [each for name, several in held.items() for each in _standing(fields, name, place, many=several)]
            waiting += reversed(inner)
    return found


def _standing(fields: dict[str, object], name: str, outer: Place | None = None, *, many: bool) -> Iterator[Place]:
    """Where rules may stand in that field."""
    written = fields.get(name)
    if name in fields and not many:
        yield Place(fields, name, name, outer)
    elif isinstance(written, list | tuple):
        fields[name] = items = list(written)
        yield from (Place(items, n, f"{name}[{n}]", outer) for n in range(len(items)))


@cache  # of as many classes as there are
def _held(make: type[object]) -> Mapping[str, bool]:
    """The parameters that are rules: whether it is many of them."""
    kinds = get_type_hints(make)
    names = [field.name for field in attrs.fields(cast("type[AttrsInstance]", make))]
    return {
        name: get_origin(kinds[name]) in (tuple, frozenset)
        for name in names
        if not {kinds[name], *get_args(kinds[name])}.isdisjoint(OUT_OF_TABLE)
    }
