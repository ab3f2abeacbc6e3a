"""The whole card flow with the sandbox's bank: its campaigns, its points, its tokens."""

from __future__ import annotations

from checkout_core import Checkout, CheckoutService, MemoryStore, Money, Step
from checkout_core.sandbox import CARD_OFFERS, Bank, Sandbox
from checkout_core.sandbox.magic import CAMPAIGN, FEWER_REWARDS, REWARDED, THREE_D

from .card_kit import CONFIRMATION


class Buyer:
    """A member in front of the confirmation page, in three instalments."""

    def __init__(self, card: str) -> None:
        self.shop = Sandbox(seed=1, bank=Bank(capabilities=CARD_OFFERS))
        self.caller = self.shop.caller(next(iter(self.shop.file.customers)))
        self.service = CheckoutService(Checkout(self.shop.ports), MemoryStore())
        order = self.service.checkout.start(self.shop.basket("mug", "t-shirt"), self.caller).pre_order
        self.key = self.service.save(order)
        self.form: dict[str, object] = {}
        for page, body in self.shop.answers("card, 3 instalments", card, order=order):
            if page == CONFIRMATION:
                self.form = dict(body)
                break
            self.posts(page, body)

    def posts(self, page: str, body: dict[str, object]) -> Step:
        return self.service.post(self.key, page, body, self.caller).raise_for_errors()


def test_a_campaign_of_the_bank_takes_the_interest():
    buyer = Buyer(CAMPAIGN)
    before = buyer.service.get(buyer.key, CONFIRMATION, buyer.caller)
    assert before.context.has_campaigns
    assert before.pre_order.totals.interest
    listed = buyer.posts("CampaignListPage", buyer.form).context.campaigns
    code = next(each.code for each in listed if 3 in each.interest_free)
    buyer.posts("CampaignSelectionPage", {"campaign": code})
    placed = buyer.posts(CONFIRMATION, buyer.form).pre_order.placed
    assert placed.totals.interest == Money("0", "TRY")
    assert placed.total < before.pre_order.totals.total


def test_points_pay_a_part_and_the_card_is_found_again():
    buyer = Buyer(REWARDED)
    buyer.posts("RewardListPage", buyer.form)
    buyer.posts("RewardSelectionPage", {"general": "10", "special": "5.00"})
    step = buyer.posts(CONFIRMATION, {**buyer.form, "save": True, "card_name": "Everyday"})
    assert [(each.type, str(each.amount)) for each in step.pre_order.placed.plan.rewards] == [
        ("general", "10.00"), ("special", "5.00"),
    ]  # fmt: skip
    buyer.service.relay_once()
    (card,) = buyer.shop.saved_cards.of(str(buyer.caller.account))
    assert (card.gateway, card.bin_number, card.last_four, card.name) == (
        "bank", REWARDED[:6], REWARDED[-4:], "Everyday",
    )  # fmt: skip
    assert card.token
    assert card.token not in repr(card)
    assert REWARDED not in card.token


def test_where_the_bank_uses_fewer_points_than_were_sealed_there_is_no_order_and_the_money_goes_back():
    buyer = Buyer(FEWER_REWARDS)
    buyer.posts("RewardListPage", buyer.form)
    buyer.posts("RewardSelectionPage", {"general": "10"})
    step = buyer.service.post(buyer.key, CONFIRMATION, buyer.form, buyer.caller)
    assert (step.page, step.errors) == (CONFIRMATION, {"non_field_errors": ("payment_reversed",)})
    buyer.shop.passes(minutes=5)
    buyer.service.recover_once()
    order = buyer.service.get(buyer.key, None, buyer.caller).pre_order
    assert (order.placed, order.attempts[-1].state) == (None, "reversed")


def test_the_card_is_found_again_after_3d_secure_too():
    buyer = Buyer(THREE_D)
    step = buyer.posts(CONFIRMATION, {**buyer.form, "save": True, "card_name": "Everyday"})
    assert not buyer.shop.saved_cards.of(str(buyer.caller.account))
    returned = buyer.shop.bank.comes_back(buyer.shop.bank.ticket(step.pre_order.attempts[-1].number))
    assert buyer.posts("CreditCardThreeDSecurePage", returned).page == "ThankYouPage"
    buyer.service.relay_once()
    assert [card.last_four for card in buyer.shop.saved_cards.of(str(buyer.caller.account))] == [THREE_D[-4:]]
