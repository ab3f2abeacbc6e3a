"""What an operator is told of a record: payments, messages, what comes next and what keeps it.

No name, no address, nothing that was handed out to pay with; a phone is masked, and so is a card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from attrs import frozen

from ..money import Money
from ..order import Attempt, CreditCard, Placed, PreOrder, State, evolve
from ..paying import MOVING, WATCHED, Transaction, owed, transactions
from ..records import Message, Record

TOLD: Final = ("template", "topic", "number", "why", "op")  # fields of events that say nothing of a person
HELD: Final = frozenset({"asked", "held"})
BLANK: Final = "****"
WANTED: Final[Mapping[State, str]] = {
    "preparing": "it is ended: nobody has heard of it",
    "unplaced": "it is paid; what it needs is held again",
    "parked": "it is judged when another payment has ended",
    "not_executed": "the ledger is watched: money may still come",
    "superseded": "the ledger is watched: money may still come",
}


@frozen
class AttemptRow:
    """One try to take money, in a line."""

    key: str
    n: int
    number: str
    gateway: str
    kind: str
    state: State
    amount: Money | None  # what came of it, else what was wanted; None where neither is known
    since: datetime
    due_at: datetime | None
    attention: str | None
    asked: int


@frozen
class MessageRow:
    """A message of an outbox, in a line."""

    id: str
    key: str
    kind: str  # name of its event
    about: str
    state: Literal["waiting", "claimed", "dead"]
    due_at: datetime | None  # None: at once, or never again
    tries: int
    why: str | None  # it is dead


@frozen
class ParkedRow:
    """A provider's message about a number that nobody knows."""

    gateway: str
    number: str
    id: str
    at: datetime
    age: timedelta


@frozen
class Look:
    """When somebody looks at a checkout next, and why."""

    at: datetime
    why: str


@frozen
class TransactionRow:
    """What happened once between the buyer and a provider's page, under its documented identifier."""

    n: int  # of its attempt
    since: datetime  # when that attempt was begun
    state: State  # of that attempt
    told: Transaction


@frozen
class Case:
    """All that an engineer on call wants to know of one checkout."""

    key: str
    version: int
    saved_at: datetime | None
    number: str | None
    member: bool  # the buyer has an account
    payment: str | None  # slug of the way to pay
    mask: str | None  # of the card
    total: Money
    payable: Money  # of it, by the way to pay: the rest is loyalty money and points
    placed: Placed | None
    attempts: tuple[Attempt, ...]  # of `handed` the names only
    transactions: tuple[TransactionRow, ...]  # in the order of the attempts
    messages: tuple[MessageRow, ...]
    inbox: int  # messages of providers that were heard
    looks: tuple[Look, ...]  # the next one first


@frozen
class Counters:
    """How much there is of everything."""

    checkouts: int
    attempts: Mapping[State, int]
    attention: int  # attempts that wait for a person
    waiting: int  # messages
    dead: int
    unread: tuple[str, ...]  # keys of records that cannot be read; they are counted nowhere else


@frozen
class Reason:
    """Why a checkout cannot be removed; `until` is when that ends, None where a person must end it."""

    kind: Literal["payment", "message"]
    says: str
    until: datetime | None


def attempt_rows(order: PreOrder) -> Iterator[AttemptRow]:
    """A line an attempt."""
    for a in order.attempts:
        yield AttemptRow(
            order.key, a.n, a.number, a.gateway, a.kind, a.state, amount_of(a), a.since, a.due_at, a.attention, a.asked
        )


def transaction_rows(order: PreOrder) -> Iterator[TransactionRow]:
    """A line a transaction."""
    for a in order.attempts:
        for told in transactions(evolve(order, attempts=(a,))):
            yield TransactionRow(a.n, a.since, a.state, told)


def amount_of(a: Attempt) -> Money | None:
    """What was taken, where anything was; else what was to be taken."""
    if a.captures:
        first, *others = (row.amount for row in a.captures)
        return sum(others, first)
    return a.seal.plans[0].amount if a.seal.plans else None


def is_open(a: Attempt) -> bool:
    """Somebody is still to look at it."""
    return a.due_at is not None or a.state in MOVING


