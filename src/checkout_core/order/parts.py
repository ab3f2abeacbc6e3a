"""Who buys, where it goes, what else was said.  What the buyer chose is kept by value, never by its rules."""

from __future__ import annotations

from attrs import frozen

from ..money import Money
from ..shop import City, Country, DeliveryOption, District, Township


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


@frozen(slots=False)
class Shipping:
    option: ShippingChoice | None = None


@frozen(slots=False)
class Extras:
    notes: str | None = None
    coupons: tuple[str, ...] = ()  # codes whose uses are counted
