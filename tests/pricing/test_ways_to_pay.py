"""What the way to pay adds and takes: the fee at the door, gift cards, interest that a campaign takes off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core.money import Money
from checkout_core.order import (
    Campaign,
    Chosen,
    CreditCard,
    GiftCards,
    PayOnDelivery,
    Reservation,
    Reward,
    evolve,
)  # fmt: skip
from checkout_core.paying import seal
from checkout_core.pricing import gift_card_usages, totals, unmoved, unpaid
from checkout_core.shop import Installment, PaymentChoice

from .kit import line, lira, order_of, with_more

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
AT_THE_DOOR, BY_CARD = Chosen(1, "Door", "door", "pay_on_delivery"), Chosen(2, "Card", "card", "credit_card", "bank")
CASH = PaymentChoice("cash", "In cash", lira("7.50"))
IN_THREE = Installment(3, 3, "3", 50_000)


def order(payment=None, cards=(), **more):
    new = evolve(order_of([line(1, lira("60.00")), line(2, lira("40.00"))], **with_more(**more)), payment=payment)
    reserved = tuple(Reservation(n, f"t-{n}", "0001", each, each, NOW) for n, each in enumerate(cards, 1))
    new = evolve(new, gift_cards=GiftCards(reserved))
    return evolve(new, totals=totals(new, "up"))


def test_the_fee_is_on_top_of_the_goods_and_is_paid_with_everything_else():
    at_the_door = order(PayOnDelivery(AT_THE_DOOR, CASH), [lira("10.00")])
    assert (at_the_door.totals.total, at_the_door.totals.payable) == (lira("107.50"), lira("97.50"))
    assert order(CreditCard(BY_CARD)).totals.total == lira("100.00")


def test_gift_cards_are_charged_in_their_order_and_the_last_one_for_what_is_left():
    covered = order(cards=[lira("70.00"), lira("50.00"), lira("5.00")])
    assert (covered.totals.gift_cards, covered.totals.payable) == (lira("100.00"), lira("0"))
    assert [(each.token, each.amount) for each in gift_card_usages(covered)] == [
        ("t-1", lira("70.00")), ("t-2", lira("30.00")),
    ]  # fmt: skip


def test_interest_is_on_what_gift_cards_leave():
    card = CreditCard(BY_CARD, installment=IN_THREE)
    assert order(card, [lira("40.00")]).totals.interest == lira("3.00")


@pytest.mark.parametrize(("free", "interest"), [((3,), "0.00"), ((2, 6), "5.00"), ((), "5.00")])
def test_a_campaign_takes_the_interest_of_the_plans_it_names(free, interest):
    card = CreditCard(BY_CARD, installment=IN_THREE, selected_campaign=Campaign("spring", "Spring", free))
    assert order(card).totals.interest == lira(interest)


def test_what_changes_a_price_is_seen_and_what_does_not_is_not():
    plain = order(CreditCard(BY_CARD, installment=IN_THREE))
    campaign = evolve(plain, payment=evolve(plain.payment, selected_campaign=Campaign("spring", "Spring", (3,))))
    masked = evolve(plain, payment=evolve(plain.payment, mask="542119******0009"))
    door = order(PayOnDelivery(AT_THE_DOOR))
    assert not unmoved(campaign, plain)
    assert unmoved(masked, plain)
    assert not unmoved(evolve(door, payment=PayOnDelivery(AT_THE_DOOR, CASH)), door)
    assert not unmoved(order(cards=[lira("1.00")]), order())


def test_rewards_are_a_part_of_what_the_card_pays_and_change_no_total():
    rewards = (Reward("general", lira("5.00")),)
    card = CreditCard(BY_CARD, installment=IN_THREE, selected_rewards=rewards)
    (plan,) = seal(order(card)).plans
    assert (plan.amount, plan.rewards) == (lira("105.00"), rewards)


@given(
    st.lists(st.integers(1, 9000), max_size=3),
    st.integers(0, 9000),
    st.sampled_from([None, PayOnDelivery(AT_THE_DOOR, CASH), CreditCard(BY_CARD, installment=IN_THREE)]),
)
def test_all_tenders_together_come_to_the_total(cards, loyalty, payment):
    accounts = [(1, "Gifts", Money.of(loyalty, "TRY"))] if loyalty else []
    whole = order(payment, [Money.of(minor, "TRY") for minor in cards], accounts=accounts)
    paid = whole.totals
    assert paid.loyalty_card + paid.loyalty_money + paid.gift_cards + paid.payable == paid.total
    assert min(paid.payable.minor, paid.gift_cards.minor, unpaid(whole).minor) >= 0
    assert sum(each.amount.minor for each in gift_card_usages(whole)) == paid.gift_cards.minor
