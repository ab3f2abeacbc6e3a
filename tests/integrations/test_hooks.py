"""Signed posts, through a service on SQLite and a real HTTP server; and how a consumer knows that they are ours."""

from __future__ import annotations

import json
import logging
import ssl
from datetime import UTC, datetime, timedelta

import pytest

from checkout_core.effects import Refused, Secret
from checkout_core.integrations import NotHeard, SignedHooks, signed_by
from checkout_core.integrations.hooks import payload
from checkout_core.order import Capture, evolve
from checkout_core.shop import Misconfigured

from .kit import EMAIL, Consumer, Till, certified

OLD = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")  # of the vector that Standard Webhooks tests with
NEW = Secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
WAITING = [("PostHook", 1, None)]


@pytest.fixture
def consumer():
    with Consumer() as opened:
        yield opened


def _hooks(consumer, **changes):
    given = {"secrets": (OLD,)} | changes
    return SignedHooks(f"http://127.0.0.1:{consumer.port}/orders?shop=1", **given)


def _till(store, consumer, **changes):
    return Till(store, hooks=_hooks(consumer, **changes))


def test_an_order_is_posted_once_and_signed(store, consumer):
    till = _till(store, consumer)
    key = till.paid()
    till.relays(days=1)

    ((path, headers, body),) = consumer.posts
    assert (till.outbox(key), path) == ([], "/orders?shop=1")
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"].startswith("msg_")
    assert signed_by((OLD,), headers, body, datetime.now(UTC))


def test_what_is_posted_tells_of_the_order_and_of_nobody(store, consumer):
    till = _till(store, consumer)
    key = till.paid()

    ((_, headers, body),) = consumer.posts
    order = till.order(key)
    assert json.loads(body) == {
        "id": headers["webhook-id"],
        "type": "order.placed",
        "at": order.placed.at.isoformat(),
        "number": order.number,
        "total": str(order.placed.total),
        "currency": "TRY",
        "status": 400,
        "receipt": "captured",
    }
    told = body.decode() + repr(headers)
    address = order.delivery.billing_address
    assert not [word for word in (key, EMAIL, address.last_name, address.phone_number) if word in told]


def test_an_order_that_is_paid_by_transfer_says_so(store, consumer):
    _till(store, consumer).paid("transfer")
    told = json.loads(consumer.posts[0][2])
    assert (told["status"], told["receipt"]) == (300, "funds_transfer")


def test_money_that_went_back_is_told_with_its_sum(store):
    till = Till(store)
    order = till.order(till.paid())
    (a,) = order.attempts
    rows = tuple(Capture(f"B{n}", order.placed.total, 1, how, "changed") for n, how in enumerate(("done", "due")))
    gone = evolve(order, attempts=(evolve(a, captures=rows),), placed=None)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert payload("payment.reversed", a.number, "msg_1", gone, now) == {
        "id": "msg_1",
        "type": "payment.reversed",
        "at": "2026-11-22T00:00:00+00:00",
        "number": a.number,
        "total": str(order.placed.total),
        "currency": "TRY",
        "status": None,
        "receipt": None,
    }


def test_lost_and_posted_again_it_has_the_same_id(store, consumer):
    consumer.status = 503
    till = _till(store, consumer)
    key = till.paid()
    assert till.outbox(key) == WAITING

    consumer.status = 200
    till.relays(seconds=5)
    assert till.outbox(key) == []
    (_, first, one), (_, second, other) = consumer.posts
    assert first["webhook-id"] == second["webhook-id"]
    assert one == other


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(store, consumer, status):
    consumer.status, consumer.headers = status, {"location": f"http://127.0.0.1:{consumer.port}/elsewhere"}
    till = _till(store, consumer)
    assert till.outbox(till.paid()) == WAITING
    assert [path for path, _, _ in consumer.posts] == ["/orders?shop=1"]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_any_other_answer_means_later(store, consumer, status):
    consumer.status = status
    till = _till(store, consumer)
    assert till.outbox(till.paid()) == WAITING
    with pytest.raises(NotHeard, match=f"127.0.0.1 answered {status}"):
        _hooks(consumer).post_hook(
            "order.placed", "A1", "a-1-0", till.checkout.start(till.shop.basket("mug")).pre_order
        )


def test_a_consumer_that_is_gone_is_told_no_more(store, consumer):
    consumer.status = 410
    till = _till(store, consumer)
    assert till.outbox(till.paid()) == [("PostHook", 1, "refused: gone")]


def test_a_consumer_that_hangs_is_left_in_time(store, consumer, caplog):
    consumer.status = 0
    till = _till(store, consumer, timeout=0.05)
    with caplog.at_level(logging.ERROR, "checkout_core"):
        assert till.outbox(till.paid()) == WAITING
    assert "timed out" in caplog.text


def test_a_consumer_that_answers_in_drops_is_left_in_time(store, consumer, monkeypatch, caplog):
    clock = iter([0.0, 9.0])  # when we begin to listen, and before the first drop
    monkeypatch.setattr("checkout_core.integrations._posting.monotonic", lambda: next(clock, 10.0))
    consumer.status, consumer.begins = 0, b"HTTP/1.1 204 "
    till = _till(store, consumer)
    with caplog.at_level(logging.ERROR, "checkout_core"):
        assert till.outbox(till.paid()) == WAITING
    assert "takes too long" in caplog.text


