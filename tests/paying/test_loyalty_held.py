"""Loyalty money is never spent twice, however the steps of several checkouts come between each other."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from attrs import evolve as changed
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import evolve
from checkout_core.effects import (
    Apply,
    CommitHold,
    FindLoyaltyCard,
    Item,
    ListLoyaltyAccounts,
    LoyaltyAccount,
    LoyaltyCard,
    OrderPlaced,
    ReleaseHold,
    TakeHold,
    Unavailable,
)
from checkout_core.money import Money
from checkout_core.order import AccountUsage, Buyer, Capture, CardPoints, Deferred, Loyalty
from checkout_core.paying import apply_outcome, items, prepare
from checkout_core.paying._steps import secured
from checkout_core.stores import MemoryHolds

from .orders import NOW, at, ready

ADA = Buyer("ada", "ada@example.org")
DOWN = Unavailable("TimeoutError")


def liras(amount):
    return Money.of(amount * 100, "TRY")


class Books:
    """The shop's: what is left under each label, and on the card; debited when they are told of an order."""

    def __init__(self, *, left=100, points=0):
        self.left, self.points, self.told, self.down = {1: left}, points, set(), False
        self.holds = MemoryHolds(lambda: NOW)

    def accounts(self):
        return tuple(LoyaltyAccount(label, f"{label}", liras(left)) for label, left in self.left.items())

    def order_placed(self, key, spends):
        if key not in self.told:
            self.told.add(key)
            self.left[1] -= spends


class Checkout:
    """One of several of one buyer, at the moment its payment is saved and nothing is held: `steps` goes on."""

    def __init__(self, books, key, amount, points=0):
        self.books, self.amount = books, amount
        money = (AccountUsage(1, "1", liras(amount)),) if amount else ()
        card = CardPoints("LC-1", liras(points), Money("0.01", "TRY")) if points else None
        came = ready(key=key, buyer=ADA, payment=None, loyalty=Loyalty(money, card))
        self.visit = changed(at(came), has=frozenset({"holds", "loyalty"}))
        self.order, _ = prepare(self.visit, self.visit.order, "deferred", receipt=Deferred("free", 400))
        self.asked, self.events = [], []

    @property
    def attempt(self):
        return self.order.attempts[0]

    @property
    def placed(self):
        return self.order.placed is not None

    def steps(self):
        """One thing after another, each of which happens at once; in between others may come."""
        coroutine, answer = secured(self.visit, self.order, 1), None
        try:
            while True:
                effect = coroutine.send(answer)
                self.asked.append(type(effect).__name__)
                answer = self.answers(effect)
                yield
        except StopIteration as end:
            self.order = end.value
        for event in self.events:
            yield
            match event:
                case OrderPlaced():
                    self.books.order_placed(self.order.key, self.amount)
                case CommitHold(op):
                    self.books.holds.commit_hold(op)
                case ReleaseHold(op):
                    self.books.holds.release_hold(op)

    def answers(self, effect):
        match effect:
            case ListLoyaltyAccounts():
                return DOWN if self.books.down else self.books.accounts()
            case FindLoyaltyCard():
                return DOWN if self.books.down else LoyaltyCard("LC-1", liras(self.books.points))
            case TakeHold():
                return self.books.holds.take_hold(effect.op, effect.owner, effect.items, effect.until)
            case Apply(n, outcome):
                self.order, told = apply_outcome(self.order, n, outcome, NOW)
                self.events += told
                return self.order
        raise AssertionError(effect)


def to_the_end(*checkouts):
    for checkout in checkouts:
        for _ in checkout if hasattr(checkout, "send") else checkout.steps():
            pass


def until(steps, checkout, name, times=1):
    """Runs those steps up to the answer to the effect of that name."""
    while checkout.asked.count(name) < times:
        next(steps)


def test_the_balance_is_asked_before_it_is_held_and_after():
    checkout = Checkout(Books(), "a", 60)
    to_the_end(checkout)
    assert checkout.asked == ["ListLoyaltyAccounts", "TakeHold", "ListLoyaltyAccounts", "Apply"]
    assert (checkout.placed, checkout.books.left) == (True, {1: 40})


