"""The snapshot: the small tables an admin edits, frozen and versioned, read without awaiting.

Rows that are switched off are not in it.  Field names are those of the seeds' JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

if TYPE_CHECKING:
    from .rules import Calculator, Rule

DeliveryKind = Literal["customer", "retail_store", "pickup_location"]


class Misconfigured(ValueError):
    """The shop's tables, settings or ports lack something or contradict themselves."""


@frozen(slots=False)
class Country:
    pk: int
    name: str
    code: str  # ISO 3166 alpha-2, compared without case


@frozen(slots=False)
class City:
    pk: int
    name: str
    country: int


@frozen(slots=False)
class Township:
    pk: int
    name: str
    city: int


@frozen(slots=False)
class District:
    pk: int
    name: str
    city: int
    township: int


@frozen(slots=False)
class Bank:
    pk: int
    name: str
    slug: str
    logo: str | None = None


@frozen(slots=False)
class CardType:
    """The scheme: Visa, MasterCard, American Express, Troy."""

    pk: int
    name: str
    slug: str
    logo: str | None = None


@frozen(slots=False)
class Installment:
    """So many monthly parts, and what they cost."""

    pk: int
    installment_count: int  # 1: paid at once
    label: str = ""
    interest_rate: int = 0  # millionths of the amount


@frozen(slots=False)
class Card:
    """What a BIN stands for: a bank's product of one scheme, with its plans."""

    pk: int
    name: str
    slug: str
    bank: Bank
    card_type: CardType
    card_payment_type: Literal["credit", "debit", "prepaid"] = "credit"
    three_d: bool = False  # the issuer insists on 3-D Secure
    installments: tuple[Installment, ...] = ()


@frozen(slots=False)
class BankAccount:
    """An account of the shop's, to transfer money to."""

    pk: int
    bank: Bank
    holder_name: str
    iban: str
    currency: str
    description: str = ""
    sort_order: int = 0


@frozen(slots=False)
class DeliveryOption:
    pk: int
    slug: str
    name: str
    delivery_option_type: DeliveryKind = "customer"
    sort_order: int = 0


@frozen(slots=False)
class ShippingOption:
    """A way to send a parcel: offered where all its rules apply, for what its calculator says."""

    pk: int
    name: str
    slug: str
    calculator: Calculator
    rules: tuple[Rule, ...] = ()
    logo: str | None = None
    description: str | None = None


@frozen(slots=False)
class PaymentOption:
    """A way to pay, as this shop offers it."""

    pk: int
    name: str
    slug: str
    payment_type: str  # of the map's ways to pay: credit_card, funds_transfer, ...
    gateway: str | None = None  # name of the gateway that takes the money
    rules: tuple[Rule, ...] = ()


@frozen(slots=False)
class Contract:
    """A text the buyer agrees to.  `$goods`, `$total` and the like in it are filled in by `paying.contract_text`."""

    slug: str  # info, sales
    title: str
    text: str


@frozen(slots=False)
class Shop:
    """Everything a page may look up without asking; `version` changes with any row."""

    version: str
    delivery_options: tuple[DeliveryOption, ...]
    shipping_options: tuple[ShippingOption, ...]
    payment_options: tuple[PaymentOption, ...]
    countries: tuple[Country, ...] = ()
    cards: tuple[Card, ...] = ()
    bank_accounts: tuple[BankAccount, ...] = ()
    contracts: tuple[Contract, ...] = ()

    def card(self, slug: str) -> Card:
        """The card of that slug.  Raises Misconfigured where the shop has none."""
        for card in self.cards:
            if card.slug == slug:
                return card
        raise Misconfigured(f"no card has the slug {slug!r}; DEFAULT_CARD_SLUG must name one")

    def country(self, code: str) -> Country | None:
        """The country of that code, in either case."""
        wanted = code.upper()
        return next((country for country in self.countries if country.code.upper() == wanted), None)
