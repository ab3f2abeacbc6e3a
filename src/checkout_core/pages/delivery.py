"""How the order reaches its buyer: to an address, to a store, to a pickup point.

    DeliveryOptionSelection or RemoteDeliveryOptionSelection -> AddressSelection, RetailStoreSelection
                                                                or PickupLocationSelection

The settings pick the page: it asks the shop's own tables, or a service.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from ..effects import AskDeliveryOptions, Unavailable
from ..forms import Flag, Pk
from ..order import Delivery, Parcel, PreOrder, evolve, ref
from ..page import Check, Invalid, Page, Visit
from ..settings import DeliveryOptionPage
from ..shop import DeliveryOption
from ._addresses import sent_elsewhere
from ._checks import basket_not_empty, buyer_may_buy, buyer_named
from ._standing import with_standing

our = ref(Delivery)


def _asked_on(page: DeliveryOptionPage) -> Callable[[Delivery, Visit], bool]:
    return lambda _, visit: visit.settings.checkout_delivery_option_selection_page == page


def _known(_: Delivery, visit: Visit) -> bool:
    return visit.settings.remote_delivery_option_provider is not None


HERE = "the shop asks for the delivery option on this page"
asked_here = Check("another_delivery_page", _asked_on("DeliveryOptionSelectionPage"), HERE)
asked_remotely = Check("another_delivery_page", _asked_on("RemoteDeliveryOptionSelectionPage"), HERE)
service_known = Check("no_delivery_provider", _known, "there is a service to ask for delivery options")


@frozen
class DeliveryOptionForm:
    delivery_option: Pk
    clear: Flag = field(default=Flag(False))  # noqa: FBT003  # the field names it


@frozen(slots=False)
class DeliveryOptionContext:
    delivery_options: tuple[DeliveryOption, ...]


# What both pages do with the options, wherever those come from


def _only(options: tuple[DeliveryOption, ...]) -> DeliveryOptionForm | None:
    return DeliveryOptionForm(Pk(options[0].pk)) if len(options) == 1 else None


def _taken(own: Delivery, form: DeliveryOptionForm, options: tuple[DeliveryOption, ...]) -> Delivery:
    """Raises Invalid for what is none of the options."""
    for option in options:
        if option.pk == form.delivery_option:
            return Delivery(option) if form.clear else _by(option, own)
    raise Invalid(delivery_option="invalid")


def _by(option: DeliveryOption, own: Delivery) -> Delivery:
    """Delivered by that option; what only another type of delivery has is gone, and the address made from it."""
    kind, to = option.delivery_option_type, own.shipping_address
    store = own.retail_store if kind == "retail_store" else None
    pickup = own.pickup_location if kind == "pickup_location" else None
    if to is not None and to.pk is None and store is None and pickup is None:
        to = None
    return evolve(own, option=option, shipping_address=to, retail_store=store, pickup_location=pickup)


def _without_option(order: PreOrder) -> PreOrder:
    delivery = order.delivery
    return order.put(evolve(delivery, option=None)) if delivery.option else order


class DeliveryOptionSelectionPage(Page[Delivery, DeliveryOptionForm]):
    """To an address, to a store, to a pickup point.  The only option there is is taken without asking.

    Another option keeps the addresses unless the buyer says `clear`: a storefront
    that still holds the old lists would otherwise post them for ever.  One of
    another type drops the store or the pickup point, and the address made from it.
    """

    requires = basket_not_empty, buyer_may_buy, buyer_named, asked_here
    sets = our.option, our.shipping_address, our.billing_address, our.retail_store, our.pickup_location
    resets = ("RemotePriceCalculationPage",)

    async def still_valid(self, own: Delivery, visit: Visit) -> bool:
        return own.option in visit.shop.delivery_options

    async def context(self, own: Delivery, visit: Visit) -> DeliveryOptionContext:
        return DeliveryOptionContext(with_standing(own.option, visit.shop.delivery_options))

    async def auto(self, own: Delivery, visit: Visit) -> DeliveryOptionForm | None:
        return _only(visit.shop.delivery_options)

    async def process(self, own: Delivery, form: DeliveryOptionForm, visit: Visit) -> Delivery:
        return _taken(own, form, visit.shop.delivery_options)

    def done(self, own: Delivery, visit: Visit) -> bool:
        """An address is no answer to this page's question."""
        return own.option is not None

    def undo(self, order: PreOrder) -> PreOrder:
        """The addresses were given on another page."""
        return _without_option(order)

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """Prices depend on the shipping address, and on no other answer."""
        return sent_elsewhere(before, after)


async def _offered(visit: Visit) -> tuple[DeliveryOption, ...] | Unavailable:
    service = visit.settings.remote_delivery_option_provider
    if service is None:
        return Unavailable("REMOTE_DELIVERY_OPTION_PROVIDER is not set")
    return await AskDeliveryOptions(service, Parcel(visit.order.basket, None))


class RemoteDeliveryOptionSelectionPage(Page[Delivery, DeliveryOptionForm]):
    """As DeliveryOptionSelectionPage, where a service of the shop's says which options there are.

    Without an answer of the service the standing choice stays, and no other is taken.
    """

    requires = basket_not_empty, buyer_may_buy, buyer_named, asked_remotely, service_known
    sets = our.option, our.shipping_address, our.billing_address, our.retail_store, our.pickup_location
    resets = ("RemotePriceCalculationPage",)

    async def still_valid(self, own: Delivery, visit: Visit) -> bool:
        options = await _offered(visit)
        return isinstance(options, Unavailable) or own.option in options

    async def context(self, own: Delivery, visit: Visit) -> DeliveryOptionContext:
        options = await _offered(visit)
        return DeliveryOptionContext(with_standing(own.option, () if isinstance(options, Unavailable) else options))

    async def auto(self, own: Delivery, visit: Visit) -> DeliveryOptionForm | None:
        options = await _offered(visit)
        return None if isinstance(options, Unavailable) else _only(options)

    async def process(self, own: Delivery, form: DeliveryOptionForm, visit: Visit) -> Delivery:
        options = await _offered(visit)
        if isinstance(options, Unavailable):
            raise Invalid(non_field_errors="delivery_options_unavailable")
        return _taken(own, form, options)

    def done(self, own: Delivery, visit: Visit) -> bool:
        """An address is no answer to this page's question."""
        return own.option is not None

    def undo(self, order: PreOrder) -> PreOrder:
        """The addresses were given on another page."""
        return _without_option(order)

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """Prices depend on the shipping address, and on no other answer."""
        return sent_elsewhere(before, after)
