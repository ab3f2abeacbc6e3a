"""What the bank of the card adds; beside the flow of paying by card.

    CampaignList -> CampaignSelection
    RewardList -> RewardSelection

Nothing leads here: flags in the confirmation page's context announce them.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.money import Money
from checkout_core.order import ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import basket_not_empty

from ._checks import can, card_known, paying_by_card


@frozen(slots=False)
class Reward:
    kind: str  # general, special
    amount: Money


@frozen(slots=False)
class CardOffers:
    """None: not asked, or not answered yet."""

    campaigns: tuple[str, ...] | None = None  # codes
    selected_campaign: str | None = None
    rewards: tuple[Reward, ...] | None = None
    selected_rewards: tuple[Reward, ...] | None = None


our = ref(CardOffers)


def _campaigns_known(own: CardOffers, _: Visit) -> bool:
    return own.campaigns is not None


def _rewards_known(own: CardOffers, _: Visit) -> bool:
    return own.rewards is not None


campaigns_known = Check("campaigns_required", _campaigns_known, "the bank was asked for campaigns", "CampaignListPage")
rewards_known = Check("rewards_required", _rewards_known, "the bank was asked for rewards", "RewardListPage")


class CampaignListPage(Page[CardOffers, Empty]):
    """Ask the bank for campaigns for this card."""

    requires = basket_not_empty, paying_by_card, card_known, can("campaigns")
    sets = (our.campaigns,)
    resets = ("CampaignSelectionPage",)
    next_page = "CampaignSelectionPage"
    post_order = True


class CampaignSelectionPage(Page[CardOffers, Empty]):
    """One of the campaigns."""

    requires = (campaigns_known,)
    sets = (our.selected_campaign,)
    post_order = True

    def done(self, own: CardOffers, visit: Visit) -> bool:
        """Of no campaigns none can be chosen."""
        return own.selected_campaign is not None or own.campaigns == ()


class RewardListPage(Page[CardOffers, Empty]):
    """Ask the bank for the rewards of a card.  May be asked again, for another card."""

    requires = basket_not_empty, paying_by_card, card_known, can("rewards")
    sets = (our.rewards,)
    resets = ("RewardSelectionPage",)
    next_page = "RewardSelectionPage"


class RewardSelectionPage(Page[CardOffers, Empty]):
    """How much of each reward to use."""

    requires = basket_not_empty, rewards_known
    sets = (our.selected_rewards,)
