"""The sandbox's bank keeps what it promises, in memory and over HTTP; a gateway that does not is caught by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from checkout_core.effects import Unknown
from checkout_core.sandbox import MATRIX, NATIVE, Bank, preset
from checkout_core.testing.promises import PROMISES, broken, promised, unasked

from ..sandbox.processes import bankd
from .accounts import Hall, account, over_http
from .liars import LIES, Liar

TIMED = {"max_in_flight: nothing takes effect later", "session_ttl: what was handed out is over"}
MORE = {
    "a slow ledger": preset("order_number", lag=timedelta(seconds=40)),
    "void only": preset("no_keys", gives_back="void"),
    "refund only": preset("native", gives_back="refund"),
    "nothing back": preset("native", gives_back="nothing"),
    "the card twice": evolve(NATIVE, card_twice=True),
    "sales only": evolve(NATIVE, kinds=frozenset({"sale"}), cancel=False),
    "3-D Secure only": evolve(NATIVE, kinds=frozenset({"three_d"})),
    "no closing": evolve(NATIVE, cancel=False, last_call="provider"),
    "numbers of any length": evolve(NATIVE, number_max=36, key_max=64),
}


def name(able):
    return f"{able.idempotency}-{able.callback}-{able.last_call}"


@pytest.mark.parametrize("able", MATRIX, ids=name)
def test_the_bank_keeps_every_promise_it_can_be_made_to_give(able):
    at = Hall(able).account()
    assert (broken(at), unasked(at)) == ({}, ())


@pytest.mark.parametrize("able", MORE.values(), ids=MORE)
def test_the_bank_keeps_what_a_host_makes_it_promise(able):
    at = Hall(able).account()
    assert (broken(at), unasked(at)) == ({}, ())


@pytest.mark.parametrize("able", MATRIX, ids=name)
def test_the_bank_keeps_its_promises_when_all_it_takes_clears_at_once(able):
    assert broken(Hall(able, clears=True).account()) == {}


@pytest.mark.parametrize("able", MATRIX[::5], ids=name)
def test_the_bank_keeps_its_promises_over_http(tmp_path, able):
    preset_of = {"native": "native", "order_number": "order_number", "none": "no_keys"}[able.idempotency]
    options = "--preset", preset_of, "--callback", able.callback, "--last-call", able.last_call
    with bankd(tmp_path / "bank.sqlite", *options) as process:
        at = over_http(process, able)
        assert (broken(at), set(unasked(at))) == ({}, TIMED)


@pytest.mark.parametrize(("promise", "make"), LIES.values(), ids=LIES)
def test_a_lie_is_caught_and_named(promise, make):
    at = make()
    assert promise in promised(at.able)
    assert promise in broken(at)


def test_there_is_a_lie_for_every_promise():
    assert {promise for promise, _ in LIES.values()} == set(PROMISES)


def test_what_breaks_is_told_with_what_was_seen():
    _, make = LIES["has no keys"]
    assert "Captured" in broken(make())["native: a key takes money once"]


def test_what_nobody_can_look_into_is_not_asked_and_is_told():
    lagging = account(Bank(capabilities=preset("native", lag=timedelta(seconds=1))))
    assert set(promised(lagging.able)) - set(unasked(lagging)) == {"void: what is not there does not go back"}
    blind = account(Bank(capabilities=evolve(NATIVE, inquiry=False)))
    assert set(promised(blind.able)) - set(unasked(blind)) == {"void: what is not there does not go back"}
    assert broken(lagging) == broken(blind) == {}


def test_a_gateway_that_raises_has_answered_unknown_and_breaks_what_needs_an_answer():
    class Down(Liar):
        def sale(self, order, card):
            raise ConnectionError

    hall = Hall(NATIVE)
    told = broken(hall.account(Down(hall)))
    assert repr(Unknown("ConnectionError")) in told["a decline has taken nothing"]
    assert "session: the page takes the money, once" not in told
