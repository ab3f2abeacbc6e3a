"""OrderSelectionPage: what else the shop wants to know with an order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checkout_core import STANDARD, Invalid, evolve
from checkout_core.order import Buyer, Delivery, Extras, Shipping
from checkout_core.pages.order_fields import OrderSelectionContext, OrderSelectionPage
from checkout_core.shop import ExtraField

from .kit import EMPTIED, SHOP, answer, closed_by, order, shows, visit

PAGE = OrderSelectionPage
CARD = 5421190000000009
ALL = (
    ExtraField("preference", "Preference", "dropdown", required=True, choices=("gift", "none")),
    ExtraField("name", "Name on the parcel", max_length=10),
    ExtraField("words", "A few words", "textarea", max_length=20),
    ExtraField("people", "For how many?", "integer"),
    ExtraField("weight", "How heavy?", "decimal"),
    ExtraField("urgent", "Urgent?", "boolean"),
    ExtraField("day", "Which day?", "date"),
    ExtraField("sizes", "Sizes", "multiselect", choices=("S", "M", "L")),
)
GIFT = {"preference": "gift"}


def at(schema=ALL, kept=None, **parts):
    shop = evolve(SHOP, order_schema=schema)
    return visit(order(**{"extras": Extras("Ring twice", extra_field=kept), **parts}), shop=shop)


def kept(value, schema=ALL):
    extras = answer(PAGE, {"extra_field": value}, at(schema))
    assert extras.notes == "Ring twice"
    return extras.extra_field


def refused(value, schema=ALL):
    with pytest.raises(Invalid) as caught:
        answer(PAGE, {"extra_field": value}, at(schema))
    return {name: code for name, (code,) in caught.value.codes.items()}


@pytest.mark.parametrize(
    "where", [at(), at(kept="{}"), at(basket=EMPTIED.basket, buyer=Buyer(), delivery=Delivery(), shipping=Shipping())]
)
def test_the_page_can_always_be_reached_and_answered_again(where):
    assert closed_by(PAGE, where) == ()
    assert answer(PAGE, {"extra_field": GIFT}, where).extra_field == '{"preference":"gift"}'


def test_it_stands_beside_the_flow_and_is_never_skipped():
    assert PAGE in STANDARD.beside
    assert (PAGE.skip_if, PAGE.next_page) == ((), None)


def test_the_schema_is_shown_and_the_answer_that_stands():
    assert shows(PAGE, at()) == OrderSelectionContext(ALL, None)
    assert shows(PAGE, at(None, '{"a":[1,1.5]}')) == OrderSelectionContext(None, {"a": [1, 1.5]})


@pytest.mark.parametrize("text", ["{", '{"a":NaN}', "1e999"])
def test_text_that_a_host_has_kept_and_is_no_json_is_shown_as_text(text):
    assert shows(PAGE, at(None, text)).extra_field == text


def test_undone_the_answer_is_gone():
    assert PAGE().undo(at(kept="{}").order).extras == Extras("Ring twice")


# with a schema


@pytest.mark.parametrize("value", [GIFT, '{"preference": "gift"}', ' { "preference" : "gift" } '])
def test_an_answer_is_json_or_its_text(value):
    assert kept(value) == '{"preference":"gift"}'


@pytest.mark.parametrize(
    ("key", "value", "written"),
    [
        ("name", " Ada ", '"Ada"'),
        ("name", "ş" * 10, f'"{"ş" * 10}"'),
        ("words", "two\r\nlines", r'"two\nlines"'),
        ("people", 4, "4"),
        ("people", "4", "4"),
        ("people", "-4", "-4"),
        ("weight", Decimal("1.10"), "1.10"),
        ("weight", "1.10", "1.10"),
        ("weight", 2, "2"),
        ("urgent", True, "true"),
        ("urgent", "on", "true"),
        ("urgent", "0", "false"),
        ("day", "2026-12-24", '"2026-12-24"'),
        ("sizes", ["L", "S", "L"], '["S","L"]'),
        ("sizes", "M", '["M"]'),
        ("sizes", ["", "M"], '["M"]'),
    ],
)
def test_each_kind_of_question_is_answered_in_json_or_in_the_text_of_a_form(key, value, written):
    first, last = sorted((f'"{key}":{written}', '"preference":"gift"'))
    assert kept({**GIFT, key: value}) == f"{{{first},{last}}}"


@pytest.mark.parametrize("blank", [None, "", "  ", [], [""]])
@pytest.mark.parametrize("key", ["name", "people", "urgent", "day", "sizes"])
def test_blank_is_no_answer(key, blank):
    assert kept({**GIFT, key: blank}) == '{"preference":"gift"}'


@pytest.mark.parametrize("value", [{}, {"preference": None}, {"preference": ""}, {"name": "Ada"}])
def test_what_is_asked_for_must_be_answered(value):
    assert refused(value) == {"extra_field.preference": "required"}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("preference", "both", "invalid"),
        ("preference", ["gift"], "invalid"),
        ("name", "x" * 11, "too_long"),
        ("name", "two\nlines", "invalid"),
        ("name", 12, "invalid"),
        ("name", {"first": "Ada"}, "invalid"),
        ("words", "x" * 21, "too_long"),
        ("people", "four", "invalid"),
        ("people", Decimal("4.0"), "invalid"),
        ("people", True, "invalid"),
        ("weight", "1,5", "invalid"),
        ("weight", Decimal("1E+2"), "invalid"),
        ("weight", "1e2", "invalid"),
        ("weight", True, "invalid"),
        ("urgent", "perhaps", "invalid"),
        ("day", "24.12.2026", "invalid"),
        ("day", "2026-13-01", "invalid"),
        ("sizes", ["S", "XL"], "invalid"),
        ("sizes", [["S"]], "invalid"),
        ("sizes", {"S": True}, "invalid"),
    ],
)
def test_an_answer_of_another_kind_is_refused_by_the_key_of_its_question(key, value, code):
    assert refused({**GIFT, key: value})[f"extra_field.{key}"] == code


@pytest.mark.parametrize(
    ("key", "value"),
    [("words", f"it is {CARD}"), ("people", CARD), ("weight", f"{CARD}.5"), ("name", "5421 1900 0000 0009")],
)
def test_no_answer_has_a_card_number_in_it(key, value):
    assert refused({**GIFT, key: value}) == {"extra_field": "card_number"}


def test_all_that_is_wrong_is_said_at_once():
    assert refused({"people": "x", "day": "y"}) == {
        "extra_field.preference": "required", "extra_field.people": "invalid", "extra_field.day": "invalid",
    }  # fmt: skip


def test_an_answer_that_nobody_asked_for_is_refused_without_repeating_its_key():
    assert refused({**GIFT, "admin": 1}) == {"extra_field": "unknown_field"}


@pytest.mark.parametrize("value", [[GIFT], "gift", 12, True, "[]"])
def test_the_answers_are_one_object(value):
    assert refused(value) == {"extra_field": "invalid"}


def test_an_empty_schema_takes_an_empty_object():
    assert kept({}, ()) == "{}"
    assert refused(GIFT, ()) == {"extra_field": "unknown_field"}


# without one


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None, "x"]}, '{"a":[true,null,"x"],"b":1}'),
        ("gift", '"gift"'),
        ("12", '"12"'),
        (12, "12"),
        (False, "false"),
        ([], "[]"),
        (Decimal("1.10"), "1.10"),
        ('{"price": 0.10, "count": 12345678901234567890}', '{"count":12345678901234567890,"price":0.10}'),
    ],
)
def test_without_a_schema_any_json_is_kept_as_it_is(value, written):
    assert kept(value, None) == written


@pytest.mark.parametrize(
    ("value", "code"), [({"card": CARD}, "card_number"), ({f"{CARD}": 1}, "card_number"), ("x" * 8191, "too_long")]
)
def test_without_a_schema_it_is_bounded_and_has_no_card_number_in_it(value, code):
    assert refused(value, None) == {"extra_field": code}


@pytest.mark.parametrize("schema", [ALL, None])
@pytest.mark.parametrize("body", [{}, {"extra_field": None}, {"extra_field": " "}])
def test_an_answer_is_required(schema, body):
    with pytest.raises(Invalid) as caught:
        answer(PAGE, body, at(schema))
    assert caught.value.codes == {"extra_field": ("required",)}
