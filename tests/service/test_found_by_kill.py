"""What the kills of `tests/kill` have found, each once more and without a single kill."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

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


class Provider(Host):
    """A host whose bank takes the money when the buyer is through with its page."""

    def __init__(self):
        super().__init__(able=preset("native", last_call="provider"))


class Between(Holding, Provider):
    """One in which something happens after a payment is saved and before its goods are held."""

    happens = None

    def take_hold(self, *given):
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return super().take_hold(*given)


def pays_twice(host, happens):
    """The key of a checkout that tries again at the bank, its first page still open; that `happens` meanwhile."""
    key = host.begun("mug")
    for page, body in host.shop.answers("card", THREE_D, host.order(key)):
        if page == "CreditCardConfirmationPage":
            host.posts(key, page, body)
            (a,) = host.order(key).attempts
            host.happens = partial(happens, key, host.shop.bank.ticket(a.number))
            host.posts(key, page, body)
            return key
        host.posts(key, page, body)
    raise AssertionError("the buyer is never asked to pay")


def test_money_that_comes_before_the_goods_of_the_next_try_are_held_waits_until_they_are():
    host = Between()

    def pays_at_the_first_page(_, ticket):
        assert host.shop.bank.comes_back(ticket) is not None
        host.recovers()

    key = pays_twice(host, pays_at_the_first_page)
    host.recovers(hours=1)
    assert (host.states(key)[1], host.mugs) == ("captured", 2)
    assert (
        host.record(key).outbox == ()
    )  # was: sold before it was held, which is refused, and then held by nobody's wish
    host.shop.passes(days=2)
    host.others_take(2)
    assert host.mugs == 0


def test_money_that_comes_before_the_goods_of_the_next_try_are_held_goes_back_where_there_are_none_any_more():
    host = Between()

    def pays_at_the_first_page(_, ticket):
        assert host.shop.bank.comes_back(ticket) is not None
        host.holds.put("stock", "mug", 0)
        host.recovers()

    key = pays_twice(host, pays_at_the_first_page)
    host.recovers(hours=1)
    assert (host.order(key).placed, host.shop.bank.captures) == (None, 0)
    assert host.record(key).outbox == ()
