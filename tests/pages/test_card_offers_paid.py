"""Campaigns and rewards when it comes to paying: the real card is asked about, and the ledger must say the same."""

from __future__ import annotations

import pytest

from checkout_core import PreOrder, Step, evolve
from checkout_core.effects import CardSecrets, Secret, Unavailable
from checkout_core.order import Campaign, Extras, GiftBox, Plan, Reward
from checkout_core.paying import seal
from checkout_core.pricing import totals

from .card_kit import (
    AT_ONCE,
    CAREFUL_PAYING,
    CONFIRMATION,
    IN_SIX,
    NUMBER,
    PAYING,
    THREE_D,
    chosen,
    declines,
)
from .kit import lira
from .offers_kit import DOUBLE, FREE, GENERAL, READY, SPECIAL, OfferWorld, with_own

MASK, CAREFUL_MASK = "542119******0009", "542120******0006"
CAREFUL_NUMBER = str(CAREFUL_PAYING["card_number"])
TEN = Reward("general", lira("10.00"))


def repriced(of: PreOrder) -> PreOrder:
    return evolve(of, totals=totals(of, "up"))


WITH_CAMPAIGN = repriced(with_own(READY, campaigns=(FREE, DOUBLE), campaigns_of=MASK, selected_campaign=FREE))
WITH_REWARDS = with_own(READY, rewards=(GENERAL, SPECIAL), rewards_of=MASK, selected_rewards=(TEN, SPECIAL))


def world_with(**cards: object) -> OfferWorld:
    """By default the bank says of the card of PAYING what it said before."""
    world = OfferWorld()
    world.bank.campaigns = {NUMBER: (FREE, DOUBLE)}
    world.bank.rewards = {NUMBER: (GENERAL, SPECIAL)}
    for name, value in cards.items():
        setattr(world.bank, name, value)
    return world


def paid(world: OfferWorld, of: PreOrder, body: dict[str, object] | None = None) -> Step:
    return world.checkout.submit(of, CONFIRMATION, body or PAYING)


def test_the_page_says_whether_there_are_campaigns_and_rewards_to_ask_for():
    flags = [
        (shown.has_campaigns, shown.has_rewards)
        for kinds in (set(), {"campaigns"}, {"rewards"}, {"campaigns", "rewards"})
        for shown in [OfferWorld(frozenset(kinds)).checkout.view(READY, CONFIRMATION).context]
    ]
    assert flags == [(False, False), (True, False), (False, True), (True, True)]


# A campaign


def test_a_campaign_is_paid_at_its_price_and_the_bank_is_told_of_it():
    world = world_with()
    step = paid(world, WITH_CAMPAIGN)
    ((method, told),) = world.bank.calls
    assert (step.page, method, told.details.campaign) == ("ThankYouPage", "sale", "free")
    assert (told.amount, told.installments, told.rewards) == (lira("125.00"), 3, ())
    assert (step.pre_order.placed.total, step.pre_order.placed.totals.interest) == (lira("125.00"), lira("0"))
    assert world.bank.told == [Secret(NUMBER)]


def test_without_a_campaign_and_without_rewards_the_bank_is_asked_for_none():
    world = world_with()
    step = paid(world, READY)
    ((_, told),) = world.bank.calls
    assert (step.page, told.details.campaign, world.bank.told) == ("ThankYouPage", None, [])


@pytest.mark.parametrize(
    "there",
    [(), (DOUBLE,), (evolve(FREE, interest_free=(6,)),), (evolve(FREE, interest_free=()),)],
    ids=["none", "another", "for other parts", "with interest"],
)
def test_a_campaign_that_the_real_card_has_not_or_on_other_terms_is_not_paid_and_the_price_without_it_is_told(there):
    world = world_with(campaigns={NUMBER: (FREE,), CAREFUL_NUMBER: there})
    of = with_own(WITH_CAMPAIGN)
    step = paid(world, of, CAREFUL_PAYING)
    own = step.pre_order.payment
    assert (step.page, step.errors) == (CONFIRMATION, {"card_number": ("price_changed",)})
    assert (own.campaigns, own.campaigns_of, own.selected_campaign) == (there, CAREFUL_MASK, None)
    assert step.pre_order.totals.total == step.context.total_amount == lira("131.25")
    assert (world.bank.calls, step.pre_order.attempts, step.pre_order.number) == ([], (), None)
    again = paid(world, step.pre_order, CAREFUL_PAYING)
    assert again.page == THREE_D  # its issuer insists
    assert world.bank.calls[0][1].amount == lira("131.25")


