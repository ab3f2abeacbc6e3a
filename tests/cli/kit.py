"""What buyers post, page by page."""

from __future__ import annotations

TO_PAYMENT = (
    ("IndexPage", {"user_email": "ada@example.org"}),
    ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 12}),
    ("ShippingOptionSelectionPage", {"shipping_option": 21}),
)
BY_TRANSFER = (
    ("PaymentOptionSelectionPage", {"payment_option": 32}),
    ("FundsTransferChoicePage", {"bank_account": 71}),
    ("FundsTransferPage", {"agreement": True}),
)


def by_card(number, parts=1):
    """The pages from the way to pay to the end."""
    return (
        ("PaymentOptionSelectionPage", {"payment_option": 31}),
        ("BinNumberPage", {"bin_number": number[:6]}),
        ("InstallmentSelectionPage", {"installment": parts}),
        ("CreditCardConfirmationPage", card(number)),
    )


def card(number):
    return {
        "card_number": number, "card_holder": "Ada Lovelace", "card_month": "12", "card_year": "2099",
        "card_cvv": "739", "agreement": True,
    }  # fmt: skip
