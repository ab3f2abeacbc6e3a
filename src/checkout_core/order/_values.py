"""How parts change: a cheap `evolve`, and fields that know their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs
from attrs import field, frozen

T = TypeVar("T")

if TYPE_CHECKING:
    from attrs import evolve as evolve  # the type checker then knows names and types of the changes
else:
    _new, _set = object.__new__, object.__setattr__  # the latter past the `__setattr__` of frozen classes

    def evolve(value: T, /, **changes: Any) -> T:
        """`value` with some fields changed.  Raises TypeError for a field it does not have.

        `__init__` is not run: stored classes have no validators, and attrs' own
        `evolve` costs more than a whole hand-written step.
        """
        old = value.__dict__
        fields = {**old, **changes}  # not `|`: attributes of a copied shared-key dict are found more slowly
        if len(fields) != len(old):
            raise TypeError(f"{type(value).__name__} has no field {', '.join(sorted(changes.keys() - old.keys()))}")
        new = _new(value.__class__)
        _set(new, "__dict__", fields)
        return new


def same(one: object, other: object) -> bool:
    """Equal parts.  What is one object in both is not looked into, so a basket of a thousand lines costs nothing."""
    return one is other or (one.__class__ is other.__class__ and one.__dict__ == other.__dict__)


@frozen
class Field:
    """A field of a part: what `Page.sets` names.  `empty` is the value it has before any answer."""

    owner: type[object]
    name: str
    empty: object = field(eq=False, default=None)


class _Ref:
    def __init__(self, cls: type[Any]) -> None:
        for a in attrs.fields(cls):
            if a.default is not attrs.NOTHING:
                default = cast("Any", a.default)
                empty = default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]  # a function to the type checker, a class at run time
                self.__dict__[a.name] = Field(cls, a.name, empty)


def ref(cls: type[T]) -> T:
    """The fields of `cls` as values that know their owner: `ref(Shipping).option`.

    Typed as an instance, so that a misspelt name is a type error.  A field
    without a default is not there: it could not be undone.
    """
    return cast("T", _Ref(cls))
