"""Is an adapter as careful as money needs?  What a provider answered, recorded, and changed in every way.

    def ask(reply):                       # makes your adapter hear that reply instead of the provider
        with served(reply) as url:
            return AcmePay(url).sale(ORDER, CARD)

    check(Recording("sale", ask, Reply(b'{"result": ...}'), Captured("B1", ORDER.amount, 3),
                    bound={"number", "amount"}, declared={"result", "ref"}, declines={"expired_card"}))
    check_message(adapter.verify, callback, signature="x-acme-signature")

An adapter that is too sure of itself fails by name, with the reply that misled it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, Literal

from attrs import evolve, frozen

from ..effects import Callback, Captured, Declined, NotFound, Rejected, Unknown, Verified

STATUSES: Final = (201, 202, 204, 301, 302, 307, 400, 401, 402, 403, 404, 409, 422, 429, 500, 502, 503, 504)
KINDS: Final = ("", "text/html", "text/plain", "application/octet-stream")
PAGES: Final = (
    b"", b" ", b"null", b"true", b"0", b"[]", b"{}", b'""', b"\xff\xfe", b"<html><title>502 Bad Gateway</title></html>",
    b'{"error": "internal"}', b"OK", b"[" * 5000,
)  # fmt: skip
LONG: Final = 1_000_000  # bytes


class Careless(AssertionError):
    """The adapter was sure of what the reply does not say."""


@frozen
class Reply:
    """What an adapter hears over HTTP."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"


