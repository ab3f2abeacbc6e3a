"""Every field of every form, wrong in each way: all that is wrong is told at once, and nothing is stored."""

from __future__ import annotations

from .paying import CONFIRMATION
from .shop import card

WAYS = (
    ("left out", None), ("empty", ""), ("blank", "  "), ("not on the list", "999"), ("nought", "0"),
    ("negative", "-1"), ("with a point", "21.0"), ("a word", "undefined"), ("wide digits", "\uff12\uff11"),
    ("more than any number", "9" * 30), ("a line break in it", "2\n1"),
)  # fmt: skip


def chosen(scene, page, field, *, before=None, others=()):
    """A page that asks for one of a list."""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(before or page)
    for way, value in WAYS:
        fields = dict(others) | ({} if value is None else {field: value})
        guest.answers(page, fields, says=f"{field} {way}", keeps=True)


def index(scene):
    """IndexPage: e-mail address and phone number"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")
    for says, email in (
        ("nothing", None), ("empty", ""), ("no domain", "ada"), ("two signs", "ada@@example.org"),
        ("a blank", "a da@example.org"), ("too long", f"{'a' * 260}@example.org"),
        ("not in ASCII", "ad\u00e4@example.org"), ("a line break", "ada@example.org\nbcc: x"),
        ("a card number", "5421190000000009@example.org"),
        ("markup", "<b>@example.org"),
    ):  # fmt: skip
        guest.answers("IndexPage", {} if email is None else {"user_email": email}, says=f"e-mail: {says}", keeps=True)
    for says, phone in (
        ("letters", "hello"), ("too short", "0555"), ("another country's, written here", "02079460123"),
        ("wide digits", "\uff10\uff15\uff15\uff15\uff11\uff11\uff11\uff12\uff12\uff13\uff13"), ("too long", "0" * 40),
    ):  # fmt: skip
        fields = {"user_email": "ada@example.org", "phone_number": phone}
        guest.answers("IndexPage", fields, says=f"phone: {says}", keeps=True)
    guest.answers("IndexPage", {"user_email": "x", "phone_number": "x"}, says="both at once", keeps=True)
    guest.answers("IndexPage", {"user_email": " ADA@Example.ORG "}, says="blanks and capitals are no mistake")
    guest.answers("IndexPage", {"user_email": "ada@example.org", "phone_number": "+442079460123"}, says="E.164")
    guest.answers("IndexPage", {"user_email": "ada@example.org", "kvkk": "1"}, says="a field that nobody has")


def delivery(scene):
    """DeliveryOptionSelectionPage: answered by itself, and asked again"""
    chosen(scene, "DeliveryOptionSelectionPage", "delivery_option", before="AddressSelectionPage")
    guest = scene.browser()
    for says, clear in (
        ("clear is no flag", {"clear": "perhaps"}),
        ("the same again", {}),
        ("with clear", {"clear": "1"}),
    ):
        guest.answers("DeliveryOptionSelectionPage", {"delivery_option": "1", **clear}, says=says, keeps=True)


def address(scene):
    """AddressSelectionPage: two of the buyer's own addresses"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("AddressSelectionPage")
    for says, fields in (
        ("nothing", {}), ("no billing address", {"shipping_address": 11}),
        ("no shipping address", {"billing_address": 11}),
        ("another buyer's", {"shipping_address": 13, "billing_address": 11}),
        ("both another buyer's", {"shipping_address": 13, "billing_address": 14}),
        ("no numbers", {"shipping_address": "home", "billing_address": "undefined"}),
    ):  # fmt: skip
        guest.answers("AddressSelectionPage", fields, says=says, keeps=True)
    guest.answers("AddressSelectionPage", {"shipping_address": 12, "billing_address": 12}, says="twice the same")


def shipping(scene):
    """ShippingOptionSelectionPage: one of the list"""
    chosen(scene, "ShippingOptionSelectionPage", "shipping_option")


def payment(scene):
    """PaymentOptionSelectionPage: one of the list"""
    chosen(scene, "PaymentOptionSelectionPage", "payment_option")


