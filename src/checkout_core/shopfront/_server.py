"""The shop's own process: an HTTP server on a socket, and somebody who looks after payments and messages meanwhile."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterable
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Final

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from ..service import CheckoutService

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TICK: Final = 0.05  # seconds between looks at whether it is over
PATIENCE: Final = 15.0  # seconds for requests that have begun; a second click waits for the first one's answer


class Handler(WSGIRequestHandler):
    """Logs nothing: a query may have personal data in it."""

    timeout = 30  # seconds for a client to say what it wants

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        """Nothing."""


class Counted:
    """An application that knows how many requests it is answering."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app, self._open, self._changed = app, 0, Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """As the application's."""
        self._count(1)
        try:
            return ClosingIterator(self._app(environ, start_response), [lambda: self._count(-1)])
        except BaseException:
            self._count(-1)
            raise

    def finished(self, seconds: float) -> bool:
        """Whether all were answered by then."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open == 0, seconds)

    def _count(self, more: int) -> None:
        with self._changed:
            self._open += more
            self._changed.notify_all()


class Server:
    """Answers on that listening socket, in threads, from `start` to `stop`."""

    def __init__(self, listening: socket.socket, app: WSGIApplication) -> None:
        self._app = Counted(app)
        host, port = listening.getsockname()[:2]
        self._server = make_server(host, port, self._app, threaded=True, request_handler=Handler, fd=listening.fileno())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": TICK}, daemon=True)

    def start(self) -> None:
        """Answers from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Nothing new is taken; what has begun is answered."""
        self._server.shutdown()
        self._thread.join()
        self._app.finished(PATIENCE)


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
