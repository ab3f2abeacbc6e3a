"""Recovery asks, and gives back what is left over.  It never sends."""

from __future__ import annotations

from datetime import timedelta

from checkout_core import Money
from checkout_core.effects import Apply, Captured, Inquire, NotFound, Reversed, Unknown, Void
from checkout_core.paying import apply_outcome, recover
from checkout_core.testing import play

from .orders import NOW, handed_out, ready, tried

TOTAL = Money("131.25", "TRY")
LATER = NOW + timedelta(hours=1)


def applied(order, n, outcome, now=LATER):
    return apply_outcome(order, n, outcome, now)[0]


def test_what_is_not_due_is_left_alone():
    order = tried(ready())
    assert play(recover(order, NOW))[0] is order


def test_what_is_due_is_asked_about_once_for_all_attempts_on_its_number():
    order = applied(applied(tried(ready()), 1, NotFound()), 1, NotFound(), LATER + timedelta(hours=1))
    order = tried(order, now=LATER + timedelta(hours=1))  # the same number, and the same key
    now = LATER + timedelta(hours=2)
    number = order.attempts[0].number
    after = applied(order, 2, Captured("r1", TOTAL, 3))
    found = play(
        recover(order, now),
        (Inquire("bank", number), (Captured("r1", TOTAL, 3),)),
        (Apply(2, Captured("r1", TOTAL, 3)), after),
    )
    assert found[0].placed.receipt == "r1"


def test_every_row_of_the_ledger_is_heard():
    order = tried(ready())
    rows = (Captured("r1", TOTAL, 3), Captured("r2", TOTAL, 3))
    first = applied(order, 1, rows[0])
    both = applied(first, 1, rows[1])
    key = order.attempts[0].key
    found, _ = play(
        recover(order, LATER),
        (Inquire("bank", order.number), rows),
        (Apply(1, rows[0]), first),
        (Apply(1, rows[1]), both),
        (Void("bank", "r2", f"{key}-r2"), Reversed("r2")),
        (Apply(1, Reversed("r2")), applied(both, 1, Reversed("r2"))),
    )
    assert [row.reversal for row in found.attempts[0].captures] == [None, "done"]


def test_no_row_at_all_counts_as_not_found():
    order = tried(ready())
    missed = applied(order, 1, NotFound())
    found, _ = play(recover(order, LATER), (Inquire("bank", order.number), ()), (Apply(1, NotFound()), missed))
    assert found.attempts[0].missed_at == LATER


def test_money_that_fits_nothing_is_given_back_under_a_key_of_its_own_until_the_bank_says_so():
    wrong = Captured("r1", Money("1.00", "TRY"), 3)
    order = applied(tried(ready()), 1, wrong)
    key = order.attempts[0].key
    same, _ = play(
        recover(order, LATER), (Void("bank", "r1", f"{key}-r1"), Unknown("down")), (Apply(1, Unknown("down")), order)
    )
    gone = applied(order, 1, Reversed("r1"))
    done, _ = play(
        recover(same, LATER), (Void("bank", "r1", f"{key}-r1"), Reversed("r1")), (Apply(1, Reversed("r1")), gone)
    )
    assert (done.attempts[0].state, done.attempts[0].due_at) == ("reversed", None)


def test_a_sweep_asks_about_every_number_there_ever_was():
    order = tried(handed_out(ready()))
    numbers = list(dict.fromkeys(a.number for a in reversed(order.attempts)))
    script = []
    for number in numbers:
        n = max(a.n for a in order.attempts if a.number == number)
        script += [(Inquire("bank", number), Unknown("down")), (Apply(n, Unknown("down")), order)]
    play(recover(order, NOW, sweep=True), *script)
    assert len(numbers) == 2
