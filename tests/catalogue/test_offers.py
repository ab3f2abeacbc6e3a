"""Offers, loyalty money, what goes beside the goods: no amount comes from a client, and none outlives its reason."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import Basket, Caller, CheckoutService, Money, Ports, Step, evolve
from checkout_core.effects import Coupon, Declined, LoyaltyAccount, LoyaltyCard, Product, Voucher
from checkout_core.forms import plan
from checkout_core.order import AccountUsage, Address, Bags, Buyer, Extras, GiftBox, Line, Loyalty
from checkout_core.rules.benefits import BuyXGetY, FixedAmount, FreeShipping, Percentage, SampleProducts, Target
from checkout_core.rules.goods import CurrencyRule
from checkout_core.rules.places import CountryRule
from checkout_core.settings import DeliveryBagsConf, GiftBoxConfigurations
from checkout_core.shop import Offer
from checkout_core.stores.memory_holds import MemoryHolds

from ..pages.card_kit import CONFIRMATION, IN_THREE, PAYING, World, chosen
from ..pages.kit import ABROAD, HOME, NOW, lira
from ..pages.kit import STANDARD as SENT
from .kit import Kept, posted

ADA = Caller("ada", "ada@example.org")
MEMBER = Buyer("ada", "ada@example.org")
A_TENTH = Offer(1, "A tenth off", Percentage(100_000))
EVERYTHING = {
    "loyalty_money_enabled": True,
    "gift_box_configurations": GiftBoxConfigurations(is_active=True, sku="box"),
    "delivery_bags_conf": DeliveryBagsConf(is_active=True, sku="bag", is_quantity_changeable=True),
}
ALL_OF_IT = Offer(2, "A present", FixedAmount(lira("500.00")))
SENT_FREE = Offer(3, "Free shipping", FreeShipping(), rules=(CountryRule(frozenset({1})),))


class Generous(World):
    """A shop with offers, loyalty money, and something to sell beside the goods."""

    def __init__(self, *offers: Offer, **settings: object) -> None:
        super().__init__(**settings)
        self.shop = evolve(self.shop, offers=offers)
        self.balance, self.points = lira("200.00"), lira("40.00")
        self.holds = MemoryHolds(clock=lambda: self.now)

    @property
    def ports(self) -> Ports:
        with_more = {"products": self, "offers": self, "loyalty": self, "holds": self.holds, "slots": self.holds}
        return attrs.evolve(super().ports, **with_more)

    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]:
        return HOME, ABROAD

    def find_product(self, sku: str, currency: str, /) -> Product | None:
        return Product(91, sku, sku, lira("2.50"), "miscellaneous")

    def list_products(self, pks: tuple[int, ...], currency: str, /) -> tuple[Product, ...]:
        return tuple(Product(pk, f"s-{pk}", f"Sample {pk}", lira("9.00")) for pk in pks)

    def list_coupons(self, account: str, /) -> tuple[Coupon, ...]:
        return (Coupon("1", 5),)

    def find_voucher(self, code: str, /) -> Voucher | None:
        return None

    def list_loyalty_accounts(self, account: str, currency: str, /) -> tuple[LoyaltyAccount, ...]:
        return (LoyaltyAccount(None, "", self.balance),) if self.balance.currency == currency else ()

    def find_loyalty_card(self, account: str, currency: str, /) -> LoyaltyCard | None:
        return LoyaltyCard("c-1", self.points) if self.points.currency == currency else None


class Theirs(Kept):
    """A checkout of a member's."""

    service: CheckoutService

    def posts(self, page: str, body: object) -> Step:
        return self.service.post(self.key, page, body, ADA)

    def looks(self, page: str | None = None) -> Step:
        return self.service.get(self.key, page, ADA)


def begun(world: World, **parts: object) -> Theirs:
    """A member who has chosen how to pay, and has looked: offers are applied."""
    kept = Theirs(chosen(IN_THREE, buyer=MEMBER, **parts), world)
    kept.looks()
    return kept


def usage(amount: str) -> Loyalty:
    return Loyalty((AccountUsage(None, "", lira(amount)),))


# Nothing is left to pay: AMT-14


def test_goods_and_shipping_that_offers_pay_for_are_an_order_without_a_call():
    kept = begun(Generous(ALL_OF_IT, SENT_FREE))
    assert kept.order.totals.total == lira("0.00")
    step = kept.posts(CONFIRMATION, PAYING)
    placed = step.pre_order.placed
    assert (step.page, placed.total, placed.plan.amount, placed.receipt) == (
        "ThankYouPage",
        *[lira("0.00")] * 2,
        "free",
    )
    assert kept.world.bank.calls == []


