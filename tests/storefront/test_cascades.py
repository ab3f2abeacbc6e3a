"""What a storefront posts by itself: each gap once, together with the others, and from lists that are long out of date.

A seed says in which order the answers arrive; the server has always given all of them before the first is looked at.
"""

from __future__ import annotations

from time import monotonic

import pytest

from checkout_core.sandbox import DEFAULT
from checkout_core.sandbox.magic import APPROVED, THREE_D, TIMEOUT_NOT_TAKEN

from .buyers import ADDRESS, MUG, begins, chooses_card, chooses_transfer, logged_in, pays_at_once
from .client import Storefront
from .serving import served

ONE_WAY = "sort_order = 1\nactive = false                          # one option alone is taken without asking"
COURIER = """[[delivery_options]]
pk = 3
slug = "courier"
name = "By bicycle"
delivery_option_type = "customer"
sort_order = 2"""
STORE = """[[retail_stores]]
pk = 1
name = "Example Shop"
address = "1 Market Street"
country = 1
city = 34"""
KEPT = ("shipping_address", "billing_address", "shipping_option")
SEEDS = range(50)
STANDARD, EXPRESS, ABROAD, FREIGHT = 21, 22, 23, 24
KETTLEBELL = 1006
ANSWER_WAIT = 10  # seconds that a second click on the paying button waits
TO_PAYMENT = ["AddressSelectionPage", "ShippingOptionSelectionPage", "PaymentOptionSelectionPage"]
BERLIN = {"country": 3, "city": 301, "township": 30101, "district": None, "title": "Berlin"}


def pages(buyer):
    return [post.page for post in buyer.automatic]


def is_complete(buyer):
    return buyer.state.shipping_completed and buyer.pre_order["payment_option"] is not None


@pytest.fixture
def tabs(opens):
    """Two tabs of one browser; the answers of the first arrive in the order of that seed."""

    def tabs(seed, begin=begins):
        first = begin(opens(seed=seed))
        return first, first.opens_a_tab()

    return tabs


@pytest.mark.parametrize("begin", [begins, logged_in])
@pytest.mark.parametrize("seed", SEEDS[:5])
def test_every_gap_is_filled_by_one_post(opens, begin, seed):
    buyer = begin(opens(seed=seed))
    known = begin is logged_in and not pages(buyer)  # a member's checkout goes on where an earlier login left it
    assert known or pages(buyer) == TO_PAYMENT
    assert is_complete(buyer)
    assert buyer.state.errors is None


STEPS = (
    lambda buyer: buyer.posts("ShippingOptionSelectionPage", shipping_option=EXPRESS),
    chooses_transfer,
    lambda buyer: buyer.posts("PaymentOptionSelectionPage", payment_option=31),
    lambda buyer: buyer.posts("BinNumberPage", bin_number=THREE_D[:6]),
    lambda buyer: buyer.posts("InstallmentSelectionPage", installment=3),
    lambda buyer: buyer.posts("OrderNotePage", notes="Ring twice"),
    lambda buyer: buyer.pays_by_card(APPROVED, card_cvv="1"),
    lambda buyer: buyer.pays_by_card(THREE_D),
)


@pytest.mark.parametrize("begin", [begins, logged_in])
def test_a_reload_in_the_middle_posts_nothing_and_loses_nothing(opens, begin):
    buyer = begin(opens())
    for step in STEPS:
        step(buyer)
        before = buyer.pre_order
        buyer.lands()
        assert buyer.automatic == []
        assert buyer.at == "/orders/checkout/"
        assert is_complete(buyer)
        assert buyer.pre_order == before


@pytest.mark.parametrize("option", [1, 2, 77, "undefined"])
def test_another_delivery_option_or_none_keeps_address_and_shipping(opens, option):
    buyer = begins(opens())
    before = buyer.pre_order
    buyer.automatic.clear()
    buyer.posts("DeliveryOptionSelectionPage", delivery_option=option)
    assert buyer.automatic == []
    assert buyer.pre_order == before
    assert is_complete(buyer)


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_an_address_that_was_edited_in_another_tab_is_chosen_again_from_old_lists(tabs, seed):
    buyer, other = tabs(seed)
    other.edits_address(buyer.state.listed("addresses")[0]["pk"], line=f"{seed} Other Street")
    buyer.automatic.clear()
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert pages(buyer) == ["AddressSelectionPage"]
    assert is_complete(buyer)
    assert buyer.pre_order["shipping_address"]["line"] == f"{seed} Other Street"


@pytest.mark.parametrize("seed", SEEDS)
def test_from_lists_that_are_all_out_of_date_everything_is_posted_at_once_and_ends_well(tabs, seed):
    buyer, other = tabs(seed)
    assert [option["pk"] for option in buyer.state.listed("shipping_options")] == [STANDARD, EXPRESS]
    other.edits_address(buyer.state.listed("addresses")[0]["pk"], line=f"{seed} Other Street")
    other.fills_basket(KETTLEBELL)
    buyer.automatic.clear()
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert pages(buyer)[:3] == TO_PAYMENT
    assert set(pages(buyer)[3:]) <= {*TO_PAYMENT[1:]}, "only what was answered before its turn is sent again"
    assert max(map(pages(buyer).count, TO_PAYMENT)) <= 3
    assert is_complete(buyer)
    assert buyer.pre_order["shipping_option"]["pk"] == FREIGHT
    assert buyer.pre_order["shipping_address"]["line"] == f"{seed} Other Street"


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_a_shipping_list_from_before_another_country_is_given_up_for_the_new_one(tabs, seed):
    buyer, other = tabs(seed)
    other.lands()
    berlin = other.adds_address(**ADDRESS | BERLIN)["pk"]
    other.posts("AddressSelectionPage", shipping_address=berlin, billing_address=berlin)
    assert other.pre_order["shipping_option"]["pk"] == ABROAD
    buyer.automatic.clear()
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert is_complete(buyer)
    assert buyer.pre_order["shipping_option"]["pk"] == ABROAD