def fields_of(body: bytes) -> Mapping[str, object]:
    """The fields of a JSON object.  Raises ValueError for all that can be read in two ways."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field twice")
        return dict(pairs)

    def refused(text: str) -> object:
        raise ValueError(text)

    try:
        told = json.loads(body, object_pairs_hook=once, parse_float=refused, parse_constant=refused)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004  # of a wrong body, as all else here
    return told


@frozen
class Recording:
    """One request, and the whole answer that the provider once gave.

    `bound` are the fields that must have the recorded value for the answer to be to this request; `declared` must be
    there besides for it to be complete.  `read` reads the fields of a body that is no JSON.
    """

    name: str
    ask: Callable[[Reply], object]  # what the adapter makes of that reply; what it raises is Unknown
    reply: Reply
    expected: object
    bound: AbstractSet[str]
    declared: AbstractSet[str] = frozenset()
    declines: AbstractSet[str] = frozenset()  # codes of ours
    read: Callable[[bytes], Mapping[str, object]] = fields_of


def check(recording: Recording) -> int:
    """The recorded answer is understood, and no changed one is believed; how many were tried.  Raises Careless."""
    answer = _answer(recording, recording.reply)
    if answer != recording.expected:
        raise Careless(f"{recording.name}: the recorded answer is {recording.expected!r}, not {answer!r}")
    tried = 0
    for reply in replies(recording):
        judge(recording, reply)
        tried += 1
    return tried


def judge(recording: Recording, reply: Reply) -> None:
    """What the adapter says is in that reply.  Raises Careless where it is not."""
    answer = _answer(recording, reply)
    why = None if isinstance(answer, Unknown) else _mistaken(recording, reply, answer)
    if why is not None:
        shown = reply.body if len(reply.body) < 1000 else reply.body[:1000] + b"..."  # noqa: PLR2004  # to be read
        raise Careless(f"{recording.name}: {answer!r} was made of a reply where {why}: {evolve(reply, body=shown)!r}")


def _mistaken(recording: Recording, reply: Reply, answer: object) -> str | None:
    if (reply.status, reply.content_type) != (recording.reply.status, recording.reply.content_type):
        return "status or content type is another"
    try:
        told, recorded = recording.read(reply.body), recording.read(recording.reply.body)
    except ValueError:
        return "the body cannot be read"
    for name in sorted(recording.bound):
        if name not in told or told[name] != recorded[name] or type(told[name]) is not type(recorded[name]):
            return f"{name} is not what was asked for"
    for name in sorted(recording.declared):
        if name not in told or type(told[name]) is not type(recorded[name]) or told[name] == "":
            return f"{name} is missing"
    return _unsaid(recording, answer)


def _unsaid(recording: Recording, answer: object) -> str | None:
    expected = recording.expected
    if isinstance(answer, Declined) and answer.code not in recording.declines:
        return "the code is on no list"
    if isinstance(expected, tuple | NotFound):
        return None  # what a ledger says are facts, whatever they are
    if type(answer) is not type(expected):
        return f"the provider said {type(expected).__name__}"
    if isinstance(answer, Captured) and isinstance(expected, Captured):
        same = (answer.amount, answer.installments) == (expected.amount, expected.installments)
        return None if same and answer.reference else "amount, plan or reference are others"
    return None


def _answer(recording: Recording, reply: Reply) -> object:
    try:
        return recording.ask(reply)
    except Exception as failed:  # noqa: BLE001  # what a gateway raises is no answer
        return Unknown(type(failed).__name__)


def replies(recording: Recording) -> Iterator[Reply]:
    """The recorded reply, changed in its bytes, in its fields, and in how it comes."""
    for status in STATUSES:
        yield evolve(recording.reply, status=status)
    for kind in KINDS:
        yield evolve(recording.reply, content_type=kind)
    for body in bodies(recording.reply.body):
        yield evolve(recording.reply, body=body)


def bodies(recorded: bytes) -> Iterator[bytes]:
    """Bodies that nearly are the recorded one, and some that are none."""
    yield from PAGES
    yield from (b"\xef\xbb\xbf" + recorded, recorded + b"x", recorded * 2, b"[" + recorded + b"]", b"x" * LONG)
    for at, byte in enumerate(recorded):
        yield recorded[:at]
        yield recorded[:at] + recorded[at + 1 :]
        yield recorded[:at] + bytes([byte ^ 1]) + recorded[at + 1 :]
    try:
        told = fields_of(recorded)
    except ValueError:
        return
    for name, value in told.items():
        rest = {other: told[other] for other in told if other != name}
        yield json.dumps(rest).encode()
        yield json.dumps({**rest, name.upper(): value}).encode()
        for wrong in _others(value):
            yield json.dumps({**told, name: wrong}).encode()
            twice = json.dumps({name: wrong})[1:-1]
            yield (json.dumps(told)[:-1] + f", {twice}}}").encode()


def _others(value: object) -> Iterator[object]:
    yield from (None, True, False, "", [], {}, [value], {"value": value}, 0, -1, 0.5, "\u0000", "x" * 1000)
    if isinstance(value, str):
        yield from (value.upper(), value + " ", " " + value, value + "\n", value + "0", value[:-1], value[::-1])
    elif type(value) is int:
        yield from (value + 1, value - 1, -value, value * 100, float(value), str(value))


def check_message(
    verify: Callable[[Callback], object],
    message: Callback,
    *,
    signature: str,
    coverage: Literal["full", "partial"] = "full",
) -> int:
    """A genuine message is verified, and no changed one is taken for it; how many were tried.  Raises Careless.

    `signature` is the header it stands in.  With a partial signature a message may say something else, but not of
    another number, and not as another message.
    """
    genuine = verify(message)
    if not isinstance(genuine, Verified):
        raise Careless(f"a genuine message was {genuine!r}")
    tried = 0
    for changed in messages(message, signature):
        try:
            answer = verify(changed)
        except Exception as failed:
            raise Careless(f"{type(failed).__name__} came out of verify, for {changed.body[:1000]!r}") from failed
        same = coverage == "partial" and isinstance(answer, Verified) and changed.body != message.body
        if same and isinstance(answer, Verified) and (answer.number, answer.id) == (genuine.number, genuine.id):
            answer = Rejected("it says something else of the same number: the ledger is asked")
        if not isinstance(answer, Rejected):
            raise Careless(f"{answer!r} was made of {changed.body[:1000]!r}")
        tried += 1
    return tried


def messages(message: Callback, signature: str) -> Iterator[Callback]:
    """The message with another body, another signature, or parameters that it did not have."""
    for body in bodies(message.body):
        if body != message.body:
            yield evolve(message, body=body)
    given = message.headers[signature]
    others = [
        "", " ", given.upper(), given.swapcase(), given + " ", " " + given, given + "\n", given + "0", given[:-1],
        given[::-1], "0" * len(given), "\u00e9" * len(given), "\uff10" * len(given), given * 2, f"sha256={given}",
        f"{given},{given}", "a" * LONG, "\u0000",
    ]  # fmt: skip
    for other in others:
        if other != given:
            yield evolve(message, headers={**message.headers, signature: other})
    yield evolve(message, headers={name: value for name, value in message.headers.items() if name != signature})
    yield evolve(message, query=(("number", "N1"),))
    yield evolve(message, query=((signature, given), (signature, given)))
