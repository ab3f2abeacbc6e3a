"""Loyalty money and points that pay: held with the payment, debited with the order, taken back without one."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore, Settings, evolve
from checkout_core.composition import mistakes
from checkout_core.effects import LoyaltyAccount, LoyaltyCard, Refused
from checkout_core.money import Money
from checkout_core.page import Caller
from checkout_core.ports import MISSING
from checkout_core.pricing import account_usages
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED, DECLINED, TIMEOUT_TAKEN
from checkout_core.sandbox.world import card_form
from checkout_core.standard import STANDARD

ADA = Caller("ada", "ada@example.org")
MONEY, POINTS = "LoyaltyMoneyUsagePage", "LoyaltyCardPage"
PAYS = "CreditCardConfirmationPage"


def lira(amount):
    return Money(amount, "TRY")


class Books:
    """A shop's own: points and money, debited and earned once for each order it is told of."""

    def __init__(self):
        self.left, self.points, self.earned, self.numbers, self.never = lira("80.00"), lira("30.00"), [], set(), False

    def list_loyalty_accounts(self, account, currency, /):
        return (LoyaltyAccount(1, "Returns", self.left),)

    def find_loyalty_card(self, account, currency, /):
        return LoyaltyCard("5421190000000009", self.points)

    def order_placed(self, number, order, /):
        if self.never:
            raise Refused("blocked_customer")
        self.earned.append(number)
        if number in self.numbers:
            return
        self.numbers.add(number)
        for usage in account_usages(order):
            self.left = self.left - usage.amount
        self.points = self.points - order.totals.loyalty_card


class Shop:
    """A sandbox whose buyers have loyalty money: goods of 35.10, sent for 29.90."""

    def __init__(self, **settings):
        self.books, self.sandbox, self.store = Books(), Sandbox(seed=1), MemoryStore()
        given = {"loyalty_money_enabled": True, "answer_wait": timedelta(0), **settings}
        self.sandbox.settings = evolve(self.sandbox.settings, **given)
        ports = attrs.evolve(self.sandbox.ports, loyalty=self.books, orders=self.books)
        self.checkout = Checkout(ports)
        self.service = CheckoutService(self.checkout, self.store)

    def to_pay(self, *asks, key="co", story="card"):
        """In front of the page that pays; what is posted there."""
        order = self.checkout.start(self.sandbox.basket("mug", key=key), ADA).pre_order
        key = self.service.save(order)
        for page, body in self.sandbox.answers(story, APPROVED, order):
            for aside in asks if page == "PaymentOptionSelectionPage" else ():
                self.posts(key, *aside).raise_for_errors()
            if page in {PAYS, "FundsTransferPage"}:
                return key, page, body
            self.posts(key, page, body).raise_for_errors()
        raise AssertionError("nobody pays")

    def posts(self, key, page, body):
        return self.service.post(key, page, body, ADA)

    def order(self, key):
        return self.service.get(key, caller=ADA).pre_order

    @property
    def taken(self):
        return [(row.amount, row.state) for row in self.sandbox.bank.rows()]


def money(amount):
    return MONEY, {"loyalty_amount_to_use": amount}


def points(amount):
    return POINTS, {"selected_loyalty_amount": amount}


@pytest.fixture
def shop():
    return Shop()


def test_the_card_pays_the_rest_and_the_books_are_debited_once(shop):
    key, page, body = shop.to_pay(money("20.00"), points("5.00"))
    step = shop.posts(key, page, body)
    assert (step.page, str(step.pre_order.placed.total)) == ("ThankYouPage", "65.00")
    assert shop.taken == [(lira("40.00"), "captured")]
    assert (shop.books.left, shop.books.points) == (lira("60.00"), lira("25.00"))
    shop.service.relay_once()
    assert shop.books.left == lira("60.00")


@pytest.mark.parametrize("story", ["card", "transfer"])
def test_loyalty_money_that_covers_all_is_a_free_order_and_no_bank_is_asked(shop, story):
    """AMT-14"""
    key, page, body = shop.to_pay(money("65.00"), story=story)
    step = shop.posts(key, page, body)
    assert (step.page, step.pre_order.placed.status, step.pre_order.placed.receipt) == ("ThankYouPage", 400, "free")
    assert step.pre_order.attempts[0].hold.state == "committed"
    assert (shop.taken, shop.books.left) == ([], lira("15.00"))


def test_a_basket_that_grew_since_is_no_free_order_any_more(shop):
    """GFT-03, for loyalty money"""
    key, page, body = shop.to_pay(money("65.00"))
    shop.sandbox.basket("mug", "mug", key="co")
    step = shop.posts(key, page, body)
    assert (step.errors, shop.taken) == ({"non_field_errors": ("price_changed",)}, [])
    assert step.pre_order.placed is None
    assert step.pre_order.totals.payable


