"""Messages of a provider: what is believed of one, whom it may concern, and what comes of two at once."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import MemoryStore
from checkout_core.effects import Callback
from checkout_core.sandbox.magic import APPROVED, DECLINED, THREE_D, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN
from checkout_core.sandbox.presets import PRESETS, preset
from checkout_core.service import Received
from checkout_core.stores import SqliteStore

from ..money_kit import Watched
from ..pages.card_kit import THREE_D as THREE_D_PAGE
from ..service.host import Host
from .kit import at_the_bank, comes_to_rest, impatient

BANK = "bank"


def changed(message: Callback, **fields: object) -> Callback:
    """The message with other words in it, and the signature it came with."""
    return Callback(json.dumps({**json.loads(message.body), **fields}).encode(), message.headers)


def inquiries(host: Host) -> int:
    return sum(call.method == "inquire" for call in host.shop.bank.calls())


# What no signature covers

CAPTURED = {"state": "captured", "reference": "B000009", "minor": 6500, "currency": "TRY", "installments": 1}
CLAIMED = st.fixed_dictionaries(
    {}, optional={
        "minor": st.integers(1, 10**6), "currency": st.sampled_from(["TRY", "EUR", "JPY"]),
        "installments": st.integers(1, 12), "reference": st.sampled_from(["B000001", "B000002", "B000777"]),
    },
)  # fmt: skip


@pytest.mark.parametrize("callback", ["partial", "none"])
@settings(max_examples=25)
@given(claimed=CLAIMED)
def test_what_is_not_signed_is_never_believed_and_the_ledger_is_asked_before_there_is_an_order(callback, claimed):
    host = Host(able=preset("order_number", callback=callback))
    key = host.paid(TIMEOUT_TAKEN)
    (message,) = host.shop.bank.messages()
    asked, (row,) = inquiries(host), host.shop.bank.rows()
    assert host.service.receive(BANK, changed(message, **claimed)).code == "accepted"
    placed, (attempt,) = host.order(key).placed, host.order(key).attempts
    assert inquiries(host) == asked + 1
    assert (placed.total, placed.receipt, placed.plan.installments) == (row.amount, row.reference, row.installments)
    assert [(each.reference, each.amount) for each in attempt.captures] == [(row.reference, row.amount)]


@pytest.mark.parametrize("callback", ["partial", "none"])
@pytest.mark.parametrize("card", [TIMEOUT_NOT_TAKEN, DECLINED])
def test_a_message_that_claims_money_the_ledger_does_not_have_places_nothing(callback, card):
    host = Host(able=preset("order_number", callback=callback))
    paid, key = host.paid(TIMEOUT_TAKEN), host.paid(card)
    told = host.shop.bank.messages(host.order(paid).number)[0]
    claim = changed(told, **CAPTURED, number=host.order(key).attempts[0].number)
    before = host.record(key)
    answer = host.service.receive(BANK, claim)
    if callback == "partial":  # the number is signed
        assert (answer, host.record(key)) == (Received("callback_rejected"), before)
    comes_to_rest(host)
    assert (host.order(key).placed, host.order(key).attempts[0].captures) == (None, ())


# Whom it concerns


def test_an_old_message_about_a_declined_number_does_not_end_the_next_attempt():
    host = impatient(Host())
    key = host.paid(DECLINED)
    (declined,) = host.shop.bank.messages()
    host.paid(TIMEOUT_TAKEN, again=key)
    assert host.states(key) == ["declined", "unknown"]
    assert host.service.receive(BANK, declined) == Received("accepted", key)
    assert host.states(key) == ["declined", "unknown"]
    comes_to_rest(host)
    assert (host.states(key), host.shop.bank.captures) == (["declined", "captured"], 1)


def test_a_message_that_is_rejected_is_told_apart_from_no_other():
    """Whether a number is anybody's cannot be learned without the secret."""
    host = Host()
    host.paid(TIMEOUT_TAKEN)
    (message,) = host.shop.bank.messages()
    known, unknown = changed(message, minor=1), changed(message, number="AAAABBBBCCCCDDDD")
    assert host.service.receive(BANK, known) == host.service.receive(BANK, unknown) == Received("callback_rejected")
    assert host.store.parked(10) == ()


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=3))
def test_no_parameter_beside_a_genuine_body_is_chosen_from(query):
    host = Host()
    key = host.paid(TIMEOUT_TAKEN)
    (message,) = host.shop.bank.messages()
    before = host.record(key)
    beside = Callback(message.body, message.headers, tuple(query))
    assert host.service.receive(BANK, beside) == Received("callback_rejected")
    assert host.record(key) == before


# Two at once


