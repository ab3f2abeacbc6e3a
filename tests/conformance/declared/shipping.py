"""How the parcel is sent, and what may go with it.

    DataSource-, AttributeBased- or RemoteShippingOptionSelection [-> SampleProduct]

ShippingOptionSelection is the fourth alternative; a setting says which of them the shop uses.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Shipping, ref
from checkout_core.page import EMPTY, Check, Empty, Page, Visit
from checkout_core.pages._checks import (
    address_chosen,
    basket_not_empty,
    buyer_may_buy,
    buyer_named,
    delivery_chosen,
    shipping_chosen,
)  # fmt: skip
from checkout_core.settings import ShippingOptionPage


@frozen(slots=False)
class Split:
    """The options of a basket that is sent in several parcels; `Shipping.option` is their sum."""

    by_source: tuple[int, ...] = ()  # pks, one for each data source
    by_attribute: tuple[tuple[str, int], ...] = ()  # group, pk


@frozen(slots=False)
class Samples:
    offered: tuple[int, ...] = ()  # pks; what offers give this basket
    selected: tuple[int, ...] = ()
    declined: bool = False


def _asked_on(page: ShippingOptionPage) -> Check:
    def test(_: object, visit: Visit) -> bool:
        return visit.settings.checkout_shipping_option_selection_page == page

    return Check("another_shipping_page", test, f"the shop asks for the shipping option on {page}")


def _nothing_offered(own: Samples, _: Visit) -> bool:
    return not own.offered


nothing_offered = Check("no_samples", _nothing_offered, "no sample is offered")
_addressed = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen


class DataSourceShippingOptionSelectionPage(Page[Shipping, Empty]):
    """An option for the goods of each supplier.  Another answer drops the way to pay."""

    requires = *_addressed, _asked_on("DataSourceShippingOptionSelectionPage")
    sets = ref(Shipping).option, ref(Split).by_source
    resets = ("PaymentOptionSelectionPage",)


class AttributeBasedShippingOptionSelectionPage(Page[Shipping, Empty]):
    """An option for each group of goods that share an attribute.  Another answer drops the way to pay."""

    requires = *_addressed, _asked_on("AttributeBasedShippingOptionSelectionPage")
    sets = ref(Shipping).option, ref(Split).by_attribute
    resets = ("PaymentOptionSelectionPage",)


class RemoteShippingOptionSelectionPage(Page[Shipping, Empty]):
    """As ShippingOptionSelectionPage, where a service of the shop's says which options there are."""

    requires = *_addressed, _asked_on("RemoteShippingOptionSelectionPage")
    sets = (ref(Shipping).option,)
    resets = ("PaymentOptionSelectionPage",)

    async def auto(self, own: Shipping, visit: Visit) -> Empty | None:
        alone = len(visit.shop.shipping_options) == 1
        return EMPTY if visit.settings.autoselect_shipping and alone else None


class SampleProductPage(Page[Samples, Empty]):
    """Free samples, or none of them."""

    requires = *_addressed, shipping_chosen
    skip_if = (nothing_offered,)
    sets = ref(Samples).selected, ref(Samples).declined
