"""What the library costs behind Flask, beside the checkout written by hand behind Flask.

Both are asked ten times by Flask's own test client, as a guest with a card asks: the floor ten posts, ours a look,
eight posts and a last look.  Both keep the order in a SQLite file in memory, read at every request and written back
where its version is still the one read.  The floor answers with a page and its context; ours has Flask's signed
session, and answers with all that a storefront draws from.  Timed as in ratios.py; nothing passes or fails.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from urllib.parse import urlencode

import floor as by_hand
from attrs import evolve
from candidate import STEPS, basket, ports
from flask import Flask, Response, request, session
from timing import Bench, Way

from checkout_core import Basket, Checkout, CheckoutService, SqliteStore
from checkout_core.engine import Step
from checkout_core.flask import checkout_blueprint
from checkout_core.http import Request, Web
from checkout_core.http import Response as Answer
from checkout_core.page import Caller
from checkout_core.wire import Writer, json_text, step_json

ADDRESS = "/orders/checkout/"
GOAL = 1.25
MEMORY = Path("/dev/shm")  # noqa: S108  # a disk would be measured too, and what Python loses while it waits for one
SCRIPT = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
TOLD = {"x-requested-with": "XMLHttpRequest", "accept": "application/json", "content-type": "application/json"}


# The floor


class FloorStore:
    """One row: its version and the order as JSON."""

    def __init__(self, path: Path, fresh: str) -> None:
        self.fresh = fresh
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, version INTEGER, body TEXT)")

    def begins(self) -> None:
        """The order of somebody who has not said anything yet."""
        self.db.execute("REPLACE INTO kept VALUES (1, 1, ?)", (self.fresh,))

    def load(self) -> tuple[int, str]:
        """Its version, and what it says."""
        version, body = self.db.execute("SELECT version, body FROM kept WHERE id = 1").fetchone()
        return version, body

    def save(self, version: int, body: str) -> None:
        """Raises RuntimeError where somebody was faster."""
        kept = self.db.execute(
            "UPDATE kept SET version = version + 1, body = ? WHERE id = 1 AND version = ?", (body, version)
        )
        if kept.rowcount != 1:
            raise RuntimeError("somebody was faster")


FUNCTIONS = {step.__name__: step for step, _, _ in by_hand.STEPS}


def floor_step(store: FloorStore, name: str, form: Mapping[str, object]) -> str:
    """Load, step, save, and the answer: all that the floor's view does."""
    version, body = store.load()
    order = by_hand._from_texts(json.loads(body))  # noqa: SLF001  # the floor's own way to JSON
    page, context = FUNCTIONS[name](order, form)
    store.save(version, json.dumps(by_hand._to_texts(order)))  # noqa: SLF001  # as above
    return json.dumps({"page": page, "context": context}, default=as_text)


def as_text(value: object) -> object:
    """What JSON has no word for: an amount, and a set."""
    return str(value) if isinstance(value, Decimal) else list(cast("frozenset[str]", value))


def floor_ways(folder: Path, lines: int) -> dict[str, Way]:
    """The floor's ten steps behind Flask, and without it."""
    order = by_hand.new_order(lines)
    store = FloorStore(folder / f"floor-{lines}.sqlite", json.dumps(by_hand._to_texts({**order, "completed": []})))  # noqa: SLF001  # as above
    app = Flask("floor")

    def view(name: str) -> Response:
        return Response(floor_step(store, name, request.get_json()), mimetype="application/json")

    def found(name: str) -> Response:
        if session.get("checkout") != "1":
            session["checkout"] = "1"
        return view(name)

    app.secret_key = "of no use to anybody"  # noqa: S105  # nobody is here
    app.add_url_rule("/checkout/<name>/", "step", view, methods=["POST"])
    app.add_url_rule("/session/<name>/", "found", found, methods=["POST"])

    def served(root: str) -> str:
        store.begins()
        client, text = app.test_client(), ""
        for step, form, _ in by_hand.STEPS:
            response = client.post(f"/{root}/{step.__name__}/", json=form)
            text = answered(response.status_code, response.get_data(as_text=True))
        return str(json.loads(text)["context"]["order"]["total_amount"])

    def bare() -> str:
        store.begins()
        text = ""
        for step, form, _ in by_hand.STEPS:
            text = floor_step(store, step.__name__, form)
        return str(json.loads(text)["context"]["order"]["total_amount"])

    return {
        "floor": partial(served, "checkout"), "floor with a session": partial(served, "session"),
        "floor without Flask": bare,
    }  # fmt: skip


def answered(status: int, text: str) -> str:
    """The text.  Raises AssertionError where it is no answer: one that fails costs less."""
    if status != HTTPStatus.OK:
        raise AssertionError(f"{status}: {text}")
    return text


# Ours


