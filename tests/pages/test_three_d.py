"""3-D Secure: when it is wanted, the way to the bank, and what comes back from it."""

from __future__ import annotations

import pytest
from attrs import evolve as with_
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import EMPTY, Ask, Invalid, PreOrder, Step, evolve
from checkout_core.effects import Captured, Declined, Details, Order
from checkout_core.forms import read
from checkout_core.order import Basket, Line
from checkout_core.pages.credit_card import CreditCardThreeDSecurePage, ThreeDContext, ThreeDReturn
from checkout_core.settings import Settings

from .card_kit import (
    ABLE,
    BIN,
    CAREFUL,
    CAREFUL_PAYING,
    CONFIRMATION,
    IN_THREE,
    INSTALLMENTS,
    MD,
    PAYING,
    THREE_D,
    WIDE,
    Bank,
    World,
    card_visit,
    chosen,
    declines,
    handed_out,
)
from .kit import BY_CARD, BY_TRANSFER, EMPTIED, answer, closed_by, lira, order, shows

READY = chosen(IN_THREE)
CAREFUL_READY = chosen(CAREFUL.installments[0], "542120")
THE_WAY = ThreeDContext("/orders/redirect-three-d/")
RETURN = {"md": MD, "success": "true", "three_d_secure": "true", "mdStatus": "1"}


def step_of(world: World, of: PreOrder, page: str = CONFIRMATION, body: object = None) -> Step:
    return world.checkout.submit(of, page, PAYING if body is None else body)


# The way to the bank


def test_the_page_is_there_while_a_form_of_the_banks_is_handed_out():
    waiting = handed_out(READY)
    assert closed_by(CreditCardThreeDSecurePage, card_visit(waiting)) == ()
    assert shows(CreditCardThreeDSecurePage, card_visit(waiting)) == THE_WAY
    assert closed_by(CreditCardThreeDSecurePage, card_visit(READY)) == ("three_d_not_started",)
    assert shows(CreditCardThreeDSecurePage, card_visit(READY)) == EMPTY
    assert closed_by(CreditCardThreeDSecurePage, card_visit(order(payment=BY_TRANSFER))) == ("other_payment",)
    empty = evolve(waiting, basket=EMPTIED.basket)
    assert closed_by(CreditCardThreeDSecurePage, card_visit(empty)) == ("basket_empty",)


def at_the_bank(world: World, of: PreOrder = CAREFUL_READY) -> PreOrder:
    """The order while its buyer proves who they are; the bank gave the form MD."""
    return step_of(world, of, body=CAREFUL_PAYING).pre_order


def test_the_submit_that_hands_out_the_form_and_a_view_that_names_the_page_show_the_way_and_a_plain_view_does_not():
    world = World()
    step = step_of(world, CAREFUL_READY, body=CAREFUL_PAYING)
    assert (step.page, step.context, step.errors) == (THREE_D, THE_WAY, {})
    assert [shown.page for shown in step.context_list] == [THREE_D]
    (attempt,) = step.pre_order.attempts
    assert (attempt.state, dict(attempt.handed)) == ("awaiting", {"md": MD, "url": "https://bank.example/"})
    named = world.checkout.view(step.pre_order, THREE_D)
    assert (named.page, named.context, named.errors) == (THREE_D, THE_WAY, {})
    plain = world.checkout.view(step.pre_order)
    assert (plain.page, plain.context.notice, plain.errors) == (CONFIRMATION, None, {})
    assert THREE_D not in [shown.page for shown in plain.context_list]
    assert len(world.bank.calls) == 1


def test_while_the_buyer_is_at_the_bank_nothing_is_locked_and_another_answer_stands():
    world = World()
    of = at_the_bank(world)
    step = step_of(world, of, BIN, {"bin_number": "411111"})
    assert (step.page, step.errors) == (INSTALLMENTS, {})
    assert step.pre_order.attempts == of.attempts


# What comes back

CLAIMS = {
    "md": MD, "success": "true", "three_d_secure": "true", "xid": "x-1", "eci": "05", "cavv": "AAAB", "mdStatus": "1",
    "status": "ok", "paymentId": "p-1", "conversationData": "d", "conversationId": "c-1", "liqpay_token": "t",
}  # fmt: skip


