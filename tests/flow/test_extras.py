"""Samples, gift box, bags and the shop's own questions in a whole checkout, and what a composition needs for them."""

from __future__ import annotations

from datetime import time, timedelta

import attrs
import pytest

from checkout_core import STANDARD, Checkout, Misconfigured, Settings, evolve
from checkout_core.effects import Item, Product
from checkout_core.order import Extras
from checkout_core.pages.samples import SampleProductPage
from checkout_core.ports import MISSING
from checkout_core.rules.benefits import SampleProducts, Target
from checkout_core.sandbox import Sandbox
from checkout_core.settings import DeliveryBagsConf, GiftBoxConfigurations
from checkout_core.shop import ExtraField, Offer, Slot, SlotGroup

from .world import BY_TRANSFER, NOW, SHOP, TO_THE_DOOR, TRUNK, World, basket, closed, lira, listed

AGREED = {"agreement": "1"}
OFFER = Offer(7, "A sample with mugs", SampleProducts((101, 102), 1, Target(products=frozenset({1}))))
WITH_SAMPLES = evolve(SHOP, offers=(OFFER,))
ALL = Settings(
    gift_box_configurations=GiftBoxConfigurations(is_active=True, sku="box"),
    delivery_bags_conf=DeliveryBagsConf(is_active=True, sku="bag", per_amount=50),
)
HOURS = SlotGroup(9, "Hours", (Slot(1, tuple(range(7)), time(15), time(18), 5),), days=2)


class Shelf(World):
    """The plain shop, and products that stand on a shelf beside it."""

    def __init__(self, shop=SHOP, settings=ALL):
        super().__init__(shop, settings)
        self.shelf = {
            "soap": Product(101, "soap", "Soap", lira("9.90")),
            "tea": Product(102, "tea", "Tea", lira("5.00")),
            "box": Product(900, "box", "Box", lira("25.00"), "miscellaneous"),
            "bag": Product(800, "bag", "Bag", lira("0.25"), "miscellaneous"),
        }

    def find_product(self, sku, currency, /):
        return self.shelf.get(sku)

    def list_products(self, pks, currency, /):
        by = {product.pk: product for product in self.shelf.values()}
        return tuple(by[pk] for pk in pks if pk in by)

    def ports(self, **more):
        stock = Sandbox().stock if self.shop.slot_groups else MISSING
        return super().ports(**{"products": self, "slots": stock, "holds": stock, **more})


def sampled(world):
    """The buyer before the samples."""
    buyer = world.buyer()
    return buyer, buyer.at("PaymentOptionSelectionPage", (*TRUNK, BY_TRANSFER[4]))


# samples


def test_samples_are_asked_for_behind_the_shipping_option_and_then_the_way_to_pay():
    buyer, order = sampled(Shelf(WITH_SAMPLES))
    assert buyer.view(order).page == "SampleProductPage"
    step = buyer.submit(order, "SampleProductPage", {"sample_products": [102]})
    assert (step.page, step.errors) == ("PaymentOptionSelectionPage", {})
    assert [sample.sku for sample in step.pre_order.extras.sample_products] == ["tea"]
    assert step.pre_order.totals == order.totals


def test_declined_they_are_not_asked_for_again():
    buyer, order = sampled(Shelf(WITH_SAMPLES))
    step = buyer.submit(order, "SampleProductPage", {"sample_products": []})
    assert (step.page, buyer.view(step.pre_order).page) == ("PaymentOptionSelectionPage",) * 2


@pytest.mark.parametrize("body", [{"sample_products": [101, 102]}, {"sample_products": [1]}, {}])
def test_a_refused_choice_shows_the_page_again_and_loses_nothing(body):
    buyer, order = sampled(Shelf(WITH_SAMPLES))
    order = buyer.submit(order, "SampleProductPage", {"sample_products": [102]}).pre_order
    step = buyer.submit(order, "SampleProductPage", body)
    assert (step.page, list(step.errors), step.pre_order) == ("SampleProductPage", ["sample_products"], order)


def test_without_an_offer_nobody_is_asked_for_samples():
    buyer, order = sampled(Shelf())
    assert buyer.view(order).page == "PaymentOptionSelectionPage"
    assert "SampleProductPage" not in listed(buyer.view(order))


def test_where_no_sample_is_in_stock_nobody_is_asked_either():
    world = Shelf(WITH_SAMPLES)
    world.shelf = {}
    buyer, order = sampled(world)
    step = buyer.view(order)
    assert (step.page, step.pre_order.extras.unwanted_sample_products) == ("PaymentOptionSelectionPage", (101, 102))


