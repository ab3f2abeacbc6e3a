"""What a buyer wants beside the goods, and the pages that say so.

shop.answers("card", wishes=Wishes(voucher="WELCOME2024", gift="Happy holidays!", bags=3, samples=("tea",)))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from ..settings import Settings
from ._stories import Answer


@frozen
class Wishes:
    """Nothing, unless it is said.  Amounts are as a buyer types them, in the shop's currency."""

    voucher: str | None = None  # its code
    coupons: tuple[str, ...] = ()  # keys
    samples: tuple[str, ...] = ()  # skus, where the shop offers some
    gift: str | None = None  # the goods are wrapped, with these words; they may be empty
    bags: int | None = None
    points: str | None = None  # worth so much, of the loyalty card
    loyalty: str | None = None  # loyalty money
    gift_card: str | None = None  # its code; the sandbox posts it, for it may ask for a code by SMS
    told: Mapping[str, object] = field(factory=dict, hash=False)  # what the shop asks about an order, by the key
    notes: str | None = None

    def answers(self, settings: Settings) -> Iterator[Answer]:
        """The pages beside the flow, to be posted before the way to pay is chosen: what is to be paid rests on them."""
        if self.voucher is not None:
            yield "VoucherCodePage", {"voucher_code": self.voucher}
        for coupon in self.coupons:
            yield "CouponSelectionPage", {"coupon": coupon, "action": "add"}
        if self.gift is not None:
            yield "GiftBoxPage", {"note": self.gift}
        if self.bags is not None:
            yield "DeliveryBagsPage", {"product": settings.delivery_bags_conf.sku, "quantity": self.bags}
        if self.told:
            yield "OrderSelectionPage", {"extra_field": dict(self.told)}
        if self.notes is not None:
            yield "OrderNotePage", {"notes": self.notes}
        if self.points is not None:
            yield "LoyaltyCardPage", {"selected_loyalty_amount": self.points}
        if self.loyalty is not None:
            yield "LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": self.loyalty}


NONE = Wishes()
