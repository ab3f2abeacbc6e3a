"""A row of a shop file, read key by key; what is wrong is kept with its place, and reading goes on.

    pk, name = row.whole("pk"), row.text("name")
    row.done()                      # keys nobody asked for are wrong too
    row.sound                       # False: what was read may be made up

A wrong value reads as an empty one of its type, so the code that reads a row is written as if all were well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Generic, TypeVar, cast

from attrs import define, field

from ..money import Money, millionths_of
from ..rules.load import CALLED, Mistakes, load, load_all

T = TypeVar("T")
K = TypeVar("K", bound=str)

AMOUNT = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,4})?) ([A-Z]{3})")
MOMENT = "a moment with its offset, 2026-12-01T00:00:00+03:00"
BIGGEST = 2**63 - 1  # of a primary key in any database
HEAD = re.compile(r"settings\.\w+|\w+(?:\[[0-9]+\])?")  # of a place: a setting, a row of a table, another key
FILE = re.compile(r"\S+: ")  # before a place in another file


@define
class Row:
    """One row, or the file itself."""

    at: str  # where it stands: `cards[1].installments[0]`, or nothing for the file
    written: Mapping[str, object]
    mistakes: list[tuple[str, str]]  # of the whole file
    asked: set[str] = field(factory=set)
    sound: bool = True
    elsewhere: Mapping[str, str] = field(factory=dict)  # of the file itself: where a row, a setting, a key is written

    def refuse(self, key: str, says: str) -> None:
        """The value of that key is wrong."""
        self.mistakes.append((self.place(key), says))
        self.sound = False

    def place(self, key: str) -> str:
        """`cards[1].bank`: where that key of this row stands."""
        if self.at:
            return f"{self.at}.{key}"
        head = HEAD.match(key)
        return key if head is None else self.elsewhere.get(head[0], head[0]) + key[head.end() :]

    def text(self, key: str) -> str:
        value = self._read(key, str, "text", None)
        if value is not None and not value.strip():
            self.refuse(key, "must not be empty")
        return value or ""

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if key in self.written else self._read(key, str, "text", "") or None

    def whole(self, key: str, *, least: int = 0, absent: int | None = None) -> int:
        value = self._read(key, int, "a whole number", absent)
        if value is not None and not least <= value <= BIGGEST:
            self.refuse(key, f"wants {least} or more" if value < least else "is too large")
        return value or 0

    def whole_or_none(self, key: str) -> int | None:
        self.asked.add(key)
        return self.whole(key) if key in self.written else None

    def flag(self, key: str, *, absent: bool) -> bool:
        return bool(self._read(key, bool, "true or false", absent))

    def money(self, key: str) -> Money:
        value = self._read(key, str, 'an amount as text, "29.90 TRY"', None)
        match = AMOUNT.fullmatch(value or "")
        if match is None:
            if value is not None:
                self.refuse(key, f'{value!r} is no amount such as "29.90 TRY"')
            return Money.zero("TRY")
        try:
            return Money(match[1], match[2])
        except ValueError as wrong:
            self.refuse(key, str(wrong))
            return Money.zero("TRY")

    def rate(self, key: str) -> int:
        """Millionths of what was written as percent; 0 where nothing was."""
        value = self._read(key, str, 'percent as text, "5 %"', "0 %")
        try:
            return 0 if value is None else millionths_of(value)
        except ValueError as wrong:
            self.refuse(key, str(wrong))
            return 0

    def choice(self, key: str, choices: Collection[K], absent: K) -> K:
        value = self._read(key, str, "text", absent)
        for choice in choices:
            if choice == value:
                return choice
        if value is not None:
            self.refuse(key, f"{value!r} is none of {', '.join(choices)}{did_you_mean(str(value), choices)}")
        return absent

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; none where nothing was written."""
        items = self._read(key, list, "a list", []) or []
        for n, item in enumerate(items):
            if not isinstance(item, str):
                self.refuse(f"{key}[{n}]", _wants("text", item))
        return tuple(item for item in items if isinstance(item, str))

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of primary keys; none where nothing was written."""
        items = self._read(key, list, "a list", []) or []
        for n, item in enumerate(items):
            if type(item) is not int or not 1 <= item <= BIGGEST:
                self.refuse(f"{key}[{n}]", _wants("a whole number from 1 on", item))
        return tuple(item for item in items if type(item) is int)

    def texts_by_key(self, key: str) -> Mapping[str, str]:
        """A table of texts; an empty one where nothing was written."""
        found = self.table(key)
        for name, value in found.items():
            if not isinstance(value, str):
                self.refuse(f"{key}.{name}", _wants("text", value))
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def clock(self, key: str) -> time:
        """A time of day, as TOML writes it: 09:30:00."""
        return self._read(key, time, "a time of day, 09:30:00", None) or time()

    def day(self, key: str) -> date:
        """A day, as TOML writes it: 2026-11-21."""
        return self._read(key, date, "a day, 2026-11-21", None) or date.min

    def moment(self, key: str) -> datetime | None:
        """A moment, as TOML writes it with its offset: 2026-12-01T00:00:00+03:00; None where nothing was written."""
        self.asked.add(key)
        if key not in self.written:
            return None
        value = self._read(key, datetime, MOMENT, None)
        if value is not None and value.tzinfo is None:
            self.refuse(key, f"wants {MOMENT}: this one has no offset")
            return None
        return value

    def checked(self, key: str, value: str | None, check: Callable[[str], object], says: str) -> None:
        """Refuse that key with `says` where `check` raises ValueError for its value, or answers False."""
        if not value:
            return
        try:
            fine = check(value)
        except ValueError:
            fine = False
        if fine is False:
            self.refuse(key, says)

    def one(self, key: str, table: Table[T], *, optional: bool = False) -> T | None:
        """The row of another table that this key names by its pk."""
        if optional and key not in self.written:
            self.asked.add(key)
            return None
        mistakes = len(self.mistakes)
        pk = self.whole(key)
        if len(self.mistakes) > mistakes:
            return None
        if pk not in table.by_pk:
            self.refuse(key, f"there is no {pk} in {table.name}")
            return None
        if table.by_pk[pk] is None:
            self.sound = False  # told where that row stands
        return table.by_pk[pk]

    def rows(self, key: str) -> tuple[Row, ...]:
        """The rows of a table inside this one."""
        items = self._read(key, list, f"rows, [[{self._header(key)}]]", []) or []
        for n, item in enumerate(items):
            if not isinstance(item, dict):
                self.refuse(f"{key}[{n}]", _wants(f"a row, [[{self._header(key)}]]", item))
        found = ((n, item) for n, item in enumerate(items) if isinstance(item, dict))
        return tuple(Row(self.place(f"{key}[{n}]"), item, self.mistakes) for n, item in found)

    def table(self, key: str) -> Mapping[str, object]:
        """The table of that name; an empty one where nothing was written."""
        return self._read(key, dict, f"a table, [{key}]", {}) or {}

    def loaded(self, key: str, known: Mapping[str, type[T]]) -> T | None:
        """The calculator or rule written there."""
        self.asked.add(key)
        if key not in self.written:
            self.refuse(key, "is missing")
            return None
        try:
            return load(known, self.written[key], self.place(key))
        except Mistakes as wrong:
            self._keep(wrong)
            return None

    def all_loaded(self, key: str, known: Mapping[str, type[T]]) -> tuple[T, ...]:
        """The rules of the list written there; none where nothing was."""
        self.asked.add(key)
        try:
            return load_all(known, self.written.get(key, []), self.place(key))
        except Mistakes as wrong:
            self._keep(wrong)
            return ()

    def done(self) -> None:
        """Refuses the keys nobody asked for."""
        for key in self.written:
            if key not in self.asked:
                self.refuse(key, f"no such key{did_you_mean(key, self.asked)}")

    def _read(self, key: str, kind: type[T], wanted: str, absent: T | None) -> T | None:
        self.asked.add(key)
        if key not in self.written:
            if absent is None:
                self.refuse(key, "is missing")
            return absent
        value = self.written[key]
        if type(value) is kind:  # isinstance would take true for 1
            return value
        self.refuse(key, _wants(wanted, value))
        return None

    def _keep(self, wrong: Mistakes) -> None:
        self.mistakes.extend(wrong.mistakes)
        self.sound = False

    def _header(self, key: str) -> str:
        return re.sub(r"\[[0-9]+\]", "", FILE.sub("", self.place(key)))


@define
class Table(Generic[T]):
    """The rows of a table by their pk: None for one that has mistakes, which are told already."""

    name: str
    by_pk: dict[int, T | None] = field(factory=dict)
    active: list[T] = field(factory=list)  # the sound ones that are not switched off

    @classmethod
    def of(cls, rows: Iterable[Row], name: str, make: Callable[[Row, int], T | None]) -> Table[T]:
        """Every row, made by `make` from the row and its pk."""
        table = cls(name)
        table.add(rows, make)
        return table

    def add(self, rows: Iterable[Row], make: Callable[[Row, int], T | None]) -> tuple[T, ...]:
        """More rows under the same keys; those of them that are sound and active."""
        added: list[T] = []
        for row in rows:
            pk = row.whole("pk", least=1)
            active = row.flag("active", absent=True)
            made = make(row, pk)
            row.done()
            if pk in self.by_pk:
                row.refuse("pk", f"{pk} is used by an earlier row of {self.name}")
            elif pk:
                self.by_pk[pk] = made if row.sound else None
            if active and row.sound and made is not None:
                added.append(made)
        self.active.extend(added)
        return tuple(added)


def unique(rows: Iterable[Row], key: str) -> None:
    """Refuses a value of that key which an earlier one of the rows has."""
    seen: set[object] = set()
    for row in rows:
        value = row.written.get(key)
        if isinstance(value, str | int) and value in seen:
            row.refuse(key, f"{value!r} is used by an earlier row")
        elif isinstance(value, str | int):
            seen.add(value)


def lists_of(written: object, at: str) -> Iterator[tuple[str, str, list[object]]]:
    """Every list inside: where it stands, the key it is written under, and the list."""
    if isinstance(written, Mapping):
        for key, value in cast("Mapping[str, object]", written).items():
            if isinstance(value, list):
                yield f"{at}.{key}", key, value
            yield from lists_of(value, f"{at}.{key}")
    elif isinstance(written, list):
        for n, item in enumerate(written):
            yield from lists_of(item, f"{at}[{n}]")


def all_called(name: str, written: object, at: str) -> Iterator[tuple[str, object]]:
    """Everything inside that is written under that key, with its place."""
    if isinstance(written, Mapping):
        for key, value in cast("Mapping[str, object]", written).items():
            if key == name:
                yield f"{at}.{key}", value
            yield from all_called(name, value, f"{at}.{key}")
    elif isinstance(written, list):
        for n, item in enumerate(written):
            yield from all_called(name, item, f"{at}[{n}]")


def check_links(row: Row, key: str, tables: Mapping[str, Collection[int]]) -> None:
    """Refuses keys that rules of this row name in a list called like one of the tables, which does not have them."""
    for at, name, pks in lists_of(row.written.get(key), key):
        for pk in pks if name in tables else ():
            if type(pk) is int and pk not in tables[name]:
                row.refuse(at, f"there is no {pk} in {name}")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """`; did you mean price?`, or nothing where nothing is like it."""
    near = get_close_matches(given, sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _wants(wanted: str, value: object) -> str:
    return f"wants {wanted}, not {CALLED.get(type(value), type(value).__name__)}"
