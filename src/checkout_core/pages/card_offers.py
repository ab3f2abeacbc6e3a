"""What the bank of the card adds to paying by card; beside the flow.

    CampaignList -> CampaignSelection
    RewardList -> RewardSelection -> Empty

Nothing leads here: flags in the confirmation page's context announce them.  Both lists are of one card, of which the
mask is kept and nothing else; the card that is really paid with is asked about again.
"""

from __future__ import annotations

from attrs import frozen

from ..effects import CardSecrets
from ..forms import CampaignCode, CardHolder, CardMonth, CardName, CardNumber, CardYear, Cvv, RewardAmount
from ..money import Money
from ..order import Campaign, CreditCard, Reward, evolve, ref
from ..page import Check, Invalid, Page, Visit
from ._card_offers import (
    campaigns_for,
    campaigns_offered,
    mask_of,
    rewards_for,
    rewards_offered,
    rewards_used,
)
from ._cards import card_codes
from ._checks import basket_not_empty
from .credit_card import card_known

our = ref(CreditCard)


def _campaigns_known(own: CreditCard, _: Visit) -> bool:
    return own.campaigns is not None


def _rewards_known(own: CreditCard, _: Visit) -> bool:
    return own.rewards is not None


campaigns_known = Check("campaigns_required", _campaigns_known, "the bank was asked for campaigns", "CampaignListPage")
rewards_known = Check("rewards_required", _rewards_known, "the bank was asked for rewards", "RewardListPage")


# Campaigns


@frozen
class CampaignListForm:
    card_number: CardNumber


class CampaignListPage(Page[CreditCard, CampaignListForm]):
    """Ask the bank which campaigns it has for a card.  May be asked again, for another card."""

    requires = basket_not_empty, card_known, campaigns_offered
    sets = our.campaigns, our.campaigns_of
    resets = ("CampaignSelectionPage",)
    next_page = "CampaignSelectionPage"
    post_order = True

    async def process(self, own: CreditCard, form: CampaignListForm, visit: Visit) -> CreditCard:
        campaigns = await campaigns_for(own, form.card_number, visit)
        return evolve(own, campaigns=campaigns, campaigns_of=mask_of(form.card_number))


@frozen
class CampaignForm:
    campaign: CampaignCode


@frozen(slots=False)
class CampaignContext:
    campaigns: tuple[Campaign, ...]


class CampaignSelectionPage(Page[CreditCard, CampaignForm]):
    """One of the campaigns; what it does to the price counts at once."""

    requires = (campaigns_known,)
    sets = (our.selected_campaign,)
    post_order = True

    async def context(self, own: CreditCard, visit: Visit) -> CampaignContext:
        return CampaignContext(own.campaigns or ())

    async def process(self, own: CreditCard, form: CampaignForm, visit: Visit) -> CreditCard:
        for campaign in own.campaigns or ():
            if campaign.code == form.campaign:
                return evolve(own, selected_campaign=campaign)
        raise Invalid(campaign="invalid")

    def done(self, own: CreditCard, visit: Visit) -> bool:
        """Of no campaigns none can be chosen."""
        return own.selected_campaign is not None or own.campaigns == ()


# Rewards


@frozen
class RewardListForm:
    card_number: CardNumber
    card_month: CardMonth
    card_year: CardYear
    card_cvv: Cvv
    card_holder: CardHolder | None = None
    card_name: CardName | None = None


class RewardListPage(Page[CreditCard, RewardListForm]):
    """Ask the bank what there is on a card to pay with.  May be asked again, for another card."""

    requires = basket_not_empty, card_known, rewards_offered
    sets = our.rewards, our.rewards_of
    resets = ("RewardSelectionPage",)
    next_page = "RewardSelectionPage"

    async def process(self, own: CreditCard, form: RewardListForm, visit: Visit) -> CreditCard:
        card = CardSecrets(form.card_number, form.card_holder or "", form.card_month, form.card_year, form.card_cvv)
        if codes := card_codes(card, visit.now):
            raise Invalid(**codes)
        return evolve(own, rewards=await rewards_for(own, card, visit), rewards_of=mask_of(form.card_number))


@frozen
class RewardForm:
    general: RewardAmount | None = None
    special: RewardAmount | None = None


@frozen(slots=False)
class RewardContext:
    rewards: tuple[Reward, ...]


class RewardSelectionPage(Page[CreditCard, RewardForm]):
    """How much of each reward pays, and the card the rest; nothing of none takes them back."""

    requires = basket_not_empty, rewards_known
    sets = (our.selected_rewards,)

    async def context(self, own: CreditCard, visit: Visit) -> RewardContext:
        return RewardContext(own.rewards or ())

    async def process(self, own: CreditCard, form: RewardForm, visit: Visit) -> CreditCard:
        asked = {"general": form.general, "special": form.special}
        listed = {each.type: each for each in own.rewards or ()}
        codes = {name: "unknown_field" for name, text in asked.items() if text is not None and name not in listed}
        chosen: list[Reward] = []
        for kind, there in listed.items():
            text = asked[kind]
            try:
                amount = Money(text or "0", there.amount.currency)
            except ValueError:  # decimals that the currency lacks
                codes[kind] = "invalid"
                continue
            if amount > there.amount:
                codes[kind] = "above_balance"
            chosen += [evolve(there, amount=amount)] if amount else []
        if codes:
            raise Invalid(**codes)
        if rewards_used(tuple(chosen), visit.order.basket.currency) > visit.order.totals.payable:
            raise Invalid(non_field_errors="rewards_above_total")
        return evolve(own, selected_rewards=tuple(chosen))
