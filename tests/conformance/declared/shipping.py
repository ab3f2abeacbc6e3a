"""What may go with the goods for nothing: SampleProduct, behind whichever page asked how they are sent."""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import (
    address_chosen,
    basket_not_empty,
    buyer_may_buy,
    buyer_named,
    delivery_chosen,
    shipping_chosen,
)  # fmt: skip


@frozen(slots=False)
class Samples:
    offered: tuple[int, ...] = ()  # pks; what offers give this basket
    selected: tuple[int, ...] = ()
    declined: bool = False


def _nothing_offered(own: Samples, _: Visit) -> bool:
    return not own.offered


nothing_offered = Check("no_samples", _nothing_offered, "no sample is offered")
_addressed = basket_not_empty, buyer_may_buy, buyer_named, delivery_chosen, address_chosen


class SampleProductPage(Page[Samples, Empty]):
    """Free samples, or none of them."""

    requires = *_addressed, shipping_chosen
    skip_if = (nothing_offered,)
    sets = ref(Samples).selected, ref(Samples).declined
