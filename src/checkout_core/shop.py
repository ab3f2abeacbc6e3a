"""The snapshot: the small tables an admin edits, frozen and versioned, read without awaiting.

Rows that are switched off are not in it.  Field names are those of the seeds' JSON.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from .money import Money

if TYPE_CHECKING:
    from .rules import Benefit, Calculator, Rule

DeliveryKind = Literal["customer", "retail_store", "pickup_location"]
OfferType = Literal["automatic", "coupon", "bulk_coupon", "voucher"]


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
    is_commerce_card: bool = False  # a company's


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
    slot_group: int | None = None  # scheduled: the buyer chooses one of its slots


@frozen(slots=False)
class RetailStore:
    """A shop where goods are collected."""

    pk: int
    name: str
    address: str
    country: Country
    city: City
    township: Township | None = None
    district: District | None = None
    postcode: str | None = None
    phone_number: str = ""
    click_and_collect: bool = True
    slot_group: int | None = None  # whose slots are reserved there; None: nobody reserves


@frozen(slots=False)
class PickupLocation:
    """A locker or a counter of somebody else's, where parcels wait."""

    remote_id: str  # what its operator calls it
    name: str
    address: str
    country: Country
    city: City
    township: Township | None = None
    district: District | None = None
    postcode: str | None = None
    phone_number: str = ""


@frozen(slots=False)
class Slot:
    """Some hours of a day in which so many orders are delivered, or collected."""

    pk: int
    weekdays: tuple[int, ...]  # 0: Monday
    start: time  # on the clock at the shop
    end: time
    quota: int  # orders
    disable_minutes: int = 0  # so long before its end it is no longer offered


@frozen(slots=False)
class PassiveRange:
    """Days without slots, the first and the last among them; of one slot, or of all."""

    first: date
    last: date
    slot: int | None = None


@frozen(slots=False)
class SlotGroup:
    """The slots of some stores, or of a delivery option."""

    pk: int
    name: str
    slots: tuple[Slot, ...]
    passive: tuple[PassiveRange, ...] = ()
    days: int = 14  # offered from today on
    time_zone: str | None = None  # IANA; None: the shop's


@frozen(slots=False)
class DataSource:
    """Who supplies goods: a vendor, a warehouse."""

    pk: int
    name: str


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
    required_fields: tuple[str, ...] = ()  # that the buyer has to fill in, such as delivery_date


@frozen(slots=False)
class DataSourceShippingOption:
    """A way in which one supplier sends goods."""

    pk: int
    name: str
    data_source: int | None  # None: for goods that nobody supplies
    calculator: Calculator
    rules: tuple[Rule, ...] = ()
    description: str | None = None


@frozen(slots=False)
class AttributeBasedShippingOption:
    """A way to send the goods of one group."""

    pk: int
    shipping_option_name: str
    calculator: Calculator
    attribute_value: str | None = None  # the group as `grouping.name_of_values` calls it: "istanbul", "Nike;shoes"
    is_default: bool = False  # for every group that has no option of its own
    rules: tuple[Rule, ...] = ()


@frozen(slots=False)
class PaymentChoice:
    """A way to pay at the door: in cash, by card."""

    value: str
    label: str
    price: Money  # what it costs, on top of the order


@frozen(slots=False)
class PaymentOptionConfig:
    """What an admin sets of one option; each key is for the ways to pay that read it."""

    payment_choices: tuple[PaymentChoice, ...] = ()  # pay_on_delivery
    skip_pod_choices: bool = False  # the only choice there is, is taken without asking
    sms_verification: bool = False  # the buyer's phone is verified first
    verify_timeout: timedelta = timedelta(seconds=180)  # how long a code counts
    sms_text: str = "{code}"  # what is sent; `{code}` in it becomes the code


@frozen(slots=False)
class PaymentOption:
    """A way to pay, as this shop offers it."""

    pk: int
    name: str
    slug: str
    payment_type: str  # of the map's ways to pay: credit_card, funds_transfer, ...
    gateway: str | None = None  # name of the gateway that takes the money
    rules: tuple[Rule, ...] = ()
    config: PaymentOptionConfig = PaymentOptionConfig()


@frozen(slots=False)
class Offer:
    """A promotion: what it gives, and to whom.

    `automatic` applies by itself; a `coupon` or `bulk_coupon` where the buyer has one and added it; a `voucher` where
    the buyer knows a code of it.
    """

    pk: int
    name: str
    benefit: Benefit
    rules: tuple[Rule, ...] = ()  # all of them hold
    offer_type: OfferType = "automatic"
    code: str | None = None  # of a voucher that has one for everybody; None: its codes are the host's (FindVoucher)
    starts_at: datetime | None = None  # aware
    ends_at: datetime | None = None  # from then on it is over
    priority: int = 0  # the highest is applied first, of equal ones the lowest pk
    alone: bool = False  # never beside another; it is taken where it gives more than all the others together
    last: bool = False  # nothing is applied after it
    uses: int | None = None  # orders that may use it, of all buyers; None: any number
    uses_per_buyer: int | None = None
    upsell: str | None = None  # told where its amount is near; `$remaining` and `$required` in it are filled in
    upsell_from: int = 50  # per cent of the amount that must be there before it is told


@frozen(slots=False)
class ExtraField:
    """A question of the shop's own about an order; all of them together are the schema of its extra field."""

    key: str
    label: str
    input_type: Literal["text", "textarea", "integer", "decimal", "boolean", "date", "dropdown", "multiselect"] = "text"
    required: bool = False
    choices: tuple[str, ...] = ()  # of a dropdown or a multiselect
    max_length: int = 255  # characters of a text


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
    data_sources: tuple[DataSource, ...] = ()
    data_source_shipping_options: tuple[DataSourceShippingOption, ...] = ()
    attribute_based_shipping_options: tuple[AttributeBasedShippingOption, ...] = ()
    retail_stores: tuple[RetailStore, ...] = ()
    slot_groups: tuple[SlotGroup, ...] = ()
    offers: tuple[Offer, ...] = ()
    order_schema: tuple[ExtraField, ...] | None = None  # None: any JSON may be kept with an order

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
