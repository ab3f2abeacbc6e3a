"""The gateway over HTTP believes whole answers to its own requests, and nothing that nearly is one."""

from __future__ import annotations

import contextlib
import json
import socket
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Thread

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from checkout_core.effects import (
    Authorised,
    Cancelled,
    Captured,
    Declined,
    HandedOut,
    NotFound,
    Replayed,
    Reversed,
    Settled,
    UnderReview,
    Unknown,
)
from checkout_core.sandbox import NATIVE, RemoteBank, magic
from checkout_core.shop import Misconfigured
from checkout_core.testing.gateways import Recording, Reply, bodies, check, judge

from .payments import AMOUNT, card, order
from .processes import serving

ORDER, CARD = order("N1", "k1"), card()
ABOUT = {"number": "N1", "key": "k1"}
ROW = {
    "reference": "B000001", "currency": "TRY", "installments": 3, "status": "approved", "authorised": 13125,
    "captured": 13125, "voided": 0, "refunded": 0,
}  # fmt: skip
STATEMENT = {"number": "N1", "rows": [ROW], "declined": None, "closed": False}


class Provider:
    """Answers whatever it is told to, over real HTTP."""

    def __init__(self):
        self.reply = Reply(b"")
        self.asked = []

    def answers(self, reply, ask):
        self.reply = reply
        return ask(RemoteBank(self.url, NATIVE))


@pytest.fixture(scope="module")
def provider():
    told = Provider()

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self):
            told.asked.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(told.reply.status)
            if told.reply.content_type:
                self.send_header("content-type", told.reply.content_type)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", str(len(told.reply.body)))
            self.end_headers()
            self.wfile.write(told.reply.body)

        def log_message(self, *_):
            pass

        def handle(self):
            with contextlib.suppress(ConnectionError):  # who asks does not wait for the end of a megabyte
                super().handle()

    with serving(Counter) as url:
        told.url = url
        yield told


def sale(bank):
    return bank.sale(ORDER, CARD)


def inquire(bank):
    return bank.inquire("N1")


CAPTURED = {
    **ABOUT, "result": "captured", "reference": "B000001", "minor": 13125, "currency": "TRY", "installments": 3,
}  # fmt: skip
HANDED = {**ABOUT, "result": "handed_out", "given": {"url": "/sandbox/three-d/", "md": "token"}}
OF_ORDER = frozenset({"number", "key", "result"})
OF_REFERENCE = frozenset({"reference", "key", "result"})
GIVEN_BACK = {"reference": "B000001", "key": "v"}
RECORDED = {
    "captured": (sale, CAPTURED, Captured("B000001", AMOUNT, 3), OF_ORDER | {"minor", "currency", "installments"}),
    "authorised": (sale, {**ABOUT, "result": "authorised", "reference": "B000001"}, Authorised("B000001"), OF_ORDER),
    "review": (sale, {**ABOUT, "result": "review", "reference": "B000001"}, UnderReview("B000001"), OF_ORDER),
    "declined": (sale, {**ABOUT, "result": "declined", "code": "lost_card"}, Declined("lost_card"), OF_ORDER),
    "replayed": (sale, {**ABOUT, "result": "replayed"}, Replayed(), OF_ORDER),
    "finished": (
        lambda bank: bank.finish_three_d(ORDER, {"md": "token"}, None),
        CAPTURED, Captured("B000001", AMOUNT, 3), OF_ORDER | {"minor", "currency", "installments"},
    ),
    "handed out": (lambda bank: bank.start_three_d(ORDER, CARD), HANDED, HandedOut(HANDED["given"]), OF_ORDER),
    "session": (
        lambda bank: bank.start_session(ORDER), {**HANDED, "given": {"session": "s"}}, HandedOut({"session": "s"}),
        OF_ORDER,
    ),
    "cancelled": (lambda bank: bank.cancel_session(ORDER), {**ABOUT, "result": "cancelled"}, Cancelled(), OF_ORDER),
    "voided": (
        lambda bank: bank.void("B000001", "v"), {**GIVEN_BACK, "result": "reversed"}, Reversed("B000001"), OF_REFERENCE,
    ),
    "settled": (
        lambda bank: bank.void("B000001", "v"), {**GIVEN_BACK, "result": "settled"}, Settled("B000001"), OF_REFERENCE,
    ),
    "refunded": (
        lambda bank: bank.refund("B000001", AMOUNT, "v"), {**GIVEN_BACK, "result": "reversed"}, Reversed("B000001"),
        OF_REFERENCE,
    ),
    "rows": (inquire, STATEMENT, (Captured("B000001", AMOUNT, 3),), frozenset({"number"})),
    "no rows": (inquire, {**STATEMENT, "rows": []}, NotFound(), frozenset({"number"})),
}  # fmt: skip


