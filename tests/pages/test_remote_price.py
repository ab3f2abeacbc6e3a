"""RemotePriceCalculationPage: prices that are known elsewhere only, for the address the parcel goes to."""

from __future__ import annotations

import pytest

from checkout_core import EMPTY, Basket, Invalid, Line, Money, Settings, evolve
from checkout_core.effects import AskPrices, Unavailable
from checkout_core.order import Buyer, Delivery, Parcel
from checkout_core.pages.remote_price import RemotePriceCalculationPage
from checkout_core.settings import RemoteService

from .kit import (
    EMPTIED,
    HOME,
    IN_STORE,
    MUG,
    OFFICE,
    SHIRT,
    TO_THE_DOOR,
    answer,
    answers_itself,
    closed_by,
    holds,
    lira,
    order,
    shows,
    visit,
)  # fmt: skip
from .places import AT_A_LOCKER, COLLECTED, WAITING

PAGE = RemotePriceCalculationPage
SERVICE = RemoteService("https://prices.example/")
REMOTE = Settings(basket_item_remote_price_client_conf=SERVICE)
ASKING = {"has_remote_price": "true"}
SOFA = Line(3, "sofa", "Sofa", 2, lira("0"), 30_000, attributes=ASKING)
LAMP = Line(4, "lamp", "Lamp", 1, lira("50.00"), 900, attributes=ASKING)
GOODS = Basket.of("b-1", "d-1", (MUG, SOFA, LAMP), "TRY")
ASKED = AskPrices(SERVICE, Parcel(GOODS, HOME), (3, 4))
ANSWER = {3: lira("900.00"), 4: lira("45.00")}
PRICED = GOODS.with_prices(ANSWER)
BEFORE, AFTER = order(basket=GOODS), order(basket=PRICED)
DOWN = Unavailable("ReadTimeout")
USELESS = [
    pytest.param(DOWN, id="no answer"),
    pytest.param({3: lira("900.00")}, id="a product left out"),
    pytest.param({}, id="all left out"),
    pytest.param({3: lira("900.00"), 4: Money("45.00", "EUR")}, id="another currency"),
    pytest.param({3: lira("900.00"), 4: lira("-0.01")}, id="below nothing"),
]


def at(of=BEFORE, settings=REMOTE):
    return visit(of, settings=settings)


@pytest.mark.parametrize(
    ("attributes", "needed"),
    [
        ({"has_remote_price": "true"}, True),
        ({"has_remote_price": "True"}, False),
        ({"has_remote_price": "1"}, False),
        ({"has_remote_price": "false"}, False),
        ({"price_by_weight": "true"}, False),
        ({}, False),
    ],
)
def test_the_page_is_for_goods_whose_attribute_is_the_text_true(attributes, needed):
    goods = Basket.of("b-1", "d-1", (MUG, evolve(SHIRT, attributes=attributes)), "TRY")
    assert closed_by(PAGE, at(order(basket=goods))) == (() if needed else ("no_remote_prices",))


@pytest.mark.parametrize(("key", "codes"), [("has_remote_price", ()), ("by_weight", ("no_remote_prices",))])
def test_the_setting_names_the_attribute(key, codes):
    settings = evolve(REMOTE, remote_price_attribute_key=key)
    assert closed_by(PAGE, at(settings=settings)) == codes


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (EMPTIED, ("basket_empty", "no_remote_prices")),
        (order(basket=GOODS, buyer=Buyer()), ("user_email_required",)),
        (order(basket=GOODS, delivery=Delivery()), ("delivery_option_required", "address_required")),
        (order(basket=GOODS, delivery=Delivery(TO_THE_DOOR, HOME)), ("address_required",)),
        (order(basket=GOODS, delivery=Delivery(TO_THE_DOOR, COLLECTED.shipping_address, HOME)), ("address_required",)),
        (order(basket=GOODS, delivery=Delivery(IN_STORE, HOME, HOME)), ("address_required",)),
        (order(basket=GOODS, delivery=Delivery(AT_A_LOCKER, HOME, HOME)), ("address_required",)),
        (order(basket=GOODS, delivery=COLLECTED), ()),
        (order(basket=GOODS, delivery=WAITING), ()),
    ],
)
def test_the_page_wants_goods_a_buyer_and_an_address_whichever_page_gave_it(of, codes):
    assert closed_by(PAGE, at(of)) == codes


