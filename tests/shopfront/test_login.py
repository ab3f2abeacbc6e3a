"""Who the buyer is, over HTTP."""

from __future__ import annotations

import pytest

from .shop import MUG, POSTER, STICKER


def test_a_customer_logs_in_with_the_documented_password(visitor):
    answer = visitor.logs_in()

    assert answer.status_code == 200
    assert len(answer.json["key"]) == 40
    assert visitor.get("/current_user/").json == {
        "pk": 1, "username": "ada", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org",
        "phone": "+905551112233", "is_active": True, "user_type": "registered",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {"username": "ada", "password": "demo"},
        {"username": "ada@example.org", "password": "demo"},
        {"email": " ADA@example.org ", "password": "demo"},
    ],
)
def test_the_name_may_be_written_in_several_ways(visitor, body):
    assert visitor.post("/users/login/", body).status_code == 200
    assert visitor.get("/current_user/").json["username"] == "ada"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(visitor):
    wrong = visitor.logs_in(password="wrong")
    unknown = visitor.logs_in("nobody@example.org")

    assert (wrong.status_code, wrong.json.keys()) == (400, {"non_field_errors"})
    assert (wrong.status_code, wrong.data) == (unknown.status_code, unknown.data)
    assert visitor.get("/current_user/").json["pk"] is None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "ada@example.org"}, {"password"}),
        ({"email": "", "password": "demo"}, {"email"}),
        ({"email": {"a": 1}, "password": ["demo"]}, {"non_field_errors"}),
        ({"email": "ada@example.org", "password": "\ud800"}, {"non_field_errors"}),
        ({"email": "x" * 10_000, "password": "demo"}, {"non_field_errors"}),
    ],
)
def test_what_is_missing_is_told_by_field(visitor, body, fields):
    answer = visitor.post("/users/login/", body)

    assert (answer.status_code, answer.json.keys()) == (400, fields)


def test_a_guest_is_told_so_and_not_sent_away(visitor):
    answer = visitor.get("/current_user/")

    assert (answer.status_code, answer.json["pk"], answer.json["user_type"]) == (200, None, "guest")


def test_what_the_guest_put_in_is_the_accounts(world, visitor):
    visitor.adds(MUG, 2)
    visitor.logs_in()
    assert visitor.quantities() == {MUG: 2}

    other = world.visitor()
    other.logs_in()
    assert other.quantities() == {MUG: 2}


def test_two_baskets_become_one_with_no_more_of_anything_than_there_is(world, visitor):
    before = world.visitor()
    before.logs_in()
    before.adds(MUG, 1)
    before.adds(POSTER, 1)
    visitor.adds(MUG, 2)
    visitor.adds(STICKER, 3)
    visitor.adds(POSTER, 2)
    visitor.logs_in()

    assert visitor.quantities() == before.quantities() == {MUG: 3, POSTER: 2, STICKER: 3}


def test_logging_in_again_adds_nothing(visitor):
    visitor.adds(MUG, 2)
    visitor.logs_in()
    visitor.logs_in()

    assert visitor.quantities() == {MUG: 2}


def test_another_account_sees_nothing_of_the_first(visitor):
    visitor.logs_in()
    visitor.adds(MUG, 2)
    visitor.logs_in("grace@example.org")

    assert visitor.quantities() == {}


def test_logging_out_forgets_everything_of_the_session(visitor):
    visitor.logs_in()
    visitor.adds(MUG)
    assert visitor.post("/users/logout/", {}).status_code == 200

    assert visitor.get("/current_user/").json["pk"] is None
    assert visitor.quantities() == {}
    with visitor.client.session_transaction() as session:
        assert not session.keys() & {"account", "checkout", "begun"}


def test_a_customer_who_is_not_in_the_shop_file_any_more_is_a_guest(visitor):
    with visitor.client.session_transaction() as session:
        session["account"] = "nobody"

    assert visitor.get("/current_user/").json["user_type"] == "guest"


# For people


def test_a_person_logs_in_with_a_form_and_goes_on(visitor):
    assert 'type="password"' in visitor.sees("/users/login/").text
    fields = {"email": "ada@example.org", "password": "demo"}
    assert visitor.sends("/users/login/", fields).headers["Location"] == "/"

    visitor.adds()
    assert visitor.sends("/users/login/", fields).headers["Location"] == "/orders/checkout/"
    assert "Log out, ada" in visitor.sees("/").text
    assert visitor.sends("/users/logout/", {}).headers["Location"] == "/"
    assert "Log out" not in visitor.sees("/").text


def test_a_person_with_a_wrong_password_sees_why_and_the_password_is_not_repeated(visitor):
    answer = visitor.sends("/users/login/", {"email": "ada@example.org", "password": "a-wrong-one"})

    assert answer.status_code == 200
    assert "do not go together" in answer.text
    assert "a-wrong-one" not in answer.text


def test_no_other_site_logs_anybody_in_or_out(visitor):
    fields = {"email": "ada@example.org", "password": "demo"}

    assert visitor.sends("/users/login/", fields, "of-another-site-entirely").status_code == 403
    visitor.logs_in()
    assert visitor.sends("/users/logout/", {}, "of-another-site-entirely").status_code == 403
    assert visitor.get("/users/logout/").status_code == 405
    assert visitor.get("/current_user/").json["username"] == "ada"
