"""To a store and to a pickup point, back and forth between the types of delivery, and services that are away."""

from __future__ import annotations

import pytest
from attrs import define

from checkout_core import Caller, Checkout, Settings, evolve
from checkout_core.effects import Item, Unavailable
from checkout_core.order import Delivery, Parcel
from checkout_core.settings import RemoteService, RetailStoreFilters
from checkout_core.shop import City, DeliveryOption, PickupLocation, RetailStore

from .world import ABROAD, ADA, BY_BIKE, BY_TRANSFER, HOME, IN_STORE, SHOP, TO_THE_DOOR, TURKEY, World, closed

AT_A_LOCKER = DeliveryOption(4, "locker", "At a locker", "pickup_location")
GALATA = RetailStore(61, "Galata", "1 Tower Square", TURKEY, City(34, "Istanbul", 1), phone_number="+902125550101")
MODA = RetailStore(62, "Moda", "2 Ferry Road", TURKEY, City(34, "Istanbul", 1))
LOCKER = PickupLocation("lkr-7", "Locker 7", "7 Station Road", TURKEY, City(34, "Istanbul", 1))
WIDE = evolve(SHOP, delivery_options=(TO_THE_DOOR, BY_BIKE, IN_STORE, AT_A_LOCKER), retail_stores=(GALATA, MODA))
REMOTE = Settings(
    checkout_delivery_option_selection_page="RemoteDeliveryOptionSelectionPage",
    remote_delivery_option_provider=RemoteService("https://options.example/"),
)

TO_THE_STORE = ("RetailStoreSelectionPage", {"retail_store": 62, "billing_address": 11})
TO_THE_LOCKER = ("PickupLocationSelectionPage", {"remote_id": "lkr-7", "billing_address": 11})
ADDRESSES = ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
INDEX, _, _, SHIPPING, *PAYING = BY_TRANSFER


def by(pk: int, page: str = "DeliveryOptionSelectionPage", **more: object) -> tuple[str, dict[str, object]]:
    return page, {"delivery_option": pk, **more}


@define
class Outside:
    """Lockers, delivery options and stock, as others keep them."""

    lockers: tuple[PickupLocation, ...] = (LOCKER,)
    options: tuple[DeliveryOption, ...] = (BY_BIKE, AT_A_LOCKER)
    stocked: tuple[int, ...] = (61, 62)
    down: bool = False

    def find_pickup_location(self, remote_id: str, /) -> PickupLocation | Unavailable | None:
        if self.down:
            raise TimeoutError
        return next((locker for locker in self.lockers if locker.remote_id == remote_id), None)

    def ask_delivery_options(self, service: RemoteService, parcel: Parcel, /) -> object:
        return Unavailable("503") if self.down else self.options

    def stores_with_stock(self, stores: tuple[int, ...], items: tuple[Item, ...], /) -> tuple[int, ...]:
        return tuple(pk for pk in stores if pk in self.stocked)

    ask_prices = ask_shipping_price = ask_shipping_options = ask_delivery_options


class Shopper:
    """A guest in a wide shop."""

    def __init__(self, settings: Settings | None = None, shop=WIDE) -> None:
        self.world, self.outside = World(shop, settings), Outside()
        ports = self.world.ports(quotes=self.outside, pickup=self.outside, stores=self.outside)
        self.checkout = Checkout(ports)
        self.step = self.checkout.start(self.world.basket)

    @property
    def delivery(self) -> Delivery:
        return self.step.pre_order.delivery

    def posts(self, *answers):
        """Each is taken."""
        for page, body in answers:
            self.step = self.checkout.submit(self.step.pre_order, page, body).raise_for_errors()
        return self.step

    def is_refused(self, page, body):
        """The codes; nothing has changed."""
        before = self.step.pre_order
        step = self.checkout.submit(before, page, body)
        assert (step.pre_order, step.events) == (before, ())
        assert step.errors
        return step

    def looks(self, page=None):
        """A reload changes nothing."""
        step = self.checkout.view(self.step.pre_order, page)
        assert (step.pre_order, step.errors) == (self.step.pre_order, {})
        return step


