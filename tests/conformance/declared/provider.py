"""The checkout of a provider, which asks the buyer and posts the answers to us.

    CheckoutProviderIndex -> ...Selection -> ...AddressSelection -> ...ShippingOption -> ...AgreementList
        -> ...Notification -> ...ThankYou

A flow of its own, over the same PreOrder: it shares no page with the shop's.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Delivery, Loyalty, PreOrder, Shipping, finder, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import basket_not_empty


@frozen(slots=False)
class Provider:
    basket_digest: str | None = None  # of the basket the provider was told of
    slug: str | None = None
    conversation_id: str | None = None  # of its payment session; what comes from it is authenticated outside
    options_told: bool = False


our = ref(Provider)
_provider = finder(Provider)


def _basket_unchanged(_: object, visit: Visit) -> bool:
    return _provider(visit.order).basket_digest == visit.order.basket.digest


def _in_session(_: object, visit: Visit) -> bool:
    return _provider(visit.order).conversation_id is not None


def _placed(own: PreOrder, _: Visit) -> bool:
    return own.placed is not None


basket_unchanged = Check("basket_changed", _basket_unchanged, "it is the basket the provider was told of")
in_session = Check("no_session", _in_session, "the provider has begun", "CheckoutProviderSelectionPage")
placed = Check("order_not_placed", _placed, "the order is placed")


class CheckoutProviderIndexPage(Page[Provider, Empty]):
    """Begin, with this basket."""

    requires = (basket_not_empty,)
    sets = (our.basket_digest,)


class CheckoutProviderSelectionPage(Page[Provider, Empty]):
    """Which provider; it gets the basket, and we the address of its page.  Loyalty money is not used here."""

    requires = (basket_not_empty,)
    sets = our.slug, our.conversation_id, ref(Delivery).option, ref(Loyalty).accounts


class CheckoutProviderAddressSelectionPage(Page[Delivery, Empty]):
    """The provider tells both addresses."""

    requires = basket_unchanged, in_session
    sets = ref(Delivery).shipping_address, ref(Delivery).billing_address


class CheckoutProviderShippingOptionPage(Page[Provider, Empty]):
    """The provider asks which options there are for that address."""

    requires = basket_unchanged, in_session
    sets = (our.options_told,)


class CheckoutProviderAgreementListPage(Page[Shipping, Empty]):
    """The buyer chooses one; the provider gets the price and the texts to agree to."""

    requires = basket_unchanged, in_session
    sets = (ref(Shipping).option,)


class CheckoutProviderNotificationPage(Page[Provider, Empty]):
    """The provider tells of the money; the ledger is asked, and the order is placed."""

    requires = basket_unchanged, in_session
    pays = True


class CheckoutProviderThankYouPage(Page[PreOrder, Empty]):
    """Where the provider sends the buyer in the end."""

    requires = (placed,)
