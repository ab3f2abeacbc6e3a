"""The recipe for Starlette, as a user runs it: with its own sandbox, its own sessions, its own `who`."""

from __future__ import annotations

import asyncio
import importlib.util
import json

import pytest

from .carriers import RECIPE, asgi
from .form import Asked
from .shop import CHECKOUT, FORM, PERSON, SCRIPT, TOKEN


@pytest.fixture
def visit():
    """Sends a request to a shop of its own: status, headers as pairs, body."""
    spec = importlib.util.spec_from_file_location("starlette_shop_of_its_own", RECIPE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with asyncio.Runner() as runner:
        yield lambda asked, headers: runner.run(asgi(module.app, asked, headers))


def cookie_of(headers):
    """The session's, as the browser sends it back."""
    return next(value.partition(";")[0] for name, value in headers if name == "set-cookie")


def test_a_person_sees_two_mugs_and_is_given_a_session_and_a_token(visit):
    status, headers, body = visit(Asked("GET", CHECKOUT), PERSON)
    assert (status, dict(headers)["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Mug</bdi>" in body.decode()
    assert "70.20" in body.decode()
    cookies = [value.partition("=")[0] for name, value in headers if name == "set-cookie"]
    assert sorted(cookies) == ["csrftoken", "session"]


def test_a_session_keeps_its_checkout_and_another_one_has_another(visit):
    _, headers, _ = visit(Asked("GET", CHECKOUT), SCRIPT)
    mine = cookie_of(headers)
    told = {**SCRIPT, "cookie": f"csrftoken={TOKEN}; {mine}", "x-csrftoken": TOKEN, "content-type": FORM}
    posted = Asked("POST", f"{CHECKOUT}?page=IndexPage", body=b"user_email=ada%40example.org")
    assert json.loads(visit(posted, told)[2])["errors"] is None
    _, _, body = visit(Asked("GET", CHECKOUT), {**SCRIPT, "cookie": mine})
    assert json.loads(body)["pre_order"]["user_email"] == "ada@example.org"
    _, _, body = visit(Asked("GET", CHECKOUT), SCRIPT)
    assert json.loads(body)["pre_order"]["user_email"] is None


def test_cookies_that_come_in_headers_of_their_own_are_all_read(visit):
    _, headers, _ = visit(Asked("GET", CHECKOUT), SCRIPT)
    apart = [("cookie", cookie_of(headers)), ("cookie", f"csrftoken={TOKEN}"), ("cookie", "pz-locale=tr")]
    told = [*SCRIPT.items(), *apart, ("x-csrftoken", TOKEN), ("content-type", FORM)]
    posted = Asked("POST", f"{CHECKOUT}?page=IndexPage", body=b"user_email=ada%40example.org")
    assert json.loads(visit(posted, told)[2])["errors"] is None


def test_a_query_that_is_no_text_is_refused_in_words(visit):
    status, _, body = visit(Asked("GET", CHECKOUT + "?page=\udcff"), SCRIPT)
    assert (status, json.loads(body)["error_codes"]) == (200, {"page": ["unknown"]})
