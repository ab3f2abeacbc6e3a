"""A second request that meets a payment under way waits for its answer, so long as the shop says."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import CheckoutService, evolve
from checkout_core.sandbox.magic import (
    APPROVED,
    DECLINED,
    THREE_D,
    THREE_D_TIMEOUT_TAKEN,
    TIMEOUT_NOT_TAKEN,
    TIMEOUT_TAKEN,
)
from checkout_core.sandbox.presets import NATIVE, preset
from checkout_core.service._effects import Send

from .host import Host

PENDING = {"non_field_errors": ("payment_pending",)}
PROGRESS = {"non_field_errors": ("payment_in_progress",)}
PAYS = "CreditCardConfirmationPage"


class Waiting(Host):
    """A host whose pauses move the sandbox's clock, and in whose pauses something may happen."""

    def __init__(self, able=NATIVE):
        super().__init__(able=able)
        self.naps, self.meanwhile = [], []
        self.service = CheckoutService(
            self.checkout, self.store, monotonic=lambda: self.shop.now().timestamp(), sleep=self.sleeps
        )

    def sleeps(self, seconds):
        self.naps.append(seconds)
        self.shop.passes(seconds=seconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def form(self, card=APPROVED):
        return dict(self.shop.answers("card", card))[PAYS]

    def silent(self, card=TIMEOUT_TAKEN):
        """The key of a checkout whose payment nobody has an answer to, from a process that is gone."""
        key = self.paid(card)
        self.shop.bank.unreachable = {"inquire"}
        return key


@pytest.fixture
def host():
    return Waiting()


def test_it_says_what_the_first_request_came_to(host):
    key = host.silent()
    host.meanwhile = [lambda: None, lambda: hears_of_it(host, key)]
    step = host.service.post(key, PAYS, host.form())
    assert (step.page, step.ok) == ("ThankYouPage", True)
    assert len(host.naps) == 2
    assert host.shop.bank.captures == 1


def hears_of_it(host, key):
    host.shop.bank.unreachable = frozenset()
    host.shop.passes(seconds=10)
    host.service.recover_once()


def test_it_shows_the_way_to_the_bank_that_the_first_request_was_handed(host):
    key = host.begun()
    for page, body in host.shop.answers("card", THREE_D):
        if page == "CreditCardThreeDSecurePage":
            break
        host.service.post(key, page, body)
    handed = host.order(key)
    host.writes(key, pre_order=evolve(handed, attempts=(evolve(handed.attempts[0], state="intent"),)))
    host.meanwhile = [lambda: host.writes(key, pre_order=handed)]
    step = host.service.post(key, PAYS, host.form(THREE_D))
    assert (step.page, step.errors) == ("CreditCardThreeDSecurePage", {})
    assert step.context.redirect_url == "/orders/redirect-three-d/"
    assert host.shop.bank.sends == 1


def test_it_says_the_decline_too(host):
    key = host.silent(TIMEOUT_NOT_TAKEN)

    def declined():
        order = host.order(key)
        late = evolve(order, attempts=(evolve(order.attempts[0], state="declined", code="do_not_honor", due_at=None),))
        host.writes(key, pre_order=late)

    host.meanwhile = [declined]
    step = host.service.post(key, PAYS, host.form())
    assert step.errors == {"non_field_errors": ("do_not_honor",)}
    assert host.states(key) == ["declined"]


def test_it_gives_up_after_answer_wait_and_says_that_it_is_still_under_way(host):
    host.shop.settings = attrs.evolve(host.shop.settings, answer_wait=timedelta(seconds=3))
    key = host.silent()
    step = host.service.post(key, PAYS, host.form())
    assert step.errors == PROGRESS
    assert 2.5 < sum(host.naps) <= 3
    assert host.naps == sorted(host.naps)  # longer each time, up to half a second
    assert max(host.naps) <= 0.5


def test_without_a_wait_it_answers_at_once(host):
    host.shop.settings = attrs.evolve(host.shop.settings, answer_wait=timedelta(0))
    key = host.silent()
    assert host.service.post(key, PAYS, host.form()).errors == PROGRESS
    assert host.naps == []


def test_who_posts_another_page_meanwhile_does_not_wait(host):
    key = host.silent()
    step = host.service.post(key, "ShippingOptionSelectionPage", {"shipping_option": 1})
    assert step.errors == PROGRESS
    assert host.naps == []


def test_whoever_meets_an_overdue_payment_looks_after_it(host):
    key = host.paid(TIMEOUT_TAKEN)
    host.shop.passes(seconds=11)  # due, and nobody has run recover_once
    step = host.service.get(key)
    assert step.page == "ThankYouPage"
    assert host.states(key) == ["captured"]


# The buyer's patience: a payment that nobody can say anything about does not lock a buyer for ever


@pytest.mark.parametrize(
    ("able", "captures"), [("native", 1), ("no_keys", 2)], ids=["the same key takes nothing twice", "it takes twice"]
)
def test_after_some_minutes_of_silence_the_buyer_may_pay_another_way_and_what_was_taken_goes_back(able, captures):
    host = Waiting(preset(able))
    host.shop.settings = attrs.evolve(host.shop.settings, answer_wait=timedelta(0))
    key = host.silent()
    host.shop.passes(seconds=170)
    assert host.service.post(key, PAYS, host.form()).errors == PROGRESS
    host.shop.passes(seconds=11)

    step = host.service.post(key, PAYS, host.form())
    assert step.page == "ThankYouPage"
    assert host.states(key) == ["superseded", "captured"]
    assert host.shop.bank.captures == captures

    host.shop.bank.unreachable = frozenset()
    for _ in range(4):
        host.recovers(minutes=30)
    assert host.states(key) == [("superseded", "reversed")[captures - 1], "captured"]
    assert [row.reference for row in host.shop.bank.rows() if row.state == "captured"] == [
        host.order(key).placed.receipt
    ]


def test_the_buyers_patience_begins_anew_when_they_come_back_from_the_issuer(host):
    key = begun_on_three_d(host, THREE_D_TIMEOUT_TAKEN)
    host.shop.passes(minutes=10)  # on the issuer's page
    returned = host.shop.bank.comes_back(host.shop.bank.ticket(host.order(key).number))
    host.shop.bank.unreachable = {"inquire"}
    assert host.service.post(key, "CreditCardThreeDSecurePage", returned).errors == PENDING
    host.shop.settings = attrs.evolve(host.shop.settings, answer_wait=timedelta(0))
    host.shop.passes(seconds=170)
    assert host.service.post(key, PAYS, host.form()).errors == PROGRESS
    host.shop.passes(seconds=11)
    assert host.service.post(key, PAYS, host.form()).page == "ThankYouPage"


def test_a_process_that_died_while_it_sent_locks_the_buyer_no_longer_than_silence_does(host):
    key, performs = host.begun(), host.service.perform
    host.service.perform = lambda effect: dies() if isinstance(effect, Send) else performs(effect)
    for page, body in host.shop.answers("card", APPROVED, host.order(key)):
        try:
            host.service.post(key, page, body)
        except Died:
            break
    assert host.states(key) == ["intent"]
    host.service.perform = performs
    host.shop.settings = attrs.evolve(host.shop.settings, answer_wait=timedelta(0))
    host.shop.passes(seconds=170)
    assert host.service.post(key, PAYS, host.form()).errors == PROGRESS
    host.shop.passes(seconds=11)
    assert host.service.post(key, PAYS, host.form()).page == "ThankYouPage"
    assert host.states(key) == ["superseded", "captured"]


class Died(BaseException):
    """The process is gone."""


def dies():
    raise Died


def test_where_nothing_can_be_given_back_the_buyer_stays_locked():
    host = Waiting(preset("no_keys", gives_back="nothing"))
    key = host.silent()
    host.shop.passes(minutes=30)
    host.shop.settings = attrs.evolve(host.shop.settings, answer_wait=timedelta(0))
    assert host.service.post(key, PAYS, host.form()).errors == PROGRESS


# Back, and another way


def test_back_on_the_issuers_page_then_another_card_and_the_first_can_take_nothing_any_more(host):
    key = begun_on_three_d(host)
    returned = host.shop.bank.comes_back(host.shop.bank.ticket(host.order(key).number))
    step = host.service.post(key, PAYS, host.form())
    assert step.page == "ThankYouPage"
    assert host.states(key) == ["abandoned", "captured"]

    late = host.service.post(key, "CreditCardThreeDSecurePage", returned)
    assert late.page == "ThankYouPage"
    assert host.shop.bank.captures == 1
    assert host.states(key) == ["abandoned", "captured"]


@pytest.mark.parametrize("able", ["native", "no_keys"])
def test_back_on_a_page_of_the_providers_then_another_card_and_what_the_first_takes_late_goes_back(able):
    host = Waiting(preset(able, last_call="provider"))
    key, ticket = paid_another_way(host)
    placed = host.order(key).placed

    row = host.shop.bank.pays(ticket)  # the buyer had the page open in another tab
    told = host.shop.bank.messages(ticket.number)[-1]
    assert host.service.receive("bank", told).code == "accepted"
    host.recovers(minutes=1)

    assert [row.state for row in host.shop.bank.rows()] == ["captured", "voided"]
    gone = next(each for a in host.order(key).attempts for each in a.captures if each.reference == row.reference)
    assert (gone.reversal, gone.why) == ("done", "paid_twice")
    assert host.order(key).placed == placed
    assert host.states(key) == ["superseded", "captured"]
    assert host.ears.told == [
        ("order_placed", placed.number), ("send_mail", "order_placed"), ("send_mail", "payment_reversed")
    ]  # fmt: skip


def test_where_the_provider_takes_a_number_once_the_late_page_takes_nothing():
    host = Waiting(preset("order_number", last_call="provider"))
    key, ticket = paid_another_way(host)
    assert host.shop.bank.pays(ticket) is None
    assert host.shop.bank.captures == 1
    assert host.states(key) == ["superseded", "captured"]


def paid_another_way(host):
    """The key of a checkout whose buyer went back from the provider's page, and the ticket of that page."""
    key = begun_on_three_d(host)
    ticket = host.shop.bank.ticket(host.order(key).number)
    host.service.post(key, PAYS, host.form())
    assert host.states(key) == ["superseded", "captured"]
    return key, ticket


def begun_on_three_d(host, card=THREE_D):
    """The key of a checkout whose buyer is on the issuer's page."""
    key = host.begun()
    for page, body in host.shop.answers("card", card, host.order(key)):
        host.service.post(key, page, body)
        if page == PAYS:
            return key
    raise AssertionError("no page of the issuer's")


def test_a_decline_does_not_lock_anybody(host):
    key = host.paid(DECLINED)
    assert host.service.get(key).ok
    host.service.post(key, PAYS, host.form())
    assert host.states(key) == ["declined", "captured"]
