"""A shop as a TOML file: what it says is read exactly, and every mistake in it is told with its place."""

from __future__ import annotations

import tomllib

import pytest
from attrs import evolve

from checkout_core.money import Money
from checkout_core.order import Line
from checkout_core.rules.availability import PAYMENT_RULES, SHIPPING_RULES
from checkout_core.rules.calculators import CALCULATORS
from checkout_core.sandbox import DEFAULT, load_shop
from checkout_core.shop import BankAccount, Installment, Misconfigured

TEXT = DEFAULT.read_text("utf-8")


def edited(*edits):
    """The default file with these replacements of text that is there: `(old, new)`, the first one of each."""
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def mistakes(text):
    with pytest.raises(Misconfigured) as caught:
        load_shop(text)
    assert str(caught.value).count("\n") == len(caught.value.mistakes) - 1
    return list(caught.value.mistakes)


# ---------------------------------------------------------------- what loads


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
    assert account == evolve(account, bank=shop.cards[0].bank, iban="TR33 0006 1005 1978 6457 8413 26")
    assert isinstance(account, BankAccount)
    address = load_shop().customers["ada"].addresses[0]
    assert (address.country.code, address.city.name, address.district.city) == ("TR", "İstanbul", address.city.pk)


def test_the_primary_address_comes_first():
    swapped = edited(("primary = true\n\n", "\n"), ("is_corporate = true", "primary = true"))
    assert [address.pk for address in load_shop(swapped).customers["ada"].addresses] == [12, 11]


def test_options_come_in_the_order_an_admin_gave_them():
    text = edited(("sort_order = 1\nactive = false", "sort_order = -0\n"), ('slug = "address"', 'slug = "address"\nsort_order = 5'))
    assert [option.pk for option in load_shop(text).shop.delivery_options] == [2, 1]


def test_rows_that_are_switched_off_are_left_out_and_checked_nevertheless():
    off = edited(('sku = "mug"', 'sku = "mug"\nactive = false'), ("pk = 22\n", "pk = 22\nactive = false\n"))
    file = load_shop(off)
    assert "mug" not in file.products
    assert 22 not in [option.pk for option in file.shop.shipping_options]
    assert mistakes(off.replace('name = "Mug"', "name = 7", 1)) == [("products[0].name", "wants text, not a whole number")]


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
    ],
)
def test_a_bin_is_somebodys_where_all_its_numbers_are(bin_number, slug):
    file = load_shop()
    slugs = {card.pk: card.slug for card in file.shop.cards}
    assert slugs.get(file.card_of(bin_number)) == slug


def test_the_default_shop_shows_how_to_write_rules_and_calculators():
    written = tomllib.loads(TEXT)
    shown = {rule["slug"] for table in ("shipping_options", "payment_options") for row in written[table] for rule in row["rules"]}
    assert shown <= SHIPPING_RULES.keys() | PAYMENT_RULES.keys()
    assert len(shown) >= 4
    assert {row["calculator"]["slug"] for row in written["shipping_options"]} <= CALCULATORS.keys()


# ---------------------------------------------------------------- what is refused, and where