class Ours:
    """The library over the floor's shop, asked in several depths."""

    def __init__(self, folder: Path, lines: int) -> None:
        self.goods, self.serial = basket(lines), count(1)
        self.checkout = Checkout(evolve(ports(), basket=self))
        self.service = CheckoutService(self.checkout, SqliteStore(folder / f"ours-{lines}.sqlite"))
        self.web = Web(self.service.requests)
        self.buyer = Caller(session="a session", basket="b")
        self.posts = tuple((page, json.dumps(form).encode(), form, next_page) for page, form, next_page in STEPS)
        app = Flask("ours")
        app.secret_key = "of no use to anybody"  # noqa: S105  # nobody is here
        app.register_blueprint(checkout_blueprint(self.service, self.known))
        self.app = app

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        """The port: a session without a checkout is given the goods, a checkout has them."""
        return None if known_digest == self.goods.digest else self.goods

    def known(self, asked: Request) -> Caller:
        """What a host says of a guest."""
        return evolve(asked.caller, basket="b")

    def served(self, app: Flask) -> str:
        """Ten requests behind Flask; the total that the last answer tells."""
        client = app.test_client()
        client.get(ADDRESS, headers=SCRIPT)
        for page, body, _, _ in self.posts:
            client.post(f"{ADDRESS}?page={page}", data=body, content_type="application/json", headers=SCRIPT)
        response = client.get(ADDRESS, headers=SCRIPT)
        return paid(answered(response.status_code, response.get_data(as_text=True)))

    def values(self) -> str:
        """The same requests as values, without Flask."""
        key: str | None = None
        answer = None
        requests = [Request("GET", ADDRESS, "", TOLD)]
        requests += [Request("POST", ADDRESS, urlencode({"page": page}), TOLD, body) for page, body, _, _ in self.posts]
        for asked in (*requests, requests[0]):
            answer = self.asked(asked, key)
            key = answer.checkout
        return paid(answered(answer.status, answer.body.decode()) if answer else "")

    def asked(self, asked: Request, key: str | None) -> Answer:
        """The answer; every checkout has a session of its own."""
        buyer = self.buyer if key else evolve(self.buyer, session=f"session {next(self.serial)}")
        return self.service.run(self.web.answering(asked, buyer, key))

    def steps(self) -> list[Step]:
        """The service's ten steps, and no HTTP."""
        begun = self.checkout.start(self.goods).pre_order
        key = self.service.save(evolve(begun, key=f"steps-{next(self.serial)}"))
        first = self.service.get(key)
        middle = [self.service.post(key, page, form) for page, _, form, _ in self.posts]
        if [step.page for step in middle] != [next_page for *_, next_page in self.posts]:
            raise AssertionError([(step.page, step.errors) for step in middle])
        return [first, *middle, self.service.get(key)]

    def total(self) -> str:
        """Of what `steps` has placed."""
        placed = self.steps()[-1].pre_order.placed
        return str(placed.total if placed else None)

    def told(self, steps: list[Step]) -> str:
        """The JSON of ten answers, and nothing else."""
        settings, writer, text = self.checkout.ports.settings(), Writer(), ""
        for step in steps:
            text = writer.text(step_json(step, settings=settings, basket=False), step.pre_order)
        return paid(text)

    def frame(self, steps: list[Step]) -> Flask:
        """An app that keeps a session and always answers the last of these: what every checkout behind Flask pays."""
        app, text = Flask("frame"), json_text(step_json(steps[-1], settings=self.checkout.ports.settings()))

        def view() -> Response:
            if session.get("checkout") != "1":
                session["checkout"] = "1"
            return Response(text, mimetype="application/json")

        app.secret_key = "of no use to anybody"  # noqa: S105  # nobody is here
        app.add_url_rule(ADDRESS, "view", view, methods=["GET", "POST"])
        return app


def paid(text: str) -> str:
    """The total that the last answer tells."""
    (last,) = json.loads(text)["context_list"]
    return str(last["page_context"]["total_amount"])


def flask_alone(size: int) -> Callable[[], str]:
    """Ten requests of a view that does nothing but answer so many bytes."""
    app, body = Flask("nothing"), json.dumps("x" * size)
    app.add_url_rule(ADDRESS, "view", lambda: Response(body, mimetype="application/json"), methods=["POST"])
    client = app.test_client()

    def ten() -> str:
        for _ in range(10):
            answer = client.post(ADDRESS, data=b"{}", content_type="application/json", headers=SCRIPT)
            answered(answer.status_code, answer.get_data(as_text=True))
        return ""

    return ten


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--quick", action="store_true", help="few rounds: to see that all runs, not to quote")
    quick = options.parse_args().quick
    bench = Bench(rounds=5, milliseconds=20) if quick else Bench(rounds=15, milliseconds=60)
    print(f"\n  {'':<46}{'ratio':>8}  {'half of all':<16}{'goal':>6}")
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        tables(bench, Path(folder))
    print(f"\n{bench.above} above the goal." if bench.above else "\nNone above the goal.")


def tables(bench: Bench, folder: Path) -> None:
    """A table for each size of basket."""
    for lines in 1, 10, 100:
        ours = Ours(folder, lines)
        steps = ours.steps()
        ways: dict[str, Way] = {
            **floor_ways(folder, lines), "ours": partial(ours.served, ours.app),
            "a session and nothing else, asked as ours is": partial(ours.served, ours.frame(steps)),
            "ours without Flask: http, steps, JSON": ours.values,
            "ours: engine, service and store": ours.total, "ours: JSON of the answers": partial(ours.told, steps),
            "Flask alone": flask_alone(4000),
        }  # fmt: skip
        totals = {name: way() for name, way in ways.items() if name != "Flask alone"}
        if len(set(totals.values())) != 1:
            raise AssertionError(f"the ways disagree at {lines} lines: {totals}")
        samples = bench.turns(f"ten requests, {lines} lines", ways)
        print(f"\nTen requests, basket lines: {lines}.  Ours behind Flask / the floor behind Flask")
        bench.row("as it is", samples, "ours", "floor", GOAL)
        bench.row("where the floor has a session too", samples, "ours", "floor with a session", GOAL)
        print("and what it is made of / the floor behind Flask")
        for name in ways:
            if name not in {"ours", "floor"}:
                bench.row(name, samples, name, "floor")


if __name__ == "__main__":
    main()
