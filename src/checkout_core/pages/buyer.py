"""Who buys, and where it goes.

    Index -> DeliveryOptionSelection -> AddressSelection

AddressClear stands beside: it takes the addresses back.
"""

from __future__ import annotations

from attrs import field, frozen

from ..effects import ListAddresses
from ..forms import Email, Flag, Phone, Pk
from ..order import Address, Buyer, Delivery, PreOrder, evolve, ref
from ..page import Check, Empty, Invalid, Page, Visit
from ..shop import Country, DeliveryOption
from ._checks import (
    basket_not_empty,
    buyer_may_buy,
    buyer_named,
    delivery_chosen,
    identity_number_missing,
    to_an_address,
)  # fmt: skip
from ._standing import with_standing


def _logged_in(own: Buyer, _: Visit) -> bool:
    return not own.is_guest


def _asked_here(_: Delivery, visit: Visit) -> bool:
    return visit.settings.checkout_delivery_option_selection_page == "DeliveryOptionSelectionPage"


logged_in = Check("logged_in", _logged_in, "the buyer has an account")
asked_here = Check("another_delivery_page", _asked_here, "the shop asks for the delivery option on this page")


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
class DeliveryOptionForm:
    delivery_option: Pk
    clear: Flag = field(default=Flag(False))  # noqa: FBT003  # the field names it


@frozen(slots=False)
class DeliveryOptionContext:
    delivery_options: tuple[DeliveryOption, ...]


class DeliveryOptionSelectionPage(Page[Delivery, DeliveryOptionForm]):
    """To an address, to a store, to a pickup point.  The only option there is is taken without asking.

    Another option keeps the addresses unless the buyer says `clear`: a storefront
    that still holds the old lists would otherwise post them for ever.
    """

    requires = basket_not_empty, buyer_may_buy, buyer_named, asked_here
    sets = ref(Delivery).option, ref(Delivery).shipping_address, ref(Delivery).billing_address

    async def still_valid(self, own: Delivery, visit: Visit) -> bool:
        return own.option in visit.shop.delivery_options

    async def context(self, own: Delivery, visit: Visit) -> DeliveryOptionContext:
        return DeliveryOptionContext(with_standing(own.option, visit.shop.delivery_options))

    async def auto(self, own: Delivery, visit: Visit) -> DeliveryOptionForm | None:
        options = visit.shop.delivery_options
        return DeliveryOptionForm(Pk(options[0].pk)) if len(options) == 1 else None

    async def process(self, own: Delivery, form: DeliveryOptionForm, visit: Visit) -> Delivery:
        for option in visit.shop.delivery_options:
            if option.pk == form.delivery_option:
                return Delivery(option) if form.clear else evolve(own, option=option)
        raise Invalid(delivery_option="invalid")

    def done(self, own: Delivery, visit: Visit) -> bool:
        """An address is no answer to this page's question."""
        return own.option is not None

    def undo(self, order: PreOrder) -> PreOrder:
        """The addresses were given on another page."""
        delivery = order.delivery
        return order.put(evolve(delivery, option=None)) if delivery.option else order


@frozen
class AddressForm:
    shipping_address: Pk
    billing_address: Pk


@frozen(slots=False)
class AddressContext:
    addresses: tuple[Address, ...]
    country: Country | None  # preselected in the form of a new address


def _with_chosen(own: Delivery, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    """One that was edited since is listed as it is now; one that was deleted, as it was chosen."""
    listed = {address.pk for address in addresses}
    chosen = (address for address in (own.shipping_address, own.billing_address) if address is not None)
    gone = {address.pk: address for address in chosen if address.pk is not None and address.pk not in listed}
    return (*gone.values(), *addresses)


class AddressSelectionPage(Page[Delivery, AddressForm]):
    """Where the parcel and the invoice go: two of the buyer's addresses, or twice the same."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, to_an_address
    sets = ref(Delivery).shipping_address, ref(Delivery).billing_address

    async def still_valid(self, own: Delivery, visit: Visit) -> bool:
        addresses = await ListAddresses(visit.order.buyer.account, visit.order.key)
        return own.shipping_address in addresses and own.billing_address in addresses

    async def context(self, own: Delivery, visit: Visit) -> AddressContext:
        addresses = await ListAddresses(visit.order.buyer.account, visit.order.key)
        code = visit.settings.default_country_code
        return AddressContext(_with_chosen(own, addresses), visit.shop.country(code) if code else None)

    async def process(self, own: Delivery, form: AddressForm, visit: Visit) -> Delivery:
        addresses = {a.pk: a for a in await ListAddresses(visit.order.buyer.account, visit.order.key)}
        ship, bill = addresses.get(form.shipping_address), addresses.get(form.billing_address)
        codes = {}
        if bill is None:
            codes["billing_address"] = "invalid"
        own = evolve(own, shipping_address=ship, billing_address=bill)
        if ship is None:
            codes["shipping_address"] = "invalid"
        elif identity_number_missing(visit.order.put(own), visit.order.totals.total, visit.settings):
            codes["shipping_address"] = "identity_number_required"
        if codes:
            raise Invalid(**codes)
        return own


class AddressClearPage(Page[Delivery, Empty]):
    """Take both addresses back."""

    requires = (basket_not_empty,)
    sets = ref(Delivery).shipping_address, ref(Delivery).billing_address

    async def process(self, own: Delivery, form: Empty, visit: Visit) -> Delivery:
        return evolve(own, shipping_address=None, billing_address=None)
