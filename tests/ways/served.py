"""The shop of `checkout-core serve` as a process that dies by SIGKILL after its n-th outgoing call.

    python -m tests.ways.served         # and then, line by line: FOLDER PORT DIE_AT SECONDS

DIE_AT: the call after which the process dies, before its answer is used, by its count or the first of that name; 0:
none.
SECONDS: how far its clock is ahead, for what a process that died had claimed for a minute.  The peers outlive it: they
are somebody else's.  Every call is a line of the file `calls`.
"""

from __future__ import annotations

import os
import signal
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock

from attrs import evolve, frozen

from checkout_core import CheckoutService, Settings
from checkout_core.effects import Capabilities, Hold, Inquire, RemoteQuery, Transfer
from checkout_core.sandbox import load_shop
from checkout_core.service import Save, Send, Tell
from checkout_core.shopfront import _open
from tests.zygote import serve

from .peers import Counted, Lasting

HORIZON = timedelta(seconds=1)  # how long a request to the bank may be on its way; those of this computer take less
SHOP = Path(__file__).with_name("plenty.toml")
FILE = load_shop(SHOP)  # read once, and copied with the process
DATABASE, CALLS, PID = "shop.sqlite", "calls", "pid"


@frozen(kw_only=True)
class Hurried(_open.Plan):
    """Horizons that nobody notices, and no limit on how often one computer may try."""

    @property
    def settings(self) -> Settings:
        return evolve(super().settings, send_budget=HORIZON, unknown_patience=HORIZON, guesses_per_client=100_000)

    @property
    def promises(self) -> Capabilities:
        return evolve(super().promises, max_in_flight=HORIZON)


class Mortal(CheckoutService):
    """Counts what leaves the process, and ends it after one of those."""

    folder, die_at = Path(), "0"
    made, counting = 0, Lock()

    def perform(self, effect):
        try:
            return super().perform(effect)
        finally:
            if (name := called(effect)) is not None:
                self.counts(name)

    @classmethod
    def counts(cls, name: str) -> None:
        """One more; the process may end here."""
        with cls.counting:
            cls.made += 1
            with (cls.folder / CALLS).open("a") as file:
                file.write(f"{name}\n")
            if cls.die_at in {name, str(cls.made)}:
                os.kill(os.getpid(), signal.SIGKILL)


def called(effect) -> str | None:
    """What an outgoing call is called; None for what a process asks of itself and of its own tables."""
    match effect:
        case Send():
            return type(effect.transfer).__name__
        case Tell():
            return type(effect.event).__name__
        case Save() | Transfer() | Hold() | RemoteQuery() | Inquire():
            return type(effect).__name__
        case _:
            return None


def main(folder: str, port: str, die_at: str, ahead: str) -> None:
    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    Mortal.folder = Lasting.folder = Path(folder)
    Mortal.die_at = die_at
    _open.Beside, _open.CheckoutService = Lasting, Mortal  # the parts of `serve` that are others here
    _open._now = lambda: datetime.now(UTC) + timedelta(seconds=int(ahead))
    _open.GiftCardService = lambda url, auth: Counted(url, auth, Mortal.counts)
    plan = Hurried(db=Path(folder, DATABASE), file=FILE, path=SHOP, fast=True)
    with _open.opened(plan, socket.create_server(("127.0.0.1", int(port)), backlog=64)):
        Path(folder, PID).write_text(str(os.getpid()))
        ended.wait()


if __name__ == "__main__":
    serve(main)
