"""Orders with offers: made of lines, offers and what a buyer chose, and priced as the engine prices them."""

from __future__ import annotations

from datetime import UTC, datetime

from checkout_core.money import Money
from checkout_core.order import (
    AccountUsage,
    Bags,
    Basket,
    CardPoints,
    Chosen,
    CreditCard,
    Extras,
    GiftBox,
    Line,
    Loyalty,
    PreOrder,
    Shipping,
    ShippingChoice,
    Totals,
    evolve,
)
from checkout_core.page import GUEST, Visit
from checkout_core.pricing import totals
from checkout_core.rules.applicator import Candidate, apply
from checkout_core.settings import Settings
from checkout_core.shop import Installment, Offer, Shop

NOON = datetime(2026, 11, 26, 9, tzinfo=UTC)


def lira(amount):
    return Money(amount, "TRY")


def line(pk, price, quantity=1, *, categories=(), data_source=None):
    return Line(pk, str(pk), "goods", quantity, price, categories=categories, data_source=data_source)


def offer(pk, benefit, *rules, **more):
    return Offer(pk, f"offer {pk}", benefit, rules, **more)


def in_parts(rate):
    """By card, in three instalments at so many millionths."""
    return CreditCard(Chosen(31, "Card", "card", "credit_card", "bank"), installment=Installment(1, 3, "3", rate))


def order_of(lines, currency="TRY", *, shipping=None, interest=None, **parts):
    """Before any offer; `shipping` an amount, `interest` millionths."""
    zero = Money.zero(currency)
    sent = ShippingChoice(21, "Standard", "standard", shipping) if shipping is not None else None
    payment = None if interest is None else in_parts(interest)
    basket = Basket.of("basket", "digest", tuple(lines), currency)
    return priced(
        PreOrder("key", basket, Totals(zero, zero, zero, zero), shipping=Shipping(sent), payment=payment, **parts)
    )


def visit_of(order, *, now=NOON, caller=GUEST, settings=None):
    return Visit(order, Shop("1", (), (), ()), settings or Settings(), now, caller)


def priced(order):
    return evolve(order, totals=totals(order, "up"))


def applied(order, *offers, now=NOON, caller=GUEST):
    """The order with those offers, handed in as they are or as candidates, applied to it."""
    candidates = [each if isinstance(each, Candidate) else Candidate(each) for each in offers]
    return priced(evolve(order, discounts=apply(candidates, visit_of(order, now=now, caller=caller))))


def bags(price, **more):
    return Bags(61, "bag", "Bag", price, **{"quantity": None, **more})


def with_more(box=None, chosen_bags=None, points=None, accounts=()):
    """The parts beside the goods, as `order_of` takes them."""
    return {
        "extras": Extras(gift_box=None if box is None else GiftBox(box), bags=chosen_bags),
        "loyalty": Loyalty(
            tuple(AccountUsage(label_id, label, amount) for label_id, label, amount in accounts),
            None if points is None else CardPoints("4000", *points),
        ),
    }


def shares_by_line(discounts, count, currency):
    """What is off each of `count` lines altogether, by its place in the basket."""
    off = [Money.zero(currency)] * count
    for share in (share for each in discounts.applied for share in each.lines):
        off[share.line] = off[share.line] + share.amount
    return tuple(off)
