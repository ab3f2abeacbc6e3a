"""Every mistake in a shop file is told, with its place, all at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .shopfiles import TEXT, edited, mistakes, told

WRONG = {
    "a pk twice": (
        ("pk = 22\n", "pk = 21\n"),
        ("shipping_options[1].pk", "21 is used by an earlier row of shipping_options"),
    ),
    "a pk of nothing": (("pk = 22\n", "pk = 0\n"), ("shipping_options[1].pk", "wants 1 or more")),
    "a sku twice": (('sku = "poster"', 'sku = "mug"'), ("products[2].sku", "'mug' is used by an earlier row")),
    "a missing key": (('name = "Mug"\n', ""), ("products[0].name", "is missing")),
    "an empty text": (('name = "Mug"', 'name = " "'), ("products[0].name", "must not be empty")),
    "an unknown key": (
        ("weight = 400", "weight = 400\nwieght = 1"),
        ("products[0].wieght", "no such key; did you mean weight?"),
    ),
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
    "money below zero": (
        ('price = "35.10 TRY"', 'price = "-35.10 TRY"'),
        ("products[0].price", "'-35.10 TRY' is no amount such as \"29.90 TRY\""),
    ),
    "half a kurus": (
        ('price = "35.10 TRY"', 'price = "35.105 TRY"'),
        ("products[0].price", "35.105 TRY is no whole number of minor units"),
    ),
    "no currency of this world": (
        ('price = "35.10 TRY"', 'price = "35.10 TRL"'),
        ("products[0].price", "'TRL' is no ISO 4217 code"),
    ),
    "another currency": (
        ('price = "35.10 TRY"', 'price = "35.10 EUR"'),
        ("products[0].price", "is in EUR, and the shop sells in TRY"),
    ),
    "a weight below zero": (("weight = 400", "weight = -1"), ("products[0].weight", "wants 0 or more")),
    "stock below zero": (("stock = 120", "stock = -1"), ("products[0].stock", "wants 0 or more")),
    "stock misspelt": (("stock = 120", "stok = 120"), ("products[0].stok", "no such key; did you mean stock?")),
    "true for 1": (("stock = 120", "stock = true"), ("products[0].stock", "wants a whole number, not true or false")),
    "1 for true": (("three_d = true", "three_d = 1"), ("cards[1].three_d", "wants true or false, not a whole number")),
    "a rate as a fraction": (
        ('interest = "5 %"', "interest = 0.05"),
        ("cards[0].installments[1].interest", 'wants percent as text, "5 %", not a fraction'),
    ),
    "a rate without its unit": (
        ('interest = "5 %"', 'interest = "0.05"'),
        ("cards[0].installments[1].interest", '\'0.05\' is no rate such as "5 %" or "2.25 %"'),
    ),
    "a city of nowhere": (
        ("country = 1\n\n[[cities]]", "country = 9\n\n[[cities]]"),
        ("cities[0].country", "there is no 9 in countries"),
    ),
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
        (
            '{ slug = "country-rule", countries = [1] }',
            '{ slug = "not-rule", child = { slug = "city-rule", cities = [6, 77] } }',
        ),
        ("shipping_options[1].rules[0].child.cities", "there is no 77 in cities"),
    ),
    "a rule with a wrong parameter": (
        ('slug = "country-rule", countries = [1] }', 'slug = "country-rule", countries = ["TR"] }'),
        ("shipping_options[1].rules[0].countries[0]", "wants a whole number, not text"),
    ),
    "an unknown calculator": (
        ('slug = "fixed", amount', 'slug = "fix", amount'),
        ("shipping_options[1].calculator.slug", None),
    ),
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
    "a card of no bank": (
        ("bank = 1\ncard_type = 1", "bank = 8\ncard_type = 1"),
        ("cards[0].bank", "there is no 8 in banks"),
    ),
    "a plan twice": (
        ("installment_count = 3", "installment_count = 1"),
        ("cards[0].installments[1].installment_count", "1 is used by an earlier row"),
    ),
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
    "an account in no currency": (
        ('currency = "EUR"', 'currency = "EURO"'),
        ("bank_accounts[2].currency", "'EURO' is no currency (ISO 4217)"),
    ),
    "a mistyped identity number": (
        ('"10000000146"', '"10000000147"'),
        ("customers[0].addresses[0].identity_number", "is no Turkish identity number"),
    ),
    "a mistyped tax number": (
        ('"4810584400"', '"4810584401"'),
        ("customers[0].addresses[1].tax_no", "is no Turkish tax number"),
    ),
    "no phone number": (
        ('phone_number = "+442079460123"', 'phone_number = "12"'),
        ("customers[1].addresses[0].phone_number", "is no phone number of United Kingdom"),
    ),
    "letters for a phone number": (
        ('phone_number = "+493012345678"', 'phone_number = "call me"'),
        ("customers[1].addresses[1].phone_number", "is no phone number of Germany"),
    ),
    "a customer's phone": (
        ('phone = "05551112233"', 'phone = "555"'),
        ("customers[0].phone", "'555' would be refused by the checkout's own forms"),
    ),
    "a customer's e-mail": (
        ("ada@example.org", "ada"),
        ("customers[0].email", "'ada' would be refused by the checkout's own forms"),
    ),
    "a customer twice": (
        ('account = "grace"', 'account = "ada"'),
        ("customers[1].account", "'ada' is used by an earlier row"),
    ),
    "an address of another customer": (
        ("pk = 13", "pk = 11"),
        ("customers[1].addresses[0].pk", "11 is used by an earlier row of addresses"),
    ),
    "guests of nobody": (
        ('guest_addresses_of = "ada"', 'guest_addresses_of = "adda"'),
        ("guest_addresses_of", "no customer has the account 'adda'; did you mean ada?"),
    ),
    "a setting of no shop": (
        ("CAN_GUEST_PURCHASE", "CAN_GUEST_PURCHASES"),
        ("settings.CAN_GUEST_PURCHASES", "no such setting; did you mean CAN_GUEST_PURCHASE?"),
    ),
    "a setting of another type": (
        ("CAN_GUEST_PURCHASE = true", 'CAN_GUEST_PURCHASE = "yes"'),
        ("settings.CAN_GUEST_PURCHASE", "wants true or false, not text"),
    ),
    "a wrong rule for 3-D Secure": (
        ('limit = "10000.00 TRY"', "limit = 10000.5"),
        ("settings.THREE_D_SECURE_RULES[0].defaults", None),
    ),
    "nothing to deliver by": (
        ('slug = "address"', 'slug = "address"\nactive = false'),
        ("delivery_options", "none is active, so nobody can buy"),
    ),
}


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
                ("customers[0].addresses[0].district", "does not lie in Kadıköy"),  # noqa: RUF001  # so it is written
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
    assert mistakes(edited(('name = "Example Bank"', "name = 1"))) == [
        ("banks[0].name", "wants text, not a whole number")
    ]


def test_what_may_be_a_card_number_is_not_repeated():
    text = edited(('["542119"]', '["5421190000000009"]'))
    assert "5421190000000009" not in str(mistakes(text))


def test_toml_that_cannot_be_read_is_one_mistake_with_its_line():
    ((where, what),) = mistakes('currency = "TRY"\npk = = 1\n')
    assert (where, bool(what)) == ("line 2, column 6", True)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 10_000, "\x00", "", "a = 1\na = 2"])
def test_no_text_makes_a_traceback(text):
    assert mistakes(text)


def test_a_file_that_is_not_there_or_no_text_is_one_mistake(tmp_path):
    assert mistakes(tmp_path / "shop.toml") == [("", "cannot be read: No such file or directory")]
    (tmp_path / "shop.toml").write_bytes(b'currency = "\xff"')
    assert mistakes(tmp_path / "shop.toml") == [("", "is no UTF-8 text, at byte 12")]


JUNK = (
    "1", "-1", "0", "99999999999999999999", "1.5", "nan", "true", '""', '"x"', '"1"', "[]", "[1]", "[[]]", "{}",
    "{ slug = 1 }", '{ slug = "or-rule", children = [{}] }', '[{ slug = "and-rule", children = [3] }]', '["542119", 7]',
    "2026-11-21", "12:00:00", "[{}]", '{ slug = "fixed" }', '"é"', '"999999999999.9999 TRY"', '"5 %"',
)  # fmt: skip
WRITTEN = [n for n, line in enumerate(TEXT.splitlines()) if " = " in line and line[0] not in "# " and line[-1] != "["]


@settings(deadline=None)  # other tests may have the processor
@given(st.dictionaries(st.sampled_from(WRITTEN), st.sampled_from(JUNK), min_size=1, max_size=4))
def test_whatever_stands_behind_a_key_is_read_or_told(changes):
    lines = TEXT.splitlines()
    for n, junk in changes.items():
        lines[n] = f"{lines[n].partition(' = ')[0]} = {junk}"
    assert all(what for _, what in told("\n".join(lines)))
