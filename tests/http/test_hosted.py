"""A provider's page and the way back from it over HTTP: where the buyer is sent, and what a return may bring how."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

import pytest
from attrs import evolve

from checkout_core.effects import Captured, HandedOut
from checkout_core.http import Request, Site
from checkout_core.order import evolve as changed
from checkout_core.shop import PaymentOption

from ..pages.hosted_kit import AGREED, COMPLETE, GARANTI, GPAY_COMPLETE, REDIRECT, SELECTED, SELECTION, Provider, signed
from .browsers import CHECKOUT, FORM, PERSON, Shop, as_form, header, told

ON_THE_WAY, TO_GARANTI = "/orders/redirection/", "/orders/gpay-redirect/"
REJECTED = {"non_field_errors": ["callback_rejected"]}
STRANGE = {"context_list": [], "pre_order": None, "error_codes": REJECTED}
PAGE_OF_THE_PROVIDER = "https://pay.example/page?id=1"


class HostedShop(Shop):
    """A shop whose buyers pay on a page of `provider`'s."""

    def __init__(self, payment_type="redirection", *, site=None, **settings):
        self.provider = Provider(GARANTI) if payment_type == "gpay" else Provider()
        super().__init__(site=site)
        options = (PaymentOption(51, "Pay page", "pay-page", payment_type, "pages"),)
        sandbox = self.sandbox
        sandbox.shop = changed(sandbox.shop, payment_options=(*sandbox.shop.payment_options, *options))
        sandbox.settings = evolve(sandbox.settings, gpay_bin_number="542119", **settings)
        super().__init__(ports={"gateways": {"bank": sandbox.bank, "pages": self.provider}}, site=site)
        self.sandbox.shop, self.sandbox.settings = sandbox.shop, sandbox.settings

    def sent_off(self, name="first", **more):
        """A buyer who is on that page; `handed` is what the provider answers with."""
        self.provider.will.extend(more.pop("handed", ()))
        buyer = self.browser(name, "mug", **more)
        buyer.reaches("PaymentOptionSelectionPage", story="transfer")
        buyer.posts("PaymentOptionSelectionPage", {"payment_option": 51})
        if self.provider.capabilities is GARANTI:
            buyer.posts(SELECTION, {})
            buyer.sent = buyer.posts(REDIRECT, {})
        else:
            buyer.sent = buyer.posts(SELECTED, AGREED)
        assert buyer.order.attempts[-1].state == "awaiting"
        return buyer


@pytest.fixture
def shop():
    return HostedShop()


@pytest.fixture
def buyer(shop):
    return shop.sent_off()


def handed(**fields):
    return [HandedOut({"session": "s-1", "url": PAGE_OF_THE_PROVIDER, **fields})]


def back(shop, which="success"):
    """Path and query of the address that the provider sends the browser to."""
    return urlsplit(getattr(shop.provider.told.details.back, which))


def comes_back(buyer, query="", body=b"", method=None, which="success", **more):
    """What a browser sends that the provider's page has sent there: no cookie of ours but the session's."""
    address = back(buyer.shop, which)
    headers = {"sec-fetch-site": "cross-site", "cookie": "", **({"content-type": FORM} if body else {}), **more}
    whole = "&".join(part for part in (address.query, query) if part)
    return buyer.asks(method or ("POST" if body else "GET"), address.path, whole, body, headers)


def placed(buyer):
    return buyer.order.placed is not None


# The way there


def test_a_storefront_is_told_our_path_which_sends_the_browser_on_and_works_from_the_session_alone(shop, buyer):
    (shown,) = told(buyer.sent)["context_list"]
    assert (shown["page_name"], shown["page_context"]) == (COMPLETE, {"redirect_url": ON_THE_WAY, "is_iframe": False})
    shop.provider.will.clear()
    for _ in range(2):
        response = buyer.asks("GET", ON_THE_WAY, "t=1700000000000")
        assert (response.status, header(response, "location"), response.body) == (302, "https://bank.example/", b"")
    assert len(shop.provider.calls) == 1


def test_a_person_is_sent_on_by_the_post_that_begins(shop):
    person = shop.sent_off(headers=PERSON)
    assert (person.sent.status, header(person.sent, "location")) == (303, f"{ON_THE_WAY}?by=form")
    assert person.gets(COMPLETE).status == 303
    assert person.gets().status == 200


