"""What some gateways are asked beside payments: campaigns, rewards, plans, reference codes.

A gateway that has one of them names its kind in `Capabilities.kinds`.  Nobody else is asked, and needs no such method.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from attrs import field, frozen

from ..money import Money
from ..order import Campaign, Reward
from ..shop import Installment
from ._kinds import RemoteQuery, Secret, Unavailable
from .payments import CardSecrets


@frozen
class AskCampaigns(RemoteQuery[tuple[Campaign, ...]]):
    """What the bank of that card has to offer with it."""

    gateway: str
    card_number: Secret = field(hash=False)


@frozen
class AskRewards(RemoteQuery[tuple[Reward, ...]]):
    """What there is on the card to pay with."""

    gateway: str
    card: CardSecrets = field(hash=False)
    currency: str


@frozen
class AskPlans(RemoteQuery[tuple[Installment, ...]]):
    """In which instalments so much may be paid at the provider's page."""

    gateway: str
    amount: Money


@frozen
class AskReference(RemoteQuery[str]):
    """What the buyer puts on a transfer, for the gateway to tell it by; the same for the same question."""

    gateway: str
    number: str
    amount: Money
    iban: str  # of the account it goes to
    email: str | None
    addresses: tuple[str, ...] = field(repr=False)  # where parcel and invoice go, in one line each
    site: str  # origin of the shop, as browsers know it; empty where nobody knows


class CampaignsGateway(Protocol):
    def ask_campaigns(self, card_number: Secret, /) -> tuple[Campaign, ...] | Unavailable: ...


class RewardsGateway(Protocol):
    def ask_rewards(self, card: CardSecrets, currency: str, /) -> tuple[Reward, ...] | Unavailable: ...


class PlansGateway(Protocol):
    def ask_plans(self, amount: Money, /) -> tuple[Installment, ...] | Unavailable: ...


class ReferenceGateway(Protocol):
    def ask_reference(
        self, number: str, amount: Money, iban: str, email: str | None, addresses: tuple[str, ...], site: str, /
    ) -> str | Unavailable: ...


GATEWAY_OFFERS: Final[Mapping[str, tuple[type[object], type[RemoteQuery[object]]]]] = {  # by kind
    "campaigns": (CampaignsGateway, AskCampaigns),
    "rewards": (RewardsGateway, AskRewards),
    "plans": (PlansGateway, AskPlans),
    "reference": (ReferenceGateway, AskReference),
}