def bank_account(scene):
    """FundsTransferChoicePage: one of the list"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("PaymentOptionSelectionPage")
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 32}, says="by bank transfer")
    for way, value in WAYS:
        fields = {} if value is None else {"bank_account": value}
        guest.answers("FundsTransferChoicePage", fields, says=f"bank_account {way}", keeps=True)
    guest.answers("FundsTransferChoicePage", {"bank_account": 73}, says="an account in another currency", keeps=True)


def bin_number(scene):
    """BinNumberPage: six or eight digits"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("BinNumberPage")
    for says, value in (
        ("empty", ""), ("five", "54211"), ("seven", "5421190"), ("nine", "542119000"), ("letters", "abcdef"),
        ("a whole card", "5421190000000009"), ("wide digits", "\uff15\uff14\uff12\uff11\uff11\uff19"),
        ("blanks within", "542 119"),
    ):  # fmt: skip
        guest.answers("BinNumberPage", {"bin_number": value}, says=says, keeps=True)
    guest.answers("BinNumberPage", {"bin_number": "999999"}, says="nobody knows it: the shop's default card")
    guest.answers("BinNumberPage", {"bin_number": " 542119 "}, says="blanks around are no mistake")


def installment(scene):
    """InstallmentSelectionPage: one of this card's plans"""
    chosen(scene, "InstallmentSelectionPage", "installment")
    guest = scene.browser()
    guest.answers("InstallmentSelectionPage", {"installment": 12}, says="a plan of no card", keeps=True)


CARD = (
    ("card_number", "", "empty"), ("card_number", "5421190000000000", "a mistyped digit"),
    ("card_number", "542119", "too short"), ("card_number", "5421-1900-0000-0009-0009", "too long"),
    ("card_number", "abcd", "letters"), ("card_number", "\uff15421190000000009", "a wide digit"),
    ("card_holder", "", "empty"), ("card_holder", "A", "one letter"),
    ("card_holder", "Ada 5421190000000009", "a number in it"), ("card_holder", "x" * 65, "too long"),
    ("card_month", "", "empty"), ("card_month", "0", "nought"), ("card_month", "13", "thirteen"),
    ("card_month", "Dec", "a word"), ("card_year", "", "empty"), ("card_year", "29", "two digits"),
    ("card_year", "2025", "last year"), ("card_year", "20x9", "a letter in it"), ("card_cvv", "", "empty"),
    ("card_cvv", "12", "two digits"), ("card_cvv", "1234", "four digits, and no American Express"),
    ("card_cvv", "abc", "letters"), ("agreement", "", "empty"), ("agreement", "0", "no"),
    ("agreement", "undefined", "a word"), ("use_three_d", "perhaps", "no flag"),
    ("save", "1", "a guest cannot save a card"), ("save", "maybe", "no flag"),
    ("client_time", "yesterday", "no moment"), ("browser_language", "x" * 2049, "too long"),
)  # fmt: skip


def card_fields(scene):
    """CreditCardConfirmationPage: every field, wrong in each way"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    for field, value, says in CARD:
        guest.answers(CONFIRMATION, card(**{field: value}), says=f"{field}: {says}", keeps=True)
    guest.answers(CONFIRMATION, {}, says="nothing at all", keeps=True)
    guest.answers(CONFIRMATION, card(card_month="11", card_year="2026"), says="this month is not over")
    assert scene.bank.captures == 1


def another_card(scene):
    """CreditCardConfirmationPage: the card that is given is another one than was told"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("InstallmentSelectionPage")
    guest.answers("InstallmentSelectionPage", {"installment": 3}, says="three instalments")
    guest.answers(CONFIRMATION, card("4111111111111111"), says="a bank that offers no three: the price would change")
    guest.looks(says="the plan is asked for again")
    assert scene.bank.captures == 0


STORIES = (
    index, delivery, address, shipping, payment, bank_account, bin_number, installment, card_fields, another_card
)  # fmt: skip