def test_a_form_leads_to_a_page_that_goes_on_since_a_browser_follows_no_redirect_of_a_form_to_elsewhere(shop):
    address = 'https://bank.example/pay?a=1&quot="x'
    person = shop.sent_off(handed=handed(url=address), headers=PERSON)
    response = person.asks("GET", ON_THE_WAY, "by=form", headers=PERSON)
    written = address.replace("&", "&amp;").replace('"', "&#34;")
    assert (response.status, header(response, "location")) == (200, None)
    assert f'content="0; url={written}"' in response.body.decode()
    assert f'href="{written}"' in response.body.decode()
    assert "form-action 'self'" in header(response, "content-security-policy")


def test_after_the_way_there_the_storefront_is_told_that_the_buyer_was_redirected(buyer):
    shown = told(buyer.gets())
    assert shown["pre_order"]["is_redirected"] is True
    assert shown["context_list"][-1] == {
        "page_name": SELECTED, "page_slug": "redirectionpaymentselectedpage", "page_context": {},
    }  # fmt: skip
    again = told(buyer.posts("PaymentOptionSelectionPage", {"payment_option": 51}))
    assert (again["pre_order"]["is_redirected"], again["errors"]) == (False, None)
    assert told(buyer.gets())["pre_order"]["is_redirected"] is False


@pytest.mark.parametrize("path", [ON_THE_WAY, TO_GARANTI])
def test_who_has_begun_no_payment_is_sent_back_to_the_checkout(shop, path):
    visitor = shop.browser("visitor", "mug")
    visitor.gets()
    response = visitor.asks("GET", path)
    assert (response.status, header(response, "location")) == (303, CHECKOUT)
    assert shop.browser("nobody").asks("GET", path).status == 303
    assert visitor.asks("POST", path).status == 405


def test_a_person_sends_the_page_that_begins_garanti_pay_with_a_button_though_there_is_nothing_to_fill_in():
    person = HostedShop("gpay").browser("person", "mug", headers=PERSON)
    person.reaches("PaymentOptionSelectionPage", story="transfer")
    person.posts("PaymentOptionSelectionPage", {"payment_option": 51})
    person.posts(SELECTION, {})
    html = person.gets().body.decode()
    assert f'<form method="post" action="?page={REDIRECT}"' in html
    assert "Place the order: 65.00" in html


def test_garantis_form_posts_itself_with_every_field_escaped_and_none_of_ours():
    shop = HostedShop("gpay", site=Site(origins={"https://pay.example"}))
    hostile = '"><script>alert(1)</script>'
    form = {"orderid": "1", "hash": hostile, hostile: "x"}
    buyer = shop.sent_off(handed=handed(form=json.dumps(form)))
    (shown,) = told(buyer.sent)["context_list"]
    assert (shown["page_name"], shown["page_context"]) == (GPAY_COMPLETE, {"redirect_url": TO_GARANTI})
    response = buyer.asks("GET", TO_GARANTI, headers=PERSON)
    assert response.status == 200
    assert b"<script>alert" not in response.body
    assert response.body.count(b'type="hidden"') == len(form)
    assert b'action="https://pay.example/page?id=1"' in response.body
    policy = header(response, "content-security-policy")
    assert "form-action https://pay.example https:" in policy
    assert "unsafe-inline" not in policy


MADE_BY_THE_PROVIDER = '<html><body onload="f()"><form method=post action="https://pay.example/x"></form>\ud800'


