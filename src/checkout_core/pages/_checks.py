"""Facts that pages of several flows ask for."""

from __future__ import annotations

from collections.abc import Callable

from ..order import Basket, PreOrder
from ..page import Check, Invalid, Visit
from ..settings import Settings
from ..shop import DeliveryKind


def _filled(_: object, visit: Visit) -> bool:
    return bool(visit.order.basket.lines)


def _may_buy(_: object, visit: Visit) -> bool:
    return visit.settings.can_guest_purchase or not visit.order.buyer.is_guest


def _named(_: object, visit: Visit) -> bool:
    return visit.order.buyer.email is not None or not visit.order.buyer.is_guest


def _delivered(_: object, visit: Visit) -> bool:
    return visit.order.delivery.option is not None


def _to(kind: DeliveryKind) -> Callable[[object, Visit], bool]:
    def delivered(_: object, visit: Visit) -> bool:
        option = visit.order.delivery.option
        return option is not None and option.delivery_option_type == kind

    return delivered


def _addressed(_: object, visit: Visit) -> bool:
    """An address that is left from another type of delivery is none for this one."""
    delivery = visit.order.delivery
    if delivery.shipping_address is None or delivery.billing_address is None:
        return False
    kind = delivery.option.delivery_option_type if delivery.option else "customer"
    if kind == "customer":
        return delivery.shipping_address.pk is not None
    return (delivery.retail_store if kind == "retail_store" else delivery.pickup_location) is not None


def price_asked_for(basket: Basket, settings: Settings) -> bool:
    """Some product's price is known elsewhere only: its attribute is the text `true`."""
    return settings.remote_price_attribute_key in basket.marks


def _priced(_: object, visit: Visit) -> bool:
    basket = visit.order.basket
    return basket.priced is not None or not price_asked_for(basket, visit.settings)


def by_slots(visit: Visit) -> bool:
    """The delivery option has slots, one of which is chosen."""
    option = visit.order.delivery.option
    return option is not None and option.slot_group is not None


def _shipped(_: object, visit: Visit) -> bool:
    return bool(visit.order.shipping.choices)


basket_not_empty = Check("basket_empty", _filled, "there is something in the basket")
buyer_may_buy = Check("login_required", _may_buy, "the buyer has an account, or the shop sells to guests")
buyer_named = Check("user_email_required", _named, "we know who buys", "IndexPage")
DELIVERY_PAGES = "DeliveryOptionSelectionPage", "RemoteDeliveryOptionSelectionPage"
ADDRESS_PAGES = "AddressSelectionPage", "RetailStoreSelectionPage", "PickupLocationSelectionPage"
SHIPPING_PAGES = (
    "ShippingOptionSelectionPage", "DataSourceShippingOptionSelectionPage",
    "AttributeBasedShippingOptionSelectionPage", "RemoteShippingOptionSelectionPage",
)  # fmt: skip
delivery_chosen = Check("delivery_option_required", _delivered, "a delivery option is chosen", DELIVERY_PAGES)
to_an_address = Check("delivery_to_an_address", _to("customer"), "the parcel goes to an address", DELIVERY_PAGES)
to_a_store = Check("delivery_to_a_store", _to("retail_store"), "the goods are collected at a store", DELIVERY_PAGES)
to_a_pickup_point = Check(
    "delivery_to_a_pickup_point", _to("pickup_location"), "the parcel waits at a pickup point", DELIVERY_PAGES
)
address_chosen = Check("address_required", _addressed, "parcel and invoice have an address", ADDRESS_PAGES)
prices_known = Check(
    "remote_prices_required", _priced, "prices that are known elsewhere were asked for", "RemotePriceCalculationPage"
)
shipping_chosen = Check("shipping_option_required", _shipped, "a shipping option is chosen", SHIPPING_PAGES)
ready_to_pay = (
    basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen, prices_known, shipping_chosen,
)  # fmt: skip


def identity_number_missing(order: PreOrder, settings: Settings) -> bool:
    """The total, with interest, is above the shop's limit, and the shipping address has no identity number.

    A store has none; there it is the one of who is billed, and collects.
    A limit in another currency than the order's says nothing about it.
    """
    limit, total = settings.identity_number_required_amount, order.totals.total
    if limit is None or limit.currency != total.currency or total <= limit:
        return False
    address = order.delivery.shipping_address
    if address is not None and address.pk is None:
        address = order.delivery.billing_address
    return address is None or not address.identity_number


def must_be_identified(visit: Visit) -> None:
    """Nothing, where the order may be placed so far.  Raises Invalid where it needs an identity number it has not."""
    if identity_number_missing(visit.order, visit.settings):
        raise Invalid(non_field_errors="identity_number_required")
