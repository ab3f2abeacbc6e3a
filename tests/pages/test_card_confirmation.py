"""CreditCardConfirmationPage: the card itself, read and refused; what is then to be paid, and how."""

from __future__ import annotations

import pytest

from checkout_core import Invalid, Money, Pay, Settings, Visit, evolve
from checkout_core.effects import FindCard, Secret
from checkout_core.forms import read
from checkout_core.order import Buyer
from checkout_core.pages.credit_card import CardForm, ConfirmationContext, CreditCardConfirmationPage
from checkout_core.paying import apply_outcome, prepare

from .card_kit import (
    AMERICAN,
    AMEX_NUMBER,
    AT_ONCE,
    CARDS,
    CAREFUL,
    CAREFUL_NUMBER,
    CONFIRMATION,
    CVV,
    GOLD,
    IN_SIX,
    IN_THREE,
    INSTALLMENTS,
    NUMBER,
    OTHER,
    PAYING,
    STRANGE_NUMBER,
    WIDE,
    World,
    card_visit,
    chosen,
    declines,
    without_plans,
)
from .kit import BY_CARD, BY_TRANSFER, EMPTIED, HOME, NOW, answer, closed_by, lira, order, shows

READY = chosen(IN_THREE)
LONG_VISA = "4000000000000000006"
MEMBER = Buyer("7", "grace@example.org")


def paid(body: dict[str, object], at: Visit | None = None, *script: tuple) -> Pay:
    return answer(CreditCardConfirmationPage, {**PAYING, **body}, at or card_visit(READY), *script)


def refused(body: dict[str, object], at: Visit | None = None, *script: tuple) -> dict[str, tuple[str, ...]]:
    with pytest.raises(Invalid) as said:
        paid(body, at, *script)
    assert said.value.kept is None
    return said.value.codes


# Who may be here, and what is shown


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (READY, ()),
        (chosen(None), ("installment_required",)),
        (order(payment=BY_CARD), ("bin_number_required", "installment_required")),
        (order(payment=BY_TRANSFER), ("other_payment",)),
        (chosen(IN_THREE, basket=EMPTIED.basket), ("basket_empty",)),
    ],
)
def test_the_card_itself_is_asked_for_once_its_instalments_are_chosen(of, codes):
    assert closed_by(CreditCardConfirmationPage, card_visit(of)) == codes


def test_the_page_shows_what_will_be_paid_in_how_many_parts():
    assert shows(CreditCardConfirmationPage, card_visit(READY)) == ConfirmationContext(
        lira("131.25"), 3, three_d_secure_required=False, notice=None
    )


def test_the_page_says_beforehand_whether_the_bank_will_ask_who_pays():
    careful = chosen(AT_ONCE, "542120")
    assert shows(CreditCardConfirmationPage, card_visit(careful)).three_d_secure_required


def test_the_page_tells_what_became_of_the_last_attempt_until_the_next_one():
    tried, _ = prepare(card_visit(READY), READY, "sale")
    declined, _ = apply_outcome(tried, 1, declines("insufficient_funds"), NOW)
    again, _ = prepare(card_visit(declined), declined, "sale")
    notices = [shows(CreditCardConfirmationPage, card_visit(of)).notice for of in (READY, tried, declined, again)]
    assert notices == [None, "payment_pending", "insufficient_funds", "payment_pending"]


def test_all_that_is_needed_is_asked_for_at_once_and_all_that_is_not_may_be_left_out():
    with pytest.raises(Invalid) as said:
        answer(CreditCardConfirmationPage, {}, card_visit(READY))
    needed = ("card_number", "card_holder", "card_month", "card_year", "card_cvv", "agreement")
    assert said.value.codes == dict.fromkeys(needed, ("required",))
    assert paid({}).kind == "sale"


# The card


