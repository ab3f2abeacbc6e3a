"""The paying step: what a bank may do to it, what happens to processes, and what comes of it in the ledger."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import Checkout, CheckoutService, evolve
from checkout_core.effects import Declined, NotFound, Refused, Unknown
from checkout_core.order import Extras, PreOrder
from checkout_core.paying import apply_outcome, numbered
from checkout_core.sandbox.magic import (
    APPROVED,
    DECLINED,
    DUPLICATE_NUMBER,
    THREE_D,
    THREE_D_ABANDONED,
    THREE_D_INSUFFICIENT_FUNDS,
    TIMEOUT_TAKEN_LATE,
)  # fmt: skip
from checkout_core.sandbox.presets import NATIVE, PRESETS, preset
from checkout_core.stores import MemoryHolds

from ..paying.orders import BANK, IN_FLIGHT, NOW, ready, tried
from ..service.host import Host
from .kit import CONFIRMATION, Dies, at_the_bank, at_the_card, comes_to_rest, dying, form, impatient, restarted

PENDING = {"non_field_errors": ("payment_pending",)}


def numbers(host: Host, key: str) -> set[str]:
    return {a.number for a in host.order(key).attempts}


# A number that was used before


@pytest.mark.parametrize("kind", PRESETS)
def test_a_bank_that_has_seen_the_number_before_has_refused_nothing(kind):
    host = Host(able=PRESETS[kind])
    key = at_the_card(host)
    step = host.posts(key, CONFIRMATION, form(host, DUPLICATE_NUMBER))
    assert (step.errors, host.states(key)) == (PENDING, ["unknown"])
    comes_to_rest(host)
    assert (host.states(key), len(numbers(host, key)), host.shop.bank.sends) == (["captured"], 1, 1)
    assert (host.shop.bank.captures, host.order(key).placed is not None) == (1, True)


@pytest.mark.parametrize(("kind", "gone_back"), [("native", 0), ("order_number", 0), ("no_keys", 1)])
def test_a_retry_that_meets_the_request_it_repeats_ends_with_one_order(kind, gone_back):
    host = Host(able=PRESETS[kind])
    key = host.paid(TIMEOUT_TAKEN_LATE)
    while host.states(key) != ["not_executed"]:
        host.recovers(minutes=1)
    assert host.shop.bank.arrives() == 1, "after all"
    host.paid(again=key)
    comes_to_rest(host)
    assert (host.shop.bank.sends, host.shop.bank.captures, len(numbers(host, key))) == (2, 1, 1)
    assert sum(row.state == "voided" for row in host.shop.bank.rows()) == gone_back
    assert host.order(key).placed.total == host.shop.bank.rows()[0].amount


def test_a_key_that_answers_an_old_decline_is_given_up_and_one_retry_is_enough():
    host = Host(able=NATIVE)
    host.shop.bank.late = {"sale"}
    key = host.paid(DECLINED)
    while host.states(key) != ["not_executed"]:
        host.recovers(minutes=1)
    assert host.shop.bank.arrives() == 1, "it was declined, and nobody heard"
    host.shop.bank.late = frozenset()
    host.paid(again=key)
    first, repeats, last = host.order(key).attempts
    assert [first.state, repeats.state, last.state] == ["replayed", "replayed", "captured"]
    assert (first.key, len({first.key, last.key}), host.shop.bank.sends) == (repeats.key, 2, 3)
    assert host.shop.bank.captures == 1


# What is said of a number need not be said of the newest attempt on it


def in_two_tabs(kind: str, callback: str = "full") -> tuple[Host, str]:
    """A buyer who left the issuer's page, pays another way and gets no answer; then the page declines."""
    host = impatient(Host(able=preset(kind, last_call="provider", callback=callback)))
    key, ticket = at_the_bank(host, THREE_D_INSUFFICIENT_FUNDS)
    host.posts(key, CONFIRMATION, form(host, TIMEOUT_TAKEN_LATE))
    assert (host.states(key), len(numbers(host, key))) == (["superseded", "unknown"], 1)
    assert host.shop.bank.pays(ticket).state == "declined"
    return host, key


