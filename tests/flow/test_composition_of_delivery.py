"""What delivery, slots and remote services lack is said when a Checkout is put together."""

from __future__ import annotations

from datetime import time

import pytest

from checkout_core import STANDARD, Checkout, Misconfigured, Settings, evolve
from checkout_core.money import Money
from checkout_core.pages.buyer import AddressSelectionPage
from checkout_core.pages.collecting import PickupLocationSelectionPage, RetailStoreSelectionPage
from checkout_core.pages.remote_price import RemotePriceCalculationPage
from checkout_core.pages.slots import ReservationSelectionPage, SlotSelectionPage
from checkout_core.rules.calculators import Fixed, Remote
from checkout_core.sandbox import DEPARTMENT_STORE, Sandbox, load_shop
from checkout_core.settings import RemoteService, RetailStoreFilters
from checkout_core.shop import (
    AttributeBasedShippingOption,
    City,
    Country,
    DataSource,
    DataSourceShippingOption,
    DeliveryOption,
    RetailStore,
    Slot,
    SlotGroup,
)

from .world import IN_STORE, SHOP, STANDARD_SHIPPING, TO_THE_DOOR, TURKEY, World

CITY = City(34, "Istanbul", 1)
STORE = RetailStore(1, "Moda", "1 Market Street", TURKEY, CITY)
LOCKER = DeliveryOption(4, "locker", "To a locker", "pickup_location")
SCHEDULED = evolve(TO_THE_DOOR, slot_group=7)
GROUP = SlotGroup(7, "At home", (Slot(1, (0,), time(9), time(12), 5),))
SERVICE = RemoteService("https://services.example.org/")
REMOTE = Remote("carrier")
FIXED = Fixed(Money("1.00", "TRY"))
SANDBOX = Sandbox()


def said(settings=None, flow=STANDARD, ports=None, **change):
    """What is wrong with the plain shop, so changed."""
    with pytest.raises(Misconfigured) as refused:
        Checkout(World(evolve(SHOP, **change), settings).ports(**(ports or {})), flow)
    return str(refused.value).splitlines()


def test_the_department_store_has_all_it_needs():
    Checkout(Sandbox(load_shop(DEPARTMENT_STORE)).ports)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"delivery_options": (IN_STORE,)},
            "delivery option 3 (store): no store has click_and_collect, so nobody can collect there",
        ),
        (
            {"delivery_options": (IN_STORE,), "retail_stores": (evolve(STORE, click_and_collect=False),)},
            "delivery option 3 (store): no store has click_and_collect, so nobody can collect there",
        ),
        (
            {"delivery_options": (LOCKER,)},
            "delivery option 4 (locker): give Ports(pickup=...), which finds pickup locations",
        ),
        (
            {"retail_stores": (evolve(STORE, country=Country(9, "Nowhere", "XX")),)},
            "retail store 1 (Moda): no country has the key 9",
        ),
        (
            {"data_source_shipping_options": (DataSourceShippingOption(11, "By post", 5, FIXED),)},
            "DataSourceShippingOption 11 (By post): no data source has the key 5",
        ),
        ({"retail_stores": (STORE, STORE)}, "RetailStore 1 is there 2 times"),
        ({"slot_groups": (GROUP, GROUP)}, "SlotGroup 7 is there 2 times"),
        ({"data_sources": (DataSource(1, "A"), DataSource(1, "B"))}, "DataSource 1 is there 2 times"),
        (
            {"slot_groups": (evolve(GROUP, time_zone="Europe/Atlantis"),)},
            "slot group 7 (At home): TIME_ZONE: there is no time zone 'Europe/Atlantis'",
        ),
    ],
)
def test_rows_that_no_page_or_port_can_serve_are_told(change, sentence):
    (only,) = said(**change)
    assert only.startswith(sentence)


