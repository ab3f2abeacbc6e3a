"""A plain page links to pages beside the way where this buyer can say something, and to no others."""

from __future__ import annotations

import pytest

from checkout_core import GUEST, Caller, Checkout
from checkout_core.http._beside import USEFUL, moves
from checkout_core.sandbox import HOLIDAY_STORE, Sandbox

ADA = Caller("ada", "ada@example.org")


def _linked(shop, caller):
    checkout = Checkout(shop.ports)
    order = checkout.start(shop.basket("mug"), caller).pre_order
    row, visit = checkout.map.rows["IndexPage"], checkout.visit(order, caller)
    return {name for name, _ in moves(checkout.map, row, visit, "en")}


@pytest.mark.parametrize(("caller", "more"), [(GUEST, set()), (ADA, {"LoyaltyCardPage"})])
def test_a_shop_without_offers_and_questions_links_to_a_note_only(caller, more):
    assert _linked(Sandbox(seed=1), caller) == {"OrderNotePage"} | more


def test_a_shop_that_has_them_links_to_offers_and_questions():
    of_a_card = {"CampaignSelectionPage", "RewardSelectionPage"}
    assert USEFUL.keys() - of_a_card <= _linked(Sandbox(HOLIDAY_STORE, seed=1), ADA)


def test_a_guest_has_no_coupons_points_and_loyalty_money_to_look_at():
    linked = _linked(Sandbox(HOLIDAY_STORE, seed=1), GUEST)
    assert linked.isdisjoint({"CouponSelectionPage", "LoyaltyCardPage", "LoyaltyMoneyUsagePage"})
    assert "VoucherCodePage" in linked
