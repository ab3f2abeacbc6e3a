"""The peers of a served shop: processes that outlive it.

The banks, services and phones are those of `serve`.  The gift cards, which `serve` keeps itself, are asked of a process
of their own here, on the same ledger.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from attrs import evolve

from checkout_core.ports import Ports
from checkout_core.sandbox.gift_service import GiftCardService
from checkout_core.shopfront import _beside
from checkout_core.stores import HoldsByKind

PEERS = "peers"  # a folder, with a file for each process
AUTH, GIFT_CARDS = "gift-cards.auth", "shop.gift-cards.sqlite"
WORD = "shop:word"
CARDS = "gift cards"
LIFELINE = os.pipe()  # its other end is the zygote's, and that of every shop: with the last of them the peers end
MODULES = {**_beside.MODULES, CARDS: "checkout_core.sandbox.giftcardd"}


class Lasting:
    """As Beside, for a process that does not end with the shop; the next shop finds it."""

    folder = Path()

    def __init__(self, who: str, options, port: int = 0) -> None:
        note = self.folder / PEERS / f"{who} {sha256(repr(options).encode()).hexdigest()[:8]}"
        if not note.exists():
            process = subprocess.Popen(
                [sys.executable, "-m", MODULES[who], "--until-eof", *options], stdin=LIFELINE[0],
                stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            draft = note.with_suffix(".draft")
            draft.write_bytes(process.stdout.readline())
            draft.rename(note)
        ready = json.loads(note.read_text())
        self.port, self.pid = ready["port"], ready["pid"]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """It stays."""


def texts(folder: Path, phone: str) -> list[str]:
    """What has come to that phone, E.164, the newest first."""
    (note,) = (folder / PEERS).glob(f"{_beside.PHONES} *")
    with urlopen(f"http://127.0.0.1:{json.loads(note.read_text())['port']}/messages?phone={quote(phone)}") as answer:
        return [each["text"] for each in json.load(answer)["messages"]]


class Counted(GiftCardService):
    """One hold of the shop's is several calls, when a gift card is in it: each of them is one to die after."""

    def __init__(self, url: str, auth: str, counts: Callable[[str], None]) -> None:
        super().__init__(url, auth)
        self._counts = counts

    def _asked(self, path, told):
        try:
            return super()._asked(path, told)
        finally:
            self._counts(f"gift{path.replace('/', '-')}")


def with_gift_cards(ports: Ports, shop: Path, counts: Callable[[str], None]) -> Ports:
    """The ports whose gift cards are asked of their service; `counts` hears of every call."""
    folder = Lasting.folder
    auth = folder / AUTH
    auth.write_text(WORD)
    options = ("--shop", str(shop), "--ledger", str(folder / GIFT_CARDS), "--auth", str(auth))
    service = Counted(Lasting(CARDS, options).url, WORD, counts)
    return evolve(ports, gift_cards=service, holds=HoldsByKind(ports.holds._rest, gift_card=service))
