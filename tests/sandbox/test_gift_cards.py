"""The sandbox's gift cards: their books, the process that keeps them, and its client."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from uuid import uuid4

import pytest

from checkout_core import Checkout
from checkout_core.effects import GiftCard, Item, Refused, Secret
from checkout_core.money import Money
from checkout_core.sandbox import Sandbox, load_shop
from checkout_core.sandbox.gift_cards import GiftCardBooks
from checkout_core.sandbox.gift_service import GiftCardService, NoAnswer
from checkout_core.sandbox.shopfile import PACKAGED
from checkout_core.shop import Misconfigured
from checkout_core.stores import HoldsByKind, MemoryHolds, SqliteHolds

from .processes import PATIENCE, Process

SHOP = PACKAGED / "grand_bazaar.toml"
FILE = load_shop(SHOP)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
AUTH = "shop:word"
PLENTY = Secret("plenty 0001")


def books(tmp_path=None):
    ledger = MemoryHolds(lambda: NOON) if tmp_path is None else SqliteHolds(tmp_path / "cards.sqlite", lambda: NOON)
    return GiftCardBooks(FILE.gift_cards, ledger, lambda: NOON)


def item(card, minor):
    return Item("gift_card", card.token, minor)


class CardsProcess(Process):
    """One giftcardd; `client` once it is ready."""

    module = "checkout_core.sandbox.giftcardd"

    def __init__(self, folder):
        (folder / "auth").write_text(f"{AUTH}\n")
        super().__init__(folder / "cards.sqlite", "--shop", SHOP, "--auth", folder / "auth")
        self.client = GiftCardService(self.url, AUTH, timeout=PATIENCE)

    def switch(self, failure):
        assert self.asked("/switch", {"failure": failure})[0] == 200

    def asked(self, path, told, **headers):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        given = {"authorization": f"Basic {b64encode(AUTH.encode()).decode()}", **headers}
        try:
            connection.request("POST", path, json.dumps(told).encode(), given)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def giftcardd(folder):
    process = CardsProcess(folder)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.popen.communicate(timeout=PATIENCE)


# The books


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("PLENTY-0001", ("0001", "500.00", None)),
        ("plenty0001", ("0001", "500.00", None)),
        ("LITTLE-0002", ("0002", "25.00", None)),
        ("PHONE-0003", ("0003", "300.00", "+905321234567")),
        ("EXPIRED-0004", None),
        ("ABROAD-0005", None),
        ("NOBODY-9999", None),
        ("short", None),
    ],
)
def test_each_card_of_the_shop_file_is_what_it_says(code, found):
    card = books().find_gift_card(Secret(code), "TRY")
    assert (card and (card.masked, str(card.balance), card.phone)) == found


def test_what_is_held_is_off_the_balance_until_it_is_let_go_or_charged(tmp_path):
    kept = books(tmp_path)
    card = kept.find_gift_card(PLENTY, "TRY")
    assert kept.take_hold("op-1", "a", (item(card, 30000),), NOON + timedelta(hours=1)) == ()
    assert kept.take_hold("op-2", "b", (item(card, 20001),), NOON + timedelta(hours=1)) != ()
    assert str(kept.left(card.token)) == "200.00"
    kept.commit_hold("op-1")
    kept.commit_hold("op-1")
    kept.close()
    again = books(tmp_path)
    assert str(again.left(card.token)) == "200.00"
    with pytest.raises(Refused):
        again.commit_hold("op-2")
    again.close()


def test_a_used_up_card_is_none_to_add_and_known_to_who_has_it():
    kept = books()
    card = kept.find_gift_card(Secret("LITTLE-0002"), "TRY")
    kept.take_hold("op", "a", (item(card, 2500),), NOON + timedelta(hours=1))
    assert kept.find_gift_card(Secret("LITTLE-0002"), "TRY") is None
    assert kept.ask_gift_card(card.token, "TRY").balance == Money("0.00", "TRY")


def test_of_a_card_that_is_over_or_none_nothing_is_held():
    kept = books()
    for token in (kept.token("EXPIRED-0004"), "nobody"):
        assert kept.take_hold(f"op-{token}", "a", (Item("gift_card", token, 1),), NOON + timedelta(hours=1)) != ()


def test_a_token_tells_nobody_the_code(tmp_path):
    kept = books(tmp_path)
    card = kept.find_gift_card(PLENTY, "TRY")
    kept.take_hold("op", "a", (item(card, 1),), NOON + timedelta(hours=1))
    kept.close()
    for path in tmp_path.iterdir():
        assert b"PLENTY" not in path.read_bytes().upper()


# The shop file


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('code = "SHORT"\nbalance = "1.00 TRY"', "gift_cards[0].code: wants 8 to 64 letters and digits"),
        ('code = "LONGENOUGH"\nbalance = "1 lira"', "gift_cards[0].balance"),
        ('code = "LONGENOUGH"\nbalance = "1.00 TRY"\nphone = "12"', "gift_cards[0].phone"),
        ('code = "LONGENOUGH"\nbalance = "1.00 TRY"\npin = "12"', "gift_cards[0].pin"),
    ],
)
def test_a_card_that_cannot_be_is_refused_by_its_place(row, says):
    with pytest.raises(Misconfigured) as wrong:
        load_shop(f'extends = "shop.toml"\n[[gift_cards]]\n{row}\n')
    assert says in str(wrong.value)


def test_a_shop_with_gift_cards_has_their_ports_and_another_has_not():
    with_cards, without = Sandbox(FILE), Sandbox()
    assert isinstance(with_cards.ports.holds, HoldsByKind)
    assert with_cards.ports.gift_cards is with_cards.gift_cards
    assert without.ports.holds is without.stock
    Checkout(with_cards.ports)


# The process


def test_the_process_answers_as_the_books_do_and_keeps_what_it_has_promised(tmp_path):
    with giftcardd(tmp_path) as process:
        client = process.client
        card = client.find_gift_card(PLENTY, "TRY")
        assert card == GiftCard(card.token, "0001", Money("500.00", "TRY"))
        assert client.find_gift_card(Secret("NOBODY-9999"), "TRY") is None
        until = datetime.now(UTC) + timedelta(hours=1)
        assert client.take_hold("op-1", "a", (item(card, 40000),), until) == ()
        assert client.take_hold("op-2", "b", (item(card, 20000),), until) == (item(card, 20000),)
        client.commit_hold("op-1")
        with pytest.raises(Refused, match="hold_lost"):
            client.commit_hold("op-2")
        client.release_hold("op-1")
        process.popen.kill()
        process.popen.wait(PATIENCE)
    with giftcardd(tmp_path) as process:
        assert process.client.ask_gift_card(card.token, "TRY").balance == Money("100.00", "TRY")
        status, written = process.ended()
        assert status == 0
        assert "PLENTY" not in written.upper()


def test_its_failures_are_no_answer_and_what_was_lost_is_done(tmp_path):
    with giftcardd(tmp_path) as process:
        client, until = process.client, datetime.now(UTC) + timedelta(hours=1)
        card = client.find_gift_card(PLENTY, "TRY")
        for n, failure in enumerate(("down", "500", "lost")):
            process.switch(failure)
            with pytest.raises(NoAnswer):
                client.find_gift_card(PLENTY, "TRY")
            with pytest.raises(NoAnswer):
                client.take_hold(f"op-{n}", "a", (item(card, 100),), until)
            process.switch(None)
            left = client.ask_gift_card(card.token, "TRY").balance
            assert str(left) == ("499.00" if failure == "lost" else "500.00")
        client.release_hold("op-2")
        assert client.ask_gift_card(card.token, "TRY").balance == Money("500.00", "TRY")


def test_who_has_no_password_or_says_no_version_is_told_nothing(tmp_path):
    with giftcardd(tmp_path) as process:
        asks = {"code": "PLENTY0001", "currency": "TRY"}
        sound = {"x-akinon-api-version": "v1", "x-akinon-request-id": str(uuid4())}
        status, told = process.asked("/find", asks, **sound)
        assert (status, told["version"], told["guid"]) == (200, "v1", sound["x-akinon-request-id"])
        assert process.asked("/find", asks, **sound, authorization="Basic c2hvcDpvdGhlcg==")[0] == 401
        assert process.asked("/find", asks, **{**sound, "x-akinon-api-version": "v0"})[0] == 400
        assert process.asked("/find", asks, **{**sound, "x-akinon-request-id": "1"})[0] == 400
        assert process.asked("/nowhere", asks, **sound)[0] == 404
        for body in ({}, {"code": 7, "currency": "TRY"}, {"op": "x"}):
            assert process.asked("/hold", body, **sound)[0] == 400
        with pytest.raises(NoAnswer):
            GiftCardService(process.url, "shop:other", timeout=PATIENCE).find_gift_card(PLENTY, "TRY")


def test_money_goes_over_the_own_machine_or_encrypted_and_nowhere_else():
    with pytest.raises(Misconfigured):
        GiftCardService("http://cards.example.org", AUTH)
