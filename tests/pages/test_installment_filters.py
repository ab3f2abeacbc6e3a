"""InstallmentSelectionPage in a shop that filters plans: what is listed, what is told, and what may still be paid."""

from __future__ import annotations

import pytest
from attrs import evolve

from checkout_core import Invalid
from checkout_core.effects import FindCard
from checkout_core.order import Campaign
from checkout_core.pages.credit_card import InstallmentSelectionPage
from checkout_core.pricing import totals
from checkout_core.rules.installments import (
    AttributeFilter,
    BasketAmountInstallmentFilter,
    CommerceCardInstallmentFilter,
    CurrencyInstallmentFilter,
)
from checkout_core.wire.contexts import context_json

from .card_kit import (
    ABLE,
    AT_ONCE,
    CAREFUL_PAYING,
    CONFIRMATION,
    GOLD,
    IN_SIX,
    IN_THREE,
    INSTALLMENTS,
    PAYING,
    World,
    card_visit,
    chosen,
)
from .hosted_kit import HostedWorld, sent_off
from .kit import BASKET, answer, holds, lira, shows

KNOWN = chosen(None)
UP_TO_THREE = BasketAmountInstallmentFilter(3, at_least=lira("95.10"), message="With this basket up to 3 instalments.")
ASKED = FindCard("542119"), GOLD


def seen(*filters, of=KNOWN, card=GOLD):
    context = shows(InstallmentSelectionPage, card_visit(of, installment_filters=filters), (FindCard("542119"), card))
    return [each.pk for each in context.installments], context.installment_messages


def test_the_list_is_what_the_filters_leave_with_the_words_of_the_shop():
    assert seen() == ([11, 13, 16], ())
    assert seen(UP_TO_THREE) == ([11, 13], ("With this basket up to 3 instalments.",))
    assert seen(BasketAmountInstallmentFilter(3, at_least=lira("95.11"))) == ([11, 13, 16], ())


def test_a_filter_without_words_is_told_in_those_of_the_language_and_the_shops_own_as_they_are():
    context = shows(
        InstallmentSelectionPage,
        card_visit(KNOWN, installment_filters=(CurrencyInstallmentFilter(3, frozenset({"TRY"})), AttributeFilter(
            1, "metal", frozenset({"gold"}), message="installments_of_gold"), evolve(UP_TO_THREE, max_count=1))),
        ASKED,
    )  # fmt: skip
    assert context.installment_messages == ("installments_limited", "With this basket up to 3 instalments.")
    assert context_json(context)["installment_messages"] == [
        "Some instalments are not available for this order.", "With this basket up to 3 instalments.",
    ]  # fmt: skip


def test_what_is_said_of_company_cards_is_read_of_the_card_as_the_bank_knows_it():
    filters = CommerceCardInstallmentFilter(1), UP_TO_THREE
    assert seen(*filters, card=evolve(GOLD, is_commerce_card=True))[0] == [11]
    assert seen(*filters)[0] == [11, 13]


def test_a_plan_that_was_filtered_away_is_not_taken_by_its_key():
    with pytest.raises(Invalid) as refused:
        answer(
            InstallmentSelectionPage, {"installment": IN_SIX.pk}, card_visit(KNOWN, installment_filters=(UP_TO_THREE,)),
            ASKED,
        )  # fmt: skip
    assert refused.value.codes == {"installment": ("invalid",)}


@pytest.mark.parametrize(("plan", "good"), [(AT_ONCE, True), (IN_THREE, True), (IN_SIX, False)])
def test_a_chosen_plan_is_good_while_the_filters_leave_it(plan, good):
    at = card_visit(chosen(plan), installment_filters=(UP_TO_THREE,))
    assert holds(InstallmentSelectionPage, at, ASKED) is good
    assert holds(InstallmentSelectionPage, card_visit(chosen(plan)), ASKED)


def paid(world, of, body=PAYING):
    return world.checkout.submit(of, CONFIRMATION, body)


def test_a_plan_that_a_filter_takes_away_before_the_payment_is_not_paid():
    world = World()
    assert paid(World(), chosen(IN_SIX)).errors == {}
    world.settings = evolve(world.settings, installment_filters=(UP_TO_THREE,))
    step = paid(world, chosen(IN_SIX))
    assert (step.page, world.bank.calls, step.pre_order.placed) == (INSTALLMENTS, [], None)
    assert step.errors == {"non_field_errors": ("price_changed",)}
    assert step.pre_order.payment.installment is None


def test_a_plan_that_a_fuller_basket_takes_away_before_the_payment_is_not_paid():
    world = World(installment_filters=(BasketAmountInstallmentFilter(3, at_least=lira("95.11")),))
    world.basket = evolve(BASKET.part("more", (*BASKET.lines, evolve(BASKET.lines[0], pk=3, sku="cup"))), digest="d-9")
    step = paid(world, chosen(IN_SIX))
    assert (world.bank.calls, step.pre_order.placed, step.pre_order.payment.installment) == ([], None, None)


def test_the_plan_of_the_card_that_was_really_given_goes_through_the_filters_too():
    three = evolve(CommerceCardInstallmentFilter(1), final=False)
    world = World(installment_filters=(three,))
    world.cards["542120"] = evolve(world.cards["542120"], is_commerce_card=True)
    step = paid(world, chosen(IN_THREE), CAREFUL_PAYING)
    assert (step.errors, world.bank.calls) == ({"card_number": ("price_changed",)}, [])
    world.settings = evolve(world.settings, installment_filters=())
    assert paid(world, chosen(IN_THREE), CAREFUL_PAYING).errors == {}


def test_of_the_plans_of_a_providers_page_the_filters_take_theirs_too():
    world = HostedWorld(installment_filters=(UP_TO_THREE, CommerceCardInstallmentFilter(1)))
    attempt = sent_off(world).attempt
    assert [plan.installments for plan in attempt.seal.plans] == [1, 3]  # whose card it will be nobody knows


# What the gateway has beside plans


def told(of, *kinds):
    at = evolve(card_visit(of), gateways={"bank": evolve(ABLE, kinds=frozenset({"sale", *kinds}))})
    return shows(InstallmentSelectionPage, at, ASKED).installment_messages


def test_a_gateway_that_has_campaigns_or_points_says_so():
    assert told(KNOWN) == ()
    assert told(KNOWN, "campaigns") == ("campaigns_of_the_bank",)
    assert told(KNOWN, "rewards", "campaigns") == ("campaigns_of_the_bank", "rewards_of_the_card")


def test_campaigns_of_the_card_are_told_by_name_once_they_are_known():
    campaigns = Campaign("C1", "3 instalments for nothing", (3,)), Campaign("C2", "A gift"), Campaign("C3", "A gift")
    known = evolve(KNOWN, payment=evolve(KNOWN.payment, campaigns=campaigns))
    assert told(known, "campaigns") == ("campaigns_of_the_bank", "3 instalments for nothing", "A gift")
    none = evolve(KNOWN, payment=evolve(KNOWN.payment, campaigns=()))
    assert told(none, "campaigns") == ()


def test_a_campaign_takes_the_interest_of_the_plans_it_names_and_of_no_other():
    free = Campaign("C1", "3 for nothing", interest_free=(3,))
    for plan, interest in ((IN_THREE, "0.00"), (IN_SIX, "11.25")):
        of = chosen(plan)
        with_it = evolve(of, payment=evolve(of.payment, selected_campaign=free))
        assert totals(with_it, "up").interest == lira(interest)
