"""Who answers the pages: a script, or the person at the keyboard."""

from __future__ import annotations

import getpass
import warnings
from collections.abc import Mapping
from typing import Final, Protocol, TypeAlias

import click

from ..checkout import Checkout
from ..choosing import BY_GROUP
from ..engine import Step
from ..forms import PARSERS, Agreement, Bad, Flag, OneTimeCode
from ..forms.drawn import BY_MACHINES, FormField, choices, fields_of, key_of
from ..page import Caller, Codes
from ..sandbox._paid_stories import code_in
from ..texts import text_of
from ._desk import Desk
from ._fields import HINTS
from ._parcels import answered_parcels, answered_slot, answered_wants, free_slots
from ._script import Script

Answer: TypeAlias = tuple[str, Mapping[str, object]]  # a page, and what is posted to it
MOST: Final = 12  # choices that a prompt names
ON_THE_PHONE: Final = "on the phone"  # in a script, for a code: the one in the newest text


class Buyer(Protocol):
    """What a walk asks."""

    def answer(self, step: Step, refused: Codes, /) -> Answer | None:
        """What is posted next, now that `step` is shown; None where the buyer has nothing more to say."""

    def comes_back(self, what: str, /) -> bool:
        """Whether the buyer does `what` at the bank's page, which waits for it, and comes back."""

    @property
    def installments(self) -> int | None:
        """The plan they choose there; None: the first."""


class Scripted:
    """Posts the answers of a script in their order, whatever page is shown; a code may be left to the phone."""

    def __init__(self, script: Script, desk: Desk) -> None:
        self._answers = iter(script.answers)
        self._three_d = script.three_d
        self._desk = desk
        self.installments = script.installments

    def answer(self, step: Step, refused: Codes, /) -> Answer | None:
        """The next one.  Raises ClickException for a code that no phone has."""
        answer = next(self._answers, None)
        if answer is None:
            return None
        page, body = answer
        codes = {each.name for each in fields_of(self._desk.checkout.map.rows[page].form) if each.kind is OneTimeCode}
        asked = {name for name, value in body.items() if name in codes and value == ON_THE_PHONE}
        try:
            return page, {**body, **{name: code_in(self._desk.shop.inbox) for name in asked}}
        except LookupError:
            raise click.ClickException(f"{page}: no text with a code has come to a phone in this walk") from None

    def comes_back(self, what: str, /) -> bool:
        """As the script says."""
        return self._three_d == "passed"


class Asking:
    """Asks for each field of the page shown; after a refusal only for what was refused."""

    installments: int | None = None

    def __init__(self, checkout: Checkout, caller: Caller) -> None:
        self._checkout, self._caller = checkout, caller
        self._page = ""
        self._given: dict[str, object] = {}

    def answer(self, step: Step, refused: Codes, /) -> Answer | None:
        """What was typed; None where the page has nothing to ask, or is closed and says why."""
        for check in self._checkout.explain(step.pre_order, step.page, self._caller):
            if not check.holds:
                click.secho(f"  {text_of(check.check)}", fg="red")
                return None
        form = self._checkout.map.rows[step.page].form
        fields = [field for field in fields_of(form) if field.kind not in BY_MACHINES]
        if not fields and not free_slots(step):
            return None
        again = [field for field in fields if field.name in refused] if step.page == self._page else []
        if not again:
            self._page, self._given = step.page, {}
        for field in again or fields:
            self._given.pop(field.name, None)
            if field.kind in BY_GROUP:
                self._given[field.name] = answered_parcels(field, step, _one_of)
                continue
            value = self._typed(field, _asking_for(field, step.context))
            if value is not None:
                self._given[field.name] = value
        self._given |= answered_wants(step, self._given, _one_of)
        if self._given.get("skip_reservation") is not True:
            self._given |= answered_slot(step, _one_of)
        return step.page, dict(self._given)

    def comes_back(self, what: str, /) -> bool:
        """Asked for."""
        return click.confirm(f"  Does the buyer {what} and come back", default=True)

    def _typed(self, field: FormField, prompt: str) -> object:
        """What the field takes, asked for until it does; None where it may stay empty and does."""
        settings = self._checkout.ports.settings()
        value: object
        while True:
            if field.kind in (Agreement, Flag):
                value = click.confirm(prompt, default=False)
            else:
                with warnings.catch_warnings(action="ignore", category=getpass.GetPassWarning):  # nobody looks on
                    value = click.prompt(prompt, default="", show_default=False, hide_input=field.secret).strip()
            if not value and field.optional:
                return None
            read = PARSERS[field.kind](value, settings) if value else Bad("required")
            if not isinstance(read, Bad):
                return value
            click.secho(f"  {text_of(read.code, field=field.name)}", fg="red")


def _one_of(prompt: str, values: tuple[str, ...]) -> str:
    """Asked for until it is one of these, or anything at all where there are none."""
    told = f"{values[0]} to {values[-1]}" if len(values) > MOST else " or ".join(values)
    while True:
        value = str(click.prompt(f"  {prompt} ({told})" if told else f"  {prompt}", default="", show_default=False))
        if value.strip() in values or (not values and value.strip()):
            return value.strip()
        click.secho(f"  {text_of('invalid' if value.strip() else 'required')}", fg="red")


def _asking_for(field: FormField, context: object) -> str:
    listed = [key_of(item) for item in choices(field.name, context)]
    hints = [" or ".join(listed) if len(listed) <= MOST else "", HINTS.get(field.kind, "")]
    if field.secret:
        hints.append("not shown while you type")
    if field.optional and field.kind is not Flag:
        hints.append("may stay empty")
    told = ", ".join(hint for hint in hints if hint)
    return f"  {field.name} ({told})" if told else f"  {field.name}"
