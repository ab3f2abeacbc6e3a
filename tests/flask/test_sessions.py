"""Sessions on the server: the cookie that storefronts know, and what nobody gets with one that was not given here."""

from __future__ import annotations

import json
import re

import pytest
from cachelib import FileSystemCache, SimpleCache
from flask import Flask, request, session

from checkout_core.flask import ServerSessions

NAME = "osessionid"


def app_of(cache, *, secure=False, **given):
    app = Flask("host")
    app.config.update(SESSION_COOKIE_SECURE=secure, TESTING=True)
    app.session_interface = ServerSessions(cache, **given)

    def put():
        session.update(request.args)
        return "put"

    def login():
        session["account"] = "ada"
        for _ in range(int(request.args.get("times", 1))):
            session.rotate()
        return "in"

    def logout():
        session.clear()
        session.rotate()
        return "out"

    app.add_url_rule("/", "look", lambda: dict(session))
    app.add_url_rule("/put", "put", put)
    app.add_url_rule("/login", "login", login)
    app.add_url_rule("/logout", "logout", logout)
    return app


@pytest.fixture
def cache():
    return SimpleCache()


@pytest.fixture
def app(cache):
    return app_of(cache)


def sid_of(client):
    cookie = client.get_cookie(NAME)
    return None if cookie is None else cookie.value


def seen_with(app, sid):
    """What somebody sees who sends that cookie."""
    client = app.test_client()
    client.set_cookie(NAME, sid)
    return client.get("/").json


def flags_of(answer):
    (cookie,) = answer.headers.getlist("Set-Cookie")
    return {part.strip() for part in cookie.split(";")[1:]}


def test_a_browser_is_known_by_what_a_storefront_reads_as_a_word(app):
    client = app.test_client()
    client.get("/put?basket=b-1")

    assert re.fullmatch(r"\w+", sid_of(client))
    assert re.fullmatch(r"[A-Za-z0-9]{32}", sid_of(client))
    assert client.get("/").json == {"basket": "b-1"}


def test_every_browser_has_a_session_of_its_own(app):
    one, other = app.test_client(), app.test_client()
    one.get("/put?basket=b-1")
    other.get("/put?basket=b-2")

    assert sid_of(one) != sid_of(other)
    assert (one.get("/").json, other.get("/").json) == ({"basket": "b-1"}, {"basket": "b-2"})


def test_who_only_looks_gets_no_cookie(app):
    client = app.test_client()

    assert "Set-Cookie" not in client.get("/").headers
    client.get("/put?basket=b-1")
    assert "Set-Cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    "forged", ["0" * 32, "A" * 32, "", "x", "../../etc/passwd", "a" * 33, "ä" * 32, "a" * 31 + "\t", "%00" * 11]
)
def test_an_id_that_was_not_given_here_is_never_taken_up(app, cache, forged):
    client = app.test_client(use_cookies=False)  # or it would send its own header
    answer = client.get("/put?basket=b-1", headers={"Cookie": f"{NAME}={forged}"})
    (given,) = re.findall(rf"{NAME}=([^;]*)", answer.headers["Set-Cookie"])

    assert answer.status_code == 200
    assert re.fullmatch(r"[a-z0-9]{32}", given)
    assert given != forged
    assert cache.get(forged) is None


def test_a_login_changes_the_id_and_the_old_one_knows_nothing(app):
    client = app.test_client()
    client.get("/put?basket=b-1")
    before = sid_of(client)
    client.get("/login")

    assert sid_of(client) != before
    assert client.get("/").json == {"basket": "b-1", "account": "ada"}
    assert seen_with(app, before) == {}


def test_an_id_that_is_changed_twice_in_a_request_is_gone_too(app):
    client = app.test_client()
    client.get("/put?basket=b-1")
    before = sid_of(client)
    client.get("/login?times=2")

    assert seen_with(app, before) == {}
    assert client.get("/").json == {"basket": "b-1", "account": "ada"}


def test_a_logout_leaves_nothing_under_either_id(app):
    client = app.test_client()
    client.get("/login")
    before = sid_of(client)
    client.get("/logout")

    assert (client.get("/").json, seen_with(app, before)) == ({}, {})
    assert sid_of(client) != before


def test_over_http_the_cookie_is_lax(app):
    answer = app.test_client().get("/put?basket=b-1")

    assert flags_of(answer) >= {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=1209600"}
    assert "Secure" not in flags_of(answer)


def test_over_https_it_comes_along_when_a_bank_posts_the_buyer_back(cache):
    answer = app_of(cache, secure=True).test_client().get("/put?basket=b-1", base_url="https://shop.example")

    assert flags_of(answer) >= {"HttpOnly", "Path=/", "SameSite=None", "Secure"}


def test_a_session_that_has_expired_begins_anew_under_another_id(app, cache):
    client = app.test_client()
    client.get("/put?basket=b-1")
    before = sid_of(client)
    cache.clear()

    assert client.get("/").json == {}
    client.get("/put?basket=b-2")
    assert sid_of(client) != before


def test_what_is_kept_is_json_and_outlives_the_process(tmp_path):
    client = app_of(FileSystemCache(str(tmp_path))).test_client()
    client.get("/put?basket=b-1")
    sid = sid_of(client)
    again = FileSystemCache(str(tmp_path))

    assert json.loads(again.get(sid)) == {"basket": "b-1"}
    assert seen_with(app_of(again), sid) == {"basket": "b-1"}


def test_the_cookie_may_have_another_name(cache):
    client = app_of(cache, cookie="sid").test_client()
    client.get("/put?basket=b-1")

    assert client.get_cookie("sid") is not None
    assert client.get_cookie(NAME) is None


def test_answers_differ_by_cookie_and_caches_are_told(app):
    assert "Cookie" in app.test_client().get("/put?basket=b-1").headers["Vary"]


def test_what_else_lies_in_the_cache_is_no_session(app, cache):
    for name in ("rates", "a" * 33):
        cache.set(name, '{"account": "ada"}')
        assert seen_with(app, name) == {}