@pytest.mark.parametrize(("option", "place"), [(3, TO_THE_STORE), (4, TO_THE_LOCKER)])
def test_who_collects_chooses_the_place_then_the_shipping_option_and_pays(option, place):
    ada = Shopper()
    assert ada.posts(INDEX, by(option)).page == place[0]
    assert ada.posts(place).page == "ShippingOptionSelectionPage"
    step = ada.posts(SHIPPING, *PAYING)
    assert step.page == "ThankYouPage"
    assert step.pre_order.placed is not None
    assert (ada.delivery.shipping_address.pk, ada.delivery.billing_address) == (None, HOME)
    assert (ada.delivery.retail_store, ada.delivery.pickup_location) == (
        (MODA, None) if option == 3 else (None, LOCKER)
    )  # fmt: skip


@pytest.mark.parametrize(("option", "page"), [(3, TO_THE_STORE[0]), (4, TO_THE_LOCKER[0])])
def test_another_type_of_delivery_asks_for_the_place_and_loses_no_other_answer(option, page):
    ada = Shopper()
    before = ada.posts(INDEX, by(1), ADDRESSES, SHIPPING, PAYING[0]).pre_order
    assert ada.posts(by(option)).page == page
    assert ada.step.pre_order == evolve(before, delivery=evolve(before.delivery, option=ada.delivery.option))
    assert ada.is_refused(*SHIPPING).errors == closed("page_not_available"), "nobody knows yet where it goes"
    assert ada.posts(by(1)).pre_order == before
    assert ada.step.page == "FundsTransferChoicePage"


@pytest.mark.parametrize(("option", "place"), [(3, TO_THE_STORE), (4, TO_THE_LOCKER)])
def test_back_to_the_door_the_place_is_gone_and_only_the_addresses_are_asked_for(option, place):
    ada = Shopper()
    ada.posts(INDEX, by(option), place, SHIPPING, PAYING[0])
    step = ada.posts(by(1))
    assert (step.page, ada.delivery) == ("AddressSelectionPage", Delivery(TO_THE_DOOR, None, HOME))
    assert step.pre_order.shipping.option is not None
    step = ada.posts(ADDRESSES)
    assert (step.page, ada.delivery) == ("FundsTransferChoicePage", Delivery(TO_THE_DOOR, HOME, HOME))


def test_from_a_store_to_a_pickup_point_and_back_each_asks_for_its_own_place():
    ada = Shopper()
    ada.posts(INDEX, by(3), TO_THE_STORE)
    assert ada.posts(by(4)).page == "PickupLocationSelectionPage"
    assert ada.delivery == Delivery(AT_A_LOCKER, None, HOME)
    assert ada.posts(TO_THE_LOCKER, by(3)).page == "RetailStoreSelectionPage"
    assert ada.delivery == Delivery(IN_STORE, None, HOME)


@pytest.mark.parametrize(("option", "place"), [(3, TO_THE_STORE), (4, TO_THE_LOCKER), (1, ADDRESSES)])
@pytest.mark.parametrize("clear", [("AddressClearPage", {}), by(2, clear="true")])
def test_cleared_nothing_of_where_it_goes_is_left(option, place, clear):
    ada = Shopper()
    ada.posts(INDEX, by(option), place, clear)
    assert ada.delivery == Delivery(BY_BIKE if clear[1] else ada.delivery.option)


def test_a_store_and_an_address_of_somebody_else_are_not_there():
    ada = Shopper()
    ada.world.addresses = {None: (HOME,), "eve": (ABROAD,)}
    ada.posts(INDEX, by(3), TO_THE_STORE)
    for body in ({"retail_store": 62, "billing_address": 12}, {"retail_store": 62, "billing_address": 98}):
        assert ada.is_refused(TO_THE_STORE[0], body).errors == {"billing_address": ("invalid",)}
    assert ada.is_refused(TO_THE_STORE[0], {"retail_store": 99, "billing_address": 11}).errors == {
        "retail_store": ("invalid",)
    }


def test_another_buyer_is_not_shown_where_the_first_one_collects():
    ada = Shopper()
    ada.posts(INDEX, by(3), TO_THE_STORE)
    assert ada.checkout.view(ada.step.pre_order, caller=ADA).pre_order.delivery == Delivery()
    eve = Caller("eve", "eve@example.org")
    assert "Galata" not in repr(ada.checkout.view(ada.step.pre_order, caller=eve).pre_order.delivery)


