"""The signed address of an order: one letter changed, too late, or made for something else, and nothing is there."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import attrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from checkout_core.keyring import Keyring
from checkout_core.links import SKEW, Links

from .browsers import PERSON, THREE_D_PAGE, Shop, at_the_bank, header, number_of, told

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
NUMBER = "5F2C0E41A9B37D60"
SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)


def links(at=NOON, keys=(OLD,), ttl=WEEK):
    return Links(keyring=Keyring(keys), clock=lambda: at, ttl=ttl)


SIGNED = links().sign_link(NUMBER)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:=./+%\x00 \u00e9\uff11"


# URL-01: changed


def test_a_link_says_the_number_it_was_signed_for():
    assert links().number_of(SIGNED) == NUMBER


@given(at=st.integers(0, len(SIGNED) - 1), letter=st.sampled_from(LETTERS) | st.characters())
def test_a_link_with_one_letter_changed_is_none(at, letter):
    assume(SIGNED[at] != letter)
    assert links().number_of(SIGNED[:at] + letter + SIGNED[at + 1 :]) is None


@given(at=st.integers(0, len(SIGNED)), letter=st.sampled_from(LETTERS))
def test_a_link_with_one_letter_more_is_none(at, letter):
    assert links().number_of(SIGNED[:at] + letter + SIGNED[at:]) is None


@given(start=st.integers(0, len(SIGNED)), end=st.integers(0, len(SIGNED)))
def test_a_part_of_a_link_is_none(start, end):
    assume(SIGNED[start:end] != SIGNED)
    assert links().number_of(SIGNED[start:end]) is None


def test_every_bit_of_the_signature_counts():
    """The last letter of 43 has two spare bits: a text that decodes to the same bytes is another text."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    body, last = SIGNED[:-1], SIGNED[-1]
    assert [letter for letter in alphabet if links().number_of(body + letter)] == [last]


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{1,20}:[A-Za-z0-9]{1,10}:[A-Za-z0-9_-]{43}", fullmatch=True))
@example("")
@example("::")
@example("a" * 300)
@example(f"{SIGNED}\n")
def test_whatever_was_not_signed_here_is_none(text):
    assume(text != SIGNED)
    assert links().number_of(text) is None


@given(st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True), st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True))
def test_the_signature_of_one_number_is_none_for_another(number, other):
    assert links().number_of(links().sign_link(number)) == number
    payload, at, signature = links().sign_link(number).split(":")
    another = links().sign_link(other).split(":")[0]
    assume(payload != another)
    assert links().number_of(f"{another}:{at}:{signature}") is None


@pytest.mark.parametrize("number", ["", "a" * 65, "a b", "../x", 'x"', "\u00fc", "1/2"])
def test_what_is_no_order_number_is_none_even_where_it_was_signed(number):
    assert links().number_of(links().sign_link(number)) is None


# URL-02: when


@pytest.mark.parametrize(
    ("after", "known"),
    [
        (timedelta(0), True), (WEEK - TICK, True), (WEEK, False), (WEEK + TICK, False), (10 * WEEK, False),
        (-SKEW * SECOND, True), (-SKEW * SECOND - TICK, False), (-WEEK, False),  # another server's clock may be ahead
    ],
)  # fmt: skip
def test_a_link_holds_from_when_it_was_signed_until_just_before_its_end(after, known):
    assert links(NOON + after).number_of(SIGNED) == (NUMBER if known else None)


@given(st.timedeltas(-WEEK, 3 * WEEK), st.integers(1, 2_000_000).map(lambda seconds: seconds * SECOND))
def test_it_holds_as_long_as_this_server_says_not_the_one_that_signed(after, ttl):
    found = links(NOON + after, ttl=ttl).number_of(SIGNED)
    assert found == (NUMBER if -SKEW * SECOND <= after < ttl else None)


def test_a_moment_within_a_second_loses_no_link():
    late = NOON + timedelta(microseconds=999_999)
    assert links(late).number_of(links(late).sign_link(NUMBER)) == NUMBER


def test_an_old_key_holds_until_it_is_taken_out():
    assert links(keys=(NEW, OLD)).number_of(SIGNED) == NUMBER
    assert links(keys=(NEW, OLD)).sign_link(NUMBER) != SIGNED
    assert links(keys=(NEW,)).number_of(SIGNED) is None
    assert links(keys=(OLD, NEW)).number_of(links(keys=(NEW,)).sign_link(NUMBER)) == NUMBER


# URL-03: what it says


def test_a_link_says_a_number_and_a_moment_and_nothing_else():
    payload, at, signature = SIGNED.split(":")
    assert json.loads(base64.urlsafe_b64decode(payload + "==")) == NUMBER
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", signature)
    assert len(at) < 8
    assert quote(SIGNED, safe=":") == SIGNED


# URL-05: other purposes


@pytest.mark.parametrize("purpose", ["step", "checkout", "completed", "code", "callback", "login", "barcode", ""])
def test_a_token_of_the_same_keys_for_another_purpose_is_none(purpose):
    keyring = Keyring((OLD,))
    sealed = keyring.seal_token(purpose, (NUMBER,))
    payload, at, _ = SIGNED.split(":")
    mac = base64.urlsafe_b64encode(keyring.mac(purpose, payload, at)).decode().rstrip("=")
    assert links().number_of(sealed) is None
    assert (links().number_of(f"{payload}:{at}:{mac}") is None) == (purpose != "completed")
    assert keyring.open_token(SIGNED, purpose) is None


