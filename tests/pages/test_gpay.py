"""Pay on Garanti Pay's page: the card that stands for it, its plans, the signed return, and the ledger."""

from __future__ import annotations

import pytest

from checkout_core import EMPTY, Basket, evolve
from checkout_core.effects import Declined
from checkout_core.money import Money
from checkout_core.order import GarantiPay, Line, Plan
from checkout_core.pages.gpay import GPayCompletePage, GPayContext, GPayRedirectPage, GPaySelectionPage
from checkout_core.paying import Transaction, transactions

from .card_kit import AT_ONCE, IN_THREE
from .hosted_kit import (
    BY_GPAY,
    BY_REDIRECTION,
    GPAY_CARD,
    GPAY_COMPLETE,
    OPTIONS,
    REDIRECT,
    SELECTION,
    HostedWorld,
    at_garanti,
    comes_back,
    query_of,
    signed,
)
from .kit import EMPTIED, ZERO, closed_by, lira, order, shows, visit

REJECTED = {"non_field_errors": ("callback_rejected",)}
PENDING = {"non_field_errors": ("payment_pending",)}
THE_WAY = GPayContext("/orders/gpay-redirect/")


@pytest.fixture
def world():
    return HostedWorld()


def brought(world, buyer, count=1, *, failed=False, **more):
    return comes_back(world.garanti, failed=failed, **signed(buyer.attempt.number, count, **more))


# The card that stands for it


def test_the_card_of_the_bin_is_kept_without_its_plans_and_the_order_gets_its_number(world):
    buyer = world.begins(order(payment=BY_GPAY))
    step = buyer.posts(SELECTION, {})
    assert (step.page, step.context, step.errors) == (REDIRECT, EMPTY, {})
    own = step.pre_order.payment
    assert (own.bin_number, own.card) == ("GPAY00", evolve(GPAY_CARD, installments=()))
    assert len(step.pre_order.number) == 16
    assert world.garanti.calls == []


def test_the_setting_names_the_bin():
    world = HostedWorld(gpay_bin_number="GPAY77")
    world.cards["GPAY77"] = evolve(GPAY_CARD, pk=177)
    assert world.begins(order(payment=BY_GPAY)).posts(SELECTION, {}).pre_order.payment.card.pk == 177


@pytest.mark.parametrize("before", [BY_GPAY, GarantiPay(BY_GPAY.option, "GPAY00", evolve(GPAY_CARD, installments=()))])
def test_without_the_card_neither_card_nor_number_stand_and_no_error_is_told(world, before):
    del world.cards["GPAY00"]
    buyer = world.begins(evolve(order(payment=before), number="N-1"))
    step = buyer.posts(SELECTION, {})
    assert (step.page, step.errors) == (SELECTION, {})
    assert (step.pre_order.payment, step.pre_order.number) == (BY_GPAY, None)


@pytest.mark.parametrize("body", [{"card": "1"}, {"csrf_token": "t", "installment": ""}, {"agreement": True}])
def test_a_body_that_says_anything_is_refused(world, body):
    buyer = world.begins(order(payment=BY_GPAY))
    step = buyer.posts(SELECTION, body)
    assert (step.page, step.errors) == (SELECTION, {"non_field_errors": ("unknown_field",)})
    assert step.pre_order.payment == BY_GPAY


@pytest.mark.parametrize("body", [{}, {"csrf_token": "t"}, {"csrfmiddlewaretoken": "t"}])
def test_the_token_of_a_form_is_no_body(world, body):
    assert world.begins(order(payment=BY_GPAY)).posts(SELECTION, body).page == REDIRECT


def test_a_basket_that_costs_nothing_is_no_reason_to_stay_for_shipping_may_cost_something(world):
    world.basket = Basket.of("b-1", "d-2", (Line(1, "mug", "Mug", 1, ZERO, 400),), "TRY")
    buyer = world.begins(order(payment=BY_GPAY, basket=world.basket))
    assert buyer.posts(SELECTION, {}).page == REDIRECT


def test_each_page_asks_for_what_the_one_before_has_found():
    assert closed_by(GPaySelectionPage, visit(order(payment=BY_GPAY))) == ()
    assert closed_by(GPaySelectionPage, visit(order(payment=BY_REDIRECTION))) == ("other_payment",)
    assert closed_by(GPayRedirectPage, visit(order(payment=BY_GPAY))) == ("number_required", "gpay_card_required")
    found = evolve(order(payment=evolve(BY_GPAY, card=GPAY_CARD)), number="N-1")
    assert closed_by(GPayRedirectPage, visit(found)) == ()
    assert closed_by(GPayCompletePage, visit(found)) == ("payment_not_started",)
    emptied = evolve(found, basket=EMPTIED.basket)
    for page in (GPaySelectionPage, GPayRedirectPage):
        assert "basket_empty" in closed_by(page, visit(emptied))
    assert shows(GPayCompletePage, visit(found)) == EMPTY


