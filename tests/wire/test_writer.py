"""What a Writer keeps of a basket changes no byte of an answer."""

from __future__ import annotations

import gc
import json
from weakref import ref

import pytest

from checkout_core.engine import Step
from checkout_core.order import Basket
from checkout_core.page import EMPTY
from checkout_core.settings import Settings
from checkout_core.wire import Writer, step_json
from checkout_core.wire.writer import KEPT

from .conftest import MUG, STICKER, order, shown, step


def written(writer: Writer, of: Step) -> str:
    return writer.text(step_json(of, settings=Settings(), basket=False), of.pre_order)


def plain(of: Step) -> str:
    return json.dumps(step_json(of, settings=Settings()), separators=(",", ":"))


@pytest.mark.parametrize(
    "of",
    [
        step(context_list=shown()),
        step(errors={"card_number": ("expired",)}),
        step(order(basket=Basket.of("", "none", (), "TRY"))),
        Step(order(key='a "key"'), "IndexPage", EMPTY),
    ],
    ids=["every page", "an error", "nothing in it", "a strange key"],
)
def test_the_text_is_that_of_the_whole_answer(of: Step) -> None:
    writer = Writer()
    assert [written(writer, of), written(writer, of)] == [plain(of), plain(of)]


def test_two_baskets_of_one_digest_are_told_apart() -> None:
    before, writer = step(), Writer()
    after = step(order(basket=Basket.of("77", "digest", (STICKER,), "TRY")))
    assert [written(writer, each) for each in (before, after, before)] == [
        plain(each) for each in (before, after, before)
    ]


def test_two_checkouts_are_told_apart() -> None:
    one, other = step(), step(order(key="another", basket=Basket.of("77", "digest", (MUG,), "TRY")))
    asked, writer = (one, other, one), Writer()
    assert [written(writer, each) for each in asked] == [plain(each) for each in asked]


def test_baskets_are_forgotten_after_so_many_others() -> None:
    writer, first = Writer(), order()
    remembered = ref(first.basket)
    written(writer, step(first))
    del first
    for n in range(KEPT - 1):
        written(writer, step(order(key=f"{n}")))
    gc.collect()
    assert remembered() is not None
    written(writer, step(order(key="one more")))
    gc.collect()
    assert remembered() is None
