"""Offers, coupons, vouchers, loyalty and questions of a shop file: what it says is read exactly."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from checkout_core.effects import Coupon, LoyaltyAccount, LoyaltyCard, Voucher
from checkout_core.money import Money
from checkout_core.rules.benefits import BuyXGetY, FixedAmount, FreeShipping, Percentage, SampleProducts, Target
from checkout_core.rules.buyers import SegmentRule
from checkout_core.sandbox import DEPARTMENT_STORE, HOLIDAY_STORE, load_shop
from checkout_core.shop import ExtraField

from .shopfiles import HOLIDAYS, edited

FILE = load_shop(HOLIDAY_STORE)
ISTANBUL = timezone(timedelta(hours=3))


def holidays(*edits):
    return edited(*edits, text=HOLIDAYS)


def lira(amount):
    return Money(amount, "TRY")


def offer(pk, file=FILE):
    return next(each for each in file.shop.offers if each.pk == pk)


# ---------------------------------------------------------------- what is read


def test_an_offer_says_what_it_gives_and_to_whom():
    assert offer(1).benefit == BuyXGetY(2, 1, target=Target(products=frozenset({1001})))
    assert offer(2).benefit == Percentage(100_000, Target(categories=frozenset({10})))
    assert offer(3).benefit == FreeShipping()
    assert offer(4).benefit == SampleProducts((1121, 1122), 2)
    assert offer(5).benefit == FixedAmount(lira("20.00"))
    assert offer(7).benefit == Percentage(50_000, most=lira("50.00"))
    assert offer(10).rules == (SegmentRule(frozenset({"gold"})),)
    assert [offer(pk).offer_type for pk in (2, 5, 8, 9)] == ["automatic", "voucher", "coupon", "bulk_coupon"]


def test_an_offer_that_says_no_more_applies_by_itself_at_any_time_as_often_as_anybody_likes():
    plain = offer(2)
    assert (plain.rules, plain.code, plain.starts_at, plain.ends_at) == ((), None, None, None)
    assert (plain.alone, plain.last, plain.uses, plain.uses_per_buyer, plain.upsell) == (False, False, None, None, None)
    assert offer(8).priority == 0
    assert offer(8).upsell_from == 50


def test_the_rest_of_an_offer_is_read_as_it_is_written():
    assert (offer(5).code, offer(5).uses, offer(7).uses_per_buyer) == ("WELCOME2024", 100, 1)
    assert (offer(1).priority, offer(10).alone) == (30, True)
    assert (offer(3).upsell, offer(3).upsell_from) == ("$remaining more, and it is sent for nothing.", 50)
    assert offer(11).starts_at == datetime(2026, 12, 27, tzinfo=ISTANBUL)
    assert offer(11).ends_at.utcoffset() == timedelta(hours=3)
    last = load_shop(holidays(("alone = true", "last = true\nupsell_from = 1")))
    assert (offer(10, last).alone, offer(10, last).last, offer(10, last).upsell_from) == (False, True, 1)


def test_coupons_are_their_customers_by_the_key_that_buyers_post():
    assert FILE.promotions.coupons["ada"] == (Coupon("501", 8, None, 1), Coupon("502", 9, "LETTER-7F3A", 1))
    assert [coupon.pk for coupon in FILE.promotions.coupons["grace"]] == ["503"]
    assert "edith" not in FILE.promotions.coupons


@pytest.mark.parametrize("spelt", ["SNOW-4F7K", " snow-4f7k ", "Snow-4f7K"])
def test_a_voucher_is_found_however_it_is_spelt(spelt):
    assert FILE.promotions.voucher(spelt) == Voucher("SNOW-4F7K", 7, 1)


@pytest.mark.parametrize("code", ["WELCOME2024", "SNOW", "", "LETTER-7F3A"])
def test_the_code_of_an_offer_or_of_a_coupon_is_none_of_the_vouchers(code):
    assert FILE.promotions.voucher(code) is None


def test_of_a_voucher_that_says_no_number_there_are_as_many_as_of_its_offer():
    assert load_shop(holidays(("offer = 7\nuses = 1", "offer = 7"))).promotions.voucher("SNOW-4F7K").uses is None


def test_of_an_offer_that_is_switched_off_there_are_no_coupons_and_no_vouchers():
    off = load_shop(holidays(("pk = 7\n", "pk = 7\nactive = false\n"), ("pk = 8\n", "pk = 8\nactive = false\n")))
    assert not {7, 8} & {each.pk for each in off.shop.offers}
    assert off.promotions.vouchers == {}
    assert [coupon.pk for coupon in off.promotions.coupons["ada"]] == ["502"]
    assert not off.promotions.coupons.get("grace")


def test_what_is_switched_off_by_itself_is_left_out():
    off = load_shop(holidays(
        ("pk = 501", "pk = 501\nactive = false"), ('code = "SNOW-4F7K"', 'code = "SNOW-4F7K"\nactive = false'),
        ("label_id = 1", "label_id = 1\nactive = false"), ('"LC-2001"', '"LC-2001"\nactive = false'),
        ('key = "ribbon"', 'key = "ribbon"\nactive = false'),
    ))  # fmt: skip
    assert [coupon.pk for coupon in off.promotions.coupons["ada"]] == ["502"]
    assert off.promotions.voucher("SNOW-4F7K") is None
    assert [each.label_id for each in off.loyalty.accounts["ada"]] == [2]
    assert off.loyalty.cards == {}
    assert [each.key for each in off.shop.order_schema] == ["preference"]


def test_loyalty_money_is_listed_as_it_is_debited():
    money_back = LoyaltyAccount(2, "Money back", lira("45.50"), 2)
    assert FILE.loyalty.accounts["ada"] == (LoyaltyAccount(1, "Gift money", lira("60.00"), 1), money_back)
    assert FILE.loyalty.accounts["grace"] == (LoyaltyAccount(None, "", lira("1000.00")),)
    assert FILE.loyalty.cards == {"ada": LoyaltyCard("LC-2001", lira("40.00"))}
    other = load_shop(holidays(("priority = 1  ", "priority = 3  ")))
    assert other.loyalty.accounts["ada"][0] == money_back


def test_the_questions_about_an_order_are_its_schema():
    assert FILE.shop.order_schema == (
        ExtraField("preference", "Whom is it for?", "dropdown", required=True, choices=("gift", "myself")),
        ExtraField("ribbon", "Name on the ribbon", max_length=40),
    )


def test_a_shop_that_asks_nothing_has_no_schema_and_one_of_nothing_is_another_thing():
    assert load_shop().shop.order_schema is None
    assert load_shop('extends = "shop.toml"\norder_fields = []').shop.order_schema == ()


def test_what_is_sold_beside_the_goods_says_so():
    beside = {sku for sku, product in FILE.products.items() if not product.for_baskets}
    assert beside == {"gift-box", "bag", "tea", "chocolate"}
    assert FILE.products["bag"].product_type == "miscellaneous"
    assert all(product.product_type == "0" for product in load_shop().products.values())


@pytest.mark.parametrize("path", [None, DEPARTMENT_STORE])
def test_the_other_shops_have_no_promotions_at_all(path):
    file = load_shop(path) if path else load_shop()
    assert (file.shop.offers, file.promotions.coupons, file.promotions.vouchers) == ((), {}, {})
    assert (file.loyalty.accounts, file.loyalty.cards) == ({}, {})


def test_rows_of_a_file_that_extends_this_one_stand_in_the_place_of_those_of_their_key():
    text = """
