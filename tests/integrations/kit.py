"""A shop on a SQLite store whose mail and hooks go over real sockets, to servers on loopback that a test rules."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import attrs
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checkout_core import Checkout, CheckoutService
from checkout_core.integrations import SmtpMail
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED
from checkout_core.stores import SqliteStore, StoreUnavailable

EMAIL = "ada@example.org"


class Fragile(SqliteStore):
    """Cannot save while `away`."""

    away = False

    def save(self, *given):
        if self.away:
            raise StoreUnavailable("the disk is away")
        return super().save(*given)


class Till:
    """A shop whose ports are the sandbox's but for the ones given; `paid` is a buyer who goes all the way."""

    def __init__(self, store, **ports):
        self.shop, self.store = Sandbox(seed=1), store
        self.checkout = Checkout(attrs.evolve(self.shop.ports, **ports))
        self.service = CheckoutService(self.checkout, store)

    def paid(self, story="card", card=APPROVED):
        order = self.checkout.start(self.shop.basket("mug", "mug")).pre_order
        key = self.service.save(order)
        self.service.post(key, "IndexPage", {"user_email": EMAIL})
        for page, body in self.shop.answers(story, card, self.order(key)):
            self.service.post(key, page, body)
        assert self.order(key).placed is not None
        return key

    def record(self, key):
        stored = self.store.get(key, None)
        return self.checkout.codec.loads(stored.head, stored.basket)

    def order(self, key):
        return self.record(key).pre_order

    def outbox(self, key):
        return [(type(m.event).__name__, m.tries, m.dead) for m in self.record(key).outbox]

    def relays(self, **passes):
        self.shop.passes(**passes)
        self.service.relay_once()


# Mail


@contextmanager
def reserved():
    """A port of loopback that refuses whoever comes, until somebody serves on a duplicate of its socket."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


class _On(Controller):
    """Serves on a socket that is bound already."""

    def __init__(self, handler, sock, **options):
        super().__init__(handler, hostname="127.0.0.1", port=sock.getsockname()[1], ready_timeout=30, **options)
        self.own = sock.dup()

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.own)


class PostOffice:
    """What an SMTP server took.  `answers` says otherwise for a command; `seen` is called before a mail is taken."""

    def __init__(self):
        self.mails, self.envelopes, self.bytes = [], [], []
        self.answers, self.seen = {}, lambda: None
        self.hangs_up = False  # in place of a last word

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.seen()
        self.bytes.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos, session.ssl is not None))
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802  # aiosmtpd's
        if self.hangs_up:
            server.transport.close()
        return self.answers.get("QUIT", "221 bye")

    @contextmanager
    def open(self, sock, **options):
        """Serves on that socket."""
        controller = _On(self, sock, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    @property
    def ids(self):
        return [mail["Message-ID"] for mail in self.mails]


def mailing(sock, **changes):
    """A SmtpMail to that socket's port."""
    given = {"port": sock.getsockname()[1], "sender": "orders@shop.example", "shop": "The Shop", "tls": None}
    return SmtpMail("127.0.0.1", **(given | changes))


# Hooks


class Consumer:
    """An HTTP server that notes each post, and answers with `status`; 0 says `begins`, and hangs until nobody waits."""

    def __init__(self, tls=None):
        self.status, self.headers, self.begins, self.body, self.posts = 204, {}, b"", b"", []
        consumer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                consumer.posts.append((self.path, dict(self.headers), body))
                if not consumer.status:
                    self.wfile.write(consumer.begins)
                    self.rfile.read(1)  # nothing comes but the end
                    self.close_connection = True
                    return
                self.send_response(consumer.status)
                for name, text in consumer.headers.items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(consumer.body)

            def do_GET(self):
                consumer.posts.append((self.path, dict(self.headers), b"GET"))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                """Nothing is printed."""

        class Server(ThreadingHTTPServer):
            daemon_threads = False  # all are over when it is closed

            def handle_error(self, *_):
                """A client that hangs up is what some tests want."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


# TLS


def certified(folder):
    """Contexts of a server on loopback, and of a client that trusts it and nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "loopback.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + cert.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=cert.public_bytes(serialization.Encoding.PEM).decode())
