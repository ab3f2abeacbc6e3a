"""A card payment through the service: senders that sleep, a request that is cancelled, a shop that cannot be told."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from checkout_core import AsyncCheckoutService, Basket, CheckoutService, MemoryStore, Misconfigured, PreOrder
from checkout_core.effects import Captured, Order
from checkout_core.service._session import LEASE

from .money_kit import DRIVERS, Buyer, Watched, unavailable
from .pages.card_kit import (
    ABLE,
    CAREFUL,
    CAREFUL_PAYING,
    CONFIRMATION,
    IN_THREE,
    MD,
    PAYING,
    THREE_D,
    Bank,
    World,
    chosen,
)

READY = chosen(IN_THREE)
CAREFUL_READY = chosen(CAREFUL.installments[0], "542120")
RETURN = {"md": MD, "success": "true"}
IN_PROGRESS = {"non_field_errors": ("payment_in_progress",)}
NOT_SENT = {"non_field_errors": ("not_sent",)}


@pytest.fixture(params=DRIVERS)
def drive(request):
    return DRIVERS[request.param]


@pytest.fixture
def store():
    return Watched()


@pytest.fixture
def buyer(drive, store):
    return Buyer(drive, READY, store=store)


# A sender that sleeps

LONG = timedelta(seconds=5, milliseconds=1)  # longer than the shop gives itself to send


def sleeps(world, seconds):
    """This process stands still; its own clock shows it."""

    def sleep():
        world.monotonic += seconds.total_seconds()

    return sleep


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("call", ["sale", "start_three_d", "finish_three_d"])
def test_a_sender_that_slept_past_its_time_does_not_send(drive, store, call, where):
    """It may have been taken for dead: the ledger was asked, and the buyer pays again."""
    buyer = Buyer(drive, READY if call == "sale" else CAREFUL_READY, store=store)
    page, body = CONFIRMATION, PAYING if call == "sale" else CAREFUL_PAYING
    if call == "finish_three_d":
        buyer.posts(body=CAREFUL_PAYING)
        page, body = THREE_D, RETURN
    getattr(store, where).append(sleeps(buyer.world, LONG))
    step = buyer.posts(page, body)
    assert (step.page, step.errors, step.context.notice) == (CONFIRMATION, NOT_SENT, "not_sent")
    assert (call in buyer.sent, buyer.world.bank.net, buyer.states, buyer.record.due_at) == (
        False,
        0,
        ["abandoned"],
        None,
    )
    before = buyer.order.number
    again = buyer.posts(body=PAYING if call == "sale" else CAREFUL_PAYING)
    assert (again.errors, buyer.order.number != before) == ({}, True)


def test_a_sender_that_slept_less_than_its_time_sends(buyer, store):
    store.after.append(sleeps(buyer.world, timedelta(seconds=4)))
    assert buyer.posts().page == "ThankYouPage"


@pytest.mark.parametrize("hours", [2, -2])
def test_a_wall_clock_that_jumps_decides_nothing_about_sending(buyer, store, hours):
    def jumps():
        buyer.world.now += timedelta(hours=hours)

    store.after.append(jumps)
    assert (buyer.posts().page, buyer.sent) == ("ThankYouPage", ["sale"])


class SlowShop(World):
    """Its baskets are far away."""

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        self.monotonic += LONG.total_seconds()
        return super().read_basket(key, known_digest)


def test_a_port_that_is_slow_before_the_checkpoint_eats_the_time_to_send(drive):
    """The attempt says by when it is sent, and that was reckoned from the beginning of the step."""
    buyer = Buyer(drive, READY, SlowShop())
    assert (buyer.posts().errors, buyer.sent) == (NOT_SENT, [])


# The event loop


class OnTheLoop(World):
    """Is told of an order on the loop."""

    def __init__(self):
        super().__init__()
        self.bank = Slow()
        self.told = asyncio.Event()

    async def order_placed(self, number: str, order: PreOrder, /) -> None:
        super().order_placed(number, order)
        self.told.set()


class Slow(Bank):
    """Answers when it is told to, on the loop."""

    def __init__(self):
        super().__init__(ABLE)
        self.asked_for, self.answers = asyncio.Event(), asyncio.Event()
        self.threads = set()

    async def sale(self, order: Order, card: object, /) -> Captured:
        self.threads.add(threading.get_ident())
        self.calls.append(("sale", order))
        self.asked_for.set()
        await self.answers.wait()
        return self.take(order)


def test_a_request_that_is_cancelled_while_the_bank_is_asked_still_ends_in_an_order():
    async def whole():
        world, store = OnTheLoop(), MemoryStore()
        service = AsyncCheckoutService(world.checkout, store)
        key = await service.save(READY)
        request = asyncio.create_task(service.post(key, CONFIRMATION, PAYING))
        await world.bank.asked_for.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        during = await service.post(key, CONFIRMATION, PAYING)
        assert during.errors == IN_PROGRESS
        world.bank.answers.set()
        await world.told.wait()
        step = await service.get(key)
        assert step.page == "ThankYouPage"
        assert ([method for method, _ in world.bank.calls], world.bank.net) == (["sale"], 1)
        assert (world.bank.threads, step.errors) == ({threading.get_ident()}, {})

    asyncio.run(asyncio.wait_for(whole(), 30))


def test_sync_ports_and_the_store_never_run_on_the_loop():
    threads: dict[str, set[int]] = {}

    def noting(of, name):
        method = getattr(of, name)

        def noted(*given):
            threads.setdefault(name, set()).add(threading.get_ident())
            return method(*given)

        setattr(of, name, noted)

    async def whole():
        world, store = World(), MemoryStore()
        for name in ("read_basket", "find_card", "order_placed"):
            noting(world, name)
        noting(world.bank, "sale")
        for name in ("get", "save"):
            noting(store, name)
        service = AsyncCheckoutService(world.checkout, store)
        key = await service.save(READY)
        assert (await service.post(key, CONFIRMATION, PAYING)).page == "ThankYouPage"

    asyncio.run(whole())
    assert set(threads) == {"read_basket", "find_card", "order_placed", "sale", "get", "save"}
    assert threading.get_ident() not in set.union(*threads.values())


def test_a_transfer_that_waited_too_long_for_a_free_thread_is_not_sent(store):
    """Six threads that wait for a slow bank are all there are on two cores."""
    buyer = Buyer(CheckoutService, READY, store=store)
    looked = threading.Semaphore(0)  # at the own clock

    def monotonic():
        now = buyer.world.monotonic
        looked.release()
        return now

    def keeps_busy():
        for _ in range(2):  # when it read the record, and when it is about to send
            assert looked.acquire(timeout=20)
        buyer.world.monotonic += LONG.total_seconds()

    async def whole():
        with ThreadPoolExecutor(1) as pool:
            asyncio.get_running_loop().set_default_executor(pool)
            store.after.append(lambda: pool.submit(keeps_busy))
            service = AsyncCheckoutService(buyer.world.checkout, store, monotonic=monotonic)
            return await service.post(buyer.key, CONFIRMATION, PAYING)

    step = asyncio.run(whole())
    assert (step.errors, buyer.sent) == (NOT_SENT, [])


def test_a_service_for_threads_refuses_async_ports_and_names_them():
    world = World()
    world.bank = Slow()
    with pytest.raises(Misconfigured, match=r"Slow\.sale"):
        CheckoutService(world.checkout, MemoryStore())


# What must be told


def test_a_shop_that_cannot_be_told_keeps_its_order_and_is_told_later(buyer, caplog):
    buyer.world.broken = ConnectionError("the shop's database is away")
    step = buyer.posts()
    assert (step.page, step.errors) == ("ThankYouPage", {})
    (message,) = buyer.record.outbox
    assert (buyer.record.due_at, buyer.world.placed) == (buyer.world.now + timedelta(seconds=5), [])
    (logged,) = (record for record in caplog.records if record.name == "checkout_core")
    assert message.id in logged.getMessage()
    assert buyer.service.relay_once() == 0
    buyer.world.passes(timedelta(seconds=5))
    assert buyer.service.relay_once() == 1
    (again,) = buyer.record.outbox
    assert (again.id, again.event) == (message.id, message.event), "to be known again by its id"
    assert (message.tries, again.tries) == (1, 2)
    buyer.world.broken = None
    buyer.world.passes(timedelta(seconds=30))
    assert buyer.another().relay_once() == 1
    assert (buyer.record.outbox, len(buyer.world.placed), buyer.service.relay_once()) == ((), 1, 0)


def test_a_shop_that_was_told_and_crashed_before_it_was_noted_is_told_again(buyer, store):
    store.before += [None, None, unavailable]
    step = buyer.posts()
    assert (step.page, len(buyer.world.placed)) == ("ThankYouPage", 1)
    assert buyer.service.relay_once() == 0, "whoever has claimed it may still be at it"
    buyer.world.passes(LEASE)
    buyer.service.relay_once()
    assert [number for number, _ in buyer.world.placed] == [step.pre_order.placed.number] * 2
    assert buyer.record.outbox == ()


def test_a_store_that_goes_away_while_a_delivery_is_noted_does_not_take_the_answer_from_the_buyer(buyer, store):
    def loses_the_save_and_goes():
        buyer.is_touched()
        store.get = lambda *_: unavailable()

    store.before += [None, None, loses_the_save_and_goes]
    assert buyer.posts().page == "ThankYouPage"
    del store.get
    buyer.world.passes(LEASE)
    buyer.service.relay_once()
    assert (buyer.record.outbox, len(buyer.world.placed)) == ((), 2)


def test_two_who_relay_at_once_leave_nothing_behind(buyer, store):
    buyer.world.broken = ConnectionError()
    buyer.posts()
    buyer.world.broken = None
    buyer.world.passes(timedelta(seconds=5))
    store.before.append(buyer.another().relay_once)
    buyer.service.relay_once()
    assert (buyer.record.outbox, {number for number, _ in buyer.world.placed}) == ((), {buyer.order.placed.number})


@pytest.mark.parametrize("task", ["recover_once", "relay_once"])
def test_a_record_that_does_not_read_keeps_nobody_else_from_being_looked_after(drive, task):
    world, store = World(), MemoryStore()
    store.save("a-broken-one", 0, b"{", ("b", b"["), world.now - timedelta(days=1))
    buyer = Buyer(drive, READY, world, store)
    if task == "recover_once":
        world.bank.will.append(TimeoutError())
    else:
        world.broken = ConnectionError()
    buyer.posts()
    if task == "recover_once":
        world.bank.take(world.bank.calls[0][1])
    world.broken = None
    world.passes(timedelta(minutes=2))
    getattr(buyer.service, task)()
    assert buyer.order.placed is not None
    assert task == "recover_once" or len(world.placed) == 1
