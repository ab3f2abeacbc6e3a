"""Paid by what the buyer already has: loyalty money, or gift cards, that cover all of the order.

PaymentOptionSelection -> LoyaltyMoney | GiftCardPayment -> ThankYou      nobody else is to be paid
"""

from __future__ import annotations

from attrs import frozen

from ..effects import Deferred
from ..forms import Agreement
from ..money import Money
from ..order import GiftCardPayment, LoyaltyMoney, evolve, ref
from ..page import Check, Page, Place, Visit
from ..pricing import covered
from ._checks import must_be_identified, ready_to_pay


@frozen
class AgreementForm:
    agreement: Agreement


@frozen(slots=False)
class CoveredContext:
    """What is paid, and by what."""

    total_amount: Money
    loyalty_money: Money
    gift_card_amount: Money


def _enabled(_: object, visit: Visit) -> bool:
    return visit.settings.loyalty_money_enabled


def _loyalty_pays(_: object, visit: Visit) -> bool:
    return bool(visit.order.loyalty.accounts) and bool(visit.order.totals.loyalty_money)


def _gift_cards_pay(_: object, visit: Visit) -> bool:
    return bool(visit.order.gift_cards.reservations) and bool(visit.order.totals.gift_cards)


def _nothing_left(_: object, visit: Visit) -> bool:
    return covered(visit.order)


loyalty_enabled = Check("loyalty_money_disabled", _enabled, "loyalty money may pay in this shop")
loyalty_pays = Check("loyalty_money_required", _loyalty_pays, "loyalty money pays")
gift_cards_pay = Check("gift_card_required", _gift_cards_pay, "a gift card pays")
nothing_left = Check("amount_left_to_pay", _nothing_left, "nothing is left to pay")


def _shown(visit: Visit) -> CoveredContext:
    totals = visit.order.totals
    return CoveredContext(totals.total, totals.loyalty_money, totals.gift_cards)


class LoyaltyMoneyPage(Page[LoyaltyMoney, AgreementForm]):
    """Agree, and the order is placed on loyalty money that covers it."""

    requires = *ready_to_pay, loyalty_enabled, loyalty_pays, nothing_left
    sets = (ref(LoyaltyMoney).agreed,)
    pays = True
    post_order = True

    async def context(self, own: LoyaltyMoney, visit: Visit) -> CoveredContext:
        return _shown(visit)

    async def process(self, own: LoyaltyMoney, form: AgreementForm, visit: Visit) -> Place[LoyaltyMoney]:
        must_be_identified(visit)
        return Place(evolve(own, agreed=True), Deferred("loyalty_money", 400))


class GiftCardPaymentPage(Page[GiftCardPayment, AgreementForm]):
    """Agree, and the order is placed on gift cards that cover it."""

    requires = *ready_to_pay, gift_cards_pay, nothing_left
    sets = (ref(GiftCardPayment).agreed,)
    pays = True

    async def context(self, own: GiftCardPayment, visit: Visit) -> CoveredContext:
        return _shown(visit)

    async def process(self, own: GiftCardPayment, form: AgreementForm, visit: Visit) -> Place[GiftCardPayment]:
        must_be_identified(visit)
        return Place(evolve(own, agreed=True), Deferred("gift_card", 400))
