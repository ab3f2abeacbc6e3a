"""CampaignListPage to RewardSelectionPage: what the bank of a card has, asked, chosen from, and forgotten in time."""

from __future__ import annotations

import pytest

from checkout_core import EMPTY, Invalid, Money, evolve
from checkout_core.effects import AskCampaigns, AskRewards, CardSecrets, Secret, Unavailable
from checkout_core.order import Campaign, Reward
from checkout_core.pages.card_offers import (
    CampaignContext,
    CampaignListPage,
    CampaignSelectionPage,
    RewardContext,
    RewardListPage,
    RewardSelectionPage,
)  # fmt: skip
from checkout_core.texts import text_of

from .card_kit import AMEX_NUMBER, BIN, CAREFUL_NUMBER, CVV, IN_SIX, INSTALLMENTS, NUMBER, card_visit, chosen
from .kit import BY_CARD, BY_TRANSFER, EMPTIED, answer, closed_by, lira, order, shows
from .offers_kit import DOUBLE, FREE, GENERAL, READY, SPECIAL, OfferWorld, generous_visit, with_own

MASK = "542119******0009"
CAMPAIGNS, CAMPAIGN = CampaignListPage.__name__, CampaignSelectionPage.__name__
REWARDS, REWARD = RewardListPage.__name__, RewardSelectionPage.__name__
ASKED = with_own(READY, campaigns=(FREE, DOUBLE), campaigns_of=MASK)
POINTS = with_own(READY, rewards=(GENERAL, SPECIAL), rewards_of=MASK)
CARD: dict[str, object] = {
    "card_number": "5421 1900 0000 0009", "card_month": "12", "card_year": "2028", "card_cvv": CVV,
}  # fmt: skip


def asks(*campaigns: Campaign, number: str = NUMBER) -> tuple[AskCampaigns, object]:
    return AskCampaigns("bank", Secret(number)), campaigns


def asks_for_rewards(*rewards: Reward, holder: str = "") -> tuple[AskRewards, object]:
    return AskRewards("bank", CardSecrets(Secret(NUMBER), holder, 12, 2028, Secret(CVV)), "TRY"), rewards


def refused(page: type, body: dict[str, object], of: object, *script: tuple) -> dict[str, tuple[str, ...]]:
    with pytest.raises(Invalid) as said:
        answer(page, body, generous_visit(of), *script)
    assert said.value.kept is None
    return said.value.codes


# Campaigns


def test_the_bank_is_asked_which_campaigns_it_has_and_of_the_card_only_its_mask_is_kept():
    typed = {"card_number": " 5421 1900 0000 0009 "}
    told = answer(CampaignListPage, typed, generous_visit(READY), asks(FREE, DOUBLE))
    assert told == evolve(READY.payment, campaigns=(FREE, DOUBLE), campaigns_of=MASK)
    assert NUMBER not in repr(told)


def test_a_bank_without_campaigns_has_an_empty_list_and_nothing_is_left_to_choose():
    told = answer(CampaignListPage, {"card_number": NUMBER}, generous_visit(READY), asks())
    assert told.campaigns == ()
    page, at = CampaignSelectionPage(), generous_visit(READY)
    assert page.done(told, at)
    assert not page.done(READY.payment, at)
    assert not page.done(ASKED.payment, at)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("5421190000000004", "checksum"), ("542119", "invalid"), ("", "required"), (None, "required")],
)
def test_what_is_no_card_number_is_refused_and_nobody_is_asked(typed, code):
    assert refused(CampaignListPage, {"card_number": typed}, READY) == {"card_number": (code,)}
    assert refused(RewardListPage, {**CARD, "card_number": typed}, READY) == {"card_number": (code,)}