@pytest.mark.parametrize("left_out", [(), ("cavv", "eci"), tuple(CLAIMS)[1:]])
def test_what_the_browser_brings_goes_to_the_gateway_under_its_documented_names(left_out):
    waiting = handed_out(READY)
    brought = {name: value for name, value in CLAIMS.items() if name not in left_out}
    ask = answer(CreditCardThreeDSecurePage, brought, card_visit(waiting))
    assert ask == Ask(waiting.payment, brought)


@pytest.mark.parametrize("name", CLAIMS)
def test_each_return_field_is_text_as_it_came_and_a_list_is_none(name):
    assert getattr(read(ThreeDReturn, {"md": MD, name: " a;b\r\n"}, Settings()), name) == " a;b\r\n"
    with pytest.raises(Invalid) as refused:
        read(ThreeDReturn, {"md": MD, name: ["1", "1"]}, Settings())
    assert refused.value.codes == {name: ("invalid",)}


def test_flags_may_come_as_json_and_further_parameters_of_a_gateway_may_come_too():
    brought = {"md": MD, "success": True, "three_d_secure": True, "oid": "17", "hashParams": "oid:", "body": {"a": 1}}
    ask = answer(CreditCardThreeDSecurePage, brought, card_visit(handed_out(READY)))
    assert dict(ask.returned) == {"md": MD, "success": "true", "three_d_secure": "true"}


FORGED = [
    {}, {"success": "true", "three_d_secure": "true", "mdStatus": "1"}, {"md": ""}, {"md": None}, {"md": "MD-1"},
    {"md": "md-1 "}, {"md": "md-11"}, {"md": "md-2"}, {"md": [MD]}, {"md": {"md": MD}}, {"md": 2}, {"md": True},
    {"mdStatus": "1", "md": "md-1\x00"},
]  # fmt: skip


@pytest.mark.parametrize("body", FORGED)
def test_a_return_that_does_not_know_the_form_changes_nothing_and_calls_nobody(body):
    world = World()
    of = at_the_bank(world)
    calls = len(world.bank.calls)
    step = step_of(world, of, THREE_D, {"success": "true", "three_d_secure": "true", **body})
    assert set(step.errors) == {"md"}
    assert step.errors["md"][0] in {"callback_rejected", "invalid"}
    assert step.pre_order == of
    assert (len(world.bank.calls), world.bank.asked, world.bank.net) == (calls, [], 0)


def test_a_return_without_the_forms_name_is_rejected_and_not_asked_to_be_filled_in():
    world = World()
    assert step_of(world, at_the_bank(world), THREE_D, {"success": "true"}).errors == {"md": ("callback_rejected",)}


@given(
    st.dictionaries(
        st.sampled_from([*CLAIMS, "page", "amount"]), st.one_of(st.text(), st.booleans(), st.none(), st.integers())
    )
)
def test_no_body_that_the_bank_did_not_make_leads_to_an_order(body):
    world = World()
    of = at_the_bank(world)
    body = {name: value for name, value in body.items() if (name, value) != ("md", MD)}
    step = step_of(world, of, THREE_D, body)
    assert (step.pre_order, bool(step.errors)) == (of, True)
    assert [method for method, _ in world.bank.calls] == ["start_three_d"]


@pytest.mark.parametrize("of", [READY, order(payment=BY_CARD), order()])
def test_a_return_that_nobody_waits_for_changes_nothing_and_calls_nobody(of):
    world = World()
    step = step_of(world, of, THREE_D, RETURN)
    assert (step.pre_order, step.errors) == (of, {"non_field_errors": ("page_not_available",)})
    assert world.bank.calls == []


def test_a_gateway_that_named_no_form_gets_no_return():
    waiting = handed_out(READY)
    (attempt,) = waiting.attempts
    nameless = evolve(waiting, attempts=(evolve(attempt, handed={"url": "https://bank.example/"}),))
    for body in ({}, {"md": ""}, {"md": "None"}, {"success": "true"}):
        with pytest.raises(Invalid) as refused:
            answer(CreditCardThreeDSecurePage, body, card_visit(nameless))
        assert refused.value.codes == {"md": ("callback_rejected",)}


# How it ends


