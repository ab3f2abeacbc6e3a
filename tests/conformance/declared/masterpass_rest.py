"""Pay with Masterpass over its REST interface.

    MasterpassRestBinNumber -> MasterpassRestInstallment    -> MasterpassRestOrderNo -> MasterpassRestComplete
                            -> MasterpassRemoteInstallment

Which of the two instalment pages depends on the payment option.  Beside: MasterpassRestRewardList ->
MasterpassRestRewardSelection.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.money import Money
from checkout_core.order import Payment, PreOrder, Reward, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay
from checkout_core.shop import Card, Installment

from ._checks import can, card_known, number_drawn


@frozen(slots=False)
class RemotePlan:
    """Instalments of a service of the shop's own."""

    installment_count: int
    interest: Money


@frozen(slots=False)
class MasterpassRest(Payment):
    installment_slug: str | None = None  # the option's configuration: which service knows the instalments
    bin_number: str | None = None
    card: Card | None = None
    is_stored_card: bool = False
    is_mastercard: bool = False
    installment: Installment | None = None
    installment_alt: RemotePlan | None = None
    three_d: bool | None = None  # None: not decided yet
    remote_addr: str | None = None
    rewards: tuple[Reward, ...] | None = None  # None: not asked yet
    selected_rewards: tuple[Reward, ...] | None = None


our = ref(MasterpassRest)


def _plans_are_ours(own: MasterpassRest, _: Visit) -> bool:
    return own.installment_slug is None


def _plans_are_remote(own: MasterpassRest, _: Visit) -> bool:
    return own.installment_slug is not None


def _plan_chosen(own: MasterpassRest, _: Visit) -> bool:
    return own.installment is not None or own.installment_alt is not None


def _three_d_decided(own: MasterpassRest, _: Visit) -> bool:
    return own.three_d is not None


def _rewards_known(own: MasterpassRest, _: Visit) -> bool:
    return own.rewards is not None


plans_are_ours = Check("remote_installments", _plans_are_ours, "the shop's own instalments are offered")
plans_are_remote = Check("no_remote_installments", _plans_are_remote, "a service says which instalments there are")
plan_chosen = Check("installment_required", _plan_chosen, "instalments are chosen")
three_d_decided = Check(
    "three_d_not_decided", _three_d_decided, "it is decided whether 3-D Secure is needed", "MasterpassRestOrderNoPage"
)
rewards_known = Check("rewards_required", _rewards_known, "the bank was asked for rewards")


class MasterpassRestBinNumberPage(Page[MasterpassRest, Empty]):
    """The BIN of the card the script was given, and whether it is one of the stored."""

    requires = ready_to_pay
    sets = our.bin_number, our.card, our.is_stored_card, our.is_mastercard
    resets = "MasterpassRestInstallmentPage", "MasterpassRemoteInstallmentPage"
    post_order = True


class MasterpassRestInstallmentPage(Page[MasterpassRest, Empty]):
    """In how many parts, of the shop's own plans."""

    requires = *ready_to_pay, card_known, plans_are_ours
    sets = (our.installment,)
    resets = ("MasterpassRestRewardSelectionPage",)
    post_order = True


class MasterpassRemoteInstallmentPage(Page[MasterpassRest, Empty]):
    """In how many parts, of the plans a service has for this card."""

    requires = *ready_to_pay, card_known, plans_are_remote
    sets = (our.installment_alt,)
    resets = ("MasterpassRestRewardSelectionPage",)
    post_order = True


class MasterpassRestOrderNoPage(Page[MasterpassRest, Empty]):
    """The number the script names, and whether it goes through 3-D Secure."""

    requires = *ready_to_pay, card_known, plan_chosen
    sets = our.three_d, our.remote_addr, ref(PreOrder).number
    post_order = True


class MasterpassRestCompletePage(Page[MasterpassRest, Empty]):
    """What the script brings back; the ledger is asked, and the order is placed."""

    requires = *ready_to_pay, card_known, plan_chosen, number_drawn, three_d_decided
    pays = True
    post_order = True


class MasterpassRestRewardListPage(Page[MasterpassRest, Empty]):
    """Ask the bank for the rewards of a stored card.  May be asked again, for another card."""

    requires = *ready_to_pay, can("rewards")
    sets = (our.rewards,)
    resets = ("MasterpassRestRewardSelectionPage",)
    next_page = "MasterpassRestRewardSelectionPage"


class MasterpassRestRewardSelectionPage(Page[MasterpassRest, Empty]):
    """How much of each reward to use."""

    requires = *ready_to_pay, rewards_known
    sets = (our.selected_rewards,)
