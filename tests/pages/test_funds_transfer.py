"""FundsTransferChoicePage and FundsTransferPage: the order is placed now, the money comes later."""

from __future__ import annotations

import pytest

from checkout_core import Basket, Invalid, Line, Money, Place, Settings, evolve
from checkout_core.effects import Deferred
from checkout_core.forms import Pk
from checkout_core.order import Buyer, Delivery, Shipping
from checkout_core.pages.funds_transfer import (
    BankAccountForm,
    FundsTransferChoicePage,
    FundsTransferContext,
    FundsTransferPage,
)  # fmt: skip
from checkout_core.paying import numbered

from .kit import (
    BY_CARD,
    BY_TRANSFER,
    EMPTIED,
    HOME,
    IN_EUROS,
    OTHER,
    OURS,
    SHOP,
    TO_THE_DOOR,
    answer,
    answers_itself,
    closed_by,
    holds,
    lira,
    order,
    shows,
    visit,
)  # fmt: skip

CHOICE, END = FundsTransferChoicePage, FundsTransferPage
CHOOSING = order(payment=BY_TRANSFER)
CHOSEN = order(payment=evolve(BY_TRANSFER, bank_account=OURS), number="A1B2")
AGREED = {"agreement": "1"}
IN_EUROS_PRICE = Money("8.00", "EUR")


def shop(*accounts):
    return evolve(SHOP, bank_accounts=accounts)


def test_the_accounts_that_take_the_orders_currency_are_offered():
    assert shows(CHOICE, visit(CHOOSING)).bank_accounts == (OURS, OTHER)
    in_euros = evolve(CHOOSING, basket=Basket.of("b", "d", (Line(1, "mug", "Mug", 1, IN_EUROS_PRICE),), "EUR"))
    assert shows(CHOICE, visit(in_euros)).bank_accounts == (IN_EUROS,)


def test_an_account_says_its_bank_holder_iban_and_currency():
    shown = shows(CHOICE, visit(CHOOSING)).bank_accounts[0]
    told = (shown.bank.name, shown.holder_name, shown.iban, shown.currency)
    assert told == ("First Bank", "The Shop", "TR330006100519786457841326", "TRY")


@pytest.mark.parametrize("now", [(OTHER,), (OTHER, evolve(OURS, iban="TR110006200000000123456789"))])
def test_the_list_always_holds_the_account_that_was_chosen(now):
    assert shows(CHOICE, visit(CHOSEN, shop=shop(*now))).bank_accounts == (OURS, OTHER)


BEFORE = [
    (order(payment=None), ("other_payment",)),
    (order(payment=BY_CARD), ("other_payment",)),
    (evolve(CHOSEN, shipping=Shipping()), ("shipping_option_required",)),
    (evolve(CHOSEN, delivery=Delivery(TO_THE_DOOR)), ("address_required",)),
    (evolve(CHOSEN, delivery=Delivery(None, HOME, HOME)), ("delivery_option_required",)),
    (evolve(CHOSEN, buyer=Buyer()), ("user_email_required",)),
    (evolve(CHOSEN, basket=EMPTIED.basket), ("basket_empty",)),
    (CHOSEN, ()),
]


@pytest.mark.parametrize(("at", "codes"), [*BEFORE, (CHOOSING, ())])
def test_an_account_is_chosen_by_who_pays_by_transfer_and_has_answered_all_before(at, codes):
    assert closed_by(CHOICE, visit(at)) == codes


@pytest.mark.parametrize(("at", "codes"), [*BEFORE, (CHOOSING, ("bank_account_required",))])
def test_the_order_is_placed_by_who_pays_by_transfer_and_has_chosen_an_account(at, codes):
    assert closed_by(END, visit(at)) == codes


def test_a_guest_who_may_not_buy_any_more_places_no_order():
    assert closed_by(END, visit(CHOSEN, settings=Settings(can_guest_purchase=False))) == ("login_required",)