def test_an_order_that_loyalty_money_pays_for_asks_no_bank_and_keeps_its_total():
    kept = begun(Generous(loyalty_money_enabled=True), loyalty=usage("125.00"))
    assert kept.order.totals.payable == lira("0.00")
    step = kept.posts(CONFIRMATION, PAYING)
    placed = step.pre_order.placed
    assert (step.page, placed.total, placed.totals.loyalty_money) == ("ThankYouPage", lira("125.00"), lira("125.00"))
    assert (placed.plan.amount, kept.world.bank.calls) == (lira("0.00"), [])


# What an amount rests on moves, and the amount with it: AMT-03, AMT-16


def test_a_basket_of_another_currency_drops_loyalty_money_discounts_and_what_was_priced_beside_the_goods():
    extras = Extras(gift_box=GiftBox(lira("15.00")), bags=Bags(91, "bag", "Bag", lira("2.50"), 2))
    kept = begun(Generous(A_TENTH, ALL_OF_IT, **EVERYTHING), loyalty=usage("20.00"), extras=extras)
    assert (kept.order.totals.loyalty_money, len(kept.order.discounts.applied)) == (lira("20.00"), 2)
    for_lira = evolve(SENT, rules=(CurrencyRule(frozenset({"TRY"})),))
    kept.world.shop = evolve(kept.world.shop, shipping_options=(for_lira,))
    kept.world.basket = Basket.of("b-1", "d-7", (Line(1, "mug", "Mug", 1, Money("35.10", "EUR")),), "EUR")
    order = kept.looks().pre_order
    assert (order.loyalty, order.extras) == (Loyalty(), Extras())
    assert [each.amount for each in order.discounts.applied] == [Money("3.51", "EUR")], "a tenth is one in any currency"
    assert {getattr(order.totals, a.name).currency for a in attrs.fields(type(order.totals))} == {"EUR"}


def test_free_shipping_goes_with_the_country_it_was_for_and_comes_back_with_it():
    kept = begun(Generous(SENT_FREE))
    assert kept.order.totals.total == lira("99.86"), "95.10 and 5 % on it"
    kept.posts("AddressSelectionPage", {"shipping_address": ABROAD.pk, "billing_address": ABROAD.pk})
    abroad = kept.order
    assert (abroad.totals.shipping_discount, abroad.totals.shipping) == (lira("0.00"), lira("29.90"))
    kept.posts("AddressSelectionPage", {"shipping_address": HOME.pk, "billing_address": HOME.pk})
    assert kept.order.totals.shipping_discount == lira("29.90")


def test_an_offer_that_ends_before_the_payment_is_told_and_nothing_is_sent():
    ends = evolve(A_TENTH, ends_at=NOW + timedelta(minutes=5))
    kept = begun(Generous(ends))
    assert kept.order.totals.discounts == lira("9.51")
    kept.world.passes(timedelta(minutes=5))
    step = kept.posts(CONFIRMATION, PAYING)
    assert (step.errors, kept.sent) == ({"non_field_errors": ("price_changed",)}, [])
    assert step.pre_order.totals.discounts == lira("0.00")


# Nothing out of a request is a price: AMT-01

BODIES = {
    "CouponSelectionPage": {"coupon": "1", "action": "add"},
    "VoucherCodePage": {"voucher_code": "TENTH"},
    "SampleProductPage": {"sample_products": [101]},
    "GiftBoxIndexPage": {},
    "GiftBoxPage": {"note": "For you"},
    "DeliveryBagsPage": {"product": "bag", "quantity": 2},
    "OrderSelectionPage": {"extra_field": {"gift": True}},
    "LoyaltyMoneyUsagePage": {"loyalty_amount_to_use": "20.00"},
    "LoyaltyCardPage": {"selected_loyalty_amount": "10.00"},
}
PRICES = (
    "amount", "bags", "bags_fee", "balance", "benefit", "discount", "discounts", "fee", "gift_box", "is_applied",
    "lines", "loyalty", "offer", "percentage", "points", "price", "rate", "shipping_discount", "total", "totals",
    "uses",
)  # fmt: skip
VALUES = st.sampled_from([0, -1, 0.01, True, None, "0.01", "-5.00", [], {}, {"amount": "0.01"}])
CODE = Offer(4, "A code", Percentage(100_000), offer_type="voucher", code="TENTH")
COUPON = Offer(5, "A coupon", FixedAmount(lira("5.00")), offer_type="coupon")
SAMPLES = Offer(6, "A taste", SampleProducts((101, 102)))


@pytest.mark.parametrize("page", BODIES)
@settings(max_examples=15)
@given(more=st.dictionaries(st.sampled_from(PRICES) | st.text(max_size=8), VALUES, min_size=1, max_size=6))
def test_no_price_out_of_a_request_changes_what_stands_beside_the_goods_or_what_is_asked_of_the_world(page, more):
    first, second = (Generous(CODE, COUPON, SAMPLES, **EVERYTHING).checkout for _ in range(2))
    order = chosen(IN_THREE, buyer=MEMBER)
    read_names = {name for name, _, _ in plan(first.map.rows[page].form)}
    more = {name: value for name, value in more.items() if name not in read_names}
    step, asked = posted(first, order, page, BODIES[page], caller=ADA)
    assert step.ok
    assert posted(second, order, page, {**more, **BODIES[page]}, caller=ADA) == (step, asked)


