"""What the library costs beside a checkout written by hand: `nox -s bench`, `nox -s bench -- --quick`.

All ways of one row are timed in turns, round by round, and a ratio is taken inside its round: a machine that slows
down slows all of them.  The clock is this thread's processor time, so what other programs take does not count.
Nothing here passes or fails; a row above its goal says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import tempfile
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from unittest.mock import patch

import forms_by_hand
from candidate import STEPS, basket, factory, floor, service, stored
from timing import Bench, Samples, Way, progress

from checkout_core import CheckoutService, SqliteStore
from checkout_core.forms import read
from checkout_core.order import PreOrder
from checkout_core.page import Invalid
from checkout_core.pages.credit_card import CardForm
from checkout_core.settings import Settings

ADDRESS = "AddressSelectionPage"
ADDRESSES = {"shipping_address": 11, "billing_address": 12}, {"shipping_address": 12, "billing_address": 11}


def counted(lines: int) -> str:
    """The size of a basket in words."""
    return "1 line" if lines == 1 else f"{lines} lines"


def whole_checkouts(bench: Bench) -> None:
    """A guest's checkout from the first form to the placed order."""
    memory, text = {1: 10.0, 10: 8.0, 100: 3.0, 1000: 0.6}, {1: 2.5, 10: 1.2, 100: 0.25}
    rows: list[tuple[int, float, Samples]] = []
    for lines, goal in memory.items():
        order = floor.new_order(lines)
        ways: dict[str, Way] = {"by hand": partial(floor.in_place, order), "memory": factory(lines)}
        if lines in text:
            ways |= {
                "by hand, text": partial(floor.stored, order),
                "warm": stored(lines),
                "cold": stored(lines, cold=True),
            }
        totals = {name: str(way()) for name, way in ways.items()}
        if len(set(totals.values())) != 1:
            raise AssertionError(f"the ways disagree at {counted(lines)}: {totals}")
        rows.append((lines, goal, bench.turns(f"whole checkout, {counted(lines)}", ways)))
    print("\nWhole checkout in memory / by hand")
    for lines, goal, samples in rows:
        bench.row(counted(lines), samples, "memory", "by hand", goal)
    print("\nWhole checkout with load and save, cattrs and json / by hand, JSON text between the steps")
    for lines, _, samples in rows:
        if lines in text:
            bench.row(f"{counted(lines)}, warm", samples, "warm", "by hand, text", text[lines])
            bench.row(f"{counted(lines)}, cold", samples, "cold", "by hand, text", text[lines])


def in_memory(lines: int) -> Way:
    """Other addresses, posted to a checkout in memory."""
    checkout, forms = service().checkout, cycle(ADDRESSES)
    order = checkout.start(basket(lines)).pre_order
    for page, form, _ in STEPS[:2]:
        order = checkout.submit(order, page, form).pre_order

    def step() -> PreOrder:
        nonlocal order
        order = answered(checkout.submit(order, ADDRESS, next(forms)).pre_order, order)
        return order

    return step


def kept(lines: int, *, cold: bool) -> Way:
    """Other addresses, posted to a checkout that is stored."""
    serving, forms = service(cold=cold), cycle(ADDRESSES)
    order = serving.checkout.start(basket(lines)).pre_order
    key = serving.save(order)
    for page, form, _ in STEPS[:2]:
        serving.post(key, page, form)

    def step() -> PreOrder:
        nonlocal order
        order = answered(serving.post(key, ADDRESS, next(forms)).pre_order, order)
        return order

    return step


def answered(after: PreOrder, before: PreOrder) -> PreOrder:
    """The order, which must have changed: a step that is refused, or changes nothing, costs less."""
    if after.delivery.shipping_address == before.delivery.shipping_address:
        raise AssertionError("the step changed nothing")
    return after