@pytest.mark.parametrize(
    ("accounts", "gateway", "form"),
    [
        ((OURS,), None, BankAccountForm(Pk(41))),
        ((OURS, IN_EUROS), None, BankAccountForm(Pk(41))),
        ((OURS,), "bank", None),
        ((OURS, OTHER), None, None),
        ((IN_EUROS,), None, None),
    ],
)
def test_the_only_account_is_chosen_without_asking_unless_a_gateway_has_more_to_ask(accounts, gateway, form):
    at = order(payment=evolve(BY_TRANSFER, option=evolve(BY_TRANSFER.option, gateway=gateway)))
    assert answers_itself(CHOICE, visit(at, shop=shop(*accounts))) == form


@pytest.mark.parametrize(("pk", "account"), [(41, OURS), ("42", OTHER)])
def test_the_chosen_account_is_kept_and_the_order_gets_its_number(pk, account):
    after = answer(CHOICE, {"bank_account": pk}, visit(CHOOSING))
    assert after.payment == evolve(BY_TRANSFER, bank_account=account)
    assert after.number == numbered(CHOOSING)
    assert after == evolve(CHOOSING, payment=after.payment, number=after.number)


def test_another_account_keeps_the_number():
    after = answer(CHOICE, {"bank_account": 42}, visit(CHOSEN))
    assert (after.payment.bank_account, after.number) == (OTHER, "A1B2")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"bank_account": 99}, "invalid"),  # switched off, so the shop has none
        ({"bank_account": 43}, "invalid"),  # of another currency
        ({"bank_account": OURS.iban}, "invalid"),
        ({"bank_account": {"pk": 41}}, "invalid"),
    ],
)
def test_what_is_no_active_account_is_refused(body, code):
    with pytest.raises(Invalid) as refused:
        answer(CHOICE, body, visit(CHOOSING))
    assert refused.value.codes == {"bank_account": (code,)}


@pytest.mark.parametrize(
    ("now", "good"), [((OTHER, OURS), True), ((OTHER,), False), ((evolve(OURS, iban="TR11"), OTHER), False)]
)
def test_the_answer_is_good_while_the_shop_has_that_very_account(now, good):
    assert holds(CHOICE, visit(CHOSEN, shop=shop(*now))) is good


def test_undone_the_choice_takes_account_and_number_back():
    assert CHOICE().undo(CHOSEN) == CHOOSING


def test_the_page_shows_where_to_transfer_how_much_under_which_number():
    assert shows(END, visit(CHOSEN)) == FundsTransferContext(OURS, "A1B2", lira("125.00"))
    assert shows(END, visit(CHOSEN)).total_amount.currency == "TRY"


def test_who_agrees_has_ordered_and_the_order_waits_for_the_money():
    end = answer(END, AGREED, visit(CHOSEN))
    assert end == Place(evolve(CHOSEN.payment, agreed=True), Deferred("funds_transfer", 300))


def test_an_order_that_costs_nothing_waits_for_nothing():
    free = evolve(CHOSEN, totals=evolve(CHOSEN.totals, total=lira("0")))
    assert answer(END, AGREED, visit(free)).receipt == Deferred("free", 400)


@pytest.mark.parametrize("given", [True, "true", "1", "on", 1])
def test_an_agreement_is_yes_in_any_spelling(given):
    assert answer(END, {"agreement": given}, visit(CHOSEN)).own.agreed is True


@pytest.mark.parametrize(
    "body", [{}, {"agreement": False}, {"agreement": "false"}, {"agreement": ""}, {"agreement": "2"}]
)
def test_without_the_buyers_agreement_nothing_is_ordered(body):
    with pytest.raises(Invalid) as refused:
        answer(END, body, visit(CHOSEN))
    assert refused.value.codes == {"agreement": ("required",)}


def test_above_the_shops_limit_nothing_is_ordered_without_an_identity_number():
    strict = Settings(identity_number_required_amount=lira("124.99"))
    with pytest.raises(Invalid) as refused:
        answer(END, AGREED, visit(CHOSEN, settings=strict))
    assert refused.value.codes == {"non_field_errors": ("identity_number_required",)}
    numbered_home = evolve(HOME, identity_number="10000000146")
    known = evolve(CHOSEN, delivery=Delivery(TO_THE_DOOR, numbered_home, HOME))
    assert answer(END, AGREED, visit(known, settings=strict)).receipt.status == 300
