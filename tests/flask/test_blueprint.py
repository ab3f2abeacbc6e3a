"""The blueprint: mounted anywhere and more than once, and nothing of Flask's own comes between it and the checkout."""

from __future__ import annotations

import json

import pytest
from cachelib import SimpleCache
from flask import Flask, request, session

from checkout_core import Checkout, CheckoutService, MemoryStore, evolve
from checkout_core.flask import ServerSessions, checkout_blueprint
from checkout_core.http import Site
from checkout_core.http._reading import LONGEST
from checkout_core.sandbox import THREE_D, Sandbox

from .buyer import HTML, Buyer

CHECKOUT = "/orders/checkout/"
ROUTES = (
    CHECKOUT, "/orders/completed/x/", "/orders/redirect-three-d/", "/orders/redirection/", "/orders/gpay-redirect/",
    "/orders/contract/",
    "/csrf_token/",
)  # fmt: skip
JSON = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}


class Host:
    """An app around the sandbox's shop, whose every browser has a basket with a mug."""

    def __init__(self, **config):
        self.shop = Sandbox(seed=1)
        self.shop.basket("mug")
        self.service = CheckoutService(Checkout(self.shop.ports), MemoryStore())
        self.asked = []
        self.app = Flask("host")
        self.app.config.update({"SECRET_KEY": "not for a shop", "TESTING": True, **config})
        site = Site(basket="/basket/", login="/login/", name="Host")
        self.blueprint = checkout_blueprint(self.service, self.caller, site=site)

    def caller(self, asked):
        self.asked.append(asked)
        return evolve(asked.caller, basket="basket-1")

    def mounted(self, *prefixes):
        for prefix in prefixes or ("",):
            name = f"checkout{prefix.replace('/', '_')}"
            self.app.register_blueprint(self.blueprint, url_prefix=prefix or None, name=name)
        return self.app.test_client()


@pytest.fixture
def host():
    return Host()


def posted(client, page, fields, at=CHECKOUT, **given):
    return client.post(f"{at}?page={page}", json=fields, headers=JSON, **given)


def test_a_storefront_gets_json_and_goes_on_where_it_was(host):
    client = host.mounted()
    first = client.get(CHECKOUT, headers=JSON)
    told = posted(client, "IndexPage", {"user_email": "ada@example.org"})

    assert (first.status_code, first.json["context_list"][0]["page_name"]) == (200, "IndexPage")
    assert told.json["pre_order"]["user_email"] == "ada@example.org"
    assert client.get(CHECKOUT, headers=JSON).json["pre_order"]["user_email"] == "ada@example.org"


def test_the_session_remembers_the_key_and_nothing_else_of_the_checkout(host):
    client = host.mounted()
    client.get(CHECKOUT, headers=JSON)
    with client.session_transaction() as session:
        known = dict(session)

    assert known.keys() == {"checkout", "checkout_browser"}
    assert host.service.get(known["checkout"]).page == "IndexPage"


def test_another_browser_has_another_checkout(host):
    one, other = host.mounted(), host.app.test_client()
    posted(one, "IndexPage", {"user_email": "ada@example.org"})

    assert "ada@example.org" not in other.get(CHECKOUT, headers=JSON).text


@pytest.mark.parametrize("prefix", ["/tr", "/shops/de-at"])
def test_below_a_prefix_every_address_is_below_it(host, prefix):
    host.mounted(prefix)
    buyer = Buyer(host.app)
    buyer.goes(f"{prefix}{CHECKOUT}")
    buyer.sends(user_email="ada@example.org")

    assert buyer.page.path == f"{prefix}{CHECKOUT}"
    assert f"{prefix}/basket/" in buyer.page.text
    assert buyer.asks("GET", CHECKOUT).status_code == 404
    assert {asked.root for asked in host.asked} == {prefix}
    assert {asked.path for asked in host.asked} == {CHECKOUT}


def test_mounted_twice_it_is_one_checkout_at_two_addresses(host):
    client = host.mounted("", "/tr")
    posted(client, "IndexPage", {"user_email": "ada@example.org"}, at=f"/tr{CHECKOUT}")

    assert client.get(CHECKOUT, headers=JSON).json["pre_order"]["user_email"] == "ada@example.org"
    for prefix in ("", "/tr"):
        (form,) = ({"user_email": "grace@example.org", "csrf_token": "x" * 22},)
        client.set_cookie("csrftoken", "x" * 22)
        told = client.post(f"{prefix}{CHECKOUT}?page=IndexPage", data=form, headers=HTML)
        assert (told.status_code, told.headers["Location"]) == (303, f"{prefix}{CHECKOUT}")


