"""Both drivers run one coroutine to one end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from checkout_core.driver import ForeignAwait, arun, run
from checkout_core.effects import Effect, FindCard


def in_turn(steps, perform):
    return run(steps, perform)


def on_a_loop(steps, perform):
    async def aperform(effect):
        await asyncio.sleep(0)
        return perform(effect)

    return asyncio.run(arun(steps, aperform))


def inside_another(steps, perform):
    async def out(effect):
        return await effect

    return run(arun(steps, out), perform)


Driver = Callable[..., object]
drivers = pytest.mark.parametrize("drive", [in_turn, on_a_loop, inside_another])


async def asks(*bins: str) -> list[object]:
    return [await FindCard(each) for each in bins]


@drivers
def test_answers_come_back_where_they_were_asked(drive: Driver):
    assert drive(asks("1", "2"), lambda effect: effect.bin_number * 2) == ["11", "22"]


@drivers
def test_what_a_port_raises_is_raised_where_it_was_asked(drive: Driver):
    async def page():
        try:
            await FindCard("1")
        except LookupError as failed:
            return f"mended: {failed}"

    def perform(effect: Effect[object]) -> object:
        raise LookupError(effect.bin_number)

    assert drive(page(), perform) == "mended: 1"


@drivers
def test_what_the_coroutine_raises_comes_out(drive: Driver):
    async def page():
        await FindCard("1")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        drive(page(), lambda _: None)


def test_a_foreign_await_is_refused_by_name_where_it_stands():
    told = []

    async def page():
        try:
            await asyncio.sleep(0)
        except ForeignAwait as foreign:
            told.append(str(foreign))
            raise

    with pytest.raises(ForeignAwait, match="only effects may be awaited"):
        run(page(), lambda _: None)
    assert told


def test_a_coroutine_that_is_left_is_closed():
    ended = []

    async def page():
        try:
            await FindCard("1")
        finally:
            ended.append("closed")

    def perform(effect: Effect[object]) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(page(), perform)
    assert ended == ["closed"]
