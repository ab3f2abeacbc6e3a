"""CouponSelectionPage and VoucherCodePage: what is shown, what is refused and why, and what nothing is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import Caller, Invalid, evolve
from checkout_core.effects import CountTaken, Coupon, FindVoucher, ListCoupons, Voucher
from checkout_core.order import Buyer, Discount, Discounts, Extras, NotApplied
from checkout_core.pages.offers import CouponCondition, CouponSelectionPage, Labelled, VoucherCodePage
from checkout_core.rules.benefits import FixedAmount, FreeShipping, Percentage, SampleProducts
from checkout_core.rules.buyers import MembersRule
from checkout_core.rules.goods import BasketAmountRule
from checkout_core.rules.offers import basis_of
from checkout_core.shop import Offer

from .kit import EMPTIED, NOW, SHOP, ZERO, answer, closed_by, lira, order, shows, visit

TENTH = Offer(7, "A tenth off", Percentage(100_000), offer_type="coupon")
FIVE = Offer(
    8, "Five off", FixedAmount(lira("5.00")), (BasketAmountRule(at_least=lira("50.00")),), offer_type="bulk_coupon",
    starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=1),
)  # fmt: skip
DEAR = Offer(9, "From 500", Percentage(100_000), (BasketAmountRule(at_least=lira("500.00")),), offer_type="coupon")
WELCOME = Offer(10, "Welcome", FixedAmount(lira("10.00")), offer_type="voucher", code="WELCOME2024")
LEAFLET = Offer(11, "Leaflet", FreeShipping(), offer_type="voucher")
OFFERS = evolve(SHOP, offers=(TENTH, FIVE, DEAR, WELCOME, LEAFLET))
ONE, BULK, TOO_DEAR = Coupon("101", 7), Coupon("102", 8, "XMAS-1"), Coupon("103", 9)
THEIRS = (ListCoupons("ada"), (ONE, BULK, TOO_DEAR))
PORTS = frozenset({"offers", "slots"})


def ada(shop=OFFERS, has=PORTS, **parts):
    """A member's visit."""
    of = order(buyer=Buyer("ada", "ada@example.org"), **parts)
    return evolve(visit(of, shop=shop), has=has, caller=Caller("ada"))


def guest(shop=OFFERS, has=PORTS, **parts):
    return evolve(visit(order(**parts), shop=shop), has=has)


def counted(*subjects, taken=0):
    return CountTaken("coupon", subjects, "co-1"), (taken,) * len(subjects)


def refused(page, body, at, *script):
    with pytest.raises(Invalid) as why:
        answer(page, body, at, *script)
    return why.value.codes


def adds(coupon):
    return {"coupon": coupon, "action": "add"}


def takes_back(coupon):
    return {"coupon": coupon, "action": "remove"}


# What is shown


def test_the_coupons_of_the_buyer_are_shown_as_their_offers_say():
    one, bulk, dear = shows(CouponSelectionPage, ada(), THEIRS).coupons
    assert (one.pk, one.label, one.percentage, one.amount, one.is_applied) == ("101", "A tenth off", "10", None, False)
    assert one.offer_type == Labelled("coupon", "Coupon")
    assert one.benefit_type == Labelled("percentage", "10 % off all goods")
    assert (one.condition, one.voucher_code, one.start_datetime, one.error_code) == (None, None, None, None)
    assert (bulk.pk, bulk.amount, bulk.percentage, bulk.voucher_code) == ("102", lira("5.00"), None, "XMAS-1")
    assert bulk.offer_type == Labelled("bulk_coupon", "Bulk coupon")
    assert bulk.condition == CouponCondition("Amount", lira("50.00"))
    assert (bulk.start_datetime, bulk.end_datetime) == (FIVE.starts_at, FIVE.ends_at)
    assert bulk.currency == Labelled("try", "TRY")
    assert dear.condition.value == lira("500.00")


