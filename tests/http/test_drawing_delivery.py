"""What people see of delivery: stores, pickup points, slots, parcels, what an option wants to know, missing prices."""

from __future__ import annotations

import pytest
from attrs import evolve

from checkout_core.sandbox import DEPARTMENT_STORE, Sandbox

from .browser import LOOKING, TYPED, Counter, Page, checked, rounds


def larger(page="ShippingOptionSelectionPage", skus=("mug", "lamp"), **settings):
    """A buyer in the department store, which asks for the shipping on that page."""
    counter = Counter(Sandbox(DEPARTMENT_STORE, seed=1))
    counter.shop.settings = evolve(
        counter.shop.settings, checkout_shipping_option_selection_page=page, **settings
    )  # fmt: skip
    counter.shop.basket(*skus)
    return counter


IN_THE_DEPARTMENT_STORE = [  # what is asked how, what is typed beside, and what is seen on the way
    ("DataSourceShippingOptionSelectionPage", {"delivery_option": "2"},
     ["RetailStoreSelectionPage", "DataSourceShippingOptionSelectionPage", "ReservationSelectionPage"]),
    ("AttributeBasedShippingOptionSelectionPage", {"delivery_option": "4", "remote_id": "L-101"},
     ["PickupLocationSelectionPage", "AttributeBasedShippingOptionSelectionPage"]),
    ("DataSourceShippingOptionSelectionPage", {"delivery_option": "3"},
     ["AddressSelectionPage", "SlotSelectionPage", "DataSourceShippingOptionSelectionPage"]),
    ("ShippingOptionSelectionPage", {"delivery_option": "1", "shipping_option": "25", "delivery_date": "2026-12-01"},
     ["AddressSelectionPage", "ShippingOptionSelectionPage"]),
    ("RemoteShippingOptionSelectionPage", {"delivery_option": "1"},
     ["AddressSelectionPage", "RemoteShippingOptionSelectionPage"]),
]  # fmt: skip


@pytest.mark.parametrize(("page", "typed", "asked"), IN_THE_DEPARTMENT_STORE, ids=["store", "locker", "slot", "date",
                                                                                  "remote"])  # fmt: skip
def test_a_buyer_who_fills_in_what_is_drawn_has_an_order_of_the_department_store(page, typed, asked):
    counter = larger(page)
    seen, step = rounds(counter, payment_option="32", **typed)
    order = step.pre_order
    text = Page(counter.drawing.completed(order, LOOKING)).one("main").text

    assert seen == ["IndexPage", "DeliveryOptionSelectionPage", *asked, "PaymentOptionSelectionPage",
                    "FundsTransferChoicePage", "FundsTransferPage"]  # fmt: skip
    assert order.placed.status == 300
    assert [choice.name for choice in order.shipping.choices if choice.name not in text] == []
    assert (
        ("Delivery time" in text or "Time of collection" in text)
        == (order.schedule.delivery_range is not None)
        == (len(asked) == 3)
    )
    assert ("Example Shop Kad\u0131k\u00f6y" in text, "Locker at the ferry" in text) == (
        "RetailStoreSelectionPage" in asked, "PickupLocationSelectionPage" in asked
    )  # fmt: skip
    sums = [th.text for th in counter.page(step).all("th") if not any(e.tag == "details" for e in th.inside)]
    assert sums.count("Shipping") == 1
    if "delivery_date" in typed:
        assert order.shipping.option.given == {"delivery_date": "2026-12-01"}


# Slots, parcels, and what an option wants to know


def test_a_slot_is_a_button_that_says_its_day_and_the_chosen_one_says_so():
    counter = larger()
    step = counter.goes(("IndexPage", TYPED), *list(counter.shop.answers("transfer", delivery="scheduled"))[:3])
    assert step.ok
    page = counter.page(counter.look("SlotSelectionPage"))
    buttons, ids = page.all("button"), {e.attrs["id"]: e.text for e in page.elements if "id" in e.attrs}
    (chosen,) = [e for e in buttons if e.attrs.get("aria-current") == "true"]
    names = [" ".join(ids[each] for each in e.attrs["aria-labelledby"].split()) for e in buttons]

    assert len(set(names)) == len(names) > 20
    assert names[0].startswith("Saturday, 2026-11-21 14:00 to 18:00 Your choice, ")
    assert "Your choice" in chosen.text
    assert [e.text for e in buttons if "Full" in e.text] == [e.text for e in buttons if "disabled" in e.attrs]


