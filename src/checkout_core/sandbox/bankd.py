"""The bank as a process of its own, over HTTP on this computer.

    python -m checkout_core.sandbox.bankd --ledger bank.sqlite

It prints one JSON line when it is ready, {"port": 49152, "pid": 4711}, ends on SIGTERM, and may be killed at any time:
what it has answered is in the ledger.  `RemoteBank` is the gateway to it, and under /three-d is the page for buyers.
Nothing a client sends is ever logged.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import getpid
from os import read as read_raw
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from threading import Event, Thread
from time import monotonic
from typing import Final

from ..shop import Misconfigured
from ._acs import PATHS, Answer, answered, is_address, refusal
from ._acs_pages import HEADERS
from ._notices import KNOWN_TO_ALL
from ._postman import Postman
from ._wire import heard
from .bank import Bank, BankGarbage, BankTimeout
from .presets import CALLBACKS, LAST_CALLS, MINUTE, PRESETS, preset

TICK: Final = 0.05  # seconds between looks at what is on the way
LONGEST: Final = 16_384  # bytes of a request; ours have 300
DIGITS: Final = 18  # of a length; int() refuses thousands of them
LONGEST_READ: Final = 4 * 1024 * 1024  # bytes; a browser shows an answer only after it was let finish what it says
LONGEST_PUBLIC: Final = 400  # characters; RemoteBank takes 500 of a page's address
BETTER: Final = {501: 405, 505: 400}  # it is the client's mistake
JSON: Final = (("content-type", "application/json"),)


class _Counter(BaseHTTPRequestHandler):
    """One request.  Where the answer is lost the connection just ends."""

    server: _Server
    timeout = 10  # seconds for a client to say what it wants

    def handle(self) -> None:
        """Browsers connect before they have anything to say: such a one does not hold up the end."""
        until = monotonic() + self.timeout
        with DefaultSelector() as selector:
            selector.register(self.connection, EVENT_READ)
            while not selector.select(TICK):
                if self.server.ended.is_set() or monotonic() > until:
                    return
        super().handle()

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path in PATHS:
            self._shown(answered(self._bank_now(), "GET", path, query, "", b""))
        else:
            self._shown(refusal(404, "There is no such page at this bank.", "Payments are confirmed under /three-d."))

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        length = self._length()
        if path in PATHS:
            self._posted(path, length)
            return
        if length is None or length > LONGEST:
            self._answer(413, {"error": f"a body of at most {LONGEST} bytes, and its content-length"})
            return
        try:
            act = heard(self.path.removeprefix("/"), self.rfile.read(length))
        except KeyError:
            self._answer(404, {"error": "no such method"})
            return
        except ValueError as wrong:
            self._answer(400, {"error": str(wrong)})
            return
        bank = self._bank_now()
        try:
            self._answer(200, act(bank))
        except BankTimeout:
            self.close_connection = True
        except BankGarbage:
            self._write(200, (("content-type", "text/html"),), b"<html><title>Bad gateway</title></html>")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The standard library's own page would repeat what the client sent."""
        self._answer(BETTER.get(code, code), {"error": "post JSON to the name of a method, like /sale"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Nothing."""

    def _posted(self, path: str, length: int | None) -> None:
        if length is None:
            self._shown(refusal(411, "The shop has not said how long its form is."))
        elif length > LONGEST:
            left = min(length, LONGEST_READ)
            while left and (read := self.rfile.read(min(left, LONGEST))):
                left -= len(read)
            self._shown(refusal(413, f"The shop has sent more than {LONGEST} bytes."))
        else:
            kind, body = self.headers.get("content-type", ""), self.rfile.read(length)
            self._shown(answered(self._bank_now(), "POST", path, "", kind, body))

    def _bank_now(self) -> Bank:
        """The bank, when all that was to arrive by now has arrived."""
        bank = self.server.bank
        bank.arrives(bank.clock())
        return bank

    def _length(self) -> int | None:
        """Of the body; None where it is not said, or not in digits."""
        said = self.headers.get("content-length", "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= DIGITS else None

    def _answer(self, status: int, told: object) -> None:
        self._write(status, JSON, json.dumps(told).encode())

    def _shown(self, answer: Answer) -> None:
        allow = () if answer.allow is None else (("allow", answer.allow),)
        self._write(answer.status, (*HEADERS.items(), *allow), answer.page)

    def _write(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # what has begun is answered before the process ends

    def __init__(self, bank: Bank, port: int, ended: Event) -> None:
        super().__init__(("127.0.0.1", port), _Counter)
        self.bank, self.ended = bank, ended

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
        public = _public(given.public)
        server = _Server(bank, given.port, ended)
    except (Misconfigured, OSError, UnicodeDecodeError) as wrong:
        sys.stderr.write(f"bankd: {wrong}\n")
        return 2
    bank.pages = public or f"http://127.0.0.1:{server.server_port}"
    if given.until_eof:
        Thread(target=_until_eof, args=(ended,), daemon=True).start()
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


def _until_eof(ended: Event) -> None:
    """Past Python's own buffer, whose lock an interpreter that ends would wait for."""
    while read_raw(0, LONGEST):
        pass
    ended.set()


def _bank(given: argparse.Namespace) -> Bank:
    secrets = given.secret_file.read_text(encoding="utf-8").splitlines() if given.secret_file else [KNOWN_TO_ALL]
    able = preset(
        given.preset, callback=given.callback, last_call=given.last_call, lag=timedelta(seconds=given.lag),
        in_flight=timedelta(seconds=given.in_flight),
    )  # fmt: skip
    late_by = able.max_in_flight / 2 if given.late is None else timedelta(seconds=given.late)  # the rest: its way here
    return Bank(given.ledger, capabilities=able, late_by=late_by, clears=given.clears, secrets=secrets)


def _public(address: str) -> str:
    """Without the last slash.  Raises Misconfigured for what no browser can be sent to."""
    if address and (not is_address(address) or len(address) > LONGEST_PUBLIC or "?" in address or "#" in address):
        raise Misconfigured(f"--public {address!r} is no address; give one like https://bank.example")
    return address.rstrip("/")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bankd", description="The sandbox's bank, over HTTP on this computer.")
    add = parser.add_argument
    add("--ledger", type=Path, required=True, help="SQLite file; made if it is not there")
    add("--port", type=int, default=0, help="0: any that is free")
    add("--public", default="", metavar="URL", help="where browsers find it; http://127.0.0.1 and its port by default")
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
    add("--until-eof", action="store_true", help="end with whoever holds the other end of stdin, however they end")
    add("--secret-file", type=Path, metavar="FILE", help="secrets to sign with, one a line, the current one first")
    return parser


if __name__ == "__main__":
    sys.exit(main())
