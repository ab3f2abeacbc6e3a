"""The holiday store: what its ports answer, and a story with everything whose total can be followed by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore
from checkout_core.effects import Coupon, Product, Voucher
from checkout_core.money import Money
from checkout_core.order import evolve
from checkout_core.page import GUEST
from checkout_core.sandbox import HOLIDAY_STORE, Sandbox, Wishes, find_shop, load_shop
from checkout_core.sandbox.world import NOON
from checkout_core.stores import SqliteHolds

FILE = load_shop(HOLIDAY_STORE)
GOODS = ("mug", "mug", "mug", "teapot")  # 105.30 and 154.70
EVERYTHING = Wishes(
    voucher="welcome2024", samples=("tea", "chocolate"), gift="Happy holidays!", bags=3, loyalty="75.00",
    told={"preference": "gift", "ribbon": "Grace"},
)  # fmt: skip


def lira(amount):
    return Money(amount, "TRY")


class Walk:
    """One buyer in that shop, up to the way to pay or to the order."""

    def __init__(self, shop, *skus, account="ada", key="basket-1"):
        self.shop, self.who = shop, shop.caller(account) if account else GUEST
        self.service = CheckoutService(Checkout(shop.ports), MemoryStore())
        self.start = self.service.checkout.start(shop.basket(*skus, key=key), self.who).pre_order
        self.key = self.service.save(self.start)
        self.pages = []
        if not account:
            self.posts("IndexPage", {"user_email": "guest@example.org"})

    def posts(self, page, body):
        self.step = self.service.post(self.key, page, body, self.who)
        return self.step

    def walks(self, story="card", until=None, **given):
        """The story, to its end or to before that page."""
        for page, body in self.shop.answers(story, order=self.start, **given):
            if page == until:
                break
            step = self.posts(page, body)
            assert not step.errors, (page, body, step.errors)
            self.pages.append(page)
        return self.step.pre_order


def amounts(totals):
    """What is not zero of them, by name."""
    names = ("lines", "discounts", "shipping", "shipping_discount", "bags", "gift_box", "total", "loyalty_card",
             "loyalty_money", "payable")  # fmt: skip
    return {name: str(getattr(totals, name)) for name in names if getattr(totals, name)}


# ---------------------------------------------------------------- the shop, and what it answers


def test_it_is_found_by_its_name_and_is_the_larger_shop_with_more():
    assert find_shop("holiday_store") == HOLIDAY_STORE
    larger = load_shop(find_shop("department_store"))
    assert FILE.products.keys() > larger.products.keys()
    assert (FILE.shop.cards, FILE.shop.slot_groups) == (larger.shop.cards, larger.shop.slot_groups)
    assert FILE.settings.gift_box_configurations.sku in FILE.products
    assert FILE.settings.delivery_bags_conf.sku in FILE.products


def test_products_are_found_by_their_sku_also_what_no_list_shows():
    shop = Sandbox(FILE)
    find = shop.ports.products.find_product
    assert find("bag", "TRY") == Product(1112, "bag", "Paper bag", lira("2.50"), "miscellaneous")
    assert find("mug", "TRY") == Product(
        1001, "mug", "Mug", lira("35.10"), absolute_url="/mug/", image="/media/mug.jpg"
    )
    assert find("nothing", "TRY") is None
    assert find("bag", "EUR") is None


def test_products_are_listed_in_the_order_asked_for_without_those_there_are_none_of():
    ask = Sandbox(FILE).ports.products.list_products
    assert [each.sku for each in ask((1122, 4711, 1121), "TRY")] == ["chocolate", "tea"]
    assert ask((1122,), "EUR") == ()


def test_a_product_is_in_stock_as_long_as_nobody_has_or_holds_the_last_one():
    shop = Sandbox(FILE)
    find = shop.ports.products.find_product
    items = tuple(item for item in FILE.limited if item.subject == "tea")
    assert shop.stock.take_hold("op", "another", items, NOON + timedelta(minutes=5)) == ()
    assert not find("tea", "TRY").in_stock
    shop.passes(minutes=6)
    assert find("tea", "TRY").in_stock
    shop.stock.put("stock", "tea", 0)
    assert not shop.ports.products.list_products((1121,), "TRY")[0].in_stock


def test_coupons_and_vouchers_are_asked_of_the_shop_file():
    offers = Sandbox(FILE).ports.offers
    assert offers.list_coupons("ada") == (Coupon("501", 8), Coupon("502", 9, "LETTER-7F3A"))
    assert offers.list_coupons("edith") == ()
    assert offers.find_voucher("snow-9q2m") == Voucher("SNOW-9Q2M", 7, 1)
    assert offers.find_voucher("SNOW") is None


def test_a_shop_file_without_promotions_answers_that_there_is_nothing():
    ports = Sandbox().ports
    assert ports.offers.list_coupons("ada") == ()
    assert ports.offers.find_voucher("SNOW-9Q2M") is None
    assert ports.loyalty.list_loyalty_accounts("ada", "TRY") == ()
    assert ports.loyalty.find_loyalty_card("ada", "TRY") is None


# ---------------------------------------------------------------- stories


def test_a_story_with_everything_comes_to_the_total_one_gets_by_hand():
    shop = Sandbox(FILE)
    buyer = Walk(shop, *GOODS)
    order = buyer.walks(wishes=EVERYTHING)
    assert buyer.step.page == "ThankYouPage"
    assert amounts(order.totals) == {
        "lines": "260.00",
        "discounts": "77.59",  # a mug, 35.10; a tenth of 224.90, 22.49; the voucher, 20.00
        "shipping": "29.90",  # 40.00 more, and it were for nothing
        "gift_box": "25.00",
        "bags": "7.50",
        "total": "244.81",
        "loyalty_money": "75.00",
        "payable": "169.81",
    }
    assert [(each.name, str(each.amount)) for each in order.discounts.applied] == [
        ("Of three mugs one is free", "35.10"), ("10 % off kitchen goods", "22.49"), ("Welcome", "20.00"),
    ]  # fmt: skip
    assert [row.amount for row in shop.bank.rows()] == [lira("169.81")]
    assert (order.placed.total, order.placed.plan.amount) == (lira("244.81"), lira("169.81"))


def test_every_amount_of_it_is_explained():
    buyer = Walk(Sandbox(FILE), *GOODS)
    order = buyer.walks(wishes=EVERYTHING)
    tree = buyer.service.checkout.explain_totals(order)
    assert tree.money == lira("169.81")
    for said in ("35.10", "22.49", "WELCOME2024", "29.90", "25.00", "7.50", "244.81", "60.00", "15.00"):
        assert said in str(tree), said


def test_what_went_with_the_goods_is_gone_once_the_order_stands():
    shop = Sandbox(FILE)
    buyer = Walk(shop, *GOODS)
    before = Counter({sku: shop.stock.left("stock", sku) for sku in FILE.products})
    buyer.walks(wishes=EVERYTHING)
    buyer.service.relay_once()
    after = Counter({sku: shop.stock.left("stock", sku) for sku in FILE.products})
    assert before - after == {"mug": 3, "teapot": 1, "gift-box": 1, "bag": 3, "tea": 1, "chocolate": 1}
    accounts = shop.ports.loyalty.list_loyalty_accounts("ada", "TRY")
    assert [(each.label, str(each.balance)) for each in accounts] == [("Gift money", "0.00"), ("Money back", "30.50")]


def test_a_story_that_wants_nothing_declines_the_samples():
    buyer = Walk(Sandbox(FILE), *GOODS)
    order = buyer.walks()
    assert buyer.step.page == "ThankYouPage"
    assert "SampleProductPage" in buyer.pages
    assert amounts(order.totals) == {
        "lines": "260.00", "discounts": "57.59", "shipping": "29.90", "total": "232.31", "payable": "232.31",
    }  # fmt: skip


def test_below_the_amount_nobody_is_asked_about_samples():
    buyer = Walk(Sandbox(FILE), "mug")
    order = buyer.walks()
    assert "SampleProductPage" not in buyer.pages
    assert amounts(order.totals) == {
        "lines": "35.10", "discounts": "3.51", "shipping": "29.90", "total": "61.49", "payable": "61.49",
    }  # fmt: skip


def test_coupons_and_points_take_their_part():
    buyer = Walk(Sandbox(FILE), "mug", "t-shirt", "t-shirt")
    order = buyer.walks(wishes=Wishes(coupons=("501", "502"), points="20.00"), until="PaymentOptionSelectionPage")
    assert amounts(order.totals) == {
        "lines": "155.10",
        "discounts": "24.72",  # a tenth of the mug, 3.51; 10.00 shared, 2.08 and 7.92; a tenth of 112.08, 11.21
        "shipping": "29.90",
        "total": "160.28",
        "loyalty_card": "20.00",
        "payable": "140.28",
    }


def test_from_its_amount_on_sending_is_free_and_below_it_the_buyer_is_told():
    buyer = Walk(Sandbox(FILE), *GOODS)
    order = buyer.walks(until="SampleProductPage")
    (near,) = order.discounts.upsells
    assert (near.required, near.partial, near.remaining) == (lira("300.00"), lira("260.00"), lira("40.00"))
    assert near.message == "40.00 TRY more, and it is sent for nothing."
    free = Walk(Sandbox(FILE), *GOODS, "t-shirt").walks(until="SampleProductPage")
    assert free.discounts.upsells == ()
    assert (free.totals.shipping, free.totals.shipping_discount) == (lira("29.90"), lira("29.90"))


def test_members_in_gold_get_the_one_offer_that_gives_more_than_all_others():
    order = Walk(Sandbox(FILE), "t-shirt", "mug", account="edith").walks(until="PaymentOptionSelectionPage")
    assert [(each.name, str(each.amount)) for each in order.discounts.applied] == [("Gold", "23.78")]


def test_samples_that_are_not_on_offer_are_no_story():
    shop = Sandbox(FILE)
    shop.basket("mug")
    with pytest.raises(ValueError, match="offers no such samples"):
        shop.answers("card", wishes=Wishes(samples=("tea",)))
    shop.basket(*GOODS)
    with pytest.raises(ValueError, match="offers no such samples"):
        shop.answers("card", wishes=Wishes(samples=("bag",)))


# ---------------------------------------------------------------- of what there is only so much


def test_the_last_one_is_whoevers_order_comes_first():
    shop = Sandbox(FILE)
    first, second = Walk(shop, "mug"), Walk(shop, "t-shirt", account="grace", key="basket-2")
    for buyer in (first, second):
        assert not buyer.posts("VoucherCodePage", {"voucher_code": "LASTONE"}).errors
    assert first.walks().placed is not None
    refused = second.posts("VoucherCodePage", {"voucher_code": "LASTONE"})
    assert refused.errors.keys() == {"voucher_code"}


def test_a_use_is_used_for_the_next_process_on_that_file(tmp_path):
    def shop():
        return Sandbox(FILE, stock=SqliteHolds(tmp_path / "shop.sqlite", lambda: NOON), loyalty=tmp_path / "loyalty")

    buyer = Walk(shop(), "mug")
    buyer.walks(wishes=Wishes(voucher="LASTONE", loyalty="10.00"))
    buyer.service.relay_once()
    late = Walk(shop(), "mug", account="grace")
    assert late.posts("VoucherCodePage", {"voucher_code": "LASTONE"}).errors.keys() == {"voucher_code"}
    assert [str(each.balance) for each in late.shop.loyalty.list_loyalty_accounts("ada", "TRY")] == ["50.00", "45.50"]


def test_an_offer_of_its_days_is_there_on_those_days():
    shop = Sandbox(FILE)
    buyer = Walk(shop, "poster")
    assert not buyer.start.discounts.applied
    for days, off in ((36, "48.00"), (8, None)):
        shop.passes(days=days)
        applied = buyer.service.get(buyer.key, caller=buyer.who).pre_order.discounts.applied
        assert [str(each.amount) for each in applied] == ([off] if off else [])


def test_a_shop_that_has_another_table_of_offers_is_another_shop():
    shop = Sandbox(FILE)
    shop.shop = evolve(shop.shop, offers=(), version="without")
    assert amounts(Walk(shop, *GOODS).walks().totals)["payable"] == "289.90"
