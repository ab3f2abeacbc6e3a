"""The body of a request as the form of a page, or all that is wrong with it at once.

    form = read(CardForm, {"card_number": "5421 1900 0000 0009", "card_month": "1", ...}, settings)

A form is a frozen class; the *type* of a field says how it is read, and `PARSERS` is the one table of types.  JSON and
form posts are read alike.  Missing, null and blank are the same, for a form post leaves out what is empty.  Names the
form does not have are never looked at.  A value of the wrong kind is refused, never turned into the right one.

The codes, of which a field gets one:

required     missing, or an agreement that is not given
invalid      not of the form the type asks for
checksum     a card number with a mistyped digit
too_long     more text than the type holds
card_number  a text that would be kept has the number of a card in it
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Final, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import NOTHING

from ..effects import Secret
from ..page import Invalid
from ..settings import Settings
from ._cards import card_number
from ._contacts import email, phone
from ._shapes import BIGGEST, CODES, REQUIRED, Bad, Parser, agreement, flag, moment, shaped, whole
from ._texts import browser_text, card_holder, prose, return_field

__all__ = [
    "CODES", "PARSERS", "Agreement", "Bad", "BinNumber", "BrowserText", "CardHolder", "CardMonth", "CardName",
    "CardNumber", "CardYear", "ClientTime", "Cvv", "Email", "Flag", "Notes", "Parser", "Phone", "Pk", "ReturnField",
    "plan", "read",
]  # fmt: skip

Agreement = NewType("Agreement", bool)  # a Flag that is on; any other is code `required`
BinNumber = NewType("BinNumber", str)  # the first 6 or 8 digits of a card
BrowserText = NewType("BrowserText", str)  # 2048 printable characters (EMV 3-D Secure), or a JSON boolean or integer
CardHolder = NewType("CardHolder", str)  # 2 to 64 letters and spaces, composed (NFC); no hyphen, dot or apostrophe
CardMonth = NewType("CardMonth", int)  # 1 to 12; text may have a leading zero
CardName = NewType("CardName", str)  # what the buyer calls the card: 64 characters on one line, no card number
CardNumber = NewType("CardNumber", Secret)  # 15, 16 or 19 digits by scheme, Luhn; spaces and hyphens are dropped
CardYear = NewType("CardYear", int)  # 2000 to 2099
ClientTime = NewType("ClientTime", datetime)  # ISO 8601, date, time and offset, in this century
Cvv = NewType("Cvv", Secret)  # 3 or 4 digits
Email = NewType("Email", str)  # ASCII in lower case, a foreign domain as xn--; no name beside it, no DNS asked
Flag = NewType("Flag", bool)  # true, True, on, 1 and false, False, off, 0; absent without a default it is off
Notes = NewType("Notes", str)  # 320 characters, lines apart by a newline, composed (NFC), no card number
Phone = NewType("Phone", str)  # what `user_phone_regex` takes, or E.164; becomes E.164
Pk = NewType("Pk", int)  # 1 to 2**63 - 1, an integer or its digits
ReturnField = NewType("ReturnField", str)  # 4096 characters exactly as they came, or a JSON boolean or integer

PARSERS: Final[Mapping[object, Parser]] = {
    Agreement: agreement,
    BinNumber: shaped(r"[0-9]{6}(?:[0-9]{2})?"),
    BrowserText: browser_text,
    CardHolder: card_holder,
    CardMonth: whole(r"0?[1-9]|1[0-2]", 1, 12),
    CardName: prose(64),
    CardNumber: card_number,
    CardYear: whole(r"20[0-9]{2}", 2000, 2099),
    ClientTime: moment,
    Cvv: shaped(r"[0-9]{3,4}", Secret),
    Email: email,
    Flag: flag,
    Notes: prose(320, lines=True),
    Phone: phone,
    Pk: whole(r"[1-9][0-9]{0,18}", 1, BIGGEST),
    ReturnField: return_field,
}

F = TypeVar("F")


def read(form: type[F], body: Mapping[str, object], settings: Settings) -> F:
    """`body` as a `form`.

    Raises Invalid with the code of every bad field, by its name in the body; TypeError as `plan` does.
    """
    values: dict[str, object] = {}
    codes: dict[str, str] = {}
    posted = body.get
    for name, parse, absent in plan(form):  # type: ignore[arg-type]  # every class is hashable
        raw = posted(name)
        value = absent if raw is None else parse(raw, settings)
        if value is NOTHING:
            continue
        if type(value) is Bad and isinstance(raw, str) and not raw.strip():
            value = absent
        if type(value) is Bad:
            codes[name] = value.code
        elif value is not NOTHING:
            values[name] = value
    if codes:
        raise Invalid(**codes)
    return form(**values)


@cache  # one entry a form class
def plan(form: type[object]) -> tuple[tuple[str, Parser, object], ...]:
    """How to read a form: each field's name in the body (its attrs alias), its parser, and what it is when absent.

    That is REQUIRED, a value, or NOTHING where the class has a default of its own.  Raises TypeError for a class that
    is no form: not of attrs, a field whose type is not in `PARSERS`, or one that may be None without a default.
    """
    if not attrs.has(form):
        raise TypeError(f"{form.__qualname__} is not made by attrs")
    hints = get_type_hints(form)
    rows: list[tuple[str, Parser, object]] = []
    for a in attrs.fields(form):
        hint = hints[a.name]
        kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        parsers = [PARSERS.get(kind) for kind in kinds if kind is not NoneType]
        if len(parsers) != 1 or parsers[0] is None:
            raise TypeError(f"{form.__qualname__}.{a.name}: forms.PARSERS has no {hint}")
        has_default = a.default is not NOTHING
        if NoneType in kinds and not has_default:
            raise TypeError(f"{form.__qualname__}.{a.name} may be None and wants a default")
        absent = NOTHING if has_default else False if Flag in kinds else REQUIRED
        rows.append((a.alias or a.name, parsers[0], absent))
    return tuple(rows)
