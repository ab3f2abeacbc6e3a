"""A transcript as a text file: to be read in review, and exact to the byte.

    written(transcript)          # the text
    read(text) == transcript     # whatever bytes are in it

A line says what it is by how it begins:

    #3 what is sent      the third exchange          * what happens      outside HTTP
    > POST /path         request line, headers       < 200               status, headers
    | text               a line of a body            : {"json":          JSON, broken between its members
    = version 2          what is stored then

Lines of a text body are joined by line feeds, those of JSON by nothing and without the blanks they begin with.  Within
JSON `(= 2/pre_order/basket)` is what stood there in answer 2.  In text `\\x0d` is a byte, `\\{70000 times a}` a run,
and `\\{style.css}` the sheet that all pages share: a colour changes no transcript.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import cast

from attrs import frozen

from checkout_core.http._drawing import STYLE

WIDTH = 118  # of a line of JSON
FITS = 94  # characters of an object or a list on one line
LONG = 95  # characters of an object or a list that is not written twice
RUN = 64  # so many times the same character are counted
SHARED = {
    "style.css": STYLE,
    "sha256 of style.css": base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode(),
}
SPECIAL = re.compile("|".join((*map(re.escape, SHARED.values()), rf"([^\n])\1{{{RUN - 1},}}", r"\\", r"[^\n -\[\]-~]")))
BLANK_AT_END = re.compile(r" (?=\n|\Z)")
ESCAPE = re.compile(r"\\(?:\\|x([0-9a-f]{2})|\{([0-9]+) times ((?:\\x[0-9a-f]{2})+|\\\\|.)\}|\{([^}]*)\})")
HEAD = re.compile(r"#[0-9]+ (.+)")
SAME = re.compile(r'"(?:[^"\\]|\\.)*"|\(= ([0-9]+)((?:/[^/()]*)*)\)')

Headers = tuple[tuple[str, str], ...]


@frozen
class Asked:
    """A request: `target` is path and query as they were sent."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""


@frozen
class Answered:
    """Its answer.  Names of headers are in lower case."""

    status: int
    headers: Headers
    body: bytes


@frozen
class Exchange:
    """A request, its answer, and what is stored then."""

    says: str
    asked: Asked
    answered: Answered
    stored: str


@frozen
class Transcript:
    """A story as it went: exchanges, and in between what happened outside HTTP."""

    title: str
    parts: tuple[Exchange | str, ...]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(part for part in self.parts if isinstance(part, Exchange))


# Writing


def written(transcript: Transcript) -> str:
    """The text of the file."""
    known: dict[str, str] = {}  # JSON, and where it stood first
    lines, n = [transcript.title], 0
    for part in transcript.parts:
        if isinstance(part, str):
            lines += ["", f"* {part}"]
            continue
        n += 1
        asked, answered = part.asked, part.answered
        lines += ["", f"#{n} {part.says}", f"> {asked.method} {escaped(asked.target)}"]
        lines += [f"> {name}: {escaped(value)}".rstrip(" ") for name, value in asked.headers]
        lines += [*_body(asked.body, {}), f"< {answered.status}"]
        lines += [f"< {name}: {escaped(value)}".rstrip(" ") for name, value in answered.headers]
        lines += [*_body(answered.body, known), f"= {part.stored}"]
        for text, path in _containers(_json(answered.body), f"{n}"):
            known.setdefault(text, path)
    return "\n".join(lines) + "\n"


def _body(body: bytes, known: Mapping[str, str]) -> list[str]:
    if not body:
        return []
    told = _json(body)
    if isinstance(told, dict):
        return [f": {line}" for line in _broken(told, known)]
    return [f"| {line}" if line else "|" for line in escaped(body.decode("utf-8", "surrogateescape")).split("\n")]


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _json(body: bytes) -> object:
    """What the body says, if writing that as JSON makes these very bytes; None otherwise."""
    try:
        told = json.loads(body)
        return told if _compact(told).encode() == body else None
    except (ValueError, RecursionError):
        return None


