"""Loyalty money and points that pay: what is kept of them, and whether the books still say what they said before.

    counted -> TakeHold -> counted again

A hold alone does not do.  The shop's books debit when they are told of the order, and its hold is committed after
that, so there is a moment in which one of two checkouts is debited and no longer held, while the other still believes
what the books said before.  What makes it sound: a hold is good where the books, asked *after* it was granted, say no
less than it was granted on.

- A rival whose hold was committed before ours was granted had been debited by then.  If we were granted on an older
  answer, the second one is smaller, and ours is refused.
- A rival who still held then was counted beside us.  If it is debited before we ask again, it counts twice, and ours
  is refused though there may be enough: the buyer tries once more.
- A rival who is granted later counts what we hold, or finds us debited.

That the second answer covers what *we* hold would not be enough: of three, two could be granted on the old answer
while the third is debited, and both would find enough for themselves.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from attrs import evolve

from ..effects import FindLoyaltyCard, Item, ListLoyaltyAccounts, Unavailable
from ..forms import masked
from ..order import PreOrder
from ..pricing import account_usages

MONEY, POINTS = "loyalty_money", "loyalty_card"  # kinds of items


class NoAnswer(Exception):  # a fact about the world, not a fault of ours
    """Nobody can say how much there is now."""


def tenders(order: PreOrder) -> tuple[Item, ...]:
    """What of loyalty money and points pays for this order.  How much there is of it, `counted` knows."""
    account, card, points = order.buyer.account, order.loyalty.card, order.totals.loyalty_card
    money = tuple(
        Item(MONEY, _of_label(account, usage.label_id, usage.amount.currency), usage.amount.minor, booked=True)
        for usage in account_usages(order)
    )
    if card is None or not points:
        return money
    return (*money, Item(POINTS, _of_card(card.card_number, points.currency), points.minor, booked=True))


async def counted(order: PreOrder, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items, those of loyalty with what the books say there is now.  Raises NoAnswer where they say nothing."""
    asked = {item.kind for item in items if item.booked}
    account, currency = order.buyer.account, order.basket.currency
    left: Counter[tuple[str, str]] = Counter()
    if MONEY in asked and account is not None:
        accounts = await ListLoyaltyAccounts(account, currency)
        if isinstance(accounts, Unavailable):
            raise NoAnswer
        for each in accounts:
            left[MONEY, _of_label(account, each.label_id, each.balance.currency)] += each.balance.minor
    if POINTS in asked and account is not None:
        card = await FindLoyaltyCard(account, currency)
        if isinstance(card, Unavailable):
            raise NoAnswer
        if card is not None:
            left[POINTS, _of_card(masked(card.card_number), card.points.currency)] += card.points.minor
    return tuple(evolve(i, most=max(0, left[i.kind, i.subject])) if i.booked else i for i in items)


def fewer(then: tuple[Item, ...], now: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items of which there is less than there was."""
    return tuple(item for item, before in zip(now, then, strict=True) if (item.most or 0) < (before.most or 0))


def _of_label(account: str | None, label_id: int | None, currency: str) -> str:
    return _digest(account, label_id, currency)


def _of_card(number: str, currency: str) -> str:
    """Of the card, not of who shows it: two accounts may share one."""
    return _digest(number, currency)


def _digest(*said: object) -> str:
    """What the store of holds is told: whose money it is, is none of its business."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
