"""Instalment filters: which are about an order, what they leave of a card's plans, and what the buyer is told."""

from __future__ import annotations

import pickle

import pytest
from attrs import frozen

from checkout_core.config import load_settings
from checkout_core.money import Money
from checkout_core.order import Discount, Discounts, evolve
from checkout_core.rules import Explained
from checkout_core.rules.installments import (
    INSTALLMENT_FILTERS,
    LIMITED,
    AttributeFilter,
    BasketAmountInstallmentFilter,
    CampaignInstallmentFilter,
    CategoryInstallmentFilter,
    CategorySpecialInstallmentCommerceCardFilter,
    CategorySpecialInstallmentFilter,
    CommerceCardInstallmentFilter,
    CurrencyInstallmentFilter,
    Has,
    ProductInstallmentFilter,
    SegmentInstallmentFilter,
    explained,
    narrowed,
)
from checkout_core.settings import Settings
from checkout_core.shop import Bank, Card, CardType, Installment, Misconfigured

PLANS = tuple(Installment(count, count) for count in (1, 2, 3, 6, 9, 12))
PERSONS = Card(1, "Card", "card", Bank(1, "Bank", "bank"), CardType(1, "Visa", "visa"), installments=PLANS)
COMPANYS = evolve(PERSONS, is_commerce_card=True)
PHONES, BOOKS = frozenset({70}), frozenset({80})


def lira(amount):
    return Money(amount, "TRY")


def counts(told):
    return [plan.installment_count for plan in told.plans]


@pytest.fixture
def buy(make):
    """The visit of who buys one phone at a price, and a book of 50.00."""

    def bought(price="5000.00", *filters, attributes=(), currency="TRY"):
        phone = evolve(make.line(Money(price, currency)), categories=(7, 70), attributes=dict(attributes))
        book = evolve(make.line(Money("50.00", currency)), pk=2, categories=(80,), attributes={"cover": "soft"})
        return make.visit(phone, book, currency=currency, settings=Settings(installment_filters=filters))

    return bought


def offers(visit, *applied):
    gone = Money.zero(visit.order.basket.currency)
    found = tuple(Discount(pk, "sale", gone, gone) for pk in applied)
    return visit.at(evolve(visit.order, discounts=Discounts(applied=found)))


# What each is about


@pytest.mark.parametrize(
    ("asked", "applies"),
    [
        (CategoryInstallmentFilter(3, PHONES), True),
        (CategoryInstallmentFilter(3, frozenset({7})), True),  # the category above
        (CategoryInstallmentFilter(3, frozenset({71})), False),
        (CategorySpecialInstallmentFilter(3, PHONES, at_least=lira("5000.00")), True),
        (CategorySpecialInstallmentFilter(3, PHONES, at_least=lira("5000.01")), False),
        (CategorySpecialInstallmentFilter(3, PHONES, at_most=lira("5000.00")), True),
        (CategorySpecialInstallmentFilter(3, PHONES, at_most=lira("4999.99")), False),  # the book is no phone
        (CategorySpecialInstallmentFilter(3, BOOKS, lira("10.00"), lira("50.00")), True),
        (CategorySpecialInstallmentFilter(3, PHONES, at_least=Money("1.00", "EUR")), False),
        (ProductInstallmentFilter(3, (Has("brand", frozenset({"a", "b"})),)), True),
        (ProductInstallmentFilter(3, (Has("brand", frozenset({"a"})), Has("new", frozenset({"true"})))), True),
        (ProductInstallmentFilter(3, (Has("brand", frozenset({"a"})), Has("cover", frozenset({"soft"})))), False),
        (AttributeFilter(3, "cover", frozenset({"soft"})), True),
        (AttributeFilter(3, "cover", frozenset({"Soft", "hard"})), False),
        (BasketAmountInstallmentFilter(3, at_least=lira("5050.00")), True),
        (BasketAmountInstallmentFilter(3, at_least=lira("5050.01")), False),
        (BasketAmountInstallmentFilter(3, at_most=lira("5049.99")), False),
        (BasketAmountInstallmentFilter(3, at_least=Money("1.00", "EUR")), False),
        (CurrencyInstallmentFilter(3, frozenset({"EUR", "TRY"})), True),
        (CurrencyInstallmentFilter(3, frozenset({"TRY"}), exclude=True), False),
        (CurrencyInstallmentFilter(3, frozenset({"EUR"})), False),
        (CurrencyInstallmentFilter(3, frozenset({"EUR"}), exclude=True), True),
        (CampaignInstallmentFilter(3, frozenset({5})), False),
        (CampaignInstallmentFilter(3, frozenset({5}), exclude=True), True),
        (SegmentInstallmentFilter(3, frozenset({"vip"})), False),
        (SegmentInstallmentFilter(3, frozenset({"vip"}), exclude=True), True),
    ],
)
def test_a_filter_is_about_goods_prices_and_currency_to_the_letter_and_the_unit(buy, asked, applies):
    visit = buy("5000.00", asked, attributes={"brand": "a", "new": "true"})

    assert asked.applies(PERSONS, visit) is applies
    assert counts(narrowed(PERSONS, PLANS, visit)) == ([1, 2, 3] if applies else [1, 2, 3, 6, 9, 12])
    assert explained(PERSONS, visit)[0].holds is applies


