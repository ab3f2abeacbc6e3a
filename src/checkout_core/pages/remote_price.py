"""Prices that are known elsewhere only, for the address the parcel goes to.

    AddressSelection, RetailStoreSelection or PickupLocationSelection -> RemotePriceCalculation

A step that no storefront knows: it is answered for the buyer, and seen only where the service gives no answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..effects import AskPrices, Unavailable
from ..money import Money
from ..order import Basket, Parcel, PreOrder, ref
from ..page import EMPTY, Check, Empty, Invalid, Page, Visit
from ._checks import address_chosen, basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, price_asked_for


def _needed(own: Basket, visit: Visit) -> bool:
    return price_asked_for(own, visit.settings)


prices_needed = Check("no_remote_prices", _needed, "a price is known elsewhere only")


async def _prices(own: Basket, visit: Visit) -> Mapping[int, Money] | None:
    """What a piece of each such product costs; None where the answer cannot be used, in any part.

    A price that is left out, below nothing or in another currency is no price, and none is guessed.
    """
    service = visit.settings.basket_item_remote_price_client_conf
    if service is None:
        return None
    listed, key = own.as_listed(), visit.settings.remote_price_attribute_key
    products = tuple(dict.fromkeys(line.pk for line in own.lines if line.attributes.get(key) == "true"))
    answer = await AskPrices(service, Parcel(listed, visit.order.delivery.shipping_address), products)
    if isinstance(answer, Unavailable):
        return None
    prices = {pk: answer[pk] for pk in products if pk in answer}
    good = all(price.currency == own.currency and price.minor >= 0 for price in prices.values())
    return prices if good and len(prices) == len(products) else None


class RemotePriceCalculationPage(Page[Basket, Empty]):
    """Prices for this address, from where they are known."""

    requires = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen, prices_needed
    sets = (ref(Basket).priced,)

    async def still_valid(self, own: Basket, visit: Visit) -> bool:
        prices = await _prices(own, visit)
        return prices is None or own.as_listed().with_prices(prices).priced == own.priced

    async def auto(self, own: Basket, visit: Visit) -> Empty:
        return EMPTY

    async def process(self, own: Basket, form: Empty, visit: Visit) -> Basket:
        prices = await _prices(own, visit)
        if prices is None:
            raise Invalid(non_field_errors="remote_prices_unavailable")
        return own.as_listed().with_prices(prices)

    def undo(self, order: PreOrder) -> PreOrder:
        """The lines have their prices back, too."""
        listed = order.basket.as_listed()
        return order if listed is order.basket else order.put(listed)
