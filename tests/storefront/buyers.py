"""What buyers of the sandbox's shop do at a storefront, up to the choice of how to pay."""

from __future__ import annotations

MUG = 1001
EMAIL = "ada@example.org"
CARD_OPTION, TRANSFER_OPTION = 31, 32
ADDRESS = {
    "title": "Home", "first_name": "Ada", "last_name": "Lovelace", "phone_number": "05551112233", "country": 1,
    "city": 34, "township": 3401, "district": 340101, "line": "12 Example Street, Flat 3", "postcode": "34710",
    "type": "personal", "is_corporate": "false",
}  # fmt: skip


def begins(buyer, email=EMAIL, **address):
    """A guest with a mug in the basket and one address, in front of the ways to pay."""
    buyer.fills_basket(MUG)
    buyer.lands()
    assert buyer.state.template == "orders/index.html"
    buyer.guest(email)
    buyer.adds_address(**ADDRESS | address)
    assert buyer.state.shipping_completed
    return buyer


def logged_in(buyer, email=EMAIL):
    """A member with a mug in the basket, in front of the ways to pay."""
    buyer.logs_in(email)
    buyer.fills_basket(MUG)
    buyer.lands()
    assert buyer.state.shipping_completed
    return buyer


def chooses_card(buyer, number, installment=1):
    """The card's number as far as it says whose it is, and a plan."""
    if (buyer.pre_order["payment_option"] or {}).get("pk") != CARD_OPTION:
        buyer.posts("PaymentOptionSelectionPage", payment_option=CARD_OPTION)
    buyer.posts("BinNumberPage", bin_number=number[:6])
    buyer.posts("InstallmentSelectionPage", installment=installment)


def chooses_transfer(buyer):
    """The first account: themes choose it by themselves."""
    buyer.posts("PaymentOptionSelectionPage", payment_option=TRANSFER_OPTION)
    buyer.posts("FundsTransferChoicePage", bank_account=buyer.state.listed("bank_accounts")[0]["pk"])


def pays_at_once(buyer, number):
    """By card, without asking for 3-D Secure: the client asks for it unless a theme says otherwise."""
    return buyer.pays_by_card(number, use_three_d="0")
