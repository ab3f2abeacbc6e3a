"""When offers are applied again and when nothing is asked, whose uses are counted, and a host's own engine of them."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from checkout_core import STANDARD, Caller, Money, Settings, Visit, evolve
from checkout_core.effects import AskDiscounts, CountTaken, Coupon, FindVoucher, ListCoupons, Unavailable, Voucher
from checkout_core.order import Buyer, Discount, Discounts, Extras, NotApplied, Shipping, Use
from checkout_core.pages.offers import CouponSelectionPage, VoucherCodePage
from checkout_core.rules.availability import AndRule
from checkout_core.rules.benefits import FixedAmount, Percentage, SampleProducts
from checkout_core.rules.buyers import OrderHistoryRule, SegmentRule
from checkout_core.rules.goods import BasketAmountRule
from checkout_core.rules.offers import basis_of, buyer_digest, discounted
from checkout_core.rules.places import CityRule
from checkout_core.shop import Offer
from checkout_core.stores import MemoryHolds
from checkout_core.testing import play
from tests.pages.kit import ABROAD, BASKET, HOME, MUG, ZERO, order

from .world import BY_CARD, NOW, SHOP, World, basket, lira

TENTH = Offer(1, "A tenth off", Percentage(100_000))
FIVE = Offer(2, "Five off", FixedAmount(lira("5.00")), offer_type="coupon")
LAST = Offer(3, "The last", FixedAmount(lira("10.00")), offer_type="voucher", code="LAST", uses=1)
EACH = Offer(4, "One each", FixedAmount(lira("1.00")), offer_type="voucher", code="EACH", uses_per_buyer=1)
HOSTS = Offer(5, "The host's codes", FixedAmount(lira("2.00")), offer_type="voucher")
ALL = frozenset({"offers", "slots", "holds"})
ADA = Buyer("ada", "ada@example.org")
BOUGHT = order(buyer=ADA)


def at(*offers, has=ALL, now=NOW, caller=Caller("ada"), **parts):  # noqa: B008  # a value
    return Visit(evolve(BOUGHT, **parts), evolve(SHOP, offers=offers), Settings(), now, caller, has=has)


def found(visit, *script, sure=False):
    return play(discounted(visit, sure=sure), *script)[0]


def stands(visit, *script):
    """The visit once offers are applied."""
    return visit.at(evolve(visit.order, discounts=found(visit, *script)))


def counted(*subjects, taken=0):
    return CountTaken("coupon", subjects, "co-1"), (taken,) * len(subjects)


def codes(discounts):
    return {each.code: each.why for each in discounts.refused}


# What is asked


def test_a_shop_without_offers_is_asked_nothing_and_nothing_is_changed():
    visit = at()
    assert found(visit) is visit.order.discounts
    assert found(visit, sure=True) is visit.order.discounts


def test_what_stood_is_gone_with_the_offers_of_the_shop():
    visit = at(discounts=Discounts((Discount(1, "x", lira("1.00"), ZERO),)))
    assert found(visit) == Discounts()


def test_an_offer_without_limits_is_applied_without_a_question():
    assert [each.amount for each in found(at(TENTH), sure=True).applied] == [lira("9.51")]


def test_while_nothing_has_moved_nothing_is_asked_but_to_be_sure():
    visit = stands(at(LAST, extras=Extras(voucher_code="LAST")), counted("offer|3"))
    assert found(visit) is visit.order.discounts
    assert found(visit, counted("offer|3"), sure=True) is visit.order.discounts
    assert found(visit, counted("offer|3", taken=1), sure=True).applied == ()


def test_only_what_applies_is_counted():
    dear = evolve(LAST, rules=(BasketAmountRule(at_least=lira("500.00")),))
    now = found(at(dear, extras=Extras(voucher_code="LAST")))
    assert codes(now) == {"LAST": "basket_amount_out_of_range"}


def test_without_somebody_who_counts_the_hold_alone_says_no():
    now = found(at(LAST, has=frozenset({"offers"}), extras=Extras(voucher_code="LAST")))
    assert now.applied[0].uses == (Use("offer|3", 1),)


# What it rests on

NEAR = evolve(
    TENTH, rules=(AndRule((BasketAmountRule(at_least=lira("100.00")), CityRule(frozenset({34})))),), upsell="so near"
)
MOVED = {
    "the tables": {"shop": evolve(SHOP, version="2", offers=(TENTH,))},
    "the goods": {"basket": basket(2)},
    "the prices": {"basket": BASKET.with_prices({MUG.pk: lira("9.00")})},
    "the currency": {"basket": evolve(BASKET, currency="EUR")},
    "the account": {"buyer": evolve(ADA, account="grace")},
    "the e-mail address": {"buyer": evolve(ADA, email="g@example.org")},
    "the phone": {"buyer": evolve(ADA, phone="+905551112233")},
    "the segment": {"caller": Caller("ada", segment="vip")},
    "the number of orders": {"caller": Caller("ada", orders=3)},
    "a coupon": {"extras": Extras(coupons=("101",))},
    "a code": {"extras": Extras(voucher_code="LAST")},
    "shipping": {"shipping": Shipping()},
    "its price": {"shipping": Shipping(evolve(BOUGHT.shipping.option, shipping_amount=lira("1.00")))},
}


@pytest.mark.parametrize("moved", MOVED)
def test_it_is_reckoned_again_where_this_has_moved(moved):
    visit = at(TENTH)
    given = MOVED[moved]
    there = {name: value for name, value in given.items() if name in {"shop", "caller"}}
    parts = {name: value for name, value in given.items() if name not in there}
    assert basis_of(evolve(visit, order=evolve(visit.order, **parts), **there)) != basis_of(visit)


@pytest.mark.parametrize(
    ("offer", "change"),
    [
        (evolve(TENTH, starts_at=NOW + timedelta(hours=1)), {"now": NOW + timedelta(hours=1)}),
        (evolve(TENTH, ends_at=NOW + timedelta(hours=1)), {"now": NOW + timedelta(hours=1)}),
        (evolve(TENTH, rules=(SegmentRule(frozenset({"vip"})),)), {"caller": Caller("ada", segment="vip")}),
        (evolve(TENTH, rules=(OrderHistoryRule(at_most=0),)), {"caller": Caller("ada", orders=0)}),
        (evolve(TENTH, rules=(CityRule(frozenset({34})),)), {"to": ABROAD}),
        (NEAR, {"to": ABROAD}),
    ],
    ids=["begun", "over", "segment", "first order", "city", "an offer that is near, by a rule inside another"],
)
def test_and_where_the_dates_or_a_rule_of_an_offer_have(offer, change):
    visit = at(offer)
    to = change.pop("to", HOME)
    order_ = evolve(visit.order, delivery=evolve(visit.order.delivery, shipping_address=to))
    assert basis_of(evolve(visit, order=order_, **change)) != basis_of(visit)


def test_time_that_passes_over_no_date_moves_nothing():
    assert basis_of(at(TENTH, now=NOW + timedelta(days=99))) == basis_of(at(TENTH))


SAYS = """
from tests.flow.test_offers import NEAR, LAST, TENTH, Extras, at, basis_of
print(basis_of(at(NEAR, LAST, TENTH, extras=Extras(coupons=("101",), voucher_code="LAST"))))
"""


def test_the_basis_is_the_same_in_every_process():
    told = {
        subprocess.run(
            [sys.executable, "-c", SAYS], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in "12"
    }
    assert told == {f"{basis_of(at(NEAR, LAST, TENTH, extras=Extras(coupons=('101',), voucher_code='LAST')))}\n"}


# Coupons


def test_a_coupon_is_applied_once_it_was_added_and_its_uses_are_kept():
    theirs = ListCoupons("ada"), (Coupon("101", 2, uses=3), Coupon("102", 2))
    now = found(at(FIVE, extras=Extras(coupons=("101",))), theirs, counted("coupon|101"))
    assert [(each.offer, each.coupon, each.uses) for each in now.applied] == [(2, "101", (Use("coupon|101", 3),))]
    assert found(at(FIVE)).applied == ()


@pytest.mark.parametrize(
    ("theirs", "why"),
    [((), "coupon_invalid"), ((Coupon("101", 99),), "coupon_invalid"), ((Coupon("101", 1),), "coupon_invalid")],
    ids=["of somebody else", "of an offer that is gone", "of an offer that needs none"],
)
def test_a_coupon_that_is_none_of_theirs_takes_nothing_off(theirs, why):
    """CPN-02."""
    now = found(at(TENTH, FIVE, extras=Extras(coupons=("101",))), (ListCoupons("ada"), theirs))
    assert codes(now) == {"101": why}
    assert [each.offer for each in now.applied] == [1]


def test_a_guest_has_no_coupons_and_nobody_is_asked():
    now = found(at(FIVE, buyer=Buyer(email="ada@example.org"), extras=Extras(coupons=("101",))))
    assert codes(now) == {"101": "coupon_invalid"}


def test_of_two_coupons_of_one_offer_the_first_that_is_left_is_used():
    theirs = ListCoupons("ada"), (Coupon("101", 2), Coupon("102", 2))
    visit = at(FIVE, extras=Extras(coupons=("101", "102")))
    now = found(visit, theirs, counted("coupon|101", "coupon|102"))
    assert ([each.coupon for each in now.applied], codes(now)) == (["101"], {"102": "offer_applied_once"})
    now = found(visit, theirs, (CountTaken("coupon", ("coupon|101", "coupon|102"), "co-1"), (1, 0)))
    assert ([each.coupon for each in now.applied], codes(now)) == (["102"], {"101": "coupon_used_up"})


# Uses


def test_an_offer_that_applies_by_itself_and_is_used_up_is_not_applied_and_nobody_is_told():
    visit = at(evolve(TENTH, uses=5))
    assert found(visit, counted("offer|1", taken=4)).applied[0].uses == (Use("offer|1", 5),)
    assert found(visit, counted("offer|1", taken=5)) == Discounts(basis=basis_of(visit))


def test_a_use_is_counted_for_the_offer_the_buyer_and_the_code():
    offer, whose = evolve(HOSTS, uses=9, uses_per_buyer=2), buyer_digest(ADA)
    subjects = "offer|5", f"offer|5|{whose}", "code|LEAF"
    asked = FindVoucher("leaf"), Voucher("Leaf", 5, 1)
    now = found(at(offer, extras=Extras(voucher_code="leaf")), asked, counted(*subjects))
    assert now.applied[0].uses == tuple(Use(*each) for each in zip(subjects, (9, 2, 1), strict=True))
    for n in range(3):
        taken = tuple((9, 2, 1)[n] if n == m else 0 for m in range(3))
        script = asked, (CountTaken("coupon", subjects, "co-1"), taken)
        assert codes(found(at(offer, extras=Extras(voucher_code="leaf")), *script)) == {"Leaf": "coupon_used_up"}


def test_a_code_for_samples_has_uses_too():
    offer = evolve(LAST, benefit=SampleProducts((5,)))
    now = found(at(offer, extras=Extras(voucher_code="LAST")), counted("offer|3"))
    assert [use for each in now.applied for use in each.uses] == [Use("offer|3", 1)]
    assert now.samples[0].products == (5,)


def test_a_buyer_is_told_by_the_account_else_by_the_address_however_it_is_written_else_by_the_phone():
    """CPN-05."""
    account, email, phone = Buyer("ada", "a@x.org"), Buyer(None, "A@x.org ", "+90"), Buyer(None, None, "+90")
    told = [buyer_digest(buyer) for buyer in (account, email, phone)]
    assert len({*told, None}) == 4
    assert told == [
        buyer_digest(Buyer("ada", "other@x.org")), buyer_digest(Buyer(None, "a@X.ORG")), buyer_digest(phone),
    ]  # fmt: skip
    assert buyer_digest(Buyer("a@x.org")) != buyer_digest(email)
    assert all("ada" not in each and "x.org" not in each and len(each) == 32 for each in told)


def test_of_a_buyer_nobody_knows_a_use_cannot_be_counted():
    nobody = at(EACH, evolve(TENTH, uses_per_buyer=1), buyer=Buyer(email=" "), extras=Extras(voucher_code="each"))
    assert (found(nobody).applied, codes(found(nobody))) == ((), {"EACH": "buyer_unknown"})


# A host's own engine

SAID = Discounts((Discount(70, "Theirs", lira("3.00"), ZERO, code="SUMMER"),))
ENGINE = frozenset({"promotions"})


def asked(visit, answer):
    return AskDiscounts(basis_of(visit), visit.order), answer


def test_it_is_asked_instead_of_the_shops_offers_and_again_only_where_something_moved():
    visit = at(TENTH, has=ENGINE, extras=Extras(voucher_code="summer"))
    now = found(visit, asked(visit, SAID))
    assert now == evolve(SAID, basis=basis_of(visit))
    visit = visit.at(evolve(visit.order, discounts=now))
    assert found(visit) is now
    assert found(visit, asked(visit, Discounts()), sure=True).applied == ()


def test_it_is_asked_again_for_another_address_or_way_to_pay():
    visit = at(has=ENGINE)
    to = evolve(visit.order.delivery, shipping_address=ABROAD)
    assert basis_of(visit.at(evolve(visit.order, delivery=to))) != basis_of(visit)


def test_a_code_it_says_nothing_of_is_refused():
    visit = at(has=ENGINE, extras=Extras(voucher_code="WINTER", coupons=("101", "102")))
    told = evolve(SAID, refused=(NotApplied("102", "not_today"),))
    assert codes(found(visit, asked(visit, told))) == {
        "102": "not_today", "101": "coupon_invalid", "WINTER": "voucher_invalid",
    }  # fmt: skip


def test_while_it_does_not_answer_what_stands_is_kept_but_for_what_was_taken_back():
    off = Discount(71, "A coupon", lira("1.00"), ZERO, coupon="101")
    both = Discounts((*SAID.applied, off), basis="old")
    visit = at(has=ENGINE, discounts=both, extras=Extras(voucher_code="Summer", coupons=("101",)))
    assert found(visit, asked(visit, Unavailable("down"))).applied == both.applied
    for extras, left in ((Extras(coupons=("101",)), (off,)), (Extras(voucher_code="SUMMER"), SAID.applied)):
        fewer = visit.at(evolve(visit.order, extras=extras))
        assert found(fewer, asked(fewer, Unavailable("down"))).applied == left


def test_a_code_that_it_spells_another_way_is_good():
    visit = at(has=ENGINE)
    tried = evolve(visit.order, extras=Extras(voucher_code="summer"))
    script = AskDiscounts(basis_of(visit.at(tried)), tried), SAID
    new, _ = play(VoucherCodePage().process(Extras(), VoucherCodePage.form("summer"), visit), script)
    assert new.voucher_code == "summer"


def test_a_new_code_is_refused_while_it_does_not_answer():
    visit = at(has=ENGINE)
    form, tried = VoucherCodePage.form("SUMMER"), evolve(visit.order, extras=Extras(voucher_code="SUMMER"))
    script = AskDiscounts(basis_of(visit.at(tried)), tried), Unavailable("down")
    with pytest.raises(Exception, match="not_available_now"):
        play(VoucherCodePage().process(Extras(), form, visit), script)


def test_its_coupons_are_shown_though_the_snapshot_has_no_offer_of_them():
    theirs = ListCoupons("ada"), (Coupon("101", 70, "SUMMER"),)
    visit = at(has=ENGINE | {"offers"})
    (shown,) = play(CouponSelectionPage().context(Extras(), visit), theirs)[0].coupons
    assert (shown.pk, shown.label, shown.offer_type) == ("101", "SUMMER", None)


# In a checkout


class Offering(World):
    """A world with offers, and somebody who counts."""

    def __init__(self, *offers):
        super().__init__(evolve(SHOP, offers=offers))
        self.now = NOW
        self.holds = MemoryHolds(lambda: self.now)

    def ports(self, *, awaited=False, **more):
        given = {"clock": lambda: self.now, "holds": self.holds, "slots": self.holds}
        return super().ports(awaited=awaited, **{**given, **more})


def test_a_promotion_that_is_over_between_the_look_and_the_payment_is_told_and_nothing_is_sent():
    """AMT-08."""
    world = Offering(evolve(TENTH, ends_at=NOW + timedelta(minutes=1)))
    buyer = world.buyer()
    order_ = buyer.at("CreditCardConfirmationPage", BY_CARD)
    assert order_.totals.discounts == lira("9.51")
    world.now = NOW + timedelta(minutes=1)
    step = buyer.submit(order_, *BY_CARD[-1])
    assert step.errors == {"non_field_errors": ("price_changed",)}
    assert (step.pre_order.totals.discounts, world.asked["sale"]) == (lira("0.00"), 0)
    assert buyer.submit(step.pre_order, *BY_CARD[-1]).page == "ThankYouPage"


def test_a_promotion_that_begins_meanwhile_is_told_too():
    world = Offering(evolve(TENTH, starts_at=NOW + timedelta(minutes=1)))
    buyer = world.buyer()
    order_ = buyer.at("CreditCardConfirmationPage", BY_CARD)
    world.now = NOW + timedelta(minutes=1)
    step = buyer.submit(order_, *BY_CARD[-1])
    assert step.errors == {"non_field_errors": ("price_changed",)}
    assert step.pre_order.totals.discounts == lira("9.51")


def test_with_a_code_every_number_follows_at_once_and_without_it_too():
    buyer = Offering(TENTH, LAST).buyer()
    order_ = buyer.at("CreditCardConfirmationPage", BY_CARD)
    step = buyer.submit(order_, "VoucherCodePage", {"voucher_code": " last "})
    assert (step.page, step.pre_order.totals.discounts) == ("EmptyPage", lira("19.51"))
    assert step.pre_order.payment == order_.payment
    step = buyer.submit(step.pre_order, "VoucherCodePage", {})
    assert step.pre_order.totals == order_.totals


def test_a_code_that_is_refused_changes_nothing_and_is_told_on_its_field():
    buyer = Offering(LAST).buyer()
    order_ = buyer.submit(buyer.start().pre_order, "VoucherCodePage", {"voucher_code": "LAST"}).pre_order
    step = buyer.submit(order_, "VoucherCodePage", {"voucher_code": "NONE"})
    assert step.errors == {"voucher_code": ("voucher_invalid",)}
    assert step.pre_order == order_


def test_both_pages_stand_beside_the_flow():
    assert {CouponSelectionPage, VoucherCodePage} <= set(STANDARD.beside)


def test_a_discount_in_another_currency_is_none():
    """AMT-03."""
    euro = evolve(LAST, benefit=FixedAmount(Money("1.00", "EUR")), uses=None)
    now = found(at(euro, extras=Extras(voucher_code="LAST")))
    assert (now.applied, codes(now)) == ((), {"LAST": "offer_gives_nothing"})
