"""Answers to pages beside the flow: kept while nothing asks, looked at before a payment, gone with their currency."""

from __future__ import annotations

import attrs

from checkout_core import STANDARD, Basket, Money, evolve
from checkout_core.order import Bags, Extras, GiftBox, Loyalty, ref
from checkout_core.order.loyalty import AccountUsage, CardPoints
from checkout_core.page import EMPTY, Empty, Page

from .world import BY_TRANSFER, World, basket, closed, lira

AGREED = {"agreement": "1"}
LEFT = []


class BoxPage(Page[Extras, Empty]):
    """A box of which there may be none left tomorrow."""

    sets = (ref(Extras).gift_box,)

    async def still_valid(self, own, visit):
        return not LEFT

    async def process(self, own, form, visit):
        return evolve(own, gift_box=GiftBox(lira("5.00")))


FLOW = attrs.evolve(STANDARD, beside=(*STANDARD.beside, BoxPage))


def _boxed(monkeypatch):
    monkeypatch.setattr(f"{__name__}.LEFT", [])
    buyer = World().buyer(FLOW)
    return buyer, buyer.submit(buyer.at("FundsTransferPage"), "BoxPage", EMPTY).pre_order


def test_an_answer_beside_the_flow_that_is_no_longer_good_is_gone_before_anything_is_paid(monkeypatch):
    buyer, order = _boxed(monkeypatch)
    assert str(order.totals.gift_box) == "5.00"
    LEFT.append("sold out")
    step = buyer.submit(order, "FundsTransferPage", AGREED)
    assert (step.errors, step.pre_order.extras.gift_box) == (closed("price_changed"), None)
    assert step.pre_order.totals.total == order.totals.total - lira("5.00")
    assert buyer.submit(step.pre_order, "FundsTransferPage", AGREED).page == "ThankYouPage"


def test_no_view_asks_whether_an_answer_beside_the_flow_is_still_good(monkeypatch):
    buyer, order = _boxed(monkeypatch)
    LEFT.append("sold out")
    assert buyer.view(order).pre_order is order


def test_another_currency_drops_what_was_asked_for_in_the_one_before():
    world = World()
    buyer = world.buyer()
    order = buyer.at("PaymentOptionSelectionPage", BY_TRANSFER)
    order = evolve(
        order,
        extras=Extras(notes="ring", gift_box=GiftBox(lira("5.00")), bags=Bags(9, "bag", "Bag", lira("0.25"), 2)),
        loyalty=Loyalty((AccountUsage(None, "", lira("1.00")),), CardPoints("1", lira("1.00"), lira("0.01"))),
    )
    lines = tuple(evolve(line, unit_price=Money("1.00", "EUR")) for line in basket().lines)
    world.basket = Basket.of("b-1", "in euros", lines, "EUR")
    world.shop = attrs.evolve(world.shop, version="2", shipping_options=())
    now = buyer.view(order).pre_order
    assert (now.extras, now.loyalty) == (Extras(notes="ring"), Loyalty())
    assert str(now.totals.total) == "2.00"