def test_the_store_that_closes_is_asked_for_again_before_anything_is_paid():
    ada = Shopper()
    ada.posts(INDEX, by(3), TO_THE_STORE, SHIPPING, *PAYING[:-1])
    ada.world.shop = evolve(WIDE, retail_stores=(GALATA,))
    step = ada.checkout.submit(ada.step.pre_order, *PAYING[-1])
    assert (step.page, step.errors) == ("RetailStoreSelectionPage", closed("page_not_available"))
    assert step.pre_order.delivery == Delivery(IN_STORE)
    assert step.pre_order.placed is None


def test_by_stock_a_store_that_sold_out_is_asked_for_again_before_anything_is_paid():
    ada = Shopper(Settings(checkout_retail_store_filters=RetailStoreFilters(by_stock=True)))
    assert ada.posts(INDEX, by(3)).context.retail_stores == (GALATA, MODA)
    ada.posts(TO_THE_STORE, SHIPPING, *PAYING[:-1])
    ada.outside.stocked = (61,)
    step = ada.checkout.submit(ada.step.pre_order, *PAYING[-1])
    assert (step.page, step.context.retail_stores) == ("RetailStoreSelectionPage", (GALATA,))


def test_while_the_operator_of_lockers_is_away_nothing_is_lost_and_the_order_is_placed():
    ada = Shopper()
    ada.posts(INDEX, by(4), TO_THE_LOCKER, SHIPPING, *PAYING[:-1])
    ada.outside.down = True
    ada.looks()
    ada.looks("PickupLocationSelectionPage")
    other = {"remote_id": "lkr-8", "billing_address": 11}
    assert ada.is_refused(TO_THE_LOCKER[0], other).errors == closed("pickup_locations_unavailable")
    assert ada.posts(PAYING[-1]).page == "ThankYouPage"


def test_a_locker_that_is_taken_away_is_asked_for_again_before_anything_is_paid():
    ada = Shopper()
    ada.posts(INDEX, by(4), TO_THE_LOCKER, SHIPPING, *PAYING[:-1])
    ada.outside.lockers = ()
    step = ada.checkout.submit(ada.step.pre_order, *PAYING[-1])
    assert (step.page, step.pre_order.delivery) == ("PickupLocationSelectionPage", Delivery(AT_A_LOCKER))


REMOTELY = "RemoteDeliveryOptionSelectionPage"


def test_the_options_of_a_service_lead_on_as_the_shops_own_do():
    ada = Shopper(REMOTE)
    step = ada.posts(INDEX)
    assert (step.page, step.context.delivery_options) == (REMOTELY, (BY_BIKE, AT_A_LOCKER))
    assert ada.is_refused(*by(1)).errors == closed("page_not_available"), "that is the page of the shop's own"
    assert ada.is_refused(*by(1, REMOTELY)).errors == {"delivery_option": ("invalid",)}
    assert ada.posts(by(4, REMOTELY)).page == "PickupLocationSelectionPage"
    assert ada.posts(by(2, REMOTELY)).page == "AddressSelectionPage"
    assert ada.posts(ADDRESSES, SHIPPING, *PAYING).page == "ThankYouPage"


def test_the_only_option_of_a_service_is_taken_without_asking():
    ada = Shopper(REMOTE)
    ada.outside.options = (BY_BIKE,)
    step = ada.posts(INDEX)
    assert (step.page, ada.delivery.option) == ("AddressSelectionPage", BY_BIKE)


def test_while_the_service_of_options_is_away_nothing_is_lost_and_the_order_is_placed():
    ada = Shopper(REMOTE)
    ada.posts(INDEX, by(2, REMOTELY), ADDRESSES, SHIPPING, *PAYING[:-1])
    ada.outside.down = True
    assert ada.looks(REMOTELY).context.delivery_options == (BY_BIKE,)
    assert ada.is_refused(*by(4, REMOTELY)).errors == closed("delivery_options_unavailable")
    assert ada.posts(PAYING[-1]).page == "ThankYouPage"


def test_where_the_service_of_options_is_away_from_the_beginning_the_buyer_is_told():
    ada = Shopper(REMOTE)
    ada.outside.down = True
    step = ada.posts(INDEX)
    assert (step.page, step.context.delivery_options) == (REMOTELY, ())
    assert ada.is_refused(*by(2, REMOTELY)).errors == closed("delivery_options_unavailable")
    ada.outside.down = False
    assert ada.posts(by(2, REMOTELY)).page == "AddressSelectionPage"
