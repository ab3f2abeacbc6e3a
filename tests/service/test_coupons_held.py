"""A use of an offer is kept while the buyer pays, gone with the order, free again without one; a gone one is told."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore, evolve
from checkout_core.effects import Item
from checkout_core.rules.benefits import Percentage
from checkout_core.rules.offers import buyer_digest
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import (
    APPROVED,
    DECLINED,
    THREE_D,
    TIMEOUT_NOT_TAKEN,
    TIMEOUT_TAKEN,
    TIMEOUT_TAKEN_LATE,
)
from checkout_core.sandbox.world import card_form
from checkout_core.shop import Offer

PAYS, BANKS_PAGE = "CreditCardConfirmationPage", "CreditCardThreeDSecurePage"
DEARER = {"non_field_errors": ("price_changed",)}
GONE = {"non_field_errors": ("coupon_used_up", "price_changed")}
UNDER_WAY = {"non_field_errors": ("payment_in_progress",)}
LAST = Offer(7, "The last", Percentage(100_000), offer_type="voucher", code="LAST", uses=1)
USE, FOR_ONE = "offer|7", Item("coupon", "offer|7", 1, 1)
WHOLE, LESS = "65.00", "61.49"  # a mug at 35.10 and its way, without and with a tenth off the mug


class Shop:
    """A sandbox with one use of a voucher, and buyers of its service."""

    def __init__(self, *offers):
        self.sandbox = Sandbox(seed=1)
        self.sandbox.shop = evolve(self.sandbox.shop, offers=offers or (LAST,))
        self.sandbox.settings = evolve(self.sandbox.settings, answer_wait=timedelta(0))
        self.store = MemoryStore()
        self.opens()

    def opens(self, holds=None):
        """The service, on the sandbox's holds or on others."""
        self.checkout = Checkout(attrs.evolve(self.sandbox.ports, holds=holds or self.sandbox.stock))
        self.service = CheckoutService(self.checkout, self.store)

    def comes(self, name="ada", code="LAST", card=APPROVED, email=None):
        """A buyer with that code, in front of the page that pays."""
        order = self.checkout.start(self.sandbox.basket("mug", key=name)).pre_order
        key = self.service.save(order)
        self.service.post(key, "IndexPage", {"user_email": email or f"{name}@example.org"})
        if code is not None:
            self.service.post(key, "VoucherCodePage", {"voucher_code": code}).raise_for_errors()
        for page, body in self.sandbox.answers("card", card, self.order(key)):
            if page == PAYS:
                break
            self.service.post(key, page, body).raise_for_errors()
        return key

    def pays(self, key, card=APPROVED):
        return self.service.post(key, PAYS, card_form(card, 2030))

    def order(self, key):
        return self.service.get(key).pre_order

    def recovers(self, **passes):
        self.sandbox.passes(**passes)
        self.service.recover_once()
        self.service.relay_once()

    def taken(self, subject=USE, owner="nobody"):
        return self.sandbox.stock.count_taken("coupon", (subject,), owner)[0]

    def somebody_takes(self, item=FOR_ONE, op="x"):
        assert self.sandbox.stock.take_hold(op, op, (item,), self.sandbox.now() + timedelta(days=9)) == ()


@pytest.fixture
def shop():
    return Shop()


# Kept, used, free again: CPN-03, CPN-04


def test_while_nobody_pays_a_use_is_nobodys(shop):
    key = shop.comes()
    assert (str(shop.order(key).totals.total), shop.taken()) == (LESS, 0)


def test_what_was_priced_is_what_is_gone_with_the_order_and_only_once(shop):
    key = shop.comes()
    step = shop.pays(key)
    assert (step.page, str(step.pre_order.placed.total)) == ("ThankYouPage", LESS)
    shop.recovers(minutes=1)
    shop.recovers(days=2)
    assert (shop.taken(), shop.taken(owner=key)) == (1, 1)
    assert [str(row.amount) for row in shop.sandbox.bank.rows()] == [LESS]


def test_a_code_that_was_taken_back_is_not_used(shop):
    key = shop.comes()
    shop.service.post(key, "VoucherCodePage", {})
    for page, body in shop.sandbox.answers("card", APPROVED, shop.order(key)):
        step = shop.service.post(key, page, body)
    shop.recovers(minutes=1)
    assert (step.page, str(step.pre_order.placed.total), shop.taken()) == ("ThankYouPage", WHOLE, 0)


