"""What a post does: the next page, what it keeps, what it makes void, and what a refusal leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import Invalid, Misconfigured, Step, evolve
from checkout_core.effects import Capabilities, OrderPlaced, PostHook, SendMail
from checkout_core.forms import Email
from checkout_core.order import CreditCard, FundsTransfer
from checkout_core.pages.buyer import IndexForm, IndexPage

from .world import (
    BY_BIKE,
    BY_CARD,
    BY_TRANSFER,
    CARD_FORM,
    EXPRESS,
    HOME,
    OURS,
    SHOP,
    TO_THE_DOOR,
    World,
    basket,
    closed,
    lira,
    listed,
)  # fmt: skip

WAYS = [pytest.param(BY_CARD, id="card"), pytest.param(BY_TRANSFER, id="transfer")]


@pytest.mark.parametrize("way", WAYS)
def test_each_answer_leads_to_the_next_page_and_the_last_to_the_order(walks, way):
    buyer = walks(World())
    step = buyer.start()
    pages = [*(page for page, _ in way[1:]), "ThankYouPage"]
    for (page, body), following in zip(way, pages, strict=True):
        assert step.page == page
        step = buyer.submit(step.pre_order, page, body).raise_for_errors()
        assert (step.page, listed(step)) == (following, [following])


@pytest.mark.parametrize("way", WAYS)
def test_the_order_is_placed_once_and_told_once(walks, way):
    buyer = walks(World())
    page, body = way[-1]
    before = buyer.at(page, way)
    step = buyer.submit(before, page, body)
    placed = step.pre_order.placed
    assert (placed.total, placed.totals) == (before.totals.total, before.totals)
    number = placed.number
    assert step.events == (
        OrderPlaced(number), SendMail("order_placed", number), PostHook("order.placed", number)
    )  # fmt: skip
    for page, body in (*way, ("OrderNotePage", {"notes": "late"}), ("AddressClearPage", {})):
        again = buyer.submit(step.pre_order, page, body)
        assert (again.page, again.pre_order, again.errors, again.events) == ("ThankYouPage", step.pre_order, {}, ())
    assert buyer.world.asked["sale"] == (1 if way is BY_CARD else 0)


def test_an_order_by_transfer_keeps_number_account_and_way_to_pay_and_waits_for_the_money(walks):
    buyer = walks(World())
    before = buyer.at("FundsTransferPage")
    assert before.number is not None
    order = buyer.submit(before, "FundsTransferPage", {"agreement": "1"}).pre_order
    assert (order.placed.number, order.number) == (before.number, before.number)
    assert order.payment == evolve(before.payment, agreed=True)
    assert (order.payment.bank_account, order.payment.option.payment_type) == (OURS, "funds_transfer")
    assert (order.placed.status, order.placed.receipt) == (300, "funds_transfer")


REFUSED = [
    ("IndexPage", BY_CARD, {"user_email": "ada"}, {"user_email": ("invalid",)}),
    ("DeliveryOptionSelectionPage", BY_CARD, {"delivery_option": 9}, {"delivery_option": ("invalid",)}),
    (
        "AddressSelectionPage",
        BY_CARD,
        {"shipping_address": 99, "billing_address": 11},
        {"shipping_address": ("invalid",)},
    ),
    ("ShippingOptionSelectionPage", BY_CARD, {"shipping_option": 29}, {"shipping_option": ("invalid",)}),
    ("PaymentOptionSelectionPage", BY_CARD, {"payment_option": 39}, {"payment_option": ("invalid",)}),
    ("BinNumberPage", BY_CARD, {"bin_number": "12"}, {"bin_number": ("invalid",)}),
    ("InstallmentSelectionPage", BY_CARD, {"installment": 59}, {"installment": ("invalid",)}),
    ("CreditCardConfirmationPage", BY_CARD, {**CARD_FORM, "card_year": "2020"}, {"card_year": ("expired",)}),
    ("FundsTransferChoicePage", BY_TRANSFER, {"bank_account": 49}, {"bank_account": ("invalid",)}),
    ("FundsTransferPage", BY_TRANSFER, {}, {"agreement": ("required",)}),
    ("OrderNotePage", BY_TRANSFER, {"notes": "x" * 321}, {"notes": ("too_long",)}),
]


@pytest.mark.parametrize(("page", "way", "body", "errors"), REFUSED)
def test_a_refused_input_changes_nothing_and_shows_the_page_again(walks, page, way, body, errors):
    buyer = walks(World())
    order = buyer.at(way[-1][0], way)  # all before the last page is answered
    step = buyer.submit(order, page, body)
    assert (step.page, step.errors) == (page, errors)
    assert step.pre_order == order
    assert step.events == ()
    assert listed(step)[0] == page


def test_a_refused_page_is_listed_with_all_the_pages_after_it(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    assert listed(buyer.submit(order, "AddressSelectionPage", {})) == [
        "AddressSelectionPage", "ShippingOptionSelectionPage", "PaymentOptionSelectionPage", "FundsTransferChoicePage",
        "FundsTransferPage",
    ]  # fmt: skip


@pytest.mark.parametrize("body", [None, [], [("user_email", "ada@example.org")], "user_email=ada", b"{}", 1, object()])
def test_a_body_that_is_no_mapping_is_refused(walks, body):
    buyer = walks(World())
    order = buyer.start().pre_order
    step = buyer.submit(order, "IndexPage", body)
    assert (step.page, step.errors, step.pre_order, step.events) == ("IndexPage", closed("invalid"), order, ())


def test_names_the_form_does_not_have_are_passed_over(walks):
    buyer = walks(World())
    order = buyer.start().pre_order
    body = {"user_email": "ada@example.org", "basket": "b-2", "totals": 0, 7: object()}
    assert buyer.submit(order, "IndexPage", body) == buyer.submit(order, "IndexPage", {"user_email": "ada@example.org"})


@pytest.mark.parametrize("page", ["", "Nope", "indexpage", "IndexPage ", "MasterpassIndexPage", "__class__"])
def test_a_page_nobody_knows_is_refused_by_name(walks, page):
    buyer = walks(World())
    order = buyer.at("ShippingOptionSelectionPage")
    step = buyer.submit(order, page, {"user_email": "eve@example.org"})
    assert (step.errors, step.page) == ({"page": ("unknown",)}, "ShippingOptionSelectionPage")
    assert (step.pre_order, step.events) == (order, ())


@pytest.mark.parametrize(
    ("page", "body", "to"),
    [
        ("PaymentOptionSelectionPage", {"payment_option": 31}, "AddressSelectionPage"),
        ("BinNumberPage", {"bin_number": "542119"}, "AddressSelectionPage"),
        ("FundsTransferPage", {"agreement": "1"}, "AddressSelectionPage"),
        ("CreditCardThreeDSecurePage", {"md": "1"}, "AddressSelectionPage"),
        ("ThankYouPage", {}, "AddressSelectionPage"),
    ],
)
def test_a_closed_page_changes_nothing_and_names_the_page_to_go_to(walks, page, body, to):
    buyer = walks(World())
    order = buyer.at("AddressSelectionPage")
    step = buyer.submit(order, page, body)
    assert (step.errors, step.page, listed(step)) == (closed("page_not_available"), to, [to])
    assert (step.pre_order, step.events) == (order, ())


def test_the_preconditions_are_asked_before_the_input_is_read(walks):
    buyer = walks(World())
    order = buyer.start().pre_order
    assert buyer.submit(order, "AddressSelectionPage", {}).errors == closed("page_not_available")
    assert buyer.submit(order, "AddressSelectionPage", None).errors == closed("page_not_available")


def test_a_page_may_be_its_class_and_a_body_its_form(walks):
    buyer = walks(World())
    order = buyer.start().pre_order
    by_form = buyer.submit(order, IndexPage, IndexForm(Email("ada@example.org")))
    assert by_form == buyer.submit(order, "IndexPage", {"user_email": "ada@example.org"})
    assert by_form.ok


def test_the_form_of_another_page_is_no_body(walks):
    buyer = walks(World())
    order = buyer.at("DeliveryOptionSelectionPage")
    step = buyer.submit(order, "DeliveryOptionSelectionPage", IndexForm(Email("ada@example.org")))
    assert step.errors == closed("invalid")


def test_a_step_unpacks_and_raises_what_was_refused_where_that_is_wanted(walks):
    step = walks(World()).start()
    order, page, context = step
    assert (order, page, context) == (step.pre_order, step.page, step.context)
    assert step.ok
    assert step.raise_for_errors() is step
    with pytest.raises(Invalid) as refused:
        Step(order, page, context, {"user_email": ("invalid",)}).raise_for_errors()
    assert refused.value.codes == {"user_email": ("invalid",)}


# What an answer keeps, and what it makes void


@pytest.mark.parametrize("way", WAYS)
def test_the_same_answer_again_keeps_every_later_one(walks, way):
    buyer = walks(World())
    last = way[-1][0]
    order = buyer.at(last, way)
    for n, (page, body) in enumerate(way[:-1]):
        step = buyer.submit(order, page, body)
        assert (step.pre_order, step.page, step.errors) == (order, last, {})
        assert listed(step) == [name for name, _ in way[n + 1 :]]


def test_another_delivery_option_keeps_addresses_shipping_and_payment(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "DeliveryOptionSelectionPage", {"delivery_option": 2})
    assert step.pre_order == evolve(order, delivery=evolve(order.delivery, option=BY_BIKE))
    assert step.page == "FundsTransferPage"


def test_another_delivery_option_with_clear_asks_for_the_addresses_again(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "DeliveryOptionSelectionPage", {"delivery_option": 2, "clear": "true"})
    delivery = step.pre_order.delivery
    assert (delivery.option, delivery.shipping_address, delivery.billing_address) == (BY_BIKE, None, None)
    assert step.page == "AddressSelectionPage"


def test_another_address_keeps_what_is_still_offered_there(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "AddressSelectionPage", {"shipping_address": 12, "billing_address": 11})
    assert step.pre_order == evolve(order, delivery=step.pre_order.delivery)
    assert step.pre_order.delivery.shipping_address.pk == 12
    assert step.page == "FundsTransferPage"


def test_another_shipping_option_changes_the_price_and_drops_the_way_to_pay(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 22})
    assert step.pre_order.shipping.option.slug == EXPRESS.slug
    assert (step.pre_order.totals.shipping, step.pre_order.totals.total) == (lira("49.90"), lira("145.00"))
    assert (step.pre_order.payment, step.page) == (None, "PaymentOptionSelectionPage")


@pytest.mark.parametrize(
    ("way", "pk", "part", "page"),
    [
        (BY_CARD, 32, FundsTransfer, "FundsTransferChoicePage"),
        (BY_TRANSFER, 31, CreditCard, "BinNumberPage"),
    ],
)
def test_another_way_to_pay_replaces_all_that_was_said_about_paying(walks, way, pk, part, page):
    buyer = walks(World())
    order = buyer.at(way[-1][0], way)
    step = buyer.submit(order, "PaymentOptionSelectionPage", {"payment_option": pk})
    assert step.pre_order.payment == part(step.pre_order.payment.option)
    assert step.pre_order.payment.option.pk == pk
    assert step.pre_order.totals.interest == lira("0")
    assert (step.page, listed(step)) == (page, [page])


def test_pages_of_another_way_to_pay_are_closed(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "BinNumberPage", {"bin_number": "542119"})
    assert (step.errors, step.page, step.pre_order) == (closed("page_not_available"), "FundsTransferPage", order)


def test_shipping_is_kept_with_its_price_and_added_to_the_total(walks):
    order = walks(World()).at("PaymentOptionSelectionPage")
    assert order.shipping.option.shipping_amount == lira("29.90")
    assert (order.totals.lines, order.totals.shipping, order.totals.total) == (
        lira("95.10"), lira("29.90"), lira("125.00"),
    )  # fmt: skip


# Answers given for the buyer


def test_the_only_delivery_option_is_stored_and_its_page_not_shown(walks):
    buyer = walks(World(evolve(SHOP, delivery_options=(TO_THE_DOOR,))))
    step = buyer.submit(buyer.start().pre_order, "IndexPage", {"user_email": "ada@example.org"})
    assert (step.page, step.pre_order.delivery.option) == ("AddressSelectionPage", TO_THE_DOOR)
    assert listed(step) == ["DeliveryOptionSelectionPage", "AddressSelectionPage"]


@pytest.mark.parametrize(
    ("autoselect", "options", "page"),
    [
        (True, SHOP.shipping_options[:1], "PaymentOptionSelectionPage"),
        (True, SHOP.shipping_options, "ShippingOptionSelectionPage"),
        (False, SHOP.shipping_options[:1], "ShippingOptionSelectionPage"),
    ],
)
def test_the_only_shipping_option_is_chosen_where_the_shop_says_so(walks, autoselect, options, page):
    world = World(evolve(SHOP, shipping_options=options))
    world.settings = evolve(world.settings, autoselect_shipping=autoselect)
    buyer = walks(world)
    step = buyer.submit(
        buyer.at("AddressSelectionPage"), "AddressSelectionPage", {"shipping_address": 11, "billing_address": 11}
    )
    assert step.page == page
    assert (step.pre_order.shipping.option is not None) is (page == "PaymentOptionSelectionPage")
    assert step.pre_order.totals.total == lira("125.00" if page == "PaymentOptionSelectionPage" else "95.10")


def test_the_only_bank_account_is_chosen_and_the_order_numbered_without_asking(walks):
    buyer = walks(World(evolve(SHOP, bank_accounts=(OURS,))))
    step = buyer.submit(buyer.at("PaymentOptionSelectionPage"), "PaymentOptionSelectionPage", {"payment_option": 32})
    assert (step.page, step.pre_order.payment.bank_account) == ("FundsTransferPage", OURS)
    assert step.context.number == step.pre_order.number is not None
    assert listed(step) == ["FundsTransferChoicePage", "FundsTransferPage"]


def test_where_no_shipping_option_is_offered_the_checkout_cannot_go_on(walks):
    buyer = walks(World(evolve(SHOP, shipping_options=())))
    order = buyer.at("ShippingOptionSelectionPage")
    assert buyer.view(order).page == "ShippingOptionSelectionPage"
    assert buyer.submit(order, "ShippingOptionSelectionPage", {"shipping_option": 21}).pre_order == order
    later = buyer.submit(order, "PaymentOptionSelectionPage", {"payment_option": 32})
    assert (later.errors, later.page) == (closed("page_not_available"), "ShippingOptionSelectionPage")


# Beside the flow


def test_a_note_leads_nowhere_and_leaves_the_rest_alone(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferChoicePage")
    step = buyer.submit(order, "OrderNotePage", {"notes": "Ring twice"})
    assert (step.page, step.context_list, step.errors) == ("EmptyPage", (), {})
    assert step.pre_order == evolve(order, extras=evolve(order.extras, notes="Ring twice"))
    assert buyer.view(step.pre_order).page == buyer.view(order).page == "FundsTransferChoicePage"
    again = buyer.submit(step.pre_order, "OrderNotePage", {"notes": "Knock"})
    assert again.pre_order.extras.notes == "Knock"
    assert buyer.submit(again.pre_order, "OrderNotePage", {}).pre_order == order


def test_cleared_addresses_are_asked_for_again(walks):
    buyer = walks(World())
    order = buyer.at("FundsTransferPage")
    step = buyer.submit(order, "AddressClearPage", {})
    assert (step.page, step.context_list) == ("EmptyPage", ())
    delivery = step.pre_order.delivery
    assert (delivery.option, delivery.shipping_address, delivery.billing_address) == (TO_THE_DOOR, None, None)
    assert delivery.billing_and_shipping_same is False
    assert buyer.view(step.pre_order).page == "AddressSelectionPage"
    body = {"shipping_address": 11, "billing_address": 11}
    mended = buyer.submit(step.pre_order, "AddressSelectionPage", body)
    assert (mended.page, mended.pre_order.delivery.shipping_address) == ("FundsTransferPage", HOME)


def test_without_goods_every_page_is_closed(walks):
    world = World()
    buyer = walks(world)
    order = buyer.at("FundsTransferPage")
    world.basket = basket(0, 0)
    for page, body in (*BY_TRANSFER[:-1], ("OrderNotePage", {"notes": "x"}), ("AddressClearPage", {})):
        step = buyer.submit(order, page, body)
        assert step.errors == closed("page_not_available")
        assert (step.pre_order.extras, step.pre_order.delivery) == (order.extras, order.delivery)
    step = buyer.submit(order, "FundsTransferPage", {"agreement": "1"})
    assert (step.errors, step.pre_order.placed, step.events) == (closed("price_changed"), None, ())
    step = buyer.submit(step.pre_order, "FundsTransferPage", {"agreement": "1"})
    assert (step.errors, step.pre_order.placed, step.events) == (closed("page_not_available"), None, ())


class RealMoney(World):
    capabilities = Capabilities(timedelta(minutes=1))


def test_real_money_needs_the_service_and_nothing_is_sent_without_it(walks):
    world = RealMoney()
    buyer = walks(world)
    order = buyer.at("CreditCardConfirmationPage", BY_CARD)
    with pytest.raises(Misconfigured, match="needs a CheckoutService"):
        buyer.submit(order, *BY_CARD[-1])
    assert world.asked["sale"] == 0
