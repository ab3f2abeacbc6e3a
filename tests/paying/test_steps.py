"""Pay and ask, step by step: what is saved before what, what is sent once, and what is never sent."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import GUEST, Ask, Invalid, Misconfigured, Pay, Place, Settings, evolve
from checkout_core.effects import (
    Declined,
    FinishThreeD,
    HandedOut,
    Item,
    KeepCard,
    OrderPlaced,
    ReleaseHold,
    Replayed,
    Sale,
    Spend,
    StartSession,
    StartThreeD,
    TakeCard,
    TakeHold,
    Unknown,
)
from checkout_core.order import Deferred, Discount, Discounts, Extras, Use
from checkout_core.paying import allowed, ask, items, pay, place
from checkout_core.paying._steps import order_of

from .desk import Desk
from .orders import BANK, NOW, ZERO, at, handed_out, priced, ready, tried
from .standing import CARD, HOSTED, LATER, PAID, after, holds

KEPT = attrs.evolve(CARD, cvv=None)
TWICE = attrs.evolve(BANK, card_twice=True)
RETURNED = {"md": "m"}


def pays(desk, order=None, kind="sale", bank=BANK, card=CARD, visit=at):
    """What the buyer's order is when they have paid so."""
    order = order or ready()
    return desk.does(pay(visit(order, NOW, bank), Pay(order.payment, kind, card)), order)


# Saved, then sent


@pytest.mark.parametrize(
    ("kind", "bank", "card", "command"),
    [("sale", BANK, CARD, Sale), ("three_d", BANK, CARD, StartThreeD), ("session", HOSTED, None, StartSession)],
)
def test_the_attempt_is_saved_as_an_intent_and_then_one_request_leaves_for_it(kind, bank, card, command):
    desk = Desk({command: HandedOut({"md": "m"}) if kind != "sale" else PAID})
    order = pays(desk, kind=kind, bank=bank, card=card)
    (saved,) = desk.saved
    assert [a.state for a in saved.attempts] == ["intent"]
    sent = order_of(saved.attempts[0])
    assert desk.asked == [command(sent) if card is None else command(sent, card)]
    assert (sent.number, sent.amount, sent.installments) == (saved.number, PAID.amount, 3)
    assert order.attempts[0].state == ("captured" if kind == "sale" else "awaiting")


@pytest.mark.parametrize("kind", ["sale", "three_d"])
def test_a_card_payment_without_a_card_is_the_programs_mistake(kind):
    with pytest.raises(Misconfigured, match="needs a card"):
        pays(Desk({}), kind=kind, card=None)


def test_where_goods_are_held_that_is_saved_then_they_are_asked_for_then_the_bank_is():
    desk = Desk({TakeHold: (), Sale: PAID})
    order = pays(desk, visit=holds)
    assert [a.state for saved in desk.saved for a in saved.attempts] == ["preparing"]
    op = order.attempts[0].hold.op
    until = NOW + Settings().hold_ttl
    assert desk.asked[0] == TakeHold(op, "co-1", (Item("stock", "mug", 1), Item("stock", "t-shirt", 1)), until)
    assert desk.kinds == ["TakeHold", "Sale"]
    assert (order.placed.receipt, order.attempts[0].hold.state) == ("r1", "committed")


def test_what_is_held_is_every_sku_once_with_all_its_pieces_and_each_use_of_the_offers_that_were_applied():
    """CPN-03: what was priced is what is consumed."""
    (mug, shirt) = ready().basket.lines
    ten = Discount(7, "Ten", ZERO, ZERO, code="TEN", uses=(Use("offer|7", 100), Use("offer|7|ada", 1)))
    theirs = Discount(9, "Theirs", ZERO, ZERO, coupon="101", uses=(Use("coupon|101", 1),))
    applied = Discounts((ten, Discount(8, "No end of it", ZERO, ZERO), theirs))
    order = evolve(
        ready(), basket=evolve(ready().basket, lines=(mug, shirt, mug)), discounts=applied,
        extras=Extras(coupons=("101", "102")),
    )  # fmt: skip
    assert items(order) == (
        Item("stock", "mug", 2), Item("stock", "t-shirt", 1), Item("coupon", "offer|7", 1, 100),
        Item("coupon", "offer|7|ada", 1, 1), Item("coupon", "coupon|101", 1, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((Item("stock", "mug", 1),), "out_of_stock"),
        ((Item("coupon", "offer|7", 1, 1),), "coupon_used_up"),
        ((Item("seat", "A1", 1),), "not_available_now"),
        (TimeoutError(), "not_available_now"),
    ],
    ids=["stock", "coupon", "something else", "no answer"],
)
def test_what_cannot_be_held_ends_the_attempt_and_the_bank_hears_of_nothing(answer, code):
    desk = Desk({TakeHold: answer})
    order = pays(desk, visit=holds)
    a = order.attempts[0]
    assert (a.state, a.code, desk.kinds) == ("abandoned", code, ["TakeHold"])
    assert desk.told == [ReleaseHold(a.hold.op)], "it may be held all the same: the answer was lost"


