"""Getting the goods to the buyer, in the larger shop: stores, lockers, slots, vendors, and services that fail."""

from __future__ import annotations

from checkout_core.sandbox.services import SERVICES

WHO = {"user_email": "ada@example.org"}
HOME = {"shipping_address": 11, "billing_address": 11}
DELIVERY, ADDRESS = "DeliveryOptionSelectionPage", "AddressSelectionPage"
STORE, LOCKER = "RetailStoreSelectionPage", "PickupLocationSelectionPage"
BY_SOURCE, BY_VALUES = "DataSourceShippingOptionSelectionPage", "AttributeBasedShippingOptionSelectionPage"
SHIPPING, PRICES = "ShippingOptionSelectionPage", "RemotePriceCalculationPage"
SLOT, RESERVATION = "SlotSelectionPage", "ReservationSelectionPage"
SUNDAY = {"lower": "2026-11-22T19:00:00+03:00", "upper": "2026-11-22T21:00:00+03:00"}
MONDAY = {"lower": "2026-11-23T10:00:00+03:00", "upper": "2026-11-23T13:00:00+03:00"}


def comes(scene, *skus, delivery, **about):
    """A guest who has said who buys, and how it is delivered."""
    scene.basket(*skus)
    guest = scene.browser(**about)
    with scene.unnoted():
        guest.looks()
        guest.answers("IndexPage", WHO)
        guest.answers(DELIVERY, {"delivery_option": delivery})
    scene.happens(f"a guest has chosen delivery option {delivery}")
    return guest


def fails(scene, *services, how="down"):
    scene.sandbox.services.switch(dict.fromkeys(services or SERVICES, how))
    scene.happens(f"{', '.join(services or ('all services',))}: {how or 'sound again'}")


def store(scene):
    """A guest collects in a store, at a reserved time"""
    scene.basket("mug", "lamp")
    guest = scene.browser()
    guest.looks(says="the first look")
    guest.answers("IndexPage", WHO)
    guest.answers(DELIVERY, {"delivery_option": 2}, says="to be collected in a store")
    guest.answers(ADDRESS, HOME, says="an address, where the goods are collected", keeps=True)
    guest.answers(STORE, {"retail_store": 99, "billing_address": 11}, says="a store there is none of", keeps=True)
    guest.answers(STORE, {"retail_store": 1, "billing_address": 15}, says="somebody else's address", keeps=True)
    guest.answers(STORE, {}, says="nothing", keeps=True)
    guest.answers(STORE, {"retail_store": 1, "billing_address": 11})
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[11]"}, says="one of two vendors", keeps=True)
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[11, 12, 21]"}, says="one of them twice", keeps=True)
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[11, 100]"}, says="nobody's option", keeps=True)
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[11, 21"}, says="no JSON", keeps=True)
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[11, 21]"}, says="one of each")
    guest.answers(RESERVATION, {}, says="neither reserved nor skipped", keeps=True)
    guest.answers(RESERVATION, SUNDAY, says="when the store is closed", keeps=True)
    guest.answers(RESERVATION, MONDAY)
    guest.answers(RESERVATION, {"skip_reservation": "true"}, says="better not, after all")
    guest.answers(RESERVATION, MONDAY, says="or yes")
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 32})
    guest.answers("FundsTransferChoicePage", {"bank_account": 71})
    guest.answers("FundsTransferPage", {"agreement": "1"}, says="the order is placed")


def slot(scene):
    """Two guests want the last place of a slot"""
    first, second = (
        comes(scene, "mug", delivery=3, basket="basket-1"), comes(scene, "mug", delivery=3, session="session-2")
    )  # fmt: skip
    for guest in (first, second):
        with scene.unnoted():
            guest.answers(ADDRESS, HOME)
    scene.happens("both have said where it goes")
    first.looks(says="what is offered")
    first.answers(SLOT, {}, says="nothing", keeps=True)
    first.answers(SLOT, {"lower": "on Sunday", "upper": "2026-11-22"}, says="no moments", keeps=True)
    first.answers(SLOT, {**SUNDAY, "upper": "2026-11-22T20:00:00+03:00"}, says="half of one", keeps=True)
    first.answers(SLOT, {"lower": "2026-11-22T16:00:00Z", "upper": "2026-11-22T18:00:00Z"}, says="in Greenwich")
    second.answers(SLOT, SUNDAY, says="the other guest, too: nobody has paid")
    for guest in (first, second):
        with scene.unnoted():
            guest.answers(BY_SOURCE, {"data_source_shipping_options": "[11]"})
            guest.answers("PaymentOptionSelectionPage", {"payment_option": 32})
            guest.answers("FundsTransferChoicePage", {"bank_account": 71})
    scene.happens("both have come to the page that places the order")
    first.answers("FundsTransferPage", {"agreement": "1"}, says="the first places the order")
    second.answers("FundsTransferPage", {"agreement": "1"}, says="the second is too late")
    second.answers(SLOT, SUNDAY, says="it is full")


