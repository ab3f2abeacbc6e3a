"""The bags that the goods are carried in, sold with the delivery.

    DeliveryBags -> Empty      any time, blocks nothing

Where the shop counts them, their number follows the goods: `pricing.bag_count`.
"""

from __future__ import annotations

from attrs import field, frozen

from ..effects import FindProduct, Product
from ..forms import Quantity, Sku
from ..money import Money
from ..order import Bags, Extras, evolve, ref
from ..page import Check, Invalid, Page, Visit
from ..pricing import bag_count
from ._checks import basket_not_empty, by_slots

KIND = "miscellaneous"  # of product: what is sold beside the goods
NOT_AVAILABLE = "delivery_bags_not_available"


def _active(_: Extras, visit: Visit) -> bool:
    return visit.settings.delivery_bags_conf.is_active


bags_active = Check("delivery_bags_off", _active, "the shop sells bags with the delivery")


@frozen
class DeliveryBagsForm:
    product: Sku
    quantity: Quantity = field(default=Quantity(0))


@frozen(slots=False)
class DeliveryBagsContext:
    """The bags that were chosen, or those that would be."""

    bags_fee: Money | None  # None, as the price, where no bag is to be had
    sku: str | None
    price: Money | None  # of one
    quantity: int
    min_quantity: int
    is_quantity_changeable: bool
    notice: str | None = None  # code of why none can be chosen


async def _sold(sku: str | None, visit: Visit) -> Product | None:
    product = await FindProduct(sku, visit.order.basket.currency) if sku else None
    return product if product is not None and product.product_type == KIND and product.in_stock else None


async def bags_for(visit: Visit, quantity: int = 0, *, with_slot: bool = False) -> Bags | None:
    """So many of the shop's bags, or as many as the goods need, at today's price; None where they are not sold now.

    `quantity` counts where the buyer may say it; 0 is the least that the shop gives.
    """
    conf, currency = visit.settings.delivery_bags_conf, visit.order.basket.currency
    product = await _sold(conf.sku, visit)
    if product is None:
        return None
    changeable = conf.is_quantity_changeable
    return Bags(
        product.pk, product.sku, product.name, product.price,
        quantity=(quantity or conf.min_quantity) if changeable else None,
        min_quantity=conf.min_quantity,
        per_amount=None if changeable else Money(str(conf.per_amount), currency),
        without=None if changeable else conf.exclude_bag_attribute_name,
        with_slot=with_slot,
    )  # fmt: skip


class DeliveryBagsPage(Page[Extras, DeliveryBagsForm]):
    """Bags of the one kind that the shop sells, as many as it counts or as the buyer says."""

    requires = basket_not_empty, bags_active
    sets = (ref(Extras).bags,)

    async def still_valid(self, own: Extras, visit: Visit) -> bool:
        """They are sold; those that came with a slot, unasked, go where the delivery is by slots no longer."""
        bags = own.bags
        if bags is None:
            return True
        return (by_slots(visit) or not bags.with_slot) and await _sold(bags.sku, visit) is not None

    async def context(self, own: Extras, visit: Visit) -> DeliveryBagsContext:
        conf = visit.settings.delivery_bags_conf
        bags = own.bags or await bags_for(visit)
        said = conf.min_quantity, conf.is_quantity_changeable
        if bags is None:
            return DeliveryBagsContext(None, conf.sku, None, 0, *said, NOT_AVAILABLE)
        count = bag_count(visit.order.put(evolve(own, bags=bags)))
        return DeliveryBagsContext(bags.price * count, bags.sku, bags.price, count, *said)

    async def process(self, own: Extras, form: DeliveryBagsForm, visit: Visit) -> Extras:
        conf, codes = visit.settings.delivery_bags_conf, {}
        bags = await bags_for(visit, form.quantity) if form.product == conf.sku else None
        if bags is None:
            codes["product"] = "invalid" if form.product != conf.sku else NOT_AVAILABLE
        if form.quantity and not conf.is_quantity_changeable:
            codes["quantity"] = "not_changeable"
        elif 0 < form.quantity < conf.min_quantity:
            codes["quantity"] = "below_minimum"
        if codes:
            raise Invalid(**codes)
        return evolve(own, bags=bags)
