"""What the seal covers: all that the placed order will say but the plan, and nothing that changes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import Money, PreOrder, evolve
from checkout_core.order import (
    AccountUsage,
    Address,
    Bags,
    Buyer,
    CardPoints,
    Chosen,
    Delivery,
    DeliveryRange,
    Discount,
    Discounts,
    Extras,
    GiftBox,
    GroupChoice,
    Loyalty,
    NotApplied,
    Plan,
    Sample,
    SampleOffer,
    Schedule,
    Shipping,
    ShippingChoice,
    Upsell,
    Use,
)
from checkout_core.paying import apply_outcome, digest, seal
from checkout_core.shop import City, Country, DeliveryOption, District, PickupLocation, RetailStore, Township

from .orders import NOW, THREE_PARTS, ZERO, priced, ready, tried
from .standing import PAID, at_the_bank

TR = Country(1, "Turkey", "TR")
HOME = Address(
    11, "Home", "Ada", "L.", "+905551112233", TR, City(6, "Ankara", 1), "Street 1", Township(7, "Cankaya", 6),
    District(8, "Kizilay", 6, 7), "06420", None, "10000000146", "Ada Ltd", "Ulus", "123",
)  # fmt: skip
CARD = ready().payment
HOUR = timedelta(hours=1)
SLOT = DeliveryRange(NOW, NOW + 2 * HOUR, 1, 5)
STORE = RetailStore(1, "Store", "Street 3", TR, City(6, "Ankara", 1))
LOCKER = PickupLocation("L-1", "Locker", "Street 4", TR, City(6, "Ankara", 1))
OFF = Discount(7, "Ten off", Money("10.00", "TRY"), Money("0.00", "TRY"), code="TEN", uses=(Use("offer|7", 9),))
GROUP = GroupChoice("1", 11, "By post", Money("29.90", "TRY"), (1,))
SAMPLE, BOX = Sample(5, "SMP", "Scent"), GiftBox(Money("5.00", "TRY"), sku="BOX")
BAGS = Bags(7, "BAG", "Bag", Money("0.25", "TRY"), 2)
POINTS = CardPoints("C-1", Money("2.00", "TRY"), Money("0.01", "TRY"))
GIFTS = AccountUsage(1, "Gifts", Money("3.00", "TRY"))
WHOLE = priced(
    evolve(
        ready(), buyer=Buyer("7", "ada@example.org", "+905551112233"), extras=Extras(coupons=("TEN",)),
        delivery=Delivery(DeliveryOption(1, "Home", "home"), HOME, HOME),
    )
)  # fmt: skip


SENT = WHOLE.shipping.option


def to(**changes: object) -> PreOrder:
    """The same, sent to a changed address."""
    return evolve(WHOLE, delivery=evolve(WHOLE.delivery, shipping_address=evolve(HOME, **changes)))


def offered(*applied: Discount) -> PreOrder:
    """The same, with those offers applied, and what it costs then."""
    return priced(evolve(WHOLE, discounts=Discounts(applied)))


def beside(**changes: object) -> PreOrder:
    """The same, and something that goes with the goods."""
    return priced(evolve(WHOLE, extras=evolve(WHOLE.extras, **changes)))


def paid_by(**changes: object) -> PreOrder:
    """The same, of which points or loyalty money pay a part."""
    return priced(evolve(WHOLE, loyalty=Loyalty(**changes)))


EDITS = {
    "another checkout": evolve(WHOLE, key="co-2"),
    "another basket": evolve(WHOLE, basket=evolve(WHOLE.basket, key="b2")),
    "other goods": evolve(WHOLE, basket=evolve(WHOLE.basket, digest="d2")),
    "another price": evolve(WHOLE, basket=evolve(WHOLE.basket, amount=Money("95.11", "TRY"))),
    "another account": evolve(WHOLE, buyer=evolve(WHOLE.buyer, account="8")),
    "another mail address": evolve(WHOLE, buyer=evolve(WHOLE.buyer, email="b@example.org")),
    "another phone": evolve(WHOLE, buyer=evolve(WHOLE.buyer, phone="+905551112234")),
    "another delivery": evolve(WHOLE, delivery=evolve(WHOLE.delivery, option=DeliveryOption(2, "Store", "store"))),
    "no address": evolve(WHOLE, delivery=evolve(WHOLE.delivery, shipping_address=None)),
    "another invoice": evolve(WHOLE, delivery=evolve(WHOLE.delivery, billing_address=evolve(HOME, pk=12))),
    "another shipping": evolve(WHOLE, shipping=Shipping(ShippingChoice(22, "S", "s", Money("29.90", "TRY")))),
    "dearer shipping": evolve(WHOLE, shipping=Shipping(ShippingChoice(21, "S", "s", Money("30.00", "TRY")))),
    "no shipping": evolve(WHOLE, shipping=Shipping()),
    "another way to pay": evolve(WHOLE, payment=evolve(CARD, option=Chosen(32, "Card", "card", "credit_card", "bank"))),
    "no way to pay": evolve(WHOLE, payment=None),
    "another coupon": evolve(WHOLE, extras=Extras(coupons=("SHIP",))),
    "no coupon": evolve(WHOLE, extras=Extras()),
    **{
        f"another {name}": to(**{name: value})
        for name, value in {
            "pk": 13, "first_name": "B", "last_name": "M.", "phone_number": "+905551112234",
            "country": Country(2, "Germany", "DE"), "city": City(7, "Bursa", 1), "line": "Street 2",
            "township": Township(9, "Mamak", 6), "district": District(9, "Ulus", 6, 7), "postcode": "06421",
            "identity_number": "20000000046", "company_name": None, "tax_office": None, "tax_no": None,
        }.items()
    },
    "a slot": evolve(WHOLE, schedule=Schedule(SLOT)),
    "a later slot": evolve(WHOLE, schedule=Schedule(evolve(SLOT, lower=NOW + HOUR, upper=NOW + 3 * HOUR))),
    "the slot of another group": evolve(WHOLE, schedule=Schedule(evolve(SLOT, group=2))),
    "a store": evolve(WHOLE, delivery=evolve(WHOLE.delivery, retail_store=STORE)),
    "another store": evolve(WHOLE, delivery=evolve(WHOLE.delivery, retail_store=evolve(STORE, pk=2))),
    "a pickup point": evolve(WHOLE, delivery=evolve(WHOLE.delivery, pickup_location=LOCKER)),
    "another pickup point": evolve(
        WHOLE, delivery=evolve(WHOLE.delivery, pickup_location=evolve(LOCKER, remote_id="L-2"))
    ),
    "prices asked for elsewhere": evolve(WHOLE, basket=evolve(WHOLE.basket, priced="p1")),
    "other prices from there": evolve(WHOLE, basket=evolve(WHOLE.basket, priced="p2")),
    "a field that was filled in": evolve(WHOLE, shipping=Shipping(evolve(SENT, given={"floor": "3"}))),
    "the field filled in otherwise": evolve(WHOLE, shipping=Shipping(evolve(SENT, given={"floor": "4"}))),
    "goods in groups": evolve(WHOLE, shipping=Shipping(by_data_source=(GROUP,))),
    "another option of a group": evolve(WHOLE, shipping=Shipping(by_data_source=(evolve(GROUP, pk=12),))),
    "a dearer option of a group": evolve(
        WHOLE, shipping=Shipping(by_data_source=(evolve(GROUP, shipping_amount=Money("30.00", "TRY")),))
    ),
    "another group": evolve(WHOLE, shipping=Shipping(by_data_source=(evolve(GROUP, group="2"),))),
    "other goods of a group": evolve(WHOLE, shipping=Shipping(by_data_source=(evolve(GROUP, product_ids=(2,)),))),
    "a discount": evolve(WHOLE, discounts=Discounts((OFF,))),
    "the discount of another offer": evolve(WHOLE, discounts=Discounts((evolve(OFF, offer=8),))),
    "another amount off": evolve(WHOLE, discounts=Discounts((evolve(OFF, amount=Money("10.01", "TRY")),))),
    "something off shipping": evolve(WHOLE, discounts=Discounts((evolve(OFF, shipping=Money("1.00", "TRY")),))),
    "by another code": evolve(WHOLE, discounts=Discounts((evolve(OFF, code="SHIP"),))),
    "by a coupon of one's own": evolve(WHOLE, discounts=Discounts((evolve(OFF, coupon="101"),))),
    "another use of it": evolve(WHOLE, discounts=Discounts((evolve(OFF, uses=(Use("offer|7|b", 1),)),))),
    "a voucher code that gave something": offered(OFF),
    "two discounts": offered(OFF, evolve(OFF, offer=9)),
    "a sample": beside(sample_products=(SAMPLE,)),
    "another sample": beside(sample_products=(evolve(SAMPLE, pk=6),)),
    "a gift box": beside(gift_box=BOX),
    "a dearer gift box": beside(gift_box=evolve(BOX, price=Money("5.01", "TRY"))),
    "another gift box": beside(gift_box=evolve(BOX, sku="BOX-2")),
    "a word in the gift box": beside(gift_box=evolve(BOX, note="Happy birthday")),
    "a video in the gift box": beside(gift_box=evolve(BOX, gift_video=True)),
    "bags": beside(bags=BAGS),
    "more bags": beside(bags=evolve(BAGS, quantity=3)),
    "dearer bags": beside(bags=evolve(BAGS, price=Money("0.26", "TRY"))),
    "other bags": beside(bags=evolve(BAGS, sku="BAG-2")),
    "answers": beside(extra_field='{"floor": 3}'),
    "other answers": beside(extra_field='{"floor": 4}'),
    "points": paid_by(card=POINTS),
    "more points": paid_by(card=evolve(POINTS, amount=Money("2.01", "TRY"))),
    "points of another card": paid_by(card=evolve(POINTS, card_number="C-2")),
    "loyalty money": paid_by(accounts=(GIFTS,)),
    "more loyalty money": paid_by(accounts=(evolve(GIFTS, amount=Money("3.01", "TRY")),)),
    "loyalty money of another label": paid_by(accounts=(evolve(GIFTS, label_id=2),)),
    "loyalty money of two labels": paid_by(
        accounts=(evolve(GIFTS, amount=Money("1.00", "TRY")), evolve(GIFTS, label_id=2, amount=Money("2.00", "TRY")))
    ),
    "no township": to(township=None),
    "no district": to(district=None),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_whatever_the_order_will_say_is_in_it(edit):
    assert digest(EDITS[edit]) != digest(WHOLE)


def test_an_order_that_has_nothing_of_what_was_added_since_is_sealed_as_it_always_was():
    """Or every payment that is under way at an upgrade would be given back."""
    assert digest(WHOLE) == "ca3d41ea685f0267d0eabeb428294feb"


def test_no_two_edits_are_alike_to_it():
    assert len({digest(order) for order in EDITS.values()}) == len(EDITS)


@pytest.mark.parametrize("edit", ["another city", "another coupon", "another mail address", "dearer shipping"])
def test_money_for_an_order_edited_in_any_of_it_goes_back(edit):
    sealed = tried(WHOLE)
    order, _ = apply_outcome(priced(evolve(EDITS[edit], attempts=sealed.attempts, number=sealed.number)), 1, PAID, NOW)
    assert (order.placed, order.attempts[0].state) == (None, "reversing")


@pytest.mark.parametrize(
    "same",
    [
        tried(WHOLE),
        evolve(WHOLE, number="N1", passed_over=2),
        evolve(WHOLE, more=("a part of the host's",)),
        evolve(WHOLE, payment=evolve(CARD, bin_number="554960")),
        evolve(WHOLE, payment=evolve(CARD, installment=evolve(THREE_PARTS, installment_count=6))),
        to(title="Work", primary=True),
        evolve(WHOLE, discounts=Discounts(basis="another")),
        evolve(
            WHOLE,
            discounts=Discounts(
                (), (SampleOffer(9, (5,), 1),), (Upsell(10, "", ZERO, ZERO),), (NotApplied("102", "coupon_used_up"),)
            ),
        ),
    ],
    ids=[
        "attempts",
        "numbers",
        "parts of others",
        "card",
        "plan",
        "what only the buyer sees",
        "what offers rest on",
        "what is only offered",
    ],
)
def test_what_changes_by_itself_or_belongs_to_the_plan_is_not(same):
    assert digest(same) == digest(WHOLE)


def test_how_many_uses_there_are_of_an_offer_is_not():
    """An admin who allows more of them gives nobody's money back."""
    more = offered(evolve(OFF, uses=(Use("offer|7", 10),)))
    assert digest(more) == digest(offered(OFF))


