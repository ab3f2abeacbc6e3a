"""BinNumberPage and InstallmentSelectionPage: what the first digits tell, and in how many parts one may pay."""

from __future__ import annotations

import pytest

from checkout_core import EMPTY, Invalid, Misconfigured, Money, PreOrder, evolve
from checkout_core.effects import FindCard
from checkout_core.order import Basket, CreditCard, Line, finder
from checkout_core.pages.credit_card import BinNumberPage, InstallmentSelectionPage
from checkout_core.pricing import totals
from checkout_core.shop import Installment, Shop

from .card_kit import (
    AMERICAN,
    AT_ONCE,
    BIN,
    CARD_SHOP,
    CARDS,
    CAREFUL,
    CONFIRMATION,
    DEBIT,
    GIFT,
    GOLD,
    IN_SIX,
    IN_THREE,
    INSTALLMENTS,
    OTHER,
    WIDE,
    World,
    card_visit,
    chosen,
    without_plans,
)
from .kit import BY_CARD, BY_TRANSFER, EMPTIED, answer, closed_by, holds, lira, order, shows, visit

NEW = order(payment=BY_CARD)
KNOWN = chosen(None)
ARABIC = {48 + n: 0x660 + n for n in range(10)}


def asks(bin_number: str = "542119") -> tuple[FindCard, object]:
    return FindCard(bin_number), CARDS.get(bin_number)


# The first digits


@pytest.mark.parametrize("bin_number", CARDS)
def test_the_first_digits_tell_bank_scheme_and_category_of_the_card(bin_number):
    told = answer(BinNumberPage, {"bin_number": bin_number}, card_visit(NEW), asks(bin_number))
    found = CARDS[bin_number]
    assert told == CreditCard(BY_CARD.option, bin_number, without_plans(found))
    said = (told.card.bank.name, told.card.card_type.name, told.card.card_payment_type)
    assert said == {
        GOLD: ("First Bank", "MasterCard", "credit"), CAREFUL: ("Second Bank", "Visa", "credit"),
        DEBIT: ("First Bank", "Visa", "debit"), AMERICAN: ("Second Bank", "Amex", "credit"),
        GIFT: ("First Bank", "MasterCard", "prepaid"),
    }[found]  # fmt: skip


def test_first_digits_that_nobody_knows_stand_for_the_default_card():
    told = answer(BinNumberPage, {"bin_number": "400000"}, card_visit(NEW), asks("400000"))
    assert told == CreditCard(BY_CARD.option, "400000", without_plans(OTHER))
    named = answer(
        BinNumberPage, {"bin_number": "400000"},
        evolve(card_visit(NEW, default_card_slug="gold"), shop=evolve(CARD_SHOP, cards=(OTHER, GOLD))), asks("400000"),
    )  # fmt: skip
    assert named.card == without_plans(GOLD)


def test_a_shop_without_a_default_card_is_told_so_by_name():
    with pytest.raises(Misconfigured, match="'other'"):
        answer(BinNumberPage, {"bin_number": "400000"}, visit(NEW, shop=Shop("1", (), (), ())), asks("400000"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(("542119"[:n], "invalid") for n in (1, 5)), ("5421190", "invalid"), ("542119000", "invalid"),
        ("5421 19", "invalid"), ("54211x", "invalid"), ("-54211", "invalid"), ("542119\n0", "invalid"),
        ("542119".translate(ARABIC), "invalid"), ("542119".translate(WIDE), "invalid"),
        ("54211" + "9".translate(WIDE), "invalid"),
        (["542119"], "invalid"), (542119, "invalid"), (True, "invalid"), ("", "required"), (None, "required"),
    ],
)  # fmt: skip
def test_what_is_not_six_or_eight_digits_is_refused_and_nobody_is_asked(typed, code):
    with pytest.raises(Invalid) as refused:
        answer(BinNumberPage, {"bin_number": typed}, card_visit(NEW))
    assert refused.value.codes == {"bin_number": (code,)}
    assert refused.value.kept is None


def test_the_page_asks_for_the_first_digits_and_has_nothing_to_show():
    with pytest.raises(Invalid) as refused:
        answer(BinNumberPage, {}, card_visit(NEW))
    assert refused.value.codes == {"bin_number": ("required",)}
    assert shows(BinNumberPage, card_visit(NEW)) == EMPTY


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (NEW, ()),
        (order(), ("other_payment",)),
        (order(payment=BY_TRANSFER), ("other_payment",)),
        (evolve(EMPTIED, payment=BY_CARD), ("basket_empty",)),
        (evolve(NEW, shipping=evolve(NEW.shipping, option=None)), ("shipping_option_required",)),
    ],
)
def test_first_digits_are_asked_of_who_pays_by_card_for_goods_on_their_way(of, codes):
    assert closed_by(BinNumberPage, card_visit(of)) == codes


