"""A shop as a TOML file, read strictly.

    file = load_shop(Path("shop.toml"))     # or its text; without one, the sandbox's own
    file.shop.shipping_options, file.products["mug"].price

All mistakes are told at once, each with its place: `shipping_options[1].rules[0].countries: there is no 7 in
countries`.  What may be written is shown in `shop.toml`, `department_store.toml` and `holiday_store.toml` beside it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sized
from functools import cache, partial
from pathlib import Path
from typing import Final

from attrs import frozen

from ..config import load_settings
from ..effects import Item
from ..money import minor_digits
from ..order import Address, Basket
from ..rules.load import Mistakes, load
from ..rules.three_d import THREE_D_RULES, ThreeDRule
from ..settings import Settings
from ..shop import City, District, Misconfigured, Shop, Township
from ._collecting import delivery_options_of, pickup_locations_of, retail_stores_of, slot_groups_of
from ._extends import PACKAGED, read
from ._goods import Product, data_sources_of, products_of
from ._loyalty import Loyalty, loyalty_of
from ._options import (
    DIGITS,
    BinRange,
    Links,
    attribute_options_of,
    bank_accounts_of,
    banks_of,
    cards_of,
    contracts_of,
    data_source_options_of,
    payment_options_of,
    shipping_options_of,
)
from ._places import Customer, Geography, customers_of
from ._promotions import Promotions, promotions_of
from ._questions import order_schema_of
from ._rows import Row, did_you_mean
from ._truth import Truth, carriers_of, remote_delivery_options_of, remote_shipping_options_of
from .gift_cards import SoldCard, gift_cards_of

DEFAULT: Final = PACKAGED / "shop.toml"
DEPARTMENT_STORE: Final = PACKAGED / "department_store.toml"
HOLIDAY_STORE: Final = PACKAGED / "holiday_store.toml"
GRAND_BAZAAR: Final = PACKAGED / "grand_bazaar.toml"


@frozen
class ShopFile:
    """All that the file says, linked; rows that are switched off are not in it."""

    currency: str
    products: Mapping[str, Product]  # by sku
    shop: Shop
    bins: tuple[BinRange, ...]  # none overlaps another; sorted
    virtual_bins: Mapping[str, int]  # keys of cards, by what stands for them: GPAY00
    customers: Mapping[str, Customer]  # by account
    guest_addresses: tuple[Address, ...]  # what guests pick from
    cities: tuple[City, ...]
    townships: tuple[Township, ...]
    districts: tuple[District, ...]
    settings: Settings
    store_stock: Mapping[int, Mapping[str, int]]  # what lies in a store, where the one stock does not say it
    truth: Truth  # what services the shop does not run would answer
    promotions: Promotions
    loyalty: Loyalty  # money and points, before anybody bought here
    gift_cards: tuple[SoldCard, ...] = ()

    @property
    def limited(self) -> tuple[Item, ...]:
        """All of which there is only so much, as the stock counts it; uses of offers it counts as they are used."""
        counted = ((sku, product.stock) for sku, product in self.products.items())
        return tuple(Item("stock", sku, quantity) for sku, quantity in counted if quantity is not None)

    def basket(self, key: str, quantities: Mapping[str, int]) -> Basket:
        """So many of each sku, in that order; the same products make the same digest in every process.

        Raises KeyError for a sku that nobody sells.
        """
        lines = tuple(self.products[sku].line(quantity) for sku, quantity in quantities.items())
        digest = hashlib.sha256(repr((self.currency, lines)).encode()).hexdigest()[:16]
        return Basket.of(key, digest, lines, self.currency)

    def card_of(self, bin_number: str) -> int | None:
        """The pk of the card all of whose numbers may begin so; None where nobody knows, or several cards may."""
        if not (bin_number.isascii() and bin_number.isdigit()):
            return self.virtual_bins.get(bin_number)
        first, last = int(bin_number.ljust(DIGITS, "0")), int(bin_number.ljust(DIGITS, "9"))
        at = bisect_right(self.bins, first, key=lambda each: each.first) - 1
        return self.bins[at].card if at >= 0 and last <= self.bins[at].last else None


def find_shop(name: str) -> Path:
    """The file of that path or, where there is none, the sandbox's own of that name: `department_store`."""
    path = Path(name)
    own = PACKAGED / Path(name).with_suffix(".toml").name
    return own if not path.exists() and path.parent == Path() and own.is_file() else path


def load_shop(written: str | Path = DEFAULT) -> ShopFile:
    """The shop of that file, or of that text.

    Raises rules.load.Mistakes, a Misconfigured: its `mistakes` are pairs of where and what, all there are.
    """
    if isinstance(written, Path) and written.parent == PACKAGED:
        return _packaged(written)
    return _loaded(written)


@cache
def _packaged(path: Path) -> ShopFile:
    """A file beside this code, which does not change while the process lives; a sandbox changes none of its tables."""
    return _loaded(path)


