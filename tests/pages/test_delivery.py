"""DeliveryOptionSelectionPage: to an address, to a store, to a pickup point."""

from __future__ import annotations

import pytest

from checkout_core import Invalid, Settings, evolve
from checkout_core.forms import Flag, Pk
from checkout_core.order import Buyer, Delivery
from checkout_core.pages.delivery import DeliveryOptionForm, DeliveryOptionSelectionPage
from checkout_core.shop import DeliveryOption

from .kit import (
    BY_BIKE,
    EMPTIED,
    HOME,
    IN_STORE,
    OFFICE,
    SHOP,
    TO_THE_DOOR,
    answer,
    answers_itself,
    closed_by,
    holds,
    order,
    shows,
    visit,
)  # fmt: skip
from .places import AT_A_LOCKER, COLLECTED, OTHER_STORES, WAITING

PAGE = DeliveryOptionSelectionPage
NOT_ASKED_YET = order(delivery=Delivery())
CHOSEN = order(delivery=Delivery(TO_THE_DOOR, HOME, OFFICE))
RENAMED = DeliveryOption(1, "door", "Nach Hause")


def shop(*options):
    return evolve(SHOP, delivery_options=options)


def test_all_options_of_the_shop_are_offered():
    assert shows(PAGE, visit(NOT_ASKED_YET)).delivery_options == (TO_THE_DOOR, BY_BIKE)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ((TO_THE_DOOR, BY_BIKE), (TO_THE_DOOR, BY_BIKE)),
        ((BY_BIKE,), (TO_THE_DOOR, BY_BIKE)),
        ((BY_BIKE, RENAMED), (TO_THE_DOOR, BY_BIKE)),
    ],
)
def test_the_list_always_holds_the_option_that_was_chosen(now, shown):
    assert shows(PAGE, visit(CHOSEN, shop=shop(*now))).delivery_options == shown


def test_the_page_wants_goods_and_to_know_who_buys():
    assert closed_by(PAGE, visit(NOT_ASKED_YET)) == ()
    assert closed_by(PAGE, visit(EMPTIED)) == ("basket_empty",)
    assert closed_by(PAGE, visit(order(buyer=Buyer()))) == ("user_email_required",)
    assert closed_by(PAGE, visit(order(buyer=Buyer("7")))) == ()


@pytest.mark.parametrize(
    ("named", "codes"),
    [("DeliveryOptionSelectionPage", ()), ("RemoteDeliveryOptionSelectionPage", ("another_delivery_page",))],
)
def test_the_setting_picks_the_page_that_asks_for_the_delivery_option(named, codes):
    settings = Settings(checkout_delivery_option_selection_page=named)
    assert closed_by(PAGE, visit(NOT_ASKED_YET, settings=settings)) == codes


@pytest.mark.parametrize(
    ("options", "form"),
    [((TO_THE_DOOR,), DeliveryOptionForm(Pk(1))), ((TO_THE_DOOR, BY_BIKE), None), ((), None)],
)
def test_the_only_option_there_is_is_chosen_without_asking(options, form):
    assert answers_itself(PAGE, visit(NOT_ASKED_YET, shop=shop(*options))) == form


@pytest.mark.parametrize(("pk", "option"), [(1, TO_THE_DOOR), ("2", BY_BIKE)])
def test_the_chosen_option_is_kept_as_it_was_shown(pk, option):
    assert answer(PAGE, {"delivery_option": pk}, visit(NOT_ASKED_YET)) == Delivery(option)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"delivery_option": ""}, "required"),
        ({"delivery_option": 3}, "invalid"),  # the shop has none
        ({"delivery_option": "undefined"}, "invalid"),  # what a storefront posts that found no option to its liking
        ({"delivery_option": 1.0}, "invalid"),
        ({"delivery_option": True}, "invalid"),
        ({"delivery_option": "१"}, "invalid"),  # a digit, and no ASCII one
    ],
)
def test_what_is_no_option_of_the_shop_is_refused(body, code):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body, visit(NOT_ASKED_YET))
    assert refused.value.codes == {"delivery_option": (code,)}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({}, True),
        ({"clear": ""}, True),
        ({"clear": "false"}, True),
        ({"clear": False}, True),
        ({"clear": "true"}, False),
        ({"clear": True}, False),
        ({"clear": "1"}, False),
    ],
)
def test_another_option_takes_the_addresses_back_only_where_the_buyer_says_clear(body, kept):
    addresses = (HOME, OFFICE) if kept else (None, None)
    assert answer(PAGE, {"delivery_option": 2, **body}, visit(CHOSEN)) == Delivery(BY_BIKE, *addresses)


