"""What a shop asks about an order, of which only its own schema knows the questions.

    fitted((ExtraField("preference", "Preference", "dropdown", choices=("gift", "none")),), '{"preference":"gift"}', s)

The answers are one object, by the key of the question.  A form without script posts each as `extra_field[key]`, so
text is read as what it stands for: `"12"` is an integer, `"on"` is yes.  Blank is no answer, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from ..page import Invalid
from ..settings import Settings
from ..shop import ExtraField
from ._json import LONGEST, canonical, value_of
from ._shapes import BIGGEST, INVALID, REQUIRED, TOO_LONG, Bad, flag, shaped, whole
from ._texts import prose

Asked: TypeAlias = Callable[[ExtraField, object, Settings], object]

UNKNOWN: Final = Bad("unknown_field")
_DATE: Final = shaped("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL: Final = shaped(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_WHOLE: Final = whole(r"-?(?:0|[1-9][0-9]{0,18})", -BIGGEST, BIGGEST)


def fitted(schema: tuple[ExtraField, ...], text: str, settings: Settings, name: str) -> str:
    """The answers in that text of the type JsonText, each as its question wants it, as canonical JSON text.

    Raises Invalid with the code of every bad answer, by `name` and the key: `extra_field.preference`.  What is wrong
    with all of it, and an answer that nobody asked for, is told of `name`: a key that somebody made up is not repeated.
    """
    told = value_of(text)
    if not isinstance(told, Mapping):
        raise Invalid(**{name: INVALID.code})
    found: dict[str, object] = {}
    codes = {} if told.keys() <= {each.key for each in schema} else {name: UNKNOWN.code}
    for each in schema:
        raw = told.get(each.key)
        answer = KINDS[each.input_type](each, raw, settings) if _said(raw) else REQUIRED if each.required else None
        if isinstance(answer, Bad):
            codes[f"{name}.{each.key}"] = answer.code
        elif answer is not None:
            found[each.key] = answer
    if codes:
        raise Invalid(**codes)
    kept = canonical(found)
    if len(kept.encode()) > LONGEST:
        raise Invalid(**{name: TOO_LONG.code})
    return kept


def _said(raw: object) -> bool:
    """Blank text is no answer, nor is a list with nothing else in it."""
    if isinstance(raw, list):
        return any(_said(each) for each in raw)
    return raw is not None and not (isinstance(raw, str) and not raw.strip())


def _text(asked: ExtraField, raw: object, settings: Settings) -> object:
    return prose(asked.max_length, lines=asked.input_type == "textarea")(raw, settings)


def _integer(asked: ExtraField, raw: object, settings: Settings) -> object:
    return _WHOLE(raw, settings)


def _decimal(asked: ExtraField, raw: object, settings: Settings) -> object:
    """A number with the digits it was sent with, in 18 places before and behind the point; no exponent."""
    text = _DECIMAL(str(raw) if type(raw) in {int, Decimal} else raw, settings)
    return text if isinstance(text, Bad) else Decimal(str(text))


def _boolean(asked: ExtraField, raw: object, settings: Settings) -> object:
    return flag(raw, settings)


def _date(asked: ExtraField, raw: object, settings: Settings) -> object:
    text = _DATE(raw, settings)
    try:
        return text if isinstance(text, Bad) else date.fromisoformat(str(text)).isoformat()
    except ValueError:  # a thirteenth month
        return INVALID


def _one(asked: ExtraField, raw: object, settings: Settings) -> object:
    return raw if isinstance(raw, str) and raw in asked.choices else INVALID


def _several(asked: ExtraField, raw: object, settings: Settings) -> object:
    """Each once, in the order of the choices; one alone may come without a list."""
    told = [each for each in (raw if isinstance(raw, list) else [raw]) if _said(each)]
    if not all(isinstance(each, str) and each in asked.choices for each in told):
        return INVALID
    return tuple(choice for choice in asked.choices if choice in told)


KINDS: Final[Mapping[str, Asked]] = {
    "text": _text,
    "textarea": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "dropdown": _one,
    "multiselect": _several,
}
