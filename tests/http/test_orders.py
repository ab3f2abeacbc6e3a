"""Beside the checkout's own address: the order's page, the way to the bank, contracts, messages, tokens."""

from __future__ import annotations

import re

import pytest

from checkout_core.http import Site
from checkout_core.ports import MISSING
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, THREE_D

from .browser import Page
from .browsers import BANK, PERSON, Shop, header, told

PAYS = "CreditCardConfirmationPage"
TO_THE_BANK = "/orders/redirect-three-d/"


@pytest.fixture
def shop():
    return Shop(site=Site(name="Example Shop", origins={BANK}))


def bought(shop, story="card", **more):
    browser = shop.browser("first", "mug", "t-shirt", **more)
    browser.reaches(None, story=story)
    return browser


def context_of(browser):
    return told(browser.gets())["context_list"][-1]["page_context"]


# The order


def test_the_thank_you_page_has_the_address_of_the_order_and_a_number_for_it(shop):
    context = context_of(bought(shop))
    assert re.fullmatch(r"/orders/completed/[\w-]+:[0-9A-Za-z]+:[\w-]+/", context["redirect_url"])
    assert (type(context["order_id"]), context["new_user"], context["token"]) == (int, False, None)
    assert context["campaigns"] == []


def test_the_address_shows_the_order_to_whoever_has_it(shop):
    buyer = bought(shop)
    path = context_of(buyer)["redirect_url"]
    stranger = shop.browser("stranger")
    order = told(stranger.asks("GET", path, "format=json"))
    assert (order["campaigns"], order["order"]["number"]) == ([], buyer.order.placed.number)
    assert order["order"]["id"] == context_of(buyer)["order_id"]
    assert buyer.order.placed.number.encode() in shop.browser("person", headers=PERSON).asks("GET", path).body


def test_what_a_storefront_adds_against_caches_does_no_harm(shop):
    path = context_of(bought(shop))["redirect_url"]
    assert shop.browser("stranger").asks("GET", path, "format=json&t=1764129600000").status == 200


def test_without_a_signer_the_order_has_no_address():
    context = context_of(bought(Shop(ports={"signer": MISSING})))
    assert context["redirect_url"] is None


def test_an_order_by_transfer_shows_where_to_transfer_what(shop):
    buyer = bought(shop, "transfer", headers=PERSON)
    page = buyer.asks("GET", header(buyer.gets(), "location")).body
    assert buyer.order.payment.bank_account.iban.encode() in page
    assert buyer.order.placed.number.encode() in page


# The way to the bank


@pytest.fixture
def at_the_bank(shop):
    browser = shop.browser("first", "mug")
    browser.posts(PAYS, browser.reaches(PAYS, card=THREE_D))
    return browser


def test_the_form_has_all_that_the_bank_gave_and_the_way_back(at_the_bank):
    attempt = at_the_bank.order.attempts[-1]
    response = at_the_bank.asks("GET", TO_THE_BANK)
    page = Page(response.body)
    form = page.one("form")
    assert (form.attrs["method"], form.attrs["action"]) == ("post", attempt.handed["url"])
    fields = {each.attrs["name"]: each.attrs["value"] for each in page.all("input")}
    assert fields == {
        "md": attempt.handed["md"],
        "TermUrl": f"https://shop.example/orders/checkout/?page=CreditCardThreeDSecurePage&n={attempt.number}",
    }
    assert f"form-action {BANK}" in header(response, "content-security-policy")


def test_looking_at_it_again_sends_nothing_and_changes_nothing(shop, at_the_bank):
    sends, stored = shop.sandbox.bank.sends, shop.store.get(at_the_bank.key)
    first, second = (at_the_bank.asks("GET", TO_THE_BANK) for _ in range(2))
    assert first.body == second.body
    assert (shop.sandbox.bank.sends, shop.store.get(at_the_bank.key)) == (sends, stored)


def test_where_nobody_waits_for_the_bank_a_script_finds_no_form_and_a_person_the_checkout(shop):
    script = bought(shop)
    response = script.asks("GET", TO_THE_BANK)
    assert (response.status, b"<form" in response.body, b'rel="canonical"' in response.body) == (200, False, True)
    person = shop.browser("person", "mug", headers=PERSON)
    assert header(person.asks("GET", TO_THE_BANK), "location") == "/orders/checkout/"


