"""The record, and what may be wrong with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from attrs import frozen

from ..effects import Event
from ..money import Money
from ..order import PreOrder

Raw: TypeAlias = dict[str, Any]  # a JSON object as it was parsed


@frozen(slots=False)
class Message:
    """An event on its way out; who consumes it knows repeats by `id`."""

    id: str
    event: Event
    claim: str | None = None  # who delivers it, until `due_at`
    due_at: datetime | None = None  # when it is delivered again; None: at once
    tries: int = 0
    dead: str | None = None  # why it is given up; an operator may send it again


@frozen(slots=False)
class Answer:
    """What came of a post with that step token; the page is drawn again from the latest record."""

    token: str  # its digest
    given: str  # digest of what was posted, secrets left out
    page: str
    errors: Mapping[str, tuple[str, ...]]


@frozen(slots=False)
class Shown:
    """The total that a session last saw on a page that pays."""

    session: str  # its digest
    total: Money


@frozen(slots=False)
class Record:
    """One compare-and-set: everything about a checkout that must change together."""

    pre_order: PreOrder
    outbox: tuple[Message, ...] = ()
    inbox: tuple[str, ...] = ()  # digests of the messages that were heard, the last ones
    answers: tuple[Answer, ...] = ()  # to posts that carried a step token, the last ones
    shown: tuple[Shown, ...] = ()  # the last payable total each session was shown
    due_at: datetime | None = None  # when somebody must look, though no buyer comes
    write_id: str = ""  # of the last write: how a writer whose answer was lost knows its own
    saved_at: datetime | None = None


def _unchanged(raw: Raw) -> Raw:
    return raw


@frozen
class Upgrade:
    """From one schema to the next: the head's object, and the basket's, without the number of the schema."""

    head: Callable[[Raw], Raw] = _unchanged
    basket: Callable[[Raw], Raw] = _unchanged


UPGRADES: tuple[Upgrade, ...] = ()  # the first makes schema 2 of schema 1
SCHEMA = len(UPGRADES) + 1


class RecordTooNew(ValueError):
    """A later release wrote it.  It was left as it is."""

    def __init__(self, schema: int, reads_up_to: int) -> None:
        super().__init__(schema, reads_up_to)
        self.schema = schema
        self.reads_up_to = reads_up_to

    def __str__(self) -> str:
        return (
            f"the record is of schema {self.schema}, this release reads up to {self.reads_up_to}; "
            "it was left as it is: serve it with the release that wrote it"
        )


class RecordBroken(ValueError):
    """Not what was written, or by another composition.  It was left as it is; `why` quotes nothing of it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return (
            f"the record does not read: {self.why}; it was left as it is: "
            "read it with the release and the pages that wrote it, or restore it from a backup"
        )


class Unstorable(TypeError):
    """A value that would not come back as it is: a Secret, a list for a tuple, a class that no codec knows.

    Nothing was written.  The text quotes no value.
    """