def test_a_buyer_who_proves_who_they_are_at_the_bank_has_ordered():
    world = World()
    of = at_the_bank(world)
    assert (of.placed, world.bank.net) == (None, 0)
    step = step_of(world, of, THREE_D, RETURN)
    assert (step.page, step.errors) == ("ThankYouPage", {})
    placed, (attempt,) = step.pre_order.placed, step.pre_order.attempts
    ((_, started), (method, finished)) = world.bank.calls
    assert (method, finished) == ("finish_three_d", with_(started, details=Details()))  # those were told before
    assert world.bank.returned == [RETURN]
    assert (placed.number, placed.total, placed.receipt) == (finished.number, lira("125.00"), "r1")
    assert (attempt.state, [row.reference for row in attempt.captures]) == ("captured", ["r1"])


def test_the_bank_is_asked_whatever_the_return_claims():
    world = World()
    of = at_the_bank(world)
    step = step_of(world, of, THREE_D, {"md": MD, "success": "false", "three_d_secure": "false", "mdStatus": "0"})
    assert step.page == "ThankYouPage"  # the bank had taken the money


@pytest.mark.parametrize("code", ["three_d_failed", "insufficient_funds", "callback_rejected"])
def test_who_fails_at_the_bank_is_back_at_the_card_with_the_reason_and_all_earlier_answers(code):
    world = World()
    of = at_the_bank(world)
    world.bank.will.append(declines(code))
    step = step_of(world, of, THREE_D, RETURN)
    assert (step.page, step.errors) == (CONFIRMATION, {"non_field_errors": (code,)})
    assert step.context.notice == code
    earlier = evolve(of.payment, mask=None)  # the answer of the page whose attempt has ended
    assert (step.pre_order.payment, step.pre_order.totals, step.pre_order.placed) == (earlier, of.totals, None)
    assert world.checkout.view(step.pre_order).context.notice == code
    again = step_of(world, step.pre_order, body=CAREFUL_PAYING)
    assert (again.page, world.checkout.view(again.pre_order).context.notice) == (THREE_D, None)
    numbers = [sent.number for method, sent in world.bank.calls if method == "start_three_d"]
    assert len(set(numbers)) == 2


class Strict(Bank):
    """Takes nothing but a proved buyer."""

    good = frozenset({"1"})

    def finish_three_d(self, order: Order, returned: dict[str, str], card: object = None, /) -> Captured | Declined:
        if returned.get("mdStatus") not in self.good:
            return Declined("three_d_failed")
        return super().finish_three_d(order, returned, card)


class Lenient(Strict):
    """An attempt will do."""

    good = frozenset({"1", "2", "3", "4"})


@pytest.mark.parametrize(
    ("bank", "status", "placed"),
    [(Strict, "1", True), (Strict, "2", False), (Strict, None, False), (Strict, "1 ", False),
     (Strict, "1".translate(WIDE), False), (Lenient, "2", True), (Lenient, "0", False), (Lenient, "5", False)],
)  # fmt: skip
def test_each_gateway_judges_the_status_by_its_own_rule(bank, status, placed):
    world = World()
    world.bank = bank(ABLE)
    step = step_of(world, at_the_bank(world), THREE_D, {"md": MD, "success": "true", "mdStatus": status})
    assert (step.page, step.errors) == (
        ("ThankYouPage", {}) if placed else (CONFIRMATION, {"non_field_errors": ("three_d_failed",)})
    )
    assert (step.pre_order.placed is not None, world.bank.net) == (placed, int(placed))


def test_a_return_that_comes_twice_asks_the_bank_once():
    world = World()
    first = step_of(world, at_the_bank(world), THREE_D, RETURN)
    second = step_of(world, first.pre_order, THREE_D, RETURN)
    assert (second.page, second.pre_order, second.errors) == ("ThankYouPage", first.pre_order, {})
    assert [method for method, _ in world.bank.calls] == ["start_three_d", "finish_three_d"]


def test_a_return_that_comes_again_after_a_decline_asks_nobody():
    world = World()
    of = at_the_bank(world)
    world.bank.will.append(declines("three_d_failed"))
    declined = step_of(world, of, THREE_D, RETURN).pre_order
    again = step_of(world, declined, THREE_D, RETURN)
    assert (again.page, again.errors) == (CONFIRMATION, {"non_field_errors": ("page_not_available",)})
    assert (again.pre_order, len(world.bank.calls)) == (declined, 2)


