"""What people see of how the sums are made up: on every page, and on the page of the order."""

from __future__ import annotations

import jinja2
import pytest
from attrs import evolve

from checkout_core.engine import Step
from checkout_core.http._made_up import made_up
from checkout_core.money import Money
from checkout_core.order import Discount, Discounts, LineShare, NotApplied
from checkout_core.page import EMPTY
from checkout_core.pricing import totals
from checkout_core.sandbox import HOLIDAY_STORE, Sandbox, Wishes
from checkout_core.texts import text_of

from .browser import LOOKING, TYPED, Counter, Page

WISHES = Wishes(voucher="WELCOME2024", samples=("tea", "chocolate"), gift="Happy holidays!", bags=3, loyalty="10.00")
GOODS = ("mug", "mug", "mug", "t-shirt", "teapot")


def made_of(page):
    """The rows of "How this is made up": what it is, why, and how much."""
    details = page.one("details")
    rows = [e for e in page.all("tr") if details in e.inside and any(o.tag == "tbody" for o in e.inside)]
    cells = {id(row): [e for e in page.elements if row in e.inside] for row in rows}
    return [
        (
            next(e.text for e in cells[id(row)] if e.tag == "bdi"),
            [e.text for e in cells[id(row)] if e.attrs.get("class") == "hint"],
            next(e.text for e in cells[id(row)] if e.tag == "td"),
        )
        for row in rows
    ]  # fmt: skip


@pytest.fixture(scope="module")
def placed():
    """A member's order with a voucher, a gift box, two samples, three bags and loyalty money."""
    shop = Sandbox(HOLIDAY_STORE, seed=1)
    counter = Counter(shop, caller=shop.caller("ada"))
    shop.basket(*GOODS)
    order = counter.look().pre_order
    for page, body in shop.answers("card, 3 instalments", order=order, wishes=WISHES):
        step = counter.post(page, body)
        step.raise_for_errors()
    return counter, step


def test_each_sum_says_how_it_is_made_up_below_the_sums():
    counter = Counter()
    page = counter.page(counter.to("CreditCardConfirmationPage", "card, 3 instalments"))
    details = page.one("details")

    assert page.one("summary").text == "How this is made up"
    assert page.one("section") in details.inside
    assert page.elements.index(details) > page.elements.index(page.all("table")[1])
    assert made_of(page) == [
        ("Goods", ["pieces: 2"], "95.10 TL"),
        ("Mug", ["1 x 35.10 TL"], "35.10 TL"),
        ("T-shirt", ["1 x 60.00 TL"], "60.00 TL"),
        ("Shipping", ["as quoted for Standard"], "29.90 TL"),
        ("Interest", ["5 % on 125.00 TL"], "6.25 TL"),
        ("Total", ["in 3 instalments"], "131.25 TL"),
    ]


def test_an_order_with_everything_is_made_up_on_its_own_page(placed):
    counter, step = placed
    rows = made_of(Page(counter.drawing.completed(step.pre_order, LOOKING)))
    by_name = {name: (why, amount) for name, why, amount in rows}

    assert rows == made_of(counter.page(step))
    assert by_name["Welcome"] == (["20.00 TRY off all goods, voucher WELCOME2024"], "-20.00 TL")
    assert by_name["Tea, a taste of it"] == (["a sample"], "0.00 TL")
    assert by_name["Bags"] == (["3 x 2.50 TL, Paper bag, as chosen"], "7.50 TL")
    assert by_name["Gift box"] == (["1 x 25.00 TL"], "25.00 TL")
    assert by_name["Off shipping"] == ([], "-29.90 TL")
    assert by_name["Loyalty money"] == ([], "-10.00 TL")
    assert rows[-1] == ("Paid", ["what is left of the total, in 3 instalments"], "278.16 TL")


def test_the_steps_come_to_the_total_and_the_total_to_what_is_paid(placed):
    order = placed[1].pre_order
    steps = [(group[0].label, Money(group[0].amount.removesuffix(" TL"), "TRY")) for group in made_up(order, "en")]
    names = [name for name, _ in steps]
    at = names.index("Total")
    zero = Money.zero("TRY")

    assert sum((money for _, money in steps[:at]), zero) == steps[at][1] == order.placed.total
    assert sum((money for _, money in steps[at:-1]), zero) == steps[-1][1] == order.placed.plan.amount


def test_every_row_has_its_header_and_a_step_is_that_of_all_it_is_made_of(placed):
    page = placed[0].page(placed[1])
    details = page.one("details")
    inside = [e for e in page.elements if details in e.inside]
    heads = [e for e in inside if e.tag == "th"]

    assert [e.attrs["scope"] for e in heads[:2]] == ["col", "col"]
    assert all(e.text.strip() for e in heads)
    for body in (e for e in inside if e.tag == "tbody"):
        scopes = [e.attrs["scope"] for e in heads if body in e.inside]
        assert scopes == (["rowgroup", *["row"] * (len(scopes) - 1)] if len(scopes) > 1 else ["row"])


def test_it_opens_without_a_script_and_is_closed_at_first():
    page = Counter().page(Counter().look())

    assert page.one("details").attrs == {}
    assert page.one("summary").attrs == {}
    assert page.one("details") in page.one("summary").inside
    assert page.all("script") == []


def hostile(text):
    """An order all of whose names are that text, with a coupon that was refused for it."""
    counter = Counter()
    order = counter.look().pre_order
    lines = tuple(evolve(line, name=text) for line in order.basket.lines)
    zero = Money.zero("TRY")
    applied = Discount(7, text, Money("1", "TRY"), zero, (LineShare(0, Money("1", "TRY")),), text, text, says=text)
    order = evolve(
        order, basket=evolve(order.basket, lines=lines),
        discounts=Discounts((applied,), refused=(NotApplied(text, "offer_expired"), NotApplied(text, text))),
    )  # fmt: skip
    return counter, evolve(order, totals=totals(order, "up"))


def test_what_is_called_like_a_script_is_text_and_a_code_is_told_as_its_sentence():
    text = "<script>alert(1)</script>"
    counter, order = hostile(text)
    page = counter.page(Step(order, "IndexPage", EMPTY))
    hints = [hint for _, why, _ in made_of(page) for hint in why]

    assert page.all("script") == []
    assert f"{text} takes nothing off: {text_of('offer_expired')}" in hints
    assert f"{text} takes nothing off: {text}" in hints
    assert f"{text}, voucher {text}, coupon {text}" in hints


def test_a_basket_with_nothing_in_it_has_nothing_to_explain():
    counter = Counter()
    counter.shop.basket()

    assert counter.page(counter.look()).all("details") == []


def test_a_host_s_own_page_may_leave_it_out_or_draw_it_elsewhere():
    own = jinja2.DictLoader({
        "checkout/indexpage.html": '{% extends "checkout/page.html" %}{% from "checkout/macros.html" import made_up_of '
        'with context %}{% block about %}{{ made_up_of(made) }}{% endblock %}{% block bought %}{% endblock %}',
        "checkout/addressselectionpage.html": '{% extends "checkout/page.html" %}{% from "checkout/macros.html" import '
        'bought with context %}{% block bought %}{{ bought("Basket", lines, "Costs", sums) }}{% endblock %}',
    })  # fmt: skip
    counter = Counter(loader=own)
    first, second = counter.page(counter.look()), counter.page(counter.post("IndexPage", TYPED))

    assert (len(first.all("details")), first.all("section")) == (1, [])
    assert (second.all("details"), len(second.all("section"))) == ([], 1)