@pytest.mark.parametrize(("segment", "left"), [("vip", [1, 2, 3, 6, 9, 12]), ("staff", [1]), (None, [1])])
def test_twelve_instalments_for_one_segment_are_for_nobody_else(buy, segment, left):
    visit = buy("5000.00", SegmentInstallmentFilter(1, frozenset({"vip"}), exclude=True))

    assert counts(narrowed(PERSONS, PLANS, evolve(visit, caller=evolve(visit.caller, segment=segment)))) == left


def test_goods_of_a_sale_are_paid_in_fewer_parts_while_the_sale_is_applied(buy):
    visit = buy("5000.00", CampaignInstallmentFilter(2, frozenset({5, 6})))

    assert counts(narrowed(PERSONS, PLANS, visit)) == [1, 2, 3, 6, 9, 12]
    assert counts(narrowed(PERSONS, PLANS, offers(visit, 4))) == [1, 2, 3, 6, 9, 12]
    assert counts(narrowed(PERSONS, PLANS, offers(visit, 4, 6))) == [1, 2]


@pytest.mark.parametrize(
    ("card", "left"), [(PERSONS, [1, 2, 3, 6, 9, 12]), (COMPANYS, [1, 2]), (None, [1, 2, 3, 6, 9, 12])]
)
def test_what_is_said_of_company_cards_is_about_them_alone(buy, card, left):
    assert counts(narrowed(card, PLANS, buy("5000.00", CommerceCardInstallmentFilter(2)))) == left
    special = CategorySpecialInstallmentCommerceCardFilter(2, PHONES, at_least=lira("1000.00"))
    assert counts(narrowed(card, PLANS, buy("5000.00", special))) == left
    assert counts(narrowed(card, PLANS, buy("999.99", special))) == [1, 2, 3, 6, 9, 12]


# One after another


def test_each_narrows_what_the_ones_before_left_and_says_so_where_it_took_something(buy):
    visit = buy(
        "5000.00",
        CategoryInstallmentFilter(9, PHONES, message="Phones: up to 9."),
        CurrencyInstallmentFilter(12, frozenset({"TRY"}), message="Takes nothing, says nothing."),
        BasketAmountInstallmentFilter(3, at_least=lira("1.00"), message="Up to 3 today."),
        AttributeFilter(6, "cover", frozenset({"soft"}), message="Nothing was left to take."),
    )

    told = narrowed(PERSONS, PLANS, visit)
    assert (counts(told), told.messages) == ([1, 2, 3], ("Phones: up to 9.", "Up to 3 today."))


