"""The fields of a page's form, for whoever asks people for them: which there are, and what may be chosen."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from ..effects import Secret
from . import Bad, BrowserText, ClientTime, ClientType, InstallmentCounts, Others, ReturnField, plan

OF_GIFT_CARDS: Final = {"pk": "gift_cards", "remove": "gift_cards"}  # fields that choose one of those reserved
BY_MACHINES: Final = (BrowserText, ClientTime, ClientType, InstallmentCounts, ReturnField)  # nobody types these


@frozen
class FormField:
    """One field of a form."""

    name: str  # in the body
    kind: object  # of forms.PARSERS
    optional: bool

    @property
    def secret(self) -> bool:
        """It is read as a Secret."""
        return getattr(self.kind, "__supertype__", None) is Secret


def fields_of(form: type[Any]) -> tuple[FormField, ...]:
    """All of them, in the order of the form."""
    return _fields_of(cast("Hashable", form))


@cache  # one entry a form class
def _fields_of(form: type[Any]) -> tuple[FormField, ...]:
    hints = get_type_hints(form)
    fields = (a for a in attrs.fields(form) if hints[a.name] is not Others)
    rows = zip(fields, plan(cast("Hashable", form)), strict=True)
    return tuple(FormField(name, _kind(hints[a.name]), not isinstance(absent, Bad)) for a, (name, _, absent) in rows)


def _kind(hint: object) -> object:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return next(kind for kind in kinds if kind is not NoneType)


def key_of(item: object) -> str:
    """What a form sends back for that item of a list: its primary key, else what somebody else calls it."""
    names = (getattr(item, name, None) for name in ("pk", "code", "value"))
    return str(next((name for name in names if name is not None), ""))


def lists_of(name: str) -> tuple[str, ...]:
    """What a list to choose that field from may be called."""
    return f"{name}s", f"{name.rpartition('_')[2]}es", *((OF_GIFT_CARDS[name],) if name in OF_GIFT_CARDS else ())


def choices(name: str, context: object) -> tuple[Any, ...]:
    """What a page lists for that field: `shipping_options` for shipping_option, `addresses` for both addresses."""
    for plural in lists_of(name):
        listed = getattr(context, plural, None)
        if isinstance(listed, tuple):
            return listed
    return ()
