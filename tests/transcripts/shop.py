"""The shop that every transcript is told in: the same keys, numbers and moments on every computer.

    scene = Scene(InValues)
    ada = scene.browser()
    ada.gets("/orders/checkout/", says="the first look")
    ada.answers("IndexPage", {"user_email": "ada@example.org"})

A scene notes what is sent and answered: `scene.parts` is the transcript.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from attrs import evolve

from checkout_core import Checkout, CheckoutService, MemoryStore
from checkout_core.http import Site
from checkout_core.page import GUEST
from checkout_core.sandbox import APPROVED, DEFAULT, DEPARTMENT_STORE, Sandbox, load_shop
from checkout_core.sandbox.world import card_form

from .form import Asked, Exchange

HOST = "shop.example"
SITE = Site(
    name="Example Shop", public=f"https://{HOST}", origins={"https://bank.example"}, new_address="/address/new/"
)
FORM = "application/x-www-form-urlencoded;charset=UTF-8"
SCRIPT = {"accept": "application/json", "x-requested-with": "XMLHttpRequest"}  # what a storefront's proxy sends
PERSON = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PLAIN, LARGER = load_shop(DEFAULT), load_shop(DEPARTMENT_STORE)
TOKEN = "the-token-of-this-browser"
CHECKOUT = "/orders/checkout/"
TO_THE_BANK = "/orders/redirect-three-d/"

GUEST_CARD = (  # what a guest answers, page by page
    ("IndexPage", {"user_email": "ada@example.org", "phone_number": "05551112233"}),
    ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 12}),
    ("ShippingOptionSelectionPage", {"shipping_option": 21}),
    ("PaymentOptionSelectionPage", {"payment_option": 31}),
    ("BinNumberPage", {"bin_number": "542119"}),
    ("InstallmentSelectionPage", {"installment": 1}),
)


def card(number=APPROVED, **fields):
    """What is typed on CreditCardConfirmationPage; None leaves a field out."""
    typed = {**card_form(number, 2029), "agreement": "1", "use_three_d": "0", **fields}
    return {name: value for name, value in typed.items() if value is not None}


class Waiting:
    """The clock of a service that waits for nothing: it is as late as it should be, at once."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds

    async def asleep(self, seconds):
        self.now += seconds


class Scene:
    """A sandbox, a store, and the carrier that takes requests to them."""

    def __init__(self, carrier, file=PLAIN):
        self.sandbox = Sandbox(file, seed=7)
        self.sandbox.bank.pages = "https://bank.example"
        self.store = MemoryStore()
        self.checkout = Checkout(self.sandbox.ports)
        self.waiting = Waiting()
        self.parts = []
        self.door = None  # the browser whose request is being answered
        self.carrier = carrier(self)

    @property
    def bank(self):
        return self.sandbox.bank

    def settings(self, **changed):
        self.sandbox.settings = evolve(self.sandbox.settings, **changed)
        self.happens(", ".join(f"{name.upper()} is {value}" for name, value in changed.items()))

    def basket(self, *skus, key="basket-1"):
        self.sandbox.basket(*skus, key=key)
        self.happens(f"basket {key}: {', '.join(skus) or 'empty'}")

    def browser(self, **about):
        return Browser(self, **about)

    def happens(self, what):
        """Something that no request told."""
        self.parts.append(what)

    def passes(self, **time):
        self.sandbox.passes(**time)
        self.happens("later: " + ", ".join(f"{unit}: {n}" for unit, n in time.items()))

    def recovers(self):
        """What the shop does every minute: it asks the bank about payments that nobody answered."""
        service = CheckoutService(self.checkout, self.store, monotonic=self.waiting.monotonic, sleep=self.waiting.sleep)
        self.happens(f"the shop has looked after {service.recover_once()} checkout")

    def caller(self, request):
        """Who sends it: what a host reads from its session."""
        who = self.door
        known = GUEST if who.account is None else self.sandbox.caller(who.account)
        return evolve(
            request.caller, account=known.account, email=known.email, phone=known.phone, basket=who.basket,
            session=who.session,
        )  # fmt: skip

    def stored(self):
        """All that is stored, by key."""
        return {key: self.store.get(key) for key in self.store.keys("", 100)}

    @contextmanager
    def unnoted(self):
        """Requests that another transcript shows."""
        kept = len(self.parts)
        yield
        del self.parts[kept:]


class Browser:
    """A session, and what stands in its cookies beside it."""

    def __init__(
        self, scene, *, account=None, basket="basket-1", session="session-1", person=False, root="", **headers
    ):  # fmt: skip
        self.scene = scene
        self.account, self.basket, self.session = account, basket, session
        self.root = root
        self.person = person
        self.headers = {**(PERSON if person else SCRIPT), **{name.replace("_", "-"): v for name, v in headers.items()}}
        self.token = TOKEN
        self.kept = {}  # what the host's session keeps, however the carrier's framework keeps it

    def gets(self, target=CHECKOUT, *, says, method="GET", **about):
        return self.sends(method, target, says=says, **about)

    def looks(self, page=None, *, says=None, **about):
        """The checkout, or a page of it."""
        query = "" if page is None else f"?page={page}"
        return self.gets(CHECKOUT + query, says=says or ("where the buyer stands" if page is None else page), **about)

    def answers(self, page, fields: Mapping[str, object] = {}, *, says=None, **about):
        """A form is posted to that page, with the token where this kind of client has it."""
        if self.person:
            fields = {"csrf_token": self.token, **fields}
        return self.posts(f"{CHECKOUT}?page={page}", urlencode(fields).encode(), says=says or page, **about)

    def posts(self, target, body=b"", kind=FORM, *, says, **about):
        return self.sends("POST", target, body, kind, says=says, **about)

    def sends(self, method, target, body=b"", kind=None, *, says, headers: Mapping[str, str | None] = {}, keeps=False):
        """What is answered.  `keeps`: nothing may be stored by it.  A header that is None is left out."""
        told = dict(self.headers)
        if kind is not None:
            told["content-type"] = kind
        if self.token is not None:
            told["cookie"] = f"csrftoken={self.token}"
            if method == "POST" and not self.person:
                told["x-csrftoken"] = self.token
        told = {name: value for name, value in {**told, **headers}.items() if value is not None}
        asked = Asked(method, f"{self.root}{target}", tuple(told.items()), body)
        scene, before = self.scene, self.scene.stored()
        scene.door = self
        answered = scene.carrier.sends(asked, self)
        after = scene.stored()
        if keeps:
            assert after == before, f"{says}: a refused request has changed what is stored"
        scene.parts.append(Exchange(says, asked, answered, _stored(before, after)))
        return answered

    def goes_on(self, to, *, account=None):
        """The pages before that one are answered as the guest's or the member's story shows it."""
        self.account = account or self.account
        answers = [(page, fields) for page, fields in GUEST_CARD if not self.account or page != "IndexPage"]
        pages = [page for page, _ in answers]
        with self.scene.unnoted():
            self.looks()
            for page, fields in answers[: pages.index(to) if to in pages else None]:
                self.answers(page, fields)
        self.scene.happens(f"the buyer has come to {to}")


def _stored(before, after):
    if not after:
        return "nothing is stored"
    versions = " and ".join(str(row.version) for row in after.values())
    return f"stored as version {versions}{', as before' if before == after else ''}"
