"""Rules and calculators as an admin wrote them, read strictly.

    load(SHIPPING_RULES, {"slug": "country-rule", "countries": [1, 2], "exclude": True})

Parameters lie flat beside the slug.  Rules inside rules are written the same way, out of the same table, and any may
bear a `name`, which is for people and not read.  Amounts are text, "10.00 TRY", as are rates, "2.25 %", and days and
times of day, "2026-12-01" and "09:30".  Nothing is coerced: `true` is not 1, and `"5"` is no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, time
from difflib import get_close_matches
from functools import cache
from types import GenericAlias, NoneType
from typing import Literal, TypeVar, cast, get_args, get_origin

import attrs
from attrs import AttrsInstance
from cattrs import BaseValidationError, ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs import IterableValidationError as ItemsError
from cattrs.gen import make_dict_structure_fn

from ..money import Money, millionths_of
from ..shop import Misconfigured
from . import Rule
from ._nested import OUT_OF_TABLE, Read, Told, places
from ._parameters import Rate

RuleT = TypeVar("RuleT")

KEY = re.compile(r"[1-9][0-9]{0,18}")
AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ([A-Z]{3})")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # of the many ways of ISO 8601 to write it, this one only
HOUR = re.compile(r"[0-9]{2}:[0-9]{2}")
PLAIN = {bool: "true or false", int: "a whole number", str: "text"}
CALLED = PLAIN | {float: "a fraction", list: "a list", tuple: "a list", dict: "an object", NoneType: "null"}
COLLECTIONS: Mapping[object, Callable[[list[object]], object]] = {tuple: tuple, frozenset: frozenset}


class Mistakes(Misconfigured):
    """All that is wrong with what was written: `mistakes` pairs where, `rules[0].children[1].cities`, with what."""

    def __init__(self, mistakes: tuple[tuple[str, str], ...]) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(f"{where}: {what}" if where else what for where, what in self.mistakes)


def load(table: Mapping[str, type[RuleT]], written: object, at: str = "") -> RuleT:
    """The rule that was written, out of `table`; `at` says where, and begins the path of every mistake.

    Raises Mistakes with all of them: unknown slugs and fields, missing ones, wrong types, parameters without sense.
    """
    return cast("RuleT", _read(table, written, Rule, at))


def load_all(table: Mapping[str, type[RuleT]], written: object, at: str = "") -> tuple[RuleT, ...]:
    """The rules of a list.  Raises Mistakes with those of all of them."""
    return cast("tuple[RuleT, ...]", _read(table, written, tuple[Rule, ...], at))


def _read(table: Mapping[str, type[object]], written: object, kind: object, at: str) -> object:
    """Rules inside a rule are read before it, one by one, so they may lie as deep as they were written."""
    converter = _converter(tuple(table.items()))
    top: dict[str, object] = {"": written}
    mistakes: list[tuple[str, str]] = []
    for place in reversed(places(table, top, many=kind is not Rule)):
        try:
            place.written = Read(converter.structure(place.written, cast("type[object]", Rule)))
        except (BaseValidationError, ValueError) as wrong:
            mistakes[:0] = [(place.path(at, where), what) for where, what in _mistakes(wrong, "")]
            place.written = Read(None)
    try:
        return converter.structure(top[""], cast("type[object]", kind))
    except (BaseValidationError, ValueError) as wrong:
        raise Mistakes((*mistakes, *_mistakes(wrong, at))) from None


class _NoSlug(Misconfigured):
    """The field `slug` does not say which rule it is."""


@cache  # of a handful of tables; a converter compiles a function for every class
def _converter(table: tuple[tuple[str, type[AttrsInstance]], ...]) -> Converter:
    by_slug = dict(table)
    converter = Converter(forbid_extra_keys=True)

    def rule(written: object, _: object) -> object:
        if isinstance(written, Read):
            return written.again()
        fields = _object(written)
        make = by_slug[_slug(fields, by_slug)]
        unread = {"slug", "name"} - {field.name for field in attrs.fields(make)}
        return converter.structure({name: value for name, value in fields.items() if name not in unread}, make)

    def items(written: object, kind: object) -> object:
        if not isinstance(written, list | tuple):
            raise Misconfigured(_wants("a list", written))
        read = converter.structure(written, cast("type[list[object]]", GenericAlias(list, get_args(kind)[:1])))
        return COLLECTIONS[get_origin(kind)](read)

    def by_key(written: object, kind: object) -> object:
        """Keys of a JSON object are text, and these are of a table: `{"12": "10.00 TRY"}`."""
        read = converter.structure(_object(written), cast("type[dict[str, object]]", dict[str, get_args(kind)[1]]))  # type: ignore[misc]  # known at run time
        for key in read:
            if not KEY.fullmatch(key):
                raise Misconfigured(f"{key!r} is no key of a table, such as 12")
        return {int(key): value for key, value in read.items()}

    def fields(kind: type[AttrsInstance]) -> Callable[[object, object], object]:
        structure = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)
        return lambda written, _: structure(_object(written), kind)

    converter.register_structure_hook_factory(attrs.has, fields)
    converter.register_structure_hook_func(_is_collection, items)
    converter.register_structure_hook_func(lambda kind: kind in OUT_OF_TABLE, rule)
    converter.register_structure_hook(Money, _money)
    converter.register_structure_hook_func(lambda kind: kind == Rate, _rate)
    converter.register_structure_hook(date, _day)
    converter.register_structure_hook(time, _hour)
    converter.register_structure_hook_func(_is_table, by_key)
    converter.register_structure_hook_func(_is_choice, _one_of)
    for plain in PLAIN:
        converter.register_structure_hook(plain, _exactly)
    return converter


def _is_choice(kind: object) -> bool:
    return bool(get_origin(kind) == Literal)


def _is_table(kind: object) -> bool:
    return bool(get_origin(kind) == Mapping)


def _is_collection(kind: object) -> bool:
    return get_origin(kind) in COLLECTIONS


def _slug(fields: Mapping[str, object], known: Collection[str]) -> str:
    if "slug" not in fields:
        raise _NoSlug("is missing")
    slug = fields["slug"]
    if not isinstance(slug, str):
        raise _NoSlug(_wants("text", slug))
    if slug not in known:
        raise _NoSlug(f"no such slug{_hint(slug, known)}")
    return slug


def _object(written: object) -> Mapping[str, object]:
    if not isinstance(written, Mapping):
        raise Misconfigured(_wants("an object", written))
    return written


def _exactly(written: object, kind: type[object]) -> object:
    if type(written) is not kind:  # isinstance would take true for 1
        raise Misconfigured(_wants(PLAIN[kind], written))
    return written


def _one_of(written: object, kind: object) -> object:
    words = [word for word in get_args(kind) if type(word) is type(written) and word == written]
    if not words:
        raise Misconfigured(f"wants {' or '.join(map(repr, get_args(kind)))}, not {written!r}")
    return words[0]


def _money(written: object, _: object) -> Money:
    if not isinstance(written, str):
        raise Misconfigured(_wants('an amount as text, "10.00 TRY"', written))
    match = AMOUNT.fullmatch(written)
    if match is None:
        raise Misconfigured(f'{written!r} is no amount such as "10.00 TRY"')
    return Money(match[1], match[2])


def _rate(written: object, _: object) -> int:
    if not isinstance(written, str):
        raise Misconfigured(_wants('percent as text, "2.25 %"', written))
    try:
        return millionths_of(written)
    except ValueError as wrong:
        raise Misconfigured(str(wrong)) from None


def _day(written: object, _: object) -> date:
    return date.fromisoformat(_in_form(DAY, written, 'a day as text, "2026-12-01"'))


def _hour(written: object, _: object) -> time:
    return time.fromisoformat(_in_form(HOUR, written, 'a time of day as text, "09:30"'))


def _in_form(form: re.Pattern[str], written: object, wanted: str) -> str:
    if not isinstance(written, str):
        raise Misconfigured(_wants(wanted, written))
    if not form.fullmatch(written):
        raise Misconfigured(f"wants {wanted}, not {written!r}")
    return written


def _wants(wanted: str, written: object) -> str:
    return f"wants {wanted}, not {CALLED.get(type(written), type(written).__name__)}"


def _hint(given: str, known: Iterable[str]) -> str:
    near = get_close_matches(given, known, n=2)
    return f"; did you mean {' or '.join(near)}?" if near else f"; there are {', '.join(known) or 'none'}"


def _mistakes(wrong: Exception, at: str) -> Iterator[tuple[str, str]]:
    """Of the tree of exceptions that cattrs makes, the leaves."""
    match wrong:
        case ClassValidationError():
            in_fields, others = wrong.group_exceptions()
            for error, field in in_fields:
                yield from _mistakes(error, _field(at, field.name))
            for error in others:
                yield from _mistakes(error, at)
        case ItemsError():
            for error, item in wrong.group_exceptions()[0]:
                yield from _mistakes(error, f"{at}[{item.index}]")
        case ForbiddenExtraKeysError():
            known = [field.name for field in attrs.fields(wrong.cl)]
            for name in sorted(map(str, wrong.extra_fields)):
                yield _field(at, name), f"no such field{_hint(name, known)}"
        case Told():
            return
        case _:
            yield _mistake(wrong, at)


def _mistake(wrong: Exception, at: str) -> tuple[str, str]:
    match wrong:
        case KeyError():  # how cattrs meets a field that is not there
            return at, "is missing"
        case _NoSlug():
            return _field(at, "slug"), str(wrong)
        case ValueError():
            return at, str(wrong)
        case RecursionError():
            return at, "lies too deep inside other rules"
        case _:
            raise wrong  # a mistake in a host's class, not in what was written


def _field(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