def test_a_no_of_the_bank_sets_the_money_free_and_the_buyer_keeps_the_amount(shop):
    key, page, _ = shop.to_pay(money("20.00"))
    step = shop.posts(key, page, card_form(DECLINED, 2030))
    assert (shop.books.left, step.pre_order.attempts[0].hold.state) == (lira("80.00"), "released")
    assert step.pre_order.totals.loyalty_money == lira("20.00")
    assert shop.posts(key, page, card_form(APPROVED, 2030)).page == "ThankYouPage"


def test_while_nobody_knows_of_the_payment_no_other_checkout_gets_the_money(shop):
    """GFT-02, for loyalty money"""
    key, page, _ = shop.to_pay(money("60.00"))
    shop.posts(key, page, card_form(TIMEOUT_TAKEN, 2030))
    other, page, body = shop.to_pay(money("60.00"), key="other")
    step = shop.posts(other, page, body)
    assert step.errors == {"non_field_errors": ("loyalty_balance_changed",)}
    assert [row.amount for row in shop.sandbox.bank.rows()] == [lira("5.00")]


def test_a_balance_that_fell_since_is_noticed_before_anything_is_tried(shop):
    key, page, body = shop.to_pay(money("60.00"))
    shop.books.left = lira("59.99")
    step = shop.posts(key, page, body)
    assert (step.errors, step.page) == ({"non_field_errors": ("price_changed",)}, "PaymentOptionSelectionPage")
    assert (step.pre_order.loyalty.accounts, step.pre_order.attempts) == ((), ())


def test_switched_off_meanwhile_it_pays_nothing(shop):
    key, page, body = shop.to_pay(money("60.00"))
    shop.sandbox.settings = evolve(shop.sandbox.settings, loyalty_money_enabled=False)
    step = shop.posts(key, page, body)
    assert (step.errors, step.pre_order.loyalty.accounts) == ({"non_field_errors": ("price_changed",)}, ())


def test_the_way_to_pay_is_dropped_with_another_amount_and_stays_with_the_same(shop):
    key, _, _ = shop.to_pay(money("20.00"))
    assert shop.posts(key, *money("20.00")).pre_order.payment is not None
    assert shop.posts(key, *money("21.00")).pre_order.payment is None


def test_another_buyer_spends_nothing_of_the_one_before(shop):
    key, _, _ = shop.to_pay(money("20.00"), points("5.00"))
    step = shop.service.get(key, caller=Caller("edith", "edith@example.org"))
    assert (step.pre_order.loyalty.accounts, step.pre_order.loyalty.card) == ((), None)


def test_a_card_number_of_a_loyalty_card_is_nowhere_in_the_store(shop):
    key, page, body = shop.to_pay(points("5.00"))
    shop.posts(key, page, body)
    assert b"5421190000000009" not in shop.store.get(key, None).head


# what is earned


def test_a_number_is_told_of_once_for_each_order_and_of_no_payment_that_went_back(shop):
    """LOY-03"""
    key, page, body = shop.to_pay()
    shop.books.never = True
    shop.posts(key, page, body)
    shop.sandbox.passes(hours=1)
    shop.service.recover_once()
    shop.service.relay_once()
    assert (shop.books.earned, shop.order(key).placed) == ([], None)
    shop.books.never = False
    other, page, body = shop.to_pay(key="other")
    number = shop.posts(other, page, body).pre_order.placed.number
    shop.service.relay_once()
    assert set(shop.books.earned) == {number}


# the least an order comes to


@pytest.mark.parametrize(
    ("least", "placed"),
    [(None, True), (lira("35.10"), True), (lira("35.11"), False), (Money("99.00", "EUR"), True)],
)
def test_goods_below_the_minimum_order_amount_are_not_ordered(least, placed):
    """AMT-11"""
    shop = Shop(minimum_order_amount=least)
    key, page, body = shop.to_pay()
    step = shop.posts(key, page, body)
    assert (step.pre_order.placed is not None) is placed
    if not placed:
        assert (step.errors, shop.taken) == ({"non_field_errors": ("below_minimum_order",)}, [])


# who must be there


@pytest.mark.parametrize(
    ("enabled", "without", "said"),
    [
        (True, (), None),
        (False, ("loyalty",), None),
        (True, ("loyalty",), "LOYALTY_MONEY_ENABLED: give Ports(loyalty=...)"),
        (False, ("holds",), "Ports(loyalty=...) is given: give Ports(holds=...)"),
        (True, ("holds",), "Ports(loyalty=...) is given: give Ports(holds=...)"),
    ],
)
def test_a_shop_with_loyalty_says_what_it_lacks(shop, enabled, without, said):
    settings = Settings(loyalty_money_enabled=enabled)
    ports = attrs.evolve(shop.checkout.ports, settings=lambda: settings, **dict.fromkeys(without, MISSING))
    told = [each for each in mistakes(ports, STANDARD) if "oyalty" in each or "LOYALTY" in each]
    assert [each.startswith(said or "") for each in told] == ([True] if said else [])
