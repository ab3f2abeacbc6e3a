"""Settings as an admin wrote them, read strictly.

    load_settings({"CAN_GUEST_PURCHASE": False, "MINIMUM_ORDER_AMOUNT": "0.01 TRY"})

Every mistake is told at once, each with its key; nothing is coerced: `"5"` is no number and `true` is not 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast, get_args, get_origin, get_type_hints

import attrs
from attrs import define

from .money import Money
from .rules.availability import ADDRESS_RULES
from .rules.installments import INSTALLMENT_FILTERS
from .rules.load import Mistakes, load
from .settings import GroupingRule, RemoteService, Settings, frozen_json
from .shop import Misconfigured
from .sound import FACTS

if TYPE_CHECKING:
    from .rules.installments import InstallmentFilter
    from .rules.three_d import ThreeDRule

ReadRule: TypeAlias = "Callable[[Mapping[str, object]], ThreeDRule]"  # raises ValueError for what it does not take
FILTERS_WERE: Final = "omnishop.payments.filters."  # shops write the module of a filter before its name, or do not
NO_RULES: Final[Mapping[str, ReadRule]] = MappingProxyType({})

AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?: ([A-Z]{3}))?")
OF_A_ROW: Final = {"slug", "name"}  # `rules.load` reads them of a rule; a filter has its name in `klass`
WRONG: Final = object()  # what a value reads as that is not what its setting wants


def load_settings(
    written: Mapping[str, object],
    *,
    currency: str | None = None,
    rules: Mapping[str, ReadRule] = NO_RULES,
    filters: Mapping[str, type[InstallmentFilter]] = INSTALLMENT_FILTERS,
) -> Settings:
    """The settings an admin wrote as JSON or TOML values; what is left out keeps its default.

    Keys are the names of the seeds.  Amounts are text: "2000.00 TRY", or "2000.00" where `currency` says of what; times
    are whole seconds.  An entry of THREE_D_SECURE_RULES, {klass, defaults}, becomes `rules[klass](defaults)`; one of
    INSTALLMENT_FILTERS, {klass, kwargs}, is read as by `rules.load`, out of `filters`.
    Raises Misconfigured with one line a mistake.
    """
    reader = _Reader(currency, rules, filters)
    kinds = {name.upper(): kind for name, kind in _kinds(Settings).items()}
    read: dict[str, Any] = {}
    for key, value in written.items():
        if key not in kinds:
            reader.refuse(str(key), f"no such setting{_did_you_mean(str(key).upper(), kinds)}")
        elif (setting := reader.read(kinds[key], value, key)) is not WRONG:
            read[key.lower()] = setting
    settings = Settings(**read)
    refused = [at for at, _ in reader.mistakes]  # there a default stands, which nobody wrote
    for fact in FACTS:
        if not fact.holds(settings) and not any(_touch(at, path) for at in refused for path in fact.about()):
            reader.refuse(fact.about()[0], fact.says)
    if reader.mistakes:
        raise Misconfigured("\n".join(f"{at}: {says}" for at, says in reader.mistakes))
    return settings


class _WrittenRule:
    """Stands for ThreeDRule, which exists for type checkers only here."""


class _WrittenFilter:
    """As _WrittenRule, for InstallmentFilter."""


@cache  # of a dozen classes
def _kinds(of: type) -> Mapping[str, Any]:
    hints = get_type_hints(of, localns={"ThreeDRule": _WrittenRule, "InstallmentFilter": _WrittenFilter})
    return {field.name: hints[field.name] for field in attrs.fields(of)}


def _touch(one: str, other: str) -> bool:
    """Whether one is the other, or lies within it."""
    short, long = sorted((one, other), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))


def _did_you_mean(given: str, known: Iterable[str]) -> str:
    near = get_close_matches(given, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _called(value: object) -> str:
    """What kind of thing was given; never the value, which may be a password in the wrong place."""
    if isinstance(value, Mapping):
        return "an object"
    names = {bool: "true or false", int: "a number", float: "a fraction", str: "text", list: "a list", NoneType: "null"}
    return names.get(type(value), type(value).__name__)


PLAIN: Final[Mapping[object, str]] = {bool: "true or false", int: "a whole number", str: "text"}


@define
class _Reader:
    """Reads values as types, and keeps what was wrong."""

    currency: str | None
    rules: Mapping[str, ReadRule]
    filters: Mapping[str, type[InstallmentFilter]]
    mistakes: list[tuple[str, str]] = attrs.field(factory=list)  # where, what

    def read(self, kind: object, value: object, at: str) -> object:
        """`value` as `kind`, or WRONG and why is kept; an object is made of what of it could be read."""
        reader = READERS.get(kind) or READERS.get(get_origin(kind)) or _Reader.fields
        return reader(self, kind, value, at)

    def refuse(self, at: str, says: str) -> object:
        self.mistakes.append((at, says))
        return WRONG

    def plain(self, kind: object, value: object, at: str) -> object:
        return value if type(value) is kind else self.refuse(at, f"wants {PLAIN[kind]}, not {_called(value)}")

    def seconds(self, _: object, value: object, at: str) -> object:
        if type(value) is not int:
            return self.refuse(at, f"wants whole seconds, not {_called(value)}")
        try:
            return timedelta(seconds=value)
        except OverflowError:
            return self.refuse(at, "is longer than time goes")

    def money(self, _: object, value: object, at: str) -> object:
        if type(value) is not str:
            return self.refuse(at, f'wants an amount as text, "2000.00 TRY", not {_called(value)}')
        match = AMOUNT.fullmatch(value)
        if match is None:
            return self.refuse(at, f'{value!r} is no amount such as "2000.00 TRY"')
        currency = match[2] or self.currency
        if currency is None:
            return self.refuse(at, f'{value!r} does not say of which currency, as "{value} TRY" does')
        try:
            return Money(match[1], currency)
        except ValueError as wrong:
            return self.refuse(at, str(wrong))

    def choice(self, kind: object, value: object, at: str) -> object:
        choices = get_args(kind)
        if type(value) is not str:
            return self.refuse(at, f"wants text, not {_called(value)}")
        if value in choices:
            return value
        return self.refuse(at, f"{value!r} is none of {', '.join(choices)}{_did_you_mean(value, choices)}")

    def optional(self, kind: object, value: object, at: str) -> object:
        wanted = next(arg for arg in get_args(kind) if arg is not NoneType)
        off = value is None or (wanted is RemoteService and value == {})  # the seeds write {} for no provider
        return None if off else self.read(wanted, value, at)

    def items(self, kind: object, value: object, at: str) -> object:
        item_kind = get_args(kind)[0]
        if item_kind is str and type(value) is str:
            return (value,)  # one attribute to group by may stand alone
        if not isinstance(value, list | tuple):
            return self.refuse(at, f"wants a list, not {_called(value)}")
        if item_kind is str and not value:
            return self.refuse(at, "wants at least one")
        items = tuple(self.read(item_kind, item, f"{at}[{n}]") for n, item in enumerate(value))
        return WRONG if any(item is WRONG for item in items) else items

    def table(self, kind: object, value: object, at: str) -> object:
        if not isinstance(value, Mapping):
            return self.refuse(at, f"wants an object, not {_called(value)}")
        if str in get_args(kind)[1:]:
            read = [self.read(str, item, f"{at}.{name}") for name, item in value.items()]
            if any(item is WRONG for item in read):
                return WRONG
        try:
            return frozen_json(value)
        except TypeError as wrong:  # TOML has dates, json.loads takes NaN
            return self.refuse(at, str(wrong))
        except RecursionError:
            return self.refuse(at, "lies too deep")

    def fields(self, kind: object, value: object, at: str) -> object:
        if not isinstance(value, Mapping):
            return self.refuse(at, f"wants an object, not {_called(value)}")
        make = cast("type[attrs.AttrsInstance]", kind)
        kinds = _kinds(make)
        self.unknown(value, kinds, at)
        read: dict[str, object] = {}
        whole = True
        for field in attrs.fields(make):
            item = WRONG
            if field.name in value:
                item = self.read(kinds[field.name], value[field.name], f"{at}.{field.name}")
            elif field.default is attrs.NOTHING:
                self.refuse(f"{at}.{field.name}", "is missing")
            if item is not WRONG:
                read[field.name] = item
            elif field.default is attrs.NOTHING:
                whole = False
        return make(**read) if whole else WRONG

    def grouping(self, _: object, value: object, at: str) -> object:
        """The rules of addresses lie flat: {slug, countries, exclude}."""
        if not isinstance(value, Mapping):
            return self.refuse(at, f"wants an object, not {_called(value)}")
        slug = self.name("slug", value, at)
        kwargs = self.table(None, {name: item for name, item in value.items() if name != "slug"}, at)
        if slug is None or kwargs is WRONG:
            return WRONG
        try:
            load(ADDRESS_RULES, value, at)
        except Mistakes as wrong:
            self.mistakes += wrong.mistakes
            return WRONG
        return GroupingRule(slug, cast("Mapping[str, object]", kwargs))

    def rule(self, _: object, value: object, at: str) -> object:
        if not isinstance(value, Mapping):
            return self.refuse(at, f"wants an object, not {_called(value)}")
        self.unknown(value, ("klass", "defaults"), at)
        klass, defaults = self.name("klass", value, at), value.get("defaults", {})
        if not isinstance(defaults, Mapping):
            self.refuse(f"{at}.defaults", f"wants an object, not {_called(defaults)}")
        if klass is None:
            return WRONG
        if klass not in self.rules:
            return self.refuse(f"{at}.klass", f"{klass!r} is no rule{_did_you_mean(klass, self.rules)}")
        if not isinstance(defaults, Mapping):
            return WRONG
        try:
            return self.rules[klass](defaults)
        except ValueError as wrong:
            return self.refuse(f"{at}.defaults", str(wrong))

    def filter(self, _: object, value: object, at: str) -> object:
        if not isinstance(value, Mapping):
            return self.refuse(at, f"wants an object, not {_called(value)}")
        self.unknown(value, ("klass", "kwargs"), at)
        klass, kwargs = self.name("klass", value, at), self.read(Mapping, value.get("kwargs", {}), f"{at}.kwargs")
        if "kwargs" not in value:
            return self.refuse(f"{at}.kwargs", "is missing")
        if klass is None or not isinstance(kwargs, Mapping):
            return WRONG
        known = klass.removeprefix(FILTERS_WERE)
        if known not in self.filters:
            return self.refuse(f"{at}.klass", f"{klass!r} is no filter{_did_you_mean(known, self.filters)}")
        self.unknown({name: None for name in kwargs if name in OF_A_ROW}, (), f"{at}.kwargs")
        try:
            return load(self.filters, {**kwargs, "slug": known}, f"{at}.kwargs")
        except Mistakes as wrong:
            self.mistakes += wrong.mistakes
            return WRONG

    def name(self, field: str, value: Mapping[str, object], at: str) -> str | None:
        """The text in that field; None, with the mistake kept, where there is none."""
        if field not in value:
            self.refuse(f"{at}.{field}", "is missing")
            return None
        name = self.read(str, value[field], f"{at}.{field}")
        return None if name is WRONG else cast("str", name)

    def unknown(self, value: Mapping[str, object], known: Iterable[str], at: str) -> None:
        for name in value:
            if name not in known:
                self.refuse(f"{at}.{name}", f"no such field{_did_you_mean(name, known)}")


READERS: Final[Mapping[object, Callable[[_Reader, object, object, str], object]]] = {
    bool: _Reader.plain,
    int: _Reader.plain,
    str: _Reader.plain,
    timedelta: _Reader.seconds,
    Money: _Reader.money,
    GroupingRule: _Reader.grouping,
    _WrittenRule: _Reader.rule,
    _WrittenFilter: _Reader.filter,
    Literal: _Reader.choice,
    UnionType: _Reader.optional,
    tuple: _Reader.items,
    Mapping: _Reader.table,
}
