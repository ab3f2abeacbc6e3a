"""Offers, a voucher, a gift box, samples, bags, loyalty: a storefront before the holiday store, to the order."""

from __future__ import annotations

from time import monotonic, sleep

import pytest

from checkout_core.sandbox.magic import APPROVED

from .buyers import ADDRESS, EMAIL, MUG, chooses_card, pays_at_once
from .client import Storefront
from .serving import served

TEAPOT, T_SHIRT, BAG, TEA, CHOCOLATE = 1101, 1002, 1112, 1121, 1122
PATIENCE = 30  # seconds for what takes milliseconds
BASKET = "/baskets/basket/"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("holidays")
    with served(folder, "--shop", "holiday_store", "--fast") as shop:
        yield shop
    assert "Traceback" not in (folder / "log").read_text()


def fills(buyer, quantities):
    for product, quantity in quantities.items():
        buyer.fills_basket(product, quantity)
    return buyer.proxy.ask("GET", BASKET).json()["basket"]


def guest(shop, quantities, **options):
    """A guest at the checkout, of whose way there the storefront has chosen the first of everything."""
    buyer = Storefront(shop.address, **options)
    fills(buyer, quantities)
    buyer.lands()
    buyer.guest(EMAIL)
    buyer.adds_address(**ADDRESS)
    return buyer


def shown(buyer, page):
    """What that page says when it is asked for."""
    answer = buyer.proxy.ask("GET", "/orders/checkout/", query=f"page={page}").json()
    return next(each["page_context"] for each in answer["context_list"] if each["page_name"] == page)


def puts_in(buyer, code):
    """The storefront's basket has a field for a voucher; what is refused there is 400."""
    return buyer.proxy.ask("PATCH", BASKET, json_body={"voucher_code": code})


def posts(buyer, page, **fields):
    answer = buyer.posts(page, **fields)
    assert answer["errors"] is None, (page, answer["errors"])
    return answer


@pytest.mark.parametrize(("prefix", "locale"), [("", None), ("/tr", "tr-TR")])
def test_samples_stand_between_shipping_and_payment_and_the_client_does_not_loop(shop, prefix, locale):
    """The client knows no page of samples: it fills what it knows, stops there, and goes on once they are answered."""
    buyer = guest(shop, {MUG: 3, TEAPOT: 1}, prefix=prefix, locale=locale)
    assert [post.page for post in buyer.automatic] == [
        "DeliveryOptionSelectionPage", "AddressSelectionPage", "ShippingOptionSelectionPage",
    ]  # fmt: skip
    assert buyer.state.shipping_completed
    assert buyer.pre_order["payment_option"] is None
    buyer.lands()
    assert buyer.automatic == []
    posts(buyer, "SampleProductPage", sample_products=str([TEA]))
    assert [post.page for post in buyer.automatic] == ["PaymentOptionSelectionPage"]
    assert buyer.pre_order["payment_option"] is not None
    assert buyer.failures == []


def test_everything_at_once_walks_through_to_an_order_and_what_is_payable_is_taken_once(shop):
    buyer = Storefront(shop.address)
    buyer.logs_in(EMAIL)
    basket = fills(buyer, {MUG: 3, TEAPOT: 1})
    assert (basket["total_product_amount"], basket["total_amount"]) == ("260.00", "202.41")
    basket = puts_in(buyer, "welcome2024").json()["basket"]
    assert (basket["voucher_code"].upper(), basket["total_amount"]) == ("WELCOME2024", "182.41")
    assert basket["upsell_details"][0]["params"]["remaining"] == "40.00"

    buyer.lands()
    posts(buyer, "SampleProductPage", sample_products=str([TEA, CHOCOLATE]))
    posts(buyer, "GiftBoxPage", note="Happy holidays!")
    posts(buyer, "DeliveryBagsPage", product="bag", quantity=3)
    posts(buyer, "OrderSelectionPage", extra_field='{"preference": "gift"}')
    assert shown(buyer, "LoyaltyMoneyUsagePage")["balance"] == "105.50"
    posts(buyer, "LoyaltyMoneyUsagePage", loyalty_amount_to_use="75.00")
    told = buyer.pre_order
    assert (told["shipping_amount"], told["total_amount"]) == ("29.90", "244.81")
    assert (told["loyalty_money"], told["unpaid_amount"]) == ("75.00", "169.81")
    buyer.lands()
    assert buyer.pre_order["unpaid_amount"] == "169.81"
    chooses_card(buyer, APPROVED)
    pays_at_once(buyer, APPROVED)

    order = buyer.order
    assert (order["amount"], order["discount_amount"]) == ("244.81", "77.59")
    assert shop.taken(order["number"]) == [16981]
    assert buyer.failures == []
    assert balance_of_another_visit(shop, expected="30.50") == "30.50"


def balance_of_another_visit(shop, expected):
    """Of the same account, once the shop's rounds have told the books of the order."""
    until = monotonic() + PATIENCE
    buyer = Storefront(shop.address)
    buyer.logs_in(EMAIL)
    fills(buyer, {T_SHIRT: 1})
    buyer.lands()
    while (there := shown(buyer, "LoyaltyMoneyUsagePage")["balance"]) != expected and monotonic() < until:
        sleep(0.1)  # the rounds go on meanwhile: there is nothing here that could be waited for
    return there


def test_a_voucher_of_which_there_was_one_is_refused_once_an_order_has_used_it(shop):
    first, second = guest(shop, {MUG: 1}), guest(shop, {T_SHIRT: 1})
    for buyer in (first, second):
        posts(buyer, "VoucherCodePage", voucher_code="LASTONE")
    before = second.pre_order["total_amount"]
    chooses_card(first, APPROVED)
    pays_at_once(first, APPROVED)
    assert shop.taken(first.order["number"]) == [3510 - 351 - 1500 + 2990]

    chooses_card(second, APPROVED)
    answer = pays_at_once(second, APPROVED)
    assert answer["errors"]
    assert second.order is None
    assert second.pre_order["total_amount"] != before
    late = Storefront(shop.address)
    fills(late, {MUG: 1})
    refused = puts_in(late, "LASTONE")
    assert (refused.status, refused.json().keys()) == (400, {"voucher_code"})


def test_what_is_sold_beside_the_goods_is_in_no_list_and_in_no_basket(shop):
    buyer = Storefront(shop.address)
    sold = buyer.proxy.ask("GET", "/products/").json()["results"]
    assert {TEAPOT, MUG} <= {each["pk"] for each in sold}
    assert not {BAG, TEA} & {each["pk"] for each in sold}
    assert buyer.proxy.ask("POST", BASKET, json_body={"product": BAG, "quantity": 1}).status == 400