def test_where_nobody_can_say_now_nothing_is_changed():
    script = (asks()[0], Unavailable("down"))
    codes = {"non_field_errors": ("not_available_now",)}
    assert refused(CampaignListPage, {"card_number": NUMBER}, ASKED, script) == codes
    script = (asks_for_rewards()[0], Unavailable("down"))
    assert refused(RewardListPage, CARD, POINTS, script) == codes


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (READY, ()),
        (order(payment=BY_TRANSFER), ("other_payment",)),
        (order(payment=BY_CARD), ("bin_number_required",)),
        (evolve(READY, basket=EMPTIED.basket), ("basket_empty",)),
    ],
)
def test_who_pays_by_a_card_whose_bank_is_known_may_ask(of, codes):
    assert closed_by(CampaignListPage, generous_visit(of)) == codes
    assert closed_by(RewardListPage, generous_visit(of)) == codes


def test_a_gateway_without_campaigns_and_rewards_is_not_asked():
    assert closed_by(CampaignListPage, card_visit(READY)) == ("no_campaigns",)
    assert closed_by(RewardListPage, card_visit(READY)) == ("no_rewards",)


def test_there_is_nothing_to_choose_from_before_the_bank_was_asked():
    assert closed_by(CampaignSelectionPage, generous_visit(READY)) == ("campaigns_required",)
    assert closed_by(CampaignSelectionPage, generous_visit(with_own(READY, campaigns=()))) == ()
    assert closed_by(RewardSelectionPage, generous_visit(READY)) == ("rewards_required",)
    emptied = evolve(POINTS, basket=EMPTIED.basket)
    assert closed_by(RewardSelectionPage, generous_visit(emptied)) == ("basket_empty",)


def test_the_pages_that_ask_show_nothing_and_the_others_what_there_is():
    at = generous_visit(with_own(ASKED, rewards=(GENERAL,)))
    assert (shows(CampaignListPage, at), shows(RewardListPage, at)) == (EMPTY, EMPTY)
    assert shows(CampaignSelectionPage, at) == CampaignContext((FREE, DOUBLE))
    assert shows(RewardSelectionPage, at) == RewardContext((GENERAL,))


def test_a_campaign_whose_texts_show_a_card_number_is_not_kept_with_it():
    echo = Campaign(NUMBER, "x"), Campaign("a", f"for {NUMBER}")
    told = answer(CampaignListPage, {"card_number": NUMBER}, generous_visit(READY), asks(*echo))
    assert [each.code for each in told.campaigns] == ["a"]
    assert NUMBER not in repr(told)


def test_a_campaign_of_the_list_is_chosen_by_its_code():
    assert answer(CampaignSelectionPage, {"campaign": "free"}, generous_visit(ASKED)) == evolve(
        ASKED.payment, selected_campaign=FREE
    )


@pytest.mark.parametrize(
    ("typed", "code"), [("FREE", "invalid"), ("gone", "invalid"), ("", "required"), (["free"], "invalid")]
)
def test_a_code_that_is_not_in_the_list_is_refused(typed, code):
    assert refused(CampaignSelectionPage, {"campaign": typed}, ASKED) == {"campaign": (code,)}


def test_going_back_campaigns_or_the_choice_are_forgotten():
    both = with_own(ASKED, selected_campaign=FREE)
    assert CampaignSelectionPage().undo(both) == ASKED
    assert CampaignListPage().undo(ASKED) == READY


def test_a_campaign_without_interest_changes_the_total_at_once_and_the_plan_is_shown_at_that_price():
    world = OfferWorld()
    step = world.checkout.submit(ASKED, CAMPAIGN, {"campaign": "free"})
    assert (step.page, step.context_list) == ("EmptyPage", ())
    assert (step.pre_order.totals.interest, step.pre_order.totals.total) == (lira("0.00"), lira("125.00"))
    listed = world.checkout.view(step.pre_order, INSTALLMENTS).context.installments
    shown = {plan.installment_count: plan for plan in listed}
    assert (shown[3].price_with_accrued_interest, shown[3].interest_rate) == (lira("125.00"), "0.000000")
    assert shown[6].price_with_accrued_interest > lira("125.00")


