"""One balance, two checkouts of its owner: two processes pay with the same loyalty money at the same moment.

python -m tests.race loyalty                 # 1,000 rounds
python -m tests.race.loyalty FOLDER NAME     # one of the two processes, as tests.race.buyer

The shop's books are a table that is debited when they are told of an order.  Each round has a label of its own with
50.00 under it, of which each of the two wants 30.00.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen

import attrs
from attrs import frozen

from checkout_core import Caller, Checkout, CheckoutService, Money, PreOrder, SqliteStore
from checkout_core.effects import LoyaltyAccount
from checkout_core.pricing import account_usages
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.bank import Bank
from checkout_core.sandbox.magic import APPROVED
from checkout_core.stores import SqliteHolds

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADA = Caller("ada", "ada@example.org")
NAMES = ("a", "b")
STORIES = ("card", "transfer")  # by turns
PAYS = ("CreditCardConfirmationPage", "FundsTransferPage")
THERE, WANTED = 5000, 3000  # minor units
AT_THE_HOLD, BEFORE = ["loyalty_balance_changed"], ["price_changed"]
PATIENCE = 30


class Books:
    """What is left under the label of the round: a LoyaltyPort, and the OrdersPort that debits."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("CREATE TABLE IF NOT EXISTS spent (number TEXT PRIMARY KEY, label INTEGER, minor INTEGER)")
        self.label = 0

    def left(self, label: int) -> int:
        return (
            THERE - self.db.execute("SELECT coalesce(sum(minor), 0) FROM spent WHERE label = ?", (label,)).fetchone()[0]
        )

    def list_loyalty_accounts(self, account: str, currency: str, /) -> tuple[LoyaltyAccount, ...]:
        return (LoyaltyAccount(self.label, "Round", Money.of(self.left(self.label), currency)),)

    def find_loyalty_card(self, account: str, currency: str, /) -> None:
        return None

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        (usage,) = account_usages(order)
        row = number, usage.label_id, usage.amount.minor
        self.db.execute("INSERT INTO spent (number, label, minor) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)


class Host:
    """The shop, as each process has it."""

    def __init__(self, folder: str) -> None:
        shop = Path(folder, "shop.sqlite")
        self.books = Books(Path(folder, "books.sqlite"))
        self.holds = SqliteHolds(shop, self.clock)
        self.bank = Bank(Path(folder, "bank.sqlite"), clock=self.clock)
        self.sandbox = Sandbox(bank=self.bank, stock=self.holds, now=self.clock)
        self.sandbox.settings = attrs.evolve(self.sandbox.settings, loyalty_money_enabled=True)
        self.checkout = Checkout(attrs.evolve(self.sandbox.ports, loyalty=self.books, orders=self.books))
        self.service = CheckoutService(self.checkout, SqliteStore(shop))

    def clock(self) -> datetime:
        return NOON

    def turns(self, n: int) -> None:
        self.books.label = n + 1

    def comes(self, name: str, n: int) -> tuple[PreOrder, str, Mapping[str, object]]:
        """Ada in front of the page that pays the rest; what is posted there."""
        order = self.checkout.start(self.sandbox.basket("mug", key=f"{name}-{n}"), ADA).pre_order
        order = self.checkout.submit(
            order, "LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": "30.00"}, ADA
        ).raise_for_errors().pre_order  # fmt: skip
        for page, body in self.sandbox.answers(STORIES[n % 2], APPROVED, order):
            if page in PAYS:
                return order, page, body
            order = self.checkout.submit(order, page, body, ADA).raise_for_errors().pre_order
        raise AssertionError("nobody pays")


def races(folder: str, name: str) -> None:
    """A line a round: its number; "pay" once it has said that it is ready."""
    host = Host(folder)
    for line in sys.stdin:
        host.turns(int(line))
        order, page, body = host.comes(name, int(line))
        key = host.service.save(order)
        _tell("ready")
        sys.stdin.readline()
        step = host.service.post(key, page, body, ADA)
        after = step.pre_order
        _tell(
            {
                "placed": after.placed is not None,
                "errors": list(step.errors.get("non_field_errors", ())),
                "charged": sum(len(a.captures) for a in after.attempts),
            }
        )


@frozen
class Report:
    rounds: int
    won: Mapping[str, int]  # by process
    nobody: int  # rounds in which both were refused
    at_the_hold: int  # losers who had found the balance there
    before: int  # losers who were turned away before that
    over_used: int  # labels of which more was spent than there was
    charged: int  # losers who were
    by_card: int  # captures
    seconds: float


def run(folder: str, rounds: int) -> Report:
    """The report; what must not be is counted in it."""
    began, host = time.monotonic(), Host(folder)
    host.holds.put("stock", "mug", 1_000_000)
    won, lost = dict.fromkeys(NAMES, 0), {"hold": 0, "before": 0}
    nobody = charged = 0
    processes = [
        Popen(
            [sys.executable, "-m", "tests.race.loyalty", folder, name], stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT
        )
        for name in NAMES
    ]  # fmt: skip
    try:
        for n in range(rounds):
            for process in processes:
                _say(process, str(n))
            for process in processes:
                assert _heard(process) == "ready"
            for process in processes if n % 2 else reversed(processes):
                _say(process, "pay")
            told = [_heard(process) for process in processes]
            winners = [name for name, each in zip(NAMES, told, strict=True) if each["placed"]]
            assert len(winners) < 2, f"round {n}: the balance was spent twice, {told}"
            nobody += not winners
            for each in told:
                if each["placed"]:
                    assert each["errors"] == [], f"round {n}: {each}"
                    continue
                assert each["errors"] in (AT_THE_HOLD, BEFORE), f"round {n}: {each}"
                lost["hold" if each["errors"] == AT_THE_HOLD else "before"] += 1
                charged += each["charged"]
            for name in winners:
                won[name] += 1
    finally:
        ends = [_ended(process) for process in processes]
    assert ends == [0, 0]
    host.service.recover_once()
    host.service.relay_once()
    left = [host.books.left(n + 1) for n in range(rounds)]
    assert sum(each == THERE - WANTED for each in left) == sum(won.values())
    over = sum(each < 0 for each in left)
    return Report(
        rounds,
        won,
        nobody,
        lost["hold"],
        lost["before"],
        over,
        charged,
        len(host.bank.rows()),
        time.monotonic() - began,
    )


def _tell(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def _say(process: Popen[str], line: str) -> None:
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _heard(process: Popen[str]):
    line = process.stdout.readline()
    assert line, "a process has ended before its time"
    return json.loads(line)


def _ended(process: Popen[str]) -> int:
    with closing(process.stdout):
        process.stdin.close()
        try:
            return process.wait(60)
        finally:
            process.kill()


if __name__ == "__main__":
    races(*sys.argv[1:])
