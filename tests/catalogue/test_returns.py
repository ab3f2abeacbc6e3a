"""Browsers that come back from a provider: what they bring is claims, and what is believed is the provider's ledger."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.effects import Callback, HandedOut
from checkout_core.page import Caller
from checkout_core.sandbox.magic import APPROVED, THREE_D, THREE_D_FAILED, THREE_D_INSUFFICIENT_FUNDS
from checkout_core.sandbox.presets import MATRIX, preset
from checkout_core.stores import StoreUnavailable

from ..money_kit import Watched, unavailable
from ..pages.card_kit import CAREFUL, CAREFUL_PAYING, chosen
from ..pages.card_kit import THREE_D as THREE_D_PAGE
from ..service.host import Host
from .kit import CONFIRMATION, Kept, at_the_bank, at_the_card, comes_to_rest, form, impatient

REJECTED = {"md": ("callback_rejected",)}
CLAIMS = ("md", "success", "three_d_secure", "mdStatus")
SIGNED = {  # fields in which other providers put a signature that says itself what it covers
    "hashParams": "success:mdStatus:", "hashParamsVal": "true1", "hash": "c2lnbmVk", "HASH": "c2lnbmVk",
    "storekey": "secret", "signature": "AAAA",
}  # fmt: skip


def methods(host: Host) -> list[str]:
    return [call.method for call in host.shop.bank.calls()]


def subsets(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))


# Fields left out


@pytest.mark.parametrize("last_call", ["shop", "provider"])
@pytest.mark.parametrize("card", [THREE_D, THREE_D_FAILED, THREE_D_INSUFFICIENT_FUNDS])
def test_no_field_left_out_of_a_return_takes_three_d_secure_away(card, last_call):
    for left_out in subsets(CLAIMS):
        host = Host(able=preset("native", last_call=last_call))
        key, ticket = at_the_bank(host, card)
        brought = host.shop.bank.comes_back(ticket)
        before, asked = host.record(key), methods(host)
        step = host.posts(key, THREE_D_PAGE, {name: brought[name] for name in CLAIMS if name not in left_out})
        if "md" in left_out:
            assert (step.errors, host.record(key), methods(host)) == (REJECTED, before, asked)
        assert "sale" not in methods(host), "nobody is charged without the proof that was wanted"
        placed = card == THREE_D and "md" not in left_out
        assert (step.pre_order.placed is not None) == placed
        assert host.shop.bank.captures == (card == THREE_D and (placed or last_call == "provider"))


@pytest.mark.parametrize("proved", [False, True], ids=["forged", "proved"])
@given(client=st.sampled_from(["web", "ios", "android", "instore", "IOS", "", "x"]))
def test_every_client_is_believed_as_little(client, proved):
    host = Host()
    key, ticket = at_the_bank(host, THREE_D)
    brought = dict(host.shop.bank.comes_back(ticket))
    body = brought if proved else {**brought, "md": "guessed", "client_type": client}
    before = host.record(key)
    step = host.service.post(key, THREE_D_PAGE, body, Caller(client=client, ip="192.0.2.1"))
    if proved:
        assert (step.page, host.shop.bank.captures) == ("ThankYouPage", 1)
    else:
        assert (step.errors, host.record(key), host.shop.bank.captures) == (REJECTED, before, 0)


def test_a_list_of_signed_fields_in_a_return_is_not_read():
    host = Host()
    key, ticket = at_the_bank(host, THREE_D_FAILED)
    failed = host.shop.bank.comes_back(ticket)
    step = host.posts(key, THREE_D_PAGE, {**failed, **SIGNED, "success": "true", "mdStatus": "1"})
    assert (step.errors, host.shop.bank.captures) == ({"non_field_errors": ("three_d_failed",)}, 0)


# Whose return it is


def test_the_return_of_one_payment_ends_no_other():
    host = Host()
    cheap, paid = at_the_bank(host, THREE_D)
    dear, _ = at_the_bank(host, THREE_D)
    brought, before = host.shop.bank.comes_back(paid), host.record(dear)
    assert host.posts(dear, THREE_D_PAGE, brought).errors == REJECTED
    assert (host.record(dear), host.shop.bank.captures, host.states(cheap)) == (before, 0, ["awaiting"])
    assert host.posts(cheap, THREE_D_PAGE, brought).page == "ThankYouPage"
    assert host.posts(dear, THREE_D_PAGE, brought).errors == REJECTED, "once it was used, too"


def test_the_return_of_an_attempt_that_was_declined_does_not_end_the_next_one():
    host = impatient(Host())
    key, first = at_the_bank(host, THREE_D_FAILED)
    old = host.shop.bank.comes_back(first)
    host.posts(key, THREE_D_PAGE, old)
    host.posts(key, CONFIRMATION, form(host, THREE_D))
    assert host.states(key) == ["declined", "awaiting"]
    before = host.record(key)
    assert host.posts(key, THREE_D_PAGE, old).errors == REJECTED
    assert (host.record(key), host.shop.bank.captures) == (before, 0)


# Proven is not paid, and what shifts liability shifts none


@pytest.mark.parametrize("able", MATRIX, ids=lambda able: f"{able.idempotency}-{able.callback}-{able.last_call}")
def test_a_proof_without_money_is_no_order(able):
    host = Host(able=able)
    key, ticket = at_the_bank(host, THREE_D_INSUFFICIENT_FUNDS)
    brought = host.shop.bank.comes_back(ticket)
    assert brought["mdStatus"] == "1"
    step = host.posts(key, THREE_D_PAGE, brought)
    assert (step.errors, step.pre_order.placed) == ({"non_field_errors": ("insufficient_funds",)}, None)
    comes_to_rest(host)
    assert (host.states(key), host.shop.bank.captures, host.ears.told) == (["declined"], 0, [])


@settings(max_examples=25)
@given(
    st.dictionaries(st.sampled_from(["eci", "cavv", "xid", "status"]), st.sampled_from(["", "05", "07", "AAAB", "x"]))
)
def test_no_claim_about_liability_is_kept_or_changes_what_comes_of_a_payment(claims):
    host = Host()
    key, ticket = at_the_bank(host, THREE_D)
    host.posts(key, THREE_D_PAGE, {**host.shop.bank.comes_back(ticket), **claims})
    plain = Host()
    same, ticket = at_the_bank(plain, THREE_D)
    plain.posts(same, THREE_D_PAGE, plain.shop.bank.comes_back(ticket))
    assert host.order(key).placed is not None
    assert (host.order(key), host.shop.bank.rows()) == (plain.order(same), plain.shop.bank.rows())


# Addresses

EVIL = "http://169.254.169.254/latest/meta-data"
NAMES = ("url", "return_url", "redirect_url", "callback_url", "next", "termUrl", "bin_number_url", "webhook")
AIMED = dict.fromkeys(NAMES, EVIL) | {"status": EVIL, "xid": EVIL, "browser_language": EVIL}


def test_an_address_in_a_request_reaches_nobody_who_could_fetch_it(monkeypatch):
    def connects(*_, **__):
        raise AssertionError("somebody opens a connection")

    monkeypatch.setattr(socket, "socket", connects)
    monkeypatch.setattr(socket, "create_connection", connects)
    monkeypatch.setattr(socket, "getaddrinfo", connects)
    host = Host()
    key = at_the_card(host, THREE_D)
    for page, body in host.shop.answers("card", THREE_D, host.order(key)):
        step = host.posts(key, page, {**AIMED, **body})
    assert step.page == "ThankYouPage"
    aimed = Callback(b'{"url":"%s"}' % EVIL.encode(), {"x-forwarded-host": EVIL}, (("url", EVIL),))
    assert host.service.receive("bank", aimed).code == "callback_rejected"
    comes_to_rest(host)
    stored = host.store.get(key, None)
    assert EVIL.encode() not in stored.head


# What the bank hands out

DRAWN = '<form action="https://bank.example/"><input value="&quot;><script>alert(1)</script>"></form>'


def test_what_the_bank_hands_out_is_stored_to_the_letter_before_the_buyer_sees_it():
    kept = Kept(chosen(CAREFUL.installments[0], "542120"))
    bank, seen = kept.world.bank, []
    bank.meanwhile.append(lambda: seen.append(kept.order.attempts[-1].state))
    bank.will.append(HandedOut({"form": DRAWN, "md": "m"}))
    step = kept.posts(CONFIRMATION, CAREFUL_PAYING)
    assert seen == ["intent"], "before the bank was asked"
    assert dict(kept.order.attempts[-1].handed) == {"form": DRAWN, "md": "m"}
    assert "script" not in repr(step.context), "only the address of the page that draws it is shown"


def test_what_could_not_be_stored_is_not_shown():
    store = Watched()
    kept = Kept(chosen(CAREFUL.installments[0], "542120"), store=store)
    store.before += [None, unavailable]
    with pytest.raises(StoreUnavailable):
        kept.posts(CONFIRMATION, CAREFUL_PAYING)
    assert kept.order.attempts[-1].state == "intent"


def test_one_name_twice_or_in_two_carriers_is_not_chosen_from():
    host = Host()
    key, ticket = at_the_bank(host, THREE_D)
    md = host.shop.bank.comes_back(ticket)["md"]
    before = host.record(key)
    for twice in (["guessed", md], [md, "guessed"], [md, md], [md], {"0": md}):
        assert host.posts(key, THREE_D_PAGE, {"md": twice}).errors == {"md": ("invalid",)}
    assert (host.record(key), host.shop.bank.captures) == (before, 0)
    assert host.posts(key, THREE_D_PAGE, {"md": md, "success": "true"}).page == "ThankYouPage"


def test_a_card_whose_issuer_insists_is_proved_though_another_bin_was_typed():
    host = Host()
    key = at_the_card(host, APPROVED)
    step = host.posts(key, CONFIRMATION, form(host, THREE_D))
    assert (step.page, methods(host), host.shop.bank.captures) == (THREE_D_PAGE, ["start_three_d"], 0)
