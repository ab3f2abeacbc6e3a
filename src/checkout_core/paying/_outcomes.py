"""What an outcome does to an order: one pure function, whoever brings it, in whatever order and however often.

    API's answer, browser's return, webhook, inquiry, operator -> apply_outcome -> (PreOrder, events)

It never steps back.  Money is credited by number and reference, not by who called; what was never judged is judged
again whenever something ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from ..effects import (
    Authorised,
    Cancelled,
    Captured,
    CommitHold,
    Declined,
    Event,
    HandedOut,
    NotFound,
    NotHeld,
    NotSent,
    OrderPaid,
    OrderPlaced,
    Outcome,
    PostHook,
    ReleaseHold,
    Replayed,
    Reversed,
    SaveCard,
    Secured,
    SendMail,
    Settled,
    UnderReview,
    Unknown,
)
from ..order import Attempt, Capture, Placed, Plan, PreOrder, Totals, evolve
from ._facts import ASKABLE, DEFINITE, KEPT, MOVING, WATCHED, in_ledger, owed
from ._seals import fits, holding

Told: TypeAlias = tuple[PreOrder, tuple[Event, ...]]  # a new state, and what must be told when it is saved

LOOK_AGAIN = timedelta(hours=1)  # at a number that is watched, the first time


def put(order: PreOrder, attempt: Attempt) -> PreOrder:
    """The order with that attempt in the place of the one of its number."""
    if order.attempts[attempt.n - 1] is attempt:
        return order
    return evolve(order, attempts=tuple(attempt if a.n == attempt.n else a for a in order.attempts))


def apply_outcome(order: PreOrder, n: int, outcome: Outcome, now: datetime) -> Told:
    """The PreOrder that knows the outcome of attempt `n`, and what must be told."""
    a = order.attempts[n - 1]
    match outcome:
        case Captured():
            order = _credited(order, a, outcome)
        case Declined() | Replayed() | Cancelled():
            order = _came_to_nothing(order, a, outcome)
        case Reversed(reference) | Settled(reference):
            return _gave_back(order, a, reference, "done" if isinstance(outcome, Reversed) else "refund", now)
        case Secured() if a.state == "preparing" and a.receipt is not None:
            return _placed(order, a, a.seal.plans[0], a.receipt.why, a.receipt.status, now)
        case Secured() if a.state == "unplaced":
            row = next(row for row in a.captures if row.reversal is None)
            return _placed(order, a, paid_by(row), row.reference, 400, now)
        case _:
            order = put(order, _moved(a, outcome, now))
    return settled(order, now)


def _moved(a: Attempt, outcome: Outcome, now: datetime) -> Attempt:  # noqa: C901, PLR0911, PLR0912  # a case an outcome
    """The attempt after an outcome that concerns nobody but itself."""
    match outcome:
        case HandedOut(given) if a.state == "intent":
            ours = a.last_call == "shop"
            return evolve(
                a, state="awaiting", handed=given, due_at=a.open_until if ours else a.due_at,
                settled_by=a.settled_by if ours or a.open_until is None else a.open_until + _apart(a),
            )  # fmt: skip
        case Secured() if a.state == "preparing":
            return evolve(a, state="intent", hold=a.hold and evolve(a.hold, state="held"))
        case NotHeld(code) if a.state == "preparing":
            return evolve(a, state="abandoned", code=code, due_at=None)
        case NotHeld() if a.state == "unplaced":
            rows = tuple(row if row.reversal else evolve(row, reversal="due", why="not_held") for row in a.captures)
            return evolve(a, state="reversing", captures=rows, due_at=now)
        case NotHeld() if a.hold is not None and a.hold.state == "held" and a.state in MOVING:
            # it was lost; if money comes, it is asked for again
            return evolve(a, hold=evolve(a.hold, state="released"))
        case NotSent() if a.state == "awaiting" and a.last_call == "shop":
            return evolve(a, state="abandoned", code="three_d_abandoned", due_at=None)
        case NotSent() if a.state == "intent" and a.handed and a.last_call == "provider":
            return evolve(a, state="superseded", due_at=now)  # its page may have taken the money
        case NotSent() if a.state in {"preparing", "intent"}:
            return evolve(a, state="abandoned", code="not_sent", due_at=None)
        case Authorised() if a.state in {"intent", "awaiting", "unknown"}:
            return evolve(a, state="authorised")
        case UnderReview() if a.state in {"intent", "awaiting", "unknown", "authorised"}:
            return evolve(a, state="review")
        case Unknown() if a.state == "intent":
            return evolve(a, state="unknown")
        case NotFound() if a.state in ASKABLE:
            return _missed(a, now)
        case (
            HandedOut() | Secured() | NotHeld() | NotSent() | Authorised() | UnderReview() | Unknown() | NotFound()
            | Captured() | Declined() | Replayed() | Cancelled() | Reversed() | Settled()
        ):  # fmt: skip
            return a  # came too late to change anything
        case _:
            assert_never(outcome)


def _apart(a: Attempt) -> timedelta:
    """How long what was sent may take: the pause between two looks that are to count."""
    return a.settled_by - a.send_by


def _missed(a: Attempt, now: datetime) -> Attempt:
    """Not in the ledger.  Believed the second time, both times after nothing can take effect any more, and apart."""
    if now < a.settled_by or a.state in {"authorised", "review"} or (a.state, a.last_call) == ("awaiting", "shop"):
        return a
    apart = min(_apart(a), LOOK_AGAIN)
    if a.missed_at is None:
        return evolve(a, state="unknown" if a.state == "intent" else a.state, missed_at=now, due_at=now + apart)
    if now < a.missed_at + apart or a.state == "not_executed":
        return a
    return evolve(a, state="not_executed", due_at=now + LOOK_AGAIN)


def _credited(order: PreOrder, a: Attempt, paid: Captured) -> PreOrder:
    """The row, accounted to its number: to the attempt on it that is still open, else to the one that was asked for."""
    for b in order.attempts:
        if b.gateway == a.gateway and any(paid.reference in {row.reference, row.known_as} for row in b.captures):
            return order if b is a or a.state not in MOVING else put(order, evolve(a, state="replayed", due_at=None))
    on_it = [b for b in reversed(order.attempts) if (b.number, b.gateway) == (a.number, a.gateway)]
    for b in on_it:
        for row in b.captures:
            if in_ledger(row) is None and (row.amount, row.installments) == (paid.amount, paid.installments):
                known = evolve(row, known_as=paid.reference)
                return put(order, evolve(b, captures=tuple(known if each is row else each for each in b.captures)))
    its = next((b for b in on_it if b.state in MOVING or b.state == "awaiting"), a)
    if its is not a and a.state in MOVING:
        order = put(order, evolve(a, state="replayed", due_at=None))
    said = (*its.said, f"captured after {its.state}") if its.state in DEFINITE else its.said
    taken = Capture(
        paid.reference, paid.amount, paid.installments, rewards=paid.rewards, card_token=paid.card_token
    )  # fmt: skip
    rows = (*its.captures, taken)
    state = its.state if its.state in {"captured", "unplaced"} else "parked"
    return put(order, evolve(its, captures=rows, state=state, said=tuple(dict.fromkeys(said))))


def _came_to_nothing(order: PreOrder, a: Attempt, outcome: Declined | Replayed | Cancelled) -> PreOrder:
    """Ended without money; and with it, where a key is answered once and for all, whatever else was sent with it."""
    if a.state not in ASKABLE:
        said = f"{outcome.code if isinstance(outcome, Declined) else type(outcome).__name__.lower()} after {a.state}"
        heard = a.captures and said not in a.said and a.state != "replayed"
        return put(order, evolve(a, said=(*a.said, said))) if heard else order
    match outcome:
        case Declined(code):
            order = put(order, evolve(a, state="declined", code=code, due_at=None))
        case Cancelled():
            order = put(order, evolve(a, state="cancelled", due_at=None))
        case Replayed():
            order = put(order, evolve(a, state="replayed", due_at=None))
        case _:
            assert_never(outcome)
    if a.native or isinstance(outcome, Replayed):
        for b in order.attempts:
            if b.key == a.key and b.state in ASKABLE:
                order = put(order, evolve(b, state="replayed", due_at=None))
    return order


def _gave_back(order: PreOrder, a: Attempt, reference: str, how: Literal["done", "refund"], now: datetime) -> Told:
    """Only what we asked for counts: a refund that somebody made at the bank does not unmake an order."""
    found = next((row for row in a.captures if reference in {row.reference, row.known_as}), None)
    if found is None or found.reversal in {None, "done", how}:
        return order, ()
    a = evolve(a, captures=tuple(evolve(row, reversal=how) if row is found else row for row in a.captures))
    over = all(row.reversal == "done" for row in a.captures)
    a = evolve(
        a, state="reversed" if over and a.state == "reversing" else a.state, due_at=now if owed(a) else a.due_at,
        attention=a.attention if owed(a) else None,
    )  # fmt: skip
    order, events = settled(put(order, a), now)
    told = (SendMail("payment_reversed", a.number), PostHook("payment.reversed", a.number)) if how == "done" else ()
    return order, (*events, *told)


def settled(order: PreOrder, now: datetime) -> Told:
    """Money nobody has judged, judged; what nobody needs any more, let go; and when each attempt is looked at."""
    events: tuple[Event, ...] = ()
    for n in reversed(range(len(order.attempts))):  # the buyer's latest wish first
        a = order.attempts[n]
        for row in a.captures:
            if row.reversal is None and not _stands(order, row, a) and a.state != "unplaced":
                order, told = _judged(order, a, row, now)
                events += told
                a = order.attempts[n]
    for a in order.attempts:
        if a.state not in MOVING and a.hold is not None and a.hold.state in KEPT and a.state not in KEEPING:
            events += (ReleaseHold(a.hold.op),)
            order = put(order, evolve(a, hold=evolve(a.hold, state="released")))
    for a in order.attempts:
        order = put(order, _looked_at(a, now))
    return order, events


KEEPING = frozenset({"awaiting", "parked"})  # beside MOVING: states that may still need what is held


def _judged(order: PreOrder, a: Attempt, row: Capture, now: datetime) -> Told:
    """It places the order, waits for another attempt's end, or goes back."""
    others = [b for b in order.attempts if b.n != a.n and b.state in MOVING]
    if order.placed is None and others:
        return put(order, evolve(a, state="parked", due_at=min(b.due_at or now for b in others))), ()
    paid = paid_by(row)
    if order.placed is None and fits(order, a, paid):
        if a.hold is not None and a.hold.state in {"asked", "released"}:  # what is not held cannot be committed
            hold = a.hold if a.hold.state == "asked" else holding(order, a.n, a.hold)
            return put(order, evolve(a, state="unplaced", hold=hold, due_at=now)), ()
        return _placed(order, a, paid, row.reference, 400, now)
    why = "paid_twice" if order.placed else "changed"
    rows = tuple(evolve(each, reversal="due", why=why) if each is row else each for each in a.captures)
    standing = any(_stands(order, each, a) for each in a.captures)
    return put(order, evolve(a, captures=rows, state="captured" if standing else "reversing", due_at=now)), ()


