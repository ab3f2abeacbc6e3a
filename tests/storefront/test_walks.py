"""Buyers go all the way through a storefront, over HTTP, with the shop in one process and the bank in another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from checkout_core.sandbox import Bank
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, THREE_D

from .buyers import CARD_OPTION, EMAIL, TRANSFER_OPTION, begins, chooses_card, chooses_transfer, logged_in, pays_at_once
from .client import CARD
from .digest import Post

PLACES = [pytest.param({}, id="plain"), pytest.param({"prefix": "/tr", "locale": "tr", "currency": "try"}, id="tr")]


@pytest.fixture(params=PLACES)
def buyer(opens, request):
    """A guest in front of the ways to pay."""
    return begins(opens(**request.param))


def minor(amount):
    return int(Decimal(amount) * 100)


def sees_the_order(buyer, email=EMAIL):
    """The page of the order has all that the client prints."""
    assert buyer.at.startswith("/orders/completed/")
    order = buyer.order
    assert isinstance(order["id"], int)
    assert order["number"].isalnum()
    assert order["user_email"] == email
    assert Decimal(order["amount"]) > 0
    assert isinstance(order["amount"], str)
    assert order["payment_option"]["name"]
    for item in order["orderitem_set"]:
        assert isinstance(item["id"], int)
        assert item["price"] == item["retail_price"] == "35.10"
        assert item["product"].keys() >= {"name", "image", "absolute_url"}
        assert item["product"]["name"] == "Mug"
    assert len(order["orderitem_set"]) == 1
    return order


def test_a_guest_pays_by_card(shop, buyer):
    before = shop.captures
    chooses_card(buyer, APPROVED, installment=3)
    assert [plan["installment_count"] for plan in buyer.state.listed("installments")] == [1, 3, 6, 9]
    assert buyer.state.listed("card_type")["slug"] == "mastercard"
    assert buyer.pre_order["installment"]["installment_count"] == 3
    total = buyer.pre_order["total_amount_with_interest"]
    pays_at_once(buyer, APPROVED)
    order = sees_the_order(buyer)
    assert order["amount"] == total
    assert shop.taken(order["number"]) == [minor(total)]
    assert shop.captures == before + 1


def test_a_guest_proves_at_the_bank_who_they_are(shop, buyer):
    before = shop.captures
    chooses_card(buyer, THREE_D)
    total = buyer.pre_order["total_amount_with_interest"]
    buyer.pays_by_card(THREE_D)
    assert buyer.at == "/orders/redirect-three-d/"
    assert shop.captures == before
    assert buyer.hand_over[0].startswith(shop.bank)
    buyer.at_bank("confirm")
    order = sees_the_order(buyer)
    assert shop.taken(order["number"]) == [minor(total)]
    assert shop.captures == before + 1


@pytest.mark.parametrize("press", ["refuse", "without paying"])
def test_who_refuses_at_the_bank_is_told_so_and_pays_with_another_card(shop, buyer, press):
    before = shop.captures
    chooses_card(buyer, THREE_D)
    buyer.pays_by_card(THREE_D)
    buyer.at_bank(press)
    assert buyer.at == "/orders/checkout/"
    assert buyer.told_by_bank["non_field_errors"]
    assert buyer.order is None
    assert shop.captures == before
    assert buyer.state.shipping_completed
    chooses_card(buyer, APPROVED)
    pays_at_once(buyer, APPROVED)
    order = sees_the_order(buyer)
    assert shop.taken(order["number"]) == [minor(order["amount"])]
    assert shop.captures == before + 1


def test_the_way_to_the_bank_and_back_may_be_gone_twice(shop, buyer):
    before = shop.captures
    chooses_card(buyer, THREE_D)
    buyer.pays_by_card(THREE_D)
    form = buyer.hand_over
    buyer.shows(f"{buyer.prefix}/orders/redirect-three-d/")
    assert buyer.hand_over == form
    buyer.at_bank("confirm")
    first = sees_the_order(buyer)
    buyer.returns(*buyer.way_back)
    assert sees_the_order(buyer) == first
    assert shop.captures == before + 1


def test_a_bank_that_sends_the_browser_back_by_its_address_alone_is_understood(shop, buyer):
    before = shop.captures
    chooses_card(buyer, THREE_D)
    buyer.pays_by_card(THREE_D)
    (md,) = (value for name, value in buyer.hand_over[1] if name == "md")
    bank = Bank(shop.ledger)
    back = urlencode(bank.comes_back(bank.ticket_of(md)))
    (term_url,) = (value for name, value in buyer.hand_over[1] if name == "TermUrl")
    buyer.returns(f"{term_url}&{back}", (), method="GET")
    sees_the_order(buyer)
    assert shop.captures == before + 1


def test_who_presses_back_at_the_bank_is_in_the_checkout_and_pays_another_way(shop, buyer):
    before = shop.captures
    chooses_card(buyer, THREE_D)
    buyer.pays_by_card(THREE_D)
    assert buyer.at == "/orders/redirect-three-d/"
    buyer.lands()
    assert buyer.at == "/orders/checkout/"
    assert buyer.automatic == []
    assert buyer.state.shipping_completed
    assert buyer.state.errors is None
    chooses_transfer(buyer)
    buyer.posts("FundsTransferPage", agreement=1)
    order = sees_the_order(buyer)
    assert order["payment_option"]["pk"] == TRANSFER_OPTION
    assert shop.captures == before


def test_who_presses_back_at_the_bank_may_go_there_again(shop, buyer):
    before = shop.captures
    chooses_card(buyer, THREE_D)
    buyer.pays_by_card(THREE_D)
    buyer.lands()
    chooses_card(buyer, THREE_D)
    buyer.pays_by_card(THREE_D)
    buyer.at_bank("confirm")
    order = sees_the_order(buyer)
    assert shop.taken(order["number"]) == [minor(order["amount"])]
    assert shop.captures == before + 1


@pytest.mark.parametrize("place", PLACES)
def test_a_member_pays_by_card(shop, opens, place):
    before = shop.captures
    buyer = logged_in(opens(**place))
    assert buyer.state.template == "orders/checkout.html"
    chooses_card(buyer, APPROVED)
    pays_at_once(buyer, APPROVED)
    order = sees_the_order(buyer)
    assert shop.taken(order["number"]) == [minor(order["amount"])]
    assert shop.captures == before + 1


def test_a_guest_pays_by_transfer(shop, buyer):
    before = shop.captures
    chooses_transfer(buyer)
    assert [account["pk"] for account in buyer.state.listed("bank_accounts")] == [71, 72]
    buyer.posts("FundsTransferPage", agreement=1)
    order = sees_the_order(buyer)
    assert shop.taken(order["number"]) == []
    assert shop.captures == before


def test_a_note_is_kept_and_taken_back_by_an_empty_body(buyer):
    buyer.posts("OrderNotePage", notes="Ring twice, şöför bey")
    assert buyer.pre_order["notes"] == "Ring twice, şöför bey"
    buyer.lands()
    assert buyer.pre_order["notes"] == "Ring twice, şöför bey"
    answer = buyer.posts("OrderNotePage", notes="")
    assert answer["context_list"] == []
    assert buyer.pre_order["notes"] is None
    assert buyer.automatic == []


def test_the_contract_is_a_page_though_json_is_accepted(buyer):
    text = buyer.proxy.ask("GET", "/orders/contract/", query="contract_name=info").text
    assert "12 Example Street" in text
    assert "<" in text


def test_a_declined_card_is_said_and_the_choices_stand(shop, buyer):
    before = shop.captures
    chooses_card(buyer, INSUFFICIENT_FUNDS)
    pays_at_once(buyer, INSUFFICIENT_FUNDS)
    assert buyer.at == "/orders/checkout/"
    assert buyer.state.errors["non_field_errors"]
    assert buyer.pre_order["payment_option"]["pk"] == CARD_OPTION
    assert buyer.pre_order["installment"]
    assert shop.captures == before


def test_a_double_click_on_the_paying_button_takes_the_money_once_and_shows_one_order(shop, buyer):
    before = shop.captures
    chooses_card(buyer, APPROVED)
    post = Post("CreditCardConfirmationPage", tuple((CARD | {"card_number": APPROVED, "use_three_d": "0"}).items()))
    with ThreadPoolExecutor(2) as pool:
        answers = [each.json() for each in pool.map(buyer.sends, [post, post])]
    answers.append(buyer.sends(post).json())
    ends = {answer["context_list"][-1]["page_context"]["redirect_url"] for answer in answers}
    assert [answer["errors"] for answer in answers] == [None] * 3
    numbers = set()
    for end in ends:
        buyer.goes(end)
        numbers.add(sees_the_order(buyer)["number"])
    assert len(numbers) == 1
    assert shop.captures == before + 1
