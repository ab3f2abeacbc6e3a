"""The geography of a shop file, and the people who live there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import phonenumbers
from attrs import frozen
from stdnum.tr import tckimlik, vkn

from ..forms import PARSERS, Bad, Email, Phone
from ..order import Address
from ..settings import Settings
from ..shop import City, Country, District, Township
from ._rows import Row, Table, lists_of, unique

NOWHERE = Country(0, "", "")
NO_CITY = City(0, "", 0)


@frozen
class Customer:
    """A buyer with an account, and an address book: the primary address first."""

    account: str
    email: str
    phone: str  # E.164
    addresses: tuple[Address, ...] = ()


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

    def check_rules(self, row: Row, key: str) -> None:
        """Refuses places that rules of this row name and the tables do not have."""
        tables: Mapping[str, Mapping[int, object]] = {
            "countries": self.countries.by_pk,
            "cities": self.cities.by_pk,
            "townships": self.townships.by_pk,
            "districts": self.districts.by_pk,
        }
        for at, name, pks in lists_of(row.written.get(key), key):
            for pk in pks if name in tables else ():
                if type(pk) is int and pk not in tables[name]:
                    row.refuse(at, f"there is no {pk} in {name}")


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
        row.done()
        found[account] = Customer(account, email, phone, tuple(sorted(book, key=lambda address: not address.primary)))
    return found


def _parsed(row: Row, key: str, value: object, written: str) -> str:
    """What the form of the checkout makes of it."""
    if written and isinstance(value, Bad):
        row.refuse(key, f"{written!r} would be refused by the checkout's own forms")
    return value if isinstance(value, str) else ""


def _address(row: Row, pk: int, geography: Geography) -> Address | None:
    country, city = row.one("country", geography.countries), row.one("city", geography.cities)
    township = row.one("township", geography.townships, optional=True)
    district = row.one("district", geography.districts, optional=True)
    made = Address(
        pk=pk,
        title=row.text("title"),
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        phone_number=row.text("phone_number"),
        country=country or NOWHERE,
        city=city or NO_CITY,
        line=row.text("line"),
        township=township,
        district=district,
        postcode=row.text_or_none("postcode"),
        email=row.text_or_none("email"),
        identity_number=row.text_or_none("identity_number"),
        company_name=row.text_or_none("company_name"),
        tax_office=row.text_or_none("tax_office"),
        tax_no=row.text_or_none("tax_no"),
        primary=row.flag("primary", absent=False),
        is_corporate=row.flag("is_corporate", absent=False),
    )
    if country is None or city is None:
        return None
    _lies_in(row, "city", city.country, country)
    if township is not None:
        _lies_in(row, "township", township.city, city)
    if district is not None:
        _lies_in(row, "district", district.city, city)
    if district is not None and township is not None:
        _lies_in(row, "district", district.township, township)
    row.checked("phone_number", made.phone_number, _phone_of(country), f"is no phone number of {country.name}")
    if country.code == "TR":
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