def test_paying_another_way_tells_first_what_is_let_go():
    first = pays(Desk({TakeHold: (), StartThreeD: HandedOut({"md": "m"})}), kind="three_d", visit=holds)
    desk = Desk({TakeHold: (), Sale: PAID})
    order = pays(desk, first, visit=holds)
    assert desk.told[0] == ReleaseHold(first.attempts[0].hold.op)
    assert [a.state for a in order.attempts] == ["abandoned", "captured"]


# A key that was used before


def test_a_key_whose_request_is_over_is_replaced_by_a_new_one_once_and_by_itself():
    desk = Desk({Sale: [Replayed(), PAID]})
    order = pays(desk)
    assert [a.state for a in order.attempts] == ["replayed", "captured"]
    first, second = (sale.order for sale in desk.asked)
    assert first.key != second.key
    assert first.number != second.number
    assert len(desk.saved) == 2


def test_a_second_such_answer_is_the_end_of_it():
    desk = Desk({Sale: [Replayed(), Replayed()]})
    assert [a.state for a in pays(desk).attempts] == ["replayed", "replayed"]
    assert desk.kinds == ["Sale", "Sale"]


def test_nothing_is_sent_again_where_the_order_stands_by_then():
    """The money of an earlier attempt waited for the end of this one."""
    order = after(tried(handed_out(ready())), PAID)
    assert [a.state for a in order.attempts] == ["parked", "intent"]
    order = evolve(order, attempts=order.attempts[:1])
    desk = Desk({Sale: [Replayed()]})
    done = pays(desk, order)
    assert (done.placed.receipt, desk.kinds) == ("r1", ["Sale"])


def edits(order):
    return evolve(order, basket=evolve(order.basket, digest="d2"))


def chooses_another_plan(order):
    return priced(evolve(order, payment=evolve(order.payment, installment=None)))


@pytest.mark.parametrize("meanwhile", [edits, chooses_another_plan, tried])
def test_nothing_is_sent_again_to_who_did_something_else_while_the_bank_was_asked(meanwhile):
    def answer(desk):
        desk.order = meanwhile(desk.order)
        return Replayed()

    desk = Desk({Sale: [answer]})
    order = pays(desk)
    assert (order.attempts[0].state, desk.kinds) == ("replayed", ["Sale"])


@pytest.mark.parametrize("outcome", [Declined("expired_card"), Unknown("timeout")])
def test_no_other_answer_is_followed_by_another_request(outcome):
    desk = Desk({Sale: [outcome]})
    pays(desk)
    assert desk.kinds == ["Sale"]


# A card that is needed twice


def test_a_card_that_is_needed_twice_is_kept_without_its_cvv_until_the_page_at_the_bank_closes():
    desk = Desk({StartThreeD: HandedOut({"md": "m"}), KeepCard: "handle"})
    order = pays(desk, kind="three_d", bank=TWICE)
    a = order.attempts[0]
    assert desk.asked[1] == KeepCard(KEPT, a.open_until)
    assert dict(a.handed) == {"md": "m", "card": "handle"}
    back = Desk({TakeCard: KEPT, FinishThreeD: PAID}, LATER)
    done = back.does(ask(at(order, LATER, TWICE), Ask(order.payment, RETURNED)), order)
    assert back.asked == [TakeCard("handle"), FinishThreeD(order_of(a), RETURNED, KEPT)]
    assert done.placed.receipt == "r1"


