"""What is true after every event.  Each function returns a sentence where it is not; the ids are those of the docs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import attrs

from ..effects import Captured, Inquire, NotFound, Refund, Void
from ..order import Attempt, Plan, PreOrder, Seal, Totals
from ..paying import DEFINITE, MOVING, WATCHED, closed, digest, owed
from ..sandbox import LedgerRow
from ..sandbox.magic import MAGIC
from ..service import Awaited, Conflict, Impossible
from ..stores import StoreUnavailable
from ._scenario import Get, Hook, Settle
from ._watch import Invariant, Watch, as_asked

FAR: Final = timedelta(days=3650)
MONEY_CAME: Final = frozenset({"parked", "unplaced", "captured", "reversing"})
BACK: Final[Mapping[str | None, int]] = {None: 0, "due": 1, "refund": 2, "done": 3}
SECRETS: Final = tuple(number.encode() for number in MAGIC)


def fails_by_fault_only(watch: Watch) -> str | None:
    """A request ends with an answer, or because others saved first again and again, or the store was down.

    An operator may be told that what they say cannot be.
    """
    for task in watch.run.tasks:
        told = isinstance(task.failed, Impossible) and isinstance(task.act, Settle)
        if task.failed is not None and not told and not isinstance(task.failed, Conflict | StoreUnavailable):
            return f"request {task.n} ended with {task.failed!r}"
    return None


def one_capture_a_number(watch: Watch) -> str | None:
    """Of a bank that takes money for every request, or of pages where a buyer pays twice, nobody can promise it: I2."""
    if watch.run.scenario.able.idempotency == "none":
        return None
    for order in watch.orders():
        counts = Counter(row.number for row, _ in _sent_by_us(watch, order))
        if any(n > 1 for n in counts.values()):
            return f"{max(counts.values())} captures under a number of {order.key}"
    return None


def _sent_by_us(watch: Watch, order: PreOrder) -> list[tuple[LedgerRow, Seal]]:
    """Money of requests that take it, and not of a buyer who paid on the bank's page; as much as was asked for."""
    ours = {a.key: a.seal for a in order.attempts if a.last_call == "shop"}
    rows = watch.standing(order)
    return [(row, ours[row.key]) for row in rows if row.key in ours and as_asked(row)]


def one_capture_a_seal(watch: Watch) -> str | None:
    """What native idempotency promises: the same payment is not taken twice, whoever slept."""
    if watch.run.scenario.able.idempotency != "native":
        return None
    for order in watch.orders():
        counts = Counter(seal for _, seal in _sent_by_us(watch, order))
        if any(n > 1 for n in counts.values()):
            return f"{order.key} is charged twice for the same seal"
    return None


def sums_agree(watch: Watch) -> str | None:
    for _, order in watch.changed():
        totals = order.totals
        amounts = {a.name: getattr(totals, a.name) for a in attrs.fields(Totals)}
        owed = totals.lines - totals.discounts + totals.shipping - totals.shipping_discount + totals.payment_fee
        owed = owed + totals.bags
        if min(amount.minor for amount in (*amounts.values(), totals.payable)) < 0 or (
            owed + totals.gift_box + totals.interest != totals.total
        ):
            return f"the sums of {order.key} do not agree: {totals}"
        if order.placed is not None and order.placed.totals.total != order.placed.total:
            return f"the placed order of {order.key} has another total than its sums"
        if order.placed is not None and order.placed.totals.payable != order.placed.plan.amount:
            return f"the placed order of {order.key} leaves another amount to its way to pay than was paid"
    return None


def intent_first(watch: Watch) -> str | None:
    for send, record, _ in watch.asked():
        order = send.transfer.order
        if not any(a.key == order.key for a in (record.pre_order.attempts if record else ())):
            return f"{type(send.transfer).__name__} leaves, and no attempt with its key is stored"
    return None


def sent_in_time(watch: Watch) -> str | None:
    """Not of a machine whose clock stood still: it cannot know."""
    for send, record, at in watch.asked() if not watch.run.scenario.stopped else ():
        mine = [a for a in record.pre_order.attempts if a.key == send.transfer.order.key] if record else []
        if mine and all(at > a.send_by for a in mine):
            return f"{type(send.transfer).__name__} leaves at {at}, past send_by"
    return None


def sent_once(watch: Watch) -> str | None:
    for send, record, _ in watch.asked():
        order, kind = send.transfer.order, type(send.transfer).__name__
        attempts = record.pre_order.attempts if record else ()
        if watch.run.sends[order.number, order.key, kind] > sum(a.key == order.key for a in attempts):
            return f"{kind} of number {order.number} leaves more often than there are attempts"
    return None


