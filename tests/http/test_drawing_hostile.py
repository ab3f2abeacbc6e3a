"""Whatever comes in is text on the page, and what must not be seen is not on it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from checkout_core.engine import Shown, Step
from checkout_core.http._drawing import SORRY
from checkout_core.http._messages import Request
from checkout_core.http._site import Site
from checkout_core.money import Money
from checkout_core.order import ShippingChoice
from checkout_core.page import EMPTY
from checkout_core.pages.beside import OrderNoteContext
from checkout_core.pages.buyer import AddressContext
from checkout_core.pages.shipping import ShippingOptionContext
from checkout_core.sandbox.magic import APPROVED, APPROVED_AMEX
from checkout_core.standard import STANDARD
from checkout_core.testing import strategies as any_
from checkout_core.texts import TEXTS

from .browser import LOOKING, TOKEN, Counter, Page

NAMES = [page.__name__ for page in STANDARD.pages()]
HOSTILE = ['"><script>alert(1)</script>', "{{7*7}}", "{% raw %}", "\u202egpj.\u2066x", "' onfocus='x", "</style><b>",
           "&lt;b&gt;&amp;", "</textarea><form action=x>", "<!--", "]]>", "\0", "javascript:x"]  # fmt: skip
said = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1)
PLAIN = "x"


@cache
def counter():
    """At the counter of one shop; nothing that is drawn here changes it."""
    return Counter()


@cache
def buyer():
    """A checkout with all that a buyer tells."""
    made = Counter()
    return made.to("CreditCardConfirmationPage").pre_order


def skeleton(page):
    """Elements with the names of their attributes, and where they lead."""
    leads = ("action", "href", "type", "name", "id")
    return [(e.tag, sorted(e.attrs), [e.attrs.get(name) for name in leads]) for e in page.elements]


def order_with(text):
    order = buyer()
    lines = tuple(evolve(line, name=text) for line in order.basket.lines)
    home = order.delivery.shipping_address
    home = evolve(home, first_name=text, last_name=text, line=text, city=evolve(home.city, name=text), title=text)
    return order.put(evolve(order.basket, lines=lines)).put(evolve(order.extras, notes=text)).put(
        evolve(order.delivery, shipping_address=home, billing_address=home)
    )  # fmt: skip


def steps_with(text):
    """Pages that show it: as a note, as an address, as an option, as the goods, as a notice."""
    order = order_with(text)
    option = ShippingChoice(21, text, text, Money("8.50", "TRY"), text, text)
    for name, context in (
        ("OrderNotePage", OrderNoteContext(text)),
        ("AddressSelectionPage", AddressContext((order.delivery.shipping_address,), None)),
        ("ShippingOptionSelectionPage", ShippingOptionContext((option,))),
        ("PaymentOptionSelectionPage", {"notice": text, "told": text}),
        ("IndexPage", EMPTY),
    ):
        yield Step(order, name, context, {"non_field_errors": (text,)}, (Shown(name, context),))


@given(said)
@example("\u202e{{7*7}}<script>")
def test_what_people_call_things_changes_no_element_of_a_page(text):
    for step, plain in zip(steps_with(text), steps_with(PLAIN), strict=True):
        page = counter().page(step)

        assert skeleton(page) == skeleton(counter().page(plain))
        assert text in page.one("main").text


@given(said)
def test_what_was_typed_stands_in_its_field_and_changes_no_element(text):
    step = Step(buyer(), "IndexPage", EMPTY, {"user_email": ("invalid",)})
    page, plain = (counter().page(step, posted={"user_email": typed}) for typed in (text, PLAIN))

    assert skeleton(page) == skeleton(plain)
    assert page.named("user_email")[0].attrs["value"] in {text, ""}


@given(said, said)
def test_a_bank_s_fields_stand_in_its_form_as_they_came(name, value):
    page = Page(counter().drawing.hand_over("https://bank.example/", {name: value}, LOOKING))

    assert [(e.attrs["name"], e.attrs["value"]) for e in page.all("input")] == [(name, value)]
    assert len(page.all("form")) == len(page.all("script")) == 1


@given(said)
def test_other_pages_escape_what_they_are_given(text):
    drawing = evolve(counter().drawing, site=Site(name=text))
    contract = Page(drawing.contract(text, text, LOOKING))
    sorry = Page(drawing.sorry(404, text, LOOKING))

    assert skeleton(sorry) == skeleton(Page(counter().drawing.sorry(404, PLAIN, LOOKING)))
    assert (TEXTS.get(text) or SORRY) in sorry.one("main").text  # it may draw a code
    assert {e.tag for e in contract.elements} <= {e.tag for e in sorry.elements}
    assert contract.one("h1").text == text
    assert contract.one("header").text.strip() == text.strip()


@given(any_.pre_orders(), st.sampled_from(NAMES), st.dictionaries(any_.texts, any_.some_texts, max_size=2))
def test_any_order_can_be_drawn_on_any_page(order, name, errors):
    step = Step(order, name, EMPTY, errors, (Shown(name, EMPTY),))

    assert len(counter().page(step).all("h1")) == 1
    if order.placed is not None:
        assert Page(counter().drawing.completed(order, LOOKING)).one("strong").text == order.placed.number


@given(st.dictionaries(st.sampled_from(["user_email", "phone_number", "notes", "shipping_option"]), st.one_of(
    st.text(), st.none(), st.booleans(), st.integers(), st.lists(st.text()), st.dictionaries(st.text(), st.text())
)))  # fmt: skip
@example({"user_email": "\ud800"})
def test_anything_can_have_been_posted(posted):
    for step in (*steps_with(PLAIN),):
        assert counter().page(step, posted=posted).one("h1")


@pytest.mark.parametrize("locale", ["tr-TR", "undefined", "../..", '"><b>', "x" * 300])
def test_a_language_is_no_way_in(locale):
    page = counter().page(counter().look(), request=Request("GET", "/", headers={"accept-language": locale}))

    assert page.one("html").attrs["lang"] in {"tr-TR", "en"}
    assert page.all("b") == []


# What must not be seen


def spelled(number):
    """The ways in which people write the number of a card."""
    groups = [number[n : n + 4] for n in range(0, len(number), 4)]
    wide = number.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    return [number, *(mark.join(groups) for mark in " -._/\u00a0\u2011"), f"my card is {number}, thanks", wide]


CARDS = [text for number in (APPROVED, APPROVED_AMEX, APPROVED[:13]) for text in spelled(number)]
LONG = re.compile(r"\d(?:[\W_]{0,3}\d){12}")
ASKING = {
    "IndexPage": ("user_email", "phone_number"),
    "OrderNotePage": ("notes",),
    "BinNumberPage": ("bin_number",),
    "CreditCardConfirmationPage": ("card_number", "card_holder", "card_month", "card_year", "card_cvv"),
}


@cache
def at(name):
    made = Counter()
    return made, made.to(name) if name != "OrderNotePage" else made.look(name)


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("typed", CARDS)
def test_a_card_number_is_not_seen_again_wherever_it_was_typed(name, typed):
    made, step = at(name)
    page = made.page(step, posted=dict.fromkeys((*ASKING[name], "of_nobody"), typed))

    assert [e.attrs.get("value", "") + e.text.strip() for e in map(page.named, ASKING[name]) for e in e] == [""] * len(
        ASKING[name]
    )
    assert not LONG.search(page.one("main").text)


@pytest.mark.parametrize("cvv", ["739", "7391", " 739 ", "739 ", "07391"])
def test_a_cvv_is_not_seen_again_wherever_on_its_page_it_was_typed(cvv):
    made, step = at("CreditCardConfirmationPage")
    fields = ASKING["CreditCardConfirmationPage"]
    html = made.html(step, posted=dict.fromkeys((*fields, "agreement", "use_three_d"), cvv)).decode()

    assert "739" not in html


def test_what_a_refused_payment_was_tried_with_is_not_on_the_page():
    made = Counter()
    made.to("CreditCardConfirmationPage")
    body = {"card_number": APPROVED, "card_cvv": "739", "card_holder": "Ada Lovelace", "card_month": "12"}
    step = made.post("CreditCardConfirmationPage", body)
    html = made.html(step, posted=body).decode()

    assert set(step.errors) == {"card_year", "agreement"}
    assert 'value="Ada Lovelace"' in html
    assert "739" not in html.replace(TOKEN, "")
    assert APPROVED not in html
    assert APPROVED[6:] not in html
