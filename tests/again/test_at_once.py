"""Two tabs, a card and a transfer, an operator twice: at the same time, and with a crash between, one pays."""

from __future__ import annotations

import threading
from contextlib import closing, suppress

import pytest

from checkout_core.service import Conflict, Impossible
from checkout_core.stores import SqliteStore

from .kit import Shop


def at_once(*calls):
    """What each call came to, all of them let go together."""
    gate, came = threading.Barrier(len(calls)), [None] * len(calls)

    def run(n, call):
        gate.wait()
        try:
            came[n] = call()
        except (Conflict, Impossible) as refused:
            came[n] = refused

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


@pytest.fixture
def shop(tmp_path):
    with closing(SqliteStore(tmp_path / "checkouts.sqlite")) as store:
        yield Shop(store)


def test_two_tabs_that_begin_and_pay_at_once_pay_once(shop):
    key = shop.orders()
    begun = at_once(lambda: shop.begins(key), lambda: shop.begins(key), lambda: shop.begins(key))
    assert len(set(begun)) == 1
    again, page, body, caller = shop.up_to_the_card(key)

    def pays():
        return shop.service.post(again, page, body, caller)

    at_once(pays, pays, pays)
    shop.passes(minutes=10)
    assert (shop.told, shop.taken) == (["paid"], 1)


def test_of_a_card_and_a_transfer_at_once_one_pays_and_the_other_is_told(shop):
    key = shop.orders()
    again, page, body, caller = shop.up_to_the_card(key)
    at_once(lambda: shop.service.post(again, page, body, caller), lambda: shop.confirms(key))
    shop.passes(minutes=10)
    payer = shop.payer(key)
    assert shop.told == ["paid"]
    assert shop.taken == (payer.placed.receipt != "funds_transfer")


def test_of_two_operators_one_confirms_and_the_other_is_noted(shop):
    key = shop.orders()
    at_once(lambda: shop.confirms(key), lambda: shop.confirms(key))
    assert shop.told == ["paid"]
    assert sorted(str(each.why_not) for each in shop.payer(key).again.transfers) == ["None", "paid_already"]


def test_of_confirming_and_giving_up_at_once_one_is_told(shop):
    key = shop.orders()
    at_once(lambda: shop.confirms(key), lambda: shop.refuses(key))
    assert shop.told in (["paid"], ["refused"])
    assert (shop.payer(key).placed is None) == (shop.told == ["refused"])


class Crash(BaseException):
    """The process is gone."""


class Dying:
    """A store that dies at its n-th save, before or after it was written."""

    def __init__(self, store, at, *, written):
        self.store, self.left, self.written = store, at, written

    def __getattr__(self, name):
        return getattr(self.store, name)

    def save(self, *given):
        self.left -= 1
        if self.left == 0 and not self.written:
            raise Crash
        saved = self.store.save(*given)
        if self.left == 0:
            raise Crash
        return saved


def dying(shop, at, *, written):
    """The service of a process that dies then."""
    return type(shop.service)(shop.checkout, Dying(shop.store, at, written=written))


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_crash_on_the_way_to_a_card_payment_neither_loses_nor_repeats_it(shop, at, written):
    key = shop.orders()
    again, page, body, caller = shop.up_to_the_card(key)
    with suppress(Crash):
        dying(shop, at, written=written).post(again, page, body, caller)
    shop.passes(minutes=30)
    shop.passes(minutes=30)
    assert shop.taken == (shop.payer(key).placed is not None)
    if shop.payer(key).placed is None:  # nobody has heard of it: the buyer tries once more
        shop.pays(key)
    shop.passes(minutes=30)
    assert (set(shop.told), shop.taken) == ({"paid"}, 1)


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_a_crash_while_an_operator_confirms_tells_the_shop_in_the_end(shop, at, written):
    key = shop.orders()
    service = dying(shop, at, written=written)
    operator, owed = type(shop.operator)(service.requests), shop.order(key).placed.plan.amount
    with suppress(Crash):
        service.run(operator.confirming(key, owed, "grace", "bank statement"))
    shop.passes(minutes=30)
    if shop.payer(key) is None:
        shop.confirms(key)
    assert set(shop.told) == {"paid"}
    assert shop.payer(key).placed.receipt == "funds_transfer"
