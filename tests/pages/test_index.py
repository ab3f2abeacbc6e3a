"""IndexPage: who buys."""

from __future__ import annotations

import pytest

from checkout_core import Invalid, Settings, evolve
from checkout_core.order import Buyer
from checkout_core.pages.buyer import IndexContext, IndexPage
from checkout_core.settings import GiftBoxConfigurations

from .kit import EMPTIED, answer, closed_by, order, shows, visit

NOBODY = order(buyer=Buyer())
MEMBER = order(buyer=Buyer("7", "grace@example.org", "+905320000000"))
MEMBERS_ONLY = Settings(can_guest_purchase=False)


def context(written, pattern, *, is_user_logged_in=False, can_guest_purchase=True, has_gift_box=False):
    return IndexContext(is_user_logged_in, can_guest_purchase, has_gift_box, written, pattern)


@pytest.mark.parametrize(
    ("body", "buyer"),
    [
        ({"user_email": "ada@example.org"}, Buyer(None, "ada@example.org")),
        ({"user_email": "ada@example.org", "phone_number": ""}, Buyer(None, "ada@example.org")),
        (
            {"user_email": "Ada@Example.org ", "phone_number": "05321234567"},
            Buyer(None, "ada@example.org", "+905321234567"),
        ),
    ],
)
def test_a_guest_gives_an_email_address_and_perhaps_a_phone_number(body, buyer):
    assert answer(IndexPage, body, visit(NOBODY)) == buyer


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {"user_email": ("required",)}),
        ({"user_email": "  "}, {"user_email": ("required",)}),
        ({"user_email": None}, {"user_email": ("required",)}),
        ({"user_email": "ada"}, {"user_email": ("invalid",)}),
        ({"user_email": ["ada@example.org"]}, {"user_email": ("invalid",)}),
        ({"user_email": "ada@example.org", "phone_number": "12"}, {"phone_number": ("invalid",)}),
        ({"user_email": "ada", "phone_number": 5321234567}, {"user_email": ("invalid",), "phone_number": ("invalid",)}),
    ],
)
def test_an_email_address_is_needed_and_all_that_is_wrong_is_told_at_once(body, codes):
    with pytest.raises(Invalid) as refused:
        answer(IndexPage, body, visit(NOBODY))
    assert refused.value.codes == codes


def test_an_answer_given_again_without_a_phone_number_takes_it_back():
    told = order(buyer=Buyer(None, "ada@example.org", "+905321234567"))
    assert answer(IndexPage, {"user_email": "ada@example.org"}, visit(told)) == Buyer(None, "ada@example.org")


def test_an_account_keeps_its_own_email_address_and_phone_number():
    body = {"user_email": "ada@example.org", "phone_number": "05321234567"}
    assert answer(IndexPage, body, visit(MEMBER)) == MEMBER.buyer


def test_without_goods_nobody_is_asked_who_buys():
    assert closed_by(IndexPage, visit(EMPTIED)) == ("basket_empty",)
    assert closed_by(IndexPage, visit(NOBODY)) == ()


@pytest.mark.parametrize(
    ("who", "settings", "codes"),
    [
        (NOBODY, Settings(), ()),
        (NOBODY, MEMBERS_ONLY, ("login_required",)),
        (MEMBER, Settings(), ()),
        (MEMBER, MEMBERS_ONLY, ()),
    ],
)
def test_a_shop_that_does_not_sell_to_guests_wants_a_login(who, settings, codes):
    assert closed_by(IndexPage, visit(who, settings=settings)) == codes


def test_only_a_guest_is_asked():
    (logged_in,) = IndexPage.skip_if
    assert logged_in.test(MEMBER.buyer, visit(MEMBER))
    assert not logged_in.test(NOBODY.buyer, visit(NOBODY))


def test_the_page_is_done_once_an_email_address_is_known():
    assert not IndexPage().done(NOBODY.buyer, visit(NOBODY))
    assert IndexPage().done(order().buyer, visit())


@pytest.mark.parametrize(
    ("who", "settings", "shown"),
    [
        (NOBODY, Settings(), context("05999999999", r"^(05)\d{9}$")),
        (
            MEMBER,
            Settings(
                can_guest_purchase=False,
                user_phone_format="+49 999",
                user_phone_regex=r"^\+49\d{3}$",
                gift_box_configurations=GiftBoxConfigurations(is_active=True),
            ),
            context("+49 999", r"^\+49\d{3}$", is_user_logged_in=True, can_guest_purchase=False, has_gift_box=True),
        ),
    ],
)
def test_the_page_says_who_may_buy_and_how_a_phone_number_is_written(who, settings, shown):
    assert shows(IndexPage, visit(who, settings=settings)) == shown


def test_undone_the_page_knows_no_guest_any_more():
    told = order(buyer=Buyer(None, "ada@example.org", "+905321234567"))
    assert IndexPage().undo(told) == evolve(told, buyer=Buyer())
