"""Whatever is sent, nothing breaks: a refusal is the client's to mend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .shop import HOME, MUG, PERSON, TOKEN, World

FIELDS = (*HOME, "product", "quantity", "attributes", "method", "voucher_code", "remove_voucher_code", "email",
          "username", "password", "is_corporate", "type", "tax_no", "identity_number")  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES | st.sampled_from([MUG, "1", "delete"]), max_size=6)
ASKED = st.sampled_from([
    ("POST", "/baskets/basket/"), ("PUT", "/baskets/basket/"), ("PATCH", "/baskets/basket/"), ("POST", "/address/"),
    ("PATCH", "/address/11/"), ("POST", "/users/login/"), ("POST", "/users/logout/"),
])  # fmt: skip
FORMS = ("/baskets/basket/", "/address/new/", "/users/login/")


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("babble"))
    yield world.visitor()
    world.close()


@given(asked=ASKED, body=BODIES)
def test_no_json_breaks_the_shop(talks, asked, body):
    method, path = asked
    talks.logs_in()

    assert talks.client.open(path, method=method, json=body).status_code < 500


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("value", [b"%ff%fe", b"a&title=b&email=c&quantity=2&method=put", b"%00", b"%ED%A0%80"])
def test_no_form_breaks_a_page(talks, path, value):
    talks.client.set_cookie("csrftoken", TOKEN)
    body = b"&".join([f"csrf_token={TOKEN}".encode(), *(name.encode() + b"=" + value for name in FIELDS)])
    answer = talks.client.post(path, data=body, content_type="application/x-www-form-urlencoded", headers=PERSON)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@pytest.mark.parametrize("field", ["method", "remove_voucher_code"])
@pytest.mark.parametrize("value", [[], {}, ["put"]])
def test_a_list_where_a_word_belongs_is_no_word(talks, field, value):
    assert talks.post("/baskets/basket/", {field: value}).status_code == 400
    assert talks.patch("/baskets/basket/", {field: value}).status_code == 400
