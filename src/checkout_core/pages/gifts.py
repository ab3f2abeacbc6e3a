"""The goods are wrapped, with a word to whoever unwraps them.

    GiftBoxIndex -> GiftBox

Both stand beside the flow: GiftBox makes a box, also of an empty form, and Index takes it back when it is submitted.
"""

from __future__ import annotations

from attrs import field, frozen

from ..effects import FindProduct
from ..forms import Flag, GiftNote
from ..money import Money
from ..order import Extras, GiftBox, evolve, ref
from ..page import Check, Empty, Invalid, Page, Visit
from ._checks import buyer_named

our = ref(Extras)
NOT_AVAILABLE = "gift_box_not_available"


def _active(_: Extras, visit: Visit) -> bool:
    return visit.settings.gift_box_configurations.is_active


gift_box_active = Check("gift_box_off", _active, "the shop has gift boxes")


@frozen
class GiftBoxForm:
    note: GiftNote | None = None
    gift_video: Flag = field(default=Flag(False))  # noqa: FBT003  # the field names it
    gift_video_notification_sent: Flag = field(default=Flag(False))  # noqa: FBT003  # as above


@frozen(slots=False)
class ChosenBox:
    """The box as it stands, at the price it was chosen for."""

    note: str | None
    gift_video: bool
    gift_video_notification_sent: bool
    price: Money


@frozen(slots=False)
class GiftBoxContext:
    price: Money | None  # of a box that is chosen now; None where there is none to be had
    gift_box: ChosenBox | None
    notice: str | None = None  # code of why none can be chosen


async def _price(sku: str | None, visit: Visit) -> Money | None:
    """What a box costs; None where the product that it is is not sold now."""
    currency = visit.order.basket.currency
    if sku is None:
        return Money.zero(currency)
    product = await FindProduct(sku, currency)
    return product.price if product is not None and product.in_stock else None


class GiftBoxPage(Page[Extras, GiftBoxForm]):
    """A box, a note and perhaps a video.  What is said anew replaces what was said before, at today's price."""

    requires = gift_box_active, buyer_named
    sets = (our.gift_box,)

    async def still_valid(self, own: Extras, visit: Visit) -> bool:
        return own.gift_box is None or await _price(own.gift_box.sku, visit) is not None

    async def context(self, own: Extras, visit: Visit) -> GiftBoxContext:
        box, price = own.gift_box, await _price(visit.settings.gift_box_configurations.sku, visit)
        chosen = ChosenBox(box.note, box.gift_video, box.gift_video_notification_sent, box.price) if box else None
        return GiftBoxContext(price, chosen, NOT_AVAILABLE if price is None else None)

    async def process(self, own: Extras, form: GiftBoxForm, visit: Visit) -> Extras:
        sku = visit.settings.gift_box_configurations.sku
        price = await _price(sku, visit)
        if price is None:
            raise Invalid(non_field_errors=NOT_AVAILABLE)
        return evolve(
            own, gift_box=GiftBox(price, form.note, form.gift_video, form.gift_video_notification_sent, sku)
        )  # fmt: skip


class GiftBoxIndexPage(Page[Extras, Empty]):
    """Take the box back, to choose again or to go without.  Looking at the page takes nothing back."""

    requires = gift_box_active, buyer_named
    sets = (our.gift_box,)
    next_page = "GiftBoxPage"

    async def process(self, own: Extras, form: Empty, visit: Visit) -> Extras:
        return evolve(own, gift_box=None)
