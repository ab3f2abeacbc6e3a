"""No amount comes from a client, none is rounded or mixed by accident, and what was shown is what is taken."""

from __future__ import annotations

import decimal
import re
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checkout_core import STANDARD, Basket, Invalid, Money, Settings, evolve
from checkout_core.forms import PARSERS, CardMonth, CardYear, Pk, plan, read
from checkout_core.order import Line, PreOrder
from checkout_core.pages._cards import plans_shown
from checkout_core.pricing import totals, with_interest
from checkout_core.rules.availability import CurrencyRule
from checkout_core.shop import Installment
from checkout_core.testing.strategies import CURRENCIES, pre_orders

from ..pages.card_kit import (
    CONFIRMATION,
    GOLD,
    IN_THREE,
    INSTALLMENTS,
    PAYING,
    World,
    card_visit,
    chosen,
)
from ..pages.kit import STANDARD as SENT
from ..pages.kit import lira
from .kit import BY_CARD, BY_TRANSFER, Kept, posted, walked_to

READY = chosen(IN_THREE)
TOTAL = READY.totals.total
PRICES = (
    "amount", "basket", "basketitem_set", "currency", "discount", "discounts", "fee", "final_amount", "gateway",
    "installment_count", "installments", "interest", "interest_fee", "interest_rate", "me_payment_succeeded", "number",
    "placed", "pre_order", "price", "quantity", "rate", "shipping_amount", "tax", "total", "total_amount", "totals",
    "unit_price", "unpaid_amount", "user_confirmed",
)  # fmt: skip
VALUES = st.sampled_from(
    [0, 1, -1, 0.01, True, None, "0", "0.01", "-5.00", "1e-9", "TRY", "KWD", [], [0], {}, {"total": "0.01"}]
)
WAYS = [(way, page) for way in (BY_CARD, BY_TRANSFER) for page, _ in way]


# Nothing out of a request is a price


@pytest.mark.parametrize(("way", "page"), WAYS, ids=lambda each: each if isinstance(each, str) else "")
@settings(max_examples=20)
@given(more=st.dictionaries(st.sampled_from(PRICES) | st.text(max_size=8), VALUES, min_size=1, max_size=6))
def test_no_price_out_of_a_request_changes_the_order_or_what_is_asked_of_the_world(way, page, more):
    first, second = World().checkout, World().checkout
    order, body = walked_to(first, page, way), dict(way)[page]
    read_names = {name for name, _, _ in plan(first.map.rows[page].form)}
    more = {name: value for name, value in more.items() if name not in read_names}
    step, asked = posted(first, order, page, body)
    assert step.ok
    other, asked_too = posted(second, order, page, {**more, **body})
    assert (other, asked_too) == (step, asked)


def test_no_price_out_of_a_request_is_what_the_bank_takes():
    kept = Kept(READY)
    bargain = {"interest_rate": "0", "total_amount": "0.01", "amount": 1, "installment_count": 1, "currency": "IDR"}
    kept.posts(INSTALLMENTS, {"installment": IN_THREE.pk, **bargain})
    assert kept.posts(CONFIRMATION, {**PAYING, **bargain}).page == "ThankYouPage"
    ((_, order),) = kept.world.bank.calls
    assert (order.amount, order.installments) == (TOTAL, 3) == (lira("131.25"), 3)


# Strange numbers

NUMBERS = {PARSERS[kind]: most for kind, most in ((Pk, 2**63 - 1), (CardMonth, 12), (CardYear, 2099))}
FIELDS = [
    (page.form, name, NUMBERS[parse])
    for page in STANDARD.pages()
    for name, parse, _ in plan(page.form)
    if parse in NUMBERS
]
STRANGE = [
    -1, 0, 1.5, 1.0, True, False, 10**30, 2**63, float("nan"), float("inf"), Decimal(1), b"1", [1], {"pk": 1},
    "-1", "0", "+1", "1.5", "1.0", "1e3", "1E3", "0x1", "NaN", "Infinity", "1_000", "1,000", "\uff11", "\u0661", "1 0",
    "1\n1", "True", "one", "9" * 30,
]  # fmt: skip


def codes(form: type, body: dict[str, object]) -> dict[str, tuple[str, ...]]:
    try:
        read(form, body, Settings())
    except Invalid as refused:
        return dict(refused.codes)
    return {}


