"""What a code says to the buyer, in plain words: what is wrong, and what to do next.

    text_of("insufficient_funds", "tr-TR")
    text_of("invalid", "en", "bin_number")    # a field may say it better than the code alone
    page_title("BinNumberPage", "tr")         # and what pages and fields are called

The English sentences are the message ids of the gettext domain `checkout_core`.  They equal the documented ones where
there are any, and keep to ASCII without semicolons: a storefront carries them in a cookie after a 3-D Secure return.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from .titles import FIELD_LABELS, LABELS, PAGE_TITLES

DOMAIN: Final = "checkout_core"
CATALOGUES: Final = Path(__file__).parent / "locale"
ENGLISH: Final = "en"

REFUSED: Final = "Your bank refused the payment. Please use another card, or ask your bank."
IDENTITY_OF_WHO_COLLECTS: Final = "This amount needs an identity number. Please add it to the billing address."
GONE: Final = "This choice is no longer available. Please choose another one."

TEXTS: Final[Mapping[str, str]] = {
    # of a field
    "required": "This field is required.",
    "invalid": "This value is not valid. Please check it.",
    "checksum": "There is a typing mistake in this number. Please check its digits.",
    "too_long": "This text is too long. Please shorten it.",
    "card_number": "Please do not write a card number here.",
    "expired": "This card has expired. Please use another card.",
    "identity_number_required": "This amount needs an identity number. Please add it to the shipping address.",
    "guests_cannot_save": "Only members can save a card. Please log in, or go on without saving it.",
    "not_available": "This is not available for your order. Please choose another option.",
    "chosen_twice": "There are two answers where one is wanted. Please choose one shipping option for each group.",
    "no_attribute_based_shipping_option_available": (
        "Some of your goods cannot be sent to this address. Please choose another address, or change your basket."
    ),
    "no_data_source_shipping_option_available": (
        "A supplier of your goods does not send to this address. Please choose another address, or change your basket."
    ),
    "no_shipping_option_available": (
        "Nothing we send with goes to this address. Please choose another address, or change your basket."
    ),
    "unknown": "There is no such page. Please go back to the checkout.",
    # of a service that gives no answer
    "delivery_options_unavailable": "The ways of delivery cannot be shown at the moment. Please try again in a minute.",
    "pickup_locations_unavailable": "Pickup points cannot be checked at the moment. Please try again in a minute.",
    "shipping_options_unavailable": "The shipping options cannot be shown at the moment. Please try again in a minute.",
    "shipping_price_unavailable": "What shipping costs is not known at the moment. Please try again soon.",
    "remote_prices_unavailable": "The prices for your address are not known at the moment. Please try again soon.",
    # of a request
    "body_unreadable": "This request could not be read. Please load the page again, and send the form once more.",
    "body_too_large": "This request is too long. Please shorten what you have entered.",
    "csrf_failed": "This form was not sent from our own page. Please load the page again, and send it once more.",
    "step_conflict": "Your order was being changed at the same time. Please check this page and send it again.",
    "not_found": "There is nothing at this address. Please check it, or go back to the shop.",
    "method_not_allowed": "This address cannot be used in that way. Please go back to the checkout.",
    # what a page waits for
    "basket_empty": "Your basket is empty. Please add something to it first.",
    "login_required": "Please log in to buy in this shop.",
    "logged_in": "You are logged in already. Please go on to the next step.",
    "user_email_required": "Please enter your e-mail address first.",
    "delivery_option_required": "Please choose how you want to receive your order first.",
    "delivery_to_an_address": "Please choose a delivery to an address first.",
    "delivery_to_a_store": "Please choose to collect your order in a store first.",
    "delivery_to_a_pickup_point": "Please choose a delivery to a pickup point first.",
    "no_delivery_provider": "The ways of delivery cannot be asked for at the moment. Please try again later.",
    "remote_prices_required": "The prices for your address are not known yet. Please go back to the checkout.",
    "no_remote_prices": "The prices of your order are known already. Please go back to the checkout.",
    "address_required": "Please choose a shipping and a billing address first.",
    "not_scheduled": "This delivery needs no time to be chosen. Please go back to the checkout.",
    "scheduled": "The time of this delivery is chosen already. Please go back to the checkout.",
    "retail_store_not_available": "Please choose a store that can be visited by appointment first.",
    "another_delivery_page": "The way of delivery is chosen on another page. Please go back to the checkout.",
    "another_shipping_page": "The shipping option is chosen on another page. Please go back to the checkout.",
    "shipping_option_required": "Please choose a shipping option first.",
    "bin_number_required": "You need to enter your card number",
    "installment_required": "Please choose the number of instalments first.",
    "no_campaigns": "There are no campaigns for this way to pay. Please go on without one.",
    "no_rewards": "No points can be used for this way to pay. Please go on without them.",
    "campaigns_required": "Please enter your card number first, to see which campaigns its bank has.",
    "rewards_required": "Please enter your card first, to see how many points are on it.",
    "three_d_not_started": "No confirmation by your bank is under way. Please enter your card again.",
    "bank_account_required": "Please choose the bank account you will transfer the money to first.",
    "order_not_placed": "Your order is not placed yet. Please finish the checkout first.",
    "other_payment": "This page belongs to another way to pay. Please choose that one first.",
    "gift_box_off": "This shop has no gift boxes. Please go back to the checkout.",
    "delivery_bags_off": "This shop sells no bags with the delivery. Please go back to the checkout.",
    "no_samples": "There are no samples for your order. Please go back to the checkout.",
    "page_not_available": "This step is not available now. Please go on from the page shown.",
    # why an option is not offered
    "country_not_served": "Not available for your country. Please choose another option or address.",
    "city_not_served": "Not available for your city. Please choose another option or address.",
    "township_not_served": "Not available for your township. Please choose another option or address.",
    "district_not_served": "Not available for your district. Please choose another option or address.",
    "postal_code_not_served": "Not available for your postal code. Please choose another option or address.",
    "basket_amount_out_of_range": "Not available for a basket of this amount. Please choose another option.",
    "total_out_of_range": "Not available for an order of this amount. Please choose another option.",
    "item_count_out_of_range": "Not available for this number of items. Please choose another option.",
    "weight_out_of_range": "Not available for an order of this weight. Please choose another option.",
    "item_too_heavy": "An item in your basket is too heavy for this. Please choose another option.",
    "item_too_long": "An item in your basket is too long for this. Please choose another option.",
    "product_not_served": "Not available for the goods in your basket. Please choose another option.",
    "attribute_not_served": "Not available for the products in your basket. Please choose another option.",
    "category_not_served": "Not available for goods of this kind. Please choose another option.",
    "data_source_not_served": "Not available from the sellers of your products. Please choose another option.",
    "segment_not_served": "Not available for your customer group. Please choose another option.",
    "order_history_out_of_range": "Not available after this number of orders. Please choose another option.",
    "weekday_not_served": "Not available on this day of the week. Please choose another option.",
    "outside_hours": "Not available at this time of day. Please choose another option.",
    "outside_dates": "Not available on this date. Please choose another option.",
    "members_only": "Only available for members. Please log in, or choose another option.",
    "guests_only": "Only available without an account. Please choose another option.",
    "currency_not_taken": "Not available in this currency. Please choose another option.",
    # what is told of instalments
    "installments_limited": "Some instalments are not available for this order.",
    "campaigns_of_the_bank": "Your bank may have campaigns for this card. You can look for them after this step.",
    "rewards_of_the_card": "Points on your card may pay for a part. You can look for them after this step.",
    # what became of a payment
    "order_given_up": "The shop no longer waits for the money of this order. Please order again.",
    "payment_in_progress": "A payment for this order is under way. Please wait until its result is known.",
    "gpay_card_required": "Garanti Pay cannot be used at the moment. Please choose another way to pay.",
    "number_required": "Your order has no number yet. Please choose again how to pay.",
    "payment_not_started": "This payment has not begun, or is over. Please choose again how to pay.",
    "payment_pending": "We are still asking your bank about your payment. Please wait, and do not pay again.",
    "payment_reversed": "Your payment could not be used for this order and is being returned to you. Please pay again.",
    "extras_changed": "What goes with your order is no longer all there, and nothing was charged. Please check it.",
    "price_changed": "The price of your order has changed, and nothing was charged. Please check it and try again.",
    "cancelled": "The payment was cancelled. Please try again, or choose another way to pay.",
    "too_many_attempts": "This was tried too often. Please wait a while, or ask the shop.",
    "out_of_stock": "Something in your basket was just sold out. Please change your basket.",
    "slot_full": "This time is fully booked now, and nothing was charged. Please choose another time.",
    "coupon_used_up": "This discount is used up by now, and nothing was charged. Please check the price.",
    "coupon_invalid": "This is none of your coupons. Please choose one of the list.",
    "voucher_invalid": "This code is not valid. Please check it, or leave it out.",
    "buyer_unknown": "Please tell us your e-mail address first: this can be used only so often by each buyer.",
    "offer_applied_once": "Another coupon for the same discount is in use already.",
    "offer_not_started": "This discount has not begun yet.",
    "offer_expired": "This discount is over.",
    "offer_gives_nothing": "This discount takes nothing off what is in your basket.",
    "offer_stands_aside": "This discount cannot be combined with the others of your order.",
    "loyalty_money_disabled": "Loyalty money cannot be used in this shop. Please go on without it.",
    "loyalty_money_required": "Your loyalty money does not pay for this order alone. Please choose another way to pay.",
    "amount_left_to_pay": "A part of the order is still to be paid. Please choose a way to pay for it.",
    "gift_cards_off": "Gift cards cannot be used in this shop. Please go on without one.",
    "gift_cards_unavailable": "We cannot ask about gift cards at the moment. Please try again, or go on without one.",
    "gift_card_invalid": "This gift card cannot be used here. Please check its code.",
    "gift_card_required": "Please add a gift card first.",
    "gift_card_code_not_sent": "No code was sent for a gift card. Please enter the gift card first.",
    "gift_card_balance_too_old": "What is on this gift card was asked too long ago. Please add the card again.",
    "gift_card_balance_changed": "What is on a gift card has changed, and nothing was charged. Please add it again.",
    "one_gift_card_only": "Only one gift card may pay for an order. Please take the other one off first.",
    "nothing_left_to_pay": "Nothing is left for a gift card to pay. Please go on without it.",
    "otp_invalid": "This code is not right. Please check it and try again.",
    "otp_expired": "This code does not count any more. Please have another one sent.",
    "otp_exhausted": "This was tried too often. Please have another code sent.",
    "payment_choice_required": "Please choose how to pay at the door first.",
    "no_payment_choices": "There is nothing to choose here. Please go on.",
    "code_required": "No code was sent to a phone. Please enter your phone number first.",
    "phone_not_verified": "Your phone number is not verified. Please enter the code that was sent to it.",
    "sms_verification_off": "Your phone number need not be verified. Please go on.",
    "otp_resend_too_soon": "A code was sent just now. Please wait a little before you ask for another one.",
    "loyalty_unavailable": "We cannot see your loyalty balance at the moment. Please try again, or go on without it.",
    "loyalty_balance_changed": "Your loyalty balance has changed, and nothing was charged. Please check it.",
    "loyalty_points_changed": "Your points have changed, and nothing was charged. Please check them and try again.",
    "loyalty_card_required": "You have no loyalty card here. Please go on without points.",
    "above_balance": "This is more than you have. Please choose a smaller amount.",
    "above_total": "This is more than the order costs. Please choose a smaller amount.",
    "rewards_above_total": "Selected reward amount cannot be higher than total amount.",
    "above_cap": "This is more than points may pay of this order. Please choose a smaller amount.",
    "basket_below_minimum": "Your basket is too small to use points. Please go on without them, or add something.",
    "below_minimum_order": "Your order is smaller than this shop delivers. Please add something to your basket.",
    "invalid_json": "This cannot be read. Please send a list in JSON.",
    "gift_box_not_available": "There are no gift boxes at the moment. Please go on without one.",
    "delivery_bags_not_available": "There are no bags at the moment. Please go on without them.",
    "too_many": "This is more than you may choose. Please take some of it back.",
    "not_changeable": "The shop counts how many are needed. Please leave the number out.",
    "below_minimum": "This is less than the shop delivers. Please choose a larger number.",
    "unknown_field": "There is an answer here that nobody asked for. Please leave it out.",
    "not_available_now": "This cannot be ordered at the moment, and nothing was charged. Please try again.",
    "out_of_date": "This page is out of date. Please check it and send it again.",
    "key_reused": "This form was sent before with other answers. Please check the page and send it again.",
    "message_not_sent": "The message could not be sent. Please ask for it again.",
    "not_sent": "Your payment was not sent, and nothing was charged. Please try again.",
    "not_executed": "Your payment was not carried out. Please try again.",
    "not_taken": "Your bank says that it has taken no money. Please try again, or choose another way to pay.",
    "callback_rejected": "Verification failed, please try again",
    # why a bank said no; the sentence does not tell who found a card that it is reported lost
    "declined": "Transaction failed. Please try again.",
    "do_not_honor": REFUSED,
    "expired_card": "Your bank says that this card has expired. Please use another card.",
    "incorrect_cvc": "The security code is not right. Please check the digits on your card and try again.",
    "insufficient_funds": "There is not enough money on this card. Please use another card.",
    "limit_exceeded": "This amount is above the limit of your card. Please use another card, or ask your bank.",
    "lost_card": REFUSED,
    "not_permitted": "Your card does not allow this kind of payment. Please use another card, or ask your bank.",
    "stolen_card": REFUSED,
    "test_mode_live_card": "This is a test shop, which takes test cards only. Please use one of those.",
    "three_d_abandoned": "The confirmation by your bank was not finished. Please try again.",
    "three_d_failed": "Your bank could not confirm that it is you. Please try again, or use another card.",
    "three_d_required": "Your bank wants to confirm that it is you. Please try again with 3-D Secure.",
}

NO_SLOT: Final = "This time is not offered any more. Please choose another one."

OF_FIELDS: Final[Mapping[tuple[str, str], str]] = {  # by field and code
    ("agreement", "required"): "You must accept agreement to continue.",
    ("attribute_based_shipping_options", "invalid"): GONE,
    ("attribute_based_shipping_options", "required"): "Please choose a shipping option for each group of goods.",
    ("bank_account", "invalid"): GONE,
    ("billing_address", "invalid"): GONE,
    ("billing_address", "identity_number_required"): IDENTITY_OF_WHO_COLLECTS,
    ("bin_number", "invalid"): "Please enter a valid bin number.",
    ("campaign", "invalid"): GONE,
    ("card_cvv", "invalid"): "Please enter the security code of your card: 3 digits, on American Express 4.",
    ("card_holder", "invalid"): "Please write the name with letters and spaces only.",
    ("card_month", "invalid"): "Please enter a month from 1 to 12.",
    ("card_name", "required"): "Please give the card a name to save it under.",
    ("card_number", "invalid"): "Please enter a valid card number.",
    ("card_number", "price_changed"): "With this card the price would change. Please check instalments and campaign.",
    ("card_number", "required"): "You need to enter your card number",
    ("card_year", "invalid"): "Please enter the year with 4 digits.",
    ("data_source_shipping_options", "invalid"): GONE,
    ("data_source_shipping_options", "required"): "Please choose a shipping option for each supplier.",
    ("delivery_option", "invalid"): GONE,
    ("installment", "invalid"): GONE,
    ("lower", "invalid"): NO_SLOT,
    ("note", "too_long"): "There is room for 160 characters. Please shorten your note.",
    ("payment_choice", "invalid"): GONE,
    ("payment_option", "invalid"): GONE,
    ("phone_number", "invalid"): "Please enter a valid phone number, or leave it out.",
    ("product", "invalid"): "These are not the bags of this shop. Please load the page again.",
    ("remote_id", "invalid"): "There is no such pickup point. Please choose another one.",
    ("retail_store", "invalid"): GONE,
    ("sample_products", "invalid"): GONE,
    ("sample_products", "required"): "Please choose your samples, or say that you want none.",
    ("sample_products", "too_many"): "These are more samples than you may take. Please choose fewer of them.",
    ("save", "not_available"): "This shop cannot save cards. Please go on without saving it.",
    ("shipping_address", "invalid"): GONE,
    ("shipping_option", "invalid"): GONE,
    ("upper", "invalid"): NO_SLOT,
    ("user_email", "invalid"): "Please enter a valid e-mail address.",
}

TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")  # a locale; never a path
WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")  # where one begins in the name of a page


def text_of(code: str, locale: str = ENGLISH, field: str | None = None, *, folder: Path = CATALOGUES) -> str:
    """The sentence for that code, of that field where the field says it better; the code itself where there is none.

    In English where `folder`, laid out as gettext wants it, has no catalogue for the locale or no translation.
    """
    text = OF_FIELDS.get((field or "", code)) or TEXTS.get(code)
    return code if text is None else translated(text, locale, folder=folder)


def label_of(payment_type: str, locale: str = ENGLISH, *, folder: Path = CATALOGUES) -> str:
    """What a way to pay is called, "Credit Card" for `credit_card`; translated as by `text_of`."""
    label = LABELS.get(payment_type) or payment_type.replace("_", " ").title()
    return translated(label, locale, folder=folder)


def field_label(name: str, locale: str = ENGLISH, *, folder: Path = CATALOGUES) -> str:
    """What a field is called, translated as by `text_of`; "Gift message" for a host's own `gift_message`."""
    label = FIELD_LABELS.get(name) or name.replace("_", " ").strip().capitalize()
    return translated(label, locale, folder=folder)


def page_title(page: str, locale: str = ENGLISH, *, folder: Path = CATALOGUES) -> str:
    """What a page is called, translated as by `text_of`; "Gift box" for a host's own GiftBoxPage."""
    title = PAGE_TITLES.get(page) or WORD.sub(" ", page.removesuffix("Page")).strip().capitalize()
    return translated(title or page, locale, folder=folder)


def translated(text: str, locale: str = ENGLISH, *, folder: Path = CATALOGUES) -> str:
    """The English text in the language of the locale, where `folder` has it."""
    if not text:
        return text  # gettext answers it with the head of a catalogue
    return _catalogue(locale.replace("-", "_") if TAG.fullmatch(locale) else ENGLISH, folder).gettext(text)


@lru_cache(maxsize=64)  # requests name the locale
def _catalogue(language: str, folder: Path) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, folder, [language], fallback=True)
