"""What the order has of a field of the standard map: the answer that stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..money import Money, total
from ..order import CreditCard, FundsTransfer, PreOrder
from ..pricing import choice_made, plan_chosen


def _asked(order: PreOrder) -> Money:
    """All the loyalty money that is to pay."""
    return total((usage.amount for usage in order.loyalty.accounts), order.basket.currency)


def _campaign(order: PreOrder) -> str | None:
    chosen = order.payment.selected_campaign if isinstance(order.payment, CreditCard) else None
    return chosen.code if chosen else None


def _reward(kind: str) -> Callable[[PreOrder], Money | None]:
    def chosen(order: PreOrder) -> Money | None:
        rewards = order.payment.selected_rewards if isinstance(order.payment, CreditCard) else None
        return next((each.amount for each in rewards or () if each.type == kind), None)

    return chosen


STANDING: Final[Mapping[str, Callable[[PreOrder], object]]] = {
    "bank_account": lambda order: order.payment.bank_account if isinstance(order.payment, FundsTransfer) else None,
    "billing_address": lambda order: order.delivery.billing_address,
    "bin_number": lambda order: order.payment.bin_number if isinstance(order.payment, CreditCard) else None,
    "campaign": _campaign,
    "delivery_option": lambda order: order.delivery.option,
    "general": _reward("general"),
    "gift_video": lambda order: order.extras.gift_box is not None and order.extras.gift_box.gift_video,
    "installment": lambda order: plan_chosen(order.payment),
    "loyalty_amount_to_use": lambda order: _asked(order) or None,
    "note": lambda order: order.extras.gift_box and order.extras.gift_box.note,
    "notes": lambda order: order.extras.notes,
    "payment_choice": lambda order: choice_made(order.payment),
    "payment_option": lambda order: order.payment.option if order.payment else None,
    "phone_number": lambda order: order.buyer.phone,
    "remote_id": lambda order: order.delivery.pickup_location and order.delivery.pickup_location.remote_id,
    "retail_store": lambda order: order.delivery.retail_store,
    "selected_loyalty_amount": lambda order: order.loyalty.card and order.loyalty.card.amount,
    "shipping_address": lambda order: order.delivery.shipping_address,
    "shipping_option": lambda order: order.shipping.option,
    "special": _reward("special"),
    "user_email": lambda order: order.buyer.email,
}


def standing(field: str, order: PreOrder) -> object:
    """The answer; None where there is none, and for a field of a host's own page."""
    return STANDING[field](order) if field in STANDING else None
