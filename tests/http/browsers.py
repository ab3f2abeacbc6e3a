"""A shop that answers over HTTP as values, and browsers that ask it: a storefront's script or a person's."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import attrs
from attrs import evolve

from checkout_core import Checkout, CheckoutService, MemoryStore
from checkout_core.http import Request, Site, Web
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import THREE_D

CHECKOUT, THREE_D_PAGE = "/orders/checkout/", "CreditCardThreeDSecurePage"
FORM = "application/x-www-form-urlencoded"
TOKEN = "a-token-of-this-browser"
SCRIPT = {"accept": "application/json", "x-requested-with": "XMLHttpRequest"}
PERSON = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
BANK = "https://bank.example"


class Shop:
    """`ports` replaces some of the sandbox's."""

    def __init__(self, *, store=None, site=None, ports=None, **sandbox):
        self.sandbox = Sandbox(seed=1, **sandbox)
        self.sandbox.bank.pages = BANK
        self.store = store or MemoryStore()
        self.service = CheckoutService(Checkout(attrs.evolve(self.sandbox.ports, **(ports or {}))), self.store)
        self.web = Web(self.service.requests, site or Site(name="Example Shop"))

    def answers(self, request, caller=None, key=None):
        """The Response to that request of somebody whose session remembers `key`."""
        return self.service.run(self.web.answering(request, caller or request.caller, key))

    def browser(self, name="first", *skus, **more):
        """A browser with a basket of its own, empty where nothing is named."""
        self.sandbox.basket(*skus, key=name)
        return Browser(self, name, **more)

    def record(self, key):
        stored = self.store.get(key)
        return self.service.checkout.codec.loads(stored.head, stored.basket)


class Browser:
    """What a session of the host's knows: the basket, the key of the checkout, who is logged in."""

    def __init__(self, shop, name, *, account=None, headers=SCRIPT, locale=None):
        self.shop, self.name, self.account = shop, name, account
        self.headers = headers | ({} if locale is None else {"accept-language": locale})
        self.key = None

    def caller(self, request):
        known = self.shop.sandbox.caller(self.account) if self.account else None
        who = {} if known is None else {"account": known.account, "email": known.email, "phone": known.phone}
        return evolve(request.caller, basket=self.name, session=f"session of {self.name}", **who)

    def asks(self, method, path, query="", body=b"", headers=None, **more):
        """The Response; the session remembers what it says.  `headers` go above the browser's own."""
        cookies = {"cookie": f"csrftoken={TOKEN}", "host": "shop.example", **self.headers, **(headers or {})}
        request = Request(method, path, query, cookies, body, **{"host": "shop.example", **more})
        response = self.shop.answers(request, self.caller(request), self.key)
        if response.checkout is not None:
            self.key = response.checkout
        return response

    def gets(self, page=None):
        return self.asks("GET", CHECKOUT, "" if page is None else urlencode({"page": page}))

    def posts(self, page, fields, **more):
        """As a form with the token of its cookie."""
        return self.asks("POST", CHECKOUT, urlencode({"page": page}), as_form(fields), of_form(**more))

    def returns(self, fields, number=None, headers=None):
        """What the bank's page makes the browser post: without any token of ours."""
        query = {"page": THREE_D_PAGE} | ({} if number is None else {"n": number})
        more = {"content-type": FORM, "sec-fetch-site": "cross-site", "cookie": "", **(headers or {})}
        return self.asks("POST", CHECKOUT, urlencode(query, doseq=True), as_form(fields), more)

    def reaches(self, page, *, story="card", card=None, delivery=None):
        """Answers all pages before that one as the sandbox's buyer does; None: all there are."""
        self.gets()
        if self.account is None:
            self.posts("IndexPage", {"user_email": "ada@example.org"})
        more = {"delivery": delivery} | ({} if card is None else {"card": card})
        for name, body in self.shop.sandbox.answers(story, order=self.order if self.account else None, **more):
            if name == page:
                return body
            self.posts(name, body)
        return None

    @property
    def order(self):
        return self.shop.record(self.key).pre_order


def of_form(**more):
    return {"content-type": FORM, "x-csrftoken": TOKEN, **more}


def as_form(fields):
    return urlencode(
        {name: str(value).lower() if isinstance(value, bool) else value for name, value in fields.items()}, doseq=True
    ).encode()


def told(response):
    return json.loads(response.body)


def header(response, name):
    return next((value for key, value in response.headers if key.lower() == name.lower()), None)


def at_the_bank(shop, name="first", **more):
    """A buyer who has paid with a card whose issuer wants 3-D Secure."""
    buyer = shop.browser(name, "mug", **more)
    buyer.reaches(THREE_D_PAGE, card=THREE_D)
    assert buyer.order.attempts[-1].state == "awaiting"
    return buyer


def number_of(buyer):
    return buyer.order.attempts[-1].number
