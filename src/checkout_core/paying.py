"""Taking money: seal, intent, call, apply.  The only module that names transfers.

    intent -> captured | declined | awaiting | unknown
    awaiting -> intent (the buyer came back) | abandoned (chose again, or edited)
    unknown -> captured | declined | not_executed, by inquiry; nothing is ever sent twice

What cannot be saved is not sent: the attempt is in the store before the provider
hears of it.  What was sent is never sent again: recovery asks the ledger.
`apply_outcome` is the one function for the API's answer, the browser's return,
the webhook and the inquiry; it is pure, idempotent and never steps back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias, assert_never

from .effects import (
    Apply,
    Captured,
    Checkpoint,
    Declined,
    Event,
    FinishThreeD,
    HandedOut,
    Inquire,
    NotFound,
    NotSent,
    Order,
    OrderPlaced,
    Outcome,
    Reversed,
    Sale,
    StartThreeD,
    Transfer,
    Unknown,
    Void,
)  # fmt: skip
from .order import Address, Attempt, Capture, Placed, Plan, PreOrder, Seal, State, evolve
from .page import Ask, Codes, Pay, Place, Visit
from .pricing import plan_chosen, unpaid
from .shop import Misconfigured

Told: TypeAlias = tuple[PreOrder, tuple[Event, ...]]  # a new state, and what must be told when it is saved

MOVING: frozenset[State] = frozenset({"intent", "unknown"})  # money may be on its way: the buyer is locked
DEFINITE: frozenset[State] = frozenset(
    {"captured", "declined", "abandoned", "replayed", "reversing", "reversed"}
)  # not_executed is none: a sender that was paused may still come


def moving(order: PreOrder) -> Attempt | None:
    """The attempt whose money may be on its way."""
    return next((a for a in order.attempts if a.state in MOVING), None) if order.attempts else None


def awaiting(order: PreOrder) -> Attempt | None:
    """The attempt that waits for the buyer to come back from the provider; it locks nobody."""
    return next((a for a in order.attempts if a.state == "awaiting"), None) if order.attempts else None


# What an attempt is for


def _said_of(address: Address | None) -> tuple[object, ...] | None:
    if address is None:
        return None
    return (
        address.pk, address.first_name, address.last_name, address.phone_number, address.country.code,
        address.city.name, address.township and address.township.name, address.district and address.district.name,
        address.line, address.postcode, address.identity_number, address.company_name, address.tax_office,
        address.tax_no,
    )  # fmt: skip


def digest(order: PreOrder) -> str:
    """Of everything the placed order will say, but for the plan.

    Fields are named one by one: a field that a later release adds must not
    change the digest of an attempt that is under way.
    """
    delivery, shipping, payment = order.delivery, order.shipping.option, order.payment
    said = (
        order.key, order.basket.key, order.basket.digest, order.basket.amount.minor, order.basket.currency,
        order.buyer.account, order.buyer.email, order.buyer.phone,
        delivery.option and delivery.option.pk, _said_of(delivery.shipping_address), _said_of(delivery.billing_address),
        shipping and (shipping.pk, shipping.shipping_amount.minor),
        payment and payment.option.pk, unpaid(order).minor,
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def seal(order: PreOrder) -> Seal:
    """What an attempt that began now would be for."""
    chosen = plan_chosen(order.payment)
    return Seal(digest(order), (Plan(chosen.installment_count if chosen else 1, order.totals.total),))


def _said_by(sealed: Seal) -> str:
    return ",".join(f"{plan.installments}x{plan.amount.minor}" for plan in sealed.plans)


def numbered(order: PreOrder, wanted: Seal | None = None) -> str:
    """The order number to use.

    One that was shown or sent is kept until it is retired: when its plans are no
    longer the wanted ones, or every attempt on it has a definite end.  The next
    one is derived from the checkout's key, so it tells nobody how many there are.
    """
    used = tuple(dict.fromkeys(a.number for a in order.attempts))
    if order.number is not None and order.number not in used:
        return order.number
    if used:
        last = [a for a in order.attempts if a.number == used[-1]]
        if all(a.seal == wanted for a in last) and any(a.state not in DEFINITE for a in last):
            return used[-1]
    return _derived(f"{order.key}|number|{len(used) + 1}", 16)  # 64 bits


def _derived(seed: str, length: int) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:length].upper()


# Procedures


def prepare(visit: Visit, order: PreOrder, kind: Literal["sale", "three_d"]) -> PreOrder:
    """The order with its number, its seal and an attempt that is about to be sent.

    What still waits for the buyer is abandoned: its last call is ours, and is not made.
    Raises Misconfigured where the way to pay has no gateway that can.
    """
    gateway = order.payment.option.gateway if order.payment else None
    able = visit.gateways.get(gateway or "")
    if gateway is None or able is None or kind not in able.kinds:
        raise Misconfigured(f"{order.payment}: gateway {gateway!r} cannot do a {kind}")
    before = tuple(evolve(a, state="abandoned", due_at=None) if a.state == "awaiting" else a for a in order.attempts)
    sealed = seal(order)
    number = numbered(evolve(order, attempts=before), sealed)  # the form of another card must not come back
    key = _derived(f"{order.key}|{number}|{sealed.digest}|{_said_by(sealed)}|{kind}", 24)  # 96 bits
    send_by = visit.now + visit.settings.send_budget
    settled_by = send_by + able.max_in_flight
    attempt = Attempt(
        len(before) + 1, number, key, gateway, kind, sealed, "intent", visit.now, send_by, settled_by, settled_by
    )
    return evolve(order, attempts=(*before, attempt), number=number)


def _order_of(attempt: Attempt) -> Order:
    plan = attempt.seal.plans[0]
    return Order(attempt.gateway, attempt.number, attempt.key, plan.amount, plan.installments)


async def pay(visit: Visit, end: Pay[Any]) -> PreOrder:
    """Take money; the latest PreOrder with the outcome applied.  Never run twice."""
    order = await Checkpoint(prepare(visit, visit.order.put(end.own), end.kind))
    attempt = order.attempts[-1]
    command: Transfer[Any] = (
        Sale(_order_of(attempt), end.secrets) if end.kind == "sale" else StartThreeD(_order_of(attempt), end.secrets)
    )
    return await Apply(attempt.n, await command)


async def ask(visit: Visit, end: Ask[Any]) -> PreOrder:
    """Finish what was handed out.  If the buyer has edited since, the last call is ours, and is not made."""
    order = visit.order.put(end.own)
    attempt = awaiting(order)
    if attempt is None:
        return order  # nothing waits: there is nothing to finish
    if attempt.seal != seal(order):
        return _with(order, evolve(attempt, state="abandoned", due_at=None))
    send_by = visit.now + visit.settings.send_budget
    settled_by = send_by + visit.gateways[attempt.gateway].max_in_flight
    attempt = evolve(attempt, state="intent", send_by=send_by, settled_by=settled_by, due_at=settled_by)
    await Checkpoint(_with(order, attempt))
    return await Apply(attempt.n, await FinishThreeD(_order_of(attempt), end.returned))


def place(visit: Visit, end: Place[Any]) -> Told:
    """On a receipt nobody has to be asked for."""
    order = visit.order.put(end.own)
    waiting = awaiting(order)
    if waiting is not None:
        order = _with(order, evolve(waiting, state="abandoned", due_at=None))
    sealed = seal(order)
    number = numbered(order, sealed)
    return _placed(order, number, sealed.digest, sealed.plans[0], end.receipt.why, end.receipt.status, visit.now)


async def recover(order: PreOrder, now: datetime, *, sweep: bool = False) -> PreOrder:
    """Ask about what is due, and give back what is left over.  Never sends a sale.

    A sweep asks about every number there ever was.
    """
    asked: set[str] = set()
    for a in reversed(order.attempts):  # the newest attempt on a number takes its money
        overdue = a.due_at is not None and a.due_at <= now and a.state in MOVING
        if (sweep or overdue) and a.number not in asked:
            asked.add(a.number)
            answer = await Inquire(a.gateway, a.number)
            for outcome in (answer or (NotFound(),)) if isinstance(answer, tuple) else (answer,):
                order = await Apply(a.n, outcome)
    for a in order.attempts:
        for row in a.captures:
            if row.reversal == "due":
                order = await Apply(a.n, await Void(a.gateway, row.reference, f"{a.key}-{row.reference}"))
    return order


# Outcomes


def _with(order: PreOrder, attempt: Attempt) -> PreOrder:
    if order.attempts[attempt.n - 1] is attempt:
        return order
    return evolve(order, attempts=tuple(attempt if a.n == attempt.n else a for a in order.attempts))


def _placed(
    order: PreOrder, number: str, sealed: str, plan: Plan, receipt: str, status: Literal[300, 400], now: datetime
) -> Told:
    block = Placed(number, plan.amount, order.totals, plan, receipt, status, now, sealed)
    return evolve(order, placed=block, number=number), (OrderPlaced(number),)


def apply_outcome(order: PreOrder, n: int, outcome: Outcome, now: datetime) -> Told:  # noqa: C901  # a case an outcome
    """The PreOrder that knows the outcome of attempt `n`, and what must be told."""
    a = order.attempts[n - 1]
    match outcome:
        case Captured(reference, amount, installments):
            if any(row.reference == reference for b in order.attempts for row in b.captures):
                if a.state not in MOVING:
                    return order, ()
                a = evolve(a, state="replayed", due_at=None)
            else:
                rows = (*a.captures, Capture(reference, amount, installments))
                a = evolve(a, captures=rows, state="captured" if a.state == "captured" else "parked")
        case Declined(code) if a.state in MOVING or a.state == "awaiting":
            a = evolve(a, state="declined", code=code, due_at=None)
        case HandedOut(given) if a.state == "intent":
            a = evolve(a, state="awaiting", handed=given, due_at=None)
        case NotSent() if a.state == "intent":
            a = evolve(a, state="abandoned", code="not_sent", due_at=None)
        case Unknown() if a.state == "intent":
            a = evolve(a, state="unknown")
        case NotFound() if a.state in MOVING:
            a = _missed(a, now)
        case Reversed(reference):
            rows = tuple(
                evolve(row, reversal="done") if row.reference == reference and row.reversal == "due" else row
                for row in a.captures
            )  # only what we asked for: a refund that somebody made at the bank does not unmake an order
            over = a.state == "reversing" and all(row.reversal == "done" for row in rows)
            a = evolve(a, captures=rows, state="reversed" if over else a.state)
        case Declined() | HandedOut() | NotSent() | Unknown() | NotFound():
            return order, ()  # came too late to change anything
        case _:
            assert_never(outcome)
    return _judge(_with(order, a), now)


def _missed(a: Attempt, now: datetime) -> Attempt:
    """Not in the ledger.  Believed the second time, both times after nothing can take effect any more, and apart."""
    if now < a.settled_by:
        return evolve(a, due_at=a.settled_by)
    apart = a.settled_by - a.send_by
    if a.missed_at is None:
        return evolve(a, state="unknown", missed_at=now, due_at=now + apart)
    if now < a.missed_at + apart:
        return a
    return evolve(a, state="not_executed", due_at=None)


def _judge(order: PreOrder, now: datetime) -> Told:
    """Judge money nobody has judged: it places the order, waits for another attempt's end, or goes back."""
    events: tuple[Event, ...] = ()
    for n in reversed(range(len(order.attempts))):  # the buyer's latest wish first
        a = order.attempts[n]
        for row in a.captures:
            if row.reversal is not None or _stands(order, row):
                continue
            others = [b for b in order.attempts if b.n != a.n and b.state in MOVING]
            if order.placed is None and others:
                a = evolve(a, due_at=min(b.due_at or now for b in others))
            elif order.placed is None and _fits(order, a, row):
                a = evolve(a, state="captured")
                plan = Plan(row.installments, row.amount)
                order, events = _placed(_with(order, a), a.number, a.seal.digest, plan, row.reference, 400, now)
            else:
                a = evolve(
                    a, captures=_returning(a.captures, row), state="captured" if _holds(order, a) else "reversing"
                )
            order = _with(order, a)
        if a.state not in MOVING and a.state != "parked":
            owed = any(row.reversal == "due" for row in a.captures)
            order = _with(order, evolve(a, due_at=min(a.due_at or now, now) if owed else None))
    return order, events


