"""The address book over HTTP."""

from __future__ import annotations

import pytest

from .shop import HOME, PERSON, SCRIPT, World, wide

ADA = [11, 12]  # of the shop file, the primary one first


def pks(visitor):
    listed = visitor.get("/address/").json
    assert listed["count"] == len(listed["results"])
    return [address["pk"] for address in listed["results"]]


def test_guests_begin_without_addresses(visitor):
    assert visitor.get("/address/").json == {"count": 0, "next": None, "previous": None, "results": []}


def test_guests_may_be_given_the_shop_files(tmp_path):
    world = World(tmp_path, guest_addresses=True)

    assert pks(world.visitor()) == ADA
    world.close()


def test_a_new_address_has_a_number_and_its_places_whole(visitor):
    answer = visitor.post("/address/", {**HOME, "type": "corporate", "company_name": "Engines Ltd."})

    assert answer.status_code == 201
    made = answer.json
    assert isinstance(made["pk"], int)
    assert made["country"] == {"pk": 1, "name": "Türkiye", "code": "TR"}
    assert made["district"] == {"pk": 340101, "name": "Moda", "city": 34, "township": 3401}
    assert (made["phone_number"], made["is_corporate"]) == ("+905551112233", True)
    assert visitor.get("/address/").json["results"] == [made]
    assert visitor.get("/address/detailed/").json["results"] == [made]
    assert visitor.get(f"/address/{made['pk']}/").json == made


def test_texts_count_as_numbers(visitor):
    body = {**HOME, "country": "1", "city": "34", "township": "", "district": None}

    assert visitor.post("/address/", body).status_code == 201


