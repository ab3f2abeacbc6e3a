"""Services are asked over real sockets; what is no complete answer in time is Unavailable, and nobody hears why."""

from __future__ import annotations

import json

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.effects import RemoteShippingOption, Unavailable
from checkout_core.integrations import HttpQuotes
from checkout_core.money import Money
from checkout_core.order import Basket, Line, Parcel
from checkout_core.order.parts import Address
from checkout_core.settings import RemoteService
from checkout_core.shop import City, Country, DeliveryOption, District, Misconfigured, PickupLocation, Township

from .kit import Consumer, certified

TURKEY, CITY = Country(1, "Türkiye", "TR"), City(34, "İstanbul", 1)
PART, DISTRICT = Township(3401, "Kadıköy", 34), District(340101, "Moda", 34, 3401)  # noqa: RUF001  # so it is written
HOME = Address(
    11, "Home", "Ada", "Lovelace", "+905551112233", TURKEY, CITY, "12 Secret Street", PART, DISTRICT, "34710",
    "ada@example.org", "10000000146",
)  # fmt: skip
LINE = Line(
    7, "lamp", "Floor lamp", 2, Money("10.00", "TRY"), 4200, length=1550, attributes={"brand": "Lumen"},
    categories=(30,), data_source=2,
)  # fmt: skip
PARCEL = Parcel(Basket.of("basket-key", "digest", (LINE,), "TRY"), HOME)
JSON = {"content-type": "application/json"}
PRICE = {"currency": "TRY", "amount": "29.90"}
PICKUP = {
    "remote_id": "L-1", "name": "Locker", "address": "Hall B", "country": {"pk": 1, "name": "Türkiye", "code": "TR"},
    "city": {"pk": 34, "name": "İstanbul"}, "township": None, "district": None, "postcode": None, "phone_number": None,
}  # fmt: skip
LOCKER = PickupLocation("L-1", "Locker", "Hall B", TURKEY, CITY)
DELIVERY = {
    "pk": 1, "slug": "door", "name": "To the door", "delivery_option_type": "customer", "sort_order": 0,
    "slot_group": None,
}  # fmt: skip


class Service:
    """One address that answers `said`, and a client of it."""

    def __init__(self, consumer, **options):
        self.consumer = consumer
        self.at = RemoteService(f"http://127.0.0.1:{consumer.port}/ask?x=1", {"Authorization": "Bearer hunter2"})
        self.quotes = HttpQuotes(services={"carrier": self.at}, pickup=self.at, **{"timeout": 5, **options})

    def says(self, told, status=200, **headers):
        self.consumer.status, self.consumer.headers = status, {**JSON, **headers}
        self.consumer.body = told if isinstance(told, bytes) else json.dumps(told).encode()

    def price(self, parcel=PARCEL):
        return self.quotes.ask_shipping_price("carrier", parcel)


@pytest.fixture
def consumer():
    with Consumer() as opened:
        yield opened


@pytest.fixture
def service(consumer):
    return Service(consumer)


def saying(told):
    """A client whose services say that, without a socket."""
    body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
    at = RemoteService("http://services.invalid/")
    return at, HttpQuotes(services={"carrier": at}, pickup=at, post=lambda _service, _body: body)


# ---------------------------------------------------------------- what is sent


def test_a_parcel_is_told_without_its_buyer(service, consumer):
    service.says(PRICE)
    assert service.price() == Money("29.90", "TRY")
    ((path, headers, body),) = consumer.posts
    assert path == "/ask?x=1"
    assert (headers["authorization"], headers["content-type"]) == ("Bearer hunter2", "application/json")
    assert json.loads(body) == {
        "currency": "TRY",
        "basket": {
            "amount": "20.00", "weight": 8400, "quantity": 2,
            "items": [{
                "product": 7, "sku": "lamp", "quantity": 2, "unit_price": "10.00", "weight": 4200, "length": 1550,
                "attributes": {"brand": "Lumen"}, "categories": [30], "data_source": 2,
            }],
        },
        "shipping_address": {
            "country": {"pk": 1, "name": "Türkiye", "code": "TR"}, "city": {"pk": 34, "name": "İstanbul"},
            "township": {"pk": 3401, "name": PART.name}, "district": {"pk": 340101, "name": "Moda"},
            "postcode": "34710",
        },
    }  # fmt: skip
    private = ("Ada", "Lovelace", "5551112233", "Secret", "ada@", "10000000146", "basket-key")
    assert not [word for word in private if word.encode() in body]