def test_what_is_typed_is_what_is_sent_and_only_first_and_last_digits_are_kept():
    pay = paid({"card_holder": "  Ada   Lovelace "})
    assert pay.own == evolve(READY.payment, mask="542119******0009")
    assert pay.kind == "sale"
    card = pay.secrets
    assert (card.number, card.holder, card.month, card.year, card.cvv) == (
        Secret(NUMBER), "Ada Lovelace", 12, 2028, Secret(CVV),
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed", [NUMBER, f" {NUMBER}\n", "5421 1900 0000 0009", "5421-1900-0000-0009", " ".join(NUMBER)]
)
def test_spaces_and_hyphens_in_the_number_are_taken_out(typed):
    assert paid({"card_number": typed}).secrets.number == Secret(NUMBER)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("5421190000000004", "checksum"), ("5421190000000019", "checksum"), ("4512 1900 0000 0009", "checksum"),
        *((raw, "invalid") for raw in (
            NUMBER[:-1], NUMBER + "0", "542119000000000x", "x" * 16, "0" * 16, NUMBER.translate(WIDE),
            NUMBER[:-1] + "9".translate(WIDE), "5421.1900.0000.0009", int(NUMBER), [NUMBER], True, NUMBER * 100,
        )),
        ("", "required"), ("   ", "required"), (None, "required"),
    ],
)  # fmt: skip
def test_a_number_with_a_mistyped_digit_and_what_is_no_number_are_refused(typed, code):
    assert refused({"card_number": typed}) == {"card_number": (code,)}


@pytest.mark.parametrize(
    ("number", "bin_number", "cvv"),
    [
        (NUMBER, "542119", "737"),
        ("4111111111111111", "411111", "007"),
        (AMEX_NUMBER, "378282", "0007"),
        (LONG_VISA, "400000", "123"),
    ],
)
def test_the_scheme_says_how_many_digits_number_and_security_code_have(number, bin_number, cvv):
    card = CARDS.get(bin_number, OTHER)
    at = card_visit(
        order(payment=evolve(BY_CARD, bin_number=bin_number, card=without_plans(card), installment=AT_ONCE))
    )
    pay = paid({"card_number": number, "card_cvv": cvv}, at)
    assert (pay.secrets.number, pay.secrets.cvv) == (Secret(number), Secret(cvv))
    assert pay.own.mask == f"{number[:6]}******{number[-4:]}"
    wrong = {3: cvv + "1", 4: cvv[:-1]}[len(cvv)]
    assert refused({"card_number": number, "card_cvv": wrong}, at) == {"card_cvv": ("invalid",)}


@pytest.mark.parametrize(
    "typed", ["12", "12345", "12a", "123".translate(WIDE), "12" + "3".translate(WIDE), "-12", "1 3", 123, ["123"], True]
)
def test_a_security_code_is_three_or_four_digits_of_ours(typed):
    assert refused({"card_cvv": typed}) == {"card_cvv": ("invalid",)}


@pytest.mark.parametrize("typed", ["JOHN DOE", "Ada Lovelace", "Ça\u011fr\u0131 Öztürk", "Łukasz", "MARÍA JOSÉ"])
def test_a_holder_is_letters_and_spaces(typed):
    assert paid({"card_holder": typed}).secrets.holder == typed


@pytest.mark.parametrize(
    "typed", ["J0HN DOE", "John-Doe", "J. Doe", "O'Brien", NUMBER, "J", "John\x00Doe", "John_Doe", ["John"], 7]
)
def test_anything_else_in_a_holder_is_refused(typed):
    assert refused({"card_holder": typed}) == {"card_holder": ("invalid",)}


@pytest.mark.parametrize(("typed", "month"), [("1", 1), ("01", 1), (1, 1), ("9", 9), ("09", 9), ("12", 12)])
def test_a_month_may_have_a_leading_zero_or_none(typed, month):
    assert paid({"card_month": typed}).secrets.month == month


@pytest.mark.parametrize("typed", ["0", "00", "13", "001", "1.0", "Jan", "-1", "1".translate(WIDE), 0, 13, True, 1.0])
def test_there_is_no_thirteenth_month_and_no_month_nought(typed):
    assert refused({"card_month": typed}) == {"card_month": ("invalid",)}


@pytest.mark.parametrize("typed", ["28", "028", "02028", "20 28", "2028".translate(WIDE), 28, 2028.0, "1999"])
def test_a_year_has_four_digits(typed):
    assert refused({"card_year": typed}) == {"card_year": ("invalid",)}