# The way there


def test_garanti_is_told_of_all_plans_of_the_card_and_the_buyer_is_sent_on(world):
    buyer = world.begins(order(payment=BY_GPAY))
    buyer.posts(SELECTION, {})
    number = buyer.order.number
    step = buyer.posts(REDIRECT, {"whatever": "1"})
    assert (step.page, step.context, step.errors) == (GPAY_COMPLETE, THE_WAY, {})
    told, plans = world.garanti.told, (Plan(1, lira("125.00")), Plan(3, lira("131.25")))
    assert (told.number, told.details.plans, buyer.attempt.seal.plans) == (number, plans, plans)
    assert query_of(told.details.back.success)["page"] == GPAY_COMPLETE
    assert (told.details.browser.ip, buyer.attempt.kind, buyer.attempt.state) == ("192.0.2.7", "session", "awaiting")


def test_a_redirect_that_was_only_started_is_no_payment(world):
    """GPY-01."""
    buyer = at_garanti(world)
    (attempt,) = buyer.order.attempts
    assert (buyer.order.placed, attempt.state, attempt.captures, world.placed) == (None, "awaiting", (), [])


def test_a_card_without_plans_is_paid_at_once_and_one_that_is_gone_not_at_all(world):
    world.cards["GPAY00"] = evolve(GPAY_CARD, installments=())
    buyer = at_garanti(world)
    assert buyer.attempt.seal.plans == (Plan(1, lira("125.00")),)
    buyer = world.begins(evolve(order(payment=BY_GPAY), key="co-9"))
    buyer.posts(SELECTION, {})
    del world.cards["GPAY00"]
    assert buyer.posts(REDIRECT, {}).errors == {"non_field_errors": ("not_available_now",)}


def test_above_the_limit_the_identity_number_comes_first():
    world = HostedWorld(identity_number_required_amount=Money("100.00", "TRY"))
    buyer = world.begins(order(payment=BY_GPAY))
    buyer.posts(SELECTION, {})
    assert buyer.posts(REDIRECT, {}).errors == {"non_field_errors": ("identity_number_required",)}


def test_back_at_the_checkout_the_page_before_is_shown_and_the_way_under_its_name(world):
    buyer = at_garanti(world)
    assert (buyer.looks().page, buyer.looks(GPAY_COMPLETE).context) == (REDIRECT, THE_WAY)
    assert buyer.posts(SELECTION, {}).errors == {}
    assert buyer.attempt.state == "awaiting"


@pytest.mark.parametrize("failure", [Declined("declined"), "cancelled"])
def test_a_payment_that_failed_begins_with_the_selection_again(world, failure):
    """GPY-03: its number is never another payment's."""
    if failure == "cancelled":
        buyer = at_garanti(world)
        world.garanti.close(world.garanti.told)
        step = buyer.posts(GPAY_COMPLETE, brought(world, buyer, failed=True))
    else:
        world.garanti.will.append(failure)
        buyer = world.begins(order(payment=BY_GPAY))
        buyer.posts(SELECTION, {})
        step = buyer.posts(REDIRECT, {})
    code = failure if isinstance(failure, str) else failure.code
    assert (step.page, step.errors) == (SELECTION, {"non_field_errors": (code,)})
    assert (step.pre_order.payment, step.pre_order.number) == (BY_GPAY, None)
    buyer.posts(SELECTION, {})
    buyer.posts(REDIRECT, {})
    first, second = buyer.order.attempts
    assert first.number != second.number


def test_money_that_comes_late_for_a_number_that_was_given_up_is_found_and_goes_back(world):
    """GPY-03."""
    buyer = at_garanti(world)
    late = world.garanti.told
    buyer.posts(OPTIONS, {"payment_option": 32})
    buyer.posts("FundsTransferChoicePage", {"bank_account": 41})
    world.garanti.will.append(TimeoutError())  # the session cannot be closed
    assert buyer.posts("FundsTransferPage", {"agreement": True}).page == "ThankYouPage"
    world.garanti.take(late)
    found = buyer.recovers(hours=3)
    assert (found.placed.receipt, found.attempts[0].state, world.garanti.net) == ("funds_transfer", "reversed", 0)


# The return


@pytest.mark.parametrize(("plan", "amount"), [(AT_ONCE, "125.00"), (IN_THREE, "131.25")])
def test_the_plan_that_was_chosen_there_is_the_orders(world, plan, amount):
    buyer = at_garanti(world)
    world.garanti.pays(plan.installment_count)
    step = buyer.posts(GPAY_COMPLETE, brought(world, buyer, plan.installment_count))
    assert (step.page, step.errors) == ("ThankYouPage", {})
    assert buyer.order.placed.plan == Plan(plan.installment_count, lira(amount))


