"""What is read off a record for an operator, state by state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from checkout_core import Basket, Money, PreOrder, evolve
from checkout_core.effects import CommitHold, OnAttention, PostHook, SendSms
from checkout_core.order import Attempt, Capture, Plan, Seal, State, Totals
from checkout_core.paying import is_over
from checkout_core.records import Message, Record
from checkout_core.service._cases import about, amount_of, is_open, looks_of, masked, message_row, reasons, until
from checkout_core.service._operator import Operator, is_of
from checkout_core.stores import MemoryStore, Saved, StoreUnavailable

from .host import Host

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER, WATCHED = NOON + timedelta(minutes=5), NOON + timedelta(days=7)
ZERO, ONE, TWO = (Money(text, "TRY") for text in ("0", "1.00", "2.00"))


def attempt(state, due_at=LATER, **changes):
    seal = Seal("d", (Plan(1, TWO),))
    return evolve(
        Attempt(1, "N1", "K1", "bank", "sale", seal, state, NOON, NOON, NOON, due_at=due_at, watch_until=WATCHED),
        **changes,
    )


def record(*attempts, **changes):
    basket = Basket.of("b", "d", (), "TRY")
    return Record(PreOrder("co-1", basket, Totals(ZERO, ZERO, ZERO, ZERO), attempts=attempts), **changes)


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("due_at", [None, LATER])
def test_a_checkout_may_be_removed_exactly_when_its_payments_are_over(state, due_at):
    kept = record(attempt(state, due_at))

    assert bool(reasons(kept, NOON)) is not is_over(kept.pre_order)


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_that_is_due_says_what_is_done(state):
    (look,) = looks_of(record(attempt(state)), NOON)

    assert look.at == LATER
    assert look.why.startswith("attempt 1: ")
    assert is_open(attempt(state))


def test_a_message_that_somebody_delivers_is_told_from_one_that_waits():
    until = NOON + timedelta(seconds=60)
    claimed = Message("m", OnAttention("N1", "no_answer"), claim="a relay", due_at=until)

    assert message_row("co-1", claimed, NOON).state == "claimed"
    assert message_row("co-1", claimed, until).state == "waiting"
    assert message_row("co-1", evolve(claimed, dead="lost"), NOON).state == "dead"


def test_money_that_is_owed_is_given_back_whatever_the_state():
    owed = attempt("captured", captures=(Capture("r1", ONE, 1), Capture("r2", ONE, 1, "due")))

    assert looks_of(record(owed), NOON)[0].why == "attempt 1: its money is given back"


@pytest.mark.parametrize(
    ("state", "last_call", "moment"),
    [
        ("unknown", "shop", WATCHED),
        ("superseded", "provider", WATCHED),
        ("awaiting", "provider", WATCHED),
        ("awaiting", "shop", LATER),
        ("reversing", "shop", LATER),
    ],
)
def test_what_may_still_bring_money_is_kept_as_long_as_it_is_watched(state, last_call, moment):
    assert until(reasons(record(attempt(state, last_call=last_call)), NOON)) == moment


def test_the_latest_of_all_moments_counts_and_a_person_has_none():
    kept = record(attempt("reversing"), attempt("unknown"))
    assert until(reasons(kept, NOON)) == WATCHED

    kept = record(attempt("reversing"), attempt("unknown", attention="no_answer"))
    assert until(reasons(kept, NOON)) is None


def test_an_amount_is_what_was_taken_else_what_was_wanted():
    assert amount_of(attempt("unknown")) == TWO
    assert amount_of(attempt("captured", captures=(Capture("r1", ONE, 1), Capture("r2", TWO, 1)))) == Money(
        "3.00", "TRY"
    )
    assert amount_of(attempt("reversing", seal=Seal("", ()))) is None


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (PostHook("order.placed", "N1"), "order.placed N1"),
        (OnAttention("N1", "no_answer"), "N1 no_answer"),
        (CommitHold("op-1"), "op-1"),
        (SendSms("+905321234567", "your code is {code}"), "+90********67"),
    ],
)
def test_a_message_is_about_numbers_and_never_about_people(event, told):
    assert about(Message("m", event)) == told


def test_of_a_phone_the_ends_are_shown():
    assert masked("+905321234567") == "+90********67"


def test_nobody_is_nobodys_buyer():
    order = record().pre_order

    assert not is_of(order, "")
    assert not is_of(order, "ada")


class Forgetful(MemoryStore):
    """Its answers to `remove` get lost: before it has removed anything, or after."""

    def __init__(self, *, removes):
        super().__init__()
        self.removes, self.asked = removes, 0

    def remove(self, key, expected, /):
        self.asked += 1
        if self.removes:
            super().remove(key, expected)
        return Saved.UNKNOWN


def forgets(store):
    host = Host(store=store)
    host.begun()
    return host.ask(Operator(host.service.requests).forgetting("ada@example.org"))


def test_a_removal_whose_answer_was_lost_is_looked_up():
    store = Forgetful(removes=True)

    assert forgets(store).removed == 1
    assert store.asked == 1


def test_a_store_that_never_says_what_it_removed_is_down():
    with pytest.raises(StoreUnavailable):
        forgets(Forgetful(removes=False))