extends = "holiday_store.toml"
[[offers]]
pk = 2
name = "20 % off kitchen goods"
benefit = { slug = "percentage", rate = "20 %" }
[[coupons]]
pk = 501
account = "grace"
offer = 8
[[vouchers]]
code = "SNOW-4F7K"
offer = 7
uses = 9
[[loyalty_accounts]]
account = "ada"
label_id = 2
label = "Money back"
balance = "1.00 TRY"
[[loyalty_accounts]]
account = "grace"
balance = "2.00 TRY"
[[loyalty_cards]]
account = "ada"
card_number = "LC-1"
points = "3.00 TRY"
[[order_fields]]
key = "ribbon"
label = "Ribbon"
"""
    file = load_shop(text)
    assert [each.pk for each in file.shop.offers] == [each.pk for each in FILE.shop.offers]
    assert offer(2, file).benefit == Percentage(200_000)
    assert [coupon.pk for coupon in file.promotions.coupons["grace"]] == ["501", "503"]
    assert file.promotions.voucher("SNOW-4F7K").uses == 9
    assert [each.balance for each in file.loyalty.accounts["ada"]] == [lira("1.00"), lira("60.00")]  # of priority 0
    assert [each.balance for each in file.loyalty.accounts["grace"]] == [lira("2.00")]
    assert file.loyalty.cards["ada"].card_number == "LC-1"
    assert [each.label for each in file.shop.order_schema] == ["Whom is it for?", "Ribbon"]