def test_a_consumer_that_is_down_is_told_later(store, sock):
    till = Till(store, hooks=SignedHooks(f"http://localhost:{sock.getsockname()[1]}", secrets=(OLD,)))
    assert till.outbox(till.paid()) == WAITING


def test_over_tls_and_only_to_who_can_be_trusted(store, tmp_path):
    server, trusting = certified(tmp_path)
    till = Till(store)
    order = till.order(till.paid())
    with Consumer(server) as consumer:
        url = f"https://127.0.0.1:{consumer.port}"
        SignedHooks(url, secrets=(OLD,), tls=trusting).post_hook("order.placed", order.number, "a-1-0", order)
        with pytest.raises(ssl.SSLCertVerificationError):
            SignedHooks(url, secrets=(OLD,)).post_hook("order.placed", order.number, "a-1-0", order)
    assert [path for path, _, _ in consumer.posts] == ["/"]


# What a host cannot set up


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.shop.example/orders",
        "http://127.0.0.1.shop.example/orders",
        "ftp://127.0.0.1/orders",
        "https:///orders",
        "//erp.shop.example",
        "https://erp.shop.example:port",
        "https://user:sesame@erp.shop.example",
        "https://erp.shop.example/#orders",
        "https://erp.shop.example/the orders",
        "https://[::1/",
    ],
)
def test_an_url_that_cannot_be_posted_to_in_secret_is_refused_at_once(url):
    with pytest.raises(Misconfigured) as told:
        SignedHooks(url, secrets=(OLD,))
    assert "sesame" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["http://localhost/", "http://[::1]:8080/", "http://127.8.9.1/", "https://erp.shop.example"]
)
def test_the_own_machine_needs_no_tls(url):
    SignedHooks(url, secrets=(OLD,))


@pytest.mark.parametrize("secrets", [(), (Secret(""),), (Secret("whsec_open"),), (OLD, Secret("whsec_sesame!"))])
def test_a_secret_that_is_none_is_refused_and_not_quoted(secrets):
    with pytest.raises(Misconfigured) as told:
        SignedHooks("https://erp.shop.example", secrets=secrets)
    assert not [word for word in ("open", "sesame") if word in str(told.value)]


@pytest.mark.parametrize("timeout", [0, -1, 15.1])
def test_a_timeout_is_well_within_the_lease(timeout):
    with pytest.raises(Misconfigured, match="at most 15 seconds"):
        SignedHooks("https://erp.shop.example", secrets=(OLD,), timeout=timeout)


def test_no_secret_is_in_what_a_port_says_of_itself():
    said = repr(SignedHooks("https://erp.shop.example", secrets=(OLD,)))
    assert not [word for word in ("whsec", "MfKQ", "_keys") if word in said]


# For consumers

AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_vector_that_standard_webhooks_tests_with_is_signed():
    assert signed_by((OLD,), HEADERS, BODY, AT)
    assert signed_by((NEW, OLD), {name.title(): text for name, text in HEADERS.items()}, BODY, AT)


def test_while_a_secret_is_changed_both_are_good(store, consumer):
    _till(store, consumer, secrets=(OLD, NEW)).paid()
    ((_, headers, body),) = consumer.posts
    assert all(signed_by((secret,), headers, body, datetime.now(UTC)) for secret in (OLD, NEW))


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({}, BODY + b" "),
        ({"webhook-id": "msg_another"}, BODY),
        ({"webhook-id": ""}, BODY),
        ({"webhook-timestamp": "1614265331"}, BODY),
        ({"webhook-timestamp": "x"}, BODY),
        ({"webhook-timestamp": "٣"}, BODY),
        ({"webhook-timestamp": "9" * 5000}, BODY),
        ({"webhook-signature": ""}, BODY),
        ({"webhook-signature": HEADERS["webhook-signature"][:-2]}, BODY),
        ({"webhook-signature": HEADERS["webhook-signature"].replace("v1,", "v2,")}, BODY),
        ({"webhook-signature": "v1,é"}, BODY),
    ],
)
def test_anything_else_is_not(change, body):
    assert not signed_by((OLD,), HEADERS | change, body, AT)


def test_another_secret_has_not_signed_it():
    assert not signed_by((NEW,), HEADERS, BODY, AT)


def test_no_headers_are_no_signature():
    assert not signed_by((OLD,), {}, BODY, AT)


def test_a_recording_is_worth_nothing_after_five_minutes():
    inside, outside = timedelta(minutes=5), timedelta(minutes=5, seconds=1)
    assert [signed_by((OLD,), HEADERS, BODY, AT + by) for by in (inside, outside)] == [True, False]
    assert [signed_by((OLD,), HEADERS, BODY, AT - by) for by in (inside, outside)] == [True, False]


def test_a_consumer_without_a_good_secret_is_told():
    with pytest.raises(Misconfigured):
        signed_by((), HEADERS, BODY, AT)


def test_a_410_is_for_good(consumer, store):
    consumer.status = 410
    till = Till(store)
    order = till.order(till.paid())
    with pytest.raises(Refused, match="gone"):
        _hooks(consumer).post_hook("order.placed", order.number, "a-1-0", order)
