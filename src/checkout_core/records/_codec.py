"""Records as bytes: versioned JSON, read strictly, and what a process remembers of those it has seen."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias, get_type_hints

import attrs
from attrs import AttrsInstance, field, frozen

from ..effects import Event
from ..order import Basket, Line, Payment, PreOrder, ref
from ._record import UPGRADES, Raw, Record, RecordBroken, RecordTooNew, Unstorable, Upgrade
from ._shapes import Classes, Read, Shape, Shapes, Write

Parsed: TypeAlias = tuple[Any, Mapping[str, str]]  # what is normally an object, and its members as texts


@frozen
class Known:
    """What a process remembers of a checkout that it has read or written.  Only ever a saving: the bytes decide."""

    basket: str | None = None  # name of the basket whose lines are known: what `Store.get` is told
    head: bytes = b""
    record: Record | None = None
    values: Mapping[str, object] = field(factory=dict)  # the members of `head`, and their JSON
    texts: Mapping[str, str] = field(factory=dict)


class Member(NamedTuple):
    """A field of a JSON object that is written and read by itself."""

    name: str
    write: Write
    read: Read
    default: object


Members: TypeAlias = tuple[Member, ...]
CODES_KEPT: Final = 16  # compositions, of those that one process makes
NOTHING = Known()
SCHEMA_MEMBER = re.compile(r'\{"schema":([1-9][0-9]*)')
MEMBER = re.compile(r',"(\w+)":')
UNSET = object()


class Codec:
    """Records of one composition to bytes and back.  Make one a process: it remembers.

    `payments` are the classes of the ways to pay, `parts` those a host keeps in
    `PreOrder.more`, `events` those its pages emit.  Names of classes and fields
    are the stored form, and so are defaults, which are left out: to change one
    takes an `Upgrade`; to add a field with a default does not.

    `kept` checkouts are remembered, at about 20 KB each and 0.6 KB a basket line;
    0 reads and writes everything anew, as a process does that sees a checkout for
    the first time.  Threads may share a codec.

    Raises Misconfigured for a field whose type cannot be stored.
    """

    def __init__(
        self,
        payments: Iterable[type[Payment]],
        parts: Iterable[type[object]] = (),
        events: Iterable[type[Event]] = (),
        *,
        upgrades: Sequence[Upgrade] = UPGRADES,
        kept: int = 256,
    ) -> None:
        classes = (tuple(dict.fromkeys(named)) for named in (payments, parts, events))
        self._in_record, self._in_order, self._in_basket = _generated(*classes)
        self._members = self._in_record + self._in_order
        self._upgrades = tuple(upgrades)
        self._schema = len(self._upgrades) + 1
        self._encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode  # ASCII: any column takes it
        self._json = json.JSONDecoder()
        self._kept = kept
        self._known: OrderedDict[str, Known] = OrderedDict()

    def known(self, key: str) -> Known:
        """What this process remembers of the checkout of that key; hand it to `loads`."""
        known = self._known.get(key, NOTHING)
        if known is not NOTHING:
            self._remember(key, known)
        return known

    def dumps(self, record: Record) -> bytes:
        """The head.  Parts that are the very values of the last head of this checkout are not encoded again.

        Raises Unstorable for a Secret, and for anything else that is not of its field's type.
        """
        order = record.pre_order
        if not isinstance(order.key, str):
            raise Unstorable("key cannot be stored: it is no text")
        before = self._known.get(order.key, NOTHING)
        values = {**record.__dict__, **order.__dict__}
        texts: dict[str, str] = {}
        for member in self._members:
            name, _, _, default = member
            value = values[name]
            if value is before.values.get(name, UNSET):
                texts[name] = before.texts[name]
            elif value == default:
                texts[name] = ""
            else:
                texts[name] = f',"{name}":{self._text(member, value)}'
        head = f'{{"schema":{self._schema}{"".join(texts.values())}}}'.encode()
        self._remember(order.key, Known(basket_name(order), head, record, values, texts))
        return head

    def dump_basket(self, order: PreOrder) -> tuple[str, bytes]:
        """The lines of the basket, under the name that the head knows them by.  Raises Unstorable as `dumps` does."""
        name = basket_name(order)
        of_name, of_lines = self._in_basket
        texts = self._text(of_name, name), self._text(of_lines, order.basket.lines)
        return name, f'{{"schema":{self._schema},"name":{texts[0]},"lines":{texts[1]}}}'.encode()

    def loads(self, head: bytes, basket: bytes | None, known: Known = NOTHING) -> Record:
        """The record.  `basket` may be None where its lines are `known`.

        Raises RecordTooNew, and RecordBroken for whatever is not as it was written.
        """
        if known.record is not None and known.head == head:
            return known.record
        raw, texts = self._parsed("the head", head, [upgrade.head for upgrade in self._upgrades])
        in_basket = raw.get("basket")
        if in_basket.__class__ is not dict or "lines" in in_basket:
            raise RecordBroken("basket is not of its schema")
        name = "|".join(str(in_basket[part]) for part in ("key", "digest", "priced") if in_basket.get(part) is not None)
        in_basket["lines"] = self._lines(name, basket, known)
        same = {name for name, text in texts.items() if text == known.texts.get(name)}
        of_record = self._read(raw, self._in_record, known.values, same)
        of_order = self._read(raw, self._in_order, known.values, same)
        if raw:
            raise RecordBroken("the head has a member that its schema has not")
        order = PreOrder(**of_order)
        record = Record(order, **of_record)
        if texts:  # else it was laid out otherwise, or upgraded: nothing of it is written again as it was
            texts = {member.name: texts.get(member.name, "") for member in self._members}
            known = Known(name, head, record, {**record.__dict__, **order.__dict__}, texts)
        else:
            known = Known(name, head, record)
        self._remember(order.key, known)
        return record

    def _lines(self, name: str, basket: bytes | None, known: Known) -> tuple[Line, ...]:
        if known.record is not None and known.basket == name:
            return known.record.pre_order.basket.lines
        if basket is None:
            raise RecordBroken("the store left out a basket that is not known here")
        raw, _ = self._parsed("the basket", basket, [upgrade.basket for upgrade in self._upgrades])
        of_basket = self._read(raw, self._in_basket, {}, ())
        if raw or of_basket["name"] != name:
            raise RecordBroken("the basket is not the one that the head names")
        lines: tuple[Line, ...] = of_basket["lines"]
        return lines

    def _parsed(self, what: str, data: bytes, upgrades: Sequence[Callable[[Raw], Raw]]) -> Parsed:
        """The JSON object, of today's schema and without its number; its members as texts, where they are as dumped."""
        try:
            raw, texts = self._split(data.decode())
        except (ValueError, RecursionError):  # its text would quote the buyer's data
            raw, texts = None, {}
        schema = raw.pop("schema", None) if raw.__class__ is dict else None
        if schema.__class__ is not int or schema < 1:
            raise RecordBroken(f"{what} is no JSON object with the number of its schema")
        if schema > self._schema:
            raise RecordTooNew(schema, self._schema)
        if schema == self._schema:
            return raw, texts
        try:
            for upgrade in upgrades[schema - 1 :]:
                raw = upgrade(raw)
        except Exception:  # noqa: BLE001  # whatever an upgrade makes of broken JSON
            raw = None
        if raw.__class__ is not dict:
            raise RecordBroken(f"{what} cannot be brought from schema {schema} to {self._schema}")
        return raw, {}

    def _split(self, text: str) -> Parsed:
        """The JSON value; where it is an object laid out as `dumps` does, the text of each member too."""
        start = SCHEMA_MEMBER.match(text)
        if start is None:
            return self._json.decode(text), {}
        raw: Raw = {"schema": int(start[1])}
        texts: dict[str, str] = {}
        at = start.end()
        try:
            while (member := MEMBER.match(text, at)) is not None:
                raw[member[1]], end = self._json.raw_decode(text, member.end())
                texts[member[1]] = text[at:end]
                at = end
        except ValueError:  # broken, or edited by hand
            return self._json.decode(text), {}
        return (raw, texts) if text[at:] == "}" else (self._json.decode(text), {})

    def _read(self, raw: Raw, members: Iterable[Member], known: Mapping[str, object], same: Collection[str]) -> Raw:
        """The members by name, taken out of `raw`; those that are the `same` are as `known`."""
        values: Raw = {}
        name = ""
        try:
            for name, _, read, default in members:
                if name in same:
                    values[name] = known[name]
                    del raw[name]
                elif name in raw or default is UNSET:
                    values[name] = read(raw.pop(name), None)
        except Exception:  # noqa: BLE001  # whatever cattrs, or a type that is built, makes of broken JSON
            broken = True
        else:
            broken = False
        if broken:  # raised out here, so that it brings along no text that quotes the buyer's data
            raise RecordBroken(f"{name} is not of its schema")
        return values

    def _text(self, member: Member, value: object) -> str:
        try:
            return self._encode(member.write(value))
        except (TypeError, ValueError, AttributeError) as wrong:
            raise Unstorable(f"{member.name} cannot be stored: {wrong}") from None

    def _remember(self, key: str, known: Known) -> None:
        self._known[key] = known
        try:  # other threads may forget the key between any two calls
            self._known.move_to_end(key)
            if len(self._known) > self._kept:
                self._known.popitem(last=False)
        except KeyError:
            pass


