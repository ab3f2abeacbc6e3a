"""A slot is kept while the buyer pays, sold with the order, free again without one; a full one is chosen again."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import attrs
import pytest
from dateutil import tz

from checkout_core import Checkout, CheckoutService, MemoryStore, evolve
from checkout_core.effects import Item
from checkout_core.order import Schedule
from checkout_core.page import Caller
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED, DECLINED, THREE_D, TIMEOUT_TAKEN_LATE
from checkout_core.sandbox.world import card_form
from checkout_core.shop import DeliveryOption, RetailStore, Slot, SlotGroup

SLOT, PAYS, BANKS_PAGE = "SlotSelectionPage", "CreditCardConfirmationPage", "CreditCardThreeDSecurePage"
FULL, UNDER_WAY = {"non_field_errors": ("slot_full",)}, {"non_field_errors": ("payment_in_progress",)}
EVERY_DAY = tuple(range(7))
HOME = DeliveryOption(1, "address", "Home")
EVENING = SlotGroup(1, "Evenings", (Slot(1, EVERY_DAY, time(19), time(21), quota=1),), days=2)
MORNING = SlotGroup(2, "Mornings", (Slot(1, EVERY_DAY, time(9), time(11), quota=9),), days=2)
SCHEDULED, SOON = DeliveryOption(5, "evening", "Evening", slot_group=1), DeliveryOption(6, "am", "Am", slot_group=2)
COLLECT = DeliveryOption(7, "collect", "Collect", "retail_store")


class Shop:
    """A sandbox that delivers by slots, and two buyers of its service."""

    def __init__(self, *options, stores=(None, None)):
        self.sandbox = Sandbox(seed=1)
        shop, home = self.sandbox.shop, self.sandbox.addresses[None][0]
        places = tuple(
            RetailStore(pk, f"Shop {pk}", "1 Street", home.country, home.city, slot_group=group)
            for pk, group in enumerate(stores, 1)
        )
        self.sandbox.shop = evolve(
            shop, delivery_options=options or (SCHEDULED,), slot_groups=(EVENING, MORNING), retail_stores=places
        )
        self.sandbox.settings = evolve(self.sandbox.settings, answer_wait=timedelta(0), time_zone="Europe/Istanbul")
        self.store = MemoryStore()
        self.opens()

    def opens(self, holds=None):
        """The service, on the sandbox's holds or on others."""
        self.checkout = Checkout(attrs.evolve(self.sandbox.ports, holds=holds or self.sandbox.stock))
        self.service = CheckoutService(self.checkout, self.store)

    def comes(self, name="ada"):
        """A new checkout that knows who buys."""
        order = self.checkout.start(self.sandbox.basket("mug", key=name)).pre_order
        key = self.service.save(order)
        self.service.post(key, "IndexPage", {"user_email": f"{name}@example.org"})
        return key

    def goes(self, key, option, store=None):
        self.service.post(key, "DeliveryOptionSelectionPage", {"delivery_option": option.pk})
        if store is None:
            return self.service.post(key, "AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
        return self.service.post(key, "RetailStoreSelectionPage", {"retail_store": store, "billing_address": 11})

    def to_pay(self, key, slot, bin_number="542119"):
        """In front of the page that pays by card."""
        self.service.post(key, "AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
        self.service.post(key, SLOT, slot).raise_for_errors()
        return self.by_card(key, bin_number)

    def by_card(self, key, bin_number="542119"):
        self.service.post(key, "PaymentOptionSelectionPage", {"payment_option": 31})
        self.service.post(key, "BinNumberPage", {"bin_number": bin_number})
        return self.service.post(key, "InstallmentSelectionPage", {"installment": 1}).raise_for_errors()

    def pays(self, key, card=APPROVED):
        return self.service.post(key, PAYS, card_form(card, 2030))

    def order(self, key):
        return self.service.get(key).pre_order

    def taken(self, slot, owner="nobody"):
        (count,) = self.sandbox.stock.count_taken("slot", (self.subject(slot),), owner)
        return count

    @staticmethod
    def subject(slot):
        lower, upper = (datetime.fromisoformat(slot[name]).astimezone(tz.UTC) for name in ("lower", "upper"))
        return f"1|{lower:%Y%m%dT%H%MZ}|{upper:%Y%m%dT%H%MZ}"

    def somebody_takes(self, slot):
        place = (Item("slot", self.subject(slot), 1, 1),)
        assert self.sandbox.stock.take_hold("x", "x", place, self.sandbox.now() + timedelta(days=9)) == ()


def at(day, hour, until):
    return {"lower": f"2026-11-{day}T{hour:02}:00:00+03:00", "upper": f"2026-11-{day}T{until:02}:00:00+03:00"}


TONIGHT, SUNDAY = at(21, 19, 21), at(22, 19, 21)


@pytest.fixture
def shop():
    return Shop()


def test_the_slot_page_comes_behind_the_address_and_brings_the_shipping_option(shop):
    key = shop.comes()
    step = shop.service.post(key, "AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
    assert step.page == SLOT
    step = shop.service.post(key, SLOT, TONIGHT)
    assert (step.page, step.pre_order.shipping.option.pk) == ("PaymentOptionSelectionPage", 21)
    assert str(step.pre_order.totals.total) == "65.00"


def test_while_nobody_pays_a_slot_is_nobodys(shop):
    shop.to_pay(shop.comes(), TONIGHT)
    assert shop.taken(TONIGHT) == 0


def test_it_is_sold_with_the_order(shop):
    key = shop.comes()
    shop.to_pay(key, TONIGHT)
    step = shop.pays(key)
    assert (step.page, shop.taken(TONIGHT, owner=key)) == ("ThankYouPage", 1)
    assert step.pre_order.schedule.delivery_range.lower.isoformat() == TONIGHT["lower"]


def test_it_is_free_again_when_the_bank_says_no_and_the_buyer_keeps_it(shop):
    key = shop.comes()
    shop.to_pay(key, TONIGHT)
    step = shop.pays(key, DECLINED)
    assert (step.page, shop.taken(TONIGHT)) == (PAYS, 0)
    assert step.pre_order.schedule.delivery_range is not None
    assert shop.pays(key).page == "ThankYouPage"


def test_it_is_kept_for_whoever_is_at_the_bank_and_let_go_when_they_choose_again(shop):
    key, other = shop.comes(), shop.comes("grace")
    shop.to_pay(key, TONIGHT, "542120")
    assert shop.pays(key, THREE_D).page == BANKS_PAGE
    assert (shop.taken(TONIGHT), shop.taken(TONIGHT, owner=key)) == (1, 0)
    shop.service.post(other, "AddressSelectionPage", {"shipping_address": 11, "billing_address": 11})
    assert shop.service.post(other, SLOT, TONIGHT).errors == {"lower": ("slot_full",)}
    shop.service.post(key, SLOT, SUNDAY)
    shop.to_pay(key, SUNDAY)
    shop.pays(key)
    assert (shop.taken(TONIGHT), shop.taken(SUNDAY)) == (0, 1)


def test_nobody_is_in_their_own_way(shop):
    """At the bank, back again, and the same slot once more."""
    key = shop.comes()
    shop.to_pay(key, TONIGHT, "542120")
    shop.pays(key, THREE_D)
    assert shop.service.post(key, SLOT, TONIGHT).ok
    shop.by_card(key)
    assert shop.pays(key).page == "ThankYouPage"


def test_while_money_moves_a_buyer_who_goes_back_loses_no_slot(shop):
    key = shop.comes()
    shop.to_pay(key, TONIGHT)
    shop.pays(key, TIMEOUT_TAKEN_LATE)
    before = shop.order(key)
    for body in (SUNDAY, TONIGHT, {}):
        step = shop.service.post(key, SLOT, body)
        assert (step.errors, step.pre_order.schedule) == (UNDER_WAY, before.schedule)
    assert shop.taken(TONIGHT) == 1


# filled up meanwhile


def test_a_slot_that_was_taken_before_the_payment_is_chosen_again_and_nothing_is_charged(shop):
    key = shop.comes()
    order = shop.to_pay(key, TONIGHT).pre_order
    shop.somebody_takes(TONIGHT)
    step = shop.pays(key)
    assert (step.page, step.errors, step.pre_order.schedule) == (SLOT, FULL, Schedule())
    assert shop.sandbox.bank.rows() == ()
    assert step.pre_order.attempts == ()
    assert (step.pre_order.delivery, step.pre_order.payment) == (order.delivery, order.payment)
    again = shop.service.post(key, SLOT, SUNDAY)
    assert (again.page, again.pre_order.payment) == (PAYS, order.payment)
    assert shop.pays(key).page == "ThankYouPage"


class Beaten:
    """Holds of which somebody else takes the evening first, whoever asks."""

    def __init__(self, shop):
        self.shop = shop
        self.commit_hold, self.release_hold = shop.sandbox.stock.commit_hold, shop.sandbox.stock.release_hold

    def take_hold(self, op, owner, items, until, /):
        self.shop.somebody_takes(TONIGHT)
        return self.shop.sandbox.stock.take_hold(op, owner, items, until)


def test_one_that_is_taken_in_the_very_moment_too(shop):
    key = shop.comes()
    order = shop.to_pay(key, TONIGHT).pre_order
    shop.opens(Beaten(shop))
    step = shop.pays(key)
    shop.opens()
    assert (step.page, step.errors, step.pre_order.schedule) == (SLOT, FULL, Schedule())
    assert shop.order(key).schedule == Schedule()
    assert (step.pre_order.attempts[0].state, shop.sandbox.bank.rows()) == ("abandoned", ())
    assert (step.pre_order.delivery, step.pre_order.shipping) == (order.delivery, order.shipping)
    assert shop.service.post(key, SLOT, SUNDAY).page == PAYS
    assert shop.pays(key).page == "ThankYouPage"


def test_the_answer_that_says_so_shows_the_only_slot_as_it_is_now(shop):
    (group,) = (group for group in shop.sandbox.shop.slot_groups if group.pk == 1)
    only = evolve(group, days=1, slots=tuple(slot for slot in group.slots if slot.start.hour == 19))
    shop.sandbox.shop = evolve(shop.sandbox.shop, slot_groups=(only,))
    key = shop.comes()
    shop.to_pay(key, TONIGHT)
    shop.opens(Beaten(shop))
    step = shop.pays(key)
    assert (step.page, step.errors) == (SLOT, FULL)
    assert [slot.is_available for day in step.context.slots for slot in day.slots] == [False]


def test_a_slot_whose_time_is_over_is_chosen_again(shop):
    key = shop.comes()
    shop.to_pay(key, TONIGHT)
    shop.sandbox.passes(hours=7)
    step = shop.pays(key)
    assert (step.page, step.errors) == (SLOT, FULL)


# another answer before, or after


def test_the_way_to_pay_stays_with_another_slot_at_the_same_price(shop):
    key = shop.comes()
    payment = shop.to_pay(key, TONIGHT).pre_order.payment
    step = shop.service.post(key, SLOT, SUNDAY)
    assert (step.page, step.pre_order.payment) == (PAYS, payment)
    assert shop.service.post(key, SLOT, SUNDAY).pre_order.payment == payment


def test_the_way_to_pay_is_dropped_with_another_shipping_option(shop):
    key = shop.comes()
    shop.to_pay(key, TONIGHT)
    shop.service.post(key, "ShippingOptionSelectionPage", {"shipping_option": 22})
    shop.by_card(key)
    step = shop.service.post(key, SLOT, TONIGHT)
    assert (step.page, step.pre_order.payment) == ("PaymentOptionSelectionPage", None)
    assert step.pre_order.shipping.option.pk == 21


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [(SCHEDULED, SOON, False), (SCHEDULED, HOME, False), (SCHEDULED, evolve(SCHEDULED, pk=8, slug="b"), True)],
)
def test_another_delivery_option_keeps_the_slot_where_the_group_is_the_same(first, then, kept):
    shop = Shop(first, then)
    key = shop.comes()
    shop.goes(key, first)
    shop.service.post(key, SLOT, TONIGHT).raise_for_errors()
    step = shop.service.post(key, "DeliveryOptionSelectionPage", {"delivery_option": then.pk})
    assert (step.pre_order.schedule.delivery_range is not None) is kept
    assert step.page == ("PaymentOptionSelectionPage" if kept or then is HOME else SLOT)
    assert step.pre_order.delivery.shipping_address is not None


def test_another_buyer_sees_no_slot_of_the_one_before(shop):
    key = shop.comes()
    shop.to_pay(key, TONIGHT)
    step = shop.service.get(key, caller=Caller("edith", "edith@example.org"))
    assert step.pre_order.schedule == Schedule()


def test_another_buyer_is_asked_for_a_reservation_that_the_one_before_has_skipped():
    shop = Shop(COLLECT, HOME, stores=(1, None))
    key = shop.comes()
    shop.goes(key, COLLECT, 1)
    shop.service.post(key, "ReservationSelectionPage", {"skip_reservation": True}).raise_for_errors()
    step = shop.service.get(key, caller=Caller("edith", "edith@example.org"))
    assert step.pre_order.schedule == Schedule()


# reservations


@pytest.mark.parametrize(("stores", "kept"), [((1, 1), True), ((1, 2), False), ((1, None), False)])
def test_another_store_keeps_the_reservation_where_its_slots_are_the_same(stores, kept):
    shop = Shop(COLLECT, HOME, stores=stores)
    key = shop.comes()
    shop.goes(key, COLLECT, 1)
    step = shop.service.post(key, "ShippingOptionSelectionPage", {"shipping_option": 21})
    assert step.page == "ReservationSelectionPage"
    assert shop.service.post(key, "ReservationSelectionPage", TONIGHT).page == "PaymentOptionSelectionPage"
    shop.by_card(key)
    step = shop.service.post(key, "RetailStoreSelectionPage", {"retail_store": 2, "billing_address": 11})
    assert (step.pre_order.schedule.delivery_range is not None) is kept
    there = kept or stores[1] is None
    assert step.page == (PAYS if there else "ReservationSelectionPage")


def test_a_reservation_that_is_skipped_is_not_asked_for_again_and_may_be_made_after_all():
    shop = Shop(COLLECT, HOME, stores=(1, None))
    key = shop.comes()
    shop.goes(key, COLLECT, 1)
    shop.service.post(key, "ShippingOptionSelectionPage", {"shipping_option": 21})
    step = shop.service.post(key, "ReservationSelectionPage", {"skip_reservation": "true"})
    assert (step.page, step.pre_order.schedule) == ("PaymentOptionSelectionPage", Schedule(None, skip_reservation=True))
    step = shop.service.post(key, "ReservationSelectionPage", TONIGHT)
    assert step.pre_order.schedule.skip_reservation is False
    shop.by_card(key)
    assert shop.pays(key).page == "ThankYouPage"
    assert shop.taken(TONIGHT) == 1


def test_where_the_delivery_is_by_slots_the_store_asks_for_no_other():
    by_slot = evolve(COLLECT, slot_group=2)
    shop = Shop(by_slot, HOME, stores=(1, None))
    key = shop.comes()
    assert shop.goes(key, by_slot, 1).page == SLOT
    step = shop.service.post(key, SLOT, TONIGHT)  # the store's, not the option's
    assert step.page == "PaymentOptionSelectionPage"
    assert shop.service.post(key, "ReservationSelectionPage", {"skip_reservation": True}).errors == {
        "non_field_errors": ("page_not_available",)
    }