def test_a_campaign_for_other_instalments_leaves_the_price_alone():
    step = OfferWorld().checkout.submit(ASKED, CAMPAIGN, {"campaign": "double"})
    assert step.pre_order.totals == READY.totals


def test_after_the_list_comes_the_choice_and_after_the_choice_nothing():
    world = OfferWorld()
    world.bank.campaigns[NUMBER] = (FREE,)
    step = world.checkout.submit(READY, CAMPAIGNS, {"card_number": NUMBER})
    assert (step.page, step.context) == (CAMPAIGN, CampaignContext((FREE,)))
    world.bank.rewards[NUMBER] = (GENERAL,)
    step = world.checkout.submit(READY, REWARDS, CARD)
    assert (step.page, step.context) == (REWARD, RewardContext((GENERAL,)))
    step = world.checkout.submit(step.pre_order, REWARD, {"general": "10"})
    assert (step.page, step.context_list, step.errors) == ("EmptyPage", (), {})


def test_another_card_may_be_asked_about_which_forgets_what_was_chosen_with_the_first():
    world = OfferWorld()
    world.bank.campaigns[CAREFUL_NUMBER] = (DOUBLE,)
    world.bank.rewards[CAREFUL_NUMBER] = (SPECIAL,)
    of = with_own(ASKED, selected_campaign=FREE, rewards=(GENERAL,), rewards_of=MASK, selected_rewards=(GENERAL,))
    step = world.checkout.submit(of, CAMPAIGNS, {"card_number": CAREFUL_NUMBER})
    own = step.pre_order.payment
    assert (own.campaigns, own.campaigns_of, own.selected_campaign) == ((DOUBLE,), "542120******0006", None)
    assert step.pre_order.totals == READY.totals
    step = world.checkout.submit(of, REWARDS, {**CARD, "card_number": CAREFUL_NUMBER})
    own = step.pre_order.payment
    assert (own.rewards, own.rewards_of, own.selected_rewards) == ((SPECIAL,), "542120******0006", None)


CHOSEN = with_own(
    ASKED, selected_campaign=FREE, rewards=(GENERAL,), rewards_of=MASK, selected_rewards=(evolve(GENERAL),)
)


def test_another_plan_takes_back_campaign_and_rewards_and_the_lists_stay():
    step = OfferWorld().checkout.submit(CHOSEN, INSTALLMENTS, {"installment": IN_SIX.pk})
    own = step.pre_order.payment
    assert (own.selected_campaign, own.selected_rewards) == (None, None)
    assert (own.campaigns, own.rewards) == ((FREE, DOUBLE), (GENERAL,))
    assert step.pre_order.totals == chosen(IN_SIX).totals


def test_the_same_plan_again_takes_nothing_back():
    step = OfferWorld().checkout.submit(CHOSEN, INSTALLMENTS, {"installment": CHOSEN.payment.installment.pk})
    assert step.pre_order.payment == CHOSEN.payment


def test_other_first_digits_forget_all_that_the_bank_said():
    step = OfferWorld().checkout.submit(CHOSEN, BIN, {"bin_number": "411111"})
    own = step.pre_order.payment
    assert own == evolve(BY_CARD, bin_number="411111", card=own.card)


# Rewards


def test_the_bank_is_asked_with_the_whole_card_of_which_only_the_mask_is_kept():
    typed = {**CARD, "card_holder": "ADA LOVELACE", "card_name": "Mine"}
    script = asks_for_rewards(GENERAL, SPECIAL, holder="ADA LOVELACE")
    told = answer(RewardListPage, typed, generous_visit(READY), script)
    assert told == evolve(READY.payment, rewards=(GENERAL, SPECIAL), rewards_of=MASK)
    assert not any(word in repr(told) for word in (NUMBER, CVV, "LOVELACE", "2028", "Mine"))


