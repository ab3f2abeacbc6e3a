"""The checkout inside the shop: its basket, its buyers, its sessions."""

from __future__ import annotations

import re

import pytest
from cachelib import FileSystemCache

from checkout_core.flask import ServerSessions
from checkout_core.sandbox import APPROVED
from checkout_core.sandbox.world import card_form

from .shop import HOME, MUG, PERSON, SCRIPT, STICKER, TOKEN, World

CHECKOUT = "/orders/checkout/"
SESSIONS = ("osessionid", "session")


@pytest.fixture(params=SESSIONS)
def world(request, tmp_path):
    """With sessions of its own, and with Flask's."""
    cache = FileSystemCache(str(tmp_path / "sessions"), threshold=0)
    world = World(tmp_path, sessions=ServerSessions(cache) if request.param == "osessionid" else None)
    world.cookie = request.param
    yield world
    world.close()


def answers(visitor, page, **fields):
    """What the storefront is told."""
    visitor.client.set_cookie("csrftoken", TOKEN)
    answer = visitor.client.post(f"{CHECKOUT}?page={page}", data=fields, headers={**SCRIPT, "x-csrftoken": TOKEN})
    assert answer.status_code == 200
    return answer.json


def pays(visitor, address):
    """A guest or a customer, from the address on, by card."""
    answers(visitor, "DeliveryOptionSelectionPage", delivery_option=1)
    answers(visitor, "AddressSelectionPage", shipping_address=address, billing_address=address)
    offered = visitor.get(CHECKOUT).json
    shipping = next(c["page_context"] for c in offered["context_list"] if "shipping_options" in c["page_context"])
    answered = answers(visitor, "ShippingOptionSelectionPage", shipping_option=shipping["shipping_options"][0]["pk"])
    ways = next(c["page_context"] for c in answered["context_list"] if "payment_options" in c["page_context"])
    card = next(way["pk"] for way in ways["payment_options"] if way["payment_type"] == "credit_card")
    answers(visitor, "PaymentOptionSelectionPage", payment_option=card)
    plans = answers(visitor, "BinNumberPage", bin_number=APPROVED[:6])["context_list"][0]["page_context"]
    answers(visitor, "InstallmentSelectionPage", installment=plans["installments"][0]["pk"])
    form = {name: str(value) for name, value in card_form(APPROVED, 2030).items()}
    return answers(visitor, "CreditCardConfirmationPage", **form, use_three_d="0")


def test_without_a_basket_the_checkout_sends_to_it(visitor):
    assert visitor.get(CHECKOUT).json["redirect_url"] == "/baskets/basket/"
    assert visitor.sees(CHECKOUT).headers["Location"] == "/baskets/basket/"


def test_the_first_look_at_the_checkout_creates_a_session(world, visitor):
    assert visitor.client.get_cookie(world.cookie) is None
    visitor.get(CHECKOUT)

    assert visitor.client.get_cookie(world.cookie) is not None


def test_the_checkout_has_the_basket_as_it_is_now(visitor):
    visitor.adds(MUG, 2)
    assert visitor.get(CHECKOUT).json["pre_order"]["basket"]["total_amount"] == "70.20"

    visitor.adds(STICKER)
    assert visitor.get(CHECKOUT).json["pre_order"]["basket"]["total_amount"] == "75.15"
    visitor.delete("/baskets/basket/")
    assert visitor.get(CHECKOUT).json["redirect_url"] == "/baskets/basket/"


def test_a_guest_writes_an_address_and_buys(world, visitor):
    visitor.adds(MUG, 2)
    visitor.get(CHECKOUT)
    answers(visitor, "IndexPage", user_email="ada@example.org")
    address = visitor.post("/address/", HOME).json["pk"]
    answers(visitor, "DeliveryOptionSelectionPage", delivery_option=1)
    (listed,) = [c["page_context"]["addresses"] for c in visitor.get(CHECKOUT).json["context_list"]
                 if "addresses" in c["page_context"]]  # fmt: skip
    assert [each["pk"] for each in listed] == [address]

    placed = pays(visitor, address)
    assert placed["errors"] is None
    assert placed["context_list"][-1]["page_name"] == "ThankYouPage"
    assert world.sandbox.bank.captures == 1
    world.service.relay_once()
    assert visitor.quantities() == {}


def test_an_address_from_before_the_checkout_is_listed_in_it(visitor):
    address = visitor.post("/address/", HOME).json["pk"]
    visitor.adds()
    visitor.get(CHECKOUT)
    answers(visitor, "IndexPage", user_email="ada@example.org")

    assert pays(visitor, address)["errors"] is None


def test_no_guest_sends_a_parcel_to_anothers_address(world, visitor):
    theirs = world.visitor().post("/address/", HOME).json["pk"]
    visitor.adds()
    visitor.get(CHECKOUT)
    answers(visitor, "IndexPage", user_email="ada@example.org")
    answers(visitor, "DeliveryOptionSelectionPage", delivery_option=1)

    for pk in (theirs, 11):
        refused = answers(visitor, "AddressSelectionPage", shipping_address=pk, billing_address=pk)
        assert refused["error_codes"].keys() == {"shipping_address", "billing_address"}


def test_a_customer_buys_with_an_address_of_the_shop_file_and_the_next_basket_begins_a_new_checkout(world, visitor):
    visitor.logs_in()
    visitor.adds()
    visitor.get(CHECKOUT)
    assert pays(visitor, 11)["errors"] is None
    world.service.relay_once()

    number = visitor.get(CHECKOUT).json["pre_order"]["number"]
    assert number is not None
    visitor.adds(STICKER)
    again = visitor.get(CHECKOUT).json["pre_order"]
    assert (again["number"], again["basket"]["total_amount"]) == (None, "4.95")


