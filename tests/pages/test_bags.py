"""DeliveryBagsPage: the bags the goods are carried in, and how many."""

from __future__ import annotations

import pytest

from checkout_core import STANDARD, Invalid, Money, Settings, evolve
from checkout_core.effects import FindProduct, Product
from checkout_core.order import Bags, Basket, Delivery, Extras, Shipping
from checkout_core.pages.bags import DeliveryBagsContext, DeliveryBagsPage
from checkout_core.pricing import totals
from checkout_core.settings import DeliveryBagsConf
from checkout_core.shop import DeliveryOption

from .kit import EMPTIED, HOME, MUG, SHIRT, answer, closed_by, holds, lira, order, shows, visit

PAGE = DeliveryBagsPage
FIND = FindProduct("bag", "TRY")
BAG = Product(800, "bag", "Bag", lira("0.25"), "miscellaneous")
GOODS = Product(800, "bag", "Bag", lira("0.25"))
SOLD_OUT = Product(800, "bag", "Bag", lira("0.25"), "miscellaneous", in_stock=False)
COUNTED = Bags(800, "bag", "Bag", lira("0.25"), None, 0, lira("1.00"))
ASKED = {"is_quantity_changeable": True, "min_quantity": 2}
SCHEDULED = DeliveryOption(5, "hours", "At your hour", slot_group=7)


def shop(bags=None, parts=None, **conf):
    conf = {"is_active": True, "sku": "bag", **conf}
    given = {"extras": Extras("Ring twice", bags=bags), **(parts or {})}
    return visit(order(**given), settings=Settings(delivery_bags_conf=DeliveryBagsConf(**conf)))


def bags_of(body, at, found=BAG):
    extras = answer(PAGE, {"product": "bag", **body}, at, (FIND, found))
    assert extras.notes == "Ring twice"
    return extras.bags


def refused(body, at, *script):
    with pytest.raises(Invalid) as caught:
        answer(PAGE, body, at, *script)
    return dict(caught.value.codes)


def counted(at, **body):
    """How many, and what they cost, of the order that the answer leaves."""
    chosen = order(extras=Extras(bags=bags_of(body, at)), basket=at.order.basket)
    return shows(PAGE, evolve(at, order=chosen)).quantity, str(totals(chosen, "up").bags)


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (shop(), ()),
        (shop(is_active=False), ("delivery_bags_off",)),
        (shop(parts={"basket": EMPTIED.basket}), ("basket_empty",)),
    ],
)
def test_bags_want_goods_and_a_shop_that_sells_some(at, codes):
    assert closed_by(PAGE, at) == codes


def test_the_page_stands_beside_the_flow_and_nobody_has_to_answer_it():
    assert PAGE in STANDARD.beside
    assert (PAGE.skip_if, PAGE.next_page) == ((), None)


# how many


@pytest.mark.parametrize(
    ("per_amount", "min_quantity", "counts"),
    [
        (1, 0, (96, "24.00")),  # goods for 95.10
        (50, 0, (2, "0.50")),
        (95, 0, (2, "0.50")),
        (96, 0, (1, "0.25")),
        (96, 3, (3, "0.75")),
    ],
)
def test_one_bag_for_each_started_amount_and_never_below_the_least(per_amount, min_quantity, counts):
    assert counted(shop(per_amount=per_amount, min_quantity=min_quantity)) == counts


@pytest.mark.parametrize(("without", "count"), [("needs_no_bag", 2), (None, 4), ("other", 4)])
def test_goods_with_the_attribute_the_shop_names_need_no_bag(without, count):
    shirt = evolve(SHIRT, attributes={"needs_no_bag": "yes"})
    basket = Basket.of("b-1", "d-2", (MUG, shirt), "TRY")
    at = shop(per_amount=30, exclude_bag_attribute_name=without, parts={"basket": basket})
    assert counted(at)[0] == count


def test_an_amount_is_in_whole_units_of_the_currency_of_the_basket():
    basket = Basket.of("b-1", "d-2", (evolve(MUG, unit_price=Money("9000", "JPY")),), "JPY")
    at = shop(per_amount=5000, parts={"basket": basket, "shipping": Shipping()})
    bag = Product(800, "bag", "Bag", Money("30", "JPY"), "miscellaneous")
    bags = answer(PAGE, {"product": "bag"}, at, (FindProduct("bag", "JPY"), bag)).bags
    assert bags.per_amount == Money("5000", "JPY")
    chosen = order(extras=Extras(bags=bags), basket=basket, shipping=Shipping())
    assert totals(chosen, "up").bags == Money("60", "JPY")


def test_the_number_that_is_counted_follows_the_basket():
    bags = bags_of({}, shop(per_amount=50))
    more = Basket.of("b-1", "d-2", (MUG, SHIRT, evolve(SHIRT, pk=3)), "TRY")
    assert str(order(extras=Extras(bags=bags), basket=more).totals.bags) == "1.00"


@pytest.mark.parametrize("quantity", [2, "3", 999])
def test_where_the_buyer_may_say_how_many_that_number_is_taken(quantity):
    bags = bags_of({"quantity": quantity}, shop(**ASKED))
    assert (bags.quantity, bags.per_amount, bags.min_quantity) == (int(quantity), None, 2)