def basket_name(order: PreOrder) -> str:
    """What a head calls the lines of its basket: another basket, or another digest, is another name."""
    return order.basket.name


@lru_cache(CODES_KEPT)
def _generated(payments: Classes, parts: Classes, events: Classes) -> tuple[Members, Members, Members]:
    """The members of a record, of its order and of a basket.  Classes do not change, so their code is made once."""
    shapes = Shapes({Payment: payments, object: parts, Event: events})
    return (
        _members(Record, shapes, {PreOrder: None}),
        _members(PreOrder, shapes, {Basket: shapes.class_(Basket, apart="lines")}),
        (Member("name", *shapes.of(str), UNSET), Member("lines", *shapes.of(tuple[Line, ...]), UNSET)),
    )


def _members(cls: type[AttrsInstance], shapes: Shapes, special: Mapping[object, Shape | None]) -> Members:
    """The fields of `cls`; those of a `special` type have that shape, or are left out."""
    hints, defaults = get_type_hints(cls), vars(ref(cls))
    members = []
    for name in (a.name for a in attrs.fields(cls)):
        shape = special[hints[name]] if hints[name] in special else shapes.of(hints[name])
        if shape is not None:
            members.append(Member(name, *shape, defaults[name].empty if name in defaults else UNSET))
    return tuple(members)