def recording(provider, name):
    ask, told, expected, bound = RECORDED[name]
    return Recording(
        name, lambda reply: provider.answers(reply, ask), Reply(json.dumps(told).encode()), expected, bound,
        frozenset(told) - bound, declines=magic.CODES,
    )  # fmt: skip


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_answer_is_understood_and_no_changed_one_is_believed(provider, name):
    assert check(recording(provider, name)) > 300


@given(st.data())
def test_whatever_happens_to_the_bytes_nothing_is_believed_that_they_do_not_say(provider, data):
    recorded = recording(provider, data.draw(st.sampled_from(sorted(RECORDED))))
    body = recorded.reply.body
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        stop = data.draw(st.integers(start, min(len(body), start + 12)))
        body = (
            body[:start]
            + data.draw(st.binary(max_size=8) | st.sampled_from([b'"', b"0", b"1", b"}", b","]))
            + body[stop:]
        )
    judge(recorded, evolve(recorded.reply, body=body))


@given(
    st.dictionaries(
        st.sampled_from(sorted({*CAPTURED, "code", "given", "reason", "rows"})),
        st.none()
        | st.booleans()
        | st.integers()
        | st.sampled_from(["captured", "declined", "N1", "k1", "TRY", "B000001", "lost_card", "x"]),
        max_size=9,
    )
)
def test_no_answer_made_of_its_own_words_is_money_unless_it_says_all(provider, told):
    answer = provider.answers(Reply(json.dumps(told).encode()), sale)
    assert (
        isinstance(answer, Unknown)
        or told == {**CAPTURED, "reference": told.get("reference")}
        or (isinstance(answer, Declined) and told == {**ABOUT, "result": "declined", "code": "lost_card"})
    )


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({**ABOUT, "result": "declined", "code": "no_such_code"}, "a code that is not on the list"),
        ({**ABOUT, "result": "unknown", "reason": "duplicate_number"}, "duplicate_number"),
        ({**CAPTURED, "minor": 13124}, "not what was asked for"),
        ({**CAPTURED, "installments": 1}, "not what was asked for"),
        ({**CAPTURED, "number": "N2"}, "the answer to another request"),
        ({**CAPTURED, "key": "k2"}, "the answer to another request"),
        ({**CAPTURED, "note": "hello"}, "not the fields of captured"),
        ({"result": "approved"}, "no answer that we know"),
    ],
)
def test_what_is_not_believed_says_why(provider, told, reason):
    assert provider.answers(Reply(json.dumps(told).encode()), sale) == Unknown(reason)


# ---------------------------------------------------------------- inquiries


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        ({}, (Captured("B000001", AMOUNT, 3),)),
        ({"voided": 13125}, NotFound()),  # "approved" still, and gone: sums decide, not words
        ({"refunded": 13125}, NotFound()),
        ({"voided": 3125}, (Captured("B000001", AMOUNT - AMOUNT.of(3125, "TRY"), 3),)),
        ({"voided": 13125, "refunded": 13125}, Unknown("a row that cannot be")),
        ({"captured": 0}, (Authorised("B000001"),)),
        ({"status": "review"}, (UnderReview("B000001"),)),
        ({"status": "fine"}, Unknown("a row that cannot be")),
        ({"captured": -1}, Unknown("captured is not in its format")),
    ],
)
def test_a_row_is_what_is_left_of_it_whatever_its_status_says(provider, sums, expected):
    told = {**STATEMENT, "rows": [ROW | sums]}
    assert provider.answers(Reply(json.dumps(told).encode()), inquire) == expected


def test_every_row_of_a_number_is_told(provider):
    other = ROW | {"reference": "B000002", "captured": 100}
    gone = ROW | {"reference": "B000003", "voided": 13125}
    told = {**STATEMENT, "rows": [ROW, gone, other], "declined": "declined"}
    assert provider.answers(Reply(json.dumps(told).encode()), inquire) == (
        Captured("B000001", AMOUNT, 3), Captured("B000002", AMOUNT.of(100, "TRY"), 3),
    )  # fmt: skip
    twice = {**STATEMENT, "rows": [ROW, ROW]}
    assert provider.answers(Reply(json.dumps(twice).encode()), inquire) == Unknown("a row twice")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"declined": "lost_card"}, Declined("lost_card")),
        ({"closed": True}, Cancelled()),
        ({"closed": True, "declined": "lost_card"}, Declined("lost_card")),
        ({"closed": None}, Unknown("no statement")),  # an inquiry that is not offered
        ({"declined": "no_such_code"}, Unknown("a code that is not on the list")),
        ({"number": "N2"}, Unknown("no statement of that number")),
    ],
)
def test_why_there_is_no_row(provider, fields, expected):
    told = {**STATEMENT, "rows": [], **fields}
    assert provider.answers(Reply(json.dumps(told).encode()), inquire) == expected


