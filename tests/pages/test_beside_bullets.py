"""Pages beside the flow, in a whole checkout of the holiday store: each is answered alone, and nothing else moves."""

from __future__ import annotations

from functools import cache

import attrs
import pytest

from checkout_core import STANDARD, Checkout, Step, evolve
from checkout_core.atlas import Map
from checkout_core.forms import plan
from checkout_core.order import Extras, Loyalty, PreOrder
from checkout_core.page import Page
from checkout_core.pages.loyalty import LoyaltyCardPage, LoyaltyMoneyUsagePage
from checkout_core.sandbox import HOLIDAY_STORE, Sandbox
from checkout_core.sandbox.magic import APPROVED

from .kit import lira

SHOP = Sandbox(HOLIDAY_STORE, seed=1)
CHECKOUT = Checkout(SHOP.ports)
ADA = SHOP.caller("ada")
ANSWERS = {
    "CouponSelectionPage": {"coupon": "501", "action": "add"},
    "VoucherCodePage": {"voucher_code": "welcome2024"},
    "GiftBoxPage": {"note": "Happy holidays!"},
    "DeliveryBagsPage": {"product": "bag", "quantity": 3},
    "OrderSelectionPage": {"extra_field": {"preference": "gift"}},
    "LoyaltyMoneyUsagePage": {"loyalty_amount_to_use": "20.00"},
    "LoyaltyCardPage": {"selected_loyalty_amount": "10.00"},
}
THANKS = 8  # the offer that coupon 501 is of
FREE = set(ANSWERS) - {"LoyaltyMoneyUsagePage"}  # the amount that is owed is what instalments were priced on


@cache
def at_the_card() -> PreOrder:
    """A member with three mugs and a teapot, who has chosen to pay by card."""
    order = CHECKOUT.start(SHOP.basket("mug", "mug", "mug", "teapot"), ADA).pre_order
    for page, body in SHOP.answers("card", APPROVED, order):
        if page == "CreditCardConfirmationPage":
            return order
        order = CHECKOUT.submit(order, page, body, ADA).raise_for_errors().pre_order
    raise AssertionError("the story ends before the card")


def posted(order: PreOrder, page: str) -> Step:
    return CHECKOUT.submit(order, page, ANSWERS[page], ADA).raise_for_errors()


def others(order: PreOrder) -> PreOrder:
    """All but what pages beside the flow say, and the sums that follow."""
    return evolve(
        order, extras=Extras(sample_products=order.extras.sample_products), loyalty=Loyalty(),
        discounts=at_the_card().discounts, totals=at_the_card().totals,
    )  # fmt: skip


@pytest.mark.parametrize("page", ANSWERS)
def test_what_is_said_beside_the_flow_leads_nowhere_and_leaves_every_other_answer_alone(page):
    before = at_the_card()
    step = posted(before, page)
    assert (step.page, step.context_list) == ("EmptyPage", ())
    after = others(step.pre_order)
    if page in FREE:
        assert after == others(before)
    else:
        assert after == evolve(others(before), payment=None)
    current = CHECKOUT.view(step.pre_order, caller=ADA).page
    assert current == ("CreditCardConfirmationPage" if page in FREE else "PaymentOptionSelectionPage")


@pytest.mark.parametrize("page", ANSWERS)
def test_looking_back_at_a_page_beside_the_flow_takes_nothing_back(page):
    order = posted(at_the_card(), page).pre_order
    step = CHECKOUT.view(order, page, ADA)
    assert (step.page, step.errors) == (page, {})
    assert step.pre_order == order


def test_what_a_coupon_takes_off_is_reckoned_at_once_and_again_with_every_look():
    before = at_the_card()
    added = posted(before, "CouponSelectionPage").pre_order
    assert before.totals.discounts + lira("10.00") == added.totals.discounts
    (shown,) = (c for c in CHECKOUT.view(added, "CouponSelectionPage", ADA).context.coupons if c.pk == "501")
    assert shown.is_applied
    shop = SHOP.shop
    try:
        SHOP.shop = attrs.evolve(shop, version="2", offers=tuple(o for o in shop.offers if o.pk != THANKS))
        looked = CHECKOUT.view(added, "CouponSelectionPage", ADA)
    finally:
        SHOP.shop = shop
    (shown,) = (c for c in looked.context.coupons if c.pk == "501")
    assert (shown.is_applied, looked.pre_order.totals.discounts) == (False, before.totals.discounts)


def test_the_index_reads_no_fields():
    assert list(plan(Map(STANDARD).rows["GiftBoxIndexPage"].form)) == []


@pytest.mark.parametrize("page", [LoyaltyMoneyUsagePage, LoyaltyCardPage])
def test_loyalty_pages_are_never_skipped(page: type[Page]):
    assert page.skip_if == ()
