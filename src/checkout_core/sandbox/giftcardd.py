"""The service of gift cards, as a process of its own, over HTTP on this computer; its failures are switched.

    python -m checkout_core.sandbox.giftcardd --shop grand_bazaar.toml --ledger gift-cards.sqlite --auth auth.txt

    curl -u shop:word -H 'content-type: application/json' -d '{"failure": "down"}' http://127.0.0.1:49152/switch

It prints one JSON line when it is ready, {"port": 49152, "pid": 4711}, and ends on SIGTERM.  The file of `--auth` has
one line, `user:password`.  Every question carries `x-akinon-api-version: v1` and an `x-akinon-request-id`, every
answer `version` and `guid`.  `GiftCardService` is the client.  Nothing a client sends is ever logged.
"""

from __future__ import annotations

import argparse
import hmac
import sys
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Final
from uuid import UUID

from ..integrations._strict import NotStrict, strict_object
from ..shop import Misconfigured
from ..stores import NotAStore, SqliteHolds, StoreUnavailable
from ._gift_wire import FAILURES, GUID, ID_HEADER, PATHS, SWITCH, VERSION, VERSION_HEADER, answered
from ._httpd import Handler, Server, serve, until_told
from .gift_cards import GiftCardBooks
from .shopfile import find_shop, load_shop

LONGEST: Final = 65_536  # bytes of a request


class _Desk(Handler):
    """One request."""

    server: _Server
    usage = f"post JSON to one of {', '.join(PATHS)}"

    def post(self) -> None:
        body = self.body(LONGEST)
        if body is None:
            return
        said = self.headers.get("authorization", "")
        if not hmac.compare_digest(said.encode("utf-8", "replace"), self.server.auth.encode()):
            self.answer(401, {"error": "Basic auth, as the file of --auth has it"})
            return
        try:
            told = strict_object(body)
            if self.path == SWITCH:
                self._switched(told.get("failure"))
            elif self.path not in PATHS:
                self.answer(404, {"error": self.usage})
            else:
                self._answered(dict(told))
        except (NotStrict, ValueError) as wrong:
            self.answer(400, {"error": type(wrong).__name__})

    def _switched(self, failure: object) -> None:
        if failure is not None and failure not in FAILURES:
            self.answer(400, {"error": f"a failure is one of {', '.join(FAILURES)}, or null"})
            return
        self.server.failure = None if failure is None else str(failure)
        self.answer(200, {"failure": failure})

    def _answered(self, told: dict[str, object]) -> None:
        server = self.server
        if self.headers.get(VERSION_HEADER) != VERSION:
            raise NotStrict(VERSION_HEADER)
        guid = str(UUID(self.headers.get(ID_HEADER, "")))
        if server.failure == "down":
            self.close_connection = True
            return
        if server.failure == "500":
            self.answer(500, {"error": "a failure that was switched on"})
            return
        try:
            answer = answered(server.books, self.path, told)
        except StoreUnavailable:
            self.answer(503, {"error": "the ledger"})
            return
        if server.failure == "lost":
            self.close_connection = True
            return
        self.answer(200, {"version": VERSION, GUID: guid, **answer})


class _Server(Server):
    def __init__(self, books: GiftCardBooks, auth: str, port: int, ended: Event) -> None:
        super().__init__("giftcardd", _Desk, port, ended)
        self.books, self.auth = books, f"Basic {b64encode(auth.encode()).decode()}"
        self.failure: str | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 after SIGTERM or SIGINT, 2 where it cannot start."""
    given = _parser().parse_args(arguments)
    ended = until_told()
    try:
        auth = Path(given.auth).read_text(encoding="ascii").strip()
        if ":" not in auth:
            raise Misconfigured("the file of --auth has one line, user:password")
        cards = load_shop(find_shop(given.shop)).gift_cards
        books = GiftCardBooks(cards, SqliteHolds(given.ledger, _now), _now)
        server = _Server(books, auth, given.port, ended)
    except (Misconfigured, NotAStore, StoreUnavailable, OSError, UnicodeDecodeError) as wrong:
        sys.stderr.write(f"giftcardd: {wrong}\n")
        return 2
    serve(server, until_eof=given.until_eof)
    books.close()
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("giftcardd", description="The gift cards of a sandbox's shop, on this computer.")
    add = parser.add_argument
    add("--shop", required=True, metavar="FILE", help="a shop file, or the name of one of the sandbox's")
    add("--ledger", required=True, metavar="FILE", help="SQLite; made if it is not there")
    add("--auth", required=True, metavar="FILE", help="one line, user:password")
    add("--port", type=int, default=0, help="0: any that is free")
    add("--until-eof", action="store_true", help="end with whoever holds the other end of stdin, however they end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
