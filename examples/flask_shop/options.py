"""What an admin of this shop decides: where it sends to, for how much, and how it is paid.

Here these are constants.  A shop that edits them in a database makes a `Shop` of its rows, and a new `version` whenever
one of them changes.
"""

from __future__ import annotations

from datetime import timedelta

from checkout_core import Money, Settings, Shop
from checkout_core.rules.calculators import Fixed, FreeFrom
from checkout_core.rules.places import CountryRule
from checkout_core.shop import (
    Bank,
    BankAccount,
    Card,
    CardType,
    City,
    Contract,
    Country,
    DeliveryOption,
    Installment,
    PaymentOption,
    ShippingOption,
)

CURRENCY = "EUR"
COUNTRIES = (Country(1, "Germany", "DE"), Country(2, "Ireland", "IE"))
CITIES = (City(11, "Berlin", 1), City(12, "Hamburg", 1), City(21, "Dublin", 2), City(22, "Cork", 2))

AT_ONCE = Installment(1, 1, "At once")
BANK = Bank(1, "Example Bank", "example-bank")
OTHER = Card(9, "Other", "other", Bank(9, "Other", "other"), CardType(9, "Other", "other"), installments=(AT_ONCE,))
EXAMPLE = Card(
    1, "Example Card", "example-card", BANK, CardType(1, "MasterCard", "mastercard"),
    installments=(AT_ONCE, Installment(3, 3, "3 instalments", interest_rate=50_000)),
)  # fmt: skip
CARDS = {"542119": EXAMPLE}  # by the first digits of a card

SHOP = Shop(
    version="1",
    countries=COUNTRIES,
    delivery_options=(DeliveryOption(1, "address", "To my address"),),
    shipping_options=(
        ShippingOption(
            1, "Parcel", "parcel", FreeFrom(Money("4.90", CURRENCY), free_from=Money("60.00", CURRENCY)),
            (CountryRule(frozenset({1})),), description="In one to three days",
        ),
        ShippingOption(2, "Parcel abroad", "abroad", Fixed(Money("14.90", CURRENCY)), (CountryRule(frozenset({2})),)),
    ),
    payment_options=(
        PaymentOption(1, "Card", "card", "credit_card", gateway="bank"),
        PaymentOption(2, "Bank transfer", "transfer", "funds_transfer"),
    ),
    cards=(OTHER, EXAMPLE),
    bank_accounts=(BankAccount(1, BANK, "Cups and Pots Ltd.", "DE89 3704 0044 0532 0130 00", CURRENCY),),
    contracts=(
        Contract("info", "Preliminary information", "You are about to order:\n$goods\n\nIn all: $total"),
        Contract("sales", "Contract of sale", "We sell $buyer the goods for $total, to be sent to $shipping_address."),
    ),
)  # fmt: skip
SETTINGS = Settings(
    default_country_code="DE",
    user_phone_format="+49 30 1234567",
    user_phone_regex=r"\+?[0-9 ()/-]{6,20}",
    records_kept=timedelta(days=30),
)


def country_of(city: City) -> Country:
    """Where it lies."""
    return next(country for country in COUNTRIES if country.pk == city.country)
