"""What is found when the last process is dead: time passes, all is looked after, and the books are compared.

The bank's ledger is the truth.  Whatever does not reconcile is told with the seed, the checkout, its attempts and rows.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

from attrs import frozen

from checkout_core.order import evolve
from checkout_core.paying import is_over
from checkout_core.sandbox._outcomes import STANDING

from .stage import MUGS, PROCESSES, Host, Stage

ROUNDS = 1000  # of looking after everything
STEP = timedelta(minutes=1)  # of the shop's time, at least, from one round to the next: to when somebody must look
TRACEBACK = re.compile(  # of a chain the last one, which is what was raised
    r"^Traceback .*\n(?: .*\n|\n)*(\S.*)$(?!\n\n(?:The above|During))", re.MULTILINE
)
FIRST = frozenset({"sale", "start_three_d"})
SENDS = FIRST | {"finish_three_d"}
LONG_AFTER = datetime(9999, 1, 1, tzinfo=UTC)
MOST = 1000  # checkouts


@frozen
class Report:
    """What a run came to."""

    seed: int
    checkouts: int
    orders: int
    captures: int
    reversals: int
    told_again: int  # order_placed, beyond once an order
    mugs_left: int
    attempts: Counter[str]  # by state
    kills: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.checkouts} checkouts, {self.captures} captures, "
            f"{self.orders} orders, {self.reversals} reversals, {self.told_again} orders told again, "
            f"{self.mugs_left} of {MUGS} mugs left, {self.seconds:.1f} s; attempts: {dict(self.attempts)}"
        )


class Failures(logging.Handler):
    """What the service could not do, as it says so itself."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record) -> None:
        self.heard.append(self.format(record))


class Later:
    """A clock that stands until somebody moves it on."""

    def __init__(self, now) -> None:
        self.now = now

    def __call__(self):
        return self.now


def end(stage: Stage) -> Report:
    """The accounts, after every horizon has passed; the same again, when all has been asked and said once more.

    Raises AssertionError.
    """
    failures, clock = Failures(), Later(stage.clock())
    host = Host(stage, clock=clock)
    host.bank.arrives()  # what was still on its way
    logging.getLogger("checkout_core").addHandler(failures)
    try:
        _looked_after(host, clock)
        report = Accounts(host, failures.heard).reconciled()
        for message in host.bank.messages():
            assert host.service.receive("bank", message).code != "callback_rejected", _of_seed(stage)
        while host.service.sweep_once(MOST):
            pass
        _looked_after(host, clock)
        again = Accounts(host, failures.heard).reconciled()
    finally:
        logging.getLogger("checkout_core").removeHandler(failures)
    assert again == report, f"{_of_seed(stage)}: {report}; and then {again}"
    return report


def _looked_after(host: Host, clock: Later) -> None:
    """Until nothing is due any more, by whatever time that is."""
    for _ in range(ROUNDS):
        host.service.recover_once(MOST)
        host.service.relay_once(MOST)
        if not (due := host.store.due(LONG_AFTER, 1)):
            return
        clock.now = max(clock.now + STEP, _record(host, due[0]).due_at)
    raise AssertionError(f"{_of_seed(host.stage)}: never over\n{_told(host, _records(host))}")


def _records(host: Host):
    """By their keys; none is passed over."""
    return {key: _record(host, key) for key in host.store.keys("", MOST)}


def _record(host: Host, key: str):
    """Raises RecordBroken."""
    stored = host.store.get(key, None)
    return host.checkout.codec.loads(stored.head, stored.basket)


