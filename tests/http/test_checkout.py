"""/orders/checkout/: what a storefront's script is told, what a person's browser is shown, and what neither changes."""

from __future__ import annotations

import base64
import json

import pytest
from attrs import evolve as changed

from checkout_core import Basket, Money, evolve
from checkout_core.rules.calculators import Free
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, THREE_D
from checkout_core.settings import Settings
from checkout_core.shop import ShippingOption
from checkout_core.stores import MemoryStore, Saved, StoreUnavailable

from .browser import Page
from .browsers import CHECKOUT, FORM, PERSON, SCRIPT, TOKEN, Shop, header, of_form, told

EMAIL = {"user_email": "ada@example.org"}
PAYS = "CreditCardConfirmationPage"


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def script(shop):
    return shop.browser("first", "mug", "t-shirt")


@pytest.fixture
def person(shop):
    return shop.browser("second", "mug", headers=PERSON)


def pages(response):
    return [each["page_name"] for each in told(response)["context_list"]]


def stored(shop, browser):
    return shop.store.get(browser.key)


# A storefront's script


def test_the_first_get_begins_a_checkout_and_the_session_is_told_its_key(script):
    response = script.gets()
    assert (response.status, pages(response), told(response)["errors"]) == (200, ["IndexPage"], None)
    assert script.key is not None
    assert told(response)["template_name"] == "orders/index.html"


def test_every_answer_is_json_in_ascii_that_nobody_keeps(script):
    script.reaches("ShippingOptionSelectionPage")
    response = script.gets()
    assert "İstanbul" in json.dumps(told(response), ensure_ascii=False)
    assert response.body.isascii()
    assert (header(response, "content-type"), header(response, "cache-control")) == ("application/json", "no-store")
    assert header(response, "x-content-type-options") == "nosniff"


def test_a_get_lists_the_chain_and_a_post_what_comes_after_it(script):
    script.gets()
    assert pages(script.posts("IndexPage", EMAIL)) == ["DeliveryOptionSelectionPage", "AddressSelectionPage"]
    assert pages(script.gets()) == ["IndexPage", "DeliveryOptionSelectionPage", "AddressSelectionPage"]
    answer = script.posts("AddressSelectionPage", {"shipping_address": 11, "billing_address": 12})
    assert pages(answer) == ["ShippingOptionSelectionPage"]


def test_a_refused_post_is_200_with_texts_and_codes_and_the_record_as_it_was(shop, script):
    script.gets()
    before = stored(shop, script)
    response = script.posts("IndexPage", {"user_email": "ada"})
    assert response.status == 200
    assert told(response)["errors"] == {"user_email": ["Please enter a valid e-mail address."]}
    assert told(response)["error_codes"] == {"user_email": ["invalid"]}
    assert pages(response) == ["IndexPage"]
    assert stored(shop, script) == before


@pytest.mark.parametrize("headers", [{"x-csrftoken": ""}, {"x-csrftoken": "another-token-of-this-kind"},
                                     {"cookie": ""}, {"sec-fetch-site": "cross-site"},
                                     {"sec-fetch-site": "same-site"}])  # fmt: skip
def test_a_form_that_no_page_of_ours_sent_changes_nothing(shop, script, headers):
    script.gets()
    before = stored(shop, script)
    response = script.posts("IndexPage", EMAIL, **headers)
    assert (response.status, told(response)["error_codes"]) == (200, {"non_field_errors": ["csrf_failed"]})
    assert stored(shop, script) == before


def test_a_token_in_the_form_is_as_good_as_one_in_a_header(script):
    script.gets()
    response = script.posts("IndexPage", EMAIL | {"csrf_token": TOKEN}, **{"x-csrftoken": ""})
    assert told(response)["errors"] is None


