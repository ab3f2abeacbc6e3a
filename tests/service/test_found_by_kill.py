"""What the kills of `tests/kill` have found, each once more and without a single kill."""

from __future__ import annotations

import pytest

from checkout_core.sandbox.magic import TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN

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