def test_the_page_is_done_once_the_card_is_known_and_knows_nothing_once_undone():
    page = BinNumberPage()
    assert not page.done(BY_CARD, card_visit(NEW))
    assert page.done(KNOWN.payment, card_visit(KNOWN))
    assert page.undo(KNOWN) == NEW


def submitted(of: PreOrder, page: str, body: dict[str, object], world: World | None = None):
    return (world or World()).checkout.submit(of, page, body)


def test_after_the_first_digits_the_instalments_of_that_card_are_asked_for():
    step = submitted(NEW, BIN, {"bin_number": "378282"})
    assert (step.page, step.errors) == (INSTALLMENTS, {})
    assert step.pre_order.payment.bin_number == "378282"
    assert [shown.pk for shown in step.context.installments] == [41, 43]
    assert step.context.card_type == AMERICAN.card_type


def test_other_first_digits_void_the_instalments_and_the_same_ones_do_not():
    before = chosen(IN_THREE)
    again = submitted(before, BIN, {"bin_number": "542119"})
    assert (again.page, again.pre_order) == (CONFIRMATION, before)
    other = submitted(before, BIN, {"bin_number": "411111"})
    assert (other.page, other.pre_order.payment.installment) == (INSTALLMENTS, None)
    assert other.pre_order.totals == NEW.totals


def test_other_first_digits_void_the_instalments_though_the_new_card_has_the_very_same_plan():
    world = World()
    world.cards["540000"] = evolve(GOLD, pk=110, slug="platinum")
    step = submitted(chosen(IN_THREE), BIN, {"bin_number": "540000"}, world)
    assert (step.page, step.pre_order.payment.installment) == (INSTALLMENTS, None)


# The instalments


def of_amount(amount: str) -> PreOrder:
    """Goods of so much that are sent for nothing."""
    known = chosen(None)
    sent = evolve(known.shipping, option=evolve(known.shipping.option, shipping_amount=lira("0")))
    of = evolve(known, basket=Basket.of("b-1", "d-2", (Line(1, "mug", "Mug", 1, lira(amount)),), "TRY"), shipping=sent)
    return evolve(of, totals=totals(of, "up"))


