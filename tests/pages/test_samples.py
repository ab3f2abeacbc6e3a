"""SampleProductPage: some of what offers give for nothing, or none of it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import STANDARD, Invalid
from checkout_core.effects import ListProducts, Product
from checkout_core.forms import Pks
from checkout_core.order import Discounts, Extras, Sample, SampleOffer, Shipping
from checkout_core.pages.samples import Picture, SampleProductForm, SampleProductPage, _allowed, nothing_offered

from .kit import EMPTIED, answer, answers_itself, closed_by, holds, lira, order, shows, visit

PAGE = SampleProductPage
SOAP, TEA, PEN = (
    Product(101, "soap", "Soap", lira("9.90"), absolute_url="/soap/", image="soap.webp"),
    Product(102, "tea", "Tea", lira("5.00")),
    Product(103, "pen", "Pen", lira("2.00")),
)
GONE = Product(103, "pen", "Pen", lira("2.00"), in_stock=False)
OFFER, SECOND = SampleOffer(7, (101, 102), 1), SampleOffer(8, (102, 103), 1)
TAKEN = {pk: Sample(pk, each.sku, each.name) for pk, each in ((101, SOAP), (102, TEA), (103, PEN))}


def at(*chosen, offers=(OFFER, SECOND), declined=(), **parts):
    extras = Extras(sample_products=tuple(TAKEN[pk] for pk in chosen), unwanted_sample_products=declined)
    return visit(order(**{"extras": extras, "discounts": Discounts(samples=offers), **parts}))


def listed(*products, of=(101, 102, 103)):
    return ListProducts(of, "TRY"), products


ALL = listed(SOAP, TEA, PEN)


def taken(body, where, *script):
    extras = answer(PAGE, body, where, *script)
    return [each.pk for each in extras.sample_products], extras.unwanted_sample_products


def refused(body, where, *script):
    with pytest.raises(Invalid) as caught:
        answer(PAGE, body, where, *script)
    return dict(caught.value.codes)


# when it is asked


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        (at(), ()),
        (at(basket=EMPTIED.basket), ("basket_empty",)),
        (at(shipping=Shipping()), ("shipping_option_required",)),
    ],
)
def test_samples_want_goods_and_a_shipping_option(where, codes):
    assert closed_by(PAGE, where) == codes


def test_without_an_offer_of_samples_the_page_is_skipped():
    assert PAGE.skip_if == (nothing_offered,)
    assert nothing_offered.test(Extras(), at(offers=()))
    assert not nothing_offered.test(Extras(), at())


def test_it_stands_between_the_shipping_option_and_the_reservation():
    names = [page.__name__ for page in STANDARD.trunk]
    n = names.index("SampleProductPage")
    assert names[n - 1 : n + 3] == [
        "RemoteShippingOptionSelectionPage", "SampleProductPage", "ReservationSelectionPage",
        "PaymentOptionSelectionPage",
    ]  # fmt: skip


@pytest.mark.parametrize(("extras", "done"), [(at(101), True), (at(declined=(101,)), True), (at(), False)])
def test_it_is_done_when_samples_were_chosen_or_declined(extras, done):
    assert PAGE().done(extras.order.extras, extras) is done


def test_undone_both_the_samples_and_the_decline_are_gone():
    assert PAGE().undo(at(101).order).extras == PAGE().undo(at(declined=(101,)).order).extras == Extras()


# what is shown


def test_the_samples_of_all_offers_that_are_in_stock_are_listed_once_and_the_quantities_added_up():
    context = shows(PAGE, at(102), listed(SOAP, TEA, GONE))
    assert context.allowed_quantity == 2
    assert [(each.pk, each.is_selected) for each in context.sample_products] == [(101, False), (102, True)]
    soap = context.sample_products[0]
    assert (soap.name, soap.sku, soap.base_code, soap.in_stock) == ("Soap", "soap", "soap", True)
    assert (soap.price, soap.retail_price, soap.currency_type) == (lira("9.90"), lira("9.90"), "try")
    assert (soap.product_type, soap.absolute_url) == ("0", "/soap/")
    assert (soap.productimage_set, context.sample_products[1].productimage_set) == ((Picture("soap.webp"),), ())


@pytest.mark.parametrize("now", [(SOAP, TEA, GONE), (SOAP, TEA)])
def test_a_sample_that_was_chosen_is_listed_also_where_it_is_gone(now):
    first, *others = shows(PAGE, at(103), listed(*now)).sample_products
    assert (first.pk, first.name, first.price, first.in_stock, first.is_selected) == (103, "Pen", None, False, True)
    assert [each.pk for each in others] == [101, 102]


def test_nobody_asks_for_products_where_none_is_offered():
    context = shows(PAGE, at(offers=()))
    assert (context.sample_products, context.allowed_quantity) == ((), 0)


# what is chosen


def test_samples_are_kept_by_value_each_once_in_the_order_they_were_named():
    extras = answer(PAGE, {"sample_products": [102, "101", 102]}, at(), ALL)
    assert extras == Extras(sample_products=(Sample(102, "tea", "Tea"), Sample(101, "soap", "Soap")))


@pytest.mark.parametrize("body", [{"sample_products": []}, {"sample_products": ""}, {"sample_products": [""]}])
def test_an_empty_list_declines_all_that_is_offered_now_and_drops_what_was_chosen(body):
    assert taken(body, at(101)) == ([], (101, 102, 103))


def test_who_picks_after_declining_has_declined_nothing():
    assert taken({"sample_products": ["103", ""]}, at(declined=(101, 102, 103)), ALL) == ([103], ())


@pytest.mark.parametrize("body", [{}, {"sample_products": None}])
def test_to_say_nothing_is_no_answer(body):
    assert refused(body, at()) == {"sample_products": ("required",)}


@pytest.mark.parametrize("chosen", [[101, 102, 103], [103, 102, 101]])
def test_more_than_all_offers_allow_are_too_many(chosen):  # FLW-16
    assert refused({"sample_products": chosen}, at(), ALL) == {"sample_products": ("too_many",)}


@pytest.mark.parametrize(
    ("offers", "chosen", "allowed"),
    [
        ((SampleOffer(7, (101, 102), 1), SampleOffer(8, (103,), 1)), [101, 102], False),
        ((SampleOffer(7, (101, 102), 1), SampleOffer(8, (103,), 1)), [101, 103], True),
        ((SampleOffer(7, (101, 102), 2), SampleOffer(8, (103,), 0)), [101, 103], False),
        ((SampleOffer(7, (101, 102), 1), SampleOffer(8, (101,), 1)), [101, 102], True),
        ((SampleOffer(7, (101,), 2),), [101], True),
    ],
)
def test_no_offer_gives_more_than_its_own_allowance(offers, chosen, allowed):
    where, of = at(offers=offers), tuple(dict.fromkeys(pk for offer in offers for pk in offer.products))
    script = listed(SOAP, TEA, PEN, of=of)
    if allowed:
        assert taken({"sample_products": chosen}, where, script) == (chosen, ())
    else:
        assert refused({"sample_products": chosen}, where, script) == {"sample_products": ("too_many",)}


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sets(st.integers(1, 5)), st.integers(0, 2)), max_size=3),
    st.permutations(range(1, 6)),
    st.integers(0, 5),
)
def test_what_can_be_had_in_any_way_may_be_chosen(offers, keys, count):
    offers = [SampleOffer(n, tuple(products), most) for n, (products, most) in enumerate(offers)]
    chosen = keys[:count]
    ways = product(*([n for n, offer in enumerate(offers) if pk in offer.products] for pk in chosen))
    possible = any(all(way.count(n) <= offer.allowed_quantity for n, offer in enumerate(offers)) for way in ways)
    assert _allowed(chosen, offers) == possible


@pytest.mark.parametrize("now", [(SOAP, TEA, GONE), (SOAP, TEA)])
@pytest.mark.parametrize("chosen", [[103], [101, 103]])
def test_a_sample_that_is_out_of_stock_is_refused(now, chosen):
    assert refused({"sample_products": chosen}, at(), listed(*now)) == {"sample_products": ("invalid",)}


def test_a_product_that_is_no_sample_of_these_offers_is_refused():
    assert refused({"sample_products": [1]}, at(), ALL) == {"sample_products": ("invalid",)}
    assert refused({"sample_products": [1]}, at(offers=())) == {"sample_products": ("invalid",)}


def test_where_none_is_in_stock_the_page_declines_by_itself_and_else_it_asks():
    assert answers_itself(PAGE, at(), listed(GONE)) == SampleProductForm(Pks(()))
    assert answers_itself(PAGE, at(), ALL) is None


# how long it stands


def test_samples_stand_while_they_are_offered_and_in_stock():
    assert holds(PAGE, at(101, 103), ALL)
    assert not holds(PAGE, at(101, 103), listed(SOAP, TEA, GONE))


@pytest.mark.parametrize(
    "offers", [(), (OFFER,), (SampleOffer(8, (101, 102, 103), 1),), (SampleOffer(7, (101, 103), 1),)]
)
def test_an_offer_that_is_over_or_gives_less_undoes_what_was_chosen(offers):
    assert not holds(PAGE, at(101, 103, offers=offers))


@pytest.mark.parametrize(
    ("declined", "offers", "stands"),
    [
        ((101, 102, 103), (OFFER, SECOND), True),
        ((101, 102, 103), (OFFER,), True),
        ((101, 102, 103), (), True),
        ((101, 102), (OFFER, SECOND), False),
    ],
)
def test_who_wanted_none_is_asked_again_only_when_there_is_something_else(declined, offers, stands):
    assert holds(PAGE, at(declined=declined, offers=offers)) is stands