def sent_as_sealed(watch: Watch) -> str | None:
    """What is about to be paid is what the stored order says; a machine that was suspended cannot know."""
    for send, record, _ in watch.asked() if not watch.run.scenario.stopped else ():
        mine = [a for a in record.pre_order.attempts if a.key == send.transfer.order.key] if record else []
        if record is not None and mine and mine[-1].seal.digest != digest(record.pre_order):
            return f"{type(send.transfer).__name__} leaves for something that is not ordered any more"
    return None


def given_back_once(watch: Watch) -> str | None:
    """Before anybody decides to give money back again, they ask the ledger whether it was."""
    run = watch.run
    for each in watch.heard():
        back = each.effect
        if not isinstance(back, Void | Refund):
            continue
        before = [n for n, other in enumerate(run.heard[: each.since]) if _gives_back(other.effect, back)]
        asked = (isinstance(other.effect, Inquire) for other in run.heard[before[-1] : each.since]) if before else ()
        if before and not any(asked):
            return f"{type(back).__name__} of {back.reference} again, and nobody asked whether it was done"
    return None


def _gives_back(effect: object, back: Void | Refund) -> bool:
    return isinstance(effect, type(back)) and effect.reference == back.reference


def missed_twice(watch: Watch) -> str | None:
    """Not executed is what the ledger did not know twice, when nothing could take effect any more."""
    for before, order in watch.changed():
        for old, new in zip(before.attempts, order.attempts, strict=False):
            if old.state == new.state or new.state != "not_executed":
                continue
            times = {
                each.at for each in watch.run.heard
                if each.effect == Inquire(new.gateway, new.number) and each.answer == NotFound()
                and each.at >= new.settled_by
            }  # fmt: skip
            if len(times) < 2:  # noqa: PLR2004  # twice
                return f"attempt {new.n} of {order.key} is taken for not executed after {len(times)} looks"
    return None


def one_open(watch: Watch) -> str | None:
    """At most one attempt locks the buyer, and at most one waits for them."""
    for _, order in watch.changed():
        locking = [a for a in order.attempts if _locks(a, watch.run.world.now)]
        if len(locking) > 1:
            return f"{order.key} has several open attempts: {[a.state for a in locking]}"
        if sum(a.state == "awaiting" for a in order.attempts) > 1:
            return f"{order.key} has several attempts that wait for the buyer"
    return None


def _locks(a: Attempt, now: datetime) -> bool:
    silent = a.state in {"intent", "unknown"} and a.locks_until is not None and now >= a.locks_until
    return a.state in MOVING - {"unplaced"} and not silent


def key_means_one_thing(watch: Watch) -> str | None:
    for _, order in watch.changed():
        meant: dict[str, tuple[object, ...]] = {}
        for a in order.attempts:
            means = a.number, a.gateway, a.kind, a.seal
            if meant.setdefault(a.key, means) != means:
                return f"key {a.key} of {order.key} means two things"
    return None


def no_step_back(watch: Watch) -> str | None:
    for before, order in watch.changed():
        withdrawn = before.placed is not None and order.placed is None
        if before.placed is not None and order.placed != before.placed and not (withdrawn and watch.run.world.refuses):
            return f"the placed order of {order.key} {'is gone' if withdrawn else 'changed'}"
        if len(order.attempts) < len(before.attempts):
            return f"an attempt of {order.key} is gone"
        for old, new in zip(before.attempts, order.attempts, strict=False):
            says = _another(old, new) or (None if withdrawn else _stepped_back(old, new))
            if says is not None:
                return f"attempt {old.n} of {order.key} {says}"
    return None


def _another(old: Attempt, new: Attempt) -> str | None:
    for name in ("n", "number", "key", "gateway", "kind", "seal", "since"):
        if getattr(old, name) != getattr(new, name):
            return f"has another {name}"
    if len(new.captures) < len(old.captures):
        return "has forgotten money"
    for row, later in zip(old.captures, new.captures, strict=False):
        if row.reference != later.reference or BACK[later.reversal] < BACK[row.reversal]:
            return f"tells another story of {row.reference}"
    return None


def _stepped_back(old: Attempt, new: Attempt) -> str | None:
    """Only more money moves what had a definite end, and what places the order stays."""
    more = len(new.captures) > len(old.captures) and new.state in MONEY_CAME
    allowed = {
        "captured": False,
        "reversing": more or new.state == "reversed",
    }.get(old.state, more or old.state not in DEFINITE)
    back = new.state == "preparing" or (new.state == "intent" and old.state not in {"preparing", "awaiting"})
    return None if old.state == new.state or (allowed and not back) else f"went from {old.state} to {new.state}"


def nothing_sold_twice(watch: Watch) -> str | None:
    world = watch.run.world
    for thing, there in world.there.items():
        held = sum(i.quantity for items in world.taken.values() for i in items if (i.kind, i.subject) == thing)
        if world.sold[thing] > there:
            return f"{world.sold[thing]} of {thing[1]} are sold, there were {there}"
        if world.sold[thing] + held > there and world.now == watch.run.began:
            return f"{world.sold[thing]} of {thing[1]} are sold and {held} held, there were {there}"
    return None


