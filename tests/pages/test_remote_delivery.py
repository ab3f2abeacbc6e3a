"""RemoteDeliveryOptionSelectionPage: as the shop's own, where a service says which options there are."""

from __future__ import annotations

import pytest

from checkout_core import Basket, Invalid, Settings, evolve
from checkout_core.effects import AskDeliveryOptions, Unavailable
from checkout_core.order import Buyer, Delivery, Parcel
from checkout_core.pages.delivery import (
    DeliveryOptionForm,
    DeliveryOptionSelectionPage,
    RemoteDeliveryOptionSelectionPage,
)
from checkout_core.settings import RemoteService

from .kit import (
    BASKET,
    BY_BIKE,
    EMPTIED,
    HOME,
    OFFICE,
    TO_THE_DOOR,
    answer,
    answers_itself,
    closed_by,
    holds,
    order,
    shows,
    visit,
)  # fmt: skip
from .places import AT_A_LOCKER, COLLECTED, WAITING

PAGE = RemoteDeliveryOptionSelectionPage
SERVICE = RemoteService("https://options.example/delivery")
REMOTE = Settings(
    checkout_delivery_option_selection_page="RemoteDeliveryOptionSelectionPage", remote_delivery_option_provider=SERVICE
)
ASKED = AskDeliveryOptions(SERVICE, Parcel(BASKET, None))
DOWN = Unavailable("ReadTimeout")
NOT_ASKED_YET = order(delivery=Delivery())
CHOSEN = order(delivery=Delivery(TO_THE_DOOR, HOME, OFFICE))
RENAMED = evolve(TO_THE_DOOR, name="Nach Hause")


def at(of=NOT_ASKED_YET, settings=REMOTE):
    return visit(of, settings=settings)


def test_the_options_of_the_service_are_offered_and_not_the_shops_own():
    assert shows(PAGE, at(), (ASKED, (BY_BIKE, AT_A_LOCKER))).delivery_options == (BY_BIKE, AT_A_LOCKER)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ((TO_THE_DOOR, BY_BIKE), (TO_THE_DOOR, BY_BIKE)),
        ((BY_BIKE,), (TO_THE_DOOR, BY_BIKE)),
        ((BY_BIKE, RENAMED), (TO_THE_DOOR, BY_BIKE)),
        (DOWN, (TO_THE_DOOR,)),
    ],
)
def test_the_list_always_holds_the_option_that_was_chosen(now, shown):
    assert shows(PAGE, at(CHOSEN), (ASKED, now)).delivery_options == shown


def test_while_the_service_gives_no_answer_nothing_is_offered():
    assert shows(PAGE, at(), (ASKED, DOWN)).delivery_options == ()


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (NOT_ASKED_YET, ()),
        (EMPTIED, ("basket_empty",)),
        (order(buyer=Buyer()), ("user_email_required",)),
        (order(buyer=Buyer("7")), ()),
    ],
)
def test_the_page_wants_goods_and_to_know_who_buys(of, codes):
    assert closed_by(PAGE, at(of)) == codes


@pytest.mark.parametrize(
    ("page", "service", "here", "there"),
    [
        (PAGE.__name__, SERVICE, (), ("another_delivery_page",)),
        (PAGE.__name__, None, ("no_delivery_provider",), ("another_delivery_page",)),
        ("DeliveryOptionSelectionPage", SERVICE, ("another_delivery_page",), ()),
    ],
)
def test_the_setting_picks_the_page_and_a_service_is_wanted(page, service, here, there):
    settings = Settings(checkout_delivery_option_selection_page=page, remote_delivery_option_provider=service)
    assert closed_by(PAGE, at(settings=settings)) == here
    assert closed_by(DeliveryOptionSelectionPage, at(settings=settings)) == there


def test_without_a_service_nobody_is_asked():
    assert shows(PAGE, at(CHOSEN, Settings())).delivery_options == (TO_THE_DOOR,)


@pytest.mark.parametrize(
    ("options", "form"),
    [((BY_BIKE,), DeliveryOptionForm(2)), ((TO_THE_DOOR, BY_BIKE), None), ((), None), (DOWN, None)],
)
def test_the_only_option_there_is_is_chosen_without_asking(options, form):
    assert answers_itself(PAGE, at(), (ASKED, options)) == form


def test_the_chosen_option_is_kept_as_the_service_had_it():
    assert answer(PAGE, {"delivery_option": "4"}, at(), (ASKED, (BY_BIKE, AT_A_LOCKER))) == Delivery(AT_A_LOCKER)


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"delivery_option": ""}, "required"), ({"delivery_option": "bike"}, "invalid")],
)
def test_the_option_is_asked_for_by_its_number(body, code):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, body, at())
    assert refused.value.codes == {"delivery_option": (code,)}


@pytest.mark.parametrize("pk", [1, 99])
def test_what_the_service_does_not_offer_is_refused_though_the_shop_has_it(pk):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"delivery_option": pk}, at(CHOSEN), (ASKED, (BY_BIKE,)))
    assert refused.value.codes == {"delivery_option": ("invalid",)}


@pytest.mark.parametrize("pk", [1, 2])
def test_while_the_service_gives_no_answer_no_option_is_taken(pk):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {"delivery_option": pk, "clear": True}, at(CHOSEN), (ASKED, DOWN))
    assert refused.value.codes == {"non_field_errors": ("delivery_options_unavailable",)}
    assert refused.value.kept is None


@pytest.mark.parametrize(
    ("before", "body", "after"),
    [
        (CHOSEN, {"delivery_option": 2}, Delivery(BY_BIKE, HOME, OFFICE)),
        (CHOSEN, {"delivery_option": 2, "clear": "true"}, Delivery(BY_BIKE)),
        (order(delivery=COLLECTED), {"delivery_option": 2}, Delivery(BY_BIKE, None, HOME)),
    ],
)
def test_another_option_keeps_the_addresses_as_on_the_shops_own_page(before, body, after):
    assert answer(PAGE, body, at(before), (ASKED, (BY_BIKE,))) == after


@pytest.mark.parametrize(
    ("now", "good"),
    [((TO_THE_DOOR, BY_BIKE), True), ((BY_BIKE,), False), ((RENAMED,), False), ((), False), (DOWN, True)],
)
def test_the_answer_is_good_while_the_service_has_that_very_option_or_gives_no_answer(now, good):
    assert holds(PAGE, at(CHOSEN), (ASKED, now)) is good


def test_another_basket_is_asked_about_anew():
    more = Basket.of("b-1", "d-2", BASKET.lines, "TRY")
    asked = AskDeliveryOptions(SERVICE, Parcel(more, None))
    assert asked != ASKED
    assert holds(PAGE, at(order(basket=more, delivery=WAITING)), (asked, (AT_A_LOCKER,))) is True


def test_an_address_is_no_answer_and_undone_the_page_keeps_it():
    assert PAGE().done(Delivery(None, HOME, OFFICE), at()) is False
    assert PAGE().done(Delivery(TO_THE_DOOR), at()) is True
    assert PAGE().undo(CHOSEN).delivery == Delivery(None, HOME, OFFICE)
