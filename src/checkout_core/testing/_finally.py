"""What is true once everything has come to rest; and how it comes to rest.

Faults stop, what is under way arrives, workers look after all that becomes due, until nothing is.  That this takes no
more than `LOOKS` looks is itself an invariant (L1), and so is that whoever has no order can still buy (L2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ..order import PreOrder
from ..paying import MOVING, digest
from ._always import ALWAYS
from ._run import Run
from ._watch import GIVEN_BACK, Broken, Invariant, Watch, ask

LOOKS: Final = 150  # of the workers
LATEST: Final = timedelta(days=30)


def rest(run: Run, watch: Watch) -> None:
    """All has come to an end, and everything holds; buyers without an order buy again.  Raises Broken."""
    _comes_to_rest(run, watch)
    if _buys_again(run, watch):
        _comes_to_rest(run, watch)


def _comes_to_rest(run: Run, watch: Watch) -> None:
    for flying in tuple(run.flying):
        run.move(flying.by)
    run.decides("accept")
    _works(run, watch)
    run.works(sweep=True)
    _works(run, watch)
    ask(watch, FINALLY)


def _works(run: Run, watch: Watch) -> None:
    latest = run.world.now + LATEST
    for _ in range(LOOKS):
        watch.look()
        ask(watch, ALWAYS)
        due = run.due()
        if due is None:
            return
        if due > latest:
            break
        run.move(due)
        run.works()
    raise Broken("L1", f"it never comes to rest; somebody is to look again at {run.due()}")


def _buys_again(run: Run, watch: Watch) -> bool:
    """Whether anybody had to."""
    if run.world.refuses:
        return False
    without = [n for n, key in enumerate(run.stage.keys) if run.record(key).pre_order.placed is None]
    for buyer in without:
        steps = [run.posts(buyer, page, body) for page, body in run.scenario.again]
        if "price_changed" in steps[-1].errors.get("non_field_errors", ()):  # now they have seen the new one
            steps = [run.posts(buyer, page, body) for page, body in run.scenario.again]
        watch.look()
        ask(watch, ALWAYS)
        order = run.record(run.stage.keys[buyer]).pre_order
        if order.placed is None and not _used_up(run, order):
            raise Broken("L2", f"{order.key} cannot be paid any more: {dict(steps[-1].errors)} on {steps[-1].page}")
    return bool(without)


def _used_up(run: Run, order: PreOrder) -> bool:
    left = run.world.left()
    return any(left.get(("stock", line.sku), line.quantity) < line.quantity for line in order.basket.lines)


def one_net_capture(watch: Watch) -> str | None:
    for order in watch.orders():
        rows = watch.standing(order)
        if len(rows) > 1:
            return f"{order.key} was charged {len(rows)} times"
    return None


def order_if_paid(watch: Watch) -> str | None:
    """And the reverse; where money comes later, or none does, the order says so."""
    known: set[str] = set()
    for order in watch.orders():
        known |= {a.number for a in order.attempts}
        paid, placed = bool(watch.standing(order)), order.placed is not None
        if paid and not placed:
            return f"{order.key} is paid, and has no order"
        if placed and not paid and not _later(order):
            return f"{order.key} has an order, and is not paid"
    return next((f"money under number {row.number}, which nobody knows" for row in watch.standing()
                 if row.number not in known), None)  # fmt: skip


def _later(order: PreOrder) -> bool:
    placed = order.placed
    return placed is not None and placed.receipt in {"funds_transfer", "free"}


def taken_as_sealed(watch: Watch) -> str | None:
    for order in watch.orders():
        placed = order.placed
        if placed is not None and placed.digest != digest(order):
            return f"{order.key} was placed for something else than was sealed"
        if placed is not None and not _is_what_was_paid(watch, order, placed.number):
            return f"other goods are ordered in {order.key} than were paid for"
        for row in watch.standing(order):
            if placed is None or (row.amount, row.installments) == (placed.plan.amount, placed.plan.installments):
                continue
            return f"{row.number} was charged {row.amount} in {row.installments}, its order says {placed.plan}"
    return None


def _is_what_was_paid(watch: Watch, order: PreOrder, number: str) -> bool:
    """The basket of the order is the one that was stored whenever a payment under the key of its receipt left."""
    keys = {a.key for a in order.attempts if a.number == number and a.state == "captured"}
    sent = (asked.record for asked in watch.run.sent if asked.send.transfer.order.key in keys)
    return all(record is None or record.pre_order.basket.digest == order.basket.digest for record in sent)


def nothing_held(watch: Watch) -> str | None:
    world = watch.run.world
    for thing, left in world.left().items():
        if left != world.there[thing] - world.sold[thing]:
            return f"of {thing[1]} {left} are free, {world.sold[thing]} sold, and there were {world.there[thing]}"
    return next((f"hold {op} was never let go" for op in world.taken), None)


def sold_as_ordered(watch: Watch) -> str | None:
    """Goods and uses of offers.

    What nobody renewed for long enough may be lost to another buyer; then somebody is called.
    """
    run, world = watch.run, watch.run.world
    for op, at in world.lost:
        if at < run.began + world.settings.hold_ttl or not any(why == "hold_lost" for _, why in world.alarms):
            return f"hold {op} was lost"
    if not world.there or world.lost:
        return None
    ordered: Counter[tuple[str, str]] = Counter()
    for order in world.orders.values():
        ordered.update({("stock", line.sku): line.quantity for line in order.basket.lines})
        ordered.update(("coupon", use.subject) for each in order.discounts.applied for use in each.uses)
    for thing in {*ordered, *world.sold}:
        if ordered[thing] != world.sold[thing]:
            return f"{world.sold[thing]} of {thing[1]} are sold, and {ordered[thing]} ordered"
    return None


def shop_knows(watch: Watch) -> str | None:
    placed = {order.placed.number for order in watch.orders() if order.placed is not None}
    told = set(watch.run.world.orders)
    return None if placed == told else f"placed are {sorted(placed)}, and the shop knows of {sorted(told)}"


def told_once(watch: Watch) -> str | None:
    """Every message was delivered, and what it says took effect once where repeats are known by its id."""
    told = watch.run.world.told.values()
    for key, record in watch.now.items():
        for message in record.outbox:
            if message.dead is None:
                return f"{type(message.event).__name__} of {key} is not delivered"
        placed = record.pre_order.placed
        number = placed.number if placed is not None else None
        for port in ("mail", "hook"):
            times = sum(each.says_placed and (each.port, each.number) == (port, number) for each in told)
            if times != (placed is not None):
                return f"that order {number} is placed was told {times} times by {port}"
    return None


def nothing_open(watch: Watch) -> str | None:
    for order in watch.orders():
        for a in order.attempts:
            if a.attention is not None:
                return f"attempt {a.n} of {order.key} waits for a person: {a.attention}"
            if a.state in MOVING or a.state in {"parked", "awaiting", "reversing"}:
                return f"attempt {a.n} of {order.key} is still {a.state}"
    return None


def nothing_needless(watch: Watch) -> str | None:
    """No buyer sees a reversal where nothing went wrong and nobody changed their mind, or paid on a page besides."""
    run = watch.run
    if run.faults or run.edits or run.passed_over or run.world.refuses:
        return None
    ours = {a.key for order in watch.orders() for a in order.attempts if a.last_call == "shop"}
    rows = (row for row in run.world.bank.rows() if row.state in GIVEN_BACK and row.key in ours)
    back = [row for row in rows if row.code is None and row.amount.minor == row.asked]
    return f"{back[0].number} was given back, and nothing had gone wrong" if back else None


FINALLY: Final[Mapping[str, Invariant]] = {
    "I2": one_net_capture,
    "I3": order_if_paid,
    "I4": taken_as_sealed,
    "I10": nothing_held,
    "I11": sold_as_ordered,
    "I12": shop_knows,
    "I13": told_once,
    "I15": nothing_open,
    "I24": nothing_needless,
}
