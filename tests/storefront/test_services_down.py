"""Every service that others run is down, and a storefront is loaded again: nothing is lost, nothing posted for ever."""

from __future__ import annotations

import pytest

from checkout_core.sandbox.services import SERVICES

from .buyers import ADDRESS, EMAIL, chooses_transfer
from .client import Storefront
from .serving import served

SHOP = """extends = "department_store.toml"

[[shipping_options]]
pk = 27
slug = "lorry"
name = "By lorry"
calculator = { slug = "remote", service = "carrier" }

[[remote_shipping_options]]
slug = "lorry"

[settings]
CHECKOUT_DELIVERY_OPTION_SELECTION_PAGE = "RemoteDeliveryOptionSelectionPage"
CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE = "RemoteShippingOptionSelectionPage"
"""
WARDROBE = 1008  # a price that its vendor knows
FAILURES = ("down", "500", "garbage", "slow")
OF_WHOM = {"identity_number": "10000000146"}  # at this price


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("far")
    (folder / "far.toml").write_text(SHOP)
    with served(folder, "--shop", folder / "far.toml", "--fast") as shop:
        yield shop
    assert "Traceback" not in (folder / "log").read_text()


@pytest.fixture
def buyer(shop):
    """A guest with a mug and a wardrobe in the basket."""
    buyer = Storefront(shop.address)
    for product in (1001, WARDROBE):
        buyer.fills_basket(product)
    yield buyer
    shop.fail(**dict.fromkeys(SERVICES))
    assert buyer.failures == []


def begins(buyer):
    buyer.lands()
    buyer.guest(EMAIL)
    buyer.adds_address(**ADDRESS | OF_WHOM)
    return buyer


def chosen(order):
    return {name: order[name] for name in ("delivery_option", "shipping_address", "billing_address", "shipping_option")}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_checkout_that_is_loaded_again_while_all_are_down_loses_nothing_and_posts_nothing(shop, buyer, failure):
    begins(buyer)
    chooses_transfer(buyer)
    before = buyer.pre_order
    assert all(chosen(before).values())
    assert before["basket"]["total_amount"] == "8485.10"  # 35.10, and 8450.00 as the vendor says

    shop.fail(**dict.fromkeys(SERVICES, failure))
    buyer.lands()
    assert buyer.automatic == []
    assert buyer.pre_order == before
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert buyer.automatic == []
    assert buyer.pre_order == before | {"notes": "Ring twice"}


def test_what_was_shown_is_paid_while_all_are_down(shop, buyer):
    begins(buyer)
    chooses_transfer(buyer)
    shown = buyer.pre_order["total_amount_with_interest"]
    shop.fail(**dict.fromkeys(SERVICES, "down"))
    buyer.lands()
    buyer.posts("FundsTransferPage", agreement=1)
    assert buyer.order["amount"] == shown


@pytest.mark.parametrize("failure", FAILURES)
def test_one_that_is_begun_while_all_are_down_ends_quietly_and_goes_on_when_they_are_back(shop, buyer, failure):
    shop.fail(**dict.fromkeys(SERVICES, failure))
    begins(buyer)
    assert buyer.pre_order["shipping_option"] is None
    automatic = len(buyer.automatic)
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert len(buyer.automatic) == automatic, "nothing that can be chosen is listed"

    shop.fail(**dict.fromkeys(SERVICES))
    buyer.lands()
    assert all(chosen(buyer.pre_order).values())
    assert buyer.state.shipping_completed


def test_a_basket_that_changes_while_they_are_down_is_not_paid_before_it_is_priced(shop, buyer):
    begins(buyer)
    chooses_transfer(buyer)
    before = buyer.pre_order
    shop.fail(**dict.fromkeys(SERVICES, "down"))
    buyer.fills_basket(1001, 3)
    buyer.lands()
    assert chosen(buyer.pre_order)["shipping_option"]["pk"] == before["shipping_option"]["pk"]
    answer = buyer.posts("FundsTransferPage", agreement=1)
    assert answer["errors"]
    assert buyer.order is None
    assert shop.captures == 0

    shop.fail(**dict.fromkeys(SERVICES))
    buyer.lands()
    chooses_transfer(buyer)
    buyer.posts("FundsTransferPage", agreement=1)
    assert buyer.order["amount"] == "8965.30"  # 105.30, 8450.00, and 410.00 of the carrier