def test_the_products_to_be_priced_are_named_and_an_unknown_address_is_null(service, consumer):
    service.says({"currency": "TRY", "prices": {"7": "9.50"}})
    nowhere = Parcel(PARCEL.basket, None)
    assert service.quotes.ask_prices(service.at, nowhere, (7,)) == {7: Money("9.50", "TRY")}
    told = json.loads(consumer.posts[0][2])
    assert (told["products"], told["shipping_address"]) == ([7], None)


def test_a_pickup_point_is_asked_for_by_its_id_alone(service, consumer):
    service.says({"pickup_location": PICKUP})
    assert service.quotes.find_pickup_location("L-1") == LOCKER
    assert json.loads(consumer.posts[0][2]) == {"remote_id": "L-1"}


def test_headers_that_would_break_the_request_are_not_the_shops_to_say(consumer):
    service = Service(consumer)
    service.says(PRICE)
    at = RemoteService(
        service.at.url, {"Content-Length": "1", "Host": "elsewhere", "Transfer-Encoding": "x", "X-Id": "1"}
    )
    quotes = HttpQuotes(services={"carrier": at}, timeout=5)
    assert quotes.ask_shipping_price("carrier", PARCEL) == Money("29.90", "TRY")
    headers = consumer.posts[0][1]
    assert (headers["x-id"], headers["Host"]) == ("1", f"127.0.0.1:{consumer.port}")


# ---------------------------------------------------------------- what is believed


def test_prices_of_nothing_are_prices_and_yen_have_no_decimals():
    at, quotes = saying({"currency": "TRY", "prices": {"7": "0"}})
    assert quotes.ask_prices(at, PARCEL, (7,)) == {7: Money("0.00", "TRY")}
    _, quotes = saying({"currency": "JPY", "amount": "300"})
    yen = Parcel(Basket.of("b", "d", (evolve(LINE, unit_price=Money("5", "JPY")),), "JPY"), HOME)
    assert quotes.ask_shipping_price("carrier", yen) == Money("300", "JPY")


def test_options_are_read_with_their_prices_or_without():
    at, quotes = saying({
        "currency": "TRY", "shipping_options": [{"slug": "a", "amount": "1.00"}, {"slug": "b", "amount": None}],
    })  # fmt: skip
    assert quotes.ask_shipping_options(at, PARCEL) == (
        RemoteShippingOption("a", Money("1.00", "TRY")), RemoteShippingOption("b"),
    )  # fmt: skip
    at, quotes = saying({"delivery_options": [{**DELIVERY, "slot_group": 3}]})
    assert quotes.ask_delivery_options(at, PARCEL) == (DeliveryOption(1, "door", "To the door", slot_group=3),)
    at, quotes = saying({"delivery_options": []})
    assert quotes.ask_delivery_options(at, PARCEL) == ()


def test_a_pickup_point_is_read_with_all_its_places_or_is_none():
    full = PICKUP | {
        "township": {"pk": 3401, "name": PART.name}, "district": {"pk": 340101, "name": "Moda"}, "postcode": "34710",
        "phone_number": "02165550101",
    }  # fmt: skip
    _, quotes = saying({"pickup_location": full})
    wanted = PickupLocation("L-1", "Locker", "Hall B", TURKEY, CITY, PART, DISTRICT, "34710", "02165550101")
    assert quotes.find_pickup_location("L-1") == wanted
    _, quotes = saying({"pickup_location": None})
    assert quotes.find_pickup_location("L-1") is None


AMOUNT = "an amount is not in its format"
NO_PRICE = {
    "another currency": ({**PRICE, "currency": "EUR"}, "another currency"),
    "below nothing": ({**PRICE, "amount": "-1.00"}, AMOUNT),
    "a number": (b'{"currency": "TRY", "amount": 2990}', AMOUNT),
    "a fraction": (b'{"currency": "TRY", "amount": 29.9}', "a number that is no whole one"),
    "NaN": (b'{"currency": "TRY", "amount": NaN}', "a number that is no whole one"),
    "not a number": ({**PRICE, "amount": "NaN"}, AMOUNT),
    "an exponent": ({**PRICE, "amount": "1e3"}, AMOUNT),
    "a comma": ({**PRICE, "amount": "29,90"}, AMOUNT),
    "blanks": ({**PRICE, "amount": " 29.90"}, AMOUNT),
    "other digits": ({**PRICE, "amount": "٢٩"}, AMOUNT),
    "half a kurus": ({**PRICE, "amount": "29.905"}, "an amount is no whole number of minor units"),
    "too much": ({**PRICE, "amount": "9" * 13}, AMOUNT),
    "null": ({**PRICE, "amount": None}, AMOUNT),
    "nothing": (b"", "no JSON in UTF-8"),
    "half of it": (b'{"currency": "TRY", "amou', "no JSON in UTF-8"),
    "no object": (b"[]", "no object"),
    "a field too many": ({**PRICE, "note": ""}, "wants the fields currency, amount and no others"),
    "a field too few": ({"amount": "1.00"}, "wants the fields currency, amount and no others"),
    "a field twice": (b'{"currency": "TRY", "amount": "1.00", "amount": "2.00"}', "a field twice"),
    "no UTF-8": (b'{"currency": "TRY", "amount": "\xff"}', "no JSON in UTF-8"),
    "too deep": (b"[" * 100_000, "no JSON in UTF-8"),
}


