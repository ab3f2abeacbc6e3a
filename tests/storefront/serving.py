"""The shop and its bank, as `checkout-core serve` starts them: two processes, on free ports and files of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from checkout_core.sandbox import Bank

from .client import PUBLIC
from .wire import ask

COMMAND = Path(sys.executable).with_name("checkout-core")
READY = re.compile(
    r"ready (http://127\.0\.0\.1:\d+/) bank (http://127\.0\.0\.1:\d+)/? ledger (.+) pid (\d+)(?: services (http://\S+))?\n"
)
PATIENCE = 20  # seconds for the processes to end


@frozen
class Served:
    address: str
    bank: str
    ledger: Path
    pid: int
    folder: Path
    services: str | None  # where those that others run are; None where the shop asks none

    def fail(self, **how):
        """Each service so named fails in that way until it is None again."""
        body = json.dumps(how)
        answer = ask(self.services, "POST", "/switch", {"content-type": "application/json"}, body)
        assert answer.status == 200, answer.text

    @property
    def captures(self):
        """How often money was taken and kept."""
        return Bank(self.ledger).captures

    def taken(self, number):
        """Amounts in minor units that were taken for that order number."""
        return [row.amount.minor for row in Bank(self.ledger).rows() if row.number == number]


@contextmanager
def served(folder, *options):
    """`options`: more of the command line.  What the shop wrote to its log is in `folder / "log"`."""
    command = [COMMAND, "serve", "--port", "0", "--db", folder / "shop.sqlite", "--public", PUBLIC, *options]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder)
        with process, process.stdout as told:
            line = told.readline()
            found = READY.fullmatch(line)
            try:
                assert found, f"{line!r}\n{(folder / 'log').read_text()}"
                address, bank, ledger, pid, services = found.groups()
                assert int(pid) == process.pid
                yield Served(address, bank, folder / ledger, int(pid), folder, services)
            finally:
                os.kill(process.pid, signal.SIGTERM)
                process.wait(PATIENCE)
