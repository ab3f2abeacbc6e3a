"""The sandbox's shop as a process, as `checkout-core serve` starts it, and the ledger of its bank."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
READY = re.compile(
    r"ready (http://127\.0\.0\.1:\d+/) bank (http://127\.0\.0\.1:\d+) ledger (\S+) pid (\d+)"
    r"(?: services (http://\S+))?(?: texts (http://\S+))?"
)
PATIENCE = 30  # seconds for what takes milliseconds
COMMAND = Path(sys.executable).with_name("checkout-core")


class Shop:
    """One shop: `url` of its start page, `bank` the address of its bank; `close()` ends it."""

    def __init__(self, folder, *options):
        self._errors = (folder / "stderr").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [COMMAND, "serve", "--port", "0", "--db", folder / "shop.sqlite", *options],
            cwd=folder, stdout=subprocess.PIPE, stderr=self._errors, text=True,
        )  # fmt: skip
        said = READY.match(self._process.stdout.readline())
        if said is None:
            self.close()
            raise RuntimeError(f"the shop has not started:\n{self.errors}")
        self.url, self.bank, self.ledger = said[1], said[2].rstrip("/"), said[3]
        self.services, self.texts = said[5], said[6]  # None: it asks nobody, and nobody has a phone

    @property
    def errors(self):
        return (Path(self._errors.name)).read_text(encoding="utf-8")

    def payments(self, number):
        """What the bank has on its books for that order: state, minor units, instalments."""
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as ledger:
            return ledger.execute(
                "SELECT state, minor, installments FROM entries WHERE number = ? ORDER BY seq", (number,)
            ).fetchall()

    def fails(self, **how):
        """From now on these services fail so; None: no more."""
        body, kind = json.dumps(how).encode(), {"content-type": "application/json"}
        with urlopen(Request(f"{self.services}/switch", body, kind), timeout=PATIENCE) as answer:
            answer.read()

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(PATIENCE)
        self._process.stdout.close()
        self._errors.close()
