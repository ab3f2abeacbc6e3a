"""How a type is written as JSON, and how it is read back: exactly, or not at all.

cattrs generates the code for attrs classes; which types there are is said here.
Whatever is not on the list (a float, a list, a Secret) is refused when the
codec is made, not when the first buyer gets there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import AttrsInstance
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ..effects import Secret
from ..money import Money
from ..shop import Misconfigured
from . import _scalars as scalars

Json: TypeAlias = Union[bool, int, str, "list[Json]", "dict[str, Json]", None]
Write: TypeAlias = Callable[[Any], Json]  # raises TypeError or ValueError for a value that is not of the type
Read: TypeAlias = Callable[[Any, object], Any]  # cattrs hands the type too; any exception says that it is other JSON
Classes: TypeAlias = tuple[type[object], ...]


class Shape(NamedTuple):
    """Both ways of one type."""

    write: Write
    read: Read


SCALARS: Mapping[object, Shape] = {
    str: Shape(scalars.write_text, scalars.read_text),
    int: Shape(scalars.write_int, scalars.read_int),
    bool: Shape(scalars.boolean, scalars.boolean),
    Money: Shape(scalars.write_money, scalars.read_money),
    datetime: Shape(scalars.write_datetime, scalars.read_datetime),
    date: Shape(scalars.write_date, scalars.read_date),
    time: Shape(scalars.write_time, scalars.read_time),
}
STORABLE = "str, int, bool, Money, datetime, date, time, Literal, Enum, X | None, tuple[X, ...], Mapping[str, X], attrs"


class Shapes:
    """The shape of every type that one composition stores.

    `unions` are the open fields: what stands in a field of type `Payment`, say,
    is one of the classes named for it here.
    """

    def __init__(self, unions: Mapping[type[object], Classes]) -> None:
        self._unions = unions
        self._cattrs = Converter(forbid_extra_keys=True, detailed_validation=False)
        self._of: dict[object, Shape | None] = {**SCALARS}  # None: being made

    def of(self, kind: object) -> Shape:
        """Raises Misconfigured for a type that is not stored."""
        if kind not in self._of:
            self._of[kind] = None
            self._of[kind] = self._made(kind)
        shape = self._of[kind]
        if shape is None:
            raise Misconfigured(f"{_name(kind)} contains itself; what is stored has an end")
        return shape

    def class_(self, cls: type[AttrsInstance], apart: str | None = None) -> Shape:
        """Of an attrs class.  The field `apart` is left out of the JSON; the reader is handed its value."""
        try:
            hints = get_type_hints(cls)
        except NameError as unknown:
            raise Misconfigured(f"{_name(cls)}: {unknown}; import it at run time, not for the type checker") from None
        writes: dict[str, Any] = {}
        reads: dict[str, Any] = {}
        for name in (a.name for a in attrs.fields(cls)):
            if name == apart:
                writes[name], reads[name] = override(omit=True), override(struct_hook=lambda value, _: value)
            else:
                shape = self._of_field(cls, name, hints[name])
                writes[name], reads[name] = override(unstruct_hook=shape.write), override(struct_hook=shape.read)
        write_fields = make_dict_unstructure_fn(cls, self._cattrs, _cattrs_omit_if_default=True, **writes)

        def write(value: object) -> Json:
            if value.__class__ is not cls:  # a subclass would lose what it adds
                raise scalars.wrong(cls, value)
            return write_fields(value)

        return Shape(write, make_dict_structure_fn(cls, self._cattrs, **reads))

    def _of_field(self, cls: type[object], name: str, kind: object) -> Shape:
        try:
            return self.of(kind)
        except Misconfigured as refused:
            raise Misconfigured(f"{_name(cls)}.{name}: {refused}") from None

    def _made(self, kind: Any) -> Shape:  # noqa: ANN401  # a type, of which Python has no one type
        origin, arguments = get_origin(kind), get_args(kind)
        if kind is Secret:
            raise Misconfigured("a Secret is never stored; keep it in the form, and hand it to Pay")
        if kind in self._unions:
            shape = self._tagged(self._unions[kind])
        elif origin is Literal:
            shape = _one_of(arguments)
        elif origin is Union or origin is UnionType:
            shape = self._union(arguments)
        elif origin is tuple and arguments[1:] == (...,):
            shape = _tuple(self.of(arguments[0]))
        elif origin is Mapping and arguments[0] is str:
            shape = _mapping(self.of(arguments[1]))
        elif isinstance(kind, type) and issubclass(kind, Enum):
            shape = _enum(kind)
        elif isinstance(kind, type) and attrs.has(kind):
            shape = self.class_(kind)
        else:
            raise Misconfigured(f"{_name(kind)} is not stored; what is: {STORABLE}")
        return shape

    def _union(self, members: tuple[object, ...]) -> Shape:
        some = tuple(member for member in members if member is not NoneType)
        classes = tuple(member for member in some if isinstance(member, type) and attrs.has(member))
        if len(some) > 1 and len(classes) < len(some):
            raise Misconfigured(f"{' | '.join(map(_name, some))} cannot be told apart in JSON; attrs classes can")
        shape = self.of(some[0]) if len(some) == 1 else self._tagged(classes)
        return shape if len(some) == len(members) else _optional(shape)

    def _tagged(self, classes: Classes) -> Shape:
        """Written as `{"CreditCard": {...}}`."""
        named = {cls.__name__: self.of(cls) for cls in classes}
        if len(named) < len(classes):
            raise Misconfigured(f"of {', '.join(map(_name, classes))}, two are stored under one name")
        names = {cls: cls.__name__ for cls in classes}

        def write(value: object) -> Json:
            name = names.get(value.__class__)
            if name is None:
                raise TypeError(f"{_name(value.__class__)} is none of {', '.join(named) or 'no classes'}")
            return {name: named[name].write(value)}

        def read(raw: object, _: object) -> object:
            ((name, body),) = scalars.exactly(raw, dict).items()
            return named[name].read(body, None)

        return Shape(write, read)


def _name(kind: object) -> str:
    return getattr(kind, "__qualname__", None) or str(kind)


def _one_of(values: tuple[Any, ...]) -> Shape:
    known = {(value, value.__class__) for value in values}  # True == 1 == 1.0

    def exactly(value: Json, _: object = None) -> Json:
        if (value, value.__class__) not in known:
            raise TypeError(f"one of {', '.join(map(repr, values))} is wanted")
        return value

    return Shape(exactly, exactly)


def _enum(kind: type[Enum]) -> Shape:
    of_value = _one_of(tuple(member.value for member in kind))
    return Shape(
        lambda member: of_value.write(scalars.exactly(member, kind).value),
        lambda raw, _: kind(of_value.read(raw, None)),
    )


def _optional(some: Shape) -> Shape:
    write_some, read_some = some

    def write(value: object) -> Json:
        return None if value is None else write_some(value)

    def read(raw: object, _: object) -> object:
        return None if raw is None else read_some(raw, None)

    return Shape(write, read)


def _tuple(item: Shape) -> Shape:
    write_item, read_item = item

    def write(values: object) -> Json:
        return [write_item(value) for value in scalars.exactly(values, tuple)]

    def read(raw: object, _: object) -> tuple[object, ...]:
        return tuple([read_item(value, None) for value in scalars.exactly(raw, list)])

    return Shape(write, read)


def _mapping(item: Shape) -> Shape:
    write_item, read_item = item

    def write(values: Mapping[str, object]) -> Json:
        return {scalars.write_text(key): write_item(value) for key, value in values.items()}  # JSON makes "1" of 1

    def read(raw: object, _: object) -> dict[str, object]:
        return {key: read_item(value, None) for key, value in scalars.exactly(raw, dict).items()}

    return Shape(write, read)
