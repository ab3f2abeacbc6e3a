"""Services the shop does not run, as a process of their own, over HTTP on this computer; their failures are switched.

    python -m checkout_core.sandbox.servicesd --shop department_store.toml

    curl -H 'content-type: application/json' -d '{"prices": "down", "carriers": "slow"}' http://127.0.0.1:49152/switch
    curl http://127.0.0.1:49152/asked

It prints one JSON line when it is ready, {"port": 49152, "pid": 4711}, and ends on SIGTERM.  What it answers is in the
shop file; nothing a client sends is ever logged.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from threading import Event
from typing import Final

import attrs

from ..integrations._strict import NotStrict, strict_object
from ..shop import Misconfigured
from ._httpd import Handler, Server, serve, until_told
from .services import Down, Services, Slow
from .shopfile import DEPARTMENT_STORE, find_shop, load_shop

LONGEST: Final = 2 * 1024 * 1024  # bytes of a request: a basket of some thousand lines
SWITCH: Final = "/switch"
ASKED: Final = "/asked"


class _Desk(Handler):
    """One request."""

    server: _Server
    usage = "post JSON to the name of a service, like /prices, or to /switch"

    def get(self) -> None:
        services = self.server.services
        if self.path == ASKED:
            self.answer(200, {"asked": [attrs.asdict(each) for each in services.asked]})
        elif self.path == SWITCH:
            self.answer(200, services.switched)
        else:
            self.answer(404, {"error": self.usage})

    def post(self) -> None:
        body = self.json_body(LONGEST)
        if body is None:
            return
        if self.path == SWITCH:
            self._switched(body)
        else:
            self._answered(body)

    def _switched(self, body: bytes) -> None:
        services = self.server.services
        try:
            services.switch(strict_object(body))
        except NotStrict as wrong:
            self.answer(400, {"error": str(wrong)})
        else:
            self.answer(200, services.switched)

    def _answered(self, body: bytes) -> None:
        try:
            answer = self.server.services.answer(self.path, body)
        except Slow:
            self.server.ended.wait(self.server.slow)
            self.close_connection = True
        except Down:
            self.close_connection = True
        else:
            self.write(answer.status, (("content-type", answer.content_type),), answer.body)


class _Server(Server):
    def __init__(self, services: Services, port: int, ended: Event, slow: float) -> None:
        super().__init__("servicesd", _Desk, port, ended)
        self.services, self.slow = services, slow


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 after SIGTERM or SIGINT, 2 where it cannot start."""
    given = _parser().parse_args(arguments)
    ended = until_told()
    try:
        file = load_shop(find_shop(given.shop))
        server = _Server(Services(file.truth, file.currency), given.port, ended, given.slow)
    except (Misconfigured, OSError) as wrong:
        sys.stderr.write(f"servicesd: {wrong}\n")
        return 2
    serve(server, until_eof=given.until_eof)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("servicesd", description="Remote services of a sandbox's shop, on this computer.")
    add = parser.add_argument
    add(
        "--shop", default=DEPARTMENT_STORE.name, metavar="FILE", help="a shop file, or the name of one of the sandbox's"
    )
    add("--port", type=int, default=0, help="0: any that is free")
    add("--slow", type=float, default=20.0, metavar="SECONDS", help="how long a slow one takes to say nothing")
    add("--until-eof", action="store_true", help="end with whoever holds the other end of stdin, however they end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
