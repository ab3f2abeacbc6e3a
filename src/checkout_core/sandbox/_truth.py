"""What services the shop does not run would answer, as the shop file says it: the truth behind all switches.

A shop file has the tables `carriers`, `remote_shipping_options`, `remote_delivery_options` and `pickup_locations`, and
`remote_price` of a product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ..effects import RemoteShippingOption
from ..money import Money
from ..rules import Calculator
from ..rules.calculators import CALCULATORS, Free
from ..shop import DeliveryOption, PickupLocation, SlotGroup
from ._collecting import delivery_rows
from ._rows import Row, Table, did_you_mean, unique

OWN_PRICES: Final = {slug: kind for slug, kind in CALCULATORS.items() if slug != "remote"}  # a carrier asks nobody


@frozen
class Truth:
    """What each service knows."""

    prices: Mapping[int, Money]  # of a piece, by the product's pk
    carriers: Mapping[str, Calculator]  # by the name that the shop's calculators call it
    shipping_options: tuple[RemoteShippingOption, ...]
    delivery_options: tuple[DeliveryOption, ...]
    pickup_locations: tuple[PickupLocation, ...]

    @property
    def is_empty(self) -> bool:
        """The shop asks nobody."""
        return not any(
            (self.prices, self.carriers, self.shipping_options, self.delivery_options, self.pickup_locations)
        )


def carriers_of(file: Row) -> Mapping[str, Calculator]:
    rows = file.rows("carriers")
    unique(rows, "slug")
    found = {}
    for row in rows:
        found[row.text("slug")] = row.loaded("calculator", OWN_PRICES) or Free()
        row.done()
    return found


def remote_shipping_options_of(file: Row, slugs: tuple[str, ...]) -> tuple[RemoteShippingOption, ...]:
    """`slugs`: of the shop's own options, whatever their state."""
    rows = file.rows("remote_shipping_options")
    unique(rows, "slug")
    found = []
    for row in rows:
        slug = row.text("slug")
        amount = row.money("amount") if "amount" in row.written else None
        if slug and slug not in slugs:
            row.refuse("slug", f"no shipping option has the slug {slug!r}{did_you_mean(slug, slugs)}")
        row.done()
        found.append(RemoteShippingOption(slug, amount))
    return tuple(found)


def remote_delivery_options_of(file: Row, groups: Table[SlotGroup]) -> tuple[DeliveryOption, ...]:
    """In the order of `sort_order`, then of the file."""
    return delivery_rows(file.rows("remote_delivery_options"), "remote_delivery_options", groups)