def test_it_is_free_again_when_the_bank_says_no_and_the_buyer_still_has_it(shop):
    key = shop.comes()
    assert shop.pays(key, DECLINED).page == PAYS
    assert (shop.taken(), str(shop.order(key).totals.total)) == (0, LESS)
    assert shop.pays(key).page == "ThankYouPage"
    assert shop.taken() == 1


def test_it_is_let_go_once_when_nothing_was_taken_after_all(shop):
    key = shop.comes()
    shop.pays(key, TIMEOUT_NOT_TAKEN)
    assert shop.taken() == 1
    for _ in range(6):
        shop.recovers(minutes=1)
    assert (shop.order(key).attempts[0].state, shop.taken()) == ("not_executed", 0)
    shop.somebody_takes()
    shop.recovers(days=1)
    assert shop.taken() == 1, "nobody lets go of another's"


def test_it_is_kept_for_as_long_as_nobody_knows_and_gone_with_the_money(shop):
    key = shop.comes()
    shop.pays(key, TIMEOUT_TAKEN)
    other = shop.comes("grace", code=None)
    codes = shop.service.post(other, "VoucherCodePage", {"voucher_code": "LAST"}).errors
    assert codes == {"voucher_code": ("coupon_used_up",)}
    for _ in range(6):
        shop.recovers(minutes=1)
    assert (str(shop.order(key).placed.total), shop.taken()) == (LESS, 1)


def test_money_that_comes_after_the_use_was_let_go_and_taken_goes_back(shop):
    key = shop.comes()
    shop.pays(key, TIMEOUT_TAKEN_LATE)
    for _ in range(6):
        shop.recovers(minutes=1)
    assert (shop.order(key).attempts[0].state, shop.taken()) == ("not_executed", 0)
    shop.somebody_takes()
    assert shop.sandbox.bank.arrives() == 1
    shop.service.sweep_once()
    shop.recovers(minutes=1)
    assert (shop.order(key).attempts[0].state, shop.sandbox.bank.captures) == ("reversed", 0)
    assert shop.taken() == 1


def test_it_is_kept_for_whoever_is_at_the_bank_and_let_go_when_they_take_it_back(shop):
    key = shop.comes(card=THREE_D)
    assert shop.pays(key, THREE_D).page == BANKS_PAGE
    assert (shop.taken(), shop.taken(owner=key)) == (1, 0)
    shop.service.post(key, "VoucherCodePage", {})
    for page, body in shop.sandbox.answers("card", APPROVED, shop.order(key)):
        step = shop.service.post(key, page, body)
    assert (step.page, shop.taken(), shop.sandbox.bank.captures) == ("ThankYouPage", 0, 1)


def test_while_money_moves_nobody_changes_a_code(shop):
    key = shop.comes()
    shop.pays(key, TIMEOUT_TAKEN_LATE)
    before = shop.order(key)
    for page, body in (
        ("VoucherCodePage", {}),
        ("CouponSelectionPage", {"coupon": "1", "action": "add"}),
    ):
        step = shop.service.post(key, page, body)
        assert (step.errors, step.pre_order.extras, step.pre_order.discounts) == (
            UNDER_WAY, before.extras, before.discounts,
        )  # fmt: skip


# Used up meanwhile: CPN-01


def test_one_that_was_used_before_the_payment_is_told_with_the_new_price_and_nothing_is_charged(shop):
    key = shop.comes()
    shop.somebody_takes()
    step = shop.pays(key)
    assert (step.page, step.errors, str(step.pre_order.totals.total)) == (PAYS, DEARER, WHOLE)
    assert (step.pre_order.discounts.applied, step.pre_order.attempts) == ((), ())
    assert [(each.code, each.why) for each in step.pre_order.discounts.refused] == [("LAST", "coupon_used_up")]
    assert shop.sandbox.bank.rows() == ()
    step = shop.pays(key)
    assert (step.page, str(step.pre_order.placed.total), shop.taken()) == ("ThankYouPage", WHOLE, 1)


