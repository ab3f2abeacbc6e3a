"""A whole shop in memory, and a buyer who walks through its checkout: with plain ports or with async ones."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from checkout_core import (
    GUEST,
    STANDARD,
    Basket,
    Caller,
    Checkout,
    Flow,
    Line,
    Money,
    Ports,
    PreOrder,
    Settings,
    Shop,
    Step,
)
from checkout_core.effects import (
    GATEWAY,
    Callback,
    Capabilities,
    Captured,
    CardSecrets,
    NotFound,
    Order,
    Rejected,
    Reversed,
    Unknown,
    method_of,
)  # fmt: skip
from checkout_core.order import Address
from checkout_core.rules.availability import BasketWeightRule, CountryRule, ItemCountRule, TotalRule
from checkout_core.rules.calculators import Fixed, FreeFrom
from checkout_core.shop import (
    Bank,
    BankAccount,
    Card,
    CardType,
    City,
    Country,
    DeliveryOption,
    Installment,
    PaymentOption,
    ShippingOption,
)  # fmt: skip

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADA = Caller("ada", "ada@example.org", "+905321234567")
METHODS = ("read_basket", "list_addresses", "find_card", "order_placed", *map(method_of, GATEWAY))


def lira(amount: str) -> Money:
    return Money(amount, "TRY")


TURKEY, GERMANY = Country(1, "Türkiye", "TR"), Country(2, "Germany", "DE")
HOME = Address(11, "Home", "Ada", "Lovelace", "+905321234567", TURKEY, City(34, "Istanbul", 1), "1 Street")
ABROAD = Address(12, "Abroad", "Ada", "Lovelace", "+4930123456", GERMANY, City(49, "Berlin", 2), "2 Straße")

TO_THE_DOOR, BY_BIKE = DeliveryOption(1, "door", "To the door"), DeliveryOption(2, "bike", "By bike")
IN_STORE = DeliveryOption(3, "store", "In our store", "retail_store")
STANDARD_SHIPPING = ShippingOption(
    21, "Standard", "standard", FreeFrom(lira("29.90"), lira("500.00")), (BasketWeightRule(at_most=10_000),)
)
EXPRESS = ShippingOption(22, "Express", "express", Fixed(lira("49.90")), (CountryRule(frozenset({1})),))
CARD = PaymentOption(31, "Card", "card", "credit_card", "bank", (TotalRule(at_most=lira("2000.00")),))
TRANSFER = PaymentOption(32, "Transfer", "transfer", "funds_transfer", None, (ItemCountRule(at_most=40),))
FIRST_BANK = Bank(1, "First Bank", "first")
BONUS = Card(
    1, "Bonus", "bonus", FIRST_BANK, CardType(1, "Visa", "visa"),
    installments=(Installment(51, 1), Installment(53, 3, "3 x", 50_000)),
)  # fmt: skip
UNKNOWN_CARD = Card(2, "Other", "other", FIRST_BANK, CardType(2, "Other", "other"), installments=(Installment(51, 1),))
OURS = BankAccount(41, FIRST_BANK, "The Shop", "TR330006100519786457841326", "TRY")
OTHER = BankAccount(42, FIRST_BANK, "The Shop", "TR320010009999901234567890", "TRY")
SHOP = Shop(
    "1", (TO_THE_DOOR, BY_BIKE), (STANDARD_SHIPPING, EXPRESS), (CARD, TRANSFER), (TURKEY, GERMANY), (UNKNOWN_CARD,),
    (OURS, OTHER),
)  # fmt: skip


def basket(mugs: int = 1, shirts: int = 1) -> Basket:
    """Mugs at 35.10, shirts at 60.00; another number of either is another digest."""
    mug = Line(1, "mug", "Mug", mugs, lira("35.10"), 400)
    shirt = Line(2, "t-shirt", "T-shirt", shirts, lira("60.00"), 200)
    return Basket.of("b-1", f"{mugs}-{shirts}", tuple(line for line in (mug, shirt) if line.quantity), "TRY")


CARD_FORM = {
    "card_number": "5421 1900 0000 0009", "card_holder": "Ada Lovelace", "card_month": "1", "card_year": "2030",
    "card_cvv": "123", "agreement": "1",
}  # fmt: skip
TRUNK = (
    ("IndexPage", {"user_email": "ada@example.org"}),
    ("DeliveryOptionSelectionPage", {"delivery_option": 1}),
    ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 11}),
    ("ShippingOptionSelectionPage", {"shipping_option": 21}),
)
BY_CARD = (
    *TRUNK,
    ("PaymentOptionSelectionPage", {"payment_option": 31}),
    ("BinNumberPage", {"bin_number": "542119"}),
    ("InstallmentSelectionPage", {"installment": 53}),
    ("CreditCardConfirmationPage", CARD_FORM),
)
BY_TRANSFER = (
    *TRUNK,
    ("PaymentOptionSelectionPage", {"payment_option": 32}),
    ("FundsTransferChoicePage", {"bank_account": 41}),
    ("FundsTransferPage", {"agreement": "1"}),
)


class World:
    """Every port and the bank, over tables that a test may change between two steps."""

    capabilities = Capabilities(timedelta(minutes=1), sandbox=True)

    def __init__(self, shop: Shop = SHOP, settings: Settings | None = None) -> None:
        self.shop = shop
        self.settings = settings or Settings()
        self.basket = basket()
        self.addresses: dict[str | None, tuple[Address, ...]] = {None: (HOME, ABROAD), "ada": (HOME, ABROAD)}
        self.asked: Counter[str] = Counter()

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        self.asked["read_basket"] += 1
        return None if known_digest == self.basket.digest else self.basket

    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]:
        self.asked["list_addresses"] += 1
        return self.addresses.get(account, ())

    def find_card(self, bin_number: str, /) -> Card | None:
        self.asked["find_card"] += 1
        return BONUS if bin_number == "542119" else None

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        raise AssertionError("events leave with the save, and nobody saves here")

    def sale(self, order: Order, card: CardSecrets, /) -> Captured:
        self.asked["sale"] += 1
        return Captured("r-1", order.amount, order.installments)

    start_three_d = finish_three_d = sale

    def start_session(self, order: Order, /) -> Unknown:
        return Unknown("this bank has no page of its own")

    cancel_session = start_session

    def inquire(self, number: str, /) -> NotFound:
        return NotFound()

    def void(self, reference: str, key: str, /) -> Reversed:
        return Reversed(reference)

    def refund(self, reference: str, amount: Money, key: str, /) -> Reversed:
        return Reversed(reference)

    def verify(self, callback: Callback, /) -> Rejected:
        return Rejected("this bank sends no messages")

    def ports(self, *, awaited: bool = False, **more: Any) -> Ports:
        host: Any = _awaited(self) if awaited else self
        given = {
            "shop": lambda: self.shop, "settings": lambda: self.settings, "clock": lambda: NOW, "key": lambda: "co-1",
            "basket": host, "buyers": host, "cards": host, "orders": host, "gateways": {"bank": host},
        }  # fmt: skip
        return Ports(**{**given, **more})

    def buyer(self, flow: Flow = STANDARD) -> Buyer:
        """Somebody with plain ports, where it makes no difference."""
        return Buyer(self, flow)


def _awaited(world: World) -> SimpleNamespace:
    """The same ports, each of which lets the event loop turn before it answers."""

    def later(method: Callable[..., Any]) -> Callable[..., Any]:
        async def answer(*given: Any) -> Any:
            await asyncio.sleep(0)
            return method(*given)

        return answer

    return SimpleNamespace(capabilities=world.capabilities, **{name: later(getattr(world, name)) for name in METHODS})


class Buyer:
    """Goes through the checkout of a world, by the driver for threads or by the one for event loops."""

    def __init__(self, world: World, flow: Flow = STANDARD, *, awaited: bool = False) -> None:
        self.world = world
        self.checkout = Checkout(world.ports(awaited=awaited), flow)
        self.awaited = awaited

    def start(self, caller: Caller = GUEST) -> Step:
        checkout, bought = self.checkout, self.world.basket
        return asyncio.run(checkout.astart(bought, caller)) if self.awaited else checkout.start(bought, caller)

    def submit(self, order: PreOrder, page: Any, body: object, caller: Caller = GUEST) -> Step:
        checkout = self.checkout
        if self.awaited:
            return asyncio.run(checkout.asubmit(order, page, body, caller))
        return checkout.submit(order, page, body, caller)

    def view(self, order: PreOrder, page: Any = None, caller: Caller = GUEST) -> Step:
        checkout = self.checkout
        return asyncio.run(checkout.aview(order, page, caller)) if self.awaited else checkout.view(order, page, caller)

    def at(self, page: str, way: tuple[tuple[str, Mapping[str, object]], ...] = BY_TRANSFER) -> PreOrder:
        """The order of a guest who has answered every page of that way before `page`."""
        order = self.start().pre_order
        for name, body in way:
            if name == page:
                break
            order = self.submit(order, name, body).raise_for_errors().pre_order
        return order


def listed(step: Step) -> list[str]:
    """The names of the pages in the context list."""
    return [shown.page for shown in step.context_list]


def closed(code: str) -> dict[str, tuple[str, ...]]:
    """The errors of a step that is refused as a whole."""
    return {"non_field_errors": (code,)}
