"""How the parcel is sent, and what that costs: ShippingOptionSelection."""

from __future__ import annotations

from attrs import frozen

from ..forms import Pk
from ..order import Shipping, ShippingChoice, ref
from ..page import Check, Invalid, Page, Visit
from ..rules.quotes import quote_of, quotes
from ._checks import address_chosen, basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen
from ._standing import with_standing


def _asked_here(_: Shipping, visit: Visit) -> bool:
    return visit.settings.checkout_shipping_option_selection_page == "ShippingOptionSelectionPage"


asked_here = Check("another_shipping_page", _asked_here, "the shop asks for the shipping option on this page")


@frozen
class ShippingOptionForm:
    shipping_option: Pk


@frozen(slots=False)
class ShippingOptionContext:
    shipping_options: tuple[ShippingChoice, ...]


class ShippingOptionSelectionPage(Page[Shipping, ShippingOptionForm]):
    """Choose among the options whose rules let this parcel through.  Another answer drops the way to pay."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen, asked_here
    sets = (ref(Shipping).option,)
    resets = ("PaymentOptionSelectionPage",)

    async def still_valid(self, own: Shipping, visit: Visit) -> bool:
        return own.option is not None and own.option == await quote_of(visit, own.option.pk)

    async def context(self, own: Shipping, visit: Visit) -> ShippingOptionContext:
        return ShippingOptionContext(with_standing(own.option, await quotes(visit)))

    async def auto(self, own: Shipping, visit: Visit) -> ShippingOptionForm | None:
        if not visit.settings.autoselect_shipping:
            return None
        offered = await quotes(visit)
        return ShippingOptionForm(Pk(offered[0].pk)) if len(offered) == 1 else None

    async def process(self, own: Shipping, form: ShippingOptionForm, visit: Visit) -> Shipping:
        quote = await quote_of(visit, form.shipping_option)
        if quote is None:
            raise Invalid(shipping_option="invalid")
        return Shipping(quote)
