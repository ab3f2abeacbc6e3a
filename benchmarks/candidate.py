"""The library as a candidate for a straight-line floor: the floor's shop, forms and orders, mapped.

`factory(lines)` gives a callable that runs one whole guest card checkout in
memory; `stored(lines)` the same through a service and a store.  The floor is any
module with SHOP, FORMS and new_order(lines): one called `straight_line` where
there is one, else benchmarks/floor.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from typing import Any

from checkout_core import Basket, Checkout, CheckoutService, Line, MemoryStore, Money, Ports, PreOrder, Settings, Shop
from checkout_core.checkout import EVENTS
from checkout_core.effects import Capabilities, Captured, CardSecrets, NotFound, Order
from checkout_core.money import MILLION
from checkout_core.order import Address, evolve
from checkout_core.records import Codec
from checkout_core.rules.availability import (
    BasketAmountRule,
    BasketWeightRule,
    CountryRule,
    CurrencyRule,
    MembersRule,
    TotalRule,
)  # fmt: skip
from checkout_core.rules.calculators import Fixed, FreeFrom
from checkout_core.rules.three_d import AmountLimit, PaymentCurrency, TrialLimit
from checkout_core.shop import (
    Bank,
    Card,
    CardType,
    City,
    Country,
    DeliveryOption,
    Installment,
    PaymentOption,
    RetailStore,
    ShippingOption,
)

floor = import_module("straight_line" if find_spec("straight_line") else "floor")
NOW = datetime(2026, 11, 21, tzinfo=UTC)
COUNTRIES = {code: Country(pk, code, code) for pk, code in enumerate(("TR", "GB", "DE"), 1)}
CITY = City(1, "Istanbul", 1)
STORE = RetailStore(1, "Store", "1 Street", COUNTRIES["TR"], CITY)
TO_MILLIONTHS = MILLION // 100  # the floor's rates are percent
S: Mapping[str, Any] = floor.SHOP


def money(amount: Decimal) -> Money:
    """The floor counts in lira."""
    return Money(str(amount), "TRY")


def plans() -> tuple[Installment, ...]:
    """The floor's instalments."""
    return tuple(Installment(i["pk"], i["count"], "", int(i["rate"] * TO_MILLIONTHS)) for i in S["installments"])


def card(row: Mapping[str, Any]) -> Card:
    """A card of the floor's."""
    slug = row["bank"].lower().replace(" ", "-")
    bank, scheme = Bank(row["pk"], row["bank"], slug), CardType(1, row["type"], row["type"].lower())
    return Card(row["pk"], row["bank"], slug, bank, scheme, three_d=row["three_d"], installments=plans())


def shop() -> Shop:
    """The floor's shop as a snapshot."""
    kinds = {"customer": "customer", "store": "retail_store"}
    shipping = [
        ShippingOption(
            o["pk"], o["name"], o["name"].lower(),
            Fixed(money(o["price"])) if o["free_from"] is None else FreeFrom(money(o["price"]), money(o["free_from"])),
            (
                CountryRule(frozenset(COUNTRIES[c].pk for c in o["countries"])),
                BasketAmountRule(money(o["min_amount"]), money(o["max_amount"])),
                BasketWeightRule(at_most=int(o["max_weight"] * 1000)),
            ),
        )
        for o in S["shipping_options"]
    ]  # fmt: skip
    paying = [
        PaymentOption(
            o["pk"], o["name"], o["kind"], "funds_transfer" if o["kind"] == "pay_on_delivery" else "credit_card",
            None if o["kind"] == "pay_on_delivery" else "bank",
            (
                CurrencyRule(o["currencies"]), TotalRule(money(o["min_amount"]), money(o["max_amount"])),
                *(() if o["guests"] else (MembersRule(),)),
            ),
        )
        for o in S["payment_options"]
    ]  # fmt: skip
    return Shop(
        "1",
        tuple(DeliveryOption(o["pk"], o["kind"], o["name"], kinds[o["kind"]]) for o in S["delivery_options"].values()),  # type: ignore[arg-type]  # the floor's kinds are text
        tuple(shipping), tuple(paying), tuple(COUNTRIES.values()), (card(S["default_card"]),), retail_stores=(STORE,),
    )  # fmt: skip


def addresses() -> tuple[Address, ...]:
    """The floor's addresses."""
    return tuple(
        Address(
            a["pk"], a["title"], a["first_name"], a["last_name"], a["phone_number"], COUNTRIES[a["country"]], CITY,
            a["line"], postcode=a["postcode"], identity_number=a["identity_number"],
        )
        for a in S["addresses"].values()
    )  # fmt: skip