def _placed(order: PreOrder, a: Attempt, plan: Plan, receipt: str, status: Literal[300, 400], now: datetime) -> Told:
    """The order stands on that attempt; whatever else came for it is judged by that."""
    hold = a.hold and evolve(a.hold, state="committed")
    state: Literal["deferred", "captured"] = "deferred" if a.receipt else "captured"
    totals = totals_at(order, plan)
    block = Placed(a.number, totals.total, totals, plan, receipt, status, now, a.seal.digest, a.agreed)
    order, told = placed(put(order, evolve(a, state=state, hold=hold, due_at=None)), block)
    order, more = settled(order, now)
    return order, (*told, *_card_to_save(a, receipt), *((CommitHold(hold.op),) if hold else ()), *more)


def _card_to_save(a: Attempt, receipt: str) -> tuple[Event, ...]:
    """The card is saved when its money has placed the order, by the token that came with it."""
    token = next((row.card_token for row in a.captures if row.reference == receipt), None)
    if a.save is None or token is None:
        return ()
    return (SaveCard(a.save.account, a.gateway, token, a.save.bin_number, a.save.last_four, a.save.name),)


def placed(order: PreOrder, block: Placed) -> Told:
    """The order of that block stands: on a receipt of the ledger, or on one that needs none.

    One that stood already is paid by it.
    """
    number, stood = block.number, order.again
    told: tuple[Event, ...] = (OrderPlaced(number), SendMail("order_placed", number), PostHook("order.placed", number))
    if stood is not None:
        told = OrderPaid(stood.number), SendMail("order_paid", stood.number), PostHook("order.paid", stood.number)
    return evolve(order, placed=block, number=number), told