def test_json_needs_no_token(script):
    script.gets()
    body = json.dumps(EMAIL).encode()
    headers = {"content-type": "application/json", "cookie": ""}
    assert told(script.asks("POST", CHECKOUT, "page=IndexPage", body, headers))["errors"] is None


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("application/json", b"{", "body_unreadable"), ("application/json", b"[]", "body_unreadable"),
        ("application/json; charset=utf-16", "{}".encode("utf-16"), "body_unreadable"),
        ("multipart/form-data; boundary=x", b"--x--", "body_unreadable"),
        (FORM, b"a=" + b"1" * 70_000, "body_too_large"), (FORM, b"&".join([b"a=1"] * 300), "body_unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_as_a_whole(shop, script, kind, body, code):
    script.gets()
    before = stored(shop, script)
    response = script.asks("POST", CHECKOUT, "page=IndexPage", body, of_form(**{"content-type": kind}))
    assert (response.status, told(response)["error_codes"]) == (200, {"non_field_errors": [code]})
    assert stored(shop, script) == before


def test_a_name_that_is_there_twice_is_refused_by_its_field(script):
    script.gets()
    body = b"user_email=ada@example.org&user_email=eve@example.org"
    response = script.asks("POST", CHECKOUT, "page=IndexPage", body, of_form())
    assert told(response)["error_codes"] == {"user_email": ["invalid"]}


def test_a_page_that_a_proxy_repeats_is_that_page_and_two_pages_are_none(script):
    script.gets()
    alike = script.asks("POST", CHECKOUT, "page=IndexPage&page=IndexPage", b"user_email=a@example.org", of_form())
    assert told(alike)["errors"] is None
    other = script.asks("POST", CHECKOUT, "page=IndexPage&page=BinNumberPage", b"", of_form())
    assert told(other)["error_codes"] == {"page": ["unknown"]}


def test_an_unknown_page_is_said_to_be_unknown_and_the_buyer_stays(script):
    script.gets()
    assert told(script.gets("NoPage"))["error_codes"] == {"page": ["unknown"]}
    assert told(script.posts("", {}))["error_codes"] == {"page": ["unknown"]}


@pytest.mark.parametrize("skus", [(), None])
def test_with_nothing_to_buy_a_script_is_told_where_the_basket_is(shop, skus):
    empty = shop.browser("third", *(skus or ()))
    if skus is None:
        empty.caller = lambda request: request.caller
    for response in (empty.gets(), empty.posts("IndexPage", EMAIL)):
        assert (response.status, told(response)["redirect_url"]) == (200, "/baskets/basket/")


def test_a_basket_that_is_emptied_meanwhile_sends_the_script_to_it_and_pays_nothing(shop, script):
    body = script.reaches(PAYS)
    shop.sandbox.basket(key="first")
    response = script.posts(PAYS, body)
    assert (response.status, told(response)["redirect_url"]) == (200, "/baskets/basket/")
    assert told(response)["errors"] is not None
    assert shop.sandbox.bank.sends == 0


def test_a_basket_that_changed_meanwhile_is_priced_anew_and_not_paid(shop, script):
    body = script.reaches(PAYS)
    script.gets()
    shop.sandbox.basket("mug", "mug", "t-shirt", key="first")
    response = script.posts(PAYS, body)
    assert told(response)["error_codes"] == {"non_field_errors": ["price_changed"]}
    assert (script.order.placed, shop.sandbox.bank.sends) == (None, 0)


def test_a_basket_that_changed_its_currency_is_priced_in_it_and_nothing_of_the_old_one_is_paid(shop, script):
    free = (ShippingOption(21, "Standard", "standard", Free()),)  # for baskets of any currency
    shop.sandbox.shop = evolve(shop.sandbox.shop, version="2", shipping_options=free)
    body = script.reaches(PAYS)
    script.gets()
    lira = shop.sandbox.baskets["first"]
    lines = tuple(evolve(line, unit_price=Money.of(line.unit_price.minor, "USD")) for line in lira.lines)
    shop.sandbox.baskets["first"] = Basket.of("first", "in dollars", lines, "USD")
    refused = told(script.posts(PAYS, body))
    assert refused["errors"] is not None
    assert refused["pre_order"]["currency_type_label"] == "USD"
    assert refused["pre_order"]["basket"]["basketitem_set"][0]["currency_type"] == "usd"
    assert (script.order.placed, shop.sandbox.bank.sends) == (None, 0)


def test_the_email_address_of_a_member_gets_the_same_answer_as_any_other(shop):
    guests = [shop.browser(name, "mug") for name in ("grace", "grete")]
    for guest in guests:
        guest.gets()
    bodies = [guest.posts("IndexPage", {"user_email": f"{guest.name}@example.org"}).body for guest in guests]
    assert bodies[0] == bodies[1].replace(b"grete@", b"grace@")


def test_a_double_click_is_one_order_and_two_equal_answers(shop, script):
    body = script.reaches(PAYS, card=APPROVED)
    first, second = script.posts(PAYS, body), script.posts(PAYS, body)
    assert (pages(first), first.body) == (["ThankYouPage"], second.body)
    assert shop.sandbox.bank.captures == 1


def test_a_decline_is_an_error_now_and_a_notice_afterwards(script):
    script.posts(PAYS, script.reaches(PAYS, card=INSUFFICIENT_FUNDS))
    shown = told(script.gets())["context_list"][-1]
    assert shown["page_context"]["notice_code"] == "insufficient_funds"


def test_three_d_secure_leads_by_one_address_and_a_reload_does_not_lead_there_again(script):
    answer = script.posts(PAYS, script.reaches(PAYS, card=THREE_D))
    addresses = [each["page_context"].get("redirect_url") for each in told(answer)["context_list"]]
    assert addresses == ["/orders/redirect-three-d/"]
    assert not any("redirect_url" in each["page_context"] for each in told(script.gets())["context_list"])


@pytest.mark.parametrize(
    ("page", "body"),
    [("BinNumberPage", {"bin_number": APPROVED[:6]}), ("InstallmentSelectionPage", {"installment": 1}),
     ("ShippingOptionSelectionPage", {"shipping_option": 22})],
)  # fmt: skip
def test_another_answer_while_the_bank_waits_leads_to_no_bank(script, page, body):
    script.posts(PAYS, script.reaches(PAYS, card=THREE_D))
    answer = script.posts(page, body)
    assert told(answer)["errors"] is None
    assert not any("redirect_url" in each["page_context"] for each in told(answer)["context_list"])


def test_the_language_is_the_first_that_is_accepted_and_undefined_is_none(script):
    script.gets()
    refused = [
        told(script.posts("IndexPage", {}, **{"accept-language": language}))["errors"]["user_email"]
        for language in ("undefined", "en-us", "", "../../etc", "x" * 5000)
    ]
    assert refused == [["This field is required."]] * 5


class Contested(MemoryStore):
    """Somebody else is always faster, but for who begins."""

    def save(self, key, expected, /, *stored):
        return super().save(key, expected, *stored) if expected == 0 else Saved.LOST


def test_a_step_that_others_were_faster_at_again_and_again_is_said_to_be():
    script = Shop(store=Contested()).browser("first", "mug")
    script.gets()
    response = script.posts("IndexPage", EMAIL)
    assert (response.status, told(response)["error_codes"]) == (200, {"non_field_errors": ["step_conflict"]})


class Away(MemoryStore):
    def get(self, key, known_basket=None, /):
        raise StoreUnavailable("away")


def test_a_store_that_is_away_is_503_and_says_when_to_come_again():
    browser = Shop(store=Away()).browser("first", "mug")
    browser.key = "some-key"
    response = browser.gets()
    assert (response.status, header(response, "retry-after")) == (503, "5")
    assert told(response)["code"] == "not_available_now"


# A person's browser


def test_a_person_gets_a_page_and_a_token_in_it_and_in_a_cookie(person):
    response = person.asks("GET", CHECKOUT, headers={"cookie": ""})
    assert header(response, "content-type") == "text/html; charset=utf-8"
    cookie = header(response, "set-cookie")
    token = cookie.partition("=")[2].partition(";")[0]
    assert f'value="{token}"'.encode() in response.body
    assert cookie.endswith("Path=/; SameSite=Lax; Secure")


def test_a_form_that_was_taken_leads_on_and_one_that_was_not_is_shown_again(person):
    person.gets()
    refused = person.posts("IndexPage", {"user_email": "ada", "csrf_token": TOKEN})
    assert refused.status == 200
    assert b"Please enter a valid e-mail address." in refused.body
    taken = person.posts("IndexPage", EMAIL | {"csrf_token": TOKEN})
    assert (taken.status, header(taken, "location")) == (303, "/orders/checkout/")


def test_below_a_mount_everybody_stays_below_it(person):
    person.gets()
    taken = person.asks("POST", CHECKOUT, "page=IndexPage", b"user_email=ada@example.org", of_form(), root="/tr")
    assert header(taken, "location") == "/tr/orders/checkout/"


def test_paying_leads_a_person_to_the_order_and_to_the_bank(shop, person):
    answer = person.posts(PAYS, person.reaches(PAYS, card=APPROVED))
    assert header(answer, "location").startswith("/orders/completed/")
    assert header(person.gets(), "location") == header(answer, "location")
    other = shop.browser("other", "mug", headers=PERSON)
    answer = other.posts(PAYS, other.reaches(PAYS, card=THREE_D))
    assert header(answer, "location") == "/orders/redirect-three-d/"


def test_a_note_leads_back_to_the_checkout(person):
    person.gets()
    person.posts("IndexPage", EMAIL)
    taken = person.posts("OrderNotePage", {"notes": "Ring twice"})
    assert (taken.status, header(taken, "location")) == (303, "/orders/checkout/")
    assert person.order.extras.notes == "Ring twice"


def test_a_person_with_nothing_to_buy_is_led_to_the_basket(shop):
    response = shop.browser("empty", headers=PERSON).gets()
    assert (response.status, header(response, "location")) == (302, "/baskets/basket/")


def test_where_guests_may_not_buy_they_are_led_to_the_login(shop):
    shop.sandbox.settings = changed(Settings(), can_guest_purchase=False)
    response = shop.browser("guest", "mug", headers=PERSON).gets()
    assert (response.status, header(response, "location")) == (303, "/users/login/")


@pytest.mark.parametrize(
    ("accept", "scripted", "html"),
    [("text/html", False, True), ("text/html", True, False), ("*/*", False, False), ("", False, False),
     ("application/json, text/html", False, False), ("application/json", True, False)],
)  # fmt: skip
def test_html_is_for_who_asks_for_it_and_is_no_script(shop, accept, scripted, html):
    headers = {"accept": accept} | ({"x-requested-with": SCRIPT["x-requested-with"]} if scripted else {})
    response = shop.browser("any", "mug", headers=headers).gets()
    assert header(response, "content-type").startswith("text/html") is html


def hidden(response, name):
    """The value of the hidden field of that name in the page."""
    return Page(response.body).one("input", name=name).attrs["value"]


def test_an_old_tab_pays_no_total_that_only_another_tab_was_shown(shop, person):
    body = person.reaches(PAYS)
    old = hidden(person.gets(), "step_token")
    shop.sandbox.basket("mug", "mug", key="second")
    new = hidden(person.gets(), "step_token")
    refused = person.posts(PAYS, body | {"step_token": old})
    assert (refused.status, b"The price of your order has changed" in refused.body) == (200, True)
    assert (person.order.placed, shop.sandbox.bank.sends) == (None, 0)
    taken = person.posts(PAYS, body | {"step_token": new})
    assert (taken.status, shop.sandbox.bank.captures) == (303, 1)


def test_a_form_that_is_posted_again_with_its_token_leads_to_the_same_order(shop, person):
    body = person.reaches(PAYS)
    token = hidden(person.gets(), "step_token")
    first, second = (person.posts(PAYS, body | {"step_token": token}) for _ in range(2))
    assert header(first, "location") == header(second, "location")
    assert shop.sandbox.bank.captures == 1


def test_a_token_that_was_not_made_here_pays_nothing_and_the_page_has_another(shop, person):
    refused = person.posts(PAYS, person.reaches(PAYS) | {"step_token": "forged"})
    assert (refused.status, shop.sandbox.bank.sends) == (200, 0)
    assert hidden(refused, "step_token") != "forged"


def test_the_token_tells_nobody_the_key_of_the_checkout(person):
    person.reaches(PAYS)
    token = hidden(person.gets(), "step_token")
    assert person.key.encode() not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert person.key.encode() not in person.gets().body


def test_only_a_page_that_pays_has_a_token(person):
    person.gets()
    assert b"step_token" not in person.gets().body


def test_what_was_ticked_on_one_page_is_ticked_on_no_other(person):
    person.reaches(PAYS)
    elsewhere = person.posts("FundsTransferPage", {"agreement": "1"})
    assert b"checked" not in elsewhere.body
    assert b'name="agreement"' in elsewhere.body
