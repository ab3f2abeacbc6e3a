"""What every process of the run shares: one clock that runs fast, one shop on two files, one bank.

The controller hands it down as JSON in the environment.  A second is a minute of the shop's time, so what a shop
waits for in hours is over in one run, and nobody sleeps; the bank and its promises live in real time.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
from attrs import frozen

from checkout_core import Checkout, CheckoutService, SqliteStore, evolve
from checkout_core.effects import Capabilities, CommitHold, Effect, OrderPlaced, TakeHold, Void
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.bank import Bank
from checkout_core.sandbox.presets import preset
from checkout_core.sandbox.remote import RemoteBank
from checkout_core.sandbox.shopfile import DEFAULT, load_shop
from checkout_core.service import Send, Tell
from checkout_core.settings import Settings
from checkout_core.stores.sqlite_holds import SqliteHolds

from .tables import Tables

NAME = "CHECKOUT_KILL_STAGE"
KEEPER = "keeper"
CLIENTS = ("client-1", "client-2", "client-3", "client-4")
PROCESSES = (KEEPER, *CLIENTS)
MOMENTS = ("held", "sent", "given back", "told", "sold")  # a port has answered, and nobody has saved it
DOES = ("clicked", *MOMENTS)
FASTER = 60  # the shop's seconds in a real one
IN_FLIGHT = 3.0  # real seconds: what the bank promises
MUGS = 60


@frozen
class Stage:
    """One run; `ticks` is the end of a pipe into which whoever does something writes a byte that says who, and what."""

    folder: str
    seed: int
    preset: str = "native"
    callback: str = "full"
    last_call: str = "shop"
    messages: bool = True  # the bank sends them; else what became of a payment is learnt by asking
    began: float = 0.0  # real, in seconds since 1970; the shop's clock was right then
    bank_port: int = 0
    hooks: int = -1  # file descriptor of the socket on which the bank's messages come in
    ticks: int = -1

    @classmethod
    def of_environment(cls) -> Stage:
        """The controller's."""
        return cls(**json.loads(os.environ[NAME]))

    def environment(self) -> dict[str, str]:
        """As a child is given it."""
        return {**os.environ, NAME: json.dumps(attrs.asdict(self))}

    def file(self, name: str) -> Path:
        return Path(self.folder, name)

    def tables(self) -> Tables:
        """The shop's own tables."""
        return Tables(self.file("orders.sqlite"))

    def bank(self) -> Bank:
        """The bank's own ledger: for its buyers' page, and for those who count."""
        able = preset(
            self.preset, callback=self.callback, last_call=self.last_call, in_flight=timedelta(seconds=IN_FLIGHT)
        )
        return Bank(self.file("bank.sqlite"), capabilities=able)

    def clock(self) -> datetime:
        """The shop's time."""
        return datetime.fromtimestamp(self.began + (time.time() - self.began) * FASTER, UTC)

    def ticked(self, name: str, what: str = "clicked") -> None:
        """That process has done that.  Raises BrokenPipeError where the controller is gone."""
        os.write(self.ticks, bytes([DOES.index(what) * len(PROCESSES) + PROCESSES.index(name)]))


class Watched(CheckoutService):
    """Says when it comes to one of MOMENTS: those are short, and a random kill seldom meets them."""

    name = ""
    stage: Stage

    def perform(self, effect):
        answer = super().perform(effect)
        what = moment(effect)
        if self.name and what is not None:
            self.stage.ticked(self.name, what)
        return answer


def moment(effect: Effect) -> str | None:
    """Which of MOMENTS the answer to that effect is."""
    match effect:
        case TakeHold():
            return "held"
        case Send():
            return "sent"
        case Void():
            return "given back"
        case Tell(OrderPlaced()):
            return "told"
        case Tell(CommitHold()):
            return "sold"
        case _:
            return None


class Host:
    """The shop, as each process has it."""

    def __init__(self, stage: Stage, name: str = "", clock=None) -> None:
        self.stage = stage
        self.tables = stage.tables()
        self.bank = stage.bank()
        self.key = ""  # of the checkout that is begun next
        clock = clock or stage.clock
        file = load_shop(DEFAULT)
        self.sandbox = Sandbox(file, settings=horizons(file.settings, stage), bank=self.bank, now=clock)
        self.holds = SqliteHolds(stage.file("shop.sqlite"), clock)
        able = promises(self.bank.capabilities)
        self.gateway = RemoteBank(f"http://127.0.0.1:{stage.bank_port}", able, connect=0.5, read=1.0)
        self.checkout = Checkout(
            attrs.evolve(
                self.sandbox.ports, key=lambda: self.key, gateways={"bank": self.gateway}, basket=self,
                orders=self.tables, alerts=self.tables, holds=self.holds,
            )
        )  # fmt: skip
        self.store = SqliteStore(stage.file("shop.sqlite"))
        self.service = Watched(
            self.checkout,
            self.store,
            monotonic=lambda: time.monotonic() * FASTER,
            sleep=lambda seconds: time.sleep(seconds / FASTER),
        )
        self.service.name, self.service.stage = name, stage

    def read_basket(self, key, known_digest, /):
        """The basket port: what the shop's tables say is in it."""
        mugs, shirts = self.tables.basket(key)
        basket = self.sandbox.basket(*["mug"] * mugs, *["t-shirt"] * shirts, key=key)
        return None if basket.digest == known_digest else basket


def promises(able: Capabilities) -> Capabilities:
    """The bank's, in the shop's time.  Where the last call is ours, what was handed out may be over sooner for us."""
    whole = able.session_ttl * FASTER if able.last_call == "provider" else able.session_ttl
    return attrs.evolve(able, max_in_flight=able.max_in_flight * FASTER, session_ttl=whole)


def horizons(settings: Settings, stage: Stage) -> Settings:
    """As short as the bank's promises allow."""
    hours = 16 if stage.last_call == "provider" else 1  # its page stays open for a quarter of a real hour
    return evolve(
        settings, answer_wait=timedelta(seconds=12), send_budget=timedelta(minutes=1), hold_ttl=timedelta(hours=hours),
        unknown_patience=timedelta(minutes=1), give_up=timedelta(hours=8), watch=timedelta(hours=8),
    )  # fmt: skip
