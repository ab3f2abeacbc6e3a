"""Every step begins with the world as it is now: basket, buyer, prices, and answers that are no longer good."""

from __future__ import annotations

import attrs
import pytest
from attrs import define

from checkout_core import GUEST, Caller, Settings, evolve
from checkout_core.effects import FindCard
from checkout_core.order import Buyer, Delivery, Shipping
from checkout_core.shop import ShippingOption

from .world import (
    ADA,
    BY_BIKE,
    BY_CARD,
    BY_TRANSFER,
    CARD_FORM,
    HOME,
    IN_STORE,
    OTHER,
    SHOP,
    STANDARD_SHIPPING,
    World,
    basket,
    closed,
    lira,
    listed,
)  # fmt: skip

AGREED = {"agreement": "1"}


def test_a_changed_basket_is_quoted_again_and_the_price_kept_by_value(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.basket = basket(shirts=8)  # 515.10, free from 500.00 on
    step = buyer.view(order)
    assert step.pre_order.basket == world.basket
    assert step.pre_order.shipping.option == evolve(order.shipping.option, shipping_amount=lira("0"))
    assert step.pre_order.totals.total == lira("515.10")
    assert (step.pre_order.payment, step.page) == (order.payment, "FundsTransferPage")
    assert buyer.view(step.pre_order).pre_order is step.pre_order


def test_a_basket_that_did_not_change_is_read_once_a_step_and_nothing_else_is_asked(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.asked.clear()
    assert buyer.view(order, "FundsTransferPage").pre_order is order
    assert world.asked["read_basket"] == 1


def test_a_shipping_option_that_no_longer_fits_is_asked_for_again(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.basket = basket(mugs=30)  # 12.2 kg
    step = buyer.view(order)
    assert (step.page, step.pre_order.shipping) == ("ShippingOptionSelectionPage", Shipping())
    assert step.pre_order.totals.shipping == lira("0")
    assert [option.pk for option in step.context.shipping_options] == [22]
    assert step.pre_order.delivery == order.delivery


def test_a_shipping_option_that_no_longer_fits_takes_the_way_to_pay_along(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.basket = basket(mugs=30)  # 12.2 kg
    step = buyer.view(order)
    assert (step.pre_order.shipping, step.pre_order.payment) == (Shipping(), None)


def test_an_address_out_of_reach_takes_shipping_and_the_way_to_pay_along(walks):
    buyer = walks(World())
    order = buyer.at("PaymentOptionSelectionPage")
    order = buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 22}).pre_order
    order = buyer.submit(order, "PaymentOptionSelectionPage", {"payment_option": 32}).pre_order
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 12, "billing_address": 12})
    assert (step.pre_order.shipping, step.pre_order.payment) == (Shipping(), None)


def test_a_way_to_pay_that_no_longer_fits_is_asked_for_again(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.basket = basket(shirts=45)  # 9.4 kg, 46 pieces
    step = buyer.view(order)
    assert (step.page, step.pre_order.payment) == ("PaymentOptionSelectionPage", None)
    assert step.pre_order.shipping.option.pk == 21


def test_an_address_the_option_is_not_sent_to_has_another_option_asked_for(walks):
    buyer = walks(World())
    order = buyer.at("PaymentOptionSelectionPage")
    order = buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 22}).pre_order
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 12, "billing_address": 11})
    assert (step.page, step.pre_order.shipping) == ("ShippingOptionSelectionPage", Shipping())
    refused = buyer.submit(step.pre_order, "ShippingOptionSelectionPage", {"shipping_option": 22})
    assert (refused.errors, refused.pre_order) == ({"shipping_option": ("invalid",)}, step.pre_order)
    assert buyer.submit(refused.pre_order, "ShippingOptionSelectionPage", {"shipping_option": 21}).ok


# Another buyer


def test_another_buyer_finds_nothing_of_the_one_before(walks):
    buyer = walks(World())
    order = buyer.submit(buyer.at("FundsTransferPage"), "OrderNotePage", {"notes": "To Ada's mother"}).pre_order
    step = buyer.view(order, caller=Caller("eve", "eve@example.org"))
    now = step.pre_order
    assert now.buyer == Buyer("eve", "eve@example.org")
    assert (now.delivery, now.shipping, now.payment, now.number) == (Delivery(), Shipping(), None, None)
    assert (now.totals.total, now.basket) == (order.basket.amount, order.basket)
    assert (step.page, step.errors) == ("DeliveryOptionSelectionPage", {})


def test_another_buyer_does_not_read_the_note_of_the_one_before(walks):
    buyer = walks(World())
    order = buyer.submit(buyer.at("FundsTransferPage"), "OrderNotePage", {"notes": "To Ada's mother"}).pre_order
    assert buyer.view(order, "OrderNotePage", Caller("eve")).context.notes is None


def test_who_logs_out_is_a_guest_nobody_knows(walks):
    buyer = walks(World())
    order = buyer.start(ADA).pre_order
    step = buyer.view(order, caller=GUEST)
    assert (step.page, step.pre_order.buyer) == ("IndexPage", Buyer())


