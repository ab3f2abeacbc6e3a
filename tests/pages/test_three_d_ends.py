"""A card its gateway needs twice lies in a vault while its buyer is at the bank, and nowhere once they are back."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from cryptography.fernet import Fernet

from checkout_core import Checkout, CheckoutService, MemoryStore, Step
from checkout_core.stores.vault import CardVault

from .card_kit import ABLE, CAREFUL, CAREFUL_NUMBER, CAREFUL_PAYING, CONFIRMATION, MD, THREE_D, World, chosen, declines

KEY = Fernet.generate_key()
RETURN = {"md": MD, "success": "true", "three_d_secure": "true", "mdStatus": "1"}


class Safe(MemoryStore):
    """Says what lies in it."""

    @property
    def handles(self):
        return list(self._safe)


class AtTheBank:
    """A buyer who has given a card to a bank that wants it again, and is on the issuer's page now."""

    def __init__(self):
        self.world = World()
        self.world.bank.capabilities = attrs.evolve(ABLE, card_twice=True)
        self.store = Safe()
        self.vault = CardVault(self.store, (KEY,), lambda: self.world.now)
        checkout = Checkout(attrs.evolve(self.world.ports, vault=self.vault))
        self.service = CheckoutService(checkout, self.store, monotonic=lambda: self.world.monotonic)
        self.key = self.service.save(chosen(CAREFUL.installments[0], "542120"))
        assert self.posts(CONFIRMATION, CAREFUL_PAYING).page == THREE_D
        (self.handle,) = self.store.handles

    def posts(self, page: str, body: object) -> Step:
        return self.service.post(self.key, page, body)

    @property
    def states(self) -> list[str]:
        return [a.state for a in self.service.get(self.key).pre_order.attempts]


@pytest.fixture
def buyer():
    return AtTheBank()


def test_after_a_return_that_paid_the_kept_card_is_gone(buyer):
    assert buyer.posts(THREE_D, RETURN).page == "ThankYouPage"
    (card,) = buyer.world.bank.again
    assert (card.number.reveal(), card.cvv) == (CAREFUL_NUMBER, None)
    assert (buyer.store.handles, buyer.vault.take_card(buyer.handle)) == ([], None)


def test_after_a_return_that_failed_the_kept_card_is_gone(buyer):
    buyer.world.bank.will.append(declines("three_d_failed"))
    step = buyer.posts(THREE_D, RETURN)
    assert (step.page, step.errors) == (CONFIRMATION, {"non_field_errors": ("three_d_failed",)})
    assert (buyer.store.handles, buyer.vault.take_card(buyer.handle)) == ([], None)


def test_a_last_call_without_an_answer_leaves_no_card_either(buyer):
    buyer.world.bank.will.append(TimeoutError())
    assert buyer.posts(THREE_D, RETURN).errors == {"non_field_errors": ("payment_pending",)}
    assert (buyer.store.handles, buyer.states) == ([], ["unknown"])


def test_when_the_kept_card_has_expired_the_payment_fails_and_the_buyer_starts_again(buyer):
    buyer.world.passes(ABLE.session_ttl + timedelta(seconds=5))
    step = buyer.posts(THREE_D, RETURN)
    assert (step.page, step.ok, step.context.notice) == (CONFIRMATION, False, "three_d_abandoned")
    assert ([method for method, _ in buyer.world.bank.calls], buyer.world.bank.net) == (["start_three_d"], 0)
    assert buyer.posts(CONFIRMATION, CAREFUL_PAYING).page == THREE_D
    assert buyer.posts(THREE_D, {**RETURN, "md": "md-2"}).page == "ThankYouPage"
    assert (buyer.states, buyer.world.bank.net, buyer.store.handles) == (["abandoned", "captured"], 1, [])


def test_a_card_that_is_not_there_any_more_is_not_sent(buyer):
    assert buyer.vault.take_card(buyer.handle) is not None
    step = buyer.posts(THREE_D, RETURN)
    assert (step.page, step.errors) == (CONFIRMATION, {"non_field_errors": ("not_sent",)})
    assert ([method for method, _ in buyer.world.bank.calls], buyer.states) == (["start_three_d"], ["abandoned"])
