"""What a buyer posts on the way to the payment, page by page, in whichever shop: the trunk of `Sandbox.answers`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from attrs import frozen

from ..money import Money
from ..order import Address, Basket, Delivery, DeliveryRange, PreOrder, Totals, evolve
from ..page import Caller, Visit
from ..rules.applicator import Candidate, apply
from ..rules.grouping import attribute_keys, name_of_source, name_of_values
from ..rules.slots import offered
from ..settings import Settings
from ..shop import DeliveryOption, PickupLocation, RetailStore, Shop
from ._truth import Truth

Answer: TypeAlias = tuple[str, Mapping[str, object]]  # a page, and what is posted to it
FIRST: Final[Answer] = ("IndexPage", {"user_email": "ada@example.org"})  # of a guest, before any story


@frozen
class Scene:
    """The shop as it is now, and who buys what there."""

    shop: Shop
    settings: Settings
    truth: Truth
    now: datetime
    book: tuple[Address, ...]
    basket: Basket | None
    stores: tuple[RetailStore, ...]  # that have what is in the basket
    has_room: Callable[[DeliveryRange], bool]
    caller: Caller
    samples: tuple[int, ...] = ()  # that are wanted

    def trunk(self, delivery: str | None) -> tuple[Answer, ...]:
        """From the delivery option to what is sent how: the first of everything, the invoice to the second address.

        `delivery`: slug of the delivery option; the first one to an address without it.
        Raises ValueError where this shop has no such way, and where samples are wanted that it does not offer.
        """
        page = self.settings.checkout_delivery_option_selection_page
        remote = page == "RemoteDeliveryOptionSelectionPage"
        options = self.truth.delivery_options if remote else self.shop.delivery_options
        to_an_address = (each for each in options if each.delivery_option_type == "customer")
        named = (each for each in options if each.slug == delivery)
        option = next(named if delivery else to_an_address, None)
        if option is None or not self.book:
            raise ValueError(f"this shop has no {delivery or 'address'} to deliver to")
        choice: Answer = (page, {"delivery_option": option.pk})
        return (*((choice,) if len(options) > 1 else ()), *self._onward(option))  # one alone answers itself

    def _onward(self, option: DeliveryOption) -> tuple[Answer, ...]:
        home, bill, group = self.book[0], self.book[1 % len(self.book)], option.slot_group
        to, reserved = home, None
        where: Answer = ("AddressSelectionPage", {"shipping_address": home.pk, "billing_address": bill.pk})
        if option.delivery_option_type == "retail_store":
            store = next((each for each in self.stores if each.click_and_collect), None)
            if store is None:
                raise ValueError("no store of this shop has what is in the basket")
            where = ("RetailStoreSelectionPage", {"retail_store": store.pk, "billing_address": bill.pk})
            to = _at(home, store)
            group, reserved = (None, store.slot_group) if group is None else (store.slot_group or group, None)
        if option.delivery_option_type == "pickup_location":
            if not self.truth.pickup_locations:
                raise ValueError("this shop has no pickup locations")
            locker = self.truth.pickup_locations[0]
            where = ("PickupLocationSelectionPage", {"remote_id": locker.remote_id, "billing_address": bill.pk})
            to = _at(home, locker)
        return (
            where,
            *self._slot("SlotSelectionPage", group),
            *self._sent(option, to, by_slot=group is not None),
            *self._samples(option, to),
            *self._slot("ReservationSelectionPage", reserved),
        )

    def _slot(self, page: str, group: int | None) -> tuple[Answer, ...]:
        """The soonest of that group that has room."""
        if group is None:
            return ()
        groups = (each for each in self.shop.slot_groups if each.pk == group)
        slots = (slot for each in groups for slot in offered(each, self.settings.time_zone, self.now))
        slot = next(filter(self.has_room, slots), None)
        if slot is None:
            raise ValueError("this shop has no slot that is free")
        return ((page, {"lower": slot.lower.isoformat(), "upper": slot.upper.isoformat()}),)

    def _sent(self, option: DeliveryOption, to: Address, *, by_slot: bool) -> tuple[Answer, ...]:
        """How.  A slot comes with a way to send all of it, which is no answer where goods are sent in groups."""
        page = self.settings.checkout_shipping_option_selection_page
        match page:
            case "DataSourceShippingOptionSelectionPage":
                return ((page, {"data_source_shipping_options": json.dumps(self._of_sources())}),)
            case "AttributeBasedShippingOptionSelectionPage":
                return ((page, {"attribute_based_shipping_options": json.dumps(self._of_values(option, to))}),)
            case _ if by_slot:
                return ()
            case "ShippingOptionSelectionPage":
                return ((page, {"shipping_option": self.shop.shipping_options[0].pk}),)
            case "RemoteShippingOptionSelectionPage":
                of_slug = {each.slug: each.pk for each in self.shop.shipping_options}
                offered = (of_slug[each.slug] for each in self.truth.shipping_options if each.slug in of_slug)
                return ((page, {"shipping_option": next(offered)}),)

    def _of_sources(self) -> list[int]:
        """The first option of each supplier, in the order of the suppliers in the basket."""
        first: dict[str, int] = {}
        for option in self.shop.data_source_shipping_options:
            first.setdefault(name_of_source(option.data_source), option.pk)
        names = dict.fromkeys(name_of_source(line.data_source) for line in self._basket().lines)
        if not names.keys() <= first.keys():
            raise ValueError("this shop has no shipping option of a supplier in the basket")
        return [first[name] for name in names]

    def _of_values(self, option: DeliveryOption, to: Address) -> dict[str, int]:
        """Of each group of like goods the first option, or else the first that is for all."""
        basket = self._basket()
        keys = attribute_keys(self._visit(basket, option, to))
        options = self.shop.attribute_based_shipping_options
        found = {}
        for name in dict.fromkeys(name_of_values(line.attributes, keys) for line in basket.lines):
            own = (each for each in options if each.attribute_value == name)
            pk = next((each.pk for each in (*own, *(each for each in options if each.is_default))), None)
            if pk is None:
                raise ValueError(f"this shop has no shipping option of the group {name!r}")
            found[name] = pk
        return found

    def _samples(self, option: DeliveryOption, to: Address) -> tuple[Answer, ...]:
        """Those that are wanted; where some are offered and none is, they are declined."""
        offered: tuple[int, ...] = ()
        if self.basket is not None and self.shop.offers:
            automatic = (Candidate(offer) for offer in self.shop.offers if offer.offer_type == "automatic")
            applied = apply(automatic, self._visit(self.basket, option, to))
            offered = tuple(pk for each in applied.samples for pk in each.products)
        if not set(self.samples) <= set(offered):
            raise ValueError("this shop offers no such samples with what is in the basket")
        return (("SampleProductPage", {"sample_products": list(self.samples)}),) if offered else ()

    def _visit(self, basket: Basket, option: DeliveryOption, to: Address) -> Visit:
        zero = Money.zero(basket.currency)
        order = PreOrder("", basket, Totals(zero, zero, zero, zero), delivery=Delivery(option, to, to))
        return Visit(order, self.shop, self.settings, self.now, self.caller)

    def _basket(self) -> Basket:
        if self.basket is None:
            raise ValueError("what is sent in groups depends on the basket: fill one with Sandbox.basket(...) first")
        return self.basket


def _at(home: Address, place: RetailStore | PickupLocation) -> Address:
    """An address there, for rules about places."""
    return evolve(
        home, country=place.country, city=place.city, township=place.township, district=place.district,
        postcode=place.postcode,
    )  # fmt: skip