def _returning(rows: Sequence[Capture], back: Capture) -> tuple[Capture, ...]:
    return tuple(evolve(row, reversal="due") if row is back else row for row in rows)


def _stands(order: PreOrder, row: Capture) -> bool:
    return order.placed is not None and order.placed.receipt == row.reference


def _holds(order: PreOrder, a: Attempt) -> bool:
    """The receipt of the placed order is among the attempt's rows."""
    return any(_stands(order, row) for row in a.captures)


def _fits(order: PreOrder, a: Attempt, row: Capture) -> bool:
    """It is one of the sealed plans, and the buyer has edited nothing since."""
    paid = Plan(row.installments, row.amount)
    now = seal(order)
    return paid in a.seal.plans and paid in now.plans and a.seal.digest == now.digest


def due_at(order: PreOrder) -> datetime | None:
    """When somebody must look at the money of this checkout; None where none is on its way."""
    return min((a.due_at for a in order.attempts if a.due_at is not None), default=None)


def verdict(order: PreOrder, n: int) -> Codes:
    """What the buyer is told of attempt `n`, as errors of the step; nothing where it went well or on."""
    a = order.attempts[n - 1]
    match a.state:
        case "declined":
            code = a.code or "declined"
        case "abandoned":
            code = a.code or "price_changed"
        case "intent" | "unknown" | "parked":
            code = "payment_pending"
        case "not_executed":
            code = "not_executed"
        case "reversing" | "reversed":
            code = "payment_reversed"
        case "awaiting" | "captured" | "replayed":
            return {}
        case _:
            assert_never(a.state)
    return {"non_field_errors": (code,)}
