"""`process` writes what `sets` says, and nothing else; `undo` takes back what `sets` says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import STANDARD, Ask, Checkout, Invalid, Page, Pay, Place, PreOrder
from checkout_core.driver import run
from checkout_core.effects import Emit
from checkout_core.forms import read
from checkout_core.order import PLACES, Field, Payment, finder
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED, APPROVED_AMEX, APPROVED_DEBIT, THREE_D
from checkout_core.sandbox.world import card_form

SHOP = Sandbox(seed=1)
CHECKOUT = Checkout(SHOP.ports)
CARDS = (APPROVED, APPROVED_AMEX, APPROVED_DEBIT, THREE_D)


def walked() -> Iterator[PreOrder]:
    """The states a checkout passes through, by card, by card with 3-D Secure, by transfer."""
    for story, card in (("card, 3 instalments", APPROVED), ("card", THREE_D), ("transfer", APPROVED)):
        order = CHECKOUT.start(SHOP.basket("mug", "t-shirt")).pre_order
        yield order
        order = CHECKOUT.submit(order, "IndexPage", {"user_email": "ada@example.org"}).pre_order
        yield order
        for page, body in SHOP.answers(story, card):
            order = CHECKOUT.submit(order, page, body).raise_for_errors().pre_order
            yield order


PASSED = [order for order in walked() if order.placed is None]
REACHED = [*PASSED, *(page().undo(order) for order in PASSED for page in STANDARD.pages())]
ORDERS = [order for n, order in enumerate(REACHED) if order not in REACHED[:n]]
pks = st.sampled_from([1, 2, 3, 6, 11, 12, 21, 22, 31, 32, 71, 72])
BODIES = {
    "IndexPage": st.fixed_dictionaries(
        {"user_email": st.sampled_from(["a@example.org", "b@example.org"])},
        optional={"phone_number": st.sampled_from(["05551112233", "+905551112244"])},
    ),
    "DeliveryOptionSelectionPage": st.fixed_dictionaries({"delivery_option": pks, "clear": st.booleans()}),
    "AddressSelectionPage": st.fixed_dictionaries({"shipping_address": pks, "billing_address": pks}),
    "AddressClearPage": st.just({}),
    "ShippingOptionSelectionPage": st.fixed_dictionaries({"shipping_option": pks}),
    "PaymentOptionSelectionPage": st.fixed_dictionaries({"payment_option": pks}),
    "BinNumberPage": st.sampled_from(CARDS).map(lambda number: {"bin_number": number[:6]}),
    "InstallmentSelectionPage": st.fixed_dictionaries({"installment": pks}),
    "CreditCardConfirmationPage": st.sampled_from(CARDS).map(lambda number: card_form(number, 2030)),
    "CreditCardThreeDSecurePage": st.just({"md": "x"}),
    "FundsTransferChoicePage": st.fixed_dictionaries({"bank_account": pks}),
    "FundsTransferPage": st.just({"agreement": True}),
    "OrderNotePage": st.fixed_dictionaries({"notes": st.text(max_size=20)}),
    "ThankYouPage": st.just({}),
    "EmptyPage": st.just({}),
}


def fields(order: PreOrder) -> dict[tuple[type, str], object]:
    """Every field of every part, under its owner."""
    found: dict[tuple[type, str], object] = {}
    for a in attrs.fields(PreOrder):
        value = getattr(order, a.name)
        if type(value) in PLACES or isinstance(value, Payment):
            found |= {(type(value), each.name): getattr(value, each.name) for each in attrs.fields(type(value))}
        else:
            found[PreOrder, a.name] = value
    return found


def changed(before: PreOrder, after: PreOrder) -> set[tuple[type, str]]:
    then, now = fields(before), fields(after)
    return {key for key in then.keys() | now.keys() if then.get(key, Ellipsis) != now.get(key, Ellipsis)}


def said(page: type[Page], before: PreOrder, after: PreOrder) -> set[tuple[type, str]]:
    """What `sets` allows; a page that sets the payment may replace its part whole."""
    allowed = {(f.owner, f.name) for f in page.sets}
    if (PreOrder, "payment") in allowed:
        for payment in (before.payment, after.payment):
            if payment is not None:
                allowed |= {(type(payment), a.name) for a in attrs.fields(type(payment))}
    return allowed


def where_open(page: type[Page]) -> list[PreOrder]:
    """The states in which a buyer may be on that page; all, where there is none."""
    row = CHECKOUT.map.rows[page.__name__]
    return [order for order in ORDERS if row.open(row.part(order), CHECKOUT.visit(order))] or ORDERS


def processed(page: type[Page], order: PreOrder, body: dict[str, object]) -> PreOrder | None:
    """The order as the page returns it; None where it refuses, or is not open."""
    visit = CHECKOUT.visit(order)
    row, own = CHECKOUT.map.rows[page.__name__], finder(page.part)(order)
    if not row.open(own, visit):
        return None

    def perform(effect):
        return None if isinstance(effect, Emit) else CHECKOUT.answers.perform(effect)

    try:
        result = run(page().process(own, read(page.form, body, visit.settings), visit), perform)
    except Invalid as refused:
        return None if refused.kept is None else order.put(refused.kept)
    return order.put(result.own if isinstance(result, Pay | Ask | Place) else result)


@pytest.mark.parametrize("page", STANDARD.pages(), ids=lambda page: page.__name__)
@given(data=st.data())
def test_process_writes_nothing_but_what_the_page_sets(page, data):
    order = data.draw(st.sampled_from(where_open(page)))
    after = processed(page, order, data.draw(BODIES[page.__name__]))
    if after is not None:
        assert changed(order, after) <= said(page, order, after)


@pytest.mark.parametrize("page", [p for p in STANDARD.pages() if p.sets], ids=lambda page: page.__name__)
def test_every_field_a_page_sets_is_set_by_some_answer(page):
    found: set[tuple[type, str]] = set()

    @settings(max_examples=600, derandomize=True)  # the same search in every run
    @given(data=st.data())
    def draw(data):
        order = data.draw(st.sampled_from(where_open(page)))
        after = processed(page, order, data.draw(BODIES[page.__name__]))
        if after is not None:
            found.update(changed(order, after))

    draw()
    assert {(f.owner, f.name) for f in page.sets} <= found


@pytest.mark.parametrize("page", STANDARD.pages(), ids=lambda page: page.__name__)
def test_undo_changes_nothing_but_what_the_page_sets_and_is_done_once(page):
    for order in ORDERS:
        undone = page().undo(order)
        assert changed(order, undone) <= said(page, order, undone)
        assert page().undo(undone) is undone


@pytest.mark.parametrize("page", STANDARD.pages(), ids=lambda page: page.__name__)
def test_a_page_is_flat_stateless_and_documented(page):
    assert page.__bases__ == (Page,)
    assert page.__doc__
    assert not vars(page())
    assert all(isinstance(f, Field) for f in page.sets)


def test_pages_that_override_done_or_undo_say_why():
    over = {p.__name__: (p.done is not Page.done, p.undo is not Page.undo) for p in STANDARD.pages()}
    assert {name: which for name, which in over.items() if any(which)} == {
        "DeliveryOptionSelectionPage": (True, True),
        "CreditCardConfirmationPage": (False, True),
    }
    assert all(p.undo.__doc__ and p.done.__doc__ for p in STANDARD.pages())


def test_no_page_of_the_standard_map_names_a_next_page():
    assert not [p.__name__ for p in STANDARD.pages() if p.next_page]
