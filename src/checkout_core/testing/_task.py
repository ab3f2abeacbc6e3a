"""The parts of a schedule: the decisions it is made of, and a request on its way through it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from ..driver import Steps
from ..effects import Effect, Inquire, RemoteQuery, Transfer, Unavailable, Unknown
from ..records import Record
from ..service import OfStore, Save, Send
from ..stores import Saved, Stored, StoreUnavailable
from ._scenario import Act

What: TypeAlias = Literal["go", "crash", "lose", "fail", "half", "torn", "late", "arrive"]


class Event(NamedTuple):
    """A decision of the schedule.

    go: request `who` has its next effect performed.  crash: it is never heard of again.  lose: its effect takes
    effect, and no answer comes.  fail: neither.  half, torn: of what is held in two ledgers the second one fails,
    before or after it has taken effect.  late: its payment is under way, and it is told that no answer came.  arrive:
    payment `who` of those under way reaches the bank.
    """

    what: What
    who: int
    times: int = 1


class Asked(NamedTuple):
    """A payment as a request would send it: what was stored of its checkout then, and when that was."""

    send: Send
    record: Record | None
    at: datetime


class Heard(NamedTuple):
    """What the ledger was asked, or told to give back; the answer is None where none came."""

    effect: Effect[Any]
    answer: object
    at: datetime
    since: int  # how much had been heard when it was decided on


class Flying(NamedTuple):
    """A payment that reaches the bank later, and by when at the latest."""

    transfer: Transfer[Any]
    key: str
    by: datetime


class Task:
    """A request on its way."""

    def __init__(self, n: int, act: Act) -> None:
        self.n = n
        self.act = act
        self.state: Literal["new", "waiting", "done", "crashed"] = "new"
        self.pending: Effect[Any] | None = None  # what it waits for
        self.steps: Steps[Any] | None = None
        self.memory = 0  # all that it was told, and when
        self.since = 0  # how much had been heard when it came to what it waits for
        self.changed = True  # its last effect was one that others can see
        self.failed: Exception | None = None
        self.result: object = None
        self.answers: list[tuple[Send, object]] = []  # what came of the payments it sent
        self.slept = 0.0  # seconds by its own clock
        self.ready: datetime | None = None  # a pause is over

    @property
    def goes_on(self) -> bool:
        """It has not come to an end."""
        return self.state in {"new", "waiting"}


def unheard(effect: Effect[Any]) -> object:
    """What who waits is told where no answer comes.  Raises what a port without one raises."""
    if isinstance(effect, Save):
        return Saved.UNKNOWN
    if isinstance(effect, Send | Transfer | Inquire):
        return Unknown("no_answer")
    if isinstance(effect, RemoteQuery):
        return Unavailable("no answer")
    raise StoreUnavailable("no answer") if isinstance(effect, OfStore) else ConnectionError("no answer")


def memorable(answer: object) -> object:
    """Equal where who is told it goes on alike."""
    if isinstance(answer, Stored):
        return answer.head, answer.version
    if isinstance(answer, Exception):
        return repr(answer)
    try:
        hash(answer)
    except TypeError:
        return repr(answer)
    return answer
