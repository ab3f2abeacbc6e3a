"""Goods whose price a service knows: the step nobody sees, and all that may change before they are paid for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs import define, field

from checkout_core import Basket, Checkout, Line, Money, Settings, evolve
from checkout_core.effects import Unavailable
from checkout_core.order import Parcel
from checkout_core.rules.availability import BasketAmountRule
from checkout_core.rules.calculators import Fixed
from checkout_core.settings import RemoteService
from checkout_core.shop import City, RetailStore, ShippingOption

from .world import ADA, BY_TRANSFER, IN_STORE, SHOP, TO_THE_DOOR, TURKEY, World, closed, lira, listed

PAGE = "RemotePriceCalculationPage"
REMOTE = Settings(basket_item_remote_price_client_conf=RemoteService("https://prices.example/"))
MUG = Line(1, "mug", "Mug", 1, lira("35.10"), 400)
SOFA = Line(3, "sofa", "Sofa", 1, lira("0"), 3_000, attributes={"has_remote_price": "true"})
GOODS = Basket.of("b-1", "d-1", (MUG, SOFA), "TRY")
HEAVY = ShippingOption(23, "Heavy", "heavy", Fixed(lira("99.00")), (BasketAmountRule(at_least=lira("500.00")),))
MODA = RetailStore(62, "Moda", "2 Ferry Road", TURKEY, City(34, "Istanbul", 1))
FURNITURE = evolve(
    SHOP, delivery_options=(TO_THE_DOOR, IN_STORE), shipping_options=(*SHOP.shipping_options, HEAVY),
    retail_stores=(MODA,),
)  # fmt: skip

INDEX, DOOR, _, _, *PAYING = BY_TRANSFER
HOME_HOME = ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
BY_LORRY = ("ShippingOptionSelectionPage", {"shipping_option": 23})


@define
class Prices:
    """A price list by the line of the address.  Whoever is not on it pays the first price."""

    sofa: Money = field(factory=lambda: lira("900.00"))
    elsewhere: Mapping[str, Money] = field(factory=dict)
    down: bool = False
    asked: list[Parcel] = field(factory=list)

    def ask_prices(
        self, service: RemoteService, parcel: Parcel, products: tuple[int, ...], /
    ) -> Mapping[int, Money] | Unavailable:
        self.asked.append(parcel)
        if self.down:
            raise ConnectionError
        return {pk: self.elsewhere.get(parcel.to.line, self.sofa) for pk in products}

    def ask_shipping_price(self, *_: object) -> Unavailable:
        return Unavailable("nobody asks")

    ask_shipping_options = ask_delivery_options = ask_shipping_price


class Shopper:
    """A guest who buys a mug and a sofa."""

    def __init__(self, settings: Settings = REMOTE) -> None:
        self.world, self.prices = World(FURNITURE, settings), Prices()
        self.world.basket = GOODS
        self.checkout = Checkout(self.world.ports(quotes=self.prices))
        self.step = self.checkout.start(GOODS)

    def posts(self, *answers):
        """Each is taken."""
        for page, body in answers:
            self.step = self.checkout.submit(self.step.pre_order, page, body).raise_for_errors()
        return self.step

    def tries(self, page, body):
        self.step = self.checkout.submit(self.step.pre_order, page, body)
        return self.step

    def looks(self, **more):
        self.step = self.checkout.view(self.step.pre_order, **more)
        return self.step

    def ready(self):
        """About to pay."""
        return self.posts(INDEX, DOOR, HOME_HOME, BY_LORRY, *PAYING[:-1])

    @property
    def amount(self):
        return self.step.pre_order.basket.amount


def test_no_storefront_sees_the_step_and_shipping_is_offered_for_the_price_of_the_service():
    ada = Shopper()
    step = ada.posts(INDEX, DOOR, HOME_HOME)
    assert (step.page, ada.amount) == ("ShippingOptionSelectionPage", lira("935.10"))
    assert 23 in [option.pk for option in step.context.shipping_options], "which the listed price would not be"
    assert listed(step) == [PAGE, "ShippingOptionSelectionPage"]
    assert ada.posts(BY_LORRY, *PAYING).pre_order.placed.total == lira("1034.10")


def test_a_store_gives_the_parcel_an_address_as_well():
    ada = Shopper()
    ada.prices.elsewhere = {MODA.address: lira("700.00")}
    ada.posts(INDEX, ("DeliveryOptionSelectionPage", {"delivery_option": 3}))
    ada.posts(("RetailStoreSelectionPage", {"retail_store": 62, "billing_address": 11}))
    assert (ada.step.page, ada.amount) == ("ShippingOptionSelectionPage", lira("735.10"))


def test_goods_that_ask_for_no_price_ask_nobody():
    ada = Shopper()
    ada.world.basket = Basket.of("b-1", "d-2", (MUG,), "TRY")
    step = ada.posts(INDEX, DOOR, HOME_HOME)
    assert (listed(step), ada.prices.asked) == (["ShippingOptionSelectionPage"], [])
    assert ada.tries(PAGE, {}).errors == closed("page_not_available")


def test_while_the_service_is_away_the_step_is_shown_with_the_reason_and_can_be_tried_again():
    ada = Shopper()
    ada.posts(INDEX, DOOR)
    ada.prices.down = True
    step = ada.tries(*HOME_HOME)
    assert (step.page, step.errors) == (PAGE, closed("remote_prices_unavailable"))
    assert step.pre_order.delivery.shipping_address is not None, "the address was taken"
    for again in (ada.looks(), ada.tries(PAGE, {})):
        assert (again.page, again.errors, again.pre_order) == (
            PAGE, closed("remote_prices_unavailable"), step.pre_order
        )  # fmt: skip
    for page, body in (BY_LORRY, PAYING[0]):
        assert ada.tries(page, body).errors == closed("page_not_available")
    assert ada.step.pre_order == step.pre_order
    ada.prices.down = False
    assert ada.posts((PAGE, {})).page == "ShippingOptionSelectionPage"
    assert ada.amount == lira("935.10")


def test_where_the_shop_names_nobody_to_ask_nothing_is_sold_at_a_guess():
    ada = Shopper(Settings())
    ada.posts(INDEX, DOOR)
    assert ada.tries(*HOME_HOME).errors == closed("remote_prices_unavailable")
    assert ada.step.page == PAGE


def test_a_reload_neither_asks_again_nor_loses_the_prices():
    ada = Shopper()
    before, asked = ada.ready().pre_order, len(ada.prices.asked)
    ada.prices.down = True
    assert (ada.looks().pre_order, ada.step.errors, ada.step.page) == (before, {}, PAYING[-1][0])
    assert len(ada.prices.asked) == asked


def test_another_basket_is_priced_anew_and_no_answer_is_lost():
    ada = Shopper()
    before = ada.ready().pre_order
    ada.world.basket = Basket.of("b-1", "d-2", (evolve(MUG, quantity=2), SOFA), "TRY")
    after = ada.looks().pre_order
    assert (ada.step.page, ada.amount) == (PAYING[-1][0], lira("970.20"))
    assert (after.delivery, after.shipping, after.payment) == (before.delivery, before.shipping, before.payment)


def test_a_basket_that_changed_while_the_service_is_away_is_not_paid_for_at_a_guess():
    ada = Shopper()
    before = ada.ready().pre_order
    ada.world.basket = Basket.of("b-1", "d-2", (evolve(MUG, quantity=2), SOFA), "TRY")
    ada.prices.down = True
    assert (ada.tries(*PAYING[-1]).page, ada.step.errors) == (PAGE, closed("price_changed"))
    assert ada.tries(*PAYING[-1]).errors == closed("page_not_available")
    after = ada.step.pre_order
    assert (after.delivery, after.shipping, after.payment) == (before.delivery, before.shipping, before.payment)
    ada.prices.down = False
    assert ada.looks().page == PAYING[-1][0]
    assert ada.posts(PAYING[-1]).pre_order.placed.total == lira("1069.20")


def test_a_basket_in_another_currency_is_priced_in_that_one():
    ada = Shopper()
    ada.ready()
    euros = (evolve(MUG, unit_price=Money("5.00", "EUR")), evolve(SOFA, unit_price=Money("0", "EUR")))
    ada.world.basket = Basket.of("b-1", "d-2", euros, "EUR")
    assert (ada.looks().page, ada.step.errors) == (PAGE, closed("remote_prices_unavailable")), "it says lira still"
    ada.prices.sofa = Money("80.00", "EUR")
    ada.world.shop = evolve(
        FURNITURE, shipping_options=(ShippingOption(24, "Post", "post", Fixed(Money("4.00", "EUR"))),)
    )
    assert (ada.looks().page, ada.amount) == ("ShippingOptionSelectionPage", Money("85.00", "EUR"))


@pytest.mark.parametrize("now", ["899.99", "900.01"])
def test_a_price_that_changed_before_it_is_paid_is_shown_first_and_then_paid(now):
    ada = Shopper()
    ada.ready()
    ada.prices.sofa = lira(now)
    step = ada.tries(*PAYING[-1])
    assert (step.page, step.errors) == (PAYING[-1][0], closed("price_changed"))
    assert (ada.amount, step.pre_order.placed) == (lira("35.10") + lira(now), None)
    assert step.pre_order.shipping.option.pk == 23
    placed = ada.posts(PAYING[-1]).pre_order.placed
    assert placed.total == lira("134.10") + lira(now)


def test_while_the_service_is_away_the_prices_that_were_shown_are_paid():
    ada = Shopper()
    total = ada.ready().pre_order.totals.total
    ada.prices.down = True
    assert ada.posts(PAYING[-1]).pre_order.placed.total == total


def test_another_address_has_other_prices_and_the_answers_after_it_stay():
    ada = Shopper()
    ada.prices.elsewhere = {"2 Straße": lira("950.00")}
    before = ada.ready().pre_order
    step = ada.posts(("AddressSelectionPage", {"shipping_address": 12, "billing_address": 11}))
    assert (step.page, ada.amount) == (PAYING[-1][0], lira("985.10"))
    assert (step.pre_order.shipping, step.pre_order.payment) == (before.shipping, before.payment)


def test_another_invoice_address_asks_for_no_other_price_though_the_service_is_away():
    ada = Shopper()
    ada.ready()
    ada.prices.down = True
    step = ada.posts(("AddressSelectionPage", {"shipping_address": 11, "billing_address": 12}))
    assert (step.page, ada.amount) == (PAYING[-1][0], lira("935.10"))


@pytest.mark.parametrize(
    "answer", [("AddressClearPage", {}), ("DeliveryOptionSelectionPage", {"delivery_option": 1, "clear": True})]
)
def test_without_an_address_the_goods_are_priced_as_listed(answer):
    ada = Shopper()
    ada.ready()
    ada.posts(answer)
    assert ada.step.pre_order.basket == GOODS


def test_who_logs_in_is_not_shown_the_prices_of_the_guests_address():
    ada = Shopper()
    ada.ready()
    assert ada.looks(caller=ADA).pre_order.basket == GOODS


def test_an_old_tab_that_posts_past_the_step_finds_it_answered_the_next_time():
    ada = Shopper()
    ada.posts(INDEX, DOOR, HOME_HOME)
    ada.world.basket = Basket.of("b-1", "d-2", (SOFA,), "TRY")
    step = ada.tries(*BY_LORRY)
    assert (step.page, step.errors) == ("ShippingOptionSelectionPage", closed("page_not_available"))
    assert ada.amount == lira("900.00")
    assert ada.posts(BY_LORRY).page == PAYING[0][0]
