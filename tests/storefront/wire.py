"""One request over HTTP and its answer, and the forms of a page.  Nothing is followed by itself."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlsplit

from attrs import field, frozen

TIMEOUT = 20  # seconds
FORM = "application/x-www-form-urlencoded"


@frozen
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def cookies(self):
        """Every `Set-Cookie`, as it came."""
        return [value for key, value in self.headers if key.lower() == "set-cookie"]

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        """The body; `{}` for what is no JSON, as the storefront's proxy has it."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


def ask(base, method, target, headers, body=None):
    """What the server at `base` says.  Raises OSError where it does not."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=TIMEOUT)
    try:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()


@frozen
class Form:
    """A form of a page.  `fields` are what it sends without a button; `buttons` name, value and text."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    buttons: tuple[tuple[str, str, str], ...]

    def pressed(self, button):
        """What is sent when that button is pressed; None: by a script."""
        return (*self.fields, button[:2]) if button and button[0] else self.fields


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []
        self.canonical = False
        self._open = False
        self._button = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), given.get("method", "get").lower(), [], []))
            self._open = True
        elif tag == "link" and "canonical" in given.get("rel", "").lower().split():
            self.canonical = True
        elif self._open and tag in {"input", "button"}:
            self._control(tag, given)

    def _control(self, tag, given):
        _, _, fields, buttons = self.found[-1]
        pair = given.get("name", ""), given.get("value", "")
        kind = given.get("type", "submit" if tag == "button" else "text").lower()
        if kind == "submit":
            self._button = tag == "button"
            buttons.append([*pair, "" if tag == "button" else pair[1]])
        elif pair[0] and (kind not in {"radio", "checkbox"} or "checked" in given):
            fields.append(pair)

    def handle_data(self, data):
        if self._open and self._button:
            self.found[-1][3][-1][2] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = False
        elif tag == "button":
            self._button = None


def forms(html):
    """The forms of a page, in their order, and whether the page names a canonical address."""
    parser = _Forms()
    parser.feed(html)
    parser.close()
    return [
        Form(action, method, tuple(fields), tuple((name, value, text.strip()) for name, value, text in buttons))
        for action, method, fields, buttons in parser.found
    ], parser.canonical