def test_the_primary_address_comes_first_and_then_the_last_changed(visitor):
    visitor.logs_in()
    one, two = (visitor.post("/address/", {**HOME, "title": title}).json["pk"] for title in ("One", "Two"))
    assert pks(visitor) == [11, two, one, 12]

    visitor.patch(f"/address/{one}/", {"title": "First"})
    assert pks(visitor) == [11, one, two, 12]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({name: ""}, {name})
        for name in ("title", "first_name", "last_name", "phone_number", "country", "city", "line")
    ] + [
        ({"country": 4711}, {"country"}),
        ({"country": 2}, {"city"}),
        ({"city": 6}, {"township"}),
        ({"city": 4711}, {"city"}),
        ({"township": 3402}, {"district"}),
        ({"township": None}, {"district"}),
        ({"district": 4711}, {"district"}),
        ({"city": wide("34")}, {"city"}),
        ({"city": 10**17}, {"city"}),
        ({"city": [34]}, {"city"}),
        ({"city": {"pk": 34}}, {"city"}),
        ({"phone_number": "0555 111"}, {"phone_number"}),
        ({"phone_number": wide("05551112233")}, {"phone_number"}),
        ({"phone_number": 5551112233}, {"phone_number"}),
        ({"line": "x" * 300}, {"line"}),
        ({"line": "5421 1900 0000 0009"}, {"line"}),
        ({"title": "5421190000000009"}, {"title"}),
        ({"first_name": "A\x00da"}, {"first_name"}),
        ({"first_name": ["Ada"]}, {"first_name"}),
        ({"email": "ada"}, {"email"}),
        ({"identity_number": "10000000147"}, {"identity_number"}),
        ({"tax_no": "4810584401"}, {"tax_no"}),
        ({"is_corporate": "perhaps"}, {"is_corporate"}),
        ({"first_name": "", "line": "", "city": 4711}, {"first_name", "line", "city"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field_all_at_once(visitor, change, wrong):
    answer = visitor.post("/address/", {**HOME, **change})

    assert answer.status_code == 400
    assert answer.json.keys() == wrong
    assert all(isinstance(text, str) and text for said in answer.json.values() for text in said)
    assert pks(visitor) == []


def test_an_empty_body_lacks_everything(visitor):
    required = {"title", "first_name", "last_name", "phone_number", "country", "city", "line"}

    assert visitor.post("/address/", {}).json.keys() == required


def test_fields_that_are_not_the_buyers_to_set_are_not_looked_at(visitor):
    made = visitor.post("/address/", {**HOME, "pk": 11, "primary": True, "owner": "account:ada"}).json

    assert made["pk"] not in ADA
    assert made["primary"] is False


def test_patch_changes_what_is_named_and_keeps_the_rest(visitor):
    made = visitor.post("/address/", HOME).json
    changed = visitor.patch(f"/address/{made['pk']}/", {"line": "13 Example Street"})

    assert changed.json == {**made, "line": "13 Example Street"}
    assert visitor.get("/address/").json["results"] == [changed.json]


def test_patch_is_refused_as_a_whole(visitor):
    made = visitor.post("/address/", HOME).json

    assert visitor.patch(f"/address/{made['pk']}/", {"city": 6, "line": "elsewhere"}).json.keys() == {"township"}
    assert visitor.get("/address/").json["results"] == [made]


def test_delete_takes_it_away_and_its_number_is_not_given_again(visitor):
    first = visitor.post("/address/", HOME).json["pk"]
    answer = visitor.delete(f"/address/{first}/")

    assert (answer.status_code, answer.data) == (204, b"")
    assert pks(visitor) == []
    assert visitor.delete(f"/address/{first}/").status_code == 404
    assert visitor.post("/address/", HOME).json["pk"] != first


def test_an_account_changes_and_deletes_what_the_shop_file_has(world, visitor):
    visitor.logs_in()
    visitor.patch("/address/12/", {"title": "Office"})
    visitor.delete("/address/11/")

    other = world.visitor()
    other.logs_in()
    assert [(a["pk"], a["title"]) for a in other.get("/address/").json["results"]] == [(12, "Office")]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_foreign_address_is_answered_as_one_that_is_not_there(world, method):
    owner, grace, guest = world.visitor(), world.visitor(), world.visitor()
    made = owner.post("/address/", HOME).json
    grace.logs_in("grace@example.org")
    guest.post("/address/", HOME)

    for stranger in (grace, guest, world.visitor()):
        answers = {
            stranger.client.open(f"/address/{pk}/", method=method, json={"title": "Mine"}, headers=SCRIPT).data
            for pk in (made["pk"], 11, 4_711_000, "x", wide("11"))
        }
        assert len(answers) == 1
        assert b'"status":404' in answers.pop()
    assert owner.get("/address/").json["results"] == [made]


def test_guests_see_no_foreign_address(world):
    one, other = world.visitor(), world.visitor()
    one.post("/address/", HOME)

    assert pks(other) == []
    assert len(pks(one)) == 1


def test_what_a_guest_has_written_is_not_the_next_ones(world, visitor):
    visitor.post("/address/", HOME)
    visitor.logs_in()
    assert pks(visitor) == ADA

    visitor.post("/users/logout/", {})
    assert pks(visitor) == []


# The tables


def test_places_are_listed_within_places(visitor):
    def listed(path):
        return [place["pk"] for place in visitor.get(path).json["results"]]

    assert listed("/address/country/") == [1, 2, 3]
    assert listed("/address/city/?country=1") == [34, 6]
    assert listed("/address/township/?city=34") == [3401, 3402]
    assert 340101 in listed("/address/district/?township=3401")
    assert len(listed("/address/city/")) > 2


@pytest.mark.parametrize("path", ["city/?country", "township/?city", "district/?township"])
@pytest.mark.parametrize("pk", ["4711", "x", wide("34"), "9" * 400, "-1"])
def test_a_place_that_is_not_there_has_nothing_in_it(visitor, path, pk):
    answer = visitor.get(f"/address/{path}={pk}")

    assert answer.status_code == 400
    assert answer.json.keys() == {path.split("?")[1]}


# For people


def test_a_person_writes_an_address_and_goes_on_with_the_checkout(visitor):
    form = visitor.sees("/address/new/")
    assert all(f'for="{name}"' in form.text for name in ("title", "city", "line"))

    sent = visitor.sends("/address/new/", HOME)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/orders/checkout/")
    assert len(pks(visitor)) == 1
    assert visitor.sends("/tr/address/new/", HOME).headers["Location"] == "/tr/orders/checkout/"


def test_a_guest_writes_a_companys_address_with_the_form(visitor):
    sent = visitor.sends("/address/new/", {**HOME, "is_corporate": "true", "company_name": "Engines Ltd."})

    assert sent.status_code == 303
    (made,) = visitor.get("/address/").json["results"]
    assert (made["is_corporate"], made["company_name"]) == (True, "Engines Ltd.")
    assert visitor.sends("/address/new/", HOME).status_code == 303
    assert visitor.get("/address/").json["results"][0]["is_corporate"] is False


def test_a_companys_address_names_the_company(visitor):
    answer = visitor.sends("/address/new/", {**HOME, "is_corporate": "true"})

    assert 'id="company_name-wrong"' in answer.text
    assert 'name="is_corporate" value="true" checked>' in answer.text
    assert visitor.post("/address/", {**HOME, "type": "corporate"}).json.keys() == {"company_name"}
    assert pks(visitor) == []


def test_a_person_is_shown_what_is_wrong_beside_what_was_written(visitor):
    answer = visitor.sends("/address/new/", {**HOME, "line": "", "first_name": "<b>Ada"})

    assert answer.status_code == 200
    assert 'id="line-wrong"' in answer.text
    assert 'value="&lt;b&gt;Ada"' in answer.text
    assert '<option value="34" selected>' in answer.text
    assert pks(visitor) == []


def test_a_persons_form_needs_its_token(visitor):
    assert visitor.sends("/address/new/", HOME, "of-somebody-else-altogether").status_code == 403
    assert pks(visitor) == []


def test_the_form_is_for_people_only_in_its_answers(visitor):
    answer = visitor.client.post("/address/new/", data=b"{", content_type="application/json", headers=PERSON)

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
