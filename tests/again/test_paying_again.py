"""An order that waits for a transfer is paid by card: by its buyer, once, for what it came to."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import Checkout, Misconfigured, evolve
from checkout_core.effects import Refused
from checkout_core.engine import NotTheirs
from checkout_core.ports import MISSING
from checkout_core.sandbox.magic import DECLINED
from checkout_core.service import NotThere

from .kit import CONFIRMATION, Shop


@pytest.fixture
def shop():
    return Shop()


def test_the_order_is_paid_by_card_and_told_by_its_own_number(shop):
    key = shop.orders()
    stood = shop.order(key)
    step = shop.pays(key)
    number = stood.placed.number
    assert (step.page, step.context.number, step.context.status) == ("ThankYouPage", number, 400)
    assert shop.ears.told == [("paid", number), ("order_paid", number), ("order.paid", number)]
    assert shop.taken == 1
    assert shop.order(key) == stood  # what was placed never changes
    assert step.pre_order.placed.number != number  # its payment has a number of its own


def test_only_the_way_to_pay_is_asked_for_and_only_what_is_there_for_an_order(shop):
    step = shop.service.pay_again(shop.orders())
    assert step.page == "PaymentOptionSelectionPage"
    types = {option.payment_type for option in step.context.payment_options}
    assert "credit_card" in types
    assert not types & {"funds_transfer", "pay_on_delivery"}


def test_a_way_that_is_not_there_is_refused_by_its_key_too(shop):
    key = shop.begins(shop.orders())
    transfer = next(o for o in shop.sandbox.shop.payment_options if o.payment_type == "funds_transfer")
    step = shop.service.post(key, "PaymentOptionSelectionPage", {"payment_option": transfer.pk})
    assert step.errors == {"payment_option": ("invalid",)}


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("IndexPage", {"user_email": "mallory@example.org"}),
        ("AddressSelectionPage", {"shipping_address": 1, "billing_address": 1}),
        ("OrderNotePage", {"notes": "something else"}),
        ("AddressClearPage", {}),
        ("VoucherCodePage", {"voucher_code": "WELCOME"}),
        ("LoyaltyCardPage", {"selected_loyalty_amount": "1.00"}),
    ],
)
def test_nothing_else_of_the_order_can_be_changed(shop, page, body):
    key = shop.begins(shop.orders())
    before = shop.order(key)
    step = shop.service.post(key, page, body)
    assert step.errors == {"non_field_errors": ("page_not_available",)}
    assert shop.order(key) == before
    assert shop.service.get(key, page).errors == {"non_field_errors": ("page_not_available",)}


def test_the_basket_of_the_session_changes_nothing(shop):
    key = shop.orders()
    again, page, body, caller = shop.up_to_the_card(key)
    shop.sandbox.basket("mug", "mug", "t-shirt", key=shop.order(key).basket.key)
    other = shop.sandbox.basket("t-shirt", key="another")
    step = shop.service.post(again, page, body, evolve(caller, basket=other.key))
    assert step.pre_order.placed.total == shop.order(key).placed.total
    assert step.pre_order.basket == shop.order(key).basket


def test_nothing_is_held_twice(shop):
    key = shop.orders()  # the only mug
    assert shop.holds.left("stock", "mug") == 0
    assert shop.pays(key).page == "ThankYouPage"
    assert shop.holds.left("stock", "mug") == 0


def test_a_price_of_today_is_no_price_of_the_order(shop):
    key = shop.begins(shop.orders())
    total = shop.order(key).totals
    shop.sandbox.settings = evolve(shop.sandbox.settings, minimum_order_amount=total.total * 2)
    shop.sandbox.shop = evolve(shop.sandbox.shop, shipping_options=(), offers=())
    assert shop.service.get(key).pre_order.totals == total


def test_a_card_that_is_declined_pays_nothing_and_another_may_be_tried(shop):
    key = shop.orders()
    step = shop.pays(key, DECLINED)
    assert (step.page, shop.told, shop.taken) == (CONFIRMATION, [], 0)
    assert shop.pays(key).page == "ThankYouPage"
    assert (shop.told, shop.taken) == (["paid"], 1)


def test_what_is_paid_is_shown_and_not_paid_again(shop):
    key = shop.orders()
    again, page, body, caller = shop.up_to_the_card(key)
    shop.service.post(again, page, body, caller)
    assert shop.service.pay_again(key).page == "ThankYouPage"
    assert shop.service.post(again, page, body, caller).page == "ThankYouPage"
    assert (shop.told, shop.taken) == (["paid"], 1)


def test_two_tabs_meet_in_one_checkout(shop):
    key = shop.orders()
    first, second = shop.begins(key), shop.begins(key)
    assert first == second
    assert shop.order(first).again.key == key


# Whose order it is


def test_an_accounts_order_is_paid_by_that_account_by_number_or_key(shop):
    account = next(iter(shop.sandbox.file.customers))
    key = shop.orders(account)
    number = shop.order(key).placed.number
    caller = shop.caller(account)
    assert shop.service.pay_again(number, caller).pre_order.key == shop.service.pay_again(key, caller).pre_order.key
    assert shop.pays(key, account=account).page == "ThankYouPage"


def test_somebody_elses_order_is_as_one_that_is_not_there(shop):
    accounts = list(shop.sandbox.file.customers)
    theirs = shop.orders(accounts[0])
    number = shop.order(theirs).placed.number
    for name in (theirs, number):
        for caller in (shop.caller(), evolve(shop.caller(accounts[0]), account="somebody-else")):
            with pytest.raises(NotThere) as refused:
                shop.service.pay_again(name, caller)
            assert refused.value.args == (name,)
    with pytest.raises(NotThere) as unknown:
        shop.service.pay_again("NOSUCHORDER", shop.caller())
    assert unknown.value.args == ("NOSUCHORDER",)
    assert shop.payer(theirs) is None


def test_a_guests_order_is_not_opened_by_its_number(shop):
    key = shop.orders()
    with pytest.raises(NotThere):
        shop.service.pay_again(shop.order(key).placed.number)


def test_the_checkout_that_pays_is_nobody_elses_either(shop):
    key = shop.begins(shop.orders())
    stranger = evolve(shop.caller(), account="mallory", email="mallory@example.org")
    with pytest.raises(NotThere):
        shop.service.get(key, caller=stranger)
    with pytest.raises(NotTheirs):
        shop.checkout.view(shop.order(key), caller=stranger)


def test_a_checkout_that_is_not_placed_is_not_there(shop):
    start = shop.checkout.start(shop.sandbox.basket("mug", key="b"))
    key = shop.service.save(start.pre_order)
    with pytest.raises(NotThere):
        shop.service.pay_again(key)
    with pytest.raises(NotTheirs):
        shop.checkout.pay_again(start.pre_order)


def test_a_shop_that_is_not_told_of_payments_takes_none(shop):
    deaf = Checkout(attrs.evolve(shop.checkout.ports, settlements=MISSING))
    with pytest.raises(Misconfigured, match="settlements"):
        deaf.pay_again(shop.order(shop.orders()))


def test_an_order_that_the_shop_refuses_to_see_paid_gives_its_money_back(shop):
    key = shop.orders()
    shop.ears.never["paid"] = Refused("cancelled")
    shop.pays(key)
    shop.passes(minutes=5)
    assert (shop.payer(key).placed, shop.taken) == (None, 0)
