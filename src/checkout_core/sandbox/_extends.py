"""A shop file that says only what is different: `extends = "shop.toml"`.

Rows are added to the table of the other file; one with the key of a row there stands in its place.  Settings are
merged, anything else replaces.  Where a row is written is kept, for mistakes: `shop.toml: products[0].price`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from ..rules.load import Mistakes

PACKAGED: Final = Path(__file__).parent
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")  # of a file, without a folder
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "contracts": ("slug",), "customers": ("account",), "gift_cards": ("code",),
    "loyalty_accounts": ("account", "label_id"), "loyalty_cards": ("account",), "order_fields": ("key",),
    "pickup_locations": ("remote_id",), "vouchers": ("code",),
}  # fmt: skip
PK: Final = ("pk",)  # of all other tables
WHERE: Final = re.compile(r"(.*) \((at .*)\)", re.DOTALL)  # how tomllib ends: (at line 3, column 5)


@frozen
class Written:
    """All that is written, in as many files as it takes; `elsewhere` says of a row or a key where it really stands."""

    text: str
    tables: Mapping[str, object]
    elsewhere: Mapping[str, str]


def read(written: str | Path) -> Written:
    """That file, or that text, on top of what it extends.

    Raises Mistakes for what is no TOML, and for a file that is not there or extends itself.
    """
    return _read(written, "", ())


def packaged(name: str, beside: Path | None) -> Path:
    """The file of that name: beside the other one, or else the sandbox's own."""
    own = beside / name if beside is not None else None
    return own if own is not None and own.is_file() else PACKAGED / name


def _read(written: str | Path, before: str, seen: tuple[Path, ...]) -> Written:
    text, tables = _parsed(written, before)
    base = tables.get("extends")
    own = {key: value for key, value in tables.items() if key != "extends"}
    if base is None:
        return Written(text, own, {})
    path = written.resolve() if isinstance(written, Path) else None
    if not isinstance(base, str) or not NAME.fullmatch(base):
        raise Mistakes(((f"{before}extends", "wants the name of a file beside this one, without a folder"),))
    under = packaged(base, path.parent if path else None).resolve()
    chain = (*seen, path) if path else seen
    if under in chain:
        raise Mistakes(((f"{before}extends", f"{base} extends this file"),))
    if not under.is_file():
        raise Mistakes(((f"{before}extends", f"there is no {base} here, and none of the sandbox's"),))
    return _merged(_read(under, f"{base}: ", chain), Written(text, own, {}), f"{base}: ")


def _parsed(written: str | Path, before: str) -> tuple[str, Mapping[str, object]]:
    try:
        text = written.read_text("utf-8") if isinstance(written, Path) else written
        return text, tomllib.loads(text)
    except OSError as wrong:
        what = f"cannot be read: {wrong.strerror or type(wrong).__name__}"
    except UnicodeDecodeError as wrong:
        what = f"is no UTF-8 text, at byte {wrong.start}"
    except RecursionError:
        what = "lies too deep inside itself"
    except ValueError as wrong:  # TOMLDecodeError, and numbers too long to read
        what = str(wrong)
    match = WHERE.fullmatch(what)
    raise Mistakes(((before + match[2].removeprefix("at "), match[1]) if match else (before.rstrip(": "), what),))


def _merged(base: Written, own: Written, before: str) -> Written:
    tables: dict[str, object] = {}
    elsewhere: dict[str, str] = {}
    for key, value in base.tables.items():
        mine = own.tables.get(key, value)
        if isinstance(value, list) and isinstance(mine, list):
            rows = _rows(value, own.tables.get(key, []), KEYS.get(key, PK))
            tables[key] = [row for _, _, row in rows]
            for n, (is_own, at, _) in enumerate(rows):
                there = f"{key}[{at}]"
                elsewhere[f"{key}[{n}]"] = there if is_own else base.elsewhere.get(there, before + there)
        elif key == "settings" and isinstance(value, Mapping) and isinstance(mine, Mapping):
            tables[key] = {**value, **mine}
            kept = {f"{key}.{name}" for name in value} - {f"{key}.{name}" for name in mine if key in own.tables}
            elsewhere |= {at: base.elsewhere.get(at, before + at) for at in kept}
        else:
            tables[key] = mine
            if key not in own.tables:
                elsewhere[key] = base.elsewhere.get(key, before + key)
    added = {key: value for key, value in own.tables.items() if key not in base.tables}
    return Written(f"{base.text}\n{own.text}", {**tables, **added}, elsewhere)


def _rows(base: list[object], own: object, key: tuple[str, ...]) -> list[tuple[bool, int, object]]:
    """The rows of both: whether it is an own one, its position where it is written, and the row."""
    rows = [(False, n, row) for n, row in enumerate(base)]
    of_key = {_named(row, key): n for n, row in enumerate(base)}
    of_key.pop(None, None)
    for n, row in enumerate(own if isinstance(own, list) else []):
        at = of_key.pop(_named(row, key), None)  # a second own one of that key is added, and told
        if at is None:
            rows.append((True, n, row))
        else:
            rows[at] = (True, n, row)
    return rows


def _named(row: object, key: tuple[str, ...]) -> object:
    """What stands under the key; None where its first part is not there."""
    name = tuple(row.get(part) for part in key) if isinstance(row, Mapping) else (None,)
    sound = isinstance(name[0], str | int) and all(isinstance(part, str | int | None) for part in name)
    return name if sound else None
