"""The PreOrder as the seeds' flat JSON.  What is not in here no storefront learns.

Amounts are decimal strings, primary keys numbers; null is what was not given.  A client that adds up itself finds

    basket.total_amount + shipping_amount + bags_fee + gift_box.price == total_amount

all of them after discounts: `shipping_amount` is what is charged, the option's own what was quoted.
`total_amount_with_interest` is the whole with interest, and with what it costs to pay at the door.  Loyalty money,
points and gift cards pay a part of it, so `unpaid_amount` is without them, and without interest: instalment plans are
computed on it.
"""

from __future__ import annotations

from typing import Final

from ..order import CreditCard, Extras, GiftBox, GroupChoice, Payment, PayOnDelivery, PreOrder, Reward
from ..pages._cards import fraction
from ..paying import awaiting
from ..pricing import account_usages, bag_count, choice_made, gift_card_usages, interest_free, plan_chosen, unpaid
from ..settings import Settings
from ..shop import Card
from ..texts import ENGLISH, label_of
from .basket import basket_json, label_of_currency
from .contexts import JsonObject, context_json, kept_json

# What the schema has: null where nothing below says otherwise, and of most no page of the standard map asks
NULL_AT_FIRST: Final[tuple[str, ...]] = (
    "campaigns", "delivery_range", "gift_box", "notifications", "payment_choice", "retail_store", "rewards",
    "selected_campaign", "selected_rewards", "voucher_code",
)  # fmt: skip


def pre_order_json(order: PreOrder, *, settings: Settings, locale: str = ENGLISH, basket: bool = True) -> JsonObject:
    """All that a storefront may know of the order.

    The settings say how the monthly share of an instalment plan is rounded.
    """
    buyer, delivery, shipping, payment = order.buyer, order.delivery, order.shipping, order.payment
    extras, totals = order.extras, order.totals
    given = delivery.shipping_address is not None and delivery.billing_address is not None
    return {
        **dict.fromkeys(NULL_AT_FIRST),
        "basket": basket_json(order.basket, order.discounts) if basket else None,
        "delivery_option": _optional(delivery.option, locale),
        "shipping_address": _optional(delivery.shipping_address, locale),
        "billing_address": _optional(delivery.billing_address, locale),
        "billing_and_shipping_same": delivery.billing_and_shipping_same if given else None,
        "shipping_option": shipping_json(order, locale),
        **_groups("data_source_shipping_options", shipping.by_data_source, locale),
        **_groups("attribute_based_shipping_options", shipping.by_attribute, locale),
        "retail_store": _optional(delivery.retail_store, locale),
        "delivery_range": _optional(order.schedule.delivery_range, locale),
        "payment_option": _payment_option(payment, locale),
        "payment_choice": _optional(choice_made(payment), locale),
        "card_info": _card_info(payment, locale),
        **(_bank_offers(payment, locale) if isinstance(payment, CreditCard) else {}),
        "installment": _installment(order, settings),
        "redirect_to_three_d": order.attempts[-1].kind == "three_d" if order.attempts else None,
        "gift_box": _gift_box(extras.gift_box) if extras.gift_box else None,
        "voucher_code": extras.voucher_code,
        "shipping_amount": str(totals.shipping - totals.shipping_discount) if shipping.choices else None,
        "total_amount": str(totals.total - totals.interest - totals.payment_fee),
        "loyalty_money": str(totals.loyalty_money),
        "unpaid_amount": str(unpaid(order)),
        "total_amount_with_interest": str(totals.total),
        "currency_type_label": label_of_currency(order.basket.currency),
        "is_guest": buyer.is_guest,
        "user_email": buyer.email,
        "phone_number": _verified_phone(payment) or (buyer.phone if buyer.is_guest else None),
        "user_phone_number": None if buyer.is_guest else buyer.phone,
        "number": order.order_number or order.number,
        "notes": extras.notes,
        "is_post_order": order.again is not None,
        "is_redirected": _redirected(order),
        **beside_json(order),
    }


def _redirected(order: PreOrder) -> bool:
    """The buyer was sent to a hosted page, a 3-D form is none, and has not begun again.

    A storefront that sees them at the checkout again chooses the payment option once more for them.
    """
    waiting = awaiting(order)
    return waiting is not None and waiting.kind == "session" and getattr(order.payment, "sent_off", True)


def _optional(part: object, locale: str) -> JsonObject | None:
    return None if part is None else context_json(part, locale)


def shipping_json(order: PreOrder, locale: str) -> JsonObject | None:
    """The option; where each group of goods has its own, one without a key that stands for all of them.

    What looks at the order to see whether it may be paid for wants to find an option.
    """
    shipping = order.shipping
    if shipping.option is not None or not shipping.choices:
        return _optional(shipping.option, locale)
    return {
        "pk": None, "name": shipping.name, "slug": None, "shipping_amount": str(order.totals.shipping), "logo": None,
        "description": None, "kwargs": {},
    }  # fmt: skip


def _groups(name: str, choices: tuple[GroupChoice, ...], locale: str) -> JsonObject:
    """Only there where goods are sent in groups."""
    return {name: [context_json(choice, locale) for choice in choices]} if choices else {}


