"""The buyer's addresses, as every page that asks for one lists them."""

from __future__ import annotations

from ..effects import ListAddresses
from ..order import Address, Delivery, PreOrder
from ..page import Visit
from ..shop import Country


async def addresses_of_buyer(visit: Visit) -> tuple[Address, ...]:
    """Of a member those of the account, of a guest those of this checkout.  Of nobody else: foreign is missing."""
    return await ListAddresses(visit.order.buyer.account, visit.order.key)


async def listed_addresses(own: Delivery, visit: Visit) -> tuple[Address, ...]:
    """The buyer's addresses: one that was edited since as it is now, one that was deleted as it was chosen."""
    addresses = await addresses_of_buyer(visit)
    listed = {address.pk for address in addresses}
    chosen = (address for address in (own.shipping_address, own.billing_address) if address is not None)
    gone = {address.pk: address for address in chosen if address.pk is not None and address.pk not in listed}
    return (*gone.values(), *addresses)


def first_country(visit: Visit) -> Country | None:
    """Preselected in the form of a new address."""
    code = visit.settings.default_country_code
    return visit.shop.country(code) if code else None


def sent_elsewhere(before: PreOrder, after: PreOrder) -> bool:
    """The parcel goes to another address, or to none now."""
    return before.delivery.shipping_address != after.delivery.shipping_address
