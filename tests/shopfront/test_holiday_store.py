"""The holiday store over HTTP: offers and a voucher in the basket, and what is sold beside the goods."""

from __future__ import annotations

import pytest

from checkout_core.sandbox import HOLIDAY_STORE, load_shop

from .shop import MUG, World

FILE = load_shop(HOLIDAY_STORE)
BASKET = "/baskets/basket/"
TEAPOT, GIFT_BOX, TEA = 1101, 1111, 1121


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, file=FILE)
    yield world
    world.close()


@pytest.fixture
def visitor(world):
    visitor = world.visitor()
    visitor.adds(MUG, 3)
    visitor.adds(TEAPOT)
    return visitor


def basket(visitor):
    return visitor.get(BASKET).json["basket"]


def puts_in(visitor, code):
    return visitor.patch(BASKET, {"voucher_code": code})


def test_a_basket_says_what_offers_take_off_it_and_off_each_line(visitor):
    told = basket(visitor)
    assert (told["total_product_amount"], told["total_discount_amount"], told["total_amount"]) == (
        "260.00", "57.59", "202.41",
    )  # fmt: skip
    assert told["discounts"] == [
        {"description": "Of three mugs one is free", "discount": "35.10"},
        {"description": "10 % off kitchen goods", "discount": "22.49"},
    ]
    assert [(each["discount_amount"], each["total_amount"]) for each in told["basketitem_set"]] == [
        ("42.12", "63.18"), ("15.47", "139.23"),
    ]  # fmt: skip


def test_an_offer_that_is_near_is_told_with_what_is_missing(visitor):
    (near,) = basket(visitor)["upsell_details"]
    assert near["params"] == {
        "partial_percentage": 86, "required": "300.00", "partial": "260.00", "remaining": "40.00",
    }  # fmt: skip
    visitor.adds(TEAPOT)
    assert basket(visitor)["upsell_details"] == []


def test_a_voucher_goes_in_and_out_of_the_basket_and_is_the_checkouts(visitor):
    told = puts_in(visitor, "welcome2024").json["basket"]
    assert (told["voucher_code"].upper(), told["total_amount"]) == ("WELCOME2024", "182.41")
    checkout = visitor.get("/orders/checkout/").json["pre_order"]
    assert (checkout["voucher_code"], checkout["basket"]["total_amount"]) == (told["voucher_code"], "182.41")

    told = visitor.patch(BASKET, {"remove_voucher_code": True}).json["basket"]
    assert (told["voucher_code"], told["total_amount"]) == (None, "202.41")
    assert visitor.get("/orders/checkout/").json["pre_order"]["voucher_code"] is None


def test_a_voucher_that_was_put_in_at_the_checkout_is_in_the_basket(visitor):
    visitor.get("/orders/checkout/")
    visitor.post("/orders/checkout/?page=VoucherCodePage", {"voucher_code": "LASTONE"})
    assert (basket(visitor)["voucher_code"], basket(visitor)["total_amount"]) == ("LASTONE", "187.41")


def test_a_voucher_of_which_each_buyer_has_one_wants_to_know_who_buys(visitor):
    assert puts_in(visitor, "SNOW-4F7K").status_code == 400
    visitor.get("/orders/checkout/")
    visitor.post("/orders/checkout/?page=IndexPage", {"user_email": "guest@example.org"})
    assert puts_in(visitor, "SNOW-4F7K").json["basket"]["total_amount"] == "192.29"  # a twentieth of 202.41 less


@pytest.mark.parametrize("code", ["NOTHING", "LETTER-7F3A", "x" * 200, ["WELCOME2024"], {"a": 1}, 7, True])
def test_a_code_of_no_voucher_is_refused_and_nothing_changes(visitor, code):
    puts_in(visitor, "WELCOME2024")
    before = basket(visitor)
    refused = puts_in(visitor, code)
    assert (refused.status_code, refused.json.keys()) == (400, {"voucher_code"})
    assert all(refused.json["voucher_code"])
    assert basket(visitor) == before


@pytest.mark.parametrize("body", [{}, {"voucher_code": None}, {"voucher_code": " "}, {"remove_voucher_code": False}])
def test_a_patch_that_says_nothing_is_told_what_is_missing(visitor, body):
    refused = visitor.patch(BASKET, body)
    assert (refused.status_code, refused.json.keys()) == (400, {"voucher_code"})


def test_in_an_empty_basket_there_is_nothing_to_put_a_voucher_to(world):
    visitor = world.visitor()
    assert puts_in(visitor, "WELCOME2024").json == {"voucher_code": ["There is nothing in your basket yet."]}
    assert visitor.patch(BASKET, {"remove_voucher_code": True}).json["basket"]["voucher_code"] is None


def test_a_look_at_the_basket_begins_no_checkout(world, visitor):
    basket(visitor)
    assert world.service.store.keys("", 1) == ()


def test_a_person_sees_what_is_off_and_puts_a_voucher_in_and_out_with_forms(visitor):
    page = visitor.sees(BASKET).text
    assert "10 % off kitchen goods" in page
    assert "40.00 TRY more, and it is sent for nothing." in page
    sent = visitor.sends(BASKET, {"method": "patch", "voucher_code": "WELCOME2024"})
    assert (sent.status_code, sent.headers["Location"]) == (303, BASKET)
    page = visitor.sees(BASKET).text
    assert "Welcome" in page
    assert "182.41" in page
    visitor.sends(BASKET, {"method": "patch", "remove_voucher_code": "true"})
    assert "182.41" not in visitor.sees(BASKET).text


def test_a_person_is_told_on_the_page_that_a_code_is_none(visitor):
    answer = visitor.sends(BASKET, {"method": "patch", "voucher_code": "<b>NOTHING</b>"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert 'class="error"' in answer.text
    assert "<b>" not in answer.text


def test_what_is_sold_beside_the_goods_is_on_no_shelf(world, visitor):
    listed = {each["pk"] for each in visitor.get("/products/").json["results"]}
    assert {MUG, TEAPOT} <= listed
    assert not {GIFT_BOX, TEA} & listed
    assert visitor.get(f"/products/{GIFT_BOX}/").status_code == 404
    assert visitor.adds(GIFT_BOX).json.keys() == {"product"}
    assert "Gift box" not in world.visitor().sees("/").text


def test_a_shop_without_offers_has_no_field_for_a_voucher(tmp_path):
    world = World(tmp_path)
    visitor = world.visitor()
    visitor.adds()
    assert "Voucher code" not in visitor.sees(BASKET).text
    world.close()
