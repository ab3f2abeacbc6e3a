"""A release is deployed, or a shop changes its tables, while payments are open: they end by what was stored."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from checkout_core import CheckoutService, MemoryStore, evolve
from checkout_core.effects import Captured
from checkout_core.order import Plan
from checkout_core.paying import digest
from checkout_core.rules.calculators import Fixed

from ..pages.card_kit import CONFIRMATION, GOLD, IN_THREE, PAYING, World, chosen
from ..pages.kit import CARD, lira
from ..records.checkouts import NOW, a_session, by_card
from .kit import Kept

RECORDS = Path(__file__).parents[1] / "records" / "v1"
SEALED = "1b062fcce4859af39b31f264f7544324"  # of the order in these records, by the release that wrote them
WITH_COUPONS = "559c19b879d81423b82cf3e37180cec8"
NUMBER, TOTAL = "000000000017", lira("79.98")


def stored(name: str) -> tuple[bytes, bytes]:
    """Head and basket as that release wrote them, sealed and due as its own payments were."""
    parts = json.loads((RECORDS / f"{name}.json").read_text(encoding="utf-8"))
    digested = WITH_COUPONS if "coupons" in parts["head"]["extras"] else SEALED
    for attempt in parts["head"]["attempts"]:
        attempt["seal"] = {"digest": digested, "plans": [{"installments": 3, "amount": "7998 TRY"}]}
        if attempt["state"] != "awaiting" or attempt.get("last_call") == "provider":
            attempt["due_at"] = parts["head"]["due_at"]
    return json.dumps(parts["head"]).encode(), json.dumps(parts["basket"]).encode()


class Deployed:
    """Today's service on such a record."""

    def __init__(self, name: str):
        self.world = World()
        self.world.now = NOW + timedelta(hours=1)
        self.store = MemoryStore()
        head, basket = stored(name)
        self.store.save("co-1", 0, head, ("digest of 2", basket), self.world.now, (NUMBER,))
        self.service = CheckoutService(self.world.checkout, self.store)

    @property
    def order(self):
        stored = self.store.get("co-1", None)
        return self.world.checkout.codec.loads(stored.head, stored.basket).pre_order

    def is_looked_after(self):
        for _ in range(6):
            self.world.passes(timedelta(hours=3))
            self.service.recover_once()
            self.service.relay_once()


def test_an_order_still_has_the_digest_it_was_sealed_with():
    assert (digest(by_card()), digest(a_session())) == (SEALED, WITH_COUPONS)


@pytest.mark.parametrize("name", ["unknown", "session"])
@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
def test_a_payment_that_an_earlier_release_left_open_ends_with_this_one(name, taken):
    now = Deployed(name)
    row = Captured("ref-1", TOTAL, 3)
    if taken:
        now.world.bank.ledger[NUMBER] = [row]
    now.is_looked_after()
    (attempt,) = now.order.attempts
    assert attempt.state == ("captured" if taken else "not_executed")
    assert (now.order.placed and now.order.placed.plan) == (Plan(3, TOTAL) if taken else None)
    assert [number for number, _ in now.world.placed] == [NUMBER] * taken
    assert (now.world.bank.calls, now.world.bank.net) == ([], int(taken)), "nothing was sent, nothing went back"


def test_money_that_an_earlier_release_was_giving_back_goes_back():
    now = Deployed("reversing")
    now.world.bank.ledger[NUMBER] = [Captured("ref-0", lira("0.05"), 1)]
    now.is_looked_after()
    assert ([a.state for a in now.order.attempts], now.world.bank.net) == (["reversed"], 0)


def test_a_form_that_an_earlier_release_handed_out_waits_for_its_buyer_and_takes_no_money():
    now = Deployed("awaiting_three_d")
    now.is_looked_after()
    assert now.order.attempts[0].state == "awaiting", "its buyer may still come back"
    assert (now.world.bank.calls, now.world.bank.net, now.order.placed) == ([], 0, None)


# What a shop may change


def dearer(world: World) -> None:
    options = tuple(evolve(o, calculator=Fixed(lira("99.00"))) for o in world.shop.shipping_options)
    world.shop = evolve(world.shop, shipping_options=options)


def switched_off(world: World) -> None:
    world.shop = evolve(world.shop, payment_options=tuple(o for o in world.shop.payment_options if o.pk != CARD.pk))


def other_plans(world: World) -> None:
    world.cards["542119"] = evolve(GOLD, installments=(evolve(IN_THREE, interest_rate=500_000),))


def other_settings(world: World) -> None:
    world.settings = attrs.evolve(
        world.settings, interest_rounding="half_up", three_d_secure_enabled=True, can_guest_purchase=False,
        identity_number_required_amount=lira("0.01"), minimum_order_amount=lira("9000.00"), attempts_per_checkout=1,
    )  # fmt: skip


def other_gateway(world: World) -> None:
    able, hours = world.bank.capabilities, timedelta(hours=2)
    world.bank.capabilities = attrs.evolve(able, idempotency="native", max_in_flight=hours, number_digits=True)


CHANGES = [dearer, switched_off, other_plans, other_settings, other_gateway]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_payment_ends_as_it_was_sealed_whatever_the_shop_changes_meanwhile(change):
    kept = Kept(chosen(IN_THREE))
    bank = kept.world.bank

    def loses(order):
        bank.take(order)
        raise TimeoutError

    bank.will.append(loses)
    kept.posts(CONFIRMATION, PAYING)
    before = kept.order
    change(kept.world)
    kept.service = kept.another()  # deployed with it
    order = kept.is_looked_after()
    sealed = before.attempts[0].seal
    assert (order.placed.plan, order.placed.digest) == (sealed.plans[0], sealed.digest)
    assert (order.placed.totals, order.basket) == (before.totals, before.basket)
    assert (bank.net, bank.voided, len(bank.calls)) == (1, [], 1)
