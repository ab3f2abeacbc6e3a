"""Checkouts as records keep them, in several states: what the fixtures of each released schema hold.

Said in today's classes.  When a class changes, change the values here to what an
old record is to mean from now on; the fixtures of old schemas stay as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import frozen

from checkout_core import Basket, Line, Money, PreOrder, evolve
from checkout_core.effects import OrderPlaced
from checkout_core.order import (
    Address,
    Attempt,
    Buyer,
    Capture,
    Chosen,
    CreditCard,
    Delivery,
    Extras,
    FundsTransfer,
    Placed,
    Plan,
    Seal,
    Shipping,
    ShippingChoice,
    Totals,
)
from checkout_core.records import Codec, Message, Record
from checkout_core.shop import (
    Bank,
    BankAccount,
    Card,
    CardType,
    City,
    Country,
    DeliveryOption,
    District,
    Installment,
    Township,
)

NOW = datetime(2026, 11, 21, 12, 30, 15, 250000, tzinfo=UTC)


@frozen(slots=False)
class GiftWrap:
    """A part of a host's own page."""

    paper: str = "plain"
    cards: tuple[str, ...] = ()


def a_codec(**options: object) -> Codec:
    return Codec((CreditCard, FundsTransfer), (GiftWrap,), (OrderPlaced,), **options)


def lira(minor: int) -> Money:
    return Money.of(minor, "TRY")


def a_basket(lines: int = 2) -> Basket:
    rows = tuple(
        Line(n, f"SKU-{n}", f"Ürün {n}", n % 3 + 1, lira(1000 + n), 350, 200_000, f"/p/{n}/")
        for n in range(1, lines + 1)
    )
    return Basket.of("b-7", f"digest of {lines}", rows, "TRY")


def opened(lines: int = 2) -> PreOrder:
    basket = a_basket(lines)
    return PreOrder("co-1", basket, Totals(basket.amount, lira(0), lira(0), basket.amount))


def addressed() -> PreOrder:
    home = Address(
        11, "Home", "Ada", "Lovelace", "+905551112233", Country(1, "Türkiye", "TR"), City(34, "İstanbul", 1),
        "12 Example Street", Township(5, "Şişli", 34), District(6, "Moda", 34, 5), "34710",
    )  # fmt: skip
    order = opened()
    return evolve(
        order,
        buyer=Buyer(None, "ada@example.org", "+905551112233"),
        delivery=Delivery(DeliveryOption(1, "home", "To my address"), home, evolve(home, pk=12, title="Work")),
        shipping=Shipping(ShippingChoice(21, "Standard", "standard", lira(2990))),
        totals=evolve(order.totals, shipping=lira(2990), total=order.totals.lines + lira(2990)),
        extras=Extras("ring twice"),
    )


def by_card() -> PreOrder:
    three = Installment(42, 3, "3 x", 22_500)
    card = Card(101, "Bonus", "bonus", Bank(1, "Garanti", "garanti"), CardType(1, "MasterCard", "mc"), three_d=True)
    option = Chosen(31, "Card", "card", "credit_card", "bank")
    return evolve(addressed(), payment=CreditCard(option, "542119", card, three, "542119******0009"))


def tried(order: PreOrder, **changes: object) -> PreOrder:
    plans = Plan(1, order.totals.total), Plan(3, order.totals.total + lira(100))
    attempt = Attempt(
        1, "000000000017", "key-1", "bank", "three_d", Seal("digest", plans), "intent", NOW,
        NOW + timedelta(seconds=30), NOW + timedelta(seconds=90),
    )  # fmt: skip
    return evolve(order, attempts=(evolve(attempt, **changes),), number="000000000017")


def placed() -> PreOrder:
    order = by_card()
    amount = order.totals.total + lira(100)
    order = tried(order, state="captured", captures=(Capture("ref-1", amount, 3),))
    paid = order.attempts[0]
    return evolve(
        order,
        placed=Placed(paid.number, amount, order.totals, Plan(3, amount), "ref-1", 400, NOW, paid.seal.digest),
    )


def by_transfer() -> PreOrder:
    account = BankAccount(
        3, Bank(2, "Ziraat", "ziraat", "/ziraat.png"), "Shop Ltd", "TR330006100519786457841326", "TRY"
    )
    option = Chosen(32, "Transfer", "transfer", "funds_transfer")
    order = evolve(addressed(), payment=FundsTransfer(option, account, agreed=True), number="000000000018")
    plan = Plan(1, order.totals.total)
    return evolve(
        order, placed=Placed("000000000018", plan.amount, order.totals, plan, "funds_transfer", 300, NOW, "digest")
    )


CHECKOUTS = {
    "open": Record(opened(), (), None, "w1"),
    "host_part": Record(evolve(addressed(), more=(GiftWrap("red", ("Happy birthday",)),)), (), None, "w2"),
    "awaiting_three_d": Record(
        tried(by_card(), state="awaiting", due_at=NOW, handed={"form": "<form>"}), (), NOW, "w3"
    ),
    "unknown": Record(tried(by_card(), state="unknown", due_at=NOW, missed_at=NOW), (), NOW, "w4"),
    "declined": Record(tried(by_card(), state="declined", code="insufficient_funds"), (), None, "w5"),
    "reversing": Record(
        tried(by_card(), state="reversing", captures=(Capture("ref-0", lira(5), 1, "due"),)), (), NOW, "w6"
    ),
    "placed": Record(placed(), (Message("co-1-9-0", OrderPlaced("000000000017")),), NOW, "w7"),
    "funds_transfer": Record(by_transfer(), (), None, "w8"),
}
