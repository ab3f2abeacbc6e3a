"""Where the buyer collects: in a store of the shop's, or at a pickup point of somebody else's.

    [a delivery option] -> RetailStoreSelection or PickupLocationSelection

The buyer says where the invoice goes; where the parcel goes, the place says.
"""

from __future__ import annotations

from attrs import frozen

from ..effects import FindPickupLocation, StoresWithStock, Unavailable
from ..forms import Pk, RemoteId
from ..order import Address, Delivery, PreOrder, evolve, ref
from ..page import Invalid, Page, Visit
from ..paying import goods
from ..shop import Country, PickupLocation, RetailStore
from ._addresses import addresses_of_buyer, first_country, listed_addresses, sent_elsewhere
from ._checks import (
    basket_not_empty,
    buyer_may_buy,
    buyer_named,
    delivery_chosen,
    identity_number_missing,
    to_a_pickup_point,
    to_a_store,
)  # fmt: skip
from ._standing import with_standing

our = ref(Delivery)


@frozen
class RetailStoreForm:
    retail_store: Pk
    billing_address: Pk


@frozen(slots=False)
class RetailStoreContext:
    addresses: tuple[Address, ...]
    retail_stores: tuple[RetailStore, ...]
    country: Country | None  # preselected in the form of a new address


@frozen
class PickupLocationForm:
    remote_id: RemoteId
    billing_address: Pk


@frozen(slots=False)
class PickupLocationContext:
    addresses: tuple[Address, ...]
    country: Country | None  # preselected in the form of a new address


# What both pages do


async def _billing(pk: int, visit: Visit, codes: dict[str, str]) -> Address | None:
    """The buyer's address of that key; what is wrong with it goes into `codes`."""
    bill = next((address for address in await addresses_of_buyer(visit) if address.pk == pk), None)
    if bill is None:
        codes["billing_address"] = "invalid"
    return bill


async def _is_of_buyer(address: Address | None, visit: Visit) -> bool:
    return address in await addresses_of_buyer(visit)


def _collected(
    own: Delivery, at: RetailStore | PickupLocation | None, bill: Address | None, visit: Visit, codes: dict[str, str]
) -> Delivery:
    """With an address made from that place for who is billed.

    Raises Invalid with the `codes`, and where the amount needs an identity number that the billing address has not.
    """
    if at is None or bill is None:
        raise Invalid(**codes)
    own = evolve(own, billing_address=bill, shipping_address=_made(at, bill, visit))
    if identity_number_missing(visit.order.put(own), visit.settings):
        raise Invalid(billing_address="identity_number_required")
    return own


def _made(at: RetailStore | PickupLocation, bill: Address, visit: Visit) -> Address:
    """The address of the place, for who is billed; it is none of the buyer's, so it has no key."""
    return Address(
        None, at.name, bill.first_name, bill.last_name, at.phone_number or bill.phone_number, at.country, at.city,
        at.address, at.township, at.district, at.postcode, email=visit.order.buyer.email,
    )  # fmt: skip


# Stores


async def _offered(stores: tuple[RetailStore, ...], visit: Visit) -> tuple[RetailStore, ...]:
    """Of these stores those where this basket may be collected."""
    stores = tuple(store for store in stores if store.click_and_collect)
    if not visit.settings.checkout_retail_store_filters.by_stock or not stores:
        return stores
    stocked = await StoresWithStock(tuple(store.pk for store in stores), goods(visit.order.basket))
    return tuple(store for store in stores if store.pk in stocked)


class RetailStoreSelectionPage(Page[Delivery, RetailStoreForm]):
    """The store to collect in, and where the invoice goes.

    Where stores are not listed, the shop shows them elsewhere; what may be chosen is the same.
    """

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, to_a_store
    sets = our.retail_store, our.shipping_address, our.billing_address
    resets = ("RemotePriceCalculationPage",)

    async def still_valid(self, own: Delivery, visit: Visit) -> bool:
        store = own.retail_store
        if store is None or store not in visit.shop.retail_stores or not await _offered((store,), visit):
            return False
        return await _is_of_buyer(own.billing_address, visit)

    async def context(self, own: Delivery, visit: Visit) -> RetailStoreContext:
        stores = await _offered(visit.shop.retail_stores, visit) if visit.settings.checkout_list_retail_stores else ()
        return RetailStoreContext(
            await listed_addresses(own, visit), with_standing(own.retail_store, stores), first_country(visit)
        )

    async def process(self, own: Delivery, form: RetailStoreForm, visit: Visit) -> Delivery:
        codes: dict[str, str] = {}
        bill = await _billing(form.billing_address, visit, codes)
        named = tuple(store for store in visit.shop.retail_stores if store.pk == form.retail_store)
        offered = await _offered(named, visit)
        store = offered[0] if offered else None
        if store is None:
            codes["retail_store"] = "invalid"
        return _collected(evolve(own, retail_store=store), store, bill, visit, codes)

    def done(self, own: Delivery, visit: Visit) -> bool:
        """Addresses may stand from a delivery to an address."""
        return own.retail_store is not None

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """Prices depend on the shipping address, and on no other answer."""
        return sent_elsewhere(before, after)


class PickupLocationSelectionPage(Page[Delivery, PickupLocationForm]):
    """The pickup point, by the id its operator knows it by, and where the invoice goes.

    Without an answer of the operator the standing one stays, and no other is taken.
    """

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, to_a_pickup_point
    sets = our.pickup_location, our.shipping_address, our.billing_address
    resets = ("RemotePriceCalculationPage",)

    async def still_valid(self, own: Delivery, visit: Visit) -> bool:
        if own.pickup_location is None or not await _is_of_buyer(own.billing_address, visit):
            return False
        found = await FindPickupLocation(own.pickup_location.remote_id)
        return isinstance(found, Unavailable) or found == own.pickup_location

    async def context(self, own: Delivery, visit: Visit) -> PickupLocationContext:
        return PickupLocationContext(await listed_addresses(own, visit), first_country(visit))

    async def process(self, own: Delivery, form: PickupLocationForm, visit: Visit) -> Delivery:
        codes: dict[str, str] = {}
        bill = await _billing(form.billing_address, visit, codes)
        found = await FindPickupLocation(form.remote_id)
        if isinstance(found, Unavailable):
            codes["non_field_errors"] = "pickup_locations_unavailable"
            raise Invalid(**codes)
        if found is None:
            codes["remote_id"] = "invalid"
        return _collected(evolve(own, pickup_location=found), found, bill, visit, codes)

    def done(self, own: Delivery, visit: Visit) -> bool:
        """Addresses may stand from a delivery to an address."""
        return own.pickup_location is not None

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """Prices depend on the shipping address, and on no other answer."""
        return sent_elsewhere(before, after)
