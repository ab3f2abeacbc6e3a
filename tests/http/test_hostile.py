"""Whatever is sent, at whichever stage of a checkout: an answer as promised, and a refusal leaves all as it was."""

from __future__ import annotations

import logging
import re
from html.parser import HTMLParser
from io import BytesIO, StringIO
from urllib.parse import urlsplit

import pytest
from attrs import evolve
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import run_wsgi_app

from checkout_core.flask import checkout_blueprint
from checkout_core.http import Site
from checkout_core.sandbox import DEPARTMENT_STORE, load_shop
from checkout_core.sandbox.magic import THREE_D

from .browsers import BANK, CHECKOUT, THREE_D_PAGE, Shop, told
from .hostile import MARKER, PAN, requests

STAGES = {
    "fresh": None, "named": "DeliveryOptionSelectionPage", "addressed": "ShippingOptionSelectionPage",
    "shipped": "PaymentOptionSelectionPage", "card chosen": "InstallmentSelectionPage",
    "confirmation": "CreditCardConfirmationPage", "awaiting": THREE_D_PAGE, "placed": "",
}  # fmt: skip
IN_THE_DEPARTMENT_STORE = {  # which delivery, and how the goods are sent, leads to which page
    "store": ("RetailStoreSelectionPage", "store", None), "locker": ("PickupLocationSelectionPage", "locker", None),
    "slot": ("SlotSelectionPage", "scheduled", None), "time": ("ReservationSelectionPage", "store", None),
    "suppliers": ("DataSourceShippingOptionSelectionPage", "address", None),
    "groups": ("AttributeBasedShippingOptionSelectionPage", "address", "AttributeBasedShippingOptionSelectionPage"),
    "services": ("RemoteShippingOptionSelectionPage", "address", "RemoteShippingOptionSelectionPage"),
}  # fmt: skip
LARGER = load_shop(DEPARTMENT_STORE)
SITE = Site(name="Example Shop", origins={BANK})
CHANGES = {"price_changed"}  # a refusal that keeps which card it is
WAYS = re.compile(
    r"/(?:baskets/basket/|users/login/|orders/(?:checkout|redirect-three-d)/|orders/completed/[A-Za-z0-9:_-]+/)"
)
TAGS = (
    "a bdi body br button dd details div dl dt fieldset form h1 h2 head header html input label legend li link main"
    " meta nav ol p script section span strong style summary table tbody td textarea th thead title tr ul"
)
HAND_OVER = b"<script>HTMLFormElement.prototype.submit.call(document.forms[0])</script>"
HANDLERS = re.compile(r"on[a-z]+")


def at(stage):
    """A shop, and a browser whose checkout is at that stage."""
    larger = IN_THE_DEPARTMENT_STORE.get(stage)
    shop = Shop(site=SITE, **({"shop_file": LARGER} if larger else {}))
    browser = shop.browser("first", "mug", *(("lamp",) if larger else ()))
    page, delivery, sent = larger or (STAGES[stage], None, None)
    if sent:
        shop.sandbox.settings = evolve(shop.sandbox.settings, checkout_shipping_option_selection_page=sent)
    browser.gets()
    if page is not None:
        browser.reaches(page or None, card=THREE_D if page == THREE_D_PAGE else None, delivery=delivery)
    return shop, browser


class Scene:
    """A checkout at a stage, and the way back to it."""

    def __init__(self, stage):
        self.stage = stage
        self.builds()

    def builds(self):
        shop, browser = at(self.stage)
        self.shop, self.browser, self.key = shop, browser, browser.key
        self.store, self.sandbox, self.bank = shop.store, shop.sandbox, shop.sandbox.bank
        self.rows, self.names = dict(self.store._rows), dict(self.store._names)
        self.before, self.calls, self.left = self.store.get(self.key), self.bank.calls(), self.events

    @property
    def events(self):
        """What was told to anybody."""
        return [*self.sandbox.told, *self.sandbox.inbox.messages]

    def resets(self):
        """Where money has moved the whole shop is made anew."""
        if self.bank.calls() != self.calls or self.events != self.left:
            self.builds()
        self.store._rows, self.store._names, self.store._parked = dict(self.rows), dict(self.names), {}
        self.browser.key = self.key

    def written(self):
        rows = self.store._rows.values()
        return b"".join(part for row in rows for part in (row.head, *(row.basket or ())) if isinstance(part, bytes))


SCENES = {}


def scene_of(stage):
    if stage not in SCENES:
        SCENES[stage] = Scene(stage)
    SCENES[stage].resets()
    return SCENES[stage]


@pytest.fixture
def heard(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=260, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sent=requests(), known=st.sampled_from([True, True, True, False]))
def test_the_answer_is_sound_and_a_refusal_leaves_all_as_it_was(stage, heard, sent, known):
    answered(scene_of(stage), heard, sent, known=known)


@pytest.mark.parametrize("stage", IN_THE_DEPARTMENT_STORE)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sent=requests(), known=st.sampled_from([True, True, True, False]))
def test_so_it_is_where_goods_are_collected_sent_in_groups_and_by_appointment(stage, heard, sent, known):
    answered(scene_of(stage), heard, sent, known=known)


@pytest.mark.parametrize("stage", IN_THE_DEPARTMENT_STORE)
def test_the_stages_of_the_department_store_stand_where_they_say(stage):
    shown = told(scene_of(stage).browser.gets())["context_list"][-1]["page_name"]
    assert shown == IN_THE_DEPARTMENT_STORE[stage][0]


