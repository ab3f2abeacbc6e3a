"""Facts that declared pages of several flows ask for."""

from __future__ import annotations

from checkout_core.page import Check, Visit
from checkout_core.paying import awaiting


def _account_known(_: object, visit: Visit) -> bool:
    return not visit.order.buyer.is_guest


def _number_drawn(_: object, visit: Visit) -> bool:
    return visit.order.number is not None


def _handed_out(_: object, visit: Visit) -> bool:
    return awaiting(visit.order) is not None


def _card_known(_: object, visit: Visit) -> bool:
    return getattr(visit.order.payment, "card", None) is not None


def _installment_chosen(_: object, visit: Visit) -> bool:
    return getattr(visit.order.payment, "installment", None) is not None


account_known = Check("login_required", _account_known, "the buyer has an account")
number_drawn = Check("number_required", _number_drawn, "the order has its number")
handed_out = Check("payment_not_started", _handed_out, "the provider waits for the buyer")
card_known = Check("bin_number_required", _card_known, "the card's bank is known")
installment_chosen = Check("installment_required", _installment_chosen, "instalments are chosen")


def can(kind: str) -> Check:
    """The gateway of the way to pay has this to offer."""

    def test(_: object, visit: Visit) -> bool:
        payment = visit.order.payment
        able = visit.gateways.get(payment.option.gateway or "") if payment else None
        return able is not None and kind in able.kinds

    return Check(f"no_{kind}", test, f"the gateway has {kind}")
