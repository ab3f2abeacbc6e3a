"""AddressSelectionPage and AddressClearPage: where parcel and invoice go."""

from __future__ import annotations

import pytest

from checkout_core import EMPTY, STANDARD, Invalid, Settings, evolve
from checkout_core.effects import ListAddresses
from checkout_core.order import Buyer, Delivery
from checkout_core.pages.buyer import AddressClearPage, AddressSelectionPage

from .kit import (
    ABROAD,
    EMPTIED,
    HOME,
    OFFICE,
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
from .places import COLLECTED, MODA, WAITING, made

PAGE = AddressSelectionPage
NO_ADDRESS = order(delivery=Delivery(TO_THE_DOOR))
CHOSEN = order(delivery=Delivery(TO_THE_DOOR, HOME, OFFICE))
OF_THE_GUEST = ListAddresses(None, "co-1")
SAVED = HOME, OFFICE, ABROAD


def both(shipping, billing):
    return {"shipping_address": shipping, "billing_address": billing}


def test_a_member_chooses_among_the_addresses_of_the_account_in_the_order_the_host_lists_them():
    member = order(buyer=Buyer("7"), delivery=Delivery(TO_THE_DOOR))
    assert shows(PAGE, visit(member), (ListAddresses("7", "co-1"), SAVED)).addresses == SAVED


def test_a_guest_chooses_among_the_addresses_of_this_checkout():
    assert shows(PAGE, visit(NO_ADDRESS), (OF_THE_GUEST, (OFFICE,))).addresses == (OFFICE,)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ((HOME, OFFICE), (HOME, OFFICE)),
        ((OFFICE,), (HOME, OFFICE)),
        ((), (HOME, OFFICE)),
        ((evolve(HOME, line="9 Street"), OFFICE), (evolve(HOME, line="9 Street"), OFFICE)),
    ],
)
def test_the_list_holds_what_was_chosen_though_it_was_deleted_and_what_was_edited_as_it_is_now(now, shown):
    assert shows(PAGE, visit(CHOSEN), (OF_THE_GUEST, now)).addresses == shown


@pytest.mark.parametrize(("code", "country"), [(None, None), ("TR", TURKEY), ("tr", TURKEY), ("FR", None)])
def test_the_form_of_a_new_address_starts_with_the_country_of_the_shop(code, country):
    at = visit(NO_ADDRESS, settings=Settings(default_country_code=code))
    assert shows(PAGE, at, (OF_THE_GUEST, ())).country == country


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (NO_ADDRESS, ()),
        (EMPTIED, ("basket_empty",)),
        (order(buyer=Buyer()), ("user_email_required",)),
        (order(delivery=Delivery()), ("delivery_option_required", "delivery_to_an_address")),
        (order(delivery=COLLECTED), ("delivery_to_an_address",)),
        (order(delivery=WAITING), ("delivery_to_an_address",)),
    ],
)
def test_the_page_wants_goods_a_buyer_and_a_delivery_to_an_address(at, codes):
    assert closed_by(PAGE, visit(at)) == codes


@pytest.mark.parametrize(
    ("body", "shipping", "billing", "same"),
    [(both(11, 12), HOME, OFFICE, False), (both("11", "11"), HOME, HOME, True)],
)
def test_both_addresses_are_kept_as_they_are_now(body, shipping, billing, same):
    delivery = answer(PAGE, body, visit(NO_ADDRESS), (OF_THE_GUEST, SAVED))
    assert delivery == Delivery(TO_THE_DOOR, shipping, billing)
    assert delivery.billing_and_shipping_same is same


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {"shipping_address": ("required",), "billing_address": ("required",)}),
        ({"shipping_address": 11}, {"billing_address": ("required",)}),
        ({"billing_address": 11}, {"shipping_address": ("required",)}),
        (both("home", 1.5), {"shipping_address": ("invalid",), "billing_address": ("invalid",)}),
    ],
)
def test_both_addresses_are_asked_for_by_their_numbers(body, codes):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body, visit(NO_ADDRESS))
    assert refused.value.codes == codes


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (both(13, 11), {"shipping_address"}),
        (both(11, 13), {"billing_address"}),
        (both(98, 99), {"shipping_address", "billing_address"}),
    ],
)
def test_an_address_that_is_not_the_buyers_is_refused(body, wrong):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body, visit(NO_ADDRESS), (OF_THE_GUEST, (HOME, OFFICE)))
    assert refused.value.codes == dict.fromkeys(wrong, ("invalid",))


TOTAL = order().totals.total
WITH_NUMBER = evolve(HOME, identity_number="10000000146")


