"""What a shop file says of products, options, cards and bank accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, get_args

from attrs import frozen
from stdnum import iban

from ..money import Money, minor_digits
from ..order import Line
from ..rules.availability import PAYMENT_RULES, SHIPPING_RULES
from ..rules.calculators import CALCULATORS, Free
from ..shop import (
    Bank,
    BankAccount,
    Card,
    CardType,
    Contract,
    DeliveryKind,
    DeliveryOption,
    Installment,
    PaymentOption,
    ShippingOption,
)
from ._places import Geography
from ._rows import Row, Table, unique

CardPayment = Literal["credit", "debit", "prepaid"]

BIN = re.compile(r"([0-9]{6}|[0-9]{8})(?:-([0-9]{6}|[0-9]{8}))?")
DIGITS = 8  # a range is kept in these; a BIN of 6 stands for all that begin with it


@frozen
class Product:
    """What is sold, and how many there are: None where nobody counts."""

    pk: int
    sku: str
    name: str
    price: Money
    weight: int  # grams
    stock: int | None
    tax_rate: int = 0  # millionths, included in the price
    absolute_url: str = ""
    image: str | None = None

    def line(self, quantity: int) -> Line:
        """So many of it in a basket."""
        return Line(
            self.pk, self.sku, self.name, quantity, self.price, self.weight, self.tax_rate, self.absolute_url,
            self.image,
        )  # fmt: skip


@frozen(order=True)
class BinRange:
    """All BINs of 8 digits from `first` to `last`, both included."""

    first: int
    last: int
    card: int  # pk


def products_of(file: Row, currency: str) -> Mapping[str, Product]:
    """By sku."""
    rows = file.rows("products")
    unique(rows, "sku")

    def product(row: Row, pk: int) -> Product:
        price = row.money("price")
        if row.sound and price.currency != currency:
            row.refuse("price", f"is in {price.currency}, and the shop sells in {currency}")
        return Product(
            pk, row.text("sku"), row.text("name"), price, row.whole("weight"), row.whole_or_none("stock"),
            row.rate("tax_rate"), row.text_or_none("absolute_url") or "", row.text_or_none("image"),
        )  # fmt: skip

    return {each.sku: each for each in Table.of(rows, "products", product).active}


def coupons_of(file: Row) -> Mapping[str, int]:
    """How often each may be used, by its code."""
    rows = file.rows("coupons")
    unique(rows, "code")
    uses = {}
    for row in rows:
        uses[row.text("code")] = row.whole("uses", least=1)
        row.done()
    return uses


def delivery_options_of(file: Row) -> tuple[DeliveryOption, ...]:
    """In the order of `sort_order`, then of the file."""
    rows = _slugs(file, "delivery_options")

    def option(row: Row, pk: int) -> DeliveryOption:
        kind = row.choice("delivery_option_type", get_args(DeliveryKind), "customer")
        return DeliveryOption(pk, row.text("slug"), row.text("name"), kind, row.whole("sort_order", absent=0))

    found = Table.of(rows, "delivery_options", option).active
    return tuple(sorted(found, key=lambda each: each.sort_order))


def shipping_options_of(file: Row, geography: Geography) -> tuple[ShippingOption, ...]:
    rows = _slugs(file, "shipping_options")

    def option(row: Row, pk: int) -> ShippingOption:
        geography.check_rules(row, "rules")
        return ShippingOption(
            pk, row.text("name"), row.text("slug"), row.loaded("calculator", CALCULATORS) or Free(),
            row.all_loaded("rules", SHIPPING_RULES), row.text_or_none("logo"), row.text_or_none("description"),
        )  # fmt: skip

    return tuple(Table.of(rows, "shipping_options", option).active)


def payment_options_of(file: Row, geography: Geography) -> tuple[PaymentOption, ...]:
    rows = _slugs(file, "payment_options")

    def option(row: Row, pk: int) -> PaymentOption:
        geography.check_rules(row, "rules")
        return PaymentOption(
            pk, row.text("name"), row.text("slug"), row.text("payment_type"), row.text_or_none("gateway"),
            row.all_loaded("rules", PAYMENT_RULES),
        )  # fmt: skip

    return tuple(Table.of(rows, "payment_options", option).active)


def _slugs(file: Row, name: str) -> tuple[Row, ...]:
    """The rows of that table, each with a slug of its own."""
    rows = file.rows(name)
    unique(rows, "slug")
    return rows


def banks_of(file: Row) -> Table[Bank]:
    def bank(row: Row, pk: int) -> Bank:
        return Bank(pk, row.text("name"), row.text("slug"), row.text_or_none("logo"))

    return Table.of(_slugs(file, "banks"), "banks", bank)


def bank_accounts_of(file: Row, banks: Table[Bank]) -> tuple[BankAccount, ...]:
    """In the order of `sort_order`, then of the file."""
    rows = file.rows("bank_accounts")

    def account(row: Row, pk: int) -> BankAccount | None:
        bank, holder = row.one("bank", banks), row.text("holder_name")
        written, currency = row.text("iban"), row.text("currency")
        row.checked("iban", written, iban.validate, "is no IBAN, or a digit is mistyped")
        row.checked("currency", currency, minor_digits, f"{currency!r} is no currency (ISO 4217)")
        about, position = row.text_or_none("description") or "", row.whole("sort_order", absent=0)
        return BankAccount(pk, bank, holder, iban.format(written), currency, about, position) if bank else None

    found = Table.of(rows, "bank_accounts", account).active
    unique(rows, "iban")
    return tuple(sorted(found, key=lambda each: each.sort_order))


def contracts_of(file: Row) -> tuple[Contract, ...]:
    found = []
    for row in _slugs(file, "contracts"):
        found.append(Contract(row.text("slug"), row.text("title"), row.text("text")))
        row.done()
    return tuple(found)


def cards_of(file: Row, banks: Table[Bank], default: str) -> tuple[tuple[Card, ...], tuple[BinRange, ...]]:
    """The cards, and whose BINs are whose; `default` is the slug of the card that stands for all other BINs."""
    types = Table.of(_slugs(file, "card_types"), "card_types", _card_type)
    rows = _slugs(file, "cards")
    ranges: list[tuple[Row, str, BinRange]] = []

    def card(row: Row, pk: int) -> Card | None:
        name, slug = row.text("name"), row.text("slug")
        bank, scheme = row.one("bank", banks), row.one("card_type", types)
        kind = row.choice("card_payment_type", get_args(CardPayment), "credit")
        three_d = row.flag("three_d", absent=False)
        plans = row.rows("installments")
        unique(plans, "installment_count")
        installments = tuple(Table.of(plans, f"{row.at}.installments", _installment).active)
        if row.sound and not installments:
            row.refuse("installments", "wants at least one plan; 1 is paid at once")
        mine = _ranges(row, pk)
        if row.written.get("active", True) is not False:
            ranges.extend(mine)
            if row.sound and not mine and slug != default:
                row.refuse("bins", f"wants at least one, or nobody has this card; only {default!r} stands for the rest")
        return Card(pk, name, slug, bank, scheme, kind, three_d, installments) if bank and scheme else None

    found = tuple(Table.of(rows, "cards", card).active)
    _overlaps(ranges)
    if not file.mistakes and default not in [each.slug for each in found]:
        file.refuse("cards", f"none that is active has the slug {default!r}, which DEFAULT_CARD_SLUG names")
    return found, tuple(sorted(each for _, _, each in ranges))


def _card_type(row: Row, pk: int) -> CardType:
    return CardType(pk, row.text("name"), row.text("slug"), row.text_or_none("logo"))


def _installment(row: Row, pk: int) -> Installment:
    count = row.whole("installment_count", least=1)
    return Installment(pk, count, row.text_or_none("label") or "", row.rate("interest"))


def _ranges(row: Row, card: int) -> list[tuple[Row, str, BinRange]]:
    """The BINs written in that row, with their place."""
    found: list[tuple[Row, str, BinRange]] = []
    for n, written in enumerate(row.texts("bins")):
        key = f"bins[{n}]"
        match = BIN.fullmatch(written)
        if match is None or len(match[2] or match[1]) != len(match[1]):
            row.refuse(key, "wants 6 or 8 digits, or from and to: 54211900-54211949")  # never what was written: a card?
            continue
        first, last = match[1].ljust(DIGITS, "0"), (match[2] or match[1]).ljust(DIGITS, "9")
        if first > last:
            row.refuse(key, f"{written} ends before it begins")
            continue
        found.append((row, key, BinRange(int(first), int(last), card)))
    return found


def _overlaps(ranges: list[tuple[Row, str, BinRange]]) -> None:
    """Refuses a range that begins inside an earlier one."""
    reached: tuple[Row, str, BinRange] | None = None
    for row, key, each in sorted(ranges, key=lambda found: found[2]):
        if reached is not None and each.first <= reached[2].last:
            row.refuse(key, f"overlaps {reached[0].place(reached[1])}")
        if reached is None or each.last > reached[2].last:
            reached = row, key, each
