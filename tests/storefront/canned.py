"""A server that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen

POLL = 0.01  # seconds until the server notices that it is to end


@frozen
class Asked:
    method: str
    path: str
    query: str
    headers: dict[str, str] = field(repr=False)
    body: str

    @property
    def page(self):
        return dict(parse_qsl(self.query)).get("page")

    @property
    def fields(self):
        return dict(parse_qsl(self.body))


class Canned:
    """`says(asked)` gives a status, headers and a body, or the body alone."""

    def __init__(self):
        self.address = ""
        self.asked = []
        self.says = lambda _: {}

    def answer(self, asked):
        self.asked.append(asked)
        said = self.says(asked)
        status, headers, body = said if isinstance(said, tuple) else (200, {}, said)
        return status, headers, body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def posted(self):
        """Pages and fields of all posts."""
        return [(asked.page, asked.fields) for asked in self.asked if asked.method == "POST"]


@contextmanager
def canned():
    server = Canned()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told, answer = server.answer(Asked(self.command, parts.path, parts.query, headers, body))
            self.send_response(status)
            for name, value in told.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.address = f"http://127.0.0.1:{http.server_port}/"
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": POLL})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
