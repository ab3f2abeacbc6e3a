"""PickupLocationSelectionPage: a pickup point of somebody else's, and where the invoice goes."""

from __future__ import annotations

import pytest

from checkout_core import Invalid, Settings, evolve
from checkout_core.effects import FindPickupLocation, ListAddresses, Unavailable
from checkout_core.order import Buyer, Delivery
from checkout_core.pages.collecting import PickupLocationContext, PickupLocationSelectionPage

from .kit import (
    EMPTIED,
    GERMANY,
    HOME,
    IN_STORE,
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
from .places import AT_A_LOCKER, LOCKER, WAITING, made

PAGE = PickupLocationSelectionPage
NOT_ASKED_YET = order(delivery=Delivery(AT_A_LOCKER))
CHOSEN = order(delivery=WAITING)
OF_THE_GUEST = ListAddresses(None, "co-1")
SAVED = (OF_THE_GUEST, (HOME, OFFICE))
FIND = FindPickupLocation("lkr-7")
DOWN = Unavailable("ConnectError")
MOVED = evolve(LOCKER, address="8 Station Road")


def body(remote_id="lkr-7", billing=11):
    return {"remote_id": remote_id, "billing_address": billing}


@pytest.mark.parametrize(("code", "country"), [(None, None), ("tr", TURKEY), ("DE", GERMANY)])
def test_the_page_shows_the_buyers_addresses_and_the_country_of_the_shop(code, country):
    at = visit(NOT_ASKED_YET, settings=Settings(default_country_code=code))
    assert shows(PAGE, at, SAVED) == PickupLocationContext((HOME, OFFICE), country)


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (NOT_ASKED_YET, ()),
        (EMPTIED, ("basket_empty", "delivery_to_a_pickup_point")),
        (order(buyer=Buyer(), delivery=Delivery(AT_A_LOCKER)), ("user_email_required",)),
        (order(delivery=Delivery()), ("delivery_option_required", "delivery_to_a_pickup_point")),
        (order(delivery=Delivery(TO_THE_DOOR)), ("delivery_to_a_pickup_point",)),
        (order(delivery=Delivery(IN_STORE)), ("delivery_to_a_pickup_point",)),
    ],
)
def test_the_page_wants_goods_a_buyer_and_a_delivery_to_a_pickup_point(of, codes):
    assert closed_by(PAGE, visit(of)) == codes


def test_the_parcel_goes_to_an_address_made_from_the_pickup_point_for_who_is_billed():
    delivery = answer(PAGE, body(billing=12), visit(NOT_ASKED_YET), SAVED, (FIND, LOCKER))
    assert delivery == Delivery(AT_A_LOCKER, made(LOCKER, OFFICE, "+49301"), OFFICE, pickup_location=LOCKER)
    assert delivery.shipping_address.pk is None
    assert delivery.billing_and_shipping_same is False


def test_its_phone_is_the_buyers_where_the_pickup_point_has_none():
    silent = evolve(LOCKER, phone_number="")
    delivery = answer(PAGE, body(), visit(NOT_ASKED_YET), SAVED, (FIND, silent))
    assert delivery.shipping_address.phone_number == HOME.phone_number


@pytest.mark.parametrize(
    ("posted", "codes"),
    [
        ({}, {"remote_id": ("required",), "billing_address": ("required",)}),
        (body("x" * 65), {"remote_id": ("too_long",)}),
        (body("5421190000000009"), {"remote_id": ("card_number",)}),
        (body("a\nb"), {"remote_id": ("invalid",)}),
        (body(7), {"remote_id": ("invalid",)}),
        (body(billing="home"), {"billing_address": ("invalid",)}),
    ],
)
def test_the_id_is_a_short_text_and_no_card_number(posted, codes):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, posted, visit(NOT_ASKED_YET))
    assert refused.value.codes == codes


@pytest.mark.parametrize(
    ("found", "billing", "wrong"),
    [(None, 11, {"remote_id"}), (LOCKER, 13, {"billing_address"}), (None, 13, {"remote_id", "billing_address"})],
)
def test_a_pickup_point_that_is_not_there_and_an_address_of_somebody_else_are_refused(found, billing, wrong):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body(billing=billing), visit(CHOSEN), SAVED, (FIND, found))
    assert refused.value.codes == dict.fromkeys(wrong, ("invalid",))
    assert refused.value.kept is None


@pytest.mark.parametrize(("billing", "more"), [(11, {}), (13, {"billing_address": ("invalid",)})])
def test_while_its_operator_gives_no_answer_no_pickup_point_is_taken(billing, more):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body(billing=billing), visit(CHOSEN), SAVED, (FIND, DOWN))
    assert refused.value.codes == {"non_field_errors": ("pickup_locations_unavailable",), **more}
    assert refused.value.kept is None


def test_above_the_shops_limit_who_is_billed_needs_an_identity_number():
    at = visit(NOT_ASKED_YET, settings=Settings(identity_number_required_amount=lira("0.01")))
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body(), at, SAVED, (FIND, LOCKER))
    assert refused.value.codes == {"billing_address": ("identity_number_required",)}
    known = (OF_THE_GUEST, (evolve(HOME, identity_number="10000000146"),))
    assert answer(PAGE, body(), at, known, (FIND, LOCKER)).pickup_location == LOCKER


@pytest.mark.parametrize(
    ("found", "good"), [(LOCKER, True), (DOWN, True), (None, False), (MOVED, False)]
)  # fmt: skip
def test_the_answer_is_good_while_the_pickup_point_is_as_it_was_or_nobody_can_say(found, good):
    assert holds(PAGE, visit(CHOSEN), SAVED, (FIND, found)) is good


@pytest.mark.parametrize("now", [(OFFICE,), (evolve(HOME, line="9 Street"),)])
def test_the_answer_is_good_while_the_buyer_has_that_address(now):
    assert holds(PAGE, visit(CHOSEN), (OF_THE_GUEST, now)) is False


def test_addresses_from_a_delivery_to_the_door_do_not_answer_which_pickup_point():
    assert PAGE().done(WAITING, visit()) is True
    assert PAGE().done(Delivery(AT_A_LOCKER, HOME, HOME), visit()) is False


def test_undone_pickup_point_and_addresses_are_gone():
    assert PAGE().undo(CHOSEN).delivery == Delivery(AT_A_LOCKER)