@pytest.mark.parametrize(("form", "name", "most"), FIELDS, ids=lambda each: getattr(each, "__name__", str(each)))
@given(strange=st.sampled_from(STRANGE))
@example("1\u0661")
@example("²")
def test_no_strange_number_is_read_as_a_number_by_any_form(form, name, most, strange):
    assert codes(form, {name: strange}).get(name) in {("invalid",), ("required",)}


@given(st.text("0123456789\uff11\u0662²+-_.,eExNa \t\n", max_size=12))
def test_no_strange_text_is_read_as_money(text):
    try:
        read_as = Money(text, "TRY")
    except ValueError:
        assert not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,2})?", text, re.ASCII)
    else:
        assert re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text, re.ASCII)
        assert Decimal(text) * 100 == read_as.minor


@pytest.mark.parametrize("minor", [0.1, 125.0, Decimal(125), "125", True, None])
def test_money_and_forms_take_no_float(minor):
    with pytest.raises(TypeError):
        Money.of(minor, "TRY")
    if not isinstance(minor, str):
        with pytest.raises(TypeError):
            Money(minor, "TRY")
    assert [name for form, name, _ in FIELDS if name not in codes(form, {name: 1.0})] == []


# Currencies


@pytest.mark.parametrize("paid", [Money.of(TOTAL.minor, "EUR"), Money.of(TOTAL.minor, "JPY"), Money("131.250", "KWD")])
def test_the_same_number_in_another_currency_is_other_money_and_goes_back(paid):
    kept = Kept(READY)
    kept.world.bank.will.append(lambda order: kept.world.bank.take(order, paid))
    step = kept.posts(CONFIRMATION, PAYING)
    assert (step.errors, step.pre_order.placed) == ({"non_field_errors": ("payment_reversed",)}, None)
    order = kept.is_looked_after()
    assert (order.placed, kept.world.placed, kept.world.bank.net) == (None, [], 0)
    assert [reference for reference, _ in kept.world.bank.voided] == ["r1"]


def in_euros() -> Basket:
    return Basket.of("b-1", "d-7", (Line(1, "mug", "Mug", 1, Money("35.10", "EUR")),), "EUR")


def test_a_basket_of_another_currency_is_priced_anew_and_nothing_of_the_old_currency_is_paid():
    kept = Kept(READY)
    for_lira = evolve(SENT, rules=(CurrencyRule(frozenset({"TRY"})),))
    kept.world.shop = evolve(kept.world.shop, shipping_options=(for_lira,))
    kept.world.basket = in_euros()
    step = kept.posts(CONFIRMATION, PAYING)
    order = step.pre_order
    assert (bool(step.errors), kept.sent, order.placed) == (True, [], None)
    amounts = (order.totals.lines, order.totals.shipping, order.totals.interest, order.totals.total)
    assert {amount.currency for amount in amounts} == {"EUR"}
    assert (order.shipping.option, order.payment) == (None, None), "both were priced, or offered, in the old one"
    assert kept.posts(CONFIRMATION, PAYING).errors == {"non_field_errors": ("page_not_available",)}


def test_a_basket_of_another_currency_changes_nothing_while_money_may_be_moving():
    kept = Kept(READY)
    kept.world.bank.will.append(TimeoutError())
    kept.posts(CONFIRMATION, PAYING)
    ((_, sent),) = kept.world.bank.calls
    kept.world.basket = in_euros()
    assert kept.looks().pre_order.totals == READY.totals
    kept.world.bank.take(sent)
    order = kept.is_looked_after()
    assert (order.placed.total, order.basket, kept.world.bank.net) == (TOTAL, READY.basket, 1)


# Rounding

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)


@given(st.integers(-(10**9), 10**9), weights, st.sampled_from(CURRENCIES))
def test_shares_come_to_the_whole_whatever_the_currency_and_the_order(minor, by, currency):
    amount = Money.of(minor, currency)
    shares = amount.allocate(by)
    assert sum(share.minor for share in shares) == minor
    assert {share.currency for share in shares} == {currency}
    assert all(share.minor * minor >= 0 for share in shares), "no share has another sign than the whole"
    backwards = amount.allocate(by[::-1])
    assert sorted(share.minor for share in backwards) == sorted(share.minor for share in shares)


@given(pre_orders(), st.sampled_from(["up", "half_up"]))
def test_a_total_is_the_sum_of_its_parts_in_every_currency(order: PreOrder, rounding):
    now = totals(order, rounding)
    assert now.lines == Basket.of("", "", order.basket.lines, order.basket.currency).amount
    less = now.lines - now.discounts + now.shipping - now.shipping_discount
    assert now.total == less + now.bags + now.gift_box + now.interest
    assert min(now.total, now.payable).minor >= 0
    assert {each.currency for each in (now.lines, now.shipping, now.interest, now.total)} == {order.basket.currency}
    assert totals(evolve(order, totals=now), rounding) == now


