"""What looking does: the page asked for or the current one, the chain of contexts, and no change."""

from __future__ import annotations

import pytest

from checkout_core import evolve
from checkout_core.atlas import Explained
from checkout_core.shop import RetailStore

from .world import (
    ADA,
    BY_CARD,
    BY_TRANSFER,
    HOME,
    IN_STORE,
    SHOP,
    TO_THE_DOOR,
    World,
    closed,
    lira,
    listed,
)  # fmt: skip

STORE = RetailStore(61, "Galata", "1 Tower Square", HOME.country, HOME.city)
CHAIN = [page for page, _ in BY_TRANSFER]


@pytest.mark.parametrize("page", CHAIN)
def test_without_a_name_the_page_shown_follows_from_how_far_the_buyer_is(walks, page):
    buyer = walks(World())
    order = buyer.at(page)
    step = buyer.view(order)
    assert (step.page, step.pre_order, step.errors, step.events) == (page, order, {}, ())


@pytest.mark.parametrize("page", CHAIN)
def test_a_view_lists_the_chain_from_the_first_page_to_the_current_one(walks, page):
    buyer = walks(World())
    step = buyer.view(buyer.at(page))
    assert listed(step) == CHAIN[: CHAIN.index(page) + 1]
    assert step.context_list[-1].context == step.context


def test_answered_pages_stay_in_the_list_with_what_may_be_chosen_there(walks):
    buyer = walks(World())
    contexts = {shown.page: shown.context for shown in buyer.view(buyer.at("FundsTransferPage")).context_list}
    assert contexts["DeliveryOptionSelectionPage"].delivery_options == SHOP.delivery_options
    assert [a.pk for a in contexts["AddressSelectionPage"].addresses] == [11, 12]
    assert [o.pk for o in contexts["ShippingOptionSelectionPage"].shipping_options] == [21, 22]
    assert [o.pk for o in contexts["PaymentOptionSelectionPage"].payment_options] == [31, 32]
    assert contexts["FundsTransferChoicePage"].bank_accounts == SHOP.bank_accounts
    assert contexts["FundsTransferPage"].total_amount == lira("125.00")


@pytest.mark.parametrize("page", CHAIN)
def test_looking_at_an_earlier_page_shows_it_and_undoes_nothing(walks, page):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.view(order, page)
    assert (step.page, step.pre_order, step.errors, step.events) == (page, order, {}, ())
    assert listed(step) == CHAIN
    assert buyer.view(step.pre_order).page == "FundsTransferPage"


@pytest.mark.parametrize(("page", "to"), [("FundsTransferPage", "AddressSelectionPage"), ("ThankYouPage", "IndexPage")])
def test_a_closed_page_is_not_shown_but_the_page_to_go_to(walks, page, to):
    buyer = walks(World())
    order = buyer.at(to)
    step = buyer.view(order, page)
    assert (step.page, step.errors, step.pre_order) == (to, closed("page_not_available"), order)
    assert listed(step) == CHAIN[: CHAIN.index(to) + 1]


@pytest.mark.parametrize("page", ["", "Nope", "MasterpassIndexPage"])
def test_a_page_nobody_knows_is_refused_by_name_and_the_current_one_shown(walks, page):
    buyer = walks(World())
    order = buyer.at("AddressSelectionPage")
    step = buyer.view(order, page)
    assert (step.page, step.errors, step.pre_order) == ("AddressSelectionPage", {"page": ("unknown",)}, order)


@pytest.mark.parametrize("page", CHAIN)
def test_the_note_asked_for_comes_with_the_normal_chain(walks, page):
    buyer = walks(World())
    order = buyer.at(page)
    step = buyer.view(order, "OrderNotePage")
    assert (step.page, step.pre_order, step.errors) == ("OrderNotePage", order, {})
    assert listed(step) == [*listed(buyer.view(order)), "OrderNotePage"]


def test_the_empty_page_lists_nothing(walks):
    buyer = walks(World())
    order = buyer.at("AddressSelectionPage")
    for step in (buyer.view(order, "EmptyPage"), buyer.submit(order, "EmptyPage", {"any": "thing"})):
        assert (step.page, step.context_list, step.pre_order) == ("EmptyPage", (), order)


@pytest.mark.parametrize("way", [BY_CARD, BY_TRANSFER])
@pytest.mark.parametrize("page", [None, "IndexPage", "OrderNotePage", "BinNumberPage", "ThankYouPage"])
def test_once_placed_there_is_nothing_to_see_but_the_order(walks, way, page):
    buyer = walks(World())
    last, body = way[-1]
    placed = buyer.submit(buyer.at(last, way), last, body).pre_order
    step = buyer.view(placed, page)
    assert (step.page, listed(step), step.pre_order, step.events) == ("ThankYouPage", ["ThankYouPage"], placed, ())
    assert step.context.number == placed.placed.number


