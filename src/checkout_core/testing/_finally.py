"""What is true once everything has come to rest; and how it comes to rest.

Faults stop, what is under way arrives, workers look after all that becomes due, until nothing is.  That this takes no
more than `LOOKS` looks is itself an invariant (L1), and so is that whoever has no order can still buy (L2).

One net capture (I2), and an order where money stayed (I3), take no sweep: that is for a store that was set back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ..order import Plan, PreOrder
from ..paying import MOVING, closed, digest
from ._always import ALWAYS
from ._purse import TENDERS
from ._run import Run
from ._watch import GIVEN_BACK, Broken, Invariant, Watch, as_asked, ask

LOOKS: Final = 150  # of the workers
LATEST: Final = timedelta(days=30)
LATER: Final = frozenset({"funds_transfer", "free", "pay_on_delivery", "loyalty_money", "gift_card"})  # receipts


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
    ask(watch, UNSWEPT)
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
    for stood in range(run.scenario.buyers if run.scenario.owed is not None else 0):
        run.pays_again(stood)
    orders = {n: run.record(key).pre_order for n, key in enumerate(run.stage.keys)}
    without = [n for n, order in orders.items() if order.placed is None and not closed(order)]
    for buyer in without:
        steps = [run.posts(buyer, page, body) for page, body in run.scenario.again]
        if any("price_changed" in codes for codes in steps[-1].errors.values()):  # now they have seen the new one
            steps = [run.posts(buyer, page, body) for page, body in run.scenario.again]
        watch.look()
        ask(watch, ALWAYS)
        order = run.record(run.stage.keys[buyer]).pre_order
        if order.placed is None and not _used_up(run, order):
            raise Broken("L2", f"{order.key} cannot be paid any more: {dict(steps[-1].errors)} on {steps[-1].page}")
    return bool(without)


def _used_up(run: Run, order: PreOrder) -> bool:
    left = {} if order.again is not None else run.world.left()  # an order that stands has all it needs
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
    return placed is not None and placed.receipt in LATER


def taken_as_sealed(watch: Watch) -> str | None:
    for order in watch.orders():
        placed = order.placed
        if placed is not None and placed.digest != digest(order):
            return f"{order.key} was placed for something else than was sealed"
        if placed is not None and not _is_what_was_paid(watch, order, placed.number):
            return f"other goods are ordered in {order.key} than were paid for"
        for row in watch.standing(order):
            paid = Plan(row.installments, row.amount, row.rewards)
            if placed is not None and paid != placed.plan:
                return f"{row.number} was charged by {paid}, its order says {placed.plan}"
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
    return next((f"hold {op} was never let go" for op in (*world.taken, *world.purse.held)), None)


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
    for thing in {*ordered, *(each for each in world.sold if each[0] not in TENDERS)}:
        if ordered[thing] != world.sold[thing]:
            return f"{world.sold[thing]} of {thing[1]} are sold, and {ordered[thing]} ordered"
    return None


def tenders_as_ordered(watch: Watch) -> str | None:
    """What gift cards and loyalty have lost is what placed orders say they paid; after a lost hold somebody knows."""
    world = watch.run.world
    if world.lost:
        return None
    lost, spent = world.purse.lost(), world.purse.spent(world.orders.values())
    for thing in {*lost, *spent}:
        if lost[thing] != spent[thing]:
            return f"{lost[thing]} of {thing} are gone, and orders say {spent[thing]}"
    return None


def card_saved(watch: Watch) -> str | None:
    """Once for each placed order whose buyer asked for it, and for no other."""
    wanted: set[tuple[str, str, str]] = set()
    for order in watch.orders():
        placed = order.placed
        for a in order.attempts if placed is not None else ():
            tokens = {row.card_token for row in a.captures if placed and row.reference == placed.receipt}
            wanted |= {(a.save.account, a.gateway, token) for token in tokens if a.save and token}
    saved = set(watch.run.world.saved)
    return None if saved == wanted else f"saved are {len(saved)} cards, and {len(wanted)} orders ask for it"


def shop_knows(watch: Watch) -> str | None:
    world, paid, given_up = watch.run.world, set[str](), set[str]()
    placed = {order.placed.number for order in watch.orders() if order.placed is not None and order.again is None}
    for order in watch.orders():
        if order.again is not None:
            paid |= {order.again.number} if order.placed is not None else set()
            given_up |= {order.again.number} if closed(order) else set()
    for what, here, told in (
        ("placed", placed, world.orders), ("paid", paid, world.paid), ("given up", given_up, world.given_up)
    ):  # fmt: skip
        if here != told.keys():
            return f"{what} are {sorted(here)}, and the shop knows of {sorted(told)}"
    return None


def told_once(watch: Watch) -> str | None:
    """Every message was delivered, and what it says took effect once where repeats are known by its id."""
    told = watch.run.world.told.values()
    for key, record in watch.now.items():
        for message in record.outbox:
            if message.dead is None:
                return f"{type(message.event).__name__} of {key} is not delivered"
        placed, again = record.pre_order.placed, record.pre_order.again
        number = again.number if again is not None else placed.number if placed is not None else None
        for port in ("mail", "hook"):
            about = [each for each in told if (each.port, each.number) == (port, number)]
            times = sum(each.says_placed if again is None else each.says_paid for each in about)
            if times != (placed is not None):
                return (
                    f"that order {number} is {'placed' if again is None else 'paid'} was told {times} times by {port}"
                )
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
    back = [row for row in rows if row.code is None and as_asked(row)]
    return f"{back[0].number} was given back, and nothing had gone wrong" if back else None


UNSWEPT: Final[Mapping[str, Invariant]] = {"I2": one_net_capture, "I3": order_if_paid}  # money is looked for unasked
FINALLY: Final[Mapping[str, Invariant]] = {
    "I2": one_net_capture,
    "I3": order_if_paid,
    "I4": taken_as_sealed,
    "I10": nothing_held,
    "I11": sold_as_ordered,
    "I11.tenders": tenders_as_ordered,
    "I12": shop_knows,
    "I13": told_once,
    "I15": nothing_open,
    "I24": nothing_needless,
    "I26": card_saved,
}