def test_a_campaign_that_the_real_card_has_as_well_is_paid():
    world = world_with(campaigns={CAREFUL_NUMBER: (DOUBLE, FREE)})
    step = paid(world, WITH_CAMPAIGN, CAREFUL_PAYING)
    own = step.pre_order.payment
    assert (step.page, own.campaigns_of, own.selected_campaign) == (THREE_D, CAREFUL_MASK, FREE)
    ((_, told),) = world.bank.calls
    assert (told.details.campaign, told.amount) == ("free", lira("125.00"))


def test_a_campaign_that_has_ended_since_is_not_paid_with_the_same_card_either():
    world = world_with(campaigns={})
    step = paid(world, WITH_CAMPAIGN)
    assert step.errors == {"card_number": ("price_changed",)}
    assert (step.pre_order.payment.campaigns, world.bank.calls) == ((), [])


def test_what_a_campaign_is_called_and_in_which_order_it_lists_its_parts_is_none_of_its_terms():
    both = Campaign("free", "Spring", (3, 6))
    of = repriced(with_own(WITH_CAMPAIGN, selected_campaign=both))
    world = world_with(campaigns={NUMBER: (Campaign("free", "Frühling", (6, 3)),)})
    assert paid(world, of).page == "ThankYouPage"


def test_a_card_of_another_bank_without_the_plan_takes_campaign_and_rewards_along():
    six = chosen(IN_SIX)
    of = repriced(with_own(six, campaigns=(FREE,), selected_campaign=FREE, rewards=(TEN,), selected_rewards=(TEN,)))
    world = world_with()
    step = paid(world, of, CAREFUL_PAYING)
    own = step.pre_order.payment
    assert step.errors == {"card_number": ("price_changed",)}
    assert own == evolve(six.payment, bin_number="542120", card=own.card, installment=None)
    assert world.bank.told == []


@pytest.mark.parametrize("of", [WITH_CAMPAIGN, WITH_REWARDS], ids=["campaign", "rewards"])
def test_where_nobody_can_say_now_nothing_is_sent_and_nothing_changed(of):
    world = world_with(down=Unavailable("down"))
    step = paid(world, of)
    assert step.errors == {"non_field_errors": ("not_available_now",)}
    assert (step.pre_order.payment, world.bank.calls) == (of.payment, [])


def test_after_a_decline_campaign_and_rewards_stand():
    world = world_with()
    world.bank.will.append(declines("insufficient_funds"))
    of = repriced(with_own(WITH_CAMPAIGN, rewards=(TEN,), rewards_of=MASK, selected_rewards=(TEN,)))
    step = paid(world, of)
    own = step.pre_order.payment
    assert (step.page, own.selected_campaign, own.selected_rewards) == (CONFIRMATION, FREE, (TEN,))
    assert paid(world, step.pre_order).page == "ThankYouPage"


# Rewards


def test_rewards_pay_a_part_of_the_amount_at_the_bank():
    world = world_with()
    step = paid(world, WITH_REWARDS)
    ((_, told),) = world.bank.calls
    assert (step.page, told.amount, told.rewards) == ("ThankYouPage", lira("131.25"), (TEN, SPECIAL))
    placed = step.pre_order.placed
    assert (placed.total, placed.plan) == (lira("131.25"), Plan(3, lira("131.25"), (TEN, SPECIAL)))
    (asked,) = world.bank.told
    assert isinstance(asked, CardSecrets)


