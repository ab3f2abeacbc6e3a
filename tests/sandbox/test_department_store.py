"""The larger shop: what its file says, what its stores have, and that its stories end with an order."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore
from checkout_core.effects import Item
from checkout_core.money import Money
from checkout_core.order import evolve
from checkout_core.sandbox import APPROVED, DEPARTMENT_STORE, THREE_D, Sandbox, find_shop, load_shop
from checkout_core.shop import PassiveRange, Slot

FILE = load_shop(DEPARTMENT_STORE)
PLAIN = load_shop()
SHIPPING_PAGES = (
    "ShippingOptionSelectionPage", "DataSourceShippingOptionSelectionPage",
    "AttributeBasedShippingOptionSelectionPage", "RemoteShippingOptionSelectionPage",
)  # fmt: skip


def walked(shop, basket, **given):
    """The last step of a buyer who pays by card, and the pages that were answered."""
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    step = service.checkout.start(shop.basket(*basket))
    key, pages = service.save(step.pre_order), []
    service.post(key, "IndexPage", {"user_email": "ada@example.org"})
    for page, body in shop.answers("card", **given):
        step = service.post(key, page, body)
        assert not step.errors, (page, body, step.errors)
        pages.append(page)
    return step, pages


# ---------------------------------------------------------------- the file


def test_it_has_what_a_demonstration_of_delivery_needs():
    shop = FILE.shop
    assert [source.name for source in shop.data_sources] == ["Example Warehouse", "Furniture Ltd."]
    assert len(shop.retail_stores) == 3
    assert [each.remote_id for each in FILE.truth.pickup_locations] == ["L-101", "L-102", "L-201"]
    assert {option.delivery_option_type for option in shop.delivery_options} == {
        "customer", "retail_store", "pickup_location",
    }  # fmt: skip
    assert [group.days for group in shop.slot_groups] == [14, 14]
    assert {option.data_source for option in shop.data_source_shipping_options} == {1, 2, None}
    assert [option.required_fields for option in shop.shipping_options if option.required_fields] == [
        ("delivery_date",)
    ]
    assert FILE.truth.prices == {1008: Money("8450.00", "TRY")}


def test_what_it_does_not_say_is_as_in_the_plain_shop():
    assert FILE.products.keys() >= PLAIN.products.keys()
    assert FILE.shop.cards == PLAIN.shop.cards
    assert FILE.shop.shipping_options[:4] == PLAIN.shop.shipping_options
    assert FILE.settings.default_country_code == "TR"
    assert FILE.settings.time_zone == "Europe/Istanbul"
    assert FILE.shop.version != PLAIN.shop.version


def test_the_plain_shop_asks_nobody_and_is_the_default():
    assert Sandbox().file.shop.version == PLAIN.shop.version
    assert PLAIN.truth.is_empty
    assert not FILE.truth.is_empty


def test_a_product_says_how_long_it_is_what_it_is_and_whose():
    lamp = FILE.products["lamp"].line(2)
    assert (lamp.length, lamp.categories, lamp.data_source) == (1550, (30, 31), 2)
    assert lamp.attributes == {"warehouse": "ankara", "brand": "Lumen"}
    assert FILE.products["wardrobe"].line(1).unit_price == Money("9000.00", "TRY")  # not what the vendor says


def test_slots_are_read_with_their_days_hours_quota_and_pauses():
    home, stores = FILE.shop.slot_groups
    assert home.slots[2] == Slot(3, (5, 6), time(19), time(21), 1, 60)
    assert home.passive == (PassiveRange(date(2027, 1, 1), date(2027, 1, 1)),)
    assert stores.passive[1] == PassiveRange(date(2026, 12, 24), date(2026, 12, 24), 2)
    assert FILE.shop.delivery_options[1].slot_group == home.pk


def test_the_shops_of_the_sandbox_are_found_by_name_unless_a_file_is_called_so(tmp_path, monkeypatch):
    assert find_shop("department_store") == DEPARTMENT_STORE
    assert find_shop("department_store.toml") == DEPARTMENT_STORE
    assert find_shop(str(tmp_path / "department_store.toml")) == tmp_path / "department_store.toml"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "department_store.toml").write_text("")
    assert find_shop("department_store.toml").resolve() == tmp_path / "department_store.toml"


# ---------------------------------------------------------------- the ports


def test_a_store_has_what_the_file_says_and_of_the_rest_the_one_stock():
    shop = Sandbox(FILE)
    ask = shop.ports.stores.stores_with_stock
    assert ask((1, 2, 3), (Item("stock", "mug", 3),)) == (1, 2, 3)
    assert ask((1, 2, 3), (Item("stock", "mug", 4),)) == (1, 3)  # two's own stock
    assert ask((1, 2, 3), (Item("stock", "poster", 1),)) == (2, 3)
    assert ask((1, 2, 3), (Item("stock", "poster", 3),)) == ()  # there are two in all
    assert ask((1, 2, 3), (Item("stock", "mug", 1), Item("stock", "lamp", 1))) == (1, 2)
    shop.stock.put("stock", "sticker", 0)
    assert ask((3, 1), (Item("stock", "sticker", 1),)) == ()


def test_a_customer_says_which_segment_they_are_in_and_what_they_bought_before():
    shop = Sandbox(FILE)
    assert (shop.caller("edith").segment, shop.caller("edith").orders) == ("gold", 12)
    assert (shop.caller("ada").segment, shop.caller("ada").orders) == (None, None)


def test_an_order_that_was_placed_here_is_one_more():
    shop = Sandbox(FILE)
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    order = service.checkout.start(shop.basket("mug"), shop.caller("edith")).pre_order
    key = service.save(order)
    for page, body in shop.answers("transfer", order=order):
        service.post(key, page, body, caller=shop.caller("edith"))
    assert shop.caller("edith").orders == 13


# ---------------------------------------------------------------- stories


@pytest.mark.parametrize("page", SHIPPING_PAGES)
@pytest.mark.parametrize("delivery", [None, "locker"])
def test_a_story_goes_through_whichever_shipping_page_the_shop_chose(page, delivery):
    shop = Sandbox(FILE, settings=evolve(FILE.settings, checkout_shipping_option_selection_page=page))
    step, pages = walked(shop, ("mug", "lamp"), delivery=delivery)
    assert step.page == "ThankYouPage"
    assert page in pages


@pytest.mark.parametrize("page", SHIPPING_PAGES)
def test_a_scheduled_delivery_asks_for_a_slot_and_how_goods_are_sent_only_where_they_are_in_groups(page):
    shop = Sandbox(FILE, settings=evolve(FILE.settings, checkout_shipping_option_selection_page=page))
    step, pages = walked(shop, ("mug", "lamp"), delivery="scheduled")
    assert step.page == "ThankYouPage"
    assert pages[:3] == ["DeliveryOptionSelectionPage", "AddressSelectionPage", "SlotSelectionPage"]
    assert (page in pages) == (page in SHIPPING_PAGES[1:3])
    slot = step.pre_order.schedule.delivery_range
    assert (slot.group, slot.lower.utcoffset()) == (1, timedelta(hours=3))
    assert shop.stock.count_taken("slot", (slot.subject,), "somebody else") == (1,)


def test_the_next_buyer_gets_the_next_slot_where_the_first_is_full():
    shop = Sandbox(FILE)
    shop.passes(hours=5)  # to eight on a Saturday evening: the one slot of quota 1 is the soonest
    bounds = {walked(shop, ("mug",), delivery="scheduled")[0].pre_order.schedule.delivery_range.lower for _ in "12"}
    assert len(bounds) == 2


def test_a_store_that_reserves_is_asked_for_a_time():
    step, pages = walked(Sandbox(FILE), ("mug",), delivery="store")
    assert step.page == "ThankYouPage"
    assert "RetailStoreSelectionPage" in pages
    assert "ReservationSelectionPage" in pages
    assert step.pre_order.delivery.retail_store.pk == 1


def test_the_first_store_is_the_first_that_has_it_all():
    step, _ = walked(Sandbox(FILE), ("poster",), delivery="store")
    assert step.pre_order.delivery.retail_store.pk == 2


def test_a_price_that_others_know_is_asked_for_on_the_way():
    shop = Sandbox(FILE)
    step, pages = walked(shop, ("mug", "wardrobe"), card=THREE_D)
    assert step.pre_order.basket.amount == Money("8485.10", "TRY")
    assert "RemotePriceCalculationPage" not in pages  # it answers itself
    assert {asked.service for asked in shop.services.asked} == {"prices", "carriers"}


def test_delivery_options_may_come_from_elsewhere():
    page = "RemoteDeliveryOptionSelectionPage"
    shop = Sandbox(FILE, settings=evolve(FILE.settings, checkout_delivery_option_selection_page=page))
    step, pages = walked(shop, ("mug",), delivery="scheduled")
    assert (step.page, pages[0]) == ("ThankYouPage", page)


def test_goods_that_no_vendor_supplies_are_a_group_of_their_own():
    step, _ = walked(Sandbox(FILE), ("sticker", "mug"))
    assert [choice.group for choice in step.pre_order.shipping.by_data_source] == ["1", "None"]


@pytest.mark.parametrize(
    ("change", "given", "says"),
    [
        ({}, {"delivery": "drone"}, "no drone to deliver to"),
        ({"retail_stores": ()}, {"delivery": "store"}, "no store"),
        ({"slot_groups": ()}, {"delivery": "scheduled"}, "no slot"),
        ({"data_source_shipping_options": ()}, {}, "of a supplier"),
    ],
)
def test_a_story_this_shop_cannot_tell_is_told_so(change, given, says):
    shop = Sandbox(FILE)
    shop.shop = evolve(shop.shop, **change)
    shop.basket("mug")
    with pytest.raises(ValueError, match=says):
        shop.answers("card", **given)


def test_a_story_of_groups_needs_a_basket():
    with pytest.raises(ValueError, match="fill one"):
        Sandbox(FILE).answers("card", APPROVED)
