"""What a value is called where people read it: an amount, an address, an item of a list, a sum.

    price(Money("131.25", "TRY"))               # 131.25 TL
    named(option), about(option, price)         # Express; Tomorrow before noon

Plain text throughout: who prints it, on paper or in HTML, escapes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias, cast

import attrs
from attrs import frozen

from .money import Money
from .order import Address, PreOrder, Totals
from .shop import BankAccount, PickupLocation, RetailStore
from .texts import ENGLISH, text_of
from .wire.basket import LABELS

Said: TypeAlias = Callable[[Money], str]  # how an amount is written


def price(money: Money) -> str:
    """`131.25 TL`: with what buyers call the currency."""
    return f"{money} {LABELS.get(money.currency, money.currency)}"


def values(shown: object) -> list[tuple[str, object]]:
    """What a frozen class or a mapping has to say, by name; nothing is not said."""
    if isinstance(shown, Mapping):
        found = [(str(name), value) for name, value in shown.items()]
    else:
        names = [a.name for a in attrs.fields(cast("type[attrs.AttrsInstance]", type(shown)))]
        found = [(name, getattr(shown, name)) for name in names]
    return [(name, value) for name, value in found if value is not None and value != ""]


def is_list(value: object) -> bool:
    """Of things to choose from, and not empty."""
    return isinstance(value, tuple) and bool(value) and all(attrs.has(type(item)) for item in value)


def short(value: object, amount: Said) -> str:
    """On one line; an object by its name."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Money():
            return amount(value)
        case BankAccount():
            return f"{value.bank.name}, {value.iban}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(getattr(value, "name", value))


def prices(item: object) -> list[Money]:
    """All amounts of an item; the first is what it costs, the last what it costs a month."""
    return [value for _, value in values(item) if isinstance(value, Money)]


def named(item: object) -> str:
    """What people call it."""
    called = "name", "label", "title", "holder_name", "shipping_option_name", "masked"
    names = (getattr(item, name, None) for name in called)
    return str(next((name for name in names if name), ""))


def about(item: object, amount: Said, locale: str = ENGLISH) -> str:
    """What helps to choose it, or says why it cannot be chosen."""
    if isinstance(item, Address):
        return address(item)
    if isinstance(item, RetailStore | PickupLocation):
        parts = (part.name for part in (item.district, item.township, item.city) if part)
        return ", ".join((item.address, *parts))
    if isinstance(item, BankAccount):
        return f"{item.bank.name}, {item.iban}"
    if code := getattr(item, "error_code", None):
        return text_of(str(code), locale)
    count, costs = getattr(item, "installment_count", 1), prices(item)
    if count > 1 and costs:
        return f"{count} x {amount(costs[-1])}"
    return str(getattr(item, "description", None) or "")


def address(a: Address | None) -> str:
    """On one line."""
    if a is None:
        return ""
    place = [part.name for part in (a.district, a.township, a.city) if part]
    return ", ".join((f"{a.first_name} {a.last_name}", a.line, *([a.postcode] if a.postcode else []), *place))


def sum_of(totals: Totals) -> str:
    """`lines 95.10 + shipping 29.90 + interest 6.25 = 131.25 TRY`; more only where there is more."""
    more = [
        f" {sign} {name.replace('_', ' ')} {amount}" if amount else ""
        for sign, name, amount in (
            ("-", "discounts", totals.discounts),
            ("-", "shipping_discount", totals.shipping_discount),
            ("+", "payment_fee", totals.payment_fee),
            ("+", "bags", totals.bags),
            ("+", "gift_box", totals.gift_box),
        )
    ]
    off, off_shipping, fee, bags, box = more
    sums = (
        f"lines {totals.lines}{off} + shipping {totals.shipping}{off_shipping}{fee}{bags}{box}"
        f" + interest {totals.interest} = {totals.total} {totals.total.currency}"
    )
    paid = [
        f"{name} {amount}"
        for name, amount in (
            ("points", totals.loyalty_card),
            ("loyalty money", totals.loyalty_money),
            ("gift cards", totals.gift_cards),
        )
        if amount
    ]
    return f"{sums}, {' and '.join(paid)} of it, to pay {totals.payable} {totals.total.currency}" if paid else sums


@frozen
class Cost:
    """A row of what an order costs."""

    label: str
    amount: Money  # below zero: it is taken off, or paid otherwise
    is_name: bool = False  # the shop's own name of an offer, that nobody translates
    kind: Literal["goods", "part", "total", "payable"] = "part"


def costs(order: PreOrder, totals: Totals, to_pay: str = "To pay") -> tuple[Cost, ...]:
    """What the order costs, from the goods to the total, each offer by its name; only what there is of it.

    What points, loyalty money and gift cards pay follows the total, and then what is left, called as `to_pay` says.
    """
    applied = order.discounts.applied
    parts = (
        Cost("Goods", totals.lines, kind="goods"),
        *(Cost(each.name, -each.amount, is_name=True) for each in applied if each.amount),
        *((Cost("Shipping", totals.shipping),) if order.shipping.choices or totals.shipping else ()),
        *(Cost(each.name, -each.shipping, is_name=True) for each in applied if each.shipping),
        *((Cost("Paying at the door", totals.payment_fee),) if totals.payment_fee else ()),
        *((Cost("Bags", totals.bags),) if totals.bags else ()),
        *((Cost("Gift box", totals.gift_box),) if order.extras.gift_box or totals.gift_box else ()),
        *((Cost("Interest", totals.interest),) if totals.interest else ()),
        Cost("Total", totals.total, kind="total"),
    )
    if totals.payable == totals.total:
        return parts
    return (
        *parts,
        *((Cost("Loyalty points", -totals.loyalty_card),) if totals.loyalty_card else ()),
        *((Cost("Loyalty money", -totals.loyalty_money),) if totals.loyalty_money else ()),
        *((Cost("Gift cards", -totals.gift_cards),) if totals.gift_cards else ()),
        Cost(to_pay, totals.payable, kind="payable"),
    )