def _loaded(written: str | Path) -> ShopFile:
    found = read(written)
    file = Row("", found.tables, [], elsewhere=found.elsewhere)
    shop = _shop_of(file, hashlib.sha256(found.text.encode()).hexdigest()[:12])
    file.done()
    if file.mistakes:
        raise Mistakes(tuple(file.mistakes))
    return shop


def _shop_of(file: Row, version: str) -> ShopFile:
    """What is read, made up where the file has mistakes."""
    currency = file.text("currency")
    file.checked("currency", currency, minor_digits, f"{currency!r} is no currency (ISO 4217)")
    settings = _settings_of(file, currency)
    geography = Geography.of(file)
    _country_is_there(settings.default_country_code, geography, file)
    sources, groups, carriers = data_sources_of(file), slot_groups_of(file), carriers_of(file)
    links = Links(geography, sources, carriers)
    products = products_of(file, currency, sources)
    delivery, shipping = delivery_options_of(file, groups), shipping_options_of(file, links)
    stores = retail_stores_of(file, geography, groups, _texts(file, "products", "sku"))
    payment, banks = payment_options_of(file, links), banks_of(file)
    cards, bins, virtual = cards_of(file, banks, settings.default_card_slug)
    accounts, customers = bank_accounts_of(file, banks), customers_of(file, geography, settings)
    guest = file.text_or_none("guest_addresses_of")
    if guest is not None and guest not in customers:
        file.refuse("guest_addresses_of", f"no customer has the account {guest!r}{did_you_mean(guest, customers)}")
    _something_of(
        {"products": products, "delivery_options": delivery, "shipping_options": shipping, "payment_options": payment},
        file,
    )
    truth = Truth(
        {product.pk: product.remote_price for product in products.values() if product.remote_price is not None},
        carriers,
        remote_shipping_options_of(file, _texts(file, "shipping_options", "slug")),
        remote_delivery_options_of(file, groups),
        pickup_locations_of(file, geography),
    )
    promotions = promotions_of(file, links, {product.pk for product in products.values()}, customers)
    shop = Shop(
        version=version,
        delivery_options=delivery,
        shipping_options=shipping,
        payment_options=payment,
        countries=tuple(geography.countries.active),
        cards=cards,
        bank_accounts=accounts,
        contracts=contracts_of(file),
        data_sources=tuple(sources.active),
        data_source_shipping_options=data_source_options_of(file, links),
        attribute_based_shipping_options=attribute_options_of(file, links),
        retail_stores=stores.active,
        slot_groups=tuple(groups.active),
        offers=promotions.offers,
        order_schema=order_schema_of(file),
    )
    return ShopFile(
        currency=currency,
        products=products,
        shop=shop,
        bins=bins,
        virtual_bins=virtual,
        customers=customers,
        guest_addresses=customers[guest].addresses if guest is not None and guest in customers else (),
        cities=tuple(geography.cities.active),
        townships=tuple(geography.townships.active),
        districts=tuple(geography.districts.active),
        settings=settings,
        store_stock=stores.stock,
        truth=truth,
        promotions=promotions,
        loyalty=loyalty_of(file, currency, customers),
        gift_cards=gift_cards_of(file, settings),
    )


def _texts(file: Row, table: str, key: str) -> tuple[str, ...]:
    """What the rows of that table have under that key, whether they are sound or not."""
    rows = file.written.get(table)
    found = (row.get(key) for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
    return tuple(text for text in found if isinstance(text, str))


def _country_is_there(code: str | None, geography: Geography, file: Row) -> None:
    codes = [country.code.upper() for country in geography.countries.active]
    if code is not None and code.upper() not in codes and not file.mistakes:
        file.refuse("settings.DEFAULT_COUNTRY_CODE", f"no active country has the code {code!r}")


def _something_of(tables: Mapping[str, Sized], file: Row) -> None:
    if not file.mistakes:
        for key in [key for key, rows in tables.items() if not rows]:
            file.refuse(key, "none is active, so nobody can buy")


def _settings_of(file: Row, currency: str) -> Settings:
    """As `load_settings` reads them; the defaults where it refuses."""
    written = file.table("settings")
    try:
        return load_settings(written, currency=currency, rules=READ_RULES)
    except Misconfigured as wrong:
        for line in str(wrong).splitlines():
            key, _, says = line.partition(": ")
            file.refuse(f"settings.{key}", says)
        return Settings()


def _three_d_rule(slug: str, written: Mapping[str, object]) -> ThreeDRule:
    try:
        return load(THREE_D_RULES, {**written, "slug": slug})
    except Mistakes as wrong:  # on one line, for load_settings tells one mistake a line
        raise Misconfigured("; ".join(str(wrong).splitlines())) from None


READ_RULES: Final[Mapping[str, Callable[[Mapping[str, object]], ThreeDRule]]] = {
    slug: partial(_three_d_rule, slug) for slug in THREE_D_RULES
}
