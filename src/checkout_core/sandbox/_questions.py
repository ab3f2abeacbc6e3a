"""What a shop file asks about an order beside its goods: the schema of the extra field."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias, get_args

from ..shop import ExtraField
from ._rows import Row, unique

Kind: TypeAlias = Literal["text", "textarea", "integer", "decimal", "boolean", "date", "dropdown", "multiselect"]

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
CHOSEN: Final = ("dropdown", "multiselect")
WRITTEN: Final = ("text", "textarea")


def order_schema_of(file: Row) -> tuple[ExtraField, ...] | None:
    """In the order of the file; None where there is no such table, and any JSON may be kept with an order."""
    rows = file.rows("order_fields")
    unique(rows, "key")
    found = [_field(row) for row in rows]
    return tuple(each for each in found if each is not None) if "order_fields" in file.written else None


def _field(row: Row) -> ExtraField | None:
    key, label = row.text("key"), row.text("label")
    kind: Kind = row.choice("input_type", get_args(Kind), "text")
    choices, longest = row.texts("choices"), row.whole("max_length", least=1, absent=255)
    if key and not KEY.fullmatch(key):
        row.refuse("key", f"{key!r} is no name of a field, such as preference")
    if kind in CHOSEN and "choices" not in row.written:
        row.refuse("choices", f"a {kind} wants some")
    if kind not in CHOSEN and choices:
        row.refuse("choices", f"is of {' and '.join(CHOSEN)}")
    for n, choice in enumerate(choices):
        if not choice.strip() or choice in choices[:n]:
            row.refuse(f"choices[{n}]", "is there already" if choice.strip() else "must not be empty")
    if kind not in WRITTEN and "max_length" in row.written:
        row.refuse("max_length", f"is of {' and '.join(WRITTEN)}")
    made = ExtraField(key, label, kind, row.flag("required", absent=False), choices, longest)
    active = row.flag("active", absent=True)
    row.done()
    return made if active and row.sound else None