WRONG = {
    "a pk twice": (("pk = 22\n", "pk = 21\n"), ("shipping_options[1].pk", "21 is used by an earlier row of shipping_options")),
    "a pk of nothing": (("pk = 22\n", "pk = 0\n"), ("shipping_options[1].pk", "wants 1 or more")),
    "a sku twice": (('sku = "poster"', 'sku = "mug"'), ("products[2].sku", "'mug' is used by an earlier row")),
    "a missing key": (('name = "Mug"\n', ""), ("products[0].name", "is missing")),
    "an empty text": (('name = "Mug"', 'name = " "'), ("products[0].name", "must not be empty")),
    "an unknown key": (("weight = 400", "weight = 400\nwieght = 1"), ("products[0].wieght", "no such key; did you mean weight?")),
    "an unknown table": (("[settings]", "[setings]"), ("setings", "no such key; did you mean settings?")),
    "money as a fraction": (
        ('price = "35.10 TRY"', "price = 35.10"),
        ("products[0].price", 'wants an amount as text, "29.90 TRY", not a fraction'),
    ),
    "money as a number": (
        ('price = "35.10 TRY"', "price = 35"),
        ("products[0].price", 'wants an amount as text, "29.90 TRY", not a whole number'),
    ),
    "money without a currency": (
        ('price = "35.10 TRY"', 'price = "35.10"'),
        ("products[0].price", "'35.10' is no amount such as \"29.90 TRY\""),
    ),
    "money below zero": (('price = "35.10 TRY"', 'price = "-35.10 TRY"'), ("products[0].price", "'-35.10 TRY' is no amount such as \"29.90 TRY\"")),
    "half a kurus": (('price = "35.10 TRY"', 'price = "35.105 TRY"'), ("products[0].price", "35.105 TRY is no whole number of minor units")),
    "no currency of this world": (('price = "35.10 TRY"', 'price = "35.10 TRL"'), ("products[0].price", "'TRL' is no ISO 4217 code")),
    "another currency": (('price = "35.10 TRY"', 'price = "35.10 EUR"'), ("products[0].price", "is in EUR, and the shop sells in TRY")),
    "a weight below zero": (("weight = 400", "weight = -1"), ("products[0].weight", "wants 0 or more")),
    "true for 1": (("stock = 120", "stock = true"), ("products[0].stock", "wants a whole number, not true or false")),
    "1 for true": (("three_d = true", "three_d = 1"), ("cards[1].three_d", "wants true or false, not a whole number")),
    "a rate as a fraction": (
        ('interest = "5 %"', "interest = 0.05"),
        ("cards[0].installments[1].interest", 'wants percent as text, "5 %", not a fraction'),
    ),
    "a rate without its unit": (
        ('interest = "5 %"', 'interest = "0.05"'),
        ("cards[0].installments[1].interest", "'0.05' is no rate such as \"5 %\" or \"2.25 %\""),
    ),
    "a city of nowhere": (("country = 1\n\n[[cities]]", "country = 9\n\n[[cities]]"), ("cities[0].country", "there is no 9 in countries")),
    "a country without a code": (
        ('code = "GB"', 'code = "uk1"'),
        ("countries[1].code", "'uk1' is no country code of two capitals (ISO 3166)"),
    ),
    "an unknown rule": (
        ('slug = "basket-weight-rule", at_most = 30000', 'slug = "basket-wieght-rule", at_most = 30000'),
        ("shipping_options[0].rules[1].slug", None),
    ),
    "a rule about no country": (
        ('slug = "country-rule", countries = [1] }', 'slug = "country-rule", countries = [7] }'),
        ("shipping_options[1].rules[0].countries", "there is no 7 in countries"),
    ),
    "a place in a rule in a rule": (
        ('{ slug = "country-rule", countries = [1] }', '{ slug = "not-rule", child = { slug = "city-rule", cities = [6, 77] } }'),
        ("shipping_options[1].rules[0].child.cities", "there is no 77 in cities"),
    ),
    "a rule with a wrong parameter": (
        ('slug = "country-rule", countries = [1] }', 'slug = "country-rule", countries = ["TR"] }'),
        ("shipping_options[1].rules[0].countries[0]", "wants a whole number, not text"),
    ),
    "an unknown calculator": (('slug = "fixed", amount', 'slug = "fix", amount'), ("shipping_options[1].calculator.slug", None)),
    "no calculator": (
        ('calculator = { slug = "fixed", amount = "59.90 TRY" }\n', ""),
        ("shipping_options[1].calculator", "is missing"),
    ),
    "a price as a fraction in a calculator": (
        ('amount = "59.90 TRY"', "amount = 59.90"),
        ("shipping_options[1].calculator.amount", 'wants an amount as text, "10.00 TRY", not a fraction'),
    ),
    "an unknown way to deliver": (
        ('delivery_option_type = "customer"', 'delivery_option_type = "custumer"'),
        (
            "delivery_options[0].delivery_option_type",
            "'custumer' is none of customer, retail_store, pickup_location; did you mean customer?",
        ),
    ),
    "a card of no bank": (("bank = 1\ncard_type = 1", "bank = 8\ncard_type = 1"), ("cards[0].bank", "there is no 8 in banks")),
    "a plan twice": (("installment_count = 3", "installment_count = 1"), ("cards[0].installments[1].installment_count", "1 is used by an earlier row")),
    "a BIN that is too short": (('["542119"]', '["54211"]'), ("cards[0].bins[0]", None)),
    "a BIN that is no text": (('["542119"]', "[542119]"), ("cards[0].bins[0]", "wants text, not a whole number")),
    "BINs that overlap": (('"378282"', '"378282", "54211950"'), ("cards[3].bins[1]", "overlaps cards[0].bins[0]")),
    "BINs that are the same": (('"378282"', '"378282", "378282"'), ("cards[3].bins[1]", "overlaps cards[3].bins[0]")),
    "a range backwards": (
        ("54212100-54212149", "54212149-54212100"),
        ("cards[1].bins[1]", "54212149-54212100 ends before it begins"),
    ),
    "a range of two lengths": (("54212100-54212149", "542121-54212149"), ("cards[1].bins[1]", None)),
    "a card nobody has": (
        ('bins = ["378282"]', "bins = []"),
        ("cards[3].bins", "wants at least one, or nobody has this card; only 'other' stands for the rest"),
    ),
    "no default card": (
        ('DEFAULT_CARD_SLUG = "other"', 'DEFAULT_CARD_SLUG = "example-card"\n'),
        ("cards[5].bins", "wants at least one, or nobody has this card; only 'example-card' stands for the rest"),
    ),
    "a default card that is switched off": (
        ('slug = "other"\nbank = 99', 'slug = "other"\nactive = false\nbank = 99'),
        ("cards", "none that is active has the slug 'other', which DEFAULT_CARD_SLUG names"),
    ),
    "a mistyped IBAN": (("8413 26", "8413 62"), ("bank_accounts[0].iban", "is no IBAN, or a digit is mistyped")),
    "an account in no currency": (('currency = "EUR"', 'currency = "EURO"'), ("bank_accounts[2].currency", "'EURO' is no currency (ISO 4217)")),
    "a mistyped identity number": (('"10000000146"', '"10000000147"'), ("customers[0].addresses[0].identity_number", "is no Turkish identity number")),
    "a mistyped tax number": (('"4810584400"', '"4810584401"'), ("customers[0].addresses[1].tax_no", "is no Turkish tax number")),
    "no phone number": (('phone_number = "+442079460123"', 'phone_number = "12"'), ("customers[1].addresses[0].phone_number", "is no phone number of United Kingdom")),
    "a customer's phone": (('phone = "05551112233"', 'phone = "555"'), ("customers[0].phone", "'555' would be refused by the checkout's own forms")),
    "a customer's e-mail": (("ada@example.org", "ada"), ("customers[0].email", "'ada' would be refused by the checkout's own forms")),
    "a customer twice": (('account = "grace"', 'account = "ada"'), ("customers[1].account", "'ada' is used by an earlier row")),
    "an address of another customer": (("pk = 13", "pk = 11"), ("customers[1].addresses[0].pk", "11 is used by an earlier row of addresses")),
    "guests of nobody": (('guest_addresses_of = "ada"', 'guest_addresses_of = "adda"'), ("guest_addresses_of", "no customer has the account 'adda'; did you mean ada?")),
    "a setting of no shop": (("CAN_GUEST_PURCHASE", "CAN_GUEST_PURCHASES"), ("settings.CAN_GUEST_PURCHASES", "no such setting; did you mean CAN_GUEST_PURCHASE?")),
    "a setting of another type": (("CAN_GUEST_PURCHASE = true", 'CAN_GUEST_PURCHASE = "yes"'), ("settings.CAN_GUEST_PURCHASE", "wants true or false, not text")),
    "a wrong rule for 3-D Secure": (('limit = "10000.00 TRY"', "limit = 10000.5"), ("settings.THREE_D_SECURE_RULES[0].defaults", None)),
    "nothing to deliver by": (('slug = "address"', 'slug = "address"\nactive = false'), ("delivery_options", "none is active, so nobody can buy")),
}  # fmt: skip
@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_with_its_place(name):
    edit, (place, says) = WRONG[name]
    ((where, what),) = mistakes(edited(edit))
    assert where == place
    assert says is None or what == says
    assert what


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (
            ("district = 340101", "district = 60101"),
            [
                ("customers[0].addresses[0].district", "does not lie in İstanbul"),
                ("customers[0].addresses[0].district", "does not lie in Kadıköy"),
            ],
        ),
        (
            ("city = 34\ntownship = 3402\n\n", "city = 6\ntownship = 3402\n\n"),
            [
                ("districts[2].township", "does not lie in Ankara"),
            ],
        ),
        (
            ("country = 2\ncity = 201", "country = 2\ncity = 301"),
            [
                ("customers[1].addresses[0].city", "does not lie in United Kingdom"),
                ("customers[1].addresses[0].township", "does not lie in Berlin"),
            ],
        ),
    ],
)
def test_places_that_do_not_lie_in_each_other_are_told(edit, found):
    assert mistakes(edited(edit)) == found