def test_where_the_card_cannot_be_kept_the_attempt_ends_for_the_last_call_could_not_be_made():
    desk = Desk({StartThreeD: HandedOut({"md": "m"}), KeepCard: TimeoutError()})
    order = pays(desk, kind="three_d", bank=TWICE)
    assert (order.attempts[0].state, order.attempts[0].code) == ("abandoned", "not_sent")


@pytest.mark.parametrize("kept", [None, TimeoutError()], ids=["taken by another", "no answer"])
def test_a_card_that_is_no_longer_there_ends_the_attempt_and_nothing_is_sent(kept):
    order = handed_out(ready(), TWICE)
    back = Desk({TakeCard: kept}, LATER)
    done = back.does(ask(at(order, LATER, TWICE), Ask(order.payment, RETURNED)), order)
    assert (done.attempts[0].state, back.kinds) == ("abandoned", ["TakeCard"])
    assert [a.state for saved in back.saved for a in saved.attempts] == ["intent"], "a second return meets it"


def test_a_card_is_kept_only_when_something_was_handed_out():
    desk = Desk({StartThreeD: Declined("expired_card")})
    assert pays(desk, kind="three_d", bank=TWICE).attempts[0].state == "declined"
    assert desk.kinds == ["StartThreeD"]


# Coming back


def test_a_return_is_an_intent_with_times_of_its_own_before_it_is_sent():
    order = handed_out(ready(), attrs.evolve(BANK, lag=timedelta(seconds=7)))
    desk = Desk({FinishThreeD: Unknown("timeout")}, LATER)
    bank = attrs.evolve(BANK, lag=timedelta(seconds=7))
    done = desk.does(ask(at(order, LATER, bank), Ask(order.payment, RETURNED)), order)
    (saved,) = desk.saved
    a = saved.attempts[0]
    assert (a.state, a.send_by) == ("intent", LATER + Settings().send_budget)
    assert a.settled_by == a.send_by + bank.max_in_flight + bank.lag
    assert a.due_at == a.send_by + Settings().inquiry_waits[0]
    assert a.locks_until == LATER + Settings().unknown_patience
    assert done.attempts[0].state == "unknown"


# How often


def test_a_checkout_may_try_so_often_and_no_more():
    order = ready()
    settings = evolve(Settings(), attempts_per_checkout=2)
    for _ in range(2):
        Desk({}).does(allowed(attrs.evolve(at(order), settings=settings)), order)
        order = after(tried(order), Declined("x"), n=len(order.attempts) + 1)
    with pytest.raises(Invalid) as refused:
        Desk({}).does(allowed(attrs.evolve(at(order), settings=settings)), order)
    assert refused.value.codes == {"non_field_errors": ("too_many_attempts",)}


def test_orders_that_need_no_provider_are_no_tries():
    order = ready()
    desk = Desk({TakeHold: ()})
    order = desk.does(place(holds(order), Place(order.payment, Deferred("funds_transfer", 300))), order)[0]
    settings = evolve(Settings(), attempts_per_checkout=1)
    Desk({}).does(allowed(attrs.evolve(at(order), settings=settings)), order)
    assert OrderPlaced(order.placed.number) in desk.told


def from_address(ip, has=frozenset({"limits"}), client="web"):
    return attrs.evolve(at(ready()), caller=attrs.evolve(GUEST, ip=ip, client=client), has=has)


def test_an_address_may_try_so_often_in_an_hour():
    settings = Settings()
    spend = Spend("pay|192.0.2.1", settings.attempts_per_client, settings.attempts_window)
    desk = Desk({Spend: [True, False]})
    desk.does(allowed(from_address("192.0.2.1")), ready())
    assert desk.asked == [spend]
    with pytest.raises(Invalid) as refused:
        desk.does(allowed(from_address("192.0.2.1")), ready())
    assert refused.value.codes == {"non_field_errors": ("too_many_attempts",)}


@pytest.mark.parametrize(
    "visit",
    [from_address("192.0.2.1", frozenset()), from_address(None), from_address("192.0.2.1", client="instore")],
    ids=["no port", "no address", "a till"],
)
def test_who_is_not_counted(visit):
    desk = Desk({})
    desk.does(allowed(visit), ready())
    assert desk.asked == []