def test_a_member_is_not_asked_who_buys_but_the_first_page_stays_in_the_list(walks):
    step = walks(World()).start(ADA)
    assert step.page == "DeliveryOptionSelectionPage"
    assert listed(step) == ["IndexPage", "DeliveryOptionSelectionPage"]
    assert step.context_list[0].context.is_user_logged_in
    assert (step.pre_order.buyer.email, step.pre_order.buyer.phone) == (ADA.email, ADA.phone)


def test_a_guest_whom_the_shop_does_not_sell_to_stays_on_the_first_page(walks):
    world = World()
    world.settings = evolve(world.settings, can_guest_purchase=False)
    buyer = walks(world)
    step = buyer.start()
    assert (step.page, step.context.can_guest_purchase) == ("IndexPage", False)
    refused = buyer.submit(step.pre_order, "IndexPage", {"user_email": "ada@example.org"})
    assert (refused.errors, refused.pre_order) == (closed("page_not_available"), step.pre_order)
    assert buyer.view(step.pre_order, caller=ADA).page == "DeliveryOptionSelectionPage"


def test_a_view_answers_for_the_buyer_before_it_says_that_a_page_is_closed(walks):
    buyer = walks(World(evolve(SHOP, delivery_options=(TO_THE_DOOR,))))
    guest = buyer.at("ShippingOptionSelectionPage")
    step = buyer.view(guest, "AddressSelectionPage", ADA)  # the guest logs in, so all is asked anew
    assert (step.page, step.errors) == ("AddressSelectionPage", {})
    assert step.pre_order.delivery.option == TO_THE_DOOR


def test_the_type_of_the_only_delivery_option_says_where_it_leads(walks):
    buyer = walks(World(evolve(SHOP, delivery_options=(IN_STORE,), retail_stores=(STORE,))))
    step = buyer.submit(buyer.start().pre_order, "IndexPage", {"user_email": "ada@example.org"})
    assert (step.page, step.pre_order.delivery.option) == ("RetailStoreSelectionPage", IN_STORE)


# Why a page is closed


def test_explained_each_check_says_whether_it_holds_and_which_page_mends_it():
    buyer = World().buyer()
    order = buyer.at("ShippingOptionSelectionPage")
    explained = buyer.checkout.explain(order, "PaymentOptionSelectionPage")
    assert [(each.check, each.holds) for each in explained] == [
        ("basket_empty", True), ("login_required", True), ("user_email_required", True),
        ("delivery_option_required", True), ("address_required", True), ("remote_prices_required", True),
        ("shipping_option_required", False),
    ]  # fmt: skip
    assert explained[-1] == Explained(
        "shipping_option_required", "a shipping option is chosen", holds=False, mended_by="ShippingOptionSelectionPage"
    )
    assert all(each.mended_by is None for each in explained[:-1])


@pytest.mark.parametrize(
    ("option", "page"), [(TO_THE_DOOR, "AddressSelectionPage"), (IN_STORE, "RetailStoreSelectionPage")]
)
def test_explained_of_several_pages_that_would_mend_it_the_one_for_this_buyer_is_named(option, page):
    buyer = World(evolve(SHOP, delivery_options=(option,), retail_stores=(STORE,))).buyer()
    order = buyer.submit(buyer.start().pre_order, "IndexPage", {"user_email": "ada@example.org"}).pre_order
    (lacking,) = (
        each
        for each in buyer.checkout.explain(order, "ShippingOptionSelectionPage")
        if each.check == "address_required"
    )
    assert (lacking.holds, lacking.mended_by) == (False, page)


def test_explained_a_page_of_another_way_to_pay_names_the_page_that_chooses():
    buyer = World().buyer()
    for order in (buyer.at("PaymentOptionSelectionPage"), buyer.at("FundsTransferPage")):
        assert buyer.checkout.explain(order, "BinNumberPage") == (
            Explained("other_payment", "the buyer pays this way", holds=False, mended_by="PaymentOptionSelectionPage"),
        )


def test_explained_as_the_caller_who_is_asking_and_by_class_or_name():
    buyer = World().buyer()
    order = buyer.start().pre_order
    with pytest.raises(KeyError, match="Nope"):
        buyer.checkout.explain(order, "Nope")
    from_class = buyer.checkout.explain(order, type(buyer.checkout.map.first.page))
    assert from_class == buyer.checkout.explain(order, "IndexPage")