def paid_by(row: Capture) -> Plan:
    """The plan by which that money was taken."""
    return Plan(row.installments, row.amount, row.rewards)


def totals_at(order: PreOrder, plan: Plan) -> Totals:
    """What the order comes to by the plan that was paid: the buyer may have chosen it at the provider's."""
    totals = order.totals
    more = plan.amount - totals.payable
    return evolve(totals, interest=totals.interest + more, total=totals.total + more) if more else totals


def withdrawn(order: PreOrder, code: str, now: datetime) -> Told:
    """The shop's own tables refuse the placed order for good: there is none, and its money goes back."""
    block = order.placed
    if block is None:
        return order, ()
    order = evolve(order, placed=None)
    for a in order.attempts:
        if a.number != block.number or a.state not in {"captured", "deferred"}:
            continue
        hold = a.hold and evolve(a.hold, state="held")  # its commit had to wait for the order, and does not leave
        if a.state == "deferred":
            order = put(order, evolve(a, state="abandoned", code=code, hold=hold))
            continue
        rows = tuple(row if row.reversal else evolve(row, reversal="due", why=code) for row in a.captures)
        order = put(order, evolve(a, state="reversing", code=code, captures=rows, hold=hold, due_at=now))
    return settled(order, now)


def _stands(order: PreOrder, row: Capture, a: Attempt) -> bool:
    return order.placed is not None and (order.placed.receipt, order.placed.number) == (row.reference, a.number)


def _looked_at(a: Attempt, now: datetime) -> Attempt:
    """With the moment somebody must look, where it is on its way; none where it is over."""
    if a.state in MOVING or a.state in KEEPING or owed(a):
        return a if a.due_at is not None or a.state == "awaiting" else evolve(a, due_at=now)
    if a.state in WATCHED and a.watch_until is not None and now < a.watch_until:
        return a if a.due_at is not None else evolve(a, due_at=now + LOOK_AGAIN)
    return a if a.due_at is None else evolve(a, due_at=None)