def test_an_offer_that_is_over_takes_its_samples_along():
    world = Shelf(WITH_SAMPLES)
    buyer, order = sampled(world)
    order = buyer.submit(order, "SampleProductPage", {"sample_products": [102]}).pre_order
    world.basket = basket(mugs=0)
    now = buyer.view(order)
    assert (now.pre_order.extras, now.page) == (Extras(), "PaymentOptionSelectionPage")


def test_a_sample_that_is_sold_out_before_the_payment_is_asked_for_again():
    world = Shelf(WITH_SAMPLES)
    buyer = world.buyer()
    way = (*TRUNK, ("SampleProductPage", {"sample_products": [102]}), *BY_TRANSFER[4:])
    order = buyer.at("FundsTransferPage", way)
    del world.shelf["tea"]
    step = buyer.submit(order, "FundsTransferPage", AGREED)
    assert (step.page, step.errors) == ("SampleProductPage", closed("page_not_available"))
    assert step.pre_order.placed is None


def test_a_sample_whose_last_use_is_gone_is_not_given_away():
    last = evolve(OFFER, uses=1)
    world = Shelf(evolve(SHOP, offers=(last,), slot_groups=(HOURS,)))  # and so uses are counted
    stock = Sandbox().stock
    buyer = world.buyer()
    buyer.checkout = Checkout(world.ports(slots=stock, holds=stock))
    order = buyer.at("PaymentOptionSelectionPage", (*TRUNK, BY_TRANSFER[4]))
    order = buyer.submit(order, "SampleProductPage", {"sample_products": [102]}).raise_for_errors().pre_order
    for page, body in BY_TRANSFER[4:-1]:
        order = buyer.submit(order, page, body).raise_for_errors().pre_order
    assert not stock.take_hold("other", "other checkout", (Item("coupon", "offer|7", 1, 1),), NOW + timedelta(days=9))
    step = buyer.submit(order, "FundsTransferPage", AGREED)
    assert (step.errors, step.pre_order.extras.sample_products) == (closed("extras_changed"), ())
    assert buyer.submit(step.pre_order, "FundsTransferPage", AGREED).page == "ThankYouPage"


# the gift box


def test_a_gift_box_costs_what_its_product_does_and_the_index_takes_it_back():
    buyer = Shelf().buyer()
    order = buyer.at("FundsTransferPage")
    boxed = buyer.submit(order, "GiftBoxPage", {"note": "For Ada"})
    assert (boxed.page, boxed.errors) == ("EmptyPage", {})
    assert boxed.pre_order.totals.total == order.totals.total + lira("25.00")
    assert boxed.pre_order.payment == order.payment
    assert buyer.view(boxed.pre_order, "GiftBoxIndexPage").pre_order is boxed.pre_order
    back = buyer.submit(boxed.pre_order, "GiftBoxIndexPage", {})
    assert (back.page, back.pre_order) == ("GiftBoxPage", order)
    assert listed(back) == ["GiftBoxPage"]
    assert back.context.price == lira("25.00")


def test_a_box_that_is_not_sold_changes_nothing():
    world = Shelf()
    del world.shelf["box"]
    buyer = world.buyer()
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "GiftBoxPage", {})
    assert (step.page, step.errors, step.pre_order) == ("GiftBoxPage", closed("gift_box_not_available"), order)
    assert step.context.notice == "gift_box_not_available"


def test_the_price_of_a_box_is_the_one_it_was_chosen_for():
    world = Shelf()
    buyer = world.buyer()
    order = buyer.submit(buyer.at("FundsTransferPage"), "GiftBoxPage", {}).pre_order
    world.shelf["box"] = Product(900, "box", "Box", lira("99.00"), "miscellaneous")
    assert buyer.view(order).pre_order is order
    placed = buyer.submit(order, "FundsTransferPage", AGREED)
    assert placed.page == "ThankYouPage"
    assert placed.pre_order.placed.total == order.totals.total


def test_a_box_that_is_sold_out_before_the_payment_is_not_charged():
    world = Shelf()
    buyer = world.buyer()
    order = buyer.submit(buyer.at("FundsTransferPage"), "GiftBoxPage", {}).pre_order
    del world.shelf["box"]
    step = buyer.submit(order, "FundsTransferPage", AGREED)
    assert (step.errors, step.pre_order.extras.gift_box) == (closed("price_changed"), None)


@pytest.mark.parametrize("page", ["GiftBoxPage", "GiftBoxIndexPage", "DeliveryBagsPage"])
def test_what_the_shop_has_not_cannot_be_asked_for(page):
    buyer = Shelf(settings=Settings()).buyer()
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, page, {"product": "bag"})
    assert (step.page, step.errors, step.pre_order) == ("FundsTransferPage", closed("page_not_available"), order)


# bags