def test_the_card_offers_its_own_plans_each_with_rate_total_and_monthly_share():
    context = shows(InstallmentSelectionPage, card_visit(KNOWN), asks())
    assert context.card_type == GOLD.card_type
    assert [
        (each.pk, each.installment_count, each.label, each.interest_rate, str(each.price_with_accrued_interest),
         str(each.monthly_price_with_accrued_interest))
        for each in context.installments
    ] == [
        (11, 1, "At once", "0.000000", "125.00", "125.00"),
        (13, 3, "3 parts", "0.050000", "131.25", "43.75"),
        (16, 6, "6 parts", "0.090000", "136.25", "22.71"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rate", "count", "rounding", "interest", "total", "monthly"),
    [
        (10_000, 2, "up", "0.20", "19.69", "9.85"),  # as published
        (50_000, 3, "up", "0.98", "20.47", "6.83"),  # as published
        (10_000, 2, "half_up", "0.19", "19.68", "9.84"),
        (50_000, 3, "half_up", "0.97", "20.46", "6.82"),
        (0, 1, "up", "0.00", "19.49", "19.49"),
        (0, 2, "up", "0.00", "19.49", "9.75"),
        (22_500, 9, "up", "0.44", "19.93", "2.22"),
    ],
)
def test_interest_and_monthly_share_round_up_to_the_cent_and_the_chosen_plan_costs_what_was_shown(
    rate, count, rounding, interest, total, monthly
):
    world, of = World(**{} if rounding == "up" else {"interest_rounding": rounding}), of_amount("19.49")
    world.cards["542119"] = evolve(GOLD, installments=(Installment(71, count, "", rate),))
    world.basket = of.basket
    (shown,) = world.checkout.view(of, INSTALLMENTS).context.installments
    assert (str(shown.price_with_accrued_interest), str(shown.monthly_price_with_accrued_interest)) == (total, monthly)
    chose = submitted(of, INSTALLMENTS, {"installment": 71}, world).pre_order.totals
    assert (str(chose.interest), str(chose.total)) == (interest, total)


def test_a_plan_of_no_parts_is_paid_at_once():
    asked = FindCard("542119"), evolve(GOLD, installments=(Installment(70, 0),))
    (shown,) = shows(InstallmentSelectionPage, card_visit(KNOWN), asked).installments
    assert shown.monthly_price_with_accrued_interest == shown.price_with_accrued_interest == KNOWN.totals.total


def test_a_plan_of_another_currency_counts_in_its_minor_units():
    of = chosen(None)
    of = evolve(of, basket=Basket.of("b-1", "d-3", (Line(1, "mug", "Mug", 1, Money("1.001", "KWD")),), "KWD"))
    free = evolve(of.shipping, option=evolve(of.shipping.option, shipping_amount=Money.zero("KWD")))
    of = evolve(of, shipping=free)
    of = evolve(of, totals=totals(of, "up"))
    (_, three, _) = shows(InstallmentSelectionPage, card_visit(of), asks()).installments
    assert (three.price_with_accrued_interest, three.monthly_price_with_accrued_interest) == (
        Money("1.052", "KWD"), Money("0.351", "KWD"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (KNOWN, ()),
        (NEW, ("bin_number_required",)),
        (order(payment=BY_TRANSFER), ("other_payment",)),
        (chosen(None, basket=EMPTIED.basket), ("basket_empty",)),
    ],
)
def test_instalments_wait_for_the_card_and_for_something_to_buy(of, codes):
    assert closed_by(InstallmentSelectionPage, card_visit(of)) == codes


@pytest.mark.parametrize("pk", [13, "13", " 13 "])
def test_the_plan_of_that_key_is_kept_by_value(pk):
    told = answer(InstallmentSelectionPage, {"installment": pk}, card_visit(KNOWN), asks())
    assert told == evolve(KNOWN.payment, installment=IN_THREE)


def test_one_part_is_paying_at_once_without_interest():
    step = submitted(KNOWN, INSTALLMENTS, {"installment": AT_ONCE.pk})
    assert step.pre_order.payment.installment.installment_count == 1
    assert (step.pre_order.totals.interest, step.pre_order.totals.total) == (lira("0"), KNOWN.totals.total)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({}, "required"), ({"installment": ""}, "required"), ({"installment": None}, "required"),
        *(({"installment": raw}, "invalid") for raw in (0, -13, 13.0, True, "13.0", "x", [13], {"pk": 13})),
        ({"installment": "13".translate(WIDE)}, "invalid"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused_and_nobody_is_asked(typed, code):
    with pytest.raises(Invalid) as refused:
        answer(InstallmentSelectionPage, typed, card_visit(KNOWN))
    assert refused.value.codes == {"installment": (code,)}


@pytest.mark.parametrize("pk", [21, 23, 91, 999])
def test_a_plan_of_another_card_is_refused_and_the_earlier_choice_stands(pk):
    before = chosen(IN_THREE)
    step = submitted(before, INSTALLMENTS, {"installment": pk})
    assert (step.page, step.errors) == (INSTALLMENTS, {"installment": ("invalid",)})
    assert step.pre_order == before


def test_a_plan_that_was_switched_off_meanwhile_is_refused():
    world = World()
    assert IN_SIX.pk in [shown.pk for shown in world.checkout.view(KNOWN, INSTALLMENTS).context.installments]
    world.cards["542119"] = evolve(GOLD, installments=(AT_ONCE, IN_THREE))
    step = submitted(KNOWN, INSTALLMENTS, {"installment": IN_SIX.pk}, world)
    assert (step.errors, step.pre_order) == ({"installment": ("invalid",)}, KNOWN)


def test_a_chosen_plan_changes_the_total_and_the_card_itself_is_asked_for_next():
    step = submitted(KNOWN, INSTALLMENTS, {"installment": IN_THREE.pk})
    assert (step.page, step.errors) == (CONFIRMATION, {})
    assert (str(step.pre_order.totals.interest), str(step.pre_order.totals.total)) == ("6.25", "131.25")
    once = submitted(step.pre_order, INSTALLMENTS, {"installment": AT_ONCE.pk}).pre_order.totals
    assert once == KNOWN.totals


@pytest.mark.parametrize(
    ("plans", "good"),
    [
        (GOLD.installments, True),
        ((evolve(IN_THREE, label="3 taksit"),), True),  # called otherwise, and the same
        ((evolve(IN_THREE, interest_rate=50_001),), False),
        ((evolve(IN_THREE, installment_count=4),), False),
        ((evolve(IN_THREE, pk=14),), False),
        ((AT_ONCE, IN_SIX), False),
        ((), False),
    ],
)
def test_a_chosen_plan_is_good_while_the_card_offers_it_for_the_same_price(plans, good):
    asked = FindCard("542119"), evolve(GOLD, installments=plans)
    assert holds(InstallmentSelectionPage, card_visit(chosen(IN_THREE)), asked) is good


@pytest.mark.parametrize("plans", [(AT_ONCE,), (AT_ONCE, evolve(IN_THREE, interest_rate=60_000))])
def test_a_chosen_plan_stays_in_the_list_with_the_price_it_was_chosen_for(plans):
    asked = FindCard("542119"), evolve(GOLD, installments=plans)
    shown = shows(InstallmentSelectionPage, card_visit(chosen(IN_THREE)), asked).installments
    assert [(each.pk, str(each.price_with_accrued_interest)) for each in shown] == [(13, "131.25"), (11, "125.00")]


def test_undone_no_plan_is_chosen_and_the_card_stays_known():
    before = chosen(IN_THREE)
    after = InstallmentSelectionPage().undo(before)
    assert finder(CreditCard)(after) == KNOWN.payment