@pytest.mark.parametrize(
    ("month", "year", "good"),
    [("11", "2026", True), ("12", "2026", True), ("1", "2027", True), (1, 2027, True),
     ("10", "2026", False), ("1", "2026", False), ("12", "2025", False)],
)  # fmt: skip
def test_a_card_is_good_to_the_end_of_its_month(month, year, good):
    assert (NOW.month, NOW.year) == (11, 2026)
    body = {"card_month": month, "card_year": year}
    if good:
        assert paid(body).kind == "sale"
    else:
        assert refused(body) == {"card_year": ("expired",)}


@pytest.mark.parametrize("given", [False, "false", 0, "0", "", None, [], ["on"], "yes", 2, {}])
def test_without_agreement_nothing_is_paid(given):
    assert refused({"agreement": given}) == {"agreement": ("required",)}


@pytest.mark.parametrize("given", [True, "true", "on", "1", 1])
def test_agreement_is_given_by_json_or_by_a_ticked_box(given):
    assert paid({"agreement": given}).kind == "sale"


def test_all_that_is_wrong_with_a_readable_card_is_told_together():
    body = {"card_number": AMEX_NUMBER, "card_year": "2025", "save": True}
    assert refused(body) == {
        "card_year": ("expired",), "card_cvv": ("invalid",),
        "save": ("guests_cannot_save",), "card_name": ("required",),
    }  # fmt: skip


# Saving it


@pytest.mark.parametrize(
    "given", [{}, {"save": False}, {"save": "0", "card_name": "Mine"}, {"save": ""}, {"card_name": "Mine"}]
)
def test_a_card_is_not_saved_unless_the_buyer_says_so(given):
    assert read(CardForm, {**PAYING, **given}, Settings()).save is False
    assert paid(given).kind == "sale"


def test_a_guest_cannot_save_a_card():
    assert refused({"save": True, "card_name": "Mine"}) == {"save": ("guests_cannot_save",)}


@pytest.mark.parametrize("name", [None, "", "   "])
def test_a_card_that_is_to_be_saved_needs_a_name(name):
    assert refused({"save": "on", "card_name": name})["card_name"] == ("required",)


def test_a_member_is_told_that_no_card_is_saved_here():
    assert refused({"save": True, "card_name": "Mine"}, card_visit(evolve(READY, buyer=MEMBER))) == {
        "save": ("not_available",)
    }


def test_a_card_number_is_no_name_for_a_card():
    assert refused({"card_name": f"my {NUMBER}"}) == {"card_name": ("card_number",)}


# What the browser tells


@pytest.mark.parametrize(
    ("name", "told", "kept"),
    [
        ("browser_java_enabled", False, "false"), ("browser_java_enabled", "true", "true"),
        ("browser_language", "en-US", "en-US"), ("browser_language", "tr-TR", "tr-TR"),
        ("browser_color_depth", "24", "24"), ("browser_screen_height", "1080", "1080"),
        ("browser_screen_width", "1920", "1920"),
        ("browser_time_zone", "240", "240"), ("browser_time_zone", -180, "-180"),
    ],
)  # fmt: skip
def test_what_the_browser_tells_is_read_as_text_and_may_be_left_out(name, told, kept):
    assert getattr(read(CardForm, {**PAYING, name: told}, Settings()), name) == kept
    assert getattr(read(CardForm, PAYING, Settings()), name) is None
    assert refused({name: ["x"]}) == {name: ("invalid",)}


# The identity number

LIMITS = [("131.24", True), ("131.25", False), ("131.26", False)]  # the total with interest is 131.25


@pytest.mark.parametrize(("limit", "needed"), LIMITS)
def test_above_the_limit_interest_included_an_address_needs_an_identity_number(limit, needed):
    limited = {"identity_number_required_amount": lira(limit)}
    if needed:
        assert refused({}, card_visit(READY, **limited)) == {"non_field_errors": ("identity_number_required",)}
    else:
        assert paid({}, card_visit(READY, **limited)).kind == "sale"
    given = evolve(READY, delivery=evolve(READY.delivery, shipping_address=evolve(HOME, identity_number="10000000146")))
    assert paid({}, card_visit(given, **limited)).kind == "sale"