# ---------------------------------------------------------------- what is handed out


@pytest.mark.parametrize("given", [{}, {"pan": "1"}, {"md": 1}, {"md": ""}, {"md": "a\nb"}, {"url": "é"}, ["md"], None])
def test_what_may_not_be_kept_is_not_handed_out(provider, given):
    reply = Reply(json.dumps({**HANDED, "given": given}).encode())
    assert isinstance(provider.answers(reply, lambda bank: bank.start_three_d(ORDER, CARD)), Unknown)


# ---------------------------------------------------------------- the wire


@pytest.mark.parametrize("status", [301, 302, 307, 308, 500, 503])
def test_a_request_leaves_once_whatever_comes_back(provider, status):
    provider.asked.clear()
    provider.answers(Reply(json.dumps(CAPTURED).encode(), status), sale)
    assert [path for path, _ in provider.asked] == ["/sale"]


@contextmanager
def raw(*says):
    """A server that says these bytes to whoever connects, hangs up where there is nothing to say, or waits."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def serve():
            for bytes_ in says:
                connection, _ = server.accept()
                held.append(connection)
                if bytes_ is not None:
                    connection.recv(65_536)
                    connection.sendall(bytes_)
                    connection.close()

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()
        for connection in held:
            connection.close()


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
WHOLE = json.dumps(CAPTURED).encode()


@pytest.mark.parametrize(
    "says",
    [
        b"", b"garbage", b"\x00" * 100, HEAD, HEAD + b"content-length: 9999\r\n\r\n" + WHOLE,
        HEAD + b"content-length: x\r\n\r\n", HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n" + WHOLE,
        HEAD + b"content-type: text/html\r\n\r\n" + WHOLE, b"HTTP/1.1 200 OK\r\n\r\n" + WHOLE,
        b"HTTP/1.1 999999 OK\r\n\r\n", HEAD + b"x: y\r\n" * 200 + b"\r\n" + WHOLE,
    ],
    ids=lambda says: repr(says[:70]),
)  # fmt: skip
def test_what_is_no_whole_answer_over_the_wire_is_unknown(says):
    with raw(says) as url:
        assert isinstance(sale(RemoteBank(url, NATIVE)), Unknown)


def test_an_answer_that_does_not_come_is_waited_for_only_so_long():
    with raw(None) as url:
        assert sale(RemoteBank(url, NATIVE, read=0.01)) == Unknown("TimeoutError")


def test_a_bank_that_is_not_there_is_unknown():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert sale(RemoteBank(f"http://127.0.0.1:{port}", NATIVE)) == Unknown("ConnectionRefusedError")


def test_it_waits_as_long_as_banks_take_unless_told_otherwise():
    bank = RemoteBank("http://127.0.0.1:1", NATIVE)
    assert (bank._connect, bank._read) == (3.0, 30.0)


@pytest.mark.parametrize(
    "url",
    ["http://bank.example:80", "https://127.0.0.1:80", "http://127.0.0.1", "http://127.0.0.1:80/sale", "127.0.0.1:80",
     "http://user@127.0.0.1:80", "http://127.0.0.1:80@bank.example:80", "http://127.0.0.1:８０", ""],  # noqa: RUF001  # digits that only look like ours
)  # fmt: skip
def test_cards_leave_this_computer_to_nobody(url):
    with pytest.raises(Misconfigured, match="bankd"):
        RemoteBank(url, NATIVE)


def test_what_is_sent_is_the_payment_and_the_card(provider):
    provider.asked.clear()
    provider.answers(Reply(WHOLE), sale)
    ((path, body),) = provider.asked
    assert path == "/sale"
    assert json.loads(body) == {
        "number": "N1", "key": "k1", "minor": 13125, "currency": "TRY", "installments": 3,
        "card": {"number": magic.APPROVED, "holder": "Ada Lovelace", "month": 12, "year": 2029, "cvv": "123"},
    }  # fmt: skip


def test_there_are_many_ways_to_be_nearly_an_answer():
    assert len(set(bodies(WHOLE))) > 500