def test_an_order_without_loyalty_asks_nobody():
    checkout = Checkout(Books(), "a", 0)
    to_the_end(checkout)
    assert checkout.asked == ["TakeHold", "Apply"]


def test_one_who_was_told_an_old_balance_is_let_go_when_the_rival_is_off_the_books():
    """LOY-02: B is told 100, A takes 60, is placed, debited and committed; B is granted 60 on what it was told."""
    books = Books()
    a, b = Checkout(books, "a", 60), Checkout(books, "b", 60)
    steps = b.steps()
    until(steps, b, "ListLoyaltyAccounts")
    to_the_end(a)
    until(steps, b, "TakeHold")
    assert b.attempt.state == "preparing"
    to_the_end(steps)
    assert (a.placed, b.placed, books.left) == (True, False, {1: 40})
    assert (b.attempt.state, b.attempt.code) == ("abandoned", "loyalty_balance_changed")
    c = Checkout(books, "c", 40)  # what b held is free
    to_the_end(c)
    assert c.placed


def test_of_three_two_are_not_granted_what_each_alone_would_find_there():
    """LOY-02: C and B are both told 100; A takes 60 and is debited; 40 are there for each of them, not for both."""
    books = Books()
    a, b, c = Checkout(books, "a", 60), Checkout(books, "b", 40), Checkout(books, "c", 40)
    of_b, of_c = b.steps(), c.steps()
    until(of_b, b, "ListLoyaltyAccounts")
    until(of_c, c, "ListLoyaltyAccounts")
    to_the_end(a)
    until(of_b, b, "TakeHold")
    until(of_c, c, "TakeHold")
    to_the_end(of_b, of_c)
    assert a.placed
    assert not (b.placed and c.placed)
    assert books.left[1] >= 0


@pytest.mark.parametrize("who", list(permutations("abc")))
def test_one_after_the_other_all_that_is_there_is_spent(who):
    books = Books()
    checkouts = {name: Checkout(books, name, amount) for name, amount in (("a", 50), ("b", 30), ("c", 20))}
    to_the_end(*(checkouts[name] for name in who))
    assert all(checkout.placed for checkout in checkouts.values())
    assert books.left == {1: 0}


@settings(max_examples=300)
@given(
    amounts=st.lists(st.sampled_from([20, 40, 60, 100]), min_size=2, max_size=4),
    turns=st.lists(st.integers(0, 3), max_size=40),
)
def test_no_order_of_steps_spends_more_than_there_is(amounts, turns):
    """LOY-02: every answer, hold, debit and commit of several checkouts, in any order."""
    books = Books()
    checkouts = [Checkout(books, f"{n}", amount) for n, amount in enumerate(amounts)]
    running = [checkout.steps() for checkout in checkouts]
    for turn in turns:
        next(running[turn % len(running)], None)
        assert books.left[1] >= 0
    to_the_end(*running)
    assert books.left[1] == 100 - sum(each.amount for each in checkouts if each.placed) >= 0
    for each in checkouts:
        assert each.placed or each.attempt.code == "loyalty_balance_changed"
        assert each.attempt.hold.state == ("committed" if each.placed else "released")


# points


def test_points_are_held_of_the_card():
    books = Books(points=30)
    a, b = Checkout(books, "a", 0, points=30), Checkout(books, "b", 0, points=30)
    steps = a.steps()
    until(steps, a, "TakeHold")
    to_the_end(b)
    assert (b.placed, b.attempt.code) == (False, "loyalty_points_changed")
    to_the_end(steps)
    assert a.placed


@pytest.mark.parametrize(("points", "placed"), [(30, True), (29, False)])
def test_points_that_are_gone_after_the_hold_pay_nothing(points, placed):
    books = Books(points=30)
    checkout = Checkout(books, "a", 0, points=20)
    steps = checkout.steps()
    until(steps, checkout, "TakeHold")
    books.points = points
    to_the_end(steps)
    assert checkout.placed is placed


