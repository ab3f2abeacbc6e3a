"""The shop's server ends when all that began is answered, whatever became of who asked."""

from __future__ import annotations

import socket
import struct
from threading import Event, Thread

import pytest

from checkout_core.shopfront._server import Server

AT_ONCE = struct.pack("ii", 1, 0)  # a close with SO_LINGER of no time resets the connection
PATIENCE = 5  # seconds for what takes milliseconds


class Shop:
    """An application that answers when it may."""

    def __init__(self):
        self.asked, self.may = Event(), Event()

    def __call__(self, environ, start_response):
        self.asked.set()
        assert self.may.wait(PATIENCE)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
        return [b"yes"]


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def server(shop):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(listening, shop)
        server.start()
        yield server


def asks(server):
    client = socket.create_connection(server._server.server_address)
    client.sendall(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
    return client


def test_who_resets_the_connection_after_the_answer_is_not_waited_for(server, shop):
    shop.may.set()
    for _ in range(20):  # it takes the moment between the answer and the end of the connection
        client = asks(server)
        assert client.recv(1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        client.close()
    assert server.answering.finished(PATIENCE)
    server.stop()


def test_what_has_begun_is_answered_before_the_server_ends(server, shop):
    client = asks(server)
    assert shop.asked.wait(PATIENCE)
    assert not server.answering.finished(0)
    ending = Thread(target=server.stop)
    ending.start()
    shop.may.set()
    with client:
        assert client.makefile("rb").read().endswith(b"yes")
    ending.join(PATIENCE)
    assert not ending.is_alive()
