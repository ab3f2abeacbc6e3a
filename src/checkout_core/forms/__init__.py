"""The body of a request as the form of a page, or all that is wrong with it at once.

    form = read(CardForm, {"card_number": "5421 1900 0000 0009", "card_month": "1", ...}, settings)

A form is a frozen class; the *type* of a field says how it is read, and `PARSERS` is the one table of types.  JSON and
form posts are read alike.  Missing, null and blank are the same, for a form post leaves out what is empty.  Names the
form does not have are never looked at.  A value of the wrong kind is refused, never turned into the right one.
Of Pks alone blank text is a value, the empty list: a form that nobody has ticked anything in cannot say it otherwise.

The codes, of which a field gets one:

required     missing, or an agreement that is not given
invalid      not of the form the type asks for
checksum     a card number with a mistyped digit
too_long     more text than the type holds
card_number  a text that would be kept has the number of a card in it
invalid_json a text is to be JSON, and is none
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Final, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import NOTHING

from ..effects import Secret
from ..page import Invalid
from ..settings import Settings
from ._amounts import Usages, account_usages, amount
from ._cards import card_number, masked
from ._contacts import email, phone
from ._groups import Pairs, group_options, source_options
from ._json import json_text, read_back
from ._lists import pks
from ._schema import fitted
from ._shapes import BIGGEST, CODES, REQUIRED, Bad, Parser, agreement, flag, moment, shaped, whole
from ._texts import all_returned, browser_text, card_holder, counts, gift_card_code, key, prose, return_field

__all__ = [
    "CODES", "PARSERS", "AccountUsages", "AddOrRemove", "Agreement", "Amount", "Bad", "BinNumber", "BrowserText",
    "CampaignCode", "CardHolder", "CardMonth", "CardName", "CardNumber", "CardYear", "ClientTime", "ClientType",
    "CouponKey", "Cvv", "Email", "Flag", "GiftCardCode", "GiftNote", "GroupOptions", "InstallmentCounts", "JsonText",
    "Notes", "OneTimeCode", "Others", "Parser", "Phone", "Pk", "Pks", "Quantity", "RemoteId", "ReturnField",
    "RewardAmount", "Sku", "SourceOptions", "VoucherCode", "fitted", "masked", "plan", "read", "read_back",
    "returned", "texts",
]  # fmt: skip

AccountUsages = NewType("AccountUsages", Usages)  # pairs of a label's key or None and an Amount; also as JSON text
AddOrRemove = NewType("AddOrRemove", str)  # "add" or "remove"
Agreement = NewType("Agreement", bool)  # a Flag that is on; any other is code `required`
Amount = NewType("Amount", str)  # 12 digits with a decimal point, not below 0; text, an integer or a Decimal
BinNumber = NewType("BinNumber", str)  # the first 6 or 8 digits of a card
BrowserText = NewType("BrowserText", str)  # 2048 printable characters (EMV 3-D Secure), or a JSON boolean or integer
CampaignCode = NewType("CampaignCode", str)  # of a bank's campaign, as RemoteId
CardHolder = NewType("CardHolder", str)  # 2 to 64 letters and spaces, composed (NFC); no hyphen, dot or apostrophe
CardMonth = NewType("CardMonth", int)  # 1 to 12; text may have a leading zero
CardName = NewType("CardName", str)  # what the buyer calls the card: 64 characters on one line, no card number
CardNumber = NewType("CardNumber", Secret)  # 15, 16 or 19 digits by scheme, Luhn; spaces and hyphens are dropped
CardYear = NewType("CardYear", int)  # 2000 to 2099
ClientTime = NewType("ClientTime", datetime)  # ISO 8601, date, time and offset, in this century
ClientType = NewType("ClientType", str)  # what kind of client a browser says it is: as RemoteId
CouponKey = NewType("CouponKey", str)  # as RemoteId, or a whole number
Cvv = NewType("Cvv", Secret)  # 3 or 4 digits
Email = NewType("Email", str)  # ASCII in lower case, a foreign domain as xn--; no name beside it, no DNS asked
Flag = NewType("Flag", bool)  # true, True, on, 1 and false, False, off, 0; absent without a default it is off
GiftCardCode = NewType("GiftCardCode", Secret)  # 8 to 64 letters and digits in one spelling: capitals, nothing between
GiftNote = NewType("GiftNote", str)  # as Notes, 160 characters
GroupOptions = NewType("GroupOptions", Pairs)  # an option's Pk for each group, by the group's name; also as JSON text
InstallmentCounts = NewType("InstallmentCounts", tuple[int, ...])  # "1:3:6", each 0 to 120; 64 characters
JsonText = NewType("JsonText", str)  # of any JSON value: 8 KB of canonical text, 10 levels, no card number
Notes = NewType("Notes", str)  # 320 characters, lines apart by a newline, composed (NFC), no card number
OneTimeCode = NewType("OneTimeCode", Secret)  # 6 digits, as text: a zero in front counts
Others = NewType("Others", Mapping[str, object])  # the whole body, for a page whose shop asks for more; see `texts`
Phone = NewType("Phone", str)  # what `user_phone_regex` takes, or E.164; becomes E.164
Pk = NewType("Pk", int)  # 1 to 2**63 - 1, an integer or its digits
Pks = NewType("Pks", tuple[int, ...])  # up to 100 Pks, each once: a list, a field repeated, one alone; blank is none
Quantity = NewType("Quantity", int)  # 0 to 999, an integer or its digits
RemoteId = NewType("RemoteId", str)  # what somebody else calls a thing: 64 characters on one line, no card number
ReturnField = NewType("ReturnField", str)  # 4096 characters exactly as they came, or a JSON boolean or integer
Sku = NewType("Sku", str)  # of a product, to be compared and never kept: 255 characters without a control character
RewardAmount = NewType("RewardAmount", str)  # as Amount: of a card's points that shall pay
SourceOptions = NewType("SourceOptions", Pairs)  # a list of Pks, one an option, or GroupOptions; also as JSON text
VoucherCode = NewType("VoucherCode", str)  # 128 characters on one line, composed (NFC), no card number

PARSERS: Final[Mapping[object, Parser]] = {
    AccountUsages: account_usages,
    AddOrRemove: shaped("add|remove"),
    Agreement: agreement,
    Amount: amount,
    BinNumber: shaped(r"[0-9]{6}(?:[0-9]{2})?"),
    BrowserText: browser_text,
    CampaignCode: prose(64),
    CardHolder: card_holder,
    CardMonth: whole(r"0?[1-9]|1[0-2]", 1, 12),
    CardName: prose(64),
    CardNumber: card_number,
    CardYear: whole(r"20[0-9]{2}", 2000, 2099),
    ClientTime: moment,
    ClientType: prose(64),
    CouponKey: key,
    Cvv: shaped(r"[0-9]{3,4}", Secret),
    Email: email,
    Flag: flag,
    GiftCardCode: gift_card_code,
    GiftNote: prose(160, lines=True),
    GroupOptions: group_options,
    InstallmentCounts: counts,
    JsonText: json_text,
    Notes: prose(320, lines=True),
    OneTimeCode: shaped(r"[0-9]{6}", Secret),
    Phone: phone,
    Pk: whole(r"[1-9][0-9]{0,18}", 1, BIGGEST),
    Pks: pks,
    Quantity: whole(r"0|[1-9][0-9]{0,2}", 0, 999),
    RemoteId: prose(64),
    ReturnField: return_field,
    RewardAmount: amount,
    Sku: shaped(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,255}"),
    SourceOptions: source_options,
    VoucherCode: prose(128),
}

F = TypeVar("F")
_text: Final = prose(255)


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
    others = _others(form)  # type: ignore[arg-type]  # as above
    if others is not None:
        values[others] = body
    return form(**values)


@cache  # one entry a form class
def plan(form: type[object]) -> tuple[tuple[str, Parser, object], ...]:
    """How to read a form: each field's name in the body (its attrs alias), its parser, and what it is when absent.

    That is REQUIRED, a value, or NOTHING where the class has a default of its own.  Raises TypeError for a class that
    is no form: not of attrs, a field whose type is not in `PARSERS`, or one that may be None without a default.
    Others is no field of the body, and not among them.
    """
    if not attrs.has(form):
        raise TypeError(f"{form.__qualname__} is not made by attrs")
    hints = get_type_hints(form)
    rows: list[tuple[str, Parser, object]] = []
    for a in attrs.fields(form):
        hint = hints[a.name]
        if hint is Others:
            continue
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


@cache  # as plan
def _others(form: type[object]) -> str | None:
    """The field of a form that is given the whole body."""
    return next((name for name, hint in get_type_hints(form).items() if hint is Others), None)


def texts(names: Iterable[str], others: Others, settings: Settings) -> Mapping[str, str]:
    """What the body says of the fields of those names, all of which are asked for: 255 characters on one line each.

    Raises Invalid with the code of every bad one, by its name; a text with a card number in it is one.
    """
    found: dict[str, str] = {}
    codes: dict[str, str] = {}
    for name in names:
        raw = others.get(name)
        blank = raw is None or (isinstance(raw, str) and not raw.strip())
        value = REQUIRED if blank else _text(raw, settings)
        if isinstance(value, Bad):
            codes[name] = value.code
        else:
            found[name] = str(value)
    if codes:
        raise Invalid(**codes)
    return found


def returned(others: Others, settings: Settings) -> Mapping[str, str]:
    """All that a provider's page brought back, as ReturnFields of whatever name, blank ones too, in their order.

    Raises Invalid where a field is there twice or is no text, and for more than 100 of them.
    """
    found = all_returned(others, settings)
    if isinstance(found, Bad):
        raise Invalid(non_field_errors="callback_rejected")
    return found
