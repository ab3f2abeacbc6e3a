"""What shipping costs, from the page to the payment: whoever is down, nobody pays what was not shown or not told."""

from __future__ import annotations

import pytest

from checkout_core import Money, evolve
from checkout_core.effects import Captured, HandedOut, RemoteShippingOption
from checkout_core.order import Parcel, Shipping
from checkout_core.rules.calculators import Remote

from .services import BY_SERVICE, WAYS, Shop, about_to_pay, sealed
from .world import ABROAD, BONUS, BY_CARD, HOME, TRUNK, Buyer, basket, closed, lira

LAST_KNOWN = Remote("courier", "last-known")
FLAT = Remote("courier", "flat", lira("15.00"))
SAYS = ["price of a service", "options of a service"]


# What is asked, and how often


def test_the_price_is_asked_once_a_step_of_basket_and_address_of_now(walks):
    shop = Shop()
    buyer, order, *_ = about_to_pay(walks, shop)
    assert order.shipping.option.shipping_amount == lira("44.50")
    for mugs in (2, 3):
        shop.basket, shop.services.asked = basket(mugs=mugs), []
        order = buyer.view(order).pre_order
        assert shop.services.asked == [Parcel(shop.basket, HOME)]


def test_a_step_behind_shipping_asks_no_service(walks):
    shop = Shop()
    buyer = walks(shop)
    order = buyer.at("PaymentOptionSelectionPage", BY_CARD)
    shop.services.asked = []
    for page, body in BY_CARD[len(TRUNK) : -1]:
        order = buyer.submit(order, page, body).raise_for_errors().pre_order
    assert shop.services.asked == []


# A total shown is the total sealed


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("settings", [None, BY_SERVICE], ids=SAYS)
def test_after_a_re_quote_total_and_seal_are_what_was_shown(walks, way, settings):
    shop = Shop(settings=settings)
    buyer, order, page, body = about_to_pay(walks, shop, way)
    shop.basket = basket(mugs=2)
    shop.services.price = lira("50.25")
    shop.services.options = (RemoteShippingOption("standard", lira("50.25")),)
    shown = buyer.view(order, page)
    now = shown.pre_order
    assert (now.totals.shipping, now.shipping.option.shipping_amount) == (lira("50.25"), lira("50.25"))
    assert now.totals.total == shop.basket.amount + lira("50.25") + now.totals.interest
    assert shown.context.total_amount == now.totals.total
    step = buyer.submit(now, page, body).raise_for_errors()
    assert step.pre_order.placed.totals == now.totals
    assert sealed(step) == now.totals.total


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("settings", [None, BY_SERVICE], ids=SAYS)
def test_a_price_that_changed_before_the_last_step_is_told_and_nothing_is_charged(walks, way, settings):
    shop = Shop(settings=settings)
    buyer, order, page, body = about_to_pay(walks, shop, way)
    shop.services.price = lira("60.00")
    shop.services.options = (RemoteShippingOption("standard", lira("60.00")),)
    step = buyer.submit(order, page, body)
    assert (step.page, step.errors) == (page, closed("price_changed"))
    assert (step.pre_order.placed, step.pre_order.attempts, shop.asked["sale"]) == (None, (), 0)
    assert step.pre_order.shipping.option == evolve(order.shipping.option, shipping_amount=lira("60.00"))
    assert step.pre_order.payment == order.payment
    again = buyer.submit(step.pre_order, page, body).raise_for_errors()
    assert sealed(again) == step.context.total_amount


# A service that is down


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("settings", [None, BY_SERVICE], ids=SAYS)
def test_a_service_that_goes_down_before_the_last_step_charges_what_was_shown(walks, way, settings):
    shop = Shop(settings=settings)
    buyer, order, page, body = about_to_pay(walks, shop, way)
    shop.services.down = True
    shown = buyer.view(order, page)
    assert shown.pre_order is order
    step = buyer.submit(order, page, body).raise_for_errors()
    assert sealed(step) == shown.context.total_amount == order.totals.total


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("settings", [None, BY_SERVICE], ids=SAYS)
def test_a_price_nobody_tells_for_another_basket_is_kept_and_not_paid(walks, way, settings):
    shop = Shop(settings=settings)
    buyer, order, page, body = about_to_pay(walks, shop, way)
    shop.basket, shop.services.down = basket(mugs=2), True
    shown = buyer.view(order)
    assert shown.pre_order.shipping.option == evolve(order.shipping.option, outdated=True)
    assert (shown.page, shown.pre_order.payment) == (page, order.payment)
    for _ in range(2):
        step = buyer.submit(shown.pre_order, page, body)
        assert (step.page, step.errors) == (page, closed("shipping_price_unavailable"))
        assert (step.pre_order, shop.asked["sale"]) == (shown.pre_order, 0)
    shop.services.down = False
    back = buyer.view(step.pre_order, page)
    assert back.pre_order.shipping == order.shipping
    assert sealed(buyer.submit(back.pre_order, page, body).raise_for_errors()) == back.context.total_amount


def test_a_service_that_is_back_in_the_last_step_tells_the_price_first(walks):
    shop = Shop()
    buyer, order, page, body = about_to_pay(walks, shop)
    shop.basket, shop.services.down = basket(mugs=2), True
    order = buyer.view(order).pre_order
    shop.services.down, shop.services.price = False, lira("45.00")
    step = buyer.submit(order, page, body)
    assert (step.errors, step.pre_order.placed) == (closed("price_changed"), None)
    assert buyer.submit(step.pre_order, page, body).ok


