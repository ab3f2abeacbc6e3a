"""What the buyer agreed to stands with the order: each contract's digest, and when."""

from __future__ import annotations

import hashlib

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore, evolve
from checkout_core.paying import agreed, contract_text
from checkout_core.ports import MISSING
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED, THREE_D
from checkout_core.shop import Contract


def bought(story, card=APPROVED, change=None):
    """The shop, and what came of that story; `change` happens while the buyer is at the bank."""
    shop = Sandbox(seed=1)
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    order = service.checkout.start(shop.basket("mug", "mug", "t-shirt")).pre_order
    key = service.save(service.checkout.submit(order, "IndexPage", {"user_email": "ada@example.org"}).pre_order)
    for page, body in shop.answers(story, card):
        if change is not None and page == "CreditCardThreeDSecurePage":
            change(shop)
        service.post(key, page, body)
    return shop, service.get(key).pre_order


def text_of(shop, slug, order):
    return contract_text(next(c for c in shop.shop.contracts if c.slug == slug), order)


def test_a_contract_says_what_is_bought_where_it_goes_and_what_it_costs():
    shop, order = bought("transfer")
    text = text_of(shop, "info", order)
    assert "2 x Mug: 70.20 TRY" in text
    assert "1 x T-shirt: 60.00 TRY" in text
    assert "Standard: 29.90 TRY" in text
    assert f"In all: {order.totals.total} TRY" in text
    assert order.delivery.shipping_address.line in text


def test_before_there_is_an_address_the_contract_leaves_it_out():
    shop = Sandbox(seed=1)
    order = Checkout(shop.ports).start(shop.basket("mug")).pre_order
    assert "The goods go to ." in text_of(shop, "info", order)


def test_a_dollar_that_names_nothing_stays_as_it_is_written():
    _, order = bought("transfer")
    assert contract_text(Contract("x", "X", "$5 for $nobody, $$total"), order) == "$5 for $nobody, $total"


@pytest.mark.parametrize(("story", "card"), [("card", APPROVED), ("card", THREE_D), ("transfer", APPROVED)])
def test_a_placed_order_has_the_digest_of_every_contract_and_the_moment(story, card):
    shop, order = bought(story, card)
    assert [each.contract for each in order.placed.agreed] == ["info", "sales"]
    texts = [text_of(shop, each.contract, order) for each in order.placed.agreed]
    assert [each.digest for each in order.placed.agreed] == [hashlib.sha256(t.encode()).hexdigest() for t in texts]
    assert order.placed.at == shop.now()


def test_without_holds_a_transfer_has_them_too():
    shop = Sandbox(seed=1)
    checkout = Checkout(attrs.evolve(shop.ports, holds=MISSING, loyalty=MISSING))
    order = checkout.submit(checkout.start(shop.basket("mug")).pre_order, "IndexPage", {"user_email": "a@example.org"})
    order = order.pre_order
    for page, body in shop.answers("transfer"):
        order = checkout.submit(order, page, body).pre_order
    assert order.placed.agreed == agreed(shop.shop, order)


def test_what_was_agreed_to_is_what_was_shown_although_the_shop_edits_its_contracts_meanwhile():
    def edited(shop):
        shop.shop = evolve(shop.shop, version="2", contracts=(Contract("info", "Other", "Something else"),))

    shop, order = bought("card", THREE_D, edited)
    assert order.placed is not None
    assert [each.contract for each in order.placed.agreed] == ["info", "sales"]
    assert order.placed.agreed != agreed(shop.shop, order)
