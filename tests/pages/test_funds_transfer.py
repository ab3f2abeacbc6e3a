"""FundsTransferChoicePage and FundsTransferPage: the order is placed now, the money comes later."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core import GUEST, Basket, Invalid, Line, Money, Place, Settings, evolve
from checkout_core.effects import AskReference, Capabilities, Deferred, Unavailable
from checkout_core.forms import Pk
from checkout_core.order import Attempt, Buyer, Delivery, Seal, Shipping
from checkout_core.pages.funds_transfer import (
    BankAccountForm,
    FundsTransferChoicePage,
    FundsTransferContext,
    FundsTransferPage,
)  # fmt: skip
from checkout_core.paying import digest, numbered

from .kit import (
    BY_CARD,
    BY_TRANSFER,
    EMPTIED,
    HOME,
    IN_EUROS,
    NOW,
    OFFICE,
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


# Codes of a gateway that tells transfers by them

BY_BANK = evolve(BY_TRANSFER, option=evolve(BY_TRANSFER.option, gateway="bank"))
PLAIN = Capabilities(max_in_flight=timedelta(minutes=1))
TELLS = Capabilities(max_in_flight=timedelta(minutes=1), kinds=frozenset({"reference"}))
BUYS = order(payment=BY_BANK)
ONE_LINE = "Ada Lovelace, 1 Street, Istanbul, Türkiye"


def at_the_bank(of, able=TELLS, **more):
    return evolve(visit(of, **more), gateways={"bank": able})


def asked(of=BUYS, account=OURS, **said):
    """The question for that order and account."""
    email, owed = of.buyer.email, of.totals.payable
    return attrs.evolve(AskReference("bank", numbered(of), owed, account.iban, email, (ONE_LINE, ONE_LINE), ""), **said)


def with_a_code(of=BUYS, account=OURS, code="REF-1"):
    return answer(CHOICE, {"bank_account": account.pk}, at_the_bank(of), (asked(of, account), code))


def test_a_gateway_that_has_codes_is_asked_for_one_with_all_that_it_is_good_for():
    after = with_a_code()
    assert (after.payment.bank_account, after.payment.reference_code, after.number) == (OURS, "REF-1", numbered(BUYS))


def test_the_gateway_is_told_where_the_buyers_browser_finds_the_shop():
    at = evolve(at_the_bank(BUYS), caller=evolve(GUEST, origin="https://shop.example/tr"))
    question = asked(site="https://shop.example/tr")
    assert answer(CHOICE, {"bank_account": 41}, at, (question, "REF-2")).payment.reference_code == "REF-2"


def test_a_gateway_without_codes_is_not_asked():
    plain = answer(CHOICE, {"bank_account": 41}, at_the_bank(BUYS, PLAIN))
    assert (plain.payment.bank_account, plain.payment.reference_code) == (OURS, None)


@pytest.mark.parametrize("said", [Unavailable("away"), ""])
def test_without_a_code_no_account_is_chosen(said):
    with pytest.raises(Invalid) as refused:
        answer(CHOICE, {"bank_account": 41}, at_the_bank(BUYS), (asked(), said))
    assert refused.value.codes == {"bank_account": ("not_available_now",)}
    assert refused.value.kept is None


def test_another_account_has_another_code():
    after = with_a_code(with_a_code(), OTHER, "REF-2")
    assert (after.payment.bank_account, after.payment.reference_code, after.number) == (OTHER, "REF-2", numbered(BUYS))


def test_a_code_is_good_for_what_it_was_asked_for():
    assert holds(CHOICE, at_the_bank(with_a_code()))


def moved(of):
    """The order with something else that the code was asked for."""
    elsewhere = evolve(of, delivery=Delivery(TO_THE_DOOR, OFFICE, HOME))
    yield evolve(of, totals=evolve(of.totals, total=lira("126.00")))
    yield evolve(of, totals=evolve(of.totals, loyalty_money=lira("25.00")))
    yield evolve(of, buyer=evolve(of.buyer, email="grace@example.org"))
    yield elsewhere
    yield evolve(of, number="ANOTHER")


@pytest.mark.parametrize("n", range(5))
def test_the_code_is_void_as_soon_as_anything_it_was_asked_for_moves(n):
    assert not holds(CHOICE, at_the_bank(tuple(moved(with_a_code()))[n]))


def test_the_code_is_void_when_its_number_has_been_tried():
    of = with_a_code()
    tried = Attempt(1, of.number, "k", "", "deferred", Seal("d", ()), "abandoned", NOW, NOW, NOW)
    assert not holds(CHOICE, at_the_bank(evolve(of, attempts=(tried,))))


def test_a_gateway_that_has_codes_now_or_has_none_any_more_asks_again():
    assert not holds(CHOICE, visit(with_a_code()))
    assert not holds(CHOICE, at_the_bank(evolve(BUYS, payment=evolve(BY_BANK, bank_account=OURS), number="A1B2")))


def test_undone_the_choice_takes_the_code_back():
    assert CHOICE().undo(with_a_code()) == BUYS


def test_the_code_is_a_part_of_what_is_sealed():
    assert digest(with_a_code()) != digest(with_a_code(code="REF-2"))


def test_the_page_shows_the_code():
    assert shows(END, at_the_bank(with_a_code())).reference_code == "REF-1"
