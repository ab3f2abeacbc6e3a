"""A bank that offers something with a card: campaigns, rewards, tokens; and a shop that keeps the tokens."""

from __future__ import annotations

from attrs import evolve as with_

from checkout_core import Ports, PreOrder, evolve
from checkout_core.effects import Captured, CardSecrets, Order, Secret, Unavailable
from checkout_core.order import Buyer, Campaign, Reward
from checkout_core.page import Caller, Visit

from .card_kit import ABLE, IN_THREE, Bank, World, card_visit, chosen
from .kit import lira

OFFERS = frozenset({"campaigns", "rewards", "card_tokens"})
GENEROUS = with_(ABLE, kinds=ABLE.kinds | OFFERS)
FREE, DOUBLE = Campaign("free", "3 parts without interest", (3,)), Campaign("double", "Twice the points")
GENERAL, SPECIAL = Reward("general", lira("50.00")), Reward("special", lira("20.00"))

READY = chosen(IN_THREE)  # 125.00 and 6.25 of interest
MEMBER = Buyer("7", "grace@example.org")
GRACE = Caller("7", "grace@example.org")
OF_MEMBER = evolve(READY, buyer=MEMBER)


def with_own(of: PreOrder, **values: object) -> PreOrder:
    return evolve(of, payment=evolve(of.payment, **values))


def generous_visit(of: PreOrder, **settings: object) -> Visit:
    at = card_visit(of, **settings)
    return evolve(at, gateways={"bank": GENEROUS}, has=at.has | {"saved_cards"})


class BankWithOffers(Bank):
    """What it has, by the card's number; `down` is the answer where nobody can say."""

    def __init__(self, kinds: frozenset[str] = OFFERS) -> None:
        super().__init__(with_(ABLE, kinds=ABLE.kinds | kinds))
        self.campaigns: dict[str, tuple[Campaign, ...]] = {}
        self.rewards: dict[str, tuple[Reward, ...]] = {}
        self.used: tuple[Reward, ...] | None = None  # instead of what was asked for
        self.down: Unavailable | None = None
        self.told: list[CardSecrets | Secret] = []
        self.to_save: set[str] = set()  # numbers of orders whose card is to be found again
        self.token = "tok-1"

    def ask_campaigns(self, card_number: Secret, /) -> tuple[Campaign, ...] | Unavailable:
        self.told.append(card_number)
        return self.down or self.campaigns.get(card_number.reveal(), ())

    def ask_rewards(self, card: CardSecrets, currency: str, /) -> tuple[Reward, ...] | Unavailable:
        self.told.append(card)
        return self.down or self.rewards.get(card.number.reveal(), ())

    def take(self, order: Order, amount: object = None) -> Captured:
        if order.details.save_card:
            self.to_save.add(order.number)
        token = self.token if order.number in self.to_save else None
        rewards = order.rewards if self.used is None else self.used
        row = with_(super().take(order, amount), rewards=rewards, card_token=token)
        self.ledger[order.number][-1] = row
        return row

    def start_three_d(self, order: Order, card: CardSecrets, /) -> object:
        if order.details.save_card:
            self.to_save.add(order.number)
        return super().start_three_d(order, card)


class OfferWorld(World):
    """A shop whose bank has offers, and that keeps cards."""

    def __init__(self, kinds: frozenset[str] = OFFERS, **settings: object) -> None:
        super().__init__(**settings)
        self.bank = BankWithOffers(kinds)
        self.saved: list[tuple[str, ...]] = []

    @property
    def ports(self) -> Ports:
        return with_(super().ports, saved_cards=self)

    def save_card(self, account: str, gateway: str, token: str, bin_number: str, last_four: str, name: str, /) -> None:
        self.saved.append((account, gateway, token, bin_number, last_four, name))
