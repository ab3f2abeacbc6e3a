"""What a bank offers with a card: asked of the gateway, and asked again of the card that is really paid with.

Campaigns and rewards are of one card.  What the buyer has chosen from an old list, or from that of another card, is no
promise: before anything is sent, the bank is asked about the number that will be charged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args

from ..effects import AskCampaigns, AskRewards, CardSecrets, Secret, Unavailable
from ..forms import masked
from ..money import Money, total
from ..order import Campaign, CreditCard, Reward, RewardType, evolve
from ..page import Check, Invalid, Visit

UNAVAILABLE: Final = "not_available_now"
KINDS: Final[tuple[RewardType, ...]] = get_args(RewardType)


def offers(kind: str, visit: Visit) -> bool:
    """The gateway of the way to pay has this to offer: "campaigns", "rewards", "card_tokens"."""
    payment = visit.order.payment
    able = visit.gateways.get(payment.option.gateway or "") if payment else None
    return able is not None and kind in able.kinds


def _offered(kind: str) -> Callable[[object, Visit], bool]:
    return lambda _, visit: offers(kind, visit)


campaigns_offered = Check("no_campaigns", _offered("campaigns"), "the gateway has campaigns of the bank")
rewards_offered = Check("no_rewards", _offered("rewards"), "the gateway has rewards of the card")


def mask_of(number: Secret) -> str:
    """First six and last four digits of a card: all of its number that is ever kept."""
    digits = number.reveal()
    return f"{digits[:6]}******{digits[-4:]}"


async def campaigns_for(own: CreditCard, number: Secret, visit: Visit) -> tuple[Campaign, ...]:
    """What the bank of that card has, each code once.  Raises Invalid where nobody can say now."""
    told = await AskCampaigns(own.option.gateway or "", number)
    if isinstance(told, Unavailable):
        raise Invalid(non_field_errors=UNAVAILABLE)
    found = {each.code: evolve(each, name=masked(each.name)) for each in told if masked(each.code) == each.code}
    return tuple(found.values())


async def rewards_for(own: CreditCard, card: CardSecrets, visit: Visit) -> tuple[Reward, ...]:
    """What there is on that card to pay with, in the basket's currency, each type once.  Raises as `campaigns_for`."""
    currency = visit.order.basket.currency
    told = await AskRewards(own.option.gateway or "", card, currency)
    if isinstance(told, Unavailable):
        raise Invalid(non_field_errors=UNAVAILABLE)
    ours = [each for each in told if each.amount.currency == currency and each.amount.minor > 0]
    sums = ((kind, total((each.amount for each in ours if each.type == kind), currency)) for kind in KINDS)
    return tuple(Reward(kind, amount) for kind, amount in sums if amount)


def rewards_used(rewards: tuple[Reward, ...] | None, currency: str) -> Money:
    """How much of the order they pay."""
    return total((each.amount for each in rewards or ()), currency)


async def with_offers_of(own: CreditCard, card: CardSecrets, visit: Visit) -> CreditCard:
    """`own` with the chosen campaign and rewards, as the bank of the card that is really given has them.

    Raises Invalid, and keeps the part without what there is not: the campaign is no longer there or has other terms,
    the card has less to pay with, the order costs less than the rewards come to.
    """
    mask, codes = mask_of(card.number), {}
    if own.selected_campaign is not None:
        campaigns = await campaigns_for(own, card.number, visit)
        same = next((each for each in campaigns if _terms(each) == _terms(own.selected_campaign)), None)
        if same is None:
            codes["card_number"] = "price_changed"
        own = evolve(own, campaigns=campaigns, campaigns_of=mask, selected_campaign=same)
    if own.selected_rewards:
        rewards, chosen = await rewards_for(own, card, visit), own.selected_rewards
        own = evolve(own, rewards=rewards, rewards_of=mask)
        if not _there(chosen, rewards):
            codes["card_number"] = "price_changed"
        elif rewards_used(chosen, visit.order.basket.currency) > visit.order.totals.payable:
            codes["non_field_errors"] = "rewards_above_total"
        if codes:
            own = evolve(own, selected_rewards=None)
    if codes:
        raise Invalid(own, **codes)
    return own


def _terms(campaign: Campaign) -> tuple[str, frozenset[int]]:
    return campaign.code, frozenset(campaign.interest_free)


def _there(chosen: tuple[Reward, ...], rewards: tuple[Reward, ...]) -> bool:
    """Of each type as much as was chosen, in the same currency."""
    left = {(each.type, each.amount.currency): each.amount.minor for each in rewards}
    return all(left.get((each.type, each.amount.currency), 0) >= each.amount.minor for each in chosen)
