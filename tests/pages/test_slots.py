"""SlotSelectionPage and ReservationSelectionPage: when it comes, or is collected."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil import tz

from checkout_core import Invalid, Settings, evolve
from checkout_core.effects import AskShippingOptions, CountTaken, Unavailable
from checkout_core.order import Buyer, Delivery, DeliveryRange, GroupChoice, Schedule, Shipping, ShippingChoice
from checkout_core.pages.slots import OfferedSlot, ReservationSelectionPage, SlotDay, SlotSelectionPage
from checkout_core.rules import parcel_of
from checkout_core.rules.availability import BasketAmountRule, MembersRule
from checkout_core.settings import RemoteService
from checkout_core.shop import DeliveryOption, PassiveRange, RetailStore, Slot, SlotGroup

from .kit import (
    BY_CARD,
    EMPTIED,
    EXPRESS,
    HOME,
    ISTANBUL,
    SHOP,
    STANDARD,
    STANDARD_CHOSEN,
    TURKEY,
    answer,
    closed_by,
    holds,
    lira,
    order,
    shows,
    visit,
)  # fmt: skip

SLOT, RESERVE = SlotSelectionPage, ReservationSelectionPage
EVERY_DAY = tuple(range(7))
MORNING, EVENING = Slot(1, EVERY_DAY, time(10), time(14), 3, 60), Slot(2, EVERY_DAY, time(18), time(20), 1)
AT_HOME = SlotGroup(7, "At home", (MORNING, EVENING), days=2, time_zone="Europe/Istanbul")
IN_STORE = SlotGroup(8, "In store", (EVENING,), days=1)
SCHEDULED = DeliveryOption(5, "hours", "At your hour", slot_group=7)
COLLECT = DeliveryOption(6, "collect", "Collect", "retail_store")
COLLECT_SCHEDULED = DeliveryOption(9, "collect-hours", "Collect at your hour", "retail_store", slot_group=7)
STORE = RetailStore(1, "Ours", "1 Street", TURKEY, ISTANBUL, slot_group=8)
NO_HOURS = RetailStore(2, "Any time", "2 Street", TURKEY, ISTANBUL)
OF_STORE = evolve(HOME, pk=None)  # the address that was made from it
WITH_SLOTS = evolve(SHOP, slot_groups=(AT_HOME, IN_STORE), retail_stores=(STORE, NO_HOURS))
ZONE = tz.gettz("Europe/Istanbul")


def clock(day, hour):
    return datetime(2026, 11, day, hour, tzinfo=ZONE)


def chosen(day, hour, until, group=7, quota=3):
    return DeliveryRange(clock(day, hour), clock(day, until), group, quota)


TODAY, TONIGHT = chosen(21, 18, 20, quota=1), chosen(22, 18, 20, quota=1)
SUNDAY = chosen(22, 10, 14)
LATE = DeliveryRange(datetime(2026, 11, 21, 18, tzinfo=UTC), datetime(2026, 11, 21, 20, tzinfo=UTC), 8, 1)
ALL = (TODAY, SUNDAY, TONIGHT)  # at three in the afternoon


def at_home(slot=None, **parts):
    shipping = Shipping(STANDARD_CHOSEN) if slot else Shipping()
    given = {"delivery": Delivery(SCHEDULED, HOME, HOME), "shipping": shipping, "schedule": Schedule(slot), **parts}
    return visit(order(**given), shop=WITH_SLOTS)


def in_store(slot=None, option=COLLECT, store=STORE, skip=None, **parts):
    delivery = Delivery(option, OF_STORE, HOME, store)
    return visit(order(**{"delivery": delivery, "schedule": Schedule(slot, skip), **parts}), shop=WITH_SLOTS)


def taken(*counts, of=ALL):
    return CountTaken("slot", tuple(slot.subject for slot in of), "co-1"), counts


def said(slot):
    return {"lower": slot.lower.isoformat(), "upper": slot.upper.isoformat()}


def refused(page, body, at, *script):
    with pytest.raises(Invalid) as caught:
        answer(page, body, at, *script)
    return dict(caught.value.codes)


# what is asked of the buyer before

GUEST = {"buyer": Buyer()}


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (at_home(), ()),
        (visit(order(), shop=WITH_SLOTS), ("not_scheduled",)),
        (at_home(delivery=Delivery(SCHEDULED)), ("address_required",)),
        (at_home(delivery=Delivery()), ("delivery_option_required", "address_required", "not_scheduled")),
        (at_home(basket=EMPTIED.basket), ("basket_empty",)),
        (at_home(**GUEST), ("user_email_required",)),
        (in_store(option=COLLECT_SCHEDULED), ()),
        (in_store(), ("not_scheduled",)),
    ],
)
def test_a_slot_wants_goods_a_buyer_an_address_and_a_delivery_by_slots(at, codes):
    assert closed_by(SLOT, at) == codes


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (in_store(), ()),
        (in_store(store=NO_HOURS), ("retail_store_not_available",)),
        (in_store(store=None), ("address_required", "retail_store_not_available")),
        (in_store(option=COLLECT_SCHEDULED), ("scheduled",)),
        (in_store(basket=EMPTIED.basket), ("basket_empty",)),
        (in_store(**GUEST), ("user_email_required",)),
        (visit(order(), shop=WITH_SLOTS), ("delivery_to_a_store", "retail_store_not_available")),
        (at_home(), ("delivery_to_a_store", "retail_store_not_available", "scheduled")),
    ],
)
def test_a_reservation_wants_goods_a_buyer_and_a_store_that_can_be_reserved(at, codes):
    assert closed_by(RESERVE, at) == codes


# what is shown


def test_the_slots_are_shown_by_days_with_the_room_that_is_left():
    context = shows(SLOT, at_home(), taken(0, 1, 1))
    assert context.slots == (
        SlotDay(date(2026, 11, 21), (OfferedSlot(TODAY.lower, TODAY.upper, is_available=True, remaining=1),)),
        SlotDay(
            date(2026, 11, 22),
            (
                OfferedSlot(SUNDAY.lower, SUNDAY.upper, is_available=True, remaining=2),
                OfferedSlot(TONIGHT.lower, TONIGHT.upper, is_available=False, remaining=0),
            ),
        ),
    )
    assert TODAY.lower.isoformat() == "2026-11-21T18:00:00+03:00"


def test_where_more_were_booked_than_there_is_room_for_now_none_is_left():
    context = shows(SLOT, at_home(), taken(0, 9, 0))
    assert [slot.remaining for day in context.slots for slot in day.slots] == [1, 0, 1]


@pytest.mark.parametrize("left", [0, 1])
def test_the_slot_that_was_chosen_is_listed_once_where_it_is_still_offered(left):
    context = shows(SLOT, at_home(TODAY), taken(1 - left, 0, 0))
    assert context == shows(SLOT, at_home(), taken(1 - left, 0, 0))


def test_and_as_full_where_it_is_not_offered_any_more():
    gone = chosen(21, 10, 14)
    first, second = shows(SLOT, at_home(gone), taken(0, 0, 0)).slots
    assert first.slots[0] == OfferedSlot(gone.lower, gone.upper, is_available=False, remaining=0)
    assert (len(first.slots), len(second.slots)) == (2, 2)


def test_where_nothing_is_offered_nobody_is_asked_and_nothing_is_shown():
    closed = PassiveRange(date(2026, 11, 1), date(2026, 12, 1))
    at = evolve(at_home(), shop=evolve(WITH_SLOTS, slot_groups=(evolve(AT_HOME, passive=(closed,)),)))
    assert shows(SLOT, at).slots == ()


def test_a_reservation_shows_the_slots_of_the_store():
    (day,) = shows(RESERVE, in_store(), taken(0, of=(LATE,))).slots
    assert day.slots == (OfferedSlot(LATE.lower, LATE.upper, is_available=True, remaining=1),)


# a slot is chosen


def test_the_slot_is_kept_and_the_first_shipping_option_with_its_price():
    after = answer(SLOT, said(SUNDAY), at_home(), taken(2, of=(SUNDAY,)))
    assert after.schedule == Schedule(SUNDAY)
    assert after.shipping == Shipping(STANDARD_CHOSEN)


def test_the_first_option_is_the_first_that_is_offered():
    options = (evolve(STANDARD, rules=(MembersRule(),)), EXPRESS, evolve(STANDARD, pk=23))
    at = evolve(at_home(), shop=evolve(WITH_SLOTS, shipping_options=options))
    after = answer(SLOT, said(SUNDAY), at, taken(0, of=(SUNDAY,)))
    assert after.shipping == Shipping(ShippingChoice(22, "Express", "express", lira("49.90")))


GROUPS = Shipping(by_data_source=(GroupChoice("1", 1, "Van", lira("5.00")),))


@pytest.mark.parametrize(
    ("named", "stands"),
    [
        ("ShippingOptionSelectionPage", Shipping(STANDARD_CHOSEN)),
        ("DataSourceShippingOptionSelectionPage", GROUPS),
        ("AttributeBasedShippingOptionSelectionPage", GROUPS),
    ],
)
def test_where_goods_are_sent_in_groups_the_slot_leaves_them_alone(named, stands):
    at = evolve(at_home(shipping=GROUPS), settings=Settings(checkout_shipping_option_selection_page=named))
    assert answer(SLOT, said(SUNDAY), at, taken(0, of=(SUNDAY,))).shipping == stands


def test_where_nobody_says_which_option_there_is_no_slot_is_taken():
    settings = Settings(
        checkout_shipping_option_selection_page="RemoteShippingOptionSelectionPage",
        remote_shipping_option_provider=RemoteService("https://services.example/"),
    )
    at = evolve(at_home(), settings=settings)
    asked = AskShippingOptions(settings.remote_shipping_option_provider, parcel_of(at.order))
    script = taken(0, of=(SUNDAY,)), (asked, Unavailable("down"))
    assert refused(SLOT, said(SUNDAY), at, *script) == {"non_field_errors": ("shipping_options_unavailable",)}


def test_where_nothing_can_be_sent_no_slot_is_taken():
    options = (evolve(STANDARD, rules=(BasketAmountRule(at_most=lira("1.00")),)),)
    at = evolve(at_home(), shop=evolve(WITH_SLOTS, shipping_options=options))
    assert refused(SLOT, said(SUNDAY), at, taken(0, of=(SUNDAY,))) == {
        "non_field_errors": ("no_shipping_option_available",)
    }


@pytest.mark.parametrize("offset", [0, 3, -5])
def test_the_same_moment_is_the_same_slot_whatever_offset_it_is_written_with(offset):
    there = tz.tzoffset(None, offset * 3600)
    body = {"lower": SUNDAY.lower.astimezone(there).isoformat(), "upper": SUNDAY.upper.astimezone(there).isoformat()}
    kept = answer(SLOT, body, at_home(), taken(0, of=(SUNDAY,))).schedule.delivery_range
    assert kept.lower.isoformat() == SUNDAY.lower.isoformat()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"lower": None, "upper": None}, {"lower": ("required",), "upper": ("required",)}),
        ({"upper": ""}, {"upper": ("required",)}),
        ({"lower": "2026-11-22T10:00:00"}, {"lower": ("invalid",)}),
        ({"lower": "ten", "upper": 14}, {"lower": ("invalid",), "upper": ("invalid",)}),
        ({"lower": "2026-11-22T10:00:00+02:00"}, {"lower": ("invalid",)}),
        ({"upper": "2026-11-22T13:00:00+03:00"}, {"upper": ("invalid",)}),
        ({"lower": "2026-11-22T14:00:00+03:00", "upper": "2026-11-22T10:00:00+03:00"}, {"lower": ("invalid",)}),
        (said(LATE), {"lower": ("invalid",)}),  # of another group
        (said(chosen(21, 10, 14)), {"lower": ("invalid",)}),  # over
        (said(chosen(23, 10, 14)), {"lower": ("invalid",)}),  # not yet
    ],
)
@pytest.mark.parametrize(("page", "at"), [(SLOT, at_home()), (RESERVE, in_store(store=evolve(STORE, slot_group=7)))])
def test_a_range_that_is_not_offered_is_refused(page, at, changes, codes):
    assert refused(page, said(SUNDAY) | changes, at) == codes


@pytest.mark.parametrize(("page", "at"), [(SLOT, at_home()), (RESERVE, in_store(store=evolve(STORE, slot_group=7)))])
def test_a_slot_that_is_full_is_refused(page, at):
    assert refused(page, said(SUNDAY), at, taken(3, of=(SUNDAY,))) == {"lower": ("slot_full",)}


# a reservation


def test_a_reservation_keeps_the_slot_and_leaves_the_shipping_option():
    own = answer(RESERVE, {"skip_reservation": False, **said(LATE)}, in_store(), taken(0, of=(LATE,)))
    assert own == Schedule(LATE, skip_reservation=False)
    assert answer(RESERVE, said(LATE), in_store(), taken(0, of=(LATE,))) == own


@pytest.mark.parametrize("body", [{"skip_reservation": True}, {"skip_reservation": "true", **said(SUNDAY)}])
@pytest.mark.parametrize("before", [None, LATE])
def test_a_reservation_may_be_skipped_and_then_no_slot_is_kept(body, before):
    assert answer(RESERVE, body, in_store(before)) == Schedule(None, skip_reservation=True)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {"lower": ("required",), "upper": ("required",)}),
        ({"skip_reservation": "off"}, {"lower": ("required",), "upper": ("required",)}),
        ({"lower": LATE.lower.isoformat()}, {"upper": ("required",)}),
        ({"upper": LATE.upper.isoformat()}, {"lower": ("required",)}),
        ({"skip_reservation": "perhaps"}, {"skip_reservation": ("invalid",)}),
        ({"skip_reservation": True, "lower": "ten"}, {"lower": ("invalid",)}),
    ],
)
def test_a_reservation_that_is_not_skipped_needs_both_bounds(body, codes):
    assert refused(RESERVE, body, in_store()) == codes


# done, valid, undone


@pytest.mark.parametrize(
    ("own", "by_slot", "reserved"),
    [
        (Schedule(), False, False),
        (Schedule(LATE), True, True),
        (Schedule(LATE, skip_reservation=False), True, True),
        (Schedule(None, skip_reservation=True), False, True),
        (Schedule(None, skip_reservation=False), False, False),
    ],
)
def test_a_slot_answers_both_pages_and_to_skip_it_only_one(own, by_slot, reserved):
    at = in_store()
    assert (SLOT().done(own, at), RESERVE().done(own, at)) == (by_slot, reserved)


@pytest.mark.parametrize(("gone", "good"), [(0, True), (2, True), (3, False), (4, False)])
def test_a_slot_is_good_while_there_is_room_beside_our_own(gone, good):
    assert holds(SLOT, at_home(SUNDAY), taken(gone, of=(SUNDAY,))) is good


@pytest.mark.parametrize(
    "stale", [chosen(21, 10, 14), chosen(23, 10, 14), chosen(22, 10, 13), chosen(22, 10, 14, quota=2), LATE]
)
def test_a_slot_that_is_not_offered_as_it_was_is_no_answer_any_more(stale):
    assert not holds(SLOT, at_home(stale))


def test_time_alone_may_end_it():
    at = at_home(TODAY)
    last = clock(21, 20)
    assert holds(SLOT, evolve(at, now=last), taken(0, of=(TODAY,)))
    assert not holds(SLOT, evolve(at, now=last + timedelta(microseconds=1)))


def test_a_reservation_is_good_as_long_as_its_slot_and_to_skip_it_for_ever():
    assert holds(RESERVE, in_store(LATE), taken(0, of=(LATE,)))
    assert not holds(RESERVE, in_store(LATE), taken(1, of=(LATE,)))
    assert holds(RESERVE, in_store(skip=True))


def test_undone_the_slot_takes_its_shipping_option_back():
    undone = SLOT().undo(at_home(SUNDAY).order)
    assert (undone.schedule, undone.shipping) == (Schedule(), Shipping())


def test_undone_a_reservation_is_neither_made_nor_skipped_and_the_shipping_option_stays():
    for at in (in_store(LATE, skip=False), in_store(skip=True)):
        undone = RESERVE().undo(at.order)
        assert (undone.schedule, undone.shipping) == (Schedule(), Shipping(STANDARD_CHOSEN))


DEARER = ShippingChoice(21, "Standard", "standard", lira("35.00"))


@pytest.mark.parametrize(
    ("stood", "stands", "void"),
    [
        (STANDARD_CHOSEN, STANDARD_CHOSEN, False),
        (STANDARD_CHOSEN, DEARER, True),
        (STANDARD_CHOSEN, ShippingChoice(22, "Express", "express", lira("29.90")), True),
        (None, STANDARD_CHOSEN, False),
        (STANDARD_CHOSEN, None, False),
    ],
)
def test_the_way_to_pay_is_dropped_where_the_shipping_option_or_its_price_changed(stood, stands, void):
    before, after = (order(shipping=Shipping(option), payment=BY_CARD) for option in (stood, stands))
    assert SLOT.resets == ("PaymentOptionSelectionPage",)
    assert SLOT().voids(before, after) is void
