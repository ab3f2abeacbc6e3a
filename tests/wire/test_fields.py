"""Every field that storefronts are told of is there, with its type: money a decimal string, a primary key a number."""

from __future__ import annotations

import json
import re

import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore
from checkout_core.sandbox import Sandbox
from checkout_core.wire import order_json, step_json

MONEY, MAYBE_MONEY = re.compile(r"[0-9]+\.[0-9]{2}"), "money?"
TEXT, MAYBE_TEXT, NUMBER, MAYBE_NUMBER, YES_NO, LIST, OBJECT, NULL = (
    "text", "text?", "number", "number?", "yes or no", "list", "object", "null"
)  # fmt: skip
OF = {
    TEXT: lambda v: isinstance(v, str), MAYBE_TEXT: lambda v: v is None or isinstance(v, str),
    NUMBER: lambda v: type(v) is int, MAYBE_NUMBER: lambda v: v is None or type(v) is int,
    YES_NO: lambda v: type(v) is bool, LIST: lambda v: isinstance(v, list), OBJECT: lambda v: isinstance(v, dict),
    NULL: lambda v: v is None, MONEY: lambda v: isinstance(v, str) and MONEY.fullmatch(v) is not None,
    "yes or no?": lambda v: v is None or type(v) is bool,
    MAYBE_MONEY: lambda v: v is None or (isinstance(v, str) and MONEY.fullmatch(v) is not None),
}  # fmt: skip

