"""The address book: of an account, or of a guest's visit.  A foreign address is as if it were not there.

What is wrong with a new address is told by field, all at once; places exist, and lie in one another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias, TypeVar

from attrs import frozen
from flask import Response, request
from stdnum.exceptions import ValidationError
from stdnum.tr import tckimlik, vkn

from ..forms import PARSERS, Bad, Email, Flag, Parser, Phone, Pk
from ..forms._texts import prose
from ..order import Address
from ..shop import City, Country, District, Township
from ..wire import context_json
from ._front import Front, Problem, Refusal, listed, refused, texts_of, to, told

Place = TypeVar("Place", Country, City, Township, District)
Values: TypeAlias = dict[str, object]

FIELDS: Final[tuple[tuple[str, Parser, bool], ...]] = (  # name, how it is read, whether it must be there
    ("title", prose(64), True),
    ("first_name", prose(64), True),
    ("last_name", prose(64), True),
    ("phone_number", PARSERS[Phone], True),
    ("country", PARSERS[Pk], True),
    ("city", PARSERS[Pk], True),
    ("township", PARSERS[Pk], False),
    ("district", PARSERS[Pk], False),
    ("line", prose(255, lines=True), True),
    ("postcode", prose(16), False),
    ("email", PARSERS[Email], False),
    ("identity_number", prose(32), False),
    ("company_name", prose(128), False),
    ("tax_office", prose(64), False),
    ("tax_no", prose(32), False),
    ("is_corporate", PARSERS[Flag], False),
)
PLACES: Final = ("country", "city", "township", "district")
TURKISH: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("identity_number", tckimlik.validate), ("tax_no", vkn.validate),
)  # fmt: skip


@frozen
class Addresses:
    """/address/, and what is below it."""

    front: Front

    def all(self) -> Response:
        """GET: the owner's; POST: a new one."""
        if request.method == "POST":
            try:
                return told(context_json(self._new(self.front.fields())), HTTPStatus.CREATED)
            except Refusal as wrong:
                return refused(wrong.texts)
        return listed([context_json(address) for address in self.front.shelf.addresses(self.front.owner)])

    def new(self) -> Response:
        """The form for people; a new address leads back to the checkout."""
        fields: Mapping[str, object] = {}
        wrong: Mapping[str, tuple[str, ...]] = {}
        if request.method == "POST":
            fields = self.front.fields()
            try:
                self._new(fields)
            except Refusal as refusal:
                wrong = refusal.texts
            else:
                return to(self.front.checkout)
        file, shop = self.front.sandbox.file, self.front.sandbox.shop
        return self.front.page(
            "address.html", fields=fields, wrong=wrong, countries=shop.countries,
            cities=[(each.name, [city for city in file.cities if city.country == each.pk]) for each in shop.countries],
            townships=[(each.name, [part for part in file.townships if part.city == each.pk]) for each in file.cities],
            districts=[(each.name, [d for d in file.districts if d.township == each.pk]) for each in file.townships],
            preselected=shop.country(self.front.sandbox.settings.default_country_code or ""),
        )  # fmt: skip

    def one(self, pk: str) -> Response:
        """GET, PATCH, DELETE of one."""
        found = self._found(pk)
        if request.method == "DELETE":
            self.front.fields()
            assert found.pk is not None  # noqa: S101  # it was found by it
            self.front.shelf.remove_address(self.front.keeper(), found.pk)
            return Response(status=HTTPStatus.NO_CONTENT)
        if request.method == "PATCH":
            try:
                found = self._saved({**_fields_of(found), **self.front.fields()}, found)
            except Refusal as wrong:
                return refused(wrong.texts)
        return told(context_json(found))

    def _found(self, pk: str) -> Address:
        """Raises Problem, the same one for an address of somebody else and for none."""
        wanted = PARSERS[Pk](pk, self.front.sandbox.settings)
        for address in self.front.shelf.addresses(self.front.owner):
            if address.pk == wanted:
                return address
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such address.")

    def _new(self, fields: Mapping[str, object]) -> Address:
        return self._saved(fields, None)

    def _saved(self, fields: Mapping[str, object], old: Address | None) -> Address:
        """Raises Refusal with all that is wrong."""
        values, codes = self._read(fields)
        places = self._places(values, codes)
        if codes:
            raise Refusal(texts_of({name: (code,) for name, code in codes.items()}))
        country, city = places["country"], places["city"]
        township, district = places["township"], places["district"]
        assert isinstance(country, Country)  # noqa: S101  # they are required
        assert isinstance(city, City)  # noqa: S101
        made = Address(
            pk=None if old is None else old.pk,
            primary=old is not None and old.primary,
            country=country,
            city=city,
            township=township if isinstance(township, Township) else None,
            district=district if isinstance(district, District) else None,
            **{name: value for name, value in values.items() if name not in PLACES},  # type: ignore[arg-type]  # by FIELDS
        )
        return self.front.shelf.save_address(self.front.keeper(), made)

    def _read(self, fields: Mapping[str, object]) -> tuple[Values, dict[str, str]]:
        """What the fields say, and the codes of those that say nothing."""
        values: Values = {}
        codes: dict[str, str] = {}
        given = {"is_corporate": fields.get("type") == "corporate", **fields}
        for name, parse, required in FIELDS:
            raw = given.get(name)
            blank = raw is None or (isinstance(raw, str) and not raw.strip())
            value = None if blank else parse(raw, self.front.sandbox.settings)
            if isinstance(value, Bad):
                codes[name] = value.code
            elif blank and required:
                codes[name] = "required"
            else:
                values[name] = value
        corporate = values["is_corporate"] = values.get("is_corporate") is True
        if corporate and values.get("company_name") is None:
            codes.setdefault("company_name", "required")  # an invoice to a company names it
        return values, codes

    def _places(self, values: Values, codes: dict[str, str]) -> Mapping[str, object]:
        """The places that are named; the codes of those that are not there, or lie elsewhere."""
        file = self.front.sandbox.file
        country = _there(self.front.sandbox.shop.countries, values, "country", codes)
        city = _there(file.cities, values, "city", codes)
        township = _there(file.townships, values, "township", codes)
        district = _there(file.districts, values, "district", codes)
        if city and country and city.country != country.pk:
            codes["city"] = "invalid"
        if township and city and township.city != city.pk:
            codes["township"] = "invalid"
        if district and (township is None or (district.township, district.city) != (township.pk, township.city)):
            codes["district"] = "invalid"
        for name, validate in TURKISH if country and country.code == "TR" else ():
            number = values.get(name)
            if isinstance(number, str) and not _valid(number, validate):
                codes[name] = "checksum"
        return {"country": country, "city": city, "township": township, "district": district}