CONTEXTS = st.builds(
    decimal.Context, st.integers(1, 6), st.sampled_from([decimal.ROUND_DOWN, decimal.ROUND_CEILING, decimal.ROUND_UP]),
    st.just(-2), st.just(2), traps=st.just([]),
)  # fmt: skip


@settings(max_examples=40)
@given(CONTEXTS)
def test_a_checkout_costs_the_same_under_any_decimal_context(context):
    with localcontext(context):
        kept = Kept(chosen(IN_THREE))
        kept.posts(INSTALLMENTS, {"installment": IN_THREE.pk})
        kept.posts(CONFIRMATION, PAYING)
        shown = plans_shown(GOLD.installments, card_visit(READY))
    assert kept.order.placed.totals == READY.totals
    assert kept.world.bank.calls[0][1].amount == TOTAL
    assert shown == plans_shown(GOLD.installments, card_visit(READY))


# Instalments

RATES = st.integers(0, 200_000)
TABLES = st.dictionaries(st.sampled_from([11, 13, 16]), st.tuples(st.integers(1, 12), RATES), max_size=3)


def plans(table: dict[int, tuple[int, int]]) -> tuple[Installment, ...]:
    return tuple(Installment(pk, count, "", rate) for pk, (count, rate) in table.items())


@settings(max_examples=40)
@given(
    TABLES,
    TABLES,
    st.sampled_from([11, 13, 16, 21, 23, 999]),
    st.booleans(),
)
def test_only_a_plan_the_card_offers_now_is_chosen_and_paid_at_the_rate_of_the_shop(before, later, pk, changes):
    kept = Kept(chosen(None))
    world = kept.world
    world.cards["542119"] = evolve(GOLD, installments=plans(before))
    kept.posts(INSTALLMENTS, {"installment": pk})
    assert (kept.order.payment.installment is not None) == (pk in before)
    if changes:
        world.cards["542119"] = evolve(GOLD, installments=plans(later))
    now = later if changes else before
    kept.posts(CONFIRMATION, PAYING)
    if pk in before and now.get(pk) == before[pk]:
        count, rate = now[pk]
        ((_, order),) = world.bank.calls
        interest = -(-12500 * rate // 1_000_000)
        assert (order.installments, order.amount.minor) == (count, 12500 + interest)
        assert kept.order.placed.total == order.amount
    else:
        assert (world.bank.calls, kept.order.placed, kept.order.attempts) == ([], None, ())


@settings(max_examples=40)
@given(st.integers(1, 12), RATES, st.sampled_from(["up", "half_up"]))
def test_the_monthly_share_comes_to_the_total_which_is_what_the_bank_takes(count, rate, rounding):
    offered = Installment(11, count, "", rate)
    world = World(interest_rounding=rounding)
    world.cards["542119"] = evolve(GOLD, installments=(offered,))
    kept = Kept(chosen(None), world)
    (shown,) = kept.looks(INSTALLMENTS).context.installments
    total, monthly = shown.price_with_accrued_interest, shown.monthly_price_with_accrued_interest
    last = total - monthly * (count - 1)
    assert monthly * (count - 1) + last == total == with_interest(lira("125.00"), offered, rounding)
    assert 0 <= abs((monthly - last).minor) < count
    kept.posts(INSTALLMENTS, {"installment": 11})
    assert kept.looks(CONFIRMATION).context.total_amount == total
    kept.posts(CONFIRMATION, PAYING)
    ((_, order),) = world.bank.calls
    assert (order.amount, order.installments, kept.order.placed.total) == (total, count, total)


# The limit for an identity number


@pytest.mark.parametrize(("more", "paid"), [(-1, False), (0, True), (1, True)])
def test_the_limit_for_an_identity_number_is_exact_to_the_minor_unit_with_interest(more, paid):
    kept = Kept(READY, World(identity_number_required_amount=Money.of(TOTAL.minor + more, "TRY")))
    step = kept.posts(CONFIRMATION, PAYING)
    assert (kept.sent, step.pre_order.placed is not None) == (["sale"] if paid else [], paid)
    if not paid:
        assert step.errors == {"non_field_errors": ("identity_number_required",)}
