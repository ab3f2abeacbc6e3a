"""Test accounts at the sandbox's bank: in memory, where time passes when somebody says so, and over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count

from checkout_core.effects import CardSecrets, Secret
from checkout_core.money import Money
from checkout_core.sandbox import Bank, BankTimeout, RemoteBank, magic
from checkout_core.testing.promises import Account

AMOUNT, OTHER = Money("131.25", "TRY"), Money("87.00", "TRY")


def card(number):
    return CardSecrets(Secret(number), "Ada Lovelace", 12, 2031, Secret("123"))


def account(gateway, **can):
    numbers = count(100_001)
    return Account(
        gateway, card(magic.APPROVED), card(magic.INSUFFICIENT_FUNDS), AMOUNT, OTHER, lambda: str(next(numbers)), 3,
        signature="x-bank-signature", **can,
    )  # fmt: skip


class Hall:
    """A bank in memory, and who goes in and out there."""

    def __init__(self, able, **given):
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.bank = Bank(capabilities=able, clock=lambda: self.now, **given)

    def waits(self, time):
        self.now += time
        self.bank.arrives(self.now)

    def pays(self, given):
        ticket = self.bank.ticket_of(given.get("session") or given["md"])
        return self.bank.comes_back(ticket)

    def late(self, order):
        self.bank.late = {"sale"}
        try:
            self.bank.sale(order, card(magic.APPROVED))
        except BankTimeout:
            self.bank.late = frozenset()

    def account(self, gateway=None):
        """At the bank itself, or as somebody else tells of it."""
        return account(
            gateway or self.bank, waits=self.waits, pays=self.pays, clears=self.bank.clear, late=self.late,
            messages=self.bank.messages,
        )  # fmt: skip


def over_http(process, able):
    """At a bankd; nobody waits, so what takes time is not asked."""
    at_the_bank = Bank(process.ledger, capabilities=able)

    def pays(given):
        ticket = given.get("session") or given["md"]
        return json.loads(process.post("pays", {"ticket": ticket, "card_number": magic.APPROVED})[1])["returned"]

    return account(
        RemoteBank(process.url, able), pays=pays, clears=at_the_bank.clear, messages=at_the_bank.messages
    )  # fmt: skip