def test_while_the_last_call_is_on_its_way_another_return_waits():
    world = World()
    of = at_the_bank(world)
    world.bank.will.append(TimeoutError())
    pending = step_of(world, of, THREE_D, RETURN)
    assert (pending.page, pending.errors) == (CONFIRMATION, {"non_field_errors": ("payment_pending",)})
    again = step_of(world, pending.pre_order, THREE_D, RETURN)
    assert (again.page, again.errors) == (CONFIRMATION, {"non_field_errors": ("payment_in_progress",)})
    assert (again.pre_order, len(world.bank.calls)) == (pending.pre_order, 2)


def another_basket(of: PreOrder) -> Basket:
    return Basket.of(of.basket.key, "d-9", (Line(1, "mug", "Mug", 2, lira("35.10"), 400),), "TRY")


@pytest.mark.parametrize("edit", ["basket", "plan", "address", "email"])
def test_who_edits_the_order_while_at_the_bank_comes_back_to_another_price_and_the_last_call_is_not_made(edit):
    world = World()
    of = at_the_bank(world)
    if edit == "basket":
        world.basket = another_basket(of)
    elif edit == "plan":
        of = step_of(world, of, INSTALLMENTS, {"installment": 23}).pre_order
    elif edit == "address":
        moved = evolve(of.delivery.shipping_address, line="3 Street")
        of = evolve(of, delivery=evolve(of.delivery, shipping_address=moved))
    else:
        of = step_of(world, of, "IndexPage", {"user_email": "grace@example.org"}).pre_order
    step = step_of(world, of, THREE_D, RETURN)
    assert (step.page, step.errors) == (CONFIRMATION, {"non_field_errors": ("price_changed",)})
    assert step.context.notice == "price_changed"
    assert [attempt.state for attempt in step.pre_order.attempts] == ["abandoned"]
    assert ([method for method, _ in world.bank.calls], world.bank.net) == (["start_three_d"], 0)
    late = step_of(world, step.pre_order, THREE_D, RETURN)
    assert (late.errors, len(world.bank.calls)) == ({"non_field_errors": ("page_not_available",)}, 1)


def test_a_note_to_the_shop_is_no_edit_of_what_is_paid():
    world = World()
    noted = step_of(world, at_the_bank(world), "OrderNotePage", {"notes": "Please ring."}).pre_order
    assert step_of(world, noted, THREE_D, RETURN).page == "ThankYouPage"


def test_who_chooses_again_abandons_the_first_form_and_the_second_is_for_a_number_of_its_own():
    world = World()
    first = at_the_bank(world)
    step = step_of(world, first, body=CAREFUL_PAYING)
    assert (step.page, [a.state for a in step.pre_order.attempts]) == (THREE_D, ["abandoned", "awaiting"])
    assert step.pre_order.attempts[-1].handed["md"] == "md-2"
    (_, one), (_, two) = world.bank.calls
    assert one.number != two.number, "a gateway that knows the number would hand out the first card's form again"
    assert one.key != two.key
    old = step_of(world, step.pre_order, THREE_D, RETURN)
    assert (old.errors, old.pre_order) == ({"md": ("callback_rejected",)}, step.pre_order)
    new = step_of(world, step.pre_order, THREE_D, {**RETURN, "md": "md-2"})
    assert (new.page, new.pre_order.placed.number, world.bank.net) == ("ThankYouPage", two.number, 1)


def test_who_pays_another_way_abandons_the_form():
    world = World()
    of = at_the_bank(world)
    transfer = step_of(world, of, "PaymentOptionSelectionPage", {"payment_option": 32}).pre_order
    transfer = step_of(world, transfer, "FundsTransferChoicePage", {"bank_account": 41}).pre_order
    step = step_of(world, transfer, "FundsTransferPage", {"agreement": True})
    assert (step.page, step.pre_order.placed.receipt) == ("ThankYouPage", "funds_transfer")
    assert [attempt.state for attempt in step.pre_order.attempts] == ["abandoned"]
    assert step.pre_order.placed.number != step.pre_order.attempts[0].number
    assert step_of(world, step.pre_order, THREE_D, RETURN).page == "ThankYouPage"
    assert len(world.bank.calls) == 1


def test_a_form_that_the_bank_did_not_give_leads_back_to_the_card():
    world = World()
    world.bank.will.append(declines("do_not_honor"))
    step = step_of(world, CAREFUL_READY, body=CAREFUL_PAYING)
    assert (step.page, step.errors) == (CONFIRMATION, {"non_field_errors": ("do_not_honor",)})
