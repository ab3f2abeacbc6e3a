"""Totals that explain themselves, as people read them: plain text, a notebook, another language."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings

from checkout_core.explained import explain_totals
from checkout_core.order import Extras, NotApplied, Sample, Shipping, evolve
from checkout_core.testing import strategies as any_

from .kit import line, lira, order_of
from .test_explained import discount, discounted, found, told


@settings(max_examples=30, deadline=None)
@given(any_.pre_orders())
def test_any_tree_is_text_of_a_line_for_each_amount_and_note(order):
    tree = explain_totals(order)
    text = str(tree)

    assert text == str(explain_totals(order))
    assert len(text.splitlines()) == 1 + sum(1 + len(each.notes) for _, each in tree.walk())
    assert all(c.isprintable() for c in text.replace("\n", ""))


HOSTILE = "<script>alert('1')</script>\n\x1b[2J"


def hostile():
    order = order_of([evolve(line(1, lira("1234.50"), 2), name=HOSTILE), line(2, lira("5"))], shipping=lira("29.90"))
    given = evolve(order.shipping.option, name=HOSTILE)
    more = {"says": HOSTILE, "code": HOSTILE, "name": HOSTILE}
    return discounted(
        evolve(order, shipping=Shipping(given), extras=Extras(sample_products=(Sample(5, "tea", HOSTILE),))),
        discount("12", [(0, "12")], **more), refused=(NotApplied(HOSTILE, HOSTILE),),
    )  # fmt: skip


def test_the_text_stands_in_columns_with_notes_beneath():
    order = discounted(
        order_of([line(1, lira("1234.50"), 2), line(2, lira("5"))], shipping=lira("29.90")),
        discount("12.50", [(0, "12.50")], code="WELCOME"), refused=(NotApplied("OLD", "offer_expired"),),
    )  # fmt: skip

    assert (
        str(explain_totals(order))
        == """\
                       TRY
To pay             2491.40
  Total            2491.40
    Goods          2474.00  pieces: 3
      goods        2469.00  2 x 1234.50
        (12.50 of it is taken off: Autumn sale)
      goods           5.00  1 x 5.00
    Discounts       -12.50
      (OLD takes nothing off: offer_expired)
      Autumn sale   -12.50  voucher WELCOME
        goods       -12.50  of 2469.00
    Shipping         29.90  as quoted for Standard"""
    )


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def test_a_notebook_shows_the_tree_and_whatever_is_called_like_a_script_is_text():
    page = Tags(explain_totals(hostile())._repr_html_())

    assert page.tags == {"div", "details", "summary", "ul", "li", "b", "small", "i"}
    assert page.text.count(HOSTILE) >= 8
    assert "2 x 1234.50" in page.text


def test_a_name_that_steers_a_terminal_or_breaks_a_line_does_neither_in_the_text():
    text = str(explain_totals(hostile()))

    assert "\x1b" not in text
    assert "<script>alert('1')</script>??[2J" in text


def test_a_sentence_is_translated_apart_from_its_values():
    (only,) = found(order_of([line(1, lira("35.10"), 2)]), "line")
    (said,) = only.reasons
    words = {"{count} x {price}": "{price} kere {count}"}
    curly = order_of([line(1, lira("1"))], shipping=lira("1"))
    curly = evolve(curly, shipping=Shipping(evolve(curly.shipping.option, name="{x}")))

    assert said.told(lambda value: f"<{value}>", words.__getitem__) == "<35.10> kere <2>"
    assert told(curly, "shipping") == [("1.00", "as quoted for {x}")]
