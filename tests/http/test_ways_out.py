"""Where a buyer is sent, and with what: a path of ours, an origin the site names, and text in every form."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from attrs import evolve

from checkout_core.effects import Capabilities, HandedOut, NotFound
from checkout_core.http import Site
from checkout_core.sandbox.magic import THREE_D

from .browsers import CHECKOUT, PERSON, THREE_D_PAGE, Shop, at_the_bank, header, number_of

EVIL = (
    "//evil.example", "/\\evil.example", "https:evil.example", "https:/evil.example", "http://evil.example",
    "https://bank.example@evil.example", "https://bank.example\\@evil.example", "https://bank.example:443@evil.example",
    "https://evil.example#bank.example", "https://evil.example?bank.example", "\thttps://evil.example",
    "https://evil.example\r\nSet-Cookie: a=b", "https://bank.example.evil.example", "https://evilbank.example",
    "javascript:alert(1)//", "data:text/html,", "https://bank.exam\u00adple", "HTTPS://EVIL.EXAMPLE", "", "/",
    "https://bank\uff0eexample", "https://[::1]", "https://bank.example%2f@evil.example",
)  # fmt: skip


THE_BANKS = "https://bank.example/three-d"
PATHS = {"three_d": "/orders/redirect-three-d/", "session": "/orders/redirection/"}


@pytest.fixture(scope="module")
def waits():
    """A buyer for whom a bank waits that the site names."""
    return at_the_bank(Shop(site=Site(origins={"https://bank.example"})), headers=PERSON)


def handed(buyer, kind, url):
    """The waiting attempt as if that were handed out: no page of the standard map hands out a session yet."""
    store, codec, stored = buyer.shop.store, buyer.shop.service.checkout.codec, buyer.shop.store.get(buyer.key)
    record = codec.loads(stored.head, stored.basket)
    order, (*before, attempt) = record.pre_order, record.pre_order.attempts
    attempt = evolve(attempt, kind=kind, handed={**attempt.handed, "url": url})
    head = codec.dumps(evolve(record, pre_order=evolve(order, attempts=(*before, attempt))))
    store.save(buyer.key, stored.version, head, None, None)


@pytest.mark.parametrize("url", EVIL, ids=ascii)
@pytest.mark.parametrize("kind", PATHS)
def test_nobody_is_sent_to_an_address_that_the_site_does_not_name(waits, kind, url):
    for behind in ("", "/three-d", "?bank.example/"):
        handed(waits, kind, url + behind)
        for path in PATHS.values():
            response = waits.asks("GET", path)
            assert (response.status, header(response, "location"), response.body) == (303, CHECKOUT, b"")


@pytest.mark.parametrize("url", EVIL, ids=ascii)
def test_where_the_site_names_nobody_a_gateway_may_send_buyers_to_https_and_nowhere_else(url):
    if Site().lets(f"{url}/three-d"):
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("https", parts.hostname)
    assert Site().lets(THE_BANKS)
    assert Site().lets("https://bank.example:8443/a/b?c=d#e")


def test_the_providers_own_page_is_one_to_go_to(waits):
    handed(waits, "three_d", THE_BANKS)
    assert Forms(waits.asks("GET", PATHS["three_d"])).actions == [THE_BANKS]
    assert header(waits.asks("GET", PATHS["session"]), "location") == CHECKOUT
    handed(waits, "session", THE_BANKS)
    response = waits.asks("GET", PATHS["session"])
    assert (response.status, header(response, "location")) == (302, THE_BANKS)
    assert header(waits.asks("GET", PATHS["three_d"]), "location") == CHECKOUT


HOSTILE = '"><script>alert(1)</script><input name="x'


def test_whatever_a_bank_hands_out_is_text_in_its_form():
    shop = Shop(ports={"gateways": {"bank": (bank := Says())}})
    bank.handed = {
        "url": f"https://bank.example/three-d?a=1&b={HOSTILE.replace(' ', '')}", "md": HOSTILE,
        "form": json.dumps({HOSTILE: HOSTILE, "PaReq": "eJx\n+/=", "n": 1, "list": ["x"]}),
    }  # fmt: skip
    buyer = shop.browser("first", "mug", headers=PERSON)
    buyer.reaches(THREE_D_PAGE, card=THREE_D)
    before = shop.store.get(buyer.key)
    assert buyer.order.attempts[-1].handed["md"] == HOSTILE  # it is in the store before a form is made of it
    host = f"shop.example{HOSTILE}"
    response = buyer.asks("GET", "/orders/redirect-three-d/", host=host)
    page = Forms(response)
    assert page.actions == [bank.handed["url"]]
    assert page.tags["script"] == 1
    assert page.scripts == ["HTMLFormElement.prototype.submit.call(document.forms[0])"]
    number = number_of(buyer)
    assert page.fields == {
        "md": HOSTILE, HOSTILE: HOSTILE, "PaReq": "eJx\n+/=",
        "TermUrl": f"https://{host}{CHECKOUT}?page={THREE_D_PAGE}&n={number}",
    }  # fmt: skip
    assert b"<script>alert" not in response.body
    assert shop.store.get(buyer.key) == before


@pytest.mark.parametrize("form", ["", "[]", "{", "null", '"<form>"', "<form action=//evil><input name=pan>"])
def test_a_form_that_a_bank_hands_out_as_html_is_never_drawn(form):
    shop = Shop(ports={"gateways": {"bank": (bank := Says())}})
    bank.handed = {"url": "https://bank.example/three-d", "md": "m-1", "form": form}
    buyer = shop.browser("first", "mug", headers=PERSON)
    buyer.reaches(THREE_D_PAGE, card=THREE_D)
    page = Forms(buyer.asks("GET", "/orders/redirect-three-d/"))
    assert page.actions == ["https://bank.example/three-d"]
    assert list(page.fields) == ["md", "TermUrl"]


def test_a_public_origin_is_where_the_bank_sends_the_buyer_back_whatever_host_was_asked():
    shop = Shop(site=Site(public="https://shop.example"))
    buyer = at_the_bank(shop, headers=PERSON)
    page = Forms(buyer.asks("GET", "/orders/redirect-three-d/", host="evil.example", root="/tr"))
    assert page.fields["TermUrl"].startswith(f"https://shop.example{CHECKOUT}?")


class Says:
    """A gateway that hands out what it is told to."""

    capabilities = Capabilities(timedelta(minutes=1), sandbox=True)
    handed: Mapping = {}

    def start_three_d(self, order, card, /):
        return HandedOut(self.handed)

    def inquire(self, number, /):
        return NotFound()

    sale = finish_three_d = start_session = cancel_session = void = refund = verify = inquire


class Forms(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, response):
        super().__init__()
        self.actions, self.fields, self.scripts, self.tags = [], {}, [], Counter()
        self._in_script = False
        assert response.status == 200
        self.feed(response.body.decode())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        self._in_script = tag == "script"
        if tag == "form":
            self.actions.append(given["action"])
        if tag == "input":
            self.fields[given["name"]] = given["value"]

    def handle_endtag(self, tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script:
            self.scripts.append(data)