def _broken(value: object, known: Mapping[str, str]) -> list[str]:
    """Lines of JSON; short members of an object share one."""
    text = _compact(value)
    if text in known:
        return [f"(= {known[text]})"]
    if not isinstance(value, dict | list) or len(text) <= FITS:
        return [text]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines, room = [opening], True
    named = isinstance(value, dict)
    members = [(f"{_compact(name)}:", value[name]) for name in value] if named else [("", each) for each in value]
    for n, (name, member) in enumerate(members, 1):
        first, *rest = _broken(member, known)
        told = [name + first, *rest]
        told[-1] += "," if n < len(members) else ""
        if room and not rest and len(lines[-1]) + len(told[0]) <= WIDTH:
            lines[-1] += told[0]
        else:
            lines += [f" {line}" for line in told]
        room = not rest
    return [*lines, closing]


def _containers(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Objects and lists within the value that are long enough to be named, and where they stand."""
    if isinstance(value, dict | list):
        text = _compact(value)
        if len(text) < LONG:
            return
        yield text, path
        for name, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _containers(member, f"{path}/{name}")


def escaped(text: str) -> str:
    """The text in characters that an editor shows; line feeds stay."""
    return BLANK_AT_END.sub(r"\\x20", SPECIAL.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    name = next((name for name, shared in SHARED.items() if shared == text), None)
    if name is not None:
        return f"\\{{{name}}}"
    return _letter(text) if len(text) == 1 else f"\\{{{len(text)} times {_letter(text[0])}}}"


def _letter(letter: str) -> str:
    if letter == "\\":
        return "\\\\"
    return letter if letter.isprintable() else "".join(f"\\x{n:02x}" for n in letter.encode("utf-8", "surrogateescape"))


# Reading


class Unclear(ValueError):
    """The file is no transcript; the line says where."""


def read(text: str) -> Transcript:
    """What `written` has written.  Raises Unclear."""
    title, *rest = text.removesuffix("\n").split("\n\n")
    parts: list[Exchange | str] = []
    answers: list[object] = []
    for part in rest:
        if part.startswith("* "):
            parts.append(part[2:])
            continue
        exchange = _exchange(part.split("\n"), answers)
        answers.append(_json(exchange.answered.body))
        parts.append(exchange)
    return Transcript(title, tuple(parts))


def _exchange(lines: list[str], answers: list[object]) -> Exchange:
    found = HEAD.fullmatch(lines[0])
    status = next((n for n, line in enumerate(lines) if line.startswith("< ")), None)
    if found is None or status is None or len(lines) < 4 or not lines[-1].startswith("= "):
        raise Unclear(f"no exchange: {lines[0]!r}")
    asks, answer = lines[1:status], lines[status:-1]
    request, *headers = _marked("> ", asks)
    method, _, target = request.partition(" ")
    code, *told = _marked("< ", answer)
    return Exchange(
        found[1],
        Asked(method, _text(target), tuple(map(_header, headers)), _read_body(asks, answers)),
        Answered(int(code), tuple(map(_header, told)), _read_body(answer, answers)),
        lines[-1][2:],
    )


def _marked(mark: str, lines: list[str]) -> list[str]:
    return [line[2:] for line in lines if line.startswith(mark)]


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, _text(value.removeprefix(" "))


def _read_body(lines: list[str], answers: list[object]) -> bytes:
    json_lines = _marked(": ", lines)
    if json_lines:
        return SAME.sub(lambda found: _same(found, answers), "".join(line.lstrip(" ") for line in json_lines)).encode()
    return b"\n".join(unescaped(line[2:]) for line in lines if line.startswith("|"))


def _same(found: re.Match[str], answers: list[object]) -> str:
    if found[1] is None:  # a text, whatever stands in it
        return found[0]
    value = answers[int(found[1]) - 1]
    for name in found[2].split("/")[1:]:
        value = value[int(name)] if isinstance(value, list) else cast("dict[str, object]", value)[name]
    return _compact(value)


def _text(line: str) -> str:
    return unescaped(line).decode("utf-8", "surrogateescape")


def unescaped(line: str) -> bytes:
    """The bytes of a line of text."""
    found, end = b"", 0
    for escape in ESCAPE.finditer(line):
        found += line[end : escape.start()].encode() + _unescape(escape)
        end = escape.end()
    return found + line[end:].encode()


def _unescape(escape: re.Match[str]) -> bytes:
    byte, times, letters, name = escape.groups()
    if byte is not None:
        return bytes.fromhex(byte)
    if times is not None:
        return unescaped(letters) * int(times)
    return b"\\" if name is None else SHARED[name].encode()
