"""HoldsByKind: items of several keepers, held all or none, and told of their end whatever befalls one of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from checkout_core.effects import Item, Refused
from checkout_core.shop import Misconfigured
from checkout_core.stores import HoldsByKind, MemoryHolds, SqliteHolds

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
UNTIL = NOON + timedelta(hours=1)
MUG, CARD = Item("stock", "mug", 1), Item("gift_card", "t-1", 60)


FAILS = st.sampled_from(["", "deaf", "mute"])


class Down(Exception):
    """The service does not answer."""


class Service(MemoryHolds):
    """A keeper that may be down: before it has heard (`deaf`), or after it has done what it was told (`mute`)."""

    def __init__(self):
        super().__init__(lambda: NOON)
        self.deaf = self.mute = False
        self.told = []

    def take_hold(self, op, owner, items, until, /):
        return self._tells("take", lambda: super(Service, self).take_hold(op, owner, items, until))

    def commit_hold(self, op, /):
        return self._tells("commit", lambda: super(Service, self).commit_hold(op))

    def release_hold(self, op, /):
        return self._tells("release", lambda: super(Service, self).release_hold(op))

    def _tells(self, what, do):
        self.told.append(what)
        if self.deaf:
            raise Down
        answer = do()
        if self.mute:
            raise Down
        return answer


class World:
    def __init__(self, rest=None):
        self.rest, self.service = rest or MemoryHolds(lambda: NOON), Service()
        self.rest.put("stock", "mug", 2)
        self.service.put("gift_card", "t-1", 100)
        self.holds = HoldsByKind(self.rest, gift_card=self.service)

    @property
    def left(self):
        return self.rest.left("stock", "mug"), self.service.left("gift_card", "t-1")

    def take(self, op, *items, owner="a"):
        return self.holds.take_hold(op, owner, items, UNTIL)


@pytest.fixture(params=["memory", "sqlite"])
def world(request, tmp_path):
    return World(None if request.param == "memory" else SqliteHolds(tmp_path / "h.sqlite", lambda: NOON))


def test_each_item_is_held_by_its_keeper_and_gone_when_it_is_committed(world):
    assert world.take("op", MUG, CARD) == ()
    assert world.left == (1, 40)
    world.holds.commit_hold("op")
    world.holds.release_hold("op")
    assert world.left == (1, 40)
    with pytest.raises(Refused):
        world.holds.commit_hold("never taken")


def test_released_all_is_free_again_and_released_twice_is_once(world):
    world.take("op", MUG, CARD)
    world.holds.release_hold("op")
    world.holds.release_hold("op")
    assert world.left == (2, 100)


@pytest.mark.parametrize("items", [(MUG, Item("gift_card", "t-1", 101)), (Item("stock", "mug", 3), CARD)])
def test_where_one_lacks_something_nothing_is_held(world, items):
    (lacking,) = world.take("op", *items)
    assert lacking in items
    assert world.left == (2, 100)
    assert world.take("op", *items) != ()  # said again, as before
    assert world.take("op-2", MUG, CARD) == ()


def test_a_service_is_not_asked_for_what_the_shop_has_not(world):
    world.take("op", Item("stock", "mug", 3), CARD)
    assert "take" not in world.service.told


def test_the_same_op_again_is_the_same_hold(world):
    assert world.take("op", MUG, CARD) == world.take("op", MUG, CARD) == ()
    assert world.left == (1, 40)


def test_who_has_no_part_in_an_order_is_not_told_that_it_stands(world):
    world.take("op", MUG)
    world.service.deaf = True
    world.holds.commit_hold("op")
    assert world.service.told == []


@pytest.mark.parametrize("how", ["deaf", "mute"])
def test_what_a_service_did_not_answer_is_raised_and_settled_by_saying_it_again(world, how):
    """GFT-04: the outbox says it again."""
    setattr(world.service, how, True)
    with pytest.raises(Down):
        world.take("op", MUG, CARD)
    setattr(world.service, how, False)
    assert world.take("op", MUG, CARD) == ()
    setattr(world.service, how, True)
    for _ in range(2):
        with pytest.raises(Down):
            world.holds.commit_hold("op")
    setattr(world.service, how, False)
    world.holds.commit_hold("op")
    assert world.left == (1, 40)


@pytest.mark.parametrize("how", ["deaf", "mute"])
def test_a_hold_that_was_not_answered_is_let_go_by_releasing_it(world, how):
    setattr(world.service, how, True)
    with pytest.raises(Down):
        world.take("op", MUG, CARD)
    with pytest.raises(Down):
        world.holds.release_hold("op")
    assert world.rest.left("stock", "mug") == 2  # told, though the other failed
    setattr(world.service, how, False)
    world.holds.release_hold("op")
    assert world.left == (2, 100)
    assert world.take("op", MUG, CARD) != ()  # whoever asked was late


def test_a_hold_that_the_service_has_lost_refuses_and_the_rest_is_committed(world):
    world.take("op", MUG, CARD)
    MemoryHolds.release_hold(world.service, "op")
    with pytest.raises(Refused):
        world.holds.commit_hold("op")
    assert world.left == (1, 100)


def test_one_who_may_yet_answer_is_raised_before_one_who_has_said_never(world):
    world.take("op", MUG, CARD)
    world.rest.release_hold("op")
    world.service.deaf = True
    with pytest.raises(Down):
        world.holds.commit_hold("op")
    world.service.deaf = False
    with pytest.raises(Refused):
        world.holds.commit_hold("op")
    assert world.service.left("gift_card", "t-1") == 40  # the order stands: the card is charged


def test_a_newer_op_of_the_same_checkout_takes_over_at_every_keeper(world):
    world.take("op-1", MUG, CARD)
    assert world.take("op-2", MUG, Item("gift_card", "t-1", 100)) == ()
    assert world.left == (1, 0)


def test_keepers_that_are_async_are_refused_at_once():
    class Async(MemoryHolds):
        async def take_hold(self, op, owner, items, until, /):
            return ()

    with pytest.raises(Misconfigured, match="sync"):
        HoldsByKind(MemoryHolds(lambda: NOON), gift_card=Async(lambda: NOON))


class Orders(RuleBasedStateMachine):
    """Two checkouts, one card, and a service that fails now and then."""

    def __init__(self):
        super().__init__()
        self.world, self.numbers, self.ops = World(), count(), []
        self.world.rest.put("stock", "mug", 1000)

    @rule(owner=st.sampled_from("ab"), amount=st.integers(1, 100), fails=FAILS)
    def takes(self, owner, amount, fails):
        op = f"op-{next(self.numbers)}"
        try:
            lacking = self.failing(fails, lambda: self.world.take(op, Item("gift_card", "t-1", amount), owner=owner))
        except Down:  # as paying does: what is not known to be held is let go
            self.world.holds.release_hold(op)
        else:
            self.ops += [] if lacking else [op]

    @precondition(lambda self: self.ops)
    @rule(data=st.data(), fails=FAILS, end=st.sampled_from(["commit_hold", "release_hold"]))
    def ends(self, data, fails, end):
        op = data.draw(st.sampled_from(self.ops))
        self.ops.remove(op)
        before = self.there()
        say = partial(getattr(self.world.holds, end), op)
        with suppress(Refused):  # a newer op of its owner has taken over
            try:
                self.failing(fails, say)
            except Down:
                say()
        assert self.there() >= before  # what ends takes nothing more

    def there(self):
        return self.world.service.left("gift_card", "t-1")

    def failing(self, how, do):
        if how:
            setattr(self.world.service, how, True)
        try:
            return do()
        finally:
            self.world.service.deaf = self.world.service.mute = False

    @invariant()
    def no_more_is_held_and_charged_than_there_was(self):
        """GFT-01: holds and charges never come to more than the balance."""
        (taken,) = self.world.service.count_taken("gift_card", ("t-1",), "nobody")
        assert taken <= 100

    @invariant()
    def nothing_is_held_by_who_let_go(self):
        if not self.ops:
            (taken,) = self.world.service.count_taken("gift_card", ("t-1",), "nobody")
            assert taken + self.there() == 100


Orders.TestCase.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
TestOrders = Orders.TestCase
