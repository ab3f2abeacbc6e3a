"""Payments for the sandbox's bank, and what comes of them."""

from __future__ import annotations

from checkout_core.effects import Back, CardSecrets, Details, Order, Secret, Unknown
from checkout_core.money import Money
from checkout_core.order import Plan, Reward
from checkout_core.sandbox import BankGarbage, BankTimeout, magic

AMOUNT = Money("131.25", "TRY")
PLANS = (Plan(1, AMOUNT), Plan(3, Money("133.22", "TRY")), Plan(6, Money("135.19", "TRY")))
BACK = Back(
    "https://shop.example/orders/checkout/?page=P&return_token=t&back=success",
    "https://shop.example/orders/checkout/?page=P&return_token=t&back=failure",
)


def order(number="N1", key=None, amount=AMOUNT, installments=3, rewards=(), **details):
    return Order(
        "bank", number, key or f"key of {number}", amount, installments, rewards, Details(**details)
    )  # fmt: skip


def to_choose(number="N1", plans=PLANS, back=BACK, **details):
    """A payment of which the buyer chooses the plan at the bank."""
    return order(number, amount=plans[0].amount, installments=plans[0].installments, plans=plans, back=back, **details)


def points(general=0, special=0):
    """Rewards of so many minor units."""
    given = {"general": general, "special": special}
    return tuple(Reward(of, Money.of(minor, "TRY")) for of, minor in given.items() if minor)


def card(number=magic.APPROVED):
    return CardSecrets(Secret(number), "Ada Lovelace", 12, 2029, Secret("123"))


def returned(bank, number="N1"):
    return bank.comes_back(bank.ticket(number))


def outcome(call, *given):
    """What the driver would make of it."""
    try:
        return call(*given)
    except (BankTimeout, BankGarbage) as failed:
        return Unknown(type(failed).__name__)
