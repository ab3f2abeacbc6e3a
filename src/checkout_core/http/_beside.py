"""Which pages beside the way a plain page links to: those where this buyer can say something.

All of them are open to a storefront at any time; a link to an empty list of coupons helps nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..atlas import Map, Row
from ..engine import Step
from ..forms.drawn import fields_of
from ..order import CreditCard
from ..page import Visit
from ..texts import page_title, translated

SENT: Final = frozenset({"GiftCardOtpResendPage"})  # nothing to fill in, and something happens when they are sent
SAYS: Final = {"OrderNotePage": "Add a note to the order"}  # better than its title


def _coupons(visit: Visit) -> bool:
    return bool(visit.order.extras.coupons) or (
        not visit.order.buyer.is_guest and _offers(visit, "coupon", "bulk_coupon")
    )  # fmt: skip


def _vouchers(visit: Visit) -> bool:
    return visit.order.extras.voucher_code is not None or _offers(visit, "voucher")


def _offers(visit: Visit, *types: str) -> bool:
    return "promotions" in visit.has or any(offer.offer_type in types for offer in visit.shop.offers)


def _loyalty_money(visit: Visit) -> bool:
    return not visit.order.buyer.is_guest


def _points(visit: Visit) -> bool:
    order = visit.order
    return order.loyalty.card is not None or (not order.buyer.is_guest and "loyalty" in visit.has)


def _questions(visit: Visit) -> bool:
    return visit.shop.order_schema is not None


def _campaigns(visit: Visit) -> bool:
    return isinstance(visit.order.payment, CreditCard) and bool(visit.order.payment.campaigns)


def _rewards(visit: Visit) -> bool:
    return isinstance(visit.order.payment, CreditCard) and bool(visit.order.payment.rewards)


USEFUL: Final[Mapping[str, Callable[[Visit], bool]]] = {  # of the others, wherever they are open
    "CampaignSelectionPage": _campaigns,
    "CouponSelectionPage": _coupons,
    "VoucherCodePage": _vouchers,
    "LoyaltyCardPage": _points,
    "LoyaltyMoneyUsagePage": _loyalty_money,
    "OrderSelectionPage": _questions,
    "RewardSelectionPage": _rewards,
}


def moves(flow: Map, row: Row, visit: Visit, locale: str) -> tuple[tuple[str, str], ...]:
    """Links to those pages, by name, with what they say; the name is empty for the way itself."""
    if row.beside:
        return (("", translated("Back to the checkout", locale)),)
    return tuple(
        (name, translated(SAYS.get(name, ""), locale) or page_title(name, locale))
        for name in (page.__name__ for page in flow.flow.beside if fields_of(page.form) or page.__name__ in SENT)
        if _leads(flow, flow.rows[name], visit) and USEFUL.get(name, _always)(visit)
    )


def _leads(flow: Map, row: Row, visit: Visit) -> bool:
    """The page is open, and there: few are where an order is paid again."""
    return flow.leads_to(row, visit.order) and row.open(row.part(visit.order), visit)


def led_to(flow: Map, page: str | None, step: Step) -> str | None:
    """The page beside the way that a post to `page` has led to: a list that was asked for, a code that was sent."""
    if page in {"GiftCardPage", "GiftCardOtpResendPage"} and step.pre_order.gift_cards.applying is not None:
        return "GiftCardApplyPage"
    row = flow.rows[step.page]
    return row.name if row.beside and row is not flow.nowhere else None


def _always(_: Visit) -> bool:
    return True