class Accounts:
    """Three books: the bank's, the checkouts', the shop's."""

    def __init__(self, host: Host, failures: list[str]) -> None:
        self.host = host
        self.failures = failures
        self.records = _records(host)
        self.rows = host.bank.rows()
        self.sends = Counter((call.method in FIRST, call.number) for call in host.bank.calls() if call.method in SENDS)
        self.alarms = host.tables.alarms()
        self.orders = {order[0]: order for order in host.tables.orders()}
        self.wrong: dict[str, list[str]] = {}

    def reconciled(self) -> Report:
        """The report.  Raises AssertionError with all that is wrong."""
        for key, record in self.records.items():
            self.wrong[key] = list(self._of_checkout(record))
        self.wrong[""] = list(self._of_all())
        found = {key: wrong for key, wrong in self.wrong.items() if wrong}
        stage = self.host.stage
        assert not found, "\n".join(
            [_of_seed(stage), *(f"{key}: {'; '.join(why)}\n{self._case(key)}" for key, why in found.items())]
        )
        states = Counter(a.state for record in self.records.values() for a in record.pre_order.attempts)
        back = sum(row.state not in STANDING for row in self.rows)
        again = sum(order[6] - 1 for order in self.orders.values())
        left = self.host.holds.left("stock", "mug")
        return Report(stage.seed, len(self.records), len(self.orders), len(self.rows), back, again, left, states)

    def _of(self, order):
        numbers = {order.number, *(a.number for a in order.attempts)}
        return [row for row in self.rows if row.number in numbers]

    def _of_checkout(self, record):
        """What is wrong with one."""
        order = record.pre_order
        standing = [row for row in self._of(order) if row.state in STANDING]
        if len(standing) > 1:
            yield "money was taken twice"
        if (order.placed is not None) != bool(standing):
            yield "money without an order, or an order without money"
        if order.placed is not None:
            yield from self._of_placed(order, order.placed, standing)
        tried = Counter(a.number for a in order.attempts)
        if any(self.sends[first, number] > count for number, count in tried.items() for first in (True, False)):
            yield "an attempt was sent twice"
        if called := [alarm for alarm in self.alarms if alarm[0] in {order.key, *tried}]:
            yield f"somebody was called: {called}"
        if not is_over(order) or record.due_at is not None:
            yield "it is not over"
        if record.outbox:
            yield f"the outbox still has {[(type(m.event).__name__, m.dead, m.tries) for m in record.outbox]}"

    def _of_placed(self, order, placed, standing):
        """What is wrong with an order: three books, one number, amount, currency and plan."""
        said = (placed.number, placed.plan.amount.minor, placed.plan.amount.currency, placed.plan.installments)
        told = self.orders.get(placed.number)
        if told is None or (told[0], *told[2:5]) != said or told[1] != order.key:
            yield f"the shop's tables know {told}, and the checkout {said}"
        if [(row.number, row.amount.minor, row.amount.currency, row.installments) for row in standing] != [said]:
            yield f"the order says {said}"
        if [row.reference for row in standing] != [placed.receipt]:
            yield f"the receipt is {placed.receipt}"
        ordered, now = placed.totals, order.totals
        if evolve(now, interest=ordered.interest, total=ordered.total) != ordered:  # the interest is the paid plan's
            yield "the order has changed since"
        if ordered.payable != placed.plan.amount:
            yield f"{placed.plan.amount} was paid of {ordered}"
        goods, sent = ordered.lines - ordered.discounts, ordered.shipping - ordered.shipping_discount
        if not goods + sent + ordered.bags + ordered.gift_box + ordered.interest == ordered.total == placed.total:
            yield f"the order does not add up: {ordered}"

    def _of_all(self):
        """What is wrong between the books as a whole."""
        standing = [row for row in self.rows if row.state in STANDING]
        whose = {a.number for record in self.records.values() for a in record.pre_order.attempts}
        strangers = [row.number for row in self.rows if row.number not in whose]
        if strangers:
            yield f"the ledger has rows that no checkout knows: {strangers}"
        if Counter(row.number for row in standing) != Counter(self.orders.keys()):
            yield f"orders {sorted(self.orders)}, and money {sorted(row.number for row in standing)}"
        money, sold = sum(row.amount.minor for row in standing), sum(order[2] for order in self.orders.values())
        if money != sold:
            yield f"the bank has {money}, the orders say {sold}"
        left, gone = self.host.holds.left("stock", "mug"), sum(order[5] for order in self.orders.values())
        if left != MUGS - gone:
            yield f"{left} mugs are left of {MUGS}, and {gone} were sold"
        with closing(sqlite3.connect(self.host.stage.file("shop.sqlite"))) as db:
            held = db.execute("SELECT op, kind, subject, quantity FROM held").fetchall()
        if held:
            yield f"still held: {held}"
        if self.host.store.parked(MOST):
            yield f"messages that found no checkout: {self.host.store.parked(MOST)}"
        failed = self.failures + [each for name in PROCESSES for each in _failed(self.host.stage, name)]
        if failed:
            yield "\n".join(failed)

    def _case(self, key: str) -> str:
        return _told(self.host, {key: self.records[key]}) if key else ""


def _failed(stage: Stage, name: str) -> list[str]:
    """What a process has logged as failed; not that a store was busy for too long, which a buyer tries again."""
    text = stage.file(f"{name}.log").read_text()
    return [f"{name}: {each[0]}" for each in TRACEBACK.finditer(text) if "StoreUnavailable" not in each[1]]


def _told(host: Host, records) -> str:
    """The attempts and the ledger rows of those that are not over, or of that one."""
    lines = []
    for key, record in records.items():
        if len(records) > 1 and record.due_at is None:
            continue
        order = record.pre_order
        numbers = {order.number, *(a.number for a in order.attempts)}
        lines += [f"  {key} due {record.due_at}, placed {order.placed}"]
        lines += [f"    {a}" for a in order.attempts]
        lines += [f"    ledger: {row}" for row in host.bank.rows() if row.number in numbers]
        lines += [f"    outbox: {m}" for m in record.outbox]
    return "\n".join(lines)


def _of_seed(stage: Stage) -> str:
    return f"seed {stage.seed}, {stage.preset}, {stage.callback}, {stage.last_call}, in {stage.folder}"