def test_without_words_of_the_shop_a_code_says_it_and_each_message_comes_once(buy):
    visit = buy("5000.00", *(CategoryInstallmentFilter(most, PHONES) for most in (9, 6, 3)))

    assert narrowed(PERSONS, PLANS, visit).messages == (LIMITED,)


def test_a_final_filter_is_the_last_where_it_is_about_the_order(buy):
    visit = buy(
        "5000.00",
        CommerceCardInstallmentFilter(9, message="Company cards: up to 9."),
        CategoryInstallmentFilter(3, PHONES, message="Phones: up to 3.", final=True),
        CurrencyInstallmentFilter(1, frozenset({"TRY"}), message="never read"),
    )

    company, person = narrowed(COMPANYS, PLANS, visit), narrowed(PERSONS, PLANS, visit)
    assert (counts(company), company.messages) == ([1, 2, 3, 6, 9], ("Company cards: up to 9.",))
    assert (counts(person), person.messages) == ([1, 2, 3], ("Phones: up to 3.",))


def test_a_final_filter_that_takes_nothing_ends_it_too(buy):
    visit = buy("5000.00", CommerceCardInstallmentFilter(12), CategoryInstallmentFilter(3, PHONES))

    assert counts(narrowed(COMPANYS, PLANS, visit)) == [1, 2, 3, 6, 9, 12]


@frozen
class Nothing:
    """A host's own filter, that wants too much."""

    max_count: int = 0
    message: str | None = None
    final: bool = False

    def applies(self, card, visit, /):
        return True

    def says(self, card, visit, /):
        return "always"


def test_no_filter_takes_a_single_payment_away(buy):
    assert counts(narrowed(PERSONS, PLANS, buy("5000.00", Nothing()))) == [1]


def test_without_filters_the_plans_are_what_the_card_has(buy):
    told = narrowed(PERSONS, PLANS, buy())
    assert (told.plans, told.messages) == (PLANS, ())


def test_an_explanation_says_of_each_what_is_asked_and_what_was_found_also_behind_a_final_one(buy):
    visit = buy(
        "5000.00",
        CommerceCardInstallmentFilter(9),
        CategoryInstallmentFilter(3, PHONES, final=True),
        CategorySpecialInstallmentFilter(3, PHONES, at_least=lira("6000.00")),
        BasketAmountInstallmentFilter(3, at_most=lira("100.00")),
        AttributeFilter(3, "cover", frozenset({"soft", "hard"})),
        ProductInstallmentFilter(3, (Has("a", frozenset({"1"})), Has("b", frozenset({"2"})))),
    )

    assert explained(PERSONS, visit) == (
        Explained(
            "at most 9 instalments, and no other filter, where the card is a company's; here a person's", holds=False
        ),
        Explained(
            "at most 3 instalments, and no other filter, where category of a line one of 70; here 7, 70, 80",
            holds=True,
        ),
        Explained(
            "at most 3 instalments where category of a line one of 70, a piece at least 6000.00 TRY; here 7, 70, 80",
            holds=False,
        ),
        Explained("at most 3 instalments where basket amount at most 100.00 TRY; here 5050.00 TRY", holds=False),
        Explained(
            "at most 3 instalments where attribute cover of a line one of hard, soft; here none, soft", holds=True
        ),
        Explained("at most 3 instalments where of one line a one of 1 and b one of 2", holds=False),
    )


# As an admin writes them