def test_a_shop_without_a_currency_is_told_so():
    assert mistakes(edited(('currency = "TRY"\n', "")))[0] == ("currency", "is missing")


def test_a_default_country_the_shop_does_not_know_is_told():
    text = edited(('DEFAULT_COUNTRY_CODE = "TR"', 'DEFAULT_COUNTRY_CODE = "FR"'))
    assert ("settings.DEFAULT_COUNTRY_CODE", "no active country has the code 'FR'") in mistakes(text)


def test_a_table_where_rows_belong_is_told_how_to_write_them():
    text = 'currency = "TRY"\n[banks]\npk = 1\n'
    assert ("banks", "wants rows, [[banks]], not an object") in mistakes(text)
    assert ("cards[0].installments", "wants rows, [[cards.installments]], not a whole number") in mistakes(
        'currency = "TRY"\n[[cards]]\ninstallments = 3\n'
    )
    assert ("banks[1]", "wants a row, [[banks]], not text") in mistakes('banks = [{ pk = 1 }, "other"]')


def test_mistakes_all_over_a_file_are_told_at_once():
    names = [
        "a sku twice", "money as a fraction", "an unknown key", "a rule about no country", "a card of no bank",
        "BINs that overlap", "a mistyped IBAN", "a mistyped identity number", "a setting of no shop", "a plan twice",
    ]  # fmt: skip
    found = mistakes(edited(*(WRONG[name][0] for name in names)))
    assert sorted(found) == sorted(WRONG[name][1] for name in names)