def test_a_guest_sees_an_empty_list_and_nobody_is_asked():
    assert shows(CouponSelectionPage, guest()).coupons == ()


@pytest.mark.parametrize("page", [CouponSelectionPage, VoucherCodePage])
def test_nothing_has_to_be_answered_before(page):
    assert closed_by(page, visit(EMPTIED)) == ()
    assert (page.resets, page.skip_if) == ((), ())


def test_a_coupon_that_is_applied_says_so_and_one_that_is_not_says_why():
    now = Discounts((Discount(7, "A tenth off", lira("9.51"), ZERO, coupon="101"),), refused=(NotApplied("103", "x"),))
    at = ada(extras=Extras(coupons=("101", "103")), discounts=now)
    assert [(c.is_applied, c.error_code) for c in shows(CouponSelectionPage, at, THEIRS).coupons] == [
        (True, None), (False, None), (False, "x"),
    ]  # fmt: skip


def test_what_the_buyer_added_is_shown_even_when_it_is_gone():
    at = ada(extras=Extras(coupons=("666",)), discounts=Discounts(refused=(NotApplied("666", "coupon_invalid"),)))
    *_, gone = shows(CouponSelectionPage, at, THEIRS).coupons
    assert (gone.pk, gone.label, gone.offer_type, gone.error_code) == ("666", "666", None, "coupon_invalid")


def test_what_is_over_is_not_shown_unless_it_was_added():
    over = evolve(OFFERS, offers=(TENTH, evolve(FIVE, ends_at=NOW)))
    assert [c.pk for c in shows(CouponSelectionPage, ada(over), THEIRS).coupons] == ["101"]
    at = ada(over, extras=Extras(coupons=("102",)))
    assert [c.pk for c in shows(CouponSelectionPage, at, THEIRS).coupons] == ["101", "102"]


def test_a_coupon_of_no_offer_for_coupons_is_none():
    at = ada(evolve(OFFERS, offers=(TENTH, evolve(FIVE, offer_type="voucher", code="V"))))
    assert [c.pk for c in shows(CouponSelectionPage, at, THEIRS).coupons] == ["101"]


def test_where_no_offer_is_for_coupons_nobody_is_asked():
    assert shows(CouponSelectionPage, ada(evolve(OFFERS, offers=(WELCOME,)))).coupons == ()


# Coupons


@pytest.mark.parametrize("coupon", ["101", 101, " 101 "])
def test_a_coupon_is_added_by_its_key_as_text_or_as_a_number(coupon):
    new = answer(CouponSelectionPage, adds(coupon), ada(), THEIRS, counted("coupon|101"))
    assert new == Extras(coupons=("101",))


def test_another_one_comes_behind_it():
    at = ada(extras=Extras(notes="ring", coupons=("101",)))
    new = answer(CouponSelectionPage, adds("102"), at, THEIRS, counted("coupon|101", "coupon|102"))
    assert new == Extras(notes="ring", coupons=("101", "102"))


def test_one_that_was_added_is_taken_back():
    at = ada(extras=Extras(coupons=("101", "102")))
    assert answer(CouponSelectionPage, takes_back(101), at).coupons == ("102",)


def test_to_add_twice_and_to_take_back_what_was_not_added_changes_nothing():
    at = ada(extras=Extras(coupons=("101",)))
    assert answer(CouponSelectionPage, adds("101"), at) == at.order.extras
    assert answer(CouponSelectionPage, takes_back("102"), at) == at.order.extras


@pytest.mark.parametrize("body", [{}, {"coupon": "101"}, {"action": "add"}, {"coupon": " ", "action": ""}])
def test_which_and_what_are_both_required(body):
    at = ada()
    codes = refused(CouponSelectionPage, body, at)
    assert set(codes) == {name for name in ("coupon", "action") if not body.get(name, "").strip()}
    assert set(codes.values()) == {("required",)}


@pytest.mark.parametrize("action", ["use", "ADD", 1, True, ["add"]])
def test_only_add_and_remove_are_actions(action):
    assert refused(CouponSelectionPage, {"coupon": "101", "action": action}, ada()) == {"action": ("invalid",)}


