"""A buyer before one page: orders that have come so far, and what the page may look at.  No port, no engine."""

from __future__ import annotations

from datetime import UTC, datetime

from checkout_core import GUEST, Basket, Line, Money, Settings, Shop, Visit, evolve
from checkout_core.forms import read
from checkout_core.order import (
    Address,
    Buyer,
    Chosen,
    CreditCard,
    Delivery,
    FundsTransfer,
    PreOrder,
    Shipping,
    ShippingChoice,
    Totals,
    finder,
)  # fmt: skip
from checkout_core.pricing import totals
from checkout_core.rules.calculators import Fixed, FreeFrom
from checkout_core.shop import Bank, BankAccount, City, Country, DeliveryOption, PaymentOption, ShippingOption
from checkout_core.testing import play

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def lira(amount: str) -> Money:
    return Money(amount, "TRY")


ZERO = lira("0")
MUG = Line(1, "mug", "Mug", 1, lira("35.10"), 400)
SHIRT = Line(2, "t-shirt", "T-shirt", 1, lira("60.00"), 200)
BASKET = Basket.of("b-1", "d-1", (MUG, SHIRT), "TRY")

TURKEY, GERMANY = Country(1, "Türkiye", "TR"), Country(2, "Germany", "DE")
ISTANBUL, BERLIN = City(34, "Istanbul", 1), City(49, "Berlin", 2)
HOME = Address(11, "Home", "Ada", "Lovelace", "+905321234567", TURKEY, ISTANBUL, "1 Street", primary=True)
OFFICE = Address(12, "Office", "Ada", "Lovelace", "+905321234567", TURKEY, ISTANBUL, "2 Street")
ABROAD = Address(13, "Abroad", "Ada", "Lovelace", "+4930123456", GERMANY, BERLIN, "3 Straße")

TO_THE_DOOR = DeliveryOption(1, "door", "To the door")
BY_BIKE = DeliveryOption(2, "bike", "By bike")
IN_STORE = DeliveryOption(3, "store", "In our store", "retail_store")

STANDARD = ShippingOption(21, "Standard", "standard", FreeFrom(lira("29.90"), lira("500.00")))
EXPRESS = ShippingOption(22, "Express", "express", Fixed(lira("49.90")))
STANDARD_CHOSEN = ShippingChoice(21, "Standard", "standard", lira("29.90"))

CARD = PaymentOption(31, "Card", "card", "credit_card", "bank")
TRANSFER = PaymentOption(32, "Transfer", "transfer", "funds_transfer")
BY_CARD = CreditCard(Chosen(31, "Card", "card", "credit_card", "bank"))
BY_TRANSFER = FundsTransfer(Chosen(32, "Transfer", "transfer", "funds_transfer"))

BANK = Bank(1, "First Bank", "first")
OURS = BankAccount(41, BANK, "The Shop", "TR330006100519786457841326", "TRY")
OTHER = BankAccount(42, BANK, "The Shop", "TR320010009999901234567890", "TRY")
IN_EUROS = BankAccount(43, BANK, "The Shop", "DE89370400440532013000", "EUR")

SHOP = Shop(
    "1", (TO_THE_DOOR, BY_BIKE), (STANDARD, EXPRESS), (CARD, TRANSFER), (TURKEY, GERMANY),
    bank_accounts=(OURS, OTHER, IN_EUROS),
)  # fmt: skip
WAYS = {"credit_card": CreditCard, "funds_transfer": FundsTransfer}


def order(**parts: object) -> PreOrder:
    """Ready to pay, unless a part says otherwise; totals follow from the parts."""
    given = {
        "basket": BASKET,
        "buyer": Buyer(email="ada@example.org"),
        "delivery": Delivery(TO_THE_DOOR, HOME, HOME),
        "shipping": Shipping(STANDARD_CHOSEN),
        **parts,
    }
    new = PreOrder("co-1", totals=Totals(ZERO, ZERO, ZERO, ZERO), **given)
    return evolve(new, totals=totals(new, "up"))


def visit(of: PreOrder | None = None, *, shop: Shop = SHOP, settings: Settings | None = None) -> Visit:
    return Visit(of or order(), shop, settings or Settings(), NOW, GUEST, {}, WAYS)


def closed_by(page: type, at: Visit) -> tuple[str, ...]:
    """The codes of all checks of the page that do not hold."""
    own = finder(page.part)(at.order)
    return ("other_payment",) if own is None else tuple(c.code for c in page.requires if not c.test(own, at))


def answer(page: type, body: dict[str, object], at: Visit, *script: tuple) -> object:
    """What `process` makes of `body`, which asks what the script answers and emits nothing."""
    own, form = finder(page.part)(at.order), read(page.form, body, at.settings)
    result, events = play(page().process(own, form, at), *script)
    assert events == ()
    return result


def shows(page: type, at: Visit, *script: tuple) -> object:
    """The context."""
    return play(page().context(finder(page.part)(at.order), at), *script)[0]


def answers_itself(page: type, at: Visit, *script: tuple) -> object:
    """The form that `auto` fills in; None where the page is shown."""
    return play(page().auto(finder(page.part)(at.order), at), *script)[0]


def holds(page: type, at: Visit, *script: tuple) -> bool:
    """Is the answer in the order still good?"""
    return play(page().still_valid(finder(page.part)(at.order), at), *script)[0]


EMPTIED = order(basket=Basket.of("b-1", "d-0", (), "TRY"))