@pytest.mark.parametrize("first", ["message", "return"])
@pytest.mark.parametrize("kind", PRESETS)
def test_message_and_return_come_to_one_order_in_either_order(kind, first):
    host = Host(able=preset(kind, last_call="provider"))
    key, ticket = at_the_bank(host, THREE_D)
    brought = host.shop.bank.comes_back(ticket)
    (message,) = host.shop.bank.messages()
    ways = [lambda: host.service.receive(BANK, message), lambda: host.posts(key, THREE_D_PAGE, brought)]
    for way in ways if first == "message" else reversed(ways):
        way()
    assert host.posts(key, THREE_D_PAGE, brought).page == host.service.get(key).page == "ThankYouPage"
    came_to_one_order(host, key)


def came_to_one_order(host: Host, key: str) -> None:
    assert (host.states(key), host.shop.bank.captures, host.record(key).outbox) == (["captured"], 1, ())
    assert sorted(host.ears.told) == [("order_placed", host.order(key).number), ("send_mail", "order_placed")]


@pytest.mark.parametrize("last_call", ["shop", "provider"])
@pytest.mark.parametrize("save", range(3))
@pytest.mark.parametrize("inner", ["message", "return"])
def test_one_that_comes_within_a_save_of_the_other_changes_nothing_about_that(last_call, save, inner):
    store = Watched()
    host = impatient(Host(store=store, able=preset("native", last_call=last_call)))
    key, ticket = at_the_bank(host, THREE_D)
    brought, met = host.shop.bank.comes_back(ticket), []

    def told() -> None:
        met.extend(host.service.receive(BANK, each).code for each in host.shop.bank.messages())

    def returns() -> None:
        step = host.posts(key, THREE_D_PAGE, brought)
        met.append(step.page if step.ok else step.errors["non_field_errors"][0])

    within, around = (told, returns) if inner == "message" else (returns, told)
    store.before += [*[None] * save, within]
    around()
    store.before.clear()
    told()
    returns()
    assert set(met) <= {"accepted", "recorded", "ThankYouPage", "payment_in_progress"}, "no error is shown"
    assert met.count("accepted") == len(host.record(key).inbox), "what was answered is stored"
    comes_to_rest(host)
    came_to_one_order(host, key)


@pytest.mark.parametrize("kind", ["memory", "SQLite"])
def test_threads_that_hear_and_post_at_the_same_moment_come_to_one_order(kind, tmp_path):
    store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "checkouts.sqlite")
    host = Host(store=store, able=preset("native", last_call="provider"))
    key, ticket = at_the_bank(host, THREE_D)
    brought = host.shop.bank.comes_back(ticket)
    (message,) = host.shop.bank.messages()
    ready = threading.Barrier(4)

    def goes(way: int) -> object:
        ready.wait()
        return host.service.receive(BANK, message) if way % 2 else host.posts(key, THREE_D_PAGE, brought).page

    with ThreadPoolExecutor(4) as pool:
        came = [each.result() for each in [pool.submit(goes, way) for way in range(4)]]
    assert {each for each in came if isinstance(each, str)} == {"ThankYouPage"}
    host.recovers(minutes=2)
    assert host.states(key) == ["captured"]
    assert {number for what, number in host.ears.told if what == "order_placed"} == {host.order(key).placed.number}
    store.close()


# Parked


class SlowToForget(MemoryStore):
    """Two who list the parked messages at once have the same list."""

    def __init__(self):
        super().__init__()
        self.listed = ()

    def parked(self, limit, after=None, /):
        found = super().parked(limit, after)
        if after is not None:
            return found
        self.listed = found or self.listed
        return self.listed


def test_what_nobody_knows_is_matched_once_however_often_it_came_and_whoever_matches():
    host = Host(store=SlowToForget())
    key = host.paid(TIMEOUT_TAKEN)
    (message,) = host.shop.bank.messages()
    stored = host.store.get(key, None)
    host.store.remove(key, stored.version)
    assert {host.service.receive(BANK, message).code for _ in range(3)} == {"callback_parked"}
    order = host.checkout.codec.loads(stored.head, stored.basket).pre_order
    host.service.save(order)
    host.recovers(seconds=20)
    host.recovers(seconds=20)
    (still,) = host.store.parked(10)
    assert host.store.unpark(still.name, still.id) is False, "it is gone"
    assert (len(host.record(key).inbox), host.states(key)) == (1, ["captured"])


def test_a_message_about_a_payment_that_was_made_at_once_places_nothing_anew():
    host = Host()
    key = host.paid(APPROVED)
    before, told = host.order(key), list(host.ears.told)
    for message in host.shop.bank.messages():
        assert host.service.receive(BANK, message) == Received("accepted", key)
    assert (host.order(key), host.ears.told) == (before, told)