def test_whoever_logs_in_in_the_middle_goes_on_with_the_basket_as_that_buyer(visitor):
    visitor.adds(MUG, 2)
    visitor.get(CHECKOUT)
    answers(visitor, "IndexPage", user_email="somebody@example.org")
    visitor.logs_in()

    order = visitor.get(CHECKOUT).json["pre_order"]
    assert (order["is_guest"], order["user_email"]) == (False, "ada@example.org")
    assert order["basket"]["total_quantity"] == 2


def test_an_account_goes_on_in_another_browser_with_the_checkout_it_has_begun(world, visitor):
    """A payment may be under way in it: a second checkout of the same basket would be paid again."""
    visitor.logs_in()
    visitor.adds()
    visitor.get(CHECKOUT)
    answers(visitor, "AddressSelectionPage", shipping_address=12, billing_address=12)
    other = world.visitor()
    other.logs_in()

    assert other.get(CHECKOUT).json["pre_order"]["shipping_address"]["pk"] == 12
    visitor.post("/users/logout/", {})
    visitor.logs_in()
    assert visitor.get(CHECKOUT).json["pre_order"]["shipping_address"]["pk"] == 12


def test_after_a_logout_nothing_of_the_checkout_is_seen(visitor):
    visitor.logs_in()
    visitor.adds()
    visitor.get(CHECKOUT)
    visitor.post("/users/logout/", {})

    assert visitor.get(CHECKOUT).json["redirect_url"] == "/baskets/basket/"


def test_another_currency_is_not_looked_at(visitor):
    visitor.adds()
    answer = visitor.client.get(CHECKOUT, headers={**SCRIPT, "X-Currency": "usd"})

    assert answer.json["pre_order"]["basket"]["basketitem_set"][0]["currency_type"] == "try"


def test_the_checkout_is_below_the_locale_too(visitor):
    visitor.sends("/tr/baskets/basket/", {"product": MUG})
    page = visitor.sees("/tr/orders/checkout/")

    assert page.status_code == 200
    assert visitor.get("/tr/orders/checkout/").json["context_list"][0]["page_name"] == "IndexPage"


def test_a_person_finds_the_shops_pages_from_the_checkout(visitor):
    visitor.sends("/baskets/basket/", {"product": MUG})

    assert 'href="/baskets/basket/"' in visitor.sees(CHECKOUT).text


def test_machines_are_given_no_session(world, visitor):
    visitor.client.post("/orders/hooks/bank/", data=b"{}", headers={"content-type": "application/json"})
    assert visitor.client.get_cookie("osessionid") is None

    assert visitor.get("/csrf_token/").json.keys() == {"csrf_token"}
    assert visitor.client.get_cookie("osessionid") is None


def test_one_csrf_token_serves_the_shop_and_the_checkout(visitor):
    token = visitor.get("/csrf_token/").json["csrf_token"]
    sent = visitor.client.post("/baskets/basket/", data={"product": MUG, "csrf_token": token}, headers=PERSON)
    assert sent.status_code == 303

    headers = {**SCRIPT, "x-csrftoken": token}
    answer = visitor.client.post(f"{CHECKOUT}?page=IndexPage", data={"user_email": "ada@example.org"}, headers=headers)
    assert answer.json["errors"] is None


# Sessions on the server


def own_sessions(tmp_path, **more):
    return World(tmp_path, sessions=ServerSessions(FileSystemCache(str(tmp_path / "own"), threshold=0)), **more)


def test_login_gives_a_session_id_nobody_knew_before(tmp_path):
    world = own_sessions(tmp_path)
    visitor = world.visitor()
    visitor.adds(MUG, 2)
    before = visitor.client.get_cookie("osessionid").value
    answer = visitor.logs_in()
    after = visitor.client.get_cookie("osessionid").value

    assert before != after
    assert re.fullmatch(r"[A-Za-z0-9]{32}", after)
    assert f"osessionid={after};" in answer.headers["Set-Cookie"]
    assert answer.json["osessionid"] == after
    old = world.visitor()
    old.client.set_cookie("osessionid", before)
    assert old.get("/current_user/").json["pk"] is None
    assert old.quantities() == {}
    world.close()


def test_a_session_id_that_was_made_up_is_not_taken(tmp_path):
    world = own_sessions(tmp_path)
    visitor = world.visitor()
    visitor.client.set_cookie("osessionid", "a" * 32)
    visitor.logs_in()

    assert visitor.client.get_cookie("osessionid").value != "a" * 32
    world.close()


def test_what_was_added_is_answered_with_the_session_it_is_in(tmp_path):
    world = own_sessions(tmp_path)
    visitor = world.visitor()
    told = visitor.adds().json["osessionid"]

    assert told == visitor.client.get_cookie("osessionid").value
    assert visitor.put("/baskets/basket/", {"product": MUG, "quantity": 1}).json["osessionid"] == told
    assert "osessionid" not in visitor.get("/baskets/basket/").json
    world.close()


def test_cookies_of_a_shop_under_https_are_for_https(tmp_path):
    world = own_sessions(tmp_path, secure=True)
    visitor = world.visitor()
    cookies = [visitor.adds().headers["Set-Cookie"], visitor.sees("/").headers["Set-Cookie"]]

    assert all("Secure" in cookie for cookie in cookies)
    assert "SameSite=None" in cookies[0]
    assert not any("Domain" in cookie for cookie in cookies)
    world.close()
