"""A shop as a TOML file: what it says is read exactly."""

from __future__ import annotations

import tomllib

import pytest

from checkout_core.effects import Item
from checkout_core.money import Money
from checkout_core.order import Line
from checkout_core.rules.availability import PAYMENT_RULES, SHIPPING_RULES
from checkout_core.rules.calculators import CALCULATORS
from checkout_core.sandbox import load_shop
from checkout_core.shop import Installment

from .shopfiles import TEXT, edited, mistakes


def test_the_default_shop_sells_a_mug_and_a_t_shirt():
    products = load_shop().products
    assert products["mug"].price == Money("35.10", "TRY")
    assert products["t-shirt"].price == Money("60.00", "TRY")
    assert products["mug"].line(2) == Line(
        1001, "mug", "Mug", 2, Money("35.10", "TRY"), 400, 200_000, "/mug/", "/media/mug.jpg"
    )


def test_the_default_shop_has_what_a_demonstration_needs():
    file = load_shop()
    stock = {product.stock for product in file.products.values()}
    assert min(stock) <= 2
    assert max(stock) >= 1000
    assert any(product.weight > 30_000 for product in file.products.values())
    assert len(file.shop.countries) >= 2
    assert all((file.cities, file.townships, file.districts))
    assert [option.delivery_option_type for option in file.shop.delivery_options] == ["customer"]
    assert {card.three_d for card in file.shop.cards} == {True, False}
    assert [account.currency for account in file.shop.bank_accounts].count("TRY") == 2
    assert len(file.customers) == 2
    assert [(address.pk, address.title) for address in file.guest_addresses] == [(11, "Home"), (12, "Work")]


def test_of_products_without_stock_nobody_counts():
    file = load_shop(edited(("stock = 45\n", "")))
    assert file.products["t-shirt"].stock is None
    assert Item("stock", "poster", 2) in file.limited
    assert {item.subject for item in file.limited} == {*file.products} - {"t-shirt"}


def test_plans_are_read_as_millionths_under_the_pk_of_their_count():
    (card,) = (card for card in load_shop().shop.cards if card.slug == "example-card")
    assert card.installments == (
        Installment(1, 1, "At once"),
        Installment(3, 3, "3 instalments", 50_000),
        Installment(6, 6, "6 instalments", 90_000),
        Installment(9, 9, "9 instalments", 132_500),
    )


def test_rows_are_linked_by_value():
    shop = load_shop().shop
    account = shop.bank_accounts[0]
    assert account.bank == shop.cards[0].bank
    assert account.iban == "TR33 0006 1005 1978 6457 8413 26"
    address = load_shop().customers["ada"].addresses[0]
    assert (address.country.code, address.city.name, address.district.city) == ("TR", "İstanbul", address.city.pk)


def test_the_primary_address_comes_first():
    swapped = edited(("primary = true\n\n", "\n"), ("is_corporate = true", "primary = true"))
    assert [address.pk for address in load_shop(swapped).customers["ada"].addresses] == [12, 11]


def test_options_come_in_the_order_an_admin_gave_them():
    text = edited(
        ("sort_order = 1\nactive = false", ""),
        ('slug = "address"', 'slug = "address"\nsort_order = 5'),
    )
    assert [option.pk for option in load_shop(text).shop.delivery_options] == [2, 1]


def test_rows_that_are_switched_off_are_left_out_and_checked_nevertheless():
    off = edited(('sku = "mug"', 'sku = "mug"\nactive = false'), ("pk = 22\n", "pk = 22\nactive = false\n"))
    file = load_shop(off)
    assert "mug" not in file.products
    assert 22 not in [option.pk for option in file.shop.shipping_options]
    assert mistakes(off.replace('name = "Mug"', "name = 7", 1)) == [
        ("products[0].name", "wants text, not a whole number")
    ]


def test_a_row_that_is_switched_off_may_still_be_named_by_others():
    file = load_shop(edited(('name = "Germany"', 'name = "Germany"\nactive = false')))
    assert [country.code for country in file.shop.countries] == ["TR", "GB"]
    assert file.customers["grace"].addresses[1].country.code == "DE"


def test_settings_are_read_by_their_names_in_the_documents():
    settings = load_shop(edited(("CAN_GUEST_PURCHASE = true", "CAN_GUEST_PURCHASE = false"))).settings
    assert settings.can_guest_purchase is False
    assert settings.three_d_secure_enabled is True
    assert settings.three_d_secure_rules[0].limit == Money("10000.00", "TRY")


def test_every_change_of_the_file_is_another_version_of_the_shop():
    assert load_shop().shop.version == load_shop(TEXT).shop.version
    assert load_shop(edited(('name = "Standard"', 'name = "Slow"'))).shop.version != load_shop().shop.version


def test_the_bins_of_a_card_that_is_switched_off_are_nobodys():
    off = 'slug = "careful-amex"\nactive = false'
    file = load_shop(edited(('slug = "careful-amex"', off), ('bins = ["411111"]', 'bins = ["411111", "378282"]')))
    assert file.card_of("378282") == 103


@pytest.mark.parametrize(
    ("bin_number", "slug"),
    [
        ("542119", "example-card"),
        ("54211999", "example-card"),
        ("54212100", "careful-card"),
        ("54212149", "careful-card"),
        ("54212150", None),
        ("54212099", "careful-card"),
        ("542121", None),  # only half of these numbers are known to be somebody's
        ("542118", None),
        ("000000", None),
        ("999999", None),
        ("GPAY00", None),
    ],
)
def test_a_bin_is_somebodys_where_all_its_numbers_are(bin_number, slug):
    file = load_shop()
    slugs = {card.pk: card.slug for card in file.shop.cards}
    assert slugs.get(file.card_of(bin_number)) == slug


def test_the_default_shop_shows_how_to_write_rules_and_calculators():
    written = tomllib.loads(TEXT)
    shown = {
        rule["slug"]
        for table in ("shipping_options", "payment_options")
        for row in written[table]
        for rule in row["rules"]
    }
    assert shown <= SHIPPING_RULES.keys() | PAYMENT_RULES.keys()
    assert len(shown) >= 4
    assert {row["calculator"]["slug"] for row in written["shipping_options"]} <= CALCULATORS.keys()


def test_a_file_of_the_hosts_own_loads(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(edited(('name = "Mug"', 'name = "Cup"')), "utf-8")
    assert load_shop(path).products["mug"].name == "Cup"
