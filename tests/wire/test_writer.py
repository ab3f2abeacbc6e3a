"""What a Writer keeps of a basket changes no byte of an answer."""

from __future__ import annotations

import gc
import json
from weakref import ref

import pytest

from checkout_core.engine import Step
from checkout_core.money import Money
from checkout_core.order import Basket, Discount, Discounts, LineShare, evolve
from checkout_core.page import EMPTY
from checkout_core.settings import Settings
from checkout_core.wire import Writer, basket_json, step_json
from checkout_core.wire import writer as writer_module
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


def test_the_same_basket_after_other_offers_is_told_anew() -> None:
    """An offer that ends, or begins, changes no line."""
    before, nothing = order(), Money.zero("TRY")
    ten = Discount(7, "Ten off", Money("10.00", "TRY"), nothing, (LineShare(0, Money("10.00", "TRY")),))
    asked = tuple(step(evolve(before, discounts=each)) for each in (Discounts(), Discounts((ten,)), Discounts()))
    writer = Writer()
    assert [written(writer, each) for each in asked] == [plain(each) for each in asked]
    assert '"total_discount_amount":"10.00"' in written(writer, asked[1])


def test_a_basket_and_its_offers_that_are_the_same_ones_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    one, writer, made = step(), Writer(), []
    monkeypatch.setattr(writer_module, "basket_json", lambda *given: made.append(given) or basket_json(*given))
    for of in (one, step(evolve(one.pre_order, number="N1")), one):
        written(writer, of)
    assert made == [(one.pre_order.basket, one.pre_order.discounts)]


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