@pytest.mark.parametrize("body", [{}, {"quantity": 0}, {"quantity": "0"}, {"quantity": ""}, {"quantity": None}])
@pytest.mark.parametrize("least", [0, 2])
def test_none_named_is_the_least(body, least):
    assert bags_of(body, shop(is_quantity_changeable=True, min_quantity=least)).quantity == least


def test_fewer_than_the_least_are_refused():
    body = {"product": "bag", "quantity": 1}
    assert refused(body, shop(**ASKED), (FIND, BAG)) == {"quantity": ("below_minimum",)}


@pytest.mark.parametrize("quantity", [0, "", None])
def test_where_the_shop_counts_nobody_else_has_to(quantity):
    assert bags_of({"quantity": quantity}, shop()).quantity is None


@pytest.mark.parametrize("quantity", [1, 5])
def test_where_the_shop_counts_a_number_is_refused(quantity):
    body = {"product": "bag", "quantity": quantity}
    assert refused(body, shop(min_quantity=3), (FIND, BAG)) == {"quantity": ("not_changeable",)}


@pytest.mark.parametrize("quantity", [-1, 1000, "1.5", "01", True, [2], "two"])
def test_a_number_of_bags_is_a_whole_one_from_0_to_999(quantity):  # FLW-16
    assert refused({"product": "bag", "quantity": quantity}, shop(**ASKED)) == {"quantity": ("invalid",)}


# which


@pytest.mark.parametrize("found", [None, GOODS, SOLD_OUT])
def test_a_bag_is_a_product_of_its_own_kind_that_is_sold_now(found):
    assert refused({"product": "bag"}, shop(), (FIND, found)) == {"product": ("delivery_bags_not_available",)}


@pytest.mark.parametrize(
    ("body", "code"), [({"product": "mug"}, "invalid"), ({}, "required"), ({"product": 8}, "invalid")]
)
def test_another_product_than_the_bag_of_the_shop_is_refused(body, code):
    assert refused(body, shop()) == {"product": (code,)}


def test_all_that_is_wrong_is_said_at_once():
    assert refused({"product": "mug", "quantity": 1}, shop(**ASKED)) == {
        "product": ("invalid",), "quantity": ("below_minimum",),
    }  # fmt: skip


def test_the_sku_is_the_one_of_the_settings_and_the_bag_is_kept_by_value():
    find = FindProduct("sack", "TRY"), Product(801, "sack", "Sack", lira("2.00"), "miscellaneous")
    bags = answer(PAGE, {"product": "sack"}, shop(sku="sack"), find).bags
    assert bags == Bags(801, "sack", "Sack", lira("2.00"), None, 0, lira("1.00"))


# what is shown


def test_before_bags_are_chosen_the_fee_is_what_they_would_cost_now():
    context = DeliveryBagsContext(lira("0.50"), "bag", lira("0.25"), 2, 0, is_quantity_changeable=False)
    assert shows(PAGE, shop(per_amount=50), (FIND, BAG)) == context
    least = DeliveryBagsContext(lira("0.50"), "bag", lira("0.25"), 2, 2, is_quantity_changeable=True)
    assert shows(PAGE, shop(**ASKED), (FIND, BAG)) == least


def test_the_bags_that_were_chosen_are_shown_at_the_price_they_were_chosen_for():
    chosen = evolve(COUNTED, price=lira("0.20"), quantity=4, per_amount=None)
    context = DeliveryBagsContext(lira("0.80"), "bag", lira("0.20"), 4, 2, is_quantity_changeable=True)
    assert shows(PAGE, shop(chosen, **ASKED)) == context


@pytest.mark.parametrize("found", [None, GOODS, SOLD_OUT])
def test_where_no_bag_is_sold_no_fee_is_made_up(found):
    context = DeliveryBagsContext(None, "bag", None, 0, 0, is_quantity_changeable=False,
                                  notice="delivery_bags_not_available")  # fmt: skip
    assert shows(PAGE, shop(), (FIND, found)) == context


def test_undone_the_bags_and_their_fee_are_gone():
    assert PAGE().undo(shop(COUNTED).order).extras == Extras("Ring twice")


# how long they stand


def test_bags_stand_while_they_are_sold():
    assert holds(PAGE, shop())
    assert holds(PAGE, shop(COUNTED, sku="another"), (FIND, BAG))
    assert not holds(PAGE, shop(COUNTED), (FIND, None))
    assert not holds(PAGE, shop(COUNTED), (FIND, SOLD_OUT))


def test_bags_that_came_with_a_slot_stand_while_the_delivery_is_by_slots():
    unasked, by_slots = evolve(COUNTED, with_slot=True), {"delivery": Delivery(SCHEDULED, HOME, HOME)}
    assert holds(PAGE, shop(unasked, by_slots), (FIND, BAG))
    assert not holds(PAGE, shop(unasked))
    assert holds(PAGE, shop(COUNTED), (FIND, BAG))


def test_who_answers_the_page_has_asked_for_the_bags_that_came_with_a_slot():
    assert bags_of({}, shop(evolve(COUNTED, with_slot=True))).with_slot is False
