"""What pays for a part of an order, or for all of it: loyalty money and gift cards.

GiftCard, GiftCardApply, GiftCardUpdateAmount, GiftCardOtpResend    beside
LoyaltyMoney, GiftCardPayment                                       ways to pay, where nothing else is left to pay
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.money import Money
from checkout_core.order import Payment, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay


@frozen(slots=False)
class GiftCardReservation:
    pk: int
    amount: Money


@frozen(slots=False)
class GiftCards:
    reservations: tuple[GiftCardReservation, ...] = ()
    challenge: str | None = None  # nonce of the code that was sent


@frozen(slots=False)
class LoyaltyMoney(Payment):
    """Nothing to say but which option it was."""


@frozen(slots=False)
class GiftCardPayment(Payment):
    """As LoyaltyMoney."""


def _gift_cards(visit: Visit) -> GiftCards:
    return next((p for p in visit.order.more if isinstance(p, GiftCards)), GiftCards())


def _nothing_unpaid(_: object, visit: Visit) -> bool:
    covered = [r.amount for r in (*_gift_cards(visit).reservations, *visit.order.loyalty.accounts)]
    return sum((m.minor for m in covered), 0) >= visit.order.totals.total.minor


def _loyalty_enabled(_: object, visit: Visit) -> bool:
    return visit.settings.loyalty_money_enabled


def _reserved(_: object, visit: Visit) -> bool:
    return bool(_gift_cards(visit).reservations)


nothing_unpaid = Check("amount_left_to_pay", _nothing_unpaid, "nothing is left to pay")
loyalty_enabled = Check("loyalty_money_off", _loyalty_enabled, "the shop takes loyalty money")
reserved = Check("gift_card_required", _reserved, "a gift card is reserved")


class LoyaltyMoneyPage(Page[LoyaltyMoney, Empty]):
    """Agree, and the order is placed on loyalty money that covers it."""

    requires = *ready_to_pay, loyalty_enabled, nothing_unpaid
    pays = True
    post_order = True


class GiftCardPage(Page[GiftCards, Empty]):
    """The reserved gift cards; add one, or take one off."""

    sets = ref(GiftCards).reservations, ref(GiftCards).challenge


class GiftCardApplyPage(Page[GiftCards, Empty]):
    """The code from the message, and how much of the card to use."""

    sets = (ref(GiftCards).reservations,)


class GiftCardUpdateAmountPage(Page[GiftCards, Empty]):
    """Another amount of a card that is reserved."""

    requires = (reserved,)
    sets = (ref(GiftCards).reservations,)


class GiftCardOtpResendPage(Page[GiftCards, Empty]):
    """Another code."""

    sets = (ref(GiftCards).challenge,)


class GiftCardPaymentPage(Page[GiftCardPayment, Empty]):
    """Agree, and the order is placed on gift cards that cover it."""

    requires = *ready_to_pay, reserved, nothing_unpaid
    pays = True