@pytest.mark.parametrize("name", NO_PRICE)
def test_what_is_no_price_is_none(name):
    told, reason = NO_PRICE[name]
    _, quotes = saying(told)
    assert quotes.ask_shipping_price("carrier", PARCEL) == Unavailable(reason)


@pytest.mark.parametrize(
    "prices", [{}, {"7": "1.00", "8": "1.00"}, {"8": "1.00"}, {"07": "1.00"}, ["1.00"], {"7": "-1"}]
)
def test_prices_are_those_that_were_asked_for(prices):
    at, quotes = saying({"currency": "TRY", "prices": prices})
    assert isinstance(quotes.ask_prices(at, PARCEL, (7,)), Unavailable)


@pytest.mark.parametrize(
    "options",
    [
        [{"slug": "a", "amount": None}] * 2, [{"slug": "", "amount": None}], [{"slug": "a b", "amount": None}],
        [{"slug": "a"}], [{"slug": 1, "amount": None}], [7], {}, [{"slug": str(n), "amount": None} for n in range(201)],
    ],
)  # fmt: skip
def test_shipping_options_are_a_list_of_options_none_twice(options):
    at, quotes = saying({"currency": "TRY", "shipping_options": options})
    assert isinstance(quotes.ask_shipping_options(at, PARCEL), Unavailable)


@pytest.mark.parametrize(
    "change",
    [
        {"pk": 0}, {"pk": True}, {"pk": "1"}, {"pk": 2**60}, {"name": ""}, {"name": " "}, {"name": "a\nb"},
        {"name": "x" * 256}, {"delivery_option_type": "drone"}, {"delivery_option_type": ["customer"]},
        {"sort_order": -1}, {"slot_group": 0}, {"slug": None}, {"more": 1},
    ],
)  # fmt: skip
def test_a_delivery_option_is_complete_and_in_its_format(change):
    at, quotes = saying({"delivery_options": [{**DELIVERY, **change}]})
    assert isinstance(quotes.ask_delivery_options(at, PARCEL), Unavailable)


def test_a_delivery_option_twice_is_none():
    at, quotes = saying({"delivery_options": [DELIVERY, DELIVERY]})
    assert quotes.ask_delivery_options(at, PARCEL) == Unavailable("an option twice")


@pytest.mark.parametrize(
    "change",
    [
        {"remote_id": "L-2"}, {"city": None}, {"city": {"pk": 34}}, {"country": {"pk": 1, "name": "x", "code": "TRY"}},
        {"district": {"pk": 1, "name": "x"}}, {"township": {"pk": 0, "name": "x"}}, {"phone_number": 1},
        {"address": ""},
    ],
)  # fmt: skip
def test_a_pickup_point_is_the_one_that_was_asked_for_and_complete(change):
    _, quotes = saying({"pickup_location": PICKUP | change})
    assert isinstance(quotes.find_pickup_location("L-1"), Unavailable)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["currency", "amount", "prices", "delivery_options", "7"]), inner)
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_whatever_is_said_there_is_an_answer_or_none(body):
    at, quotes = saying(body)
    for said in (
        quotes.ask_shipping_price("carrier", PARCEL), quotes.ask_prices(at, PARCEL, (7,)),
        quotes.ask_shipping_options(at, PARCEL), quotes.ask_delivery_options(at, PARCEL),
    ):  # fmt: skip
        assert isinstance(said, Unavailable | Money | dict | tuple)


# ---------------------------------------------------------------- the wire


def test_a_redirect_is_not_followed(service, consumer):
    service.says(PRICE, 302, location=f"http://127.0.0.1:{consumer.port}/elsewhere")
    assert service.price() == Unavailable("HTTP 302")
    assert [path for path, _, _ in consumer.posts] == ["/ask?x=1"]