WRITTEN = {
    "CategoryInstallmentFilter": {"max_count": 3, "categories": [70], "message": "Phones: up to 3."},
    "CategorySpecialInstallmentFilter": {"max_count": 12, "categories": [70], "at_least": "10000.00 TRY"},
    "CommerceCardInstallmentFilter": {"max_count": 9, "final": False},
    "CategorySpecialInstallmentCommerceCardFilter": {"max_count": 2, "categories": [70], "at_most": "9.99 TRY"},
    "ProductInstallmentFilter": {"max_count": 1, "attributes": [{"key": "metal", "values": ["gold"]}]},
    "AttributeFilter": {"max_count": 6, "key": "brand", "values": ["a", "b"]},
    "BasketAmountInstallmentFilter": {"max_count": 1, "at_most": "99.99 TRY"},
    "SegmentInstallmentFilter": {"max_count": 3, "segments": ["vip"], "exclude": True},
    "CampaignInstallmentFilter": {"max_count": 3, "offers": [5]},
    "CurrencyInstallmentFilter": {"max_count": 1, "currencies": ["TRY"], "exclude": True},
}


def loaded(*entries):
    return load_settings({"INSTALLMENT_FILTERS": list(entries)}).installment_filters


def test_every_filter_is_read_by_its_name_with_or_without_the_module_it_had():
    assert WRITTEN.keys() == INSTALLMENT_FILTERS.keys()
    entries = [{"klass": klass, "kwargs": kwargs} for klass, kwargs in WRITTEN.items()]
    read = loaded(*entries)
    assert [type(each).__name__ for each in read] == list(WRITTEN)
    assert (read[0], read[2]) == (
        CategoryInstallmentFilter(3, PHONES, "Phones: up to 3."), CommerceCardInstallmentFilter(9, final=False),
    )  # fmt: skip
    assert loaded(*({**each, "klass": f"omnishop.payments.filters.{each['klass']}"} for each in entries)) == read


def test_a_table_of_the_hosts_own_is_read_instead():
    written = {"INSTALLMENT_FILTERS": [{"klass": "Nothing", "kwargs": {"max_count": 2}}]}
    assert load_settings(written, filters={"Nothing": Nothing}).installment_filters == (Nothing(2),)
    with pytest.raises(Misconfigured, match=r"\[0\].klass: 'Nothing' is no filter"):
        load_settings(written)


def test_settings_with_filters_are_still_a_value():
    settings = Settings(installment_filters=loaded(*({"klass": k, "kwargs": v} for k, v in WRITTEN.items())))
    again = pickle.loads(pickle.dumps(settings))
    assert (again, hash(again)) == (settings, hash(settings))


@pytest.mark.parametrize(
    ("klass", "kwargs", "says"),
    [
        ("CategoryInstallmentFiltre", {}, r"\.klass: .* is no filter; did you mean CategoryInstallmentFilter\?"),
        ("CategoryInstallmentFilter", {"max_count": 0, "categories": [70]}, r"max_count wants at least 1"),
        ("CategoryInstallmentFilter", {"max_count": True, "categories": [70]}, r"kwargs\.max_count: wants a whole"),
        ("CategoryInstallmentFilter", {"max_count": 3, "categories": []}, r"categories wants at least one"),
        ("CategoryInstallmentFilter", {"max_count": 3}, r"kwargs\.categories: is missing"),
        ("CategoryInstallmentFilter", {"max_count": 3, "categories": [70], "slug": "x"}, r"kwargs\.slug: no such"),
        ("CategoryInstallmentFilter", {"max_count": 3, "categories": [70], "message": 5}, r"kwargs\.message"),
        ("CategorySpecialInstallmentFilter", {"max_count": 3, "categories": [70]}, r"wants at_least, at_most or both"),
        ("BasketAmountInstallmentFilter", {"max_count": 3, "at_most": "x"}, r"kwargs\.at_most: 'x' is no amount"),
        ("CurrencyInstallmentFilter", {"max_count": 3, "currencies": ["XYZ"]}, r"'XYZ' is no ISO 4217 code"),
        ("ProductInstallmentFilter", {"max_count": 3, "attributes": [{"key": "a"}]}, r"attributes\[0\]\.values: is"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(klass, kwargs, says):
    with pytest.raises(Misconfigured, match=rf"INSTALLMENT_FILTERS\[0\].*{says}"):
        loaded({"klass": klass, "kwargs": kwargs})
