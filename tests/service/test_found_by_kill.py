"""What the kills of `tests/kill` have found, each once more and without a single kill."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core.sandbox.magic import THREE_D, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN
from checkout_core.sandbox.presets import preset

from .host import Host
from .test_holding import Holding


@pytest.fixture
def host():
    return Holding()


def silent(host, card):
    """The key of a checkout whose payment has been silent for so long that its buyer has gone on, and edits."""
    key = host.begun("mug", "mug")
    host.shop.bank.unreachable = {"inquire"}
    for page, body in host.shop.answers("card", card, host.order(key)):
        host.posts(key, page, body)
    host.shop.passes(minutes=4)
    host.shop.basket("t-shirt", key=host.order(key).basket.key)
    host.service.get(key)
    return key


@pytest.mark.parametrize("card", [TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN])
def test_a_silent_payment_is_looked_after_also_when_its_basket_is_another_one_now(host, card):
    key = silent(host, card)
    assert [line.sku for line in host.order(key).basket.lines] == ["t-shirt"]
    assert (host.states(key), host.mugs) == (["unknown"], 1)
    host.shop.passes(minutes=20)
    host.service.run(host.service.requests.recovering(key))  # raised: the hold was taken for other items
    host.shop.bank.unreachable = set()
    for _ in range(4):
        host.recovers(minutes=60)
    assert (host.states(key), host.mugs) == ([{TIMEOUT_TAKEN: "reversed"}.get(card, "not_executed")], 3)
    assert host.shop.bank.captures == 0


def test_nobody_is_called_while_it_is_only_waited_until_the_ledger_can_be_believed():
    able = attrs.evolve(preset("native", last_call="provider"), session_ttl=timedelta(hours=15))
    host = Host(able=able)
    key = host.begun("mug")
    for page, body in host.shop.answers("card", THREE_D, host.order(key)):
        if page != "CreditCardThreeDSecurePage":
            host.posts(key, page, body)
    (a,) = host.order(key).attempts
    host.shop.basket("t-shirt", key=host.order(key).basket.key)  # so the money goes back
    host.service.get(key)
    assert host.shop.bank.comes_back(host.shop.bank.ticket(a.number)) is not None
    host.shop.bank.answers_lost = {"void"}
    host.recovers(minutes=2)
    host.shop.bank.answers_lost = set()
    assert (host.states(key), host.shop.bank.rows()[0].state) == (["reversing"], "voided")
    for _ in range(16):
        host.recovers(hours=1)
    (a,) = host.order(key).attempts
    assert (a.state, a.captures[0].tries) == ("reversed", 3)  # the eighth would have called somebody
    assert ("on_attention", "not_given_back") not in host.ears.told
