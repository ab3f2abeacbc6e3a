"""The page of an order that waits for its money: paid from there, by who may."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import attrs
import pytest

from checkout_core import Caller
from checkout_core.http import Request, Web
from checkout_core.links import Links
from checkout_core.texts import page_title

from .kit import Shop

COOKIE = "0" * 32


class Site:
    """The shop's web, and a browser without a session."""

    def __init__(self):
        self.shop = Shop(mugs=2)
        sandbox = self.shop.sandbox
        keyring = sandbox.ports.keyring
        self.links = Links(keyring=keyring, clock=sandbox.now, ttl=timedelta(days=7))
        checkout = self.shop.checkout
        self.shop.checkout = type(checkout)(attrs.evolve(checkout.ports, keyring=keyring, signer=self.links))
        self.shop.service = type(self.shop.service)(self.shop.checkout, self.shop.store)
        self.shop.operator = type(self.shop.operator)(self.shop.service.requests)
        self.web = Web(self.shop.service.requests)

    def address(self, key):
        return f"/orders/completed/{self.links.sign_link(self.shop.order(key).placed.number)}/"

    def asks(self, method, path, caller=None, query="", body=b"", checkout=None, **headers):
        told = {"cookie": f"csrftoken={COOKIE}", "accept": "text/html", **headers}
        request = Request(method, path, query, told, body, "", "shop.example", True, "203.0.113.7")  # noqa: FBT003  # its fields
        return self.shop.service.run(self.web.answering(request, caller or Caller(), checkout))

    def posts(self, path, caller=None):
        return self.asks(
            "POST", path, caller, body=b"{}", **{"content-type": "application/json", "accept": "application/json"}
        )

    def told(self, key):
        return json.loads(self.asks("GET", self.address(key), query="format=json").body)["order"]


@pytest.fixture
def site():
    return Site()


def test_a_guests_order_is_paid_from_its_signed_page(site):
    key = site.shop.orders()
    assert (site.told(key)["is_payable"], site.told(key)["status"]["value"]) == (True, "300")
    page = site.asks("GET", site.address(key))
    assert b'action="pay/"' in page.body
    answer = site.posts(f"{site.address(key)}pay/")
    assert (answer.status, json.loads(answer.body)) == (200, {"redirect_url": "/orders/checkout/"})
    assert answer.checkout == site.shop.payer(key).key
    site.shop.pays(key)
    assert (site.told(key)["is_payable"], site.told(key)["status"]["value"]) == (False, "400")
    assert b'action="pay/"' not in site.asks("GET", site.address(key)).body


def test_an_accounts_order_wants_that_account(site):
    account = next(iter(site.shop.sandbox.file.customers))
    key = site.shop.orders(account)
    path = f"{site.address(key)}pay/"
    assert site.posts(path).status == 404
    assert site.posts(path, Caller("mallory")).status == 404
    assert site.shop.payer(key) is None
    assert site.posts(path, site.shop.caller(account)).status == 200


def test_without_the_token_of_a_page_of_ours_nothing_begins(site):
    key = site.shop.orders()
    answer = site.asks(
        "POST", f"{site.address(key)}pay/", body=b"", **{"content-type": "application/x-www-form-urlencoded"}
    )
    assert (answer.status, site.shop.payer(key)) == (403, None)


def test_a_link_that_was_not_signed_here_and_a_look_pay_nothing(site):
    assert site.posts("/orders/completed/forged:1:x/pay/").status == 404
    assert site.asks("GET", f"{site.address(site.shop.orders())}pay/").status == 405


def test_a_storefront_knows_that_an_order_is_being_paid_again(site):
    key = site.shop.orders()
    answer = site.posts(f"{site.address(key)}pay/")
    looked = site.asks(
        "GET", "/orders/checkout/", query="format=json", checkout=answer.checkout, accept="application/json"
    )
    said = json.loads(looked.body)
    assert said["pre_order"]["is_post_order"] is True
    assert said["pre_order"]["number"] == site.shop.order(key).placed.number
    assert said["context_list"][-1]["page_name"] == "PaymentOptionSelectionPage"


def test_an_order_that_was_given_up_is_not_payable(site):
    key = site.shop.orders()
    site.shop.refuses(key)
    assert site.told(key)["is_payable"] is False


def test_a_person_who_pays_again_is_led_to_no_page_that_is_not_there(site):
    payer = site.shop.begins(site.shop.orders())
    html = site.asks("GET", "/orders/checkout/", checkout=payer).body.decode()
    assert "Way to pay" in html
    links = set(re.findall(r'href="\?page=(\w+)"', html))
    assert "OrderNotePage" not in links
    for page in links:
        assert (
            f"<h1>{page_title(page)}</h1>"
            in site.asks("GET", "/orders/checkout/", query=f"page={page}", checkout=payer).body.decode()
        )
