"""What the ways to pay ask for whose money the buyer already has; before the rules an admin wrote.

A shop's table of payment options need not say any of it: `FOR_TYPE` is read with the rules of every option.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from attrs import frozen

from ..order import Parcel
from ..page import Visit
from ..pricing import covered
from . import Explained, Rule


@frozen
class LoyaltyMoneyOn:
    """The shop takes loyalty money."""

    code: ClassVar[str] = "loyalty_money_disabled"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return visit.settings.loyalty_money_enabled

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return Explained("the shop takes loyalty money", self.applies(visit, parcel))


@frozen
class LoyaltyMoneyPays:
    """Loyalty money pays, and no gift card does beside it."""

    code: ClassVar[str] = "loyalty_money_required"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        totals = visit.order.totals
        return bool(totals.loyalty_money) and not totals.gift_cards

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return Explained("loyalty money pays, and no gift card", self.applies(visit, parcel))


@frozen
class GiftCardsPay:
    """A gift card is reserved, and has something to pay."""

    code: ClassVar[str] = "gift_card_required"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return bool(visit.order.totals.gift_cards)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return Explained("a gift card pays", self.applies(visit, parcel))


@frozen
class NothingLeft:
    """Nothing is left to pay, but for what another way to pay would cost."""

    code: ClassVar[str] = "amount_left_to_pay"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return covered(visit.order)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        return Explained("nothing is left to pay", self.applies(visit, parcel))


FOR_TYPE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "gift_card": (GiftCardsPay(), NothingLeft()),
    "loyalty_money": (LoyaltyMoneyOn(), LoyaltyMoneyPays(), NothingLeft()),
}
