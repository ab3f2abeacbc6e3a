"""What buyers pay with beside the bank: gift cards in a ledger of their own, and the shop's books of loyalty.

purse = Purse({("gift_card", "PLENTY0001"): 5000, ("loyalty_money", "ada"): 3000}, clock)
purse.lost()                    # what is off each since the day began
purse.silent = "before"         # the service of gift cards fails and has done nothing; "after": it has done it
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

from ..effects import Item, LoyaltyAccount, LoyaltyCard, Secret
from ..money import Money
from ..order import PreOrder
from ..pricing import account_usages, gift_card_usages
from ..sandbox._loyalty import Loyalty, LoyaltyBooks
from ..sandbox.gift_cards import GiftCardBooks, SoldCard
from ..stores import MemoryHolds

Thing: TypeAlias = tuple[str, str]  # a kind, and what it is: "stock" and a sku, "coupon" and a use
Quiet: TypeAlias = Literal["before", "after"]

GIFT_CARD: Final = "gift_card"
MONEY: Final = "loyalty_money"
POINTS: Final = "loyalty_card"
TENDERS: Final = frozenset({GIFT_CARD, MONEY, POINTS})
CURRENCY: Final = "TRY"  # of the sandbox's shop


class Purse:
    """Tenders by thing, in minor units; a gift card is known by its code, loyalty by who has it."""

    def __init__(self, there: Mapping[Thing, int], clock: Callable[[], datetime]) -> None:
        self.there = {thing: minor for thing, minor in there.items() if thing[0] in TENDERS}
        self.silent: Quiet | None = None
        cards = tuple(SoldCard(Secret(code), amount) for code, amount in self._of(GIFT_CARD))
        self.cards = GiftCardBooks(cards, MemoryHolds(clock), clock)
        self.books = LoyaltyBooks(Loyalty(
            {who: (LoyaltyAccount(None, "", balance),) for who, balance in self._of(MONEY)},
            {who: LoyaltyCard(f"L-{who}", points) for who, points in self._of(POINTS)},
        ))  # fmt: skip
        self.held: dict[str, str] = {}  # owner, by op: what the service of gift cards keeps
        self.charged: set[str] = set()  # ops; taken again, they hold nothing

    def _of(self, kind: str) -> tuple[tuple[str, Money], ...]:
        return tuple((what, Money.of(minor, CURRENCY)) for (k, what), minor in self.there.items() if k == kind)

    # Gift cards as a HoldsPort: what stands before HoldsByKind may answer while this does not

    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]:
        self._fails("before")
        lacking = self.cards.take_hold(op, owner, items, until)
        if not lacking and op not in self.charged:  # a newer one of the same owner takes over
            self.held = {other: of for other, of in self.held.items() if of != owner} | {op: owner}
        self._fails("after")
        return lacking

    def commit_hold(self, op: str, /) -> None:
        self._fails("before")
        self.cards.commit_hold(op)
        self.charged.add(op)
        self.held.pop(op, None)
        self._fails("after")

    def release_hold(self, op: str, /) -> None:
        self._fails("before")
        self.cards.release_hold(op)
        self.held.pop(op, None)
        self._fails("after")

    def _fails(self, at: Quiet) -> None:
        if self.silent == at:
            raise ConnectionError("the service of gift cards does not answer")

    # What became of it

    def lost(self) -> Counter[Thing]:
        """What is off each: charged or debited; while nothing is held."""
        gone: Counter[Thing] = Counter()
        for (kind, what), minor in self.there.items():
            gone[kind, what] = minor - self._left(kind, what)
        return +gone

    def _left(self, kind: str, what: str) -> int:
        if kind == GIFT_CARD:
            return self.cards.left(self.cards.token(what)).minor
        if kind == MONEY:
            return sum(each.balance.minor for each in self.books.list_loyalty_accounts(what, CURRENCY))
        card = self.books.find_loyalty_card(what, CURRENCY)
        return card.points.minor if card is not None else 0

    def spent(self, orders: Iterable[PreOrder]) -> Counter[Thing]:
        """What these orders say that tenders have paid."""
        codes = {self.cards.token(code): code for code, _ in self._of(GIFT_CARD)}
        said: Counter[Thing] = Counter()
        for order in orders:
            who = order.buyer.account or ""
            for card in gift_card_usages(order):
                said[GIFT_CARD, codes[card.token]] += card.amount.minor
            for usage in account_usages(order):
                said[MONEY, who] += usage.amount.minor
            said[POINTS, who] += order.totals.loyalty_card.minor
        return +said
