"""Who buys, and where it goes.

    Index -> [a delivery option] -> AddressSelection

AddressClear stands beside: it takes the addresses back.
"""

from __future__ import annotations

from attrs import frozen

from ..forms import Email, Phone, Pk
from ..order import Address, Buyer, Delivery, PreOrder, evolve, ref
from ..page import Check, Empty, Invalid, Page, Visit
from ..shop import Country
from ._addresses import addresses_of_buyer, first_country, listed_addresses, sent_elsewhere
from ._checks import (
    basket_not_empty,
    buyer_may_buy,
    buyer_named,
    delivery_chosen,
    identity_number_missing,
    to_an_address,
)  # fmt: skip

our = ref(Delivery)


def _logged_in(own: Buyer, _: Visit) -> bool:
    return not own.is_guest


logged_in = Check("logged_in", _logged_in, "the buyer has an account")


@frozen
class IndexForm:
    user_email: Email
    phone_number: Phone | None = None


@frozen(slots=False)
class IndexContext:
    is_user_logged_in: bool
    can_guest_purchase: bool
    has_gift_box: bool
    user_phone_format: str
    user_phone_regex: str


class IndexPage(Page[Buyer, IndexForm]):
    """Ask a guest for an e-mail address, and perhaps a phone number."""

    requires = basket_not_empty, buyer_may_buy
    skip_if = (logged_in,)
    sets = ref(Buyer).email, ref(Buyer).phone

    async def context(self, own: Buyer, visit: Visit) -> IndexContext:
        settings = visit.settings
        return IndexContext(
            not own.is_guest, settings.can_guest_purchase, settings.gift_box_configurations.is_active,
            settings.user_phone_format, settings.user_phone_regex,
        )  # fmt: skip

    async def process(self, own: Buyer, form: IndexForm, visit: Visit) -> Buyer:
        if not own.is_guest:  # an old tab, posted after the login: the account has its own
            return own
        return evolve(own, email=form.user_email, phone=form.phone_number)


@frozen
class AddressForm:
    shipping_address: Pk
    billing_address: Pk


@frozen(slots=False)
class AddressContext:
    addresses: tuple[Address, ...]
    country: Country | None  # preselected in the form of a new address


class AddressSelectionPage(Page[Delivery, AddressForm]):
    """Where the parcel and the invoice go: two of the buyer's addresses, or twice the same."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, to_an_address
    sets = our.shipping_address, our.billing_address
    resets = ("RemotePriceCalculationPage",)

    async def still_valid(self, own: Delivery, visit: Visit) -> bool:
        addresses = await addresses_of_buyer(visit)
        return own.shipping_address in addresses and own.billing_address in addresses

    async def context(self, own: Delivery, visit: Visit) -> AddressContext:
        return AddressContext(await listed_addresses(own, visit), first_country(visit))

    async def process(self, own: Delivery, form: AddressForm, visit: Visit) -> Delivery:
        addresses = {address.pk: address for address in await addresses_of_buyer(visit)}
        ship, bill = addresses.get(form.shipping_address), addresses.get(form.billing_address)
        codes = {}
        if bill is None:
            codes["billing_address"] = "invalid"
        own = evolve(own, shipping_address=ship, billing_address=bill)
        if ship is None:
            codes["shipping_address"] = "invalid"
        elif identity_number_missing(visit.order.put(own), visit.settings):
            codes["shipping_address"] = "identity_number_required"
        if codes:
            raise Invalid(**codes)
        return own

    def done(self, own: Delivery, visit: Visit) -> bool:
        """One address alone is no answer, nor is one that was made from a store."""
        to = own.shipping_address
        return to is not None and to.pk is not None and own.billing_address is not None

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """Prices depend on the shipping address, and on no other answer."""
        return sent_elsewhere(before, after)


class AddressClearPage(Page[Delivery, Empty]):
    """Take back both addresses, and the store or the pickup point one of them was made from."""

    requires = (basket_not_empty,)
    sets = our.shipping_address, our.billing_address, our.retail_store, our.pickup_location
    resets = ("RemotePriceCalculationPage",)

    async def process(self, own: Delivery, form: Empty, visit: Visit) -> Delivery:
        return Delivery(own.option)

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """Prices depend on the shipping address, and on no other answer."""
        return sent_elsewhere(before, after)
