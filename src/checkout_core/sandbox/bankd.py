"""The bank as a process of its own, over HTTP on this computer.

    python -m checkout_core.sandbox.bankd --ledger bank.sqlite

It prints one JSON line when it is ready, {"port": 49152, "pid": 4711}, ends on SIGTERM, and may be killed at any time:
what it has answered is in the ledger.  `RemoteBank` is the gateway to it.  Nothing a client sends is ever logged.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import getpid
from pathlib import Path
from threading import Event, Thread
from typing import Final

from ..shop import Misconfigured
from ._notices import KNOWN_TO_ALL
from ._postman import Postman
from ._wire import heard
from .bank import Bank, BankGarbage, BankTimeout
from .presets import CALLBACKS, LAST_CALLS, MINUTE, PRESETS, preset

TICK: Final = 0.05  # seconds between looks at what is on the way
LONGEST: Final = 16_384  # bytes of a request; ours have 300


class _Counter(BaseHTTPRequestHandler):
    """One request.  Where the answer is lost the connection just ends."""

    server: _Server
    timeout = 10  # seconds for a client to say what it wants

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdecimal()) or int(length) > LONGEST:
            self._answer(413, {"error": f"a body of at most {LONGEST} bytes, and its content-length"})
            return
        try:
            act = heard(self.path.removeprefix("/"), self.rfile.read(int(length)))
        except KeyError:
            self._answer(404, {"error": "no such method"})
            return
        except ValueError as wrong:
            self._answer(400, {"error": str(wrong)})
            return
        bank = self.server.bank
        bank.arrives(bank.clock())
        try:
            self._answer(200, act(bank))
        except BankTimeout:
            self.close_connection = True
        except BankGarbage:
            self._write(200, "text/html", b"<html><title>Bad gateway</title></html>")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The standard library's own page would repeat what the client sent."""
        self._answer(code, {"error": "post JSON to the name of a method, like /sale"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Nothing."""

    def _answer(self, status: int, told: object) -> None:
        self._write(status, "application/json", json.dumps(told).encode())

    def _write(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # what has begun is answered before the process ends

    def __init__(self, bank: Bank, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Counter)
        self.bank = bank

    def handle_error(self, request: object, client_address: object) -> None:
        """What failed, by its kind only: the text of an exception may hold what the client sent."""
        kind = sys.exc_info()[0]
        sys.stderr.write(f"bankd: a request failed: {kind.__name__ if kind else 'nobody knows why'}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 after SIGTERM or SIGINT, 2 where it cannot start."""
    given = _parser().parse_args(arguments)
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        bank = _bank(given)
        postman = Postman(bank, given.hook, timedelta(seconds=given.hook_wait)) if given.hook else None
        server = _Server(bank, given.port)
    except (Misconfigured, OSError, UnicodeDecodeError) as wrong:
        sys.stderr.write(f"bankd: {wrong}\n")
        return 2
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": TICK})
    serving.start()
    sys.stdout.write(json.dumps({"port": server.server_port, "pid": getpid()}) + "\n")
    sys.stdout.flush()
    while not ended.wait(TICK):
        bank.arrives(bank.clock())
        if postman is not None:
            postman.goes(ended.is_set)
    server.shutdown()
    serving.join()
    server.server_close()
    return 0


def _bank(given: argparse.Namespace) -> Bank:
    secrets = given.secret_file.read_text(encoding="utf-8").splitlines() if given.secret_file else [KNOWN_TO_ALL]
    able = preset(
        given.preset, callback=given.callback, last_call=given.last_call, lag=timedelta(seconds=given.lag),
        in_flight=timedelta(seconds=given.in_flight),
    )  # fmt: skip
    late_by = able.max_in_flight / 2 if given.late is None else timedelta(seconds=given.late)  # the rest: its way here
    return Bank(given.ledger, capabilities=able, late_by=late_by, clears=given.clears, secrets=secrets)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bankd", description="The sandbox's bank, over HTTP on this computer.")
    add = parser.add_argument
    add("--ledger", type=Path, required=True, help="SQLite file; made if it is not there")
    add("--port", type=int, default=0, help="0: any that is free")
    add("--preset", choices=PRESETS, default="native", help="what it promises of requests that are sent twice")
    add("--callback", choices=CALLBACKS, default="full", help="how much of its messages is signed")
    add("--last-call", choices=LAST_CALLS, default="shop", help="who takes the money after 3-D Secure")
    add("--lag", type=float, default=0.0, metavar="SECONDS", help="how long an inquiry does not see a new row")
    add("--in-flight", type=float, default=MINUTE.total_seconds(), metavar="SECONDS",
        help="promise: the longest a request may be on its way")  # fmt: skip
    add("--late", type=float, metavar="SECONDS", help="how much later a late one takes effect; half of that by default")
    add("--clears", action="store_true", help="what is taken is too late to void at once")
    add("--hook", metavar="URL", help="where its messages are posted until they are answered 2xx")
    add("--hook-wait", type=float, default=1.0, metavar="SECONDS", help="before the second try; doubled after each")
    add("--secret-file", type=Path, metavar="FILE", help="secrets to sign with, one a line, the current one first")
    return parser


if __name__ == "__main__":
    sys.exit(main())
