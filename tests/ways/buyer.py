"""A buyer with a browser, who answers whatever page the shop shows, goes to the provider's page and comes back.

Nothing is remembered of what was answered: after the shop has died the buyer looks where they stand, and goes on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from json import loads
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit

from attrs import frozen

from tests.shopfront.served import FORM, Browser, listed

from .world import PATIENCE

Step: TypeAlias = Mapping[str, Any]  # what the checkout answers
Fields: TypeAlias = Mapping[str, object]
PAYMENT, END = "PaymentOptionSelectionPage", "ThankYouPage"
PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WAITING = {"payment_pending", "payment_in_progress"}
MOST = 60  # posts of one buyer
PIECES = 2
HOME = {
    "title": "Home", "first_name": "Ada", "last_name": "Lovelace", "phone_number": "05551112233", "country": 1,
    "city": 34, "township": 3401, "district": 340101, "line": "12 Example Street",
}  # fmt: skip


class Dead(Exception):
    """The shop has ended in the middle of an answer."""


@frozen
class Follow:
    """At that page the buyer goes where it leads, and presses that button of the provider's, with that typed."""

    press: str
    typed: Mapping[str, str] = {}


Answer: TypeAlias = "Callable[[Buyer, Step], Fields | tuple[str, Fields]] | Fields | Follow"


@frozen
class Way:
    """A way to pay: what its buyer answers on each page of it; `first` are pages that nobody is led to.

    They are answered before the way to pay is chosen, for some ways are offered only then.
    """

    name: str
    payment_type: str
    answers: Mapping[str, Answer]
    first: tuple[tuple[str, Callable[[Step], bool], Answer], ...] = ()  # page; is it answered; with what
    goods: int = 1001
    account: str | None = None  # who logs in
    option: str | None = None  # slug, where the type has several
    takings: int = 1  # rows that stand at the bank in the end
    tenders: frozenset[str] = frozenset()  # fields of Totals: what else pays


class Buyer(Browser):
    """One browser; `goes` until the order stands."""

    def __init__(self, url: str, way: Way, folder: Path) -> None:
        """`folder`: the shop's, where the phone lies."""
        super().__init__(url)
        self.folder = folder
        self.way = way
        self.filled = False
        self.phone = f"0555{secrets.randbelow(10**7):07d}"
        self.posted: list[str] = []  # pages

    def ask(self, method, path, body=None, kind="application/json", **more):
        """Raises Dead where the connection ends without an answer."""
        try:
            return super().ask(method, path, body, kind, **more)
        except (ConnectionError, HTTPException) as ended:
            raise Dead from ended

    def answers(self, page, **fields):
        """As a storefront does; what was wrong is in the answer."""
        self.posted.append(page)
        assert len(self.posted) < MOST, f"in circles: {self.posted}"
        _, _, text = self.ask("POST", f"/orders/checkout/?page={page}", urlencode(fields), FORM)
        return self._read(text)

    def looks(self) -> Step:
        """Where the buyer stands."""
        return self._read(self.ask("GET", "/orders/checkout/")[2])

    def _read(self, text: str) -> Step:
        return loads(text)

    def goes(self) -> Step:
        """Until the order stands; from wherever the buyer is.  Raises Dead, and may be called again then."""
        if not self.filled:
            if self.way.account:
                self.post("/users/login/", {"email": f"{self.way.account}@example.org", "password": "demo"})
            if not self.get("/baskets/basket/")["basket"]["basketitem_set"]:  # the answer to an earlier try may be lost
                self.post("/baskets/basket/", {"product": self.way.goods, "quantity": PIECES})
            self.filled = True
        until = monotonic() + PATIENCE
        step = self.looks()
        while (page := page_of(step)) != END:
            assert monotonic() < until, f"{self.way.name}: never over at {page}: {step['errors']}, {self.posted}"
            if WAITING & {code for codes in (step.get("error_codes") or {}).values() for code in codes}:
                sleep(0.02)  # the shop's own rounds find out: there is nothing here that could be waited for
                step = self.looks()
            else:
                step = self._goes_on(page, step)
        return step

    def _goes_on(self, page: str, step: Step) -> Step:
        if page == PAYMENT and (open_ones := [each for each in self.way.first if not each[1](step)]):
            name, _, answer = open_ones[0]
            self.answers(name, **(answer(self, step) if callable(answer) else answer))
            return self.looks()  # it stands beside the flow, and leads nowhere
        name, answer = page, (TRUNK | self.way.answers)[page]
        if isinstance(answer, Follow):
            self.follows(step["context_list"][-1]["page_context"]["redirect_url"], answer)
            return self.looks()
        fields = answer(self, step) if callable(answer) else answer
        if isinstance(fields, tuple):  # they go to another page instead
            name, fields = fields
        return self.answers(name, **fields)

    def follows(self, url: str, to: Follow) -> None:
        """The pages behind that address, each form answered, until the shop has been told; it may die of that."""
        here, method, body = urljoin(self.url, url), "GET", None
        for _ in range(8):
            ours = urlsplit(here).netloc == urlsplit(self.url).netloc
            answer = Arrived(*(self._ours(method, here, body) if ours else theirs(method, here, body)))
            if ours and (method == "POST" or "?" in here) and "page=" in here:
                return
            if answer.status in {301, 302, 303, 307}:
                here, method, body = urljoin(here, answer.headers["location"]), "GET", None
                if urlsplit(here).path == "/orders/checkout/" and "page=" not in here:
                    return
                continue
            form = Form(answer.text)
            assert form.action is not None, f"{here} leads nowhere: {answer.status} {answer.text[:300]}"
            sent = urlencode(form.pressed(to))
            here, method = urljoin(here, form.action), form.method
            body = sent if method == "POST" else None
            here = here if method == "POST" or not sent else f"{here.partition('?')[0]}?{sent}"
        raise AssertionError(f"{url} never leads back")

    def _ours(self, method: str, url: str, body: str | None):
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if body is None:
            return self.ask(method, path, headers=PERSON)
        return self.ask(method, path, body, FORM, headers=PERSON)


