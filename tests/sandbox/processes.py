"""The bank as a process, and somebody who listens to its messages."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread

from checkout_core.effects import Callback

PATIENCE = 30  # seconds for what takes milliseconds


class Process:
    """One bankd; `url` once it is ready."""

    module = "checkout_core.sandbox.bankd"

    def __init__(self, ledger, *options):
        self.ledger = ledger
        self.popen = subprocess.Popen(
            [sys.executable, "-m", self.module, *(("--ledger", str(ledger)) if ledger else ()), *map(str, options)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.first_line = self.popen.stdout.readline()
        self.ready = json.loads(self.first_line) if self.first_line else {}
        self.port = self.ready.get("port")
        self.url = f"http://127.0.0.1:{self.port}"

    def ended(self, number=signal.SIGTERM):
        """Stopped by that signal: exit status, and all it has written since it was ready."""
        self.popen.send_signal(number)
        out, err = self.popen.communicate(timeout=PATIENCE)
        return self.popen.returncode, out + err

    def post(self, method, told):
        """What it answers to that body: status, and text."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        try:
            connection.request("POST", f"/{method}", body)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@contextmanager
def bankd(ledger, *options):
    """A bank that is ended when the block is left, however."""
    process = Process(ledger, *options)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.popen.communicate(timeout=PATIENCE)


@contextmanager
def listening(*statuses):
    """Somebody at `url` who answers with those statuses and then with 200; what came is in `heard`, in its order."""
    answers, heard = list(statuses), Queue()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            status = answers.pop(0) if answers else 200
            heard.put((status, Callback(body, {name.lower(): value for name, value in self.headers.items()})))
            self.send_response(status)
            self.send_header("location", "/elsewhere/")
            self.end_headers()

        def log_message(self, *_):
            pass

    with serving(Ear) as url:
        yield f"{url}/hooks/bank/", heard


@contextmanager
def serving(handler):
    """A server in a thread of ours."""
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
