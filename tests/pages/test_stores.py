"""RetailStoreSelectionPage: the store to collect in, and where the invoice goes."""

from __future__ import annotations

import pytest

from checkout_core import Basket, Invalid, Settings, evolve
from checkout_core.effects import Item, ListAddresses, StoresWithStock
from checkout_core.order import Buyer, Delivery
from checkout_core.page import Page
from checkout_core.pages.collecting import RetailStoreSelectionPage
from checkout_core.settings import RetailStoreFilters

from .kit import (
    EMPTIED,
    GERMANY,
    HOME,
    IN_STORE,
    MUG,
    OFFICE,
    SHIRT,
    SHOP,
    TO_THE_DOOR,
    TURKEY,
    answer,
    closed_by,
    holds,
    lira,
    order,
    shows,
    visit,
)  # fmt: skip
from .places import AT_A_LOCKER, COLLECTED, GALATA, MODA, STORES, made

PAGE = RetailStoreSelectionPage
WITH_STORES = evolve(SHOP, retail_stores=STORES)
NOT_ASKED_YET = order(delivery=Delivery(IN_STORE))
CHOSEN = order(delivery=COLLECTED)
OF_THE_GUEST = ListAddresses(None, "co-1")
SAVED = (OF_THE_GUEST, (HOME, OFFICE))
BY_STOCK = Settings(checkout_retail_store_filters=RetailStoreFilters(by_stock=True))
GOODS = (Item("stock", "mug", 1), Item("stock", "t-shirt", 1))


def at(of=NOT_ASKED_YET, *, shop=WITH_STORES, settings=None):
    return visit(of, shop=shop, settings=settings)


def body(store, billing=11):
    return {"retail_store": store, "billing_address": billing}


def test_the_stores_that_take_orders_are_listed_with_the_buyers_addresses():
    shown = shows(PAGE, at(), SAVED)
    assert shown.retail_stores == (GALATA, MODA)
    assert shown.addresses == (HOME, OFFICE)


def test_where_stores_are_not_listed_none_is_but_the_one_that_was_chosen():
    hidden = Settings(checkout_list_retail_stores=False)
    assert shows(PAGE, at(settings=hidden), SAVED).retail_stores == ()
    assert shows(PAGE, at(CHOSEN, settings=hidden), SAVED).retail_stores == (MODA,)


def test_a_store_that_is_not_listed_because_none_is_may_be_chosen_by_its_key():
    delivery = answer(PAGE, body(62), at(settings=Settings(checkout_list_retail_stores=False)), SAVED)
    assert delivery.retail_store == MODA


def test_by_stock_only_stores_that_have_all_of_the_basket_are_listed():
    asked = (StoresWithStock((61, 62), GOODS), (62,))
    assert shows(PAGE, at(settings=BY_STOCK), asked, SAVED).retail_stores == (MODA,)


def test_a_product_on_two_lines_is_looked_for_once_in_the_whole_quantity():
    twice = order(basket=Basket.of("b-1", "d-2", (MUG, SHIRT, evolve(MUG, quantity=2)), "TRY"), delivery=COLLECTED)
    asked = StoresWithStock((61, 62), (Item("stock", "mug", 3), Item("stock", "t-shirt", 1)))
    assert shows(PAGE, at(twice, settings=BY_STOCK), (asked, ()), SAVED).retail_stores == (MODA,)


def test_a_shop_without_stores_asks_nobody_for_their_stock():
    assert shows(PAGE, at(shop=SHOP, settings=BY_STOCK), SAVED).retail_stores == ()


@pytest.mark.parametrize("now", [(GALATA,), (), (GALATA, evolve(MODA, address="9 Ferry Road"))])
def test_the_list_always_holds_the_store_that_was_chosen_as_it_was(now):
    listed = shows(PAGE, at(CHOSEN, shop=evolve(SHOP, retail_stores=now)), SAVED).retail_stores
    assert listed == (MODA, *(store for store in now if store.pk != 62))


@pytest.mark.parametrize(("code", "country"), [(None, None), ("tr", TURKEY), ("DE", GERMANY)])
def test_the_form_of_a_new_address_starts_with_the_country_of_the_shop(code, country):
    assert shows(PAGE, at(settings=Settings(default_country_code=code)), SAVED).country == country


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (NOT_ASKED_YET, ()),
        (EMPTIED, ("basket_empty", "delivery_to_a_store")),
        (order(buyer=Buyer(), delivery=Delivery(IN_STORE)), ("user_email_required",)),
        (order(delivery=Delivery()), ("delivery_option_required", "delivery_to_a_store")),
        (order(delivery=Delivery(TO_THE_DOOR)), ("delivery_to_a_store",)),
        (order(delivery=Delivery(AT_A_LOCKER)), ("delivery_to_a_store",)),
    ],
)
def test_the_page_wants_goods_a_buyer_and_a_delivery_to_a_store(of, codes):
    assert closed_by(PAGE, at(of)) == codes


