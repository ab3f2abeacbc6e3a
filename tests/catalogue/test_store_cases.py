"""Stores that are stale, slow, far away or set back, and records that grow: what is saved decides, and nobody waits."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore, SqliteStore, evolve
from checkout_core.keyring import Keyring
from checkout_core.page import Caller
from checkout_core.sandbox.magic import APPROVED, DECLINED, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN
from checkout_core.service import NotThere
from checkout_core.stores import Saved

from ..pages.card_kit import CONFIRMATION, IN_THREE, PAYING, World, chosen
from ..service.host import Host
from .kit import Kept, at_the_card, comes_to_rest, form, impatient

READY = chosen(IN_THREE)


# Stale reads


class Stale(MemoryStore):
    """Answers the next reads from a copy that lags behind by so many saves."""

    def __init__(self):
        super().__init__()
        self.seen, self.behind, self.reads = [], 0, 0

    def get(self, key, known_basket=None, /):
        if self.reads and len(self.seen) > self.behind:
            self.reads -= 1
            return self.seen[-1 - self.behind]
        return super().get(key, known_basket)

    def save(self, key, *given):
        saved = super().save(key, *given)
        if saved is Saved.WON:
            self.seen.append(super().get(key))
        return saved


@pytest.mark.parametrize("reads", [1, 2, 3])
@pytest.mark.parametrize("behind", [1, 2])
def test_who_read_a_stale_copy_is_read_again_and_sends_once(reads, behind):
    store = Stale()
    kept = Kept(READY, store=store)
    for notes in ("one", "two", "three"):
        kept.posts("OrderNotePage", {"notes": notes})
    store.behind, store.reads = behind, reads
    assert kept.posts(CONFIRMATION, PAYING).page == "ThankYouPage"
    assert (kept.sent, kept.world.bank.net, kept.order.extras.notes) == (["sale"], 1, "three")


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_who_does_not_see_that_it_is_paid_does_not_pay_again(reads):
    store = Stale()
    kept = Kept(READY, store=store)
    assert kept.posts(CONFIRMATION, PAYING).page == "ThankYouPage"
    store.behind, store.reads = 3, reads  # before the checkpoint
    assert kept.posts(CONFIRMATION, PAYING).page == "ThankYouPage"
    assert (kept.sent, kept.world.bank.net) == (["sale"], 1)


# Growth


def test_ten_thousand_steps_leave_the_record_as_small_as_it_was():
    world = World(attempts_per_checkout=10_000)
    store = MemoryStore()
    checkout = Checkout(attrs.evolve(world.ports, keyring=Keyring((bytes(range(32)),))))
    service = CheckoutService(checkout, store)
    key = service.save(READY)
    size = 0
    for n in range(10_000):
        step = service.get(key, "OrderNotePage", Caller(session=f"tab-{n}"))
        service.post(key, "OrderNotePage", {"notes": f"note {n % 10}"}, token=service.requests.token(step))
        if n % 1000 == 50:
            now = len(store.get(key, None).head)
            size = size or now
            assert abs(now - size) <= 16, "digits of a version, and no more"
    assert size < 16_384


def test_what_may_still_matter_is_kept_however_much_happens():
    host = impatient(Host())
    key = at_the_card(host)
    for card in (DECLINED, TIMEOUT_NOT_TAKEN):
        host.posts(key, CONFIRMATION, form(host, card))
    attempts = host.order(key).attempts
    number = attempts[-1].number
    for n in range(200):
        told = host.service.get(key, None, Caller(session=f"tab-{n}"))
    assert told.pre_order.attempts == attempts == host.order(key).attempts
    assert host.store.find(number) == key
    assert len(host.record(key).shown) <= 20


# Forgetting


@pytest.mark.parametrize("kind", ["memory", "SQLite"])
def test_nothing_goes_by_itself_while_money_may_come_however_long_that_takes(kind, tmp_path):
    store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "checkouts.sqlite")
    with closing(store):
        host = impatient(Host(store=store))
        key = host.paid(TIMEOUT_TAKEN)
        host.shop.bank.unreachable = {"inquire"}
        host.recovers(days=3)
        for _ in range(5):
            host.shop.passes(days=200)
            old = host.begun()
            host.shop.passes(days=200)
            assert host.ask(host.operator.pruning()).kept == {"payment": 1}
            assert host.record(old) is None
        assert host.states(key) == ["unknown"]
        assert host.order(key).attempts[0].attention == "no_answer"
        host.shop.bank.unreachable = frozenset()
        host.recovers(hours=2)
        assert (host.states(key), host.shop.bank.captures) == (["captured"], 1)


class Forgetful(MemoryStore):
    """A cache: of so many checkouts the oldest is dropped."""

    def save(self, key, *given):
        saved = super().save(key, *given)
        for old in self.keys("", 99):
            if old != key:
                super().remove(old, super().get(old).version)
                break
        return saved


def test_what_a_cache_has_dropped_is_not_there_and_nothing_is_sent_for_it():
    """Which is why it is no store: the histories of the contract find it out."""
    host = Host(store=Forgetful())
    key = at_the_card(host)
    host.begun()
    with pytest.raises(NotThere):
        host.posts(key, CONFIRMATION, form(host, APPROVED))
    assert host.shop.bank.sends == 0


# No lock


def test_another_process_writes_the_same_checkout_while_a_bank_is_called(tmp_path):
    path = tmp_path / "checkouts.sqlite"
    with closing(SqliteStore(path)) as store:
        kept = Kept(READY, store=store)
        script = (
            "import sys; from checkout_core import SqliteStore; s = SqliteStore(sys.argv[1]); k = sys.argv[2];"
            "r = s.get(k); print(s.save(k, r.version, r.head, None, None).name);"
            "print(s.save('other', 0, b'{}', None, None).name)"
        )
        said = []

        def another_process():
            done = subprocess.run(
                [sys.executable, "-c", script, path, kept.key], capture_output=True, text=True, check=True, timeout=60
            )
            said.append(done.stdout.split())

        kept.world.bank.meanwhile.append(another_process)
        step = kept.posts(CONFIRMATION, PAYING)
        assert said == [["WON", "WON"]], "no transaction of ours is open"
        assert (step.page, kept.sent, kept.world.bank.net) == ("ThankYouPage", ["sale"], 1)


def test_no_lock_of_a_store_in_memory_is_held_either():
    kept = Kept(READY)
    kept.world.bank.meanwhile.append(lambda: kept.another().get(kept.key))
    kept.world.bank.meanwhile.append(lambda: kept.another().save(evolve(READY, key="another")))
    assert kept.posts(CONFIRMATION, PAYING).page == "ThankYouPage"


# Set back


@pytest.mark.parametrize("card", [APPROVED, TIMEOUT_TAKEN])
@pytest.mark.parametrize("saves", [1, 2, 3])
def test_a_store_that_was_set_back_by_so_many_saves_ends_with_one_order_or_none_and_no_money(card, saves):
    store = Stale()
    host = impatient(Host(store=store))
    key = at_the_card(host, card)
    host.posts(key, CONFIRMATION, form(host, card))
    back = store.seen[-1 - saves]
    head, basket = back.head, (host.record(key).pre_order.basket.digest, back.basket)
    host.store = store = MemoryStore()
    store.save(key, 0, head, basket, host.checkout.codec.loads(back.head, back.basket).due_at)
    host.service = CheckoutService(host.checkout, store)
    while host.service.sweep_once():
        pass
    comes_to_rest(host)
    placed = host.order(key).placed
    assert host.shop.bank.captures == (placed is not None)
    if placed is None:  # an honest retry
        for page, body in host.shop.answers("card", APPROVED, host.order(key)):
            host.posts(key, page, body)
    assert (host.shop.bank.captures, host.order(key).placed is not None) == (1, True)
    assert isinstance(host.shop.bank.inquire(host.order(key).number), tuple)
