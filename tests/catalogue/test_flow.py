"""Whoever jumps, looks, repeats or babbles: a page answers where its checks hold, and looking moves nothing."""

from __future__ import annotations

from itertools import product

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from checkout_core import STANDARD, Checkout, evolve
from checkout_core.atlas import current
from checkout_core.effects import Transfer
from checkout_core.paying import moving
from checkout_core.sandbox import Bank, Sandbox, magic
from checkout_core.sandbox.presets import PRESETS
from checkout_core.sandbox.world import card_form
from checkout_core.stores import MemoryHolds

from ..pages.card_kit import World
from .kit import BY_CARD, BY_TRANSFER, Kept, Way, looked, only_asks, posted, walked_to

PAGES = sorted(page.__name__ for page in STANDARD.pages())
RETURN = "CreditCardThreeDSecurePage"
CARDS = (magic.APPROVED, magic.THREE_D, magic.DECLINED, magic.TIMEOUT_TAKEN, magic.TIMEOUT_NOT_TAKEN,
         magic.THREE_D_FAILED, magic.THREE_D_TIMEOUT_TAKEN)  # fmt: skip
NOT_AVAILABLE, IN_PROGRESS = ("page_not_available",), {"non_field_errors": ("payment_in_progress",)}
BABBLE = st.dictionaries(
    st.sampled_from(["user_email", "agreement", "card_number", "md", "payment_option", "bin_number", "page", "x"]),
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=1),
    max_size=3,
)


class AJumper(RuleBasedStateMachine):
    """Posts any page at any time; the sandbox's shop holds what is bought and counts who tries."""

    @initialize(kind=st.sampled_from(sorted(PRESETS)), card=st.sampled_from(CARDS))
    def comes(self, kind, card):
        self.shop = Sandbox(seed=1)
        self.shop.bank = Bank(capabilities=PRESETS[kind], token=self.shop.token, clock=self.shop.now)
        holds = MemoryHolds(self.shop.now)
        self.checkout = Checkout(attrs.evolve(self.shop.ports, holds=holds, limits=holds))
        self.card = card
        self.order = self.checkout.start(self.shop.basket("mug")).pre_order

    def body(self, page: str) -> object:
        ticket = self.shop.bank.ticket()
        return {
            "IndexPage": {"user_email": "ada@example.org"},
            "DeliveryOptionSelectionPage": {"delivery_option": 1},
            "AddressSelectionPage": {"shipping_address": 11, "billing_address": 12},
            "ShippingOptionSelectionPage": {"shipping_option": 21},
            "PaymentOptionSelectionPage": {"payment_option": 31},
            "BinNumberPage": {"bin_number": self.card[:6]},
            "InstallmentSelectionPage": {"installment": 3},
            "CreditCardConfirmationPage": card_form(self.card, 2031),
            RETURN: (ticket and self.shop.bank.comes_back(ticket)) or {"md": "guessed"},
            "FundsTransferChoicePage": {"bank_account": 71},
            "FundsTransferPage": {"agreement": True},
        }.get(page, {})

    def posts(self, page: str, body: object) -> None:
        before, flow = self.order, self.checkout.map
        visit, row = self.checkout.visit(before), self.checkout.map.rows[page]
        locked = before.placed is not None or moving(before, visit.now) is not None
        holds = all(check.holds for check in self.checkout.explain(before, page))
        may = holds and not locked and (not row.pays or current(flow, visit) is row)
        step, effects = posted(self.checkout, before, page, body)
        if not may:
            assert step.pre_order == before, f"{page} is closed, and changes the order"
            assert only_asks(effects), f"{page} is closed, and something leaves"
            wanted = {} if before.placed else IN_PROGRESS if locked else {"non_field_errors": NOT_AVAILABLE}
            assert step.errors == wanted
        else:
            assert NOT_AVAILABLE not in step.errors.values(), f"{page} is open, and refuses"
        sent = [effect for effect in effects if isinstance(effect, Transfer)]
        assert not sent or row.pays or page == RETURN, f"{page} moves money"
        self.order = step.pre_order

    @rule()
    def goes_on(self):
        page = self.checkout.view(self.order).page
        self.posts(page, self.body(page))

    @rule()
    def is_patient(self):
        """Answers page after page until the bank is asked."""
        for _ in range(9):
            page = self.checkout.view(self.order).page
            if page in {"CreditCardConfirmationPage", "ThankYouPage"}:
                break
            self.posts(page, self.body(page))

    @rule(page=st.sampled_from(PAGES))
    def jumps(self, page):
        self.posts(page, self.body(page))

    @rule(page=st.sampled_from(PAGES), body=BABBLE)
    def babbles(self, page, body):
        self.posts(page, body)

    @rule(page=st.none() | st.sampled_from(PAGES))
    def looks(self, page):
        step, effects = looked(self.checkout, self.order, page)
        assert only_asks(effects), "looking holds, sends or saves something"
        assert step.events == (), "looking tells somebody"
        assert (step.pre_order.attempts, step.pre_order.placed) == (self.order.attempts, self.order.placed)
        self.order = step.pre_order

    @rule(card=st.sampled_from(CARDS))
    def takes_another_card(self, card):
        self.card = card

    @rule(minutes=st.integers(1, 10))
    def waits(self, minutes):
        self.shop.passes(minutes=minutes)


