"""What the floor reckons: by line, by order, and which options fit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any, TypeAlias

from floor_shop import CENT, NIL

Order: TypeAlias = dict[str, Any]

TWICE = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # a doubled digit's own digits, added up


def add_up(order: Order) -> None:
    """Basket amount and weight, over all lines."""
    amount = weight = NIL
    for row in order["lines"]:
        pieces = row["quantity"]
        amount += (row["unit_price"] * pieces - row["discount"]).quantize(CENT, ROUND_HALF_UP)
        weight += row["weight"] * pieces
    order["basket_amount"], order["weight"] = amount, weight


def total(order: Order) -> None:
    """What hangs on the price of shipping and the plan."""
    net = order["basket_amount"] - order["discount_amount"] + order["shipping_amount"]
    rate = order["interest_rate"]
    order["interest_amount"] = interest = (net * rate / 100).quantize(CENT, ROUND_UP) if rate else NIL
    order["total_amount"] = net + interest


def can_ship(option: Order, order: Order) -> bool:
    """Whether the option goes there, and takes that much."""
    return (
        order["shipping_address"]["country"] in option["countries"]
        and option["min_amount"] <= order["basket_amount"] <= option["max_amount"]
        and order["weight"] <= option["max_weight"]
    )


def shipping_price(option: Order, order: Order) -> Decimal:
    """Nothing from a certain amount on."""
    free = option["free_from"]
    price: Decimal = NIL if free is not None and order["basket_amount"] >= free else option["price"]
    return price


def can_pay(option: Order, order: Order) -> bool:
    """Whether the option takes this buyer's money."""
    return (
        order["currency"] in option["currencies"]
        and option["min_amount"] <= order["total_amount"] <= option["max_amount"]
        and (option["guests"] or not order["is_guest"])
    )


def plan(order: Order, each: Order) -> Order:
    """An instalment plan with its price."""
    net = order["basket_amount"] - order["discount_amount"] + order["shipping_amount"]
    count, rate = each["count"], each["rate"]
    whole = net + (net * rate / 100).quantize(CENT, ROUND_UP)
    monthly = (whole / count).quantize(CENT, ROUND_UP)
    return {"pk": each["pk"], "count": count, "rate": rate, "total": whole, "monthly": monthly}


def luhn(number: str) -> bool:
    """Whether the last digit checks the others."""
    check = 0
    for at, digit in enumerate(map(int, number)):
        check += digit if at & 1 else TWICE[digit]
    return check % 10 == 0