@pytest.mark.parametrize(("origins", "theirs"), [((), "https:"), (("https://b.example", "https://a.example"), "")])
def test_a_page_that_the_provider_made_is_shown_as_it_is_and_is_of_no_origin(origins, theirs):
    """CB-25: no script in it sees a cookie or a page of ours."""
    shop = HostedShop(site=Site(origins=origins))
    buyer = shop.sent_off(handed=handed(html=MADE_BY_THE_PROVIDER))
    assert buyer.order.attempts[-1].handed["html"] == MADE_BY_THE_PROVIDER  # in the store before anybody sees it
    response = buyer.asks("GET", ON_THE_WAY, headers=PERSON)
    assert response.body == MADE_BY_THE_PROVIDER.encode("utf-8", "replace")
    policy = header(response, "content-security-policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["sandbox"] == "allow-forms allow-scripts"
    assert rules["default-src"] == rules["base-uri"] == "'none'"
    assert rules["script-src"] == f"'unsafe-inline' {theirs or 'https://a.example https://b.example'}"
    assert rules["frame-ancestors"] == "'self'"
    assert header(response, "x-content-type-options") == "nosniff"


def test_a_provider_may_let_its_page_be_shown_within_another(shop):
    buyer = shop.sent_off(handed=handed(iframe="true"))
    assert told(buyer.sent)["context_list"][0]["page_context"]["is_iframe"] is True


# Where the provider is told to send the browser


@pytest.mark.parametrize(
    ("site", "origin"),
    [(Site(), "https://shop.example"), (Site(public="https://front.example"), "https://front.example")],
)
def test_the_way_back_is_the_sites_public_origin_or_the_one_that_was_asked(site, origin):
    shop = HostedShop(site=site)
    shop.sent_off()
    for address in (shop.provider.told.details.back.success, shop.provider.told.details.back.failure):
        assert address.startswith(f"{origin}{CHECKOUT}?page={COMPLETE}&return_token=")


def test_the_provider_hears_what_the_browser_says_of_itself(shop):
    request = Request("GET", "/", headers={"accept": "text/html", "user-agent": "x" * 3000}, ip="192.0.2.7", root="tr")
    caller = evolve(request, host="shop.example", secure=False).caller
    assert (caller.origin, caller.ip, caller.accept) == ("http://shop.example/tr", "192.0.2.7", "text/html")
    assert caller.user_agent == "x" * 2048
    for odd in ("", "a\x00b", "\udc80"):
        assert evolve(request, headers={"user-agent": odd}).caller.user_agent is None
    buyer = shop.sent_off(headers={**PERSON, "user-agent": "Mozilla/5.0"})
    assert shop.provider.told.details.browser.user_agent == "Mozilla/5.0"
    assert buyer.order.placed is None


# The way back


@pytest.mark.parametrize("which", ["success", "failure"])
@pytest.mark.parametrize(("query", "body"), [("a=1", b""), ("", b"a=1"), ("a=1", b"b=2"), ("", b"")])
def test_a_return_in_query_body_or_both_finishes_the_payment(shop, buyer, which, query, body):
    shop.provider.pays()
    response = comes_back(buyer, query, body, which=which)
    assert placed(buyer)
    assert told(response)["errors"] is None
    assert [shown["page_name"] for shown in told(response)["context_list"]] == ["ThankYouPage"]
    assert comes_back(buyer, query, body, which=which).status == 200
    assert len(shop.sandbox.told) == 1


def test_a_person_who_comes_back_without_a_form_is_led_to_the_order(shop):
    person = shop.sent_off(headers=PERSON)
    shop.provider.pays()
    response = comes_back(person, "status=paid")
    assert response.status == 303
    assert header(response, "location").startswith("/orders/completed/")


def test_a_person_who_has_not_paid_sees_why_they_are_back(shop):
    person = shop.sent_off(headers=PERSON)
    response = comes_back(person, which="failure")
    assert (response.status, placed(person)) == (200, False)
    assert b"Please wait, and do not pay again." in response.body


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS"])
def test_no_other_method_is_a_return(shop, buyer, method):
    shop.provider.pays()
    response = comes_back(buyer, method=method)
    assert response.status == (200 if method == "HEAD" else 405)
    assert shop.provider.asked == []
    assert not placed(buyer)


def test_an_address_that_only_names_the_page_is_looked_at(shop, buyer):
    shop.provider.pays()
    assert told(buyer.gets(COMPLETE))["errors"] in (None, [])
    assert shop.provider.asked == []


POLLUTED = [
    ("status=a&status=b", b""), ("status=a", b"status=b"), ("status=a", b"status=a"), ("return_token=x", b""),
    ("", b"return_token=x"), ("status=%00", b""), ("status=%ff", b""), ("&".join(f"f{n}=1" for n in range(101)), b""),
]  # fmt: skip


@pytest.mark.parametrize(("query", "body"), POLLUTED)
def test_a_parameter_that_is_there_twice_or_is_no_text_makes_it_no_return(shop, buyer, query, body):
    """CB-11: nobody chooses between two carriers."""
    shop.provider.pays()
    before = shop.store.get(buyer.key)
    assert told(comes_back(buyer, query, body))["error_codes"] == REJECTED
    assert (shop.store.get(buyer.key), shop.provider.asked) == (before, [])
    assert comes_back(buyer, "status=a").status == 200
    assert placed(buyer)


def test_a_field_of_the_providers_called_token_or_success_is_not_ours(shop, buyer):
    shop.provider.pays()
    comes_back(buyer, body=b"token=of-the-provider&success=true&session=s-1")
    assert placed(buyer)


def test_signed_fields_may_come_in_query_and_body(shop):
    shop = HostedShop("gpay")
    buyer = shop.sent_off()
    fields = signed(buyer.order.attempts[-1].number)
    query = urlencode({"orderid": fields.pop("orderid")})
    assert told(comes_back(buyer, query, as_form({**fields, "success": "false"})))["error_codes"] == REJECTED
    assert shop.provider.asked == []
    shop.provider.pays()
    assert told(comes_back(buyer, query, as_form(fields)))["errors"] is None
    assert placed(buyer)


# In another browser


@pytest.fixture
def isolated():
    shop = HostedShop(orders_use_isolated_pre_order_on_return=True)
    return shop, shop.sent_off()


def elsewhere(shop, stranger, query="", body=b"", change=None):
    address = back(shop).query if change is None else change(back(shop).query)
    headers = {"sec-fetch-site": "cross-site", "cookie": "", **({"content-type": FORM} if body else {})}
    return stranger.asks("POST" if body else "GET", CHECKOUT, f"{address}&{query}" if query else address, body, headers)


@pytest.mark.parametrize("body", [b"", b"status=paid"])
def test_a_return_without_a_session_places_the_order_and_tells_nothing_of_it(isolated, body):
    """CB-15."""
    shop, buyer = isolated
    shop.provider.pays()
    stranger = shop.browser("stranger")
    response = elsewhere(shop, stranger, body=body)
    assert placed(buyer)
    assert (response.checkout, stranger.key) == (None, None)
    assert told(response)["pre_order"] is None
    (shown,) = told(response)["context_list"]
    assert list(shown["page_context"]) == ["redirect_url"]
    for secret in ("ada@example.org", "Lovelace", "mug", buyer.key):
        assert secret.encode() not in response.body
    assert elsewhere(shop, stranger, body=body).body == response.body
    assert shop.provider.net == len(shop.sandbox.told) == 1


def test_a_return_in_the_session_of_another_checkout_leaves_that_one_alone(isolated):
    shop, buyer = isolated
    other = shop.browser("other", "poster")
    other.reaches("PaymentOptionSelectionPage", story="transfer")
    key, before = other.key, shop.store.get(other.key)
    shop.provider.pays()
    elsewhere(shop, other, "status=paid")
    assert placed(buyer)
    assert (other.key, shop.store.get(key)) == (key, before)


def test_a_number_without_the_token_is_answered_as_one_that_nobody_knows(isolated):
    shop, buyer = isolated
    shop.provider.pays()
    before, number = shop.store.get(buyer.key), buyer.order.attempts[-1].number
    stranger = shop.browser("stranger")

    def without_token(query):
        return "&".join(part for part in query.split("&") if not part.startswith("return_token="))

    def of_nobody(query):
        return query.replace(number, "0" * 16)

    answers = [
        elsewhere(shop, stranger, change=change, body=body)
        for body in (b"", b"return_token=" + b"A" * 32, b"success=true")
        for change in (without_token, of_nobody, lambda query: of_nobody(without_token(query)))
    ]
    assert len({answer.body for answer in answers}) == 1
    assert {name: told(answers[0])[name] for name in STRANGE} == STRANGE
    assert (shop.store.get(buyer.key), shop.provider.asked) == (before, [])


def test_without_the_number_a_stranger_brings_nothing_that_finds_an_order(shop, buyer):
    shop.provider.pays()
    response = elsewhere(shop, shop.browser("stranger", "poster"), "status=paid")
    assert not placed(buyer)
    assert shop.provider.asked == []
    assert told(response)["pre_order"]["basket"]["basketitem_set"][0]["product"]["sku"] == "poster"


def test_where_there_is_no_token_the_session_that_was_handed_out_is_the_key():
    shop = HostedShop(orders_use_isolated_pre_order_on_return=True, use_one_time_token=False)
    buyer = shop.sent_off()
    shop.provider.pays()
    stranger = shop.browser("stranger")
    for session in ("s-0", ""):
        assert told(elsewhere(shop, stranger, f"session={session}"))["error_codes"] == REJECTED
    assert not placed(buyer)
    elsewhere(shop, stranger, f"session={buyer.order.attempts[-1].handed['session']}")
    assert placed(buyer)


def test_the_ledger_is_what_places_it_in_any_browser(isolated):
    shop, buyer = isolated
    shop.provider.ledger[shop.provider.told.number] = [Captured("r9", shop.provider.told.amount, 7)]
    response = elsewhere(shop, shop.browser("stranger"), "installment_count=1&success=true")
    assert not placed(buyer)
    assert told(response)["error_codes"] == {"non_field_errors": ["payment_reversed"]}
