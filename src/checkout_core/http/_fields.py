"""The fields of a form as a template needs them: what kind of control, its label, what stands in it, what is wrong.

    for field in drawn_fields(row, step, settings, "en", posted): ...

What is filled in again is what the buyer has typed, and never a secret, nor what looks like a card, wherever it was
typed.  A page that is shown anew has the answer that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve

from ..atlas import Row
from ..choosing import BY_GROUP, goods, parcels, standing_in, wanted
from ..engine import Step
from ..forms import (
    PARSERS,
    Agreement,
    Amount,
    Bad,
    BinNumber,
    CardHolder,
    CardMonth,
    CardName,
    CardNumber,
    CardYear,
    Cvv,
    Email,
    Flag,
    GiftNote,
    Notes,
    OneTimeCode,
    Phone,
    Pk,
    RemoteId,
    VoucherCode,
)  # fmt: skip
from ..forms.drawn import BY_MACHINES, FormField, choices, fields_of, key_of, lists_of
from ..labels import about, named, price, prices
from ..money import Money
from ..order import PreOrder
from ..settings import Settings
from ..texts import field_label, text_of, translated
from ._asking import ASKED
from ._drawn import Drawn, Option
from ._standing import STANDING, standing

NOT_DRAWN: Final = frozenset({"account_usages", "clear", "gift_video_notification_sent"})  # for storefronts
TO_SAVE: Final = frozenset({"card_name", "save"})
PROSE: Final = (Notes, GiftNote)
CARD: Final = re.compile(r"\d(?:[\W_]{0,3}\d){12,}")  # 13 digits: no shorter card was ever issued
OF_A_CARD: Final = (BinNumber, CardHolder, CardMonth, CardYear)  # where a number or a CVV is typed by mistake

INPUTS: Final[Mapping[object, Mapping[str, str]]] = {
    BinNumber: {"inputmode": "numeric", "autocomplete": "off", "maxlength": "8", "pattern": "[0-9]{6}([0-9]{2})?"},
    CardHolder: {"autocomplete": "cc-name", "maxlength": "64"},
    CardMonth: {"inputmode": "numeric", "autocomplete": "cc-exp-month", "maxlength": "2"},
    CardName: {"maxlength": "64"},
    CardNumber: {"inputmode": "numeric", "autocomplete": "cc-number", "maxlength": "23"},
    CardYear: {"inputmode": "numeric", "autocomplete": "cc-exp-year", "maxlength": "4"},
    Cvv: {"inputmode": "numeric", "autocomplete": "cc-csc", "maxlength": "4"},
    Email: {"type": "email", "autocomplete": "email", "maxlength": "254"},
    Notes: {"maxlength": "320"},
    GiftNote: {"maxlength": "160"},
    OneTimeCode: {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6", "pattern": "[0-9]{6}"},
    VoucherCode: {"maxlength": "128", "autocomplete": "off", "autocapitalize": "characters"},
    Amount: {"inputmode": "decimal", "autocomplete": "off"},
    Phone: {"type": "tel", "autocomplete": "tel", "maxlength": "32"},
    RemoteId: {"autocomplete": "off", "maxlength": "64"},
    Pk: {"inputmode": "numeric", "autocomplete": "off"},  # of a page that lists nothing to choose from
}

HINTS: Final[Mapping[object, str]] = {
    BinNumber: "The first 6 or 8 digits. They tell which instalments your bank offers.",
    CardHolder: "Letters and spaces only.",
    CardMonth: "A number from 1 to 12.",
    CardYear: "4 digits.",
    Cvv: "3 digits on the back of the card, on American Express 4 on its front.",
    Notes: "Up to 320 characters.",
    OneTimeCode: "6 digits.",
    GiftNote: "Up to 160 characters.",
}


def drawn_fields(
    row: Row, step: Step, settings: Settings, locale: str, posted: Mapping[str, object]
) -> tuple[Drawn, ...]:  # fmt: skip
    """Those of the page's form that people fill in, in its order.  `posted`: what was refused, empty otherwise."""
    found: list[Drawn] = []
    for asks in asked(row, step.context, settings):
        if asks.kind in BY_GROUP:
            found += _by_group(asks, step, locale, posted)
        elif asks.kind in ASKED:
            found += ASKED[asks.kind](asks, step, locale, posted)
        else:
            found.append(_drawn(asks, row, step, settings, locale, posted))
    return (*found, *_wanted(step, locale, posted))


def asked(row: Row, context: object, settings: Settings) -> tuple[FormField, ...]:
    """The fields that are drawn.

    Nobody is asked for 3-D Secure where there is none, or where it comes anyhow, nor for the name of a card that cannot
    be saved.
    """
    without = NOT_DRAWN if getattr(context, "can_save_card", False) else NOT_DRAWN | TO_SAVE
    if getattr(context, "three_d_secure_required", False) or not settings.three_d_secure_enabled:
        without |= {"use_three_d"}
    return tuple(each for each in fields_of(row.form) if each.kind not in BY_MACHINES and each.name not in without)