def test_bags_cost_their_fee_and_follow_the_basket():
    world = Shelf()
    buyer = world.buyer()
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "DeliveryBagsPage", {"product": "bag"})
    assert (step.page, step.errors, str(step.pre_order.totals.bags)) == ("EmptyPage", {}, "0.50")
    assert step.pre_order.totals.total == order.totals.total + lira("0.50")
    world.basket = basket(mugs=3)
    more = buyer.view(step.pre_order, "DeliveryBagsPage")
    assert (str(more.pre_order.totals.bags), more.context.quantity) == ("1.00", 4)


def test_refused_bags_change_nothing():
    buyer = Shelf().buyer()
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "DeliveryBagsPage", {"product": "bag", "quantity": 4})
    assert (step.page, step.errors, step.pre_order) == (
        "DeliveryBagsPage", {"quantity": ("not_changeable",)}, order,
    )  # fmt: skip


def test_bags_that_came_with_a_slot_go_where_the_delivery_is_by_slots_no_longer():
    options = evolve(TO_THE_DOOR, slot_group=9), evolve(TO_THE_DOOR, pk=2, slug="bike")
    shop = evolve(SHOP, delivery_options=options, slot_groups=(HOURS,))
    settings = attrs.evolve(ALL, delivery_bags_conf=attrs.evolve(ALL.delivery_bags_conf, auto_run=True))
    buyer = Shelf(shop, settings).buyer()
    order = buyer.at("ShippingOptionSelectionPage", TRUNK)
    step = buyer.view(order)
    slot = step.context.slots[0].slots[0]
    hours = {"lower": slot.lower.isoformat(), "upper": slot.upper.isoformat()}
    chosen = buyer.submit(order, "SlotSelectionPage", hours).raise_for_errors().pre_order
    assert (chosen.extras.bags.with_slot, str(chosen.totals.bags)) == (True, "0.50")
    other = buyer.submit(chosen, "DeliveryOptionSelectionPage", {"delivery_option": 2}).pre_order
    assert (other.extras.bags, str(other.totals.bags)) == (None, "0.00")
    own = buyer.submit(chosen, "DeliveryBagsPage", {"product": "bag"}).pre_order
    kept = buyer.submit(own, "DeliveryOptionSelectionPage", {"delivery_option": 2}).pre_order
    assert str(kept.totals.bags) == "0.50"


# what the shop asks


def test_the_questions_of_the_shop_are_answered_at_any_time_and_move_nothing():
    shop = evolve(SHOP, order_schema=(ExtraField("preference", "Preference", required=True),))
    buyer = Shelf(shop).buyer()
    order = buyer.start().pre_order
    step = buyer.submit(order, "OrderSelectionPage", {"extra_field": {"preference": "gift"}})
    assert (step.page, step.errors) == ("EmptyPage", {})
    assert step.pre_order == evolve(order, extras=Extras(extra_field='{"preference":"gift"}'))
    again = buyer.submit(step.pre_order, "OrderSelectionPage", {"extra_field": {}})
    assert again.errors == {"extra_field.preference": ("required",)}
    assert again.pre_order == step.pre_order
    assert again.context.extra_field == {"preference": "gift"}


# what a composition needs


def said(shop=SHOP, settings=None, flow=STANDARD, ports=None):
    with pytest.raises(Misconfigured) as refused:
        Checkout(World(shop, settings).ports(**(ports or {})), flow)
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("shop", "settings", "who"),
    [
        (WITH_SAMPLES, None, "offer 7 (A sample with mugs) gives samples"),
        (
            SHOP,
            Settings(gift_box_configurations=ALL.gift_box_configurations),
            "GIFT_BOX_CONFIGURATIONS has a sku",
        ),
        (SHOP, Settings(delivery_bags_conf=ALL.delivery_bags_conf), "DELIVERY_BAGS_CONF is active"),
    ],
)
def test_what_goes_with_the_goods_needs_who_finds_products(shop, settings, who):
    assert said(shop, settings) == [f"{who}: give Ports(products=...), which finds products"]


@pytest.mark.parametrize(
    "settings",
    [
        Settings(gift_box_configurations=GiftBoxConfigurations(is_active=True)),
        Settings(gift_box_configurations=GiftBoxConfigurations(is_active=False, sku="box")),
        Settings(delivery_bags_conf=DeliveryBagsConf(sku="bag", auto_run=True)),
    ],
)
def test_a_box_that_is_no_product_and_what_is_switched_off_need_nobody(settings):
    Checkout(World(settings=settings).ports())


def test_active_bags_need_a_sku():
    settings = Settings(delivery_bags_conf=DeliveryBagsConf(is_active=True))
    assert "DELIVERY_BAGS_CONF.sku: is needed while is_active" in said(settings=settings)


def test_samples_need_their_page():
    sentence = "offer 7 (A sample with mugs): samples need SampleProductPage, which is not on the map"
    assert said(WITH_SAMPLES, flow=STANDARD.without(SampleProductPage), ports={"products": Shelf()}) == [sentence]
