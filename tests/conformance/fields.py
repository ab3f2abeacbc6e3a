"""Where the documents' flat names live with us: `pre_order.card_info` is two fields of the way to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkout_core.atlas import Row
from checkout_core.order import Field, PreOrder, finder, ref

from .scene import MAPS, Scene

IN_THE_ATTEMPT: tuple[str, ...] = ()  # what the provider gave for later is no field a page could write
IN_THE_BASKET: tuple[str, ...] = ()  # it follows from the lines; no answer says it

FIELDS: Mapping[str, Sequence[str]] = {
    "earlier payment data": ["order.payment"],
    "pre_order.billing_address": ["Delivery.billing_address"],
    "pre_order.billing_and_shipping_same": ["Delivery.shipping_address", "Delivery.billing_address"],
    "pre_order.campaigns": ["payment.campaigns"],
    "pre_order.card_info": ["payment.card", "payment.bin_number"],
    "pre_order.data.agreement_id": ["payment.agreement_id"],
    "pre_order.data.agreement_required": ["payment.agreement_required"],
    "pre_order.data.agreement_signed": ["payment.agreement_signed"],
    "pre_order.data.are_remote_prices_set": ["Basket.priced"],
    "pre_order.data.bags": ["Extras.bags"],
    "pre_order.data.bags_fee": ["Extras.bags"],
    "pre_order.data.code": ["payment.code"],
    "pre_order.data.credit_payment_option": ["payment.credit_payment_option"],
    "pre_order.data.customer_card_no": ["payment.customer_card_no"],
    "pre_order.data.customer_id": ["payment.customer_id"],
    "pre_order.data.delivery_range": ["Schedule.delivery_range"],
    "pre_order.data.extra_field": ["Extras.extra_field"],
    "pre_order.data.funds_transfer.reference_code": ["payment.reference_code"],
    "pre_order.data.has_remote_price": IN_THE_BASKET,
    "pre_order.data.installment_alt": ["payment.installment_alt"],
    "pre_order.data.is_agreement_expired": ["payment.is_agreement_expired"],
    "pre_order.data.is_mastercard": ["payment.is_mastercard"],
    "pre_order.data.is_masterpass_stored_card": ["payment.is_stored_card"],
    "pre_order.data.is_redirected": IN_THE_ATTEMPT,
    "pre_order.data.me_*": ["order.payment"],
    "pre_order.data.me_card_token": ["payment.card_token"],
    "pre_order.data.me_otp_sent": ["payment.otp_phone"],
    "pre_order.data.me_otp_valid": ["payment.otp_valid"],
    "pre_order.data.me_phone_number": ["payment.otp_phone"],
    "pre_order.data.nonce": ["payment.nonce"],
    "pre_order.data.notes": ["Extras.notes"],
    "pre_order.data.payment_enabled": ["payment.payment_enabled"],
    "pre_order.data.redirect_url": IN_THE_ATTEMPT,
    "pre_order.data.redirection_started": IN_THE_ATTEMPT,
    "pre_order.data.sample_products": ["Extras.sample_products"],
    "pre_order.data.skip_reservation": ["Schedule.skip_reservation"],
    "pre_order.data.token": IN_THE_ATTEMPT,
    "pre_order.data.unwanted_sample_products": ["Extras.unwanted_sample_products"],
    "pre_order.data.user_confirmation_waiting": IN_THE_ATTEMPT,
    "pre_order.data.user_confirmed": ["payment.user_confirmed"],
    "pre_order.gift_box": ["Extras.gift_box"],
    "pre_order.installment": ["payment.installment"],
    "pre_order.loyalty_amount_to_use": ["Loyalty.accounts"],
    "pre_order.number": ["order.number"],
    "pre_order.payment_choice": ["payment.choice"],
    "pre_order.payment_option": ["order.payment"],
    "pre_order.redirect_to_three_d": ["payment.three_d"],
    "pre_order.remote_addr": ["payment.remote_addr"],
    "pre_order.retail_store": ["Delivery.retail_store", "Delivery.pickup_location"],
    "pre_order.rewards": ["payment.rewards"],
    "pre_order.selected_campaign": ["payment.selected_campaign"],
    "pre_order.selected_rewards": ["payment.selected_rewards"],
    "pre_order.shipping_address": ["Delivery.shipping_address"],
    "pre_order.shipping_amount": ["Shipping.option"],
    "pre_order.shipping_option": ["Shipping.option"],
    "pre_order.transaction_id": IN_THE_ATTEMPT,
    "the redirect state": IN_THE_ATTEMPT,
    "the selected loyalty amount": ["Loyalty.card"],
}
LATER = frozenset({"all later pages", "later MobilExpress data"})  # whatever stands behind the page in its flow

PARTS: Mapping[str, type[object]] = {
    owner.__name__: owner
    for each in MAPS.values()
    for row in each.rows.values()
    for owner in (row.type.part, *(f.owner for f in row.type.sets))
}
PAYMENT = ref(PreOrder).payment


def field_of(order: PreOrder, name: str) -> Field | None:
    """That field; None where this order has none, since the buyer pays another way."""
    owner, _, attribute = name.partition(".")
    part = {"order": PreOrder, "payment": type(order.payment)}.get(owner) or PARTS[owner]
    if part is type(None):
        return None
    found: Field | None = vars(ref(part)).get(attribute)
    return found


def value_of(order: PreOrder, f: Field) -> object:
    return getattr(finder(f.owner)(order), f.name)


def emptied(order: PreOrder, f: Field) -> bool:
    """It is as before any answer; so is every field of a way to pay that was dropped."""
    part = finder(f.owner)(order)
    return part is None or getattr(part, f.name) == f.empty


def filled(scene: Scene, says: str) -> list[Field]:
    """The fields of that name which the order has, each with something in it."""
    found = [f for name in FIELDS[says] if (f := field_of(scene.order, name)) is not None]
    for f in found:
        if emptied(scene.order, f):
            answer = scene.sample(f) if f.empty is None or f.empty == () else True
            scene.put(f.owner, **{f.name: True if answer == f.empty else answer})
    return found


def written_by(row: Row, f: Field) -> bool:
    """The page's own answer takes its place."""
    return f in row.type.sets or (PAYMENT in row.type.sets and f.owner is not PreOrder)
