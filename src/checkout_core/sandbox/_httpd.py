"""An HTTP server on this computer as the sandbox's processes are: quiet, in threads, over when it is told so.

It ends on SIGTERM and SIGINT, what has begun is answered first, and nothing a client sends is ever logged.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import getpid
from os import read as read_raw
from selectors import EVENT_READ, DefaultSelector
from threading import Event, Thread
from time import monotonic
from typing import Final

TICK: Final = 0.05  # seconds between looks at whether it is over
CHUNK: Final = 16_384  # bytes
DIGITS: Final = 18  # of a length; int() refuses thousands of them
BETTER: Final = {501: 405, 505: 400}  # it is the client's mistake
JSON: Final = (("content-type", "application/json"),)


class Handler(BaseHTTPRequestHandler):
    """One request.  Where the answer is lost the connection just ends."""

    server: Server
    timeout = 10  # seconds for a client to say what it wants
    usage = "post JSON"  # what one who sends nonsense is told

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
        self.get()

    def do_POST(self) -> None:
        self.post()

    def get(self) -> None:
        """Answers a GET."""
        self.answer(404, {"error": self.usage})

    def post(self) -> None:
        """Answers a POST."""
        self.answer(404, {"error": self.usage})

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The standard library's own page would repeat what the client sent."""
        self.answer(BETTER.get(code, code), {"error": self.usage})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Nothing."""

    def length(self) -> int | None:
        """Of the body; None where it is not said, or not in digits."""
        said = self.headers.get("content-length", "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= DIGITS else None

    def body(self, longest: int) -> bytes | None:
        """What was posted; None where it was too long, or how long it is was not said: that is answered here."""
        length = self.length()
        if length is None or length > longest:
            self.answer(413, {"error": f"a body of at most {longest} bytes, and its content-length"})
            return None
        return self.rfile.read(length)

    def json_body(self, longest: int) -> bytes | None:
        """As `body`, of what says that it is JSON: a page of some other site cannot say so."""
        body = self.body(longest)
        if body is not None and self.headers.get_content_type() != "application/json":
            self.answer(415, {"error": "the content-type is application/json"})
            return None
        return body

    def answer(self, status: int, told: object) -> None:
        """JSON."""
        self.write(status, JSON, json.dumps(told).encode())

    def write(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """The whole answer."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """`name`: what it calls itself on stderr; `ended`: set when it is to end."""

    daemon_threads = False  # what has begun is answered before the process ends

    def __init__(self, name: str, handler: type[Handler], port: int, ended: Event) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.name, self.ended = name, ended

    def handle_error(self, request: object, client_address: object) -> None:
        """What failed, by its kind only: the text of an exception may hold what the client sent."""
        kind = sys.exc_info()[0]
        sys.stderr.write(f"{self.name}: a request failed: {kind.__name__ if kind else 'nobody knows why'}\n")


def until_told() -> Event:
    """Set on SIGTERM and SIGINT."""
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def serve(server: Server, *, until_eof: bool, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Answers until the server is told to end, and says in one line of JSON when it is ready.

    `until_eof`: ends with whoever holds the other end of stdin, too.  `meanwhile` is done again and again.
    """
    if until_eof:
        Thread(target=_until_eof, args=(server.ended,), daemon=True).start()
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": TICK})
    serving.start()
    sys.stdout.write(json.dumps({"port": server.server_port, "pid": getpid()}) + "\n")
    sys.stdout.flush()
    while not server.ended.wait(TICK):
        meanwhile()
    server.shutdown()
    serving.join()
    server.server_close()


def _until_eof(ended: Event) -> None:
    """Past Python's own buffer, whose lock an interpreter that ends would wait for."""
    while read_raw(0, CHUNK):
        pass
    ended.set()
