"""The basket over HTTP."""

from __future__ import annotations

import pytest

from .shop import MUG, PERSON, POSTER, SCRIPT, STICKER, wide

BASKET = "/baskets/basket/"


def test_nobody_has_a_basket_and_sees_an_empty_one(visitor):
    answer = visitor.get(BASKET)

    assert answer.status_code == 200
    basket = answer.json["basket"]
    assert (basket["basketitem_set"], basket["total_quantity"], basket["total_amount"]) == ([], 0, "0.00")
    assert "Set-Cookie" not in answer.headers


def test_what_is_added_is_in_it_in_the_shape_that_storefronts_read(visitor):
    visitor.adds(MUG, 2)
    basket = visitor.adds(STICKER).json["basket"]

    mug, sticker = basket["basketitem_set"]
    assert (mug["quantity"], mug["unit_price"], mug["total_amount"], mug["tax_rate"]) == (2, "35.10", "70.20", "20.00")
    assert mug["product"]["name"] == "Mug"
    assert mug["stock"] == 120
    assert sticker["product"]["pk"] == STICKER
    assert (basket["total_quantity"], basket["total_amount"], basket["voucher_code"]) == (3, "75.15", None)


def test_post_adds_and_put_sets(visitor):
    visitor.adds(MUG, 2)
    visitor.adds(MUG, 3)
    assert visitor.quantities() == {MUG: 5}

    visitor.put(BASKET, {"product": MUG, "quantity": 1})
    assert visitor.quantities() == {MUG: 1}


def test_a_quantity_of_zero_takes_it_out(visitor):
    visitor.adds(MUG)
    visitor.adds(STICKER)

    assert visitor.put(BASKET, {"product": MUG, "quantity": 0}).status_code == 200
    assert visitor.quantities() == {STICKER: 1}


def test_texts_count_as_numbers_for_forms_have_no_others(visitor):
    assert visitor.post(BASKET, {"product": str(MUG), "quantity": "2"}).status_code == 200
    assert visitor.quantities() == {MUG: 2}


def test_more_than_there_is_is_refused_and_nothing_is_added(visitor):
    visitor.adds(POSTER, 2)
    answer = visitor.adds(POSTER, 1)

    assert answer.status_code == 400
    assert answer.json == {"quantity": ["There are only 2 of Poster, numbered. Please take fewer."]}
    assert visitor.put(BASKET, {"product": POSTER, "quantity": 3}).status_code == 400
    assert visitor.quantities() == {POSTER: 2}


def test_what_others_are_paying_for_is_not_there(world, visitor):
    world.sandbox.stock.put("stock", "poster", 0)

    assert visitor.adds(POSTER).json == {"quantity": ["Poster, numbered is sold out."]}


def test_stock_that_went_meanwhile_is_told(world, visitor):
    visitor.adds(POSTER, 2)
    world.sandbox.stock.put("stock", "poster", 1)

    lacking = visitor.get(BASKET).json["basket"]["unavailable_basket_products"]
    assert lacking == [{"pk": POSTER, "name": "Poster, numbered", "unavailable_quantity": 1}]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"product"}),
        ({"product": 4711}, {"product"}),
        ({"product": "mug"}, {"product"}),
        ({"product": [MUG]}, {"product"}),
        ({"product": {"pk": MUG}}, {"product"}),
        ({"product": 10**17}, {"product"}),
        ({"product": wide("1001")}, {"product"}),
        ({"product": None, "quantity": None}, {"product", "quantity"}),
        ({"product": MUG, "quantity": wide("2")}, {"quantity"}),
        ({"product": MUG, "quantity": -1}, {"quantity"}),
        ({"product": MUG, "quantity": 0}, {"quantity"}),
        ({"product": MUG, "quantity": 1.5}, {"quantity"}),
        ({"product": MUG, "quantity": True}, {"quantity"}),
        ({"product": MUG, "quantity": 10**9}, {"quantity"}),
        ({"product": MUG, "quantity": "9" * 400}, {"quantity"}),
        ({"product": MUG, "quantity": 1, "attributes": "red"}, {"attributes"}),
        ({"product": 4711, "quantity": "many"}, {"product", "quantity"}),
    ],
)
def test_input_that_cannot_be_is_refused_by_field(visitor, body, fields):
    answer = visitor.post(BASKET, body)

    assert answer.status_code == 400
    assert answer.json.keys() == fields
    assert all(isinstance(text, str) and text for said in answer.json.values() for text in said)
    assert visitor.quantities() == {}