class Beaten:
    """Holds of which somebody else takes the use first, whoever asks."""

    def __init__(self, shop):
        self.shop = shop
        self.commit_hold, self.release_hold = shop.sandbox.stock.commit_hold, shop.sandbox.stock.release_hold

    def take_hold(self, op, owner, items, until, /):
        self.shop.somebody_takes()
        return self.shop.sandbox.stock.take_hold(op, owner, items, until)


@pytest.mark.parametrize("story", ["card", "transfer"])
def test_one_that_is_used_in_the_very_moment_too(shop, story):
    key = shop.comes()
    mugs = shop.sandbox.stock.left("stock", "mug")
    answers = [*shop.sandbox.answers(story, APPROVED, shop.order(key))]
    for page, body in answers[:-1]:
        shop.service.post(key, page, body)
    order = shop.order(key)
    shop.opens(Beaten(shop))
    step = shop.service.post(key, *answers[-1])
    shop.opens()
    assert (step.page, step.errors, str(step.pre_order.totals.total)) == (answers[-1][0], GONE, WHOLE)
    assert (step.pre_order.attempts[0].state, shop.sandbox.bank.rows()) == ("abandoned", ())
    assert (step.pre_order.delivery, step.pre_order.shipping) == (order.delivery, order.shipping)
    assert shop.order(key).totals == step.pre_order.totals, "what was told is what was saved"
    assert shop.sandbox.stock.left("stock", "mug") == mugs, "all or nothing"
    step = shop.service.post(key, *answers[-1])
    assert (step.page, str(step.pre_order.placed.total)) == ("ThankYouPage", WHOLE)


@pytest.mark.parametrize("looks", [True, False])
def test_whoever_died_in_that_moment_is_told_the_new_price_by_the_next_step(shop, looks):
    key = shop.comes()
    shop.opens(Beaten(shop))
    saves, performs = [], shop.service.perform

    class Died(BaseException):
        """The process is gone."""

    def perform(effect):
        if type(effect).__name__ == "Save":
            if len(saves) == 2:  # the intent, and its end
                raise Died
            saves.append(effect)
        return performs(effect)

    shop.service.perform = perform
    with pytest.raises(Died):
        shop.pays(key)
    shop.opens()
    step = shop.service.get(key) if looks else shop.pays(key)
    assert (step.errors, str(step.pre_order.totals.total)) == ({} if looks else DEARER, WHOLE)
    assert shop.sandbox.bank.rows() == ()


def test_one_that_is_free_again_is_back_with_its_price_told(shop):
    key = shop.comes()
    shop.somebody_takes()
    shop.pays(key)
    shop.sandbox.stock.release_hold("x")
    step = shop.pays(key)
    assert (step.errors, str(step.pre_order.totals.total)) == (DEARER, LESS)
    assert shop.pays(key).page == "ThankYouPage"


def test_an_offer_that_applies_by_itself_is_used_up_as_well():
    shop = Shop(evolve(LAST, offer_type="automatic", code=None))
    key = shop.comes(code=None)
    shop.somebody_takes()
    step = shop.pays(key)
    assert (step.errors, step.pre_order.discounts.refused) == (DEARER, ())
    assert str(step.pre_order.totals.total) == WHOLE


# Uses of one buyer: CPN-05


def test_a_guest_uses_it_once_however_the_address_is_written():
    shop = Shop(evolve(LAST, uses=None, uses_per_buyer=1))
    first = shop.comes()
    shop.pays(first)
    subject = f"{USE}|{buyer_digest(shop.order(first).buyer)}"
    assert shop.taken(subject) == 1
    again = shop.comes("again", code=None, email="ADA@example.org")
    step = shop.service.post(again, "VoucherCodePage", {"voucher_code": "LAST"})
    assert step.errors == {"voucher_code": ("coupon_used_up",)}
    assert str(shop.pays(shop.comes("grace")).pre_order.placed.total) == LESS


def test_another_address_on_the_way_is_another_buyer():
    """Counted for whoever pays: for the address that the order says."""
    shop = Shop(evolve(LAST, uses=None, uses_per_buyer=1))
    shop.pays(shop.comes())
    key = shop.comes("grace")
    step = shop.service.post(key, "IndexPage", {"user_email": "ada@example.org"})
    assert step.pre_order.discounts.applied == ()
    assert [each.why for each in step.pre_order.discounts.refused] == ["coupon_used_up"]