def test_several_mistakes_of_one_row_are_told_at_once():
    text = edited(('name = "Mug"\nprice = "35.10 TRY"\nweight = 400', 'title = "Mug"\nprice = 35.10\nweight = "400"'))
    assert [where for where, _ in mistakes(text)] == [
        "products[0].price",
        "products[0].name",
        "products[0].weight",
        "products[0].title",
    ]


def test_a_row_with_a_mistake_is_no_mistake_of_those_that_name_it():
    assert mistakes(edited(('name = "Example Bank"', "name = 1"))) == [("banks[0].name", "wants text, not a whole number")]


def test_what_may_be_a_card_number_is_not_repeated():
    text = edited(('["542119"]', '["5421190000000009"]'))
    assert "5421190000000009" not in str(mistakes(text))


def test_toml_that_cannot_be_read_is_one_mistake_with_its_line():
    assert mistakes('currency = "TRY"\npk = = 1\n') == [("line 2, column 6", "Invalid value")]
    ((where, what),) = mistakes('currency = "TRY"\n[[banks]')
    assert (where, "]]" in what) == ("end of document", True)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 10_000, "\x00", "", "a = 1\na = 2"])
def test_no_text_makes_a_traceback(text):
    assert mistakes(text)


def test_a_file_that_is_not_there_or_no_text_is_one_mistake(tmp_path):
    assert mistakes(tmp_path / "shop.toml") == [("", "cannot be read: No such file or directory")]
    (tmp_path / "shop.toml").write_bytes(b'currency = "\xff"')
    assert mistakes(tmp_path / "shop.toml") == [("", "is no UTF-8 text, at byte 12")]


def test_a_file_of_the_hosts_own_loads(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(edited(('name = "Mug"', 'name = "Cup"')), "utf-8")
    assert load_shop(path).products["mug"].name == "Cup"