@frozen
class Arrived:
    status: int
    headers: Mapping[str, str]
    text: str


def theirs(method: str, url: str, body: str | None):
    """Somebody else's page: without the shop's cookies."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, path, body, {"Content-Type": FORM} if body is not None else {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


class Form(HTMLParser):
    """The first form of a page: where it goes, and what is in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action, self.method = None, "GET"
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, str] = {}  # value: name
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and self.action is None:
            self.action, self.method = given["action"], given.get("method", "get").upper()
        elif tag == "input" and "name" in given and (given.get("type") != "radio" or "checked" in given):
            self.fields.setdefault(given["name"], given.get("value", ""))
        elif tag == "button" and "name" in given:
            self.buttons[given["value"]] = given["name"]

    def pressed(self, to: Follow) -> dict[str, str]:
        """What is sent; where there is no such button the form goes on by itself."""
        sent = self.fields | {name: text for name, text in to.typed.items() if name in self.fields}
        return sent | ({self.buttons[to.press]: to.press} if to.press in self.buttons else {})


def page_of(step: Step) -> str:
    assert "context_list" in step, step
    return step["context_list"][-1]["page_name"]


# What everybody answers on the way to the payment


def _to(buyer: Buyer, step: Step) -> Fields:
    known = buyer.get("/address/")["results"]
    pk = known[0]["pk"] if known else buyer.post("/address/", HOME)["pk"]
    return {"shipping_address": pk, "billing_address": pk}


def _sent(_: Buyer, step: Step) -> Fields:
    return {"shipping_option": listed(step, "shipping_options")[0]["pk"]}


def _paid(buyer: Buyer, step: Step) -> Fields:
    ways = [
        each["pk"]
        for each in listed(step, "payment_options")
        if each["payment_type"] == buyer.way.payment_type and buyer.way.option in {None, each["slug"]}
    ]
    assert ways, f"{buyer.way.name} is not offered"
    return {"payment_option": ways[0]}


def _first_delivery(_: Buyer, step: Step) -> Fields:
    return {"delivery_option": listed(step, "delivery_options")[0]["pk"]}


TRUNK: Mapping[str, Answer] = {
    "IndexPage": {"user_email": "ada@example.org"},
    "DeliveryOptionSelectionPage": _first_delivery,
    "AddressSelectionPage": _to,
    "ShippingOptionSelectionPage": _sent,
    PAYMENT: _paid,
    "SampleProductPage": {"sample_products": "[]"},
}
