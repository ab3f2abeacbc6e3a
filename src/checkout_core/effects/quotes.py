"""What is asked of services the shop does not run: prices of goods and of sending them, options, pickup points.

Each may have no answer: Unavailable, which is neither a price nor a refusal.  Nothing the buyer chose is lost by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import frozen

from ..money import Money
from ..order import Parcel
from ..settings import RemoteService
from ..shop import DeliveryOption, PickupLocation
from ._kinds import RemoteQuery, Unavailable


@frozen
class AskPrices(RemoteQuery[Mapping[int, Money]]):
    """What a piece of each product costs whose price is known elsewhere only; by pk, in the currency of the basket."""

    service: RemoteService
    parcel: Parcel
    products: tuple[int, ...]  # the ones to price


@frozen
class AskShippingPrice(RemoteQuery[Money]):
    """What sending the parcel costs, in the currency of its basket."""

    service: str  # as the shop's calculators call it
    parcel: Parcel


@frozen
class RemoteShippingOption:
    """One that a service offers: which of the shop's options it is, and the price, if the service has one."""

    slug: str
    amount: Money | None = None  # None: as the option's own calculator says


@frozen
class AskShippingOptions(RemoteQuery[tuple[RemoteShippingOption, ...]]):
    """The ways to send the parcel."""

    service: RemoteService
    parcel: Parcel


@frozen
class AskDeliveryOptions(RemoteQuery[tuple[DeliveryOption, ...]]):
    """The ways to deliver what is in the basket; nobody knows yet where to."""

    service: RemoteService
    parcel: Parcel


class QuotesPort(Protocol):
    def ask_prices(
        self, service: RemoteService, parcel: Parcel, products: tuple[int, ...], /
    ) -> Mapping[int, Money] | Unavailable: ...
    def ask_shipping_price(self, service: str, parcel: Parcel, /) -> Money | Unavailable: ...
    def ask_shipping_options(
        self, service: RemoteService, parcel: Parcel, /
    ) -> tuple[RemoteShippingOption, ...] | Unavailable: ...
    def ask_delivery_options(
        self, service: RemoteService, parcel: Parcel, /
    ) -> tuple[DeliveryOption, ...] | Unavailable: ...


@frozen
class FindPickupLocation(RemoteQuery["PickupLocation | None"]):
    """The pickup point of that id; None where there is none, or it takes no parcels."""

    remote_id: str


class PickupPort(Protocol):
    def find_pickup_location(self, remote_id: str, /) -> PickupLocation | Unavailable | None: ...