def test_below_a_server_that_strips_a_path_addresses_have_it(host):
    client = host.mounted("/tr")
    client.set_cookie("csrftoken", "x" * 22)
    form = {"user_email": "ada@example.org", "csrf_token": "x" * 22}
    told = client.post(f"/tr{CHECKOUT}?page=IndexPage", base_url="http://localhost/mall", data=form, headers=HTML)

    assert told.headers["Location"] == f"/mall/tr{CHECKOUT}"


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_is_not_served_is_refused_in_our_words(host, path, method):
    told = host.mounted().open(path, method=method, headers={"Accept": "application/json"})

    assert (told.status_code, told.content_type) == (405, "application/problem+json")
    assert told.json["code"] == "method_not_allowed"
    assert "GET" in told.headers["Allow"]


@pytest.mark.parametrize("path", ROUTES)
def test_without_its_last_slash_an_address_is_the_same(host, path):
    client = host.mounted("", "/tr")

    for prefix in ("", "/tr"):
        with_it, without = (client.get(f"{prefix}{each}", headers=JSON) for each in (path, path.rstrip("/")))
        assert with_it.status_code == without.status_code != 308
        assert host.asked[-1].path == host.asked[-2].path == path


def test_a_post_without_the_slash_is_taken(host):
    told = posted(host.mounted(), "IndexPage", {"user_email": "ada@example.org"}, at=CHECKOUT.rstrip("/"))

    assert told.json["pre_order"]["user_email"] == "ada@example.org"


def test_head_is_answered_without_a_body(host):
    told = host.mounted().head(CHECKOUT, headers=JSON)

    assert (told.status_code, told.data) == (200, b"")


@pytest.mark.parametrize("config", [{"MAX_CONTENT_LENGTH": 20}, {"MAX_FORM_MEMORY_SIZE": 20}, {"MAX_FORM_PARTS": 1}])
def test_the_limits_of_the_app_do_not_reach_the_checkout(config):
    host = Host(**config)
    client = host.mounted()
    host.app.add_url_rule("/own/", "own", lambda: request.get_data(as_text=True), methods=["POST"])
    told = posted(client, "IndexPage", {"user_email": "ada.lovelace@example.org"})

    assert (told.status_code, told.json["errors"]) == (200, None)
    if "MAX_CONTENT_LENGTH" in config:
        assert client.post("/own/", data=b"x" * 21).status_code == 413


@pytest.mark.parametrize("size", [LONGEST + 1, 20 * LONGEST])
def test_a_body_beyond_all_measure_is_refused_as_a_storefront_understands(host, size):
    told = host.mounted().post(
        f"{CHECKOUT}?page=IndexPage", data=b"{" + b" " * size, headers=JSON, content_type="application/json"
    )

    assert (told.status_code, told.json["error_codes"]) == (200, {"non_field_errors": ["body_too_large"]})
    assert len(host.asked[-1].body) == LONGEST + 1


def test_a_body_that_the_host_has_looked_at_is_still_there(host):
    client = host.mounted()
    host.app.before_request(lambda: request.get_data() and None)

    assert posted(client, "IndexPage", {"user_email": "ada@example.org"}).json["errors"] is None


def test_a_form_that_the_host_has_looked_at_is_still_there(host):
    client = host.mounted()
    host.app.before_request(lambda: request.form.get("anything"))
    client.set_cookie("csrftoken", "x" * 22)
    form = {"user_email": ["ada@example.org", "ada@example.org"], "csrf_token": "x" * 22}
    twice = client.post(f"{CHECKOUT}?page=IndexPage", data=form, headers=JSON)
    once = client.post(f"{CHECKOUT}?page=IndexPage", data=form | {"user_email": "ada@example.org"}, headers=JSON)

    assert twice.json["error_codes"].keys() == {"user_email"}
    assert once.json["errors"] is None


def test_what_the_browser_sent_comes_through_as_it_was(host):
    client = host.mounted()
    client.get(
        "/orders/checkout/?page=%C3%A4%ff&x=a+b", base_url="https://shop.example:8443",
        headers=[("X-Currency", "eur"), ("X-Thing", "1"), ("X-Thing", "2")], environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )  # fmt: skip
    asked = host.asked[-1]

    assert (asked.query, asked.host, asked.secure, asked.ip) == (
        "page=%C3%A4%ff&x=a+b", "shop.example:8443", True, "192.0.2.7"
    )  # fmt: skip
    assert (asked.currency, asked.headers["x-thing"]) == ("EUR", "1, 2")