@pytest.mark.parametrize("claimed", [1, 3, 6])
def test_a_signed_claim_of_other_instalments_than_the_ledgers_changes_nothing(world, claimed):
    buyer = at_garanti(world)
    world.garanti.pays(3)
    buyer.posts(GPAY_COMPLETE, brought(world, buyer, claimed))
    assert buyer.order.placed.plan == Plan(3, lira("131.25"))


@pytest.mark.parametrize(("count", "amount"), [(6, "131.25"), (3, "125.00"), (1, "131.25"), (12, "125.00")])
def test_instalments_that_were_not_offered_are_no_order_and_the_money_goes_back(world, count, amount):
    """GPY-02: what was signed is not what was sealed."""
    buyer = at_garanti(world)
    world.garanti.pays(count, lira(amount))
    step = buyer.posts(GPAY_COMPLETE, brought(world, buyer, count))
    assert (step.pre_order.placed, step.errors) == (None, {"non_field_errors": ("payment_reversed",)})
    assert (buyer.recovers(minutes=5).placed, world.garanti.net) == (None, 0)


FORGED = [
    {"success": "false"}, {"gpay": "false"}, {"gpinstallment": "3"}, {"orderid": "0" * 16}, {"hash": "0" * 64},
    {"hash": ""}, {"hash": "\u00fc"}, {"success": ["true", "true"]}, {"gpinstallment": None},
]  # fmt: skip


@pytest.mark.parametrize("forged", FORGED, ids=repr)
def test_what_garanti_has_not_signed_is_rejected_and_changes_nothing(world, forged):
    buyer = at_garanti(world)
    world.garanti.pays()
    good, before = brought(world, buyer), world.store.get(buyer.key)
    step = buyer.posts(GPAY_COMPLETE, {**good, **forged})
    assert (step.page, step.errors) == (GPAY_COMPLETE, REJECTED)
    assert (world.store.get(buyer.key), world.garanti.asked) == (before, [])
    assert buyer.posts(GPAY_COMPLETE, good).page == "ThankYouPage"


def test_a_genuine_return_of_another_payment_is_rejected(world):
    buyer = at_garanti(world)
    cheap = signed("0123456789ABCDEF")
    assert buyer.posts(GPAY_COMPLETE, comes_back(world.garanti, **cheap)).errors == REJECTED
    assert (buyer.attempt.state, world.garanti.asked) == ("awaiting", [])


@pytest.mark.parametrize("said", ["true", "false"])
def test_success_and_failure_are_claims_and_the_ledger_decides(world, said):
    buyer = at_garanti(world)
    message = {**signed(buyer.attempt.number), "success": said, "gpay": said}
    message["hash"] = signed(buyer.attempt.number, success=said, gpay=said)["hash"]
    back = comes_back(world.garanti, failed=said == "false", **message)
    assert buyer.posts(GPAY_COMPLETE, back).errors == PENDING
    world.garanti.pays()
    assert buyer.posts(GPAY_COMPLETE, back).page == "ThankYouPage"


def test_all_fields_of_the_return_are_verified_and_those_of_the_address_are_none(world):
    buyer = at_garanti(world)
    buyer.posts(GPAY_COMPLETE, brought(world, buyer, mdstatus="1", md=""))
    (callback,) = world.garanti.verified
    names = [name for name, _ in callback.query]
    assert names == ["orderid", "gpay", "success", "gpinstallment", "mdstatus", "md", "hash"]


def test_a_used_token_with_another_signed_message_is_rejected(world):
    """CB-16."""
    buyer = at_garanti(world)
    assert buyer.posts(GPAY_COMPLETE, brought(world, buyer, 1)).errors == PENDING
    assert buyer.posts(GPAY_COMPLETE, brought(world, buyer, 3)).errors == REJECTED
    assert buyer.posts(GPAY_COMPLETE, brought(world, buyer, 1)).errors == PENDING


# Transactions, as a view of attempts


def test_the_transactions_are_read_off_the_attempts_and_only_money_that_stands_has_succeeded(world):
    """GPY-01: a redirect that was started is none."""
    buyer = at_garanti(world)
    number, going = buyer.attempt.number, transactions(buyer.order)
    assert [(each.id, each.type, each.succeeded) for each in going] == [(f"REDIRECT_GPAY_{number}", "redirect", False)]
    world.garanti.pays(3)
    buyer.posts(GPAY_COMPLETE, brought(world, buyer, 3))
    there, back = transactions(buyer.order)
    assert (there.succeeded, there.amount) == (False, lira("125.00"))
    assert back == Transaction(f"GPAY_{number}_r1", "return_back", True, False, lira("131.25"))  # noqa: FBT003  # as told


def test_a_return_without_money_is_a_transaction_that_has_not_succeeded(world):
    buyer = at_garanti(world)
    buyer.posts(GPAY_COMPLETE, brought(world, buyer))
    _, back = transactions(buyer.order)
    assert back.id == f"GPAY_{buyer.attempt.number}_{buyer.attempt.returned[:8]}"
    assert not back.succeeded