PRE_ORDER = {
    "basket": OBJECT, "shipping_address": OBJECT, "billing_address": OBJECT, "shipping_option": OBJECT,
    "billing_and_shipping_same": YES_NO, "payment_option": OBJECT, "notifications": NULL, "shipping_amount": MONEY,
    "total_amount": MONEY, "unpaid_amount": MONEY, "loyalty_money": MONEY, "currency_type_label": TEXT,
    "installment": OBJECT, "redirect_to_three_d": "yes or no?", "delivery_option": OBJECT, "retail_store": NULL,
    "payment_choice": NULL, "phone_number": MAYBE_TEXT, "gift_box": NULL, "delivery_range": NULL,
    "user_phone_number": MAYBE_TEXT, "total_amount_with_interest": MONEY, "is_guest": YES_NO, "is_post_order": YES_NO,
    "is_redirected": YES_NO, "notes": MAYBE_TEXT, "card_info": OBJECT, "campaigns": NULL, "selected_campaign": NULL,
    "rewards": NULL, "selected_rewards": NULL, "number": MAYBE_TEXT, "voucher_code": NULL, "user_email": TEXT,
}  # fmt: skip
BASKET = {
    "pk": MAYBE_NUMBER, "basketitem_set": LIST, "total_quantity": NUMBER, "total_amount": MONEY,
    "total_product_amount": MONEY, "total_discount_amount": MONEY, "discounts": LIST, "upsell_messages": LIST,
    "created_date": NULL, "modified_date": NULL,
}  # fmt: skip
ITEM = {
    "quantity": NUMBER, "unit_price": MONEY, "tax_rate": MONEY, "currency_type": TEXT, "currency_type_label": TEXT,
    "product": OBJECT, "total_amount": MONEY, "shipping_discount": NULL, "image": MAYBE_TEXT, "datasource": NULL,
    "datasource_detailed": NULL, "extra_product_stock_detailed": NULL, "extra_product_price_detailed": NULL,
}  # fmt: skip
PRODUCT = {
    "pk": NUMBER, "name": TEXT, "sku": TEXT, "base_code": TEXT, "attributes": OBJECT, "attribute_set": NULL,
    "attributes_kwargs": OBJECT, "extra_attributes": OBJECT, "productimage_set": LIST, "price": MONEY,
    "in_stock": YES_NO, "currency_type": TEXT, "retail_price": MONEY, "unit_type": TEXT, "absolute_url": TEXT,
    "productvideo_set": LIST, "product_type": TEXT, "price_type": TEXT, "form_schema": NULL,
    "is_ready_to_basket": YES_NO, "stock": NULL, "data_source": NULL, "category": NULL,
}  # fmt: skip
ADDRESS = {
    "pk": NUMBER, "email": MAYBE_TEXT, "phone_number": TEXT, "first_name": TEXT, "last_name": TEXT, "country": OBJECT,
    "city": OBJECT, "township": OBJECT, "district": OBJECT, "line": TEXT, "title": TEXT, "postcode": MAYBE_TEXT,
    "notes": NULL, "company_name": MAYBE_TEXT, "tax_office": MAYBE_TEXT, "tax_no": MAYBE_TEXT,
    "e_bill_taxpayer": YES_NO, "is_corporate": YES_NO, "primary": YES_NO, "identity_number": MAYBE_TEXT,
    "extra_field": NULL,
}  # fmt: skip
OPTIONS = {
    "delivery_option": {
        "pk": NUMBER, "slug": TEXT, "name": TEXT, "delivery_option_type": TEXT, "sort_order": NUMBER,
    },
    "shipping_option": {
        "pk": NUMBER, "name": TEXT, "slug": TEXT, "logo": MAYBE_TEXT, "shipping_amount": MONEY,
        "description": MAYBE_TEXT, "kwargs": OBJECT,
    },
    "payment_option": {
        "pk": NUMBER, "name": TEXT, "slug": TEXT, "payment_type": TEXT, "payment_type_label": TEXT,
    },
    "installment": {
        "pk": NUMBER, "installment_count": NUMBER, "label": TEXT, "price_with_accrued_interest": MONEY,
        "monthly_price_with_accrued_interest": MONEY,
    },
}  # fmt: skip
CONTEXTS = {
    "IndexPage": {"is_user_logged_in": YES_NO, "can_guest_purchase": YES_NO, "has_gift_box": YES_NO},
    "DeliveryOptionSelectionPage": {"delivery_options": LIST},
    "AddressSelectionPage": {"addresses": LIST, "country": OBJECT},
    "ShippingOptionSelectionPage": {"shipping_options": LIST},
    "PaymentOptionSelectionPage": {
        "checkout_url": NULL, "status_url": NULL, "payment_options": LIST, "unavailable_options": LIST,
    },
    "BinNumberPage": {},
    "InstallmentSelectionPage": {"installments": LIST, "card_type": OBJECT, "installment_messages": LIST},
    "CreditCardConfirmationPage": {"three_d_secure_required": YES_NO},
}  # fmt: skip
THANKS = {
    "redirect_url": TEXT, "order_id": NUMBER, "new_user": YES_NO, "token": NULL, "campaigns": LIST, "number": TEXT,
}  # fmt: skip
ORDER = {
    "id": NUMBER, "status": OBJECT, "currency": OBJECT, "orderitem_set": LIST, "discountitem_set": LIST,
    "is_cancelled": YES_NO, "is_cancellable": YES_NO, "is_refundable": YES_NO, "shipping_address": OBJECT,
    "billing_address": OBJECT, "shipping_company": NULL, "client_type": TEXT, "payment_option": OBJECT,
    "amount_without_discount": MONEY, "is_payable": YES_NO, "tracking_url": NULL, "bank": NULL, "created_date": TEXT,
    "modified_date": TEXT, "number": TEXT, "amount": MONEY, "discount_amount": MONEY, "shipping_amount": MONEY,
    "shipping_tax_rate": NULL, "refund_amount": NULL, "discount_refund_amount": NULL, "shipping_refund_amount": NULL,
    "invoice_number": NULL, "invoice_date": NULL, "e_archive_url": NULL, "tracking_number": NULL, "remote_addr": NULL,
    "has_gift_box": YES_NO, "gift_box_note": NULL, "language_code": TEXT, "notes": MAYBE_TEXT, "delivery_range": NULL,
    "extra_field": OBJECT, "user_email": TEXT, "shipping_option_slug": TEXT, "payment_option_slug": TEXT,
    "bin_number": TEXT, "installment_count": NUMBER, "installment_interest_amount": MONEY,
    "shipping_tracking_url": NULL, "user": NULL, "basket": OBJECT, "shipping_option": OBJECT, "card": OBJECT,
    "installment": OBJECT, "segment": NULL, "checkout_provider": NULL,
}  # fmt: skip
ORDER_ITEM = {
    "id": NUMBER, "status": TEXT, "price_currency": OBJECT, "product": OBJECT, "is_cancelled": YES_NO,
    "is_cancellable": YES_NO, "is_refundable": YES_NO, "cancellationrequest_set": LIST,
    "active_cancellation_request": NULL, "shipping_company": NULL, "tracking_url": NULL, "is_tradable": YES_NO,
    "available_easy_return_shipping_companies": LIST, "attributes": OBJECT, "localized_attributes": OBJECT,
    "price": MONEY, "tax_rate": MONEY, "retail_price": MONEY, "image": MAYBE_TEXT, "extra_field": OBJECT,
    "parent": NULL, "datasource": NULL, "datasource_detailed": NULL, "extra_product_price": NULL,
    "extra_product_price_detailed": NULL, "extra_product_stock": NULL, "extra_product_stock_detailed": NULL,
    "invoice_date": NULL, "invoice_number": NULL, "tracking_number": NULL, "shipping_tracking_url": NULL,
    "estimated_delivery_date": NULL, "order": NUMBER, "created_date": TEXT, "modified_date": TEXT,
}  # fmt: skip