def test_a_service_that_is_down_when_the_address_changes_loses_no_choice(walks):
    shop = Shop()
    buyer = walks(shop)
    order = buyer.at("PaymentOptionSelectionPage")
    shop.services.down = True
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 12, "billing_address": 11})
    assert (step.page, step.errors) == ("PaymentOptionSelectionPage", {})
    assert step.pre_order.shipping.option == evolve(order.shipping.option, outdated=True)
    assert step.pre_order.delivery.shipping_address == ABROAD


def test_another_invoice_is_no_other_parcel(walks):
    shop = Shop()
    buyer = walks(shop)
    order = buyer.at("PaymentOptionSelectionPage")
    shop.services.down = True
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 11, "billing_address": 12})
    assert step.pre_order.shipping == order.shipping


@pytest.mark.parametrize(("calculator", "price"), [(LAST_KNOWN, "44.50"), (FLAT, "15.00")])
def test_a_shop_that_says_what_holds_otherwise_sells_on(walks, calculator, price):
    shop = Shop(calculator)
    buyer, order, page, body = about_to_pay(walks, shop)
    shop.basket, shop.services.down = basket(mugs=2), True
    shown = buyer.view(order, page)
    assert shown.pre_order.shipping.option == evolve(order.shipping.option, shipping_amount=lira(price))
    step = buyer.submit(shown.pre_order, page, body).raise_for_errors()
    assert sealed(step) == shown.context.total_amount == shop.basket.amount + lira(price)


def test_a_service_that_is_down_keeps_no_option_that_a_rule_refuses(walks):
    shop = Shop()
    buyer = walks(shop)
    order = buyer.at("PaymentOptionSelectionPage")
    courier, express = shop.shop.shipping_options
    shop.shop = evolve(shop.shop, shipping_options=(evolve(courier, rules=express.rules), express))
    shop.services.down = True
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 12, "billing_address": 11})
    assert (step.page, step.pre_order.shipping) == ("ShippingOptionSelectionPage", Shipping())


@pytest.mark.parametrize("settings", [None, BY_SERVICE], ids=SAYS)
def test_a_refused_answer_changes_nothing_and_lists_what_was_chosen(walks, settings):
    shop = Shop(settings=settings)
    page = shop.settings.checkout_shipping_option_selection_page
    buyer, order, *_ = about_to_pay(walks, shop)
    shop.services.down = True
    step = buyer.submit(order, page, {"shipping_option": 21})
    code = "shipping_options_unavailable" if settings else "shipping_price_unavailable"
    assert step.errors == ({"non_field_errors": (code,)} if settings else {"shipping_option": (code,)})
    assert (step.page, step.pre_order) == (page, order)
    assert order.shipping.option in step.context.shipping_options


def test_another_choice_gets_a_buyer_past_a_service_that_is_down(walks):
    shop = Shop()
    buyer, order, *_ = about_to_pay(walks, shop)
    shop.basket, shop.services.down = basket(mugs=2), True
    order = buyer.view(order).pre_order
    step = buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 22}).raise_for_errors()
    assert (step.page, step.pre_order.shipping.outdated) == ("PaymentOptionSelectionPage", False)


def test_a_basket_in_another_currency_has_shipping_chosen_again(walks):
    shop = Shop()
    shop.shop = evolve(shop.shop, shipping_options=shop.shop.shipping_options[:1])
    buyer = walks(shop)
    order = buyer.at("FundsTransferPage")
    shop.services.down = True
    shop.basket = evolve(in_euros(shop.basket), digest="in euros")
    step = buyer.view(order)
    assert (step.page, step.pre_order.shipping, step.pre_order.payment) == (
        "ShippingOptionSelectionPage", Shipping(), None,
    )  # fmt: skip
    assert step.pre_order.totals.total == Money("95.10", "EUR")


def in_euros(of):
    lines = tuple(evolve(line, unit_price=Money(str(line.unit_price), "EUR")) for line in of.lines)
    return type(of).of(of.key, of.digest, lines, "EUR")


# While the buyer is at the bank


class AtTheBank(Shop):
    """A shop whose buyers are sent to their bank first."""

    def find_card(self, bin_number, /):
        return evolve(BONUS, three_d=True)

    def start_three_d(self, order, *given):
        return HandedOut({"md": "md-1", "url": "https://bank.test/"})

    def finish_three_d(self, order, *given):
        self.asked["finish"] += 1
        return Captured("r-1", order.amount, order.installments)


@pytest.mark.parametrize(
    ("meanwhile", "settings"),
    [
        ({"down": True}, None),
        ({"price": lira("60.00")}, None),
        ({"down": True}, BY_SERVICE),
        ({"options": (RemoteShippingOption("standard", lira("60.00")),)}, BY_SERVICE),
        ({"options": ()}, BY_SERVICE),
    ],
)
def test_a_buyer_who_comes_back_from_the_bank_pays_what_was_agreed_whatever_a_service_says_now(meanwhile, settings):
    shop = AtTheBank(settings=settings)
    buyer, order, page, body = about_to_pay(Buyer, shop, "card")
    away = buyer.submit(order, page, body).raise_for_errors()
    assert away.page == "CreditCardThreeDSecurePage"
    for name, value in meanwhile.items():
        setattr(shop.services, name, value)
    step = buyer.submit(away.pre_order, "CreditCardThreeDSecurePage", {"md": "md-1"}).raise_for_errors()
    assert sealed(step) == order.totals.total


def test_a_basket_that_changed_while_the_buyer_was_at_the_bank_is_not_paid(walks):
    shop = AtTheBank()
    buyer, order, page, body = about_to_pay(walks, shop, "card")
    away = buyer.submit(order, page, body).raise_for_errors().pre_order
    shop.basket, shop.services.down = basket(mugs=2), True
    step = buyer.submit(away, "CreditCardThreeDSecurePage", {"md": "md-1"})
    assert (step.errors, step.pre_order.placed, shop.asked["finish"]) == (closed("price_changed"), None, 0)
