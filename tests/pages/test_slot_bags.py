"""SlotSelectionPage where the shop has its bags go with the slot."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import Settings, evolve
from checkout_core.effects import FindProduct, Product
from checkout_core.order import Bags, Extras, Schedule, Shipping
from checkout_core.settings import DeliveryBagsConf

from .kit import answer, lira
from .test_slots import SLOT, SUNDAY, at_home, said, taken

BAGS = DeliveryBagsConf(is_active=True, auto_run=True, per_amount=50, sku="bag")
FIND = FindProduct("bag", "TRY")
BAG = Product(800, "bag", "Bag", lira("0.25"), "miscellaneous")
UNASKED = Bags(800, "bag", "Bag", lira("0.25"), None, 0, lira("50"), with_slot=True)
OWN = Bags(800, "bag", "Bag", lira("0.25"), 3, 1)


def with_bags(conf=BAGS, bags=None, slot=None):
    return evolve(at_home(slot, extras=Extras("Ring", bags=bags)), settings=Settings(delivery_bags_conf=conf))


def test_a_slot_brings_the_bags_where_the_shop_puts_them_in_unasked():
    after = answer(SLOT, said(SUNDAY), with_bags(), taken(0, of=(SUNDAY,)), (FIND, BAG))
    assert (after.extras, after.schedule) == (Extras("Ring", bags=UNASKED), Schedule(SUNDAY))


@pytest.mark.parametrize("conf", [attrs.evolve(BAGS, auto_run=False), attrs.evolve(BAGS, is_active=False)])
def test_where_it_does_not_nobody_asks_for_a_bag(conf):
    assert answer(SLOT, said(SUNDAY), with_bags(conf), taken(0, of=(SUNDAY,))).extras == Extras("Ring")


def test_bags_that_are_chosen_by_the_buyer_as_many_as_the_least_are_put_in():
    conf = attrs.evolve(BAGS, is_quantity_changeable=True, min_quantity=2)
    bags = answer(SLOT, said(SUNDAY), with_bags(conf), taken(0, of=(SUNDAY,)), (FIND, BAG)).extras.bags
    assert (bags.quantity, bags.per_amount) == (2, None)


@pytest.mark.parametrize("found", [None, Product(800, "bag", "Bag", lira("0.25"))])
def test_without_a_bag_to_be_had_the_slot_is_chosen_all_the_same(found):
    after = answer(SLOT, said(SUNDAY), with_bags(), taken(0, of=(SUNDAY,)), (FIND, found))
    assert (after.extras, after.schedule) == (Extras("Ring"), Schedule(SUNDAY))


def test_bags_that_the_buyer_has_chosen_stay_as_they_are():
    assert answer(SLOT, said(SUNDAY), with_bags(bags=OWN), taken(0, of=(SUNDAY,))).extras.bags == OWN


@pytest.mark.parametrize(("bags", "left"), [(UNASKED, None), (OWN, OWN), (None, None)])
def test_undone_the_slot_takes_the_bags_along_that_came_with_it(bags, left):
    order = SLOT().undo(with_bags(bags=bags, slot=SUNDAY).order)
    assert (order.extras, order.schedule, order.shipping) == (Extras("Ring", bags=left), Schedule(), Shipping())