@pytest.mark.parametrize("kind", PRESETS)
@pytest.mark.parametrize("callback", ["full", "partial", "none"])
@pytest.mark.parametrize("by", ["message", "inquiry"])
def test_a_decline_of_the_page_that_was_left_is_not_taken_for_one_of_the_payment_under_way(kind, callback, by):
    host, key = in_two_tabs(kind, callback)
    if by == "message":
        assert [host.service.receive("bank", told).code for told in host.shop.bank.messages()] == ["accepted"]
    host.recovers(seconds=20)
    assert host.states(key)[1] == "unknown", "its request may still arrive"
    assert host.shop.bank.arrives() == 1
    comes_to_rest(host)
    assert (host.shop.bank.captures, host.order(key).placed is not None) == (1, True)


@pytest.mark.parametrize("kind", PRESETS)
def test_a_decline_of_the_second_payment_is_not_taken_for_one_of_the_page_that_is_still_open(kind):
    host = impatient(Host(able=attrs.evolve(preset(kind, last_call="provider"), cancel=False)))
    key, ticket = at_the_bank(host, THREE_D)
    assert host.posts(key, CONFIRMATION, form(host, DECLINED)).errors == {"non_field_errors": ("declined",)}
    host.recovers(seconds=20)
    assert host.states(key) == ["superseded", "declined"]
    assert host.shop.bank.pays(ticket).state == "captured"
    comes_to_rest(host)
    assert (host.shop.bank.captures, host.order(key).placed is not None) == (1, True)


@pytest.mark.parametrize("kind", PRESETS)
def test_a_page_that_was_closed_behind_the_buyer_does_not_end_the_payment_under_way(kind):
    host = impatient(Host(able=preset(kind, last_call="provider")))
    key, ticket = at_the_bank(host, THREE_D)
    host.posts(key, CONFIRMATION, form(host, TIMEOUT_TAKEN_LATE))
    for _ in range(3):
        host.recovers(seconds=16)
    assert host.shop.bank.ticket_of(ticket.md).state == "closed"
    assert host.states(key)[1] == "unknown", "its request may still arrive"
    assert host.shop.bank.arrives() == 1
    comes_to_rest(host)
    assert (host.shop.bank.captures, host.order(key).placed is not None) == (1, True)


def test_what_is_said_of_a_number_is_believed_when_nothing_can_take_effect_any_more():
    host, key = in_two_tabs("native")
    for _ in range(4):
        host.recovers(minutes=1)
    assert host.states(key)[1] == "declined"


# Keys and numbers

FATES = st.sampled_from([Declined("do_not_honor"), "not executed", Unknown("no answer")])
ENDS = st.lists(st.tuples(FATES, st.sampled_from(["sale", "three_d"]), st.booleans()), max_size=6)


def lived(key: str, ends: list[tuple[object, str, bool]], able) -> PreOrder:
    """A checkout that was tried so often, each try with its end, and edited after some."""
    order, edits = ready(key=key), 0
    for outcome, kind, edited in ends:
        order = tried(order, kind, bank=able)
        n, late = len(order.attempts), NOW + 3 * IN_FLIGHT
        if outcome == "not executed":
            for now in (late, late + IN_FLIGHT):
                order, _ = apply_outcome(order, n, NotFound(), now)
        else:
            order, _ = apply_outcome(order, n, outcome, NOW)
        if edited:
            edits += 1
            order = evolve(order, extras=Extras(coupons=(f"coupon-{edits}",)))
    return tried(order, bank=able)


@given(ENDS, ENDS, st.integers(10, 40), st.booleans())
def test_no_two_payments_share_a_key_and_both_have_the_form_the_gateway_takes(one, two, longest, digits):
    able = attrs.evolve(BANK, number_max=longest, number_digits=digits, key_max=24)
    meant: dict[str, tuple[object, ...]] = {}
    for order in (lived("co-1", one, able), lived("co-2", two, able)):
        for a in order.attempts:
            means = (order.key, a.number, a.kind, a.seal)
            assert meant.setdefault(a.key, means) == means
            assert len(a.key) == 24
            assert len(a.key) <= able.key_max
            assert set(a.key) <= set("0123456789ABCDEF"), "96 bits"
            assert 10 <= len(a.number) <= min(longest, 16)
            assert a.number.isascii()
            assert a.number.isdecimal() if digits else a.number.isalnum()
        *before, last = order.attempts
        on_it = [a.state for a in before if a.number == last.number]
        assert not on_it or set(on_it) != {"declined"}, "a number whose every try was declined is retired"