@pytest.mark.parametrize(
    ("page", "change", "sentence"),
    [
        (
            RetailStoreSelectionPage,
            {"delivery_options": (IN_STORE,), "retail_stores": (STORE,)},
            "delivery option 3 (store): retail_store needs RetailStoreSelectionPage, which is not on the map",
        ),
        (
            PickupLocationSelectionPage,
            {"delivery_options": (LOCKER,)},
            "delivery option 4 (locker): pickup_location needs PickupLocationSelectionPage, which is not on the map",
        ),
        (
            SlotSelectionPage,
            {"delivery_options": (SCHEDULED,), "slot_groups": (GROUP,)},
            "delivery option 1 (door): a slot group needs SlotSelectionPage, which is not on the map",
        ),
        (
            ReservationSelectionPage,
            {"retail_stores": (evolve(STORE, slot_group=7),), "slot_groups": (GROUP,)},
            "retail store 1 (Moda): a slot group needs ReservationSelectionPage, which is not on the map",
        ),
    ],
)
def test_a_page_that_is_wanted_and_not_on_the_map_is_told(page, change, sentence):
    ports = {"slots": SANDBOX.stock, "holds": SANDBOX.stock, "pickup": SANDBOX.quotes}
    assert sentence in said(flow=STANDARD.without(page), ports=ports, **change)


def test_an_address_page_is_needed_where_parcels_go_to_addresses():
    sentence = "delivery option 1 (door): customer needs AddressSelectionPage, which is not on the map"
    assert sentence in said(flow=STANDARD.without(AddressSelectionPage))


def test_remote_prices_need_their_page():
    settings = Settings(basket_item_remote_price_client_conf=SERVICE)
    sentence = "BASKET_ITEM_REMOTE_PRICE_CLIENT_CONF needs RemotePriceCalculationPage, which is not on the map"
    assert sentence in said(settings, STANDARD.without(RemotePriceCalculationPage), {"quotes": SANDBOX.quotes})


def test_slots_need_who_counts_and_who_keeps_them():
    lacking = said(delivery_options=(SCHEDULED,), slot_groups=(GROUP,))
    assert lacking == [
        "slots are offered: give Ports(slots=...), which counts what is taken",
        "slots are offered: give Ports(holds=...), which keeps the one that is being paid for",
    ]


@pytest.mark.parametrize(
    ("change", "who"),
    [
        ({"delivery_options": (SCHEDULED,)}, "delivery option 1 (door)"),
        ({"retail_stores": (evolve(STORE, slot_group=7),)}, "retail store 1 (Moda)"),
    ],
)
def test_a_slot_group_that_is_not_there_is_told(change, who):
    ports = {"slots": SANDBOX.stock, "holds": SANDBOX.stock}
    assert said(ports=ports, **change) == [f"{who}: no slot group has the key 7"]


def test_stores_by_stock_need_who_knows_the_stock():
    settings = Settings(checkout_retail_store_filters=RetailStoreFilters(by_stock=True))
    assert said(settings, retail_stores=(STORE,)) == [
        "CHECKOUT_RETAIL_STORE_FILTERS.by_stock: give Ports(stores=...), which knows what lies in a store"
    ]


@pytest.mark.parametrize(
    ("settings", "change", "sentence"),
    [
        (
            Settings(
                checkout_delivery_option_selection_page="RemoteDeliveryOptionSelectionPage",
                remote_delivery_option_provider=SERVICE,
            ),
            {},
            "the settings choose RemoteDeliveryOptionSelectionPage",
        ),
        (
            Settings(
                checkout_shipping_option_selection_page="RemoteShippingOptionSelectionPage",
                remote_shipping_option_provider=SERVICE,
            ),
            {},
            "the settings choose RemoteShippingOptionSelectionPage",
        ),
        (Settings(basket_item_remote_price_client_conf=SERVICE), {}, "BASKET_ITEM_REMOTE_PRICE_CLIENT_CONF is set"),
        (
            None,
            {"shipping_options": (evolve(STANDARD_SHIPPING, calculator=REMOTE),)},
            "ShippingOption 21 has a remote price",
        ),
        (
            None,
            {"data_source_shipping_options": (DataSourceShippingOption(11, "By post", None, REMOTE),)},
            "DataSourceShippingOption 11 has a remote price",
        ),
        (
            None,
            {"attribute_based_shipping_options": (AttributeBasedShippingOption(12, "By post", REMOTE),)},
            "AttributeBasedShippingOption 12 has a remote price",
        ),
    ],
)
def test_what_asks_a_service_needs_who_asks_it(settings, change, sentence):
    assert f"{sentence}: give Ports(quotes=...), which asks services" in said(settings, **change)


def test_a_time_zone_of_the_shop_that_nobody_knows_is_told_before_a_slot_reads_the_clock():
    (only,) = said(settings=Settings(time_zone="Europe/Atlantis"))
    assert only == "TIME_ZONE: there is no time zone 'Europe/Atlantis'"
