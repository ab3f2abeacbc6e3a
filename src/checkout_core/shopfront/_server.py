"""The shop's own process: an HTTP server on a socket, and somebody who looks after payments and messages meanwhile."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Final

from werkzeug.serving import WSGIRequestHandler, make_server

from ..service import CheckoutService

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TICK: Final = 0.05  # seconds between looks at whether it is over
PATIENCE: Final = 15.0  # seconds for requests that have begun; a second click waits for the first one's answer


class Answering:
    """How many requests are being answered: a block each."""

    def __init__(self) -> None:
        self._open, self._changed = 0, Condition()

    def __enter__(self) -> None:
        self._count(1)

    def __exit__(self, *_: object) -> None:
        self._count(-1)

    def finished(self, seconds: float) -> bool:
        """Whether all were answered by then."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open == 0, seconds)

    def _count(self, more: int) -> None:
        with self._changed:
            self._open += more
            self._changed.notify_all()


class Handler(WSGIRequestHandler):
    """Logs nothing: a query may have personal data in it."""

    timeout = 30  # seconds for a client to say what it wants
    answering: Answering

    def run_wsgi(self) -> None:
        """Counted here: of a client that resets its connection, werkzeug does not close the answer."""
        with self.answering:
            super().run_wsgi()

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        """Nothing."""


class Server:
    """Answers on that listening socket, in threads, from `start` to `stop`."""

    def __init__(self, listening: socket.socket, app: WSGIApplication) -> None:
        self.answering = Answering()
        handler = type("Handler", (Handler,), {"answering": self.answering})
        host, port = listening.getsockname()[:2]
        self._server = make_server(host, port, app, threaded=True, request_handler=handler, fd=listening.fileno())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": TICK}, daemon=True)

    def start(self) -> None:
        """Answers from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Nothing new is taken; what has begun is answered."""
        self._server.shutdown()
        self._thread.join()
        self.answering.finished(PATIENCE)


class Rounds:
    """Asks the ledgers about payments nobody knows the end of, and delivers messages, again and again."""

    def __init__(self, service: CheckoutService, pause: float) -> None:
        self._rounds: tuple[Callable[[], int], ...] = (service.recover_once, service.relay_once)
        self._pause, self._ended = pause, Event()
        self._thread = Thread(target=self._go, daemon=True)

    def start(self) -> None:
        """Goes round from now on."""
        self._thread.start()

    def stop(self) -> None:
        """After the round that has begun."""
        self._ended.set()
        self._thread.join(PATIENCE)

    def _go(self) -> None:
        while not self._ended.wait(self._pause):
            for work in self._rounds:
                try:
                    work()
                except Exception as failed:  # noqa: BLE001  # the next round finds what this one has left
                    sys.stderr.write(f"shop: a round failed: {type(failed).__name__}\n")
