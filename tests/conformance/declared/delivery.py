"""Where it goes, where that is no address of the buyer's; and prices that are known elsewhere only.

    RemoteDeliveryOptionSelection -> RetailStoreSelection or PickupLocationSelection [-> RemotePriceCalculation]

DeliveryOptionSelection and AddressSelection are their alternatives.  The price page follows whatever gave the
parcel an address.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Delivery, ref
from checkout_core.page import EMPTY, Check, Empty, Page, Visit
from checkout_core.pages._checks import address_chosen, basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen
from checkout_core.shop import DeliveryKind


@frozen(slots=False)
class Collection:
    """Where the buyer collects."""

    retail_store: int | None = None  # pk
    pickup_location: str | None = None  # remote id


@frozen(slots=False)
class RemotePrices:
    needed: bool = False  # a product says so; follows the basket, no answer of the buyer's
    are_set: bool = False


def _asked_remotely(_: object, visit: Visit) -> bool:
    return visit.settings.checkout_delivery_option_selection_page == "RemoteDeliveryOptionSelectionPage"


def _provider_known(_: object, visit: Visit) -> bool:
    return visit.settings.remote_delivery_option_provider is not None


def _delivered_to(kind: DeliveryKind) -> Check:
    def test(_: object, visit: Visit) -> bool:
        option = visit.order.delivery.option
        return option is not None and option.delivery_option_type == kind

    return Check(f"delivery_to_a_{kind}", test, f"the delivery option is of the type {kind}")


def _prices_needed(own: RemotePrices, _: Visit) -> bool:
    return own.needed


asked_remotely = Check("another_delivery_page", _asked_remotely, "the shop asks for the delivery option on this page")
provider_known = Check("no_delivery_provider", _provider_known, "there is a service to ask for delivery options")
to_a_store = _delivered_to("retail_store")
to_a_pickup_location = _delivered_to("pickup_location")
prices_needed = Check("no_remote_prices", _prices_needed, "a price is known elsewhere only")


class RemoteDeliveryOptionSelectionPage(Page[Delivery, Empty]):
    """As DeliveryOptionSelectionPage, where a service of the shop's says which options there are."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, asked_remotely, provider_known
    sets = (ref(Delivery).option,)

    async def auto(self, own: Delivery, visit: Visit) -> Empty | None:
        return EMPTY if len(visit.shop.delivery_options) == 1 else None


class RetailStoreSelectionPage(Page[Collection, Empty]):
    """The store to collect in; it is where the parcel goes, and the buyer says where the invoice goes."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, to_a_store
    sets = ref(Collection).retail_store, ref(Delivery).shipping_address, ref(Delivery).billing_address
    resets = ("RemotePriceCalculationPage",)


class PickupLocationSelectionPage(Page[Collection, Empty]):
    """The pickup point, by the id its carrier knows it by."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, to_a_pickup_location
    sets = ref(Collection).pickup_location, ref(Delivery).shipping_address, ref(Delivery).billing_address
    resets = ("RemotePriceCalculationPage",)


class RemotePriceCalculationPage(Page[RemotePrices, Empty]):
    """Prices for this address, from where they are known."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen, prices_needed
    sets = (ref(RemotePrices).are_set,)
