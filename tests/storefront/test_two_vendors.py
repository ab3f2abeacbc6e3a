"""Two vendors, a price that one of them knows, and a slot: a storefront in front of the larger shop, to the order."""

from __future__ import annotations

import pytest

from checkout_core.sandbox.magic import APPROVED, THREE_D

from .buyers import ADDRESS, EMAIL, chooses_card, pays_at_once
from .client import Storefront
from .serving import served

MUG, WARDROBE = 1001, 1008
SCHEDULED, STORE, LOCKER = "scheduled", "store", "locker"
WAREHOUSE_STANDARD, LORRY, CARRIER = 11, 21, 22
OF_WHOM = {"identity_number": "10000000146"}  # at this price


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("larger")
    with served(folder, "--shop", "department_store", "--fast") as shop:
        yield shop
    assert "Traceback" not in (folder / "log").read_text()


def begins(shop, delivery, **options):
    """A guest who has said how the goods get to them; the storefront has chosen the first address by itself."""
    buyer = Storefront(shop.address, **options)
    for product in (MUG, WARDROBE):
        buyer.fills_basket(product)
    buyer.lands()
    buyer.guest(EMAIL)
    buyer.adds_address(**ADDRESS | OF_WHOM)
    options = {option["slug"]: option["pk"] for option in buyer.state.listed("delivery_options")}
    buyer.posts("DeliveryOptionSelectionPage", delivery_option=options[delivery])
    return buyer


def shown(buyer, page):
    """What the checkout lists of that page."""
    answer = buyer.proxy.ask("GET", "/orders/checkout/").json()
    return next(each["page_context"] for each in answer["context_list"] if each["page_name"] == page)


def takes_the_first_slot(buyer, page="SlotSelectionPage", **more):
    slots = [slot for day in shown(buyer, page)["slots"] for slot in day["slots"] if slot["is_available"]]
    return buyer.posts(page, lower=slots[0]["lower"], upper=slots[0]["upper"], **more)


def sends_by(buyer, *options):
    return buyer.posts("DataSourceShippingOptionSelectionPage", data_source_shipping_options=str(list(options)))


@pytest.mark.parametrize(("prefix", "locale"), [("", None), ("/tr", "tr-TR")])
def test_two_vendors_a_remote_price_and_a_slot_walk_through_to_an_order(shop, prefix, locale):
    buyer = begins(shop, SCHEDULED, prefix=prefix, locale=locale)
    answer = takes_the_first_slot(buyer)
    assert answer["errors"] is None
    assert [page["page_name"] for page in answer["context_list"]] == ["DataSourceShippingOptionSelectionPage"]
    slot = buyer.pre_order["delivery_range"]
    answer = sends_by(buyer, WAREHOUSE_STANDARD, CARRIER)
    assert answer["errors"] is None
    assert buyer.pre_order["shipping_amount"] == "439.90"  # 29.90, and 410.00 of the carrier
    assert buyer.pre_order["total_amount"] == "8925.00"  # 35.10, and 8450.00 as the vendor says
    chooses_card(buyer, APPROVED)
    pays_at_once(buyer, APPROVED)

    order = buyer.order
    assert (order["amount"], order["shipping_amount"], order["delivery_range"]) == ("8925.00", "439.90", slot)
    assert shop.taken(order["number"]) == [892500]
    assert buyer.failures == []


def test_with_three_d_secure_the_slot_and_the_prices_stand_while_the_buyer_is_at_the_bank(shop):
    buyer = begins(shop, SCHEDULED)
    takes_the_first_slot(buyer)
    sends_by(buyer, WAREHOUSE_STANDARD, LORRY)
    total = buyer.pre_order["total_amount"]
    chooses_card(buyer, THREE_D)
    buyer.pays_by_card(THREE_D)
    shop.fail(prices="price", carriers="down")
    try:
        buyer.at_bank("confirm")
    finally:
        shop.fail(prices=None, carriers=None)
    assert buyer.order["amount"] == total
    assert buyer.failures == []


def test_a_store_is_chosen_by_a_storefront_and_a_time_to_come_reserved_or_left_open(shop):
    buyer = begins(shop, STORE)
    stores = buyer.state.listed("retail_stores")
    bill = buyer.state.listed("addresses")[0]["pk"]
    answer = buyer.posts("RetailStoreSelectionPage", retail_store=stores[0]["pk"], billing_address=bill)
    assert answer["errors"] is None
    assert (buyer.pre_order["shipping_address"]["pk"], buyer.pre_order["retail_store"]) == (None, stores[0])
    sends_by(buyer, WAREHOUSE_STANDARD, LORRY)
    answer = takes_the_first_slot(buyer, "ReservationSelectionPage")
    assert answer["errors"] is None
    answer = buyer.posts("ReservationSelectionPage", skip_reservation="true")
    assert buyer.pre_order["delivery_range"] is None
    chooses_card(buyer, APPROVED)
    pays_at_once(buyer, APPROVED)
    assert buyer.order["shipping_address"]["title"] == stores[0]["name"]


def test_a_slot_nobody_offers_is_refused_by_its_field_and_nothing_else_changes(shop):
    buyer = begins(shop, SCHEDULED)
    before = buyer.pre_order
    answer = buyer.posts("SlotSelectionPage", lower="2020-01-01T10:00:00+03:00", upper="2020-01-01T12:00:00+03:00")
    assert answer["error_codes"] == {"lower": ["invalid"]}
    assert buyer.pre_order == before