def test_clear_is_off_unless_it_is_said_and_is_nothing_but_yes_or_no():
    assert DeliveryOptionForm(Pk(1)).clear == Flag(False)  # noqa: FBT003  # the type of the field
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"delivery_option": 2, "clear": "perhaps"}, visit(CHOSEN))
    assert refused.value.codes == {"clear": ("invalid",)}


@pytest.mark.parametrize(
    ("now", "good"), [((TO_THE_DOOR, BY_BIKE), True), ((BY_BIKE,), False), ((RENAMED, BY_BIKE), False)]
)
def test_the_answer_is_good_while_the_shop_has_that_very_option(now, good):
    assert holds(PAGE, visit(CHOSEN, shop=shop(*now))) is good


def test_undone_the_page_keeps_the_addresses():
    assert PAGE().undo(CHOSEN).delivery == Delivery(None, HOME, OFFICE)


EVERYWHERE = shop(TO_THE_DOOR, BY_BIKE, IN_STORE, AT_A_LOCKER, OTHER_STORES)
AT_THE_DOOR = Delivery(TO_THE_DOOR, HOME, OFFICE)


@pytest.mark.parametrize(
    ("before", "pk", "after"),
    [
        (AT_THE_DOOR, 3, Delivery(IN_STORE, HOME, OFFICE)),
        (AT_THE_DOOR, 4, Delivery(AT_A_LOCKER, HOME, OFFICE)),
        (COLLECTED, 1, Delivery(TO_THE_DOOR, None, HOME)),
        (COLLECTED, 4, Delivery(AT_A_LOCKER, None, HOME)),
        (COLLECTED, 5, evolve(COLLECTED, option=OTHER_STORES)),
        (WAITING, 1, Delivery(TO_THE_DOOR, None, HOME)),
        (WAITING, 3, Delivery(IN_STORE, None, HOME)),
        (evolve(COLLECTED, option=None), 1, Delivery(TO_THE_DOOR, None, HOME)),  # the option was taken off the list
    ],
)
def test_another_type_of_delivery_drops_the_place_and_the_address_made_from_it(before, pk, after):
    at = visit(order(delivery=before), shop=EVERYWHERE)
    assert answer(PAGE, {"delivery_option": pk}, at) == after


@pytest.mark.parametrize("before", [COLLECTED, WAITING, AT_THE_DOOR])
def test_clear_takes_back_what_the_page_that_clears_addresses_does(before):
    at = visit(order(delivery=before), shop=EVERYWHERE)
    assert answer(PAGE, {"delivery_option": 2, "clear": True}, at) == Delivery(BY_BIKE)


@pytest.mark.parametrize(
    ("before", "pk", "void"),
    [(AT_THE_DOOR, 2, False), (AT_THE_DOOR, 3, False), (COLLECTED, 5, False), (COLLECTED, 1, True)],
)
def test_remote_prices_are_void_where_the_parcel_goes_elsewhere(before, pk, void):
    of = order(delivery=before)
    after = answer(PAGE, {"delivery_option": pk}, visit(of, shop=EVERYWHERE))
    assert PAGE.resets == ("RemotePriceCalculationPage",)
    assert PAGE().voids(of, of.put(after)) is void