@given(st.text(max_size=12), st.text(min_size=1, max_size=12))
def test_what_was_signed_for_one_purpose_counts_for_no_other(one, other):
    assume(one != other)
    keyring = Keyring((OLD,))
    assert keyring.open_token(keyring.seal_token(one, (NUMBER,)), other) is None
    assert keyring.mac(one, NUMBER) != keyring.mac(other, NUMBER)
    assert keyring.mac(one + other, NUMBER) != keyring.mac(one, other + NUMBER)


# Over HTTP


@pytest.fixture(scope="module")
def bought():
    """A shop with an order that stands, one whose payment waits, and one that is not yet anything."""
    shop = Shop()
    buyer = shop.browser("first", "mug")
    buyer.reaches(None)
    waits = at_the_bank(shop, "second")
    return shop, buyer.order.placed.number, number_of(waits)


def address(shop, number):
    return f"/orders/completed/{shop.sandbox.links.sign_link(number)}/"


def asks(shop, path, query="format=json", headers=None):
    return shop.browser("anybody", **({} if headers is None else {"headers": headers})).asks("GET", path, query)


NOT_FOUND = {
    "type": "about:blank", "title": "Not Found", "status": 404, "code": "not_found",
    "detail": "There is nothing at this address. Please check it, or go back to the shop.",
}  # fmt: skip


def test_a_signed_address_shows_the_order_to_whoever_has_it(bought):
    shop, number, _ = bought
    response = asks(shop, address(shop, number))
    assert response.status == 200
    assert told(response)["order"]["number"] == number
    assert header(response, "cache-control") == "no-store"
    assert response.checkout is None
    page = asks(shop, address(shop, number), "", PERSON)
    assert page.status == 200
    assert number.encode() in page.body


@pytest.mark.parametrize("headers", [None, PERSON], ids=["script", "person"])
def test_whatever_is_wrong_the_answer_is_the_same_to_the_byte(bought, headers):
    """An order that stands, one that waits, none at all, another shop's, an old link, and another purpose's."""
    shop, number, waiting = bought
    foreign = Links(keyring=Keyring((NEW,)), clock=shop.sandbox.now)
    early = attrs.evolve(shop.sandbox.links, clock=lambda: shop.sandbox.now() - WEEK)
    step = shop.sandbox.keyring.seal_token("step", (number,))
    right = shop.sandbox.links.sign_link(number)
    tokens = (
        number, waiting, right[:-1], right[1:], right.swapcase(), step, foreign.sign_link(number),
        early.sign_link(number), shop.sandbox.links.sign_link(waiting), shop.sandbox.links.sign_link("0" * 16),
        shop.sandbox.links.sign_link(""), f"{right}=", f"%20{right}", "x", "x" * 300,
    )  # fmt: skip
    answers = [asks(shop, f"/orders/completed/{token}/", "format=json", headers) for token in tokens]
    assert {answer.status for answer in answers} == {404}
    assert len({(answer.headers, answer.body) for answer in answers}) == 1
    if headers is None:
        assert told(answers[0]) == NOT_FOUND


@pytest.mark.parametrize(
    "query",
    [
        "format=json&format=json", "format=xml", "format=", "format", "x=1", "format=json&x=1", "number=1", "t=1&t=2",
        "format=json&%66ormat=json", "Format=json", "format=json&", "format=JSON", "%", "=", "a[]=1", "format=json%00",
        "next=//evil.example", "\udcff", "&".join(["t=1"] * 300),
    ],
    ids=lambda query: ascii(query)[:30],
)  # fmt: skip
def test_a_parameter_that_nobody_knows_or_that_is_there_twice_is_not_found(bought, query):
    shop, number, _ = bought
    response = asks(shop, address(shop, number), query)
    if query == "format=json&":  # an empty pair is none
        assert response.status == 200
    else:
        assert (response.status, told(response)) == (404, NOT_FOUND)


@given(at=st.integers(0, 200), letter=st.sampled_from(LETTERS + "?#;&"))
def test_an_address_with_one_letter_changed_is_not_found(bought, at, letter):
    shop, number, _ = bought
    path = address(shop, number)
    start = len("/orders/completed/")
    at = start + at % (len(path) - start - 1)
    assume(path[at] != letter)
    assert asks(shop, path[:at] + letter + path[at + 1 :]).status == 404


def test_an_address_ends_while_the_order_stands(bought):
    shop, number, _ = bought
    early = attrs.evolve(shop.sandbox.links, clock=lambda: shop.sandbox.now() - WEEK + SECOND)
    path = f"/orders/completed/{early.sign_link(number)}/"
    assert asks(shop, path).status == 200
    late = attrs.evolve(shop.sandbox.links, clock=lambda: shop.sandbox.now() - WEEK)
    assert asks(shop, f"/orders/completed/{late.sign_link(number)}/").status == 404


def test_the_number_alone_opens_nothing(bought):
    """URL-04: neither as an address, nor as the number of a return, nor as the key of a session."""
    shop, number, _ = bought
    stranger = shop.browser("stranger")
    for path in (f"/orders/completed/{number}/", "/orders/completed/", f"/orders/{number}/"):
        assert asks(shop, path).status == 404
    response = stranger.returns({}, number)
    assert b"/orders/completed/" not in response.body
    stranger.key = number
    assert b"ada@example.org" not in stranger.gets().body
    assert (
        b"/orders/completed/" not in stranger.asks("GET", "/orders/checkout/", f"page={THREE_D_PAGE}&n={number}").body
    )


def test_an_order_page_has_no_secret_of_the_checkout(bought):
    shop, number, _ = bought
    key = shop.store.find(number)
    for query, headers in (("format=json", None), ("", PERSON)):
        body = asks(shop, address(shop, number), query, headers).body
        assert key.encode() not in body
        assert b"542119******0009" not in body or headers is None  # the mask is told to scripts, as the seeds have it
