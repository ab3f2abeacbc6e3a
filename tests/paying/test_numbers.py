"""Order numbers and idempotency keys: what is kept, what is retired, and what is never used for two things."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import PreOrder, evolve
from checkout_core.effects import (
    Cancelled,
    Captured,
    Declined,
    NotFound,
    NotSent,
    Replayed,
    Reversed,
    Secured,
    Unknown,
)
from checkout_core.order import Basket, Line, Plan
from checkout_core.paying import DEFINITE, numbered, prepare, seal
from checkout_core.paying._seals import KEY, NUMBER, next_number

from .orders import BANK, NOW, at, handed_out, priced, ready, tried
from .standing import HOSTED, LATE, LATER, PAID, TOTAL, WRONG, after, at_the_bank, begun, not_executed

DIGITS = attrs.evolve(BANK, number_digits=True, number_max=12)
SHORT = attrs.evolve(BANK, number_max=9)


def another_plan(order: PreOrder) -> PreOrder:
    """The same goods, paid at once."""
    return priced(evolve(order, payment=evolve(order.payment, installment=None)))


def edited(order: PreOrder) -> PreOrder:
    lines = (Line(1, "mug", "Mug", 2, order.basket.lines[0].unit_price),)
    return priced(evolve(order, basket=Basket.of("b", "d2", lines, "TRY")))


# Where they come from


def test_a_number_follows_from_the_checkout_and_is_the_same_however_often_it_is_asked_for():
    order = ready()
    assert numbered(order) == numbered(order, seal(order), BANK) == tried(order).number
    assert numbered(evolve(order, key="co-2")) != numbered(order)


def test_numbers_and_keys_are_hexadecimal_digits_that_do_not_tell_how_many_there_are():
    numbers, keys, order = [], [], ready()
    for _ in range(20):
        order = after(tried(order), Declined("x"), n=len(order.attempts) + 1)
        numbers.append(order.attempts[-1].number)
        keys.append(order.attempts[-1].key)
    assert len(set(numbers)) == len(set(keys)) == 20
    assert all(len(number) == NUMBER and set(number) <= set("0123456789ABCDEF") for number in numbers)
    assert all(len(key) == KEY and set(key) <= set("0123456789ABCDEF") for key in keys)
    assert numbers not in (sorted(numbers), sorted(numbers, reverse=True))


def test_a_gateway_gets_a_number_in_the_form_it_takes():
    assert tried(ready(), bank=DIGITS).number.isdecimal()
    assert len(tried(ready(), bank=DIGITS).number) == 12
    assert len(tried(ready(), bank=SHORT).number) == 9
    assert len(tried(ready(), bank=attrs.evolve(BANK, number_max=40, number_digits=True)).number) == NUMBER


def test_a_number_the_buyer_was_shown_is_used_where_the_gateway_takes_it():
    shown = evolve(ready(), number="A1B2C3")
    assert tried(shown).number == "A1B2C3"
    assert tried(shown, bank=SHORT).number == "A1B2C3"
    assert tried(shown, bank=DIGITS).number != "A1B2C3"
    assert tried(evolve(ready(), number="1234567890"), bank=SHORT).number != "1234567890"
    assert tried(evolve(ready(), number="1234567890"), bank=DIGITS).number == "1234567890"


def test_a_number_that_is_another_checkouts_is_passed_over():
    order = ready()
    assert (
        next_number(evolve(order, passed_over=1), BANK) == next_number(tried(order), BANK) != next_number(order, BANK)
    )


# When a number is retired


@pytest.mark.parametrize(
    "order",
    [
        after(tried(ready()), Unknown("x")),
        not_executed(),
        begun(at_the_bank("session", HOSTED), kind="session", bank=HOSTED),
    ],
    ids=["unknown", "not_executed", "superseded"],
)
def test_one_of_which_something_may_still_come_is_kept_while_the_seal_is_the_same(order):
    number = order.attempts[-1].number
    assert order.attempts[0].state not in DEFINITE
    assert numbered(order, seal(order), BANK) == number
    assert numbered(order, order.attempts[-1].seal, BANK) == number


def test_one_that_the_gateway_does_not_take_is_not_sent_to_it():
    """The way to pay has got another gateway meanwhile, and nothing else has changed."""
    order = not_executed()
    assert numbered(order, seal(order), DIGITS) == next_number(order, DIGITS)
    assert numbered(order, seal(order), SHORT) == next_number(order, SHORT)


@pytest.mark.parametrize("change", [another_plan, edited])
def test_one_whose_plans_or_goods_are_no_longer_the_wanted_ones_is_retired(change):
    order = change(not_executed())
    assert numbered(order, seal(order), BANK) == next_number(order, BANK) != order.attempts[0].number


@pytest.mark.parametrize("end", [Declined("x"), Cancelled(), Replayed(), NotSent()])
def test_one_on_which_every_attempt_has_a_definite_end_is_retired(end):
    order = after(tried(ready()), end)
    assert order.attempts[0].state in DEFINITE
    assert numbered(order, seal(order), BANK) == next_number(order, BANK) != order.attempts[0].number


def test_one_of_two_attempts_without_a_definite_end_keeps_their_number():
    order = begun(not_executed(), now=LATER)
    order = after(order, NotSent(), n=2, now=LATER)
    assert [a.state for a in order.attempts] == ["not_executed", "abandoned"]
    assert tried(order, now=LATER).attempts[2].number == order.attempts[0].number


def test_one_on_which_money_was_given_back_is_retired_though_another_attempt_on_it_may_still_come():
    """The ledger has a row that is void: what comes under that number would be judged by it."""
    order = begun(not_executed(), now=LATER)
    order = after(order, Secured(), WRONG, Reversed("r1"), n=2, now=LATER)
    assert [a.state for a in order.attempts] == ["not_executed", "reversed"]
    assert {a.number for a in order.attempts} == {order.number}
    assert tried(order, now=LATER).attempts[2].number != order.number


def test_only_the_last_number_is_looked_at_and_none_before_it_comes_back():
    order = another_plan(not_executed())
    order = after(tried(order, now=LATER), Declined("x"), n=2, now=LATER)
    third = tried(order, now=LATER)
    assert len({a.number for a in third.attempts}) == 3


# Keys


def test_what_may_still_come_is_asked_for_again_under_the_same_key():
    order = begun(not_executed(), now=LATER)
    assert order.attempts[0].key == order.attempts[1].key


def test_another_kind_of_payment_on_the_same_number_has_another_key():
    order = tried(not_executed(), "three_d", now=LATER)
    assert order.attempts[0].number == order.attempts[1].number
    assert order.attempts[0].key != order.attempts[1].key


def test_after_a_definite_end_on_the_same_number_there_is_a_new_key():
    order = after(begun(not_executed(), now=LATER), NotSent(), n=2, now=LATER)
    third = tried(order, now=LATER)
    assert third.attempts[2].number == order.number
    assert third.attempts[2].key not in {a.key for a in order.attempts}


def test_another_checkout_and_another_number_have_another_key():
    order = after(tried(ready()), Declined("x"))
    keys = {tried(ready()).attempts[0].key, tried(ready(key="co-2")).attempts[0].key, tried(order).attempts[1].key}
    assert len(keys) == 3


def test_plans_that_the_buyer_chooses_from_later_are_sealed_and_have_a_key_of_their_own():
    plans = (Plan(1, TOTAL), Plan(6, TOTAL))
    order, _ = prepare(at(ready()), ready(), "sale", plans)
    assert order.attempts[0].seal.plans == plans
    assert order.attempts[0].key != tried(ready()).attempts[0].key
    assert after(order, Captured("r1", TOTAL, 6)).placed is None, "the buyer has chosen another one here"


# Whatever happens

steps = st.lists(
    st.one_of(
        st.sampled_from(["pays", "pays by three_d", "pays at once", "edits"]),
        st.sampled_from([Declined("x"), Cancelled(), Replayed(), NotSent(), Unknown("x"), NotFound(), Secured(), PAID,
                         WRONG, Reversed("r1")]),
    ),
    max_size=14,
)  # fmt: skip


@given(steps)
def test_no_key_is_ever_for_two_things_and_no_number_for_two_seals(done):
    order, now = ready(), NOW
    for step in done:
        now += timedelta(hours=1)
        match step:
            case "pays":
                order = begun(order, now=now)
            case "pays by three_d":
                order = begun(order, "three_d", now=now)
            case "pays at once":
                order = another_plan(order)
            case "edits":
                order = edited(order)
            case outcome if order.attempts:
                order = after(order, outcome, n=len(order.attempts), now=now)
    for value in ("key", "number"):
        sealed = {(getattr(a, value), a.seal) for a in order.attempts}
        assert len(sealed) == len({getattr(a, value) for a in order.attempts})
    kinds = {(a.key, a.kind, a.number) for a in order.attempts}
    assert len(kinds) == len({a.key for a in order.attempts})
    used = [a.number for a in order.attempts]
    assert sorted(used, key=used.index) == used, "a number that was left never comes back"


def test_each_hold_has_an_op_of_its_own():
    order = begun(begun(at_the_bank()))
    ops = {a.hold.op for a in order.attempts}
    assert len(ops) == 3
    late = after(not_executed(), PAID, now=LATE)
    assert late.attempts[0].hold.op != not_executed().attempts[0].hold.op, "one that was let go is not held again"
    assert handed_out(ready()).attempts[0].hold is None, "nothing is held where nobody keeps anything"
