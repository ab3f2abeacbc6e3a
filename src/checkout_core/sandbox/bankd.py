"""The bank as a process of its own, over HTTP on this computer.

    python -m checkout_core.sandbox.bankd --ledger bank.sqlite

It prints one JSON line when it is ready, {"port": 49152, "pid": 4711}, ends on SIGTERM, and may be killed at any time:
what it has answered is in the ledger.  `RemoteBank` is the gateway to it; /three-d, /pay and /gpay are for buyers.
Nothing a client sends is ever logged.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final

from ..shop import Misconfigured
from . import _acs, _pay
from ._bank_pages import HEADERS
from ._httpd import Handler, Server, serve, until_told
from ._notices import KNOWN_TO_ALL
from ._postman import Postman
from ._visits import Answer, Visit, is_address, refusal
from ._wire import heard
from .bank import Bank, BankGarbage, BankTimeout
from .presets import CALLBACKS, LAST_CALLS, MINUTE, PRESETS, preset

LONGEST: Final = 16_384  # bytes of a request; ours have 300
LONGEST_READ: Final = 4 * 1024 * 1024  # bytes; a browser shows an answer only after it was let finish what it says
LONGEST_PUBLIC: Final = 400  # characters; RemoteBank takes 500 of a page's address
PAGES: Final[Mapping[str, Callable[[Bank, Visit], Answer]]] = {
    **dict.fromkeys(_acs.PATHS, _acs.answered), **dict.fromkeys(_pay.PATHS, _pay.answered)
}  # fmt: skip


class _Counter(Handler):
    """One request.  Where the answer is lost the connection just ends."""

    server: _Server
    usage = "post JSON to the name of a method, like /sale"

    def get(self) -> None:
        path, _, query = self.path.partition("?")
        if path in PAGES:
            self._shown(PAGES[path](self._bank_now(), Visit("GET", path, query, "", b"")))
        else:
            self._shown(refusal(404, "There is no such page at this bank.", "Payments are made under /pay."))

    def post(self) -> None:
        path = self.path.partition("?")[0]
        if path in PAGES:
            self._posted(path, self.length())
            return
        body = self.body(LONGEST)
        if body is None:
            return
        try:
            act = heard(self.path.removeprefix("/"), body)
        except KeyError:
            self.answer(404, {"error": "no such method"})
            return
        except ValueError as wrong:
            self.answer(400, {"error": str(wrong)})
            return
        bank = self._bank_now()
        try:
            self.answer(200, act(bank))
        except BankTimeout:
            self.close_connection = True
        except BankGarbage:
            self.write(200, (("content-type", "text/html"),), b"<html><title>Bad gateway</title></html>")

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
            self._shown(PAGES[path](self._bank_now(), Visit("POST", path, "", kind, body)))

    def _bank_now(self) -> Bank:
        """The bank, when all that was to arrive by now has arrived."""
        bank = self.server.bank
        bank.arrives(bank.clock())
        return bank

    def _shown(self, answer: Answer) -> None:
        allow = () if answer.allow is None else (("allow", answer.allow),)
        location = () if answer.location is None else (("location", answer.location),)
        self.write(answer.status, (*HEADERS.items(), *allow, *location), answer.page)


class _Server(Server):
    def __init__(self, bank: Bank, port: int, ended: Event) -> None:
        super().__init__("bankd", _Counter, port, ended)
        self.bank = bank


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 after SIGTERM or SIGINT, 2 where it cannot start."""
    given = _parser().parse_args(arguments)
    ended = until_told()
    try:
        bank = _bank(given)
        postman = Postman(bank, given.hook, timedelta(seconds=given.hook_wait)) if given.hook else None
        public = _public(given.public)
        server = _Server(bank, given.port, ended)
    except (Misconfigured, OSError, UnicodeDecodeError) as wrong:
        sys.stderr.write(f"bankd: {wrong}\n")
        return 2
    bank.pages = public or f"http://127.0.0.1:{server.server_port}"

    def meanwhile() -> None:
        bank.arrives(bank.clock())
        if postman is not None:
            postman.goes(ended.is_set)

    serve(server, until_eof=given.until_eof, meanwhile=meanwhile)
    return 0


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
