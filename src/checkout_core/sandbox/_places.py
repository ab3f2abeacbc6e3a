"""The geography of a shop file, and the people who live there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import phonenumbers
from attrs import frozen
from stdnum.tr import tckimlik, vkn

from ..forms import PARSERS, Bad, Email, Phone
from ..order import Address
from ..settings import Settings
from ..shop import City, Country, District, Township
from ._rows import Row, Table, unique

NOWHERE = Country(0, "", "")
NO_CITY = City(0, "", 0)


@frozen
class Customer:
    """A buyer with an account, and an address book: the primary address first."""

    account: str
    email: str
    phone: str  # E.164
    addresses: tuple[Address, ...] = ()
    segment: str | None = None  # of buyers, as the shop groups them
    orders: int | None = None  # placed before the shop opened here; None: nobody knows


@frozen
class Geography:
    countries: Table[Country]
    cities: Table[City]
    townships: Table[Township]
    districts: Table[District]

    @classmethod
    def of(cls, file: Row) -> Geography:
        """The four tables of the file; a place must lie where the place it names lies."""
        rows = {name: file.rows(name) for name in ("countries", "cities", "townships", "districts")}
        countries = Table.of(rows["countries"], "countries", _country)
        unique(rows["countries"], "code")

        def city(row: Row, pk: int) -> City | None:
            name, country = row.text("name"), row.one("country", countries)
            return City(pk, name, country.pk) if country else None

        cities = Table.of(rows["cities"], "cities", city)

        def township(row: Row, pk: int) -> Township | None:
            name, inside = row.text("name"), row.one("city", cities)
            return Township(pk, name, inside.pk) if inside else None

        townships = Table.of(rows["townships"], "townships", township)

        def district(row: Row, pk: int) -> District | None:
            name, inside, part = row.text("name"), row.one("city", cities), row.one("township", townships)
            if inside is None or part is None:
                return None
            _lies_in(row, "township", part.city, inside)
            return District(pk, name, inside.pk, part.pk)

        return cls(countries, cities, townships, Table.of(rows["districts"], "districts", district))

    @property
    def tables(self) -> Mapping[str, Collection[int]]:
        """The keys of each, by the name that rules call it."""
        return {
            "countries": self.countries.by_pk,
            "cities": self.cities.by_pk,
            "townships": self.townships.by_pk,
            "districts": self.districts.by_pk,
        }


@frozen
class Where:
    """The places a row names, one in another."""

    country: Country
    city: City
    township: Township | None
    district: District | None


def _country(row: Row, pk: int) -> Country:
    name, code = row.text("name"), row.text("code")
    row.checked("code", code, _is_country_code, f"{code!r} is no country code of two capitals (ISO 3166)")
    return Country(pk, name, code)


def _is_country_code(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()  # noqa: PLR2004  # alpha-2


def _lies_in(row: Row, key: str, actual: int, wanted: Country | City | Township) -> None:
    if actual != wanted.pk:
        row.refuse(key, f"does not lie in {wanted.name}")


def customers_of(file: Row, geography: Geography, settings: Settings) -> Mapping[str, Customer]:
    """By account.  Addresses have keys of their own over all customers."""
    rows = file.rows("customers")
    unique(rows, "account")
    addresses = Table[Address]("addresses")
    found: dict[str, Customer] = {}
    for row in rows:
        account, email, phone = row.text("account"), row.text("email"), row.text("phone")
        email = _parsed(row, "email", PARSERS[Email](email, settings), email)
        phone = _parsed(row, "phone", PARSERS[Phone](phone, settings), phone)
        book = addresses.add(row.rows("addresses"), lambda address, pk: _address(address, pk, geography))
        first = tuple(sorted(book, key=lambda address: not address.primary))
        segment, orders = row.text_or_none("segment"), row.whole_or_none("orders")
        row.done()
        found[account] = Customer(account, email, phone, first, segment, orders)
    return found


def _parsed(row: Row, key: str, value: object, written: str) -> str:
    """What the form of the checkout makes of it."""
    if written and isinstance(value, Bad):
        row.refuse(key, f"{written!r} would be refused by the checkout's own forms")
    return value if isinstance(value, str) else ""


def where_of(row: Row, geography: Geography) -> Where | None:
    """The places of that row; None where one is missing, or does not lie in the other."""
    country, city = row.one("country", geography.countries), row.one("city", geography.cities)
    township = row.one("township", geography.townships, optional=True)
    district = row.one("district", geography.districts, optional=True)
    if country is None or city is None:
        return None
    _lies_in(row, "city", city.country, country)
    if township is not None:
        _lies_in(row, "township", township.city, city)
    if district is not None:
        _lies_in(row, "district", district.city, city)
    if district is not None and township is not None:
        _lies_in(row, "district", district.township, township)
    return Where(country, city, township, district)


def check_phone(row: Row, key: str, written: str | None, country: Country) -> None:
    """Refuses what is no number of that country, and no foreign one with its code."""
    row.checked(key, written, _phone_of(country), f"is no phone number of {country.name}")


def _address(row: Row, pk: int, geography: Geography) -> Address | None:
    where = where_of(row, geography)
    made = Address(
        pk=pk,
        title=row.text("title"),
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        phone_number=row.text("phone_number"),
        country=where.country if where else NOWHERE,
        city=where.city if where else NO_CITY,
        line=row.text("line"),
        township=where.township if where else None,
        district=where.district if where else None,
        postcode=row.text_or_none("postcode"),
        email=row.text_or_none("email"),
        identity_number=row.text_or_none("identity_number"),
        company_name=row.text_or_none("company_name"),
        tax_office=row.text_or_none("tax_office"),
        tax_no=row.text_or_none("tax_no"),
        primary=row.flag("primary", absent=False),
        is_corporate=row.flag("is_corporate", absent=False),
    )
    if where is None:
        return None
    check_phone(row, "phone_number", made.phone_number, where.country)
    if where.country.code == "TR":
        row.checked("identity_number", made.identity_number, tckimlik.validate, "is no Turkish identity number")
        row.checked("tax_no", made.tax_no, vkn.validate, "is no Turkish tax number")
    return made


def _phone_of(country: Country) -> Callable[[str], bool]:
    """As it is written there, or with a plus and the code of any country."""

    def possible(written: str) -> bool:
        try:
            return phonenumbers.is_possible_number(phonenumbers.parse(written, country.code))
        except phonenumbers.NumberParseException:
            return False

    return possible
