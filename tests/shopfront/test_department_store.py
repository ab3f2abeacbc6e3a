"""The larger shop over HTTP: what its goods say, how vendors send, who a buyer is, and what may fail."""

from __future__ import annotations

import pytest

from checkout_core.http import Site
from checkout_core.sandbox import DEPARTMENT_STORE, load_shop
from checkout_core.sandbox.services import SERVICES
from checkout_core.shopfront._front import Front, asked

from .served import listed
from .shop import HOME, MUG, STICKER, World

FILE = load_shop(DEPARTMENT_STORE)
LAMP, WARDROBE = 1007, 1008


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, file=FILE)
    yield world
    world.close()


@pytest.fixture
def visitor(world):
    return world.visitor()


def test_a_product_says_what_it_is_and_who_supplies_it(visitor):
    lamp = visitor.get(f"/products/{LAMP}/").json

    assert (lamp["attributes"], lamp["data_source"]) == ({"warehouse": "ankara", "brand": "Lumen"}, 2)
    assert visitor.get("/products/1003/").json["data_source"] is None


def test_a_basket_says_so_of_its_lines(visitor):
    visitor.adds(WARDROBE)
    (item,) = visitor.get("/baskets/basket/").json["basket"]["basketitem_set"]

    assert item["product"]["attributes"]["has_remote_price"] == "true"
    assert item["product"]["data_source"] == 2


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_vendors_ways_to_send_are_public(visitor, slash):
    listed = visitor.get(f"/shippings/data-source-shipping-options/2{slash}").json

    assert [(each["pk"], each["name"], each["data_source"]) for each in listed] == [
        (21, "Furniture, by lorry", 2), (22, "Furniture, by carrier", 2),
    ]  # fmt: skip
    assert listed[0]["description"] == "In two to three weeks"


@pytest.mark.parametrize("pk", ["3", "0", "x", "None", "9" * 400, "%00"])
def test_a_vendor_there_is_none_of_sends_nothing(visitor, pk):
    answer = visitor.get(f"/shippings/data-source-shipping-options/{pk}")

    assert (answer.status_code, answer.json) == (200, [])


def test_who_logs_in_is_in_their_segment_and_what_they_buy_is_counted(world, visitor):
    assert (caller(world, visitor).segment, caller(world, visitor).orders) == (None, None)
    visitor.logs_in("edith@example.org")
    assert (caller(world, visitor).segment, caller(world, visitor).orders) == ("gold", 12)
    visitor.adds(STICKER)
    visitor.get("/orders/checkout/")
    buys(visitor, 15, [31])
    world.service.relay_once()
    assert caller(world, visitor).orders == 13
    assert caller(world, world.visitor()).segment is None


def caller(world, visitor):
    """Who the checkout is told that this is."""
    with visitor.client:
        visitor.get("/current_user/")
        return Front(world.sandbox, world.shelf, Site(), secure=False).caller(asked())


def buys(visitor, address, options):
    """By bank transfer; what each vendor's goods are sent by."""
    answer = submits(visitor, "DeliveryOptionSelectionPage", delivery_option=1)
    answer = submits(visitor, "AddressSelectionPage", shipping_address=address, billing_address=address)
    answer = submits(visitor, "DataSourceShippingOptionSelectionPage", data_source_shipping_options=options)
    ways = {way["payment_type"]: way["pk"] for way in listed(answer, "payment_options")}
    submits(visitor, "PaymentOptionSelectionPage", payment_option=ways["funds_transfer"])
    submits(visitor, "FundsTransferChoicePage", bank_account=71)
    return submits(visitor, "FundsTransferPage", agreement=True)


def submits(visitor, page, **fields):
    answer = visitor.post(f"/orders/checkout/?page={page}", fields).json
    assert not answer["errors"], (page, answer["errors"])
    return answer


def test_a_guest_buys_of_two_vendors_at_a_price_that_was_asked_for(world, visitor):
    visitor.adds(MUG)
    visitor.adds(WARDROBE)
    visitor.get("/orders/checkout/")
    submits(visitor, "IndexPage", user_email="ada@example.org")
    address = visitor.post("/address/", {**HOME, "identity_number": "10000000146"}).json["pk"]
    placed = buys(visitor, address, [11, 21])

    assert placed["context_list"][-1]["page_name"] == "ThankYouPage"
    assert placed["pre_order"]["total_amount"] == "8905.00"  # 35.10 and 8450.00, 29.90 and 390.00
    assert {asked.service for asked in world.sandbox.services.asked} == {"prices", "carriers"}


def test_the_start_page_says_which_services_may_fail_how_where_there_are_any(world, visitor):
    assert "Services that others run" not in visitor.sees("/").text
    world.shelf.note("services", "http://127.0.0.1:4711")
    page = visitor.sees("/").text

    assert "http://127.0.0.1:4711/switch" in page
    assert all(f"<code>{service}</code>" in page for service in SERVICES)
    assert page.count("<code>vanishes</code>") == 5  # of four services, and what it means