def test_a_slot_that_is_full_cannot_be_pressed():
    counter = larger()
    (page, body), = [each for each in counter.shop.answers("transfer", delivery="scheduled")
                     if each[0] == "SlotSelectionPage"]  # fmt: skip
    group = next(each for each in counter.shop.shop.slot_groups if each.pk == 1)
    full = evolve(group, slots=tuple(evolve(slot, quota=0) for slot in group.slots))
    counter.shop.shop = evolve(counter.shop.shop, slot_groups=(full,))
    trunk = list(counter.shop.answers("transfer"))
    counter.goes(("IndexPage", TYPED), ("DeliveryOptionSelectionPage", {"delivery_option": 3}), trunk[1])
    buttons = counter.page(counter.look(page)).all("button")
    refused = counter.post(page, body)

    assert buttons
    assert [e for e in buttons if "disabled" not in e.attrs] == []
    assert refused.errors == {"lower": ("slot_full",)}
    alert = counter.page(refused, posted=body).one("div", role="alert")
    assert "fully booked" in alert.text


@pytest.mark.parametrize(("page", "field"), [
    ("DataSourceShippingOptionSelectionPage", "data_source_shipping_options"),
    ("AttributeBasedShippingOptionSelectionPage", "attribute_based_shipping_options"),
])  # fmt: skip
def test_each_parcel_says_what_is_in_it_and_its_answer_stands(page, field):
    counter = larger(page)
    answers = [("IndexPage", TYPED), *list(counter.shop.answers("transfer"))[:2]]
    drawn = counter.page(counter.goes(*answers))
    assert {e.text for e in drawn.all("p", **{"class": "hint"})} == {"Mug", "Floor lamp"}
    last = {e.attrs["name"]: e.attrs["value"] for e in drawn.all("input", type="radio")}
    counter.post(page, {field: {name.partition("[")[2][:-1]: value for name, value in last.items()}})
    again = counter.page(counter.look(page))

    assert {name: checked(again, name) for name in last} == {name: [value] for name, value in last.items()}


@pytest.mark.parametrize("page", ["DataSourceShippingOptionSelectionPage", "AttributeBasedShippingOptionSelectionPage"])
def test_a_refused_choice_of_parcels_is_linked_to_the_first(page):
    counter = larger(page)
    counter.goes(("IndexPage", TYPED), *list(counter.shop.answers("transfer"))[:2])
    drawn = counter.page(counter.post(page, {}), posted={"x": "y"})
    (link,) = [e for e in drawn.all("a") if drawn.one("div", role="alert") in e.inside]

    assert link.attrs["href"][1:] == drawn.all("input", type="radio")[0].attrs["id"]
    assert link.text.startswith("Please choose a shipping option for each")


def test_what_an_option_wants_to_know_is_asked_and_refused_beside_its_field():
    counter = larger()
    counter.goes(("IndexPage", TYPED), *list(counter.shop.answers("transfer"))[:2])
    refused = counter.post("ShippingOptionSelectionPage", {"shipping_option": "25"})
    page = counter.page(refused, posted={"shipping_option": "25"})
    (control,) = page.named("delivery_date")

    assert page.one("p", id="field-delivery_date-hint").text == "For Carried upstairs"
    assert control.attrs["aria-invalid"] == "true"
    assert "required" not in control.attrs  # of another option
    assert checked(page, "shipping_option") == ["25"]


def test_prices_that_nobody_can_tell_are_said_to_be_missing_and_may_be_asked_for_again():
    counter = larger(skus=("wardrobe",))
    counter.shop.services.switch({"prices": "down"})
    home = [evolve(each, identity_number="10000000146") for each in counter.shop.addresses[None]]
    counter.shop.addresses = {None: tuple(home)}
    step = counter.goes(("IndexPage", TYPED), *list(counter.shop.answers("transfer"))[:2])
    page = counter.page(step)

    assert (step.page, page.one("button").text) == ("RemotePriceCalculationPage", "Ask again")
    refused = counter.post(*page.filled_in({}))
    assert refused.errors == {"non_field_errors": ("remote_prices_unavailable",)}
    assert "not known at the moment" in counter.page(refused).one("div", role="alert").text
    counter.shop.services.switch({"prices": None})
    assert counter.post(*page.filled_in({})).page == "ShippingOptionSelectionPage"


def test_who_collects_and_has_no_address_is_led_to_a_form_for_one():
    counter = larger()
    counter.shop.addresses = {}
    page = counter.page(counter.goes(("IndexPage", TYPED), ("DeliveryOptionSelectionPage", {"delivery_option": 2})))

    assert page.one("h1").text == "Store"
    assert "/address/new/" in [e.attrs["href"] for e in page.all("a")]