class World:
    """Every port and the bank: answers at once, and always well."""

    capabilities = Capabilities(timedelta(minutes=1), sandbox=True)

    def __init__(self) -> None:
        self.addresses = addresses()
        self.cards = {bin_number: card(row) for bin_number, row in S["bins"].items()}

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        return None

    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]:
        return self.addresses

    def find_card(self, bin_number: str, /) -> Card | None:
        return self.cards.get(bin_number)

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        return None

    def sale(self, order: Order, card: CardSecrets, /) -> Captured:
        return Captured("r1", order.amount, order.installments)

    def inquire(self, number: str, /) -> NotFound:
        return NotFound()

    start_three_d = finish_three_d = start_session = cancel_session = void = refund = verify = sale


def ports() -> Ports:
    """The floor's shop behind ports."""
    world, snapshot, serial = World(), shop(), count(1)
    settings = Settings(
        identity_number_required_amount=money(S["identity_number_required_amount"]),
        three_d_secure_enabled=S["three_d_enabled"],
        three_d_secure_rules=(
            AmountLimit(money(S["three_d_amount"])), PaymentCurrency(S["three_d_currencies"]),
            TrialLimit(S["three_d_failed_attempts"]),
        ),
    )  # fmt: skip
    return Ports(
        shop=lambda: snapshot, clock=lambda: NOW, key=lambda: f"co-{next(serial)}", settings=lambda: settings,
        basket=world, buyers=world, cards=world, orders=world, gateways={"bank": world},  # type: ignore[dict-item]  # one method stands for several
    )  # fmt: skip


F: Mapping[str, Any] = floor.FORMS
STEPS = (
    ("IndexPage", F["email"], "DeliveryOptionSelectionPage"),
    ("DeliveryOptionSelectionPage", F["delivery"], "AddressSelectionPage"),
    ("AddressSelectionPage", F["address"], "ShippingOptionSelectionPage"),
    ("ShippingOptionSelectionPage", F["shipping"], "PaymentOptionSelectionPage"),
    ("PaymentOptionSelectionPage", F["payment"], "BinNumberPage"),
    ("BinNumberPage", F["bin"], "InstallmentSelectionPage"),
    ("InstallmentSelectionPage", F["installment"], "CreditCardConfirmationPage"),
    ("CreditCardConfirmationPage", F["card"], "ThankYouPage"),
)


def basket(lines: int) -> Basket:
    """The floor's basket of that many lines."""
    rows: Iterator[Mapping[str, Any]] = iter(floor.new_order(lines)["lines"])
    read = tuple(
        Line(r["pk"], r["sku"], r["name"], r["quantity"], money(r["unit_price"]), int(r["weight"] * 1000)) for r in rows
    )
    return Basket.of("b", f"d{lines}", read, "TRY")


def factory(lines: int) -> Callable[[], str]:
    """One whole checkout in memory; the total of the placed order."""
    checkout = Checkout(ports())
    begun = checkout.start(basket(lines)).pre_order

    def whole() -> str:
        order = begun
        for page, form, expected in STEPS:
            step = checkout.submit(order, page, form)
            if step.page != expected:
                raise AssertionError((page, step.page, step.errors))
            order = step.pre_order
        return _paid(order)

    return whole


def service(*, cold: bool = False) -> CheckoutService:
    """A service with a store in memory; `cold`, every read and write is that of a process which never saw it."""
    checkout = Checkout(ports())
    if cold:
        checkout.codec = Codec(checkout.ways.values(), checkout.flow.host_parts(), EVENTS, kept=0)
    return CheckoutService(checkout, MemoryStore())


def stored(lines: int, *, cold: bool = False) -> Callable[[], str]:
    """One whole checkout through a service and a store in memory; the total of the placed order."""
    serving, serial = service(cold=cold), count(1)
    begun = serving.checkout.start(basket(lines)).pre_order

    def whole() -> str:
        serving.store = MemoryStore()
        key = serving.save(evolve(begun, key=f"new-{next(serial)}"))
        order = begun
        for page, form, expected in STEPS:
            step = serving.post(key, page, form)
            if step.page != expected:
                raise AssertionError((page, step.page, step.errors))
            order = step.pre_order
        return _paid(order)

    return whole


def _paid(order: PreOrder) -> str:
    if order.placed is None:
        raise AssertionError("no order was placed")
    return str(order.placed.total)
