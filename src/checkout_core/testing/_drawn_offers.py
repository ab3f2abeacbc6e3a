"""Discounts, what goes with the goods, and loyalty money, as Hypothesis draws them: what offers take off, there was."""

from __future__ import annotations

import json
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..money import Money, total
from ..order import (
    AccountUsage,
    Bags,
    Basket,
    CardPoints,
    Discount,
    Discounts,
    Extras,
    GiftBox,
    LineShare,
    Loyalty,
    NotApplied,
    Sample,
    SampleOffer,
    Shipping,
    Upsell,
    Use,
)  # fmt: skip
from ._basics import amounts, counts, maybe_texts, pks, some_texts, texts, up_to

uses = st.lists(st.builds(Use, texts, counts), max_size=1).map(tuple)
sample_offers = st.builds(SampleOffer, pks, st.lists(pks, min_size=1, max_size=2).map(tuple), counts)
refused = st.lists(st.builds(NotApplied, texts, texts), max_size=1).map(tuple)
some_samples = st.lists(sample_offers, max_size=1).map(tuple)
answers = st.dictionaries(texts, texts | st.integers() | st.booleans() | st.none() | st.just(0.5), max_size=2)


@st.composite
def discounts(draw: DrawFn, basket: Basket, shipping: Shipping) -> Discounts:
    """Of up to three offers: each takes no more off a line, or off shipping, than the ones before it left."""
    left = [line.amount for line in basket.lines]
    sent = total((choice.shipping_amount for choice in shipping.choices), basket.currency)
    applied: list[Discount] = []
    for _ in range(draw(st.integers(0, 3))):
        shares: list[LineShare] = []
        for n, most in enumerate(left):
            if most and draw(st.booleans()):
                shares.append(LineShare(n, draw(up_to(most, least=1))))
                left[n] = most - shares[-1].amount
        off = total((share.amount for share in shares), basket.currency)
        cheaper = draw(st.just(Money.zero(basket.currency)) | up_to(sent))
        sent = sent - cheaper
        if off or cheaper:
            by = draw(pks), draw(texts), off, cheaper, tuple(shares)
            applied.append(Discount(*by, draw(maybe_texts), draw(maybe_texts), draw(uses), draw(texts)))
    near = draw(some_upsells(basket.currency))
    return Discounts(tuple(applied), draw(some_samples), near, draw(refused), draw(texts))


@cache
def some_upsells(currency: str) -> SearchStrategy[tuple[Upsell, ...]]:
    """One or none."""
    return st.lists(upsells(currency), max_size=1).map(tuple)


@st.composite
def upsells(draw: DrawFn, currency: str) -> Upsell:
    """There is less than is required."""
    required = draw(up_to(Money.of(10**6, currency), least=1))
    return Upsell(draw(pks), draw(texts), required, draw(up_to(required)))


@cache
def extras(currency: str) -> SearchStrategy[Extras]:
    """Any of it, and often nothing; never more than a dozen bags for a basket that `strategies.baskets` draws."""
    boxes = st.builds(GiftBox, amounts(currency), maybe_texts, st.booleans(), st.booleans(), maybe_texts)
    bags = st.builds(
        Bags, pks, texts, texts, amounts(currency), st.none() | st.integers(0, 5), st.integers(0, 2),
        st.none() | up_to(Money.of(10**10, currency), least=4 * 10**8), maybe_texts, st.booleans(),
    )  # fmt: skip
    samples = st.lists(st.builds(Sample, pks, texts, texts), max_size=2).map(tuple)
    unwanted = st.lists(pks, max_size=2).map(tuple)
    return st.builds(
        Extras, maybe_texts, some_texts, maybe_texts, samples, unwanted, st.none() | boxes, st.none() | bags,
        st.none() | answers.map(json.dumps),
    )  # fmt: skip


@cache
def loyalties(currency: str) -> SearchStrategy[Loyalty]:
    """What was asked for, which may be more than the order takes."""
    accounts = st.lists(st.builds(AccountUsage, st.none() | pks, texts, amounts(currency)), max_size=2).map(tuple)
    cards = st.builds(CardPoints, texts, amounts(currency), amounts(currency))
    return st.builds(Loyalty, accounts, st.none() | cards)