@pytest.mark.parametrize("coupon", [True, 1.5, -1, ["101"], {"pk": 1}])
def test_what_is_no_key_is_refused(coupon):
    assert refused(CouponSelectionPage, adds(coupon), ada()) == {"coupon": ("invalid",)}


def test_somebody_elses_coupon_is_answered_as_one_that_is_not_there():
    """CPN-02: nobody is asked for a coupon by its key, only for the buyer's own."""
    foreign = refused(CouponSelectionPage, adds("201"), ada(), THEIRS)
    assert foreign == refused(CouponSelectionPage, adds("no such"), ada(), THEIRS) == {"coupon": ("coupon_invalid",)}
    assert refused(CouponSelectionPage, adds("101"), guest()) == foreign


def test_a_coupon_that_takes_nothing_off_now_is_refused_with_the_reason():
    assert refused(CouponSelectionPage, adds("103"), ada(), THEIRS) == {"coupon": ("basket_amount_out_of_range",)}


def test_a_coupon_that_was_used_is_refused():
    codes = refused(CouponSelectionPage, adds("101"), ada(), THEIRS, counted("coupon|101", taken=1))
    assert codes == {"coupon": ("coupon_used_up",)}


def test_of_two_coupons_of_one_offer_an_order_uses_one():
    theirs = (ListCoupons("ada"), (ONE, Coupon("104", 7)))
    at = ada(extras=Extras(coupons=("101",)))
    codes = refused(CouponSelectionPage, adds("104"), at, theirs, counted("coupon|101", "coupon|104"))
    assert codes == {"coupon": ("offer_applied_once",)}


# Voucher codes


def test_the_code_that_is_set_is_shown_or_null():
    assert shows(VoucherCodePage, guest()).voucher_code is None
    assert shows(VoucherCodePage, guest(extras=Extras(voucher_code="WELCOME2024"))).voucher_code == "WELCOME2024"


@pytest.mark.parametrize(
    ("typed", "kept"), [("WELCOME2024", "WELCOME2024"), ("  welcome2024\n", "welcome2024"), ("Welcome2024",) * 2]
)
def test_a_code_is_kept_without_the_blanks_around_it_and_holds_in_any_case(typed, kept):
    assert answer(VoucherCodePage, {"voucher_code": typed}, guest()).voucher_code == kept


@pytest.mark.parametrize("body", [{}, {"voucher_code": ""}, {"voucher_code": "  "}, {"voucher_code": None}])
def test_an_empty_code_clears_it(body):
    at = guest(extras=Extras(notes="ring", voucher_code="WELCOME2024"))
    assert answer(VoucherCodePage, body, at) == Extras(notes="ring")


def test_an_unknown_code_is_refused():
    at = guest(evolve(OFFERS, offers=(WELCOME,)))
    assert refused(VoucherCodePage, {"voucher_code": "WELCOME"}, at) == {"voucher_code": ("voucher_invalid",)}
    asked = (FindVoucher("WELCOME"), None)
    assert refused(VoucherCodePage, {"voucher_code": "WELCOME"}, guest(), asked) == {
        "voucher_code": ("voucher_invalid",)
    }


def test_a_shop_without_offers_knows_no_code_and_asks_nobody():
    assert refused(VoucherCodePage, {"voucher_code": "X"}, guest(SHOP)) == {"voucher_code": ("voucher_invalid",)}
    assert refused(CouponSelectionPage, adds("101"), ada(SHOP)) == {"coupon": ("coupon_invalid",)}


def test_where_codes_are_known_elsewhere_they_are_asked_there():
    found = FindVoucher("leaf-1"), Voucher("LEAF-1", 11, uses=3)
    at = guest()
    assert answer(VoucherCodePage, {"voucher_code": "leaf-1"}, at, found, counted("code|LEAF-1", taken=2)) == Extras(
        voucher_code="leaf-1"
    )
    codes = refused(VoucherCodePage, {"voucher_code": "leaf-1"}, at, found, counted("code|LEAF-1", taken=3))
    assert codes == {"voucher_code": ("coupon_used_up",)}


