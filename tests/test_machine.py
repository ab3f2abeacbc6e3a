"""A buyer goes on, jumps to old tabs, edits, babbles; the bank loses answers, processes die; the laws hold.

The bank's ledger is the truth, never what we believe.
"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from checkout_core import STANDARD, Checkout, CheckoutService, MemoryStore, Step
from checkout_core.atlas import current
from checkout_core.paying import MOVING, due_at, moving
from checkout_core.pricing import totals
from checkout_core.sandbox import Sandbox, magic
from checkout_core.sandbox.bank import Bank
from checkout_core.sandbox.presets import NATIVE, NO_KEYS, ORDER_NUMBER
from checkout_core.sandbox.world import card_form
from checkout_core.service._effects import Save, Send

CARDS = (magic.APPROVED, magic.THREE_D, magic.INSUFFICIENT_FUNDS, magic.TIMEOUT_TAKEN, magic.TIMEOUT_NOT_TAKEN,
         magic.THREE_D_FAILED, magic.THREE_D_TIMEOUT_TAKEN, magic.GARBAGE, magic.DUPLICATE_NUMBER)  # fmt: skip
PROVEN = (magic.THREE_D, magic.THREE_D_TIMEOUT_TAKEN, magic.THREE_D_TIMEOUT_NOT_TAKEN, magic.THREE_D_FAILED)
BASKETS = (("mug",), ("mug", "t-shirt"), ("t-shirt", "t-shirt", "t-shirt"))
PAGES = sorted(page.__name__ for page in STANDARD.pages())
RUBBISH = st.dictionaries(
    st.sampled_from(["user_email", "shipping_option", "bin_number", "agreement", "card_number", "md", "x"]),
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=1),
    max_size=3,
)


def shopping(machine: ABuyer) -> bool:
    """There is something to do but to look at the order; a placed one is looked at now and then."""
    return machine.placed is None


class Died(BaseException):
    """The process is gone: no handler of ours may see it."""


class Mortal(CheckoutService):
    """Dies at a boundary, before it takes effect or after."""

    left = 0
    after = False
    transfers = 0

    def perform(self, effect):
        boundary = isinstance(effect, Save | Send)
        self.transfers += isinstance(effect, Send)
        self.left -= boundary
        if boundary and self.left == 0 and not self.after:
            raise Died
        answer = super().perform(effect)
        if boundary and self.left == 0:
            raise Died
        return answer


class ABuyer(RuleBasedStateMachine):
    seen: ClassVar[Counter[str]] = Counter()
    WAY = ("IndexPage", "AddressSelectionPage", "ShippingOptionSelectionPage", "PaymentOptionSelectionPage",
           "BinNumberPage", "InstallmentSelectionPage")  # fmt: skip

    @initialize(kind=st.sampled_from([NATIVE, ORDER_NUMBER, NO_KEYS]), ready=st.sampled_from([True, True, True, False]))
    def comes(self, kind, ready):
        self.shop = Sandbox(bank=Bank(capabilities=kind), seed=1)
        self.service = Mortal(
            Checkout(self.shop.ports), MemoryStore(), monotonic=lambda: self.shop.now().timestamp(), sleep=self.sleeps
        )
        self.card = magic.APPROVED
        self.ended: list[str] = []
        self.begins(ready=ready)

    def sleeps(self, seconds):
        """A second click waits for the first one's answer, which nobody will bring meanwhile."""
        self.shop.passes(seconds=seconds)

    def begins(self, *, ready: bool) -> None:
        self.placed = None
        self.key = self.service.save(self.service.checkout.start(self.shop.basket("mug", "t-shirt")).pre_order)
        self.step = self.service.get(self.key)
        while ready and self.step.page != "PaymentOptionSelectionPage":
            self.step = self.service.post(self.key, self.step.page, self.body(self.step.page))

    # What a buyer does

    def did(self, what: str, step: Step) -> None:
        event(what)
        self.seen[what] += 1
        self.seen["all"] += 1
        self.step = step

    def order(self):
        return self.service.get(self.key).pre_order

    def body(self, page: str) -> dict[str, object]:
        return {
            "IndexPage": {"user_email": "ada@example.org"},
            "AddressSelectionPage": {"shipping_address": 11, "billing_address": 12},
            "ShippingOptionSelectionPage": {"shipping_option": 21},
            "PaymentOptionSelectionPage": {"payment_option": 31},
            "BinNumberPage": {"bin_number": self.card[:6]},
            "InstallmentSelectionPage": {"installment": 3},
            "CreditCardConfirmationPage": card_form(self.card, 2031),
            "FundsTransferChoicePage": {"bank_account": 71},
            "FundsTransferPage": {"agreement": True},
        }.get(page, {})

    def post(self, page: str, body: dict[str, object]) -> None:
        before = self.order()
        step = self.service.post(self.key, page, body)
        paid = step.pre_order.attempts != before.attempts
        if step.errors and not paid:
            assert step.pre_order == before or page == "CreditCardConfirmationPage", "a refused input changes nothing"
        self.did("money" if paid else "refused" if step.errors else "went on", step)

    @rule()
    @precondition(lambda self: not shopping(self))
    def begins_another_checkout(self):
        self.ended.append(self.key)
        self.begins(ready=True)

    @rule()
    @precondition(shopping)
    def goes_on(self):
        page = self.service.get(self.key).page
        self.post(page, self.body(page))

    def takes_out_a_card(self, card: str, *, patient: bool) -> None:
        """Stands before the bank, from wherever; if patient, once nothing is moving any more."""
        self.card = card
        for _ in range(3 * patient):
            if moving(self.order(), self.shop.now()) is not None:
                self.waits(minutes=3)
        for page in self.WAY:
            self.service.post(self.key, page, self.body(page))

    @rule(card=st.sampled_from(CARDS), patient=st.booleans())
    @precondition(shopping)
    def pays_with_another_card(self, card, patient):
        self.takes_out_a_card(card, patient=patient)
        self.post("CreditCardConfirmationPage", self.body("CreditCardConfirmationPage"))

    @rule(card=st.sampled_from(CARDS))
    @precondition(shopping)
    def clicks_twice(self, card):
        self.takes_out_a_card(card, patient=True)
        for _ in range(2):
            self.post("CreditCardConfirmationPage", self.body("CreditCardConfirmationPage"))

    @rule()
    @precondition(shopping)
    def comes_back_from_the_bank(self):
        ticket = self.shop.bank.ticket()
        returned = {"md": "nothing"} if ticket is None else self.shop.bank.comes_back(ticket)
        self.post("CreditCardThreeDSecurePage", dict(returned or {"md": "lost"}))

    @rule(page=st.sampled_from(PAGES), body=st.none() | RUBBISH)
    def babbles_in_an_old_tab(self, page, body):
        if body is not None:
            self.post(page, body)
            return
        before, sent = self.order(), self.service.transfers
        step = self.service.get(self.key, page)
        assert step.pre_order == before, "looking changes nothing"
        assert self.service.transfers == sent
        self.did("looked", step)

    @rule(skus=st.sampled_from(BASKETS), shipping=st.sampled_from([21, 22]), way=st.sampled_from([31, 31, 32]))
    @precondition(shopping)
    def edits(self, skus, shipping, way):
        self.shop.basket(*skus)
        self.service.post(self.key, "ShippingOptionSelectionPage", {"shipping_option": shipping})
        self.did("edited", self.service.post(self.key, "PaymentOptionSelectionPage", {"payment_option": way}))

    # What happens to processes and banks

    @rule(left=st.integers(1, 3), after=st.booleans(), card=st.sampled_from(CARDS))
    @precondition(shopping)
    def the_process_dies(self, left, after, card):
        self.takes_out_a_card(card, patient=True)
        self.dying(left, "CreditCardConfirmationPage", self.body("CreditCardConfirmationPage"), after=after)

    @rule(left=st.integers(1, 3), after=st.booleans(), card=st.sampled_from(PROVEN))
    @precondition(shopping)
    def the_process_dies_on_the_way_back(self, left, after, card):
        self.takes_out_a_card(card, patient=True)
        self.post("CreditCardConfirmationPage", self.body("CreditCardConfirmationPage"))
        ticket = self.shop.bank.ticket()
        if ticket is not None:
            self.dying(left, "CreditCardThreeDSecurePage", dict(self.shop.bank.comes_back(ticket) or {}), after=after)

    def dying(self, left: int, page: str, body: dict[str, object], *, after: bool) -> None:
        self.service.left, self.service.after = left, after
        try:
            self.service.post(self.key, page, body)
        except Died:
            self.did("crash", self.step)
        self.service.left = 0

    @rule(minutes=st.integers(1, 10))
    def waits(self, minutes):
        for _ in range(2):
            self.shop.passes(minutes=minutes)
            self.service.recover_once()
            self.service.relay_once()

    @rule()
    def the_sweep_runs(self):
        self.service.sweep(self.key)

    # The laws

    @invariant()
    @precondition(lambda self: hasattr(self, "service"))
    def the_laws_hold(self):
        order = self.order()
        checkout = self.service.checkout
        visit = checkout.visit(order)
        row = current(checkout.map, visit)
        assert row.open(row.part(order), visit), "the page shown is open"
        assert totals(order, visit.settings.interest_rounding) == order.totals, "recalculating changes nothing"
        assert self.placed in (None, order.placed), "a placed order never changes"
        self.placed = order.placed
        if order.placed is not None:
            rows = [row for a in order.attempts for row in a.captures if row.reference == order.placed.receipt]
            assert len(rows) == (order.placed.status == 400), "a placed order has exactly one receipt"
            assert all(row.amount == order.placed.plan.amount for row in rows)
        busy = [a for a in order.attempts if a.state in MOVING or a.state in ("parked", "reversing")]
        assert not busy or due_at(order) is not None, "what is on its way is looked at"
        stored = self.service.store.get(self.key)
        record = checkout.codec.loads(stored.head, stored.basket)
        assert record.pre_order == order, "what is stored is what is shown"

    def teardown(self):
        if not hasattr(self, "service"):
            return
        keys = [*self.ended, self.key]
        for _ in range(8):  # all horizons pass
            self.shop.passes(minutes=5)
            self.service.recover_once()
            self.service.relay_once()
            for key in keys:
                self.service.sweep(key)
        rows = self.shop.bank.rows()
        assert all(row.state == "captured" for row in rows), "where nobody is paused, no buyer ever sees a reversal"
        for key in keys:
            order = self.service.get(key).pre_order
            assert moving(order, self.shop.now()) is None
            numbers = {a.number for a in order.attempts}
            taken = [(row.number, row.amount) for row in rows if row.number in numbers]
            by_card = order.placed is not None and order.placed.status == 400
            wanted = [(order.placed.number, order.placed.plan.amount)] if by_card else []
            assert taken == wanted, "money is never taken twice, and never without an order"
            if order.placed is not None:
                assert self.shop.told.count(order.placed.number) >= 1, "a placed order is told"


ABuyer.TestCase.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestABuyer = ABuyer.TestCase


def test_the_machine_spends_its_steps_where_it_hurts():
    """At least a tenth of what it did was refused, a tenth moved money, a tenth was a crash.

    Counted in a run of its own, so that it does not hang on the order of tests.
    """
    seen: Counter[str] = Counter()

    class Counted(ABuyer):
        pass

    Counted.seen = seen
    Counted.TestCase.settings = settings(
        max_examples=40,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    Counted.TestCase().runTest()
    assert {what: seen[what] / seen["all"] >= 0.1 for what in ("refused", "money", "crash")} == {
        "refused": True,
        "money": True,
        "crash": True,
    }, seen