def test_the_caller_is_asked_within_the_request_of_flask(host):
    def caller(asked):
        return evolve(asked.caller, account=session.get("account"), email="ada@example.org", basket="basket-1")

    app = Flask("other")
    app.secret_key = "not for a shop"
    app.register_blueprint(checkout_blueprint(host.service, caller))
    client = app.test_client()
    with client.session_transaction() as known:
        known["account"] = "ada"

    told = client.get(CHECKOUT, headers=JSON).json
    assert told["pre_order"]["user_email"] == "ada@example.org"


def test_with_sessions_on_the_server_their_id_says_which_browser_it_is():
    host, cache = Host(), SimpleCache()
    host.app.session_interface = ServerSessions(cache)
    client = host.mounted()
    client.get(CHECKOUT, headers=JSON)
    kept = json.loads(cache.get(client.get_cookie("osessionid").value))

    assert kept.keys() == {"checkout"}


def test_requests_that_come_at_once_with_the_same_cookie_begin_one_checkout():
    host, cache = Host(), SimpleCache()
    host.app.session_interface = ServerSessions(cache)
    client = host.mounted()
    cache.set("a" * 32, "{}")
    keys = set()
    for _ in range(2):  # the second has not seen the answer to the first
        client.set_cookie("osessionid", "a" * 32)
        client.get(CHECKOUT, headers=JSON)
        keys.add(json.loads(cache.get("a" * 32))["checkout"])
        cache.set("a" * 32, "{}")

    assert len(keys) == 1


def handed_to_the_bank(host, client):
    """What the bank's page posts back, and to which number, once the buyer has proved who they are."""
    client.get(CHECKOUT, headers=JSON)
    posted(client, "IndexPage", {"user_email": "ada@example.org"})
    story = host.shop.answers("card", THREE_D)
    for page, fields in story:
        told = posted(client, page, fields)
        if page == "CreditCardConfirmationPage":
            assert told.json["context_list"][-1]["page_context"]["redirect_url"] == "/orders/redirect-three-d/"
            _, returned = next(story)
            return returned, host.shop.bank.ticket().number
    raise AssertionError


@pytest.mark.parametrize("on_the_server", [False, True])
def test_a_bank_that_posts_the_buyer_back_without_a_cookie_leaves_the_session_alone(on_the_server):
    host = Host()
    if on_the_server:
        host.app.session_interface = ServerSessions(SimpleCache())
    client = host.mounted()
    returned, number = handed_to_the_bank(host, client)
    from_the_bank = host.app.test_client()  # the same browser: a Lax cookie does not go with a post across sites
    back = from_the_bank.post(f"{CHECKOUT}?page=CreditCardThreeDSecurePage&n={number}", data=returned, headers=HTML)

    assert (back.status_code, back.headers["Location"].split("/")[1:3]) == (303, ["orders", "completed"])
    assert [each.partition("=")[0] for each in back.headers.getlist("Set-Cookie")] == []
    assert client.get(CHECKOUT, headers=JSON).json["context_list"][-1]["page_name"] == "ThankYouPage"


@pytest.mark.parametrize("path", ["/csrf_token/", "/orders/hooks/bank/", "/orders/completed/x/"])
def test_who_is_in_no_checkout_gets_no_session(host, path):
    told = host.mounted().open(path, method="POST" if "hooks" in path else "GET", headers=JSON)

    assert [each for each in told.headers.getlist("Set-Cookie") if not each.startswith("csrftoken=")] == []


def test_a_template_of_the_app_is_drawn_in_place_of_ours(tmp_path):
    host = Host()
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "indexpage.html").write_text(
        '{% extends "checkout/page.html" %}{% block moves %}<p>Call us: 123</p>{% endblock %}', "utf-8"
    )
    (tmp_path / "checkout" / "base.html").write_text(
        '{% extends "checkout_core/checkout/base.html" %}{% block footer %}<p>Since 1815</p>{% endblock %}', "utf-8"
    )
    host.app.template_folder = str(tmp_path)
    host.mounted()
    buyer = Buyer(host.app)
    buyer.goes(CHECKOUT)

    assert "Call us: 123" in buyer.page.says
    assert "Since 1815" in buyer.page.says
    assert "E-mail address" in buyer.page.says
    buyer.sends(user_email="ada@example.org")
    assert "Call us: 123" not in buyer.page.says
    assert "Since 1815" in buyer.page.says