AJumper.TestCase.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAJumper = AJumper.TestCase


def test_the_page_a_jumper_may_not_post_names_the_page_to_go_to():
    checkout = World().checkout
    order = checkout.start(World().basket).pre_order
    for page in ("CreditCardConfirmationPage", "FundsTransferPage", RETURN, "ThankYouPage"):
        step, effects = posted(checkout, order, page, {"agreement": True, "md": "x"})
        assert (step.page, step.errors, step.pre_order) == ("IndexPage", {"non_field_errors": NOT_AVAILABLE}, order)
        assert only_asks(effects)


# An agreement

YES = [True, 1, "1", "true", "True", "on", " on "]
NO = [False, None, 0, 2, -1, 1.0, "", " ", "0", "false", "False", "off", "no", "yes", "TRUE", "ok", "\uff11", [],
      [True], {}, {"agreement": True}, (True,), b"1", "1\x00", "true true"]  # fmt: skip


@pytest.mark.parametrize("way", [BY_CARD, BY_TRANSFER], ids=["card", "transfer"])
def test_an_agreement_is_one_of_these_and_nothing_else(way: Way):
    world = World()
    checkout = world.checkout
    page, body = way[-1]
    order = walked_to(checkout, page, way)
    for value in NO:
        step, effects = posted(checkout, order, page, {**body, "agreement": value})
        assert (step.errors, step.pre_order) == ({"agreement": ("required",)}, order), repr(value)
        assert only_asks(effects)
    without = {name: value for name, value in body.items() if name != "agreement"}
    assert posted(checkout, order, page, without)[0].errors == {"agreement": ("required",)}
    for value in YES:
        assert posted(checkout, order, page, {**body, "agreement": value})[0].page == "ThankYouPage", repr(value)


# A note

KEPT = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "x" * 320, "two\nlines"]
REFUSED = [
    ("x" * 321, "too_long"), ("a\x00b", "invalid"), ("a\x1bb", "invalid"), ({"$gt": ""}, "invalid"),
    ([[[["deep"]]]], "invalid"), (7, "invalid"), ("mine is 5421 1900 0000 0009", "card_number"),
]  # fmt: skip


def test_a_note_is_bounded_and_kept_as_it_was_written():
    kept = Kept(walked_to(World().checkout, "PaymentOptionSelectionPage", BY_CARD))
    for note in KEPT:
        assert kept.posts("OrderNotePage", {"notes": note}).ok
        assert kept.order.extras.notes == kept.looks("OrderNotePage").context.notes == note
    for note, code in REFUSED:
        assert kept.posts("OrderNotePage", {"notes": note}).errors == {"notes": (code,)}
        assert kept.order.extras.notes == KEPT[-1]


# Pages that answer themselves


@pytest.mark.parametrize("way", ["card", "transfer"])
def test_whatever_the_settings_the_pages_that_answer_themselves_come_to_an_end(way):
    for few, auto, guests in product(product((1, 2), repeat=4), (False, True), (False, True)):
        world = World(autoselect_shipping=auto, can_guest_purchase=guests)
        shop, (deliveries, options, payments, accounts) = world.shop, few
        chosen = shop.payment_options if way == "card" else shop.payment_options[::-1]
        world.shop = evolve(
            shop, delivery_options=shop.delivery_options[:deliveries], shipping_options=shop.shipping_options[:options],
            payment_options=chosen[:payments], bank_accounts=shop.bank_accounts[:accounts],
        )  # fmt: skip
        checkout = world.checkout
        order = checkout.start(world.basket).pre_order
        for page, body in BY_CARD if way == "card" else BY_TRANSFER:
            step = checkout.submit(order, page, body)
            again = checkout.view(step.pre_order)
            assert checkout.view(again.pre_order).pre_order == again.pre_order, "nothing is left to answer"
            order = again.pre_order
        assert (order.placed is not None) == guests
