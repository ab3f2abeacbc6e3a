"""Who buys, where it goes, what else was said.  What the buyer chose is kept by value, never by its rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from attrs import field, frozen

from ..money import Money
from ..shop import City, Country, DeliveryOption, District, PickupLocation, RetailStore, Township


@frozen(slots=False)
class Buyer:
    account: str | None = None  # None: a guest
    email: str | None = None
    phone: str | None = None  # E.164

    @property
    def is_guest(self) -> bool:
        """Buys without an account."""
        return self.account is None


@frozen(slots=False)
class Address:
    """Where a parcel or an invoice goes."""

    pk: int | None  # None for an address made from a store
    title: str
    first_name: str
    last_name: str
    phone_number: str
    country: Country
    city: City
    line: str
    township: Township | None = None
    district: District | None = None
    postcode: str | None = None
    email: str | None = None
    identity_number: str | None = None
    company_name: str | None = None
    tax_office: str | None = None
    tax_no: str | None = None
    primary: bool = False
    is_corporate: bool = False


@frozen(slots=False)
class Delivery:
    option: DeliveryOption | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    retail_store: RetailStore | None = None  # where it is collected; then the shipping address is made from it
    pickup_location: PickupLocation | None = None  # likewise

    @property
    def billing_and_shipping_same(self) -> bool:
        """Both addresses were given, and are one."""
        shipping, billing = self.shipping_address, self.billing_address
        return shipping is not None and billing is not None and shipping.pk is not None and shipping.pk == billing.pk


@frozen(slots=False)
class ShippingChoice:
    """What was shown of the option, and the price it was shown with."""

    pk: int
    name: str
    slug: str
    shipping_amount: Money
    logo: str | None = None
    description: str | None = None
    required_fields: tuple[str, ...] = ()  # that the buyer has to fill in
    given: Mapping[str, str] = field(factory=dict, hash=False)  # what the buyer filled in, by those names
    outdated: bool = False  # the price is of other goods or another address, and nobody tells the one of now


@frozen(slots=False)
class GroupChoice:
    """As ShippingChoice, for some of the goods."""

    group: str  # key of the data source, or values of the attributes: "Nike;shoes"
    pk: int
    name: str
    shipping_amount: Money
    product_ids: tuple[int, ...] = ()
    description: str | None = None
    outdated: bool = False  # as of a ShippingChoice


@frozen(slots=False)
class Shipping:
    """How it is sent: all of it one way, or each group its own."""

    option: ShippingChoice | None = None
    by_data_source: tuple[GroupChoice, ...] = ()
    by_attribute: tuple[GroupChoice, ...] = ()

    @property
    def choices(self) -> tuple[ShippingChoice | GroupChoice, ...]:
        """All that was chosen, to be paid for."""
        return (*((self.option,) if self.option else ()), *self.by_data_source, *self.by_attribute)

    @property
    def name(self) -> str:
        """What people call it: of several parcels each way once, apart by semicolons, for names have commas."""
        return "; ".join(dict.fromkeys(choice.name for choice in self.choices))

    @property
    def outdated(self) -> bool:
        """Not all of it is priced for what is sent now: it is not to be paid."""
        return any(choice.outdated for choice in self.choices)


@frozen(slots=False)
class DeliveryRange:
    """A slot that was chosen.  Of each there is only so much, so it is held while the buyer pays."""

    lower: datetime  # aware, as the clocks at the shop show it
    upper: datetime
    group: int  # of slots
    quota: int  # orders that fit in

    @property
    def subject(self) -> str:
        """What a hold calls it: the same moment is the same slot, whatever offset it is written with."""
        return f"{self.group}|{self.lower.astimezone(UTC):%Y%m%dT%H%MZ}|{self.upper.astimezone(UTC):%Y%m%dT%H%MZ}"


@frozen(slots=False)
class Schedule:
    """When it arrives, or is collected."""

    delivery_range: DeliveryRange | None = None
    skip_reservation: bool | None = None  # None: not asked yet
