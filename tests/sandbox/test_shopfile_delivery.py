"""Stores, slots, suppliers and services in a shop file, and files that extend others: each mistake in its place."""

from __future__ import annotations

import pytest

from checkout_core.money import Money
from checkout_core.sandbox import DEFAULT, DEPARTMENT_STORE, load_shop

from .shopfiles import mistakes, told

TEXT = DEPARTMENT_STORE.read_text("utf-8")
PLACE = 'address = "x"\ncountry = 1\ncity = 34\n'


def edited(*edits):
    """The larger shop with these replacements of text that is there, the first one of each."""
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


WRONG = {
    "a length below zero": (("length = 120", "length = -1"), "products[0].length", "wants 0 or more"),
    "an attribute that is no text": (
        ('brand = "Example", category = "kitchen"', "brand = 1"),
        "products[0].attributes.brand",
        "wants text, not a whole number",
    ),
    "a category that is no key": (
        ("categories = [10]", 'categories = ["mugs"]'),
        "products[0].categories[0]",
        "wants a whole number from 1 on, not text",
    ),
    "a supplier there is none of": (
        ("data_source = 1\ncategories = [10]", "data_source = 9\ncategories = [10]"),
        "products[0].data_source",
        "there is no 9 in data_sources",
    ),
    "a remote price in another currency": (
        ('remote_price = "8450.00 TRY"', 'remote_price = "8450.00 EUR"'),
        "products[3].remote_price",
        "is in EUR, and the shop sells in TRY",
    ),
    "a supplier twice": (
        ('pk = 2\nname = "Furniture Ltd."', 'pk = 1\nname = "Furniture Ltd."'),
        "data_sources[1].pk",
        "1 is used by an earlier row of data_sources",
    ),
    "a store in a city of another country": (
        ('address = "6 Station Road"\ncountry = 1', 'address = "6 Station Road"\ncountry = 2'),
        "retail_stores[2].city",
        "does not lie in United Kingdom",
    ),
    "a store of no slot group": (
        ("slot_group = 2                          #", "slot_group = 5 #"),
        "retail_stores[0].slot_group",
        "there is no 5 in slot_groups",
    ),
    "a store with goods nobody sells": (
        ("stock = { mug = 3", "stock = { mugg = 3"),
        "retail_stores[1].stock.mugg",
        "nobody sells 'mugg'; did you mean mug?",
    ),
    "a store with less than nothing": (
        ("stock = { mug = 3", "stock = { mug = -3"),
        "retail_stores[1].stock.mug",
        "wants 0 or more",
    ),
    "a store nobody can call": (
        ('"02165550101"', '"12"'),
        "retail_stores[0].phone_number",
        "is no phone number of Türkiye",
    ),
    "a locker twice": (
        ('remote_id = "L-102"', 'remote_id = "L-101"'),
        "pickup_locations[1].remote_id",
        "'L-101' is used by an earlier row",
    ),
    "a day of no week": (
        ('weekdays = ["saturday", "sunday"]', 'weekdays = ["saturday", "sundy"]'),
        "slot_groups[0].slots[2].weekdays[1]",
        "'sundy' is none of monday, tuesday, wednesday, thursday, friday, saturday, sunday; did you mean sunday?",
    ),
    "a day twice": (
        ('weekdays = ["saturday", "sunday"]', 'weekdays = ["sunday", "sunday"]'),
        "slot_groups[0].slots[2].weekdays[1]",
        "'sunday' is there already",
    ),
    "a slot on no day": (
        ('weekdays = ["saturday", "sunday"]', "weekdays = []"),
        "slot_groups[0].slots[2].weekdays",
        "wants at least one; a slot that is closed has active = false",
    ),
    "a slot backwards": (
        ("start = 19:00:00", "start = 21:00:00"),
        "slot_groups[0].slots[2].end",
        "wants to be later than start, on the same day",
    ),
    "a time that is text": (
        ("start = 19:00:00", 'start = "19:00"'),
        "slot_groups[0].slots[2].start",
        "wants a time of day, 09:30:00, not text",
    ),
    "a slot for nobody": (
        ("quota = 1  ", "quota = 0  "),
        "slot_groups[0].slots[2].quota",
        "wants 1 or more",
    ),
    "the same hours twice": (
        ("start = 14:00:00\nend = 18:00:00", "start = 09:00:00\nend = 12:00:00"),
        "slot_groups[0].slots",
        "1 and 2 are the same hours of monday",
    ),
    "a pause backwards": (
        ("last = 2027-01-02", "last = 2026-12-30"),
        "slot_groups[1].passive[0].last",
        "is before first",
    ),
    "a pause of no slot": (
        ("last = 2026-12-24\nslot = 2", "last = 2026-12-24\nslot = 3"),
        "slot_groups[1].passive[1].slot",
        "there is no 3 in slot_groups[1].slots",
    ),
    "a day that is text": (
        ("first = 2026-12-31", 'first = "2026-12-31"'),
        "slot_groups[1].passive[0].first",
        "wants a day, 2026-11-21, not text",
    ),
    "slots for ever": (("days = 14", "days = 367"), "slot_groups[0].days", "wants 366 or fewer"),
    "a clock of nowhere": (
        ("days = 14", 'time_zone = "Europe/Atlantis" #'),
        "slot_groups[0].time_zone",
        "'Europe/Atlantis' is no time zone (IANA), such as Europe/Istanbul",
    ),
    "a delivery of no slot group": (
        ("sort_order = 1\nslot_group = 1", "sort_order = 1\nslot_group = 3"),
        "delivery_options[1].slot_group",
        "there is no 3 in slot_groups",
    ),
    "a field that is no name": (
        ('required_fields = ["delivery_date"]', 'required_fields = ["Delivery date"]'),
        "shipping_options[0].required_fields[0]",
        "'Delivery date' is no name of a field, such as delivery_date",
    ),
    "a field twice": (
        ('required_fields = ["delivery_date"]', 'required_fields = ["a", "a"]'),
        "shipping_options[0].required_fields[1]",
        "'a' is there already",
    ),
    "a carrier nobody knows": (
        ('{ slug = "remote", service = "carrier" }', '{ slug = "remote", service = "carier" }'),
        "shipping_options[1].calculator.service",
        "no carrier is called 'carier'; did you mean carrier?",
    ),
    "an option of no supplier": (
        ("data_source = 1\ndescription", "data_source = 4\ndescription"),
        "data_source_shipping_options[0].data_source",
        "there is no 4 in data_sources",
    ),
    "amounts of no supplier": (
        (
            'calculator = { slug = "fixed", amount = "19.90 TRY" }',
            'calculator = { slug = "data-source", amounts = { 7 = "1.00 TRY" }, otherwise = "2.00 TRY" }',
        ),
        "data_source_shipping_options[4].calculator.amounts.7",
        "there is no 7 in data_sources",
    ),
    "a rule about no city": (
        ("cities = [34]", "cities = [35]"),
        "attribute_based_shipping_options[1].rules[0].cities",
        "there is no 35 in cities",
    ),
    "an option of no group": (
        ('attribute_value = "ankara"\n', ""),
        "attribute_based_shipping_options[2].attribute_value",
        "wants the name of a group, unless is_default = true",
    ),
    "a carrier that asks others": (
        ('slug = "carrier"\ncalculator = { slug = "weight-tiers"', 'slug = "carrier"\ncalculator = { slug = "remote"'),
        "carriers[0].calculator.slug",
        None,
    ),
    "a remote option that is none of ours": (
        ('slug = "express"\namount', 'slug = "expres"\namount'),
        "remote_shipping_options[0].slug",
        "no shipping option has the slug 'expres'; did you mean express?",
    ),
    "a remote delivery without a name": (
        ('slug = "address"\nname = "To my address"\n', 'slug = "address"\n'),
        "remote_delivery_options[0].name",
        "is missing",
    ),
    "orders below zero": (("orders = 12", "orders = -1"), "customers[0].orders", "wants 0 or more"),
    "a segment that is no text": (
        ('segment = "gold"', "segment = 1"),
        "customers[0].segment",
        "wants text, not a whole number",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_with_its_place(name):
    edit, place, says = WRONG[name]
    assert (place, says) in [(where, what if says else None) for where, what in mistakes(edited(edit))]


def test_all_mistakes_are_told_at_once():
    names = ["a length below zero", "a store of no slot group", "a slot for nobody", "an option of no supplier"]
    found = mistakes(edited(*(WRONG[name][0] for name in names)))
    assert sorted(found) == sorted(WRONG[name][1:] for name in names)


def test_a_slot_that_is_closed_and_a_locker_that_is_switched_off_are_left_out():
    off = edited(
        ("end = 21:00:00", "end = 21:00:00\nactive = false"),
        ('remote_id = "L-102"', 'remote_id = "L-102"\nactive = false'),
    )
    file = load_shop(off)
    assert [slot.pk for slot in file.shop.slot_groups[0].slots] == [1, 2]
    assert [each.remote_id for each in file.truth.pickup_locations] == ["L-101", "L-201"]


# ---------------------------------------------------------------- extends


def written(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def test_rows_are_added_or_replaced_in_their_place_and_settings_are_merged(tmp_path):
    own = """
extends = "shop.toml"
guest_addresses_of = "grace"
[[products]]
pk = 2001
sku = "plate"
name = "Plate"
price = "12.00 TRY"
weight = 300
[[products]]
pk = 1001
sku = "cup"
name = "Cup"
price = "9.00 TRY"
weight = 100
[settings]
CAN_GUEST_PURCHASE = false
"""
    file = load_shop(own)
    assert list(file.products) == ["cup", "t-shirt", "poster", "sticker", "notebook", "kettlebell", "plate"]
    assert file.products["cup"].price == Money("9.00", "TRY")
    assert (file.settings.can_guest_purchase, file.settings.default_country_code) == (False, "TR")
    assert [address.pk for address in file.guest_addresses] == [13, 14]


def test_the_file_beside_goes_before_the_sandboxs_own(tmp_path):
    base = DEFAULT.read_text("utf-8").replace('name = "Mug"', 'name = "Beaker"')
    folder = written(tmp_path, shop=base, mine='extends = "shop.toml"', other='extends = "mine.toml"')
    assert load_shop(folder / "mine.toml").products["mug"].name == "Beaker"
    assert load_shop(folder / "other.toml").products["mug"].name == "Beaker"
    assert load_shop('extends = "shop.toml"').products["mug"].name == "Mug"


def test_a_mistake_in_the_other_file_is_told_with_that_file(tmp_path):
    base = DEFAULT.read_text("utf-8").replace('name = "T-shirt"', "name = 1")
    base = base.replace("THREE_D_SECURE_ENABLED = true", "THREE_D_SECURE_ENABLED = 1").replace(
        "bank = 2\n", "bank = 7\n", 1
    )
    own = 'extends = "shop.toml"\n[[products]]\npk = 1001\nsku = "cup"\nname = 2\nprice = "9.00 TRY"\nweight = 1\n'
    own += "[settings]\nCAN_GUEST_PURCHASE = 3\n[[banks]]\npk = 3\nname = 4\nslug = 'third'\n"
    folder = written(tmp_path, shop=base, mine=own)
    assert sorted(mistakes(folder / "mine.toml")) == [
        ("banks[0].name", "wants text, not a whole number"),
        ("products[0].name", "wants text, not a whole number"),
        ("settings.CAN_GUEST_PURCHASE", "wants true or false, not a number"),
        ("shop.toml: cards[1].bank", "there is no 7 in banks"),
        ("shop.toml: products[1].name", "wants text, not a whole number"),
        ("shop.toml: settings.THREE_D_SECURE_ENABLED", "wants true or false, not a number"),
    ]


def test_a_place_two_files_away_keeps_its_file(tmp_path):
    base = DEFAULT.read_text("utf-8").replace('name = "T-shirt"', "name = 1")
    folder = written(tmp_path, shop=base, mine='extends = "shop.toml"\nx = 1', other='extends = "mine.toml"\ny = 1')
    assert sorted(where for where, _ in mistakes(folder / "other.toml")) == [
        "mine.toml: x", "shop.toml: products[1].name", "y",
    ]  # fmt: skip


def test_a_key_twice_in_one_file_is_still_a_mistake():
    row = '[[products]]\npk = 1001\nsku = "{0}"\nname = "{0}"\nprice = "9.00 TRY"\nweight = 1\n'
    text = 'extends = "shop.toml"\n' + row.format("cup") + row.format("pot")
    assert mistakes(text) == [("products[1].pk", "1001 is used by an earlier row of products")]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"mine": "extends = 7"}, ("extends", "wants the name of a file beside this one, without a folder")),
        (
            {"mine": 'extends = "../shop.toml"'},
            ("extends", "wants the name of a file beside this one, without a folder"),
        ),
        ({"mine": 'extends = "nobody.toml"'}, ("extends", "there is no nobody.toml here, and none of the sandbox's")),
        ({"mine": 'extends = "mine.toml"'}, ("extends", "mine.toml extends this file")),
        (
            {"mine": 'extends = "other.toml"', "other": 'extends = "mine.toml"'},
            ("other.toml: extends", "mine.toml extends this file"),
        ),
        ({"mine": 'extends = "other.toml"', "other": "a = = 1"}, ("other.toml: line 1, column 5", "Invalid value")),
    ],
)
def test_a_file_that_cannot_be_extended_is_one_mistake(tmp_path, files, found):
    assert mistakes(written(tmp_path, **files) / "mine.toml") == [found]


@pytest.mark.parametrize("junk", ["1", '"x"', "[]", "[1]", "{}", "true", "2026-11-21", "[[1]]", "[{}]"])
@pytest.mark.parametrize(
    "key", ["products", "data_sources", "retail_stores", "slot_groups", "pickup_locations", "carriers", "settings"]
)
def test_whatever_stands_for_a_table_is_read_or_told(key, junk):
    text = f'extends = "department_store.toml"\n{key} = {junk}'
    assert all(where and what for where, what in told(text))