def locker(scene):
    """A guest collects at a locker; goods are sent in groups, by where they lie"""
    scene.settings(checkout_shipping_option_selection_page=BY_VALUES)
    guest = comes(scene, "mug", "lamp", delivery=4)
    guest.looks(LOCKER)
    guest.answers(LOCKER, {"remote_id": "L-999", "billing_address": 11}, says="no such locker", keeps=True)
    guest.answers(LOCKER, {"remote_id": "5421190000000009", "billing_address": 11}, says="a card number", keeps=True)
    fails(scene, "pickup_locations")
    guest.answers(LOCKER, {"remote_id": "L-101", "billing_address": 11}, says="nobody can say", keeps=True)
    fails(scene, "pickup_locations", how=None)
    guest.answers(LOCKER, {"remote_id": "L-101", "billing_address": 11})
    options = {"attribute_based_shipping_options": '{"istanbul": 100}'}
    guest.answers(BY_VALUES, options, says="one of two groups", keeps=True)
    guest.answers(BY_VALUES, {"attribute_based_shipping_options": "[100, 200]"}, says="no groups", keeps=True)
    guest.answers(BY_VALUES, {"attribute_based_shipping_options": '{"istanbul": 100, "ankara": 200}'})
    guest.looks(says="all that was chosen")


def services(scene):
    """Services that others run fail, and are back"""
    fails(scene)
    guest = comes(scene, "wardrobe", delivery=1)
    guest.answers(ADDRESS, HOME, says="the price is not known")
    guest.answers(PRICES, {}, says="asked again", keeps=True)
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[21]"}, says="past it", keeps=True)
    fails(scene, "prices", how=None)
    guest.looks(says="the price is there")
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[22]"}, says="a carrier who says nothing", keeps=True)
    fails(scene, "carriers", how=None)
    guest.answers(BY_SOURCE, {"data_source_shipping_options": "[22]"}, says="the carrier is back")
    fails(scene, "carriers", "prices")
    guest.looks(says="down again: nothing is lost")


def remote(scene):
    """A service says which options there are; an option asks for more"""
    scene.settings(checkout_shipping_option_selection_page=f"Remote{SHIPPING}")
    guest = comes(scene, "mug", delivery=1)
    guest.answers(ADDRESS, HOME)
    guest.answers(f"Remote{SHIPPING}", {"shipping_option": 24}, says="what the service does not offer", keeps=True)
    guest.answers(SHIPPING, {"shipping_option": 22}, says="as a storefront calls the page")
    fails(scene, "shipping_options")
    guest.answers(f"Remote{SHIPPING}", {"shipping_option": 21}, says="nobody can say", keeps=True)
    scene.settings(checkout_shipping_option_selection_page=SHIPPING)
    guest.answers(SHIPPING, {"shipping_option": 25}, says="without the day", keeps=True)
    guest.answers(SHIPPING, {"shipping_option": 25, "delivery_date": "2026-12-01", "floor": "3"}, says="with it")


def drawn(scene):
    """The same pages without a storefront"""
    guest = comes(scene, "mug", "lamp", delivery=3, person=True)
    guest.answers(ADDRESS, HOME)
    guest.looks(says="the slots")
    guest.answers(SLOT, {**SUNDAY, "upper": "2026-11-22T20:00:00+03:00"}, says="half of one", keeps=True)
    guest.answers(SLOT, SUNDAY)
    guest.looks(says="an option of each vendor")
    guest.answers(BY_SOURCE, {"data_source_shipping_options[1]": "11"}, says="one of two", keeps=True)
    guest.answers(BY_SOURCE, {"data_source_shipping_options[1]": "11", "data_source_shipping_options[2]": "21"})
    scene.settings(checkout_shipping_option_selection_page=SHIPPING)
    guest.looks(SHIPPING, says="an option that asks for more")


STORIES = (store, slot, locker, services, remote, drawn)