def test_a_browser_without_a_checkout_is_led_to_no_bank(shop, at_the_bank):
    assert b"<form" not in shop.browser("stranger").asks("GET", TO_THE_BANK).body


def test_without_a_hosted_page_the_bridge_leads_back(at_the_bank):
    assert header(at_the_bank.asks("GET", "/orders/redirection/"), "location") == "/orders/checkout/"


# Contracts


@pytest.mark.parametrize(("name", "says"), [("info", b"35.10 TRY"), ("sales", b"Distance sales contract")])
def test_a_contract_is_shown_with_the_order_in_it(shop, name, says):
    browser = shop.browser("first", "mug")
    browser.reaches("PaymentOptionSelectionPage")
    response = browser.asks("GET", "/orders/contract/", f"contract_name={name}")
    assert (response.status, says in response.body) == (200, True)
    assert header(response, "content-type") == "text/html; charset=utf-8"


@pytest.mark.parametrize("query", ["", "contract_name=", "contract_name=x", "contract_name=info&contract_name=sales"])
def test_a_contract_that_is_not_there_is_404(shop, query):
    browser = shop.browser("first", "mug")
    assert browser.asks("GET", "/orders/contract/", query).status == 404


# Messages


def test_a_genuine_message_is_stored_and_answered_200(shop):
    browser = bought(shop)
    (message,) = shop.sandbox.bank.messages(browser.order.placed.number)
    response = shop.browser("bank").asks("POST", "/orders/hooks/bank/", "", message.body, dict(message.headers))
    assert (response.status, told(response)) == (200, {"status": "received"})
    assert len(shop.record(browser.key).inbox) == 1


def test_a_message_about_an_order_that_nobody_knows_is_answered_alike(shop):
    browser = bought(shop)
    (message,) = shop.sandbox.bank.messages(browser.order.placed.number)
    other = Shop()
    known, unknown = (
        each.browser("bank").asks("POST", "/orders/hooks/bank/", "", message.body, dict(message.headers))
        for each in (shop, other)
    )
    assert (known.status, known.headers, known.body) == (unknown.status, unknown.headers, unknown.body)
    assert (len(shop.store.parked(9)), len(other.store.parked(9))) == (0, 1)


def test_a_message_that_is_not_the_banks_is_400_and_stored_nowhere(shop):
    browser = bought(shop)
    before = shop.store.get(browser.key)
    response = shop.browser("eve").asks("POST", "/orders/hooks/bank/", "", b"{}", {"content-type": "application/json"})
    assert (response.status, told(response)["code"]) == (400, "callback_rejected")
    assert shop.store.get(browser.key) == before
    assert shop.browser("eve").asks("POST", "/orders/hooks/nobody/").body == response.body


# The rest


def test_a_token_is_given_to_who_has_none_and_kept_by_who_has_one(shop):
    browser = shop.browser("first")
    fresh = browser.asks("GET", "/csrf_token/", headers={"cookie": ""})
    assert told(fresh)["csrf_token"] in header(fresh, "set-cookie")
    known = browser.asks("GET", "/csrf_token/")
    assert (told(known)["csrf_token"], header(known, "set-cookie")) == ("a-token-of-this-browser", None)


@pytest.mark.parametrize("path", ["/", "/orders/", "/orders/checkout", "/orders/completed/", "/orders/hooks//", "/x/"])
def test_an_address_that_is_none_is_404(shop, path):
    response = shop.browser("first", "mug").asks("GET", path)
    assert (response.status, told(response)["code"]) == (404, "not_found")
    assert header(response, "content-type") == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/orders/checkout/", "GET, HEAD, POST"), ("POST", "/orders/contract/", "GET, HEAD"),
     ("DELETE", "/csrf_token/", "GET, HEAD")],
)  # fmt: skip
def test_a_method_that_is_not_served_is_405_with_those_that_are(shop, method, path, allowed):
    response = shop.browser("first", "mug").asks(method, path)
    assert (response.status, header(response, "allow")) == (405, allowed)


def test_a_declined_card_leaves_no_way_to_the_bank(shop):
    browser = shop.browser("first", "mug")
    browser.posts(PAYS, browser.reaches(PAYS, card=INSUFFICIENT_FUNDS))
    assert b"<form" not in browser.asks("GET", TO_THE_BANK).body
    assert browser.reaches(PAYS, card=APPROVED) is not None
