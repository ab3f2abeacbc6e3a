"""GiftBoxIndexPage and GiftBoxPage: the goods are wrapped, at a price that is never made up."""

from __future__ import annotations

import pytest

from checkout_core import EMPTY, STANDARD, Invalid, Money, Settings
from checkout_core.effects import FindProduct, Product
from checkout_core.order import Basket, Buyer, Extras, GiftBox
from checkout_core.pages.buyer import IndexPage
from checkout_core.pages.gifts import ChosenBox, GiftBoxContext, GiftBoxIndexPage, GiftBoxPage
from checkout_core.settings import GiftBoxConfigurations

from .kit import answer, closed_by, holds, lira, order, shows, visit

BOX, INDEX = GiftBoxPage, GiftBoxIndexPage
FIND = FindProduct("gift-box", "TRY")
SOLD = Product(900, "gift-box", "Gift box", lira("25.00"), "miscellaneous")
SOLD_OUT = Product(900, "gift-box", "Gift box", lira("25.00"), "miscellaneous", in_stock=False)
CHOSEN = GiftBox(lira("20.00"), "For Ada", gift_video=True, sku="gift-box")


def shop(box=None, *, is_active=True, sku="gift-box", **parts):
    given = {"extras": Extras("Ring twice", gift_box=box), **parts}
    return visit(order(**given), settings=Settings(gift_box_configurations=GiftBoxConfigurations(is_active, sku)))


@pytest.mark.parametrize("page", [BOX, INDEX])
@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (shop(), ()),
        (shop(is_active=False), ("gift_box_off",)),
        (shop(buyer=Buyer()), ("user_email_required",)),
        (shop(basket=Basket.of("b-1", "d-0", (), "TRY")), ()),
    ],
)
def test_a_box_wants_a_shop_that_has_some_and_a_buyer_with_an_e_mail_address(page, at, codes):
    assert closed_by(page, at) == codes


@pytest.mark.parametrize("is_active", [True, False])
def test_the_first_page_says_whether_the_shop_has_gift_boxes(is_active):
    assert shows(IndexPage, shop(is_active=is_active)).has_gift_box is is_active


def test_both_stand_beside_the_flow_and_the_index_leads_to_the_box():
    assert {BOX, INDEX} <= set(STANDARD.beside)
    assert (INDEX.next_page, BOX.next_page) == ("GiftBoxPage", None)


# what is shown


def test_the_price_of_the_product_is_shown_before_a_box_is_chosen():
    assert shows(BOX, shop(), (FIND, SOLD)) == GiftBoxContext(lira("25.00"), None)


@pytest.mark.parametrize(("currency", "price"), [("TRY", "0.00"), ("JPY", "0")])
def test_without_a_sku_a_box_costs_nothing_in_the_currency_of_the_basket(currency, price):
    at = shop(sku=None)
    at = visit(order(basket=Basket.of("b-1", "d-0", (), currency), shipping=order().shipping.__class__()),
               settings=at.settings)  # fmt: skip
    assert shows(BOX, at).price == Money(price, currency)
    assert answer(BOX, {}, at).gift_box == GiftBox(Money(price, currency))


@pytest.mark.parametrize("found", [None, SOLD_OUT])
def test_a_product_that_is_not_sold_has_no_price_and_the_page_says_so(found):
    assert shows(BOX, shop(), (FIND, found)) == GiftBoxContext(None, None, "gift_box_not_available")


@pytest.mark.parametrize("found", [SOLD, None])
def test_the_box_that_stands_is_shown_as_it_was_chosen(found):
    context = shows(BOX, shop(CHOSEN), (FIND, found))
    assert context.gift_box == ChosenBox("For Ada", True, False, lira("20.00"))  # noqa: FBT003  # fields in their order
    assert context.price == (lira("25.00") if found else None)


@pytest.mark.parametrize("box", [None, CHOSEN])
def test_to_look_at_the_index_shows_nothing_and_takes_nothing_back(box):
    assert shows(INDEX, shop(box)) == EMPTY


# what is chosen


def test_an_empty_answer_is_a_box_without_note_and_video():
    extras = answer(BOX, {}, shop(), (FIND, SOLD))
    assert extras == Extras("Ring twice", gift_box=GiftBox(lira("25.00"), sku="gift-box"))


def test_the_note_and_what_is_said_of_the_video_are_kept():
    body = {"note": " Happy\r\nbirthday! ", "gift_video": "true", "gift_video_notification_sent": "on"}
    box = answer(BOX, body, shop(), (FIND, SOLD)).gift_box
    assert box == GiftBox(lira("25.00"), "Happy\nbirthday!", True, True, "gift-box")  # noqa: FBT003  # as above


def test_a_box_that_is_said_anew_replaces_the_one_before_at_the_price_of_today():
    box = answer(BOX, {"note": "For Grace"}, shop(CHOSEN), (FIND, SOLD)).gift_box
    assert box == GiftBox(lira("25.00"), "For Grace", sku="gift-box")


@pytest.mark.parametrize("note", [None, "", "  "])
def test_a_note_may_be_null_or_empty(note):
    assert answer(BOX, {"note": note}, shop(), (FIND, SOLD)).gift_box.note is None


def test_a_note_of_160_characters_is_taken_however_many_bytes_they_are():
    assert answer(BOX, {"note": "ş" * 160}, shop(), (FIND, SOLD)).gift_box.note == "ş" * 160


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"note": "x" * 161}, {"note": ("too_long",)}),
        ({"note": 12}, {"note": ("invalid",)}),
        ({"note": "bell\x07"}, {"note": ("invalid",)}),
        ({"note": "5421 1900 0000 0009"}, {"note": ("card_number",)}),
        (
            {"gift_video": "perhaps", "gift_video_notification_sent": 2},
            {"gift_video": ("invalid",), "gift_video_notification_sent": ("invalid",)},
        ),
    ],
)
def test_a_longer_note_a_card_number_and_what_is_neither_yes_nor_no_are_refused(body, codes):
    with pytest.raises(Invalid) as refused:
        answer(BOX, body, shop(CHOSEN))
    assert refused.value.codes == codes


@pytest.mark.parametrize("found", [None, SOLD_OUT])
def test_no_box_is_sold_at_a_price_that_was_made_up(found):
    with pytest.raises(Invalid) as refused:
        answer(BOX, {}, shop(), (FIND, found))
    assert refused.value.codes == {"non_field_errors": ("gift_box_not_available",)}


@pytest.mark.parametrize("box", [None, CHOSEN])
def test_the_index_takes_the_box_back_when_it_is_submitted(box):
    assert answer(INDEX, {}, shop(box)) == Extras("Ring twice")


@pytest.mark.parametrize("page", [BOX, INDEX])
def test_undone_the_box_is_gone_and_the_note_to_the_shop_stays(page):
    assert page().undo(shop(CHOSEN).order).extras == Extras("Ring twice")


def test_a_box_stands_while_its_product_is_sold():
    assert holds(BOX, shop(CHOSEN, sku="another"), (FIND, SOLD))
    assert not holds(BOX, shop(CHOSEN), (FIND, None))
    assert not holds(BOX, shop(CHOSEN), (FIND, SOLD_OUT))
    assert holds(BOX, shop(GiftBox(lira("0"))))
    assert holds(BOX, shop())
