"""What a storefront reads of campaigns and rewards: null where nobody asked, an empty list where there is none."""

from __future__ import annotations

import pytest

from checkout_core.order import Campaign, Reward, evolve

FREE = Campaign("free", "3 parts without interest", (3,))
NAMES = "campaigns", "selected_campaign", "rewards", "selected_rewards"


@pytest.mark.parametrize(("told", "shown"), [(None, None), ((), [])])
def test_not_asked_is_null_and_none_there_is_an_empty_list(make, told, shown):
    payment = evolve(make.order().payment, campaigns=told, rewards=told)
    said = make.said(make.step(make.order(payment=payment)))["pre_order"]
    assert [said[name] for name in NAMES] == [shown, None, shown, None]


def test_lists_are_arrays_the_choice_of_a_campaign_is_its_code_and_of_rewards_their_amounts_by_type(make):
    general, special = Reward("general", make.lira("50.00")), Reward("special", make.lira("20.00"))
    payment = evolve(
        make.order().payment, campaigns=(FREE,), campaigns_of="542119******0009", selected_campaign=FREE,
        rewards=(general, special), rewards_of="542119******0009", selected_rewards=(evolve(special),),
    )  # fmt: skip
    said = make.said(make.step(make.order(payment=payment)))["pre_order"]
    assert {name: said[name] for name in NAMES} == {
        "campaigns": [{"code": "free", "name": "3 parts without interest", "interest_free": [3]}],
        "selected_campaign": "free",
        "rewards": [{"amount": "50.00", "type": "general"}, {"amount": "20.00", "type": "special"}],
        "selected_rewards": {"special": "20.00"},
    }
    assert said["installment"]["interest_rate"] == "0.000000"


def test_rewards_that_were_declined_are_an_empty_object(make):
    payment = evolve(make.order().payment, rewards=(), selected_rewards=())
    assert make.said(make.step(make.order(payment=payment)))["pre_order"]["selected_rewards"] == {}


def test_of_another_way_to_pay_there_is_none_of_it(make):
    said = make.said(make.step(make.order(payment=None)))["pre_order"]
    assert [said[name] for name in NAMES] == [None] * 4