def _drawn(
    asks: FormField, row: Row, step: Step, settings: Settings, locale: str, posted: Mapping[str, object]
) -> Drawn:  # fmt: skip
    name, place = asks.name, f"field-{asks.name}"
    hint = translated(HINTS.get(asks.kind, ""), locale)
    if asks.kind is Phone:
        hint = f"{translated('For example', locale)} {settings.user_phone_format}"
    errors = tuple(text_of(code, locale, name) for code in step.errors.get(name, ()))
    says = ([f"{place}-hint"] if hint or asks.kind is Agreement else []) + ([f"{place}-error"] if errors else [])
    raw = posted.get(name)
    drawn = Drawn(
        name, place, "input", field_label(name, locale), hint, not asks.optional, errors, " ".join(says),
        attributes={"type": "text", **INPUTS.get(asks.kind, {})},
    )  # fmt: skip
    if asks.kind is Agreement or asks.kind is Flag:
        ticked = PARSERS[asks.kind](raw, settings) if posted else standing(name, step.pre_order)
        return evolve(drawn, control="checkbox", checked=ticked is True)
    if asks.kind in {Pk, RemoteId} and any(hasattr(step.context, plural) for plural in lists_of(name)):
        listed, stands = choices(name, step.context), standing(name, step.pre_order)
        options = _options(listed, place, raw, stands, locale)
        if asks.optional:
            options = _or_none(options, place, raw, locale)
        return evolve(drawn, control="radio" if listed or not asks.optional else "hidden", options=options)
    value = _again(asks, raw, settings) if posted else _standing(asks, row, step.pre_order)
    return evolve(drawn, control="textarea" if asks.kind in PROSE else "input", value=value)


def _by_group(asks: FormField, step: Step, locale: str, posted: Mapping[str, object]) -> Iterator[Drawn]:
    """An option for each parcel."""
    order, raw = step.pre_order, posted.get(asks.name)
    answers = raw if isinstance(raw, Mapping) else {}
    for n, (group, title, listed, products) in enumerate(parcels(asks, step.context, locale)):
        place = f"field-{asks.name}" if n == 0 else f"field-{asks.name}-of-{n}"
        stands = standing_in(group, order)
        yield Drawn(
            f"{asks.name}[{group}]", place, "radio", title, goods(products, order), not asks.optional, (),
            f"{place}-hint", options=_options(listed, place, answers.get(group), stands, locale),
        )  # fmt: skip


def _wanted(step: Step, locale: str, posted: Mapping[str, object]) -> Iterator[Drawn]:
    """What some of the listed options want to know."""
    given = step.pre_order.shipping.option.given if step.pre_order.shipping.option else {}
    for name, by in wanted(step.context).items():
        place, raw = f"field-{name}", posted.get(name)
        errors = tuple(text_of(code, locale, name) for code in step.errors.get(name, ()))
        typed = raw if isinstance(raw, str) and not CARD.search(raw) else ""
        yield Drawn(
            name, place, "input", field_label(name, locale), f"{translated('For', locale)} {', '.join(by)}", False,  # noqa: FBT003  # of another option
            errors, f"{place}-hint" + (f" {place}-error" if errors else ""),
            value=typed if posted else given.get(name, ""), attributes={"type": "text", "maxlength": "255"},
        )  # fmt: skip


def _options(listed: tuple[Any, ...], place: str, raw: object, stands: object, locale: str) -> tuple[Option, ...]:
    """What the page lists.  Checked is what was posted, else what stands, else the first."""
    values = [key_of(item) for item in listed]
    checked = [value for value in (str(raw), key_of(stands)) if value in values] or values[:1]
    return tuple(
        Option(
            place if n == 0 else f"{place}-{value}", value, named(item), next(map(price, prices(item)), ""),
            about(item, price, locale), value == checked[0],
        )
        for n, (item, value) in enumerate(zip(listed, values, strict=True))
    )  # fmt: skip


def _or_none(options: tuple[Option, ...], place: str, raw: object, locale: str) -> tuple[Option, ...]:
    """With a first one that chooses none of them, which is checked where nobody has chosen."""
    chosen = next((each.value for each in options if each.value == str(raw)), "")
    others = (evolve(each, id=f"{place}-{each.value}", checked=each.value == chosen) for each in options)
    return Option(place, "", translated("None of them", locale), "", "", not chosen), *others


def _standing(asks: FormField, row: Row, order: PreOrder) -> str:
    """What a text field shows before anybody has typed; a host's page has it in its own part."""
    if asks.secret:
        return ""
    value = standing(asks.name, order) if asks.name in STANDING else getattr(row.part(order), asks.name, None)
    return value if isinstance(value, str) else str(value) if isinstance(value, Money) or type(value) is int else ""


def _again(asks: FormField, raw: object, settings: Settings) -> str:
    """What was typed, where that may be seen.

    Beside a card's number only what its field takes is filled in again: a CVV typed one field too early is none of it.
    """
    if asks.secret or not isinstance(raw, str) or CARD.search(raw):
        return ""
    if asks.kind in OF_A_CARD and isinstance(PARSERS[asks.kind](raw, settings), Bad):
        return ""
    return raw
