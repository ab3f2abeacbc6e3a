"""Taking money: seal, intent, call, apply.

    preparing -> intent -> captured | declined | awaiting | unknown
    awaiting -> intent (the buyer came back) | abandoned | superseded (chose again, or edited)

What cannot be saved is not sent: the attempt is in the store before the provider hears of it.  What was sent is never
sent again: recovery asks the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..effects import (
    Apply,
    CardSecrets,
    Checkpoint,
    Details,
    Emit,
    FinishThreeD,
    HandedOut,
    Inquire,
    KeepCard,
    NotFound,
    NotHeld,
    NotSent,
    Order,
    Outcome,
    Replayed,
    Sale,
    Secured,
    Spend,
    StartSession,
    StartThreeD,
    TakeCard,
    TakeHold,
    Transfer,
    Unknown,
)  # fmt: skip
from ..order import Attempt, Campaign, CardToSave, Deferred, Kind, Placed, Plan, PreOrder, evolve
from ..page import Ask, Invalid, Pay, Place, Visit
from ..shop import Misconfigured
from ._contracts import agreed
from ._declines import counted_if_declined
from ._facts import DEFINITE, SILENT, awaiting, locks, of_another
from ._loyalty import counted, fewer
from ._outcomes import Told, put, settled, totals_at
from ._outcomes import placed as placed_on
from ._returns import back_to, message_of
from ._seals import holding, items, key_for, numbered, seal

SLOT_FULL = "slot_full"
USED_UP = "coupon_used_up"
LACKING = {
    "stock": "out_of_stock",
    "coupon": USED_UP,
    "slot": SLOT_FULL,
    "loyalty_money": "loyalty_balance_changed",
    "loyalty_card": "loyalty_points_changed",
    "gift_card": "gift_card_balance_changed",
}
KEPT_CARD = "card"  # its handle, among what was handed out
TAKEN_BY: Mapping[Kind, Literal["shop", "provider"]] = {"sale": "shop", "session": "provider"}  # a page may take money


async def allowed(visit: Visit) -> None:
    """Nothing, where another payment may be tried.

    Raises Invalid for a checkout, or an address, that has tried too often: so cards are tested.
    """
    settings = visit.settings
    if sum(a.receipt is None for a in visit.order.attempts) >= settings.attempts_per_checkout:
        raise Invalid(non_field_errors="too_many_attempts")
    await _spent(visit, "pay", settings.attempts_per_client)


async def may_guess(visit: Visit) -> None:
    """Nothing, where another code may be tried.  Raises Invalid for an address that has tried too many."""
    await _spent(visit, "guess", visit.settings.guesses_per_client)


async def _spent(visit: Visit, what: str, most: int) -> None:
    caller = visit.caller
    if "limits" not in visit.has or caller.ip is None or caller.client == "instore":
        return
    if not await Spend(f"{what}|{caller.ip}", most, visit.settings.attempts_window):
        raise Invalid(non_field_errors="too_many_attempts")


def left_behind(visit: Visit, order: PreOrder) -> Told:
    """The order without payments that the buyer has moved on from: abandoned where the last call is ours, else watched.

    One that is silent for longer than a buyer has to wait is left behind, too; one that locks is not.
    """
    for a in order.attempts:
        if a.state == "awaiting" and a.last_call == "shop":
            order = put(order, evolve(a, state="abandoned", due_at=None))
        elif a.state == "awaiting" or (a.state in SILENT and not locks(a, visit.now)):
            order = put(order, evolve(a, state="superseded", due_at=visit.now))
    return settled(order, visit.now)


def prepare(
    visit: Visit, order: PreOrder, kind: Kind, plans: tuple[Plan, ...] = (), receipt: Deferred | None = None,
    save: CardToSave | None = None,
) -> Told:  # fmt: skip
    """The order with its number, its seal and an attempt that is about to be sent; and what is let go for it.

    Raises Misconfigured where the way to pay has no gateway that can.
    """
    gateway = "" if receipt else (order.payment.option.gateway if order.payment else None) or ""
    able = visit.gateways.get(gateway)
    if receipt is None and (able is None or kind not in able.kinds):
        raise Misconfigured(f"{order.payment}: gateway {gateway!r} cannot do a {kind}")
    order, events = left_behind(visit, order)  # the form of another card must not come back
    settings, n = visit.settings, len(order.attempts) + 1
    sealed = seal(order, plans)
    number = numbered(order, sealed, able)
    send_by = visit.now + settings.send_budget
    attempt = Attempt(
        n, number, key_for(order, number, sealed, kind), gateway, kind, sealed, "intent", visit.now, send_by, send_by,
        due_at=send_by + settings.inquiry_waits[0], receipt=receipt, watch_until=visit.now + settings.watch,
        agreed=agreed(visit.shop, order), save=save,
    )  # fmt: skip
    if able is not None:
        attempt = evolve(
            attempt, settled_by=send_by + able.max_in_flight + able.lag, native=able.idempotency == "native",
            last_call=TAKEN_BY.get(kind, able.last_call),
            open_until=None if kind == "sale" else send_by + able.session_ttl,
            locks_until=visit.now + settings.unknown_patience if able.inquiry and able.void else None,
        )  # fmt: skip
    holds = "holds" in visit.has and order.again is None  # an order that stands has it all
    if holds or receipt is not None:
        attempt = evolve(attempt, state="preparing", hold=holding(order, n) if holds else None)
    return evolve(order, attempts=(*order.attempts, attempt), number=number), events


NO_DETAILS = Details()


def order_of(attempt: Attempt, details: Details = NO_DETAILS) -> Order:
    """The payment, as its gateway is told of it."""
    plan = attempt.seal.plans[0]
    return Order(attempt.gateway, attempt.number, attempt.key, plan.amount, plan.installments, plan.rewards, details)


def details_of(visit: Visit, order: PreOrder, attempt: Attempt, end: Pay[Any]) -> Details:
    """What the first call tells beside the payment."""
    campaign: Campaign | None = getattr(order.payment, "selected_campaign", None)
    return Details(
        attempt.seal.plans if end.plans else (), campaign.code if campaign else None, attempt.save is not None,
        None if end.back is None else back_to(visit, order, attempt, end.back), end.browser, order.buyer.email,
    )  # fmt: skip


async def pay(visit: Visit, end: Pay[Any]) -> PreOrder:
    """Take money; the latest PreOrder with the outcome applied.  Never run twice."""
    order, n, outcome = await _tried(visit, visit.order.put(end.own), end)
    if isinstance(outcome, Replayed) and _stands_alone(order, n, end):  # proof that the old request is over
        order, _, _ = await _tried(visit, order, end)
    return order


def _stands_alone(order: PreOrder, n: int, end: Pay[Any]) -> bool:
    """Nobody has edited, begun another payment or paid since attempt `n` began."""
    a = order.attempts[n - 1]
    return (
        order.placed is None and n == len(order.attempts) and a.state == "replayed" and a.seal == seal(order, end.plans)
    )


async def _tried(visit: Visit, order: PreOrder, end: Pay[Any]) -> tuple[PreOrder, int, Outcome]:
    """Saved, secured, sent; which attempt it was, and what came of it, applied."""
    order, events = prepare(visit, order, end.kind, end.plans, save=end.save)
    for event in events:
        await Emit(event)
    order = await Checkpoint(order)
    n = len(order.attempts)
    order = await secured(visit, order, n)
    attempt = order.attempts[n - 1]
    if attempt.state != "intent":
        return order, n, NotSent()
    outcome = await _first_call(attempt, details_of(visit, order, attempt, end), end.secrets)
    if isinstance(outcome, HandedOut) and end.secrets is not None and visit.gateways[attempt.gateway].card_twice:
        outcome = await _with_card(attempt, outcome, end.secrets)
    return await counted_if_declined(visit, await applied(visit, n, outcome), n), n, outcome


async def _with_card(attempt: Attempt, handed: HandedOut, card: CardSecrets) -> HandedOut | NotSent:
    """What was handed out, with the handle of the card; NotSent where it is not kept: the last call is ours."""
    try:
        kept = await KeepCard(_without_cvv(card), attempt.open_until or attempt.settled_by)
    except Exception:  # noqa: BLE001  # whatever it is, there is no handle
        return NotSent()
    return HandedOut({**handed.given, KEPT_CARD: kept})


def _without_cvv(card: CardSecrets) -> CardSecrets:
    """The card without its CVV, which leaves with the first send."""
    return CardSecrets(card.number, card.holder, card.month, card.year, None)


async def _first_call(attempt: Attempt, details: Details, card: CardSecrets | None) -> Outcome:
    order = order_of(attempt, details)
    if attempt.kind == "session":
        command: Transfer[Any] = StartSession(order)
    elif card is None:
        raise Misconfigured(f"a {attempt.kind} needs a card: Pay(own, kind, secrets)")
    else:
        command = Sale(order, card) if attempt.kind == "sale" else StartThreeD(order, card)
    outcome: Outcome = await command
    return outcome


async def applied(visit: Visit, n: int, outcome: Outcome) -> PreOrder:
    """The latest order with that outcome; what had been let go and is needed after all is kept again."""
    order = await Apply(n, outcome)
    for a in order.attempts:
        if a.state == "unplaced" and (a.due_at is None or a.due_at <= visit.now):
            order = await secured(visit, order, a.n)
    return order


async def secured(visit: Visit, order: PreOrder, n: int) -> PreOrder:
    """The latest order, with all that attempt `n` needs kept for it, or with the attempt at its end.

    A port that does not answer ends an attempt that nobody has heard of; where money was taken, it is asked again.
    """
    a = order.attempts[n - 1]
    if a.state not in {"preparing", "unplaced"}:
        return order
    if a.hold is None:
        return await Apply(n, Secured())
    try:
        wanted = await counted(order, items(order))
        lacking = await TakeHold(a.hold.op, order.key, wanted, visit.now + visit.settings.hold_ttl)
        lacking = lacking or fewer(wanted, await counted(order, wanted))
    except Exception:  # noqa: BLE001  # whatever it is, we do not know that it is kept
        return order if a.state == "unplaced" else await Apply(n, NotHeld("not_available_now"))
    return await Apply(n, NotHeld(LACKING.get(lacking[0].kind, "not_available_now")) if lacking else Secured())


async def ask(visit: Visit, end: Ask[Any]) -> PreOrder:
    """Finish what was handed out.  If the buyer has edited since, the last call is ours, and is not made.

    What came back from a hosted page is saved first, as a digest: its token is good for that message alone.
    """
    order = visit.order.put(end.own)
    attempt = awaiting(order)
    if attempt is None:
        return order  # nothing waits: there is nothing to finish
    if attempt.kind == "session" and end.returned and attempt.returned is None:
        attempt = evolve(attempt, returned=message_of(end.returned))
    if not _finishes(visit, attempt):
        if order.attempts[attempt.n - 1] is not attempt:
            order = await Checkpoint(put(order, attempt))
        return await counted_if_declined(visit, await asked(visit, order, attempt), attempt.n)
    if attempt.seal.digest != seal(order).digest or seal(order).plans[0] not in attempt.seal.plans:
        order, events = left_behind(visit, order)
        for event in events:
            await Emit(event)
        return order
    send_by = visit.now + visit.settings.send_budget
    settled_by = send_by + visit.gateways[attempt.gateway].max_in_flight + visit.gateways[attempt.gateway].lag
    attempt = evolve(
        attempt, state="intent", send_by=send_by, settled_by=max(attempt.settled_by, settled_by),  # a page stays open
        due_at=send_by + visit.settings.inquiry_waits[0],
        locks_until=attempt.locks_until and visit.now + visit.settings.unknown_patience,
    )  # fmt: skip
    await Checkpoint(put(order, attempt))
    card = None
    if attempt.kind == "three_d" and visit.gateways[attempt.gateway].card_twice:
        try:
            card = await TakeCard(attempt.handed.get(KEPT_CARD, ""))
        except Exception:  # noqa: BLE001  # whatever it is, there is no card, and nothing was sent
            card = None
        if card is None:  # too late, or another process's
            return await Apply(attempt.n, NotSent())
    order = await applied(visit, attempt.n, await FinishThreeD(order_of(attempt), end.returned, card))
    return await counted_if_declined(visit, order, attempt.n)


def _finishes(visit: Visit, a: Attempt) -> bool:
    """The last call is ours to make.  Of a session the gateway says so, and it is watched all the same."""
    able = visit.gateways.get(a.gateway)
    return a.last_call == "shop" or (a.kind == "session" and able is not None and able.last_call == "shop")


async def asked(visit: Visit, order: PreOrder, a: Attempt) -> PreOrder:
    """The latest order with what the ledger says of the attempt's number."""
    answer = await Inquire(a.gateway, a.number)
    if isinstance(answer, Unknown) and a.state in DEFINITE:
        return order  # it is over as far as we know, and stays due
    for outcome in (answer or (NotFound(),)) if isinstance(answer, tuple) else (answer,):
        if not of_another(order, order.attempts[a.n - 1], outcome, visit.now):
            order = await applied(visit, a.n, outcome)
    return order


async def place(visit: Visit, end: Place[Any]) -> Told:
    """On a receipt nobody has to be asked for.  Where goods are held, that is saved first, as for any payment."""
    order = visit.order.put(end.own)
    if "holds" not in visit.has:
        order, events = left_behind(visit, order)
        sealed = seal(order)
        plan, receipt = sealed.plans[0], end.receipt
        totals = totals_at(order, plan)
        block = Placed(
            numbered(order, sealed), totals.total, totals, plan, receipt.why, receipt.status, visit.now, sealed.digest,
            agreed(visit.shop, order),
        )  # fmt: skip
        order, told = placed_on(order, block)
        return order, (*events, *told)
    order, events = prepare(visit, order, "deferred", receipt=end.receipt)
    for event in events:
        await Emit(event)
    order = await Checkpoint(order)
    return await secured(visit, order, len(order.attempts)), ()
