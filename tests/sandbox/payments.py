"""Payments for the sandbox's bank, and what comes of them."""

from __future__ import annotations

from checkout_core.effects import CardSecrets, Order, Secret, Unknown
from checkout_core.money import Money
from checkout_core.sandbox import BankGarbage, BankTimeout, magic

AMOUNT = Money("131.25", "TRY")


def order(number="N1", key=None, amount=AMOUNT, installments=3):
    return Order("bank", number, key or f"key of {number}", amount, installments)


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