@pytest.mark.parametrize(
    ("limit", "address", "refused"),
    [
        (None, HOME, False),
        (TOTAL, HOME, False),
        (TOTAL - lira("0.01"), HOME, True),
        (TOTAL - lira("0.01"), evolve(HOME, identity_number=""), True),
        (TOTAL - lira("0.01"), WITH_NUMBER, False),
    ],
)
def test_above_the_shops_limit_the_shipping_address_needs_an_identity_number(limit, address, refused):
    at = visit(NO_ADDRESS, settings=Settings(identity_number_required_amount=limit))
    known = (OF_THE_GUEST, (address, OFFICE))
    if refused:
        with pytest.raises(Invalid) as why:
            answer(PAGE, both(11, 12), at, known)
        assert why.value.codes == {"shipping_address": ("identity_number_required",)}
    else:
        assert answer(PAGE, both(11, 12), at, known) == Delivery(TO_THE_DOOR, address, OFFICE)


def test_the_invoice_needs_no_identity_number():
    at = visit(NO_ADDRESS, settings=Settings(identity_number_required_amount=lira("0.01")))
    known = (OF_THE_GUEST, (WITH_NUMBER, OFFICE))
    assert answer(PAGE, both(11, 12), at, known).billing_address == OFFICE


@pytest.mark.parametrize(
    ("now", "good"),
    [
        ((OFFICE, HOME), True),
        ((HOME,), False),
        ((OFFICE,), False),
        ((evolve(HOME, line="9 Street"), OFFICE), False),
    ],
)
def test_the_answer_is_good_while_the_buyer_has_both_addresses_as_they_were(now, good):
    assert holds(PAGE, visit(CHOSEN), (OF_THE_GUEST, now)) is good


@pytest.mark.parametrize(
    ("given", "done"),
    [
        (Delivery(TO_THE_DOOR, HOME, OFFICE), True),
        (Delivery(TO_THE_DOOR, HOME), False),
        (Delivery(TO_THE_DOOR, None, HOME), False),
        (Delivery(TO_THE_DOOR, made(MODA), HOME), False),
        (Delivery(TO_THE_DOOR), False),
    ],
)
def test_both_addresses_have_to_be_given_and_one_made_from_a_store_is_none(given, done):
    assert PAGE().done(given, visit(order(delivery=given))) is done


def test_an_address_that_was_made_from_a_store_is_neither_listed_nor_good():
    left = visit(order(delivery=Delivery(TO_THE_DOOR, made(MODA), HOME)))
    assert shows(PAGE, left, (OF_THE_GUEST, (HOME, OFFICE))).addresses == (HOME, OFFICE)
    assert holds(PAGE, left, (OF_THE_GUEST, (HOME, OFFICE))) is False


COMPANY = evolve(
    OFFICE, is_corporate=True, company_name="Analytical Engines", tax_office="Galata", tax_no="1234567890"
)  # fmt: skip


@pytest.mark.parametrize("company", [COMPANY, evolve(COMPANY, tax_office=None, tax_no=None, company_name=None)])
def test_the_invoice_may_go_to_a_company_whose_tax_number_is_kept_and_not_asked_for(company):
    at = visit(NO_ADDRESS)
    assert shows(PAGE, at, (OF_THE_GUEST, (HOME, company))).addresses == (HOME, company)
    assert answer(PAGE, both(11, 12), at, (OF_THE_GUEST, (HOME, company))).billing_address == company


@pytest.mark.parametrize(("shipping", "void"), [(12, True), (11, False)])
def test_remote_prices_are_void_where_the_parcel_goes_elsewhere_and_not_for_another_invoice(shipping, void):
    before = order(delivery=Delivery(TO_THE_DOOR, HOME, HOME))
    after = answer(PAGE, both(shipping, 12), visit(before), (OF_THE_GUEST, SAVED))
    assert PAGE.resets == ("RemotePriceCalculationPage",)
    assert PAGE().voids(before, before.put(after)) is void


@pytest.mark.parametrize("given", [Delivery(TO_THE_DOOR, HOME, HOME), COLLECTED, WAITING])
def test_cleared_addresses_store_and_pickup_point_are_gone_and_the_delivery_option_stays(given):
    before = order(delivery=given)
    delivery = answer(AddressClearPage, {}, visit(before))
    assert delivery == Delivery(given.option)
    assert delivery.billing_and_shipping_same is False
    assert AddressClearPage().voids(before, before.put(delivery)) is True


def test_clearing_wants_goods_shows_nothing_and_is_on_no_route():
    assert closed_by(AddressClearPage, visit(EMPTIED)) == ("basket_empty",)
    assert closed_by(AddressClearPage, visit(NO_ADDRESS)) == ()
    assert shows(AddressClearPage, visit()) == EMPTY
    assert AddressClearPage in STANDARD.beside
    assert AddressClearPage not in (
        *STANDARD.trunk,
        *(page for way in STANDARD.payments.values() for page in way.pages),
    )
