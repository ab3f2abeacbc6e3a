from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from attrs import evolve

from checkout_core import GUEST, Checkout
from checkout_core.engine import Shown, Step
from checkout_core.money import Money
from checkout_core.order import (
    Address,
    Basket,
    Buyer,
    Chosen,
    CreditCard,
    Delivery,
    Extras,
    Line,
    PreOrder,
    Shipping,
    ShippingChoice,
    Totals,
)
from checkout_core.page import EMPTY
from checkout_core.pages._cards import PlanShown
from checkout_core.pages.buyer import AddressContext, IndexContext
from checkout_core.pages.credit_card import ConfirmationContext, InstallmentContext
from checkout_core.pages.delivery import DeliveryOptionContext
from checkout_core.pages.payment_choice import Offered, PaymentOptionContext, Unavailable
from checkout_core.pages.shipping import ShippingOptionContext
from checkout_core.sandbox import Sandbox
from checkout_core.settings import Settings
from checkout_core.shop import (
    Bank,
    Card,
    CardType,
    City,
    Country,
    DeliveryOption,
    District,
    Installment,
    Township,
)
from checkout_core.wire import step_json


def lira(amount):
    return Money(amount, "TRY")


TURKEY = Country(1, "Türkiye", "TR")
HOME = Address(
    5, "Home", "Ada", "Lovelace", "+905321234567", TURKEY, City(34, "İstanbul", 1), "1 Street",
    Township(3402, "Beşiktaş", 34), District(340201, "Levent", 34, 3402), "34710", "ada@example.org", primary=True,
)  # fmt: skip
WORK = evolve(HOME, pk=6, title="Work", company_name="Analytical Engines", is_corporate=True, primary=False)
TO_ADDRESS = DeliveryOption(1, "address", "To my address")
STANDARD = ShippingChoice(21, "Standard", "standard", lira("8.50"), None, "In two days")
EXPRESS = ShippingChoice(22, "Express", "express", lira("19.90"), "/express.png")
PLAN = Installment(43, 3, "3 instalments", 22_500)
CARD = Card(9, "Example Gold", "example-gold", Bank(1, "Example Bank", "example-bank"), CardType(2, "Visa", "visa"))
PAYMENT = CreditCard(
    Chosen(31, "Credit card", "credit-card", "credit_card", "the-gateway"), "54211900", CARD, PLAN, "542119******0009"
)
MUG = Line(1001, "mug", "Mug", 1, lira("35.10"), 400, 200_000, "/mug/", "/mug.jpg")
STICKER = Line(1004, "sticker", "Sticker", 2, lira("9.69"), 5, 88_750, "/sticker/")


def order(**changes):
    """Goods of 54.48 and shipping of 8.50 are 62.98, and 64.40 in three instalments at 2.25 %."""
    basket = Basket.of("77", "digest", (MUG, STICKER), "TRY")
    totals = Totals(basket.amount, lira("8.50"), lira("1.42"), lira("64.40"))
    whole = PreOrder(
        "key", basket, totals, Buyer(None, "ada@example.org", "+905321234567"), Delivery(TO_ADDRESS, HOME, WORK),
        Shipping(STANDARD), PAYMENT, Extras("Please ring."),
    )  # fmt: skip
    return evolve(whole, **changes)


def shown():
    """Every page of the card flow up to the confirmation, as a view lists them."""
    plans = (
        PlanShown(41, 1, "Paid at once", lira("62.98"), lira("62.98"), "0.000000"),
        PlanShown(43, 3, "3 instalments", lira("64.40"), lira("21.47"), "0.022500"),
    )
    refused = Unavailable(33, "On account", "on-account", "funds_transfer", "members_only")
    return (
        Shown("IndexPage", IndexContext(False, True, False, "05999999999", r"^(05)\d{9}$")),  # noqa: FBT003  # as the page does
        Shown("DeliveryOptionSelectionPage", DeliveryOptionContext((TO_ADDRESS,))),
        Shown("AddressSelectionPage", AddressContext((HOME, WORK), TURKEY)),
        Shown("ShippingOptionSelectionPage", ShippingOptionContext((STANDARD, EXPRESS))),
        Shown(
            "PaymentOptionSelectionPage",
            PaymentOptionContext((Offered(31, "Credit card", "credit-card", "credit_card"),), (refused,)),
        ),
        Shown("BinNumberPage", EMPTY),
        Shown("InstallmentSelectionPage", InstallmentContext(CARD.card_type, plans)),
        Shown(
            "CreditCardConfirmationPage",
            ConfirmationContext(lira("64.40"), 3, three_d_secure_required=True, notice="insufficient_funds"),
        ),
    )


def step(of=None, errors=None, context_list=(), page="CreditCardConfirmationPage"):
    return Step(of or order(), page, EMPTY, errors or {}, context_list)


def said(of, locale="en"):
    """What a client reads, once it has gone over the wire."""
    return json.loads(json.dumps(step_json(of, settings=Settings(), locale=locale), allow_nan=False))


class Walk:
    """A buyer in the sandbox's shop: every answer it got, beside the steps they were made of."""

    def __init__(self, *goods, settings=(), who=None, **sandbox):
        self.shop = Sandbox(seed=1, **sandbox)
        self.shop.settings = evolve(self.shop.settings, **dict(settings))
        self.checkout = Checkout(self.shop.ports)
        self.caller = self.shop.caller(who) if who else GUEST
        self.steps = [self.checkout.start(self.shop.basket(*(goods or ("mug", "t-shirt"))), self.caller)]
        self.post("IndexPage", {"user_email": "ada@example.org", "phone_number": "05321234567"})

    @property
    def order(self):
        return self.steps[-1].pre_order

    def post(self, page, body):
        self.steps.append(self.checkout.submit(self.order, page, body, self.caller))
        self.steps.append(self.checkout.view(self.order, caller=self.caller))
        return self

    def goes(self, story, card="", **how):
        for page, body in self.shop.answers(story, card, **how):
            self.post(page, body)
        return self

    def chooses(self, slug):
        """All up to the way to pay, and that one."""
        (option,) = (option for option in self.shop.shop.payment_options if option.slug == slug)
        for page, body in self.shop.answers("transfer", order=self.order):
            if page == "PaymentOptionSelectionPage":
                return self.post(page, {"payment_option": option.pk})
            self.post(page, body)
        raise AssertionError("nobody asks how to pay")

    def code(self, challenge):
        """What the phone was told."""
        return self.shop.challenges.code_of(challenge).reveal()

    @property
    def answers(self):
        return [
            json.loads(json.dumps(step_json(step, settings=self.shop.settings), allow_nan=False)) for step in self.steps
        ]


@pytest.fixture(scope="session")
def make():
    return SimpleNamespace(order=order, shown=shown, step=step, said=said, lira=lira, Walk=Walk)