def test_the_same_order_without_interest_is_below_that_limit():
    at_once = chosen(AT_ONCE)
    assert paid({}, card_visit(at_once, identity_number_required_amount=lira("131.24"))).kind == "sale"


def test_an_identity_number_in_the_invoice_address_is_none_in_the_parcels():
    billed = evolve(READY, delivery=evolve(READY.delivery, billing_address=evolve(HOME, identity_number="10000000146")))
    said = refused({}, card_visit(billed, identity_number_required_amount=lira("1.00")))
    assert said == {"non_field_errors": ("identity_number_required",)}


@pytest.mark.parametrize("limit", [None, Money("1.00", "EUR")])
def test_without_a_limit_in_the_currency_of_the_order_nobody_is_asked_who_they_are(limit):
    assert paid({}, card_visit(READY, identity_number_required_amount=limit)).kind == "sale"


# A card of another bank than the one whose digits were typed first


def test_the_same_plan_at_the_bank_of_the_real_card_is_paid_and_is_that_banks_own():
    asked = FindCard("542120"), CAREFUL
    pay = paid({"card_number": CAREFUL_NUMBER}, card_visit(READY), asked)
    own_plan = CAREFUL.installments[1]
    assert pay.own == evolve(
        READY.payment, bin_number="542120", card=without_plans(CAREFUL), installment=own_plan, mask="542120******0006"
    )
    assert pay.kind == "three_d"  # as the issuer of the real card insists


@pytest.mark.parametrize(
    ("number", "cvv", "bin_number", "card", "plan"),
    [
        (AMEX_NUMBER, "1234", "378282", AMERICAN, IN_THREE),  # at another rate
        (CAREFUL_NUMBER, CVV, "542120", CAREFUL, IN_SIX),  # not there at all
        (STRANGE_NUMBER, CVV, "400000", OTHER, IN_THREE),  # a card nobody knows
    ],
)
def test_where_the_real_card_has_no_such_plan_nothing_is_paid_and_the_instalments_are_asked_for_again(
    number, cvv, bin_number, card, plan
):
    world, before = World(), chosen(plan)
    step = world.checkout.submit(before, CONFIRMATION, {**PAYING, "card_number": number, "card_cvv": cvv})
    assert (step.page, step.errors) == (INSTALLMENTS, {"card_number": ("price_changed",)})
    assert step.pre_order.payment == evolve(BY_CARD, bin_number=bin_number, card=without_plans(card), installment=None)
    assert step.pre_order.totals == chosen(None).totals
    assert [each.pk for each in step.context.installments] == [each.pk for each in card.installments]
    assert (world.bank.calls, step.pre_order.attempts, step.pre_order.number) == ([], (), None)


def test_a_card_nobody_knows_that_is_paid_at_once_stands_for_the_default_card():
    pay = paid({"card_number": STRANGE_NUMBER}, card_visit(chosen(AT_ONCE)), (FindCard("400000"), None))
    assert (pay.own.card, pay.own.installment) == (without_plans(OTHER), OTHER.installments[0])


def test_eight_first_digits_are_compared_with_eight():
    gift = chosen(AT_ONCE, "54211988")
    pay = paid({}, card_visit(gift), (FindCard("54211900"), GOLD))
    assert pay.own.card == without_plans(GOLD)


# What is kept when it is undone


def test_undone_the_page_forgets_the_digits_and_the_card_stays_known():
    tried = evolve(READY, payment=evolve(READY.payment, mask="542119******0009"))
    assert CreditCardConfirmationPage().undo(tried) == READY
    other = order(payment=BY_TRANSFER)
    assert CreditCardConfirmationPage().undo(other) == other


def test_what_is_shown_and_said_of_a_form_tells_nothing_of_the_card():
    form = read(CardForm, PAYING, Settings())
    pay = paid({})
    for said in (repr(form), str(form), repr(pay), repr(pay.secrets), f"{form.card_number}{form.card_cvv}"):
        assert not any(word in said for word in (NUMBER, NUMBER[6:12], CVV, "LOVELACE", "2028"))
