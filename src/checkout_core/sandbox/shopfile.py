"""A shop as a TOML file, read strictly.

    file = load_shop(Path("shop.toml"))     # or its text; without one, the sandbox's own
    file.shop.shipping_options, file.products["mug"].price

All mistakes are told at once, each with its place: `shipping_options[1].rules[0].countries: there is no 7 in
countries`.  What may be written is shown in `shop.toml` beside this file.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sized
from functools import partial
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
from ._options import (
    DIGITS,
    BinRange,
    Product,
    bank_accounts_of,
    banks_of,
    cards_of,
    contracts_of,
    coupons_of,
    delivery_options_of,
    payment_options_of,
    products_of,
    shipping_options_of,
)
from ._places import Customer, Geography, customers_of
from ._rows import Row, did_you_mean

DEFAULT: Final = Path(__file__).with_name("shop.toml")
WHERE: Final = re.compile(r"(.*) \((at .*)\)", re.DOTALL)  # how tomllib ends: (at line 3, column 5)


@frozen
class ShopFile:
    """All that the file says, linked; rows that are switched off are not in it."""

    currency: str
    products: Mapping[str, Product]  # by sku
    coupons: Mapping[str, int]  # how often each may be used, by its code
    shop: Shop
    bins: tuple[BinRange, ...]  # none overlaps another; sorted
    customers: Mapping[str, Customer]  # by account
    guest_addresses: tuple[Address, ...]  # what guests pick from
    cities: tuple[City, ...]
    townships: tuple[Township, ...]
    districts: tuple[District, ...]
    settings: Settings

    @property
    def limited(self) -> tuple[Item, ...]:
        """All of which there is only so much."""
        counted = ((sku, product.stock) for sku, product in self.products.items())
        stock = (Item("stock", sku, quantity) for sku, quantity in counted if quantity is not None)
        return (*stock, *(Item("coupon", code, uses) for code, uses in self.coupons.items()))

    def basket(self, key: str, quantities: Mapping[str, int]) -> Basket:
        """So many of each sku, in that order; the same products make the same digest in every process.

        Raises KeyError for a sku that nobody sells.
        """
        lines = tuple(self.products[sku].line(quantity) for sku, quantity in quantities.items())
        digest = hashlib.sha256(repr((self.currency, lines)).encode()).hexdigest()[:16]
        return Basket.of(key, digest, lines, self.currency)

    def card_of(self, bin_number: str) -> int | None:
        """The pk of the card all of whose numbers may begin so; None where nobody knows, or several cards may."""
        if not (bin_number.isascii() and bin_number.isdigit()):  # GPAY_BIN_NUMBER is none
            return None
        first, last = int(bin_number.ljust(DIGITS, "0")), int(bin_number.ljust(DIGITS, "9"))
        at = bisect_right(self.bins, first, key=lambda each: each.first) - 1
        return self.bins[at].card if at >= 0 and last <= self.bins[at].last else None


def load_shop(written: str | Path = DEFAULT) -> ShopFile:
    """The shop of that file, or of that text.

    Raises rules.load.Mistakes, a Misconfigured: its `mistakes` are pairs of where and what, all there are.
    """
    text, tables = _parsed(written)
    file = Row("", tables, [])
    read = _shop_of(file, hashlib.sha256(text.encode()).hexdigest()[:12])
    file.done()
    if file.mistakes:
        raise Mistakes(tuple(file.mistakes))
    return read


def _parsed(written: str | Path) -> tuple[str, Mapping[str, object]]:
    try:
        text = written.read_text("utf-8") if isinstance(written, Path) else written
        return text, tomllib.loads(text)
    except OSError as wrong:
        what = f"cannot be read: {wrong.strerror or type(wrong).__name__}"
    except UnicodeDecodeError as wrong:
        what = f"is no UTF-8 text, at byte {wrong.start}"
    except RecursionError:
        what = "lies too deep inside itself"
    except ValueError as wrong:  # TOMLDecodeError, and numbers too long to read
        what = str(wrong)
    match = WHERE.fullmatch(what)
    raise Mistakes(((match[2].removeprefix("at "), match[1]) if match else ("", what),))


def _shop_of(file: Row, version: str) -> ShopFile:
    """What is read, made up where the file has mistakes."""
    currency = file.text("currency")
    file.checked("currency", currency, minor_digits, f"{currency!r} is no currency (ISO 4217)")
    settings = _settings_of(file, currency)
    geography = Geography.of(file)
    _country_is_there(settings.default_country_code, geography, file)
    products = products_of(file, currency)
    delivery, shipping = delivery_options_of(file), shipping_options_of(file, geography)
    payment, banks = payment_options_of(file, geography), banks_of(file)
    cards, bins = cards_of(file, banks, settings.default_card_slug)
    accounts, customers = bank_accounts_of(file, banks), customers_of(file, geography, settings)
    countries = tuple(geography.countries.active)
    guest = file.text_or_none("guest_addresses_of")
    if guest is not None and guest not in customers:
        file.refuse("guest_addresses_of", f"no customer has the account {guest!r}{did_you_mean(guest, customers)}")
    _something_of(
        {"products": products, "delivery_options": delivery, "shipping_options": shipping, "payment_options": payment},
        file,
    )
    return ShopFile(
        currency,
        products,
        coupons_of(file),
        Shop(version, delivery, shipping, payment, countries, cards, accounts, contracts_of(file)),
        bins,
        customers,
        customers[guest].addresses if guest is not None and guest in customers else (),
        tuple(geography.cities.active),
        tuple(geography.townships.active),
        tuple(geography.districts.active),
        settings,
    )


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
