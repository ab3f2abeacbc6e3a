"""A process beside the shop's: started with the shop, ended with it, and started again where it dies.

It keeps its address through all of that, and over a restart of the shop: buyers may be on the bank's page meanwhile.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Final

from ..shop import Misconfigured

BANK: Final = "the bank"
SERVICES: Final = "the services"
PHONES: Final = "the phones"
GIFT_CARDS: Final = "the gift cards"
MODULES: Final = {
    BANK: "checkout_core.sandbox.bankd", SERVICES: "checkout_core.sandbox.servicesd",
    PHONES: "checkout_core.sandbox.smsd", GIFT_CARDS: "checkout_core.sandbox.giftcardd",
}  # fmt: skip
HOST: Final = "127.0.0.1"
PATIENCE: Final = 5.0  # seconds for one whose shop was killed to let go of the port, and for this one to end
PAUSES: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before it is started again; the last one from then on


class Beside:
    """The bank, the services the shop does not run, or phones; `options` are its own, beside the port.

    `port`: the one it had the last time, and keeps if nobody else has it.  Raises Misconfigured where it does not
    start; it has said why on stderr.
    """

    def __init__(self, who: str, options: Sequence[str], port: int = 0) -> None:
        """`who`: one of MODULES."""
        self._who = who
        self._command = (sys.executable, "-m", MODULES[who], "--until-eof", *options)
        self._stopping = Event()
        self.port = port if port and _is_free(port) else 0
        self._process = self._started()
        self._watcher = Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def url(self) -> str:
        """Where it is asked, by the shop."""
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that it is now."""
        return self._process.pid

    def stop(self) -> None:
        """Ended, and not started again."""
        self._stopping.set()
        process = self._process
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        self._watcher.join(PATIENCE)

    def _started(self) -> subprocess.Popen[bytes]:
        """A process that is ready.  It ends when we do: nobody holds the other end of its stdin then."""
        process = subprocess.Popen(  # noqa: S603  # this Python, and a module of ours
            [*self._command, "--port", str(self.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,  # an interrupt at the keyboard is for the shop, which then ends the others
        )  # fmt: skip
        assert process.stdout is not None  # noqa: S101  # a pipe
        ready = process.stdout.readline()
        if not ready:
            _closed(process)
            raise Misconfigured(f"{self._who}: the process does not start")
        self.port = int(json.loads(ready)["port"])
        return process

    def _watch(self) -> None:
        """As long as the shop is there."""
        deaths = 0
        while True:
            began = monotonic()
            _closed(self._process)
            if self._stopping.is_set():
                return
            deaths = 0 if monotonic() - began > PAUSES[-1] else deaths + 1
            if self._stopping.wait(PAUSES[min(deaths, len(PAUSES) - 1)]):
                return
            sys.stderr.write(f"shop: {self._who}: the process died, and is started again\n")
            with suppress(Misconfigured, OSError):
                self._process = self._started()
            if self._stopping.is_set():
                self._process.terminate()


def _closed(process: subprocess.Popen[bytes]) -> None:
    """Once it has ended, nothing of it is left."""
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _is_free(port: int) -> bool:
    """Whether it can be had; one whose shop was killed may just be leaving."""
    until = monotonic() + PATIENCE
    while True:
        try:
            socket.create_server((HOST, port)).close()
        except OSError:
            if monotonic() > until:
                return False
            Event().wait(PAUSES[0])
        else:
            return True