@frozen
class Geography:
    """The tables that the form of an address is filled from."""

    front: Front

    def countries(self) -> Response:
        """All."""
        return listed([context_json(country) for country in self.front.sandbox.shop.countries])

    def cities(self) -> Response:
        """Of `?country=`, or all."""
        of = self._of("country", self.front.sandbox.shop.countries)
        return listed([context_json(city) for city in self.front.sandbox.file.cities if of in {None, city.country}])

    def townships(self) -> Response:
        """Of `?city=`, or all."""
        file, of = self.front.sandbox.file, self._of("city", self.front.sandbox.file.cities)
        return listed([context_json(township) for township in file.townships if of in {None, township.city}])

    def districts(self) -> Response:
        """Of `?township=`, or all."""
        file, of = self.front.sandbox.file, self._of("township", self.front.sandbox.file.townships)
        return listed([context_json(district) for district in file.districts if of in {None, district.township}])

    def _of(self, name: str, table: tuple[Place, ...]) -> int | None:
        """The pk that is asked for.  Raises Refusal where there is none such."""
        written = request.args.get(name, "")
        if not written.strip():
            return None
        pk = PARSERS[Pk](written, self.front.sandbox.settings)
        if isinstance(pk, int) and any(place.pk == pk for place in table):
            return pk
        raise Refusal(texts_of({name: ("invalid",)}))


def _there(table: tuple[Place, ...], values: Values, name: str, codes: dict[str, str]) -> Place | None:
    pk = values.get(name)
    found = next((place for place in table if place.pk == pk), None)
    if pk is not None and found is None:
        codes[name] = "invalid"
    return found


def _fields_of(address: Address) -> Values:
    """As they would be posted."""
    fields: Values = {name: getattr(address, name) for name, _, _ in FIELDS}
    for name in PLACES:
        place = fields[name]
        fields[name] = None if place is None else getattr(place, "pk", None)
    return fields


def _valid(number: str, validate: Callable[[str], str]) -> bool:
    try:
        validate(number)
    except ValidationError:
        return False
    return True
