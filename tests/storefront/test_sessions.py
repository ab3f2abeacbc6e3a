"""Who is at the browser: logins, the next customer, other tabs, and who only says that they are somebody."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from checkout_core.sandbox.magic import APPROVED

from .buyers import EMAIL, MUG, begins, chooses_card, chooses_transfer, logged_in, pays_at_once
from .client import CHECKOUT
from .wire import ask

GUEST = {
    "email": "gertrude@example.net", "first_name": "Gertrude", "last_name": "Blanch", "phone_number": "05324445566",
    "line": "99 Minimization Road",
}  # fmt: skip
OF_THE_GUEST = ["gertrude", "Blanch", "5324445566", "Minimization"]
OF_ADA = ["ada@", "Ada", "Lovelace", "5551112233", "Analytical", "12 Example Street", "4810584400"]


def shown(buyer, since=0):
    """Every byte that came back to this browser."""
    return b"\n".join(buyer.proxy.seen[since:]).decode().lower()


def sees_nothing_of(buyer, words, since):
    return [word for word in words if word.lower() in shown(buyer, since)] == []


def test_whoever_comes_first_gets_a_session_and_is_sent_to_the_basket(opens):
    buyer = opens()
    buyer.lands()
    assert re.fullmatch(r"\w+", buyer.cookies["osessionid"])
    assert buyer.at == "/baskets/"


def test_who_logs_in_in_the_middle_pays_as_themselves(shop, opens):
    before = shop.captures
    buyer = begins(opens(), **GUEST)
    chooses_card(buyer, APPROVED)
    since, session = len(buyer.proxy.seen), buyer.cookies["osessionid"]
    buyer.logs_in(EMAIL)
    assert buyer.cookies["osessionid"] != session
    buyer.lands()
    assert buyer.pre_order["is_guest"] is False
    assert buyer.pre_order["user_email"] == EMAIL
    assert buyer.pre_order["basket"]["total_quantity"] >= 1
    assert buyer.state.shipping_completed
    assert sees_nothing_of(buyer, OF_THE_GUEST, since)
    chooses_card(buyer, APPROVED)
    pays_at_once(buyer, APPROVED)
    assert buyer.order["user_email"] == EMAIL
    assert shop.captures == before + 1


def test_who_logs_out_leaves_nothing_behind(opens):
    buyer = logged_in(opens())
    chooses_card(buyer, APPROVED)
    assert not sees_nothing_of(buyer, OF_ADA, 0)
    buyer.logs_out()
    since = len(buyer.proxy.seen)
    buyer.lands()
    assert buyer.at == "/baskets/"
    buyer.fills_basket(MUG)
    buyer.lands()
    assert buyer.state.template == "orders/index.html"
    assert buyer.pre_order["user_email"] is None
    assert sees_nothing_of(buyer, OF_ADA, since)
    begins(buyer, **GUEST)
    assert sees_nothing_of(buyer, OF_ADA, since)


@pytest.mark.parametrize("paid", [False, True])
def test_the_next_customer_at_the_kiosk_sees_nothing_of_the_one_before(opens, paid):
    kiosk = begins(opens(), **GUEST)
    chooses_card(kiosk, APPROVED)
    if paid:
        pays_at_once(kiosk, APPROVED)
        assert kiosk.order["user_email"] == GUEST["email"]
    number = kiosk.order["number"] if paid else APPROVED
    kiosk.logs_out()
    since = len(kiosk.proxy.seen)
    kiosk.lands()
    kiosk.fetches()
    logged_in(kiosk)
    chooses_card(kiosk, APPROVED)
    assert sees_nothing_of(kiosk, [*OF_THE_GUEST, number], since)
    pays_at_once(kiosk, APPROVED)
    assert kiosk.order["user_email"] == EMAIL
    assert sees_nothing_of(kiosk, [*OF_THE_GUEST, number], since)


def test_a_basket_that_changed_in_another_tab_is_paid_only_at_its_new_price(shop, opens):
    before = shop.captures
    buyer = begins(opens())
    chooses_card(buyer, APPROVED)
    shown_before = buyer.pre_order["total_amount_with_interest"]
    buyer.opens_a_tab().fills_basket(MUG, quantity=3)
    pays_at_once(buyer, APPROVED)
    assert buyer.state.errors
    assert buyer.at == CHECKOUT
    assert shop.captures == before
    total = buyer.pre_order["total_amount_with_interest"]
    assert Decimal(total) == Decimal(shown_before) + 2 * Decimal("35.10")
    chooses_card(buyer, APPROVED)
    pays_at_once(buyer, APPROVED)
    assert buyer.order["amount"] == total
    assert shop.captures == before + 1


def test_a_basket_that_was_emptied_in_another_tab_is_not_paid(shop, opens):
    before = shop.captures
    buyer = begins(opens())
    chooses_card(buyer, APPROVED)
    buyer.opens_a_tab().empties_basket()
    answer = pays_at_once(buyer, APPROVED)
    assert "basket" in answer["redirect_url"]
    assert answer["errors"]
    assert buyer.order is None
    buyer.lands()
    assert buyer.at == "/baskets/"
    assert shop.captures == before


def test_two_tabs_make_one_order_and_the_slower_one_is_shown_it(shop, opens):
    before = shop.captures
    first = begins(opens())
    second = first.opens_a_tab()
    second.lands()
    chooses_card(second, APPROVED)
    chooses_transfer(first)
    pays_at_once(second, APPROVED)
    assert second.order is None, "the other tab has chosen another way to pay since"
    first.posts("FundsTransferPage", agreement=1)
    chooses_card(second, APPROVED)
    pays_at_once(second, APPROVED)
    second.lands()
    assert second.order["number"] == first.order["number"]
    assert shop.captures == before


@pytest.mark.parametrize(
    "forged", ["A" * 32, "a", "A" * 4000, "../../etc/passwd", "%00", "eyJjaGVja291dCI6MX0.x.y", '"', "0" * 32]
)
def test_a_forged_session_opens_nothing_and_is_not_taken_over(opens, forged):
    buyer = opens()
    buyer.cookies.put("osessionid", forged)
    buyer.lands()
    assert buyer.at == "/baskets/"
    begins(buyer)
    assert buyer.cookies["osessionid"] != forged
    assert re.fullmatch(r"\w+", buyer.cookies["osessionid"])


def test_a_session_of_before_the_login_opens_nothing_of_the_member(opens):
    buyer = begins(opens(), **GUEST)
    stale = buyer.cookies["osessionid"]
    buyer.logs_in(EMAIL)
    buyer.lands()
    chooses_card(buyer, APPROVED)
    thief = opens()
    thief.cookies.put("osessionid", stale)
    thief.lands()
    thief.fills_basket(MUG)
    thief.lands()
    assert sees_nothing_of(thief, OF_ADA, 0)


def test_only_the_very_link_shows_an_order(shop, opens):
    buyer, other = begins(opens()), begins(opens(), **GUEST)
    links = []
    for each in (buyer, other):
        chooses_card(each, APPROVED)
        pays_at_once(each, APPROVED)
        links.append(each.at.removeprefix("/orders/completed/").strip("/"))
    assert links[0] != links[1]
    mixed = [f"{links[0][:cut]}{links[1][cut:]}" for cut in range(1, len(links[0]))]
    mixed = [link for link in mixed if link not in links]
    assert mixed
    foreign = [*mixed, other.order["number"], buyer.order["number"], f"{links[0]}x", links[0][:-1], links[0].upper()]
    for link in foreign:
        for query in ("", "?format=json"):
            answer = ask(shop.address, "GET", f"/orders/completed/{link}/{query}", {"accept": "application/json"})
            assert answer.status == 404, link
            assert not [word for word in (*OF_THE_GUEST, *OF_ADA) if word.lower() in answer.text.lower()]
