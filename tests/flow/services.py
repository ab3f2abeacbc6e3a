"""A shop that asks services what shipping costs and how it can send, and what it takes to come before the last page."""

from __future__ import annotations

from checkout_core import Settings, evolve
from checkout_core.effects import RemoteShippingOption, Unavailable
from checkout_core.order import Parcel
from checkout_core.rules.calculators import Remote
from checkout_core.settings import RemoteService
from checkout_core.shop import ShippingOption

from .world import BY_CARD, BY_TRANSFER, SHOP, World, lira

CARRIER = RemoteService("https://carrier.test/options")
BY_SERVICE = Settings(
    checkout_shipping_option_selection_page="RemoteShippingOptionSelectionPage", remote_shipping_option_provider=CARRIER
)
WAYS = {"card": BY_CARD, "transfer": BY_TRANSFER}


class Services:
    """The port of the shop's services, switched on and off between two steps."""

    def __init__(self):
        self.price = lira("44.50")
        self.options = (RemoteShippingOption("standard", lira("31.00")),)
        self.down = False
        self.asked: list[Parcel] = []

    def ask_shipping_price(self, service, parcel, /):
        self.asked.append(parcel)
        return self._said(self.price)

    def ask_shipping_options(self, service, parcel, /):
        self.asked.append(parcel)
        return self._said(self.options)

    def ask_prices(self, service, parcel, products, /):
        return Unavailable("sells nothing")

    def ask_delivery_options(self, service, parcel, /):
        return Unavailable("delivers nothing")

    def _said(self, answer):
        if self.down:
            raise TimeoutError
        return answer


class Shop(World):
    """The shop of the flow tests with services; shipping option 21 asks one for its price, unless options are asked."""

    def __init__(self, calculator=None, settings=None, **tables):
        courier = ShippingOption(21, "Courier", "courier", calculator or Remote("courier"))
        tables = {"shipping_options": (courier, SHOP.shipping_options[1]), **tables}
        super().__init__(SHOP if settings is BY_SERVICE else evolve(SHOP, **tables), settings)
        self.services = Services()

    def ports(self, *, awaited=False, **more):
        return super().ports(awaited=awaited, quotes=self.services, **more)


def way_of(shop, way):
    """The pages of that way, with the shipping page of the shop's setting."""
    name = shop.settings.checkout_shipping_option_selection_page
    return tuple((name if page == "ShippingOptionSelectionPage" else page, body) for page, body in WAYS[way])


def about_to_pay(walks, shop, way="transfer"):
    """A buyer, who has answered all but the last page; the order, and that page."""
    buyer, pages = walks(shop), way_of(shop, way)
    page, body = pages[-1]
    return buyer, buyer.at(page, pages), page, body


def sealed(step):
    """What the order of that step was placed for; so were its payments, where it was paid by card."""
    order = step.pre_order
    plans = [plan.amount for attempt in order.attempts for plan in attempt.seal.plans]
    taken = [capture.amount for attempt in order.attempts for capture in attempt.captures]
    by_card = order.payment.option.payment_type == "credit_card"
    assert plans == taken == ([order.placed.totals.total] if by_card else [])
    return order.placed.totals.total
