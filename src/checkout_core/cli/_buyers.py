"""Who answers the pages: a script, or the person at the keyboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol, TypeAlias

import click

from ..atlas import Map
from ..engine import Step
from ..forms import Agreement, Flag
from ..page import Codes
from ..texts import text_of
from ._fields import BY_MACHINES, HINTS, FormField, choices, fields_of
from ._script import Script

Answer: TypeAlias = tuple[str, Mapping[str, Any]]  # a page, and what is posted to it
MOST: Final = 12  # choices that a prompt names


class Buyer(Protocol):
    """What a walk asks."""

    def answer(self, step: Step, refused: Codes, /) -> Answer | None:
        """What is posted next, now that `step` is shown; None where the buyer has nothing more to say."""

    def comes_back(self) -> bool:
        """The bank waits for the buyer to prove who they are: does that happen?"""


class Scripted:
    """Posts the answers of a script in their order, whatever page is shown."""

    def __init__(self, script: Script) -> None:
        self._answers = iter(script.answers)
        self._three_d = script.three_d

    def answer(self, step: Step, refused: Codes, /) -> Answer | None:
        """The next one."""
        return next(self._answers, None)

    def comes_back(self) -> bool:
        """As the script says."""
        return self._three_d == "passed"


class Asking:
    """Asks for each field of the page shown; after a refusal only for what was refused."""

    def __init__(self, pages: Map) -> None:
        self._pages = pages
        self._page = ""
        self._given: dict[str, Any] = {}

    def answer(self, step: Step, refused: Codes, /) -> Answer | None:
        """What was typed; None where the page has nothing to ask."""
        fields = [field for field in fields_of(self._pages.rows[step.page].form) if field.kind not in BY_MACHINES]
        if not fields:
            return None
        again = [field for field in fields if field.name in refused] if step.page == self._page else []
        if not again:
            self._page, self._given = step.page, {}
        for field in again or fields:
            self._given.pop(field.name, None)
            for code in refused.get(field.name, ()) if again else ():
                click.secho(f"  {text_of(code, field=field.name)}", fg="red")
            self._given.update(_typed(field, step.context))
        return step.page, dict(self._given)

    def comes_back(self) -> bool:
        """Asked for."""
        return click.confirm("  Does the buyer pass 3-D Secure and come back", default=True)


def _typed(field: FormField, context: object) -> Iterator[tuple[str, object]]:
    """The field and its value, or nothing where it was left empty."""
    prompt = f"  {_asking_for(field, context)}"
    if field.kind in (Agreement, Flag):
        if click.confirm(prompt, default=False):
            yield field.name, True
        return
    text = click.prompt(prompt, default="", show_default=False, hide_input=field.secret)
    if text.strip():
        yield field.name, text


def _asking_for(field: FormField, context: object) -> str:
    listed = [str(item.pk) for item in choices(field.name, context)]
    hints = [" or ".join(listed) if len(listed) <= MOST else "", HINTS.get(field.kind, "")]
    if field.secret:
        hints.append("not shown while you type")
    if field.optional and field.kind is not Flag:
        hints.append("may stay empty")
    told = ", ".join(hint for hint in hints if hint)
    return f"{field.name} ({told})" if told else field.name
