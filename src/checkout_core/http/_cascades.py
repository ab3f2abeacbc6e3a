"""What keeps a storefront from posting the same thing for ever.

A storefront posts by itself the first of every list it holds where the order has no choice yet, and again after every
answer that leaves the gap, without a pause.  It forgets a list only for another one.  So a list whose first cannot be
had, and one of a page that is closed, is taken from it: the answer to the refused post has an empty one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ..engine import Shown, Step
from ..order import PreOrder
from ..settings import Settings
from ._standing import standing


@frozen
class Offer:
    """A page that storefronts answer by themselves."""

    listed: str  # in the page's context
    fields: tuple[str, ...]  # of its form; the first decides


DELIVERY: Final = ("DeliveryOptionSelectionPage", "RemoteDeliveryOptionSelectionPage")
SHIPPING: Final = ("ShippingOptionSelectionPage", "RemoteShippingOptionSelectionPage")
OFFERS: Final[Mapping[str, Offer]] = {
    **dict.fromkeys(DELIVERY, Offer("delivery_options", ("delivery_option",))),
    "AddressSelectionPage": Offer("addresses", ("shipping_address", "billing_address")),
    **dict.fromkeys(SHIPPING, Offer("shipping_options", ("shipping_option",))),
    "PaymentOptionSelectionPage": Offer("payment_options", ("payment_option",)),
    "InstallmentSelectionPage": Offer("installments", ("installment",)),
}


ALIASES: Final = {"LoyaltyPaymentSelectedPage": "LoyaltyMoneyPage"}  # older names that storefronts still post to


def asked_on(page: str | None, settings: Settings) -> str | None:
    """The page on which the shop asks what a storefront means by that name: it may be older, or one of two alike."""
    page = ALIASES.get(page or "", page)
    for names, chosen in (
        (DELIVERY, settings.checkout_delivery_option_selection_page),
        (SHIPPING, settings.checkout_shipping_option_selection_page),
    ):
        if page in names and chosen in names:
            return chosen
    return page


def quieted(step: Step, page: str | None, posted: Mapping[str, object] | None) -> tuple[Shown, ...]:
    """What the answer to that post lists.  `posted` is None where nothing could be read, nor could it the next time."""
    offer = OFFERS.get(page or "")
    if page is None or offer is None or step.ok:
        return step.context_list
    lists = {shown.page: _listed(shown) for shown in step.context_list if shown.page in OFFERS}
    own = lists.pop(page, ())
    told = None if posted is None else str(posted.get(offer.fields[0], ""))
    if not _gap(step.pre_order, page, offer, told, own) or (told is not None and _goes_on(own, told, lists)):
        return step.context_list
    return Shown(page, {offer.listed: ()}), *(shown for shown in step.context_list if shown.page != page)


def _listed(shown: Shown) -> tuple[object, ...]:
    listed: tuple[object, ...] = getattr(shown.context, OFFERS[shown.page].listed, ())
    return listed


def _gap(order: PreOrder, page: str, offer: Offer, told: str | None, own: tuple[object, ...]) -> bool:
    """A shipping option that is chosen, and not in the storefront's list, is one to it."""
    chosen = [standing(field, order) for field in offer.fields]
    return None in chosen or (page in SHIPPING and not own and _pk(chosen[0]) != told)


def _goes_on(own: tuple[object, ...], told: str, others: Mapping[str, tuple[object, ...]]) -> bool:
    """The storefront posts something else next: the first of this list now, or of that of the page before."""
    if not own:
        return any(others.values())
    first = (_pk(each) for each in own if getattr(each, "delivery_option_type", "customer") == "customer")
    return next(first, "undefined") != told


def _pk(choice: object) -> str:
    return str(getattr(choice, "pk", None))
