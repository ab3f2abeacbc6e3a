"""What is due without any buyer: ask the ledger, give back what is left over, find what nobody knew of.

It never sends a payment.  Who looks is saved first, so two workers do not both ask; each wait is longer than the last.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from ..effects import (
    Apply,
    Cancelled,
    CancelSession,
    Captured,
    Checkpoint,
    Declined,
    Emit,
    Event,
    Inquire,
    NotFound,
    NotHeld,
    NotSent,
    OnAttention,
    Outcome,
    Refund,
    Reversed,
    Settled,
    TakeHold,
    Unknown,
    Void,
)
from ..order import Attempt, Capture, PreOrder, Resolved, Seal, evolve
from ..page import Visit
from ._facts import ASKABLE, DEFINITE, MOVING, WATCHED, by_hand, in_ledger, owed
from ._outcomes import Told, apply_outcome, put
from ._seals import digest, items, key_for, next_number
from ._steps import applied, asked, order_of, secured

HOUR = timedelta(hours=1)
TRIES = 8  # to give money back; then a person has to


async def recover(visit: Visit, *, sweep: bool = False) -> PreOrder:
    """The latest order after everything due was looked at; a sweep looks at every number there ever was, and the next.

    Raises what a Checkpoint raises where somebody else looks at the same time.
    """
    order, due = visit.order, {a.n for a in visit.order.attempts if a.due_at is not None and a.due_at <= visit.now}
    if due:
        order = await _claimed(visit, order)
    counted = {n for n in due if owed(order.attempts[n - 1])}
    heard: set[tuple[str, str]] = set()
    for a in reversed(order.attempts):  # the newest attempt on a number takes its money
        able, its = visit.gateways.get(a.gateway), (a.gateway, a.number)
        if (sweep or (a.n in due and _questionable(a))) and able is not None and able.inquiry and its not in heard:
            heard.add(its)
            order = await asked(visit, order, a)
    for n in sorted(due):
        order = await _looked_after(visit, order, order.attempts[n - 1])
    if sweep:
        order = await _unheard_of(visit, order)
    back = {a.n for a in order.attempts if owed(a) and (sweep or a.n in due or (a.due_at or visit.now) <= visit.now)}
    found = back - counted
    if found:  # just now: a try is counted before it is made
        order = await _claimed(visit, order, found)
        # where somebody tried meanwhile, what the ledger said may be from before: that is for the next look
        back -= {n for n in found if any(row.tries > 1 for row in order.attempts[n - 1].captures)}
    for n in sorted(back):
        order = await _given_back(visit, order, order.attempts[n - 1])
    return order


async def _claimed(visit: Visit, order: PreOrder, which: Collection[int] = ()) -> PreOrder:
    order, events = claimed(visit, order, which)
    for event in events:
        await Emit(event)
    return await Checkpoint(order)


def _questionable(a: Attempt) -> bool:
    """The ledger may end it; or it is over, and somebody has hinted that it is not."""
    return (a.state in ASKABLE and not _ours(a)) or (a.state in DEFINITE and not owed(a))


def _ours(a: Attempt) -> bool:
    """It waits for the buyer, and nobody but us can take the money."""
    return a.state == "awaiting" and a.last_call == "shop"


def claimed(visit: Visit, order: PreOrder, which: Collection[int] = ()) -> Told:
    """The order in which everything due is somebody's to look at, and due again later; and who must be called.

    `which`: these attempts instead, due or not.
    """
    events: tuple[Event, ...] = ()
    for a in order.attempts:
        if a.n not in which and (which or a.due_at is None or a.due_at > visit.now):
            continue
        rows = tuple(
            evolve(row, tries=row.tries + 1) if row.reversal in {"due", "refund"} else row for row in a.captures
        )
        why = a.attention or _beyond_us(visit, a)
        if why is not None and a.attention is None:
            events += (OnAttention(a.number, why),)
        order = put(
            order, evolve(a, due_at=visit.now + _wait(visit, a), asked=a.asked + 1, captures=rows, attention=why)
        )
    return order, events


def _wait(visit: Visit, a: Attempt) -> timedelta:
    """Until the next look: longer each time; where only a straggler is waited for, as long again as it took so far."""
    if a.state in WATCHED:
        return max(HOUR, visit.now - a.since)
    waits, tried = visit.settings.inquiry_waits, max((row.tries for row in a.captures), default=a.asked)
    if owed(a) and tried and a.state not in ASKABLE and visit.now < a.settled_by:
        return a.settled_by - visit.now  # before that nobody tries a second time: a look would count as a try
    return waits[tried] if tried < len(waits) else HOUR


def _beyond_us(visit: Visit, a: Attempt) -> str | None:
    """Why a person has to look, if one has."""
    able = visit.gateways.get(a.gateway)
    if able is None:
        return "gateway_gone" if a.gateway else None
    if owed(a):
        if not (able.void or able.refund) or any(row.reversal and in_ledger(row) is None for row in a.captures):
            return "cannot_give_back"
        return "not_given_back" if max(row.tries for row in a.captures) >= TRIES else None
    return "no_answer" if a.state in MOVING and visit.now >= a.since + visit.settings.give_up else None


def _closable(order: PreOrder, a: Attempt) -> bool:
    """Something was handed out that the buyer moved on from; by its key nothing else is closed that they are at now."""
    shared = any(b.n != a.n and b.key == a.key and b.state in MOVING | {"awaiting"} for b in order.attempts)
    return a.state == "superseded" and a.kind != "sale" and not shared


async def _looked_after(visit: Visit, order: PreOrder, a: Attempt) -> PreOrder:
    """What can be done beside asking: end what nobody will finish, close what may be closed, keep what is needed."""
    if a.state == "preparing" or (_ours(a) and a.open_until is not None and a.open_until <= visit.now):
        return await Apply(a.n, NotSent())
    if _closable(order, a) and visit.gateways[a.gateway].cancel:
        return await applied(visit, a.n, await CancelSession(order_of(a)))
    if a.state == "unplaced":
        return await secured(visit, order, a.n)
    if a.state in MOVING and a.hold is not None and a.hold.state == "held" and a.seal.digest == digest(order):
        # of another basket it keeps other goods; and money that comes for it goes back
        until = visit.now + visit.settings.hold_ttl
        try:
            lacking = await TakeHold(a.hold.op, order.key, items(order), until)
        except Exception:  # noqa: BLE001  # it is held for as long as it was; the ledger matters more
            return order
        return await Apply(a.n, NotHeld("not_available_now")) if lacking else order
    return order


async def _given_back(visit: Visit, order: PreOrder, a: Attempt) -> PreOrder:
    """Each row that may not stand: voided, or refunded where it is too late for that, under a key of its own."""
    able = visit.gateways.get(a.gateway)
    for row in a.captures:
        reference = in_ledger(row)
        if row.reversal not in {"due", "refund"} or reference is None or able is None or not (able.void or able.refund):
            continue
        if row.tries > 1:  # an answer that was lost may have been a yes
            if visit.now < a.settled_by:
                continue  # that it is not seen yet would not mean that it is gone
            gone = await _gone(a, reference)
            if gone:
                order = await Apply(a.n, Reversed(reference))
            if gone or (gone is None and able.inquiry):
                continue  # without an answer it stays due: a second refund might be one too many
        key = f"{a.key}-{reference}"
        outcome: Outcome = Settled(reference)
        if row.reversal == "due":
            outcome = await Void(a.gateway, reference, key) if able.void else outcome
            order = await Apply(a.n, outcome)
        if able.refund and isinstance(outcome, Settled):
            order = await Apply(a.n, await Refund(a.gateway, reference, row.amount, f"{key}-refund"))
    return order


async def _gone(a: Attempt, reference: str) -> bool | None:
    """The ledger has the row no more; None where it does not say."""
    answer = await Inquire(a.gateway, a.number)
    if isinstance(answer, Unknown):
        return None
    if isinstance(answer, tuple):
        return all(each.reference != reference for each in answer)
    return isinstance(answer, NotFound | Cancelled)


async def _unheard_of(visit: Visit, order: PreOrder) -> PreOrder:
    """Money under the number that would come next: a store that was set back has forgotten who sent it."""
    for gateway, able in visit.gateways.items():
        number = next_number(order, able)
        answer = await Inquire(gateway, number) if able.inquiry else ()
        taken = [row for row in answer if isinstance(row, Captured)] if isinstance(answer, tuple) else []
        if not taken:
            continue
        rows = tuple(Capture(row.reference, row.amount, row.installments, "due", "unheard_of") for row in taken)
        sealed, n, now = Seal("", ()), len(order.attempts) + 1, visit.now
        found = Attempt(
            n, number, key_for(order, number, sealed, "sale"), gateway, "sale", sealed, "reversing", now, now, now,
            due_at=now, captures=rows, attention="unheard_of",
        )  # fmt: skip
        await Emit(OnAttention(number, "unheard_of"))
        order = await Checkpoint(evolve(order, attempts=(*order.attempts, found)))
    return order


def hinted(order: PreOrder, n: int, now: datetime) -> PreOrder:
    """The order whose attempt `n` is looked at now: somebody says that something became of it."""
    a = order.attempts[n - 1]
    return put(order, evolve(a, due_at=now, watch_until=max(a.watch_until or now, now + HOUR)))


def resolved(order: PreOrder, n: int, said: str, operator: str, reason: str, now: datetime) -> Told:
    """The order after an operator looked into attempt `n`: its money was `captured`, or has been `reversed`.

    Raises ValueError for anything else, and where that is known already.
    """
    a = order.attempts[n - 1]
    events: tuple[Event, ...] = ()
    if said == "captured":
        plan = a.seal.plans[0] if a.seal.plans else None
        if plan is None or a.captures or a.receipt is not None:
            raise ValueError(f"attempt {n} has its money accounted for: it is {a.state}")
        outcomes: tuple[Outcome, ...] = (Captured(by_hand(a), plan.amount, plan.installments),)
    elif said == "reversed":
        back = tuple(Reversed(row.reference) for row in a.captures if row.reversal in {"due", "refund"})
        outcomes = back or (Declined("not_taken"),)
        if not back and a.state not in ASKABLE:
            raise ValueError(f"attempt {n} owes nothing and waits for nothing: it is {a.state}")
    else:
        raise ValueError(f"an attempt is resolved as captured or as reversed, not as {said!r}")
    order = put(order, evolve(a, attention=None, resolved=Resolved(said, operator, reason, now)))
    for outcome in outcomes:
        order, told = apply_outcome(order, n, outcome, now)
        events += told
    return order, events