def test_the_parcel_goes_to_an_address_made_from_the_store_for_who_is_billed():
    delivery = answer(PAGE, body("62", "12"), at(), SAVED)
    assert delivery == Delivery(IN_STORE, made(MODA, OFFICE), OFFICE, MODA)
    assert (delivery.shipping_address.pk, delivery.shipping_address.title) == (None, "Moda")
    assert delivery.shipping_address.line == "2 Ferry Road"
    assert delivery.shipping_address.email == "ada@example.org"
    assert delivery.billing_and_shipping_same is False


@pytest.mark.parametrize(("store", "phone"), [(61, "+902125550101"), (62, "+905321234567")])
def test_its_phone_is_the_stores_or_where_that_has_none_the_buyers(store, phone):
    assert answer(PAGE, body(store), at(), SAVED).shipping_address.phone_number == phone


@pytest.mark.parametrize(
    ("posted", "code"), [({}, "required"), (body("Moda", 1.5), "invalid"), (body("", ""), "required")]
)  # fmt: skip
def test_store_and_address_are_asked_for_by_their_numbers(posted, code):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, posted, at())
    assert refused.value.codes == {"retail_store": (code,), "billing_address": (code,)}


@pytest.mark.parametrize(
    ("posted", "wrong"),
    [
        (body(64), {"retail_store"}),  # the shop has none
        (body(63), {"retail_store"}),  # it takes no orders
        (body(62, 13), {"billing_address"}),  # somebody else's
        (body(99, 99), {"retail_store", "billing_address"}),
    ],
)
def test_a_store_that_is_not_offered_and_an_address_of_somebody_else_are_refused(posted, wrong):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, posted, at(CHOSEN), SAVED)
    assert refused.value.codes == dict.fromkeys(wrong, ("invalid",))
    assert refused.value.kept is None


def test_a_member_is_billed_at_an_address_of_the_account():
    member = order(buyer=Buyer("7", "ada@example.org"), delivery=Delivery(IN_STORE))
    assert answer(PAGE, body(62), at(member), (ListAddresses("7", "co-1"), (HOME,))).billing_address == HOME


@pytest.mark.parametrize(("stocked", "taken"), [((62,), True), ((), False), ((61,), False)])
def test_by_stock_a_store_that_lacks_something_is_refused(stocked, taken):
    script = (SAVED, (StoresWithStock((62,), GOODS), stocked))
    if taken:
        assert answer(PAGE, body(62), at(settings=BY_STOCK), *script).retail_store == MODA
    else:
        with pytest.raises(Invalid) as refused:
            answer(PAGE, body(62), at(settings=BY_STOCK), *script)
        assert refused.value.codes == {"retail_store": ("invalid",)}


TOTAL = NOT_ASKED_YET.totals.total


@pytest.mark.parametrize(
    ("limit", "number", "refused"),
    [(TOTAL, None, False), (TOTAL - lira("0.01"), None, True), (TOTAL - lira("0.01"), "10000000146", False)],
)
def test_above_the_shops_limit_who_is_billed_needs_an_identity_number(limit, number, refused):
    settings = Settings(identity_number_required_amount=limit)
    known = (OF_THE_GUEST, (evolve(HOME, identity_number=number),))
    if refused:
        with pytest.raises(Invalid) as why:
            answer(PAGE, body(62), at(settings=settings), known)
        assert why.value.codes == {"billing_address": ("identity_number_required",)}
    else:
        delivery = answer(PAGE, body(62), at(settings=settings), known)
        assert delivery.shipping_address.identity_number is None, "the store need not know it"


@pytest.mark.parametrize(
    ("stores", "addresses", "good"),
    [
        (STORES, (OFFICE, HOME), True),
        ((GALATA,), None, False),
        ((evolve(MODA, address="9 Ferry Road"),), None, False),
        (STORES, (OFFICE,), False),
        (STORES, (evolve(HOME, line="9 Street"),), False),
    ],
)
def test_the_answer_is_good_while_the_shop_has_that_store_and_the_buyer_that_address(stores, addresses, good):
    script = () if addresses is None else ((OF_THE_GUEST, addresses),)
    assert holds(PAGE, at(CHOSEN, shop=evolve(SHOP, retail_stores=stores)), *script) is good


@pytest.mark.parametrize(("stocked", "good"), [((62,), True), ((), False)])
def test_by_stock_the_answer_is_good_while_the_store_has_it_all(stocked, good):
    script = ((StoresWithStock((62,), GOODS), stocked), *((SAVED,) if good else ()))
    assert holds(PAGE, at(CHOSEN, settings=BY_STOCK), *script) is good


def test_addresses_from_a_delivery_to_the_door_do_not_answer_which_store():
    left = Delivery(IN_STORE, HOME, HOME)
    assert PAGE().done(COLLECTED, at()) is True
    assert PAGE().done(left, at()) is False
    assert Page.done(PAGE(), left, at()) is True, "so the page says for itself when it is done"


def test_undone_store_and_addresses_are_gone():
    assert PAGE().undo(CHOSEN).delivery == Delivery(IN_STORE)
