"""Where goods are collected: stores, pickup points, and orders that go there."""

from __future__ import annotations

from checkout_core.order import Address, Delivery
from checkout_core.shop import DeliveryOption, District, PickupLocation, RetailStore, Township

from .kit import BERLIN, GERMANY, HOME, IN_STORE, ISTANBUL, TURKEY

AT_A_LOCKER = DeliveryOption(4, "locker", "At a locker", "pickup_location")
OTHER_STORES = DeliveryOption(5, "outlets", "In an outlet", "retail_store")

KADIKOY = Township(81, "Kadikoy", 34)
GALATA = RetailStore(61, "Galata", "1 Tower Square", TURKEY, ISTANBUL, phone_number="+902125550101")
MODA = RetailStore(62, "Moda", "2 Ferry Road", TURKEY, ISTANBUL, KADIKOY, District(91, "Moda", 34, 81), "34710")
WAREHOUSE = RetailStore(63, "Warehouse", "3 Back Street", TURKEY, ISTANBUL, click_and_collect=False)
STORES = GALATA, MODA, WAREHOUSE

LOCKER = PickupLocation("lkr-7", "Locker 7", "7 Station Road", GERMANY, BERLIN, postcode="10115", phone_number="+49301")


def made(place: RetailStore | PickupLocation, bill: Address = HOME, phone: str | None = None) -> Address:
    """The address that is made from the place, for a guest who is billed there."""
    return Address(
        None, place.name, bill.first_name, bill.last_name, phone or bill.phone_number, place.country, place.city,
        place.address, place.township, place.district, place.postcode, "ada@example.org",
    )  # fmt: skip


COLLECTED = Delivery(IN_STORE, made(MODA), HOME, MODA)
WAITING = Delivery(AT_A_LOCKER, made(LOCKER, phone="+49301"), HOME, pickup_location=LOCKER)
