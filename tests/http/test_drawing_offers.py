"""How the pages beside the flow, and the samples, ask people: what there is to tick, and what stands."""

from __future__ import annotations

import pytest
from attrs import evolve

from checkout_core.sandbox import HOLIDAY_STORE, Sandbox
from checkout_core.shop import ExtraField

from .browser import Counter, Page

GOODS = "mug", "mug", "mug", "t-shirt", "teapot"
QUESTIONS = (
    ExtraField("preference", "Whom is it for?", "dropdown", required=True, choices=("gift", "myself")),
    ExtraField("colours", "Colours", "multiselect", choices=("red", "green")),
    ExtraField("words", "A few words", "textarea", max_length=90),
    ExtraField("age", "Age", "integer"),
    ExtraField("day", "On which day?", "date"),
    ExtraField("fragile", "It is fragile", "boolean"),
)


@pytest.fixture
def counter():
    """A member at the samples."""
    shop = Sandbox(HOLIDAY_STORE, seed=1)
    counter = Counter(shop, caller=shop.caller("ada"))
    shop.basket(*GOODS)
    order = counter.look().pre_order
    for page, body in shop.answers("card", order=order):
        if page == "SampleProductPage":
            break
        counter.post(page, body).raise_for_errors()
    return counter


def _page(counter, step):
    return Page(counter.html(step))


def _controls(page, name):
    """Type, value and whether it is ticked, of the controls of that name."""
    found = [e for e in page.all("input") + page.all("textarea") if e.attrs.get("name") == name]
    return [(e.attrs.get("type", e.tag), e.attrs.get("value", e.text.strip()), "checked" in e.attrs) for e in found]


def test_samples_are_ticked_and_to_tick_none_is_an_answer(counter):
    page = _page(counter, counter.look("SampleProductPage"))
    assert _controls(page, "sample_products") == [
        ("hidden", "", False), ("checkbox", "1121", False), ("checkbox", "1122", False),
    ]  # fmt: skip
    step = counter.post("SampleProductPage", {"sample_products": ["", "1122"]}).raise_for_errors()
    assert [sample.pk for sample in step.pre_order.extras.sample_products] == [1122]
    again = _page(counter, counter.look("SampleProductPage"))
    assert _controls(again, "sample_products")[1:] == [("checkbox", "1121", False), ("checkbox", "1122", True)]
    assert counter.post("SampleProductPage", {"sample_products": ""}).pre_order.extras.unwanted_sample_products


def test_what_was_ticked_is_ticked_on_the_page_that_says_what_is_wrong(counter):
    posted = {"sample_products": ["1121", "77"]}
    step = counter.post("SampleProductPage", posted)
    page = Page(counter.html(step, posted))
    assert [value for _, value, ticked in _controls(page, "sample_products") if ticked] == ["1121"]
    assert page.one("fieldset").attrs["aria-invalid"] == "true"


def test_a_coupon_is_chosen_from_a_list_and_one_that_is_added_says_so(counter):
    assert [kind for kind, *_ in _controls(_page(counter, counter.look("CouponSelectionPage")), "coupon")] == (
        ["radio", "radio"]
    )
    counter.post("CouponSelectionPage", {"coupon": "501", "action": "add"}).raise_for_errors()
    page = _page(counter, counter.look("CouponSelectionPage"))
    assert "added" in page.one("main").text
    assert _controls(page, "action") == [("radio", "add", True), ("radio", "remove", False)]


def test_the_kind_of_bag_is_not_asked_and_their_number_only_where_the_buyer_says_it(counter):
    page = _page(counter, counter.look("DeliveryBagsPage"))
    assert (_controls(page, "product"), _controls(page, "quantity")) == (
        [("hidden", "bag", False)], [("text", "1", False)],
    )  # fmt: skip
    conf = evolve(counter.shop.settings.delivery_bags_conf, is_quantity_changeable=False)
    counter.shop.settings = evolve(counter.shop.settings, delivery_bags_conf=conf)
    assert _controls(_page(counter, counter.look("DeliveryBagsPage")), "quantity") == []


def test_a_box_that_was_chosen_is_shown_as_it_stands(counter):
    counter.post("GiftBoxPage", {"note": "For Grace", "gift_video": "true"}).raise_for_errors()
    page = _page(counter, counter.look("GiftBoxPage"))
    assert _controls(page, "note") == [("text", "For Grace", False)]
    assert _controls(page, "gift_video") == [("checkbox", "true", True)]


def test_amounts_of_loyalty_stand_in_their_fields(counter):
    counter.post("LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": "10"}).raise_for_errors()
    counter.post("LoyaltyCardPage", {"selected_loyalty_amount": "5"}).raise_for_errors()
    money, points = (_page(counter, counter.look(name)) for name in ("LoyaltyMoneyUsagePage", "LoyaltyCardPage"))
    assert _controls(money, "loyalty_amount_to_use")[0][1] == "10.00"
    assert _controls(points, "selected_loyalty_amount")[0][1] == "5.00"


def test_each_question_of_the_shop_has_a_control_of_its_kind(counter):
    counter.shop.shop = evolve(counter.shop.shop, version="asks", order_schema=QUESTIONS)
    page = _page(counter, counter.look("OrderSelectionPage"))
    kinds = {q.key: [kind for kind, *_ in _controls(page, f"extra_field[{q.key}]")] for q in QUESTIONS}
    assert kinds == {
        "preference": ["radio", "radio"], "colours": ["hidden", "checkbox", "checkbox"], "words": ["textarea"],
        "age": ["text"], "day": ["date"], "fragile": ["checkbox"],
    }  # fmt: skip
    refused = counter.post("OrderSelectionPage", {"extra_field": {"age": "old"}})
    page = Page(counter.html(refused, {"extra_field": {"age": "old"}}))
    assert _controls(page, "extra_field[age]") == [("text", "old", False)]
    links = {e.attrs["href"] for e in page.all("a")}
    assert {"#field-extra_field-of-age", "#field-extra_field-of-preference"} <= links


def test_answers_to_questions_stand_where_they_were_given(counter):
    counter.shop.shop = evolve(counter.shop.shop, version="asks", order_schema=QUESTIONS)
    told = {"preference": "myself", "colours": ["", "green"], "words": "Thank you", "age": "7", "fragile": "on"}
    counter.post("OrderSelectionPage", {"extra_field": told}).raise_for_errors()
    page = _page(counter, counter.look("OrderSelectionPage"))
    ticked = {key: [v for _, v, on in _controls(page, f"extra_field[{key}]") if on] for key in told}
    assert ticked == {"preference": ["myself"], "colours": ["green"], "words": [], "age": [], "fragile": ["true"]}
    assert [_controls(page, f"extra_field[{key}]")[0][1] for key in ("words", "age")] == ["Thank you", "7"]
