"""Texts by HTTP, through a service on SQLite and a real HTTP server."""

from __future__ import annotations

import json
import logging
import ssl

import pytest

from checkout_core.effects import Refused, Secret
from checkout_core.integrations import HttpSms, NotHeard
from checkout_core.shop import Misconfigured

from .kit import Consumer, certified

PHONE, TEXT, ID = "+905321234567", Secret("Your code is 012345."), "a-key-nobody-guesses-2-0"


@pytest.fixture
def service():
    with Consumer() as opened:
        yield opened


def sms(service, **changes):
    return HttpSms(f"http://127.0.0.1:{service.port}/messages?shop=1", **changes)


def test_phone_and_text_are_posted_once(service):
    sms(service).send_sms(PHONE, TEXT, ID)
    ((path, headers, body),) = service.posts
    assert path == "/messages?shop=1"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"phone": PHONE, "text": TEXT.reveal()}
    assert "authorization" not in headers


def test_a_repeat_has_the_name_of_the_first_and_the_checkouts_key_is_not_in_it(service):
    for each in (ID, ID, "a-key-nobody-guesses-2-1"):
        sms(service).send_sms(PHONE, TEXT, each)
    one, repeat, other = (headers["idempotency-key"] for _, headers, _ in service.posts)
    assert one == repeat != other
    assert not [headers for _, headers, _ in service.posts if "nobody" in repr(headers)]


def test_a_token_goes_along_and_is_shown_to_nobody_else(service):
    port = sms(service, token=Secret("t-1"))
    port.send_sms(PHONE, TEXT, ID)
    assert service.posts[0][1]["authorization"] == "Bearer t-1"
    assert "t-1" not in repr(port)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422, 429])
def test_what_the_service_will_not_take_is_refused_with_its_status(service, status):
    service.status = status
    with pytest.raises(Refused) as refused:
        sms(service).send_sms(PHONE, TEXT, ID)
    assert refused.value.code == f"sms_{status}"


@pytest.mark.parametrize("status", [301, 307, 500, 503])
def test_any_other_answer_is_none_and_a_redirect_is_not_followed(service, status):
    service.status, service.headers = status, {"location": f"http://127.0.0.1:{service.port}/elsewhere"}
    with pytest.raises(NotHeard, match=f"^127.0.0.1 answered {status}$"):
        sms(service).send_sms(PHONE, TEXT, ID)
    assert len(service.posts) == 1


def test_a_service_that_hangs_is_left_in_time(service):
    service.status = 0
    with pytest.raises(TimeoutError):
        sms(service, timeout=0.05).send_sms(PHONE, TEXT, ID)


def test_a_service_that_is_nowhere_fails_and_quotes_nobody(sock):
    with pytest.raises(ConnectionRefusedError) as failed:
        HttpSms(f"http://127.0.0.1:{sock.getsockname()[1]}/").send_sms(PHONE, TEXT, ID)
    assert not [said for said in (PHONE, "012345") if said in repr(failed.value)]


def test_nothing_is_logged(service, caplog):
    with caplog.at_level(logging.DEBUG):
        sms(service).send_sms(PHONE, TEXT, ID)
    assert caplog.text == ""


def test_the_service_proves_who_it_is(tmp_path):
    server, client = certified(tmp_path)
    with Consumer(server) as service:
        url = f"https://127.0.0.1:{service.port}/"
        HttpSms(url, tls=client).send_sms(PHONE, TEXT, ID)
        with pytest.raises(ssl.SSLCertVerificationError):
            HttpSms(url).send_sms(PHONE, TEXT, ID)
        assert len(service.posts) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://texts.example/"},
        {"url": "ftp://texts.example/"},
        {"url": "https://me:secret@texts.example/"},
        {"timeout": 0},
        {"timeout": 16},
        {"token": Secret("two words")},
        {"token": Secret("a\r\nheader: b")},
        {"token": Secret("")},
    ],
)
def test_what_cannot_be_is_said_at_once(wrong):
    given = {"url": "https://texts.example/"} | wrong
    with pytest.raises(Misconfigured) as said:
        HttpSms(given.pop("url"), **given)
    assert str(said.value).startswith("HttpSms")
    assert "secret" not in str(said.value)
    assert "words" not in str(said.value)