@pytest.mark.parametrize(
    "there",
    [
        (), (SPECIAL,), (Reward("general", lira("9.99")), SPECIAL), (GENERAL, Reward("special", lira("19.99"))),
    ],
    ids=["none", "one type less", "a unit less", "a unit less of the other"],
)  # fmt: skip
@pytest.mark.parametrize("body", [PAYING, CAREFUL_PAYING], ids=["an old list", "another card"])
def test_rewards_of_another_card_or_of_an_old_list_are_not_paid_with(there, body):
    number = str(body["card_number"]).replace(" ", "")
    world = world_with(rewards={number: there})
    step = paid(world, WITH_REWARDS, body)
    own = step.pre_order.payment
    assert (step.page, step.errors) == (CONFIRMATION, {"card_number": ("price_changed",)})
    mask = MASK if body is PAYING else CAREFUL_MASK
    assert (own.rewards, own.rewards_of, own.selected_rewards) == (there, mask, None)
    assert (world.bank.calls, step.pre_order.attempts) == ([], ())


def test_rewards_are_refused_where_the_order_costs_less_by_now():
    whole = Reward("general", lira("131.25"))
    of = with_own(READY, rewards=(whole,), rewards_of=MASK, selected_rewards=(whole,))
    world = world_with(rewards={NUMBER: (whole,)})
    assert paid(world, of).page == "ThankYouPage"  # the card pays nothing of it
    of = evolve(of, payment=evolve(of.payment, installment=AT_ONCE))
    step = paid(world_with(rewards={NUMBER: (whole,)}), repriced(of))
    assert step.errors == {"non_field_errors": ("rewards_above_total",)}
    assert step.pre_order.payment.selected_rewards is None


@pytest.mark.parametrize("used", [(), (Reward("general", lira("9.99")), SPECIAL), (SPECIAL,), (TEN, SPECIAL, SPECIAL)])
def test_money_for_which_the_bank_has_used_other_rewards_than_were_sealed_goes_back(used):
    world = world_with(used=used)
    step = paid(world, WITH_REWARDS)
    (attempt,) = step.pre_order.attempts
    assert step.pre_order.placed is None
    assert (attempt.state, attempt.captures[0].reversal, attempt.captures[0].why) == ("reversing", "due", "changed")
    assert attempt.captures[0].rewards == used


def test_rewards_are_part_of_what_an_attempt_is_for():
    plans = {seal(of).plans for of in (READY, WITH_REWARDS, with_own(WITH_REWARDS, selected_rewards=(TEN,)))}
    assert len(plans) == 3


def test_campaign_and_rewards_go_through_3d_secure_and_an_edit_at_the_bank_is_never_paid():
    world = world_with(rewards={CAREFUL_NUMBER: (GENERAL,)}, campaigns={CAREFUL_NUMBER: (FREE,)})
    of = repriced(with_own(WITH_CAMPAIGN, rewards=(GENERAL,), rewards_of=MASK, selected_rewards=(TEN,)))
    step = paid(world, of, CAREFUL_PAYING)
    assert step.page == THREE_D
    md = step.pre_order.attempts[0].handed["md"]
    back = world.checkout.submit(step.pre_order, THREE_D, {"md": md})
    assert (back.page, back.pre_order.placed.plan) == ("ThankYouPage", Plan(3, lira("125.00"), (TEN,)))
    fewer = world.checkout.submit(step.pre_order, "RewardSelectionPage", {"general": "5"}).pre_order
    back = world.checkout.submit(fewer, THREE_D, {"md": md})
    assert (back.pre_order.placed, len(world.bank.calls)) == (None, 2)


def test_a_box_that_makes_the_order_dearer_leaves_rewards_as_they_were():
    dearer = repriced(evolve(WITH_REWARDS, extras=Extras(gift_box=GiftBox(lira("9.00")))))
    world = world_with()
    assert paid(world, dearer).page == "ThankYouPage"
    assert world.bank.calls[0][1].rewards == (TEN, SPECIAL)
