"""What goes with an order beside the goods, as the buyer said it."""

from __future__ import annotations

from attrs import frozen

from ..money import Money


@frozen(slots=False)
class Sample:
    """A product that is added for nothing."""

    pk: int
    sku: str
    name: str


@frozen(slots=False)
class GiftBox:
    """The goods are wrapped, with a word and perhaps a video."""

    price: Money
    note: str | None = None
    gift_video: bool = False
    gift_video_notification_sent: bool = False
    sku: str | None = None  # of the product a box is; None: it is none


@frozen(slots=False)
class Bags:
    """Bags sold with the delivery, and how many there are to be: `pricing.bag_count`."""

    pk: int
    sku: str
    name: str
    price: Money  # of one
    quantity: int | None  # that the buyer wants; None: as many as the goods need
    min_quantity: int = 0
    per_amount: Money | None = None  # one bag for each started amount of this; None where the buyer says how many
    without: str | None = None  # goods with this attribute need none
    with_slot: bool = False  # put in with a slot, unasked: they go where the delivery is by slots no longer


@frozen(slots=False)
class Extras:
    """Answers to the pages beside the flow, and the samples."""

    notes: str | None = None
    coupons: tuple[str, ...] = ()  # keys of those the buyer has added
    voucher_code: str | None = None
    sample_products: tuple[Sample, ...] = ()
    unwanted_sample_products: tuple[int, ...] = ()  # all that were offered when the buyer wanted none of them
    gift_box: GiftBox | None = None
    bags: Bags | None = None
    extra_field: str | None = None  # JSON text, as the shop's schema of it wants it
