"""Loyalty money and points that the buyer wants to pay with."""

from __future__ import annotations

from attrs import frozen

from ..money import Money


@frozen(slots=False)
class AccountUsage:
    """So much of the loyalty money under one label."""

    label_id: int | None  # None: money without a label
    label: str
    amount: Money


@frozen(slots=False)
class CardPoints:
    """Points of a loyalty card, worth so much."""

    card_number: str
    amount: Money
    least: Money  # MINIMUM_ORDER_AMOUNT when they were chosen: so much of the goods stays to be paid otherwise


@frozen(slots=False)
class Loyalty:
    """What was asked for; `pricing` says how much of it the order can take."""

    accounts: tuple[AccountUsage, ...] = ()  # in the order in which they are debited
    card: CardPoints | None = None