def test_the_store_of_holds_is_told_neither_who_nor_which_card():
    checkout = Checkout(Books(), "a", 10, points=5)
    money, points = (item for item in items(checkout.order) if item.booked)
    assert (money.kind, money.quantity, points.kind, points.quantity) == ("loyalty_money", 1000, "loyalty_card", 500)
    assert not any(said in item.subject for said in ("ada", "LC-1") for item in (money, points))
    assert len({money.subject, points.subject}) == 2
    other = evolve(checkout.order, buyer=Buyer("eve", "eve@example.org"))
    theirs = [item.subject for item in items(other) if item.booked]
    assert (theirs[0] == money.subject, theirs[1] == points.subject) == (False, True)  # a card may be shared


def test_only_what_the_order_takes_is_held():
    checkout = Checkout(Books(left=500), "a", 300)
    (money,) = (item for item in items(checkout.order) if item.booked)
    assert (money.quantity, money.most) == (checkout.order.totals.total.minor, None)


# nobody answers


@pytest.mark.parametrize("name", ["before", "after"])
def test_a_payment_that_nobody_has_heard_of_ends_where_the_balance_is_not_told(name):
    books = Books()
    checkout = Checkout(books, "a", 60)
    steps = checkout.steps()
    if name == "after":
        until(steps, checkout, "TakeHold")
    books.down = True
    to_the_end(steps)
    assert (checkout.attempt.state, checkout.attempt.code) == ("abandoned", "not_available_now")
    books.down = False
    rival = Checkout(books, "b", 100)
    to_the_end(rival)
    assert rival.placed


class Unplaced(Checkout):
    """Its money is taken; what had been let go is held again."""

    def __init__(self, books, key, amount):
        super().__init__(books, key, amount)
        paid = self.order.totals.payable
        row = (Capture("r-1", paid, 1),)
        a = evolve(self.attempt, state="unplaced", captures=row, receipt=None, kind="sale", gateway="bank")
        self.order = evolve(self.order, attempts=(a,))


@pytest.mark.parametrize("name", ["before", "after"])
def test_where_money_was_taken_it_is_asked_again(name):
    books = Books()
    checkout = Unplaced(books, "a", 60)
    steps = checkout.steps()
    if name == "after":
        until(steps, checkout, "TakeHold")
    books.down = True
    to_the_end(steps)
    assert checkout.attempt.state == "unplaced"
    books.down = False
    to_the_end(checkout)
    assert checkout.placed


def test_asked_again_it_does_not_rest_on_what_was_said_the_first_time():
    """Granted on 100, of which a rival was debited since: held again it is counted again, beside another rival."""
    books = Books()
    a, late, rival = Checkout(books, "a", 60), Unplaced(books, "late", 40), Checkout(books, "rival", 40)
    of_rival, of_late = rival.steps(), late.steps()
    until(of_late, late, "ListLoyaltyAccounts")
    until(of_rival, rival, "ListLoyaltyAccounts")
    to_the_end(a)
    until(of_late, late, "TakeHold")
    until(of_rival, rival, "TakeHold")
    books.down = True
    to_the_end(of_late)  # nobody says whether it is there still
    assert late.attempt.state == "unplaced"
    books.down = False
    to_the_end(late)  # 40 are left, and 80 are held
    assert (late.attempt.state, late.attempt.captures[0].reversal) == ("reversing", "due")
    to_the_end(of_rival)
    assert books.left[1] >= 0


def test_money_that_was_taken_goes_back_where_the_balance_is_gone():
    books = Books(left=50)
    checkout = Unplaced(books, "a", 60)
    to_the_end(checkout)
    assert (checkout.attempt.state, checkout.attempt.hold.state) == ("reversing", "released")
    assert checkout.attempt.captures[0].why == "not_held"


def test_to_hold_it_longer_the_balance_need_not_be_known():
    """A look at a payment that is under way: what is held stays held; what was lost is not held again unasked."""
    books = Books()
    checkout = Checkout(books, "a", 60)
    to_the_end(Checkout(books, "other", 40))
    steps = checkout.steps()
    until(steps, checkout, "TakeHold")
    op, kept, later = checkout.attempt.hold.op, items(checkout.order), NOW + timedelta(hours=1)
    assert books.holds.take_hold(op, "a", kept, later) == ()
    assert {i.kind for i in books.holds.take_hold("another op", "b", kept, later)} == {"loyalty_money"}
    assert Item("loyalty_money", kept[-1].subject, 6000, booked=True) == kept[-1]