@pytest.fixture(scope="module")
def walk():
    """The last answer before the order, and the one with it."""
    shop = Sandbox(seed=1)
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    ada = shop.caller("ada")
    key = service.save(service.checkout.start(shop.basket("mug", "mug", "sticker"), ada).pre_order)
    answers = shop.answers("card, 3 instalments", order=service.get(key, caller=ada).pre_order)
    for page, body in answers:
        if page == "CreditCardConfirmationPage":
            before = service.get(key, caller=ada)
        step = service.post(key, page, body, ada)
    return tuple(json.loads(json.dumps(step_json(each, settings=shop.settings))) for each in (before, step)), step


def wrong(shown, fields):
    """The fields that are missing, or of another type."""
    return {
        name: shown.get(name, "missing") for name, kind in fields.items()
        if name not in shown or not OF[kind](shown[name])
    }  # fmt: skip


def test_the_pre_order_has_every_field(walk):
    assert wrong(walk[0][0]["pre_order"], PRE_ORDER) == {}


@pytest.mark.parametrize("name", OPTIONS)
def test_what_was_chosen_has_every_field(walk, name):
    assert wrong(walk[0][0]["pre_order"][name], OPTIONS[name]) == {}


@pytest.mark.parametrize("name", ["shipping_address", "billing_address"])
def test_an_address_has_every_field(walk, name):
    assert wrong(walk[0][0]["pre_order"][name], ADDRESS) == {}


def test_the_basket_its_items_and_their_products_have_every_field(walk):
    basket = walk[0][0]["pre_order"]["basket"]
    assert wrong(basket, BASKET) == {}
    for item in basket["basketitem_set"]:
        assert (wrong(item, ITEM), wrong(item["product"], PRODUCT)) == ({}, {})


def test_each_context_has_every_field(walk):
    shown = {each["page_name"]: each["page_context"] for each in walk[0][0]["context_list"]}
    assert [name for name, fields in CONTEXTS.items() if wrong(shown[name], fields)] == []
    assert wrong(walk[0][1]["context_list"][0]["page_context"], THANKS) == {}


def test_the_order_and_its_items_have_every_field(walk):
    order = json.loads(json.dumps(order_json(walk[1].pre_order)))
    assert wrong(order, ORDER) == {}
    assert {name: wrong(item, ORDER_ITEM) for name, item in enumerate(order["orderitem_set"])} == {0: {}, 1: {}, 2: {}}


def test_an_order_has_one_row_a_unit_and_its_sums_agree(walk):
    order = order_json(walk[1].pre_order)
    assert [row["product"]["sku"] for row in order["orderitem_set"]] == ["mug", "mug", "sticker"]
    assert [row["id"] for row in order["orderitem_set"]] == [1, 2, 3]
    assert order["amount"] == walk[0][1]["pre_order"]["total_amount_with_interest"]
    assert (order["status"]["value"], order["installment_count"]) == ("400", 3)


def test_the_order_tells_nothing_of_the_card_but_its_bin(walk):
    order, card = walk[1].pre_order, "5421190000000009"
    text = json.dumps(order_json(order))
    assert card[:6] in text
    assert not [part for part in (card, order.payment.mask, order.key, order.attempts[0].key) if part in text]


def test_a_checkout_without_an_order_has_none_to_tell_of(walk):
    shop = Sandbox(seed=1)
    with pytest.raises(ValueError, match="no order yet"):
        order_json(Checkout(shop.ports).start(shop.basket("mug")).pre_order)
