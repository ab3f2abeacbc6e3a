"""The bank keeps what it promises, whatever is sent to it, gets lost, is late, or is asked of it in any order.

What is promised is what paying relies on: after a request's time in flight and the inquiry's lag nothing takes effect
any more, and nothing that has is missing.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from checkout_core.effects import Cancelled, Capabilities, NotFound, Reversed, Settled, Unknown
from checkout_core.money import Money
from checkout_core.sandbox import MATRIX, Bank, BankGarbage, BankTimeout, magic

from .payments import card, order

NUMBERS = st.sampled_from(["N1", "N2"])
KEYS = st.sampled_from(["k1", "k2", "k3"])
AMOUNTS = st.sampled_from([Money("131.25", "TRY"), Money("0.01", "TRY")])
PAYS = [magic.APPROVED, magic.THREE_D, magic.TIMEOUT_TAKEN, magic.TIMEOUT_TAKEN_LATE, magic.AUTHORISED]
CARDS = st.sampled_from(PAYS) | st.sampled_from(sorted(magic.MAGIC))
ORDERS = st.builds(order, NUMBERS, KEYS, AMOUNTS)
STANDING = {"captured", "authorised", "review"}
ENDED = {"voided", "refunded", "declined"}
SENDS = ["sale", "start_three_d", "finish_three_d", "start_session"]
TIMES = st.integers(0, 90_000_000).map(lambda microseconds: timedelta(microseconds=microseconds))
MINUTE = timedelta(minutes=1)


class Promises(RuleBasedStateMachine):
    """A bank whose requests arrive by themselves, as bankd's do; the clock goes on in jumps."""

    @initialize(
        able=st.sampled_from(MATRIX), lag=TIMES, in_flight=TIMES, late=st.sampled_from([0, 0.5, 1]), void=st.booleans(),
        clears=st.booleans(),
    )  # fmt: skip
    def opens(self, able: Capabilities, lag, in_flight, late, void, clears):
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.bank = Bank(
            capabilities=evolve(able, lag=lag, max_in_flight=in_flight, void=void), clears=clears,
            late_by=in_flight * late, clock=lambda: self.now,
        )  # fmt: skip
        self.horizon = in_flight + lag
        self.settled_by = {}  # by number: nothing may take effect or be missing after that
        self.settled = {}  # what the ledger knew of the number then
        self.seen = {}  # states, by reference

    @rule(by=TIMES | st.sampled_from([MINUTE, 20 * MINUTE]))
    def time_passes(self, by):
        self.now += by
        self.bank.arrives(self.now)

    @precondition(lambda self: self.settled_by)
    @rule(data=st.data())
    def the_clock_comes_to_a_horizon(self, data):
        moment = data.draw(st.sampled_from(sorted(self.settled_by.values())))
        self.time_passes(max(moment - self.now, timedelta(0)))

    @rule(of=ORDERS, number=CARDS, method=st.sampled_from(SENDS), late=st.booleans(), lost=st.booleans())
    def somebody_sends(self, of, number, method, late, lost):
        ticket = self.bank.ticket(of.number)
        given = {
            "sale": (of, card(number)), "start_three_d": (of, card(number)), "start_session": (of,),
            "finish_three_d": (of, {"md": ticket.md if ticket else "guessed"}, None),
        }[method]  # fmt: skip
        self.bank.late, self.bank.answers_lost = ({method} if on else frozenset() for on in (late, lost))
        with suppress(BankTimeout, BankGarbage):
            getattr(self.bank, method)(*given)
        self.bank.late = self.bank.answers_lost = frozenset()
        self.moves(of.number)

    @rule(number=NUMBERS, shown=CARDS)
    def the_buyer_goes_through_the_page(self, number, shown):
        ticket = self.bank.ticket(number)
        if ticket is not None:
            closed = self.bank.inquire(number) == Cancelled()
            row = self.bank.pays(ticket, shown)
            assert not (closed and row), "a page that was said to be closed has taken money"
            self.moves(number)

    @rule(of=ORDERS)
    def somebody_closes_the_page(self, of):
        answer, before = self.bank.cancel_session(of), self.bank.rows()
        if answer == Cancelled():
            ticket = self.bank.ticket(of.number)
            assert ticket is None or not ticket.is_for(of) or self.bank.pays(ticket) is None
            assert self.bank.rows() == before

    @precondition(lambda self: self.bank.rows())
    @rule(data=st.data(), method=st.sampled_from(["void", "refund"]), key=KEYS)
    def money_goes_back(self, data, method, key):
        key = f"{method} with {key}"
        row = data.draw(st.sampled_from(self.bank.rows()))
        given = (row.reference, key) if method == "void" else (row.reference, row.amount, key)
        answer = getattr(self.bank, method)(*given)
        (after,) = (each for each in self.bank.rows() if each.reference == row.reference)
        match answer:
            case Reversed(reference):
                assert (reference, after.state in ENDED) == (row.reference, True)
            case Settled(reference):
                assert (reference, after, after.cleared) == (row.reference, row, True)
            case Unknown():
                assert after == row
        if after != row:
            self.settled.pop(row.number, None)

    @precondition(lambda self: self.bank.rows())
    @rule(data=st.data(), act=st.sampled_from([Bank.clear, Bank.settle, Bank.accepts, Bank.refuses]))
    def the_operator_decides(self, data, act):
        row = data.draw(st.sampled_from(self.bank.rows()))
        with suppress(LookupError):
            act(self.bank, row.reference)
            self.settled.pop(row.number, None)

    def moves(self, number):
        """From now on money may move for that number, as long as is promised."""
        self.settled_by[number] = self.now + self.horizon
        self.settled.pop(number, None)

    def of(self, number):
        return tuple(row for row in (*self.bank.rows(), *self.bank.refusals()) if row.number == number)

    @invariant()
    def what_was_to_happen_has_happened_in_time_and_can_be_seen(self):
        for number, by in self.settled_by.items():
            if self.now < by:
                continue
            rows = self.of(number)
            assert self.settled.setdefault(number, rows) == rows, "something took effect too late"
            found = self.bank.inquire(number)
            standing = [row.reference for row in rows if row.state in STANDING]
            assert [row.reference for row in found] == standing if standing else not isinstance(found, tuple)
            assert found != NotFound() or not any(row.state == "declined" for row in rows)

    @invariant()
    def an_inquiry_tells_of_nothing_that_is_not_there(self):
        for number in self.settled_by:
            found = self.bank.inquire(number)
            if isinstance(found, tuple):
                assert {row.reference for row in found} <= {
                    row.reference for row in self.of(number) if row.state in STANDING
                }

    @invariant()
    def a_request_that_is_sent_twice_takes_money_as_often_as_promised(self):
        rows = self.bank.rows()
        once = {"native": {row.key for row in rows}, "order_number": {row.number for row in rows}, "none": rows}
        assert len(once[self.bank.capabilities.idempotency]) == len(rows)

    @invariant()
    def what_has_ended_stays_as_it_is(self):
        states = {row.reference: row.state for number in self.settled_by for row in self.of(number)}
        for reference, state in self.seen.items():
            assert state not in ENDED or states[reference] == state
        self.seen = states

    @invariant()
    def nothing_is_on_its_way_for_longer_than_promised(self):
        with self.bank.desk() as desk:
            due = desk.book.arrived(None)
            assert all(when <= desk.now + self.bank.capabilities.max_in_flight // timedelta(microseconds=1)
                       for when, _ in due)  # fmt: skip
            for when, going in due:
                desk.book.set_off(going, when)


TestPromises = Promises.TestCase
TestPromises.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