def steps_beside_the_basket(bench: Bench) -> None:
    """What a step costs more where the basket that it does not touch is a thousand times as long."""
    few, many = 1, 1000
    ways: dict[str, Way] = {}
    for lines in few, many:
        ways[f"memory {lines}"] = in_memory(lines)
        ways[f"warm {lines}"] = kept(lines, cold=False)
        ways[f"cold {lines}"] = kept(lines, cold=True)
    samples = bench.turns("a step that leaves the basket alone", ways)
    print("\nA step that leaves the basket alone (other addresses), 1000 lines / 1 line")
    bench.row("in memory", samples, f"memory {many}", f"memory {few}", 1.05)
    bench.row("with load and save, warm", samples, f"warm {many}", f"warm {few}", 1.1)
    bench.row("with load and save, cold", samples, f"cold {many}", f"cold {few}", 1.1)


def forms(bench: Bench) -> None:
    """The longest form there is, read by the library and by hand."""
    settings, right = Settings(), floor.FORMS["card"]
    wrong = right | {"card_number": "5421 1900 0000 0008", "card_month": "13", "agreement": False}

    def refused() -> Invalid:
        try:
            read(CardForm, wrong, settings)
        except Invalid as invalid:
            return invalid
        raise AssertionError("the form is wrong")

    forms_by_hand.must_agree(read(CardForm, right, settings), right, refused(), wrong)
    ways: dict[str, Way] = {
        "valid": lambda: read(CardForm, right, settings),
        "valid by hand": lambda: forms_by_hand.card(right),
        "wrong": refused,
        "wrong by hand": lambda: forms_by_hand.card(wrong),
    }
    samples = bench.turns("a form", ways)
    print("\nThe card's form, read / by hand")
    bench.row("valid", samples, "valid", "valid by hand", 1.6)
    bench.row("three errors", samples, "wrong", "wrong by hand", 10)


def statements(lines: int) -> list[tuple[str, int, int]]:
    """Of every step on a store in a file: its page, how often it read, how often it wrote."""
    seen: list[str] = []
    connect = sqlite3.connect

    def traced(path: str, **options: object) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(path, **options)  # type: ignore[call-overload]  # as they came
        db.set_trace_callback(seen.append)
        return db

    rows = []
    with tempfile.TemporaryDirectory() as folder, patch.object(sqlite3, "connect", traced):
        store = SqliteStore(Path(folder) / "checkouts.sqlite")
        serving = CheckoutService(service().checkout, store)
        key = serving.save(serving.checkout.start(basket(lines)).pre_order)
        for page, form, _ in STEPS:
            seen.clear()
            serving.post(key, page, form)
            verbs = [statement.split(None, 1)[0] for statement in seen]
            rows.append((page, verbs.count("SELECT"), verbs.count("UPDATE") + verbs.count("INSERT")))
        store.close()
    return rows


def storage(_: Bench) -> None:
    """How often a step asks the store.  The one that pays saves its intent, the outcome, and what was delivered."""
    print("\nStatements of a step on a SQLite file: reads + compare-and-sets, goal 1 + 1")
    for lines in 1, 10, 100, 1000:
        progress(f"statements, {counted(lines)}")
        *before, (page, reads, writes) = statements(lines)
        progress("")
        each = sorted({f"{r} + {w}" for _, r, w in before})
        print(f"  {counted(lines):<22}{len(before)} steps: {', '.join(each)};   {page}: {reads} + {writes}")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--quick", action="store_true", help="few rounds: to see that all runs, not to quote")
    quick = options.parse_args().quick
    bench = Bench(rounds=5, milliseconds=5) if quick else Bench(rounds=15, milliseconds=20)
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()} on {os.cpu_count()} processors.")
    print(f"By hand: {floor.__name__}.py.  Ratios hold elsewhere, times do not; so there are none.")
    print("Warm: this process has read or written the checkout before.  Cold: it never has, at any step.")
    print(f"\n  {'':<46}{'ratio':>8}  {'half of all':<16}{'goal':>6}")
    for table in whole_checkouts, steps_beside_the_basket, forms, storage:
        table(bench)
    print(f"\n{bench.above} above their goals." if bench.above else "\nNone above its goal.")


if __name__ == "__main__":
    main()