def test_the_page_shows_nothing_and_answers_itself():
    assert shows(PAGE, at()) == EMPTY
    assert answers_itself(PAGE, at()) == EMPTY


def test_the_goods_that_ask_for_it_have_the_prices_of_the_service_and_the_others_their_own():
    priced = answer(PAGE, {}, at(), (ASKED, ANSWER))
    assert [line.unit_price for line in priced.lines] == [MUG.unit_price, lira("900.00"), lira("45.00")]
    assert priced.amount == lira("1880.10")
    assert priced.priced is not None
    assert PAGE().done(priced, at())
    assert not PAGE().done(GOODS, at())


def test_a_price_of_nothing_is_a_price():
    assert answer(PAGE, {}, at(), (ASKED, {3: lira("0"), 4: lira("0")})).amount == MUG.unit_price


def test_a_product_nobody_asked_about_keeps_its_price():
    assert answer(PAGE, {}, at(), (ASKED, {**ANSWER, 1: lira("1.00"), 9: lira("1.00")})) == PRICED


def test_the_service_is_asked_about_the_goods_as_they_are_listed_though_they_have_prices_already():
    assert answer(PAGE, {}, at(AFTER), (ASKED, ANSWER)) == PRICED
    assert answer(PAGE, {}, at(AFTER), (ASKED, {**ANSWER, 3: lira("800.00")})).as_listed() == GOODS


def test_priced_twice_the_listed_price_is_still_known_though_it_is_nothing():
    assert PRICED.with_prices({3: lira("800.00")}).as_listed() == GOODS


def test_a_product_that_asks_no_more_has_its_own_price_again():
    both = Basket.of("b-1", "d-1", (evolve(MUG, attributes={"by_weight": "true"}), LAMP), "TRY")
    at_once = visit(
        order(basket=both.with_prices({4: lira("45.00")})),
        settings=evolve(REMOTE, remote_price_attribute_key="by_weight"),
    )
    asked = AskPrices(SERVICE, Parcel(both, HOME), (1,))
    assert answer(PAGE, {}, at_once, (asked, {1: lira("30.00")})) == both.with_prices({1: lira("30.00")})


def test_a_product_on_two_lines_is_asked_about_once():
    twice = Basket.of("b-1", "d-2", (SOFA, evolve(SOFA, quantity=1)), "TRY")
    asked = AskPrices(SERVICE, Parcel(twice, HOME), (3,))
    assert answer(PAGE, {}, at(order(basket=twice)), (asked, {3: lira("10.00")})).amount == lira("30.00")


def test_the_price_is_asked_for_the_address_of_the_store():
    asked = AskPrices(SERVICE, Parcel(GOODS, COLLECTED.shipping_address), (3, 4))
    assert answer(PAGE, {}, at(order(basket=GOODS, delivery=COLLECTED)), (asked, ANSWER)) == PRICED


@pytest.mark.parametrize("said", USELESS)
@pytest.mark.parametrize("of", [BEFORE, AFTER])
def test_what_is_no_answer_in_any_part_is_refused_and_no_price_is_guessed(of, said):
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {}, at(of), (ASKED, said))
    assert refused.value.codes == {"non_field_errors": ("remote_prices_unavailable",)}
    assert refused.value.kept is None


def test_where_the_shop_names_nobody_to_ask_no_price_is_guessed():
    with pytest.raises(Invalid) as refused:
        answer(PAGE, {}, at(settings=Settings()))
    assert refused.value.codes == {"non_field_errors": ("remote_prices_unavailable",)}


@pytest.mark.parametrize("said", USELESS)
def test_prices_stay_good_while_nobody_says_otherwise(said):
    assert holds(PAGE, at(AFTER), (ASKED, said)) is True


@pytest.mark.parametrize(("sofa", "good"), [("900.00", True), ("900.01", False), ("899.99", False)])
def test_prices_are_good_while_the_service_says_the_same(sofa, good):
    assert holds(PAGE, at(AFTER), (ASKED, {**ANSWER, 3: lira(sofa)})) is good


def test_undone_every_line_is_priced_as_listed():
    assert PAGE().undo(AFTER).basket == GOODS
    assert PAGE().undo(BEFORE) is BEFORE


def test_another_address_is_another_question():
    assert AskPrices(SERVICE, Parcel(GOODS, OFFICE), (3, 4)) != ASKED
