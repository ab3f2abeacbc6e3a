"""Orders about to be paid, made by hand: no page, no port."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from checkout_core import GUEST, Basket, Line, Money, PreOrder, Settings, Shop, Visit, evolve
from checkout_core.effects import Capabilities, HandedOut
from checkout_core.order import Chosen, CreditCard, Shipping, ShippingChoice, Totals
from checkout_core.paying import apply_outcome, prepare
from checkout_core.pricing import totals
from checkout_core.shop import Installment

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
IN_FLIGHT = timedelta(seconds=60)
BANK = Capabilities(IN_FLIGHT)
THREE_PARTS = Installment(3, 3, "3", 50_000)
OPTION = Chosen(31, "Card", "card", "credit_card", "bank")
ZERO = Money.zero("TRY")


def priced(order: PreOrder) -> PreOrder:
    return evolve(order, totals=totals(order, "up"))


def ready(**changes: object) -> PreOrder:
    """A card order of 131.25 TRY in three parts, nothing tried yet."""
    lines = (Line(1, "mug", "Mug", 1, Money("35.10", "TRY")), Line(2, "t-shirt", "T-shirt", 1, Money("60.00", "TRY")))
    shipping = Shipping(ShippingChoice(21, "Standard", "standard", Money("29.90", "TRY")))
    payment = CreditCard(OPTION, "542119", None, THREE_PARTS)
    order = PreOrder(
        "co-1", Basket.of("b", "d1", lines, "TRY"), Totals(ZERO, ZERO, ZERO, ZERO), shipping=shipping, payment=payment
    )
    return priced(evolve(order, **changes))


def at(order: PreOrder, now: datetime = NOW, bank: Capabilities = BANK) -> Visit:
    return Visit(order, Shop("1", (), (), ()), Settings(), now, GUEST, {"bank": bank})


def tried(order: PreOrder, kind: str = "sale", now: datetime = NOW, bank: Capabilities = BANK) -> PreOrder:
    """With one more attempt that is about to be sent."""
    return prepare(at(order, now, bank), order, kind)[0]


def handed_out(order: PreOrder, bank: Capabilities = BANK) -> PreOrder:
    """With one more attempt that waits for the buyer at the bank."""
    order = tried(order, "three_d", bank=bank)
    return apply_outcome(order, len(order.attempts), HandedOut({"md": "m"}), NOW)[0]
