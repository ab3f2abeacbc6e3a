"""A card the buyer wants to find again: who may, what is kept of it, and when the shop is told."""

from __future__ import annotations

import pytest

from checkout_core import Caller, CheckoutService, MemoryStore, Step, evolve
from checkout_core.effects import SaveCard
from checkout_core.order import CardToSave, PreOrder

from .card_kit import CAREFUL_PAYING, CONFIRMATION, CVV, NUMBER, PAYING, THREE_D, declines
from .offers_kit import GRACE, OF_MEMBER, READY, OfferWorld

SAVING = {**PAYING, "save": True, "card_name": "Everyday"}


def submitted(world: OfferWorld, of: PreOrder, body: dict[str, object], caller: Caller = GRACE) -> Step:
    return world.checkout.submit(of, CONFIRMATION, body, caller)


def saved(step: Step) -> list[SaveCard]:
    return [event for event in step.events if isinstance(event, SaveCard)]


def test_the_card_of_a_member_is_saved_with_the_order_by_its_token_and_its_last_four_digits():
    world = OfferWorld()
    step = submitted(world, OF_MEMBER, SAVING)
    assert step.page == "ThankYouPage"
    assert saved(step) == [SaveCard("7", "bank", "tok-1", "542119", "0009", "Everyday")]
    assert world.bank.calls[0][1].details.save_card
    kept = repr(step.pre_order) + repr(saved(step))
    assert not any(word in kept for word in (NUMBER, NUMBER[6:12], CVV, "LOVELACE", "2028"))


def test_a_card_that_is_not_to_be_saved_has_no_token_and_nobody_is_told():
    world = OfferWorld()
    step = submitted(world, OF_MEMBER, {**PAYING, "card_name": "Everyday"})
    assert (step.page, saved(step)) == ("ThankYouPage", [])
    assert not world.bank.calls[0][1].details.save_card
    assert step.pre_order.attempts[0].save is None


@pytest.mark.parametrize(
    ("kinds", "caller", "of", "may"),
    [
        ({"card_tokens"}, GRACE, OF_MEMBER, True),
        (set(), GRACE, OF_MEMBER, False),
        ({"card_tokens"}, Caller(), READY, False),
    ],
    ids=["a member", "a gateway without tokens", "a guest"],
)
def test_the_page_says_who_can_save_a_card_and_refuses_all_others(kinds, caller, of, may):
    world = OfferWorld(frozenset(kinds))
    assert world.checkout.view(of, CONFIRMATION, caller).context.can_save_card is may
    step = submitted(world, of, SAVING, caller)
    if may:
        assert step.page == "ThankYouPage"
    else:
        code = "guests_cannot_save" if of is READY else "not_available"
        assert (step.errors, world.bank.calls) == ({"save": (code,)}, [])


def test_a_shop_that_keeps_no_cards_saves_none():
    class Forgetful(OfferWorld):
        ports = property(lambda self: super(OfferWorld, self).ports)

    world = Forgetful()
    assert not world.checkout.view(OF_MEMBER, CONFIRMATION, GRACE).context.can_save_card
    assert submitted(world, OF_MEMBER, SAVING).errors == {"save": ("not_available",)}


def test_a_card_without_a_name_is_not_saved():
    assert submitted(OfferWorld(), OF_MEMBER, {**SAVING, "card_name": " "}).errors == {"card_name": ("required",)}


def test_a_declined_card_is_not_saved_and_the_wish_is_said_again_with_the_next():
    world = OfferWorld()
    world.bank.will.append(declines("insufficient_funds"))
    step = submitted(world, OF_MEMBER, SAVING)
    assert (step.page, saved(step)) == (CONFIRMATION, [])
    step = submitted(world, step.pre_order, PAYING)
    assert (step.page, saved(step)) == ("ThankYouPage", [])


def test_after_3d_secure_the_attempt_knows_that_the_card_is_to_be_saved_and_it_is_once():
    world = OfferWorld()
    step = submitted(world, OF_MEMBER, {**CAREFUL_PAYING, "save": "on", "card_name": "Everyday"})
    (attempt,) = step.pre_order.attempts
    assert (step.page, saved(step)) == (THREE_D, [])
    assert attempt.save == CardToSave("7", "Everyday", "542120", "0006")
    back = world.checkout.submit(step.pre_order, THREE_D, {"md": attempt.handed["md"]}, GRACE)
    assert saved(back) == [SaveCard("7", "bank", "tok-1", "542120", "0006", "Everyday")]
    assert saved(world.checkout.submit(back.pre_order, THREE_D, {"md": attempt.handed["md"]}, GRACE)) == []


def test_without_a_token_from_the_bank_the_order_stands_and_nothing_is_saved():
    world = OfferWorld()
    world.bank.token = None
    step = submitted(world, OF_MEMBER, SAVING)
    assert (step.page, saved(step)) == ("ThankYouPage", [])


@pytest.mark.parametrize("broken", [False, True])
def test_the_shop_is_told_of_the_card_and_a_failure_to_keep_it_never_touches_the_order(broken):
    world = OfferWorld()
    if broken:
        world.save_card = lambda *_: 1 / 0
    service = CheckoutService(world.checkout, MemoryStore(), monotonic=lambda: world.monotonic, sleep=world.sleeps)
    key = service.save(evolve(OF_MEMBER, key="co-9"))
    step = service.post(key, CONFIRMATION, SAVING, GRACE)
    assert step.page == "ThankYouPage"
    service.post(key, CONFIRMATION, SAVING, GRACE)
    assert world.saved == ([] if broken else [("7", "bank", "tok-1", "542119", "0009", "Everyday")])
    assert [number for number, _ in world.placed] == [step.pre_order.placed.number]