# Strange numbers: AMT-02

STRANGE = [
    -1, 1.5, True, 10**30, float("nan"), float("inf"), b"1", {"pk": 1}, "-1", "+1", "1e3", "0x1", "NaN", "Infinity",
    "1_000", "1,000", "\uff11", "\u0661", "1 0", "True", "9" * 30, "1.005",
]  # fmt: skip
AMOUNTS = [
    ("DeliveryBagsPage", "quantity"), ("LoyaltyMoneyUsagePage", "loyalty_amount_to_use"),
    ("LoyaltyCardPage", "selected_loyalty_amount"), ("SampleProductPage", "sample_products"),
]  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
@pytest.mark.parametrize(("page", "name"), AMOUNTS)
def test_no_strange_number_is_read_beside_the_goods(page, name, strange):
    checkout, order = Generous(SAMPLES, **EVERYTHING).checkout, chosen(IN_THREE, buyer=MEMBER)
    step = checkout.submit(order, page, {**BODIES[page], name: strange}, ADA)
    assert step.errors.keys() == {name}
    assert (step.pre_order.extras, step.pre_order.loyalty) == (order.extras, order.loyalty)


# Lines and their shares: AMT-12

BENEFITS = [
    Percentage(125_000), FixedAmount(lira("7.77")), BuyXGetY(1, 1), Percentage(333_333, Target(frozenset({2}))),
    FixedAmount(lira("900.00")), FreeShipping(),
]  # fmt: skip
LINES = st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 5)), min_size=1, max_size=4)


@settings(max_examples=60)
@given(LINES, st.lists(st.sampled_from(BENEFITS), max_size=4))
def test_lines_less_their_shares_come_to_the_goods_after_discounts_and_none_is_below_nothing(lines, benefits):
    goods = tuple(Line(n, f"l-{n}", "", q, Money.of(price, "TRY")) for n, (price, q) in enumerate(lines, 1))
    world = Generous(*(Offer(n, "", benefit) for n, benefit in enumerate(benefits, 1)))
    world.basket = Basket.of("b-1", "d-9", goods, "TRY")
    order = world.checkout.view(chosen(IN_THREE, buyer=MEMBER), caller=ADA).pre_order
    left = [line.amount.minor for line in goods]
    for share in (share for each in order.discounts.applied for share in each.lines):
        left[share.line] -= share.amount.minor
    assert min(left) >= 0
    assert sum(left) == order.totals.lines.minor - order.totals.discounts.minor
    assert sum(left) + (order.totals.shipping - order.totals.shipping_discount + order.totals.interest).minor == (
        order.totals.total.minor
    )


# Uses of which there are only so many: CPN-04, CPN-05

LAST = Offer(7, "The last one", FixedAmount(lira("10.00")), offer_type="voucher", code="LAST", uses=1)
EACH = Offer(8, "One each", FixedAmount(lira("10.00")), offer_type="voucher", code="EACH", uses_per_buyer=1)


def with_code(world: World, code: str, key: str, email: str = "ada@example.org") -> tuple[Kept, Step]:
    """A guest's checkout before the payment, and what became of the code."""
    kept = Kept(evolve(chosen(IN_THREE, buyer=Buyer(email=email)), key=key), world)
    return kept, kept.posts("VoucherCodePage", {"voucher_code": code})


def test_a_use_is_free_once_after_a_payment_that_came_to_nothing_and_gone_once_with_the_order():
    world = Generous(LAST)
    first, _ = with_code(world, "LAST", "co-1")
    world.bank.will.append(Declined("declined"))
    first.posts(CONFIRMATION, PAYING)
    first.is_looked_after()
    second, step = with_code(world, "LAST", "co-2")
    assert step.ok, "the decline has let go of it"
    placed = second.posts(CONFIRMATION, PAYING).pre_order.placed
    second.is_looked_after()
    assert placed.totals.discounts == lira("10.00")
    assert world.holds.count_taken("coupon", ("offer|7",), "nobody") == (1,)
    assert first.posts(CONFIRMATION, PAYING).errors == {"non_field_errors": ("price_changed",)}
    assert world.bank.net == 1
    assert with_code(world, "LAST", "co-3")[1].errors == {"voucher_code": ("coupon_used_up",)}


def test_the_uses_of_a_guest_are_counted_by_the_address_however_it_is_written():
    world = Generous(EACH)
    first, _ = with_code(world, "EACH", "co-1")
    assert first.posts(CONFIRMATION, PAYING).pre_order.placed.totals.discounts == lira("10.00")
    first.is_looked_after()
    assert with_code(world, "EACH", "co-2", "Ada@Example.org")[1].errors == {"voucher_code": ("coupon_used_up",)}
    assert with_code(world, "EACH", "co-3", "grace@example.org")[1].ok