def test_a_code_that_stands_and_is_said_again_is_counted_again():
    at = guest(extras=Extras(voucher_code="leaf-1"))
    stands = Discounts((Discount(11, "Leaflet", ZERO, ZERO, code="LEAF-1"),), basis=basis_of(at))
    found = FindVoucher("leaf-1"), Voucher("LEAF-1", 11, uses=3)
    at = at.at(evolve(at.order, discounts=stands))
    codes = refused(VoucherCodePage, {"voucher_code": "leaf-1"}, at, found, counted("code|LEAF-1", taken=3))
    assert codes == {"voucher_code": ("coupon_used_up",)}


@pytest.mark.parametrize("offer", [7, 10, 99])
def test_a_code_of_an_offer_that_has_none_to_be_asked_for_is_none(offer):
    found = FindVoucher("leaf-1"), Voucher("LEAF-1", offer)
    assert refused(VoucherCodePage, {"voucher_code": "leaf-1"}, guest(), found) == {
        "voucher_code": ("voucher_invalid",)
    }


def test_the_code_of_a_bulk_coupon_is_no_voucher():
    asked = FindVoucher("XMAS-1"), None
    assert refused(VoucherCodePage, {"voucher_code": "XMAS-1"}, ada(), asked) == {"voucher_code": ("voucher_invalid",)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rules": (MembersRule(),)}, "members_only"),
        ({"rules": (BasketAmountRule(at_least=lira("500.00")),)}, "basket_amount_out_of_range"),
        ({"starts_at": NOW + timedelta(seconds=1)}, "offer_not_started"),
        ({"ends_at": NOW}, "offer_expired"),
    ],
)
def test_a_code_that_takes_nothing_off_now_is_refused_with_the_reason(change, why):
    at = guest(evolve(OFFERS, offers=(evolve(WELCOME, **change),)))
    assert refused(VoucherCodePage, {"voucher_code": "WELCOME2024"}, at) == {"voucher_code": (why,)}


def test_a_code_for_samples_takes_nothing_off_and_is_good():
    at = guest(evolve(OFFERS, offers=(evolve(WELCOME, benefit=SampleProducts((5,))),)))
    assert answer(VoucherCodePage, {"voucher_code": "WELCOME2024"}, at).voucher_code == "WELCOME2024"


def test_a_code_has_128_characters_at_most():
    assert refused(VoucherCodePage, {"voucher_code": "x" * 129}, guest()) == {"voucher_code": ("too_long",)}
    at = guest(evolve(OFFERS, offers=(evolve(WELCOME, code="X" * 128),)))
    assert answer(VoucherCodePage, {"voucher_code": "x" * 128}, at).voucher_code == "x" * 128


@pytest.mark.parametrize("code", [7, True, ["WELCOME2024"], {"code": 1}, "a\x00b"])
def test_what_is_no_text_is_no_code(code):
    assert refused(VoucherCodePage, {"voucher_code": code}, guest()) == {"voucher_code": ("invalid",)}


def test_a_code_is_tried_on_a_copy_and_the_order_stays_as_it_is():
    """CPN-03."""
    at = guest()
    before = at.order
    answer(VoucherCodePage, {"voucher_code": "WELCOME2024"}, at)
    assert at.order is before
    assert (at.order.discounts, at.order.extras) == (Discounts(), Extras())


def test_a_code_that_is_spelt_like_the_key_of_a_coupon_is_judged_by_itself():
    offers = evolve(OFFERS, offers=(DEAR, evolve(WELCOME, code="103")))
    at = ada(offers, extras=Extras(coupons=("103",)))
    assert answer(VoucherCodePage, {"voucher_code": "103"}, at, THEIRS).voucher_code == "103"
