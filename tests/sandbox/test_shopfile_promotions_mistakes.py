"""Every mistake in the offers, coupons, vouchers, loyalty and questions of a shop file is told, with its place."""

from __future__ import annotations

import pytest

from .shopfiles import HOLIDAYS, edited, mistakes, told

POINTS = 'points = "1.00 TRY"'
NO_MOMENT = "wants a moment with its offset, 2026-12-01T00:00:00+03:00"
WRONG = {
    "a benefit there is none of": (
        ('slug = "free-shipping"', 'slug = "free-shiping"'), ("offers[2].benefit.slug", None),
    ),
    "an offer that gives nothing": (
        ('benefit = { slug = "free-shipping" }\n', ""), ("offers[2].benefit", "is missing"),
    ),
    "a rate as a number": (('rate = "5 %"', "rate = 5"), ("offers[6].benefit.rate", None)),
    "a rate of more than all": (('rate = "5 %"', 'rate = "101 %"'), ("offers[6].benefit", None)),
    "samples of nothing": (
        ("products = [1121, 1122]", "products = [1121, 77]"),
        ("offers[3].benefit.products", "there is no 77 in products"),
    ),
    "a target of nothing": (
        ("target = { products = [1001] }", "target = { products = [7] }"),
        ("offers[0].benefit.target.products", "there is no 7 in products"),
    ),
    "a rule with a wrong parameter": (
        ('segments = ["gold"]', "segments = [1]"), ("offers[9].rules[0].segments[0]", "wants text, not a whole number"),
    ),
    "a rule about the total": (
        ('slug = "segment-rule", segments = ["gold"]', 'slug = "total-rule", at_least = "1.00 TRY"'),
        ("offers[9].rules[0].slug", None),
    ),
    "an offer type there is none of": (
        ('"bulk_coupon"', '"bulk"'),
        ("offers[8].offer_type", "'bulk' is none of automatic, coupon, bulk_coupon, voucher"),
    ),
    "a code of an offer that is no voucher": (
        ('offer_type = "coupon" ', 'code = "THANKS"\noffer_type = "coupon" '),
        ("offers[7].code", "is of a voucher; codes of bulk coupons stand in coupons"),
    ),
    "a code with a blank behind it": (
        ('"LASTONE"', '"LASTONE "'), ("offers[5].code", "wants 128 characters or fewer, and no space around them"),
    ),
    "a code that no page takes": (
        ('"LASTONE"', f'"{"L" * 129}"'), ("offers[5].code", "wants 128 characters or fewer, and no space around them"),
    ),
    "a code twice": (
        ('code = "LASTONE"', 'code = "welcome2024"'),
        ("offers[5].code", "'welcome2024' is used by an earlier row of offers or vouchers"),
    ),
    "a voucher with the code of an offer": (
        ('code = "SNOW-4F7K"', 'code = "Lastone"'),
        ("vouchers[0].code", "'Lastone' is used by an earlier row of offers or vouchers"),
    ),
    "an end before the beginning": (
        ("ends_at = 2027", "ends_at = 2026"), ("offers[10].ends_at", "wants to be later than starts_at"),
    ),
    "a moment without its offset": (
        ("starts_at = 2026-12-27T00:00:00+03:00", "starts_at = 2026-12-27T00:00:00"),
        ("offers[10].starts_at", f"{NO_MOMENT}: this one has no offset"),
    ),
    "a day for a moment": (
        ("starts_at = 2026-12-27T00:00:00+03:00", "starts_at = 2026-12-27"),
        ("offers[10].starts_at", f"{NO_MOMENT}, not date"),
    ),
    "an upsell of something else": (
        ("$remaining more", "$missing more"),
        ("offers[2].upsell", "may have $remaining and $required in it; $$ is a dollar"),
    ),
    "an upsell with a price": (
        ("$remaining more", "$5 more"), ("offers[2].upsell", "may have $remaining and $required in it; $$ is a dollar"),
    ),
    "an upsell above all": (
        ("upsell_from = 50", "upsell_from = 101"), ("offers[2].upsell_from", "wants per cent, 100 or fewer"),
    ),
    "an offer nobody may use": (("uses = 100\n", "uses = 0\n"), ("offers[4].uses", "wants 1 or more")),
    "a misspelt key": (("alone = true", "allone = true"), ("offers[9].allone", "no such key; did you mean alone?")),
    "an offer twice": (("pk = 9\nname", "pk = 8\nname"), None),
    "a coupon of nobody": (
        ('account = "ada"\noffer = 8', 'account = "adda"\noffer = 8'),
        ("coupons[0].account", "no customer has the account 'adda'; did you mean ada?"),
    ),
    "a coupon of nothing": (("offer = 8\nuses", "offer = 77\nuses"), ("coupons[0].offer", "there is no 77 in offers")),
    "a coupon of a voucher": (
        ("offer = 8\nuses", "offer = 5\nuses"), ("coupons[0].offer", "5 is no coupon; its offer_type is voucher"),
    ),
    "a coupon of a bulk without its code": (
        ('code = "LETTER-7F3A"\n', ""), ("coupons[1].code", "is missing: each of a bulk has its own"),
    ),
    "a coupon with a code": (
        ("offer = 8\nuses", 'offer = 8\ncode = "X"\nuses'), ("coupons[0].code", "is of a bulk_coupon"),
    ),
    "a coupon nobody may use": (("offer = 8\nuses = 1", "offer = 8\nuses = 0"), ("coupons[0].uses", "wants 1 or more")),
    "a coupon as it was written before": (
        ('account = "ada"\noffer = 8\nuses = 1', 'code = "WELCOME"\nuses = 100'), None,
    ),
    "a voucher of an automatic offer": (
        ('"SNOW-4F7K"\noffer = 7', '"SNOW-4F7K"\noffer = 2'), ("vouchers[0].offer", "2 is no voucher of many codes"),
    ),
    "a voucher of one that has its code": (
        ('"SNOW-4F7K"\noffer = 7', '"SNOW-4F7K"\noffer = 6'), ("vouchers[0].offer", "6 is no voucher of many codes"),
    ),
    "a voucher without a code": (('code = "SNOW-4F7K"\n', ""), ("vouchers[0].code", "is missing")),
    "loyalty money of nobody": (
        ('account = "ada"\nlabel_id = 1', 'account = "ida"\nlabel_id = 1'),
        ("loyalty_accounts[0].account", "no customer has the account 'ida'; did you mean ada?"),
    ),
    "a label twice": (
        ("label_id = 2", "label_id = 1"), ("loyalty_accounts[1].label_id", "an earlier row is ada's of this label"),
    ),
    "a label without a name": (('label = "Money back"\n', ""), ("loyalty_accounts[1].label", "is missing")),
    "loyalty money of another currency": (
        ('"45.50 TRY"', '"45.50 EUR"'), ("loyalty_accounts[1].balance", "is in EUR, and the shop sells in TRY"),
    ),
    "two cards of one buyer": (
        ('points = "40.00 TRY"', f"{POINTS}\n[[loyalty_cards]]\naccount = 'ada'\ncard_number = '2'\n{POINTS}"),
        ("loyalty_cards[1].account", "'ada' has a card in an earlier row"),
    ),
    "points of another currency": (
        ('"40.00 TRY"', '"40.00 EUR"'), ("loyalty_cards[0].points", "is in EUR, and the shop sells in TRY"),
    ),
    "a question twice": (
        ('key = "ribbon"', 'key = "preference"'), ("order_fields[1].key", "'preference' is used by an earlier row"),
    ),
    "a question with no name": (
        ('key = "ribbon"', 'key = "The ribbon"'),
        ("order_fields[1].key", "'The ribbon' is no name of a field, such as preference"),
    ),
    "a kind of question there is none of": (
        ('input_type = "dropdown"', 'input_type = "dropdwon"'), None,
    ),
    "a dropdown without choices": (
        ('choices = ["gift", "myself"]\n', ""), ("order_fields[0].choices", "a dropdown wants some"),
    ),
    "a choice twice": (
        ('["gift", "myself"]', '["gift", "gift"]'), ("order_fields[0].choices[1]", "is there already"),
    ),
    "an empty choice": (('["gift", "myself"]', '["gift", " "]'), ("order_fields[0].choices[1]", "must not be empty")),
    "choices of a text": (
        ("max_length = 40", 'choices = ["Ada"]'), ("order_fields[1].choices", "is of dropdown and multiselect"),
    ),
    "the length of a choice": (
        ("required = true\n", "required = true\nmax_length = 3\n"),
        ("order_fields[0].max_length", "is of text and textarea"),
    ),
    "a product of another type": (
        ('product_type = "miscellaneous" ', 'product_type = "misc" '),
        ("products[2].product_type", "'misc' is none of 0, miscellaneous"),
    ),
    "bags of nothing": (('sku = "bag", is_quantity', "is_quantity"), ("settings.DELIVERY_BAGS_CONF.sku", None)),
}  # fmt: skip
MANY = {
    "an offer twice": {"offers[8].pk", "coupons[1].offer"},  # which was of the second one
    "a coupon as it was written before": {"coupons[0].account", "coupons[0].offer"},
    "a kind of question there is none of": {"order_fields[0].input_type", "order_fields[0].choices"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_with_its_place(name):
    edit, expected = WRONG[name]
    found = mistakes(edited(edit, text=HOLIDAYS))
    if expected is None:
        assert {where for where, _ in found} == MANY[name]
        return
    ((where, what),) = found
    place, says = expected
    assert where == place
    assert says is None or what == says
    assert what


def test_mistakes_all_over_the_file_are_told_at_once():
    names = ["samples of nothing", "a code twice", "a label twice", "a choice twice", "points of another currency"]
    found = mistakes(edited(*(WRONG[name][0] for name in names), text=HOLIDAYS))
    assert sorted(found) == sorted(WRONG[name][1] for name in names)


@pytest.mark.parametrize("junk", ["1", '"x"', "[]", "[1]", "{}", "true", "2026-11-21", "[[1]]", "[{}]", "[{ pk = 1 }]"])
@pytest.mark.parametrize("key", ["offers", "coupons", "vouchers", "loyalty_accounts", "loyalty_cards", "order_fields"])
def test_whatever_stands_for_a_table_is_read_or_told(key, junk):
    assert all(where and what for where, what in told(f'extends = "holiday_store.toml"\n{key} = {junk}'))