# Where the first of a list cannot be had, whatever is posted


def test_a_basket_that_nobody_delivers_there_stops_at_the_empty_list(opens):
    buyer = begins(opens())
    buyer.fills_basket(KETTLEBELL)
    berlin = buyer.adds_address(**ADDRESS | BERLIN)["pk"]
    buyer.posts("AddressSelectionPage", shipping_address=berlin, billing_address=berlin)
    assert buyer.state.listed("shipping_options") == []
    assert buyer.pre_order["shipping_option"] is None
    assert buyer.state.shipping_completed is False


def test_instalments_of_a_card_that_is_no_more_the_way_to_pay_are_forgotten(opens):
    buyer = begins(opens())
    other = buyer.opens_a_tab()
    chooses_card(buyer, APPROVED, installment=3)
    other.lands()
    chooses_transfer(other)
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert buyer.state.listed("installments") == []
    assert other.pre_order["payment_option"] == buyer.pre_order["payment_option"]


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_after_a_logout_in_another_tab_each_list_is_tried_once(opens, seed):
    buyer = logged_in(opens(seed=seed))
    other = buyer.opens_a_tab()
    other.logs_out()
    other.fills_basket(MUG)
    buyer.automatic.clear()
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert sorted(pages(buyer)) == sorted(("DeliveryOptionSelectionPage", *TO_PAYMENT[1:]))
    assert buyer.pre_order["user_email"] is None
    assert buyer.pre_order["shipping_address"] is None


def test_addresses_that_were_deleted_in_another_tab_are_forgotten(opens):
    buyer = begins(opens())
    buyer.deletes_address(buyer.state.listed("addresses")[0]["pk"])
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert buyer.pre_order["shipping_address"] is None
    assert buyer.state.listed("addresses") == []


def test_an_address_that_will_not_do_is_tried_once(opens):
    buyer = opens()
    buyer.fills_basket(KETTLEBELL, quantity=4)
    buyer.lands()
    buyer.guest("ada@example.org")
    buyer.adds_address(**ADDRESS)
    assert pages(buyer) == ["AddressSelectionPage"]
    assert buyer.state.errors["shipping_address"]
    buyer.adds_address(**ADDRESS | {"identity_number": "10000000146"})
    assert is_complete(buyer)


def test_without_a_token_that_is_taken_every_post_is_tried_once(opens):
    buyer = begins(opens())
    other = buyer.opens_a_tab()
    other.fills_basket(KETTLEBELL)
    buyer.cookies.put("csrftoken", "!")
    other.lands()
    assert pages(other) == ["ShippingOptionSelectionPage"]
    assert other.state.errors["non_field_errors"]
    buyer.automatic.clear()
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert sorted(pages(buyer)) == sorted(TO_PAYMENT[1:])


def test_while_another_tab_pays_an_old_shipping_list_is_forgotten(tabs):
    buyer, other = tabs(0)
    other.lands()
    berlin = other.adds_address(**ADDRESS | BERLIN)["pk"]
    other.posts("AddressSelectionPage", shipping_address=berlin, billing_address=berlin)
    chooses_card(other, TIMEOUT_NOT_TAKEN)
    pays_at_once(other, TIMEOUT_NOT_TAKEN)
    buyer.automatic.clear()
    began = monotonic()
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert monotonic() - began < ANSWER_WAIT / 2, "a note does not wait for what becomes of the payment"
    assert pages(buyer) == ["ShippingOptionSelectionPage"]
    assert buyer.state.errors["non_field_errors"]
    assert buyer.pre_order["shipping_option"]["pk"] == ABROAD


# A shop with more ways to deliver than one


@pytest.fixture(scope="module")
def three_ways(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three-ways")
    file = DEFAULT.read_text().replace(ONE_WAY, f"sort_order = 1\n\n{COURIER}\n\n{STORE}")
    assert COURIER in file
    (folder / "shop.toml").write_text(file)
    with served(folder, "--shop", folder / "shop.toml") as shop:
        yield shop


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_the_first_way_to_an_address_is_chosen_where_there_are_more(three_ways, seed):
    buyer = begins(Storefront(three_ways.address, seed=seed))
    assert pages(buyer) == ["DeliveryOptionSelectionPage", *TO_PAYMENT] or pages(buyer) == TO_PAYMENT
    assert buyer.pre_order["delivery_option"]["pk"] == 1
    assert is_complete(buyer)


@pytest.mark.parametrize("seed", SEEDS[:5])
@pytest.mark.parametrize("option", [3, 2])
def test_another_way_of_delivery_keeps_the_address_and_nothing_is_posted(three_ways, seed, option):
    buyer = begins(Storefront(three_ways.address, seed=seed))
    before = buyer.pre_order
    buyer.automatic.clear()
    buyer.posts("DeliveryOptionSelectionPage", delivery_option=option)
    assert buyer.automatic == []
    assert buyer.pre_order["delivery_option"]["pk"] == option
    assert [buyer.pre_order[name] for name in KEPT] == [before[name] for name in KEPT]
    buyer.posts("DeliveryOptionSelectionPage", delivery_option=1)
    assert buyer.automatic == []
    assert is_complete(buyer)
    assert buyer.failures == []