def told_as_placed(watch: Watch) -> str | None:
    world = watch.run.world
    for number in (*world.rewritten, *(world.paid.keys() & world.given_up.keys())):
        return f"the shop was told two stories of order {number}"
    for number, order in world.orders.items():
        if order.placed is None or order.placed.number != number:
            return f"the shop was told of order {number}, which was not placed"
    return None


def mail_after_order(watch: Watch) -> str | None:
    world = watch.run.world
    for told in world.told.values():
        if (told.says_placed and told.number not in world.orders) or (told.says_paid and told.number not in world.paid):
            return f"{told.port} {told.about} about {told.number}, of which the shop was not told"
    return None


def somebody_looks(watch: Watch) -> str | None:
    world = watch.run.world
    listed = frozenset(world.store.due(world.now + FAR, 1000))
    for key, record in watch.now.items():
        why = [f"attempt {a.n} is {a.state}" for a in record.pre_order.attempts if _unfinished(a, world.now)]
        why += [f"{m.id} is not delivered" for m in record.outbox if m.dead is None]
        if why and (record.due_at is None or key not in listed):
            return f"{why[0]}, and nobody is to look at {key}"
    return None


def _unfinished(a: Attempt, now: datetime) -> bool:
    watched = a.state in WATCHED and a.watch_until is not None and now < a.watch_until
    return a.state in MOVING or a.state in {"parked", "awaiting"} or owed(a) or watched


def nothing_secret(watch: Watch) -> str | None:
    for key in (order.key for _, order in watch.changed()):
        stored = watch.run.world.store.get(key)
        if stored is not None and any(number in stored.head for number in SECRETS):
            return f"a card number is stored in {key}"
    return None


def answers_are_kept(watch: Watch) -> str | None:
    """Whatever a bank answered, or told, to a request that has ended, is stored."""
    run = watch.run
    task = run.tasks[run.current] if run.current is not None else None
    if task is None or task.state != "done" or task.failed is not None:
        return None
    known = {row.reference for order in watch.orders() for a in order.attempts for row in a.captures}
    for send, answer in task.answers:
        if isinstance(answer, Captured) and answer.reference not in known:
            return f"{answer.reference}, taken for {send.transfer.order.number}, is stored nowhere"
    for _, received in task.result if isinstance(task.result, tuple) and isinstance(task.act, Hook) else ():
        if received.code == "accepted" and not watch.now[received.key].inbox:
            return f"a message about {received.key} was accepted, and is stored nowhere"
    return None


def as_shown(watch: Watch) -> str | None:
    """A total that was an answer to the buyer, or was stored to be one: only step tokens know which arrived."""
    for _, order in watch.changed():
        if order.placed is not None and not _shown(watch, order, order.placed.plan):
            return f"{order.key} is placed for {order.placed.plan.amount}, which no buyer was shown"
    return None


def _shown(watch: Watch, order: PreOrder, paid: Plan) -> bool:
    """Or one of several plans for it, which the provider showed."""
    offered = any(paid in a.seal.plans for a in order.attempts if len(a.seal.plans) > 1)
    return (order.key, paid.amount) in watch.run.shown or (
        offered and (order.key, order.totals.payable) in watch.run.shown
    )


def looking_sends_nothing(watch: Watch) -> str | None:
    current = watch.run.current
    looks = current is not None and isinstance(watch.run.tasks[current].act, Get)
    return f"a look sends {watch.asked()[0].send.transfer!r}" if looks and watch.asked() else None


def operators_hear_what_is_stored(watch: Watch) -> str | None:
    for task in watch.run.tasks:
        if not isinstance(task.act, Settle) or not isinstance(task.result, Awaited):
            continue
        order = watch.now[watch.run.payer_of(task.act.buyer)].pre_order
        if task.result.paid and order.placed is None:
            return f"an operator heard that {task.result.number} is paid, and it is not"
        if task.result.given_up and not closed(order):
            return f"an operator heard that {task.result.number} is given up, and it is not"
    return None


ALWAYS: Final[Mapping[str, Invariant]] = {
    "I0": fails_by_fault_only,
    "I1": one_capture_a_number,
    "I1.seal": one_capture_a_seal,
    "I5": sums_agree,
    "I6": intent_first,
    "I6.time": sent_in_time,
    "I6.once": sent_once,
    "I6.seal": sent_as_sealed,
    "I6.back": given_back_once,
    "I7": one_open,
    "I8": key_means_one_thing,
    "I9": no_step_back,
    "I9.twice": missed_twice,
    "I10": nothing_sold_twice,
    "I12": told_as_placed,
    "I13.order": mail_after_order,
    "I14": somebody_looks,
    "I16": nothing_secret,
    "I19": answers_are_kept,
    "I20": as_shown,
    "I23": looking_sends_nothing,
    "I27": operators_hear_what_is_stored,
}
