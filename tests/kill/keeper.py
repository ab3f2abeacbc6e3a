"""The process nobody clicks at: it recovers, relays, and hears the bank's messages.

python -m tests.kill.keeper KEEPER LIFE
"""

from __future__ import annotations

import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from checkout_core.effects import Callback

from .stage import KEEPER, Host, Stage

PAUSE = 0.05  # real seconds between rounds


class Ear(BaseHTTPRequestHandler):
    """One message of the bank's: answered when it is stored, else said again."""

    timeout = 5

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        heard = self.server.host.service.receive("bank", Callback(body, headers))
        self.send_response(400 if heard.code == "callback_rejected" else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


class Ears(ThreadingHTTPServer):
    """On the controller's socket: what the bank says while nobody is there waits in its queue."""

    daemon_threads = True

    def __init__(self, host: Host) -> None:
        super().__init__(("127.0.0.1", 0), Ear, bind_and_activate=False)
        self.socket.close()
        self.socket = socket.socket(fileno=host.stage.hooks)
        self.host = host


def main() -> None:
    host = Host(Stage.of_environment(), KEEPER)
    ears = Ears(host)
    Thread(target=ears.serve_forever, kwargs={"poll_interval": PAUSE}, daemon=True).start()
    pause = Event()
    while True:
        host.service.recover_once()
        host.service.relay_once()
        host.stage.ticked(KEEPER)
        pause.wait(PAUSE)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(1)  # the controller is gone, and nobody is to be told