def test_the_same_account_again_changes_nothing(walks):
    buyer = walks(World())
    order = buyer.start(ADA).pre_order
    assert buyer.view(order, caller=attrs.evolve(ADA, client="ios", ip="192.0.2.1")).pre_order is order


def test_a_post_of_another_buyer_does_not_order_what_the_one_before_chose(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "FundsTransferPage", AGREED, ADA)
    assert (step.pre_order.placed, step.pre_order.buyer.account, step.events) == (None, "ada", ())
    assert not step.ok


# Before money moves


@pytest.mark.parametrize("way", [BY_CARD, BY_TRANSFER])
def test_a_total_that_is_not_the_one_shown_is_told_and_nothing_is_ordered(walks, way):
    world = World()
    buyer = walks(world)
    page, body = way[-1]
    order = buyer.at(page, way)
    world.basket = basket(mugs=2)
    step = buyer.submit(order, page, body)
    assert (step.page, step.errors, step.events) == (page, closed("price_changed"), ())
    assert (step.pre_order.placed, step.pre_order.attempts, world.asked["sale"]) == (None, (), 0)
    assert step.pre_order.basket == world.basket
    assert step.context.total_amount == step.pre_order.totals.total > order.totals.total
    assert buyer.submit(step.pre_order, page, body).page == "ThankYouPage"


def test_a_shipping_price_the_shop_has_raised_is_told_before_anything_is_ordered(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    dearer = evolve(STANDARD_SHIPPING, calculator=SHOP.shipping_options[1].calculator)
    world.shop = evolve(SHOP, shipping_options=(dearer,))
    step = buyer.submit(order, "FundsTransferPage", AGREED)
    assert (step.page, step.errors) == ("FundsTransferPage", closed("price_changed"))
    assert (step.pre_order.placed, step.pre_order.payment) == (None, order.payment)
    assert step.pre_order.shipping.option == evolve(order.shipping.option, shipping_amount=lira("49.90"))
    assert step.context.total_amount == lira("145.00")


@pytest.mark.parametrize(
    ("gone", "page"),
    [
        ({"delivery_options": (BY_BIKE, IN_STORE)}, "DeliveryOptionSelectionPage"),
        ({"payment_options": SHOP.payment_options[:1]}, "PaymentOptionSelectionPage"),
        ({"bank_accounts": (OTHER,)}, "FundsTransferPage"),  # the one that is left is chosen without asking
    ],
)
def test_an_answer_the_shop_has_withdrawn_is_asked_for_before_anything_is_ordered(walks, gone, page):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.shop = evolve(SHOP, **gone)
    step = buyer.submit(order, "FundsTransferPage", AGREED)
    assert (step.pre_order.placed, step.events, step.ok) == (None, (), False)
    assert buyer.view(step.pre_order).page == page


@pytest.mark.parametrize("way", [BY_CARD, BY_TRANSFER])
def test_a_deleted_address_is_asked_for_before_anything_is_ordered(walks, way):
    world = World()
    buyer = walks(world)
    page, body = way[-1]
    order = buyer.at(page, way)
    world.addresses[None] = ()
    step = buyer.submit(order, page, body)
    assert (step.page, step.errors) == ("AddressSelectionPage", closed("page_not_available"))
    assert (step.pre_order.placed, world.asked["sale"]) == (None, 0)


def test_an_edited_address_is_asked_for_before_anything_is_ordered(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.addresses[None] = (evolve(HOME, line="9 Street"),)
    step = buyer.submit(order, "FundsTransferPage", AGREED)
    assert (step.page, step.pre_order.placed) == ("AddressSelectionPage", None)
    mended = buyer.submit(step.pre_order, "AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
    assert (mended.page, mended.pre_order.delivery.shipping_address.line) == ("FundsTransferPage", "9 Street")


def test_above_the_limit_nothing_is_charged_without_an_identity_number(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("CreditCardConfirmationPage", BY_CARD)
    world.settings = Settings(identity_number_required_amount=lira("130.00"))  # 125.00, and 6.25 of interest
    step = buyer.submit(order, "CreditCardConfirmationPage", CARD_FORM)
    assert (step.errors, world.asked["sale"]) == (closed("identity_number_required"), 0)
    assert step.pre_order == order


# What is asked, and how often


@define(eq=False)
class Asking:
    """A host's own calculator, which asks the world."""

    asked: int = 0

    async def price(self, parcel, /):
        self.asked += 1
        await FindCard("540061")  # any question will do
        return lira("7.00")


def test_what_a_calculator_asks_the_world_is_asked_once_a_step(walks):
    calculator = Asking()
    world = World(evolve(SHOP, shipping_options=(ShippingOption(21, "Ours", "ours", calculator),)))
    buyer = walks(world)
    order = buyer.at("PaymentOptionSelectionPage")
    world.asked.clear()
    calculator.asked = 0
    world.basket = basket(mugs=2)
    step = buyer.view(order)
    assert listed(step)[-1] == "PaymentOptionSelectionPage"
    assert calculator.asked > 1  # for the quote, for whether it still holds, for the list
    assert world.asked["find_card"] == 1
