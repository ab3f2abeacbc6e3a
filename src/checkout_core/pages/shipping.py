"""How the parcel is sent, and what that costs.

    ShippingOptionSelection          among the options whose rules let the parcel through
    RemoteShippingOptionSelection    among those of them that a service offers

A setting says which of the two asks.
"""

from __future__ import annotations

from attrs import field, frozen

from ..forms import Others, Pk, texts
from ..order import Shipping, ShippingChoice, evolve, ref
from ..page import Check, Invalid, Page, Visit
from ..rules.availability import NOT_AVAILABLE
from ..rules.quotes import OPTIONS_UNAVAILABLE, Refused, quote_of, shipping_offers, stands
from ..settings import ShippingOptionPage
from ..shop import ShippingOption
from ._checks import address_chosen, basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, prices_known
from ._standing import with_standing

# Why an option is refused, where telling it only fills the page: a shop may have one for every country, currency and
# segment, and nobody moves house for another.
UNTOLD = frozenset(
    {
        NOT_AVAILABLE, "country_not_served", "city_not_served", "township_not_served", "district_not_served",
        "postal_code_not_served", "currency_not_taken", "segment_not_served",
    }
)  # fmt: skip


def asked_on(page: ShippingOptionPage) -> Check:
    """The check that the shop asks for the shipping option on that page."""

    def asked(_: Shipping, visit: Visit) -> bool:
        return visit.settings.checkout_shipping_option_selection_page == page

    return Check("another_shipping_page", asked, "the shop asks for the shipping option on this page")


ready_to_ship = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen, prices_known


@frozen
class ShippingOptionForm:
    shipping_option: Pk
    others: Others = field(factory=lambda: Others({}), repr=False)  # among them what the option asks for


@frozen(slots=False)
class UnavailableShipping:
    """An option the shop has and this parcel is not sent with now; `error_code` says why."""

    pk: int
    name: str
    slug: str
    error_code: str


@frozen(slots=False)
class ShippingOptionContext:
    shipping_options: tuple[ShippingChoice, ...]
    unavailable_options: tuple[UnavailableShipping, ...] = ()


class ShippingOptionSelectionPage(Page[Shipping, ShippingOptionForm]):
    """Choose among the options whose rules let this parcel through.  Another answer drops the way to pay."""

    requires = *ready_to_ship, asked_on("ShippingOptionSelectionPage")
    sets = (ref(Shipping).option,)
    resets = ("PaymentOptionSelectionPage",)

    async def still_valid(self, own: Shipping, visit: Visit) -> bool:
        return own.option is not None and await stands(own.option, visit)

    async def context(self, own: Shipping, visit: Visit) -> ShippingOptionContext:
        return await _offered(own, visit)

    async def auto(self, own: Shipping, visit: Visit) -> ShippingOptionForm | None:
        return await _only_one(visit)

    async def process(self, own: Shipping, form: ShippingOptionForm, visit: Visit) -> Shipping:
        return await _chosen(form, visit)


class RemoteShippingOptionSelectionPage(Page[Shipping, ShippingOptionForm]):
    """Choose among the options that a service offers and the shop has too.  Another answer drops the way to pay.

    The service says what it can send, the shop's rules what the shop wants to: both must allow an option.
    """

    requires = *ready_to_ship, asked_on("RemoteShippingOptionSelectionPage")
    sets = (ref(Shipping).option,)
    resets = ("PaymentOptionSelectionPage",)

    async def still_valid(self, own: Shipping, visit: Visit) -> bool:
        return own.option is not None and await stands(own.option, visit)

    async def context(self, own: Shipping, visit: Visit) -> ShippingOptionContext:
        return await _offered(own, visit)

    async def auto(self, own: Shipping, visit: Visit) -> ShippingOptionForm | None:
        return await _only_one(visit)

    async def process(self, own: Shipping, form: ShippingOptionForm, visit: Visit) -> Shipping:
        return await _chosen(form, visit)


async def _offered(own: Shipping, visit: Visit) -> ShippingOptionContext:
    """All that is offered, and what was chosen; why the rest is not, where that helps."""
    offered, refused = await shipping_offers(visit)
    standing = own.option
    fine = standing.pk if standing is not None and not standing.outdated else None
    return ShippingOptionContext(
        with_standing(standing, offered),
        tuple(_told(each) for each in refused if each.code not in UNTOLD and each.option.pk != fine),
    )


def _told(refused: Refused[ShippingOption]) -> UnavailableShipping:
    option = refused.option
    return UnavailableShipping(option.pk, option.name, option.slug, refused.code)


async def _only_one(visit: Visit) -> ShippingOptionForm | None:
    """The only option there is, if it asks for nothing more; that a service is down leaves the buyer's choice alone."""
    if not visit.settings.autoselect_shipping:
        return None
    offered, refused = await shipping_offers(visit)
    if len(offered) != 1 or offered[0].required_fields or any(each.unanswered for each in refused):
        return None
    return ShippingOptionForm(Pk(offered[0].pk))


async def _chosen(form: ShippingOptionForm, visit: Visit) -> Shipping:
    """The option at the price of now, with what it asks for.  Raises Invalid where it is not offered now.

    Whole: what was chosen on another page, which the shop no longer asks for it on, would be paid beside it.
    """
    quote = await quote_of(visit, form.shipping_option)
    if isinstance(quote, Refused) and quote.code == OPTIONS_UNAVAILABLE:
        raise Invalid(non_field_errors=OPTIONS_UNAVAILABLE)
    if quote is None or isinstance(quote, Refused):
        raise Invalid(shipping_option=quote.code if quote is not None and quote.unanswered else "invalid")
    given = texts(quote.required_fields, form.others, visit.settings)
    return Shipping(evolve(quote, given=given))
