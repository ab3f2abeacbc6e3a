"""A browser without script, for the bank's pages; and a client that sends what no browser would."""

from __future__ import annotations

import re
import socket
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

from checkout_core.sandbox import NATIVE, RemoteBank, magic

from .payments import card, order
from .processes import PATIENCE

SHOP = "http://127.0.0.1:5000/orders/checkout/?page=CreditCardThreeDSecurePage&n=100001"
FORM = "application/x-www-form-urlencoded"
OURS = "document.forms[0].submit()"


class Page(HTMLParser):
    """What a page says; of its first form the way, the fields and the buttons."""

    def __init__(self, answer):
        super().__init__()
        self.status, self.headers, self.url = answer.status, answer.headers, answer.url
        self.text = answer.read().decode("utf-8")
        self.tags, self.form, self.fields, self.buttons, self.said = [], None, {}, {}, []
        self.feed(self.text)
        self.told = dict(zip(self.under("dt"), self.under("dd"), strict=True))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        given = dict(attributes)
        if tag == "form":
            self.form = given
        elif tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.fields[given["name"]] = given["value"]
        elif tag == "button":
            self.buttons[given.get("value", "")] = given

    def handle_data(self, data):
        self.said.append((self.tags[-1][0] if self.tags else "", data))

    def under(self, tag):
        return [data for of, data in self.said if of == tag and data.strip()]

    @property
    def choices(self):
        """What may be chosen of, where it is not typed."""
        return [attributes["value"] for tag, attributes in self.tags if attributes.get("type") == "radio"]

    def pressed(self, value="", **typed):
        """The page behind that button, with that typed or chosen."""
        button = self.buttons[value]
        sent = self.fields | typed | ({button["name"]: value} if "name" in button else {})
        there = urljoin(self.url, self.form["action"])
        if self.form["method"] == "get":
            return fetched(f"{there}?{urlencode(sent)}")
        assert self.form["method"] == "post"
        return post(there, sent)


def fetched(request):
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return Page(answer)
    except HTTPError as refused:
        with refused:
            return Page(refused)


def post(url, fields, kind=FORM):
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return fetched(Request(url, body, {"content-type": kind}))


def started(process, number, shown=magic.THREE_D, able=NATIVE, **given):
    """Who pays, the payment, and the page that the shop's form leads to."""
    there, of = RemoteBank(process.url, able), order(number, **given)
    handed = there.start_three_d(of, card(shown)).given
    return there, of, post(handed["url"], {"md": handed["md"], "TermUrl": SHOP, "pzparams": "%7B%22session%22%3A1%7D"})


def raw(process, text):
    with socket.create_connection(("127.0.0.1", process.port), timeout=PATIENCE) as connection:
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile(encoding="utf-8").read()


def sent(process, method, path, body):
    connection = HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"content-type": FORM})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8")
    finally:
        connection.close()


def scripts(text):
    return re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)


def is_plain(page):
    """No script but ours, and nothing that the client has sent became one."""
    handlers = [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    return scripts(page.text) in ([], [OURS]) and not handlers and "alert(1)" not in page.text