# What goes with the goods: members that are there only where it was given


def _gift_box(box: GiftBox) -> JsonObject:
    return {
        "note": box.note, "gift_video": box.gift_video,
        "gift_video_notification_sent": box.gift_video_notification_sent, "price": str(box.price),
    }  # fmt: skip


def beside_json(order: PreOrder) -> JsonObject:
    """What the shop adds to the goods and takes off sending them, and which loyalty money and points pay."""
    return {**_given(order.extras), **_bags(order), **_off_shipping(order), **_tenders(order)}


def _given(extras: Extras) -> JsonObject:
    said: JsonObject = {}
    if extras.coupons:
        said["coupons"] = list(extras.coupons)
    if extras.sample_products:
        said["sample_products"] = [context_json(sample) for sample in extras.sample_products]
    if extras.unwanted_sample_products:
        said["unwanted_sample_products"] = True
    if extras.extra_field is not None:
        said["extra_field"] = kept_json(extras.extra_field)
    return said


def _bags(order: PreOrder) -> JsonObject:
    """How many there will be, as the goods are now."""
    bags = order.extras.bags
    if bags is None:
        return {}
    kind: JsonObject = {
        "pk": bags.pk, "sku": bags.sku, "name": bags.name, "price": str(bags.price), "quantity": bag_count(order),
    }  # fmt: skip
    return {"bags": [kind], "bags_fee": str(order.totals.bags)}


def _off_shipping(order: PreOrder) -> JsonObject:
    cheaper = [each for each in order.discounts.applied if each.shipping]
    if not cheaper:
        return {}
    return {"shipping_discounts": [{"description": each.name, "discount": str(each.shipping)} for each in cheaper]}


def _tenders(order: PreOrder) -> JsonObject:
    """Of the points as many as the order takes; of labels of loyalty money and gift cards what is debited."""
    said: JsonObject = {}
    if order.loyalty.card is not None:
        said["loyalty_card_amount"] = str(order.totals.loyalty_card)
    if usages := account_usages(order):
        said["loyalty_account_usages"] = [context_json(usage) for usage in usages]
    if cards := gift_card_usages(order):
        said["gift_cards"] = [{"pk": each.pk, "masked": each.masked, "amount": str(each.amount)} for each in cards]
        said["gift_card_amount"] = str(order.totals.gift_cards)
    return said


# How it is paid


def _payment_option(payment: Payment | None, locale: str) -> JsonObject | None:
    if payment is None:
        return None
    chosen = payment.option
    return {
        "pk": chosen.pk,
        "name": chosen.name,
        "slug": chosen.slug,
        "payment_type": chosen.payment_type,
        "payment_type_label": label_of(chosen.payment_type, locale),
    }


def _verified_phone(payment: Payment | None) -> str | None:
    """To which a code was sent, whether or not it was said yet; as documented it stands in the place of the guest's."""
    return payment.phone if isinstance(payment, PayOnDelivery) else None


def _card_info(payment: Payment | None, locale: str) -> JsonObject | None:
    """The BIN and the card it stands for; of the number that was typed in, nothing."""
    if not isinstance(payment, CreditCard) or payment.bin_number is None:
        return None
    return {"bin_number": payment.bin_number, "card": _card(payment.card, locale) if payment.card else None}


def _card(card: Card, locale: str) -> JsonObject:
    return {
        "pk": card.pk,
        "name": card.name,
        "slug": card.slug,
        "bank": context_json(card.bank, locale),
        "card_type": context_json(card.card_type, locale),
        "card_payment_type": card.card_payment_type,
    }


def _bank_offers(card: CreditCard, locale: str) -> JsonObject:
    """Null where the bank was not asked, or nothing was chosen; an empty list where it has none."""
    campaigns, rewards, selected = card.campaigns, card.rewards, card.selected_rewards
    return {
        "campaigns": None if campaigns is None else [context_json(each, locale) for each in campaigns],
        "selected_campaign": card.selected_campaign.code if card.selected_campaign else None,
        "rewards": None if rewards is None else [_reward(each) for each in rewards],
        "selected_rewards": None if selected is None else {each.type: str(each.amount) for each in selected},
    }  # fmt: skip


def _reward(reward: Reward) -> JsonObject:
    return {"amount": str(reward.amount), "type": reward.type}


def _installment(order: PreOrder, settings: Settings) -> JsonObject | None:
    """The chosen plan at today's total, which is the price it was listed with."""
    chosen = plan_chosen(order.payment)
    if chosen is None:
        return None
    total = order.totals.payable
    months = max(1, chosen.installment_count)  # nothing keeps an admin's table from saying 0
    return {
        "pk": chosen.pk,
        "installment_count": chosen.installment_count,
        "label": chosen.label,
        "price_with_accrued_interest": str(total),
        "monthly_price_with_accrued_interest": str(total.part(months, settings.interest_rounding)),
        "interest_rate": fraction(0 if interest_free(order.payment, chosen) else chosen.interest_rate),
    }
