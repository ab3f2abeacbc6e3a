"""Where to: rules about the shipping address.

    CountryRule(frozenset({1, 2}), exclude=True)      # anywhere but there

Places are primary keys.  `exclude` makes a rule its exact opposite, and what has no address goes to none of the places.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from ..order import Parcel
from ..page import Visit
from ..shop import City, Country, District, Township
from . import Explained
from ._parameters import among, some

Place: TypeAlias = Country | City | Township | District


@frozen
class CountryRule:
    """Sent to one of these countries."""

    countries: frozenset[int] = field(validator=some)
    exclude: bool = False

    code: ClassVar[str] = "country_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        place = parcel.to.country if parcel.to else None
        return (place is not None and place.pk in self.countries) is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        place = parcel.to.country if parcel.to else None
        return Explained(_sent_to("country", self.countries, self.exclude, place), self.applies(visit, parcel))


@frozen
class CityRule:
    """Sent to one of these cities."""

    cities: frozenset[int] = field(validator=some)
    exclude: bool = False

    code: ClassVar[str] = "city_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        place = parcel.to.city if parcel.to else None
        return (place is not None and place.pk in self.cities) is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        place = parcel.to.city if parcel.to else None
        return Explained(_sent_to("city", self.cities, self.exclude, place), self.applies(visit, parcel))


@frozen
class TownshipRule:
    """Sent to one of these townships; an address that names none is in none of them."""

    townships: frozenset[int] = field(validator=some)
    exclude: bool = False

    code: ClassVar[str] = "township_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        place = parcel.to.township if parcel.to else None
        return (place is not None and place.pk in self.townships) is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        place = parcel.to.township if parcel.to else None
        return Explained(_sent_to("township", self.townships, self.exclude, place), self.applies(visit, parcel))


@frozen
class DistrictRule:
    """Sent to one of these districts; an address that names none is in none of them."""

    districts: frozenset[int] = field(validator=some)
    exclude: bool = False

    code: ClassVar[str] = "district_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        place = parcel.to.district if parcel.to else None
        return (place is not None and place.pk in self.districts) is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        place = parcel.to.district if parcel.to else None
        return Explained(_sent_to("district", self.districts, self.exclude, place), self.applies(visit, parcel))


def _plain(postcode: str) -> str:
    """As it is compared: people write `sw1a 1aa` and `00950` for SW1A 1AA and 00-950."""
    return postcode.replace(" ", "").replace("-", "").upper()


def _all_plain(postcodes: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(_plain, postcodes)))


@frozen
class PostalCodeRule:
    """Sent to one of these postal codes, whole ones; case, blanks and hyphens do not count."""

    postal_codes: frozenset[str] = field(converter=_all_plain, validator=some)
    exclude: bool = False

    code: ClassVar[str] = "postal_code_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        postcode = parcel.to.postcode if parcel.to else None
        return (postcode is not None and _plain(postcode) in self.postal_codes) is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        here = (parcel.to.postcode if parcel.to else None) or "none"
        says = f"postal code {among(self.postal_codes, exclude=self.exclude)}; here {here}"
        return Explained(says, self.applies(visit, parcel))


def _sent_to(kind: str, pks: Iterable[int], exclude: bool, place: Place | None) -> str:  # noqa: FBT001  # only called from above
    here = f"{place.pk} ({place.name})" if place else "none"
    return f"{kind} {among(pks, exclude=exclude)}; here {here}"