def test_holder_and_name_of_the_card_may_be_left_out():
    assert answer(RewardListPage, CARD, generous_visit(READY), asks_for_rewards()).rewards == ()


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"card_month": "10", "card_year": "2026"}, {"card_year": ("expired",)}),
        ({"card_month": "13"}, {"card_month": ("invalid",)}),
        ({"card_year": "28"}, {"card_year": ("invalid",)}),
        ({"card_cvv": "12"}, {"card_cvv": ("invalid",)}),
        ({"card_number": AMEX_NUMBER}, {"card_cvv": ("invalid",)}),
        ({"card_cvv": None, "card_year": None}, {"card_cvv": ("required",), "card_year": ("required",)}),
    ],
)
def test_a_card_that_could_not_pay_has_no_rewards_and_nobody_is_asked(body, codes):
    assert refused(RewardListPage, {**CARD, **body}, READY) == codes


def test_rewards_of_another_currency_of_nothing_or_of_no_known_type_are_none():
    odd = Reward("general", Money("5.00", "EUR")), Reward("special", lira("0")), Reward("miles", lira("9.00"))
    told = answer(RewardListPage, CARD, generous_visit(READY), asks_for_rewards(*odd, GENERAL, GENERAL))
    assert told.rewards == (Reward("general", lira("100.00")),)


@pytest.mark.parametrize(
    ("body", "chosen_rewards"),
    [
        ({"general": "25.00"}, (Reward("general", lira("25.00")),)),
        ({"general": 50, "special": "20"}, (GENERAL, SPECIAL)),
        ({"special": "0.01", "general": ""}, (Reward("special", lira("0.01")),)),
        ({"general": "0", "special": "0.00"}, ()),
        ({}, ()),
    ],
)
def test_of_each_type_so_much_pays_and_what_is_nothing_is_left_out(body, chosen_rewards):
    told = answer(RewardSelectionPage, body, generous_visit(POINTS))
    assert told == evolve(POINTS.payment, selected_rewards=chosen_rewards)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"general": "50.01"}, {"general": ("above_balance",)}),
        ({"general": "-1"}, {"general": ("invalid",)}),
        ({"general": "1.001", "special": "20.01"}, {"general": ("invalid",), "special": ("above_balance",)}),
        ({"special": "1e1"}, {"special": ("invalid",)}),
        ({"special": "12345678901.00"}, {"special": ("invalid",)}),
        ({"special": 1.5}, {"special": ("invalid",)}),
    ],
)
def test_what_is_no_amount_or_more_than_there_is_is_refused(body, codes):
    assert refused(RewardSelectionPage, body, POINTS) == codes


def test_a_type_that_is_not_in_the_list_is_refused():
    only = with_own(READY, rewards=(GENERAL,))
    assert refused(RewardSelectionPage, {"special": "1.00"}, only) == {"special": ("unknown_field",)}
    told = answer(RewardSelectionPage, {"miles": "1.00"}, generous_visit(only))  # a name nobody has is not looked at
    assert told.selected_rewards == ()


@pytest.mark.parametrize(("amount", "fits"), [("131.24", True), ("131.25", True), ("131.26", False)])
def test_rewards_come_to_no_more_than_the_total_with_interest(amount, fits):
    rich = with_own(READY, rewards=(Reward("general", lira("999.00")), SPECIAL))
    if fits:
        assert answer(RewardSelectionPage, {"general": amount}, generous_visit(rich)).selected_rewards
    else:
        codes = refused(RewardSelectionPage, {"general": amount}, rich)
        assert codes == {"non_field_errors": ("rewards_above_total",)}
        split = {"general": "111.26", "special": "20.00"}
        assert refused(RewardSelectionPage, split, rich) == codes
    assert text_of("rewards_above_total") == "Selected reward amount cannot be higher than total amount."


def test_going_back_rewards_or_the_choice_are_forgotten():
    both = with_own(POINTS, selected_rewards=(GENERAL,))
    assert RewardSelectionPage().undo(both) == POINTS
    assert RewardListPage().undo(POINTS) == READY
    page, at = RewardSelectionPage(), generous_visit(POINTS)
    assert page.done(with_own(POINTS, selected_rewards=()).payment, at)
    assert not page.done(POINTS.payment, at)
