"""Recovery asks, and gives back what is left over.  It never sends."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import Money, Settings, evolve
from checkout_core.effects import (
    Cancelled,
    CancelSession,
    Captured,
    FinishThreeD,
    Inquire,
    NotFound,
    NotSent,
    OnAttention,
    Refund,
    Reversed,
    Sale,
    Settled,
    StartSession,
    StartThreeD,
    TakeHold,
    Unknown,
    Void,
)
from checkout_core.paying import apply_outcome, due_at, recover
from checkout_core.paying._seals import next_number
from checkout_core.paying._steps import order_of

from .desk import Desk
from .orders import BANK, NOW, at, handed_out, ready, tried
from .standing import LATE, PAID, TOTAL, WRONG, everywhere


def applied(order, n, outcome, now=LATE):
    return apply_outcome(order, n, outcome, now)[0]


def looked_after(order, now=LATE, bank=BANK, *, sweep=False, **answers):
    """What recovery makes of it, and what it asked, saved and told for that."""
    kinds = {"inquire": Inquire, "void": Void, "refund": Refund, "cancel": CancelSession, "hold": TakeHold}
    desk = Desk({kinds[name]: answer for name, answer in answers.items()}, now)
    return desk.does(recover(at(order, now, bank), sweep=sweep), order), desk


# Asking


def test_what_is_not_due_is_left_alone():
    order = tried(ready())
    same, desk = looked_after(order, NOW)
    assert same is order
    assert desk.asked == desk.saved == []


@pytest.mark.parametrize("name", everywhere())
def test_whatever_the_ledger_says_no_payment_is_ever_sent(name):
    order = everywhere()[name]
    for answer in (NotFound(), (PAID,), Unknown("down"), Cancelled()):
        for a in order.attempts:
            _, desk = looked_after(
                order, max(LATE, a.due_at or LATE), sweep=True, inquire=[answer] * 9, void=[Unknown("down")] * 9,
                hold=[()] * 9,
            )  # fmt: skip
            assert not [each for each in desk.asked if isinstance(each, Sale | StartThreeD | StartSession)]
            assert not [each for each in desk.asked if isinstance(each, FinishThreeD)]
            assert desk.asked


def test_what_is_due_is_asked_about_once_for_all_attempts_on_its_number():
    order = applied(applied(tried(ready()), 1, NotFound()), 1, NotFound(), LATE + timedelta(hours=1))
    order = tried(order, now=LATE + timedelta(hours=1))  # the same number, and the same key
    found, desk = looked_after(order, LATE + timedelta(hours=2), inquire=(PAID,))
    assert desk.asked == [Inquire("bank", order.attempts[0].number)]
    assert found.placed.receipt == "r1"
    assert found.attempts[1].captures, "the newest attempt on a number takes its money"


def test_every_row_of_the_ledger_is_heard_and_what_may_not_stand_goes_back_in_the_same_run():
    order = tried(ready())
    key = order.attempts[0].key
    found, desk = looked_after(order, inquire=(PAID, Captured("r2", TOTAL, 3)), void=Reversed("r2"))
    assert desk.asked == [Inquire("bank", order.number), Void("bank", "r2", f"{key}-r2")]
    assert [row.reversal for row in found.attempts[0].captures] == [None, "done"]


def test_no_row_at_all_counts_as_not_found():
    found, _ = looked_after(tried(ready()), inquire=())
    assert found.attempts[0].missed_at == LATE


def test_who_looks_is_saved_first_and_each_look_is_put_off_longer_than_the_last():
    order, waits, now = tried(ready()), [], LATE
    for n in range(1, 7):
        desk = Desk({Inquire: Unknown("down")}, now)
        order = desk.does(recover(at(order, now)), order)
        (saved,) = desk.saved
        assert saved.attempts[0].asked == n
        waits.append(saved.attempts[0].due_at - now)
        now = due_at(order)
    assert tuple(waits[:4]) == Settings().inquiry_waits[:4]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


# Giving back


def owing(order=None):
    """An order with an attempt whose money may not stand, and the key to give it back with."""
    order = applied(order or tried(ready()), 1, WRONG)
    return order, f"{order.attempts[0].key}-r1"


def with_tries(order, tries):
    """The same, after so many tries to give it back that had no answer."""
    (a,) = order.attempts
    return evolve(order, attempts=(evolve(a, captures=tuple(evolve(row, tries=tries) for row in a.captures)),))


def test_money_that_fits_nothing_is_given_back_under_a_key_of_its_own_until_the_bank_says_so():
    order, key = owing()
    same, first = looked_after(order, void=Unknown("down"))
    assert (same.attempts[0].state, same.attempts[0].captures[0].reversal) == ("reversing", "due")
    done, second = looked_after(same, due_at(same), inquire=(WRONG,), void=Reversed("r1"))
    assert first.asked == second.asked[1:] == [Void("bank", "r1", key)]
    assert (done.attempts[0].state, done.attempts[0].due_at) == ("reversed", None)


def test_a_try_to_give_it_back_is_counted_before_it_is_made():
    order, _ = owing()
    _, desk = looked_after(order, void=Unknown("down"))
    assert [row.tries for row in desk.saved[0].attempts[0].captures] == [1]
    found, desk = looked_after(tried(ready()), inquire=(WRONG,), void=Unknown("down"))
    assert [row.tries for row in desk.saved[-1].attempts[0].captures] == [1], "also where the money was found just now"
    assert found.attempts[0].due_at > LATE


def test_before_it_is_asked_for_again_the_ledger_is_asked_whether_it_was_given_back():
    order, _ = owing()
    done, desk = looked_after(with_tries(order, 1), inquire=NotFound())
    assert (done.attempts[0].state, desk.kinds) == ("reversed", ["Inquire"])


def test_money_that_is_still_there_is_asked_back_again_under_the_same_key():
    order, key = owing()
    done, desk = looked_after(with_tries(order, 1), inquire=(WRONG,), void=Reversed("r1"))
    assert desk.asked == [Inquire("bank", order.number), Void("bank", "r1", key)]
    assert done.attempts[0].state == "reversed"


def test_a_ledger_that_may_not_show_the_money_yet_is_not_asked_whether_it_has_gone():
    order = with_tries(applied(tried(ready()), 1, WRONG, NOW), 1)
    early = NOW + timedelta(seconds=30)
    assert early < order.attempts[0].settled_by
    same, desk = looked_after(order, early)
    assert (same.attempts[0].state, desk.asked) == ("reversing", [])


def test_money_that_is_too_late_to_void_is_refunded_under_another_key():
    order, key = owing()
    done, desk = looked_after(order, bank=attrs.evolve(BANK, refund=True), void=Settled("r1"), refund=Reversed("r1"))
    assert desk.asked == [Void("bank", "r1", key), Refund("bank", "r1", WRONG.amount, f"{key}-refund")]
    assert done.attempts[0].state == "reversed"


def test_where_nothing_can_be_voided_it_is_refunded_at_once():
    order, key = owing()
    same, desk = looked_after(order, bank=attrs.evolve(BANK, void=False, refund=True), refund=Unknown("down"))
    assert desk.asked == [Refund("bank", "r1", WRONG.amount, f"{key}-refund")]
    assert same.attempts[0].captures[0].reversal == "refund"


def test_money_that_cannot_be_given_back_calls_a_person_once():
    bank = attrs.evolve(BANK, void=False, refund=False)
    order, _ = owing()
    same, desk = looked_after(order, bank=bank)
    assert desk.told == [OnAttention(order.number, "cannot_give_back")]
    assert (same.attempts[0].attention, desk.asked) == ("cannot_give_back", [])
    again, desk = looked_after(same, LATE + timedelta(hours=3), bank)
    assert (again.attempts[0].attention, desk.told) == ("cannot_give_back", [])


def test_after_eight_tries_in_vain_a_person_is_called_and_it_goes_on():
    order, _ = owing()
    _, desk = looked_after(with_tries(order, 8), inquire=(WRONG,), void=Unknown("down"))
    assert desk.told == [OnAttention(order.number, "not_given_back")]
    assert desk.kinds == ["Inquire", "Void"]
    _, desk = looked_after(with_tries(order, 6), inquire=Unknown("down"), void=Unknown("down"))
    assert desk.told == []


@pytest.mark.parametrize("able", [BANK, attrs.evolve(BANK, void=False, refund=True)], ids=["void", "refund"])
def test_money_is_not_given_back_again_before_the_ledger_has_said_whether_it_was(able):
    """PAY-20: the answer that was lost may have been a yes, and a second refund is one too many."""
    order, _ = owing()
    same, desk = looked_after(with_tries(order, 2), bank=able, inquire=Unknown("down"))
    assert desk.kinds == ["Inquire"]
    assert (same.attempts[0].state, same.attempts[0].due_at is not None) == ("reversing", True)
    _, desk = looked_after(with_tries(order, 8), bank=able, inquire=Unknown("down"))
    assert (desk.kinds, desk.told) == (["Inquire"], [OnAttention(order.number, "not_given_back")])


def test_where_the_gateway_has_no_ledger_to_ask_it_is_told_again_under_the_same_key():
    order, key = owing()
    _, desk = looked_after(with_tries(order, 2), bank=attrs.evolve(BANK, inquiry=False), inquire=Unknown("none"),
                           void=Reversed("r1"))  # fmt: skip
    assert desk.asked[-1] == Void("bank", "r1", key)


# Without an answer


def test_a_payment_without_an_end_for_two_days_calls_a_person_and_is_asked_about_on():
    order = tried(ready())
    late = NOW + Settings().give_up
    assert looked_after(order, late - timedelta(seconds=1), inquire=Unknown("down"))[1].told == []
    same, desk = looked_after(order, late, inquire=Unknown("down"))
    assert desk.told == [OnAttention(order.number, "no_answer")]
    assert (same.attempts[0].state, desk.kinds) == ("unknown", ["Inquire"])
    assert same.attempts[0].due_at > late


def test_an_attempt_whose_gateway_is_gone_calls_a_person():
    order = tried(ready())
    (a,) = order.attempts
    order = evolve(order, attempts=(evolve(a, gateway="gone"),))
    _, desk = looked_after(order)
    assert (desk.told, desk.asked) == ([OnAttention(order.number, "gateway_gone")], [])


def test_who_does_not_come_back_from_the_issuer_is_not_asked_about_and_ends_when_the_page_has():
    order = handed_out(ready())
    (a,) = order.attempts
    done, desk = looked_after(order, a.open_until)
    assert (done.attempts[0].state, done.attempts[0].code) == ("abandoned", "three_d_abandoned")
    assert desk.asked == []


def test_what_the_buyer_moved_on_from_is_closed_at_the_provider_where_it_can_be():
    bank = attrs.evolve(BANK, last_call="provider", cancel=True)
    order = tried(handed_out(ready(), bank), bank=bank)
    assert order.attempts[0].state == "superseded"
    order = applied(order, 2, NotSent())
    soon = LATE - timedelta(minutes=59)
    done, desk = looked_after(order, soon, bank, inquire=NotFound(), cancel=Cancelled())
    first = order.attempts[0]
    assert desk.asked == [Inquire("bank", first.number), CancelSession(order_of(first))]
    assert done.attempts[0].state == "cancelled"


# A sweep


def test_a_sweep_asks_about_every_number_there_ever_was_and_the_next_one():
    order = tried(handed_out(ready()))
    numbers = list(dict.fromkeys(a.number for a in reversed(order.attempts)))
    _, desk = looked_after(order, NOW, sweep=True, inquire=[Unknown("down")] * 3)
    assert desk.asked == [Inquire("bank", number) for number in (*numbers, next_number(order, BANK))]
    assert len(numbers) == 2


def test_two_gateways_that_know_the_same_number_are_both_asked():
    """The shop has given the option another gateway, and the number was kept."""
    order = applied(applied(tried(ready()), 1, NotFound()), 1, NotFound(), LATE + timedelta(hours=1))
    order = tried(order, now=LATE + timedelta(hours=1))
    first, second = order.attempts
    assert first.number == second.number
    order = evolve(order, attempts=(evolve(first, gateway="before"), second))
    desk = Desk({Inquire: [Unknown("down")] * 4}, LATE)
    visit = evolve(at(order, LATE), gateways={"bank": BANK, "before": BANK})
    desk.does(recover(visit, sweep=True), order)
    assert desk.asked[:2] == [Inquire("bank", first.number), Inquire("before", first.number)]


def test_a_sweep_finds_the_money_of_what_seemed_over_and_gives_it_back():
    order = applied(tried(handed_out(ready())), 2, PAID, NOW)
    late = Captured("late", TOTAL, 3)
    many = {"inquire": [(PAID,), (late,), NotFound()], "void": Reversed("late")}
    done, desk = looked_after(order, sweep=True, **many)
    assert [a.state for a in done.attempts] == ["reversed", "captured"]
    assert desk.kinds == ["Inquire", "Inquire", "Inquire", "Void"]
    assert Money("131.25", "TRY") == done.placed.total
