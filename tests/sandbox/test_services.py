"""Services a shop does not run: sound, and failing in every way, in this process and over HTTP alike."""

from __future__ import annotations

import signal
import sys

import pytest

from checkout_core.effects import RemoteShippingOption, Unavailable
from checkout_core.integrations._strict import NotStrict
from checkout_core.money import Money
from checkout_core.sandbox import Services
from checkout_core.sandbox.services import SERVICES, quotes_at, settings_at
from checkout_core.settings import RemoteService, Settings

from .processes import PATIENCE
from .services import FILE, PRICES, WARDROBE, asked, parcel, servicesd

SOUND = {
    "prices": {WARDROBE: Money("8450.00", "TRY")},
    "carriers": Money("410.00", "TRY"),
    "shipping_options": (RemoteShippingOption("express", Money("52.50", "TRY")), RemoteShippingOption("standard")),
    "delivery_options": FILE.truth.delivery_options,
    "pickup_locations": FILE.truth.pickup_locations[0],
}
WAYS = [(service, way) for service, ways in SERVICES.items() for way in ways]
NO_ANSWER = Unavailable("no answer in time")
WRONG = {  # all that is not Unavailable
    ("prices", "price"): {WARDROBE: Money("8460.00", "TRY")},
    ("carriers", "price"): Money("420.00", "TRY"),
    ("shipping_options", "price"): (
        RemoteShippingOption("express", Money("62.50", "TRY")), RemoteShippingOption("standard", Money("10.00", "TRY")),
    ),
    ("shipping_options", "vanishes"): (RemoteShippingOption("standard"),),
    ("delivery_options", "vanishes"): FILE.truth.delivery_options[1:],
    ("pickup_locations", "vanishes"): None,
}  # fmt: skip
REASONS = {
    "slow": "no answer in time", "500": "HTTP 500", "garbage": "no JSON in UTF-8", "currency": "another currency",
    "negative": "an amount is not in its format", "vanishes": "not the prices that were asked for",
}  # fmt: skip


@pytest.fixture
def book():
    return Services(FILE.truth, FILE.currency)


@pytest.fixture(scope="module")
def process():
    with servicesd("--slow", PATIENCE) as running:
        yield running


def test_sound_services_say_what_the_shop_file_says(book):
    assert asked(book.quotes()) == SOUND


def test_the_process_says_the_same(process):
    assert asked(quotes_at(process.url, FILE.truth), process.at) == SOUND


def expected(service, way):
    """What it says then, or why it says nothing."""
    if (service, way) in WRONG:
        return WRONG[service, way]
    return Unavailable(REASONS[way]) if way in REASONS else None


@pytest.mark.parametrize(("service", "way"), WAYS)
def test_a_failure_is_of_one_service_until_it_is_switched_off(book, service, way):
    book.switch({service: way})
    said, wanted = asked(book.quotes()), expected(service, way)
    if way == "down":
        assert said[service] == Unavailable("Down")
    else:
        assert said[service] == wanted
    assert {**said, service: None} == {**SOUND, service: None}
    book.switch({service: None})
    assert asked(book.quotes()) == SOUND


@pytest.mark.parametrize("way", sorted({way for _, way in WAYS}))
def test_a_failure_of_the_process_is_the_same_failure(process, way):
    failing = [service for service, ways in SERVICES.items() if way in ways]
    process.switch(**dict.fromkeys(failing, way))
    said = asked(quotes_at(process.url, FILE.truth, timeout=0.05 if way == "slow" else PATIENCE), process.at)
    process.switch(**dict.fromkeys(failing))
    for service in failing:
        if way == "down":
            assert isinstance(said[service], Unavailable)
        else:
            assert said[service] == expected(service, way)


def test_switches_are_seen_and_what_is_not_named_goes_on(book):
    book.switch({"prices": "down", "carriers": "slow"})
    book.switch({"prices": "500"})
    assert book.switched == {
        "prices": "500", "carriers": "slow", "shipping_options": None, "delivery_options": None,
        "pickup_locations": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("failures", "says"),
    [
        ({"prices": "down", "price": "down"}, "the services are prices, carriers"),
        ({"prices": "down", "carriers": "vanishes"}, "carriers may be down, slow"),
        ({"prices": "down", "pickup_locations": "price"}, "pickup_locations may be"),
        ({"prices": "down", "carriers": True}, "or null: sound again"),
    ],
)
def test_a_switch_there_is_none_of_changes_nothing(book, failures, says):
    with pytest.raises(NotStrict, match=says):
        book.switch(failures)
    assert not any(book.switched.values())