def test_loyalty_money_that_the_order_does_not_take_is_not():
    all_of_it = evolve(GIFTS, amount=WHOLE.totals.total * 2)
    assert digest(paid_by(accounts=(all_of_it,))) == digest(paid_by(accounts=(all_of_it, evolve(GIFTS, label_id=2))))


def test_it_is_for_what_points_and_loyalty_money_leave():
    order = paid_by(accounts=(GIFTS,), card=POINTS)
    assert seal(order).plans == (Plan(3, order.totals.payable),)
    assert order.totals.total - order.totals.payable == Money("5.00", "TRY")


def test_it_offers_the_plan_that_was_chosen_with_its_total_or_those_it_is_given():
    assert seal(WHOLE).plans == (Plan(3, WHOLE.totals.total),)
    once = priced(evolve(WHOLE, payment=evolve(CARD, installment=None)))
    assert seal(once).plans == (Plan(1, once.totals.total),)
    offered = (Plan(1, WHOLE.totals.total), Plan(2, WHOLE.totals.total))
    assert seal(WHOLE, offered) == evolve(seal(WHOLE), plans=offered)


def test_a_placed_order_keeps_the_digest_it_was_sealed_with():
    order, _ = apply_outcome(at_the_bank(), 1, PAID, NOW)
    assert order.placed.digest == order.attempts[0].seal.digest == digest(order)
