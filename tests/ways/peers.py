"""The peers of a served shop: processes that outlive it.

They are those of `serve`: banks, services, phones, gift cards.
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

from checkout_core.sandbox.gift_service import GiftCardService
from checkout_core.shopfront import _beside

PEERS = "peers"  # a folder, with a file for each process
GIFT_CARDS = "shop.gift-cards.sqlite"
LIFELINE = os.pipe()  # its other end is the zygote's, and that of every shop: with the last of them the peers end


class Lasting:
    """As Beside, for a process that does not end with the shop; the next shop finds it."""

    folder = Path()

    def __init__(self, who: str, options, port: int = 0) -> None:
        note = self.folder / PEERS / f"{who} {sha256(repr(options).encode()).hexdigest()[:8]}"
        if not note.exists():
            process = subprocess.Popen(
                [sys.executable, "-m", _beside.MODULES[who], "--until-eof", *options], stdin=LIFELINE[0],
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
