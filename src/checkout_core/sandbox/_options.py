"""What a shop file says of ways to send and to pay, cards and bank accounts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Literal, get_args

from attrs import frozen
from stdnum import iban

from ..money import minor_digits
from ..rules.availability import PAYMENT_RULES, SHIPPING_RULES
from ..rules.calculators import CALCULATORS, Free
from ..shop import (
    AttributeBasedShippingOption,
    Bank,
    BankAccount,
    Card,
    CardType,
    Contract,
    DataSource,
    DataSourceShippingOption,
    Installment,
    PaymentChoice,
    PaymentOption,
    PaymentOptionConfig,
    ShippingOption,
)
from ._places import Geography
from ._rows import Row, Table, all_called, check_links, did_you_mean, unique

CardPayment = Literal["credit", "debit", "prepaid"]

BIN = re.compile(r"([0-9]{6}|[0-9]{8})(?:-([0-9]{6}|[0-9]{8}))?")
VIRTUAL = re.compile(r"[A-Z]{2,8}[0-9]{0,4}")  # what stands for a whole scheme where no digits do
FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
DIGITS = 8  # a range is kept in these; a BIN of 6 stands for all that begin with it


@frozen
class Links:
    """What rules and calculators of a row may name."""

    geography: Geography
    sources: Table[DataSource]
    carriers: Collection[str]  # services that price a parcel

    def check(self, row: Row, products: Collection[int] = ()) -> None:
        """Refuses what the tables do not have; `products`: the keys of all, where a benefit may name some."""
        tables = {**self.geography.tables, "data_sources": self.sources.by_pk}
        for key in ("rules", "calculator"):
            check_links(row, key, tables)
        check_links(row, "benefit", {**tables, "products": products})
        for at, amounts in all_called("amounts", row.written.get("calculator"), "calculator"):
            for key in amounts if isinstance(amounts, dict) else ():
                if key.isdecimal() and int(key) not in self.sources.by_pk:
                    row.refuse(f"{at}.{key}", f"there is no {key} in data_sources")
        for at, name in all_called("service", row.written.get("calculator"), "calculator"):
            if isinstance(name, str) and name not in self.carriers:
                row.refuse(at, f"no carrier is called {name!r}{did_you_mean(name, self.carriers)}")


@frozen(order=True)
class BinRange:
    """All BINs of 8 digits from `first` to `last`, both included."""

    first: int
    last: int
    card: int  # pk


def shipping_options_of(file: Row, links: Links) -> tuple[ShippingOption, ...]:
    rows = _slugs(file, "shipping_options")

    def option(row: Row, pk: int) -> ShippingOption:
        links.check(row)
        required = row.texts("required_fields")
        for n, name in enumerate(required):
            if not FIELD.fullmatch(name):
                row.refuse(f"required_fields[{n}]", f"{name!r} is no name of a field, such as delivery_date")
            elif name in required[:n]:
                row.refuse(f"required_fields[{n}]", f"{name!r} is there already")
        return ShippingOption(
            pk, row.text("name"), row.text("slug"), row.loaded("calculator", CALCULATORS) or Free(),
            row.all_loaded("rules", SHIPPING_RULES), row.text_or_none("logo"), row.text_or_none("description"),
            required,
        )  # fmt: skip

    return tuple(Table.of(rows, "shipping_options", option).active)


def data_source_options_of(file: Row, links: Links) -> tuple[DataSourceShippingOption, ...]:
    def option(row: Row, pk: int) -> DataSourceShippingOption:
        links.check(row)
        source = row.one("data_source", links.sources, optional=True)
        return DataSourceShippingOption(
            pk, row.text("name"), source.pk if source else None, row.loaded("calculator", CALCULATORS) or Free(),
            row.all_loaded("rules", SHIPPING_RULES), row.text_or_none("description"),
        )  # fmt: skip

    name = "data_source_shipping_options"
    return tuple(Table.of(file.rows(name), name, option).active)


def attribute_options_of(file: Row, links: Links) -> tuple[AttributeBasedShippingOption, ...]:
    def option(row: Row, pk: int) -> AttributeBasedShippingOption:
        links.check(row)
        value, default = row.text_or_none("attribute_value"), row.flag("is_default", absent=False)
        if row.sound and value is None and not default:
            row.refuse("attribute_value", "wants the name of a group, unless is_default = true")
        return AttributeBasedShippingOption(
            pk, row.text("shipping_option_name"), row.loaded("calculator", CALCULATORS) or Free(), value, default,
            row.all_loaded("rules", SHIPPING_RULES),
        )  # fmt: skip

    name = "attribute_based_shipping_options"
    return tuple(Table.of(file.rows(name), name, option).active)


def payment_options_of(file: Row, links: Links) -> tuple[PaymentOption, ...]:
    rows = _slugs(file, "payment_options")

    def option(row: Row, pk: int) -> PaymentOption:
        links.check(row)
        return PaymentOption(
            pk, row.text("name"), row.text("slug"), row.text("payment_type"), row.text_or_none("gateway"),
            row.all_loaded("rules", PAYMENT_RULES), _config_of(row),
        )  # fmt: skip

    return tuple(Table.of(rows, "payment_options", option).active)


def _config_of(row: Row) -> PaymentOptionConfig:
    """What an admin has set of the option, under the keys the documents give it."""
    config = Row(row.place("config"), row.table("config"), row.mistakes)
    choices = config.rows("payment_choices")
    unique(choices, "value")
    found = []
    for each in choices:
        found.append(PaymentChoice(each.text("value"), each.text("label"), each.money("price")))
        each.done()
    words = Row(config.place("sms_config"), config.table("sms_config"), row.mistakes)
    seconds, text = config.whole("verify_timeout", least=1, absent=180), words.text_or_none("message") or "{code}"
    if "{code}" not in text:
        words.refuse("message", "wants {code} in it, or nobody learns the code")
    said = PaymentOptionConfig(
        tuple(found), config.flag("skip_pod_choices", absent=False), config.flag("sms_verification", absent=False),
        timedelta(seconds=seconds), text,
    )  # fmt: skip
    words.done()
    config.done()
    return said


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


def cards_of(
    file: Row, banks: Table[Bank], default: str
) -> tuple[tuple[Card, ...], tuple[BinRange, ...], Mapping[str, int]]:
    """The cards, whose BINs are whose, and which card a BIN stands for that is no number.

    `default` is the slug of the card that stands for all other BINs.
    """
    types = Table.of(_slugs(file, "card_types"), "card_types", _card_type)
    rows = _slugs(file, "cards")
    ranges: list[tuple[Row, str, BinRange]] = []
    virtual: dict[str, int] = {}

    def card(row: Row, pk: int) -> Card | None:
        name, slug = row.text("name"), row.text("slug")
        bank, scheme = row.one("bank", banks), row.one("card_type", types)
        kind = row.choice("card_payment_type", get_args(CardPayment), "credit")
        three_d, companys = row.flag("three_d", absent=False), row.flag("is_commerce_card", absent=False)
        plans = row.rows("installments")
        unique(plans, "installment_count")
        installments = tuple(Table.of(plans, f"{row.at}.installments", _installment).active)
        if row.sound and not installments:
            row.refuse("installments", "wants at least one plan; 1 is paid at once")
        mine, stands_for = _ranges(row, pk), row.text_or_none("virtual_bin")
        if stands_for is not None and not VIRTUAL.fullmatch(stands_for):
            row.refuse("virtual_bin", "wants capitals and digits, such as GPAY00")
        if row.written.get("active", True) is not False:
            ranges.extend(mine)
            virtual.update({} if stands_for is None else {stands_for: pk})
            if row.sound and not mine and stands_for is None and slug != default:
                row.refuse("bins", f"wants at least one, or nobody has this card; only {default!r} stands for the rest")
        return Card(pk, name, slug, bank, scheme, kind, three_d, installments, companys) if bank and scheme else None

    found = tuple(Table.of(rows, "cards", card).active)
    _overlaps(ranges)
    if not file.mistakes and default not in [each.slug for each in found]:
        file.refuse("cards", f"none that is active has the slug {default!r}, which DEFAULT_CARD_SLUG names")
    return found, tuple(sorted(each for _, _, each in ranges)), virtual


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