def answered(scene, heard, sent, *, known):
    """That request; what comes of it is as promised."""
    heard.clear()
    method, path, query, headers, body = sent
    if not known:
        scene.browser.key = None
    response = scene.browser.asks(method, path, query, body, {**CLEARED, **headers})
    the_answer_is_sound(response, method, path, headers)
    if method != "POST" or was_refused(response, path):
        assert scene.bank.calls() == scene.calls
        assert scene.events == scene.left
        if known and not CHANGES & codes(response):
            assert scene.store.get(scene.key) == scene.before
    text = heard.text.encode("utf-8", "surrogatepass")
    for said in (response.body, repr(response.headers).encode(), scene.written(), text):
        assert PAN.encode() not in said
        assert PAN[6:].encode() not in said


CLEARED = {"accept": "", "x-requested-with": ""}  # the browser's own are not there unless they are drawn


def the_answer_is_sound(response, method, path, headers):
    kind = dict(response.headers).get("Content-Type", "")
    assert 200 <= response.status < 500
    for name, value in response.headers:
        assert re.fullmatch(r"[A-Za-z-]+", name)
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
        value.encode("latin-1")
        if name == "Location":
            where = urlsplit(value)
            assert WAYS.fullmatch(value) or f"{where.scheme}://{where.netloc}" == BANK, value
    scripted = headers.get("x-requested-with") == "XMLHttpRequest"
    if path == CHECKOUT and scripted:
        assert response.status == (200 if method in {"GET", "HEAD", "POST"} else 405)
        assert "Location" not in dict(response.headers)
        if response.status == 200:
            assert kind == "application/json"
    if kind in {"application/json", "application/problem+json"}:
        answer = told(response)
        assert kind != "application/problem+json" or answer["status"] == response.status
        errors = answer.get("errors")
        assert errors is None or errors
        for texts in (errors or {}).values():
            assert isinstance(texts, list)
            assert texts
            assert all(isinstance(text, str) for text in texts)
    if kind.startswith("text/html"):
        the_page_is_sound(response.body)


class Tags(HTMLParser):
    def handle_starttag(self, tag, attrs):
        assert tag in TAGS.split(), tag
        for name, value in attrs:
            assert not HANDLERS.fullmatch(name), name
            if name in {"href", "action", "src"}:
                assert not (value or "").strip().lower().startswith(("javascript:", "data:", "//")), value


def the_page_is_sound(page):
    assert b"<script" not in page.replace(HAND_OVER, b"")
    assert MARKER.encode() not in page
    Tags().feed(page.decode("utf-8"))


def codes(response):
    if dict(response.headers).get("Content-Type") != "application/json":
        return set()
    return {code for said in (told(response).get("error_codes") or {}).values() for code in said}


def was_refused(response, path):
    """What was posted to the checkout was not taken."""
    if path != CHECKOUT or response.status == 405:
        return True
    if dict(response.headers).get("Content-Type") == "application/json":
        answer = told(response)
        return bool(answer.get("errors"))
    return response.status == 200


# Behind Flask, from the environment that a server makes

CSP = "Content-Security-Policy"  # of the pages that are ours
LENGTHS = ("", "-1", "abc", "1e3", "0x10", "+5", " 7 ", "\uff17", "99999999999999999999", "5", "0")
HOSTS = ("", "evil.example:99999", "a b", "[::1", "\u00ff", "shop.example\r\nX: y", "@", "x" * 5000, "..", "a:b:c")
MOUNTS = ("", "", "/tr", "/t\r\nr", "/\u00ff", "/%0d%0a", "//evil.example", "/\\evil.example")


@st.composite
def environments(draw):
    """What WSGI makes of a request; the length, the host and the encoding of the body are not always what they are."""
    method, path, query, sent, body = draw(requests())
    latin = {name: value.encode("utf-8", "surrogatepass").decode("latin-1") for name, value in sent.items()}
    environ = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": draw(st.sampled_from(["", "", "/shop"])),
        "PATH_INFO": draw(st.sampled_from(MOUNTS)) + path,
        "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": draw(st.sampled_from(["http", "https"])),
        "wsgi.input": BytesIO(body), "wsgi.errors": StringIO(), "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False, "CONTENT_LENGTH": str(len(body)), "HTTP_HOST": "shop.example",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in latin.items()},
    }  # fmt: skip
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    for name in ("PATH_INFO", "QUERY_STRING"):
        environ[name] = environ[name].encode("utf-8", "surrogatepass").decode("latin-1")
    match draw(st.integers(0, 5)):
        case 0:
            environ["CONTENT_LENGTH"] = draw(st.sampled_from(LENGTHS))
        case 1:
            environ["HTTP_HOST"] = draw(st.sampled_from(HOSTS))
        case 2:
            del environ["HTTP_HOST"]
        case 3:
            del environ["CONTENT_LENGTH"]
            environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return environ


@pytest.fixture(scope="module")
def app():
    shop = Shop(site=SITE)
    shop.sandbox.basket("mug", key="first")
    app = Flask(__name__)
    app.secret_key = "of no use to anybody"
    app.config["MAX_CONTENT_LENGTH"] = 1000
    blueprint = checkout_blueprint(shop.service, lambda request: evolve(request.caller, basket="first"), site=SITE)
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, url_prefix="/<lang>", name="of a language")
    return app


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(environ=environments())
def test_no_environment_makes_flask_fail(app, caplog, environ):
    caplog.clear()
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    assert 200 <= int(status.split()[0]) < 500
    assert not [record for record in caplog.records if record.exc_info]
    for name, value in headers:
        assert not re.search(r"[\r\n]", value)
        if name == "Location":
            assert re.match(r"/(?![/\\])", value), value
    page = b"".join(body)
    assert PAN.encode() not in page
    if CSP in headers and page:
        the_page_is_sound(page)