@pytest.mark.parametrize("status", [201, 204, 400, 401, 500, 503])
def test_another_status_is_no_answer_and_is_not_asked_again(service, consumer, status):
    service.says(PRICE, status)
    assert service.price() == Unavailable(f"HTTP {status}")
    assert len(consumer.posts) == 1


def test_json_that_does_not_say_so_is_none(service):
    service.says(PRICE, **{"content-type": "text/html"})
    assert service.price() == Unavailable("no JSON")
    service.says(PRICE, **{"content-type": "Application/JSON; charset=utf-8"})
    assert service.price() == Money("29.90", "TRY")


def test_more_than_fits_is_no_answer(service):
    service.says({**PRICE, "note": "x" * 300_000})
    assert service.price() == Unavailable("not the whole answer, or more than 262144 bytes")


def test_an_answer_that_ends_too_early_is_none(service):
    service.says(PRICE, **{"content-length": "1000"})
    assert isinstance(service.price(), Unavailable)


def test_a_service_that_says_nothing_in_time_is_left(consumer):
    service = Service(consumer, timeout=0.1)
    consumer.status = 0
    assert service.price() == Unavailable("no answer in time")


def test_a_service_that_dribbles_is_left_in_time(consumer, monkeypatch):
    clock = iter([0.0, 0.0])  # when the answer is begun, and when its first drop is waited for
    monkeypatch.setattr("checkout_core.integrations._posting.monotonic", lambda: next(clock, 10.0))
    service = Service(consumer)
    consumer.status, consumer.begins = 0, b"HTTP/1.0 200"
    assert service.price() == Unavailable("no answer in time")


def test_a_service_that_is_not_there_is_no_answer():
    with Consumer() as gone:
        service = Service(gone)
    assert service.price() == Unavailable("ConnectionRefusedError")


def test_a_header_that_cannot_be_sent_is_not_repeated(service):
    at = RemoteService(service.at.url, {"Authorization": "Bearer hunter2\n"})
    said = HttpQuotes(services={"carrier": at}).ask_shipping_price("carrier", PARCEL)
    assert said == Unavailable("ValueError")


def test_reasons_name_no_secret(service, consumer):
    for told, status in ((b"hunter2", 200), (b"{}", 500), ({**PRICE, "amount": "hunter2"}, 200)):
        service.says(told, status)
        said = service.price()
        assert not [word for word in ("hunter2", "Bearer", "127.0.0.1", "ask") if word in said.reason]


def test_https_is_asked_and_a_stranger_is_not_believed(tmp_path):
    server, client = certified(tmp_path)
    with Consumer(tls=server) as consumer:
        at = RemoteService(f"https://127.0.0.1:{consumer.port}/")
        consumer.status, consumer.headers, consumer.body = 200, JSON, json.dumps(PRICE).encode()
        quotes = HttpQuotes(services={"carrier": at}, tls=client, timeout=5)
        assert quotes.ask_shipping_price("carrier", PARCEL) == Money("29.90", "TRY")
        stranger = HttpQuotes(services={"carrier": at}, timeout=5).ask_shipping_price("carrier", PARCEL)
        assert stranger == Unavailable("SSLCertVerificationError")


def test_an_address_of_a_setting_that_is_not_https_is_not_asked(consumer):
    at = RemoteService("http://prices.example.org/?key=hunter2")
    said = HttpQuotes(timeout=5).ask_prices(at, PARCEL, (7,))
    assert said == Unavailable("the address of the service is not https")


@pytest.mark.parametrize(
    "given",
    [
        {"services": {"carrier": RemoteService("http://carrier.example.org/")}},
        {"pickup": RemoteService("https://ada:hunter2@lockers.example.org/")},
        {"services": {"carrier": RemoteService("ftp://carrier.example.org/")}},
        {"timeout": 0},
    ],
)
def test_what_cannot_be_asked_is_told_when_it_is_given(given):
    with pytest.raises(Misconfigured) as refused:
        HttpQuotes(**given)
    assert "hunter2" not in str(refused.value)


def test_who_was_not_given_is_not_there():
    quotes = HttpQuotes()
    assert quotes.ask_shipping_price("bike", PARCEL) == Unavailable("HttpQuotes(services=...) has no 'bike'")
    assert quotes.find_pickup_location("L-1") == Unavailable("HttpQuotes(pickup=...) was not given")
