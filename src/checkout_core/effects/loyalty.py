"""What is asked of loyalty schemes: money on accounts, points on cards."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from ..money import Money
from ._kinds import RemoteQuery, Unavailable


@frozen
class LoyaltyAccount:
    """Loyalty money of a buyer under one label."""

    label_id: int | None  # None: money without a label
    label: str
    balance: Money  # without what orders have spent that the shop's tables know of
    priority: int = 0  # the lowest is debited first


@frozen
class LoyaltyCard:
    """An active card of a buyer."""

    card_number: str
    points: Money  # what they are worth, without what orders have spent that the shop's tables know of


@frozen
class ListLoyaltyAccounts(RemoteQuery[tuple[LoyaltyAccount, ...]]):
    """The loyalty money of that buyer in that currency; no account, nothing in it."""

    account: str
    currency: str


@frozen
class FindLoyaltyCard(RemoteQuery["LoyaltyCard | None"]):
    """The active loyalty card of that buyer, its points worth so much of that currency; None where there is none."""

    account: str
    currency: str


class LoyaltyPort(Protocol):
    def list_loyalty_accounts(self, account: str, currency: str, /) -> tuple[LoyaltyAccount, ...] | Unavailable: ...
    def find_loyalty_card(self, account: str, currency: str, /) -> LoyaltyCard | Unavailable | None: ...