def test_a_number_follows_from_the_key_of_its_checkout_and_tells_nothing_of_how_many_there_are():
    drawn = [numbered(ready(key=f"checkout-{n}")) for n in range(100)]
    assert len(set(drawn)) == 100
    assert drawn != sorted(drawn)
    assert numbered(ready(key="checkout-7")) == drawn[7], "however many were drawn before"


# Taken, and the order cannot stand


class Refusing(Host):
    """A host with three mugs, whose own tables take no order."""

    def __init__(self):
        super().__init__()
        self.holds = MemoryHolds(self.shop.now)
        self.holds.put("stock", "mug", 3)
        self.ears.never = {"order_placed": Refused("blocked_customer")}
        self.checkout = Checkout(attrs.evolve(self.checkout.ports, holds=self.holds))
        self.service = CheckoutService(self.checkout, self.store)


def came_undone(host: Refusing, key: str) -> None:
    """No order, no money, nothing held; the buyer is told once."""
    (attempt,) = host.order(key).attempts
    (row,) = attempt.captures
    assert (host.order(key).placed, attempt.state, row.reversal) == (None, "reversed", "done")
    assert (host.shop.bank.captures, host.holds.left("stock", "mug")) == (0, 3)
    assert host.ears.told == [("send_mail", "payment_reversed")]
    (void,) = {call.key for call in host.shop.bank.calls() if call.method == "void"}
    assert void != attempt.key, "under a key of its own"


def test_money_of_an_order_that_the_shop_refuses_goes_back_and_lets_go_of_the_goods():
    host = Refusing()
    key = host.paid()
    comes_to_rest(host)
    came_undone(host, key)
    host.ears.never = {}
    host.paid(again=key)
    assert (host.shop.bank.captures, host.order(key).placed is not None) == (1, True)
    assert len({a.number for a in host.order(key).attempts}) == 2, "a number whose money went back is not used again"


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it"])
def test_whenever_a_process_dies_on_the_way_back_the_money_goes_back(after):
    died, at = True, 0
    while died:
        at, died = at + 1, False
        host = Refusing()
        key = at_the_card(host)
        dying(host, at, after=after)
        try:
            host.posts(key, CONFIRMATION, form(host, APPROVED))
            host.recovers(minutes=1)
        except Dies:
            died = True
        restarted(host)
        comes_to_rest(host)
        left = host.order(key).placed, host.shop.bank.captures, host.holds.left("stock", "mug")
        assert left == (None, 0, 3), f"died at boundary {at}"
    assert at > 6, "saves, a send, messages"


# The buyer never comes back


def holding(able) -> Host:
    host = Host(able=able)
    host.holds = MemoryHolds(host.shop.now)
    host.holds.put("stock", "mug", 3)
    host.checkout = Checkout(attrs.evolve(host.checkout.ports, holds=host.holds))
    host.service = CheckoutService(host.checkout, host.store)
    return host


@pytest.mark.parametrize("callback", ["full", "partial", "none"])
def test_a_buyer_who_has_paid_at_the_issuer_and_never_comes_back_has_an_order(callback):
    host = holding(preset("native", last_call="provider", callback=callback))
    key, ticket = at_the_bank(host, THREE_D)
    host.shop.bank.pays(ticket)
    comes_to_rest(host)
    assert (host.states(key), host.shop.bank.captures) == (["captured"], 1)
    assert host.ears.told[:2] == [("order_placed", host.order(key).number), ("send_mail", "order_placed")]
    assert (host.holds.left("stock", "mug"), host.record(key).outbox) == (2, ())


@pytest.mark.parametrize("last_call", ["shop", "provider"])
@pytest.mark.parametrize("cancel", [False, True], ids=["it cannot be closed", "it can be closed"])
def test_a_buyer_who_is_lost_at_the_issuer_leaves_nothing_behind(last_call, cancel):
    host = holding(attrs.evolve(preset("native", last_call=last_call), cancel=cancel))
    key, _ = at_the_bank(host, THREE_D_ABANDONED)
    assert host.holds.left("stock", "mug") == 2
    comes_to_rest(host)
    assert host.states(key)[0] in {"abandoned", "cancelled", "declined"}
    assert (host.shop.bank.captures, host.holds.left("stock", "mug"), host.ears.told) == (0, 3, [])
    host.paid(again=key)
    assert host.order(key).placed is not None