def message_rows(record: Record, now: datetime) -> Iterator[MessageRow]:
    """A line a message."""
    for m in record.outbox:
        yield message_row(record.pre_order.key, m, now)


def message_row(key: str, m: Message, now: datetime) -> MessageRow:
    """The message in a line."""
    state: Literal["waiting", "claimed", "dead"] = "waiting"
    if m.dead is not None:
        state = "dead"
    elif being_delivered(m, now):
        state = "claimed"
    return MessageRow(m.id, key, type(m.event).__name__, about(m), state, m.due_at, m.tries, m.dead)


def being_delivered(m: Message, now: datetime) -> bool:
    """Somebody has claimed it, and has not been at it for too long."""
    return m.claim is not None and m.dead is None and m.due_at is not None and now < m.due_at


def about(m: Message) -> str:
    """What it is about: numbers and templates; of a phone its ends, of a text and a code nothing."""
    event = m.event
    told = [str(getattr(event, name)) for name in TOLD if hasattr(event, name)]
    phone = getattr(event, "phone", None)
    return " ".join((*told, *((masked(phone),) if isinstance(phone, str) else ())))


def masked(phone: str) -> str:
    """`+90*******12`."""
    return f"{phone[:3]}{'*' * max(len(phone) - 5, 0)}{phone[-2:]}"


def case_of(record: Record, version: int, now: datetime) -> Case:
    """The checkout, for whoever is on call."""
    order = record.pre_order
    payment = order.payment
    return Case(
        order.key, version, record.saved_at, order.number, not order.buyer.is_guest,
        payment.option.slug if payment else None, payment.mask if isinstance(payment, CreditCard) else None,
        order.totals.total, order.totals.payable, order.placed,
        tuple(evolve(a, handed=dict.fromkeys(a.handed, BLANK)) for a in order.attempts),
        tuple(transaction_rows(order)), tuple(message_rows(record, now)), len(record.inbox), looks_of(record, now),
    )  # fmt: skip


def looks_of(record: Record, now: datetime) -> tuple[Look, ...]:
    """When somebody looks and why, the next look first."""
    looks = [Look(a.due_at, f"attempt {a.n}: {_wanted(a)}") for a in record.pre_order.attempts if a.due_at is not None]
    looks += [Look(m.due_at or now, f"message {m.id}: it is delivered") for m in record.outbox if m.dead is None]
    return tuple(sorted(looks, key=lambda look: look.at))


def _wanted(a: Attempt) -> str:
    """What is done when it is due."""
    if owed(a):
        return "its money is given back"
    if a.state == "awaiting" and a.last_call == "shop":
        return "it is ended, unless the buyer has come back"
    return WANTED.get(a.state, "the ledger is asked what became of it")


def reasons(record: Record, now: datetime) -> tuple[Reason, ...]:
    """Why the checkout must be kept; nothing where all its payments are over and all it had to say is said.

    A message that was given up keeps nothing.
    """
    return (*_of_payments(record.pre_order, now), *_of_messages(record, now))


def _of_payments(order: PreOrder, now: datetime) -> Iterator[Reason]:
    for a in order.attempts:
        said = f"attempt {a.n} is {a.state.replace('_', ' ')}"
        if a.attention is not None:
            yield Reason("payment", f"{said} and needs a person: {a.attention}", None)
        elif a.due_at is not None:
            watched = a.state in MOVING | WATCHED or (a.state == "awaiting" and a.last_call == "provider")
            yield Reason("payment", said, max(a.due_at, a.watch_until or a.due_at) if watched else a.due_at)
        elif a.hold is not None and a.hold.state in HELD:
            yield Reason("payment", f"{said} and holds goods", None)
        elif a.gateway and now < a.settled_by:
            yield Reason("payment", f"{said}; what was sent may still take effect", a.settled_by)


def _of_messages(record: Record, now: datetime) -> Iterator[Reason]:
    for m in record.outbox:
        if m.dead is None:
            yield Reason("message", f"{type(m.event).__name__} is not delivered", m.due_at or now)


def until(why: tuple[Reason, ...]) -> datetime | None:
    """The moment from which none of that keeps the checkout; None where a person must see to it first."""
    moments = [reason.until for reason in why]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None