def test_put_wants_a_quantity(visitor):
    assert visitor.put(BASKET, {"product": MUG}).json.keys() == {"quantity"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'{"quantity": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"[" * 40_000, "application/json", 400),
        (b'{"product": 1, "pad": "' + b"x" * 1_000_000 + b'"}', "application/json", 413),
        (b"\xff\xfe", "application/json", 400),
        (b"a=1", "application/octet-stream", 400),
        (b"&".join(b"a=1" for _ in range(500)), "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_with_a_sentence(visitor, body, kind, status):
    answer = visitor.client.post(BASKET, data=body, content_type=kind, headers=SCRIPT)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"]


def test_a_voucher_there_is_none_of_is_refused_and_one_that_nobody_put_in_is_taken_out(visitor):
    assert visitor.patch(BASKET, {"voucher_code": "WELCOME"}).json == {
        "voucher_code": ["There is nothing in your basket yet."]
    }
    visitor.adds()
    refused = visitor.patch(BASKET, {"voucher_code": "WELCOME"})

    assert (refused.status_code, refused.json.keys()) == (400, {"voucher_code"})
    assert visitor.patch(BASKET, {}).json.keys() == {"voucher_code"}
    assert visitor.patch(BASKET, {"remove_voucher_code": True}).json["basket"]["voucher_code"] is None


def test_delete_empties_it_also_where_there_is_none(visitor):
    assert visitor.delete(BASKET).json["basket"]["total_quantity"] == 0
    visitor.adds(MUG, 3)

    assert visitor.delete(BASKET).json["basket"]["total_quantity"] == 0
    assert visitor.quantities() == {}


def test_guests_do_not_see_each_others_baskets(world):
    one, other = world.visitor(), world.visitor()
    one.adds(MUG, 2)

    assert other.quantities() == {}


def test_an_account_has_the_same_basket_in_every_browser(world):
    one, other = world.visitor(), world.visitor()
    one.logs_in()
    other.logs_in()
    one.adds(MUG, 2)

    assert other.quantities() == {MUG: 2}


def test_a_method_that_is_not_there_says_which_are(visitor):
    answer = visitor.client.open(BASKET, method="PROPFIND", headers=SCRIPT)

    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(answer.headers["Allow"].split(", "))


# For people


def test_a_person_adds_changes_and_removes_with_forms(visitor):
    added = visitor.sends(BASKET, {"product": MUG, "quantity": 2})
    assert (added.status_code, added.headers["Location"]) == (303, BASKET)
    assert "Mug" in visitor.sees(BASKET).text

    visitor.sends(BASKET, {"method": "put", "product": MUG, "quantity": 5})
    assert visitor.quantities() == {MUG: 5}
    visitor.sends(BASKET, {"method": "put", "product": MUG, "quantity": 0})
    assert visitor.quantities() == {}
    visitor.sends(BASKET, {"product": MUG})
    visitor.sends(BASKET, {"method": "delete"})
    assert visitor.quantities() == {}


def test_a_person_is_shown_what_is_wrong_on_the_page(visitor):
    answer = visitor.sends(BASKET, {"product": POSTER, "quantity": 3})

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "There are only 2 of Poster, numbered." in answer.text


@pytest.mark.parametrize("token", ["", "another-tokens-value", f"wide-{wide('1')}"])
def test_a_form_without_the_cookies_token_changes_nothing(visitor, token):
    answer = visitor.sends(BASKET, {"product": MUG}, token)

    assert answer.status_code == 403
    assert visitor.quantities() == {}


def test_a_form_of_a_browser_without_the_cookie_changes_nothing(visitor):
    answer = visitor.client.post(BASKET, data={"product": MUG, "csrf_token": ""}, headers=PERSON)

    assert answer.status_code == 403


def test_a_storefront_sends_the_token_as_a_header(visitor):
    visitor.client.set_cookie("csrftoken", "a-token-of-the-storefront")
    answer = visitor.client.post(
        BASKET, data={"product": MUG}, headers={**SCRIPT, "x-csrftoken": "a-token-of-the-storefront"}
    )

    assert answer.status_code == 200


def test_the_forms_of_a_page_can_be_sent_as_they_stand(visitor):
    visitor.adds()
    page = visitor.sees(BASKET)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    assert visitor.client.get_cookie("csrftoken").value == token
    sent = visitor.client.post(BASKET, data={"csrf_token": token, "method": "delete"}, headers=PERSON)
    assert sent.status_code == 303


def test_below_a_locale_everything_stays_there(visitor):
    page = visitor.sees("/tr/baskets/basket/")

    assert page.status_code == 200
    assert 'href="/tr/orders/checkout/"' in page.text
    assert visitor.sends("/tr/baskets/basket/", {"product": MUG}).headers["Location"] == "/tr/baskets/basket/"
    assert visitor.quantities() == {MUG: 1}