def test_what_was_asked_is_kept_in_its_order_and_tells_of_nobody(book):
    book.switch({"carriers": "down"})
    asked(book.quotes())
    assert [(each.service, each.about, each.failed) for each in book.asked] == [
        ("prices", "2 pieces", None), ("carriers", "2 pieces", "down"), ("shipping_options", "2 pieces", None),
        ("delivery_options", "1 pieces", None), ("pickup_locations", "L-101", None),
    ]  # fmt: skip


def test_a_product_whose_price_the_service_does_not_know_is_no_price(book):
    both = parcel("lamp", "wardrobe")
    assert book.quotes().ask_prices(PRICES, both, (1007,)) == Unavailable("not the prices that were asked for")


def test_an_address_that_is_no_service_and_a_carrier_nobody_knows(book):
    quotes = book.quotes()
    assert quotes.ask_prices(RemoteService("http://services.invalid/price"), parcel("lamp"), (1,)) == Unavailable(
        "HTTP 404"
    )
    assert quotes.ask_shipping_price("bike", parcel("lamp")) == Unavailable("HttpQuotes(services=...) has no 'bike'")


def test_settings_ask_at_the_address_of_the_process_what_the_shop_file_calls_by_its_invalid_name():
    ours, theirs = (
        RemoteService("http://services.invalid/prices", {"a": "b"}),
        RemoteService("https://x.example/options"),
    )
    moved = settings_at(
        "http://127.0.0.1:9",
        Settings(basket_item_remote_price_client_conf=ours, remote_shipping_option_provider=theirs),
    )
    assert moved.basket_item_remote_price_client_conf == RemoteService("http://127.0.0.1:9/prices", {"a": "b"})
    assert moved.remote_shipping_option_provider == theirs
    assert moved.remote_delivery_option_provider is None


# ---------------------------------------------------------------- the process


def test_the_process_tells_its_switches_and_what_it_was_asked(process):
    assert process.switch(prices="down")["prices"] == "down"
    assert process.get("/switch")[1]["prices"] == "down"
    process.switch(prices=None)
    before = len(process.get("/asked")[1]["asked"])
    asked(quotes_at(process.url, FILE.truth), process.at)
    told = process.get("/asked")[1]["asked"][before:]
    assert [each["service"] for each in told] == list(SOUND)


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("switch", {"prices": "nothing"}, "application/json", 400),
        ("switch", b"{", "application/json", 400),
        ("switch", {"prices": "down"}, "text/plain", 415),  # what a page of another site could send unasked
        ("switch", {"prices": "down"}, None, 415),
        ("prices", {}, "application/json", 400),
        ("prices", b"\xff", "application/json", 400),
        ("carriers", {}, "application/json", 404),
        ("carriers/bike", {}, "application/json", 404),
        ("nobody", {}, "application/json", 404),
        ("pickup_locations", {"remote_id": 7}, "application/json", 400),
        ("pickup_locations/L-101", {"remote_id": "L-101"}, "application/json", 404),
    ],
)
def test_what_is_no_question_is_refused(process, path, body, kind, status):
    assert process.post(path, body, kind)[0] == status
    assert not any(process.get("/switch")[1].values())


def test_what_nobody_serves_is_not_there(process):
    assert process.get("/prices")[0] == 404


def test_a_signal_ends_it_also_while_it_is_slow():
    with servicesd("--slow", PATIENCE * 10) as process:
        process.switch(prices="slow")
        quotes = quotes_at(process.url, FILE.truth, timeout=0.1)
        assert quotes.ask_prices(process.at(PRICES), parcel("wardrobe"), (WARDROBE,)) == NO_ANSWER
        assert process.ended(signal.SIGTERM) == (0, "")


def test_a_shop_file_with_mistakes_starts_nothing(tmp_path):
    (tmp_path / "shop.toml").write_text("a = 1")
    with servicesd("--shop", tmp_path / "shop.toml") as process:
        out, err = process.popen.communicate(timeout=PATIENCE)
        assert (process.popen.returncode, out) == (2, "")
        assert err.startswith("servicesd: ")
        assert sys.executable not in err
